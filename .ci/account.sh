# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Measures the cost of a run, step by step: wall and CPU seconds, processes and threads started, build steps. CPU
# time is also given in loops: divided by the time of a fixed loop, measured after each step on all cores, so
# that the speed and load of the machine matter as little as possible. Sourced by .ci/run.

readonly JOBS=${JOBS:-$(nproc)}
readonly WARN_PERCENT=10 FAIL_PERCENT=25
account=() total_cpu=0 total_loops=0 total_processes=0 total_steps=0
started=$SECONDS
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"; [ -z "${sampler:-}" ] || kill "$sampler" 2>/dev/null || true' EXIT

# Process ids of this namespace are given out in order, and start again after the greatest. So the last id, read
# every second, counts every process and thread. If the kernel does not show it, they are not counted.
count_processes() {
	local last now greatest sum=0 fd
	exec {fd}<> <(:)
	greatest=$(</proc/sys/kernel/pid_max)
	last=$(</proc/sys/kernel/ns_last_pid)
	while :; do
		now=$(</proc/sys/kernel/ns_last_pid)
		sum=$((sum + (now - last + greatest) % greatest))
		last=$now
		echo "$sum" >"$scratch/count.new"
		mv "$scratch/count.new" "$scratch/count"
		read -r -t 1 -u "$fd" || true
	done
}
processes() { cat "$scratch/count" 2>/dev/null || echo 0; }
if [ -r /proc/sys/kernel/ns_last_pid ]; then
	count_processes &
	sampler=$!
fi

# Sets cpu_ms to the CPU milliseconds of all children that this shell has waited for. It must not run in a
# subshell, which has no such children.
take_cpu_ms() {
	times >"$scratch/times"
	cpu_ms=$(awk 'NR == 2 { split($0, t, /[ms ]+/); printf "%d", ((t[1] + t[3]) * 60 + t[2] + t[4]) * 1000 }' \
		"$scratch/times")
}

# Milliseconds of CPU time that the fixed loop takes now, run on every core at once: the median of the cores.
loop_ms() {
	local i
	[ -x build/cputime ] || cc -O2 -D_GNU_SOURCE tests/bench/cputime.c -o build/cputime
	for ((i = 0; i < JOBS; i++)); do build/cputime -c & done | sed -E 's/^[^0-9]*([0-9.]+).*/\1/' |
		sort -n | awk '{ v[NR] = $1 } END { printf "%d", v[int((NR + 1) / 2)] }'
}

build_steps() { cat build/*/.ninja_log 2>/dev/null | grep -cv '^#' || true; }

# run_step COUNTED NAME COMMAND...
run_step() {
	local counted=$1 name=$2 began=$SECONDS cpu processes steps loop
	shift 2
	printf '\n=== %s\n' "$name"
	take_cpu_ms
	cpu=$cpu_ms processes=$(processes) steps=$(build_steps)
	"$@"
	take_cpu_ms
	cpu=$((cpu_ms - cpu)) processes=$(($(processes) - processes)) steps=$(($(build_steps) - steps))
	loop=$(loop_ms)
	local loops=$((loop > 0 ? cpu / loop : 0))
	account+=("$(printf '%6d s wall %6d s CPU %7d loops %7d processes %5d build steps  %s' \
		$((SECONDS - began)) $((cpu / 1000)) "$loops" "$processes" "$steps" "$name")")
	echo "=== ${account[-1]}"
	[ "$counted" = yes ] || return 0
	total_cpu=$((total_cpu + cpu)) total_loops=$((total_loops + loops))
	total_processes=$((total_processes + processes)) total_steps=$((total_steps + steps))
}
step() { run_step yes "$@"; }
# A step whose cost depends on the network, or is a fixed time: printed, but not added to the sums.
free_step() { run_step no "$@"; }

print_account() {
	printf '\n%s\n' "Where the time went:"
	printf '%s\n' "${account[@]}"
	printf '%6d s wall in all\n' $((SECONDS - started))
}

# RECORD has lines "NAME COUNT".
hold_against_record() {
	local name recorded now percent worst=0
	printf '\nCounts (.ci/record):\n'
	while read -r name now; do
		[ -n "$name" ] || continue # processes that the kernel does not show
		recorded=$(awk -v name="$name" '$1 == name { print $2 }' "$1")
		[ -n "$recorded" ] || { echo "$1 has no line for $name: add '$name $now'"; worst=100; continue; }
		percent=$(((now - recorded) * 100 / recorded))
		printf '%s %d (recorded: %d, %+d %%)\n' "$name" "$now" "$recorded" "$percent"
		if [ "$percent" -gt "$worst" ]; then worst=$percent; fi
	done <<-TEXT
		build_steps $total_steps
		$([ -z "${sampler:-}" ] || echo "processes $total_processes")
		loops $total_loops
	TEXT
	if [ "$worst" -gt "$FAIL_PERCENT" ]; then
		echo "This run costs more than $FAIL_PERCENT % over the record. Make it cheaper; or, if it is worth it, change .ci/record."
		print_account
		return 1
	elif [ "$worst" -gt "$WARN_PERCENT" ]; then
		echo "WARNING: this run costs more than $WARN_PERCENT % over the record."
	fi
}
