#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# boot_qemu.sh NAME IMAGE [COMMAND-LINE]: the session boot/NAME.script with the reference kernel under QEMU, on
# its serial line: what a script types or sends is sent, what it waits for must come there. All in real time.
# Skipped without QEMU.
set -euo pipefail
name=$1 image=$2 append=${3:-}
script=$(cd "$(dirname "$0")" && pwd)/boot/$name.script
qemu=${QEMU:-qemu-system-x86_64}
command -v "$qemu" >/dev/null || { echo "SKIP: no $qemu here"; exit 77; }
scratch=$(mktemp -d)
mkfifo "$scratch/in"
timeout -k 5 "${KERNELS_WALL_LIMIT:-60}" "$qemu" -M pc -accel tcg -net none -m 128 -display none -serial stdio \
	-device isa-debug-exit,iobase=0xf4,iosize=4 -no-reboot -append "$append" -kernel "$image" \
	<"$scratch/in" >"$scratch/log" 2>&1 &
pid=$!
exec 3>"$scratch/in"
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$scratch"' EXIT

fail() {
	echo "$name, line $line: $*"
	tr -d '\r' <"$scratch/log"
	exit 1
}
has() { tr -d '\r' <"$scratch/log" | sed 's/ *$//' | grep -aqE -- "$1"; }
wait_for() {
	local i
	for ((i = 0; i < 1000; i++)); do
		if has "$1"; then return; fi
		kill -0 "$pid" 2>/dev/null || { has "$1" && return; fail "QEMU has ended, and /$1/ did not come"; }
		sleep 0.02
	done
	fail "/$1/ did not come"
}
# type TEXT: a key every 30 ms, as bimetal's scripts do.
type_text() {
	local text i
	text=$(printf '%b.' "${1//\\n/\\r}")
	text=${text%.}
	for ((i = 0; i < ${#text}; i++)); do
		printf '%s' "${text:i:1}" >&3
		sleep 0.03
	done
}

# The keys of a line editor, as a terminal sends them.
declare -rA KEYS=([left]='\e[D' [right]='\e[C' [up]='\e[A' [down]='\e[B' [home]='\e[H' [end]='\e[F'
	[delete]='\e[3~' [backspace]='\x7f' [ctrl+u]='\x15' [ctrl+c]='\x03')

line=0 want=35
while IFS= read -r command; do
	line=$((line + 1))
	case $command in
	'' | '#'*) ;;
	wait\ *) expression=${command#*/} && wait_for "${expression%/*}" ;;
	check\ *) expression=${command#*/} && { has "${expression%/*}" || fail "/${expression%/*}/ is not there"; } ;;
	type\ *) text=${command#*\"} && type_text "${text%\"}" ;;
	press\ *) printf '%b' "${KEYS[${command#press }]}" >&3 && sleep 0.03 ;;
	send\ *) text=${command#*\"} && printf '%b' "${text%\"}" >&3 ;;
	sleep\ *) sleep "$(sed -E 's/^sleep ([0-9.]+)ms$/0.\1/; s/^sleep ([0-9.]+)s$/\1/' <<<"$command")" ;;
	quit) want=33 && printf 'exit\r' >&3 ;;
	*) fail "boot_qemu.sh knows no '$command'" ;;
	esac
done <"$script"
[ -z "$append" ] || want=33
exec 3>&-
status=0
wait "$pid" || status=$?
[ "$status" = "$want" ] || fail "exit code $status, want $want"
