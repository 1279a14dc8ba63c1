# SPDX-License-Identifier: Apache-2.0
"""rocketreach, asked through `url_prefix`: its configuration takes a host and a port, but no path."""
import rocketreach
from rocketreach.exceptions import RejectedException
from rocketreach.person_gateway import PersonGateway

from sandbox import HOST, PORT, ClientTests

DISTRIBUTION = "rocketreach"

# Nobody in world.json is known to this vendor; these are of the invented world, with seed 1.
CLARA = "https://www.linkedin.com/in/clara-reed-at-meadow-example"
NORA = dict(name="Nora Moss", current_employer="summit.example")


class RocketReachTests(ClientTests):
    vendor = "rocketreach"

    def client(self, key=None):
        config = rocketreach.GatewayConfig(api_key=key or self.key, host=HOST, port=PORT, proto="http")
        gateway = rocketreach.Gateway(config)
        gateway.url_prefix = f"{self.base}/api/v2"
        return gateway

    def test_a_person_is_found(self):
        for query in [dict(linkedin_url=CLARA), dict(name="Clara Reed", current_employer="meadow.example")]:
            with self.subTest(**query):
                result = self.client().person.lookup(**query)
                self.assertTrue(result.is_success)
                self.assertEqual(result.person.status, rocketreach.PersonLookupStatus.Complete)
                self.assertEqual(result.person.name.lower(), "clara reed")
                self.assertEqual(result.person.current_work_email, "clara_reed@meadow.example")
                self.assertEqual(result.person.emails[0]["smtp_valid"], "valid")
        self.assertEqual(self.charged(), 1)

    def test_a_phone_is_found(self):
        result = self.client().person.lookup(linkedin_url=CLARA, lookup_type="phone")
        self.assertEqual(result.person.phones[0]["e164"], "+14155550191")
        self.assertEqual(result.person.phones[0]["type"], "mobile")

    def test_a_catch_all_is_told(self):
        result = self.client().person.lookup(**NORA)
        self.assertEqual(result.person.emails[0]["smtp_valid"], "accept-all")

    def test_a_lookup_is_polled_until_it_is_complete(self):
        self.set(pending_polls=2)
        self.patch(PersonGateway, "default_polling_interval", 0.01)
        result = self.client().person.lookup(linkedin_url=CLARA)
        self.assertEqual(result.person.status, rocketreach.PersonLookupStatus.Complete)
        self.assertEqual(result.person.current_work_email, "clara_reed@meadow.example")

    def test_many_are_polled_at_once(self):
        # It writes a list as `ids=1&ids=2`.
        self.set(pending_polls=1)
        people = self.client().person
        first = people.lookup(linkedin_url=CLARA, block=False).person
        second = people.lookup(**NORA, block=False).person
        for _ in range(2):
            result = people.check_status([first.id, second.id])
        self.assertEqual([person.id for person in result.people], [first.id, second.id])
        self.assertEqual({person.status for person in result.people}, {"complete"})

    def test_a_miss_is_no_success(self):
        result = self.client().person.lookup(name="Robin Nowhere", current_employer="Acme")
        self.assertFalse(result.is_success)
        self.assertEqual(result.response.status_code, 404)
        self.assertTrue(result.message)
        self.assertEqual(self.charged(), 0)

    def test_the_account_is_told(self):
        # It asks for `account`, without the slash at the end.
        result = self.client().account.get()
        self.assertTrue(result.is_success)
        self.assertEqual(result.account.state, "registered")

    def test_a_bad_key_is_its_own_error(self):
        for ask in [lambda client: client.person.lookup(linkedin_url=CLARA), lambda client: client.account.get()]:
            with self.assertRaises(RejectedException) as caught:
                ask(self.client(self.bad_key))
            self.assertEqual(caught.exception.error_code, rocketreach.ExceptionCode.InvalidApiKey)
            self.assertIn("Invalid API Key", str(caught.exception))

    def test_used_up_credits_are_no_success(self):
        self.set(credits=0)
        result = self.client().person.lookup(linkedin_url=CLARA)
        self.assertFalse(result.is_success)
        self.assertEqual(result.response.status_code, 402)

    def test_a_limit_is_its_own_error(self):
        self.set(requests_per_second=0)
        with self.assertRaisesRegex(rocketreach.RocketReachException, "rate-limited for 1 seconds"):
            self.client().person.lookup(linkedin_url=CLARA, block=False)
