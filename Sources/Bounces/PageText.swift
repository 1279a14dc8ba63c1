// SPDX-License-Identifier: Apache-2.0

/// An HTML page's words. Not for showing: only words are looked for in it.
enum PageText {
    static func plain(_ page: String) -> String {
        let bytes = Array(page.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x3C else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let name = String(decoding: bytes[(index + 1)...].prefix(8), as: UTF8.self).lowercased()
            let closing = name.hasPrefix("style") ? "</style" : name.hasPrefix("script") ? "</script" : nil
            if let closing {
                guard let end = find(closing, in: bytes, from: index) else { break }
                index = end
            }
            guard let end = bytes[index...].firstIndex(of: 0x3E) else { break }
            // An address in angle brackets is no tag.
            let inner = bytes[(index + 1)..<end]
            if inner.contains(0x40), !inner.contains(0x20) { result += inner }
            let breaks = ["br", "p", "/p", "div", "/div", "tr", "/tr", "li", "td", "h1", "h2", "pre", "/pre"]
            let tag = name.prefix { $0.isLetter || $0.isNumber || $0 == "/" }
            result.append(breaks.contains(String(tag)) ? 0x0A : 0x20)
            index = end + 1
        }
        let entities = [
            ("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'"),
            ("&#43;", "+"), ("&#64;", "@"), ("&amp;", "&"),
        ]
        return entities.reduce(String(decoding: result, as: UTF8.self)) { text, entity in
            text.contains(entity.0)
                ? text.split(separator: entity.0, omittingEmptySubsequences: false)
                    .joined(separator: entity.1) : text
        }
    }

    private static func find(_ text: String, in bytes: [UInt8], from start: Int) -> Int? {
        ByteSearch.first(text, in: bytes, from: start) ?? ByteSearch.first(text.uppercased(), in: bytes, from: start)
    }
}
