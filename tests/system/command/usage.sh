#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Wrong command lines: exit code 2 and a message that names the mistake.
# usage: usage.sh BIMETAL
set -euo pipefail
bimetal=$1
. "$(dirname "$0")/lib.sh"

command() {
	status=0
	"$bimetal" "$@" </dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
}

command && wants 2 'Usage: bimetal'
command nonsense && wants 2 "unknown command 'nonsense'; to boot an image: bimetal run IMAGE"
command expalin x && wants 2 "unknown command 'expalin'; did you mean explain\?"
command "$scratch/pass" && wants 2 "to boot this image: bimetal run $scratch/pass"
command --help && wants 0
grep -q 'run IMAGE' "$scratch/out" || complain "--help does not name run"
command --version && wants 0
grep -Eq '^bimetal [0-9.]+ \(Unicorn 2\.' "$scratch/out" || complain "--version lacks versions"
command run --help && wants 0
grep -q 'Exit status' "$scratch/out" || complain "run --help lacks the exit codes"
command run -h && wants 0
command help run && wants 0
grep -q 'Exit status' "$scratch/out" || complain "help run is not run --help"
command help nonsense && wants 2 "unknown command 'nonsense'"
command help help && wants 0
for of in run explain devices twin coverage; do
	command $of --help && wants 0
	! grep -q ' $' "$scratch/out" || complain "$of --help: a line of blanks, as argp makes of a text that fills one to its end"
done
command run -kernel k && wants 2 "^bimetal run: '-kernel': names of options begin with two dashes: --kernel"

command run && wants 2 'nothing to boot: give an IMAGE'
# An option without its value takes the next word.
for option in trace stats screenshot expect append; do
	run --$option "$scratch/pass" && wants 2 "nothing to boot: give an IMAGE.*pass' is the value of --$option, "
done
for option in verify max-time memory lint success; do
	run --$option "$scratch/pass" && wants 2 "pass': expected.*a file of this name: is the value of --$option missing"
done
flat --trace --quiet pass && wants 2 "^bimetal run: --trace '--quiet': is the value of --trace missing"
flat --stats -q pass && wants 2 "--stats '-q': is the value of --stats missing.*\./-q"
flat --expect --- pass && wants 1 "no line matched --expect '---'"
cmp -s "$scratch/pass" <(printf '\xb0\x10\xe6\xf4\xf4') || complain "an image was written to"
flat --screenshot - pass && wants 2 'a picture does not go to standard output'
flat --screenshot a.JPG pass && wants 2 'as PNG alone'

flat --no-such-option pass && wants 2 'unrecognized option'
run --boot flat "$scratch/pass" "$scratch/halt" && wants 2 'more than one IMAGE'
flat --boot floppy pass && wants 2 "--boot 'floppy'"
flat --machine z80 pass && wants 2 "z80.*isapc"
flat --device tokenring pass && wants 2 "tokenring.*unknown device.*knows: .*pci-test"
flat --machine isapc --device pci-test pass && wants 2 "isapc.*has no PCI"
flat --cpu +warp pass && wants 2 'warp'
flat --cpu via pass && wants 2 'amd or intel'
flat --unknown-msr no pass && wants 2 'expected gp or zero'
flat --mode 8 pass && wants 2 "--mode '8'"
flat --load-addr here pass && wants 2 "--load-addr 'here'"
flat --ram-fill c pass && wants 2 "--ram-fill 'c'"
flat --max-time never pass && wants 2 "--max-time 'never'"
flat --success maybe pass && wants 2 "--success 'maybe'"
flat --on-reset explode pass && wants 2 "--on-reset 'explode'"
flat --lint fatal pass && wants 2 "--lint 'fatal'"
flat --rtc yesterday pass && wants 2 "--rtc 'yesterday'"
flat --expect 'a(b' pass && wants 2 "--expect 'a\(b'"
flat --verify 0 pass && wants 2 "--verify '0': expected a number of runs, 1 to 99"
flat --verify 100 pass && wants 2 "--verify '100'"
flat --verify plain,quick pass && wants 2 "--verify 'plain,quick'.*plain, traced and stepped"
flat --verify 2 --wall-limit 1s pass && wants 2 '--verify does not go with --wall-limit.*use --max-time'
flat -m 0 pass && wants 2 'out of range'
flat -m 512K pass && wants 2 'out of range'
flat -m 1T pass && wants 2 'out of range'
flat -m lots pass && wants 2 "memory size 'lots'"
flat -m 1.5G pass && wants 2 'a whole number with K, M, G or T'
flat -m 64MiB pass && wants 0
flat -m 99999999999999999999G pass && wants 2 'memory size'

flat --script /no/such/script pass && wants 2 '/no/such/script'
printf 'wait serial /x/\nfly\n' >"$scratch/script"
flat --script "$scratch/script" pass && wants 2 'script:2: expected wait'
printf 'press ret\n' >"$scratch/script"
flat --script "$scratch/script" pass && wants 2 "script:1: unknown key 'ret': expected a character or a name such as enter"
# Files that cannot be written: nothing runs, even if they are written only at the end.
for option in serial debugcon trace stats screenshot screen-text; do
	flat --$option /no/such/dir/file hello && wants 2 '/no/such/dir/file: .*No such file or directory' && says ''
	flat --$option "$scratch" hello && wants 2 "$scratch: .*Is a directory" && says ''
	flat --$option "$scratch/pass/file" hello && wants 2 'pass/file: .*Not a directory' && says ''
	rm -f "$scratch/new"
	flat --$option "$scratch/new" pass && wants 0
	flat --$option "$scratch/new" pass && wants 0
done
# An output must not destroy what the run reads, another output, or what is probably the IMAGE.
cp "$scratch/hello" "$scratch/kept"
for option in serial debugcon trace stats screenshot screen-text; do
	flat --$option "$scratch/kept" kept && wants 2 "--$option .*kept would overwrite a file that this run reads" && says ''
done
cmp -s "$scratch/hello" "$scratch/kept" || complain "the image was overwritten"
rm "$scratch/kept"
printf '\x7fELF...' >"$scratch/kernel"
flat --trace "$scratch/kernel" hello && wants 2 'would overwrite an ELF file: is the value of --trace missing'
[ "$(head -c 4 "$scratch/kernel" | tail -c 3)" = ELF ] || complain "an ELF file was overwritten"
flat --serial "$scratch/log" --debugcon "$scratch/log" hello && wants 2 '--serial and --debugcon would write to the same file'
: >"$scratch/log"
flat --trace "$scratch/log" --stats "$scratch/./log" hello && wants 2 '--trace and --stats would write to the same file'
flat --trace /dev/null --stats /dev/null --serial /dev/null hello && wants 0
chmod 555 "$scratch"
if ! touch "$scratch/new2" 2>/dev/null; then # not as root
	chmod 755 "$scratch"
	touch "$scratch/kept"
	chmod 444 "$scratch/kept"
	flat --stats "$scratch/kept" hello && wants 2 'kept: .*Permission denied' && says ''
fi
chmod 755 "$scratch"
# A check alone creates nothing.
flat --screenshot "$scratch/unborn" --stats /no/such/dir/file hello && wants 2
[ ! -e "$scratch/unborn" ] || complain "a file was created, though nothing ran"
finish
