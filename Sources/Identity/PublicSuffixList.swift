// SPDX-License-Identifier: Apache-2.0

internal import CPSL

/// The public suffix list, as the system has it. Names are in lower-case ASCII.
package enum PublicSuffixList {
    /// Returns the part that can be registered (`example.co.uk`); nil for a public suffix itself.
    package static func registrable(_ name: String) -> String? {
        unsafe name.withCString { start in
            // The answer points into the text that was given, so that it is copied before the text goes.
            guard let list = unsafe psl_builtin(), let end = unsafe psl_registrable_domain(list, start) else {
                return nil
            }
            return unsafe String(cString: end)
        }
    }

    /// True for a suffix of a registry (`co.uk`). Those of the list's private section belong to companies, which may
    /// well have mailboxes there (`uk.com`).
    package static func isOfRegistry(_ name: String) -> Bool {
        guard let list = unsafe psl_builtin() else { return false }
        return unsafe psl_is_public_suffix2(list, name, PSL_TYPE_ICANN) == 1
    }

    /// True for a top-level domain that there is; false for one that was mistyped (`con`).
    package static func hasTopLevel(_ label: String) -> Bool {
        guard let list = unsafe psl_builtin() else { return true }
        return unsafe psl_is_public_suffix2(list, label, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) == 1
    }
}
