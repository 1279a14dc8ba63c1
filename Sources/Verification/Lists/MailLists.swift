// SPDX-License-Identifier: Apache-2.0

/// The lists of mail domains that verification looks at.
public struct MailLists: Sendable {
    /// Domains of mailboxes that are thrown away after use.
    public var disposable: DomainList
    /// Domains at which anybody gets a mailbox for nothing.
    public var freeMail: DomainList

    public init(disposable: DomainList = .disposable, freeMail: DomainList = .freeMail) {
        self.disposable = disposable
        self.freeMail = freeMail
    }

    /// Those that are part of the program.
    public static let builtIn = MailLists()
}
