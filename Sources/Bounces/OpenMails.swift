// SPDX-License-Identifier: Apache-2.0

/// A file that is being read, mail by mail.
final class OpenMails {
    private enum Kind {
        case unknown
        case mbox
        case done
    }

    private var stream: ByteStream
    private let name: String
    private var kind = Kind.unknown
    private var mbox: MboxReader?
    private var count = 0

    init(_ stream: ByteStream, name: String) {
        self.stream = stream
        self.name = name
    }

    convenience init(bytes: [UInt8], name: String) { self.init(ByteStream(bytes: bytes), name: name) }

    /// The next items; nil at the end.
    func next() -> [BounceSource.Item]? {
        switch kind {
        case .done: return nil
        case .mbox: return mboxItem()
        case .unknown:
            guard let start = attempt({ () throws(BounceProblem) in try stream.peek(5) }) else { return failed }
            if start == Array("From ".utf8) {
                kind = .mbox
                mbox = MboxReader(stream)
                return mboxItem()
            }
            kind = .done
            return whole()
        }
    }

    private var problem = BounceProblem.empty

    private func attempt<Value>(_ body: () throws(BounceProblem) -> Value) -> Value? {
        do throws(BounceProblem) { return try body() } catch {
            problem = error
            return nil
        }
    }

    private var failed: [BounceSource.Item] {
        kind = .done
        return [BounceSource.Item(name: name, result: .failure(problem))]
    }

    private func mboxItem() -> [BounceSource.Item]? {
        guard let mbox else { return nil }
        guard let result = attempt({ () throws(BounceProblem) in try mbox.next() }) else { return failed }
        guard let result else {
            kind = .done
            return nil
        }
        count += 1
        let name = "\(name)#\(count)"
        switch result {
        case .success(let bytes): return [item(bytes, name: name)]
        case .failure(let problem): return [BounceSource.Item(name: name, result: .failure(problem))]
        }
    }

    /// A file that holds one mail, or events.
    private func whole() -> [BounceSource.Item]? {
        let maximum = BounceReader.maximumSize
        guard let bytes = attempt({ () throws(BounceProblem) in try stream.rest(upTo: maximum + 1) }) else {
            return failed
        }
        guard bytes.count <= maximum else {
            problem = .tooLarge(maximum: maximum)
            return failed
        }
        if let first = bytes.first(where: { $0 > 0x20 }), first == 0x7B || first == 0x5B {
            let results = WebhookReader.read(bytes)
            guard results.count > 1 else {
                return results.map { BounceSource.Item(name: name, result: $0) }
            }
            return results.enumerated().map { BounceSource.Item(name: "\(name)#\($0 + 1)", result: $1) }
        }
        return [item(bytes, name: name)]
    }

    private func item(_ bytes: [UInt8], name: String) -> BounceSource.Item {
        do throws(BounceProblem) {
            return BounceSource.Item(name: name, result: .success(try BounceReader.reports(in: bytes)))
        } catch {
            return BounceSource.Item(name: name, result: .failure(error))
        }
    }
}
