// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

@testable import Tables

@Suite struct PartFileTests {
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-part-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test func `a file has its name once it is whole`() throws {
        try withFolder { folder in
            let place = folder.appending(path: "out.csv")
            try Data("before".utf8).write(to: place)
            let part = try #require(PartFile(place.path))
            try part.write(Data("after".utf8))
            #expect(try Data(contentsOf: place) == Data("before".utf8))
            try part.close()
            #expect(part.takePlace())
            #expect(try Data(contentsOf: place) == Data("after".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.csv"])
            let mode = try FileManager.default.attributesOfItem(atPath: place.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func `what is abandoned leaves nothing`() throws {
        try withFolder { folder in
            let part = try #require(PartFile(folder.appending(path: "out.csv").path))
            try part.write(Data("x".utf8))
            part.abandon()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
            #expect(PartFile(folder.appending(path: "none/out.csv").path) == nil)
        }
    }

    @Test func `a full disk is told from other failures`() {
        #expect(PartFileError(CocoaError(.fileWriteOutOfSpace)).isFull)
        #expect(PartFileError(NSError(domain: NSPOSIXErrorDomain, code: Int(ENOSPC))).isFull)
        #expect(!PartFileError(CocoaError(.fileWriteUnknown)).isFull)
    }
}
