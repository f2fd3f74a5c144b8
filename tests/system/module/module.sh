#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Modules of users: what they can do, that a crash in one is told as its own, and that others are refused.
# usage: module.sh BIMETAL FOLDER SOURCES TWIN     the folders of the modules and of their sources, a twin kernel
set -euo pipefail
bimetal=$(realpath "$1") sources=$3 twin=$4
. "$(dirname "$0")/../command/lib.sh"
cp "$2"/*.so "$scratch" # so that "./NAME.so" is in the current folder
cd "$scratch"

command() {
	status=0
	timeout -k 5 60 "$bimetal" "$@" </dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
}

# prints REGEX: a line of standard output matches.
prints() {
	grep -Eq -- "$1" "$scratch/out" || complain "line ${BASH_LINENO[0]}: nothing matches '$1'"
}

# line WORDS: the number of the line in crash.c with this comment.
line() {
	grep -n "/\* line: $1 \*/" "$sources/crash.c" | cut -d: -f1
}

# writes NAME BYTE...: an image that writes these to port 0x300, and passes.
writes() {
	local code='\xba\x00\x03\x00\x00' byte
	for byte in "${@:2}"; do code+="\\xb0\\x$byte\\xee"; done
	image "$1" "$code"'\xb0\x10\xe6\xf4\xf4'
}

# --- a good one

writes ab 41 42
image reads '\xba\x00\x03\x00\x00\xec\xb0\x10\xe6\xf4\xf4' # in al, 0x300; pass
flat --device ./latch.so,port=0x300 ab && wants 0
flat --device latch.so,port=0x300 ab && wants 0 # without the folder
flat --device "$scratch/latch.so,port=0x300" ab && wants 0
for machine in pc isapc none ./bare.so; do
	flat -M "$machine" --device ./latch.so,port=0x300,file=sent ab && wants 0
	[ "$(cat sent)" = AB ] || complain "$machine: the device sent '$(cat sent)'"
done
flat --device ./latch.so,port=0x300,file=- ab && says AB
flat --device ./latch.so,port=0x300,file=a,b ab && wants 0
[ "$(cat a,b)" = AB ] || complain "a file's name may have a comma"
flat --device ./latch.so,port=0x300,file=one --device ./latch.so,port=0x301,file=two ab && wants 0
[ "$(cat one)$(cat two)" = AB ] || complain "the first device alone was written to"
flat --device ./latch.so,port=0x300 --verify 3 ab && wants 0 '3 more runs .*, all equal to the first'
flat -M ./bare.so --device ./latch.so,port=0x300 --verify 3 --trace t ab && wants 0 'all equal to the first'
grep -q 'latch HELD' t || grep -q latch t || complain "the trace does not name the device"
flat --device ./latch.so,port=0x300,name=mine --trace t ab && wants 0
grep -q mine t || complain "the trace does not use the device's name"
writes zero 00
flat --device ./latch.so,port=0x300 zero && wants 0 'warning: latch.HELD.zero( \[.*\])?: 0 was written'
flat --device ./latch.so,port=0x300 --lint error zero && wants 3
flat --device ./latch.so,port=0x300 --lint error --allow latch.HELD.zero zero && wants 0
flat --allow latch.HELD.zero zero && wants 2 'unknown lint' # without the module
cp latch.so again.so
flat --device ./latch.so,port=0x300 --device ./again.so,port=0x301 ab && wants 0
flat --device ./latch.so,port=0x300 --device "$scratch/../${scratch##*/}/latch.so,port=0x301" ab && wants 0

# --- lpt prints: its clock starts after nINIT rises; each byte with STROBE for 2 us and the wait for BUSY

image lpt '\xb9\x00\x00\x02\x00\xe2\xfe\xba\x7a\x03\x00\x00\xb0\x0c\xee\xb9\x00\x00\x20\x00\xe2\xfe\xba\x78\x03\x00\x00\xb0\x48\xee\xb9\x00\x10\x00\x00\xe2\xfe\xba\x7a\x03\x00\x00\xb0\x0d\xee\xb9\x00\x10\x00\x00\xe2\xfe\xb0\x0c\xee\xb9\x00\x00\x10\x00\xe2\xfe\xb0\x10\xe6\xf4\xf4'
flat --device lpt,port=0x378,irq=7,file=printed --lint error lpt && wants 0
[ "$(cat printed)" = H ] || complain "the printer got '$(cat printed)'"
! grep -q 'never accessed' "$scratch/err" || complain "the printer was accessed"
flat --device lpt,port=378,irq=7 pass && wants 0 "^bimetal: note: the guest never accessed 'lpt', which is at 0x17a$" # no 0x
flat --device lpt,port=378,irq=7 --quiet pass && wants 0
[ ! -s "$scratch/err" ] || complain "--quiet is not"

