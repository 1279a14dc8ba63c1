# SPDX-License-Identifier: Apache-2.0
"""What the tests of all clients share: where the sandbox is, how it is set, and how a client is led there."""
import json
import os
import sys
import unittest
import urllib.request
from unittest import mock

import requests

_announcement = json.loads(os.environ["WEIR_SANDBOX"])
_vendors = {vendor["id"]: vendor for vendor in _announcement["vendors"]}

HOST = "127.0.0.1"
PORT = _announcement["port"]


def _stay_here(event, arguments):
    """Fails whatever would reach for another address than the sandbox's, above all a client that was not led there."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][:2] != (HOST, PORT):
        raise AssertionError(f"a connection to {arguments[1][0]}:{arguments[1][1]}, which is not the sandbox")
    if event == "socket.getaddrinfo" and arguments[0] not in (HOST, HOST.encode()):
        raise AssertionError(f"a look-up of {arguments[0]}, which is not the sandbox")


sys.addaudithook(_stay_here)


def _control(path, settings=None):
    body = None if settings is None else json.dumps(settings).encode()
    with urllib.request.urlopen(f"http://{HOST}:{PORT}/_sandbox/{path}", data=body, timeout=30) as reply:
        return json.load(reply)


class ClientTests(unittest.TestCase):
    """The tests of one client. Each starts with full balances, nothing charged and nothing in the way."""

    vendor: str
    base: str
    key: str
    bad_key = "no-such-key"

    @classmethod
    def setUpClass(cls):
        vendor = _vendors.get(cls.vendor)
        if vendor is None:
            raise AssertionError(f"this build's sandbox does not play {cls.vendor}: build anew, once it is in it")
        cls.base, cls.key = vendor["base_url"], vendor["key"]

    def setUp(self):
        _control("reset", {})

    def set(self, **settings):
        """Changes the vendor's settings for the rest of a test."""
        _control(f"vendors/{self.vendor}", settings)

    def charged(self):
        """What the vendor has charged in this test, in its own credits."""
        states = _control("state?charges=0")["vendors"]
        return next(state["charged"] for state in states if state["id"] == self.vendor)

    def patch(self, target, attribute, value):
        """Replaces an attribute for the rest of a test."""
        patcher = mock.patch.object(target, attribute, value)
        patcher.start()
        self.addCleanup(patcher.stop)


class Rebased(requests.adapters.HTTPAdapter):
    """Sends requests for one base URL to another: for clients that take no other, or none without TLS."""

    def __init__(self, old, new):
        super().__init__()
        self.old, self.new = old, new

    def send(self, request, *arguments, **options):
        assert request.url.startswith(self.old), request.url
        request.url = self.new + request.url.removeprefix(self.old)
        return super().send(request, *arguments, **options)
