// SPDX-License-Identifier: Apache-2.0

import CrashRunner
import Foundation
import Sandbox
import Testing

/// A folder with a file of people and a configuration whose vendors are of all five repeat classes, and `weir csv` as a
/// process of its own that can be ended at any moment.
struct CSVBench {
    static let output = "found.csv"

    let folder: URL
    let port: Int
    let rows: Int
    /// What is run: `weir`, or the same with late intents.
    let program: String

    /// - Parameters:
    ///   - rows: every person stands in five of them, far apart.
    ///   - place: where the folder is made; nil for the system's folder of temporary files.
    init(rows: Int, port: Int, at place: URL? = nil, program: String = "weir") throws {
        self.program = program
        folder = (place ?? FileManager.default.temporaryDirectory).appendingPathComponent("weir-csv-\(UUID())")
        self.port = port
        self.rows = rows
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let people = Self.indices(rows).map(CrashPeople.line)
        try ("name,domain\n" + people.joined(separator: "\n") + "\n")
            .write(to: folder.appendingPathComponent("people.csv"), atomically: true, encoding: .utf8)
        try Self.configuration(port: port)
            .write(to: folder.appendingPathComponent("weir.yaml"), atomically: true, encoding: .utf8)
    }

    static func indices(_ rows: Int) -> [Int] {
        let people = (rows + 4) / 5
        return Array(0..<people) + (people..<rows).map { ($0 &* 7_919) % people }
    }

    var store: String { folder.appendingPathComponent("weir.db").path }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func start(
        _ arguments: [String] = [], to output: String = output, under prefix: [String] = []
    ) throws -> RunnerProcess {
        try RunnerProcess(
            ["csv", "people.csv", "-o", output, "--concurrency", "16", "--quiet"] + arguments, program: program,
            under: prefix, in: folder, errors: folder.appendingPathComponent("errors.txt"))
    }

    /// Begins the run, or goes on with it where one was begun.
    func startOrResume(to output: String = output, under prefix: [String] = []) async throws -> RunnerProcess {
        try start(try await hasBegun() ? ["--resume"] : [], to: output, under: prefix)
    }

    private func hasBegun() async throws -> Bool {
        guard FileManager.default.fileExists(atPath: store) else { return false }
        return try await StoreRecord.hasRun(store)
    }

    /// What it wrote.
    var written: Data? { FileManager.default.contents(atPath: folder.appendingPathComponent(Self.output).path) }

    var errors: String {
        (try? String(contentsOf: folder.appendingPathComponent("errors.txt"), encoding: .utf8)) ?? ""
    }

    /// `keyed` and `jobs` are Findymail and Enrow under another class: the sandbox bills each call, whatever key it
    /// carries.
    private static func configuration(port: Int) -> String {
        func vendor(_ id: String, _ cost: String = "") -> String {
            """
              \(id):
                api_key: sandbox-\(id)-key
                base_url: "http://127.0.0.1:\(port)/\(id)"
                allow_private_addresses: true
                rate: 50000/s
                concurrency: 64
            \(cost)
            """
        }
        func declared(_ id: String, _ vendor: String, _ rest: String) -> String {
            """
              \(id):
                type: http
                capabilities: [email]
                cost: { per: found, amount: 0.02 USD }
                base_url: "http://127.0.0.1:\(port)/\(vendor)"
                allow_private_addresses: true
                rate: 50000/s
                concurrency: 64
            \(rest)
            """
        }
        return """
            version: 1
            chains:
              email: [keyed, hunter, jobs, people_data_labs]
              office_phone: [account_store, website]
              verify_email: [zerobounce]
              verify_phone: [libphonenumber]
            credits:
              plan: { grant: 1000000, cycle: monthly, anchor: 1, rollover: false }
            caps:
              run: { cost: 1000000 USD }
            providers:
            \(vendor("hunter", "    cost: { per: found, amount: 0.03 USD }"))
            \(vendor("people_data_labs", "    cost: { per: found, amount: 0.2 USD }"))
            \(vendor("zerobounce", "    cost: { per: attempt, amount: 0.01 USD }"))
              website:
                base_url: "http://127.0.0.1:\(port)/website"
                allow_private_addresses: true
            \(declared("keyed", "findymail", keyed))
            \(declared("jobs", "enrow", jobs))

            """
    }

    private static let keyed = """
            repeat: { key: Idempotency-Key }
            request:
              method: POST
              url: "https://keyed.example.com/api/search/name"
              headers: { Authorization: "Bearer sandbox-findymail-key", Accept: application/json }
              body: { name: "{full_name}", domain: "{domain}" }
            answer:
              matched: ".contact.email != null"
              email: ".contact.email"
              status: '"verified"'
            statuses: { 404: no_match }
        """

    private static let jobs = """
            request:
              method: POST
              url: "https://jobs.example.com/email/find/single"
              headers: { x-api-key: sandbox-enrow-key }
              body: { fullname: "{full_name}", company_domain: "{domain}" }
            poll:
              id: ".id"
              every: 100ms
              request:
                url: "https://jobs.example.com/email/find/single"
                query: { id: "{job}" }
                headers: { x-api-key: sandbox-enrow-key }
              pending: '.qualification == "ongoing"'
            answer:
              matched: '.qualification == "valid"'
              email: ".email"
              status: '"verified"'
        """
}
