// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing
import WaterfallEngine

/// The decision table of `semantics.md`, 5: one test a row, and the guards around it.
struct CreditGateTests {
    static let catchAllAccepted = CreditGate.accepting(
        AcceptPolicy(catchAll: .verified), prices: PriceList(catchAll: Credits(millis: 500)))

    // MARK: access email

    @Test func `a verified email that is net-new costs the price of an email`() {
        #expect(CreditGate.standard.charge(for: .finding(.verified), known: nil) == .init(.email, Credits(1)))
        let prices = PriceList(email: Credits(millis: 250))
        let gate = CreditGate.accepting(AcceptPolicy(), prices: prices)
        #expect(gate.charge(for: .finding(.verified), known: .jane()) == .init(.email, Credits(millis: 250)))
    }

    @Test func `a catch-all that is accepted as verified costs its own price`() {
        #expect(Self.catchAllAccepted.charge(for: .finding(.catchAll), known: nil)?.credits == Credits(millis: 500))
    }

    @Test func `an accepted catch-all is a charge of nothing by default, so that the guard is set`() {
        let gate = CreditGate.accepting(AcceptPolicy(catchAll: .verified))
        #expect(gate.charge(for: .finding(.catchAll), known: nil) == .init(.email, .zero))
    }

    @Test(arguments: [AcceptPolicy.CatchAll.never, .lastResort])
    func `a catch-all that is not accepted costs nothing`(policy: AcceptPolicy.CatchAll) {
        let gate = CreditGate.accepting(AcceptPolicy(catchAll: policy), prices: PriceList(catchAll: Credits(5)))
        #expect(gate.charge(for: .finding(.catchAll), known: nil) == nil)
        #expect(!gate.isBillable(.catchAll))
    }

    @Test(arguments: EmailStatus.allCases.filter { $0 != .verified && $0 != .catchAll })
    func `an email of any other status costs nothing`(status: EmailStatus) {
        for gate in [CreditGate.standard, Self.catchAllAccepted] {
            #expect(gate.charge(for: .finding(status), known: nil) == nil)
            #expect(!gate.isBillable(status))
        }
    }

    @Test func `no email costs nothing`() {
        #expect(CreditGate.standard.charge(for: nil, known: nil) == nil)
    }

    // MARK: access mobile

    @Test func `usable numbers cost the price of a phone once, however many`() {
        let numbers = [PhoneFinding.finding(e164: "+12025550143"), .finding(e164: "+12025550144"), .finding(.direct)]
        for count in 1...numbers.count {
            let charge = CreditGate.standard.charge(for: Array(numbers.prefix(count)), known: nil, officePhones: [])
            #expect(charge == .init(.phone, Credits(8)))
        }
    }

    @Test(arguments: PhoneType.allCases)
    func `every type is usable unless the configuration names some`(type: PhoneType) {
        #expect(CreditGate.standard.isUsable(.finding(type), officePhones: []))
        let gate = CreditGate.accepting(AcceptPolicy(phoneTypes: [.mobile, .direct]))
        #expect(gate.isUsable(.finding(type), officePhones: []) == (type == .mobile || type == .direct))
    }

    @Test(arguments: zip(PhoneStatus.allCases, [true, false, true]))
    func `a number is usable unless it is invalid`(status: PhoneStatus, usable: Bool) {
        let charge = CreditGate.standard.charge(for: [.finding(.mobile, status)], known: nil, officePhones: [])
        #expect((charge != nil) == usable)
    }

    @Test func `nothing usable costs nothing`() {
        #expect(CreditGate.standard.charge(for: [], known: nil, officePhones: []) == nil)
        let gate = CreditGate.accepting(AcceptPolicy(phoneTypes: [.mobile]))
        #expect(gate.charge(for: [.finding(.home)], known: nil, officePhones: []) == nil)
    }

    @Test func `a number of the account's own is never billed`() {
        let office: Set = [PhoneNumber(e164: "+12025550143")]
        #expect(CreditGate.standard.charge(for: [.finding(.mobile)], known: nil, officePhones: office) == nil)
        let two = [PhoneFinding.finding(.mobile), .finding(.mobile, e164: "+12025550144")]
        #expect(CreditGate.standard.charge(for: two, known: nil, officePhones: office) == .init(.phone, Credits(8)))
    }

    @Test func `an extension makes another number of an office phone`() {
        let office: Set = [PhoneNumber(e164: "+12025550143")]
        #expect(CreditGate.standard.isUsable(.finding(.direct, extension: "12"), officePhones: office))
        let extended: Set = [PhoneNumber(e164: "+12025550143", extension: "12")]
        #expect(!CreditGate.standard.isUsable(.finding(.direct, extension: "12"), officePhones: extended))
        #expect(CreditGate.standard.isUsable(.finding(.direct, extension: "13"), officePhones: extended))
    }

    @Test func `another number of type office found by access mobile is priced as any phone`() {
        let office: Set = [PhoneNumber(e164: "+12025550100")]
        let charge = CreditGate.standard.charge(for: [.finding(.office)], known: nil, officePhones: office)
        #expect(charge == .init(.phone, Credits(8)))
    }

    // MARK: Net-new

    @Test(arguments: [
        (ContactEmail.kept(.verified), true), (.kept(.catchAll, charged: true), true), (.kept(.catchAll), false),
        (.kept(.unverified), false), (.kept(.guessed), false), (.kept(.userManaged), false), (.kept(.bounced), false),
        (.kept(.locked), false),
    ])
    func `an email that the team has costs nothing, and only such a one is had`(email: ContactEmail, had: Bool) {
        let known = Contact.jane(emails: [email])
        #expect(known.has(.email) == had)
        #expect((CreditGate.standard.charge(for: .finding(.verified), known: known) == nil) == had)
        #expect(CreditGate.standard.ceiling(for: [.email], known: known).isEmpty == had)
    }

