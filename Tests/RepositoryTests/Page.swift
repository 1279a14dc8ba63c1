// SPDX-License-Identifier: Apache-2.0

/// A Markdown page: its headings, its links, the commands that it shows.
struct Page: Sendable {
    let path: String
    let lines: [String]
    /// The lines that are not inside a fenced block.
    let prose: [String]
    /// The lines inside fenced blocks.
    let fenced: [String]

    init(path: String, _ text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var (prose, fenced): ([String], [String]) = ([], [])
        var isFenced = false
        for line in lines {
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isFenced.toggle()
            } else if isFenced {
                fenced.append(line)
            } else {
                prose.append(line)
            }
        }
        self.prose = prose
        self.fenced = fenced
    }

    var titles: [String] { prose.filter { $0.hasPrefix("# ") } }

    /// The anchors of the headings, as GitHub makes them.
    var anchors: Set<String> {
        let headings = prose.filter { $0.hasPrefix("#") }.map { $0.drop { $0 == "#" }.dropFirst() }
        return Set(
            headings.map { heading in
                String(
                    heading.lowercased().compactMap { character in
                        if character == " " { return "-" }
                        let isKept = character.isLetter || character.isNumber || character == "-" || character == "_"
                        return isKept ? character : nil
                    } as [Character])
            })
    }

    /// The targets of the links in the prose; what stands in code is not a link.
    var links: [String] {
        prose.flatMap { line in
            let spans = line.split(separator: "`", omittingEmptySubsequences: false)
            let text = spans.indices.filter { $0 % 2 == 0 }.map { String(spans[$0]) }.joined(separator: "code")
            return text.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
        }
    }

    /// The links that lead nowhere: relative ones to what isn't there, and anchors that no heading has.
    func brokenLinks(exists: (String) -> Bool, page: (String) -> Page?) -> [String] {
        links.filter { link in
            guard !link.contains("://"), !link.hasPrefix("mailto:") else { return false }
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let target = parts[0].isEmpty ? path : Self.resolved(parts[0], from: path)
            guard exists(target) else { return true }
            guard parts.count == 2, let page = parts[0].isEmpty ? self : page(target) else { return false }
            return !page.anchors.contains(parts[1])
        }
    }

    /// The targets of make that the page names, in code spans and fenced blocks.
    var makeTargets: Set<String> {
        let spans = prose.flatMap { line in
            let parts = line.split(separator: "`", omittingEmptySubsequences: false)
            return parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }
        }
        let commands = (spans + fenced).filter { $0.drop { $0 == " " || $0 == "$" }.hasPrefix("make ") }
        return Set(
            commands.flatMap { command in
                command.split(separator: "#")[0].split(separator: " ").drop { $0 != "make" }.dropFirst()
                    .prefix { $0 != "&&" && $0 != "|" }
                    .filter { !$0.contains("=") && !$0.hasPrefix("-") }.map(String.init)
            })
    }

    private static func resolved(_ link: String, from path: String) -> String {
        var parts = path.split(separator: "/").dropLast().map(String.init)
        for part in link.split(separator: "/") where part != "." {
            if part == ".." {
                _ = parts.popLast()
            } else {
                parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
