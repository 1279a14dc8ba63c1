# SPDX-License-Identifier: Apache-2.0
"""What is measured, section by section. Each prints its table and returns its figures."""
import contextlib
import csv
import statistics
import subprocess
import sys
import time

import programs as tools
from programs import ROOT

#: What 20,000 prospects come to at vendors that find 40, 30 and 20 percent.
KNOWN = {20_000: (40_461, 13_278)}


class Size:
    """How much is run."""

    def __init__(self, quick, rounds=None):
        self.rounds = rounds or (2 if quick else 5)
        self.prospects = 2_000 if quick else 20_000
        self.in_flight = [64] if quick else [64, 1_024]
        self.many = 1_000 if quick else 8_000
        self.ledger_rows = 20_000 if quick else 160_000
        self.audited = 50_000 if quick else 1_000_000
        self.contacts = 20_000 if quick else 1_000_000
        self.rows = 5_000 if quick else 50_000
        self.many_rows = 20_000 if quick else 1_000_000
        self.starts = 5 if quick else 20
        self.addresses = 2_000 if quick else 10_000
        self.verified_at_once = [256] if quick else [256, 1_024]


def check(name, report, expected):
    """Every implementation must have done the same work, or its time means nothing."""
    counts = (report["prospects"], report["calls"], report["found"], report["errors"])
    if counts != expected:
        sys.exit(f"{name} did {counts} (prospects, calls, found, errors), not {expected}")


def cpu(report):
    """Microseconds of CPU a call."""
    return (report["user"] + report["system"]) * 1e6 / report["calls"]


def heading(text):
    print(f"\n{text}\n" + "-" * len(text))


def interleaved(size, runs, expected=None):
    """Runs each of `runs` (name to function) in turn, one warm-up round and then the counted ones; gives each name's
    reports. The first name sets the counts that the others must reach, unless they are given."""
    reports = {name: [] for name in runs}
    for round_number in range(size.rounds + 1):
        for name, run in runs.items():
            report = run()
            if expected is None:
                calls, found = KNOWN.get(report["prospects"], (report["calls"], report["found"]))
                expected = (report["prospects"], calls, found, 0)
            check(name, report, expected)
            if round_number > 0:
                reports[name].append(report)
    return reports


def ratios(reports, base):
    """For each name: the median CPU a call, and the median of the ratios to the base of the same round."""
    table = {}
    for name, own in reports.items():
        paired = [cpu(report) / cpu(other) for report, other in zip(own, reports[base])]
        table[name] = {
            "cpu_us_per_call": statistics.median(map(cpu, own)), "ratio": statistics.median(paired),
            "lowest_ratio": min(paired), "highest_ratio": max(paired),
            "prospects_per_second": statistics.median(report["prospects"] / report["wall"] for report in own)}
    return table


def print_ratios(table, aims):
    print(f"{'':30}{'us CPU a call':>14}{'ratio':>8}  {'(lowest-highest)':18}{'aim':>6}{'prospects/s':>13}")
    for name, row in table.items():
        span = f"({row['lowest_ratio']:.2f}-{row['highest_ratio']:.2f})"
        aim = f"{aims[name]:.2f}" if name in aims else ""
        print(f"{name:30}{row['cpu_us_per_call']:14.1f}{row['ratio']:8.2f}  {span:18}{aim:>6}"
              f"{row['prospects_per_second']:13,.0f}")


#: What people would write instead: what pip installs, the script, and its name.
PEERS = [("aiohttp", "aiohttp_peer.py", "aiohttp"), ("pycurl", "pycurl_peer.py", "asyncio and pycurl")]


