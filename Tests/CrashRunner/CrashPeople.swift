// SPDX-License-Identifier: Apache-2.0

package import Enrichment
package import WaterfallEngine

/// The requests of a crash run, each made of its number alone: fictional people, some of them asked for twice.
package enum CrashPeople {
    /// The request of a number. The number is its id, so that a restart knows it again.
    package static func request(_ index: Int, at moment: Timestamp) throws(ProspectError) -> DataRequest {
        let input = ProspectInput(name: name(person(index)), domain: spelledDomain(index))
        return DataRequest(
            id: RequestID(high: idPrefix, low: idVariant | UInt64(index)), prospect: try input.normalised(),
            access: person(index).isMultiple(of: 3) ? [.email, .phone] : [.email], origin: .csv, createdAt: moment)
    }

    /// The row of a number in a file with the columns `name,domain`.
    package static func line(_ index: Int) -> String { "\(name(person(index))),\(spelledDomain(index))" }

    /// The number of a request.
    package static func index(_ id: RequestID) -> Int { Int(id.low & ~idVariant) }

    /// The person whom a request asks for: every eighth is one of the forty before it, again.
    package static func person(_ index: Int) -> Int {
        guard index % 8 == 7 else { return index }
        let earlier = max(0, index - 1 - (index &* 2_654_435_761) % 40)
        return person(earlier)
    }

    /// What a person's address is made of, in whichever form the company writes it: letters, and the domain.
    package static func mailbox(_ person: Int) -> String { letters(in: name(person)) + "@" + domain(person) }

    /// The same of an address.
    package static func mailbox(ofAddress address: String) -> String {
        let parts = address.split(separator: "@")
        return letters(in: String(parts[0])) + "@" + parts[1]
    }

    private static let idPrefix: UInt64 = 0x0190_0000_0000_7000
    private static let idVariant: UInt64 = 0x8000_0000_0000_0000

    private static func name(_ person: Int) -> String { "Jane\(letters(of: person)) Doe\(letters(of: person / 26))" }

    private static func domain(_ person: Int) -> String { "company\(person % 97).example" }

    /// A second request for a person writes the domain in another way.
    private static func spelledDomain(_ index: Int) -> String {
        let domain = domain(person(index))
        return person(index) == index ? domain : "https://www." + domain.uppercased() + "/"
    }

    private static func letters(of number: Int) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz")
        var (text, rest) = ("", number)
        repeat {
            text.append(alphabet[rest % 26])
            rest /= 26
        } while rest > 0
        return text
    }

    private static func letters(in text: String) -> String { text.lowercased().filter(\.isLetter) }
}
