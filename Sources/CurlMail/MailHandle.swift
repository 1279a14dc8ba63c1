// SPDX-License-Identifier: Apache-2.0

import CCurl
import WaterfallEngine

/// One easy handle of libcurl, set up for a server of mail. Used on the mail thread alone.
@safe final class MailHandle {
    let easy: UnsafeMutableRawPointer

    /// Nil where memory is out.
    ///
    /// - Parameters:
    ///   - scheme: `smtp` or `imap`.
    ///   - path: what follows the host, without its slash.
    init?(_ host: MailHost, scheme: String, path: String, _ cancellation: MailCancellation) {
        guard let made = unsafe curl_easy_init() else { return nil }
        unsafe easy = made
        unsafe weir_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // Without it, the end of a cancelled transfer waits for a resolver thread that may be stuck.
        unsafe weir_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        unsafe weir_set_string(easy, CURLOPT_PROXY, "")
        let scheme = host.security == .tls ? "\(scheme)s" : scheme
        unsafe weir_set_string(easy, CURLOPT_PROTOCOLS_STR, scheme)
        unsafe weir_set_string(easy, CURLOPT_URL, "\(scheme)://\(host.authority)/\(path)")
        let wanted = host.security == .startTLS ? CURLUSESSL_ALL : CURLUSESSL_NONE
        unsafe weir_set_long(easy, CURLOPT_USE_SSL, Int(wanted.rawValue))
        unsafe weir_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        unsafe weir_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        unsafe weir_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let authorities = host.certificateAuthorities {
            unsafe weir_set_string(easy, CURLOPT_CAINFO, authorities)
            unsafe weir_set_string(easy, CURLOPT_CAPATH, nil)
        }
        unsafe weir_set_long(easy, CURLOPT_FRESH_CONNECT, 1)
        unsafe weir_set_long(easy, CURLOPT_FORBID_REUSE, 1)
        unsafe weir_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(host.connectTimeout))
        unsafe weir_set_long(easy, CURLOPT_TIMEOUT_MS, Self.milliseconds(host.timeout))
        unsafe weir_set_long(
            easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (Self.milliseconds(host.replyTimeout) + 999) / 1_000)
        if let login = host.login {
            unsafe weir_set_string(easy, CURLOPT_USERNAME, login.username)
            unsafe weir_set_string(easy, CURLOPT_PASSWORD, login.password.exposed)
            unsafe weir_set_string(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN")
        }
        // libcurl asks about once a second, whatever happens.
        unsafe weir_set_long(easy, CURLOPT_NOPROGRESS, 0)
        unsafe weir_set_pointer(
            easy, CURLOPT_XFERINFODATA, Unmanaged.passUnretained(cancellation).toOpaque())
        unsafe weir_set_progress(easy) { user, _, _, _, _ in
            guard let user = unsafe user else { return 1 }
            return unsafe Unmanaged<MailCancellation>.fromOpaque(user)._withUnsafeGuaranteedRef {
                $0.isCancelled ? 1 : 0
            }
        }
    }

    deinit { unsafe curl_easy_cleanup(easy) }

    /// At least one: libcurl takes 0 for its own limits.
    static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return max(1, Int(min(seconds, 86_400)) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
    }

    /// What libcurl's code means before anything but a login went on.
    static func failure(_ code: CURLcode) -> MailFailure {
        switch code {
        case CURLE_ABORTED_BY_CALLBACK: MailFailure(.cancelled, "it was cancelled")
        case CURLE_OPERATION_TIMEDOUT: MailFailure(.timedOut, "an answer did not come in time")
        case CURLE_COULDNT_RESOLVE_HOST: MailFailure(.noConnection, "the host's name did not resolve")
        case CURLE_COULDNT_CONNECT: MailFailure(.noConnection, "no connection")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
            MailFailure(.untrusted, "the server's certificate is not trusted")
        case CURLE_SSL_CACERT_BADFILE: MailFailure(.invalid, "the file of certificates can't be read")
        case CURLE_USE_SSL_FAILED: MailFailure(.noTLS, "the server does not offer TLS")
        case CURLE_SSL_CONNECT_ERROR: MailFailure(.noTLS, "no agreement on TLS")
        case CURLE_LOGIN_DENIED: MailFailure(.loginRefused, "the server does not take username and password")
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
            MailFailure(.malformed, "the server's answer is not of the protocol")
        default: MailFailure(.interrupted, "the connection broke")
        }
    }
}
