// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Decides what is billable: the whole table of `semantics.md`, 5, as pure functions of the request, the outcome, what
/// the contact has, and the price list. It holds no state, does no I/O and reads no clock.
public struct CreditGate: Sendable, Hashable {
    public let prices: PriceList
    public let accept: AcceptPolicy

    public init(prices: PriceList, accept: AcceptPolicy) {
        self.prices = prices
        self.accept = accept
    }

    /// What may have to be paid for one datum: the amount that is held before any provider is called.
    public struct HoldRequest: Sendable, Hashable {
        public let datum: Datum
        public let credits: Credits

        public init(_ datum: Datum, _ credits: Credits) {
            self.datum = datum
            self.credits = credits
        }
    }

    /// What is paid for one datum. Zero credits is a charge too: it sets the net-new guard.
    public struct Charge: Sendable, Hashable {
        public let datum: Datum
        public let credits: Credits

        public init(_ datum: Datum, _ credits: Credits) {
            self.datum = datum
            self.credits = credits
        }
    }

    /// Returns the worst case of each datum asked for that is net-new, and so what to hold before asking anyone.
    ///
    /// - Parameter hasVerdict: true where the team has a verdict on the address to be verified that still holds.
    public func ceiling(for access: Set<Datum>, known: Contact?, hasVerdict: Bool = false) -> [HoldRequest] {
        access.sorted().compactMap { datum in
            guard datum == .verification ? !hasVerdict : isNetNew(datum, known) else { return nil }
            return HoldRequest(datum, worstCase(of: datum))
        }
    }

    /// Charges for the email that a chain ended with; nil where nothing is billable.
    public func charge(for email: EmailFinding?, known: Contact?) -> Charge? {
        guard let email, isNetNew(.email, known), let price = price(of: email.status) else { return nil }
        return Charge(.email, price)
    }

    /// Charges once for a contact's numbers, however many there are; nil where none is usable.
    ///
    /// - Parameter officePhones: the account's own numbers, which are never billed.
    public func charge(
        for phones: [PhoneFinding], known: Contact?, officePhones: Set<PhoneNumber>
    ) -> Charge? {
        guard isNetNew(.phone, known), phones.contains(where: { isUsable($0, officePhones: officePhones) }) else {
            return nil
        }
        return Charge(.phone, prices.phone)
    }

    /// Charges for verifying an address that the user supplied.
    ///
    /// - Parameter isFresh: true where the team has a verdict on this address that still holds.
    public func charge(forVerifying verdict: EmailVerdict, isFresh: Bool) -> Charge? {
        guard verdict.isDefinite, !isFresh else { return nil }
        return Charge(.verification, prices.verification)
    }

    /// How long a verdict that was paid for is not paid for again; nil for one that settles nothing.
    public static func term(of verdict: EmailVerdict) -> Duration? {
        switch verdict.status {
        case .verified: .days(30)
        case .invalid: .days(90)
        default: nil
        }
    }

    /// True where an email of this status ends the chain.
    public func isBillable(_ status: EmailStatus) -> Bool { price(of: status) != nil }

    /// True where a number found by `access mobile` counts: not invalid, of an accepted type, and not one of the
    /// account's office phones (E.164 and extension).
    public func isUsable(_ phone: PhoneFinding, officePhones: Set<PhoneNumber>) -> Bool {
        guard phone.status != .invalidNumber, accept.phoneTypes.contains(phone.type) else { return false }
        return phone.number.map { !officePhones.contains($0) } ?? true
    }

    /// The net-new rule: not had, and no live charge for it (an email that bounced without a refund stays paid).
    private func isNetNew(_ datum: Datum, _ known: Contact?) -> Bool {
        guard let known else { return true }
        return !known.has(datum) && !known.charged.contains(datum)
    }

    private func price(of status: EmailStatus) -> Credits? {
        switch status {
        case .verified: prices.email
        case .catchAll: accept.catchAll == .verified ? prices.catchAll : nil
        case .unverified, .guessed, .invalid, .unavailable, .locked, .bounced, .userManaged: nil
        }
    }

    private func worstCase(of datum: Datum) -> Credits {
        switch datum {
        case .email: accept.catchAll == .verified ? max(prices.email, prices.catchAll) : prices.email
        case .phone: prices.phone
        case .verification: prices.verification
        }
    }
}
