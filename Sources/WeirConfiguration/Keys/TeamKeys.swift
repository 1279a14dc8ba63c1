// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// The keys of `team:`.
enum TeamKeys {
    private static let team = TeamSettings()

    static let role = Key(
        "role", Shape<UserRole>.word,
        """
        `admin` may do everything; `member` asks for data, and does not grant or void credits, erase, lift \
        suppressions, restore, or edit what is another's.
        """, standard: UserRole.member.rawValue)
    static let caps = Key(
        "caps", CapKeys.windowObject.shape { fields, _ in CapKeys.windows(fields) },
        "The user's own caps, in the place of those of `caps: user:`.", object: CapKeys.windowObject)
    static let userObject = ObjectShape(words: "a user", keys: [role.erased, caps.erased])

    static let name = Key(
        "name", .text("a name of at most 64 letters", maximum: 64), "The team's name in the store.",
        standard: team.name)
    static let users = Key(
        "users",
        userObject.shape { fields, _ in
            User(role: fields[role] ?? .member, caps: fields[caps] ?? WindowCaps())
        }.orNothing(User(role: .member, caps: WindowCaps()))
            .mapping(of: .user, "users by name", maximum: 10_000),
        "Who belongs to the team; without it any name passes, and everyone may do everything.")

    static let object = ObjectShape(words: "the team", keys: [name.erased, users.erased])

    /// What is said of one user.
    struct User: Sendable {
        var role: UserRole
        var caps: WindowCaps
    }

    /// Sets the team and its users' caps.
    static func apply(_ fields: Fields, to settings: inout EngineSettings, _ reading: inout Reading) {
        settings.team.name = fields[name] ?? settings.team.name
        guard let users = fields[users] else { return }
        var roles: [String: UserRole] = [:]
        for user in users {
            roles[user.name.value] = user.value.role
            if user.value.caps != WindowCaps() { settings.caps.users[user.name.value] = user.value.caps }
        }
        settings.team.users = roles
        guard !roles.values.contains(.admin) else { return }
        reading.warn(
            fields.position(of: Self.users), length: Self.users.name.count, "no user is an `admin`",
            hint: "nobody can grant credits, erase or restore: give one `role: admin`")
    }
}

extension Shape where Value == String {
    /// A user's name: `--as` and `$WEIR_USER`.
    static let user = Shape.scalar("a user's name such as jane", pattern: "^[^\\s,]{1,64}$") { text in
        let isPlain = text.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && $0.properties.generalCategory != .control && $0 != ","
        }
        return isPlain && (1...64).contains(text.unicodeScalars.count) ? text : nil
    }
}

extension Shape {
    /// The same where nothing stands for a value.
    func orNothing(_ value: Value) -> Shape<Value> {
        Shape(words: words, schema: .object([.init("anyOf", .array([schema, .object([.init("type", "null")])]))])) {
            node, reading in
            node.isNull ? value : read(node, &reading)
        }
    }
}
