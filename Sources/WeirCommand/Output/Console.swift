// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Synchronization

/// Where a command writes: data on standard output, what it did on standard error. Colours only on a terminal.
struct Console: Sendable {
    /// What a piece of text is, and so how it looks.
    enum Style: Sendable {
        case plain, bold, dim, good, bad, notice

        fileprivate var code: String {
            switch self {
            case .plain: ""
            case .bold: "1"
            case .dim: "2"
            case .good: "32"
            case .bad: "31"
            case .notice: "33"
            }
        }
    }

    let usesColor: Bool
    let isQuiet: Bool
    /// True where progress is worth showing: somebody watches standard error, and the data goes elsewhere.
    let showsProgress: Bool
    private let output: Sink
    private let errors: Sink

    /// The process's own output. `NO_COLOR` and a dumb terminal turn colours off.
    static func standard(isQuiet: Bool, allowsColor: Bool, environment: [String: String]) -> Console {
        let wantsColor = allowsColor && environment["NO_COLOR"]?.isEmpty ?? true && environment["TERM"] != "dumb"
        return Console(
            usesColor: wantsColor && isatty(STDOUT_FILENO) == 1, isQuiet: isQuiet,
            showsProgress: !isQuiet && isatty(STDOUT_FILENO) == 0 && isatty(STDERR_FILENO) == 1,
            output: .file(FileHandle.standardOutput), errors: .file(FileHandle.standardError))
    }

    /// A console that keeps what is written, for tests.
    static func recording(into recorder: Recorder) -> Console {
        Console(
            usesColor: false, isQuiet: false, showsProgress: false, output: .recorder(recorder, isError: false),
            errors: .recorder(recorder, isError: true))
    }

    /// Writes a line of data.
    func write(_ line: String) { output.write(line + "\n") }

    /// Writes data as it is.
    func write(raw text: String) { output.write(text) }

    /// Writes bytes of whatever encoding.
    func write(bytes: [UInt8]) throws { try output.write(bytes) }

    /// The same console for work whose data go into a file: progress is worth showing beside what else it says.
    func withProgressOnErrors() -> Console {
        Console(
            usesColor: usesColor, isQuiet: isQuiet, showsProgress: !isQuiet && errors.isTerminal, output: output,
            errors: errors)
    }

    /// Says what is being done; silent with `--quiet`.
    func say(_ line: String) {
        if !isQuiet { errors.write(line + "\n") }
    }

    /// Shows how far the work is, in the place of what was shown before; an empty text clears it.
    func progress(_ text: String) {
        if showsProgress { errors.write("\r\u{1B}[K" + text) }
    }

    /// Says what went wrong.
    func complain(_ line: String) { errors.write(line + "\n") }

    func styled(_ text: String, _ style: Style) -> String {
        guard usesColor, style != .plain else { return text }
        return "\u{1B}[\(style.code)m\(text)\u{1B}[0m"
    }

    private enum Sink: Sendable {
        case file(FileHandle)
        case recorder(Recorder, isError: Bool)

        func write(_ text: String) {
            switch self {
            case .file(let handle): try? handle.write(contentsOf: Data(text.utf8))
            case .recorder(let recorder, let isError): recorder.append(text, isError: isError)
            }
        }

        func write(_ bytes: [UInt8]) throws {
            switch self {
            case .file(let handle): try handle.write(contentsOf: Data(bytes))
            case .recorder(let recorder, let isError):
                recorder.append(String(decoding: bytes, as: UTF8.self), isError: isError)
            }
        }

        var isTerminal: Bool {
            switch self {
            case .file(let handle): isatty(handle.fileDescriptor) == 1
            case .recorder: false
            }
        }
    }

    /// Keeps what a command writes.
    final class Recorder: Sendable {
        private let texts = Mutex<(output: String, errors: String)>(("", ""))

        var output: String { texts.withLock { $0.output } }
        var errors: String { texts.withLock { $0.errors } }

        fileprivate func append(_ text: String, isError: Bool) {
            texts.withLock { texts in
                if isError { texts.errors += text } else { texts.output += text }
            }
        }
    }
}
