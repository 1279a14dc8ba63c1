// SPDX-License-Identifier: Apache-2.0

import CCurl
import Enrichment
import Glibc
import HTTPTypes

/// One easy handle of libcurl with what it needs to be used again and again: the parsed origin and the header list of
/// the exchange before, which most often fit the next one too.
///
/// libcurl keeps its address while it runs; the loop keeps the object until then. Touched on the loop's thread alone.
@safe final class Transfer {
    /// The longest a connection may live: 10 minutes. Certificates are checked when it opens and never again.
    static let maximumConnectionLifetime = 600
    /// The longest a connection may lie idle and still be used: 55 s, less than servers commonly wait.
    static let maximumConnectionIdle = 55

    let easy: UnsafeMutableRawPointer
    var ticket = InFlight.Ticket(slot: 0, generation: 0)
    var continuation: UnsafeContinuation<Result<ProviderReply, TransportError>, Never>?
    fileprivate var reply = ReplyBuffer()
    fileprivate var refusedAddresses = 0
    fileprivate var allowedAddresses = 0
    /// How often libcurl came to the point of sending the request: it would send again on a fresh connection where
    /// a reused one closed without an answer, though the vendor may have read, and billed, the first.
    fileprivate var sends = 0
    unowned(unsafe) let pool: ConnectionPool
    private let url: TransferURL
    private let errorText: UnsafeMutablePointer<CChar>
    private var list: UnsafeMutablePointer<curl_slist>?
    private var headers: [HeaderItem] = []
    private var origin = ""
    private(set) var usesTLS = false
    private var method = HTTPRequest.Method.get
    private var hasBody = false

    /// Nil where memory is out.
    init?(pool: ConnectionPool, authorities: String?) {
        guard let url = TransferURL(), let easy = unsafe curl_easy_init() else { return nil }
        self.url = url
        unsafe self.easy = easy
        unsafe self.pool = pool
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        configure(authorities: authorities)
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_slist_free_all(list)
        unsafe errorText.deallocate()
    }

    /// Sets up the next exchange.
    ///
    /// - Parameter timeout: milliseconds for all of it, connecting included.
    /// - Returns: what is wrong with the request; nil where it may start.
    func prepare(_ request: TransportRequest, timeout: Int) -> StaticString? {
        reply.reset()
        refusedAddresses = 0
        allowedAddresses = 0
        sends = 0
        unsafe errorText[0] = 0
        if request.origin != origin {
            origin = ""
            guard url.set(request.origin) else { return "an origin that is not a URL" }
            origin = request.origin
            setTLS(origin.utf8.starts(with: "https:".utf8))
        }
        guard unsafe weir_set_string(easy, CURLOPT_REQUEST_TARGET, request.target) == CURLE_OK else {
            return "memory is out"
        }
        unsafe weir_set_long(easy, CURLOPT_TIMEOUT_MS, timeout)
        let sendsBody = !request.body.isEmpty || [.post, .put, .patch].contains(request.method)
        if unsafe list == nil || request.headers != headers || sendsBody != self.hasBody {
            guard setHeaders(request.headers, sendsBody: sendsBody) else { return "memory is out" }
        }
        if sendsBody || self.hasBody || request.method != method { setMethod(request, sendsBody: sendsBody) }
        self.hasBody = sendsBody
        method = request.method
        return nil
    }

    /// What came of it, when libcurl says that it is done.
    func result(_ code: CURLcode) -> Result<ProviderReply, TransportError> {
        guard code == CURLE_OK, reply.violation == nil, reply.headersEnded else {
            return .failure(TransferFailure.error(facts(code == CURLE_OK ? CURLE_PARTIAL_FILE : code)))
        }
        var status = 0
        unsafe weir_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return .success(reply.reply(status: status))
    }

    /// True where a byte of the request may have left. Over TLS, the count that libcurl keeps is not relied on.
    var requestLeft: Bool {
        guard sends > 0 else { return false }
        if usesTLS || sends > 1 { return true }
        var bytes = 0
        unsafe weir_get_long(easy, CURLINFO_REQUEST_SIZE, &bytes)
        return bytes > 0
    }

