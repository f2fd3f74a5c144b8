# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Shared by the measurements: runs the candidates of a comparison by turns, and prints medians of their CPU
# time. The caller sets $build, the build folder. $scratch is a temporary folder, removed at the end.

top=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/../..")
: "${build:?}"
cputime=$build/tests/bench/cputime
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Candidates of one comparison: a name, the exit status it must end with ("until" a text: none),
# and a command.
names=() wanted=() candidates=()

candidate() { # NAME STATUS CPUTIME-OPTION... -- COMMAND...: options of cputime come first
	names+=("$1")
	wanted+=("$2")
	shift 2
	candidates+=("$(printf '%q ' "$@")")
}

forget_candidates() { names=() wanted=() candidates=(); }

# measure ROUNDS: runs all candidates by turns, so many times; the figures go to $scratch/INDEX.
measure() {
	local i round line
	rm -f "$scratch"/[0-9]*
	for ((round = 0; round < $1; round++)); do
		for i in "${!names[@]}"; do
			line=$(eval "$cputime -n 1 ${candidates[i]}") || line="- - - - -"
			[ "${line##* }" = "${wanted[i]}" ] || line="- - - - -"
			printf '%s\n' "$line" >>"$scratch/$i"
		done
	done
}

# median INDEX COLUMN: prints the median, or "-" if a run failed.
median() { cut -d' ' -f"$2" "$scratch/$1" | sort -n | sed -n "$((($(wc -l <"$scratch/$1") + 1) / 2))p"; }
divide() { awk -v a="$1" -v b="$2" 'BEGIN { if (a > 0 && b > 0) printf "%.2f", a / b; else printf "-" }'; }
has_qemu() { command -v qemu-system-x86_64 >/dev/null; }

# commands: prints the commands of the candidates.
commands() {
	local i
	printf '\nMedians of %s. Commands:\n' "$(wc -l <"$scratch/0")"
	for i in "${!names[@]}"; do
		printf '    cputime %s\n' "${candidates[i]}" |
			sed "s#$top/##g; s#$scratch/##g; s#\\\\,#,#g; s# \$##"
	done
}

# The time of a fixed loop, to compare figures of different hosts or times.
calibration() {
	printf 'Calibration: %s ms of CPU\n' "$("$cputime" -c)"
	printf 'Host: %s, %s CPUs, load %s\n' \
		"$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" \
		"$(cut -d' ' -f1-3 /proc/loadavg)"
	if has_qemu; then qemu-system-x86_64 --version | head -n 1; fi
	printf '\n'
}
