// SPDX-License-Identifier: Apache-2.0

internal import CCrypto
internal import Tables

/// What a file is known by: a run goes on with the same file alone.
public struct FileIdentity: Sendable, Hashable {
    /// Bytes.
    public var size: Int64
    /// Nanoseconds since 1970.
    public var modified: Int64
    /// The digest of all its bytes, 64 hexadecimal digits in lower case.
    public var sha256: String

    public init(size: Int64, modified: Int64, sha256: String) {
        self.size = size
        self.modified = modified
        self.sha256 = sha256
    }
}

/// SHA-256 of bytes that come piece by piece.
@safe
struct StreamDigest: ~Copyable {
    private let context: OpaquePointer

    init() {
        guard let context = unsafe weir_sha256_make() else { preconditionFailure("libcrypto has no SHA-256") }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    func add(_ bytes: [UInt8]) {
        let isDone = unsafe bytes.withUnsafeBytes { unsafe weir_sha256_add(context, $0.baseAddress, $0.count) }
        precondition(isDone == 1, "SHA-256 failed")
    }

    /// The digest of what was added, in hexadecimal; nothing can be added after.
    func finish() -> String {
        let digest = unsafe [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
            let isDone = unsafe weir_sha256_end(context, digest.baseAddress)
            precondition(isDone == 1, "SHA-256 failed")
            count = 32
        }
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
