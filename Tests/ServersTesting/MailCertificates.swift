// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// An authority, a good certificate and a bad one, by the `openssl` command.
package struct MailCertificates {
    /// What is wrong with the bad one.
    package enum Defect {
        case expired, signedByNobody, otherName
    }

    /// Nil where the command isn't installed.
    package static let program = ["/usr/bin/openssl", "/usr/local/bin/openssl"]
        .first(where: FileManager.default.isExecutableFile)

    private static let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    /// The certificate to trust.
    package let authority: String
    private let folder: URL

    /// Makes `authority.pem`, `good.pem`, `bad.pem` and their keys in a folder.
    package init(in folder: URL, name: String, badName: String, _ defect: Defect) throws {
        try self.init(in: folder, names: [name], badNames: [badName], defect)
    }

    /// The same for several names each; one that is an IPv4 address is written down as such.
    package init(in folder: URL, names: [String], badNames: [String], _ defect: Defect) throws {
        self.folder = folder
        authority = folder.appending(path: "authority.pem").path
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try certifyItself("authority", names: ["authority"])
        try certify("good", names: names, days: 30)
        switch defect {
        case .expired: try certify("bad", names: badNames, days: -1)
        case .signedByNobody: try certifyItself("bad", names: badNames)
        case .otherName: try certify("bad", names: ["other.example"], days: 30)
        }
    }

    /// Makes one that nobody signed: `<file>.pem` and `<file>.key`.
    package func certifyItself(_ file: String, names: [String]) throws {
        try openSSL(
            ["req", "-x509", "-keyout", path(file, "key"), "-out", path(file, "pem"), "-days", "30"] + Self.key
                + Self.subject(names))
    }

    private func certify(_ file: String, names: [String], days: Int) throws {
        try openSSL(
            ["req", "-keyout", path(file, "key"), "-out", path(file, "csr")] + Self.key + Self.subject(names))
        try openSSL([
            "x509", "-req", "-in", path(file, "csr"), "-CA", authority, "-CAkey", path("authority", "key"),
            "-copy_extensions", "copy", "-days", String(days), "-out", path(file, "pem"),
        ])
    }

    private static func subject(_ names: [String]) -> [String] {
        let alternatives = names.map { name in
            (name.allSatisfy { $0.isNumber || $0 == "." } ? "IP:" : "DNS:") + name
        }
        let name = names.first ?? ""
        return ["-subj", "/CN=\(name)", "-addext", "subjectAltName=\(alternatives.joined(separator: ","))"]
    }

    private func path(_ file: String, _ ending: String) -> String { folder.appending(path: "\(file).\(ending)").path }

    private func openSSL(_ arguments: [String]) throws {
        try TestServers.run(Self.program ?? "", arguments)
    }
}
