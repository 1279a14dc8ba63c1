// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import WaterfallEngine

/// The option of every command that acts for somebody.
struct ActorOptions: ParsableArguments {
    @Option(name: .customLong("as"), help: "The user who acts (default: $WEIR_USER, else the login name).")
    var user: String?
}

extension Session {
    /// The team's name in the store.
    var team: String { settings.team.name }

    /// Who acts: who `--as` names, else `$WEIR_USER`, else the login name.
    ///
    /// - Parameters:
    ///   - given: what `--as` says.
    ///   - role: what is needed.
    /// - Throws: `refused` where `team: users:` doesn't know the user, or the user may not do it.
    func actor(_ given: String?, needs role: UserRole = .member) throws -> String {
        let environment = Surroundings.current.environment
        let user = given ?? environment["WEIR_USER"] ?? environment["USER"] ?? "default"
        do throws(AuthorityError) {
            try settings.team.authorise(user, needs: role)
        } catch {
            throw CommandFailure(error)
        }
        return user
    }
}

extension CommandFailure {
    init(_ error: AuthorityError) {
        switch error {
        case .unknownUser(let user):
            self.init(
                .refused, "`\(user)` is not one of the team's users",
                hint: "name one with --as or $WEIR_USER, or add the user under `team: users:` in the configuration")
        case .needsAdmin(let user):
            self.init(
                .refused, "only an admin may do this, and `\(user)` is a member",
                hint: "ask an admin, or give the user `role: admin` under `team: users:`")
        }
    }
}
