// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing
import WaterfallEngine

/// Who may do what, what usage is called, and how caps complete each other.
@Suite struct TeamTests {
    @Test(
        arguments: [
            (nil, "ann", UserRole.admin, nil),
            (["ann": UserRole.admin], "ann", .admin, nil),
            (["ann": .admin], "ann", .member, nil),
            (["ann": .member], "ann", .member, nil),
            (["ann": .member], "ann", .admin, AuthorityError.needsAdmin("ann")),
            (["ann": .admin], "joe", .member, .unknownUser("joe")),
            (["ann": .admin], "Ann", .member, .unknownUser("Ann")),
            ([:], "ann", .member, .unknownUser("ann")),
        ] as [([String: UserRole]?, String, UserRole, AuthorityError?)])
    func `a user may do what the role allows`(
        users: [String: UserRole]?, user: String, needed: UserRole, expected: AuthorityError?
    ) {
        let team = TeamSettings(users: users)
        var thrown: AuthorityError?
        do throws(AuthorityError) { try team.authorise(user, needs: needed) } catch { thrown = error }
        #expect(thrown == expected)
    }

    @Test(arguments: [
        (Datum.email, RequestOrigin.cli, UsageKind.email), (.phone, .api, .mobile),
        (.verification, .cli, .verification),
        (.email, .csv, .enrichmentRun), (.verification, .csv, .enrichmentRun), (.phone, .mcp, .agent),
    ])
    func `a kind is where it came from, else what it was for`(datum: Datum, origin: RequestOrigin, kind: UsageKind) {
        #expect(UsageKind(datum, origin: origin) == kind)
    }

    @Test(arguments: [
        (Capability.email, false, UsageKind.email), (.verifyEmail, false, .email), (.verifyEmail, true, .verification),
        (.officePhone, false, .email), (.mobile, false, .mobile), (.verifyPhone, false, .mobile),
    ])
    func `an attempt is of the kind that its request was for`(
        capability: Capability, isVerification: Bool, kind: UsageKind
    ) {
        #expect(UsageKind(capability, isVerification: isVerification, origin: .cli) == kind)
        #expect(UsageKind(capability, isVerification: isVerification, origin: .csv) == .enrichmentRun)
    }

    @Test func `a user's caps are the user's own, completed by every user's`() {
        let caps = Caps(
            user: WindowCaps(creditsPerDay: Credits(1), costPerWeek: Amount(9, "USD")),
            users: ["joe": WindowCaps(creditsPerDay: Credits(7), creditsPerCycle: Credits(90))])
        #expect(
            caps.windows(of: "joe")
                == WindowCaps(
                    creditsPerDay: Credits(7), creditsPerCycle: Credits(90), costPerWeek: Amount(9, "USD")))
        #expect(caps.windows(of: "ann") == caps.user)
        #expect(caps.key(ofUser: "joe", .credits, per: .day) == "team.users.joe.caps.credits_per_day")
        #expect(caps.key(ofUser: "joe", .cost, per: .week) == "caps.user.cost_per_week")
        #expect(caps.limitsCost && !Caps(user: WindowCaps(creditsPerDay: Credits(1))).limitsCost)
    }
}
