// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Hears what the engine does. Logs, metrics and progress are observers; the engine itself logs nothing.
public protocol RunObserver: Sendable {
    /// Called on the engine's threads: returns soon, and can't fail.
    func record(_ event: RunEvent)
}

/// One thing that happened. Holds ids and words, never personal data or secrets.
public enum RunEvent: Sendable, Hashable {
    case requestOpened(RequestID, held: Credits)
    case requestRefused(RequestID, Refusal.Bound)
    /// A provider is about to be called.
    case attemptStarted(RequestID, Capability, ProviderID)
    /// An exchange is tried again.
    case retrying(RequestID, ProviderID, after: Duration, because: ProviderError.Kind)
    /// Work waits for a limit.
    case queued(RequestID, ProviderID, for: Duration)
    case attemptEnded(RequestID, Attempt)
    /// A provider is out of use until a person acts: a bad key, or no credits. Said once.
    case providerStopped(ProviderID, ProviderError.Kind)
    case requestSettled(RequestID, RequestOutcome, captured: Credits)
    /// A request was joined to one in flight.
    case requestJoined(RequestID, to: RequestID)
}

/// An observer that hears nothing.
public struct SilentObserver: RunObserver {
    public init() {}
    public func record(_ event: RunEvent) {}
}
