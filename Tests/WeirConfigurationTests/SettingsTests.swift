// SPDX-License-Identifier: Apache-2.0

import Enrichment
import FixtureFiles
import Testing
import WaterfallEngine
import WeirConfiguration

/// What the engine is told, value by value.
struct SettingsTests {
    private func complete() throws -> LoadedConfiguration {
        let text = try #require(FixtureFiles.bytes("configurations/valid/complete.yaml"))
        return TestCatalog.load(
            text, environment: ["HUNTER_KEY": "h", "PROSPEO_KEY": "p", "ZEROBOUNCE_API_KEY": "z"],
            files: ["keys/findymail": "f\n"])
    }

    @Test func `Every section arrives as it is written`() throws {
        let loaded = try complete()
        let settings = loaded.settings
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        #expect(loaded.store == "data/weir.db")
        #expect(settings.region == "NO")
        let condition = Condition(countries: ["US", "CA", "GB"], lacks: [.email], titles: ["engineer", "head of"])
        #expect(
            settings.chains[.email]
                == Chain([
                    ChainStep("hunter"), ChainStep("prospeo", condition: condition, timeout: .seconds(4)),
                    ChainStep("findymail"),
                ]))
        #expect(settings.chains[.mobile] == Chain("prospeo", "findymail"))
        #expect(settings.chains[.officePhone] == Chain([]))
        #expect(settings.chains[.person] == nil)
        #expect(
            settings.accept
                == AcceptPolicy(
                    catchAll: .verified, verifierDown: .continue, trusted: ["findymail"],
                    phoneTypes: [.mobile, .direct]))
        #expect(
            settings.plan
                == CreditPlan(
                    grant: Credits(millis: 10_000_500), cycle: .quarterly, anchorDay: 29, anchorMonth: 2, rollover: true
                ))
        #expect(
            settings.prices
                == PriceList(
                    email: Credits(2), catchAll: Credits(millis: 250), phone: Credits(10),
                    verification: Credits(millis: 500)))
        #expect(settings.timeouts == Timeouts(request: .seconds(120), chain: .seconds(30), grace: .milliseconds(250)))
        #expect(settings.memory.openVerdicts == .seconds(12 * 3_600))
        #expect(settings.memory.hits == .days(30))
    }

    @Test func `Every cap arrives as it is written`() throws {
        let caps = try complete().settings.caps
        #expect(
            caps
                == Caps(
                    prospectCredits: Credits(10), prospectCost: Amount(micros: 500_000, unit: "USD"),
                    runCredits: Credits(2_000), runCost: Amount(150, "USD"),
                    team: WindowCaps(
                        creditsPerDay: Credits(900), creditsPerWeek: Credits(901), creditsPerCycle: Credits(902),
                        costPerDay: Amount(200, "EUR"), costPerWeek: Amount(900, "EUR"),
                        costPerCycle: Amount(3_000, "EUR")),
                    user: WindowCaps(
                        creditsPerDay: Credits(200), creditsPerWeek: Credits(500), creditsPerCycle: Credits(2_000),
                        costPerDay: Amount(3, "USD")),
                    users: ["joe": WindowCaps(creditsPerDay: Credits(50), costPerDay: Amount(5, "USD"))],
                    providers: ["prospeo": ProviderCap(callsPerDay: 500, costPerDay: Amount(50, "USD"))],
                    officePhoneCost: Amount(micros: 50_000, unit: "USD")))
    }

    @Test func `Users, roles and their caps arrive as they are written`() throws {
        let team = try complete().settings.team
        #expect(team == TeamSettings(name: "sales", users: ["jane": .admin, "joe": .member, "ann": .member]))
        let none = TestCatalog.load("version: 1\nchains: {}\nteam: { users: { joe: } }\n")
        #expect(none.diagnostics.contains { $0.message == "no user is an `admin`" } && !none.hasErrors)
        #expect(TestCatalog.load("version: 1\nchains: {}\nteam: { users: { a b: {} } }\n").hasErrors)
        #expect(TestCatalog.load("version: 1\nchains: {}\nteam: { users: { joe: { role: boss } } }\n").hasErrors)
    }

    @Test func `Every provider setting arrives as it is written`() throws {
        let providers = try complete().settings.providers
        let hunter = try #require(providers["hunter"])
        #expect(hunter.keys.first?.exposed == "h")
        #expect(hunter.limits == [RateLimit(10, per: .seconds(1)), RateLimit(500, per: .days(30))])
        #expect(hunter.concurrency == 5)
        #expect(hunter.timeout == .seconds(9))
        #expect(
            hunter.prices == [
                .email: VendorPrice(.found, Amount(micros: 34_000, unit: "USD")),
                .verifyEmail: VendorPrice(.attempt, Amount(1, "hunter_credits")),
            ])
        let prospeo = try #require(providers["prospeo"])
        #expect(prospeo.keys.first?.exposed == "prefix-p")
        #expect(prospeo.limits == [RateLimit(300, per: .seconds(60))])
        #expect(prospeo.concurrency == 5)
        #expect(prospeo.prices == [.mobile: VendorPrice(.found, Amount(micros: 100_000, unit: "USD"))])
        #expect(prospeo.baseURL == "http://127.0.0.1:7400/prospeo")
        #expect(prospeo.allowsPrivateAddresses)
        #expect(providers["findymail"]?.keys.first?.exposed == "f")
        #expect(providers["findymail"]?.prices.keys.sorted() == [.email, .mobile])
        #expect(providers["zerobounce"]?.keys.first?.exposed == "z")
    }

    @Test func `What is not written has its default`() throws {
        let loaded = TestCatalog.load("version: 1\nchains: {}\n")
        let settings = loaded.settings
        #expect(!loaded.hasErrors)
        #expect(loaded.store == "weir.db")
        #expect(settings.plan == nil)
        #expect(settings.prices == PriceList())
        #expect(settings.accept == AcceptPolicy())
        #expect(settings.caps == Caps())
        #expect(settings.timeouts == Timeouts())
        #expect(settings.memory == MemoryPolicy())
        #expect(settings.chains == [.officePhone: Chain("account_store", "website")])
    }

    @Test(arguments: [
        ("monthly", "31", 31, 1), ("yearly", "12-24", 24, 12), ("quarterly", "15", 15, 1),
        ("yearly", "\"02-29\"", 29, 2),
    ])
    func `An anchor is a day, or a month and a day`(cycle: String, anchor: String, day: Int, month: Int) {
        let yaml = "version: 1\nchains: {}\ncredits: { plan: { grant: 1, cycle: \(cycle), anchor: \(anchor) } }\n"
        let plan = TestCatalog.load(yaml).settings.plan
        #expect(plan?.anchorDay == day)
        #expect(plan?.anchorMonth == month)
    }

    @Test(arguments: ["0", "32", "13-01", "02-30", "1-1", "00-10", "01-00", "x", "01-15-01"])
    func `An anchor that is no day is refused`(anchor: String) {
        let yaml = "version: 1\nchains: {}\ncredits: { plan: { grant: 1, cycle: yearly, anchor: \(anchor) } }\n"
        #expect(TestCatalog.load(yaml).hasErrors)
    }

    @Test func `The configuration in effect has defaults, and no secrets`() throws {
        let loaded = try complete()
        let text = loaded.effectiveYAML
        #expect(text.contains("\nregion: NO\n"))
        #expect(text.contains("  zerobounce:\n    api_key: ••••  # ZEROBOUNCE_API_KEY\n    enabled: true  # default\n"))
        #expect(text.contains("  hunter:\n    api_key: ${HUNTER_KEY}\n"))
        #expect(text.contains("  prospeo:\n    api_key: ••••\n"))
        #expect(text.contains("    rate: [10/s, 500/month]\n"))
        let minimal = TestCatalog.load("version: 1\nchains: { email: [hunter] }\n").effectiveYAML
        #expect(minimal.contains("store: weir.db  # default\n"))
        #expect(minimal.contains("  office_phone: [account_store, website]  # default\n"))
        #expect(minimal.contains("  hits: 90d  # default\n"))
    }

    @Test func `What is in effect reads as the same configuration`() throws {
        let first = TestCatalog.load(
            "version: 1\nchains: { email: [hunter], mobile: [] }\ncredits: { plan: { grant: 5 } }\n")
        let again = TestCatalog.load(first.effectiveYAML)
        #expect(!again.hasErrors, "\(again.diagnostics)")
        #expect(again.settings.chains == first.settings.chains)
        #expect(again.settings.plan == first.settings.plan)
        #expect(again.settings.accept == first.settings.accept)
    }
}
