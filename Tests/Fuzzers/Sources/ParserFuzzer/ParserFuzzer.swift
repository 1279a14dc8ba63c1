// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The parser that is tried, by the environment: one program for all of them.
private let property: ParserProperty? = unsafe getenv("WEIR_FUZZ_PARSER")
    .flatMap { unsafe ParserProperty(rawValue: String(cString: $0)) }

/// What libFuzzer calls with each input. A property that doesn't hold ends the process, as a crash does: libFuzzer
/// then writes the input to a file.
///
/// - Returns: 0, for an input that may be kept.
@_cdecl("LLVMFuzzerTestOneInput")
public func tryOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let property else { end("WEIR_FUZZ_PARSER names no parser: syntax, smtp, dns or phones") }
    do {
        _ = try property.check(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        end("broken property: \(error)")
    }
    return 0
}

private func end(_ words: String) -> Never {
    let line = Array("\(words)\n".utf8)
    _ = unsafe write(STDERR_FILENO, line, line.count)
    abort()
}
