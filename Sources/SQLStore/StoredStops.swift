// SPDX-License-Identifier: Apache-2.0

import WaterfallEngine

/// How the chains of a request ended, as it stands on its row: `email=verified,phone=exhausted`.
enum StoredStops {
    static func text(of stops: [Datum: StopReason]) -> String {
        stops.sorted { $0.key < $1.key }.map { "\($0.key.rawValue)=\($0.value.rawValue)" }.joined(separator: ",")
    }

    static func stops(of text: String) throws(JournalError) -> [Datum: StopReason] {
        var stops: [Datum: StopReason] = [:]
        for part in text.split(separator: ",") {
            let words = part.split(separator: "=").map(String.init)
            guard words.count == 2, let datum = Datum(rawValue: words[0]), let reason = StopReason(rawValue: words[1])
            else { throw .damaged("how a request ended is of an unknown form") }
            stops[datum] = reason
        }
        return stops
    }
}
