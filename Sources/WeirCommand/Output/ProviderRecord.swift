// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation
internal import SQLStore
internal import WaterfallEngine
internal import WeirConfiguration

/// What a provider did for the team lately, where there is a store that can be read.
struct ProviderRecord {
    /// How far it looks back.
    static let days = 90

    /// By capability.
    var lines: [ProviderFigures]

    /// Nil where there is no configuration or no store, where another process has it open, or where the provider did
    /// nothing.
    static func read(_ provider: ProviderID, _ config: ConfigurationOptions) async -> ProviderRecord? {
        guard let file = try? ConfigurationFile.find(config) else { return nil }
        let loaded = file.load(variables: .names)
        let path = loaded.path(of: loaded.store)
        guard !loaded.hasErrors, FileManager.default.fileExists(atPath: path), let store = try? SQLiteStore(path: path)
        else { return nil }
        defer { store.close() }
        let query = ReportQuery(since: Timestamp.current + .days(-days))
        let figures = try? await store.figures(of: loaded.settings.team.name, query)
        let lines = figures?.providers.filter { $0.provider == provider && $0.answered + $0.failed > 0 } ?? []
        return lines.isEmpty ? nil : ProviderRecord(lines: lines)
    }

    func table(on console: Console) -> [String] {
        var table = TextTable("last \(Self.days) days", "calls", "hits", "of answers", "failed", "billed", "bounced")
        for line in lines {
            let billed = line.usage.bills.map { Amount(micros: $0.total, unit: $0.billed.unit).description }
            let words = line.isOnRequest ? "\(line.capability.rawValue), on request" : line.capability.rawValue
            table.add(
                .init(words), .init("\(line.usage.calls)", isNumber: true), .init("\(line.hits)", isNumber: true),
                .init(Self.percent(line.hits, of: line.answered), isNumber: true),
                .init("\(line.failed)", isNumber: true), .init(billed.joined(separator: " + "), isNumber: true),
                .init(
                    line.capability == .email ? "\(line.bounced) of \(line.charged) charged" : "",
                    line.bounced > 0 ? .bad : .plain, isNumber: true))
        }
        return table.lines(on: console)
    }

    var json: JSONValue {
        .array(
            lines.map { line in
                .object([
                    .init("capability", .string(line.capability.rawValue)),
                    .init("on_request", .bool(line.isOnRequest)),
                    .init("calls", .integer(Int64(line.usage.calls))), .init("hits", .integer(Int64(line.hits))),
                    .init("answers", .integer(Int64(line.answered))), .init("failed", .integer(Int64(line.failed))),
                    .init(
                        "cost",
                        .array(line.usage.bills.map { Amount(micros: $0.total, unit: $0.billed.unit).json })),
                    .init("charged", .integer(Int64(line.charged))), .init("bounced", .integer(Int64(line.bounced))),
                ])
            })
    }

    private static func percent(_ part: Int, of whole: Int) -> String {
        whole == 0 ? "" : "\((part * 100 + whole / 2) / whole)%"
    }
}

extension UsageFigures.Bill {
    /// With what is suspected.
    fileprivate var total: Int64 { billed.micros + suspected.micros }
}
