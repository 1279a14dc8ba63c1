# SPDX-License-Identifier: Apache-2.0
"""The fastest that Python gets: asyncio over libcurl's multi interface."""
import asyncio
from io import BytesIO

import pycurl
import world


class Client:
    def __init__(self, loop):
        self.loop = loop
        self.idle = []
        self.watched = {}
        self.timer = None
        self.multi = pycurl.CurlMulti()
        self.multi.setopt(pycurl.M_SOCKETFUNCTION, self.watch)
        self.multi.setopt(pycurl.M_TIMERFUNCTION, self.set_timer)
        self.multi.setopt(pycurl.M_MAXCONNECTS, world.IN_FLIGHT + 16)

    def set_timer(self, milliseconds):
        if self.timer:
            self.timer.cancel()
            self.timer = None
        if milliseconds >= 0:
            self.timer = self.loop.call_later(milliseconds / 1000, self.drive, pycurl.SOCKET_TIMEOUT, 0)

    def watch(self, event, descriptor, multi, data):
        old, new = self.watched.get(descriptor, 0), 0 if event == pycurl.POLL_REMOVE else event
        if old & pycurl.POLL_IN and not new & pycurl.POLL_IN:
            self.loop.remove_reader(descriptor)
        if old & pycurl.POLL_OUT and not new & pycurl.POLL_OUT:
            self.loop.remove_writer(descriptor)
        if new & pycurl.POLL_IN and not old & pycurl.POLL_IN:
            self.loop.add_reader(descriptor, self.drive, descriptor, pycurl.CSELECT_IN)
        if new & pycurl.POLL_OUT and not old & pycurl.POLL_OUT:
            self.loop.add_writer(descriptor, self.drive, descriptor, pycurl.CSELECT_OUT)
        if new:
            self.watched[descriptor] = new
        else:
            self.watched.pop(descriptor, None)

    def drive(self, descriptor, bits):
        self.multi.socket_action(descriptor, bits)
        left = 1
        while left:
            left, done, failed = self.multi.info_read()
            for handle in done:
                self.multi.remove_handle(handle)
                handle.future.set_result(None)
            for handle, _, message in failed:
                self.multi.remove_handle(handle)
                handle.future.set_exception(OSError(message))

    async def get(self, url):
        handle = self.idle.pop() if self.idle else pycurl.Curl()
        body = BytesIO()
        handle.setopt(pycurl.URL, url)
        handle.setopt(pycurl.WRITEFUNCTION, body.write)
        handle.setopt(pycurl.NOSIGNAL, 1)
        handle.future = self.loop.create_future()
        self.multi.add_handle(handle)
        await handle.future
        self.idle.append(handle)
        return handle.getinfo(pycurl.RESPONSE_CODE), body.getvalue()


async def main():
    client = Client(asyncio.get_running_loop())
    await asyncio.gather(*(world.work(client.get) for _ in range(world.IN_FLIGHT)))


world.report(lambda: asyncio.run(main()))
