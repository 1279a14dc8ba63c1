// SPDX-License-Identifier: Apache-2.0

import CCurl

/// A URL parsed by libcurl alone, so that what is judged is what is sent.
@safe struct TransferURL: ~Copyable {
    /// For `CURLOPT_CURLU`; valid as long as this value.
    let handle: OpaquePointer

    /// Nil where memory is out.
    init?() {
        guard let made = unsafe curl_url() else { return nil }
        unsafe handle = made
    }

    deinit { unsafe curl_url_cleanup(handle) }

    /// Takes a whole URL. False where it is not one, names a user, or its scheme is neither http nor https.
    func set(_ url: String, encoding: Bool = false) -> Bool {
        let flags = CURLU_DISALLOW_USER | (encoding ? CURLU_URLENCODE : 0)
        guard unsafe curl_url_set(handle, CURLUPART_URL, url, UInt32(flags)) == CURLUE_OK else { return false }
        return part(CURLUPART_SCHEME).map { $0 == "http" || $0 == "https" } ?? false
    }

    /// Scheme, host and port where it is given: the form of `TransportRequest.origin`.
    var origin: String? {
        guard let scheme = part(CURLUPART_SCHEME), let host = part(CURLUPART_HOST) else { return nil }
        return "\(scheme)://\(host)" + (part(CURLUPART_PORT).map { ":\($0)" } ?? "")
    }

    /// Path and query: the form of `TransportRequest.target`.
    var target: String {
        (part(CURLUPART_PATH) ?? "/") + (part(CURLUPART_QUERY).map { "?\($0)" } ?? "")
    }

    private func part(_ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(handle, part, &text, 0) == CURLUE_OK, let found = unsafe text else { return nil }
        defer { unsafe curl_free(found) }
        return unsafe String(cString: found)
    }
}
