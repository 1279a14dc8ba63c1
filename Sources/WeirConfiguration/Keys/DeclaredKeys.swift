// SPDX-License-Identifier: Apache-2.0

internal import DeclarativeProvider
internal import Enrichment
internal import HTTPTypes
internal import WaterfallEngine

/// The keys of a provider that is written in the configuration (`type: http`).
enum DeclaredKeys {
    /// What a declared provider is made of.
    enum Kind: String, Sendable, CaseIterable {
        case http
    }

    static let type = Key(
        "type", Shape<Kind>.word, "`http`: a request template, and jq programs that read the answer.", isRequired: true)
    static let name = Key("name", Shape<String>.text("a name", maximum: 128), "The vendor's own spelling.")
    static let documentation = Key(
        "documentation", Shape<String>.text("an address", maximum: 1_024), "Where the vendor documents its API.")
    static let capabilities = Key(
        "capabilities",
        Shape<Capability>.word(among: [.email, .mobile, .officePhone, .verifyEmail]).list("a list of capabilities"),
        "What it can be asked for.", isRequired: true)
    static let request = Key(
        "request", requestObject.shape(makeRequest),
        "What is sent. Every placeholder that isn't optional is an input that it needs.", isRequired: true,
        object: requestObject)
    static let poll = Key(
        "poll", DeclaredPollKeys.object.shape(DeclaredPollKeys.make),
        "How a job is asked for that the request submits, where the answer isn't there at once.",
        object: DeclaredPollKeys.object)
    static let token = Key(
        "token", DeclaredTokenKeys.object.shape { fields, _ in DeclaredTokenKeys.request(fields) },
        "How an OAuth 2 access token is asked for with `api_key`. It goes along by itself.",
        object: DeclaredTokenKeys.object)
    static let apiKey = Key(
        ProviderKeys.apiKey.name, ProviderKeys.apiKey.shape,
        "With `token`: client id and secret as `id:secret`; read from `<ID>_API_KEY` where it is absent. Other keys stand "
            + "in the templates.")
    static let inputs = Key(
        "inputs",
        Shape<QueryField>.word(among: QueryField.allCases.filter { $0 != .known }).list("a list of fields")
            .list("a list of lists of fields, such as [[linkedin_url], [full_name, domain]]", maximum: 16),
        "Alternatives, each the fields that it needs together, where its placeholders are optional.")
    static let answer = Key(
        "answer", answerObject.shape { fields, _ in fields },
        "jq programs by what they give. The first output of each counts.", isRequired: true, object: answerObject)
    static let statuses = Key(
        "statuses", meaning.mapping(of: status, "meanings by HTTP status"),
        "What statuses mean, where it isn't the common meaning: \(meaningWords).")
    static let repeats = Key(
        "repeat", repeatShape,
        "What a repeat of a call costs; decides what may be sent again. With `poll`: `async_id`.",
        standard: "recharges")
    static let expectedHitRate = Key(
        "expected_hit_rate", .percentage, "The share of prospects that it finds, before anything was measured.",
        standard: "30%")

    static let cases = Key(
        "cases", folder, "The folder of its test cases, which `weir test` runs; relative to the configuration.")

    static let object = ObjectShape(
        words: "a provider of your own",
        keys: [
            type.erased, name.erased, documentation.erased, capabilities.erased, request.erased, poll.erased,
            inputs.erased, answer.erased, statuses.erased, token.erased, apiKey.erased, cases.erased,
            repeats.erased,
            expectedHitRate.erased, ProviderKeys.enabled.erased, ProviderKeys.baseURL.erased,
            ProviderKeys.allowPrivateAddresses.erased, ProviderKeys.rate.erased,
            ProviderKeys.concurrency.erased, ProviderKeys.timeout.erased, ProviderKeys.cost.erased,
            ProviderKeys.creditPrice.erased,
        ])

    static let folder = Shape.scalar("a folder such as cases/acme") { text in
        text.isEmpty || text.utf8.count > 1_024 || text.unicodeScalars.contains("\0") ? nil : text
    }

    // MARK: - The request

