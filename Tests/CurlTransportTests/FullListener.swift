// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A port whose queue of connections is full: the system drops whatever asks for another, as a firewall would.
struct FullListener {
    struct Unavailable: Error {}

    let port: Int
    private var descriptors: [Int32] = []

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        descriptors.append(listener)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(listener, generic, length) == 0 && listen(listener, 0) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard isBound else { throw Unavailable() }
        port = Int(in_port_t(bigEndian: address.sin_port))
        // One more than the queue of length 0 holds; none waits, and those too many are never answered.
        for _ in 0..<3 {
            let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            descriptors.append(client)
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    unsafe _ = connect(client, generic, length)
                }
            }
        }
    }

    func close() {
        for descriptor in descriptors { Glibc.close(descriptor) }
    }
}
