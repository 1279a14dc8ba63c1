# SPDX-License-Identifier: Apache-2.0
"""emailable, asked through `base_url`, which a client has as an attribute."""
import emailable

from sandbox import ClientTests

DISTRIBUTION = "emailable"


class EmailableTests(ClientTests):
    vendor = "emailable"

    def client(self, key=None):
        client = emailable.Client(key or self.key)
        client.base_url = f"{self.base}/v1/"
        return client

    def test_addresses_are_verified(self):
        for email, state, reason in [
            ("jane.doe@example.com", "deliverable", "accepted_email"),
            ("p.patel@northwind.example", "undeliverable", "rejected_email"),
            ("omar.said@quiet.example", "undeliverable", "invalid_domain"),
            ("no address", "undeliverable", "invalid_email"),
            ("a@throwaway.example", "risky", "low_quality"),
            ("greta.list@labs.example.org", "unknown", "unavailable_smtp"),
        ]:
            with self.subTest(email=email):
                answer = self.client().verify(email)
                self.assertEqual((answer.status_code, answer.email), (200, email))
                self.assertEqual((answer.state, answer.reason), (state, reason))

    def test_a_catch_all_is_told_to_who_asks(self):
        client, email = self.client(), "anybody@openhouse.example"
        self.assertEqual((client.verify(email).state, client.verify(email).accept_all), ("deliverable", False))
        answer = client.verify(email, accept_all=True, smtp=True, timeout=10)
        self.assertEqual((answer.state, answer.accept_all), ("risky", True))

    def test_a_slow_verification_is_asked_for_again(self):
        self.set(pending_polls=1)
        client = self.client()
        slow = client.verify("jane.doe@example.com")
        self.assertEqual(slow.status_code, 249)
        self.assertIn("again", slow.message)
        self.assertEqual(client.verify("jane.doe@example.com").state, "deliverable")

    def test_the_account_is_told(self):
        client = self.client()
        client.verify("jane.doe@example.com")
        account = client.account()
        self.assertEqual((account.owner_email, account.available_credits), ("ops@example.com", 999_999))

    def test_a_key_can_come_with_a_call(self):
        client = self.client(self.bad_key)
        self.assertEqual(client.account(api_key=self.key).status_code, 200)
        self.assertEqual(client.verify("jane.doe@example.com", access_token=self.key).status_code, 200)

    def test_refusals_are_its_own_errors(self):
        for setting, key, error in [
            ({}, self.bad_key, emailable.AuthError),
            ({"credits": 0}, self.key, emailable.PaymentRequiredError),
            ({"requests_per_second": 0}, self.key, emailable.RateLimitExceededError),
        ]:
            with self.subTest(**setting, key=key):
                self.set(**setting)
                with self.assertRaises(error) as caught:
                    self.client(key).verify("jane.doe@example.com")
                self.assertTrue(str(caught.exception))

    def test_what_is_not_there_is_its_own_error(self):
        with self.assertRaises(emailable.ClientError):
            self.client().verify("")
