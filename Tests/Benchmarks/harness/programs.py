# SPDX-License-Identifier: Apache-2.0
"""Building the programs, starting them, and reading what they report."""
import contextlib
import http.client
import json
import os
import pathlib
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
import types
import venv

FOLDER = pathlib.Path(__file__).resolve().parent.parent
ROOT = FOLDER.parent.parent
#: Shared with the package that is measured, so that nothing of it is compiled twice.
BUILD = ROOT / ".build"
#: No program may take longer: seconds.
LONGEST_RUN = 900


class Programs:
    """What is run, by name. Databases live in `data`, on the disk that the repository is on."""

    def __init__(self):
        self.bin = BUILD / "release"
        self.data = BUILD / "benchmarks"
        self.data.mkdir(parents=True, exist_ok=True)
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    def build(self, *products):
        """Builds these, or everything, which the whole command line is part of."""
        build = [os.environ.get("SWIFT", "swift"), "build", "-c", "release", "--static-swift-stdlib",
                 "--package-path", str(FOLDER), "--scratch-path", str(BUILD)]
        for product in products:
            subprocess.run([*build, "--product", product], check=True)
        if not products:
            subprocess.run(build, check=True)

    @contextlib.contextmanager
    def serving(self, *command):
        """Runs a server that says first where it is, and gives its port."""
        server = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            yield int(server.stdout.readline().rsplit(":", 1)[-1])
        finally:
            server.terminate()
            server.communicate()

    @contextlib.contextmanager
    def mail(self, domains):
        """The name server and mail hosts: gives a server with its `port`, and afterwards the `totals` of what it was
        asked."""
        command = [self.bin / "MailServer", "--domains", str(domains)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        server = types.SimpleNamespace(port=int(process.stdout.readline()), totals=None)
        try:
            yield server
        finally:
            process.terminate()
            said, _ = process.communicate()
        server.totals = json.loads(said)

    def vendors(self, delay=0):
        """The vendor server."""
        return self.serving(self.bin / "VendorServer", "--delay", delay)

    def sandbox(self, command):
        """`weir sandbox`."""
        return self.serving(command, "sandbox", "--port", 0)

    def bare_c(self, port, prospects, in_flight):
        return self.report([self.bin / "BareC", port, prospects, in_flight])

    def weir(self, what, port, prospects, in_flight, ledger=False, lanes=1, parses_input=False):
        """Runs a measurement; with a ledger, adds how many rows it has at the end, in all and by table."""
        command = [self.bin / "WeirBench", what, "--port", port, "--prospects", prospects, "--in-flight", in_flight,
                   "--lanes", lanes, "--parses-input", "yes" if parses_input else "no"]
        if not ledger:
            return self.report(command)
        with self.database() as path:
            report = self.report(command + ["--database", path])
            report["tables"] = rows_by_table(path)
            report["rows"] = sum(report["tables"].values())
            return report

    def command(self, *arguments, folder):
        """Runs the command line as a whole process: gives what it says on standard output, seconds, and peak memory."""
        begun = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in (self.bin / "BenchCommand", *arguments)], cwd=folder, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"weir {arguments[0]} ended with {process.returncode}")
        return said, {"wall": time.perf_counter() - begun, "user": usage.ru_utime, "system": usage.ru_stime,
                      "peak_kib": usage.ru_maxrss}

    def verify(self, port, addresses, in_flight, domains):
        return self.report([self.bin / "WeirBench", "verify", "--port", port, "--prospects", addresses, "--in-flight",
                            in_flight, "--domains", domains])

    def peer(self, python, script, *work):
        return self.report([python, FOLDER / "peers" / script, *work])

    @contextlib.contextmanager
    def database(self):
        folder = self.data / f"ledger-{time.monotonic_ns()}"
        folder.mkdir()
        try:
            yield folder / "weir.db"
        finally:
            shutil.rmtree(folder)

    def report(self, command):
        """The last line of a program's output, which is JSON."""
        environment = os.environ | {"SWIFT_BACKTRACE": "enable=no"}
        done = subprocess.run(
            [str(part) for part in command], stdout=subprocess.PIPE, text=True, timeout=LONGEST_RUN, env=environment)
        if done.returncode != 0:
            sys.exit(f"{pathlib.Path(command[0]).name} ended with {done.returncode}")
        return json.loads(done.stdout.splitlines()[-1])


def ask_hunter(port):
    """One question to the sandbox's first vendor, over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/hunter/v2/email-finder?domain=example.com&first_name=Jane&last_name=Doe",
                       headers={"Authorization": "Bearer sandbox-hunter-key"})
    connection.getresponse().read()
    connection.close()


def rows_by_table(path):
    with contextlib.closing(sqlite3.connect(path)) as database:
        names = [name for (name,) in database.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        return {name: database.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in names}


def sync_time(folder, count=200):
    """Median and 90th percentile of appending 4 KiB and `fdatasync`, in milliseconds."""
    path = folder / "sync"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    times = []
    try:
        for _ in range(count):
            start = time.perf_counter()
            os.write(descriptor, bytes(4096))
            os.fdatasync(descriptor)
            times.append((time.perf_counter() - start) * 1e3)
    finally:
        os.close(descriptor)
        path.unlink()
    times.sort()
    return {"median_ms": statistics.median(times), "p90_ms": times[len(times) * 9 // 10]}


def python_with(package):
    """A Python that has a package, in an environment under .build; None where it can't be had."""
    folder = BUILD / "peers"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    have = subprocess.run([python, "-c", f"import {package}"], stderr=subprocess.DEVNULL).returncode == 0
    if not have:
        installed = subprocess.run([python, "-m", "pip", "install", "--quiet", package], capture_output=True)
        have = installed.returncode == 0
    return python if have else None
