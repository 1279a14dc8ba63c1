// SPDX-License-Identifier: Apache-2.0

/// What a server or a mail system said of a recipient, made ready to be looked through.
struct RefusalText {
    /// At what point of the dialogue the server refused.
    enum Stage {
        case connection
        case sender
        case recipient
        case data
    }

    /// Bytes that are looked at.
    static let maximumSize = 16 * 1024

    /// In lower case, white space as one blank, without addresses and links.
    let words: [UInt8]
    /// The words from the server's code on: what the server said, without what is said about it. Nil where there is
    /// no code, or nothing before it.
    let reply: [UInt8]?
    let code: Int?
    /// The most telling status in the text.
    let status: String?
    let stage: Stage?
    /// True where the server's reply begins with an address, as a reply about one recipient does.
    let namesAddress: Bool

    init(_ text: String) {
        let cut = String(decoding: text.utf8.prefix(Self.maximumSize), as: UTF8.self)
        let bytes = Self.collapsed(cut.lowercased())
        stage = Self.stage(in: bytes)
        let plain = Self.withoutHosts(Self.withoutAddresses(Self.withoutLinks(bytes)))
        words = plain
        let found = Self.code(in: plain)
        let reply = found.flatMap { $0.place > 0 ? Array(plain[$0.place...]) : nil }
        self.reply = reply
        code = found?.code
        let quoted = reply.flatMap { Self.mostTelling(Self.statuses(in: $0).map(\.text)) }
        if let quoted, !Self.isGeneral(quoted), !Self.isExpiry(quoted) {
            status = quoted
        } else {
            status = Self.mostTelling(Self.statuses(in: plain).map(\.text))
        }
        namesAddress = Self.namesAddress(bytes)
    }

    /// The first status that says more than "something failed" or "given up"; otherwise one that says the latter.
    static func mostTelling(_ statuses: [String]) -> String? {
        statuses.first { !isGeneral($0) && !isExpiry($0) } ?? statuses.first { !isGeneral($0) } ?? statuses.first
    }

    /// True for x.4.7: that a queue has run out says less than what the server said meanwhile.
    static func isExpiry(_ status: String) -> Bool { status.hasSuffix(".4.7") }

    /// True for a status such as 5.0.0.
    static func isGeneral(_ status: String) -> Bool { status.hasSuffix(".0.0") }

    // MARK: Codes

    /// Codes that SMTP servers give (RFC 5321 and its extensions).
    private static let codes: Set<Int> = [
        421, 422, 431, 432, 441, 442, 446, 447, 450, 451, 452, 453, 454, 455, 458, 459, 471, 472, 499, 500, 501, 502,
        503, 504, 510, 511, 512, 513, 515, 517, 521, 523, 524, 525, 530, 531, 533, 534, 535, 538, 541, 542, 547, 550,
        551, 552, 553, 554, 555, 556, 557, 558, 559, 571, 572, 573, 574, 576, 577, 579,
    ]

    /// The code that stands before a status, or otherwise the first.
    private static func code(in bytes: [UInt8]) -> (code: Int, place: Int)? {
        var first: (code: Int, place: Int)?
        for index in bytes.indices.dropLast(2) where (0x34...0x35).contains(bytes[index]) {
            guard isDigit(bytes[index + 1]), isDigit(bytes[index + 2]), isEdge(bytes, index - 1),
                isEdge(bytes, index + 3)
            else { continue }
            let code = bytes[index...(index + 2)].reduce(0) { $0 * 10 + Int($1 - 0x30) }
            guard codes.contains(code) else { continue }
            let rest = bytes[(index + 3)...].prefix(8).drop { " -#('\"".utf8.contains($0) }
            if rest.count >= 2, rest[rest.startIndex] == bytes[index], rest[rest.startIndex + 1] == 0x2E {
                return (code, index)
            }
            first = first ?? (code, index)
        }
        return first
    }

    /// Statuses (RFC 3463) with their places; parts of IP addresses and of versions are none.
    static func statuses(in bytes: [UInt8]) -> [(text: String, place: Int)] {
        var found: [(text: String, place: Int)] = []
        var index = 0
        while index + 4 < bytes.count {
            let start = index
            index += 1
            guard [0x32, 0x34, 0x35].contains(bytes[start]), bytes[start + 1] == 0x2E, isEdge(bytes, start - 1) else {
                continue
            }
            var end = start + 2
            let subject = digits(bytes, &end)
            guard (1...3).contains(subject), end < bytes.count, bytes[end] == 0x2E else { continue }
            end += 1
            let detail = digits(bytes, &end)
            guard (1...3).contains(detail), isEdge(bytes, end) else { continue }
            if end + 1 < bytes.count, bytes[end] == 0x2E, isDigit(bytes[end + 1]) { continue }
            found.append((String(decoding: bytes[start..<end], as: UTF8.self), start))
            index = end
        }
        return found
    }

    private static func namesAddress(_ bytes: [UInt8]) -> Bool {
        guard let place = code(in: bytes)?.place else { return false }
        let reply = bytes[(place + 3)...]
        guard let address = AddressText.all(in: String(decoding: reply.prefix(512), as: UTF8.self), limit: 1).first
        else {
            return false
        }
        return reply.prefix(address.offset).allSatisfy { isDigit($0) || " .-#<".utf8.contains($0) }
    }

