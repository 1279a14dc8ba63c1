# SPDX-License-Identifier: Apache-2.0
"""What the peers share: the same prospects and vendors as every other client, and the same report.

    peer.py PORT PROSPECTS IN_FLIGHT [IN.csv OUT.csv]

With two files the prospects are the rows of the first, and the second gets them with what was found, as they end."""
import csv
import json
import resource
import sys
import time

PORT, PROSPECTS, IN_FLIGHT = (int(argument) for argument in sys.argv[1:4])
VENDORS = 3
FILES = sys.argv[4:6]
counts = {"prospects": 0, "calls": 0, "found": 0, "errors": 0}


if FILES:
    source, target = open(FILES[0], newline=""), open(FILES[1], "w", newline="")
    prospects = csv.DictReader(source)
    writer = csv.writer(target)
else:
    prospects = ({"first_name": "Jane", "last_name": "Doe", "domain": f"example{n}.com"} for n in range(PROSPECTS))
    writer = None


def url(vendor, row):
    return (f"http://127.0.0.1:{PORT}/p{vendor}/find?first={row['first_name']}&last={row['last_name']}"
            f"&domain={row['domain']}")


async def work(get):
    """Asks for one prospect after the other; `get` gives a status and a body."""
    for row in prospects:
        email, asked = "", []
        for vendor in range(1, VENDORS + 1):
            counts["calls"] += 1
            status, body = await get(url(vendor, row))
            if status != 200:
                counts["errors"] += 1
            data = json.loads(body)["data"]
            if data["verified"]:
                counts["found"] += 1
                email = data["email"]
            asked.append(f"vendor_{vendor}:{'matched' if email else 'no_match'}")
            if email:
                break
        counts["prospects"] += 1
        if writer:
            writer.writerow([*row.values(), email, " ".join(asked)])


def report(run):
    """Runs everything and prints what it came to."""
    first, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    run()
    if writer:
        target.close()
    last = resource.getrusage(resource.RUSAGE_SELF)
    counts["wall"] = time.perf_counter() - start
    counts["user"] = last.ru_utime - first.ru_utime
    counts["system"] = last.ru_stime - first.ru_stime
    counts["resident_kib"], counts["peak_kib"] = first.ru_maxrss, last.ru_maxrss
    print(json.dumps(counts))
