// SPDX-License-Identifier: Apache-2.0

internal import DeclarativeProvider

/// The keys of `poll:`, by which a declared provider asks for the job that it submitted.
enum DeclaredPollKeys {
    static let id = Key(
        "id", TemplateShapes.program,
        "jq: the job's id, of the reply to `request`; null where that reply is none of a job.", isRequired: true)
    static let request = Key(
        "request", DeclaredKeys.requestObject.shape(DeclaredKeys.makeRequest),
        "What asks for the job: `{job}` is its id, and the one placeholder.", isRequired: true,
        object: DeclaredKeys.requestObject)
    static let pending = Key(
        "pending", TemplateShapes.program,
        "jq: true where the job isn't done; read of a 4xx too that has no meaning of its own.")
    static let every = Key("every", .duration, "How long between two looks at the job.", standard: "5s")

    static let object = ObjectShape(
        words: "a poll", keys: [id.erased, request.erased, pending.erased, every.erased])

    @Sendable static func make(_ fields: Fields, _: inout Reading) -> DeclarativeDefinition.Poll? {
        guard let id = fields[id], let request = fields[request] else { return nil }
        var poll = DeclarativeDefinition.Poll(id: id, request: request, pending: fields[pending])
        if let every = fields[every] { poll.every = every }
        return poll
    }
}
