# SPDX-License-Identifier: Apache-2.0
"""The same look-ups and the same conversations as a script would hold them, on asyncio and the standard library alone:
the domain's MX, its host's addresses, then banner, EHLO, MAIL, RCPT, RCPT for a made-up name where the first was
accepted, QUIT. No syntax check, no classification, no transcript, no cancellation, one time-out for a conversation.

    asyncio_smtp_peer.py PORT ADDRESSES IN_FLIGHT DOMAINS
"""
import asyncio
import random
import string
import struct
import sys

import world

DOMAINS = int(sys.argv[4])
PER_DOMAIN = 2
TIMEOUT = 20
#: Questions at once, so that the socket's buffer holds the replies.
QUESTIONS = 128
A, MX, AAAA = 1, 15, 28


class NameServer(asyncio.DatagramProtocol):
    def __init__(self):
        self.waiting = {}
        self.last = 0
        self.turns = asyncio.Semaphore(QUESTIONS)

    def connection_made(self, transport):
        self.transport = transport

    async def ask(self, name, kind):
        """The records of a name: of an MX the host, of an address its text."""
        labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
        async with self.turns, asyncio.timeout(TIMEOUT):
            self.last = (self.last + 1) % 65_536
            head = struct.pack("!6H", self.last, 0x0100, 1, 0, 0, 0)
            future = self.waiting[self.last] = asyncio.get_running_loop().create_future()
            self.transport.sendto(head + labels + struct.pack("!xHH", kind, 1))
            return await future

    def datagram_received(self, data, address):
        number, flags, _, answers, _, _ = struct.unpack_from("!6H", data)
        future = self.waiting.pop(number, None)
        if future is None or future.done():
            return
        records = []
        _, place = name_at(data, 12)
        place += 4
        for _ in range(answers):
            _, place = name_at(data, place)
            kind, _, _, length = struct.unpack_from("!HHIH", data, place)
            place += 10
            if kind == MX:
                records.append(name_at(data, place + 2)[0])
            elif kind == A:
                records.append(".".join(map(str, data[place:place + 4])))
            place += length
        future.set_result(records)


def name_at(data, place):
    """A name, and the place behind it."""
    labels, behind = [], None
    while data[place]:
        if data[place] >= 0xC0:
            behind = behind or place + 2
            place = (data[place] & 0x3F) << 8 | data[place + 1]
        else:
            labels.append(data[place + 1:place + 1 + data[place]].decode())
            place += 1 + data[place]
    return ".".join(labels), behind or place + 1


class Domain:
    """What is known of a domain, looked up once, and whose turn it is."""

    def __init__(self, name):
        self.turns = asyncio.Semaphore(PER_DOMAIN)
        self.hosts = asyncio.ensure_future(self.look_up(name))

    async def look_up(self, name):
        (host,) = await servers.ask(name, MX)
        addresses, more = await asyncio.gather(servers.ask(host, A), servers.ask(host, AAAA))
        return addresses + more


async def reply(reader):
    while True:
        line = await reader.readline()
        if line[3:4] != b"-":
            return int(line[:3])


async def converse(host, address):
    """The codes for the address and for the one that is made up."""
    reader, writer = await asyncio.open_connection(host, world.PORT)
    made_up = "".join(random.choices(string.ascii_lowercase + string.digits, k=16))

    async def say(command):
        writer.write(command.encode() + b"\r\n")
        return await reply(reader)

    try:
        codes = [await reply(reader), await say("EHLO [127.0.0.1]"), await say("MAIL FROM:<>")]
        if any(code // 100 != 2 for code in codes):
            return None, None
        answer, stranger = await say(f"RCPT TO:<{address}>"), None
        if answer == 250:
            stranger = await say(f"RCPT TO:<{made_up}@{address.rpartition('@')[2]}>")
        await say("QUIT")
        return answer, stranger
    finally:
        writer.close()


async def work():
    for number in world.numbers:
        name = f"d{number % DOMAINS}.example"
        domain = domains.get(name)
        if domain is None:
            domain = domains[name] = Domain(name)
        hosts = await domain.hosts
        async with domain.turns, asyncio.timeout(TIMEOUT):
            answer, stranger = await converse(hosts[0], f"u{number}@{name}")
        world.counts["prospects"] += 1
        world.counts["calls"] += 1
        if (answer, stranger) == (250, 550):
            world.counts["found"] += 1
        elif answer != 550:
            world.counts["errors"] += 1


async def main():
    global servers, domains
    domains = {}
    _, servers = await asyncio.get_running_loop().create_datagram_endpoint(
        NameServer, remote_addr=("127.0.0.1", world.PORT))
    await asyncio.gather(*(work() for _ in range(world.IN_FLIGHT)))


world.report(lambda: asyncio.run(main()))
