// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import WaterfallEngine

/// A test case of a whole configuration: a prospect, what each provider says of them, and what must come out.
public struct ConfigurationCase: Sendable {
    /// What must be so, and where the file says it.
    public enum Expectation: Sendable {
        case text(path: String, wanted: String, line: Int)
        case list(path: String, wanted: [(text: String, line: Int)], line: Int)
    }

    public var name: String
    public var prospect: ProspectInput
    public var access: Set<Datum>
    /// Who asks; nil for anybody.
    public var user: String?
    public var maximumCredits: Credits?
    public var scripts: [ProviderID: CaseScript]
    /// Empty where the case doesn't say yet what must come out.
    public var expectations: [Expectation]
}

/// What one provider says, whenever it is asked.
public struct CaseScript: Sendable {
    /// To whoever looks for something; nil where it finds nothing.
    public var answer: ProviderAnswer?
    /// Instead of an answer or a verdict.
    public var failure: ProviderError.Kind?
    /// On every address that `verdicts` doesn't name.
    public var verdict: EmailVerdict?
    public var verdicts: [String: EmailVerdict] = [:]
    public var phoneStatus: PhoneStatus?
    /// Files with recorded replies, relative to the case, which the provider itself reads.
    public var replies: [String] = []

    /// True where it says what a verifier says.
    public var isVerdict: Bool { verdict != nil || !verdicts.isEmpty || phoneStatus != nil }
}
