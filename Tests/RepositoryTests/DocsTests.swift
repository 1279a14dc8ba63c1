// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite struct DocsTests {
    @Test func `every page has exactly one title, at its top`() {
        let wrong = Repository.pages.filter { $0.titles.count != 1 || $0.lines.first != $0.titles.first }
        #expect(wrong.map(\.path) == [])
        #expect(Repository.pages.count > 10)
    }

    @Test func `every relative link leads somewhere`() {
        let broken = Repository.pages.flatMap { page in
            page.brokenLinks(exists: Repository.exists) { path in Repository.pages.first { $0.path == path } }
                .map { "\(page.path): \($0)" }
        }
        #expect(broken == [])
    }

    @Test func `every make target that a page names is there`() {
        let lines = (Repository.text("Makefile") ?? "").split(separator: "\n")
        let targets = Set(lines.compactMap { $0.firstMatch(of: /^([a-z-]+):/).map { String($0.1) } })
        #expect(targets.isSuperset(of: ["demo", "test", "ci"]))
        for page in Repository.pages {
            #expect(page.makeTargets.subtracting(targets) == [], "\(page.path)")
        }
    }

    @Test func `every section that a comment cites is there`() {
        let cited = Repository.sources.filter { $0.mentions(".md`") }.flatMap { source in
            source.lines.flatMap { line in
                line.matches(of: /`([a-z]+\.md)`,? ([A-Z0-9]+)/).map { (page: "docs/\($0.1)", section: String($0.2)) }
            }
        }
        #expect(!cited.isEmpty)
        for citation in cited {
            let page = Repository.pages.first { $0.path == citation.page }
            let isThere = page?.prose.contains { $0.hasPrefix("## \(citation.section). ") } == true
            #expect(isThere, "\(citation.page), \(citation.section)")
        }
    }

    @Test func `the architecture names every room`() {
        let page = Repository.text("docs/architecture.md") ?? ""
        let rooms = Repository.manifest.targets.values.filter { !$0.isTest && !$0.path.hasPrefix("Providers/") }
        #expect(rooms.map(\.name).filter { !page.contains("`\($0)`") }.sorted() == [])
    }

    @Test func `the list of decisions is whole`() {
        let index = Repository.pages.first { $0.path == "docs/decisions/README.md" }?.links.sorted() ?? []
        let pages = Repository.pages.map(\.path).filter { $0.hasPrefix("docs/decisions/0") }
        #expect(index == pages.compactMap { $0.split(separator: "/").last.map(String.init) })
        for page in Repository.pages where pages.contains(page.path) {
            let headings = page.prose.filter { $0.hasPrefix("## ") }
            #expect(headings == ["## Context", "## Decision", "## Alternatives", "## Consequences"], "\(page.path)")
        }
    }

    @Test func `the Makefile's first lines list its targets`() {
        let lines = (Repository.text("Makefile") ?? "").split(separator: "\n").prefix(20)
        for target in ["deps", "build", "demo", "test", "lint", "format", "ci", "bench", "fuzz", "soak", "clean"] {
            #expect(lines.contains { $0.hasPrefix("# ") && $0.contains("make \(target)") }, "\(target)")
        }
    }

    @Test func `no file names a machine's folders or a private registry`() {
        let scripts = [
            "Makefile", "Package.swift", ".ci/run", ".ci/deps", ".swift-format", ".editorconfig",
            "Tests/Fuzzers/run.sh",
        ]
        let texts =
            Repository.pages.map { ($0.path, $0.lines) }
            + Repository.sources.filter(Self.mayNameMachine).map { ($0.path, $0.lines) }
            + (scripts + Repository.files(under: "docs", ending: "sh")).map { path in
                (path, (Repository.text(path) ?? "").split(separator: "\n").map(String.init))
            }
        let found = texts.filter { !$0.0.hasPrefix("Tests/RepositoryTests/") }.flatMap { path, lines in
            lines.enumerated().filter { Self.namesMachine($0.element) }.map { "\(path):\($0.offset + 1)" }
        }
        #expect(found == [])
    }

    @Test func `packages come from GitHub`() {
        let urls = (Repository.text("Package.swift") ?? "").matches(of: /url: "([^"]*)"/).map { String($0.1) }
        #expect(!urls.isEmpty)
        #expect(urls.filter { !$0.hasPrefix("https://github.com/") } == [])
    }

    // The controls: what the rules above must find.

    @Test(arguments: [
        ("see /home/jane/weir", true), ("in `/opt/main`", true), ("(/root/.cache)", true),
        ("from https://registry.internal/simple", true), ("https://mirror.example.com/debian", true),
        ("GET /people/work/1", false), ("https://example.com/home/", false), ("Tests/work/x", false),
        ("https://www.swift.org/install", false),
    ])
    func `machine folders are told from other paths`(line: String, isFound: Bool) {
        #expect(Self.namesMachine(line) == isFound)
    }

    @Test func `broken links and unknown targets are found`() {
        let page = Page(
            path: "docs/a/page.md",
            """
            # Title
            [there](../b.md) [not there](c.md) [site](https://example.com) `[code](d.md)` [here](#one-more) [no](#none)
            ## One, more
            Run `make demo` or:
            ```
            # not a title
            make nothing && make other JOBS=2  # words
            [fenced](e.md)
            ```
            """)
        #expect(page.titles == ["# Title"])
        let there = ["docs/b.md", "docs/a/page.md"]
        #expect(page.brokenLinks(exists: there.contains, page: { _ in nil }) == ["c.md", "#none"])
        #expect(page.makeTargets == ["demo", "nothing"])
    }

    private static func mayNameMachine(_ source: SwiftSource) -> Bool {
        let folders = ["home", "root", "work", "opt", "Users"].map { "/\($0)/" }
        return (folders + ["http://", "https://"]).contains(where: source.mentions)
    }

    private static func namesMachine(_ line: String) -> Bool {
        let folders = /(?:^|[^A-Za-z0-9.\/_\-}])\/(?:home|root|work|opt|Users)\/[A-Za-z0-9._]/
        let hosts = /https?:\/\/[^\/\s]*(?:registry|mirror|artifactory|nexus|proxy)[^\/\s]*/
        return line.contains(folders) || line.contains(hosts)
    }
}