    private func facts(_ code: CURLcode) -> TransferFailure.Facts {
        TransferFailure.Facts(
            code: code, requestLeft: requestLeft, violation: reply.violation,
            addressRefused: refusedAddresses > 0 && allowedAddresses == 0, repeated: sends > 1,
            brokeChunks: unsafe strstr(errorText, "chunk") != nil)
    }
}

extension Transfer {
    private var address: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

    private func configure(authorities: String?) {
        unsafe weir_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // Without it, removing a transfer waits for a resolver thread that may be stuck for seconds.
        unsafe weir_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        // CURLOPT_BUFFERSIZE stays at its 16 KiB, most of what a waiting transfer weighs: with 4 KiB, exchanges that
        // share an HTTP/2 connection stall in libcurl 7.88 (`MultiplexingTests`).
        unsafe weir_set_string(easy, CURLOPT_PROXY, "")
        unsafe weir_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        unsafe weir_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        unsafe weir_set_long(easy, CURLOPT_HTTP09_ALLOWED, 0)
        unsafe weir_set_string(easy, CURLOPT_ACCEPT_ENCODING, "gzip")
        unsafe weir_set_long(easy, CURLOPT_MAXLIFETIME_CONN, Self.maximumConnectionLifetime)
        unsafe weir_set_long(easy, CURLOPT_MAXAGE_CONN, Self.maximumConnectionIdle)
        unsafe weir_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        unsafe weir_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        unsafe weir_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let authorities { unsafe weir_set_string(easy, CURLOPT_CAINFO, authorities) }
        unsafe weir_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        unsafe weir_set_url(easy, url.handle)
        setTLS(false)
        unsafe weir_set_pointer(easy, CURLOPT_PRIVATE, address)
        unsafe weir_set_pointer(easy, CURLOPT_WRITEDATA, address)
        unsafe weir_set_pointer(easy, CURLOPT_HEADERDATA, address)
        unsafe weir_set_pointer(easy, CURLOPT_PREREQDATA, address)
        unsafe weir_set_pointer(easy, CURLOPT_OPENSOCKETDATA, address)
        unsafe weir_set_write(easy, CURLOPT_WRITEFUNCTION, TransferCallback.body)
        unsafe weir_set_write(easy, CURLOPT_HEADERFUNCTION, TransferCallback.header)
        unsafe weir_set_before_request(easy, TransferCallback.beforeRequest)
        unsafe weir_set_open_socket(easy, TransferCallback.openSocket)
        // A connection outlives its transfer, so what closes it is told the pool's address, not this one's.
        unsafe weir_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, Unmanaged.passUnretained(pool).toOpaque())
        unsafe weir_set_close_socket(easy, TransferCallback.closeSocket)
    }

    /// HTTP/2 is spoken over TLS alone. Waiting for a connection that could be shared is only worth it there;
    /// for plain HTTP it would make the first requests queue behind one connection.
    private func setTLS(_ on: Bool) {
        usesTLS = on
        let version = on ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
        unsafe weir_set_long(easy, CURLOPT_HTTP_VERSION, version)
        unsafe weir_set_long(easy, CURLOPT_PIPEWAIT, on ? 1 : 0)
    }

    private func setMethod(_ request: TransportRequest, sendsBody: Bool) {
        unsafe weir_set_long(easy, CURLOPT_HTTPGET, 1)
        unsafe weir_set_string(easy, CURLOPT_CUSTOMREQUEST, nil)
        if sendsBody {
            unsafe weir_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
            unsafe request.body.withUnsafeBytes { bytes in
                let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                // An empty body has no address, and without one libcurl would read the body from a callback.
                if let start = unsafe start, bytes.count > 0 {
                    unsafe weir_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start)
                } else {
                    unsafe weir_set_string(easy, CURLOPT_COPYPOSTFIELDS, "")
                }
            }
        } else if request.method == .head {
            unsafe weir_set_long(easy, CURLOPT_NOBODY, 1)
        }
        let implied: HTTPRequest.Method = sendsBody ? .post : request.method == .head ? .head : .get
        if request.method != implied {
            unsafe weir_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    /// The list of the request's headers. `Name;` is libcurl's way to send an empty one, `Name:` to leave its
    /// own out.
    private func setHeaders(_ items: [HeaderItem], sendsBody: Bool) -> Bool {
        var lines = items.map { item in
            let value = item.value.drop { $0 == " " || $0 == "\t" }
            return value.isEmpty ? "\(item.name.rawName);" : "\(item.name.rawName): \(value)"
        }
        if !items.contains(where: { $0.name == .accept }) { lines.append("Accept: */*") }
        if sendsBody {
            lines.append("Expect:")
            if !items.contains(where: { $0.name == .contentType }) { lines.append("Content-Type:") }
        }
        var made: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = unsafe curl_slist_append(made, line) else {
                unsafe curl_slist_free_all(made)
                return false
            }
            unsafe made = longer
        }
        unsafe weir_set_headers(easy, made)
        unsafe curl_slist_free_all(list)
        unsafe list = made
        headers = items
        return true
    }
}

