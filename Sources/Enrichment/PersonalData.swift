// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes

// Values that hold personal data describe their form alone, so that none of it reaches a log by an interpolation, a
// dump or a failed precondition.

extension ContactQuery: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        let fields = QueryField.allCases.filter { self[$0] != nil }.map(\.rawValue)
        return "\(capability.rawValue) by \(fields.joined(separator: ", "))"
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension ProviderRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        "\(method.rawValue), \(query.count) parameters, \(headers.count) headers, \(body.count) bytes"
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension ProviderAnswer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        let charged = charged.map { ", charged \($0)" } ?? ""
        return "\(emails.count) emails, \(phones.count) phones, \(officePhones.count) office phones\(charged)"
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension PersonFacts: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "facts of a person" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension EmailCandidate: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "an email graded \(grade.rawValue)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension PhoneCandidate: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "a phone of type \(type.rawValue), \(status.rawValue)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension EmailVerdict: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(status.rawValue), \(reason.rawValue)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension PhoneNumber: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "a phone number" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension WrittenNumber: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "a written number of \(digits.utf8.count) digits" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
