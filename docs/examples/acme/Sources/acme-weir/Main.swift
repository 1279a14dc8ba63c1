// SPDX-License-Identifier: Apache-2.0

import AcmeProvider
import WeirCommand

/// `weir`, and Acme in it.
@main struct Main {
    static func main() async { await Weir.main(providers: .builtIn.adding(.acme)) }
}
