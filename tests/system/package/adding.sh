#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# adding.sh SOURCE INSTALLED GENERATOR CC: the project in docs/adding-a-device.md (models, a board, a driver
# and its tests) is built and tested against an installation; faults that the page speaks of are told as it says.
set -euo pipefail
source=$1 installed=$2 generator=$3 cc=$4
# shellcheck source=tests/system/package/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
bimetal=$installed/bin/bimetal
mkdir project
extract "$source/docs/adding-a-device.md" project
sed -i '/^project(/a add_compile_options(-Wall -Wextra)' project/CMakeLists.txt

title "the page"
type=''
tests -j2 || fail "the page's tests fail:" "$said"
# Five twin tests with three sides each, runs of four native programs, and two boot tests.
grep -q 'tests passed, 0 tests failed out of 21$' <<<"$said" || fail "not 21 tests:" "$said"
! grep -qi 'warning' <<<"$said" || fail "a warning:" "$said"

title "natively with optimisation"
type=Release
tests -j2 || fail "the page's tests fail in a $type build:" "$said"

# says COMMAND... -- WORDS: the output has a line that matches.
says() {
	local command=() words
	while [ "$1" != -- ]; do
		command+=("$1")
		shift
	done
	words=$2
	said=$("${command[@]}" 2>&1) || true
	grep -qE -- "$words" <<<"$said" || fail "${command[*]} does not say: $words" "$said"
}

title "the device is like bimetal's own"
cd built
says "$bimetal" devices ./das08.so -- '^0x02 +CONTROL +8  w'
says "$bimetal" devices ./das08.so -- 'stimuli: ch0'
says "$bimetal" explain --device ./das08.so das08.AD_LOW.converting -- 'While EOC is 1 the data should not be read\.'
says "$bimetal" run --device ./das08.so,port=0x300,irq=5 --trace - kernel -- 'das08\.CONTROL\[8\] <- 0x0'
says "$bimetal" run --machine ./small.so --trace - kernel -- 'adc\.CONTROL\[8\] <- 0x0'
says "$bimetal" coverage --device ./das08.so . -- '^das08: 65 %: 3 of 3 registers read, 2 of 2 written, 22 of 36 bits'
says "$bimetal" run --device ./das08.so kernel -- 'das08\.so: where is it\? Say port=N, such as \./das08\.so,port=0x300'
says "$bimetal" run --device ./das08.so,port=0x300 kernel -- 'which interrupt line has it\?'
says "$bimetal" run --device ./small.so kernel -- 'it is a board and has no device: use it as --machine'
says "$bimetal" run --machine ./das08.so kernel -- 'it is a device and no board: use it as --device'
says "$bimetal" run --machine none --device ./das08_pci.so kernel -- "the machine 'none' has no PCI"
cd ..

title "bimetal's own parallel port and its driver"
lpt=$source/tests/devices/lpt
cat >>project/CMakeLists.txt <<TEXT
bimetal_add_twin_test(twin_lpt SOURCES $lpt/twin_lpt.c DRIVERS lpt pic_8259 MODEL lpt AT port=0x378 IRQ 7
  STIMULI $lpt/twin_lpt.stimuli)
TEXT
tests -j2 -R '^twin\.lpt\.' || fail "lpt's twin tests fail:" "$said"
wanted=$((1 + 3 * $(grep -c '^TWIN' "$lpt/twin_lpt.c")))
grep -q "tests passed, 0 tests failed out of $wanted\$" <<<"$said" || fail "not $wanted tests of lpt:" "$said"

cat >project/printer.c <<'TEXT'
#include "bimetal/lpt.h"

__asm__(".balign 4; .long 0x1badb002, 0, -0x1badb002; .globl start; start: movl $stack + 4096, %esp; call print");
char stack[4096];
void print(void);
void print(void)
{
	static const uint8_t text[] = "hello\n";
	struct lpt lpt;
	enum lpt_status status = lpt_init(&lpt, io_port(0x378), wait_of_tsc(1000000000));

	if (!status) status = lpt_send(&lpt, text, sizeof(text) - 1, LPT_PATIENCE_NS, NULL);
	if (!status) status = lpt_flush(&lpt, LPT_PATIENCE_NS);
	io_write8(io_port(0xf4), 0, (uint8_t)(0x10 + status));
	for (;;) __asm__ volatile("hlt");
}
TEXT
cat >>project/CMakeLists.txt <<'TEXT'
bimetal_driver_sources(lpt_sources lpt)
add_custom_command(OUTPUT printer DEPENDS printer.c
  COMMAND gcc -O2 ${BIMETAL_METAL_FLAGS_32} ${BIMETAL_METAL_INCLUDES} ${BIMETAL_METAL_LINK} -Wl,-n -Wl,-Ttext=0x100000
    -Wl,-e,start ${CMAKE_CURRENT_SOURCE_DIR}/printer.c ${lpt_sources} -o printer)
