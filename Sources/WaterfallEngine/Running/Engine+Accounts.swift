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
    /// Looks at a provider's keys and balances by a call that is free, each within the time. Works without `running`.
    ///
    /// - Returns: one check a key, in the configured order; one where there is no key.
    public func checkAccounts(of provider: ProviderID, on lane: Lane, within time: Duration) async -> [AccountCheck] {
        guard let runtime = core.providers[provider] else { return [.notUsable(.disabled)] }
        var checks: [AccountCheck] = []
        for keyed in core.keyRing(of: provider)?.runtimes ?? [runtime] {
            checks.append(await checkAccount(of: keyed, on: lane, within: time))
        }
        return checks
    }

    private func checkAccount(of runtime: ProviderRuntime, on lane: Lane, within time: Duration) async -> AccountCheck {
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
