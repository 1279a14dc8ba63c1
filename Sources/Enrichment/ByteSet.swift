// SPDX-License-Identifier: Apache-2.0

/// Some of the 256 bytes, as a table: every byte of every request is looked at.
package struct ByteSet: Sendable {
    private let isMember: [Bool]

    package init(_ holds: (UInt8) -> Bool) { isMember = (0...255).map { holds($0) } }

    package func contains(_ byte: UInt8) -> Bool { isMember[Int(byte)] }

    /// True where every byte of the text is a member.
    ///
    /// - Parameter count: bytes at the start that are not looked at.
    package func holdsAll(of text: String, after count: Int = 0) -> Bool {
        unsafe isMember.withUnsafeBufferPointer { isMember in
            var text = text
            return text.withUTF8 { bytes in
                for index in bytes.indices.dropFirst(count) where unsafe !isMember[Int(bytes[index])] { return false }
                return true
            }
        }
    }
}
