// SPDX-License-Identifier: Apache-2.0

internal import CJQ
internal import Enrichment
internal import Synchronization

/// A jq program and the interpreters that have compiled it. Compiling takes some 20 ms, so interpreters are kept; each
/// is with one caller at a time.
final class JQProgram: Sendable {
    /// Bodies beyond this are not read.
    static let maximumInputBytes = 1_024 * 1_024
    private static let maximumPooled = 8

    private let text: String
    private let pool: Mutex<[JQInterpreter]>

    /// Compiles a program.
    ///
    /// - Throws: jq's own words on what is wrong.
    init(_ text: String, at path: String) throws(DeclarativeError) {
        self.text = text
        pool = Mutex([try JQInterpreter(text, at: path)])
    }

    /// Runs the program on a JSON text and returns its first output as JSON; nil where it gives none, or fails.
    ///
    /// - Throws: `malformedReply` where the text is not JSON or is too long.
    func run(_ input: [UInt8]) throws(ProviderError) -> [UInt8]? {
        guard input.count <= Self.maximumInputBytes else {
            throw ProviderError(.malformedReply, "the body is longer than 1 MiB")
        }
        // jq takes `nan` and broken UTF-8 for JSON; the reader doesn't.
        try JSONReader.read(input) { _ in }
        guard let interpreter = pool.withLock({ $0.popLast() }) ?? (try? JQInterpreter(text, at: "")) else {
            throw ProviderError(.unavailable, "no interpreter")
        }
        defer { pool.withLock { if $0.count < Self.maximumPooled { $0.append(interpreter) } } }
        return interpreter.run(input)
    }
}

/// One `jq_state` with its compiled program.
///
/// Sendable by the pool's rule: it is either in the pool or with the one caller that took it.
@safe private final class JQInterpreter: @unchecked Sendable {
    private var state: OpaquePointer?

    /// What jq says while it compiles.
    private final class Messages { var lines: [String] = [] }

    init(_ program: String, at path: String) throws(DeclarativeError) {
        unsafe state = jq_init()
        guard unsafe state != nil else { throw DeclarativeError(path: path, message: "out of memory") }
        let messages = Messages()
        // The object outlives the compilation, and the callback is taken off before it goes.
        unsafe jq_set_error_cb(
            state,
            { data, message in
                defer { unsafe jv_free(message) }
                guard let data = unsafe data, unsafe jv_get_kind(message) == JV_KIND_STRING else { return }
                let box = unsafe Unmanaged<Messages>.fromOpaque(data).takeUnretainedValue()
                box.lines.append(unsafe String(cString: jv_string_value(message)))
            }, Unmanaged.passUnretained(messages).toOpaque())
        let isCompiled = unsafe jq_compile(state, program) != 0
        withExtendedLifetime(messages) {}
        unsafe jq_set_error_cb(state, { _, message in unsafe jv_free(message) }, nil)
        guard isCompiled else {
            unsafe jq_teardown(&state)
            throw DeclarativeError(path: path, message: Self.words(messages.lines))
        }
    }

    deinit { unsafe jq_teardown(&state) }

    func run(_ input: [UInt8]) -> [UInt8]? {
        let value = unsafe input.withUnsafeBytes { bytes in
            unsafe jv_parse_sized(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        guard unsafe jv_is_valid(value) != 0 else {
            unsafe jv_free(value)
            return nil
        }
        unsafe jq_start(state, value, 0)
        let output = unsafe jq_next(state)
        guard unsafe jv_is_valid(output) != 0 else {
            unsafe jv_free(output)
            return nil
        }
        let text = unsafe jv_dump_string(output, 0)
        defer { unsafe jv_free(text) }
        return unsafe Array(String(cString: jv_string_value(text)).utf8)
    }

    /// The first line that says something, without jq's name.
    private static func words(_ lines: [String]) -> String {
        let line = lines.first?.split(separator: "\n").first.map(String.init) ?? "not a jq program"
        let prefix = "jq: error: "
        return line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : line
    }
}
