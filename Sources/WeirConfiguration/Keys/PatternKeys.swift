// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Verification

/// The keys of `providers: pattern:`, the finder that guesses.
enum PatternKeys {
    /// The provider that they belong to.
    static let id = PatternProvider.descriptor.id

    static let guesses = Key(
        "guesses", .integer(PatternProvider.guessRange),
        "Addresses that are tried for one person; each may cost a verification.",
        standard: "\(PatternProvider.standardGuesses)")

    static let object = ObjectShape(
        words: "the settings of pattern", keys: [guesses.erased, ProviderKeys.enabled.erased])
}
