// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// The reference of `weir.yaml` as Markdown, made of the same declarations that read it.
public enum ConfigurationPage {
    /// The whole page, with a line end.
    public static var markdown: String {
        let parts = [
            introduction,
            section("The file", RootKeys.object),
            section("`chains:`", ChainKeys.object, before: chainText),
            section("A chain with an order", ChainKeys.chainObject),
            section("A step", ChainKeys.stepObject),
            section(
                "`when:`", ChainKeys.conditionObject, before: "Within a key any value will do; all keys must hold."),
            section("`accept:`", AcceptKeys.object),
            section("`credits:`", CreditKeys.object),
            section("`credits: plan:`", CreditKeys.planObject),
            section("`credits: prices:`", CreditKeys.pricesObject),
            section("`caps:`", CapKeys.object),
            section("`caps: prospect:` and `run:`", CapKeys.onceObject),
            section("`caps: team:` and `user:`", CapKeys.windowObject),
            section("`caps: providers: <id>:`", CapKeys.providerObject),
            section("`caps: office_phone:`", CapKeys.officePhoneObject),
            section("`team:`", TeamKeys.object, before: teamText),
            section("`team: users: <name>:`", TeamKeys.userObject),
            section("`timeouts:`", TimeKeys.timeoutObject),
            section("`remember:`", TimeKeys.memoryObject),
            section("`providers: <id>:`", ProviderKeys.object),
            section("`providers: smtp:`", SMTPKeys.object),
            section("`providers: pattern:`", PatternKeys.object),
            section("A provider of your own", DeclaredKeys.object, before: declaredText),
            section("`request:`", DeclaredKeys.requestObject),
            section("`poll:`", DeclaredPollKeys.object, before: pollText),
            section("`answer:`", DeclaredKeys.answerObject, before: answerText),
            section("`token:`", DeclaredTokenKeys.object, before: tokenText),
            section("`repeat:`", DeclaredKeys.repeatObject),
            section("`cost:`", ProviderKeys.costObject, before: costText),
        ]
        return parts.joined(separator: "\n")
    }

    private static let introduction = """
        # weir.yaml

        This page is made from the declarations that read the file; `weir config schema` prints the same as JSON Schema.
        `weir config check` reports every problem at once, each with its place; `weir config show` prints what is in
        effect, with secrets masked.

        ## Values

        | value | how it is written |
        |---|---|
        | duration | `250ms` `4s` `2m` `1h` `14d` |
        | rate | `10/s` `300/min` `1000/h` `5000/day` `500/month`; a month is 30 days |
        | money | `0.034 USD`, or a vendor's own unit: `1 hunter_credits` |
        | credits | `8` `0.25`, up to three decimal places |
        | country | ISO 3166-1 alpha-2: `FR` |

        `${NAME}` is the environment variable of that name, and `${file:path}` the text of a file, relative to the
        configuration. Both are replaced after the file was read, so that they can't add keys to it; `$${` stands for
        `${` itself. A `.env` beside the configuration adds variables; those of the environment win.

        Anchors, aliases and merges (`&a`, `*a`, `<<`) work, up to \(YAMLReader.maximumAliases) aliases and \
        \(YAMLReader.maximumDepth) levels, in at most 1 MiB.

        """

    private static let chainText = """
        A chain is a list of steps. A step is a provider's id, or a mapping. `[]` is a chain that asks nobody; a
        capability without a chain is refused, but for `office_phone`, whose free look-up is always there. With
        `order: auto` the steps are asked in [the order that costs least per hit](order.md).
        """

    private static let teamText = """
        `--as` and `$WEIR_USER` say who acts. [The guide to credits](credits.md) says what caps count.

        ```yaml
        team:
          users:
            jane: { role: admin }
            joe: { role: member, caps: { credits_per_day: 50, cost_per_day: 5 USD } }
        ```
        """

    private static let fieldNames = QueryField.allCases.filter { $0 != .known }.map { "`\($0.rawValue)`" }
        .joined(separator: ", ")

