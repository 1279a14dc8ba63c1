// SPDX-License-Identifier: Apache-2.0

import Foundation
import ServersTesting

extension TestServers {
    /// A file among this target's resources.
    static func resource(_ name: String) -> String { Bundle.module.bundlePath + "/Resources/" + name }
}
