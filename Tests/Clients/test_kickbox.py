# SPDX-License-Identifier: Apache-2.0
"""kickbox, asked through its options: `base` loses its path, so the vendor's place in the sandbox is `api_version`."""
import kickbox
from kickbox.error import ClientError

from sandbox import HOST, PORT, ClientTests

DISTRIBUTION = "kickbox"


class KickboxTests(ClientTests):
    vendor = "kickbox"

    def client(self, key=None):
        return kickbox.Client(key or self.key, {"base": f"http://{HOST}:{PORT}", "api_version": "kickbox/v2"})

    def verify(self, email, key=None):
        return self.client(key).kickbox().verify(email)

    def test_addresses_are_verified(self):
        for email, result, reason in [
            ("jane.doe@example.com", "deliverable", "accepted_email"),
            ("anybody@openhouse.example", "risky", "low_deliverability"),
            ("p.patel@northwind.example", "undeliverable", "rejected_email"),
            ("omar.said@quiet.example", "undeliverable", "invalid_domain"),
            ("no address", "undeliverable", "invalid_email"),
            ("a@throwaway.example", "risky", "low_quality"),
            ("greta.list@labs.example.org", "unknown", "unavailable_smtp"),
        ]:
            with self.subTest(email=email):
                answer = self.verify(email)
                self.assertEqual((answer.code, answer.body["email"]), (200, email))
                self.assertEqual((answer.body["result"], answer.body["reason"]), (result, reason))
                self.assertIs(answer.body["success"], True)

    def test_the_balance_comes_in_a_header(self):
        answer = self.verify("jane.doe@example.com")
        self.assertEqual(answer.headers["X-Kickbox-Balance"], "999999")
        self.assertTrue(answer.headers["X-Kickbox-Response-Time"].isdigit())

    def test_the_balance_is_told(self):
        # It has no method of its own for this, only the HTTP client that its methods use.
        self.assertEqual(self.client().http_client.get("/balance").body["balance"], 1_000_000)

    def test_refusals_are_its_own_errors(self):
        for setting, key, code, message in [
            ({}, self.bad_key, 403, "Invalid API key"),
            ({"credits": 0}, self.key, 403, "Insufficient balance"),
            ({"requests_per_second": 0}, self.key, 429, "Too many requests"),
            ({"requests_per_second": None, "error_rate": 1}, self.key, 500, "Error 500"),
        ]:
            with self.subTest(**setting, key=key):
                self.set(**setting)
                with self.assertRaises(ClientError) as caught:
                    self.verify("jane.doe@example.com", key)
                self.assertEqual((caught.exception.code, caught.exception.message), (code, message))
