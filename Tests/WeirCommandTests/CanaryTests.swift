// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import Testing

/// Secrets and personal data that would be recognised anywhere: keys nowhere at all, and a person nowhere but in the
/// data that was asked for (`reliability.md`, C: S1).
@Suite struct CanaryTests {
    private static let person = [
        "--name", "Zebedee Quuxington", "--domain", "canarycorp.example", "--linkedin",
        "https://www.linkedin.com/in/zebedee-quuxington-canary", "--title", "Chief Canary Keeper",
    ]
    /// What a person's traces would be, whichever the case.
    private static let traces = ["zebedee", "quuxington", "canarycorp", "chief canary"]
    private static let secret = "CANARYSECRET"

    /// A key in every place that takes one: literals, the environment, `.env`, a header of a provider in YAML.
    private static func plant(_ bench: Bench, wrong: Bool) throws {
        try bench.edit([
            (
                "  hunter:\n    api_key: sandbox-hunter-key",
                "  hunter:\n    api_key: \(wrong ? "\(secret)-literal" : "sandbox-hunter-key")"
            ),
            ("api_key: sandbox-prospeo-key", "api_key: ${PROSPEO_CANARY}"),
            ("api_key: sandbox-findymail-key", "api_key: ${FINDYMAIL_CANARY}"),
            ("api_key: sandbox-people_data_labs-key", "api_key: \(secret)-pdl"),
            ("api_key: sandbox-zerobounce-key", wrong ? "api_key: \(secret)-zb" : "api_key: sandbox-zerobounce-key"),
            (Bench.emailChain, "email: [hunter, acme_crm, prospeo, findymail, people_data_labs]"),
        ])
        var text = try String(contentsOfFile: bench.configuration, encoding: .utf8)
        text += """

              acme_crm:
                type: http
                allow_private_addresses: true
                capabilities: [email]
                request:
                  url: "http://127.0.0.1:\(bench.port)/hunter/nothing-here"
                  query: { first: "{first_name}", last: "{last_name}", domain: "{domain}" }
                  headers: { Authorization: "Bearer \(secret)-header", X-Other: "${ACME_CANARY}" }
                answer:
                  matched: ".person != null"
                  email: ".person.email"
                  status: '"unverified"'

            """
        try text.write(toFile: bench.configuration, atomically: true, encoding: .utf8)
        try "FINDYMAIL_CANARY=\(secret)-dotenv\nACME_CANARY=\(secret)-dotenv-header\nnot a line \(secret)-stray\n"
            .write(to: bench.folder.appendingPathComponent(".env"), atomically: true, encoding: .utf8)
    }

    private static let environment = ["PROSPEO_CANARY": "\(secret)-environment"]

    @Test(arguments: [
        [], ["error_rate=1"], ["malformed_rate=1"], ["lost_rate=1"], ["credits=0"], ["requests_per_second=0"],
    ])
    func `keys show nowhere, and a person shows in the data alone`(settings: [String]) async throws {
        for isWrong in settings.isEmpty ? [false, true] : [false] {
            try await Bench.run(settings) { bench in
                try Self.plant(bench, wrong: isWrong)
                let recordings = bench.folder.appendingPathComponent("recordings").path
                var runs: [Run] = []
                // What is answered is waited for however busy the machine is; what never comes is not.
                let patience = ["lost_rate=1": "4s", "requests_per_second=0": "10s"][settings.first ?? ""] ?? "60s"
                let enrich = ["enrich", "--config", bench.configuration, "--timeout", patience] + Self.person
                for more in [
                    ["--record", recordings, "--access", "email,mobile", "--explain"], ["--json", "--fresh"],
                    ["--offline", "--fresh"], ["--dry-run"], ["--max-credits", "0.5", "--fresh"],
                ] {
                    runs.append(await bench.weir(enrich + more, environment: Self.environment))
                }
                for command in [
                    ["config", "check"], ["config", "show"], ["providers", "list"], ["credits", "history"],
                    ["contacts", "list"], ["ledger", "verify"],
                ] {
                    runs.append(
                        await bench.weir(command + ["--config", bench.configuration], environment: Self.environment))
                }
                for run in runs {
                    #expect(!run.output.contains(Self.secret), "\(run.output)")
                    #expect(!run.errors.contains(Self.secret), "\(run.errors)")
                    expectNoTrace(in: run.errors, "standard error")
                }
                #expect(runs[0].code != 3, "\(runs[0].errors)")
                try Self.expectCleanFiles(bench, recordings, areAnswered: settings != ["lost_rate=1"])
            }
        }
    }

    @Test func `mistakes in a configuration show no secret`() async throws {
        try await Bench.run { bench in
            try Self.plant(bench, wrong: true)
            try bench.edit([
                (
                    "    api_key: \(Self.secret)-pdl",
                    "    api_kye: \(Self.secret)-pdl\n    api_key: [\(Self.secret)-list]"
                ),
                ("X-Other:", "X Other:"), ("type: http", "type: htpp"),
            ])
            for arguments in [["config", "check"], ["config", "check", "--json"], ["config", "show"], ["enrich"]] {
                let run = await bench.weir(
                    arguments + ["--config", bench.configuration], environment: Self.environment)
                #expect(run.code != 0)
                #expect(!(run.output + run.errors).contains(Self.secret), "\(run.output)\(run.errors)")
            }
        }
    }

    private static func expectCleanFiles(_ bench: Bench, _ recordings: String, areAnswered: Bool) throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: bench.folder.path)
        let recorded = files.filter { $0.hasPrefix("recordings/") }
        #expect(recorded.isEmpty != areAnswered, "nothing was recorded, so nothing is tested")
        for file in files where !["weir.yaml", ".env"].contains(file) {
            guard let data = FileManager.default.contents(atPath: bench.folder.appendingPathComponent(file).path) else {
                continue
            }
            let text = String(decoding: data, as: UTF8.self)
            #expect(!text.contains(secret), "\(file) has a key in it")
            guard file.hasPrefix("recordings/") else { continue }
            expectNoTrace(in: text, file)
            #expect(!text.contains("sandbox-hunter-key"), "\(file) has a key in it")
        }
    }
}

extension CanaryTests {
    fileprivate static let everyTrace = traces
}

/// Nothing of the canary is in the text.
private func expectNoTrace(in text: String, _ place: String) {
    for trace in CanaryTests.everyTrace {
        #expect(!text.lowercased().contains(trace), "\(place) has \(trace) in it:\n\(text)")
    }
}
