# SPDX-License-Identifier: Apache-2.0
"""neverbounce-sdk, asked through `API_ROOT`, a constant of its module `utils`."""
import neverbounce_sdk
import neverbounce_sdk.utils
from neverbounce_sdk import AuthFailure, GeneralException, ThrottleTriggered

from sandbox import ClientTests

DISTRIBUTION = "neverbounce-sdk"


class NeverBounceTests(ClientTests):
    vendor = "neverbounce"

    def setUp(self):
        super().setUp()
        self.patch(neverbounce_sdk.utils, "API_ROOT", self.base)

    def client(self, key=None):
        return neverbounce_sdk.client(api_key=key or self.key)

    def test_addresses_are_verified(self):
        for email, result, flag in [
            ("jane.doe@example.com", "valid", "smtp_connectable"),
            ("anybody@openhouse.example", "catchall", "accepts_all"),
            ("p.patel@northwind.example", "invalid", "smtp_connectable"),
            ("no address", "invalid", "bad_syntax"),
            ("a@throwaway.example", "disposable", "disposable_email"),
            ("info@acme.example", "valid", "role_account"),
            ("greta.list@labs.example.org", "unknown", "has_dns"),
        ]:
            with self.subTest(email=email):
                answer = self.client().single_check(email)
                self.assertEqual((answer["status"], answer["result"]), ("success", result))
                self.assertIn(flag, answer["flags"])

    def test_a_session_is_kept(self):
        with self.client() as client:
            self.assertEqual(client.single_check("jane.doe@example.com")["result"], "valid")
            self.assertEqual(client.single_check("p.patel@northwind.example")["result"], "invalid")

    def test_the_balance_comes_along_where_it_is_asked_for(self):
        answer = self.client().single_check("jane.doe@example.com", credits_info=True)
        self.assertEqual(answer["credits_info"]["paid_credits_remaining"], 999_999)
        self.assertNotIn("credits_info", self.client().single_check("jane.doe@example.com"))

    def test_the_account_is_told(self):
        client = self.client()
        client.single_check("jane.doe@example.com")
        credits = client.account_info()["credits_info"]
        self.assertEqual((credits["paid_credits_used"], credits["paid_credits_remaining"]), (1, 999_999))

    def test_refusals_are_its_own_errors(self):
        for setting, key, error in [
            ({}, self.bad_key, AuthFailure),
            ({"credits": 0}, self.key, GeneralException),
            ({"requests_per_second": 0}, self.key, ThrottleTriggered),
        ]:
            with self.subTest(**setting, key=key):
                self.set(**setting)
                with self.assertRaises(error) as caught:
                    self.client(key).single_check("jane.doe@example.com")
                self.assertIs(type(caught.exception), error)
                self.assertIsInstance(caught.exception.execution_time, int)
        with self.assertRaises(AuthFailure):
            self.client(self.bad_key).account_info()
