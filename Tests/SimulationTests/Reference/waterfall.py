#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a chain of every email finder comes to, computed a second time: slowly, alone, and from the documents.

One JSON document a line comes on stdin: what is true of one person.

    {"name": "Jane Doe", "domain": "acme.example", "country": "US",
     "vendors": {"hunter": {"grade": "sure", "address": "jane.doe@acme.example"}},
     "verdicts": {"jane.doe@acme.example": "valid"}}

Arguments are the chain; without them it is all vendors, in the order of their ids.

One goes to stdout for each: how each provider's turn ended, the email with its status, what the vendors bill.

What a vendor says of each grade, and what it bills for it, is from the vendors' documents and the quirks in
`Providers/*/README.md`; the waterfall is `docs/semantics.md`, 2, 3 and 7. Nothing here was made from the Swift code,
and nothing may be: where the two differ, the documents say which of them is wrong.
"""

import json
import sys
from collections import Counter
from decimal import Decimal

# What a vendor's answer is to a waterfall. A vendor's own "valid" counts for nothing where nobody trusts it, so three
# are enough: an address, an address that was built from a pattern, no address.
FOUND, GUESSED, MISS = "found", "guessed", "miss"


class Vendor:
    """How one vendor answers by what it has on a person, given name, company, domain and LinkedIn profile.

    sure    the address, rated as well as the vendor rates; a stale one is rated the same
    guess   the address, rated poorly
    masked  the vendor has an address and doesn't show it
    blank   the vendor knows the person and no address
    failing the vendor answers 5xx: no answer, and no bill
    none    the vendor knows nobody such

    Each is (the vendor's word, what that is, credits).
    """

    def __init__(self, sure, guess, masked, blank, none, unit=None):
        self.answers = {"sure": sure, "stale": sure, "guess": guess, "masked": masked, "blank": blank, None: none}
        self.unit = unit


VENDORS = {
    # `risky` is retired since 2026-10-05: `not_found` in its place, for domains that take everybody as well (`answer`).
    # Only `valid` is billed.
    "anymail_finder": Vendor(
        ("valid", FOUND, 1), ("not_found", MISS, 0), ("not_found", MISS, 0), ("not_found", MISS, 0),
        ("not_found", MISS, 0)),
    # A matched person is a credit, with an email or without.
    "apollo": Vendor(
        ("verified", FOUND, 1), ("guessed", GUESSED, 1), ("email_not_unlocked@domain.com", MISS, 1),
        ("unavailable", MISS, 1), ("person: null", MISS, 0)),
    # Of the catch-all words only those that are safe are billed.
    "bettercontact": Vendor(
        ("deliverable", FOUND, 1), ("catch_all_not_safe", FOUND, 0), ("not_found", MISS, 0), ("not_found", MISS, 0),
        ("not_found", MISS, 0)),
    # The preview is free; what the entitlement leaves out isn't in it, and isn't redeemed.
    "cognism": Vendor(
        ("HIGH_PLUS", FOUND, 1), ("LOW", FOUND, 1), ("hasEmail: false", MISS, 0), ("hasEmail: false", MISS, 0),
        ("results: []", MISS, 0)),
    # By profile (`people/linkedin`): nothing but a contact is billed.
    "contactout": Vendor(
        ("Verified", FOUND, 1), ("Unverified", FOUND, 1), ("work_email: []", MISS, 0), ("work_email: []", MISS, 0),
        ("404", MISS, 0)),
    # A record is 20 credits with an email or without.
    "coresignal": Vendor(
        ("verified", FOUND, 20), ("guessed_common_pattern", GUESSED, 20), ("no email", MISS, 20),
        ("no email", MISS, 20), ("404", MISS, 0)),
    "datagma": Vendor(
        ("Valid", FOUND, 1), ("MostProbable", GUESSED, 0), ("NotFound", MISS, 0), ("NotFound", MISS, 0),
        ("NotFound", MISS, 0)),
    # A credit is held, and given back where there is no email.
    "dropcontact": Vendor(
        ("nominative@pro", FOUND, 1), ("random@pro", FOUND, 1), ("email: []", MISS, 0), ("email: []", MISS, 0),
        ("email: []", MISS, 0)),
    # Two words and no third: what isn't sure is `invalid`, which is refunded.
    "enrow": Vendor(
        ("valid", FOUND, 1), ("invalid", MISS, 0), ("invalid", MISS, 0), ("invalid", MISS, 0), ("invalid", MISS, 0)),
    # Emails are verified by contract: what isn't sure is not given.
    "findymail": Vendor(
        ("contact", FOUND, 1), ("contact: null", MISS, 0), ("contact: null", MISS, 0), ("contact: null", MISS, 0),
        ("contact: null", MISS, 0)),
    # Each request is billed, whatever it finds.
    "forager": Vendor(
        ("valid", FOUND, 5), ("risky", FOUND, 5), ("[]", MISS, 5), ("[]", MISS, 5), ("[]", MISS, 5)),
    # Each match is billed, whatever it holds.
    "fullcontact": Vendor(
        ("emails", FOUND, 1), ("emails", FOUND, 1), ("emails: []", MISS, 1), ("emails: []", MISS, 1),
        ("404", MISS, 0)),
    "fullenrich": Vendor(
        ("DELIVERABLE", FOUND, 1), ("HIGH_PROBABILITY", FOUND, 1), ("null", MISS, 0), ("null", MISS, 0),
        ("null", MISS, 0)),
    "getprospect": Vendor(
        ("valid", FOUND, 1), ("unknown", FOUND, 1), ("not_found", MISS, 0), ("not_found", MISS, 0),
        ("not_found", MISS, 0)),
    "hunter": Vendor(
        ("valid", FOUND, 1), ("unknown", FOUND, 1), ("email: null", MISS, 0), ("email: null", MISS, 0),
        ("email: null", MISS, 0)),
    "icypeas": Vendor(
        ("ultra_sure", FOUND, 1), ("probable", FOUND, 1), ("NOT_FOUND", MISS, 0), ("NOT_FOUND", MISS, 0),
        ("NOT_FOUND", MISS, 0)),
    # `requiredData`: a profile without a work email isn't billed.
    "kaspr": Vendor(
        ("professionalEmails", FOUND, 1), ("professionalEmails", FOUND, 1), ("no profile", MISS, 0),
        ("no profile", MISS, 0), ("no profile", MISS, 0), unit="kaspr_work_email_credits"),
    # The words are `valid`, for a domain that takes everybody `valid_catch_all`, and `not_found`: none for a guess.
    "leadmagic": Vendor(
        ("valid", FOUND, 1), ("not_found", MISS, 0), ("email: null", MISS, 0), ("email: null", MISS, 0),
        ("email: null", MISS, 0)),
    # The search is a credit, the email another; no match is free.
    "lusha": Vendor(
        ("A+", FOUND, 2), ("B", FOUND, 2), ("no emails", MISS, 1), ("no emails", MISS, 1), ("NOT_FOUND", MISS, 0)),
    # `require`: a record that doesn't show the email is a 404, which is free.
    "nymeria": Vendor(
        ("professional", FOUND, 1), ("professional", FOUND, 1), ("404", MISS, 0), ("404", MISS, 0),
        ("404", MISS, 0)),
    # `required`: the same. What the plan hides is `true`, and billed. A likelihood below 6 is no match.
    "people_data_labs": Vendor(
        ("work_email", FOUND, 1), ("404", MISS, 0), ("work_email: true", MISS, 1), ("404", MISS, 0),
        ("404", MISS, 0)),
    # `only_verified_email`: a match without a verified one that is shown is none.
    "prospeo": Vendor(
        ("VERIFIED", FOUND, 1), ("NO_MATCH", MISS, 0), ("NO_MATCH", MISS, 0), ("NO_MATCH", MISS, 0),
        ("NO_MATCH", MISS, 0)),
    # Grades A and A- alone are billed.
    "rocketreach": Vendor(
        ("A valid", FOUND, 1), ("B unknown", FOUND, 0), ("emails: []", MISS, 0), ("emails: []", MISS, 0),
        ("404", MISS, 0)),
    "skrapp": Vendor(
        ("valid", FOUND, 1), ("catch-all", FOUND, 1), ("no email", MISS, 0), ("no email", MISS, 0),
        ("no email", MISS, 0)),
    # `valid` and `unknown` are billed.
    "snov": Vendor(
        ("valid", FOUND, 1), ("unknown", FOUND, 1), ("result: []", MISS, 0), ("result: []", MISS, 0),
        ("result: []", MISS, 0)),
    "surfe": Vendor(
        ("VALID", FOUND, 1), ("RISKY", FOUND, 1), ("emails: []", MISS, 0), ("emails: []", MISS, 0),
        ("emails: []", MISS, 0), unit="surfe_email_credits"),
    "tomba": Vendor(
        ("valid", FOUND, 1), ("unknown", FOUND, 1), ("email: null", MISS, 0), ("email: null", MISS, 0),
        ("email: null", MISS, 0)),
    "voilanorbert": Vendor(
        ("score 97", FOUND, 1), ("score 40", FOUND, 1), ("email: null", MISS, 0), ("email: null", MISS, 0),
        ("email: null", MISS, 0)),
    # A profile that matches is a credit, its email two more where it is valid.
    "wiza": Vendor(
        ("valid", FOUND, 3), ("risky", FOUND, 1), ("unfound", MISS, 1), ("unfound", MISS, 1), ("unfound", MISS, 0)),
    # By the company's pattern: every address is a guess. What is undetermined is free.
    "zerobounce": Vendor(
        ("high", GUESSED, 20), ("low", GUESSED, 20), ("undetermined", MISS, 0), ("undetermined", MISS, 0),
        ("undetermined", MISS, 0)),
    # `requiredFields`: a match without the email is no match, and free.
    "zoominfo": Vendor(
        ("95", FOUND, 1), ("75", FOUND, 1), ("NO_MATCH", MISS, 0), ("NO_MATCH", MISS, 0), ("NO_MATCH", MISS, 0)),
}

# ZeroBounce on what is true of an address: its words, the status that they mean, credits. It doesn't bill `unknown`.
VERIFIER = "zerobounce"
VERDICTS = {
    "valid": ("valid", "verified", 1),
    "mailbox_not_found": ("invalid/mailbox_not_found", "invalid", 1),
    "catch_all": ("catch-all", "catch_all", 1),
    "greylisted": ("unknown/greylisted", None, 0),
    "unknown": ("unknown", None, 0),
    "no_mail_server": ("invalid/no_dns_entries", "invalid", 1),
    "bad_syntax": ("invalid/failed_syntax_check", "invalid", 1),
    "spam_trap": ("spamtrap", "invalid", 1),
    "disposable": ("do_not_mail/disposable", "invalid", 1),
    # A role account is a mailbox that takes mail, and no person's: the status settles nothing.
    "role": ("do_not_mail/role_based", None, 1),
}


def answer(vendor, person):
    """Returns what a vendor's answer is (`FOUND`, ...), the address in it, and the credits it bills."""
    known = person["vendors"].get(vendor, {})
    _, kind, credits = VENDORS[vendor].answers[known.get("grade")]
    address = known.get("address") if kind != MISS else None
    everybody = address is not None and person["verdicts"][address] == "catch_all"
    # At a domain that takes everybody no address is sure: `risky`, which isn't given any more (Anymail Finder), a
    # catch-all, which is free (Datagma: `cachAll`), or not valid, so that the profile alone is billed (Wiza).
    if vendor == "anymail_finder" and everybody:
        kind, address, credits = MISS, None, 0
    if vendor == "datagma" and everybody:
        credits = 0
    if vendor == "wiza" and everybody:
        credits = 1
    # Emails of people in the EEA and the United Kingdom are left out; the record is billed all the same.
    if vendor == "coresignal" and person["country"] != "US":
        kind, address = MISS, None
    return kind, address, credits


def run(person):
    """Asks the vendors of the chain in their order, each candidate's address to be verified once, until one is good."""
    bill = Counter()
    turns = []
    statuses = {}  # By address: what the verifier said; None where it could not say.
    found = {}  # By address, in the order found: the best that is known of it.

    def verify(address):
        if address not in statuses:
            _, statuses[address], credits = VERDICTS[person["verdicts"][address]]
            bill[VERIFIER + "_credits"] += Decimal(credits)
            turns.append([VERIFIER, "no_match" if statuses[address] is None else "matched"])
        return statuses[address]

    rank = ["verified", "catch_all", "unverified", "guessed"]
    chain = sys.argv[1:] or sorted(VENDORS)
    asked = set()
    for vendor in chain:
        asked.add(vendor)
        if person["vendors"].get(vendor, {}).get("grade") == "failing":
            turns.append([vendor, "failed", "unavailable"])  # It breaks on this person, whoever asks.
            continue
        kind, address, credits = answer(vendor, person)
        bill[VENDORS[vendor].unit or vendor + "_credits"] += Decimal(credits)
        turn = [vendor, "no_match"]
        turns.append(turn)
        if kind == MISS:
            continue
        verdict = verify(address)
        turn[1] = "rejected" if verdict == "invalid" else "matched"
        if verdict == "invalid":
            continue
        status = verdict or "unverified"
        if kind == GUESSED and status != "verified":
            status = "guessed"
        if address not in found or rank.index(status) < rank.index(found[address]):
            found[address] = status
        if status == "verified":
            break
    turns += [[vendor, "not_run"] for vendor in chain if vendor not in asked]
    email, status = None, "unavailable"
    if found:
        email, status = min(found.items(), key=lambda item: rank.index(item[1]))  # The first of the best.
    cost = {unit: str(amount) for unit, amount in sorted(bill.items()) if amount}
    return {"turns": turns, "email": email, "status": status, "cost": cost}


def main():
    for line in sys.stdin:
        json.dump(run(json.loads(line)), sys.stdout)
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
