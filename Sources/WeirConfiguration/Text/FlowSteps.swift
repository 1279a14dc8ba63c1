// SPDX-License-Identifier: Apache-2.0

/// Steps in brackets: `[hunter, { provider: prospeo, timeout: 4s }]`. Their texts change places, and nothing between.
struct FlowSteps {
    private let text: MarkedText
    private var spans: [Range<Int>] = []

    init(_ text: MarkedText, _ elements: [YAMLNode]) throws(ChainEditError) {
        self.text = text
        for element in elements {
            let start = text.offset(of: element.position)
            guard start >= spans.last?.upperBound ?? 0, let end = Self.end(from: start, in: text.scalars) else {
                throw ChainEditError(
                    line: element.position.line, message: "a step stands elsewhere, or has a comment in it")
            }
            spans.append(start..<end)
        }
        // A comment between steps would stay where it is, and speak of another.
        guard let last = spans.last else { return }
        var gaps = zip(spans, spans.dropFirst()).map { $0.upperBound..<$1.lowerBound }
        gaps.append(last.upperBound..<(Self.closing(from: last.upperBound, in: text.scalars) ?? last.upperBound))
        guard !gaps.contains(where: { text.scalars[$0].contains("#") }) else {
            throw ChainEditError(
                line: elements[0].position.line,
                message: "comments stand between the steps: write each step on a line of its own, after `- `")
        }
    }

    /// Where a step ends: before the comma or bracket that is not in quotes or brackets of its own.
    private static func end(from start: Int, in scalars: [Unicode.Scalar]) -> Int? {
        var depth = 0
        var quote: Unicode.Scalar?
        var index = start
        while index < scalars.count {
            let scalar = scalars[index]
            if let open = quote {
                if scalar == "\\", open == "\"" { index += 1 }
                if scalar == open { quote = nil }
            } else if scalar == "\"" || scalar == "'" {
                // Elsewhere than at its beginning a quote is a part of a plain value.
                if index == start || depth > 0 { quote = scalar }
            } else if scalar == "#" {
                return nil
            } else if scalar == "[" || scalar == "{" {
                depth += 1
            } else if depth == 0, scalar == "," || scalar == "]" {
                return trimmed(start, index, scalars)
            } else if scalar == "]" || scalar == "}" {
                depth -= 1
            }
            index += 1
        }
        return nil
    }

    private static func trimmed(_ start: Int, _ end: Int, _ scalars: [Unicode.Scalar]) -> Int? {
        var end = end
        while end > start, scalars[end - 1].properties.isWhitespace { end -= 1 }
        return end > start ? end : nil
    }

    private static func closing(from start: Int, in scalars: [Unicode.Scalar]) -> Int? {
        scalars[start...].firstIndex(of: "]")
    }

    /// - Parameter order: the places of the steps.
    func reordered(_ order: [Int]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var end = 0
        for (slot, place) in order.enumerated() {
            result += text.scalars[end..<spans[slot].lowerBound]
            result += text.scalars[spans[place]]
            end = spans[slot].upperBound
        }
        return result + text.scalars[end...]
    }
}
