// SPDX-License-Identifier: Apache-2.0

import BenchVendors
import Enrichment
import WeirCommand

/// The command line as users have it, with the vendor server's providers compiled in.
@main struct BenchCommand {
    static func main() async {
        let catalog = BenchVendor.all.reduce(ProviderCatalog.builtIn) { catalog, vendor in
            catalog.adding(ProviderDefinition(vendor.descriptor) { vendor })
        }
        await Weir.main(providers: catalog)
    }
}
