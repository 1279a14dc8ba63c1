# SPDX-License-Identifier: Apache-2.0
"""peopledatalabs, asked through `base_path`, which its constructor takes.

It gives back the reply of `requests` as it is: a bad key is a 401 there, and no exception of its own.
"""
import requests
from peopledatalabs import PDLPY
from peopledatalabs.errors import EmptyParametersException

from sandbox import ClientTests

DISTRIBUTION = "peopledatalabs"


class PeopleDataLabsTests(ClientTests):
    vendor = "people_data_labs"

    def client(self, key=None):
        return PDLPY(api_key=key or self.key, base_path=f"{self.base}/v5")

    def test_a_person_is_found(self):
        for query in [
            dict(name="Jane Doe", company="example.com"),
            dict(first_name="Jane", last_name="Doe", company="Example"),
            dict(email="jane.doe@example.com"),
            dict(profile="https://www.linkedin.com/in/jane-doe"),
            dict(name=["Jane Doe"], company=["example.com"], min_likelihood=6, required="work_email"),
        ]:
            with self.subTest(**query):
                reply = self.client().person.enrichment(**query)
                self.assertEqual(reply.status_code, 200, reply.text)
                answer = reply.json()
                self.assertEqual(answer["status"], 200)
                self.assertEqual(answer["data"]["work_email"], "jane.doe@example.com")
                self.assertEqual(answer["data"]["full_name"], "jane doe")
                self.assertEqual(reply.headers["X-Call-Credits-Spent"], "1")

    def test_title_case_is_asked_for_as_python_writes_it(self):
        # `requests` writes a boolean as True.
        reply = self.client().person.enrichment(name="Jane Doe", company="example.com", titlecase=True)
        self.assertEqual(reply.json()["data"]["full_name"], "Jane Doe")

    def test_a_mobile_is_found(self):
        reply = self.client().person.enrichment(profile="linkedin.com/in/zoe-dangelo-labs", required="mobile_phone")
        self.assertEqual(reply.json()["data"]["mobile_phone"], "+12065550161")

    def test_what_the_plan_hides_is_true(self):
        reply = self.client().person.enrichment(name="Alex Kim", company="shop.example.com")
        self.assertIs(reply.json()["data"]["work_email"], True)

    def test_a_miss_is_a_404(self):
        for query in [
            dict(name="Robin Nowhere", company="acme.example"),
            dict(name="Jane Doe", company="example.com", required="work_email AND mobile_phone"),
            dict(name="Łukasz Żółty", company="labs.example.org", min_likelihood=6),
        ]:
            with self.subTest(**query):
                reply = self.client().person.enrichment(**query)
                self.assertEqual((reply.status_code, reply.json()["error"]["type"]), (404, "not_found"))
        self.assertEqual(self.charged(), 0)

    def test_refusals_are_statuses(self):
        for setting, key, status in [
            ({}, self.bad_key, 401),
            ({"credits": 0}, self.key, 402),
            ({"requests_per_second": 0}, self.key, 429),
        ]:
            with self.subTest(**setting, key=key):
                self.set(**setting)
                reply = self.client(key).person.enrichment(name="Jane Doe", company="example.com")
                self.assertEqual((reply.status_code, reply.json()["status"]), (status, status))
                self.assertRaises(requests.HTTPError, reply.raise_for_status)

    def test_what_it_checks_itself_is_not_sent(self):
        with self.assertRaises(EmptyParametersException):
            self.client().person.enrichment()
        self.assertEqual(self.charged(), 0)

    def test_the_key_is_checked_by_autocompletion(self):
        self.assertEqual(self.client().autocomplete(field="title", text="full").status_code, 200)
        self.assertEqual(self.client(self.bad_key).autocomplete(field="title", text="full").status_code, 401)
