// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation
internal import Identity
internal import WaterfallEngine
internal import WeirConfiguration

/// Reads what options say of contacts and accounts.
enum Words {
    /// Words separated by commas.
    static func read<Word: RawRepresentable<String> & Hashable>(
        _ text: String?, _ option: String, _ all: [Word]
    ) throws -> Set<Word> {
        guard let text else { return [] }
        let parts = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let words = parts.compactMap { Word(rawValue: $0) }
        guard !words.isEmpty, words.count == parts.count else {
            throw CommandFailure(.usage, "\(option) takes \(all.map(\.rawValue).joined(separator: ", "))")
        }
        return Set(words)
    }

    static func age(_ text: String?, _ option: String) throws -> Duration? {
        guard let text else { return nil }
        guard let duration = DurationText.parse(text) else {
            throw CommandFailure(.usage, "\(option) takes an age such as 12h or 90d")
        }
        return duration
    }

    static func domain(_ text: String?) throws -> String? {
        guard let text else { return nil }
        guard let domain = Domain(text) else {
            throw CommandFailure(.usage, "--domain takes a company's domain, such as example.com")
        }
        return domain.ascii
    }

    /// A name that a team gives: of a list, an owner, a stage, a field.
    static func name(_ text: String, _ what: String) throws -> String {
        let name = text.trimmingCharacters(in: .whitespaces)
        guard !name.isEmpty, name.utf8.count <= 100,
            !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0 == ";" || $0.value == 0x7F })
        else {
            throw CommandFailure(.usage, "\(what) is a name of at most 100 bytes, without semicolons and line ends")
        }
        return name
    }

    static func text(_ text: String, _ what: String) throws -> String {
        guard text.utf8.count <= 16_384, !text.unicodeScalars.contains("\0") else {
            throw CommandFailure(.usage, "\(what) has at most 16 KiB")
        }
        return text
    }

    /// Fields that are set and those that are taken away.
    static func fields(set: [String], unset: [String]) throws -> [String: String?] {
        var fields: [String: String?] = [:]
        for pair in set {
            guard let mark = pair.firstIndex(of: "=") else {
                throw CommandFailure(.usage, "--field takes a name and a value, such as segment=mid-market")
            }
            let name = try name(String(pair[..<mark]), "a field")
            fields[name] = .some(try text(String(pair[pair.index(after: mark)...]), "a field"))
        }
        for name in unset { fields[name] = .some(nil) }
        return fields
    }

    /// The normal form of a profile.
    static func profile(_ text: String) throws -> String {
        do throws(IdentityError) {
            return try LinkedInURL(parsing: text).absoluteString
        } catch {
            throw CommandFailure(.usage, "--linkedin: \(error.message)")
        }
    }

    static func email(_ text: String) throws -> SuppliedEmail {
        do throws(IdentityError) {
            let address = try EmailAddress(parsing: text)
            return SuppliedEmail(address: address.display, key: address.isRole ? nil : address.identity)
        } catch {
            throw CommandFailure(.usage, "--email: \(error.message)")
        }
    }
}
