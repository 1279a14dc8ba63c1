// SPDX-License-Identifier: Apache-2.0

import Enrichment
import HTTPTypes

/// Where a redirect leads. libcurl isn't let follow any: it strips two headers on the way to another host and
/// takes every other along (`X-Api-Key` too), so hops are made here and judged like first requests.
enum Redirect {
    /// Returns the next request; nil where the reply stands as it is: it is no redirect, none is left, or the
    /// method is not GET.
    ///
    /// - Throws: `malformed` where the reply names no URL that may be followed.
    static func next(after reply: ProviderReply, to request: TransportRequest) throws(TransportError)
        -> TransportRequest?
    {
        guard request.maximumRedirects > 0, request.method == .get, [301, 302, 303, 307, 308].contains(reply.status),
            let location = reply.headers[.location]
        else { return nil }
        guard let url = TransferURL(), url.set(request.origin + request.target), url.set(location, encoding: true),
            let origin = url.origin
        else { throw TransportError(.malformed, requestLeft: true, "a redirect to what is no http URL") }
        var next = request
        next.maximumRedirects -= 1
        next.target = url.target
        if origin != request.origin {
            next.origin = origin
            next.headers.removeAll { $0.name != .accept && $0.name != .userAgent }
        }
        return next
    }
}
