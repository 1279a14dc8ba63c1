// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WeirConfiguration

/// Providers of the kinds that there are, so that the tests don't change when a vendor does.
enum TestCatalog {
    static let catalog = ProviderCatalog([
        definition("account_store", [.officePhone: [[.known]]], authentication: .none),
        definition("dropcontact", [.email: [[.fullName, .domain]]]),
        definition("findymail", [.email: [[.fullName, .domain], [.linkedInURL]], .mobile: [[.linkedInURL]]]),
        definition("hearsay", [.email: [[.fullName, .domain]]], evidence: .unconfirmed),
        definition("hunter", [.email: [[.fullName, .domain]], .verifyEmail: []]),
        definition("libphonenumber", [.verifyPhone: []], authentication: .none, hitRate: 1),
        definition("prospeo", [.email: [[.fullName, .domain]], .mobile: [[.linkedInURL]]]),
        definition("website", [.officePhone: [[.domain]]], authentication: .none),
        definition("zerobounce", [.verifyEmail: []], authentication: .query("api_key")),
    ])

    /// Loads one text, as if it lay in `weir.yaml`.
    static func load(
        _ yaml: String, environment: [String: String] = [:], files: [String: String] = [:]
    ) -> LoadedConfiguration {
        load(Array(yaml.utf8), environment: environment, files: files)
    }

    static func load(
        _ bytes: [UInt8], environment: [String: String] = [:], files: [String: String] = [:]
    ) -> LoadedConfiguration {
        ConfigurationLoader.load(path: "weir.yaml", environment: environment, catalog: catalog) { path in
            path == "weir.yaml" ? bytes : files[path].map { Array($0.utf8) }
        }
    }

    private static func definition(
        _ id: ProviderID, _ inputs: [Capability: [Set<QueryField>]],
        authentication: ProviderDescriptor.Authentication = .bearer,
        evidence: ProviderDescriptor.Evidence = .documented, hitRate: Double = 0.4
    ) -> ProviderDefinition {
        let capabilities = inputs.mapValues { inputs in
            CapabilityDescriptor(inputs: inputs, price: .free, expectedHitRate: hitRate)
        }
        let descriptor = ProviderDescriptor(
            id: id, name: id.rawValue, authentication: authentication, capabilities: capabilities, evidence: evidence)
        return ProviderDefinition(descriptor) { Listed(descriptor: descriptor) }
    }
}

/// A provider that is listed, and never asked.
private struct Listed: Provider {
    let descriptor: ProviderDescriptor
}