    private static func digits(_ bytes: [UInt8], _ index: inout Int) -> Int {
        let start = index
        while index < bytes.count, isDigit(bytes[index]), index - start < 4 { index += 1 }
        return index - start
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// True for the ends of the text and for what parts words: not a letter, a digit, a dot before a digit.
    private static func isEdge(_ bytes: [UInt8], _ index: Int) -> Bool {
        guard bytes.indices.contains(index) else { return true }
        let byte = bytes[index]
        if byte == 0x2E { return index + 1 >= bytes.count || !isDigit(bytes[index + 1]) }
        return " ()[]<>#:;,-=\"'/".utf8.contains(byte) || byte >= 0x80
    }

    // MARK: Stage

    /// Words that say where in the dialogue it was. The first that is there counts.
    private static let stages: [(String, Stage)] = [
        ("in reply to rcpt", .recipient), ("in reply to end of data", .data), ("in reply to data", .data),
        ("in reply to mail from", .sender), ("in reply to mail", .sender), ("in reply to helo", .connection),
        ("in reply to ehlo", .connection), ("refused to talk to me", .connection), ("rcpt to response", .recipient),
        ("our rcpt to", .recipient), ("our data", .data), ("our mail from", .sender), ("after rcpt", .recipient),
        ("after pipelined rcpt", .recipient), ("after end of data", .data), ("after pipelined end of data", .data),
        ("after data", .data), ("after pipelined data", .data), ("after mail from", .sender),
        ("after pipelined mail from", .sender), ("after initial connection", .connection), ("after ehlo", .connection),
        ("after helo", .connection), ("rcpt command", .recipient), ("text command", .data), ("data command", .data),
        ("[rcpt_to]", .recipient), ("[mail_from]", .sender), ("[end_of_data]", .data), ("smtp:rcpt", .recipient),
        ("smtp:data", .data), ("smtp:mail", .sender), ("smtp command rcpt", .recipient), ("smtp command data", .data),
        ("smtp command mail", .sender), ("does not like recipient", .recipient), ("rejected recipient", .recipient),
        ("failed after i sent the message", .data), ("sender was rejected", .sender), ("(state 14)", .recipient),
        ("(state 13)", .sender), ("(state 15)", .data), ("(state 16)", .data), ("(state 17)", .data),
        ("(state 18)", .data),
    ]

    private static func stage(in bytes: [UInt8]) -> Stage? {
        if let stage = transcribed(bytes) { return stage }
        return stages.first { ByteSearch.contains($0.0, in: bytes) }?.1
    }

    /// The stage in a transcript (`>>>` what was sent, `<<<` what was answered).
    private static func transcribed(_ bytes: [UInt8]) -> Stage? {
        let commands: [(String, Stage)] = [
            (">>> rcpt", .recipient), (">>> data", .data), (">>> mail", .sender), (">>> helo", .connection),
            (">>> ehlo", .connection),
        ]
        let refused = ["<<< 5", "<<< 4"].compactMap { ByteSearch.first($0, in: bytes, from: 0) }.min()
        guard let refused else { return nil }
        let before = Array(bytes[..<refused])
        let last = commands.compactMap { command, stage -> (Int, Stage)? in
            var (place, found) = (0, Int?.none)
            while let next = ByteSearch.first(command, in: before, from: place) { (found, place) = (next, next + 1) }
            return found.map { ($0, stage) }
        }
        return last.max { $0.0 < $1.0 }?.1
    }

    // MARK: Making ready

    private static func collapsed(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if byte > 0x20 { bytes.append(byte) } else if bytes.last != 0x20 { bytes.append(0x20) }
        }
        // Typographic apostrophes are written as plain ones, so that a phrase needs to be listed once.
        return Array(
            String(decoding: bytes, as: UTF8.self).map { "\u{2019}\u{2018}\u{00B4}".contains($0) ? "'" : $0 }
                .reduce(into: "") { $0.append($1) }.utf8)
    }

    private static func withoutLinks(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x68, starts(bytes, index, "http://") || starts(bytes, index, "https://") {
                while index < bytes.count, !" >)\"]".utf8.contains(bytes[index]) { index += 1 }
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    private static func starts(_ bytes: [UInt8], _ index: Int, _ text: String) -> Bool {
        bytes[index...].starts(with: text.utf8)
    }

    private static func withoutAddresses(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var place = 0
        for address in AddressText.all(in: String(decoding: bytes, as: UTF8.self)) where address.end <= bytes.count {
            result += bytes[place..<address.offset]
            place = address.end
        }
        return result + bytes[place...]
    }

    /// Without names of hosts: they are full of words such as "spam". What follows on "resolver." is Exchange's reason.
    private static func withoutHosts(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            var end = index
            while end < bytes.count, isHost(bytes[end]) { end += 1 }
            if end > index {
                let word = bytes[index..<end]
                if !isHostName(word) { result += word }
                index = end
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    private static func isHost(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x2E
    }

    private static func isHostName(_ word: ArraySlice<UInt8>) -> Bool {
        guard let first = word.first, first != 0x2E, first != 0x2D, let dot = word.lastIndex(of: 0x2E) else {
            return false
        }
        let last = word[(dot + 1)...]
        return last.count >= 2 && last.allSatisfy { (0x61...0x7A).contains($0) } && !word.starts(with: "resolver.".utf8)
    }
}
