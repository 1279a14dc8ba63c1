#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Shows the main job: people are looked up through a waterfall of providers, played by the built-in sandbox.
# Nothing leaves this machine: the sandbox listens on 127.0.0.1, the store is a file in a temporary folder.
#
# Usage: docs/demo.sh PATH_TO_WEIR      (make demo builds it and calls this)
set -euo pipefail

weir=$(realpath "${1:-.build/debug/weir}")
if [ ! -x "$weir" ]; then
    echo "There is no program at $weir: run make demo." >&2
    exit 1
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/weir-demo.XXXXXX")
sandbox=""
finish() {
    if [ -n "$sandbox" ]; then
        kill "$sandbox" 2>/dev/null || true
        wait "$sandbox" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM
cd "$folder"
# A configuration of the user's own has no part in this.
unset WEIR_CONFIG

# True where something accepts connections there.
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# `weir init` writes the sandbox's own port; where another program has it, the next free one is taken.
port=7400
while answers "$port"; do
    port=$((port + 1))
    if [ "$port" -gt 7449 ]; then
        echo "Every port from 7400 to 7449 is taken." >&2
        exit 1
    fi
done

# Prints a command as one would type it, and runs it.
show() {
    local word line="weir"
    for word in "$@"; do
        case "$word" in
            *" "*) line+=" \"$word\"" ;;
            *) line+=" $word" ;;
        esac
    done
    printf '\n$ %s\n' "$line"
    "$weir" "$@"
}
say() { printf '\n# %s\n' "$*"; }

printf '$ weir sandbox --port %s &\n' "$port"
"$weir" sandbox --port "$port" >sandbox.log 2>&1 &
sandbox=$!
for _ in $(seq 1 200); do
    if answers "$port"; then break; fi
    if ! kill -0 "$sandbox" 2>/dev/null; then
        echo "The sandbox did not start:" >&2
        cat sandbox.log >&2
        exit 1
    fi
    sleep 0.05
done
if ! answers "$port"; then
    echo "The sandbox did not answer within 10 seconds:" >&2
    cat sandbox.log >&2
    exit 1
fi

show init
if [ "$port" -ne 7400 ]; then sed -i "s/127\.0\.0\.1:7400/127.0.0.1:$port/g" weir.yaml; fi

say "Everybody knows her: the first provider ends the chain, and the office phone comes along free."
show enrich --name "Jane Doe" --domain example.com --access email,mobile --explain
say "Two providers have nothing; the third does."
show enrich --name "Maria Garcia" --domain globex.example --explain
say "The first provider's address no longer exists: the verifier says so, and the chain goes on."
show enrich --name "Priya Patel" --domain northwind.example --explain
say "The domain takes mail for anybody: the address is returned as catch_all, and costs nothing."
show enrich --name "Oliver Stone" --domain openhouse.example --explain
say "Asked again, she is answered from the store: nobody is called, no credit is spent."
show enrich --name "Jane Doe" --domain example.com --explain
say "What it cost, who was saved, and whether the books are right."
show credits balance
show contacts list
show ledger verify