# --- devices, explain

command devices ./latch.so && wants 0
prints '^latch$'
prints 'at +--device FILE.so,port=N,name=WORD,file=PATH adds it.'
command devices ./latch.so,port=0x300 && wants 0
command devices --device ./latch.so latch && wants 0
command devices --device ./latch.so --list && wants 0
prints '^latch$'
command devices --device ./latch.so --json && wants 0
prints '"name": "latch"'
command devices latch && wants 2 "unknown device 'latch'"
command devices ./bare.so && wants 0
prints '^isa_misc .*\(isapc pc none bare\)$'
prints '^ +ports 0xe9, 0xf4-0xf7$' # and no other machine's
! grep -q '^uart16550 ' "$scratch/out" || complain "devices that are not on the board are listed"
command devices ./many.so && wants 0
prints '0x50e$'
command explain --device ./latch.so latch.HELD.zero && wants 0
prints '^  clause +Only values other than 0 can be held\.$'
command explain --device ./latch.so --list && wants 0
prints '^latch.HELD.zero$'
command explain --device ./latch.so --device ./crash.so --json 'crash.*' && wants 0
command explain latch.HELD.zero && wants 2 "unknown lint"
for what in "devices ./nobody.so" "devices --device ./nobody.so" "explain --device ./nobody.so --list"; do
	# shellcheck disable=SC2086
	command $what && wants 2 './nobody.so: there is no such file to read'
done
command explain --device lpt --list && wants 2 "--device lpt: expected the file of a module, such as ./adc.so"
command devices --device '' && wants 2 'expected the file of a module'

# Texts come from a module's author.
command devices --json ./wrong_utf8.so && wants 2 'no JSON: .*, or a text of a module is not UTF-8'
command devices --device ./wrong_utf8.so --json && wants 2 'is not UTF-8'
many=()
for n in {1..65}; do
	ln -s latch.so "n$n.so"
	many+=(--device "./n$n.so")
done
command explain --list "${many[@]}" && wants 2 './n65.so: 64 modules are loaded already'
command explain --list "${many[@]:0:128}" && wants 0

# --- crashes: exit code 9, and the line

n=1
for how in write abort libc ours recursion division; do
	writes crash "0$n"
	flat --device ./crash.so,port=0x300 crash
	at=$(line "$how")
	[ $how != recursion ] || at='[0-9]+' # the compiler chooses which push is the last
	wants 9 "^bimetal: ./crash.so crashed \((SEGV|ABRT|FPE)\) at crash.c:$at(, .*)?: a fault of this module, not of the guest$" ||
		:
	n=$((n + 1))
done
# A sanitizer would report this one itself.
writes heap 07
if [ -z "${SANITIZED:-}" ]; then
	flat --device ./crash.so,port=0x300 heap && wants 9 'a fault of this module'
fi
writes crash 08
flat --device ./crash.so,port=0x300 crash
wants 9 "^bimetal: ./crash.so does not return: 3 s of processor time passed in it; now it is at crash.c:$(line loop)(, .*)?: an endless loop of this module$"
for loop in 09:lints 0a:arms; do # they call bimetal, where most of the time passes
	writes crash "${loop%:*}"
	at=$(line "${loop#*:}") # or the loop's head
	began=$SECONDS
	flat --wall-limit 1s --device ./crash.so,port=0x300 crash
	wants 9 "^bimetal: ./crash.so does not return: [0-9.]+ s of processor time passed in it, and the time of --wall-limit is over; now it is at crash.c:($at|$((at - 1)))(, .*)?: an endless loop of this module$"
	((SECONDS - began < 30)) || complain "told after $((SECONDS - began)) s"