add_custom_target(printer-image ALL DEPENDS printer)
TEXT
tests -N || fail "the printing kernel is not built:" "$said"
says "$bimetal" run --device lpt,port=0x378,irq=7,file=printed built/printer -- 'the guest exited with 0x10'
[ "$(cat printed)" = hello ] || fail "printed: $(cat printed)"

title "licences: a native test holds no emulator, a module only what its model has"
! nm built/test_das08 | grep -q ' uc_' || fail "a native test holds Unicorn"
strangers=$(nm -D --undefined-only built/*.so | awk '$1 == "U" { print $2 }' | grep -vE '^(bimetal_model_|mem(cpy|set|move)|__)' || true)
[ -z "$strangers" ] || fail "a module calls:" "$strangers"

# From here on the first test alone is built; the kernels are there.
sed -i '/MODEL das08 AT port=0x300 IRQ 5)/q' project/CMakeLists.txt
type=''
first=das08.a_channel_at_its_lower_end_gives_0
title "faults of the driver"
seeded das08.c 's/io_read(d->io, STATUS) & EOC/0/' 'io_read(d->io, AD_LOW)' $first \
	'lint das08\.AD_LOW\.converting \[das08\]: read, see PC104-DAS08 User Manual p\. 14' \
	'lint das08\.AD_LOW\.converting \[das08\]: read, see PC104-DAS08 User Manual p\. 14'
seeded das08.c 's/wait_relax(&d->wait);/io_write(d->io, START_12, 1);/' 'START_12, 1' $first \
	'lint das08\.START_12\.overrun' 'lint das08\.START_12\.overrun'

title "faults of the model"
seeded das08_model.c 's/"STATUS", 2, 8, REG_DIR_R, 0, 0/&x80/' '' $first 'got 0x80, want 0x0' \
	'test_das08\.c:8: io_read8.*got 0x80, want 0x0'
refused="its model cannot be used: das08: register 'AD_LOW': reset value sets reserved bits"
seeded das08_model.c 's/"AD_LOW", 0, 8, REG_DIR_R, 0, 0/&x01/' '' $first "--device das08,.*$refused" "das08\.so: $refused"
no_end='its model cannot be used: das08: a list of lints has no end: close it with \{ 0 \}'
seeded das08_model.c '/^\t{ 0 },$/d' '' $first "$no_end" "$no_end"
outside='has a state that is not inside the model.s struct'
seeded das08_model.c 's/\.size = sizeof(struct das08_model)/.size = sizeof(struct device) + 96/' '' $first "$outside" "$outside"
seeded das08_model.c 's/d->s.sample = d->s.input.*/*(volatile int *)0 = 1;/' '*(volatile int *)0' $first \
	'SIGSEGV: write to address 0x0' 'das08\.so crashed \(SEGV\) at das08_model\.c:[0-9]+.*: a fault of this module, not of the guest'
storm="the timer 'das08'( of .*das08\.so)? is armed again and again for a time that is not later: a fault of its model"
seeded das08_model.c 's/(void)due_ns;/clock_arm(d->clock, d->timer, due_ns);/' '' $first "$storm" "$storm"
unadded='a model( of .*das08\.so)? called clock_arm\(\) with the id of no timer, at das08_model\.c:[0-9]+'
seeded das08_model.c 's/d->timer = clock_add_timer/(void)clock_add_timer/' '' $first "$unadded" "$unadded"
cp project/das08_model.c kept
sed -i 's/(void)due_ns;/clock_arm(d->clock, d->timer, due_ns);/' project/das08_model.c
cmake --build built >log 2>&1 || fail "$(cat log)"
status=0
"$bimetal" run --device built/das08.so,port=0x300,irq=5 built/kernel >log 2>&1 || status=$?
[ "$status" = 9 ] || fail "a module's timer had no end, and bimetal ended with $status, not 9:" "$(cat log)"
grep -q "the timer 'das08' of .*das08\.so is armed again and again" log || fail "$(cat log)"

mv kept project/das08_model.c
sed -i 's/d->s.sample = d->s.input.*/*(volatile int *)0 = 1;/' project/das08_model.c
cmake --build built >log 2>&1 || fail "$(cat log)"
status=0
"$bimetal" run --device built/das08.so,port=0x300,irq=5 built/kernel >log 2>&1 || status=$?
[ "$status" = 9 ] || fail "a module crashed, and bimetal ended with $status, not 9:" "$(cat log)"

[ "$faults" = 0 ]
