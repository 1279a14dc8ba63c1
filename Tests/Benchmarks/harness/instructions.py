# SPDX-License-Identifier: Apache-2.0
"""User instructions a call, counted by valgrind: the one figure that other work on the machine doesn't change."""
import json
import re
import shutil
import subprocess
import sys

from programs import FOLDER

THRESHOLDS = FOLDER / "Thresholds" / "instructions.json"
#: Growth that fails: 5 percent.
GROWTH = 1.05
IN_FLIGHT = 64
#: Prospects of the two runs whose difference is counted, so that starting up is not.
FEW, MANY = 200, 1_200


def count(program, arguments):
    """Instructions of one run, and its report."""
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(program), *map(str, arguments)],
        capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"valgrind ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return int(found.group(1)), json.loads(done.stdout.splitlines()[-1])


def per_call(run):
    (few, first), (many, last) = run(FEW), run(MANY)
    if first["errors"] or last["errors"]:
        sys.exit("calls failed under valgrind")
    return (many - few) / (last["calls"] - first["calls"])


def measure(programs):
    # valgrind can't read the debug information of this compiler.
    stripped = programs.data / "bin"
    stripped.mkdir(exist_ok=True)
    for name in ["BareC", "WeirBench"]:
        subprocess.run(["strip", "-o", stripped / name, programs.bin / name], check=True)
    weir = stripped / "WeirBench"

    def engine(port, prospects, with_ledger):
        arguments = ["engine", "--port", port, "--in-flight", IN_FLIGHT, "--prospects", prospects]
        if not with_ledger:
            return count(weir, arguments)
        with programs.database() as path:
            return count(weir, arguments + ["--database", path])

    with programs.vendors() as port:
        return {
            "bare_c": per_call(lambda n: count(stripped / "BareC", [port, n, IN_FLIGHT])),
            "transport": per_call(lambda n: count(
                weir, ["transport", "--port", port, "--in-flight", IN_FLIGHT, "--prospects", n])),
            "engine": per_call(lambda n: engine(port, n, False)),
            "engine_with_ledger": per_call(lambda n: engine(port, n, True)),
        }


def run(programs, update):
    if not shutil.which("valgrind"):
        sys.exit("valgrind is not there: apt-get install valgrind")
    counts = {name: round(value) for name, value in measure(programs).items()}
    known = json.loads(THRESHOLDS.read_text()) if THRESHOLDS.exists() else {}
    print(f"\nuser instructions a call, {IN_FLIGHT} in flight\n{'':24}{'counted':>10}{'threshold':>11}{'to bare C':>11}")
    grown = []
    for name, value in counts.items():
        limit = known.get(name)
        print(f"{name:24}{value:10,}{limit or 0:11,}{value / counts['bare_c']:11.2f}")
        # What libcurl costs is the system's own affair.
        if limit and name != "bare_c" and value > limit * GROWTH:
            grown.append(name)
    if update or not known:
        THRESHOLDS.write_text(json.dumps(counts, indent=2) + "\n")
        print(f"written to {THRESHOLDS.relative_to(FOLDER)}")
        return 0
    if grown:
        print("more than 5 % over the threshold: " + ", ".join(grown))
        return 1
    return 0
