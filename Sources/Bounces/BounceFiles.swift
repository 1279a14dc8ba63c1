// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Which files a path stands for.
enum BounceFiles {
    struct File {
        var path: String
        /// As it is called in results.
        var name: String
    }

    /// The files, in the order of their names; of a maildir those in `new`, then those in `cur`.
    static func list(_ path: String) throws(BounceProblem) -> [File] {
        guard path != "-" else { return [File(path: path, name: path)] }
        guard try isFolder(path) else { return [File(path: path, name: name(path))] }
        let boxes = ["new", "cur"].filter { (try? isFolder("\(path)/\($0)")) == true }
        guard boxes.isEmpty else {
            var files: [File] = []
            for box in boxes {
                files += try names(in: "\(path)/\(box)").filter { !$0.hasPrefix(".") }
                    .map { File(path: "\(path)/\(box)/\($0)", name: "\(box)/\($0)") }
            }
            return files.filter { isRegular($0.path) }
        }
        return try names(in: path).filter { name in
            guard !name.hasPrefix("."), let dot = name.lastIndex(of: ".") else { return false }
            return BounceSource.extensions.contains(name[name.index(after: dot)...].lowercased())
        }
        .map { File(path: "\(path)/\($0)", name: $0) }.filter { isRegular($0.path) }
    }

    private static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    private static func isFolder(_ path: String) throws(BounceProblem) -> Bool {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else { throw .unreadable(code: errno) }
        return facts.st_mode & S_IFMT == S_IFDIR
    }

    private static func isRegular(_ path: String) -> Bool {
        var facts = stat()
        return unsafe stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    }

    private static func names(in folder: String) throws(BounceProblem) -> [String] {
        guard let listing = unsafe opendir(folder) else { throw .unreadable(code: errno) }
        defer { unsafe closedir(listing) }
        var names: [String] = []
        while let entry = unsafe readdir(listing) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
