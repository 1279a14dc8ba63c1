// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// The keys of `accept:`.
enum AcceptKeys {
    private static let policy = AcceptPolicy()

    static let catchAll = Key(
        "catch_all", Shape<AcceptPolicy.CatchAll>.word,
        """
        What becomes of an address at a domain that accepts every recipient: `never` keeps it on the attempt, \
        `last_resort` goes on and returns it unbilled where nothing better comes, `verified` ends the chain and \
        bills it.
        """, standard: policy.catchAll.rawValue)
    static let verifierDown = Key(
        "verifier_down", Shape<AcceptPolicy.VerifierDown>.word,
        "What to do when every verifier fails: end the email chain, or go on buying.",
        standard: policy.verifierDown.rawValue)
    static let trust = Key(
        "trust", Shape<ProviderID>.provider.located.list("a list of providers"),
        "Providers whose own verification needs no second opinion.", standard: "[]")
    static let phoneTypes = Key(
        "phone_types", Shape<PhoneType>.word.list("a list of phone types"),
        "The types of numbers that end the mobile chain and are billed.",
        standard: "[\(PhoneType.allCases.map(\.rawValue).joined(separator: ", "))]")

    static let object = ObjectShape(
        words: "what is accepted", keys: [catchAll.erased, verifierDown.erased, trust.erased, phoneTypes.erased])
}