    @Test func `a phone that the team has costs nothing`() {
        let known = Contact.jane(phones: [.kept(accessed: true)])
        #expect(CreditGate.standard.charge(for: [.finding()], known: known, officePhones: []) == nil)
        #expect(CreditGate.standard.ceiling(for: [.phone], known: known).isEmpty)
    }

    @Test func `a number that was not accessed is not had`() {
        let known = Contact.jane(phones: [.kept(accessed: false)])
        #expect(CreditGate.standard.charge(for: [.finding()], known: known, officePhones: []) != nil)
    }

    @Test func `an email that bounced without a refund is looked for again at nothing`() {
        let known = Contact.jane(emails: [.kept(.bounced, charged: true)], charged: [.email])
        #expect(!known.has(.email))
        #expect(CreditGate.standard.charge(for: .finding(.verified), known: known) == nil)
        #expect(CreditGate.standard.ceiling(for: [.email], known: known).isEmpty)
    }

    @Test func `an email that bounced and was refunded is net-new`() {
        let known = Contact.jane(emails: [.kept(.bounced, charged: true)])
        #expect(CreditGate.standard.charge(for: .finding(.verified), known: known) == .init(.email, Credits(1)))
    }

    @Test func `a phone that was charged is charged once, even where the contact lost it`() {
        let known = Contact.jane(charged: [.phone])
        #expect(CreditGate.standard.charge(for: [.finding()], known: known, officePhones: []) == nil)
    }

    @Test func `having one datum leaves the other net-new`() {
        let known = Contact.jane(emails: [.kept(.verified, charged: true)], charged: [.email])
        #expect(CreditGate.standard.ceiling(for: [.email, .phone], known: known) == [.init(.phone, Credits(8))])
    }

    // MARK: Verification

    @Test(arguments: [(EmailStatus.verified, true), (.invalid, true), (.catchAll, false), (.unverified, false)])
    func `a definite verdict on an address of the user's costs the price of a verification`(
        status: EmailStatus, billed: Bool
    ) {
        let charge = CreditGate.standard.charge(forVerifying: EmailVerdict(status, .unspecified), isFresh: false)
        #expect(charge == (billed ? .init(.verification, Credits(1)) : nil))
    }

    @Test(arguments: [EmailStatus.verified, .invalid])
    func `a verdict that still holds is not paid again`(status: EmailStatus) {
        #expect(CreditGate.standard.charge(forVerifying: EmailVerdict(status, .unspecified), isFresh: true) == nil)
    }

    @Test func `a verification is held at its price, unless the verdict is had`() {
        let known = Contact.jane(emails: [.kept(.verified, charged: true)], charged: [.email])
        for contact in [nil, known] {
            let gate = CreditGate.accepting(AcceptPolicy(), prices: PriceList(verification: Credits(millis: 250)))
            #expect(
                gate.ceiling(for: [.verification], known: contact) == [.init(.verification, Credits(millis: 250))])
            #expect(gate.ceiling(for: [.verification], known: contact, hasVerdict: true) == [])
        }
    }

    @Test(arguments: [
        (EmailStatus.verified, Duration.days(30) as Duration?), (.invalid, .days(90)), (.catchAll, nil),
        (.unverified, nil),
    ])
    func `a verified address is paid for again after thirty days, an invalid one after ninety`(
        status: EmailStatus, term: Duration?
    ) {
        #expect(CreditGate.term(of: EmailVerdict(status, .unspecified)) == term)
    }

    // MARK: Holds

    @Test func `the worst case is held, one hold a datum, in a fixed order`() {
        #expect(
            CreditGate.standard.ceiling(for: [.phone, .email], known: nil)
                == [.init(.email, Credits(1)), .init(.phone, Credits(8))])
        let dear = CreditGate.accepting(
            AcceptPolicy(catchAll: .verified), prices: PriceList(email: Credits(1), catchAll: Credits(3)))
        #expect(dear.ceiling(for: [.email], known: nil) == [.init(.email, Credits(3))])
    }

    @Test func `no charge is ever above its hold`() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<5_000 {
            let prices = PriceList(
                email: Credits(.random(in: 0...5, using: &random)),
                catchAll: Credits(.random(in: 0...5, using: &random)),
                phone: Credits(.random(in: 0...9, using: &random)))
            let accept = AcceptPolicy(
                catchAll: AcceptPolicy.CatchAll.allCases.randomElement(using: &random) ?? .never,
                phoneTypes: Set(PhoneType.allCases.filter { _ in Bool.random(using: &random) }))
            let gate = CreditGate.accepting(accept, prices: prices)
            let emails = EmailStatus.allCases.filter { _ in Bool.random(using: &random) }.map { ContactEmail.kept($0) }
            let known = Contact.jane(emails: emails, charged: Bool.random(using: &random) ? [.phone] : [])
            let held = Dictionary(
                uniqueKeysWithValues: gate.ceiling(for: [.email, .phone], known: known).map { ($0.datum, $0.credits) })
            let status = EmailStatus.allCases.randomElement(using: &random) ?? .verified
            let type = PhoneType.allCases.randomElement(using: &random) ?? .mobile
            let charges = [
                gate.charge(for: .finding(status), known: known),
                gate.charge(for: [.finding(type)], known: known, officePhones: []),
            ]
            for charge in charges.compactMap(\.self) {
                #expect(charge.credits <= held[charge.datum] ?? Credits(millis: -1))
            }
        }
    }
}
