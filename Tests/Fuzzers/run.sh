#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the fuzzers and lets each try a number of inputs. Ends at the first that breaks a property or crashes, with the
# input in Base64: a line for Tests/VerificationTests/Resources/corpora.
#
# Usage: Tests/Fuzzers/run.sh [RUNS [PARSER...]]      2,500,000 inputs; syntax, smtp, dns and phones
set -euo pipefail
cd "$(dirname "$0")/../.."

runs=${1:-2500000}
parsers=("${@:2}")
[ ${#parsers[@]} -gt 0 ] || parsers=(syntax smtp dns phones)

# The longest input, in bytes: beyond the parsers' own limits where a few inputs more cost little.
declare -A longest=([syntax]=320 [smtp]=512 [dns]=600 [phones]=80)

# SwiftPM gives the sanitizers one by one, and the compiler heeds the last.
build=("${SWIFT:-swift}" build --package-path Tests/Fuzzers --scratch-path .build/fuzzers -c release
    --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing)
echo "${build[*]}"
"${build[@]}" --product ParserFuzzer
fuzzer=$("${build[@]}" --show-bin-path)/ParserFuzzer

# With Swift's backtraces a crash waits for a debugger. libphonenumber's own containers aren't instrumented.
export SWIFT_BACKTRACE=enable=no
export ASAN_OPTIONS=detect_container_overflow=0:malloc_context_size=4:quarantine_size_mb=32
for parser in "${parsers[@]}"; do
    folder=.build/fuzz/$parser
    mkdir -p "$folder/corpus" "$folder/seeds" "$folder/broken"
    echo "$parser: $runs inputs"
    WEIR_FUZZ_PARSER=$parser "$fuzzer" -runs="$runs" -max_len="${longest[$parser]}" -timeout=10 \
        -print_final_stats=1 -keep_seed=1 -artifact_prefix="$folder/broken/" "$folder/corpus" "$folder/seeds" \
        >"$folder/log" 2>&1 || { tail -n 40 "$folder/log" && exit 1; }
    grep -E 'cov: ' "$folder/log" | tail -n 1
    grep -E '^(Done|stat::number_of_executed_units|stat::average_exec_per_sec)' "$folder/log"
done
