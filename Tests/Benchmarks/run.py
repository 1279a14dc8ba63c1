#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures Weir against bare C on the same calls. See README.md.

    run.py [--quick] [--json FILE] [--only SECTION,...] [--no-build] [--rounds N]
    run.py instructions [--update] [--no-build]
"""
import argparse
import json
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "harness"))
import instructions  # noqa: E402
import sections  # noqa: E402
from programs import Programs  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description="Measures Weir against bare C on the same calls.")
    parser.add_argument("what", nargs="?", default="speed", choices=["speed", "instructions"])
    parser.add_argument("--quick", action="store_true", help="about a minute, to see that everything runs")
    parser.add_argument("--json", metavar="FILE", help="write every figure to a file")
    parser.add_argument("--only", default="", help="sections, by comma: " + ", ".join(sections.ALL))
    parser.add_argument("--no-build", action="store_true", help="measure what was built before")
    parser.add_argument("--rounds", type=int, help="counted rounds (default 5; 2 with --quick)")
    parser.add_argument("--update", action="store_true", help="write the instruction counts as the new threshold")
    return parser.parse_args()


def main():
    options = arguments()
    programs = Programs()
    if not options.no_build:
        programs.build(*(["BareC", "VendorServer", "WeirBench"] if options.what == "instructions" else []))
    if options.what == "instructions":
        return instructions.run(programs, update=options.update)
    wanted = [name for name in options.only.split(",") if name] or list(sections.ALL)
    unknown = set(wanted) - set(sections.ALL)
    if unknown:
        sys.exit("no such section: " + ", ".join(sorted(unknown)))
    size = sections.Size(quick=options.quick, rounds=options.rounds)
    print(f"machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; medians over {size.rounds} rounds")
    figures = {}
    try:
        for name in wanted:
            figures[name] = sections.ALL[name](programs, size)
    finally:
        shutil.rmtree(programs.data, ignore_errors=True)
    print(f"\nload {os.getloadavg()[0]:.1f} after")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
