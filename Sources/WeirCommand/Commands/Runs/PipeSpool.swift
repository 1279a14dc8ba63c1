// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// What comes through a pipe, in a file without a name: it is gone with the process, however that ends.
enum PipeSpool {
    private static let piece = 1 << 17

    /// Reads standard input to its end.
    ///
    /// - Returns: where it can be read from the start, as often as needed; nil where standard input is a file itself.
    static func path() throws -> (path: String, isEmpty: Bool)? {
        var status = stat()
        guard unsafe fstat(STDIN_FILENO, &status) == 0 else {
            throw CommandFailure(.usage, "standard input can't be read")
        }
        guard status.st_mode & S_IFMT != S_IFREG else { return nil }
        let folder = FileManager.default.temporaryDirectory.path
        var name = Array("\(folder)/weir-input-XXXXXX".utf8CString)
        let descriptor = unsafe mkstemp(&name)
        guard descriptor >= 0 else {
            throw CommandFailure(.usage, "no file can be made in \(folder)", hint: "set TMPDIR to a folder with room")
        }
        unsafe unlink(name)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let handle = FileHandle(fileDescriptor: descriptor)
        var isEmpty = true
        do {
            while let bytes = try FileHandle.standardInput.read(upToCount: piece), !bytes.isEmpty {
                isEmpty = false
                try handle.write(contentsOf: bytes)
            }
        } catch {
            throw CommandFailure(
                .usage, "standard input can't be kept in \(folder)", hint: "set TMPDIR to a folder with room")
        }
        return ("/proc/self/fd/\(descriptor)", isEmpty)
    }
}
