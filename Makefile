# SPDX-License-Identifier: Apache-2.0
#
# make deps                 look for the Debian packages that Weir is built on, install those that are missing
# make build                debug build of everything
# make demo                 install what is missing, build, and look people up at the built-in sandbox
# make test                 debug build and every test
# make lint / make format   check or fix the form of the sources
# make ci                   test, lint, release build, benchmarks' instruction counts, the outside examples
# make bench                measure speed
# make soak                 the long runs: hours, not minutes
# make clean                remove what was built
#
# Needed beforehand: make and Swift 6.3 (https://www.swift.org/install). `make deps` finds the rest.

SWIFT ?= swift
SOURCES := Sources Tests Providers Fixtures docs Package.swift
EXAMPLES := $(patsubst %/Package.swift,%,$(wildcard docs/examples/*/Package.swift))

.DEFAULT_GOAL := help
.PHONY: help deps build demo test lint format ci release examples bench bench-instructions newcomer soak clean

help:
	@sed -n '/^# make /s/^# //p' Makefile

deps:
	@.ci/deps

build: deps
	$(SWIFT) build --build-tests

# The debug build of the one program is the shortest honest wait, and `make test` uses it again.
demo: deps
	$(SWIFT) build --product weir
	@docs/demo.sh .build/debug/weir

test: deps
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest

lint:
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

format:
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

ci: test lint release bench-instructions examples newcomer

release: deps
	$(SWIFT) build -c release --product weir

# A package outside this one, which depends on it and adds a provider: each is built and its tests are run.
examples: deps
	@set -e; for example in $(EXAMPLES); do \
		echo "$(SWIFT) test --package-path $$example"; \
		$(SWIFT) test --package-path $$example --scratch-path .build/examples/$$(basename $$example) --disable-xctest; \
	done

# The scripts below are run where they are there.
bench: deps
	@$(call run,Tests/Benchmarks/run)

bench-instructions: deps
	@$(call run,Tests/Benchmarks/instructions)

soak: deps
	@$(call run,Tests/Benchmarks/soak)

newcomer: deps
	@$(call run,.ci/newcomer)

clean:
	rm -rf .build

define run
if [ -x $(1) ]; then echo $(1); $(1); else echo "$(1) is not there: nothing to run"; fi
endef
