// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing
import WaterfallEngine

@testable import WeirConfiguration

struct VariableTests {
    private let variables = Variables(environment: ["NAME": "value", "EMPTY": "", "YAML": "x: [1]\ny: 2"]) { path in
        path == "secret.txt" ? Array("from file\r\n".utf8) : path == "large" ? Array(repeating: 65, count: 70_000) : nil
    }

    @Test(arguments: [
        ("plain", "plain"), ("${NAME}", "value"), ("a ${NAME} b ${NAME}", "a value b value"), ("$${NAME}", "${NAME}"),
        ("$$${NAME}", "$${NAME}"), ("$NAME $ {", "$NAME $ {"), ("${EMPTY}", ""), ("${file:secret.txt}", "from file"),
        ("${YAML}", "x: [1]\ny: 2"), ("$${", "${"),
    ])
    func `Variables are replaced`(text: String, expected: String) {
        #expect(variables.expand(text) == .text(expected))
    }

    @Test(arguments: [
        "${", "${}", "${MISSING}", "${A B}", "${1A}", "${NAME", "${file:}", "${file:missing}", "${file:large}", "${ä}",
        "${file:a\u{0}b}",
    ])
    func `What can't be replaced is a problem`(text: String) {
        guard case .problem = variables.expand(text) else {
            Issue.record("replaced")
            return
        }
    }

    @Test func `A value that is replaced is never YAML`() {
        let yaml = "version: 1\nchains: {}\nstore: ${STORE}\n"
        let loaded = TestCatalog.load(yaml, environment: ["STORE": "a.db\nregion: XX\nunknown: 1"])
        #expect(!loaded.hasErrors)
        #expect(loaded.store == "a.db\nregion: XX\nunknown: 1")
        #expect(loaded.settings.region == nil)
    }

    @Test func `Small files that are repeated don't grow without end`() {
        let file = String(repeating: "x", count: 60_000)
        let yaml = "version: 1\nchains: {}\nstore: \"\(String(repeating: "${file:f}", count: 100))\"\n"
        #expect(TestCatalog.load(yaml, files: ["f": file]).hasErrors)
    }

    @Test func `The environment wins over the file beside the configuration`() {
        let yaml = "version: 1\nchains: { email: [hunter, findymail], verify_email: [zerobounce] }\n"
        let loaded = TestCatalog.load(
            yaml, environment: ["HUNTER_API_KEY": "own"],
            files: [".env": "HUNTER_API_KEY=other\nFINDYMAIL_API_KEY='f'\nZEROBOUNCE_API_KEY=\n"])
        #expect(loaded.settings.providers["hunter"]?.keys.first == Secret("own"))
        #expect(loaded.settings.providers["findymail"]?.keys.first == Secret("f"))
        #expect(loaded.settings.providers["zerobounce"] == nil)
        #expect(loaded.diagnostics.contains { $0.message.contains("`zerobounce` has no key") })
    }

    @Test func `Files are looked for beside the configuration`() {
        let files = [
            "conf/weir.yaml": "version: 1\nchains: {}\nstore: ${file:name}\n", "conf/name": "a.db", "/etc/x": "b.db",
        ]
        func load(_ path: String, _ files: [String: String]) -> LoadedConfiguration {
            ConfigurationLoader.load(path: path, environment: [:], catalog: TestCatalog.catalog) { path in
                files[path].map { Array($0.utf8) }
            }
        }
        #expect(load("conf/weir.yaml", files).store == "a.db")
        #expect(load("conf/weir.yaml", files).folder == "conf")
        let absolute = files.merging(["conf/weir.yaml": "version: 1\nchains: {}\nstore: ${file:/etc/x}\n"]) { $1 }
        #expect(load("conf/weir.yaml", absolute).store == "b.db")
        #expect(load("missing.yaml", files).diagnostics.first?.message == "the file can't be read")
        #expect(load("missing.yaml", files).hasErrors)
    }

    @Test func `An environment file is read line by line`() {
        let text = """
            \u{FEFF}# comment
            PLAIN=value
            export EXPORTED = spaced value   # comment
            SINGLE='a # b \\n'
            DOUBLE="a # \\"b\\" \\n \\\\" # comment
            EMPTY=
            HASH=a#b
            COMMENT=# nothing

            broken line
            1BAD=x
            OPEN="never closed
            AFTER="x" y
            """
        let (variables, broken) = EnvironmentFile.parse(Array(text.utf8))
        #expect(
            variables == [
                "PLAIN": "value", "EXPORTED": "spaced value", "SINGLE": "a # b \\n", "DOUBLE": "a # \"b\" \n \\",
                "EMPTY": "", "HASH": "a#b", "COMMENT": "",
            ])
        #expect(broken == [10, 11, 12, 13])
        #expect(EnvironmentFile.parse([0xFF]).brokenLines == [1])
    }

    @Test func `A broken environment file is told of without its content`() {
        let loaded = TestCatalog.load("version: 1\nchains: {}\n", files: [".env": "A=1\nCANARY\n"])
        let first = loaded.diagnostics.first
        #expect(first?.headline == ".env:2:1: warning: this line is not NAME=value, and is left out")
        #expect(!loaded.diagnostics.map(\.description).joined().contains("CANARY"))
    }

    @Test(
        arguments: [
            ("[$A, $B, $A, '']", ["a", "b"], []), ("[$A, $NOWHERE]", ["a"], ["NOWHERE is not set"]),
            ("[$NOWHERE, $B]", ["b"], ["NOWHERE is not set"]), ("[$NOWHERE]", [], ["has no key"]),
            ("$B", ["b"], []),
        ] as [(String, [String], [String])])
    func `several keys are a list, and one that is not set is left out`(
        written: String, keys: [String], warnings: [String]
    ) throws {
        let list = written.replacing(/\$([A-Z]+)/) { "\"${\($0.output.1)}\"" }
        let text = """
            version: 1
            chains: { email: [hunter] }
            providers:
              hunter:
                api_key: \(list)
            """
        let loaded = TestCatalog.load(text, environment: ["A": "a", "B": "b"])
        #expect(loaded.settings.providers["hunter"]?.keys.map(\.exposed) == keys)
        let texts = loaded.diagnostics.map(\.description)
        for warning in warnings { #expect(texts.contains { $0.contains(warning) }, "\(texts)") }
        #expect(!texts.contains { $0.contains("error") })
    }
}
