// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Why a chain can't be put in another order by an edit of the text.
public struct ChainEditError: Error, Sendable, Hashable {
    /// Where in the text; the first line for the whole of it.
    public var line: Int
    public var message: String
}

/// Puts the steps of a chain in another order in the text of a configuration: comments, quotes, indentation and all
/// other lines stay as they are.
///
/// A comment above a step, and what is indented below it, goes with it. What comes out is read again and must be the
/// same configuration but for the order of the steps; else nothing is changed.
public enum ChainEdit {
    /// Returns the text with the steps of a chain in an order.
    ///
    /// - Parameters:
    ///   - bytes: a configuration that can be read, at most 1 MiB.
    ///   - order: the providers of all its steps.
    /// - Throws: where the chain isn't written in this text, or can't be edited safely.
    public static func reorder(
        _ bytes: [UInt8], _ capability: Capability, to order: [ProviderID]
    ) throws(ChainEditError) -> [UInt8] {
        let (text, root) = try read(bytes)
        let steps = try steps(of: capability, in: root)
        let written = steps.elements.map(provider)
        guard Set(written).count == written.count else {
            throw ChainEditError(line: steps.line, message: "a provider is in the chain twice")
        }
        let places = order.compactMap { provider in written.firstIndex(of: provider) }
        guard places.count == written.count, Set(places).count == places.count else {
            throw ChainEditError(line: steps.line, message: "the chain has other steps")
        }
        guard places != Array(written.indices) else { return bytes }
        let edited: [Unicode.Scalar]
        switch text.scalar(at: steps.position) {
        case "[": edited = try FlowSteps(text, steps.elements).reordered(places)
        case "-": edited = try BlockSteps(text, steps.elements).reordered(places)
        default: throw ChainEditError(line: steps.line, message: "the chain's list has an anchor or a tag")
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: edited)
        let result = Array(String(view).utf8)
        guard let changed = try? read(result).root,
            Outline.of(root, chain: capability, order: places) == Outline.of(changed, chain: capability, order: nil)
        else {
            throw ChainEditError(
                line: steps.line, message: "the steps can't be moved without changing something else")
        }
        return result
    }

    private static func read(_ bytes: [UInt8]) throws(ChainEditError) -> (text: MarkedText, root: YAMLNode) {
        guard case .text(let scanned) = ScannedText(bytes) else {
            throw ChainEditError(line: 1, message: "the file can't be read as a configuration")
        }
        var reader = YAMLReader()
        guard let root = reader.read(SourceText(scanned)), reader.problems.isEmpty else {
            throw ChainEditError(line: 1, message: "the file can't be read as a configuration")
        }
        guard let text = MarkedText(String(decoding: bytes, as: UTF8.self)) else {
            throw ChainEditError(line: 1, message: "the file has line breaks of an unusual kind")
        }
        return (text, root)
    }

    /// The list of a chain's steps.
    private struct Steps {
        var position: Position
        var elements: [YAMLNode]
        var line: Int { position.line }
    }

    private static func steps(of capability: Capability, in root: YAMLNode) throws(ChainEditError) -> Steps {
        guard let chain = root[RootKeys.chains.name]?[capability.rawValue] else {
            throw ChainEditError(line: 1, message: "there is no chain `\(capability.rawValue)` in the file")
        }
        let list = chain.entries == nil ? chain : chain[ChainKeys.steps.name]
        guard let list, case .list(let elements) = list.content else {
            throw ChainEditError(line: chain.position.line, message: "the chain is no list")
        }
        return Steps(position: list.position, elements: elements)
    }

    private static func provider(of step: YAMLNode) -> ProviderID {
        let name = step.entries == nil ? step : step[ChainKeys.provider.name]
        guard case .scalar(let text, _)? = name?.content else { return "" }
        return ProviderID(rawValue: text)
    }
}

/// A configuration as one text without places, comments and styles: what an edit must not change.
private enum Outline {
    /// - Parameter order: the places of a chain's steps in the order in which they are to be told; nil: as they are.
    static func of(_ root: YAMLNode, chain: Capability, order: [Int]?) -> String {
        text(root, path: [], steps: [RootKeys.chains.name, chain.rawValue], order)
    }

    private static func text(_ node: YAMLNode, path: [String], steps: [String], _ order: [Int]?) -> String {
        switch node.content {
        case .scalar(let value, let isPlain): return "\(isPlain ? "p" : "q")\(value.utf8.count):\(value)"
        case .list(let elements):
            let isChain = path == steps || path == steps + [ChainKeys.steps.name]
            let sorted = isChain ? order.map { $0.map { elements[$0] } } ?? elements : elements
            return "[" + sorted.map { text($0, path: path + ["-"], steps: steps, order) }.joined(separator: ",") + "]"
        case .mapping(let entries):
            let members = entries.map { entry in
                "\(entry.key.utf8.count):\(entry.key)="
                    + text(entry.value, path: path + [entry.key], steps: steps, order)
            }
            return "{" + members.joined(separator: ",") + "}"
        }
    }
}
