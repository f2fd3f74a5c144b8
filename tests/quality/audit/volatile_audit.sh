#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# volatile_audit.sh COMPILER AUDIT ROOT LISTS: checks that every driver object, of 32 and of 64 bits, at each
# level of optimisation, has exactly the accesses in its access records; and that seeded faults are found.
# LISTS/COMPILER-BITS-LEVEL names the objects.
set -euo pipefail
compiler=$1 audit=$2 root=$3 lists=$4
if ! command -v "$compiler" >/dev/null; then
	echo "SKIP: no $compiler here"
	exit 77
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
flags=(-std=c11 -ffreestanding -mgeneral-regs-only -fno-pie -fno-stack-protector
	-fno-asynchronous-unwind-tables -Wall -Wextra -Werror
	-I"$root/drivers/include" -I"$root/drivers/io/metal")

faults=0
for bits in 32 64; do
	for level in O0 O1 O2 O3 Os; do
		mapfile -t objects <"$lists/$compiler-$bits-$level"
		[ ${#objects[@]} -gt 0 ] || { echo "no objects: $compiler-$bits-$level"; faults=$((faults + 1)); }
		echo "-m$bits -$level: $("$audit" "${objects[@]}")" || faults=$((faults + 1))
		# Each driver that includes io.h must have accesses; the others only read memory.
		span=$(printf '%s\n' "${objects[@]}" | grep /span-span-)
		"$audit" "$span" | grep -qE '^[1-9][0-9]* accesses' || faults=$((faults + 1))
	done
done

# seed NAME WANTED CODE: checks that a driver with this body is refused, with this message.
seed() {
	printf '#include "io.h"\nvoid driver(struct io io);\nvoid driver(struct io io)\n{\n%s\n}\n' \
		"$3" >"$out/seed.c"
	"$compiler" -m64 -O2 "${flags[@]}" -c "$out/seed.c" -o "$out/seed.o"
	if "$audit" "$out/seed.o" >"$out/said"; then
		echo "seeded fault not found: $1"
		faults=$((faults + 1))
	elif ! grep -q "$2" "$out/said"; then
		echo "seeded fault $1 found for another reason: $(cat "$out/said")"
		faults=$((faults + 1))
	fi
}
seed "a port instruction of its own" "not through io.h" \
	'(void)io; __asm__ volatile("outb %%al, $0x80" : : "a"(0));'
seed "a record of another width" "another width" \
	'__asm__ volatile(IO_RECORDED("movb $1, %0", "16", "1", "1") : "=m"(*(volatile uint8_t *)io.base));'
seed "a record of another direction" "another direction" \
	'uint8_t v; __asm__ volatile(IO_RECORDED("movb %1, %0", "8", "1", "1") : "=q"(v) : "m"(*(volatile uint8_t *)io.base));'
seed "a read-modify-write in one" "is no MOV" \
	'__asm__ volatile(IO_RECORDED("orb $1, %0", "8", "1", "1") : "+m"(*(volatile uint8_t *)io.base));'
seed "a WRMSR of its own" "not through msr.h" \
	'(void)io; __asm__ volatile("wrmsr" : : "c"(0x1b), "a"(0), "d"(0));'
seed "a record of another MSR instruction" "is not the RDMSR or WRMSR" \
	'(void)io; uint32_t l, h; __asm__ volatile(IO_RECORDED("rdmsr", "64", "1", "3") : "=a"(l), "=d"(h) : "c"(0x1b));'
seed "a record of an MSR of another width" "another width" \
	'(void)io; uint32_t l, h; __asm__ volatile(IO_RECORDED("rdmsr", "32", "0", "3") : "=a"(l), "=d"(h) : "c"(0x1b));'
seed "a record inside an instruction" "no instruction begins here" \
	'(void)io; __asm__ volatile(".byte 0xb8\n\t" IO_RECORDED(".byte 1, 2, 3, 4", "8", "1", "1") : : : "eax");'
[ "$faults" = 0 ]
