# SPDX-License-Identifier: Apache-2.0
"""zerobouncesdk. It refuses a base URL without TLS, so requests for the vendor's own are led elsewhere below it."""
import warnings

import requests
from zerobouncesdk import (
    ZBApiException, ZBApiUrl, ZBValidateBatchElement, ZBValidateStatus, ZBValidateSubStatus, ZeroBounce,
)

from sandbox import ClientTests, Rebased

DISTRIBUTION = "zerobouncesdk"


class ZeroBounceTests(ClientTests):
    vendor = "zerobounce"

    def setUp(self):
        super().setUp()
        # It warns of every word and date that it does not know: here that is a failure.
        caught = warnings.catch_warnings()
        caught.__enter__()
        self.addCleanup(caught.__exit__, None, None, None)
        warnings.simplefilter("error", UserWarning)
        adapter = Rebased(ZBApiUrl.API_DEFAULT_URL.value, f"{self.base}/v2/")
        self.patch(requests.Session, "get_adapter", lambda session, url: adapter)

    def client(self, key=None):
        return ZeroBounce(key or self.key)

    def test_addresses_are_verified(self):
        status, detail = ZBValidateStatus, ZBValidateSubStatus
        for email, verdict, reason in [
            ("jane.doe@example.com", status.valid, detail.none),
            ("anybody@openhouse.example", status.catch_all, detail.none),
            ("p.patel@northwind.example", status.invalid, detail.mailbox_not_found),
            ("omar.said@quiet.example", status.invalid, detail.no_dns_entries),
            ("no address", status.invalid, detail.failed_syntax_check),
            ("a@throwaway.example", status.do_not_mail, detail.disposable),
            ("info@acme.example", status.do_not_mail, detail.role_based),
            ("trap@acme.example", status.spamtrap, detail.none),
            ("greta.list@labs.example.org", status.unknown, detail.greylisted),
        ]:
            with self.subTest(email=email):
                answer = self.client().validate(email)
                self.assertEqual((answer.address, answer.status, answer.sub_status), (email, verdict, reason))

    def test_an_answer_has_the_types_that_it_makes_of_it(self):
        answer = self.client().validate("jane.doe@example.com", ip_address="192.0.2.1", timeout=30)
        self.assertEqual((answer.account, answer.domain), ("jane.doe", "example.com"))
        self.assertIs(answer.mx_found, True)
        self.assertIs(answer.free_email, False)
        self.assertIs(answer.catchall_domain, False)
        self.assertEqual(answer.processed_at.year, 2026)
        self.assertEqual(answer.firstname, "jane")

    def test_many_are_verified_at_once(self):
        emails = ["jane.doe@example.com", "p.patel@northwind.example"]
        answer = self.client().validate_batch([ZBValidateBatchElement(email) for email in emails])
        self.assertEqual([result.address for result in answer.email_batch], emails)
        self.assertEqual(
            [result.status for result in answer.email_batch], [ZBValidateStatus.valid, ZBValidateStatus.invalid])
        self.assertEqual(answer.errors, [])

    def test_the_balance_is_told(self):
        client = self.client()
        self.assertEqual(client.get_credits().credits, "1000000")
        client.validate("jane.doe@example.com")
        self.assertEqual(client.get_credits().credits, "999999")
        # A bad key has no exception here, as with the vendor.
        self.assertEqual(self.client(self.bad_key).get_credits().credits, "-1")

    def test_refusals_are_its_own_errors(self):
        email = "jane.doe@example.com"
        for setting, key in [({}, self.bad_key), ({"credits": 0}, self.key)]:
            with self.subTest(**setting, key=key):
                self.set(**setting)
                with self.assertRaisesRegex(ZBApiException, "(?i)invalid api key"):
                    self.client(key).validate(email)
                with self.assertRaisesRegex(ZBApiException, "(?i)invalid api key"):
                    self.client(key).validate_batch([ZBValidateBatchElement(email)])

    def test_a_limit_is_its_own_error(self):
        self.set(requests_per_second=0)
        with self.assertRaises(ZBApiException) as caught:
            self.client().validate("jane.doe@example.com")
        self.assertEqual(caught.exception.status_code, 429)
