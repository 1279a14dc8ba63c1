// SPDX-License-Identifier: Apache-2.0

import WeirCommand

/// The command `weir`.
@main struct Main {
    static func main() async { await Weir.main() }
}
