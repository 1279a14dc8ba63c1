// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

/// A book of some thousand contacts, searched and gone through. What that takes at a million is a benchmark's to say
/// (`Tests/Benchmarks`, `contacts`).
@Suite struct ScaleTests {
    private static let count = 2_000

    /// Contacts with an account of its own for each hundred, and an email each.
    private static func fill(_ store: SQLiteStore, _ count: Int) async throws {
        _ = try await store.buyEmail(.make(1))
        let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))"
        let uid = "CAST(printf('%016d', i + 1000) AS BLOB)"
        for sql in [
            """
            \(numbers) INSERT INTO account(id, uid, team, domain, name, created_at)
            SELECT i + 1000, \(uid), 1, 'c' || i || '.example.com', 'Company ' || i, 0 FROM n WHERE i <= \(count / 100)
            """,
            """
            \(numbers) INSERT INTO contact(id, uid, team, account, linkedin_key, email_key, name_domain_key, first_name,
                last_name, full_name, title, linkedin_url, created_at)
            SELECT i + 1000, \(uid), 1, 1001 + i % \(max(1, count / 100)), 'https://www.linkedin.com/in/p' || i,
                'p' || i || '@example.com', 'jane ' || i || '|example.com', 'Jane', 'Dóe ' || i, 'Jane Dóe ' || i, 'Head',
                'https://www.linkedin.com/in/p' || i, i FROM n
            """,
            """
            \(numbers) INSERT INTO contact_email(contact, address, status, reason, provider, was_charged, found_at)
            SELECT i + 1000, 'p' || i || '@example.com', 'verified', 'mailbox_exists', 'hunter', 0, i FROM n
            """,
        ] { _ = try await store.run(sql: sql) }
    }

    @Test func `a large book is searched by index and gone through in pages`() async throws {
        try await withFolder { folder in
            let store = try SQLiteStore(path: folder + "/weir.db")
            try await Self.fill(store, Self.count)
            for step in 0..<300 {
                let number = step * 7_919 % Self.count + 1
                let keys = [
                    ProspectKeys(linkedIn: "https://www.linkedin.com/in/p\(number)"),
                    ProspectKeys(email: "p\(number)@example.com"),
                    ProspectKeys(nameAtDomain: "jane \(number)|example.com"),
                ]
                for keys in keys {
                    let found = try await store.known(Prospect(keys: keys), team: "default").0
                    #expect(found?.lastName == "Dóe \(number)")
                }
            }
            let named = try await store.cards(
                of: "default", where: ContactFilter(query: "doe p\(Self.count)@example"), after: nil, limit: 10)
            #expect(named.count >= 1)
            #expect(try await Self.pages(of: store) == Self.count + 1)
            store.close()
        }
    }

    private static func pages(of store: SQLiteStore) async throws -> Int {
        var (rows, last) = (0, nil as ContactID?)
        while true {
            let page = try await store.cards(of: "default", where: ContactFilter(), after: last, limit: 256)
            rows += page.count
            guard page.count == 256 else { return rows }
            last = page.last?.contact.id
        }
    }
}
