// SPDX-License-Identifier: Apache-2.0

/// The front page: who is played, how to reach them, how they are doing, and whom to look for.
struct Page: Sendable {
    let core: Core

    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Weir sandbox</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <main>
        <h1>Weir sandbox</h1>
        <p>These vendors are played on this machine. Nobody here is real, and nothing leaves it.</p>
        <h2>Vendors</h2>
        <div class="wide"><table>
        <thead><tr><th>Vendor</th><th>Base URL</th><th>Key</th></tr></thead>
        <tbody>
        \(core.orderedDesks.map(access).joined(separator: "\n"))
        </tbody>
        </table></div>
        <h2>Traffic</h2>
        <div class="wide"><table>
        <thead><tr><th>Vendor</th><th>Requests</th><th>Hits</th><th>Misses</th><th>Errors</th>
        <th>Charged</th><th>Credits left</th><th>Settings</th></tr></thead>
        <tbody>
        \(core.orderedDesks.map(traffic).joined(separator: "\n"))
        </tbody>
        </table></div>
        <h2>Prospects to try</h2>
        <div class="wide"><table>
        <thead><tr><th>Name</th><th>Domain</th><th>What happens</th></tr></thead>
        <tbody>
        \(core.world.samples.map(sample).joined(separator: "\n"))
        </tbody>
        </table></div>
        <p>Any other <code>first last</code> at a domain under <code>.example</code>,
        <code>example.com</code>, <code>example.net</code> or <code>example.org</code> is answered too,
        by a hash: the same each time with seed <code>\(String(core.settings.seed))</code>.</p>
        <h2>Settings</h2>
        <pre>curl -d '{"latency_ms": 200, "error_rate": 0.1, "requests_per_second": 5, "credits": 3}' \
        http://127.0.0.1:\(core.port)/_sandbox/vendors/hunter
        curl -X POST http://127.0.0.1:\(core.port)/_sandbox/reset
        curl 'http://127.0.0.1:\(core.port)/_sandbox/state?charges=20'</pre>
        </main>
        </body>
        </html>
        """
    }

    private func access(_ desk: Desk) -> String {
        let vendor = desk.vendor
        let key = vendor.key.map { "<code>\($0)</code>" } ?? "none needed"
        return "<tr><td>\(Self.escaped(vendor.name))</td>"
            + "<td><code>\(vendor.baseURL(port: core.port))</code></td><td>\(key)</td></tr>"
    }

    private func traffic(_ desk: Desk) -> String {
        let state = desk.json
        let cells = ["requests", "hits", "misses", "errors", "charged", "credits_left"].map { name in
            let value = state[name].map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
            return "<td class=\"number\">\(value)</td>"
        }
        let isFree = desk.vendor.key == nil
        let numbers = isFree ? cells.prefix(4) + ["<td></td>", "<td></td>"] : cells[...]
        return "<tr><td>\(Self.escaped(desk.vendor.name))</td>\(numbers.joined())"
            + "<td>\(Self.escaped(changed(state["settings"])))</td></tr>"
    }

    /// The settings that slow, break or limit; none in words where there are none.
    private func changed(_ settings: JSON?) -> String {
        let shown = (settings?.members ?? []).filter { member in
            !["credits", "verifier_credits", "hang_ms"].contains(member.name)
                && member.value != .null && member.value.double != 0
        }
        guard !shown.isEmpty else { return "at once, never fails" }
        return shown.map { "\($0.name) \(String(decoding: $0.value.bytes, as: UTF8.self))" }
            .joined(separator: ", ")
    }

    private func sample(_ sample: World.Sample) -> String {
        "<tr><td>\(Self.escaped(sample.person.fullName))</td>"
            + "<td><code>\(Self.escaped(sample.person.domain))</code></td>"
            + "<td>\(Self.escaped(sample.story))</td></tr>"
    }

    /// Returns text that is safe between tags and inside quoted attributes.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    private static let style = """
        :root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #d8dde3; --soft: #f4f6f8; }
        @media (prefers-color-scheme: dark) {
        :root { --ink: #e6e9ed; --paper: #14171a; --line: #333a42; --soft: #1d2125; } }
        body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
        main { max-width: 70rem; margin: 0 auto; padding: 2rem 1rem; }
        h1 { margin-top: 0; } h2 { margin-top: 2rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
        .number { font-variant-numeric: tabular-nums; }
        code, pre { font: 13px/1.5 ui-monospace, monospace; background: var(--soft); }
        code { padding: .1rem .3rem; } pre { padding: .8rem; overflow-x: auto; }
        """
}
