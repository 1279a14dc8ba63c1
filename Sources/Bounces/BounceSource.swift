// SPDX-License-Identifier: Apache-2.0

/// Files that hold bounce mails or events, read one mail at a time: a mail, an mbox, a maildir, a folder of such files,
/// a file of webhook events, standard input. What a file is, its first bytes say and not its name.
///
/// One mail that can't be read is an item with its reason, and the rest goes on. Memory is bounded by
/// `BounceReader.maximumSize`, however large an mbox is.
public struct BounceSource: Sequence, Sendable {
    /// A mail or an event, and what it says.
    public struct Item: Sendable, Hashable {
        /// The file, below the path that was given; with the number of the mail or the event in it, from 1, where
        /// there can be several: "cur/1700000000.M1:2,S", "bounces.mbox#3".
        public var name: String
        public var result: Result<[BounceReport], BounceProblem>

        public init(name: String, result: Result<[BounceReport], BounceProblem>) {
            self.name = name
            self.result = result
        }
    }

    /// Names of files that are read in a folder that is no maildir.
    public static let extensions: Set<String> = ["eml", "mbox", "json", "jsonl", "ndjson"]

    /// A file, a folder, or "-" for standard input.
    public let path: String

    public init(path: String) { self.path = path }

    /// Returns the items of bytes that were read elsewhere: a mail, an mbox, or events.
    public static func items(of bytes: [UInt8], name: String) -> [Item] {
        Array(IteratorSequence(Iterator(bytes: bytes, name: name)))
    }

    public func makeIterator() -> Iterator { Iterator(path: path) }

    /// Goes through the items. The files are listed when the first is asked for; a file is open while it is read.
    public struct Iterator: IteratorProtocol {
        private var files: ArraySlice<BounceFiles.File> = []
        private var open: OpenMails?
        private var waiting: ArraySlice<Item> = []

        fileprivate init(path: String) {
            do throws(BounceProblem) { files = try BounceFiles.list(path)[...] } catch {
                waiting = [Item(name: path, result: .failure(error))]
            }
        }

        fileprivate init(bytes: [UInt8], name: String) { open = OpenMails(bytes: bytes, name: name) }

        public mutating func next() -> Item? {
            while true {
                if let item = waiting.popFirst() { return item }
                if let mails = open {
                    if let items = mails.next() { waiting = items[...] } else { open = nil }
                    continue
                }
                guard let file = files.popFirst() else { return nil }
                do throws(BounceProblem) {
                    open = OpenMails(try ByteStream(path: file.path), name: file.name)
                } catch {
                    return Item(name: file.name, result: .failure(error))
                }
            }
        }
    }
}
