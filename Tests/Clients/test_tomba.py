# SPDX-License-Identifier: Apache-2.0
"""tomba-io, asked through `set_endpoint`. It sends a body, `{}`, with every GET."""
from tomba import Account, Client, Finder, Phone, TombaException, Usage, Verifier

from sandbox import ClientTests

DISTRIBUTION = "tomba-io"

# Nobody in world.json is known to this vendor; she is of the invented world, with seed 1.
CLARA = "https://www.linkedin.com/in/clara-stein-at-meadow-example"


class TombaTests(ClientTests):
    vendor = "tomba"

    def client(self, secret=None):
        key, own = self.key.split(":")
        return Client().set_endpoint(f"{self.base}/v1").set_key(key).set_secret(secret or own)

    def find(self, first, last, domain):
        return Finder(self.client()).email_finder(domain, first, last)["data"]["data"]

    def test_a_person_is_found(self):
        found = self.find("Clara", "Stein", "meadow.example")
        self.assertEqual((found["email"], found["score"]), ("clara_stein@meadow.example", 99))
        self.assertEqual(found["verification"]["status"], "valid")
        by_profile = Finder(self.client()).linkedin_finder(CLARA)["data"]["data"]
        self.assertEqual(by_profile["email"], "clara_stein@meadow.example")
        self.assertEqual(self.charged(), 1)

    def test_a_miss_has_no_email(self):
        missed = self.find("Robin", "Nowhere", "acme.example")
        self.assertIsNone(missed["email"])
        self.assertEqual(missed["score"], 0)
        self.assertEqual(self.charged(), 0)

    def test_phones_are_found_and_checked(self):
        phone = Phone(self.client())
        self.assertEqual(phone.finder(linkedin=CLARA)["data"]["data"]["e164_format"], "+16175550185")
        self.assertEqual(phone.finder(domain="acme.example")["data"]["data"]["line_type"], "FIXED_LINE")
        self.assertIsNone(phone.finder(email="robin.nowhere@acme.example")["data"]["data"]["e164_format"])
        self.assertIs(phone.validator("+16175550185")["data"]["data"]["valid"], True)

    def test_addresses_are_verified(self):
        for email, result, status in [
            ("jane.doe@example.com", "deliverable", "valid"),
            ("p.patel@northwind.example", "undeliverable", "invalid"),
            ("a@throwaway.example", "risky", "disposable"),
            ("greta.list@labs.example.org", "unknown", "unknown"),
        ]:
            with self.subTest(email=email):
                answer = Verifier(self.client()).email_verifier(email)["data"]["data"]["email"]
                self.assertEqual(answer["email"], email)
                self.assertEqual((answer["result"], answer["status"]), (result, status))
        catch_all = Verifier(self.client()).email_verifier("anybody@openhouse.example")["data"]["data"]["email"]
        self.assertIs(catch_all["accept_all"], True)

    def test_the_account_is_told(self):
        client = self.client()
        account = Account(client).get_account()["data"]["data"]
        self.assertEqual(account["email"], "jane@example.com")
        self.assertEqual(account["pricing"]["available_searches"], 1_000_000)
        self.assertEqual(Usage(client).get_usage()["data"]["total"]["search"], 0)

    def test_the_limits_are_in_the_headers_that_it_reads(self):
        limits = Usage(self.client()).get_usage()["rate_limit"]
        self.assertIsNotNone(limits["minute_limit"])
        self.assertIsNotNone(limits["minute_remaining"])
        self.assertIsNotNone(limits["minute_reset"])

    def test_refusals_are_its_own_errors(self):
        for setting, secret, code in [
            ({}, self.bad_key, 401),
            ({"credits": 0}, None, 402),
            ({"requests_per_second": 0}, None, 429),
        ]:
            with self.subTest(**setting, secret=secret):
                self.set(**setting)
                with self.assertRaises(TombaException) as caught:
                    Finder(self.client(secret)).email_finder("meadow.example", "Clara", "Stein")
                self.assertEqual(caught.exception.code, code)
                self.assertEqual(caught.exception.message, caught.exception.response["errors"]["message"])
