// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

/// What chains are ordered by.
extension Session {
    /// How far back calls count: vendors change.
    static let orderHistorySpan = Duration.days(365)

    /// What the engine needs to order its chains; nothing where none has `order: auto`.
    func neededOrderHistory(in store: SQLiteStore) async throws -> OrderHistory {
        guard settings.chains.values.contains(where: { $0.order == .auto }) else { return OrderHistory() }
        return try await orderHistory(in: store)
    }

    /// What is on record of the chains' providers.
    ///
    /// - Parameters:
    ///   - since: where calls begin to count; nil: `orderHistorySpan` ago.
    ///   - country: of prospects of this country alone; empty: of those without one.
    func orderHistory(
        in store: SQLiteStore, since: Timestamp? = nil, country: String? = nil
    ) async throws -> OrderHistory {
        let yearAgo = Timestamp(microseconds: Timestamp.current.microseconds - Self.orderHistorySpan.microseconds)
        do throws(JournalError) {
            return try await store.orderHistory(of: team, since: since ?? yearAgo, country: country)
        } catch {
            throw CommandFailure(error)
        }
    }

    func countriesOnRecord(in store: SQLiteStore) async throws -> [CountryOnRecord] {
        do throws(JournalError) {
            return try await store.countriesOnRecord(of: team)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// An engine that decides and asks nobody.
    func offlineEngine(
        journal: any RequestJournal, history: OrderHistory, orders: [Capability: DecidedOrder] = [:]
    ) -> Engine {
        let lane = Lane(executor: nil, transport: OfflineTransport(), clock: SystemClock())
        return engine(lanes: [lane], journal: journal, history: history, orders: orders)
    }
}

extension DecidedOrder {
    /// Why the order is as it is, for a person.
    var reason: String {
        switch basis {
        case .written: "as written"
        case .learning(let answers, let needed): "as written: \(answers) of \(needed) answers are on record"
        case .incomparable(let units): "as written: costs in \(units.joined(separator: ", ")) can't be compared"
        case .confirmed(let answers): "as written: the cheapest by \(answers) answers on record"
        case .learned(let answers): "the cheapest by \(answers) answers on record"
        case .kept: "as it was decided before"
        }
    }

    /// Who is asked in which order, and why.
    var phrase: String {
        let asked = order.filter { !tooDear.contains($0) }.map(\.rawValue).joined(separator: " > ")
        let others = tooDear.map(\.rawValue).joined(separator: ", ")
        return "\(asked) (\(reason))" + (others.isEmpty ? "" : "; not asked: \(others), a hit of whom costs too much")
    }

    /// The word for `basis` in JSON.
    var word: String {
        switch basis {
        case .written: "written"
        case .learning: "learning"
        case .incomparable: "incomparable"
        case .confirmed: "confirmed"
        case .learned: "learned"
        case .kept: "kept"
        }
    }
}
