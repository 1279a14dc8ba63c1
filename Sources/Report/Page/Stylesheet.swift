// SPDX-License-Identifier: Apache-2.0

/// The page's style: two themes, paper, and a telephone. Nothing is fetched: the faces are those of the machine.
struct Stylesheet: Sendable {
    var text: String {
        """
        :root{color-scheme:light dark;\(Self.properties(.light))}
        @media (prefers-color-scheme:dark){:root{\(Self.properties(.dark))}}
        @media print{:root{color-scheme:light;\(Self.properties(.paper))}}
        \(Self.layout)
        \(Ink.allCases.map { ".\($0.rawValue){fill:var(\($0.property))}" }.joined())
        \(Ink.allCases.map { ".s-\($0.rawValue){stroke:var(\($0.property))}" }.joined())
        \(Ink.marks.map { ".key .\($0.rawValue){background:var(\($0.property))}" }.joined())
        """
    }

    private static func properties(_ palette: Palette) -> String {
        Ink.allCases.map { "\($0.property):\(palette[$0].css)" }.joined(separator: ";")
    }

    private static let layout = """
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--text);font:16px/1.55 ui-sans-serif,system-ui,-apple-system,\
        "Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums lining-nums}
        main,header,footer{max-width:1008px;margin:0 auto;padding:0 24px}
        header{padding-top:56px}
        h1,h2,h3,p,dl,dd,figure,table{margin:0}
        h1{font:600 34px/1.15 "Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua",Georgia,serif;\
        letter-spacing:-.01em;text-wrap:balance}
        h2{font:600 23px/1.25 "Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua",Georgia,serif}
        h3{font-size:16px;font-weight:600;line-height:1.35}
        .quiet{color:var(--quiet)}
        .meta{color:var(--quiet);font-size:14px;margin-bottom:10px}
        .lead{font-size:19px;line-height:1.5;max-width:44em;margin-top:18px}
        section{margin-top:64px;padding-top:20px;border-top:1px solid var(--line)}
        section>p{max-width:44em;margin-top:8px;color:var(--quiet)}
        .headline{display:grid;grid-template-columns:repeat(4,1fr);gap:32px 24px;margin-top:40px;padding-top:24px;\
        border-top:1px solid var(--line)}
        .headline dt{font-size:14px;color:var(--quiet)}
        .headline .big{font-size:28px;line-height:1.2;font-weight:600;letter-spacing:-.01em;margin-top:4px}
        .headline .big.many{font-size:17px;line-height:1.4}
        .headline .note{font-size:14px;color:var(--quiet);margin-top:2px}
        .figures{display:grid;grid-template-columns:1fr 1fr;gap:48px 64px;margin-top:28px}
        figure{min-width:0}
        figcaption p{margin:6px 0 18px;font-size:15px;color:var(--quiet);max-width:34em}
        svg{display:block;width:100%;height:auto;overflow:visible}
        svg text{fill:var(--text);font-family:inherit}
        svg text.q{fill:var(--quiet)}
        svg line{stroke-width:1;shape-rendering:crispEdges}
        .thick{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
        .tight{display:none}
        .key{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;padding:0;margin:0 0 12px;font-size:13px;\
        color:var(--quiet)}
        .key i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}
        details{margin-top:12px;font-size:14px}
        summary{color:var(--link);cursor:pointer;width:max-content;max-width:100%}
        summary:focus-visible,a:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:3px}
        .scroll{overflow-x:auto;margin-top:12px}
        table{border-collapse:collapse;font-size:14px;line-height:1.4;width:100%}
        caption{text-align:left;color:var(--quiet);padding-bottom:6px}
        th,td{text-align:right;padding:6px 0 6px 20px;border-bottom:1px solid var(--line);vertical-align:top;\
        white-space:nowrap}
        th{font-weight:600}
        thead th{font-weight:400;color:var(--quiet)}
        th:first-child,td:first-child{text-align:left;padding-left:0;white-space:normal}
        .words td{text-align:left;white-space:normal}
        dl.about{display:grid;grid-template-columns:max-content 1fr;gap:6px 24px;margin-top:20px;font-size:15px}
        dl.about dt{color:var(--quiet)}
        dl.about dd{overflow-wrap:anywhere}
        .notes{margin:20px 0 0;padding-left:18px;font-size:15px;color:var(--quiet);max-width:44em}
        .notes li{margin-top:6px}
        footer{padding-top:24px;padding-bottom:56px;font-size:14px;color:var(--quiet)}
        @media (max-width:880px){.figures{grid-template-columns:minmax(0,520px);gap:44px}\
        .headline{grid-template-columns:1fr 1fr}}
        @media (max-width:519px){main,header,footer{padding:0 20px}header{padding-top:32px}h1{font-size:28px}\
        .lead{font-size:17px}section{margin-top:48px}.headline{gap:24px 16px}.headline .big{font-size:24px}\
        .wide{display:none}.tight{display:block}dl.about{grid-template-columns:1fr;gap:0}\
        dl.about dd{margin-bottom:10px}}
        @page{size:A4;margin:16mm}
        @media print{body{font-size:10.5pt}header{padding-top:0}main,header,footer{max-width:none;padding:0}\
        .figures{grid-template-columns:1fr 1fr;gap:28px 32px}.headline{grid-template-columns:repeat(4,1fr);\
        margin-top:24px;gap:20px 16px}.headline .big{font-size:17pt}.headline .big.many{font-size:11pt}\
        .wide{display:none}.tight{display:block}details{display:none}section{margin-top:32px}\
        figure,.headline>div,tr{break-inside:avoid}h2,h3,figcaption{break-after:avoid}.scroll{overflow:visible}\
        table{font-size:8.5pt}th,td{padding-left:10px}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
        """
}