def calls(programs, size):
    """CPU a call, against bare C doing the same calls."""
    figures = {}
    for in_flight in size.in_flight:
        heading(f"CPU a call, {size.prospects:,} prospects, {in_flight:,} in flight, one thread each, against bare C")
        with programs.vendors() as port:
            work = (port, size.prospects, in_flight)
            reports = interleaved(size, {
                "bare C": lambda: programs.bare_c(*work),
                "transport": lambda: programs.weir("transport", *work),
                "engine without a ledger": lambda: programs.weir("engine", *work),
                "engine with its ledger": lambda: programs.weir("engine", *work, ledger=True)})
        table = ratios(reports, "bare C")
        print_ratios(table, {
            "transport": 1.10, "engine without a ledger": 1.35,
            "engine with its ledger": 2.0 if in_flight < 1_024 else 1.5})
        last = reports["engine with its ledger"][-1]
        table["rows_per_prospect"] = last["rows"] / last["prospects"]
        tables = ", ".join(f"{name} {count / last['prospects']:.2f}" for name, count in last["tables"].items() if count)
        print(f"rows a prospect: {table['rows_per_prospect']:.2f} (at most 8): {tables}")
        figures[str(in_flight)] = table
    return figures


def peers(programs, size):
    """The same work in what people would write instead."""
    heading(f"Other clients, {size.prospects:,} prospects, 64 in flight, against bare C")
    runs = {}
    with programs.vendors() as port:
        work = (port, size.prospects, 64)
        runs["bare C"] = lambda: programs.bare_c(*work)
        runs["engine with its ledger"] = lambda: programs.weir("engine", *work, ledger=True)
        for package, script, name in PEERS:
            python = tools.python_with(package)
            if python is None:
                print(f"{name}: left out, pip could not install {package}")
                continue
            runs[name] = lambda python=python, script=script: programs.peer(python, script, *work)
        table = ratios(interleaved(size, runs), "bare C")
    print_ratios(table, {})
    return table


def throughput(programs, size):
    """Prospects a second of everything: input read, ledger durable, two loops beside the vendors."""
    figures = {}
    for in_flight in size.in_flight:
        heading(f"Prospects a second, the whole engine, 2 loops, {in_flight:,} in flight")
        speeds, syncs = [], []
        with programs.vendors() as port:
            for round_number in range(size.rounds + 1):
                sync = tools.sync_time(programs.data)
                report = programs.weir(
                    "engine", port, size.prospects, in_flight, ledger=True, lanes=2, parses_input=True)
                if report["errors"] or report["prospects"] != size.prospects:
                    sys.exit("the whole engine failed")
                if round_number > 0:
                    speeds.append(report["prospects"] / report["wall"])
                    syncs.append(sync)
        figures[str(in_flight)] = {
            "prospects_per_second": statistics.median(speeds), "lowest": min(speeds), "highest": max(speeds),
            "fdatasync_median_ms": statistics.median(sync["median_ms"] for sync in syncs),
            "fdatasync_p90_ms": statistics.median(sync["p90_ms"] for sync in syncs)}
        row = figures[str(in_flight)]
        print(f"{row['prospects_per_second']:,.0f} ({row['lowest']:,.0f}-{row['highest']:,.0f}); floor 10,000, "
              f"aim 16,000; fdatasync of the disk: median {row['fdatasync_median_ms']:.2f} ms, "
              f"90th percentile {row['fdatasync_p90_ms']:.2f} ms")
    return figures


def memory(programs, size):
    """Resident memory for each prospect in flight, vendors answering after a second."""
    heading(f"Memory, {size.many:,} in flight, vendors answer after 1 s")
    figures = {}
    with programs.vendors(delay=1_000) as port:
        work = (port, size.many * 2, size.many)
        for name, report in [
                ("bare C", programs.bare_c(*work)), ("transport", programs.weir("transport", *work)),
                ("engine with its ledger", programs.weir("engine", *work, ledger=True))]:
            figures[name] = (report["peak_kib"] - report["resident_kib"]) / size.many
            print(f"{name:30}{figures[name]:8.1f} KiB a prospect")
    print("aim for the engine: 30 KB")
    return figures


