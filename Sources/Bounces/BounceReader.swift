// SPDX-License-Identifier: Apache-2.0

/// Reads a mail, and says of each recipient that it reports on whether the message came back, and why.
///
/// A delivery report (RFC 3464) is believed first; where there is none, or where it says no more than "failed", the
/// words count that the mail systems use. Pure: the same bytes give the same reports.
public enum BounceReader {
    /// Bytes of the largest mail that is read.
    public static let maximumSize = 16 * 1024 * 1024

    /// Returns the reports of a mail (RFC 5322), in the mail's order of recipients.
    ///
    /// A mail that is no bounce gives one report of class `none`; so does one that can't be read at all.
    public static func read(_ bytes: [UInt8]) -> [BounceReport] {
        do {
            return try reports(in: bytes)
        } catch {
            return [BounceReport(recipient: nil, reason: .notABounce, reportID: identifier(of: bytes))]
        }
    }

    /// Returns the reports of a mail, as `read` does.
    ///
    /// - Throws: `tooLarge`, `tooDeep` or `empty` for a mail that is not read.
    static func reports(in bytes: [UInt8]) throws(BounceProblem) -> [BounceReport] {
        guard bytes.count <= maximumSize else { throw .tooLarge(maximum: maximumSize) }
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.starts(with: "From ".utf8) else { return try mail(bytes) }
        // Saved from an mbox, with the line before it; perhaps with the next mail too.
        let mails = MboxReader(ByteStream(bytes: bytes))
        var reports: [BounceReport] = []
        while let next = try mails.next() { reports += try mail(next.get()) }
        return reports
    }

    private static func mail(_ bytes: [UInt8]) throws(BounceProblem) -> [BounceReport] {
        BounceMail(try MIMEReader.read(bytes), bytes: bytes).reports
    }

    /// What the same bytes are always called, where they have no name of their own.
    static func identifier(of bytes: [UInt8]) -> String { "sha256:" + MIMEReader.hash(bytes) }
}
