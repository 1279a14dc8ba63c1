// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Counts durations in buckets whose width grows with them, so that a percentile of any number of them takes a few
/// hundred numbers of memory and is off by less than 2%.
public struct LatencyHistogram: Sendable, Hashable {
    /// Buckets an octave; below so many microseconds each has a bucket of its own.
    private static let perOctave: Int64 = 32
    private static let bits = 5
    /// Longer ones count as this: an hour.
    private static let longest: Int64 = 3_600_000_000

    private var counts: [Int] = []
    public private(set) var count = 0

    public init() {}

    public mutating func add(_ duration: Duration) {
        let bucket = Self.bucket(of: min(max(0, duration.microseconds), Self.longest))
        if bucket >= counts.count { counts += Array(repeating: 0, count: bucket + 1 - counts.count) }
        counts[bucket] += 1
        count += 1
    }

    /// The duration that so large a share of them does not exceed; nil where there are none.
    ///
    /// - Parameter share: from 0 to 1; 0.5 is the median.
    public func percentile(_ share: Double) -> Duration? {
        guard count > 0 else { return nil }
        let rank = min(count, max(1, Int((Double(count) * share).rounded(.up))))
        var passed = 0
        for (bucket, number) in counts.enumerated() {
            passed += number
            if passed >= rank { return .microseconds(Self.middle(of: bucket)) }
        }
        return nil
    }

    private static func bucket(of microseconds: Int64) -> Int {
        guard microseconds >= perOctave else { return Int(microseconds) }
        let shift = 63 - microseconds.leadingZeroBitCount - bits
        return (shift + 1) * Int(perOctave) + Int(microseconds >> Int64(shift) - perOctave)
    }

    private static func middle(of bucket: Int) -> Int64 {
        let (octave, place) = Int64(bucket).quotientAndRemainder(dividingBy: perOctave)
        guard octave > 0 else { return place }
        let width: Int64 = 1 << (octave - 1)
        return (perOctave + place) * width + width / 2
    }
}
