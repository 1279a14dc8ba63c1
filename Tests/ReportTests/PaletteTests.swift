// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Report

/// WCAG 2.2: 1.4.3 asks for 4.5 for text, 1.4.11 for 3 for marks that carry meaning.
@Suite struct PaletteTests {
    static let palettes = [Palette.light, .dark, .paper]

    @Test(arguments: palettes) func `texts are read on every ground`(_ palette: Palette) {
        for ink in Ink.texts {
            for ground in [Ink.page, .panel] {
                let contrast = palette[ink].contrast(with: palette[ground])
                #expect(contrast >= 4.5, "\(ink) on \(ground): \(contrast)")
            }
        }
    }

    @Test(arguments: palettes) func `marks stand out from the page`(_ palette: Palette) {
        for ink in Ink.marks {
            let contrast = palette[ink].contrast(with: palette[.page])
            #expect(contrast >= 3, "\(ink): \(contrast)")
        }
    }

    @Test func `contrast is as the standard has it`() {
        #expect(abs(Color(0x000000).contrast(with: Color(0xFFFFFF)) - 21) < 0.001)
        #expect(abs(Color(0x777777).contrast(with: Color(0xFFFFFF)) - 4.478) < 0.001)
        #expect(Color(0x0A0B0C).css == "#0a0b0c")
    }

    @Test func `every ink is in the style sheet of each theme`() {
        let css = Stylesheet().text
        for ink in Ink.allCases { #expect(css.split(separator: "\(ink.property):").count == 4, "\(ink)") }
    }
}
