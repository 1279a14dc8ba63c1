// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing

@Suite struct JSONReaderTests {
    func read<T>(_ text: String, _ read: (JSONReader) throws(ProviderError) -> T) throws(ProviderError) -> T {
        try JSONReader.read(Array(text.utf8), read)
    }

    @Test func `members chain, and what is missing reads as nil`() throws {
        try read(#"{"a":{"b":[{"c":"x"},{"c":null}]},"n":null}"#) { json throws(ProviderError) in
            let list = json["a"]["b"].elements
            #expect(list.map { $0["c"].string } == ["x", nil])
            #expect(json["a"]["nowhere"]["c"].string == nil)
            #expect(json["n"]["x"].elements.isEmpty)
            #expect(!json["n"].exists)
            #expect(!json["nowhere"].exists)
            #expect(json["a"].exists)
        }
    }

    @Test func `a value of another type reads as nil`() throws {
        try read(#"{"s":"1","i":1,"d":1.5,"b":true,"o":{},"l":[]}"#) { json throws(ProviderError) in
            #expect(json["s"].integer == nil && json["s"].bool == nil && json["s"].number == nil)
            #expect(json["i"].string == nil && json["i"].integer == 1 && json["i"].number == 1)
            #expect(json["d"].integer == nil && json["d"].number == 1.5)
            #expect(json["b"].bool == true && json["b"].integer == nil)
            #expect(json["o"].isObject && json["o"].elements.isEmpty && json["o"].members.isEmpty)
            #expect(!json["l"].isObject && json["l"].members.isEmpty)
        }
    }

    @Test(
        arguments: [
            ("2", "2"), ("0.25", "0.25"), ("1999.75", "1999.75"), (#""15277.5""#, "15277.5"), ("0", "0"),
            ("1e30", "1000000000"), ("-1", nil), (#""-1""#, nil), (#""many""#, nil), ("null", nil), ("true", nil),
            ("[1]", nil),
        ] as [(String, String?)])
    func `an amount is a number or decimal text, and not below zero`(json: String, decimal: String?) throws {
        try read(#"{"a":\#(json)}"#) { json throws(ProviderError) in
            #expect(json["a"].amount("credits")?.decimal == decimal)
        }
    }

    @Test func `an id of a job needs no escaping in a path`() throws {
        try read(#"{"t":"a-B_9","n":42,"e":"","s":"a/b","d":"..","x":null,"u":"é"}"#) { json throws(ProviderError) in
            #expect(try PollTicket(json["t"]).rawValue == "a-B_9")
            #expect(try PollTicket(json["n"]).rawValue == "42")
            for member in ["e", "s", "d", "x", "u", "nowhere"] {
                #expect(throws: ProviderError.self) { try PollTicket(json[member]) }
            }
        }
    }

    @Test func `an empty text is no text`() throws {
        try read(#"{"a":"","b":" "}"#) { json throws(ProviderError) in
            #expect(json["a"].string == "" && json["a"].text == nil)
            #expect(json["b"].text == " ")
        }
    }

    @Test(arguments: [
        (#""\u00e9\ud83d\ude00\n""#, "é😀\n"), (#""\"\\\/""#, "\"\\/"), ("\"\u{1F600}\"", "😀"),
        (#""a\u0000b""#, "a\u{0}b"),
    ])
    func `texts are unescaped`(document: String, text: String) throws {
        #expect(try read("[\(document)]") { $0.elements.first?.string } == text)
    }

    @Test(arguments: [
        (Int64.max, "9223372036854775807"), (Int64.min, "-9223372036854775808"),
        (1_039_995_589_705_121_900, "1039995589705121900"),
    ])
    func `integers are exact`(value: Int64, text: String) throws {
        #expect(try read("[\(text)]") { $0.elements.first?.integer } == value)
    }

    @Test func `a number beyond 64 bits is none`() throws {
        #expect(try read("[18446744073709551615]") { $0.elements.first?.integer } == nil)
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", #"{"a":1,}"#, "{'a':1}", "nan", "[01]", "\"\u{1}\"", #""\ud800""#, "{}{}", "[1] x", "tru",
        String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
    ])
    func `what is not one JSON document is malformed`(text: String) {
        #expect(throws: ProviderError(.malformedReply, "the body is not JSON")) { try read(text) { _ in } }
    }

    @Test func `broken UTF-8 is malformed`() {
        #expect(throws: ProviderError.self) { try JSONReader.read([0x22, 0xC3, 0x28, 0x22]) { _ in } }
    }

    @Test func `a document may be as deep as the limit`() throws {
        let depth = JSONReader.maximumDepth - 1
        try read(String(repeating: "[", count: depth) + String(repeating: "]", count: depth)) { _ in }
    }

    @Test func `a scalar is a document`() throws {
        #expect(try read(" \"x\" ") { $0.string } == "x")
        #expect(try read("null") { $0.exists } == false)
    }

    @Test func `members come in their order, and the first of two counts`() throws {
        try read(#"{"b":1,"a":2,"b":3}"#) { json throws(ProviderError) in
            #expect(json.members.map(\.key) == ["b", "a", "b"])
            #expect(json["b"].integer == 1)
        }
    }

    @Test func `what the closure throws comes through`() {
        #expect(throws: ProviderError(.outOfCredits)) {
            try read("{}") { _ throws(ProviderError) in throw ProviderError(.outOfCredits) }
        }
    }

    @Test func `many tasks read at once, each its own document`() async {
        let sums = await withTaskGroup(of: Int64?.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let text = Array(#"{"n":\#(number),"x":[\#(number),\#(number)]}"#.utf8)
                    return try? JSONReader.read(text) { json in
                        (json["n"].integer ?? 0) + json["x"].elements.reduce(0) { $0 + ($1.integer ?? 0) }
                    }
                }
            }
            return await group.reduce(into: Set<Int64>()) { if let sum = $1 { $0.insert(sum) } }
        }
        #expect(sums == Set((0..<200).map { Int64($0) * 3 }))
    }
}