done
writes crash 0d
flat --wall-limit 1ms --device ./crash.so,port=0x300 crash
wants 9 "now it is at latch.h:[0-9]+, called at crash.c:$(line header)(, .*)?: an endless loop of this module$"
status=0
timeout -k 30 1 "$bimetal" run --boot flat --device ./crash.so,port=0x300 crash </dev/null >out 2>err || status=$?
[ "$status" = 124 ] || complain "SIGTERM in a model that loops: exit code $status"
grep -Eq '^bimetal: ./crash.so does not return: [0-9.]+ s of processor time passed in it, and a signal is to end the run; now it is at latch.h:' err ||
	complain "SIGTERM in a model that loops: no message"
"$bimetal" run --boot flat --device ./crash.so,port=0x300 crash </dev/null >out 2>err &
sleep 0.3
kill -TERM $!
status=0
wait $! || status=$?
[ "$status" = 143 ] || complain "SIGTERM in a model that loops: exit code $status, not that of the signal"
writes crash 0b
flat --device ./crash.so,port=0x300 crash
wants 9 "^bimetal: ./crash.so called exit\(\) at crash.c:$(line exit)(, .*)?: a fault of this module, not of the guest$"
writes crash 0c
flat --device ./crash.so,port=0x300 crash
wants 9 "^ *a model of ./crash.so called clock_arm\(\) with the id of no timer, at crash.c:$(line unadded)(, .*)?: a fault of this model. clock_add_timer\(\), in its init\(\), gives the id; 0 is none$"
flat --device ./crash.so,port=0x300 reads && wants 9 "at crash.c:$(line read): a fault of this module"
flat --device ./crash_in_init.so,port=0x300 reads && wants 9 "at crash.c:$(line init): a fault of this module"
for when in constructor check; do
	flat --device ./crash_in_$when.so,port=0x300 reads
	wants 9 "./crash_in_$when.so crashed \(SEGV\) while it was loaded and its description read: a fault of this module"
done
command devices ./crash_in_check.so && wants 9 'a fault of this module'
command explain --device ./crash_in_constructor.so --list && wants 9 'a fault of this module'
# What the guest said before is not lost.
image said '\xb0A\xe6\xe9\xba\x00\x03\x00\x00\xb0\x01\xee'
flat --debugcon dbg --device ./crash.so,port=0x300 said && wants 9
[ "$(cat dbg)" = A ] || complain "what the guest said before the crash is lost"
flat --device ./crash.so,port=0x300 --verify 2 crash && wants 9
command twin run --machine ./bare.so --device ./crash_in_init.so,port=0x300 "$twin" latch.holds_what_is_written
wants 9 "at crash.c:$(line init): a fault of this module"
command twin run --machine ./bare.so --device ./latch.so,port=0x300 "$twin" latch.holds_what_is_written && wants 0
# A crash that is none of theirs is not theirs.
image dies '\x0f\x0b'
flat --device ./latch.so,port=0x300 dies && wants 5

# --- refused

refused() { # NAME REGEX
	flat --device "./$1.so,port=0x300" pass && wants 2 "^bimetal: --device ./$1.so(,port=0x300)?: $2"
	command devices "./$1.so" && wants 2 "^bimetal: ./$1.so"
}
refused wrong_abi 'it was built for version [0-9]+ of the interface of modules, this bimetal has version [0-9]+; build it again$'
refused wrong_size 'it was built for another bimetal: there struct device has [0-9]+ bytes, here [0-9]+; build it again$'
refused wrong_strange 'it was built for another bimetal, which has a struct nobody; build it again$'
refused wrong_magic "its object 'bimetal_module' is not what bimetal_add_model\(\) writes$"
refused wrong_empty 'it has neither a model nor a board$'
refused wrong_nonsense "its model cannot be used: wrong: register 'HELD': width is not 8, 16, 32 or 64$"
# A sanitizer puts room behind each array, and would tell of a read there itself.
if [ -z "${SANITIZED:-}" ]; then
	refused wrong_fields "its model cannot be used: wrong: the fields of register 'HELD' have no end: close them with \{ 0 \}$"
	refused wrong_lints 'its model cannot be used: wrong: a list of lints has no end: close it with \{ 0 \}$'
	refused wrong_rows 'its model cannot be used: wrong: a table of 2 registers, but its array has fewer rows$'
	refused wrong_parts 'its model cannot be used: wrong: 2 parts, but their array has fewer$'
	for file in wrong_fields wrong_lints; do # without symbols it may be anything, but is never taken for good silently
		strip -o stripped.so $file.so
		command devices ./stripped.so || true
		[ "$status" = 0 ] || [ "$status" = 2 ] || [ "$status" = 9 ] || complain "$file without symbols: $status"
	done
