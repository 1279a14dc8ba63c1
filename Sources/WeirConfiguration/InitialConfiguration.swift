// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// The configuration that `weir init` writes: it works at once against the sandbox, and its comments teach the rest.
public enum InitialConfiguration {
    /// A provider to set up.
    public struct Entry: Sendable, Hashable {
        public let id: ProviderID
        /// Where it is asked; nil leaves the vendor's own address.
        public let baseURL: String?
        /// Its key, written as it is: the sandbox's keys are no secrets. Nil for a provider without one.
        public let key: String?

        public init(_ id: ProviderID, baseURL: String?, key: String?) {
            self.id = id
            self.baseURL = baseURL
            self.key = key
        }
    }

    /// Returns the file's text.
    ///
    /// - Parameters:
    ///   - entries: the providers to set up; chains name only those, and what needs no setting up.
    ///   - catalog: the providers that there are; a chain asks for nothing that its provider lacks.
    ///   - region: the country of phone numbers without a country code.
    public static func yaml(entries: [Entry], catalog: ProviderCatalog, region: String = "US") -> String {
        func chain(_ capability: Capability, _ order: [ProviderID]) -> String {
            self.chain(capability, order, of: entries, catalog)
        }
        let email = chain(.email, ["hunter", "prospeo", "findymail", "apollo", "people_data_labs"])
        let mobile = chain(.mobile, ["prospeo", "findymail", "people_data_labs"])
        let officePhone = chain(.officePhone, ["account_store", "website"])
        let verifyEmail = chain(.verifyEmail, ["zerobounce"])
        let verifyPhone = chain(.verifyPhone, ["libphonenumber"])
        let named = [email, mobile, officePhone, verifyEmail, verifyPhone].joined()
        // A provider that no chain asks would be warned of.
        let asked = entries.filter { named.contains($0.id.rawValue) }
        return """
            # yaml-language-server: $schema=./weir.schema.json
            #
            # Weir asks providers one after the other until one has what you want, and stops there.
            # This file works at once against the sandbox, which plays the vendors on your machine:
            #
            #     weir sandbox &
            #     weir enrich --name "Jane Doe" --domain example.com
            #
            # `weir config check` reports every mistake in it, `weir config show` what is in effect.
            version: 1
            store: weir.db        # the ledger and the contacts, in one SQLite file
            region: \(region)            # where phone numbers without a country code are from
            tests: tests          # cases of this configuration: `weir test` runs them

            # Who is asked for what, in which order. The first verified answer ends a chain.
            chains:
              email: \(email)
              mobile: \(mobile)
              office_phone: \(officePhone)   # free, after every email request
              verify_email: \(verifyEmail)
              verify_phone: \(verifyPhone)
              # Dropcontact takes a job and is asked for its result every half minute: put `dropcontact` where you can
              # wait, and raise its `timeout`.
              #
              # Where port 25 is open (`weir doctor` looks), `smtp` asks the mail hosts themselves, for nothing: put it
              # first, `verify_email: [smtp, zerobounce]`. `pattern` then guesses addresses at the end of `email`.
              #
              # A step can have a condition, and a time of its own:
              #
              #   email:
              #     - hunter
              #     - provider: prospeo
              #       when: { country: [US, CA, GB] }
              #       timeout: 4s

            # What counts as an answer.
            accept:
              catch_all: last_resort      # never, last_resort or verified
              verifier_down: stop         # a dead verifier must not buy from every vendor in turn
              # trust: [findymail]        # providers whose own verification needs no second opinion

            # What your team may spend of its own plan, and what each datum costs in credits.
            # Only a verified email and a usable number are charged, once a contact.
            credits:
              plan: { grant: 10000, cycle: monthly, anchor: 1 }
              prices: { email: 1, catch_all: 0, phone: 8, verification: 1 }

            # Upper bounds, in credits and in what the vendors bill.
            caps:
              prospect: { credits: 10 }
              # run:  { credits: 2000, cost: 150 USD }
              # team: { cost_per_day: 200 USD }

            # Keys, limits and prices. To go live, take a provider's `base_url` and `allow_private_addresses` out, and
            # give it your own key: `api_key: ${HUNTER_API_KEY}`, from the environment or a .env beside this file.
            # Without `api_key` the variable <ID>_API_KEY is read.
            providers:
            \(asked.map(provider).joined(separator: "\n"))
              # Limits and prices come from the vendor's documents; your contract may say otherwise:
              #
              #   hunter:
              #     rate: [10/s, 500/month]
              #     concurrency: 5
              #     cost: { per: found, amount: 0.034 USD }

            """
    }

    /// A test case of that configuration, which passes at once.
    public static let exampleCase = """
        # A test case of weir.yaml: `weir test` runs it by the real engine with your chains, prices and caps. Nothing is
        # sent, and no key is needed. Change the chains, and see what comes of it.
        name: Hunter has nothing, and Prospeo's address stands the test
        prospect: { name: Jane Doe, domain: example.com }
        access: email

        # What each provider says when it is asked: no_match, a failure such as throttled, or what it finds.
        answers:
          hunter: no_match
          prospeo: { email: jane.doe@example.com }
          zerobounce: { verdict: verified }

        # What must come out. What isn't named isn't compared.
        expect:
          outcome: found
          email: { value: jane.doe@example.com, status: verified, provider: prospeo, verified_by: zerobounce }
          asked:
            - hunter: no_match
            - prospeo: matched
            - zerobounce: matched
          credits: 1

        """

    /// A chain of those that are set up, or need no setting up.
    private static func chain(
        _ capability: Capability, _ order: [ProviderID], of entries: [Entry], _ catalog: ProviderCatalog
    ) -> String {
        let ids = Set(entries.map(\.id))
        let steps = order.filter { id in
            guard let descriptor = catalog[id]?.descriptor, descriptor.capabilities[capability] != nil else {
                return false
            }
            return ids.contains(id) || descriptor.authentication == .none
        }
        return "[\(steps.map(\.rawValue).joined(separator: ", "))]"
    }

    private static func provider(_ entry: Entry) -> String {
        var lines = ["  \(entry.id):"]
        if let key = entry.key { lines.append("    api_key: \(key)") }
        if let baseURL = entry.baseURL {
            lines += ["    base_url: \(baseURL)", "    allow_private_addresses: true"]
        }
        return lines.joined(separator: "\n")
    }
}
