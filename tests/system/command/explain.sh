#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# bimetal explain, bimetal devices, and the messages of bimetal run about them.
# usage: explain.sh BIMETAL
set -euo pipefail
bimetal=$1
. "$(dirname "$0")/lib.sh"

command() {
	status=0
	"$bimetal" "$@" </dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
}

# prints REGEX: a line of standard output matches.
prints() {
	grep -Eq -- "$1" "$scratch/out" || complain "line ${BASH_LINENO[0]}: nothing matches '$1'"
}

# --- explain

command explain uart16550.IER.reserved && wants 0
prints '^uart16550.IER.reserved$'
prints 'bits 7:4'
prints 'PC16550D 8.7 \(read\)'
command explain vga.VSE.sleep && wants 0
prints 'unread'
command explain vga.MISC.clock && wants 0
prints 'not modelled'

command explain --list && wants 0
prints '^bus.unclaimed-read$'
[ "$(LC_ALL=C sort -u "$scratch/out" | wc -l)" = "$(wc -l <"$scratch/out")" ] || complain "an id twice"
LC_ALL=C sort -c "$scratch/out" || complain "ids are not sorted"
! grep -Eqv '^[a-z0-9_]+(\.[A-Z0-9_]+)?\.[a-z0-9_-]+$' "$scratch/out" || complain "an odd id"
cp "$scratch/out" "$scratch/ids"

command explain 'pci_host.*' && wants 0
[ "$(grep -c '^pci_host\.' "$scratch/out")" = "$(grep -c '^pci_host\.' "$scratch/ids")" ] ||
	complain "a pattern does not explain all that it stands for"
command explain --json uart16550.THR.overrun && wants 0
prints '"id": "uart16550.THR.overrun"'
command explain --list --json && wants 0
[ "$(grep -c '"id": ' "$scratch/out")" = "$(wc -l <"$scratch/ids")" ] || complain "JSON lacks ids"

command explain && wants 2 'no ID given'
command explain a.b.c d.e.f && wants 2 'more than one ID'
command explain --list a.b.c && wants 2 'either an ID or --list, not both'
command explain --nonsense && wants 2 'unrecognized option'
command explain uart16550.IER.resreved && wants 2 "unknown lint 'uart16550.IER.resreved'; did you mean uart16550.IER.reserved\?"
[ ! -s "$scratch/out" ] || complain "an unknown id prints something"
command explain 'nobody*' && wants 2 "unknown lint 'nobody\*'"
command explain '' && wants 2 "--list"
command explain "$(printf 'x%.0s' {1..5000})" && wants 2 'unknown lint'
command explain --help && wants 0

# --- devices

command devices && wants 0
prints '^uart16550 +16550A UART \(isapc pc none\)$'
prints 'ports 0x3f8-0x3ff'
prints 'PC16550D'
! grep -Eq '.{81}' "$scratch/out" || complain "a line is longer than 80 columns"
command devices --list && wants 0
for name in $(cat "$scratch/out"); do
	command devices "$name" && wants 0
	prints "^$name\$"
	! grep -Eq '.{81}' "$scratch/out" || complain "$name: a line is longer than 80 columns"
	command devices --json "$name" && wants 0
	prints "\"name\": \"$name\""
done
command devices --json && wants 0
command devices uart16550 && wants 0
prints '^0x01 +IER +8 +rw +0x00 +8$'
prints '^ +3 +EDSSI +rw$'
command devices nobody && wants 2 "unknown device 'nobody'; 'bimetal devices' lists them"
command devices uart_1655 && wants 2 "unknown device 'uart_1655'; did you mean uart16550\? 'bimetal devices' lists them"
command devices com1 && wants 0
prints '^uart16550$'
prints '^  aliases  *com1, com2, com3, com4, uart_16550$'
command devices bus && wants 2 "unknown device 'bus'"
command devices --json --list && wants 2 'one of'
command devices a b && wants 2 'more than one NAME'

# --- run

image reserved '\xba\xf9\x03\x00\x00\xb0\xff\xee\xb0\x10\xe6\xf4\xf4' # out IER of COM1, 0xff; pass
flat reserved && wants 0 'warning: uart16550.IER.reserved'
wants 0 '^bimetal: .bimetal explain ID. says what a lint means and what to do$'
flat pass && wants 0
! grep -q 'bimetal explain' "$scratch/err" || complain "a hint without a lint"

flat --lint error --allow uart16550.IER.reserved reserved && wants 0
! grep -q 'unknown lint\|explain' "$scratch/err" || complain "an allowed lint is reported"
flat --lint error --allow 'uart16550.*' reserved && wants 0
flat --lint error --allow 'uart16550.IER.*' reserved && wants 0
flat --lint error --allow-lint uart16550.IER.reserved reserved && wants 0
flat --lint error --allow 'vga.*' reserved && wants 3
# --- pages: each heading of a lint is an id, and so are those below it

"$bimetal" explain --list | sort >"$scratch/ids"
for name in $("$bimetal" devices --list); do
	command devices --markdown "$name" && wants 0
	unknown=$({
		sed -n 's/^### //p' "$scratch/out"
		grep '^Also `' "$scratch/out" | grep -o '`[^`]*`' | tr -d '`'
	} | sort | comm -23 - "$scratch/ids") || true
	[ -z "$unknown" ] || complain "the page of $name has these ids: $unknown"
done
command devices --markdown lapic
prints '^Also .*`lapic\.LVT_ERROR\.vector`'

flat --allow uart16550.IER reserved && wants 2 "--allow uart16550.IER: unknown lint; did you mean 'uart16550.IER.\*'\?"
flat --allow uart16550.IER.resreved pass && wants 2 'did you mean uart16550.IER.reserved\?'
flat --allow 'vga.*' --allow 'nobody.*' pass && wants 2 "^bimetal: --allow nobody.\*: unknown lint; 'bimetal explain --list'"
flat --allow '*' --lint error reserved && wants 0
finish
