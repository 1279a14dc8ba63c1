// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// The keys of `timeouts:` and `remember:`.
enum TimeKeys {
    private static let standardTimes = Timeouts()
    private static let standardMemory = MemoryPolicy()

    static let request = Key(
        "request", .duration, "A whole request.", standard: DurationText.of(standardTimes.request))
    static let chain = Key("chain", .duration, "One chain of it.", standard: DurationText.of(standardTimes.chain))
    static let grace = Key(
        "grace", .duration, "Paid attempts in flight after a request was cancelled.",
        standard: DurationText.of(standardTimes.grace))
    static let timeoutObject = ObjectShape(
        words: "timeouts", keys: [request.erased, chain.erased, grace.erased])
    static let timeouts = timeoutObject.shape { fields, _ in
        Timeouts(
            request: fields[request] ?? standardTimes.request, chain: fields[chain] ?? standardTimes.chain,
            grace: fields[grace] ?? standardTimes.grace)
    }

    static let hits = Key(
        "hits", .duration, "What a provider found.", standard: DurationText.of(standardMemory.hits))
    static let misses = Key(
        "misses", .duration, "That a provider had nothing.", standard: DurationText.of(standardMemory.misses))
    static let verified = Key(
        "verified", .duration, "The verdict `verified`.", standard: DurationText.of(standardMemory.verifiedVerdicts))
    static let invalid = Key(
        "invalid", .duration, "The verdict `invalid`.", standard: DurationText.of(standardMemory.invalidVerdicts))
    static let open = Key(
        "open", .duration, "Verdicts that settle nothing: catch-all and unknown.",
        standard: DurationText.of(standardMemory.openVerdicts))
    static let officePhoneMisses = Key(
        "office_phone_misses", .duration, "That a company has no office phone.",
        standard: DurationText.of(standardMemory.officePhoneMisses))
    static let payloads = Key(
        "payloads", .duration,
        "Vendors' raw replies; at least as long as anything above is remembered by them. The facts of attempts stay.",
        standard: DurationText.of(standardMemory.payloads))
    static let memoryObject = ObjectShape(
        words: "how long things are remembered",
        keys: [
            hits.erased, misses.erased, verified.erased, invalid.erased, open.erased, officePhoneMisses.erased,
            payloads.erased,
        ])
    static let memory = memoryObject.shape { fields, _ in
        MemoryPolicy(
            hits: fields[hits] ?? standardMemory.hits, misses: fields[misses] ?? standardMemory.misses,
            verifiedVerdicts: fields[verified] ?? standardMemory.verifiedVerdicts,
            invalidVerdicts: fields[invalid] ?? standardMemory.invalidVerdicts,
            openVerdicts: fields[open] ?? standardMemory.openVerdicts,
            officePhoneMisses: fields[officePhoneMisses] ?? standardMemory.officePhoneMisses,
            payloads: fields[payloads] ?? standardMemory.payloads)
    }
}
