#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh [SECONDS [BUILD [TARGET...]]]: run each fuzz target (default: all) for SECONDS (default 30)
# on its seeds, as many at once as there are cores. New inputs go to BUILD/corpus, and later runs start from
# these too. An input that breaks a target goes to BUILD/crashes, and the exit code is 1.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

# What each child process does: run one target.
if [ "${1:-}" = --one ]; then
	seconds=$2 build=$3 target=$4
	mkdir -p "$build/corpus/$target"
	log=$build/$target.log
	if ! "$build/fuzz/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
		-max_len=65536 -artifact_prefix="$build/crashes/$target-" \
		"$build/corpus/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1; then
		tail -40 "$log"
		echo "$target: failed; the input is in $build/crashes" >&2
		exit 255 # xargs starts no more
	fi
	printf '%s: %s\n' "$target" "$(grep -E '^Done ' "$log" | tail -1)"
	exit 0
fi

seconds=${1:-30}
build=${2:-build/asan}
shift $(($# < 2 ? $# : 2))
targets=("$@")
if ((${#targets[@]} == 0)); then
	for source in tests/fuzz/fuzz_*.c; do
		name=$(basename "$source" .c)
		[[ $name == fuzz_load || $name == fuzz_service || $name == fuzz_module_make ]] || targets+=("$name")
	done
fi
mkdir -p "$build/crashes"
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -n 1 tests/fuzz/run.sh --one "$seconds" "$build" || exit 1
