// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An authority, a good certificate and a bad one, by the `openssl` command.
struct MailCertificates {
    /// What is wrong with the bad one.
    enum Defect {
        case expired, signedByNobody, otherName
    }

    /// Nil where the command isn't installed.
    static let program = ["/usr/bin/openssl", "/usr/local/bin/openssl"]
        .first(where: FileManager.default.isExecutableFile)

    private static let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    /// The certificate to trust.
    let authority: String
    private let folder: URL

    /// Makes `authority.pem`, `good.pem`, `bad.pem` and their keys in a folder.
    init(in folder: URL, name: String, badName: String, _ defect: Defect) throws {
        self.folder = folder
        authority = folder.appending(path: "authority.pem").path
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try certifyItself("authority", name: "authority")
        try certify("good", name: name, days: 30)
        switch defect {
        case .expired: try certify("bad", name: badName, days: -1)
        case .signedByNobody: try certifyItself("bad", name: badName)
        case .otherName: try certify("bad", name: "other.example", days: 30)
        }
    }

    private func certifyItself(_ file: String, name: String) throws {
        try openSSL(
            ["req", "-x509", "-keyout", path(file, "key"), "-out", path(file, "pem"), "-days", "30"] + Self.key
                + ["-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)"])
    }

    private func certify(_ file: String, name: String, days: Int) throws {
        try openSSL(
            ["req", "-keyout", path(file, "key"), "-out", path(file, "csr")] + Self.key
                + ["-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)"])
        try openSSL([
            "x509", "-req", "-in", path(file, "csr"), "-CA", authority, "-CAkey", path("authority", "key"),
            "-copy_extensions", "copy", "-days", String(days), "-out", path(file, "pem"),
        ])
    }

    private func path(_ file: String, _ ending: String) -> String { folder.appending(path: "\(file).\(ending)").path }

    private func openSSL(_ arguments: [String]) throws {
        try TestServers.run(Self.program ?? "", arguments)
    }
}
