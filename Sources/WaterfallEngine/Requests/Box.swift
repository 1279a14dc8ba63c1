// SPDX-License-Identifier: Apache-2.0

/// A large value on the heap, never changed: whoever copies what holds it copies one reference. A request goes through
/// a dozen asynchronous calls, and each keeps copies of what it hands on for as long as it waits; a person's fields in
/// place made that 50 KiB.
final class Box<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }

    /// Boxes a value where there is one.
    static func of(_ value: Value?) -> Box? { value.map { Box($0) } }
}

extension Box: Equatable where Value: Equatable {
    static func == (left: Box, right: Box) -> Bool { left === right || left.value == right.value }
}

extension Box: Hashable where Value: Hashable {
    func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
