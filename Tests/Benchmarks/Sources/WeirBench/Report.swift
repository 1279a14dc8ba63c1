// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What one measurement came to.
struct Report: Sendable {
    var prospects = 0
    var calls = 0
    var found = 0
    var errors = 0
    /// What the process used from the first prospect to the last.
    var usage = ProcessUsage()
    /// Events that an observer heard.
    var events = 0
    /// What this measurement alone has, by name.
    var more: [String: Double] = [:]

    var json: String {
        let more = more.sorted { $0.key < $1.key }.map { ", \"\($0.key)\": \($0.value)" }.joined()
        return """
            {"prospects": \(prospects), "calls": \(calls), "found": \(found), "errors": \(errors), "events": \(events), \
            "wall": \(usage.wall), "user": \(usage.user), "system": \(usage.system), \
            "resident_kib": \(usage.residentKiB), "peak_kib": \(usage.peakKiB)\(more)}
            """
    }
}

/// Time in seconds and memory in KiB: of the process so far, or between two moments.
struct ProcessUsage: Sendable {
    var wall = 0.0
    var user = 0.0
    var system = 0.0
    /// Resident memory at the moment; of two moments, at the first.
    var residentKiB = 0
    /// The most that was ever resident.
    var peakKiB = 0

    /// What the process has used until now.
    static var now: ProcessUsage {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return ProcessUsage(
            wall: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9, user: seconds(usage.ru_utime),
            system: seconds(usage.ru_stime), residentKiB: resident, peakKiB: usage.ru_maxrss)
    }

    static func since(_ start: ProcessUsage) -> ProcessUsage {
        let end = now
        return ProcessUsage(
            wall: end.wall - start.wall, user: end.user - start.user, system: end.system - start.system,
            residentKiB: start.residentKiB, peakKiB: end.peakKiB)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    private static var resident: Int {
        guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
        defer { unsafe _ = fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard unsafe fgets(&line, 128, file) != nil else { return 0 }
        let fields = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) / 1_024 : 0
    }
}