def ledger(programs, size):
    """Rows a second that are durable, from tasks that each wait for their own."""
    heading(f"Ledger alone, {size.ledger_rows:,} rows, 1,024 tasks that wait, synchronous=FULL")
    speeds, costs, sync = [], [], tools.sync_time(programs.data)
    for round_number in range(size.rounds + 1):
        requests = size.ledger_rows // 8
        report = programs.weir("ledger", 0, requests, 1_024, ledger=True)
        if report["errors"] or report["tables"]["attempt"] != requests * 6:
            sys.exit("the ledger lost rows")
        if round_number > 0:
            speeds.append(report["rows"] / report["wall"])
            costs.append((report["user"] + report["system"]) * 1e6 / report["rows"])
    figures = {"rows_per_second": statistics.median(speeds), "cpu_us_per_row": statistics.median(costs),
               "fdatasync_median_ms": sync["median_ms"]}
    print(f"{figures['rows_per_second']:,.0f} rows/s ({min(speeds):,.0f}-{max(speeds):,.0f}), "
          f"{figures['cpu_us_per_row']:.1f} us CPU a row; aim 100,000; fdatasync {sync['median_ms']:.2f} ms")
    return figures


def audit(programs, size):
    """Transfers a second that `weir ledger verify` checks, on one thread: the chain, the accounts and the rules."""
    heading(f"Checking a ledger of {size.audited:,} transfers")
    report = programs.weir("audit", 0, size.audited, 256, ledger=True)
    if report["errors"] or report["prospects"] != size.audited:
        sys.exit(f"the ledger is broken, or not whole: {report}")
    figures = {"transfers_per_second": size.audited / report["wall"],
               "cpu_us_per_transfer": (report["user"] + report["system"]) * 1e6 / size.audited,
               "usage_seconds": report["usage_seconds"], "peak_kib": report["peak_kib"]}
    print(f"{figures['transfers_per_second']:,.0f} transfers/s, {figures['cpu_us_per_transfer']:.2f} us CPU a transfer; "
          f"aim 1,000,000; a report of usage by four dimensions {figures['usage_seconds']:.2f} s")
    return figures


