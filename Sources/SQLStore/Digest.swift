// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// SHA-256. Confined to the thread that made it.
@safe
final class Digest {
    static let size = 32
    private let context: OpaquePointer

    init() {
        // No memory, or a libcrypto without SHA-256: there is no ledger without it.
        guard let context = unsafe weir_sha256_make() else { preconditionFailure("libcrypto has no SHA-256") }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Returns the 32 bytes that stand for these ones.
    func callAsFunction(_ bytes: [UInt8]) -> [UInt8] {
        unsafe Array(unsafeUninitializedCapacity: Self.size) { digest, count in
            let isDone = unsafe bytes.withUnsafeBytes { bytes in
                unsafe weir_sha256(context, bytes.baseAddress, bytes.count, digest.baseAddress)
            }
            precondition(isDone == 1, "SHA-256 failed")
            count = Self.size
        }
    }

    /// Returns the 32 bytes that stand for a text with a salt: whoever lacks the salt can't try texts out.
    func callAsFunction(_ text: String, salt: [UInt8]) -> [UInt8] { self(salt + Array(text.utf8)) }

    /// The same for bytes.
    func callAsFunction(_ bytes: [UInt8], salt: [UInt8]) -> [UInt8] { self(salt + bytes) }
}