    private static let declaredText = """
        A provider that Weir doesn't have needs no Swift: a template of the request, and [jq](https://jqlang.org) programs \
        that read the reply. [Vendors in YAML](examples/yaml/README.md) has some that are whole.

        ```yaml
        providers:
          acme_crm:
            type: http
            capabilities: [email, office_phone]
            request:
              url: "https://crm.example.com/v1/find"
              query: { first: "{first_name}", last: "{last_name}", domain: "{domain}" }
              headers: { Authorization: "Bearer ${ACME_TOKEN}" }
            answer:
              matched: ".person != null"
              email: ".person.email"
              status: 'if .person.verified then "verified" else "unverified" end'
              office_phone: ".company.phone"
            statuses: { 402: out_of_credits, 404: no_match, 429: throttled }
        ```

        Placeholders are the fields of a prospect (\(fieldNames)) \
        and `linkedin_handle`; a brace is written twice. A declared provider without `cost` is free.

        A placeholder is an input: a prospect without it is not asked about. `{title?}` is optional. Where the prospect \
        lacks it, a parameter, a header, a field of a form or a value in the body that has nothing else in it is left \
        out whole, and blanks at the ends of what stays go. A path has no optional placeholders. A vendor that takes \
        one of several sets has them under `inputs`, and the rest of it is optional:

        ```yaml
            request:
              url: "https://crm.example.com/v1/find"
              query: { linkedin: "{linkedin_url?}", first: "{first_name?}", last: "{last_name?}", domain: "{domain?}" }
            inputs: [[linkedin_url], [first_name, last_name, domain]]
        ```

        `cases` names a folder of test cases: a JSON file each, with the query, the request that must be sent, the \
        reply that comes back, and what must come of it, in [the form of the built-in providers' own]\
        (../Fixtures/providers/README.md). `weir test` runs them without a network and without a key: in what is sent, \
        `${ACME_TOKEN}` stands for itself. `weir providers new --yaml "Acme CRM"` prints such a block, and writes eight \
        cases that pass at once.
        """

    private static let pollText = """
        A vendor that takes a job answers `request` with an id, and has the result later:

        ```yaml
            poll:
              id: .job.id
              request: { url: "https://crm.example.com/v1/jobs/{job}", headers: { Authorization: "Bearer ${ACME_TOKEN}" } }
              pending: .state == "running"
              every: 5s
            answer: { email: .result.email }
        ```

        The id is on disk before the first look at the job, so that after a crash the same job is asked for, and none is \
        submitted again. `{job}` may stand in path, query, headers and body; one that stands in a path is made of \
        letters, digits, `-` and `_`, at most 128. `answer` reads the result; where the vendor has it at once, and gives \
        no id, it is read of the first reply. A first reply with neither a job nor a result is `malformed_reply`, and no \
        miss.

        A job isn't done where the status is one of those that `statuses` calls `pending` (`{ 202: pending }`), or \
        where `pending` gives something else than false and null. That is read of what `failure` is read of \
        ([below](#answer)): there are vendors that answer 400 with a code. One of the two must be there. A longer \
        `Retry-After` is obeyed.

        All this takes at most `timeout`, a minute where none is given; those of the chain and the request \
        ([`timeouts:`](#timeouts)) end it too. A verifier can't be polled.
        """

    private static let answerText = """
        `emails` gives all addresses that the vendor has, best first, each with its own status:

        ```yaml
            answer:
              emails: '.people[0].emails | map({address: .value, status: .verification, confidence: .score})'
        ```

        `email`, `status` and `confidence` are for one, and aren't given beside it. A reply in which any program fails \
        is `malformed_reply`: `[.emails[]?]` takes what isn't there for none, `.emails | map(...)` doesn't.

        `failure` is for vendors that say in the body what others say by the status: \
        `failure: 'if .code == "NO_MATCH" then "no_match" else null end'`. It is read of every 2xx, and of \
        a 4xx that has no meaning in `statuses` and none of its own as 401, 402, 403, 408 and 429 have.
        """

    private static let tokenText = """
        A vendor with OAuth 2 client credentials has no key in a template: id and secret are in `api_key`, and a token \
        is asked for, kept as long as it holds, and sent as `Authorization: Bearer`.

        ```yaml
            api_key: "${ACME_ID}:${ACME_SECRET}"
            token: { path: /oauth/token, scope: people.read }
        ```
        """

    private static let costText = """
        One cost for all that the provider does, or one by capability: \
        `cost: { email: { per: found, amount: 0.034 USD }, verify_email: { per: attempt, amount: 0.01 USD } }`.
        """

    private static func section(_ title: String, _ object: ObjectShape, before: String? = nil) -> String {
        var lines = ["## \(title)", ""]
        if let before { lines += [before, ""] }
        lines += ["| key | what goes there | default | meaning |", "|---|---|---|---|"]
        for key in object.keys {
            let standard = key.isRequired ? "required" : key.standard.map { "`\($0)`" } ?? ""
            lines.append(
                "| `\(key.name)` | \(cell(key.words)) | \(standard) | \(cell(key.summary)) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
