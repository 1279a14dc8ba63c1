// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

/// `weir plan`: who would be asked, without asking.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Say which providers would be asked for a prospect, and why not the others.")

    @OptionGroup(title: "Prospect") var prospect: ProspectOptions
    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let session = try Session.load(config, output)
        try await Self.show(try prospect.request(in: session, at: .current), session, output)
    }

    static func show(_ request: DataRequest, _ session: Session, _ output: OutputOptions) async throws {
        let store = try session.openStore()
        defer { store.close() }
        let engine = session.offlineEngine(journal: store, history: try await session.orderHistory(in: store))
        let plan: RequestPlan
        let isSuppressed: Bool
        do {
            let (contact, account) = try await store.known(request.prospect, team: request.team)
            let values = SuppressionValue.identifying(request.prospect)
            let entries = try await store.suppressions(naming: values, team: request.team)
            isSuppressed = contact?.isSuppressed ?? false || !entries.isEmpty
            plan = try engine.plan(for: request, contact: contact, account: account)
        } catch let error as JournalError {
            throw CommandFailure(error)
        } catch let error as EngineError {
            throw CommandFailure(error)
        }
        if output.json { return session.console.write(plan.json(isSuppressed: isSuppressed).line) }
        if isSuppressed {
            session.console.write("on the suppression list: the request is refused, and nobody is asked. Off it:")
        }
        for line in lines(plan, on: session.console) { session.console.write(line) }
    }

    private static func lines(_ plan: RequestPlan, on console: Console) -> [String] {
        var lines: [String] = []
        for chain in plan.chains {
            let had = chain.isHad ? "  had already: nobody is asked" : ""
            lines.append(console.styled(chain.capability.rawValue, .bold) + had)
            lines += order(of: chain).map { "  " + $0 }
            var table = TextTable("provider", "asked", "price", "finds", "by", "so far")
            for step in chain.steps {
                table.add(
                    .init(step.provider.rawValue),
                    .init(step.skip.map { "no: \($0.rawValue)" } ?? "yes", step.skip == nil ? .good : .dim),
                    .init("\(step.price.amount) per \(step.price.basis.rawValue)"),
                    .init(step.hitRate.percent), .init(step.source, .dim), .init(step.cumulativeHitRate.percent))
            }
            lines += table.lines(on: console, indent: "  ")
            if !chain.expectedCost.isEmpty {
                lines.append(
                    "  on average vendors bill " + chain.expectedCost.map(\.description).joined(separator: " + "))
            }
        }
        return lines + ["would hold \(plan.ceiling.phrase)"]
    }

    /// How the order comes about, where there is something to say of it.
    private static func order(of chain: RequestPlan.Chain) -> [String] {
        let automatic = chain.automatic
        if chain.order == .auto {
            let dear = automatic.tooDear.map(\.rawValue).joined(separator: ", ")
            return ["order: auto, \(automatic.reason)"]
                + (dear.isEmpty ? [] : ["not worth asking, by `worth`: \(dear)"])
        }
        guard case .learned = automatic.basis else { return [] }
        let names = automatic.order.map(\.rawValue).joined(separator: ", ")
        return ["`order: auto` would ask \(names): \(automatic.reason)"]
    }
}

extension RequestPlan {
    fileprivate func json(isSuppressed: Bool) -> JSONValue {
        .object([
            .init("suppressed", .bool(isSuppressed)), .init("ceiling", .string(ceiling.decimal)),
            .init("chains", .array(chains.map(\.json))),
        ])
    }
}

extension RequestPlan.Chain {
    fileprivate var json: JSONValue {
        .object([
            .init("capability", .string(capability.rawValue)), .init("had", .bool(isHad)),
            .init("expected_cost", .array(expectedCost.map(\.json))),
            .init("order", .string(order.rawValue)), .init("automatic", automatic.json),
            .init(
                "steps",
                .array(
                    steps.map { step in
                        .object([
                            .init("provider", .string(step.provider.rawValue)),
                            .init("skip", .text(step.skip?.rawValue)),
                            .init("price", step.price.json),
                            .init("hit_rate", .number(step.hitRate)),
                            .init("answers", .integer(Int64(step.answers))),
                            .init("cumulative_hit_rate", .number(step.cumulativeHitRate)),
                        ])
                    })),
        ])
    }
}

extension RequestPlan.Step {
    /// What its rate is by.
    fileprivate var source: String {
        if skip != nil { return "" }
        return answers == 0 ? "prior" : answers == 1 ? "1 answer" : "\(answers) answers"
    }
}

extension DecidedOrder {
    fileprivate var json: JSONValue {
        .object([
            .init("basis", .string(word)), .init("order", .array(order.map { .string($0.rawValue) })),
            .init("too_dear", .array(tooDear.map { .string($0.rawValue) })),
        ])
    }
}
