// SPDX-License-Identifier: Apache-2.0
import FixtureFiles
import Foundation
import Sandbox
import Testing

struct WorldTests {
    private static let names = (0..<60).flatMap { number in
        ["Jane", "John", "Maria"].map { "\($0) Doe\(String(UnicodeScalar(UInt8(97 + number % 26))))\(number)" }
    }

    /// Asks Hunter for invented people and returns what it says.
    private func emails(seed: UInt64, domain: String) async throws -> [String?] {
        try await Sandbox(settings: SandboxSettings(seed: seed)).withRunning { port in
            let client = Client(port: port)
            var emails: [String?] = []
            for name in Self.names {
                let name = name.replacing(" ", with: "%20")
                let answer = try await client.get(
                    "/hunter/v2/email-finder?api_key=sandbox-hunter-key&domain=\(domain)&full_name=\(name)")
                emails.append(answer.string("data.email"))
            }
            return emails
        }
    }

    @Test func `the same seed invents the same world, another seed another`() async throws {
        let first = try await emails(seed: 3, domain: "planet.example")
        #expect(try await emails(seed: 3, domain: "planet.example") == first)
        #expect(try await emails(seed: 4, domain: "planet.example") != first)
        let found = first.count { $0 != nil }
        #expect((50...120).contains(found), "\(found) of \(first.count)")
    }

    @Test(arguments: ["planet.test", "example.info", "notexample.com", "localhost"])
    func `nothing is invented about a domain that may be real`(domain: String) async throws {
        #expect(try await emails(seed: 1, domain: domain).allSatisfy { $0 == nil })
    }

    @Test func `an invented person is the same by name and by profile`() async throws {
        try await Client.withSandbox { client in
            var matched = 0
            for name in Self.names.prefix(20) {
                let domain = "deep-space.example.org"
                let first = try await client.post(
                    "/apollo/api/v1/people/match?name=\(name.replacing(" ", with: "%20"))&domain=\(domain)",
                    ["x-api-key": "sandbox-apollo-key"])
                guard let url = first.string("person.linkedin_url") else { continue }
                let second = try await client.post(
                    "/apollo/api/v1/people/match?linkedin_url=\(url)", ["x-api-key": "sandbox-apollo-key"])
                #expect(second.string("person.email") == first.string("person.email"))
                matched += 1
            }
            #expect(matched > 3)
        }
    }

    @Test func `most of what vendors sell is true, and some is not`() async throws {
        try await Client.withSandbox { client in
            var verdicts: [String: Int] = [:]
            for number in 0..<40 {
                let found = try await client.get(
                    "/hunter/v2/email-finder?api_key=sandbox-hunter-key&domain=d\(number).example&full_name=Jane%20Doe")
                guard let email = found.string("data.email") else { continue }
                let answer = try await client.get(
                    "/zerobounce/v2/validate?api_key=sandbox-zerobounce-key&email=\(email)")
                verdicts[answer.string("status") ?? "", default: 0] += 1
            }
            let valid = verdicts["valid", default: 0]
            #expect(valid * 2 > verdicts.values.reduce(0, +), "\(verdicts)")
        }
    }

    @Test func `everybody in the world file is complete`() throws {
        let bytes = try #require(FixtureFiles.bytes("sandbox/world.json"))
        let world = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let people = try #require(world["people"] as? [[String: Any]])
        let companies = try #require(world["companies"] as? [[String: Any]])
        let domains = companies.compactMap { $0["domain"] as? String }
        #expect(people.count >= 40)
        #expect(companies.count >= 15)
        let vendors = Set(SandboxVendor.all.map(\.id))
        let grades: Set = ["sure", "guess", "stale", "masked", "failing"]
        for person in people {
            #expect(domains.contains(person["domain"] as? String ?? ""), "\(person)")
            let knows = try #require(person["knows"] as? [String: String])
            #expect(vendors.isSuperset(of: knows.keys), "\(knows)")
            #expect(grades.isSuperset(of: knows.values), "\(knows)")
        }
    }

    @Test func `half of a plain list of people is known to Hunter`() async throws {
        let text = try #require(FixtureFiles.text("people/plain.csv"))
        let rows = text.split(separator: "\n").dropFirst().map { row in
            row.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.replacing(" ", with: "%20")
            }
        }
        #expect(rows.count == 200)
        try await Client.withSandbox { client in
            var found = 0
            for row in rows {
                let answer = try await client.get(
                    "/hunter/v2/email-finder?api_key=sandbox-hunter-key"
                        + "&first_name=\(row[0])&last_name=\(row[1])&domain=\(row[3])")
                #expect(answer.status == 200 || answer.status == 500)
                if answer.string("data.email") != nil { found += 1 }
            }
            #expect((70...130).contains(found), "\(found)")
        }
    }

    @Test func `every list of people has a header`() {
        let lists = ["broken-rows.csv", "odd-names.csv", "plain.csv", "thousand.csv", "unicode.csv"]
        #expect(FixtureFiles.list("people") == lists)
        for list in lists {
            let header = FixtureFiles.text("people/\(list)")?.prefix { !$0.isNewline }.lowercased() ?? ""
            #expect(header.contains("name") && header.contains("company"), "\(list)")
        }
    }

    @Test func `files of fixtures are listed and read, and nothing else is`() {
        #expect(FixtureFiles.list("sandbox") == ["world.json"])
        #expect(FixtureFiles.list("").contains("people"))
        #expect(FixtureFiles.bytes("sandbox/none.json") == nil)
        #expect(FixtureFiles.bytes("sandbox") == nil)
        #expect(FixtureFiles.bytes("sandbox/../sandbox/world.json") == nil)
        #expect(FixtureFiles.list("none").isEmpty)
    }
}
