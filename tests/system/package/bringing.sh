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
grep -q 'tests passed, 0 tests failed out of 11$' <<<"$said" || fail "not 11 tests:" "$said"
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

title "the order must be chosen"
sed -i '/define BIMETAL_OUTB/d' project/shim/ports.h
! tests || fail "without an order it builds"
grep -qF 'define BIMETAL_OUTB_PORT_VALUE if you call outb(port, value)' <<<"$said" || fail "the order is not asked for:" "$said"
sed -i '1a #define BIMETAL_OUTB_VALUE_PORT' project/shim/ports.h
! tests || fail "with the other order the tests pass"
grep -qE 'warning: .*(changes value|changing value)' <<<"$said" || fail "the other order gives no warning:" "$said"

[ "$faults" = 0 ]
