# SPDX-License-Identifier: Apache-2.0
"""Runs the tests and lists them by client, then each failure with the place in the client's code. `run` starts it.

    suite.py [NAME...]      the clients whose test files are named so: kickbox for test_kickbox.py
"""
import importlib.metadata
import pathlib
import sys
import time
import traceback
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent


class Result(unittest.TestResult):
    """Keeps what went wrong: the test, with its parameters, and the exception."""

    def __init__(self):
        super().__init__()
        self.problems = []

    def addError(self, test, error):
        self.problems.append((test, error[1]))

    addFailure = addError

    def addSubTest(self, test, subtest, error):
        if error:
            self.problems.append((subtest, error[1]))

    @property
    def failed(self):
        """The number of tests that failed, those with many parameters once."""
        return len({getattr(test, "test_case", test).id() for test, _ in self.problems})


def names():
    there = sorted(path.stem.removeprefix("test_") for path in FOLDER.glob("test_*.py"))
    wanted = sys.argv[1:] or there
    unknown = set(wanted) - set(there)
    if unknown:
        sys.exit(f"no such client: {', '.join(sorted(unknown))}; there are {', '.join(there)}")
    return wanted


def run(name):
    module = __import__(f"test_{name}")
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    count = suite.countTestCases()
    result = Result()
    start = time.monotonic()
    suite.run(result)
    verdict = "none ran" if not result.testsRun else f"{result.failed} failed" if result.failed else "ok"
    version = importlib.metadata.version(module.DISTRIBUTION)
    seconds = time.monotonic() - start
    print(f"{module.DISTRIBUTION:<16} {version:<8} {count:>3} tests {seconds:>5.1f} s  {verdict}", flush=True)
    return count, result


def explain(error):
    """A failure in a few lines: what was asked, and the way through the client's code, if it went there."""
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        path = pathlib.Path(frame.filename)
        if path.parent == FOLDER:
            lines.append(f"{path.name}:{frame.lineno}: {frame.line}")
        elif "site-packages" in path.parts:
            place = "/".join(path.parts[path.parts.index("site-packages") + 1:])
            if not place.startswith(("requests/", "urllib3/", "httpx/", "httpcore/", "pydantic/")):
                lines.append(f"  {place}:{frame.lineno}: {frame.line}")
    # Some clients' errors have no text, only attributes.
    text = str(error) or ", ".join(f"{name} {value!r}" for name, value in vars(error).items())
    return lines + [line for line in f"{type(error).__name__}: {text}".splitlines() if line]


def main():
    count, failed, problems = 0, 0, []
    for name in names():
        tests, result = run(name)
        count += tests
        failed += result.failed
        problems += result.problems
    shown = None
    for test, error in problems:
        lines = explain(error)
        print(f"\n{test.id()}")
        print("  as before" if lines == shown else "\n".join(f"  {line}" for line in lines))
        shown = lines
    print(f"\n{count} tests, {failed} failed")
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
