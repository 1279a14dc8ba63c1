// SPDX-License-Identifier: Apache-2.0

/// A vendor that the sandbox plays: what a configuration needs to reach it.
public struct SandboxVendor: Sendable, Hashable, Identifiable {
    /// The provider id, which is also the first part of the path.
    public let id: String
    /// The vendor's name as people write it.
    public let name: String
    /// The one key that is accepted, or `nil` where none is needed.
    public let key: String?
    /// The environment variable that the key is read from by default, or `nil` where no key is needed.
    public let envVariable: String?

    init(id: String, name: String, needsKey: Bool = true, key: String? = nil) {
        self.id = id
        self.name = name
        self.key = needsKey ? key ?? "sandbox-\(id)-key" : nil
        self.envVariable = needsKey ? "\(id.uppercased())_API_KEY" : nil
    }

    /// Every vendor that is played, in the order in which pages and lists show them.
    public static let all: [SandboxVendor] = allVendors.map(\.facts)

    /// Returns the base URL for a configuration, such as `http://127.0.0.1:7400/hunter`.
    public func baseURL(host: String = "127.0.0.1", port: Int = Sandbox.defaultPort) -> String {
        "http://\(host):\(port)/\(id)"
    }
}

/// How each one answers, in the order shown.
let allVendors: [any Vendor] = [
    HunterVendor(), ApolloVendor(), PeopleDataLabsVendor(), ProspeoVendor(), FindymailVendor(),
    DropcontactVendor(), LeadMagicVendor(), IcypeasVendor(), EnrowVendor(), DatagmaVendor(),
    WizaVendor(), AnymailFinderVendor(), TombaVendor(), SnovVendor(), RocketReachVendor(), LushaVendor(),
    ContactOutVendor(), FullContactVendor(), SkrappVendor(), VoilaNorbertVendor(), GetProspectVendor(),
    NymeriaVendor(), ForagerVendor(), KasprVendor(), CognismVendor(), SurfeVendor(), CoresignalVendor(),
    ZoomInfoVendor(), BetterContactVendor(), FullEnrichVendor(), ZeroBounceVendor(), NeverBounceVendor(),
    MillionVerifierVendor(), BouncerVendor(), KickboxVendor(), EmailableVendor(), DeBounceVendor(),
    MailgunVendor(), ReacherVendor(), TwilioVendor(), VeriphoneVendor(), AbstractAPIVendor(),
    NumverifyVendor(), GooglePlacesVendor(), GooglePlacesLegacyVendor(), WebsiteVendor(),
]
