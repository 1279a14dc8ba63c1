// SPDX-License-Identifier: Apache-2.0

// Most of what is read is plain ASCII in its normal form already. These tell it by a look at the bytes, which costs a
// hundredth of what characters cost; what they don't take goes the long way, to the same result.

extension StringProtocol {
    /// Calls a closure with the bytes of the text, which are valid inside it alone.
    func withBytes<T>(_ body: (UnsafeBufferPointer<UInt8>) -> T) -> T {
        let result = utf8.withContiguousStorageIfAvailable { unsafe body($0) }
        if let result { return result }
        return unsafe Array(utf8).withUnsafeBufferPointer { unsafe body($0) }
    }

    /// True for ASCII.
    var isASCII: Bool { unsafe withBytes { bytes in unsafe bytes.allSatisfy { $0 < 0x80 } } }

    /// True for ASCII without control characters.
    var isPrintableASCII: Bool { unsafe withBytes { bytes in unsafe bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F } } }

    /// True where a byte stands in the text.
    func hasByte(_ byte: UInt8) -> Bool { unsafe withBytes { bytes in unsafe bytes.contains(byte) } }
}

/// What the bytes of plain texts are.
enum PlainText {
    /// True where neither end is a blank, a control character or beyond ASCII.
    static func hasInkAtEnds(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = unsafe bytes.first, let last = unsafe bytes.last else { return false }
        return first > 0x20 && first < 0x7F && last > 0x20 && last < 0x7F
    }

    static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// True for a name as it is written down: words of ASCII with one blank between two, at least one letter, and
    /// nothing that stands in addresses.
    static func isName(_ text: String) -> Bool {
        unsafe text.withBytes { bytes in
            var (last, hasLetter) = (UInt8(ascii: " "), false)
            for index in bytes.indices {
                let byte = unsafe bytes[index]
                guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "@"), byte != UInt8(ascii: ":"),
                    byte != 0x20 || last != 0x20
                else { return false }
                if isLetter(byte) { hasLetter = true }
                last = byte
            }
            return hasLetter && last != 0x20
        }
    }

    /// True for a host name in lower-case ASCII by all rules, without labels in punycode.
    static func isHostName(_ text: String) -> Bool {
        unsafe text.withBytes { bytes in
            guard bytes.count <= HostName.maximumLength else { return false }
            var (start, labels) = (0, 0)
            for index in 0...bytes.count {
                let byte = index < bytes.count ? unsafe bytes[index] : UInt8(ascii: ".")
                guard byte == UInt8(ascii: ".") else {
                    guard isDigit(byte) || byte == UInt8(ascii: "-") || isLetter(byte) && byte >= 0x61 else {
                        return false
                    }
                    continue
                }
                guard unsafe isLabel(UnsafeBufferPointer(rebasing: bytes[start..<index])) else { return false }
                if index == bytes.count, unsafe isDigit(bytes[start]) { return false }
                (start, labels) = (index + 1, labels + 1)
            }
            return labels > 1
        }
    }

    private static func isLabel(_ label: UnsafeBufferPointer<UInt8>) -> Bool {
        let hyphen = UInt8(ascii: "-")
        guard !label.isEmpty, label.count <= HostName.maximumLabelLength else { return false }
        guard unsafe label[0] != hyphen, unsafe label[label.count - 1] != hyphen else { return false }
        // `xn--`
        return unsafe label.count < 4 || label[2] != hyphen || label[3] != hyphen
    }

    /// The host and the path of an address that has nothing else but a scheme, a query and a fragment; nil for others.
    static func address(_ text: String) -> (host: String, path: String)? {
        unsafe text.withBytes { bytes in
            let start = unsafe bytes.starts(with: "https://".utf8) ? 8 : bytes.starts(with: "http://".utf8) ? 7 : 0
            var end = start
            while end < bytes.count, unsafe isHostByte(bytes[end]) { end += 1 }
            guard end > start else { return nil }
            if end < bytes.count, unsafe !"/?#".utf8.contains(bytes[end]) { return nil }
            var pathEnd = end
            for index in end..<bytes.count {
                let byte = unsafe bytes[index]
                guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: ":") else { return nil }
                let isBehind = byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
                if !isBehind, pathEnd == index { pathEnd = index + 1 }
            }
            return unsafe (
                String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self),
                String(decoding: UnsafeBufferPointer(rebasing: bytes[end..<pathEnd]), as: UTF8.self)
            )
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    /// The handle of a path `/in/jane-doe`, with a slash at its end or without; nil where it is not in normal form.
    static func handle(ofPath path: String) -> String? {
        unsafe path.withBytes { bytes in
            guard unsafe bytes.starts(with: "/in/".utf8) else { return nil }
            let end = unsafe bytes.last == UInt8(ascii: "/") ? bytes.count - 1 : bytes.count
            guard end > 4, end - 4 <= LinkedInURL.maximumHandleLength else { return nil }
            for index in 4..<end {
                let byte = unsafe bytes[index]
                guard isDigit(byte) || isLetter(byte) && byte >= 0x61 || "-_.'".utf8.contains(byte) else { return nil }
            }
            return unsafe String(decoding: UnsafeBufferPointer(rebasing: bytes[4..<end]), as: UTF8.self)
        }
    }

    /// Words of a name folded: lower case, apostrophes left out, one blank for all else.
    static func folded(_ text: String) -> String {
        unsafe text.withBytes { bytes in
            unsafe String(unsafeUninitializedCapacity: bytes.count) { output in
                var count = 0
                for index in bytes.indices {
                    let byte = unsafe bytes[index]
                    if byte == 0x27 || byte == 0x60 { continue }
                    let isLetter = isLetter(byte)
                    if isLetter || isDigit(byte) {
                        unsafe output[count] = isLetter ? byte | 0x20 : byte
                        count += 1
                    } else if count > 0, unsafe output[count - 1] != 0x20 {
                        unsafe output[count] = 0x20
                        count += 1
                    }
                }
                if count > 0, unsafe output[count - 1] == 0x20 { count -= 1 }
                return count
            }
        }
    }
}
