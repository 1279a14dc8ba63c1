// SPDX-License-Identifier: Apache-2.0

import Testing

/// Verification against real mail servers and a real name server.
@Suite struct MailServersTests {
    @Test func `the table has every way to behave of every server`() {
        for kind in MailServerKind.allCases {
            #expect(Set(MailServerRow.of(kind).map(\.behaviour)) == Set(MailServerCase.allCases.map(\.rawValue)))
        }
        #expect(MailServerRow.all.count == MailServerKind.allCases.map { MailServerRow.of($0).count }.reduce(0, +))
    }

    @Suite(.canRun(.postfix), .mailServers(.postfix)) struct PostfixTests {
        @Test(arguments: MailServerRow.of(.postfix))
        func `Postfix's mailboxes are known for what they are`(row: MailServerRow) async throws {
            try await row.check()
        }

        @Test func `a greylisting Postfix is waited for`() async throws {
            try await MailServerRow.checkGreylisting(.postfix)
        }
    }

    @Suite(.canRun(.exim), .mailServers(.exim)) struct EximTests {
        @Test(arguments: MailServerRow.of(.exim))
        func `Exim's mailboxes are known for what they are`(row: MailServerRow) async throws {
            try await row.check()
        }

        @Test func `a greylisting Exim is waited for`() async throws {
            try await MailServerRow.checkGreylisting(.exim)
        }
    }

    @Suite(.canRun(.opensmtpd), .mailServers(.opensmtpd)) struct OpenSMTPDTests {
        @Test(arguments: MailServerRow.of(.opensmtpd))
        func `OpenSMTPD's mailboxes are known for what they are`(row: MailServerRow) async throws {
            try await row.check()
        }

        @Test func `a greylisting OpenSMTPD is waited for`() async throws {
            try await MailServerRow.checkGreylisting(.opensmtpd)
        }
    }
}
