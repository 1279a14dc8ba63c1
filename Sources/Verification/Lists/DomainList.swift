// SPDX-License-Identifier: Apache-2.0

internal import Identity

/// A list of mail domains, in which a domain counts with all its subdomains.
///
/// The built-in lists are part of the program and cost nothing at start-up: a look-up is a binary search in their bytes
/// (about half a microsecond). They come from others and hold some thousands of domains, good for a flag. What decides
/// whether two people are one is `EmailAddress.isPublicHost`, a short list of what is certain.
public struct DomainList: Sendable {
    private enum Source: Sendable {
        case embedded(EmbeddedFile)
        case read([UInt8])
    }

    private let source: Source
    /// The lines of the file that held no domain; none for a built-in list.
    public let rejected: RejectedLines

    /// Bytes of a file that is read.
    public static let maximumSize = 16 << 20

    /// Domains of mailboxes that are thrown away after use.
    public static let disposable = DomainList(source: .embedded(.disposableDomains), rejected: RejectedLines())
    /// Domains at which anybody gets a mailbox for nothing, those of `disposable` left out.
    public static let freeMail = DomainList(source: .embedded(.freeMailDomains), rejected: RejectedLines())

    private init(source: Source, rejected: RejectedLines) {
        self.source = source
        self.rejected = rejected
    }

    /// Reads a file with a domain a line, such as a newer list of the same kind; also one of JSON with a string a line.
    ///
    /// Blank lines and those that begin with `#` are passed over. Domains are brought into lower-case ASCII (IDNA),
    /// sorted, and each is taken once. A line is rejected where it is no domain, or one under which others register
    /// theirs (`co.uk`): the list would hold them all.
    ///
    /// - Throws: where the file is too large, or no line is a domain.
    public init(parsing bytes: [UInt8]) throws(DomainListError) {
        guard bytes.count <= Self.maximumSize else { throw .tooLarge }
        var rejected = RejectedLines()
        var domains: Set<String> = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (offset, line) in lines.enumerated() {
            guard let text = Self.content(line) else { continue }
            guard let domain = try? HostName.ascii(text, for: .domain), !PublicSuffixList.isOfRegistry(domain) else {
                rejected.add(offset + 1)
                continue
            }
            domains.insert(domain)
        }
        guard !domains.isEmpty else { throw .noDomains }
        source = .read(Array((domains.sorted().joined(separator: "\n") + "\n").utf8))
        self.rejected = rejected
    }

    /// True where the domain is listed, or one above it that is no public suffix.
    ///
    /// - Parameter domain: in lower-case ASCII, as `EmailAddress.domain` is.
    public func contains(_ domain: String) -> Bool {
        let name = Array(domain.utf8)
        guard name.count <= HostName.maximumLength else { return false }
        return withBytes { text in
            if SortedLines.find(name[...], in: text) != nil { return true }
            var rest = name[...]
            while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
                rest = rest[(dot + 1)...]
                guard SortedLines.find(rest, in: text) != nil else { continue }
                return PublicSuffixList.registrable(String(decoding: rest, as: UTF8.self)) != nil
            }
            return false
        }
    }

    /// The number of domains. Counts them.
    public var count: Int {
        withBytes { text in
            var count = 0
            for index in text.indices where text[index] == UInt8(ascii: "\n") { count += 1 }
            return count
        }
    }

    /// What a file of the list holds: a domain a line, sorted by bytes. Reading it gives the same list.
    public var contents: [UInt8] {
        withBytes { text in text.indices.map { text[$0] } }
    }

    private func withBytes<Result>(_ body: (borrowing Span<UInt8>) -> Result) -> Result {
        switch source {
        case .embedded(let file): file.withBytes(body)
        case .read(let bytes): body(bytes.span)
        }
    }

    /// What stands on a line, without blanks and the punctuation of JSON; nil where nothing does.
    private static func content(_ line: ArraySlice<UInt8>) -> String? {
        func isAround(_ byte: UInt8) -> Bool { byte <= 0x20 || "\"',[]".utf8.contains(byte) }
        let start = line.drop(while: isAround)
        guard let last = start.lastIndex(where: { !isAround($0) }), start.first != UInt8(ascii: "#") else { return nil }
        return String(decoding: start[...last], as: UTF8.self)
    }
}

/// Lines of a file that were passed over because they aren't what the file should hold.
public struct RejectedLines: Sendable, Hashable {
    /// How many there are.
    public private(set) var count = 0
    /// The numbers of the first of them, from 1.
    public private(set) var numbers: [Int] = []

    /// Line numbers that are named.
    public static let maximumNamed = 20

    mutating func add(_ number: Int) {
        count += 1
        if numbers.count < Self.maximumNamed { numbers.append(number) }
    }
}

/// Why a file is no list of domains.
public enum DomainListError: Error, Sendable, Hashable, CustomStringConvertible {
    case tooLarge
    case noDomains

    /// A whole sentence: what is wrong, and what to do.
    public var description: String {
        switch self {
        case .tooLarge: "the list has more than 16 MiB: see whether it is the right file"
        case .noDomains: "no line of the list is a domain: write one a line, such as example.com"
        }
    }
}
