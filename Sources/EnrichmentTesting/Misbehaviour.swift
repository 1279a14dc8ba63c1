// SPDX-License-Identifier: Apache-2.0

/// What `MisbehavingServer` can do to a client, by the names of `Fixtures/misbehaviours.json`.
public enum Misbehaviour: String, Sendable, CaseIterable {
    /// No misbehaviour: the control.
    case ok
    case silence

    /// False where the connection is over.
    func act(on socket: ServerSocket, _ request: MisbehavingServer.Request) -> Bool {
        switch self {
        case .ok: return socket.send(HTTP1.reply(200))
        case .silence:
            socket.staySilent()
            return false
        }
    }
}
