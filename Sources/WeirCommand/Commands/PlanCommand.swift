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
        let lane = Lane(executor: nil, transport: OfflineTransport(), clock: SystemClock())
        let engine = session.engine(lanes: [lane], journal: store)
        let plan: RequestPlan
        do {
            let (contact, account) = try await store.known(request.prospect, team: request.team)
            plan = try engine.plan(for: request, contact: contact, account: account)
        } catch let error as JournalError {
            throw CommandFailure(error)
        } catch let error as EngineError {
            throw CommandFailure(error)
        }
        if output.json { return session.console.write(plan.json.line) }
        for line in lines(plan, on: session.console) { session.console.write(line) }
    }

    private static func lines(_ plan: RequestPlan, on console: Console) -> [String] {
        var lines: [String] = []
        for chain in plan.chains {
            let had = chain.isHad ? "  had already: nobody is asked" : ""
            lines.append(console.styled(chain.capability.rawValue, .bold) + had)
            var table = TextTable("provider", "asked", "price", "finds", "so far")
            for step in chain.steps {
                table.add(
                    .init(step.provider.rawValue),
                    .init(step.skip.map { "no: \($0.rawValue)" } ?? "yes", step.skip == nil ? .good : .dim),
                    .init("\(step.price.amount) per \(step.price.basis.rawValue)"),
                    .init(percent(step.hitRate)), .init(percent(step.cumulativeHitRate)))
            }
            lines += table.lines(on: console, indent: "  ")
            if !chain.expectedCost.isEmpty {
                lines.append(
                    "  on average vendors bill " + chain.expectedCost.map(\.description).joined(separator: " + "))
            }
        }
        return lines + ["would hold \(plan.ceiling.phrase)"]
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded()))%" }
}

extension RequestPlan {
    var json: JSONValue {
        .object([
            .init("ceiling", .string(ceiling.decimal)),
            .init("chains", .array(chains.map(\.json))),
        ])
    }
}

extension RequestPlan.Chain {
    var json: JSONValue {
        .object([
            .init("capability", .string(capability.rawValue)), .init("had", .bool(isHad)),
            .init("expected_cost", .array(expectedCost.map(\.json))),
            .init(
                "steps",
                .array(
                    steps.map { step in
                        .object([
                            .init("provider", .string(step.provider.rawValue)),
                            .init("skip", .text(step.skip?.rawValue)),
                            .init("price", step.price.json),
                            .init("hit_rate", .number(step.hitRate)),
                            .init("cumulative_hit_rate", .number(step.cumulativeHitRate)),
                        ])
                    })),
        ])
    }
}
