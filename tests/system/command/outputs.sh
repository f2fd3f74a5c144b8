#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Where serial output, traces, statistics and screens go, and that these options do not change the run.
# usage: outputs.sh BIMETAL
set -euo pipefail
bimetal=$1
. "$(dirname "$0")/lib.sh"

# e9 NAME BYTES: a guest that writes the bytes to the debug console and exits.
e9() {
	local name=$1 code='' byte
	shift
	for byte; do code+="\\xb0$byte\\xe6\\xe9"; done
	image "$name" "$code\\xb0\\x10\\xe6\\xf4"
}

flat --serial "$scratch/serial" hello && wants 0 && says ''
[ "$(cat "$scratch/serial")" = H ] || complain "--serial FILE has other text"
flat --serial none hello && wants 0 && says ''
flat --quiet hello && wants 0 && says H
[ ! -s "$scratch/err" ] || complain "--quiet is not quiet"

flat --trace "$scratch/trace" hello && wants 0 && says H
grep -q 'com1.THR\[8\] <- 0x48' "$scratch/trace" || complain "the trace lacks the byte sent"
# The firmware's accesses are told from the guest's.
starts=$(grep -n '^# The CPU starts at pc 0x100000:$' "$scratch/trace" | cut -d: -f1)
[ "$(sed -n "1,${starts:-0}p" "$scratch/trace" | grep -c '0000000000100')" = 0 ] && [ -n "$starts" ] ||
	complain "the trace does not say where the guest begins"
[ "$(sed -n "1,${starts:-0}d;p" "$scratch/trace" | head -1 | grep -c ' 000000000010000[0-9a-f] com1.THR')" = 1 ] ||
	complain "the guest's first access does not follow its start"
flat --serial none --trace - hello && wants 0
grep -q 'com1.THR' "$scratch/out" || complain "--trace - does not go to standard output"

# A trace on standard output leaves the guest's lines whole, and its own.
e9 words A B '\n' C
flat --debugcon stdio --serial none --trace - words && wants 0
[ "$(grep -v '^[# ] ' "$scratch/out")" = "$(printf 'AB\nC')" ] ||
	complain "trace and text of the guest run into each other: $(grep -v '^[# ] ' "$scratch/out")"

flat --screen-text "$scratch/screen" --screenshot "$scratch/screen.png" pass && wants 0
[ -e "$scratch/screen" ] || complain "no screen text"
head -c 4 "$scratch/screen.png" | grep -q PNG || complain "the picture is not a PNG file"

# The picture must be that of a file; if it is not, one file has expected, got and difference.
flat --expect-picture "$scratch/screen.png" --difference "$scratch/difference.png" pass && wants 0
[ ! -e "$scratch/difference.png" ] || complain "a difference of equal pictures"
flat --machine none --expect-picture "$scratch/screen.png" pass && wants 2 'has no display'
flat --expect-picture "$scratch/none.png" pass && wants 2 'none.png: No such file'
flat --difference "$scratch/difference.png" pass && wants 2 'it needs --expect-picture'
printf 'not a picture' >"$scratch/text.png"
flat --expect-picture "$scratch/text.png" pass && wants 2 'text.png: '
# mov ax, b800h; mov ds, ax; mov byte [0], 'X'; mov al, 10h; out f4h, al
image marked '\xb8\x00\xb8\x8e\xd8\xc6\x06\x00\x00X\xb0\x10\xe6\xf4\xf4'
flat --mode 16 --expect-picture "$scratch/screen.png" --difference "$scratch/difference.png" marked &&
	wants 1 'pixels differ, the first at column'
head -c 4 "$scratch/difference.png" | grep -q PNG || complain "no picture of the difference"
flat --mode 16 --expect-picture "$scratch/screen.png" --difference /dev/full marked && wants 1 '/dev/full: '

flat --serial /dev/full hello && wants 2 'could not be written'
flat --stats /dev/full hello && wants 2 '/dev/full'
# Every output on its own: a full disk under one must not pass for success.
flat --trace /dev/full hello && wants 2 'the trace could not be written'
flat --screen-text /dev/full pass && wants 2 '/dev/full: cannot write'
flat --screenshot /dev/full pass && wants 2 '/dev/full: '
# 65 us; mov dx, 37ah; mov al, 0ch; out dx, al: the printer is selected; when it is not busy, H and a strobe.
image printer '\xb9\x00\x00\xe2\xfe\xba\x7a\x03\xb0\x0c\xee\xba\x79\x03\xec\xa8\x80\x74\xfb\xba\x78\x03\xb0H\xee\xba\x7a\x03\xb0\x0d\xee\xb0\x0c\xee\xb0\x10\xe6\xf4\xf4'
readonly lpt=lpt,port=0x378,irq=7
flat --mode 16 --device "$lpt,file=$scratch/paper" printer && wants 0
[ "$(cat "$scratch/paper")" = H ] || complain "file= has other text"
flat --mode 16 --device "$lpt,file=/dev/full" printer && wants 2 "/dev/full: what --device $lpt sent could not be written"
flat --trace /dev/full --stats /dev/full --screenshot /dev/full --screen-text /dev/full hello && wants 2 /dev/full
flat --trace /dev/full fail && wants 1 'the trace could not be written' # the guest's failure counts

