// SPDX-License-Identifier: Apache-2.0

import BuiltInProviders
import CrashRunner
import Enrichment
import WaterfallEngine

extension CSVBench {
    /// Vendors of the sandbox that the configuration has under another id.
    private static let declared: [String: ProviderID] = ["findymail": "keyed", "enrow": "jobs"]

    /// What a vendor charged and no attempt on record stands for.
    func unaudited(_ store: StoreRecord, _ vendors: VendorRecord) -> [String] {
        var people: [String: Set<QueryFingerprint>] = [:]
        for index in Self.indices(rows) {
            guard let request = try? CrashPeople.request(index, at: Timestamp(seconds: 0)) else { continue }
            people[CrashPeople.mailbox(CrashPeople.person(index)), default: []]
                .insert(QueryFingerprint(request.prospect))
        }
        let attempts = Dictionary(grouping: store.attempts) { "\($0.provider) \($0.fingerprint)" }
        return Dictionary(grouping: vendors.charges) { "\($0.vendor) \($0.subject)" }.compactMap { name, charges in
            let charge = charges[0]
            var fingerprints = people[CrashPeople.mailbox(ofAddress: charge.subject)] ?? []
            if charge.vendor == "zerobounce" {
                fingerprints = [QueryFingerprint(.email(EmailCandidate(charge.subject, grade: .unverified)))]
            }
            let provider = Self.declared[charge.vendor] ?? ProviderID(rawValue: charge.vendor)
            let known = fingerprints.flatMap { attempts["\(provider) \($0)"] ?? [] }
            // What is sent again under the same intent, because its vendor bills no repeat, is billed by the sandbox.
            let most = Self.billsRepeats(provider) ? known.count : 2 * known.count + 1
            guard known.isEmpty || charges.count > most else { return nil }
            return "\(charges.count) x \(name), \(known.count) on record"
        }.sorted()
    }

    /// True where each call has an intent of its own.
    private static func billsRepeats(_ provider: ProviderID) -> Bool {
        switch ProviderCatalog.builtIn[provider]?.descriptor.repeats {
        case .recharges, .asyncID: true
        case .key, .freeWindow, .free: false
        case nil: provider == "jobs"
        }
    }
}
