// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the system says of this process.
enum ProcessFigures {
    /// Open file descriptors.
    static var descriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }

    /// Memory in RAM, in bytes.
    static var residentMemory: Int {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return fields.flatMap { Int($0[1]) }.map { $0 * 4_096 } ?? 0
    }
}
