// SPDX-License-Identifier: Apache-2.0

/// How one vendor answers, written from its own documents.
///
/// A request goes through these in turn: `refusal` (the key), the rate limit, then `answer`.
protocol Vendor: Sendable {
    /// Its id, key and variable.
    var facts: SandboxVendor { get }
    /// Returns the vendor's answer to a missing or wrong key; `nil` where the key is right.
    func refusal(of call: Call) -> Reply?
    /// Returns the vendor's answer to a request above its rate.
    func throttled(_ call: Call, at desk: Desk) -> Reply
    /// Returns the vendor's answer to a request that was let through.
    func answer(_ call: Call, at desk: Desk) -> Reply
    /// Returns the vendor's answer when something broke on its side.
    func broken() -> Reply
}

extension Vendor {
    func broken() -> Reply {
        Reply(500, .failed, ["error": "Internal Server Error"])
    }

    /// Vendors that are silent about unknown paths and methods answer as any web server does.
    func notFound() -> Reply {
        Reply(404, .rejected, ["error": "Not Found"])
    }
}
