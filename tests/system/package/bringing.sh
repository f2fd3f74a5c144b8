#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# bringing.sh SOURCE INSTALLED GENERATOR CC: the project in docs/bringing-a-driver.md is built and tested
# against an installation. Then faults that the page speaks of are put in, and must be told as it says.
set -euo pipefail
source=$1 installed=$2 generator=$3 cc=$4
# shellcheck source=tests/system/package/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p project/shim

extract "$source/docs/bringing-a-driver.md" project

title "the page"
type=''
tests -j2 || fail "the page's tests fail:" "$said"
# Three twin tests with three sides each, two of them under QEMU too.
grep -q 'tests passed, 0 tests failed out of 14$' <<<"$said" || fail "not 14 tests:" "$said"
! grep -q 'warning:' <<<"$said" || fail "a warning:" "$said"

title "natively without optimisation, and with it"
for type in Debug Release; do
	tests -LE qemu -j2 || fail "the page's tests fail in a $type build:" "$said"
done

title "faults are told with the driver's line"
type=Debug
not_io="was not made through io.h or bimetal/portio.h"
# shellcheck disable=SC2016
seeded hpet.c 's:mmio_write32(&hpet\[CONFIG\], \(.*\));:hpet[CONFIG] = \1;:' 'hpet[CONFIG] = ' hpet.it_counts \
	"write to address 0xfed00010\. .*mmio_read32\(\)" "write of 32 bits at address 0xfed00010: it $not_io"
seeded hpet.c 's:return mmio_read32(&hpet\[COUNTER\]);:return hpet[COUNTER];:' 'hpet[COUNTER];' hpet.it_counts \
	"read of address 0xfed000f0\." "read of 32 bits at address 0xfed000f0: it $not_io"
type=Release
seeded serial.c 's:outb(COM1 + 1, 0x00);:outb(COM1 + 1, 0xf0);:' 0xf0 serial.a_line_is_sent \
	"lint uart16550.IER.reserved" "lint uart16550.IER.reserved"
seeded serial.c 's:outb(COM1 + 4, 0x03);:__asm__ volatile("outb %%al, %%dx" \: \: "a"(3), "d"(COM1 + 4));:' __asm__ \
	serial.a_line_is_sent "an instruction for ports" "$not_io"

title "a kernel's header named io.h"
type=''
mv project/shim/ports.h project/shim/io.h
sed -i 's:"ports\.h":"io.h":' project/*.c
echo '#define base_of_the_kernel 1' >>project/shim/io.h
sed -i 's:DRIVERS serial.c INCLUDES shim):DRIVERS serial.c pic_8259 hpet.c INCLUDES shim):' project/CMakeLists.txt
tests -LE qemu -j2 || fail "with the name io.h the tests fail:" "$said"
! grep -q 'warning:' <<<"$said" || fail "a warning:" "$said"

title "a kernel's header beside another"
mkdir project/kernel
echo 'typedef unsigned long long uint64_t;' >project/kernel/types.h
printf '#include "types.h"\nuint64_t count_interrupts(void);\n' >project/kernel/isr.h
echo '#include <stdint.h>' >project/shim/types.h
sed -i '1i #include "isr.h"' project/serial.c
cp project/CMakeLists.txt before
sed -i 's:INCLUDES shim):INCLUDES shim kernel):' project/CMakeLists.txt
! tests -R serial || fail "two definitions of a type compile"
grep -qE "conflicting types for .uint64_t|typedef redefinition" <<<"$said" || fail "the types are not told:" "$said"
# shellcheck disable=SC2016
sed 's:INCLUDES shim):INCLUDES shim ${CMAKE_CURRENT_BINARY_DIR}/headers):' before >project/CMakeLists.txt
# shellcheck disable=SC2016
sed -i '/^enable_testing/a configure_file(kernel/isr.h ${CMAKE_CURRENT_BINARY_DIR}/headers/isr.h COPYONLY)' project/CMakeLists.txt
tests -LE qemu -R serial || fail "with a copy of the header the tests fail:" "$said"

title "inline assembly"
type=Release
# shellcheck disable=SC2016
for insn in cli 'inb $0x71, %%al'; do
	assembly="__asm__ volatile(\"$insn\" : : : \"rax\", \"memory\");"
	cp project/serial.c kept
	sed -i "s|outb(COM1 + 4, 0x03);|$assembly&|" project/serial.c
	! tests -R '^twin\.serial\..*\.native$' || fail "'$insn' passes natively"
	grep -qE 'serial\.c:[0-9]+, called from .*an instruction for ports, or one that only a kernel may execute' <<<"$said" ||
		fail "'$insn' is not told:" "$said"
	mv kept project/serial.c
done
assembly='__asm__ volatile("pause; mfence; rdtsc; pushf; popf" : : : "rax", "rdx", "memory", "cc");'
cp project/serial.c kept
sed -i "s|outb(COM1 + 4, 0x03);|$assembly cli(); if (!(readeflags() \& 0x200)) sti(); &|" project/serial.c
tests -R '^twin\.serial\..*\.(native|metal)$' || fail "what a program may do does not pass:" "$said"
mv kept project/serial.c
type=''

title "a write of a read-only register is told without notes on flags"
cp project/serial.c kept
cat >>project/serial.c <<'TEXT'
#include "bimetal/registers.h"
void writes(struct io io);
void writes(struct io io) { io_write(io, (struct io_ro8){ 5 }, 1); }
TEXT
! tests || fail "a read-only register can be written"
cmake --build built -- -k 0 >log 2>&1 || true # gcc too
grep -q "_Generic.*not compatible" log || fail "the write is not told:" "$(cat log)"
! grep -q 'command-line' log || fail "notes on flags:" "$(cat log)"
mv kept project/serial.c
mv project/shim/io.h project/shim/ports.h
sed -i 's:"io\.h":"ports.h":' project/*.c

title "the order must be chosen"
sed -i '/define BIMETAL_OUTB/d' project/shim/ports.h
! tests || fail "without an order it builds"
grep -qF 'define BIMETAL_OUTB_PORT_VALUE if you call outb(port, value)' <<<"$said" || fail "the order is not asked for:" "$said"
sed -i '1a #define BIMETAL_OUTB_VALUE_PORT' project/shim/ports.h
! tests || fail "with the other order the tests pass"
# A lint names the line too, where nothing answers at what was taken for a port.
tests -R '^twin\.keyboard\..*\.native$' && fail "with the other order the keyboard's test passes"
grep -q 'lint bus.unclaimed-write: 8-bit write of 0x20 to port 0x11, where nothing answers' <<<"$said" ||
	fail "the other order is not told:" "$said"
rm -rf built
! tests || fail "with the other order the tests pass"
grep -qE 'warning: .*(changes value|changing value)' <<<"$said" || fail "the other order gives no warning:" "$said"

[ "$faults" = 0 ]
