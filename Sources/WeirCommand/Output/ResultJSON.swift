// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// What `weir enrich --json` prints (`interfaces.md`, 2): keys stable, amounts as decimal strings, absent things `null`
/// or `[]`, never missing.
extension EnrichmentResult {
    var json: JSONValue {
        .object([
            .init("request_id", .string(request.description)),
            .init("outcome", .string(outcome.rawValue)),
            .init("stopped", stoppedJSON),
            .init("contact", contactJSON),
            .init("email", email.map(\.json) ?? .null),
            .init("phones", .array(phones.map(\.json))),
            .init("office_phones", .array(officePhones.map(\.json))),
            .init("attempts", .array(attempts.map(\.json))),
            .init("credits", creditsJSON),
            .init("refusal", refusal?.json ?? .null),
            .init("cost", .array(cost.map(\.json))),
        ])
    }

    private var stoppedJSON: JSONValue {
        .object([
            .init("email", .text(stopped[.email]?.rawValue)),
            .init("mobile", .text(stopped[.phone]?.rawValue)),
        ])
    }

    private var contactJSON: JSONValue {
        guard let contact else { return .null }
        let accountJSON = account.map { account in
            JSONValue.object([
                .init("id", .string(account.id.description)), .init("domain", .text(account.domain)),
                .init("name", .text(account.name)),
            ])
        }
        return .object([
            .init("id", .string(contact.id.description)),
            .init("first_name", .text(contact.firstName)),
            .init("last_name", .text(contact.lastName)),
            .init("title", .text(contact.title)),
            .init("linkedin_url", .text(contact.linkedInURL)),
            .init("account", accountJSON ?? .null),
        ])
    }

    private var creditsJSON: JSONValue {
        .object([
            .init("held", .string(held.decimal)), .init("captured", .string(captured.decimal)),
            .init("released", .string(released.decimal)), .init("available", .text(available?.decimal)),
        ])
    }
}

extension ResultEmail {
    var json: JSONValue {
        .object([
            .init("value", .text(value)),
            .init("status", .string(status.rawValue)),
            .init("reason", .string(reason.rawValue)),
            .init("provider", .text(provider?.rawValue)),
            .init("verified_by", .text(verifiedBy?.rawValue)),
            .init("confidence", confidence.map { .number($0) } ?? .null),
            .init("net_new", .bool(isNetNew)),
            .init("credits", .string(credits.decimal)),
        ])
    }
}

extension ResultPhone {
    var json: JSONValue {
        .object([
            .init("value", .text(number?.e164)),
            .init("raw", .string(raw)),
            .init("extension", .text(number?.extension)),
            .init("type", .string(type.rawValue)),
            .init("status", .string(status.rawValue)),
            .init("dnc", .string(doNotCall.rawValue)),
            .init("provider", .text(provider?.rawValue)),
            .init("net_new", .bool(isNetNew)),
            .init("credits", .string(credits.decimal)),
        ])
    }
}

extension Attempt {
    var json: JSONValue {
        let costJSON = cost.map { cost in
            JSONValue.object([
                .init("amount", .string(cost.amount.decimal)), .init("unit", .string(cost.amount.unit)),
                .init("suspected", .bool(cost.isSuspected)),
            ])
        }
        return .object([
            .init("capability", .string(capability.rawValue)),
            .init("provider", .string(provider.rawValue)),
            .init("outcome", .string(outcome.word)),
            .init("reason", .text(outcome.reason)),
            .init("cached", .bool(isCached)),
            .init("http_status", httpStatus.map { .integer(Int64($0)) } ?? .null),
            .init("latency_ms", latency.map { .integer($0.milliseconds) } ?? .null),
            .init("tries", .integer(Int64(tries))),
            .init("cost", costJSON ?? .null),
        ])
    }
}

extension Account {
    var json: JSONValue {
        .object([
            .init("id", .string(id.description)), .init("domain", .text(domain)), .init("name", .text(name)),
            .init("office_phones", .array(officePhones.map(\.json))),
        ])
    }
}

extension ContactEmail {
    var json: JSONValue {
        .object([
            .init("value", .text(status == .locked ? nil : address)), .init("status", .string(status.rawValue)),
            .init("reason", .string(reason.rawValue)), .init("provider", .text(provider?.rawValue)),
            .init("verified_by", .text(verifiedBy?.rawValue)), .init("found_at", .string(foundAt.iso8601)),
            .init("verdict", verdict?.json ?? .null),
        ])
    }
}

extension AddressVerdict {
    var json: JSONValue {
        .object([
            .init("status", .string(verdict.status.rawValue)), .init("reason", .string(verdict.reason.rawValue)),
            .init("suggestion", .text(verdict.suggestion)), .init("verified_by", .string(verifiedBy.rawValue)),
            .init("judged_at", .string(judgedAt.iso8601)),
        ])
    }
}

extension ContactPhone {
    var json: JSONValue {
        .object([
            .init("value", .text(number?.e164)), .init("raw", .string(raw)),
            .init("extension", .text(number?.extension)), .init("type", .string(type.rawValue)),
            .init("status", .string(status.rawValue)), .init("dnc", .string(doNotCall.rawValue)),
            .init("provider", .text(provider?.rawValue)), .init("found_at", .string(foundAt.iso8601)),
        ])
    }
}

extension JSONValue {
    /// A string, or `null` where there is none.
    static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// The document as one line of text.
    var line: String { String(decoding: serialized(), as: UTF8.self) }
}

extension Amount {
    var json: JSONValue { .object([.init("unit", .string(unit)), .init("amount", .string(decimal))]) }
}

extension VendorPrice {
    var json: JSONValue {
        .object([
            .init("per", .string(basis.rawValue)), .init("amount", .string(amount.decimal)),
            .init("unit", .string(amount.unit)),
        ])
    }
}