/// What libcurl calls. Each runs inside a call of the loop to libcurl, on the loop's thread; the user pointers are of
/// objects that the loop holds for longer than libcurl does.
enum TransferCallback {
    typealias Bytes = UnsafeMutablePointer<CChar>

    static let body: curl_write_callback = { bytes, size, count, user in
        guard let bytes = unsafe bytes, let user = unsafe user else { return 0 }
        let length = size * count
        return unsafe Unmanaged<Transfer>.fromOpaque(user)._withUnsafeGuaranteedRef { transfer in
            let taken = unsafe transfer.reply.appendBody(UnsafeRawBufferPointer(start: bytes, count: length)) {
                var received: curl_off_t = 0
                unsafe weir_get_size(transfer.easy, CURLINFO_SIZE_DOWNLOAD_T, &received)
                // What is being decoded right now may not be counted yet: one buffer of libcurl's.
                return Int(received) + Int(CURL_MAX_WRITE_SIZE)
            }
            return taken ? length : 0
        }
    }

    static let header: curl_write_callback = { bytes, size, count, user in
        guard let bytes = unsafe bytes, let user = unsafe user else { return 0 }
        let length = size * count
        return unsafe Unmanaged<Transfer>.fromOpaque(user)._withUnsafeGuaranteedRef { transfer in
            unsafe transfer.reply.appendHeader(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
        }
    }

    static let beforeRequest: curl_prereq_callback = { user, _, _, _, _ in
        guard let user = unsafe user else { return CURL_PREREQFUNC_ABORT }
        return unsafe Unmanaged<Transfer>.fromOpaque(user)._withUnsafeGuaranteedRef { transfer in
            transfer.sends += 1
            return transfer.sends > 1 ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK
        }
    }

    static let openSocket: curl_opensocket_callback = { user, _, address in
        guard let user = unsafe user, let address = unsafe address else { return CURL_SOCKET_BAD }
        return unsafe Unmanaged<Transfer>.fromOpaque(user)._withUnsafeGuaranteedRef { transfer in
            let pool = unsafe transfer.pool
            var bytes = [UInt8](repeating: 0, count: 16)
            let count = unsafe Int(weir_address_bytes(address, &bytes))
            guard count > 0, pool.key.allowsPrivateAddresses || AddressRule.allows(bytes[..<count]) else {
                transfer.refusedAddresses += 1
                return CURL_SOCKET_BAD
            }
            transfer.allowedAddresses += 1
            let descriptor = unsafe weir_open_socket(address)
            if descriptor >= 0 { pool.sockets.opened(descriptor) }
            return descriptor
        }
    }

    static let closeSocket: curl_closesocket_callback = { user, descriptor in
        guard let user = unsafe user else { return close(descriptor) }
        unsafe Unmanaged<ConnectionPool>.fromOpaque(user)._withUnsafeGuaranteedRef { pool in
            pool.sockets.closed(descriptor)
        }
        return close(descriptor)
    }
}
