// SPDX-License-Identifier: Apache-2.0

/// Steps on lines of their own, after `- `. A step is its lines and the comments right above it; blank lines, and
/// comments that stand apart, stay where they are.
struct BlockSteps {
    private let text: MarkedText
    /// The lines of each step, counted from 1.
    private var blocks: [ClosedRange<Int>] = []

    init(_ text: MarkedText, _ elements: [YAMLNode]) throws(ChainEditError) {
        self.text = text
        let dashes = elements.map(\.position.line)
        guard let column = dashes.first.map({ Self.indentation(of: text.line($0)) }) else { return }
        for (index, line) in dashes.enumerated() {
            let content = text.line(line)
            guard Self.indentation(of: content) == column, content.dropFirst(column).first == "-",
                index == 0 || line > dashes[index - 1]
            else {
                throw ChainEditError(line: line, message: "a step doesn't begin on a line of its own")
            }
            let next = index + 1 < dashes.count ? dashes[index + 1] : text.starts.count + 1
            let end = Self.lastLine(from: line, before: next, deeperThan: column, in: text)
            let start = Self.firstComment(above: line, after: blocks.last?.upperBound ?? 0, at: column, in: text)
            blocks.append(start...end)
        }
    }

    /// The last line that is indented below a step: what is commented out there too.
    private static func lastLine(
        from line: Int, before next: Int, deeperThan column: Int, in text: MarkedText
    ) -> Int {
        var last = line
        for number in (line + 1)..<max(next, line + 1) {
            let content = text.line(number)
            guard let first = content.first(where: { !isBlank($0) }) else { continue }
            guard indentation(of: content) > column else { break }
            // A deeper comment after a gap stands apart.
            if first == "#", number > last + 1 { continue }
            last = number
        }
        return last
    }

    /// The first of the comments right above a step, which belong to it.
    private static func firstComment(above line: Int, after previous: Int, at column: Int, in text: MarkedText) -> Int {
        var first = line
        while first - 1 > previous, text.line(first - 1).first(where: { !isBlank($0) }) == "#",
            indentation(of: text.line(first - 1)) >= column
        {
            first -= 1
        }
        return first
    }

    private static func indentation(of line: ArraySlice<Unicode.Scalar>) -> Int { line.prefix { $0 == " " }.count }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    /// - Parameter order: the places of the steps.
    func reordered(_ order: [Int]) -> [Unicode.Scalar] {
        // Every line is told with the end of the line that it takes the place of, so that the last keeps having none.
        var numbers: [Int] = []
        var next = 1
        for (slot, place) in order.enumerated() {
            numbers += Array(next..<blocks[slot].lowerBound)
            numbers += Array(blocks[place])
            next = blocks[slot].upperBound + 1
        }
        numbers += Array(next..<(text.starts.count + 1))
        var result: [Unicode.Scalar] = []
        for (index, number) in numbers.enumerated() {
            result += text.line(number)
            let own = text.line(index + 1)
            let end = index + 1 < text.starts.count ? text.starts[index + 1] : text.scalars.count
            result += text.scalars[own.endIndex..<end]
        }
        return result
    }
}
