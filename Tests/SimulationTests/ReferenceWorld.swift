// SPDX-License-Identifier: Apache-2.0

import BuiltInProviders
import Enrichment
import EnrichmentTesting
import HTTPTypes
import WaterfallEngine

@testable import Sandbox

/// The sandbox without its server: its vendors answer the engine in this process.
final class VendorsInProcess: Sendable {
    static let verifier: ProviderID = "zerobounce"
    /// Every provider that finds emails, in the order of their ids.
    static let finders = ProviderCatalog.builtIn.definitions
        .filter { $0.descriptor.capabilities[.email] != nil }.map(\.id).sorted { $0.rawValue < $1.rawValue }

    let core = Core(settings: SandboxSettings())

    /// Chains of all finders and one verifier. Nobody waits for a vendor's limit, and no job is given up.
    static var settings: EngineSettings {
        let keys = Dictionary(uniqueKeysWithValues: SandboxVendor.all.map { ($0.id, $0) })
        var settings = EngineSettings(
            chains: [.email: Chain(finders.map { ChainStep($0) }), .verifyEmail: Chain(verifier)],
            timeouts: Timeouts(request: .days(1), chain: .days(1)))
        for id in finders + [verifier] {
            guard let vendor = keys[id.rawValue] else { continue }
            settings.providers[id] = ProviderSettings(
                keys: vendor.key.map { [Secret($0)] } ?? [], baseURL: vendor.baseURL(), allowsPrivateAddresses: true,
                allowsUnconfirmed: true, limits: [], concurrency: 1_000)
        }
        return settings
    }

    static var providers: [any Provider] {
        (finders + [verifier]).compactMap { ProviderCatalog.builtIn[$0]?.makeProvider() }
    }

    func respond(_ request: TransportRequest, _ count: Int) -> ScriptedTransport.Step {
        let parts = request.target.split(separator: "?", maxSplits: 1)
        let path = parts[0].dropFirst()
        let id = String(path.prefix { $0 != "/" })
        guard let (vendor, desk) = core[id] else { return .status(404) }
        var fields = HTTPFields()
        for header in request.headers { fields.append(HTTPField(name: header.name, value: header.value)) }
        let call = Call(
            method: request.method.rawValue, path: String(path.dropFirst(id.count)),
            rawQuery: parts.count > 1 ? String(parts[1]) : nil, fields: fields, body: request.body)
        let reply = core.reply(to: call, by: vendor, at: desk)
        let headers = reply.headers.map { ($0.name, $0.value) } + [("Content-Type", reply.contentType)]
        return .init(
            .reply(ProviderReply(status: reply.status, headers: ReplyHeaders(headers), body: reply.body)))
    }

    /// What each vendor charged, in thousandths of its credit, by its log; vendors that charged nothing aren't there.
    var charges: [String: Int] {
        core.log.newest(ChargeLog.countMax).charges.reduce(into: [:]) { $0[$1.vendor, default: 0] += $1.milliunits }
    }
}

/// What is true of one person, as the script reads it.
struct Truth: Encodable {
    /// What a vendor has.
    struct Known: Encodable {
        var grade: String
        /// Nil where the vendor has none to give.
        var address: String?
    }

    var name: String
    var domain: String
    var country: String
    var vendors: [String: Known]
    /// By address.
    var verdicts: [String: String]
}

/// A person whom the sandbox invents, and what it knows of them.
struct InventedPerson: Sendable {
    let person: Person
    let company: Company

    init?(_ first: String, _ last: String, at domain: String, in core: Core) {
        let query = PersonQuery(full: "\(first) \(last)", domain: domain)
        guard let person = core.world.person(query), let company = core.world.company(domain) else { return nil }
        self.person = person
        self.company = company
    }

    /// The address that accepts mail.
    var email: String { person.email }

    var input: ProspectInput {
        ProspectInput(
            firstName: person.first, lastName: person.last, companyName: company.name, domain: person.domain,
            linkedInURL: person.profileURL)
    }

    /// What is true of whom a question names; nobody has anything on one who isn't known.
    static func truth(on prospect: Prospect, in core: Core) -> Truth {
        let query = PersonQuery(
            full: prospect.fullName, domain: prospect.domain, company: prospect.companyName,
            handle: prospect.linkedInURL?.split(separator: "/").last.map(String.init))
        guard let person = core.world.person(query), let company = core.world.company(person.domain) else {
            return Truth(name: "", domain: "", country: "", vendors: [:], verdicts: [:])
        }
        return InventedPerson(person: person, company: company).truth(in: core)
    }

    private init(person: Person, company: Company) {
        self.person = person
        self.company = company
    }

    func truth(in core: Core) -> Truth {
        let vendors = person.grades.mapValues { grade in
            let address: String? =
                switch grade {
                case .sure, .guess: person.email
                case .stale: person.staleEmail
                case .masked, .blank, .failing: nil
                }
            return Truth.Known(grade: grade.rawValue, address: address)
        }
        let verdicts = [person.email, person.staleEmail].map { ($0, Self.word(core.world.verdict(on: $0))) }
        return Truth(
            name: person.fullName, domain: person.domain, country: person.country, vendors: vendors,
            verdicts: Dictionary(verdicts) { first, _ in first })
    }

    private static func word(_ verdict: MailVerdict) -> String {
        switch verdict {
        case .valid: "valid"
        case .catchAll: "catch_all"
        case .mailboxNotFound: "mailbox_not_found"
        case .noMailServer: "no_mail_server"
        case .badSyntax: "bad_syntax"
        case .disposable: "disposable"
        case .role: "role"
        case .spamTrap: "spam_trap"
        case .greylisted: "greylisted"
        case .unknown: "unknown"
        }
    }

    // MARK: Whom there are

    private static let firsts = [
        "Ada", "Boris", "Carla", "Dmitri", "Elena", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Keiko", "Liam", "Mina",
        "Noor", "Oscar", "Petra", "Quentin", "Rosa", "Samir", "Tessa", "Ulrich", "Vera", "Wanda", "Yusuf", "Zelda",
    ]
    private static let lasts = [
        "Abbott", "Becker", "Castillo", "Duval", "Eriksen", "Fontaine", "Grant", "Hashimoto", "Ivanov", "Jensen",
        "Kowalski", "Larsen", "Moreau", "Novak", "Okafor", "Petrov", "Quinn", "Rossi", "Schmidt", "Tanaka",
    ]
    private static let words = [
        "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "iris", "jasper", "kestrel", "lark",
        "maple", "nectar", "onyx", "prairie", "quartz", "ridge", "saffron", "tundra",
    ]
    private static let trades = ["bank", "freight", "labs", "mills", "works"]

    /// Returns people of as many companies as there are words and trades, each once.
    static func people(_ count: Int, seed: UInt64, in core: Core) -> [InventedPerson] {
        var random = SeededGenerator(seed: seed)
        let domains = words.flatMap { word in trades.map { "\(word)\($0).example" } }
        let perCompany = (count + domains.count - 1) / domains.count
        let names = firsts.flatMap { first in lasts.map { (first, $0) } }
        let people = domains.flatMap { domain in
            names.shuffled(using: &random).prefix(perCompany).compactMap { name in
                InventedPerson(name.0, name.1, at: domain, in: core)
            }
        }
        return Array(people.shuffled(using: &random).prefix(count))
    }
}
