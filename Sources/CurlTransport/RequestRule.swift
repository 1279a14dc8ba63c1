// SPDX-License-Identifier: Apache-2.0

import Enrichment
import HTTPTypes

/// Which requests may be sent at all, judged on their bytes before any reaches libcurl, which sends headers verbatim.
enum RequestRule {
    /// The longest request body: 8 MiB.
    static let maximumBody = 8 << 20
    /// The longest origin and target together: 64 KiB.
    static let maximumURL = 64 << 10
    /// The most headers a request may have, and all their bytes: 64 KiB.
    static let maximumHeaders = 128
    static let maximumHeaderBytes = 64 << 10

    /// Returns what is wrong with a request; nil where it may be sent. What kind of host the origin
    /// names, libcurl's parser says (`TransferURL`).
    static func objection(to request: TransportRequest) -> StaticString? {
        guard methods.contains(request.method) else { return "a method that is not sent" }
        guard request.body.count <= maximumBody else { return "a body that is too long" }
        let target = request.target
        guard request.origin.utf8.count + target.utf8.count <= maximumURL else { return "a URL that is too long" }
        guard target.utf8.first == UInt8(ascii: "/"), targetBytes.holdsAll(of: target) else {
            return "a target that is not a path and a query"
        }
        guard isOrigin(request.origin) else { return "an origin that is not http or https, a host and a port" }
        return objection(to: request.headers)
    }

    private static func objection(to headers: [HeaderItem]) -> StaticString? {
        guard headers.count <= maximumHeaders else { return "too many headers" }
        var bytes = 0
        for header in headers {
            let name = header.name.rawName
            bytes += name.utf8.count + header.value.utf8.count
            guard !name.isEmpty, tokenBytes.holdsAll(of: name) else { return "a header name that is not one" }
            guard valueBytes.holdsAll(of: header.value) else { return "a control character in a header" }
            if framing.contains(header.name.canonicalName) { return "a header that is the transport's own" }
        }
        return bytes <= maximumHeaderBytes ? nil : "headers that are too long"
    }

    private static let methods: [HTTPRequest.Method] = [.get, .post, .head, .put, .patch, .delete]

    /// Headers that frame the message or name the host: set by someone else, they smuggle requests.
    private static let framing: Set<String> = [
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade",
    ]

    /// Visible ASCII but `#`, which would end the target.
    private static let targetBytes = ByteSet { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "#") }

    /// What hosts and ports are made of: no slash, no userinfo, no zone, and a name with other letters in its ASCII
    /// form alone.
    private static let hostBytes = ByteSet { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ".-_:[]".utf8.contains(byte)
        }
    }

    /// RFC 9110 5.6.2.
    private static let tokenBytes = ByteSet { byte in
        byte > 32 && byte < 127 && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
    }

    /// A tab, and all but controls. Bytes above 127 are allowed (RFC 9110 5.5, obs-text).
    private static let valueBytes = ByteSet { $0 == 9 || $0 >= 32 && $0 != 127 }

    private static func isOrigin(_ origin: String) -> Bool {
        for scheme in ["https://", "http://"] where origin.hasPrefix(scheme) {
            let length = scheme.utf8.count
            return origin.utf8.count > length && hostBytes.holdsAll(of: origin, after: length)
        }
        return false
    }
}
