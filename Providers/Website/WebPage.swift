// SPDX-License-Identifier: Apache-2.0

internal import CLibXML2
internal import Enrichment
internal import HTTPTypes

/// What a page of HTML says that matters here, as text.
struct WebPage: Equatable {
    /// The contents of `<script type="application/ld+json">`.
    var documents: [String] = []
    /// The values of `itemprop="telephone"`.
    var marked: [String] = []
    /// The numbers of `tel:` links, still in the form of the link.
    var dialed: [String] = []
    /// The targets of other links.
    var links: [String] = []

    static let maximumBytes = 2 * 1_024 * 1_024
    static let maximumDocuments = 32
    static let maximumNumbers = 64
    static let maximumLinks = 2_000
    static let maximumTextBytes = 256

    /// Nil where the reply is not HTML.
    init?(_ reply: ProviderReply) {
        let type = reply.headers[.contentType]?.lowercased()
        if let type {
            guard type.hasPrefix("text/html") || type.hasPrefix("application/xhtml+xml") else { return nil }
        } else {
            let start = reply.body.first { $0 > 0x20 }
            guard start == UInt8(ascii: "<") else { return nil }
        }
        self.init(html: reply.body, charset: Self.charset(type))
    }

    /// Reads any bytes as HTML, as browsers do: what is broken is repaired or left out. libxml2 ends the document at an
    /// element that is nested 256 deep.
    init(html: [UInt8], charset: String? = nil) {
        let html = Array(html.prefix(Self.maximumBytes))
        let encoding = charset ?? (String(validating: html, as: UTF8.self) != nil ? "utf-8" : nil)
        guard let tree = HTMLTree(html, encoding: encoding) else { return }
        tree.forEachElement { element in read(element) }
    }

    private mutating func read(_ element: HTMLTree.Element) {
        switch element.name {
        case "script":
            let type = element["type"]?.lowercased() ?? ""
            if type.hasPrefix("application/ld+json"), documents.count < Self.maximumDocuments {
                documents.append(element.text(maximumBytes: Self.maximumBytes))
            }
            return
        case "a":
            if let link = element["href"].map(Self.trimmed), !link.isEmpty { follow(link, element) }
        default: break
        }
        let properties = Self.tokens(element["itemprop"])
        if properties.contains("telephone"), marked.count < Self.maximumNumbers {
            let value = element["content"] ?? element.text(maximumBytes: Self.maximumTextBytes)
            marked.append(Self.trimmed(value))
        }
    }

    private mutating func follow(_ link: String, _ element: HTMLTree.Element) {
        guard link.lowercased().hasPrefix("tel:") else {
            if links.count < Self.maximumLinks { links.append(link) }
            return
        }
        let properties = Self.tokens(element["itemprop"])
        guard !properties.contains("faxNumber"), dialed.count < Self.maximumNumbers else { return }
        dialed.append(String(link.dropFirst(4)))
    }

    private static func tokens(_ value: String?) -> [Substring] { value?.split(whereSeparator: \.isWhitespace) ?? [] }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }

    /// The encoding that a `Content-Type` names; nil where that is none that could be a name.
    private static func charset(_ type: String?) -> String? {
        guard let type, let label = type.firstRange(of: "charset=") else { return nil }
        let name = type[label.upperBound...].drop { $0 == "\"" }
            .prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        return name.isEmpty || name.utf8.count > 40 ? nil : String(name)
    }
}

/// A parsed document of libxml2, freed with the value.
@safe private struct HTMLTree: ~Copyable {
    private let document: htmlDocPtr

    /// libxml2 wants to be set up once, before threads use it.
    private static let ready: Void = xmlInitParser()

    init?(_ html: [UInt8], encoding: String?) {
        Self.ready
        let options = [
            HTML_PARSE_RECOVER, HTML_PARSE_NOERROR, HTML_PARSE_NOWARNING, HTML_PARSE_NONET, HTML_PARSE_NODEFDTD,
        ].reduce(0) { $0 | Int32($1.rawValue) }
        let parsed = unsafe html.withUnsafeBytes { bytes in
            unsafe htmlReadMemory(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), nil, encoding, options)
        }
        guard let parsed = unsafe parsed else { return nil }
        unsafe document = parsed
    }

    deinit { unsafe xmlFreeDoc(document) }

    /// Visits every element in document order, without recursion: a page nests as deep as it likes.
    func forEachElement(_ visit: (Element) -> Void) {
        var next = unsafe xmlDocGetRootElement(document)
        while let node = unsafe next {
            if unsafe node.pointee.type == XML_ELEMENT_NODE { visit(unsafe Element(node)) }
            unsafe next = Self.following(node, below: nil)
        }
    }

    private static func following(_ node: xmlNodePtr, below root: xmlNodePtr?) -> xmlNodePtr? {
        if let child = unsafe node.pointee.children, unsafe node.pointee.type == XML_ELEMENT_NODE {
            return unsafe child
        }
        var climb: xmlNodePtr? = unsafe node
        while let current = unsafe climb, unsafe current != root {
            if let next = unsafe current.pointee.next { return unsafe next }
            let parent = unsafe current.pointee.parent
            guard let parent = unsafe parent, unsafe parent.pointee.type == XML_ELEMENT_NODE else { return nil }
            unsafe climb = parent
        }
        return nil
    }

    /// An element, valid while its tree is.
    @safe struct Element {
        private let node: xmlNodePtr

        fileprivate init(_ node: xmlNodePtr) { unsafe self.node = node }

        /// In lower case, as the parser of HTML writes them.
        var name: String { unsafe String(cString: node.pointee.name) }

        /// The value of an attribute; empty where it has none.
        subscript(name: String) -> String? {
            var next = unsafe node.pointee.properties
            while let attribute = unsafe next {
                if unsafe String(cString: attribute.pointee.name) == name {
                    guard let value = unsafe attribute.pointee.children?.pointee.content else { return "" }
                    return unsafe String(cString: value)
                }
                unsafe next = unsafe attribute.pointee.next
            }
            return nil
        }

        /// The text inside, up to a size.
        func text(maximumBytes: Int) -> String {
            var text = ""
            var next = unsafe node.pointee.children
            while let current = unsafe next, text.utf8.count < maximumBytes {
                let type = unsafe current.pointee.type
                if type == XML_TEXT_NODE || type == XML_CDATA_SECTION_NODE,
                    let content = unsafe current.pointee.content
                {
                    text += unsafe String(cString: content)
                }
                unsafe next = HTMLTree.following(current, below: node)
            }
            return text
        }
    }
}