fi
refused wrong_taken "its device 'uart16550' has the name of one of bimetal's own, .*: give it another name$"
refused no_module "it has no object 'bimetal_module': it is not made by bimetal_add_model\(\) or bimetal_add_board\(\)$"
printf '' >empty.so
refused empty '.*\(is it a module that bimetal_add_model\(\) or bimetal_add_board\(\) of this bimetal made\?\)$'
printf 'This is a text, and no shared object; it is longer than an ELF header has bytes.\n' >text.so
refused text '.*invalid ELF header \(is it a module'
head -c 5000 latch.so >truncated.so
refused truncated 'the file is shorter than its headers say$'
mkdir folder.so
refused folder '.*\(is it a module'
refused nobody 'there is no such file to read$'
cp latch.so secret.so && chmod 000 secret.so
[ -r secret.so ] || refused secret 'there is no such file to read$'
flat --device ./bare.so,port=1 pass && wants 2 'it is a board and has no device: use it as --machine$'
flat -M ./latch.so pass && wants 2 'it is a device and no board: use it as --device$'
flat -M ./unmade.so pass && wants 2 "machine 'many': no init\(\) made the device of part 16"
flat -M ./nobody.so pass && wants 2 '--machine ./nobody.so: there is no such file to read$'
flat --device ./latch.so pass && wants 2 '--device ./latch.so: where is it\? Say port=N, such as ..latch.so,port=0x300$'
flat --device ./latch.so,port=0x300,irq=5 pass && wants 2 "'irq' is nothing that it has; expected port=N,name=WORD,file=PATH"
flat --device ./latch.so,file=x,port=0x300 pass && wants 2 "file=PATH comes last, behind 'port=0x300'"
[ ! -e 'x,port=0x300' ] || complain "a file of an odd name was made"
flat --device ./latch.so,port=0x300,file= pass && wants 2 'no path'
flat --device ./latch.so,port=0x300,file=nowhere/x pass && wants 2 'nowhere/x: cannot open the file for writing'
flat --device ./latch.so,port=0x300,file=x --serial x pass && wants 2 'would write to the same file'
flat --device pci-test,file=x pass && wants 2 'pci-test: it sends nothing, so that file=x would stay empty'

# --- a board that lacks every end

flat -M ./bare.so pass && wants 0
flat -M ./bare.so --stats - pass && wants 0
flat -M ./bare.so --serial x pass && wants 2 "--serial: the machine 'bare' has no serial port"
flat -M ./bare.so --expect x pass && wants 2 "--expect: the machine 'bare' has no serial port"
flat -M ./bare.so --screenshot x.png pass && wants 2 'has no display'
flat -M ./bare.so --screen-text x pass && wants 2 'has no display'
printf 'send "x"\n' >script
flat -M ./bare.so --script script pass && wants 2 "script: the machine 'bare' has no serial port"
printf 'wait serial /x/\n' >script
flat -M ./bare.so --script script pass && wants 2 'has no serial port'
printf 'press a\n' >script
flat -M ./bare.so --script script pass && wants 2 'has no keyboard'
printf 'wait debugcon /A/\nquit\n' >script
image debug '\xb0A\xe6\xe9\xeb\xfe'
flat -M ./bare.so --script script debug && wants 0
printf 'wait screen /A/ timeout 1ms\n' >script
flat -M ./bare.so --script script debug && wants 2 'script: the machine .bare. has no display'
image sleeps '\xfb\xf4'
flat -M ./bare.so sleeps && wants 6 'halted for good'
flat -M ./bare.so --max-time 1ms spin && wants 4
flat -M ./bare.so --max-time 250ms --on-reset reboot triple && wants 4
flat -M ./bare.so nowhere && wants 5
flat -M ./bare.so --device lpt,port=0x378,irq=7 pass && wants 2 "the machine 'bare' has no interrupt lines"
flat -M ./bare.so --device pci-test pass && wants 2 "the machine 'bare' has no PCI; use -M pc"
truncate -s 1M disk
run -M ./bare.so --disk disk && wants 2
run -M ./bare.so --cdrom disk && wants 2

# --- the help is true

command run --help && wants 0
prints '--device=NAME\|FILE.so'
prints '^  9  the code of a module .* failed$'
prints 'lpt,port=0x378,irq=7'
command twin --help && wants 0
prints '9 a crash in the code of a module|in the code of a module'
finish
