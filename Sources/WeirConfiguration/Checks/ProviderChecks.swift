// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// Looking providers up, with what was probably meant.
enum ProviderChecks {
    static func definition(
        of id: Located<ProviderID>, in catalog: ProviderCatalog, _ reading: inout Reading
    ) -> ProviderDefinition? {
        if let definition = catalog[id.value] { return definition }
        if reading.undeclared.contains(id.value) { return nil }
        reading.fail(
            id.position, length: id.length, "there is no provider `\(Masking.quotable(id.value.rawValue))`",
            hint: hint(for: id.value, in: catalog))
        return nil
    }

    static func hint(for id: ProviderID, in catalog: ProviderCatalog) -> String {
        EditDistance.nearest(to: id.rawValue, among: catalog.definitions.map(\.id.rawValue))
            .map { "did you mean `\($0)`?" }
            ?? "`weir providers list` shows what there is; one of your own needs `type: http`"
    }
}
