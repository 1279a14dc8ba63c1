// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Verification

@testable import WeirCommand

/// `weir verify` and the lists that it looks at, as a user types them.
@Suite struct VerifyCommandTests {
    private static func weir(_ arguments: [String], home: String = "/nowhere") async -> Run {
        let recorder = Console.Recorder()
        let code = await Weir.run(arguments, providers: .builtIn, environment: ["HOME": home], recorder: recorder)
        return Run(code: code, output: recorder.output, errors: recorder.errors)
    }

    private static func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-verify-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    // MARK: The text alone

    @Test func `a text is judged without configuration or network`() async {
        let run = await Self.weir([
            "verify", "--syntax-only", "Jane.Doe@Example.COM", "a b@example.com", "jane@gmial.com", "info@gmail.com",
        ])
        #expect(run.code == 0)
        #expect(
            run.output == """
                Jane.Doe@Example.COM  an address  special_use
                a b@example.com  invalid (invalid_syntax)
                  something follows a blank or a comment: write the address alone
                jane@gmial.com  an address, did you mean jane@gmail.com?  disposable
                info@gmail.com  an address  role, free

                """)
        #expect(run.errors == "4 addresses: 1 invalid\n")
    }

    @Test func `an object a line, with stable keys, in the order of the input`() async throws {
        try await Self.withFolder { folder in
            let file = folder.appendingPathComponent("addresses.txt")
            try "# ours\n\njane@example.com\r\n  bad@@example.com \n".write(to: file, atomically: true, encoding: .utf8)
            let run = await Self.weir(["verify", "--syntax-only", "--json", "--quiet", "--file", file.path, "x@y.zz"])
            let lines = run.output.split(separator: "\n")
            #expect(lines.count == 3)
            let objects = try lines.map { line in
                try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
            #expect(objects.map { $0["email"] as? String } == ["x@y.zz", "jane@example.com", "bad@@example.com"])
            #expect(objects[1]["normalized"] as? String == "jane@example.com")
            #expect(objects[2]["status"] as? String == "invalid")
            #expect(
                Set(objects[0].keys) == [
                    "email", "normalized", "status", "reason", "suggestion", "flags", "verified_by", "credits",
                    "message", "refusal",
                ])
        }
    }

    @Test func `the profiles differ in what they take`() async {
        let text = "\"jane doe\"@[192.0.2.1]"
        let narrow = await Self.weir(["verify", "--syntax-only", text])
        #expect(narrow.output.contains("invalid (invalid_syntax)"))
        let wide = await Self.weir(["verify", "--syntax-only", "--profile", "rfc", text])
        #expect(wide.output.contains("an address"))
    }

    @Test(
        arguments: [
            ([], "no address was given"), (["--file", "/nowhere/at/all"], "/nowhere/at/all can't be read"),
            (["a@example.com", "--concurrency", "0"], "--concurrency takes 1 to 256"),
            (["a@example.com", "--greylist-wait", "soon"], "--greylist-wait takes a duration"),
            (["a@example.com", "--profile", "loose"], "--profile"),
            (["a@example.com", "--config", "/nowhere/weir.yaml"], "/nowhere/weir.yaml"),
        ] as [([String], String)])
    func `a mistake is told, with what to do`(arguments: [String], words: String) async {
        let run = await Self.weir(["verify"] + arguments)
        #expect(run.code != 0 && run.errors.contains(words), "\(run.errors)")
        #expect(run.output.isEmpty)
    }

    // MARK: By the configuration

    @Test func `the configured verifiers decide, and a definite verdict is charged`() async throws {
        try await Bench.run { bench in
            let run = await bench.command(
                "verify", "jane.doe@example.com", "nobody@example.com", "anybody@openhouse.example", "a b@c",
                "--explain")
            #expect(run.code == 0, "\(run.errors)")
            let lines = run.output.split(separator: "\n").map(String.init)
            #expect(
                lines.first == "jane.doe@example.com  verified (mailbox_exists by zerobounce)  special_use  1 credits")
            #expect(lines.contains { $0.hasPrefix("nobody@example.com  invalid (mailbox_not_found by zerobounce)") })
            #expect(lines.contains { $0.hasPrefix("anybody@openhouse.example  catch_all") })
            #expect(lines.contains("  zerobounce: matched"))
            #expect(run.errors.contains("4 addresses: 1 catch_all, 2 invalid, 1 verified"))
            let again = await bench.command("verify", "jane.doe@example.com", "--explain")
            #expect(again.output.contains("0 credits") && again.output.contains("cached"))
            await bench.expectSoundBooks()
        }
    }

    // MARK: Lists

    @Test func `a newer list is taken from where the user says, and decides`() async throws {
        try await Self.withFolder { folder in
            let file = folder.appendingPathComponent("domains.json")
            try #"["throwaway.example", "co.uk", "bücher.example"]"#.replacingOccurrences(of: ", ", with: ",\n")
                .write(to: file, atomically: true, encoding: .utf8)
            let before = await Self.weir(["verify", "--syntax-only", "a@throwaway.example"], home: folder.path)
            #expect(!before.output.contains("disposable"))
            let update = await Self.weir(["lists", "update", "disposable", "--from", file.path], home: folder.path)
            #expect(update.code == 0 && update.errors.contains("1 lines hold no domain"), "\(update.errors)")
            let shown = await Self.weir(["lists", "--json"], home: folder.path)
            #expect(shown.output.contains(#"{"list":"disposable","domains":2,"fetched_at":""#), "\(shown.output)")
            #expect(shown.output.contains(#"{"list":"free","domains":5020,"fetched_at":null"#))
            let after = await Self.weir(["verify", "--syntax-only", "a@throwaway.example"], home: folder.path)
            #expect(after.output.contains("disposable"))
            _ = await Self.weir(["lists", "reset"], home: folder.path)
            let reset = await Self.weir(["verify", "--syntax-only", "a@throwaway.example"], home: folder.path)
            #expect(!reset.output.contains("disposable"))
        }
    }

    @Test(arguments: [
        ["disposable", "--from", "/nowhere/list"], ["--from", "/nowhere/list"],
        ["disposable", "--from", "http://127.0.0.1:1/list"],
    ])
    func `a list that can't be had changes nothing`(arguments: [String]) async throws {
        try await Self.withFolder { folder in
            let run = await Self.weir(["lists", "update"] + arguments, home: folder.path)
            #expect(run.code != 0 && run.errors.contains("hint: "))
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.isEmpty)
        }
    }

    // MARK: The doctor

    @Test(
        arguments: [
            (MailReadiness(resolves: false, port: .unknown), nil, ["DNS bad"]),
            (MailReadiness(resolves: true, port: .closed), nil, ["DNS good", "port 25 bad"]),
            (MailReadiness(resolves: true, port: .silent), nil, ["DNS good", "port 25 bad"]),
            (
                MailReadiness(resolves: true, port: .open, address: IPAddress("192.0.2.1"), reverseNames: []), nil,
                ["DNS good", "port 25 good", "PTR bad"]
            ),
            (
                MailReadiness(
                    resolves: true, port: .open, address: IPAddress("192.0.2.1"), reverseNames: ["a.example"],
                    confirmedName: "a.example"), "a.example", ["DNS good", "port 25 good", "PTR good"]
            ),
            (
                MailReadiness(
                    resolves: true, port: .open, address: IPAddress("192.0.2.1"), reverseNames: ["a.example"],
                    confirmedName: "a.example"), "b.example", ["DNS good", "port 25 good", "PTR notice"]
            ),
        ] as [(MailReadiness, String?, [String])])
    func `the doctor says what keeps mail hosts from answering`(
        readiness: MailReadiness, helo: String?, words: [String]
    ) {
        let findings = MailFindings.findings(of: readiness, SMTPSettings(helo: helo))
        #expect(findings.map { "\($0.subject) \($0.state.rawValue)" } == words)
        #expect(findings.allSatisfy { $0.state == .good || $0.text.contains(":") })
    }
}