def contacts(programs, size):
    """A book of people: finding one, searching, going through all, and the export of all by the command."""
    heading(f"A book of {size.contacts:,} contacts")
    with programs.database() as path:
        report = programs.report([programs.bin / "WeirBench", "contacts", "--prospects", size.contacts, "--in-flight",
                                  256, "--database", path])
        if report["errors"] or report["found"] != size.contacts:
            sys.exit(f"the book is not whole: {report}")
        (path.parent / "weir.yaml").write_text("version: 1\nstore: weir.db\nchains: {}\n")
        exports = {}
        for rows in [size.contacts // 10, size.contacts]:
            target = path.parent / "contacts.csv"
            _, exports[rows] = programs.command(
                "contacts", "export", "--machine", "--quiet", "--limit", rows, "-o", target, folder=path.parent)
    figures = {name: report[name] for name in report if name.startswith(("find_", "search_", "list_"))}
    for rows, export in exports.items():
        figures[f"export_{rows}"] = {"seconds": export["wall"], "peak_kib": export["peak_kib"]}
    finds = ", ".join(f"{key} {report[f'find_{key}_ms']:.3f} ms" for key in ["profile", "mailbox", "name"])
    print(f"find, median: {finds}; aim 1 ms")
    print(f"search for one by words {figures['search_seconds']:.2f} s; list of all {figures['list_seconds']:.1f} s")
    for rows, export in exports.items():
        print(f"export of {rows:,}: {rows / export['wall']:,.0f} rows/s, peak {export['peak_kib'] / 1024:.1f} MiB")
    return figures


FILE_CONFIGURATION = """\
version: 1
store: weir.db
chains: {{ email: [vendor_1, vendor_2, vendor_3], office_phone: [], verify_email: [], verify_phone: [] }}
accept: {{ trust: [vendor_1, vendor_2, vendor_3] }}
credits: {{ plan: {{ grant: 10000000, cycle: monthly, anchor: 1 }} }}
providers:
  vendor_1: &vendor {{ base_url: "http://127.0.0.1:{port}", allow_private_addresses: true, concurrency: 1000 }}
  vendor_2: *vendor
  vendor_3: *vendor
"""


def write_people(path, rows):
    with open(path, "w", newline="") as file:
        file.write("first_name,last_name,domain\n")
        file.writelines(f"Jane,Doe,example{number}.com\n" for number in range(rows))


@contextlib.contextmanager
def folder_for_files(programs, port, rows):
    """A folder with a configuration and a file of people."""
    with programs.database() as path:
        (path.parent / "weir.yaml").write_text(FILE_CONFIGURATION.format(port=port))
        write_people(path.parent / "people.csv", rows)
        yield path.parent


def enrich_file(programs, port, rows, in_flight):
    """`weir csv` over a file, as a report: what it did is read from the file that it wrote."""
    with folder_for_files(programs, port, rows) as folder:
        _, report = programs.command("csv", "people.csv", "-o", "found.csv", "--concurrency", in_flight, "--quiet",
                                     folder=folder)
        report.update(prospects=0, calls=0, found=0, errors=0)
        with open(folder / "found.csv", newline="") as file:
            for row in csv.DictReader(file):
                attempts = [attempt.split(":")[1] for attempt in row["weir_attempts"].split()]
                report["prospects"] += 1
                report["calls"] += sum(attempt != "not_run" for attempt in attempts)
                report["found"] += row["weir_outcome"] == "found"
                report["errors"] += any(attempt.startswith("failed") for attempt in attempts)
        return report


def peer_file(programs, port, rows, in_flight, python, script):
    with folder_for_files(programs, port, rows) as folder:
        return programs.peer(python, script, port, rows, in_flight, folder / "people.csv", folder / "found.csv")


def files(programs, size):
    """A file of people from end to end, ledger and all, beside scripts that do the same without one."""
    in_flight = 256
    heading(f"A file of {size.rows:,} rows, {in_flight} in flight")
    with programs.vendors() as port:
        runs = {}
        for package, script, name in PEERS:
            python = tools.python_with(package)
            if python is None:
                print(f"{name}: left out, pip could not install {package}")
                continue
            runs[name] = lambda python=python, script=script: peer_file(
                programs, port, size.rows, in_flight, python, script)
        runs["weir csv"] = lambda: enrich_file(programs, port, size.rows, in_flight)
        reports = interleaved(size, runs)
        figures = {name: file_figures(own) for name, own in reports.items()}
        for name, row in figures.items():
            print(f"{name:20}{row['rows_per_cpu_second']:10,.0f} rows a CPU second{row['rows_per_second']:10,.0f} rows/s"
                  f"{row['peak_kib'] / 1024:8.1f} MiB")
        own = figures["weir csv"]["rows_per_cpu_second"]
        for name, aim in [("aiohttp", 5), ("asyncio and pycurl", 2)]:
            if name in figures:
                print(f"rows a CPU second, against {name}: {own / figures[name]['rows_per_cpu_second']:.2f}; aim {aim}")
        heading(f"Files of {size.many_rows // 10:,} and {size.many_rows:,} rows, by weir csv")
        for rows in [size.many_rows // 10, size.many_rows]:
            report = enrich_file(programs, port, rows, in_flight)
            if report["prospects"] != rows or report["errors"]:
                sys.exit(f"the file is not whole: {report}")
            figures[str(rows)] = file_figures([report])
            row = figures[str(rows)]
            print(f"{rows:,}: {row['rows_per_second']:,.0f} rows/s, {row['rows_per_cpu_second']:,.0f} a CPU second, "
                  f"peak {row['peak_kib'] / 1024:.1f} MiB; aim: below 200, and flat")
    return figures


def file_figures(reports):
    return {
        "rows_per_cpu_second": statistics.median(
            report["prospects"] / (report["user"] + report["system"]) for report in reports),
        "rows_per_second": statistics.median(report["prospects"] / report["wall"] for report in reports),
        "peak_kib": max(report["peak_kib"] for report in reports)}


def verify(programs, size):
    """Addresses verified by SMTP, beside a script of asyncio that holds the same conversations."""
    figures = {}
    numbers = range(size.addresses)
    # As the mail hosts have it: a mailbox exists where its number's digits have an even sum.
    verified = sum(sum(map(int, str(number))) % 2 == 0 for number in numbers)
    for in_flight in size.verified_at_once:
        heading(f"Verification by SMTP, {size.addresses:,} addresses over {DOMAINS} domains, {in_flight:,} in flight")
        with programs.mail(DOMAINS) as server:
            work = (server.port, size.addresses, in_flight, DOMAINS)
            reports = interleaved(size, {
                "asyncio": lambda: programs.peer(sys.executable, "asyncio_smtp_peer.py", *work),
                "Weir": lambda: programs.verify(*work)}, (size.addresses, size.addresses, verified, 0))
        check_conversations(server.totals, 2 * (size.rounds + 1), size.addresses, verified)
        figures[str(in_flight)] = verify_table(reports)
    return figures


#: Few enough for two conversations at once with each at 1,024 in flight.
DOMAINS = 500


def check_conversations(totals, runs, addresses, verified):
    """Both must have said the same: one conversation an address, with a made-up recipient where the first was taken."""
    said = (totals["conversations"], totals["recipients"], totals["farewells"])
    expected = (runs * addresses, runs * (addresses + verified), runs * addresses)
    if said != expected:
        sys.exit(f"the mail hosts saw {said} (conversations, recipients, farewells), not {expected}")


def verify_table(reports):
    table = ratios(reports, "asyncio")
    print(f"{'':12}{'us CPU an address':>18}{'of it system':>14}{'ratio':>8}  {'(lowest-highest)':18}"
          f"{'addresses/s':>12}{'peak MiB':>10}")
    for name, row in table.items():
        row["system_us"] = statistics.median(report["system"] * 1e6 / report["calls"] for report in reports[name])
        row["peak_kib"] = statistics.median(report["peak_kib"] for report in reports[name])
        span = f"({row['lowest_ratio']:.2f}-{row['highest_ratio']:.2f})"
        print(f"{name:12}{row['cpu_us_per_call']:18.1f}{row['system_us']:14.1f}{row['ratio']:8.2f}  {span:18}"
              f"{row['prospects_per_second']:12,.0f}{row['peak_kib'] / 1024:10.1f}")
    print("aim: 0.50 of the CPU")
    return table


CONFIGURATION = """\
version: 1
store: weir.db
chains: {{ email: [hunter], office_phone: [], verify_email: [], verify_phone: [] }}
accept: {{ trust: [hunter] }}
providers:
  hunter: {{ api_key: sandbox-hunter-key, base_url: "http://127.0.0.1:{port}/hunter", allow_private_addresses: true }}
"""


def milliseconds(run):
    begun = time.perf_counter()
    run()
    return (time.perf_counter() - begun) * 1e3


def start(programs, size):
    """How long the command takes to say anything at all, and to enrich one prospect by one vendor."""
    heading("Start of the command, whole processes")
    command = ROOT / ".build" / "release" / "weir"
    if not command.exists():
        print("left out: `make release` makes .build/release/weir")
        return {}

    def weir(*arguments, folder=None):
        subprocess.run([command, *arguments], cwd=folder, capture_output=True, check=True)

    helps = [milliseconds(lambda: weir("--help")) for _ in range(size.starts + 1)][1:]
    with programs.sandbox(command) as port, programs.database() as path:
        (path.parent / "weir.yaml").write_text(CONFIGURATION.format(port=port))
        # The vendor's own latency, a new connection included, as the command makes one.
        asks = [milliseconds(lambda: tools.ask_hunter(port)) for _ in range(size.starts + 1)][1:]
        enriches = [milliseconds(lambda: weir("enrich", "--name", f"Jane Doe{chr(97 + n)}", "--domain", "example.com",
                                              folder=path.parent)) for n in range(size.starts + 1)][1:]
    figures = {"help_ms": statistics.median(helps), "vendor_ms": statistics.median(asks),
               "enrich_ms": statistics.median(enriches)}
    above = figures["enrich_ms"] - figures["vendor_ms"]
    print(f"weir --help: {figures['help_ms']:.1f} ms ({min(helps):.1f}-{max(helps):.1f}); aim 25")
    print(f"weir enrich: {figures['enrich_ms']:.1f} ms ({min(enriches):.1f}-{max(enriches):.1f}), {above:.1f} above its "
          f"vendor's {figures['vendor_ms']:.1f}; aim 30")
    return figures


ALL = {"calls": calls, "peers": peers, "throughput": throughput, "memory": memory, "ledger": ledger, "audit": audit,
       "contacts": contacts, "files": files, "verify": verify, "start": start}
