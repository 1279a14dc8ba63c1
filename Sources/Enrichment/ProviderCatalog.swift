// SPDX-License-Identifier: Apache-2.0

/// How a provider is listed: its facts, and how to make one. Each module has one, as a static member of this type.
public struct ProviderDefinition: Sendable {
    public let descriptor: ProviderDescriptor
    private let make: @Sendable () -> any Provider

    public var id: ProviderID { descriptor.id }

    public init(_ descriptor: ProviderDescriptor, make: @escaping @Sendable () -> any Provider) {
        self.descriptor = descriptor
        self.make = make
    }

    public func makeProvider() -> any Provider { make() }
}

/// The providers that a program knows: an immutable value, in the order given.
public struct ProviderCatalog: Sendable {
    public let definitions: [ProviderDefinition]

    /// Two definitions with one id are a programmer's error.
    public init(_ definitions: [ProviderDefinition]) {
        precondition(
            Set(definitions.map(\.id)).count == definitions.count, "two providers have the same id")
        self.definitions = definitions
    }

    public subscript(id: ProviderID) -> ProviderDefinition? { definitions.first { $0.id == id } }

    /// Returns the catalog with more providers at its end.
    public func adding(_ more: ProviderDefinition...) -> ProviderCatalog { ProviderCatalog(definitions + more) }

    /// Returns the catalogue with another definition in the place of the one of the same id.
    public func replacing(_ definition: ProviderDefinition) -> ProviderCatalog {
        ProviderCatalog(definitions.map { $0.id == definition.id ? definition : $0 })
    }
}
