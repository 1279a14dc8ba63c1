// SPDX-License-Identifier: Apache-2.0

internal import CVerificationData

/// The files of `CVerificationData`, which are part of the program: nothing is read at start-up, and nothing copied.
enum EmbeddedFile: Sendable, CaseIterable {
    case disposableDomains, freeMailDomains, mailHosts, nicknames, smtpReplies

    /// Calls with the file's bytes.
    func withBytes<Result, Failure>(
        _ body: (borrowing Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let file = unsafe file
        let buffer = unsafe UnsafeBufferPointer(start: file.start, count: file.count)
        return try unsafe body(buffer.span)
    }

    /// A copy of the file's bytes.
    var bytes: [UInt8] { withBytes { bytes in (0..<bytes.count).map { bytes[$0] } } }

    private var file: weir_file {
        switch self {
        case .disposableDomains: unsafe weir_disposable_domains()
        case .freeMailDomains: unsafe weir_free_mail_domains()
        case .mailHosts: unsafe weir_mail_hosts()
        case .nicknames: unsafe weir_nicknames()
        case .smtpReplies: unsafe weir_smtp_replies()
        }
    }
}
