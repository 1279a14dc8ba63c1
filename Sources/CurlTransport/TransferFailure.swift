// SPDX-License-Identifier: Apache-2.0

import CCurl
import Enrichment

/// What became of a transfer that gave no reply, in the words of the port.
enum TransferFailure {
    /// What libcurl and the callbacks know of it.
    struct Facts {
        var code: CURLcode
        /// True where a byte of the request may have left.
        var requestLeft: Bool
        /// Why the callbacks broke the reply off.
        var violation: StaticString?
        /// True where an address was refused and none was allowed.
        var addressRefused: Bool
        /// True where libcurl was about to send the request a second time.
        var repeated: Bool
        /// True where its message is about the framing of chunks: it has no code for that.
        var brokeChunks: Bool
    }

    static func error(_ facts: Facts) -> TransportError {
        let left = facts.requestLeft
        if let violation = facts.violation { return TransportError(.malformed, requestLeft: left, violation) }
        if facts.repeated {
            return TransportError(.interrupted, requestLeft: true, "the connection closed without an answer")
        }
        if facts.addressRefused && !left {
            return TransportError(.refused, requestLeft: false, "the host is not a public address")
        }
        switch facts.code {
        case CURLE_OPERATION_TIMEDOUT: return TransportError(.timedOut, requestLeft: left)
        // Of a request that has left: the connection closed without an answer, and none could be opened to ask again.
        case CURLE_COULDNT_RESOLVE_HOST where !left:
            return TransportError(.connectFailed, requestLeft: false, "the name did not resolve")
        case CURLE_COULDNT_CONNECT where !left:
            return TransportError(.connectFailed, requestLeft: false, "no connection")
        case CURLE_PEER_FAILED_VERIFICATION where !left:
            return TransportError(.connectFailed, requestLeft: false, "the certificate is not trusted")
        case CURLE_SSL_CONNECT_ERROR where !left:
            return TransportError(.connectFailed, requestLeft: false, "no agreement on TLS")
        case CURLE_RECV_ERROR where facts.brokeChunks:
            return TransportError(.malformed, requestLeft: left, "the chunks of the body are broken")
        case CURLE_WEIRD_SERVER_REPLY where left, CURLE_UNSUPPORTED_PROTOCOL where left:
            return TransportError(.malformed, requestLeft: left, "the reply is not HTTP")
        case CURLE_BAD_CONTENT_ENCODING:
            return TransportError(.malformed, requestLeft: left, "the body's encoding is broken")
        case CURLE_OUT_OF_MEMORY where left:
            return TransportError(.malformed, requestLeft: left, "a header is too long")
        case CURLE_PARTIAL_FILE: return TransportError(.interrupted, requestLeft: left, "the reply ended early")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            return TransportError(.interrupted, requestLeft: left, "the connection broke")
        default:
            return left
                ? TransportError(.interrupted, requestLeft: true, "the exchange failed")
                : TransportError(.connectFailed, requestLeft: false, "the exchange could not begin")
        }
    }
}