    /// Methods that a template may have.
    enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
    }

    static let method = Key(
        "method", Shape<Method>.word, "The HTTP method; GET without a body, POST with one, where it is absent.")
    static let url = Key(
        "url", TemplateShapes.url, "Scheme, host and path; placeholders may stand in the path.", isRequired: true)
    static let query = Key("query", TemplateShapes.items, "Parameters; values are encoded when sent.")
    static let headers = Key("headers", TemplateShapes.items, "Headers; their values are never shown.")
    static let body = Key("body", TemplateShapes.document, "A JSON document whose strings are templates.")
    static let form = Key("form", TemplateShapes.items, "Fields of a form, instead of `body`.")
    static let requestObject = ObjectShape(
        words: "a request",
        keys: [method.erased, url.erased, query.erased, headers.erased, body.erased, form.erased])

    @Sendable static func makeRequest(
        _ fields: Fields, _ reading: inout Reading
    ) -> DeclarativeDefinition.Request? {
        guard let url = fields[url] else { return nil }
        if fields.has(body), fields.has(form) {
            reading.fail(fields.position(of: form), length: 4, "a request has a `body` or a `form`, not both")
        }
        let content: DeclarativeDefinition.Body? =
            fields[body].map { .json($0) } ?? fields[form].map { .form($0) }
        return DeclarativeDefinition.Request(
            method: fields[method].flatMap { HTTPRequest.Method(rawValue: $0.rawValue) }, url: url,
            query: fields[query] ?? [], headers: fields[headers] ?? [], body: content)
    }

    // MARK: - The answer

    static func program(_ field: DeclarativeDefinition.AnswerField) -> Key<String> {
        Key(field.rawValue, TemplateShapes.program, meaning(of: field))
    }

    static let answerObject = ObjectShape(
        words: "jq programs", keys: DeclarativeDefinition.AnswerField.allCases.map { program($0).erased })

    private static func meaning(of field: DeclarativeDefinition.AnswerField) -> String {
        switch field {
        case .matched: "False or null: nothing on this person, whatever else is there."
        case .failure:
            "What the reply is, whatever else is there: no_match, or a failure by the words of `statuses`; null where "
                + "it is none."
        case .email: "The address."
        case .emails:
            "Several, best first: addresses, or objects with `address`, and `status` and `confidence` where known."
        case .status: "Of the email or the verdict: verified, catch_all, unverified, guessed or invalid."
        case .reason: "Of a verdict: one of its reasons."
        case .suggestion: "Of a verdict: the address that was probably meant."
        case .confidence: "From 0 to 1."
        case .mobile: "A mobile number."
        case .phone: "A number of no known type."
        case .phones: "A list of numbers, or of objects with `number`, and `type` and `extension` where known."
        case .officePhone: "A number of the company."
        case .title: "The person's title."
        case .linkedInURL: "The person's LinkedIn profile."
        case .companyName: "The company's name."
        case .companyDomain: "The company's domain."
        case .charged: "What the call cost, in the unit of its cost."
        }
    }

    private static let meaningWords =
        "no_match, pending, unauthorized, out_of_credits, throttled, unavailable, timed_out, malformed_reply or "
        + "rejected_query"

    private static let meaningNames = ["no_match", "pending"] + ProviderError.Kind.allCases.map(\.rawValue)

    private static let meaning = Shape<DeclarativeDefinition.StatusMeaning>(
        words: "one of \(meaningWords)",
        schema: .object([
            .init(
                "enum",
                .array(
                    meaningNames.filter { DeclarativeDefinition.StatusMeaning(word: $0) != nil }
                        .map { .string($0) }))
        ])
    ) { node, reading in
        let words = "one of \(meaningWords)"
        reading.show(node)
        guard let text = reading.text(node, wanted: words) else { return nil }
        guard let meaning = DeclarativeDefinition.StatusMeaning(word: text) else {
            reading.refuse(
                node, wanted: words,
                hint: EditDistance.nearest(to: text, among: meaningNames).map { "did you mean `\($0)`?" })
            return nil
        }
        return meaning
    }

    private static let status = Shape<Int>.scalar("an HTTP status such as 404", pattern: "^[1-5][0-9][0-9]$") { text in
        text.utf8.count == 3 ? Int(text).flatMap { (100...599).contains($0) ? $0 : nil } : nil
    }

    // MARK: - Repeats

    static let freeWindow = Key("free_window", .duration, "A repeat within this time is not billed.")
    static let key = Key(
        "key", Shape<String>.text("a header's name", maximum: 64), "The header of a request key that the vendor takes.")
    static let repeatObject = ObjectShape(words: "a repeat class", keys: [freeWindow.erased, key.erased])

    /// Repeat classes that need nothing said.
    private enum PlainRepeat: String, Sendable, CaseIterable {
        case recharges
        case free
        /// Said by `poll:` already.
        case asyncID = "async_id"

        var made: RepeatClass {
            switch self {
            case .recharges: .recharges
            case .free: .free
            case .asyncID: .asyncID
            }
        }
    }

    private static let repeatShape = Shape<RepeatClass>(
        words: "recharges, free, { free_window: 1h } or { key: Idempotency-Key }",
        schema: .object([.init("anyOf", .array([Shape<PlainRepeat>.word.schema, repeatObject.schema]))])
    ) { node, reading in
        if case .scalar = node.content {
            return Shape<PlainRepeat>.word.read(node, &reading).map(\.made)
        }
        guard let fields = repeatObject.read(node, &reading) else { return nil }
        switch (fields[freeWindow], fields[key]) {
        case (let window?, nil): return .freeWindow(window)
        case (nil, let header?):
            guard let name = HTTPField.Name(header) else {
                reading.fail(fields.valuePosition(of: key), "this is no name of a header")
                return nil
            }
            return .key(name)
        default:
            reading.fail(node.position, "a repeat class is one of `free_window` and `key`")
            return nil
        }
    }
}

extension Shape where Value == Double {
    /// `30%`.
    static let percentage = Shape.scalar("a share such as 30%", pattern: "^[0-9]{1,3}%$") { text in
        guard text.hasSuffix("%"), let value = Int(text.dropLast()), (0...100).contains(value) else { return nil }
        return Double(value) / 100
    }
}
