// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct WebsiteTests {
    @Test(arguments: [
        ("acme.example/", #""telephone":"+1-202-555-0100""#),
        ("northwind.example/", #""contactType":"sales","telephone":"+44 20 7946 0018""#),
        ("northwind.example/", #""@graph":["#),
        ("lumiere.example/contact", #"href="tel:+33199001234""#),
        ("globex.example/", #"itemprop="telephone">+1 (212) 555-0123<"#),
        ("initech.example/", #""telephone":,}"#),
        ("initech.example/", #"href="tel:+15125550130""#),
        ("hooli.example/robots.txt", "Disallow: /contact\n"),
        ("hooli.example/contact", #"href="tel:+14155550144""#),
        ("acme.example/robots.txt", "User-agent: *"),
        ("www.acme.example", "application/ld+json"),
    ])
    func `a site shows its phone in its own way`(path: String, text: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get("/website/\(path)")
            #expect(answer.status == 200)
            #expect(answer.text.contains(text), "\(answer.text)")
        }
    }

    @Test(arguments: ["/", "/contact", "/about"])
    func `a site without a phone has none on any page`(path: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get("/website/umbrella.example\(path)")
            #expect(answer.status == 200)
            #expect(!answer.text.contains("tel"))
        }
    }

    @Test func `a page may be elsewhere`() async throws {
        try await Client.withSandbox { client in
            let moved = try await client.get("/website/shop.example.com/contact")
            #expect(moved.status == 302)
            let location = try #require(moved.headers["location"])
            #expect(try await client.get(location).text.contains("tel:+16175550102"))
        }
    }

    @Test(arguments: [
        ("quiet.example/", 404), ("acme.example/nowhere", 404), ("not-reserved.test/", 404),
        ("stormy.example/", 502),
    ])
    func `what isn't there is not found`(path: String, status: Int) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get("/website/\(path)")
            #expect(answer.status == status)
        }
    }

    @Test func `nothing is charged, and the rate holds here too`() async throws {
        try await Client.withSandbox { client in
            _ = try await client.get("/website/acme.example/")
            #expect(try await client.state(of: "website").number("charged") == 0)
            try await client.set("website", #"{"requests_per_second": 0}"#)
            #expect(try await client.get("/website/acme.example/").status == 429)
        }
    }
}
