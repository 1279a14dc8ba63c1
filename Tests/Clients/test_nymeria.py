# SPDX-License-Identifier: Apache-2.0
"""nymeria. Its URL stands in the function that calls urllib3, so urllib3's pools are led elsewhere for that module.

It gives back the JSON of every reply: a bad key is an answer with status 401, and no exception.
"""
import types

import urllib3
from nymeria import api

from sandbox import ClientTests

DISTRIBUTION = "nymeria"

# Nobody in world.json is known to this vendor; these are of the invented world, with seed 1.
ADA = "https://www.linkedin.com/in/ada-jansen-at-harbor-example"
HUGO = "https://www.linkedin.com/in/hugo-ellis-at-harbor-example"


class NymeriaTests(ClientTests):
    vendor = "nymeria"

    def setUp(self):
        super().setUp()
        base = self.base

        class Pools(urllib3.PoolManager):
            def request(self, method, url, **options):
                assert url.startswith("https://www.nymeria.io/api/"), url
                return super().request(method, base + url.removeprefix("https://www.nymeria.io"), **options)

        self.patch(api, "urllib3", types.SimpleNamespace(PoolManager=Pools))

    def client(self, key=None):
        return api.Client(key or self.key)

    def test_a_person_is_found(self):
        answer = self.client().person.enrich({"profile": ADA, "require": "professional-email,phone"})
        self.assertEqual(answer["status"], 200)
        self.assertEqual(answer["data"]["work_email"], "ada-jansen@harbor.example")
        self.assertEqual(answer["data"]["emails"][0]["type"], "professional")
        self.assertEqual(answer["data"]["mobile_phone"], "+12065550163")
        self.assertEqual(self.charged(), 1)

    def test_a_miss_is_a_404(self):
        for query in [
            {"profile": "https://www.linkedin.com/in/robin-nowhere"},
            {"email": "robin.nowhere@acme.example"},
            {"profile": HUGO, "require": "email"},
        ]:
            with self.subTest(**query):
                answer = self.client().person.enrich(query)
                self.assertEqual((answer["status"], answer["error"]["type"]), (404, "not_found"))
        self.assertEqual(self.charged(), 0)

    def test_many_are_asked_for_at_once(self):
        answers = self.client().person.bulk_enrich([
            {"params": {"profile": ADA}, "metadata": {"id": "1"}},
            {"params": {"profile": "robin-nowhere"}, "metadata": {"id": "2"}},
        ])
        self.assertEqual([answer["status"] for answer in answers], [200, 404])
        self.assertEqual([answer["metadata"]["id"] for answer in answers], ["1", "2"])

    def test_addresses_are_verified(self):
        for email, result in [
            ("jane.doe@example.com", "valid"),
            ("anybody@openhouse.example", "catchall"),
            ("p.patel@northwind.example", "invalid"),
            ("a@throwaway.example", "disposable"),
            ("greta.list@labs.example.org", "unknown"),
        ]:
            with self.subTest(email=email):
                answer = self.client().email.verify(email)
                self.assertEqual((answer["status"], answer["data"]["result"]), (200, result))

    def test_refusals_are_statuses(self):
        for setting, key, status in [
            ({}, self.bad_key, 401),
            ({"credits": 0}, self.key, 402),
            ({"requests_per_second": 0}, self.key, 503),
        ]:
            with self.subTest(**setting, key=key):
                self.set(**setting)
                answer = self.client(key).person.enrich({"profile": ADA})
                self.assertEqual(answer["status"], status)
                self.assertTrue(answer["error"]["message"])
