# SPDX-License-Identifier: Apache-2.0
"""What the peers share: the same prospects and vendors as every other client, and the same report."""
import json
import resource
import sys
import time

PORT, PROSPECTS, IN_FLIGHT = (int(argument) for argument in sys.argv[1:4])
VENDORS = 3
numbers = iter(range(PROSPECTS))
counts = {"prospects": 0, "calls": 0, "found": 0, "errors": 0}


def url(vendor, number):
    return f"http://127.0.0.1:{PORT}/p{vendor}/find?first=Jane&last=Doe&domain=example{number}.com"


async def work(get):
    """Asks for one prospect after the other; `get` gives a status and a body."""
    for number in numbers:
        for vendor in range(1, VENDORS + 1):
            counts["calls"] += 1
            status, body = await get(url(vendor, number))
            if status != 200:
                counts["errors"] += 1
            if json.loads(body)["data"]["verified"]:
                counts["found"] += 1
                break
        counts["prospects"] += 1


def report(run):
    """Runs everything and prints what it came to."""
    first, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    run()
    last = resource.getrusage(resource.RUSAGE_SELF)
    counts["wall"] = time.perf_counter() - start
    counts["user"] = last.ru_utime - first.ru_utime
    counts["system"] = last.ru_stime - first.ru_stime
    counts["resident_kib"], counts["peak_kib"] = first.ru_maxrss, last.ru_maxrss
    print(json.dumps(counts))
