# SPDX-License-Identifier: Apache-2.0
"""pyhunter, asked through `base_endpoint`, which a client has as an attribute."""
import asyncio

from pyhunter import AsyncPyHunter, PyHunter
from pyhunter.exceptions import HunterApiError

from sandbox import ClientTests

DISTRIBUTION = "pyhunter"


class PyHunterTests(ClientTests):
    vendor = "hunter"

    def client(self, key=None, kind=PyHunter):
        client = kind(key or self.key)
        client.base_endpoint = self.base + "/v2/{}"
        return client

    def test_a_person_is_found(self):
        for query in [
            dict(domain="acme.example", first_name="John", last_name="Smith"),
            dict(company="Acme", full_name="John Smith"),
            dict(linkedin_handle="john-smith-acme"),
        ]:
            with self.subTest(**query):
                self.assertEqual(self.client().email_finder(**query), ("john.smith@acme.example", 97))
        self.assertEqual(self.charged(), 1)

    def test_the_whole_answer_is_had(self):
        answer = self.client().email_finder(domain="example.com", full_name="Jane Doe", raw=True)
        data = answer.json()["data"]
        self.assertEqual(data["verification"]["status"], "valid")
        self.assertEqual(data["position"], "Founder")
        self.assertEqual(data["sources"][0]["still_on_page"], True)

    def test_a_miss_has_no_email(self):
        email, score = self.client().email_finder(domain="acme.example", full_name="Robin Nowhere")
        self.assertIsNone(email)
        self.assertEqual(score, 0)
        self.assertEqual(self.charged(), 0)

    def test_addresses_are_verified(self):
        for email, status in [
            ("jane.doe@example.com", "valid"),
            ("anybody@openhouse.example", "accept_all"),
            ("p.patel@northwind.example", "invalid"),
            ("a@throwaway.example", "disposable"),
            ("greta.list@labs.example.org", "unknown"),
        ]:
            with self.subTest(email=email):
                answer = self.client().email_verifier(email)
                self.assertEqual((answer["email"], answer["status"]), (email, status))

    def test_the_account_is_told(self):
        account = self.client().account_information()
        self.assertEqual(account["email"], "jane@example.com")
        # The client works this one out, of two numbers that it must find.
        self.assertEqual(account["calls"]["left"], 75)
        self.assertEqual(account["requests"]["credits"]["remaining"], 1_000_000)

    def test_refusals_are_its_own_errors(self):
        # Its errors have no status code: it tests a reply for truth, and a reply of 400 and above is not true.
        for setting, key, identifier in [
            ({}, self.bad_key, "authentication_failed"),
            ({"credits": 0}, self.key, "too_many_requests"),
            ({"requests_per_second": 0}, self.key, "too_many_requests"),
        ]:
            with self.subTest(**setting, key=key):
                self.set(**setting)
                with self.assertRaises(HunterApiError) as caught:
                    self.client(key).email_finder(domain="acme.example", full_name="John Smith")
                self.assertEqual(caught.exception.error[0]["id"], identifier)
                self.assertTrue(caught.exception.error[0]["details"])

    def test_a_vendor_that_fails_is_its_own_error(self):
        with self.assertRaises(HunterApiError) as caught:
            self.client().email_finder(domain="initech.example", full_name="Frida Holm")
        self.assertEqual(caught.exception.error[0]["code"], 500)

    def test_the_asynchronous_one_gets_the_same(self):
        async def ask():
            async with self.client(kind=AsyncPyHunter) as client:
                found = await client.email_finder(domain="acme.example", full_name="John Smith")
                missed = await client.email_finder(domain="acme.example", full_name="Robin Nowhere")
                account = await client.account_information()
                return found, missed, account["calls"]["left"]

        self.assertEqual(asyncio.run(ask()), (("john.smith@acme.example", 97), (None, 0), 75))

    def test_the_asynchronous_one_refuses_alike(self):
        async def ask():
            async with self.client(self.bad_key, kind=AsyncPyHunter) as client:
                await client.email_verifier("jane.doe@example.com")

        with self.assertRaises(HunterApiError) as caught:
            asyncio.run(ask())
        self.assertEqual(caught.exception.error[0]["id"], "authentication_failed")
