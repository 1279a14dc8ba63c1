// SPDX-License-Identifier: Apache-2.0

package import Enrichment

/// `docs/providers.md`: every provider by what it can be asked for, from the descriptors alone.
package enum ProviderTable {
    /// Returns the page.
    ///
    /// - Parameter folder: where a provider's own page is, below `Providers/`.
    package static func markdown(
        for descriptors: [ProviderDescriptor], folder: (ProviderID) -> String
    ) -> String {
        let sorted = descriptors.sorted { $0.name.lowercased() < $1.name.lowercased() }
        var lines = [
            "# Providers",
            "",
            "\(sorted.count) providers are built in. Each name leads to its page, with its quirks and the sources of what "
                + "is known of it. `smtp`, `pattern` and `libphonenumber` come on top: they ask no vendor.",
            "",
            "A price is what the vendor's own list or documents say; yours is set by `cost:`. Of a repeat, `recharges` may "
                + "be billed again, `free_window` isn't within a time, `key` is told by a key that goes along, `async_id` "
                + "is a job that is polled, `free` costs nothing.",
            "",
            "Facts are `confirmed` where they were seen in answers of the real API, `documented` where the vendor's "
                + "documents or its own code have them, and `unconfirmed` where others' code or memory do: such a provider "
                + "is not asked without `allow_unconfirmed: true`.",
        ]
        for (capability, title) in titles {
            let able = sorted.filter { $0.capabilities[capability] != nil }
            guard !able.isEmpty else { continue }
            lines += [
                "", "## \(title)", "", "| provider | id | needs | costs | repeats | facts |",
                "|---|---|---|---|---|---|",
            ]
            for facts in able {
                guard let entry = facts.capabilities[capability] else { continue }
                lines.append(
                    "| [\(facts.name)](../Providers/\(folder(facts.id))/README.md) | `\(facts.id)` "
                        + "| \(ProviderPage.inputs(entry.inputs)) | \(ProviderPage.price(entry.price)) "
                        + "| `\(facts.repeats.word)` | \(facts.evidence.rawValue) |")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let titles: [(Capability, String)] = [
        (.email, "Email addresses"), (.mobile, "Mobile phones"), (.officePhone, "Office phones"),
        (.verifyEmail, "Verifying emails"), (.verifyPhone, "Verifying phones"), (.person, "People"),
        (.company, "Companies"),
    ]
}
