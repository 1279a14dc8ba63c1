// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc

/// Runs one measurement and writes what came of it as one line of JSON.
@main enum Main {
    static let usage = """
        usage: WeirBench transport|engine|ledger|audit|contacts|verify [--port N] [--prospects N] [--in-flight N] [--lanes N]
                         [--database PATH] [--parses-input yes] [--domains N]

        """

    /// The main thread only waits: a tool that counts instructions can't follow one that turns into the main queue.
    nonisolated static func main() {
        let ended = DispatchSemaphore(value: 0)
        let status = Status()
        _ = Task<Void, Never> { @concurrent in
            status.code = await run(CommandLine.arguments.dropFirst())
            ended.signal()
        }
        ended.wait()
        exit(status.code)
    }

    @concurrent
    private static func run(_ arguments: ArraySlice<String>) async -> Int32 {
        guard let name = arguments.first, let options = Options(arguments.dropFirst()) else {
            write(usage, to: STDERR_FILENO)
            return 2
        }
        raiseFileLimit()
        do {
            let report: Report
            switch name {
            case "transport": report = await TransportBench(options).run()
            case "engine": report = try await EngineBench(options).run()
            case "ledger": report = try await LedgerBench(options).run()
            case "audit": report = try await AuditBench(options).run()
            case "contacts": report = try await ContactsBench(options).run()
            case "verify": report = await VerifyBench(options).run()
            default:
                write(usage, to: STDERR_FILENO)
                return 2
            }
            write(report.json + "\n", to: STDOUT_FILENO)
            return 0
        } catch {
            write("WeirBench: \(error)\n", to: STDERR_FILENO)
            return 1
        }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in _ = unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
    }

    /// Thousands of connections need as many descriptors.
    private static func raiseFileLimit() {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, 1 << 20)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
