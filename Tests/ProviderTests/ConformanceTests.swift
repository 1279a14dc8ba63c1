// SPDX-License-Identifier: Apache-2.0

import BuiltInProviders
import Enrichment
import EnrichmentTesting
import Testing

@Suite struct ConformanceTests {
    static let ids = ProviderCatalog.builtIn.definitions.map(\.id)

    /// Every case, with its provider.
    static let cases: [(ProviderID, ProviderCase)] = ids.flatMap { id in
        ((try? BuiltInCases.all(of: id)) ?? []).map { (id, $0) }
    }

    func conformance(_ id: ProviderID) throws -> ProviderConformance {
        ProviderConformance(try #require(ProviderCatalog.builtIn[id]), cases: try BuiltInCases.all(of: id))
    }

    @Test(arguments: ids) func `every case is readable, and there are at least eight`(id: ProviderID) throws {
        #expect(try BuiltInCases.all(of: id).count >= 8)
    }

    @Test(arguments: cases)
    func `a case comes out as it is written`(id: ProviderID, example: ProviderCase) async throws {
        let conformance = ProviderConformance(try #require(ProviderCatalog.builtIn[id]), cases: [example])
        #expect(await conformance.problems(of: example) == [])
    }

    @Test(arguments: ids) func `the facts are sound`(id: ProviderID) throws {
        #expect(try conformance(id).descriptorProblems() == [])
    }

    @Test(arguments: ids) func `every capability has a hit and a miss`(id: ProviderID) throws {
        #expect(try conformance(id).coverageProblems() == [])
    }

    @Test(arguments: ids) func `no value breaks the form of a request`(id: ProviderID) async throws {
        #expect(await (try conformance(id)).escapingProblems() == [])
    }

    @Test(arguments: ids) func `no reply stops the program`(id: ProviderID) async throws {
        #expect(await (try conformance(id)).hostileProblems() == [])
    }

    @Test(arguments: ids.filter { $0 != "website" && $0 != "account_store" })
    func `every vendor has a case for each way to fail`(id: ProviderID) throws {
        let kinds = try BuiltInCases.all(of: id).compactMap { example in
            if case .error(let kind, _) = example.expected { kind } else { nil }
        }
        // Where nothing costs anything, nothing can be used up.
        let prices = try #require(ProviderCatalog.builtIn[id]).descriptor.capabilities.values.map(\.price)
        let spends: Set<ProviderError.Kind> = prices.contains { $0.amount.micros > 0 } ? [.outOfCredits] : []
        #expect(Set(kinds).isSuperset(of: spends.union([.unauthorized, .throttled, .malformedReply])))
    }
}

/// What was read of each built-in provider's cases, once.
private enum BuiltInCases {
    private typealias Reading = Result<[ProviderCase], ProviderCase.Malformed>

    private static let read = Dictionary(
        uniqueKeysWithValues: ProviderCatalog.builtIn.definitions.map { definition in
            (definition.id, reading(definition.id))
        })

    static func all(of id: ProviderID) throws -> [ProviderCase] { try #require(read[id]).get() }

    private static func reading(_ id: ProviderID) -> Reading {
        do { return .success(try ProviderCase.all(of: id)) } catch { return .failure(error) }
    }
}
