// SPDX-License-Identifier: Apache-2.0

/// What a colour is for. Marks differ in lightness too, so that they are told apart without colour.
enum Ink: String, Sendable, Hashable, CaseIterable {
    /// The page, and what lies on it.
    case page, panel
    /// Text, quieter text, links.
    case text, quiet, link
    /// Hairlines, which carry no meaning.
    case line
    /// Marks of charts: what was found, what was had, what was not found, what failed.
    case found, had, missed, failed
    /// Further marks, where more than these are to be told apart.
    case first, second, third, fourth, fifth, sixth

    static let texts: [Ink] = [.text, .quiet, .link]
    static let marks: [Ink] = [
        .found, .had, .missed, .failed, .first, .second, .third, .fourth, .fifth, .sixth,
    ]

    /// The property of the style sheet.
    var property: String { "--\(rawValue)" }
}

/// A colour of the screen.
struct Color: Sendable, Hashable {
    /// 0 to 255 each.
    var red: Int
    var green: Int
    var blue: Int

    init(_ hex: Int) {
        red = hex >> 16 & 255
        green = hex >> 8 & 255
        blue = hex & 255
    }

    var css: String {
        "#" + [red, green, blue].map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }
}

/// The colours of one theme.
struct Palette: Sendable, Hashable {
    private let colors: [Ink: Color]

    subscript(_ ink: Ink) -> Color { colors[ink] ?? Color(0x808080) }

    static let light = Palette(colors: [
        .page: Color(0xFBFAF7), .panel: Color(0xF3F1EC), .text: Color(0x1C1F23), .quiet: Color(0x5C6169),
        .link: Color(0x0B5C63), .line: Color(0xDEDBD4), .found: Color(0x0E7C7B), .had: Color(0x5A8F69),
        .missed: Color(0x858990), .failed: Color(0xB4452F), .first: Color(0x2F5D9E), .second: Color(0xB07A1E),
        .third: Color(0x7A4B94), .fourth: Color(0x3F8F8C), .fifth: Color(0x9B5D73), .sixth: Color(0x63707E),
    ])

    static let dark = Palette(colors: [
        .page: Color(0x14171A), .panel: Color(0x1C2024), .text: Color(0xE9E7E2), .quiet: Color(0xA3A8AF),
        .link: Color(0x6FC7C4), .line: Color(0x33383E), .found: Color(0x45B3AF), .had: Color(0x8CC39B),
        .missed: Color(0x70777F), .failed: Color(0xE0785F), .first: Color(0x7FA8E0), .second: Color(0xDDAA55),
        .third: Color(0xBE93D6), .fourth: Color(0x5FA5A3), .fifth: Color(0xD394AA), .sixth: Color(0x93A0AE),
    ])

    /// On paper there is no ground.
    static let paper = Palette(
        colors: light.colors.merging([.page: Color(0xFFFFFF), .panel: Color(0xFFFFFF)]) { $1 })
}

extension Color {
    /// How much two colours differ in lightness, from 1 to 21 (WCAG 2.2, contrast ratio).
    func contrast(with other: Color) -> Double {
        let (bright, dim) = (max(luminance, other.luminance), min(luminance, other.luminance))
        return (bright + 0.05) / (dim + 0.05)
    }

    private var luminance: Double {
        func linear(_ channel: Int) -> Double {
            let value = Double(channel) / 255
            return value <= 0.040_45 ? value / 12.92 : Power.of((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }
}
