# SPDX-License-Identifier: Apache-2.0
#
# make deps                 look for the Debian packages that Weir is built on, install those that are missing
# make servers              fetch the servers that some tests talk to, into .build; nothing is installed
# make build                debug build of everything
# make demo                 install what is missing, build, and look people up at the built-in sandbox
# make test                 debug build and every test
# make lint / make format   check or fix the form of the sources
# make test-clients         vendors' own client libraries, from PyPI, against the sandbox
# make ci                   test, lint, release build, benchmarks' instruction counts, the outside examples
# make bench                measure speed
# make fuzz                 try made-up inputs on the parsers: RUNS each (2500000)
# make soak                 the long runs
# make clean                remove what was built
#
# Needed beforehand: make and Swift 6.3 (https://www.swift.org/install). `make deps` finds the rest.

SWIFT ?= swift
SOURCES := Sources Tests Providers Fixtures docs Package.swift
EXAMPLES := $(patsubst %/Package.swift,%,$(wildcard docs/examples/*/Package.swift))
# Tests that keep every core busy for minutes: what talks to servers would wait in vain beside them.
LONG := ModelTests|RaceTests|SimulationTests\.SimulationTests|ReferenceTests
# Tests of whole processes that are ended again and again beside a server: one after the other.
CRASH := ^CrashTests\.
# Tests of the command beside servers in the same process, which answer late where a hundred of them run at once.
COMMAND := ^WeirCommandTests\.
# Tests that hold the transport to its deadlines by the clock: nothing else runs beside them.
CLOCK := ^CurlTransportTests\.

.DEFAULT_GOAL := help
.PHONY: help deps servers build demo test test-clients lint format ci release examples bench bench-instructions newcomer fuzz soak clean

help:
	@sed -n '/^# make /s/^# //p' Makefile

deps:
	@.ci/deps

servers:
	@.ci/servers

build: deps
	$(SWIFT) build --build-tests

# The debug build of the one program is the shortest honest wait, and `make test` uses it again.
demo: deps
	$(SWIFT) build --product weir
	@docs/demo.sh .build/debug/weir

test: deps servers
	@.ci/deps python3 python3-dateutil strace eatmydata
	$(SWIFT) build --build-tests
	WEIR_LONG=1 $(SWIFT) test --skip-build --disable-xctest --filter "$(LONG)"
	$(SWIFT) test --skip-build --disable-xctest --no-parallel --filter "$(CRASH)"
	$(SWIFT) test --skip-build --disable-xctest --no-parallel --filter "$(COMMAND)"
	$(SWIFT) test --skip-build --disable-xctest --filter "$(CLOCK)"
	$(SWIFT) test --skip-build --disable-xctest --skip "$(LONG)|$(CRASH)|$(COMMAND)|$(CLOCK)"

# The vendors' own clients, unchanged but for the base URL. The first run fetches them from PyPI, into .build/clients.
test-clients: deps
	@.ci/deps python3 python3-venv
	$(SWIFT) build --product weir
	Tests/Clients/run .build/debug/weir

lint:
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

format:
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

ci: test test-clients lint release bench-instructions examples newcomer

# With Swift's libraries in the program: it starts in two thirds of the time, and runs where there is no Swift.
release: deps
	$(SWIFT) build -c release --static-swift-stdlib --product weir

# A package outside this one, which depends on it and adds a provider: each is built and its tests are run. What was built
# of Weir is not built again for it.
examples: deps
	@set -e; for example in $(EXAMPLES); do \
		echo "$(SWIFT) test --package-path $$example"; \
		$(SWIFT) test --package-path $$example --scratch-path .build --disable-xctest; \
	done

# The benchmarks are a package of their own, driven by a script. They share what `release` built.
bench: deps
	@.ci/deps python3 valgrind
	python3 Tests/Benchmarks/run.py

# The figure that other work on the machine does not change: compared with what is checked in.
bench-instructions: deps
	@.ci/deps python3 valgrind
	python3 Tests/Benchmarks/run.py instructions

# The fuzzers are a package of their own; the tests have the seeds.
RUNS ?= 2500000
fuzz: deps
	WEIR_FUZZ_SEEDS=$(CURDIR)/.build/fuzz $(SWIFT) test --disable-xctest --filter ParserPropertyTests
	Tests/Fuzzers/run.sh $(RUNS)

# Memory over 10,000 rounds of misbehaving vendors; runs over files that are killed a thousand times, at every write and
# sync, and by a hundred power cuts; the ledger's model over ten million operations; and the fuzzers.
soak: deps
	@.ci/deps strace eatmydata
	WEIR_SOAK=1 $(SWIFT) test --disable-xctest --filter SoakTests
	WEIR_SOAK=1 $(SWIFT) test --disable-xctest --no-parallel --filter "CSVCrashTests|CSVFaultTests|CSVPowerCutTests"
	WEIR_MODEL_OPERATIONS=10000000 $(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build/soak \
		--disable-xctest --filter ModelTests
	$(MAKE) fuzz

newcomer: deps
	.ci/newcomer

clean:
	rm -rf .build
