// SPDX-License-Identifier: Apache-2.0

/// What a measurement is told, as `--name value`.
struct Options: Sendable {
    var port = 0
    var prospects = 20_000
    var inFlight = 64
    var lanes = 1
    /// Domains that addresses are spread over.
    var domains = 500
    /// The ledger's file; nil keeps none.
    var database: String?
    /// True reads each prospect as a user would have typed it; false has them ready beforehand.
    var parsesInput = false

    init?(_ arguments: ArraySlice<String>) {
        var arguments = arguments
        while let name = arguments.popFirst() {
            guard let value = arguments.popFirst() else { return nil }
            switch name {
            case "--database": database = value
            case "--parses-input": parsesInput = value == "yes"
            default:
                guard let number = Int(value), number >= 0, number > 0 || name != "--domains" else { return nil }
                switch name {
                case "--port": port = number
                case "--prospects": prospects = number
                case "--in-flight": inFlight = number
                case "--lanes": lanes = number
                case "--domains": domains = number
                default: return nil
                }
            }
        }
    }

    var origin: String { "http://127.0.0.1:\(port)" }
}
