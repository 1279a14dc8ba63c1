// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Synchronization
import WaterfallEngine

/// A world drawn from a seed: chains, policies, prices, caps, and vendors that answer, fail and wait by chance. What a
/// vendor knows of a person, and what a verifier says of an address, is the same whenever it is asked.
struct SeededWorld: Sendable {
    let seed: UInt64
    let settings: EngineSettings
    let providers: [any Provider]
    private let faults: Double

    private static let finders: [ProviderID] = ["alpha", "beta", "gamma", "delta"]
    private static let checkers: [ProviderID] = ["check_one", "check_two"]

    init(seed: UInt64) {
        self.seed = seed
        var random = SeededGenerator(seed: seed)
        faults = [0, 0.1, 0.4].randomElement(using: &random) ?? 0
        providers = Self.makeProviders(&random)
        func chain(_ ids: [ProviderID], atLeast least: Int) -> Chain {
            Chain(
                ids.shuffled(using: &random).prefix(.random(in: least...ids.count, using: &random)).map {
                    ChainStep($0)
                })
        }
        let caps = Self.makeCaps(&random)
        settings = EngineSettings(
            chains: [
                .email: chain(Self.finders, atLeast: 1), .mobile: chain(Self.finders, atLeast: 1),
                .officePhone: chain(Self.finders, atLeast: 0), .verifyEmail: chain(Self.checkers, atLeast: 0),
                .verifyPhone: Chain([]),
            ],
            accept: Self.makePolicy(&random),
            prices: PriceList(
                email: Credits(millis: .random(in: 0...2_000, using: &random)),
                catchAll: Credits(millis: .random(in: 0...1_000, using: &random)),
                phone: Credits(.random(in: 1...8, using: &random)),
                verification: Credits(millis: .random(in: 0...1_500, using: &random))),
            plan: Bool.random(using: &random) ? CreditPlan(grant: Credits(.random(in: 0...300, using: &random))) : nil,
            caps: caps)
    }

    private static func makeProviders(_ random: inout SeededGenerator) -> [any Provider] {
        let classes: [RepeatClass] = [.recharges, .free, .freeWindow(.seconds(3_600))]
        return (finders + checkers).map { id -> any Provider in
            let finds = finders.contains(id)
            if finds, Int.random(in: 0..<6, using: &random) == 0 {
                return PlainPollingProvider(id, [.email, .mobile, .officePhone])
            }
            return PlainProvider(
                id, finds ? [.email, .mobile, .officePhone] : [.verifyEmail],
                repeats: classes.randomElement(using: &random) ?? .recharges,
                limits: Int.random(in: 0..<4, using: &random) == 0 ? [RateLimit(20, per: .seconds(1))] : [],
                concurrency: .random(in: 1...8, using: &random))
        }
    }

    private static func makePolicy(_ random: inout SeededGenerator) -> AcceptPolicy {
        AcceptPolicy(
            catchAll: AcceptPolicy.CatchAll.allCases.randomElement(using: &random) ?? .never,
            verifierDown: Bool.random(using: &random) ? .stop : .continue,
            trusted: Bool.random(using: &random) ? ["beta"] : [],
            phoneTypes: Bool.random(using: &random) ? Set(PhoneType.allCases) : [.mobile])
    }

    private static func makeCaps(_ random: inout SeededGenerator) -> Caps {
        var caps = Caps()
        if Int.random(in: 0..<4, using: &random) == 0 { caps.user.creditsPerDay = Credits(40) }
        if Int.random(in: 0..<4, using: &random) == 0 { caps.prospectCost = Amount(1, "alpha_credits") }
        if Int.random(in: 0..<4, using: &random) == 0 { caps.providers = ["gamma": ProviderCap(callsPerDay: 20)] }
        return caps
    }

    // MARK: The vendors

    /// What comes of a request: chance decides on faults, the person or address on the answer.
    func respond(_ request: TransportRequest, _ count: Int) -> ScriptedTransport.Step {
        let provider = request.pool.provider
        var chance = SeededGenerator(seed: seed ^ hash(provider.rawValue) ^ UInt64(count) &* 0x9E37_79B9)
        let delay = Duration.milliseconds(Int.random(in: 1...900, using: &chance))
        if Double.random(in: 0..<1, using: &chance) < faults { return fault(&chance).after(delay) }
        if request.target.hasPrefix("/submit") { return .json(#"{"ticket": "\#(request.target.dropFirst(8))"}"#) }
        if request.target.hasPrefix("/result"), Bool.random(using: &chance) { return .json(#"{"pending": true}"#) }
        var knowledge = SeededGenerator(seed: seed ^ hash(provider.rawValue) ^ hash(subject(of: request)))
        let body = Self.checkers.contains(provider) ? verdict(&knowledge) : answer(request, &knowledge)
        return .json(body).after(delay)
    }

    private func fault(_ chance: inout SeededGenerator) -> ScriptedTransport.Step {
        switch Int.random(in: 0..<12, using: &chance) {
        case 0, 1: .status(503)
        case 2: .status(429, headers: [("Retry-After", "1")])
        case 3: .status(429)
        case 4, 5: .fails(.interrupted, requestLeft: true)
        case 6: .fails(.connectFailed, requestLeft: false)
        case 7: .json("{")
        case 8: .status(422)
        case 9: .json("{}").after(.seconds(30))
        case 10: .fails(.malformed, requestLeft: true)
        default: chance.next() % 50 == 0 ? .status(402) : .status(500)
        }
    }

    private func subject(of request: TransportRequest) -> String {
        let items = request.target.split(whereSeparator: { "?&".contains($0) }).dropFirst()
        return items.filter { !$0.hasPrefix("capability") }.joined(separator: "&")
    }

    private func verdict(_ knowledge: inout SeededGenerator) -> String {
        let words = ["verified", "verified", "verified", "invalid", "catch_all", "unverified"]
        return #"{"status": "\#(words.randomElement(using: &knowledge) ?? "invalid")"}"#
    }

    private func answer(_ request: TransportRequest, _ knowledge: inout SeededGenerator) -> String {
        var parts: [String] = []
        let person = subject(of: request).utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) } % 1_000
        if Int.random(in: 0..<2, using: &knowledge) == 0 {
            let grade =
                ["verified", "unverified", "guessed", "catch_all"].randomElement(using: &knowledge) ?? "verified"
            parts.append(
                #""emails": [{"address": "p\#(person).\#(knowledge.next() % 2)@example.com", "grade": "\#(grade)"}]"#)
        }
        if Int.random(in: 0..<3, using: &knowledge) == 0 {
            let type = ["mobile", "mobile", "home", "office"].randomElement(using: &knowledge) ?? "mobile"
            parts.append(#""phones": [{"raw": "+1202555\#(1_000 + person)", "type": "\#(type)"}]"#)
        }
        if Int.random(in: 0..<3, using: &knowledge) == 0 {
            parts.append(#""office_phones": [{"raw": "+12025550100", "type": "office"}]"#)
        }
        return "{\(parts.joined(separator: ", "))}"
    }

    private func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
