#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh [SECONDS [BUILD [TARGET...]]]: run each fuzz target (default: all) for SECONDS (default 30)
# on its seeds. New inputs go to BUILD/corpus, which later runs start from too; the first input that
# breaks a target ends the run and is left in BUILD/crashes.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

readonly SECONDS_EACH=${1:-30}
readonly BUILD=${2:-build/fuzz}
shift $(($# < 2 ? $# : 2))
targets=("$@")
if ((${#targets[@]} == 0)); then
	for source in tests/fuzz/fuzz_*.c; do
		name=$(basename "$source" .c)
		[[ $name == fuzz_load || $name == fuzz_service ]] || targets+=("$name")
	done
fi

mkdir -p "$BUILD/crashes"
for target in "${targets[@]}"; do
	mkdir -p "$BUILD/corpus/$target"
	log=$BUILD/$target.log
	if ! "$BUILD/fuzz/$target" -max_total_time="$SECONDS_EACH" -timeout=10 -rss_limit_mb=2048 \
		-max_len=65536 -artifact_prefix="$BUILD/crashes/$target-" \
		"$BUILD/corpus/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1; then
		tail -40 "$log"
		echo "$target: failed; the input is in $BUILD/crashes" >&2
		exit 1
	fi
	printf '%s: %s\n' "$target" "$(grep -E '^Done ' "$log" | tail -1)"
done
