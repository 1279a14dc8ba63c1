// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// SHA-256, and HMAC with it. Confined to the thread that made it.
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

    /// Returns the 32 bytes that stand for a text under a key: nobody who lacks the key can try texts out.
    static func keyed(_ key: [UInt8], _ text: String) -> [UInt8] {
        keyed(key, Array(text.utf8))
    }

    /// The same for bytes.
    static func keyed(_ key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
        unsafe Array(unsafeUninitializedCapacity: size) { digest, count in
            let isDone = unsafe key.withUnsafeBytes { key in
                unsafe bytes.withUnsafeBytes { bytes in
                    unsafe weir_hmac_sha256(
                        key.baseAddress, key.count, bytes.baseAddress, bytes.count, digest.baseAddress)
                }
            }
            precondition(isDone == 1, "HMAC failed")
            count = size
        }
    }
}