# into_full ARGUMENT...: standard output is a full disk.
into_full() {
	status=0
	"$bimetal" "$@" </dev/null >/dev/full 2>"$scratch/err" || status=$?
	[ "$status" = 2 ] || complain "line ${BASH_LINENO[0]}: exit code $status, not 2"
	grep -q 'could not be written\|cannot write' "$scratch/err" || complain "line ${BASH_LINENO[0]}: no message"
	[ "$(grep -c 'writ' "$scratch/err")" = 1 ] || complain "line ${BASH_LINENO[0]}: more than one message"
}
into_full run --boot flat "$scratch/hello"
into_full run --boot flat --serial none --trace - "$scratch/hello"
into_full run --boot flat --serial none --stats - "$scratch/hello"
into_full run --boot flat --serial none --screen-text - "$scratch/pass"
into_full run --help
into_full --help
into_full --version
into_full devices
into_full devices uart16550
into_full explain uart16550.THR.overrun

flat --debugcon /dev/full hello && wants 0 # nothing was written there
image debug '\xb0D\xe6\xe9\xb0\x10\xe6\xf4\xf4' # mov al, 'D'; out 0xe9, al
flat debug && says ''
flat --debugcon stdio debug && says D
flat --debugcon /dev/full debug && wants 2 'the debug console could not be written'
flat --debugcon "$scratch/console" debug && says ''
[ "$(cat "$scratch/console")" = D ] || complain "--debugcon FILE has other text"

# Where the guest's text and messages meet, a message starts on a line of its own, behind what the guest had said.
# together OPTION... NAME: run one of the images; both go to $scratch/both.
together() {
	timeout 60 "$bimetal" run --boot flat "${@:1:$#-1}" "$scratch/${*: -1}" </dev/null >"$scratch/both" 2>&1 || :
}
# begins LINE...: with these lines, of which the last is a regular expression for messages.
begins() {
	local n=$# last=${*: -1}
	[ "$(head -n $((n - 1)) "$scratch/both")" = "$(printf '%s\n' "${@:1:n-1}")" ] &&
		sed -n "${n}p" "$scratch/both" | grep -Eq "^bimetal: $last" && return
	cp "$scratch/both" "$scratch/err"
	complain "line ${BASH_LINENO[0]}: message and text of the guest run into each other"
}
together hello && begins H 'the guest exited'
together --debugcon stdio debug && begins D 'the guest exited'
e9 lines A '\n' B '\r' '\n'
together --debugcon stdio lines && begins A "$(printf 'B\r')" 'the guest exited'
together debug && begins 'the guest exited' # the console is not on standard output
together --quiet hello && [ "$(od -An -c "$scratch/both" | tr -d ' ')" = H ] ||
	complain "--quiet: a newline that nobody needs"
# mov al, 'D'; out 0xe9, al; in al, 0xf0 (write-only); then pass
image order '\xb0D\xe6\xe9\xe4\xf0\xb0\x10\xe6\xf4\xf4'
together --debugcon stdio order && begins D 'warning: '
# Apart, each gets its own alone.
flat --debugcon stdio order && says D && wants 0
[ "$(od -An -c "$scratch/out" | tr -d ' ')" = D ] || complain "a pipe got more than the guest's byte"
[ "$(head -c 8 "$scratch/err")" = 'bimetal:' ] || complain "a message begins with a newline that nobody needs"
flat --stats - hello && sed -n 2p "$scratch/out" | grep -q '^{$' || complain "statistics begin in the guest's line"

# key FILE NAME: the value of a top-level key in statistics.
key() { sed -n 's/^  "'"$2"'": "\{0,1\}\([^",]*\).*/\1/p' "$1"; }

flat --stats "$scratch/stats" hello && wants 0
stats=$scratch/stats
[ "$(key "$stats" stopped_by)" = debug-exit ] || complain "stopped_by: $(key "$stats" stopped_by)"
[ "$(key "$stats" guest_exit)" = 16 ] || complain "guest_exit: $(key "$stats" guest_exit)"
[ "$(key "$stats" exit_code)" = 0 ] || complain "exit_code: $(key "$stats" exit_code)"
[ "$(key "$stats" interactive)" = false ] || complain "interactive without a terminal"
[ "$(key "$stats" instructions)" = 6 ] || complain "instructions: $(key "$stats" instructions)"
digest=$(key "$stats" digest)
echo "$digest" | grep -Eq '^[0-9a-f]{32}$' || complain "digest: '$digest'"

same_digest() {
	flat --stats "$stats" "$@" hello
	[ "$(key "$stats" digest)" = "$digest" ] || complain "another digest with $*"
}
same_digest
same_digest --trace "$scratch/trace"
same_digest --step
same_digest --lint off --serial none --quiet
same_digest --expect H
same_digest --screenshot "$scratch/screen.png"
flat --stats "$stats" --ram-fill random:1 hello
[ "$(key "$stats" digest)" != "$digest" ] || complain "the fill seed is not in the digest"
flat --stats "$stats" --wall-limit 1h hello
[ "$(key "$stats" digest)" = null ] || complain "a digest in spite of --wall-limit"

# A signal ends a run cleanly: statistics are written, and the parent sees the signal. It is sent after the
# guest's first output (mov dx,0x3f8; mov al,'x'; out dx,al; nop; jmp . - 1), however busy the host is.
printf '\x66\xba\xf8\x03\xb0x\xee\x90\xeb\xfd' >"$scratch/speak_and_spin"
rm -f "$stats" "$scratch/out"
"$bimetal" run --boot flat --stats "$stats" --max-time 24h "$scratch/speak_and_spin" \
	</dev/null >"$scratch/out" 2>"$scratch/err" &
run=$!
for _ in $(seq 600); do
	[ ! -s "$scratch/out" ] || break
	sleep 0.1
done
status=0
kill -INT "$run"
wait "$run" || status=$?
[ "$status" = 130 ] || complain "after SIGINT: exit code $status"
[ "$(key "$stats" stopped_by)" = user ] || complain "SIGINT: $(key "$stats" stopped_by)"
finish
