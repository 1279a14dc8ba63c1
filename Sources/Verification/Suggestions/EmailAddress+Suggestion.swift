// SPDX-License-Identifier: Apache-2.0

public import Identity

extension EmailAddress {
    /// The address at the domain that was probably meant; nil where the domain is no likely slip.
    public var suggestion: String? { DomainSuggestion(for: domain).map { "\(local)@\($0.domain)" } }
}
