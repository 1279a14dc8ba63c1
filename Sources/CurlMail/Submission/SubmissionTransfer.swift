// SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc

/// One submission by libcurl, on the mail thread.
@safe final class SubmissionTransfer {
    /// How long the answer to QUIT is waited for: 2 s. The outcome is known by then.
    private static let goodbye = 2

    private let handle: MailHandle
    private let needsLogin: Bool
    fileprivate let message: [UInt8]
    fileprivate var transcript = SubmissionTranscript()
    /// How much of the message libcurl has.
    fileprivate var handedOver = 0
    /// True where it was broken off because no way to log in was offered.
    fileprivate var lacksLogin = false

    /// Nil where memory is out.
    init?(_ host: MailHost, clientName: String, _ message: [UInt8], _ cancellation: MailCancellation) {
        // libcurl takes the client's name from the path.
        guard let handle = MailHandle(host, scheme: "smtp", path: clientName, cancellation) else { return nil }
        self.handle = handle
        self.message = message
        needsLogin = host.login != nil
    }

    /// Sends, and says what came of it.
    func perform(from sender: String, to recipient: String) -> SubmissionOutcome? {
        let address = unsafe Unmanaged.passUnretained(self).toOpaque()
        guard let recipients = unsafe curl_slist_append(nil, "<\(recipient)>") else { return nil }
        defer { unsafe curl_slist_free_all(recipients) }
        let easy = unsafe handle.easy
        unsafe weir_set_long(easy, CURLOPT_UPLOAD, 1)
        unsafe weir_set_size(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(message.count))
        unsafe weir_set_string(easy, CURLOPT_MAIL_FROM, "<\(sender)>")
        unsafe weir_set_list(easy, CURLOPT_MAIL_RCPT, recipients)
        unsafe weir_set_pointer(easy, CURLOPT_READDATA, address)
        unsafe weir_set_write(easy, CURLOPT_READFUNCTION, SubmissionCallback.read)
        unsafe weir_set_pointer(easy, CURLOPT_HEADERDATA, address)
        unsafe weir_set_write(easy, CURLOPT_HEADERFUNCTION, SubmissionCallback.line)
        // libcurl tells what it sends to this callback, and to nobody else.
        unsafe weir_set_pointer(easy, CURLOPT_DEBUGDATA, address)
        unsafe weir_set_debug(easy, SubmissionCallback.told)
        unsafe weir_set_long(easy, CURLOPT_VERBOSE, 1)
        let code = unsafe curl_easy_perform(easy)
        return outcome(code)
    }

    private func outcome(_ code: CURLcode) -> SubmissionOutcome {
        let whole = handedOver == message.count && transcript.step == .message
        if let reply = transcript.reply {
            // What goes wrong after the last answer changes nothing of it.
            if transcript.step == .message, whole, (200..<300).contains(reply.code) { return .accepted(reply) }
            if reply.code >= 400 { return .refused(reply, at: transcript.step) }
        }
        if lacksLogin || code == CURLE_LOGIN_DENIED {
            return .failed(MailFailure(.noLogin, "the server offers no known way to log in"), at: .login)
        }
        let failure = MailHandle.failure(code == CURLE_OK ? CURLE_WEIRD_SERVER_REPLY : code)
        return whole ? .unknown(failure) : .failed(failure, at: transcript.step)
    }

    fileprivate func told(_ text: UnsafeRawBufferPointer) {
        unsafe transcript.sent(text)
        if transcript.hasQuit { unsafe weir_set_long(handle.easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, Self.goodbye) }
        // libcurl would go on without having logged in.
        if transcript.step == .sender, needsLogin, !transcript.isLoggedIn { lacksLogin = true }
    }
}

/// What libcurl calls, within `curl_easy_perform` and on its thread.
private enum SubmissionCallback {
    /// The last line's end is handed over by itself, so that what broke before it surely was not sent whole.
    static let read: curl_write_callback = { bytes, size, count, user in
        guard let bytes = unsafe bytes, let user = unsafe user else { return 0 }
        return unsafe Unmanaged<SubmissionTransfer>.fromOpaque(user)._withUnsafeGuaranteedRef { transfer in
            if transfer.transcript.step != .message { transfer.transcript.beganMessage() }
            let left = transfer.message.count - transfer.handedOver
            let length = min(size * count, left > 2 ? left - 2 : left)
            unsafe transfer.message.withUnsafeBytes { message in
                if let start = message.baseAddress { unsafe memcpy(bytes, start + transfer.handedOver, length) }
            }
            transfer.handedOver += length
            return length
        }
    }

    static let line: curl_write_callback = { bytes, size, count, user in
        guard let bytes = unsafe bytes, let user = unsafe user else { return 0 }
        let length = size * count
        return unsafe Unmanaged<SubmissionTransfer>.fromOpaque(user)._withUnsafeGuaranteedRef { transfer in
            unsafe transfer.transcript.received(UnsafeRawBufferPointer(start: bytes, count: length))
            return transfer.lacksLogin ? 0 : length
        }
    }

    static let told: curl_debug_callback = { _, kind, bytes, count, user in
        guard kind == CURLINFO_HEADER_OUT, let bytes = unsafe bytes, let user = unsafe user else { return 0 }
        unsafe Unmanaged<SubmissionTransfer>.fromOpaque(user)._withUnsafeGuaranteedRef { transfer in
            unsafe transfer.told(UnsafeRawBufferPointer(start: bytes, count: count))
        }
        return 0
    }
}
