// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What a look at a provider's account came to.
public enum AccountCheck: Sendable, Hashable {
    /// The key works; what is left, where the vendor says it.
    case working(ProviderAccount)
    /// The vendor has no call that costs nothing.
    case notOffered
    case notUsable(SkipReason)
    case failed(ProviderError)
}

extension Engine {
    /// Looks at a provider's key and balance by a call that is free. Works without `running`, within the time.
    public func checkAccount(of provider: ProviderID, on lane: Lane, within time: Duration) async -> AccountCheck {
        guard let runtime = core.providers[provider] else { return .notUsable(.disabled) }
        if let skip = runtime.configurationSkip { return .notUsable(skip) }
        guard let reporting = runtime.provider as? any AccountReporting else { return .notOffered }
        do throws(ProviderError) {
            let token = try await runtime.token?.token(on: lane, within: time)
            let bound = runtime.endpoint.bind(reporting.accountRequest(), token: token)
            let reply: ProviderReply
            do throws(TransportError) {
                reply = try await lane.transport.send(bound, deadline: time)
            } catch {
                throw error.providerError(repeatable: true)
            }
            return .working(try reporting.account(from: reply))
        } catch {
            return .failed(error)
        }
    }
}
