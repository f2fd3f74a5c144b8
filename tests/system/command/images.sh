#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Images that cannot be booted: exit code 2 and a message that names the file.
# usage: images.sh BIMETAL KERNEL
set -euo pipefail
bimetal=$1 kernel=$2
. "$(dirname "$0")/lib.sh"

refused() {
	run "$@" && wants 2 "^bimetal: .*$refused_name"
}

refused_name=/no/such/image
refused /no/such/image
refused_name=$scratch
refused "$scratch"
refused_name=empty
: >"$scratch/empty"
refused "$scratch/empty"
refused_name=text
echo 'this is no kernel' >"$scratch/text"
refused "$scratch/text"

size=$(stat -c %s "$kernel")
for part in 1 4 16 51 52 64 84 100 $((size / 4)) $((size / 2)); do
	refused_name=cut
	head -c "$part" "$kernel" >"$scratch/cut"
	run --max-time 100ms "$scratch/cut"
	# The last bytes may be symbols, which no boot needs.
	[ "$status" = 2 ] || [ "$part" -ge $((size / 4)) ] || complain "cut to $part: $status"
	[ "$status" -le 6 ] || complain "cut to $part: exit code $status"
done

# With any one byte of the headers changed, an image may boot or not, but bimetal must not crash.
for offset in 0 4 5 16 18 24 28 32 40 42 44 46 48 52 56 60 64 68 72 76 80; do
	cp "$kernel" "$scratch/bent"
	printf '\xff' | dd of="$scratch/bent" bs=1 seek="$offset" conv=notrunc status=none
	run --max-time 100ms "$scratch/bent"
	[ "$status" -le 6 ] || complain "byte $offset bent: exit code $status"
done

gzip -c "$kernel" >"$scratch/kernel.gz"
run "$scratch/kernel.gz" && wants 0
head -c 100 "$scratch/kernel.gz" >"$scratch/cut.gz"
run "$scratch/cut.gz" && wants 2 'cut.gz'
printf '\x1f\x8b\x08\x00garbage that is not deflated' >"$scratch/bad.gz"
run "$scratch/bad.gz" && wants 2 'bad.gz'

# What ld does without a linker script, and what to do about it.
link() { ld -m elf_i386 --no-warn-rwx-segments "$@" "$scratch/first.o" -o "$scratch/linked"; }
as --32 -o "$scratch/first.o" - <<-'ASM'
	.text
	.long 0x1badb002, 0, -0x1badb002
	.globl _start
	_start: cli; hlt
	.section .note.GNU-stack, "", @progbits
ASM
link -Ttext 0x100000
run "$scratch/linked" && wants 2 'at physical address 0xff000, .* it begins with the ELF headers, .* link with ld -n'
link -n -Ttext 0x100000
run "$scratch/linked" && wants 6 'HLT with interrupts off at 0x10000d'
link
run "$scratch/linked" && wants 2 'at physical address 0x8048000, .* link the image elsewhere .*-m 192M'
link -Ttext 0x200000 -z max-page-size=0x4000
run "$scratch/linked" && wants 6 "linked: booted as ELF .* at offset 0x4000 is not in the first 8192 bytes .* ld -n"

# What a boot protocol starts otherwise than the file may be meant: told when the run has failed.
run "$scratch/linked" && wants 6 'no multiboot header, so it was started at its ELF entry, 0x[0-9a-f]+, in 32-bit protected mode'
build64() { # the assembly from _start on
	printf '.text\n.long 0x1badb002, 0, -0x1badb002\n.globl _start\n_start: %s\n.section .note.GNU-stack, "", @progbits\n' "$1" |
		as --64 -o "$scratch/first.o" -
	ld -n -m elf_x86_64 -Ttext 0x100000 "$scratch/first.o" -o "$scratch/linked64"
}
build64 'cli; hlt'
run "$scratch/linked64" && wants 6 'an ELF64 file, but multiboot1 starts it in 32-bit protected mode, .* its entry, 0x10000c, must'
build64 'movb $0x10, %al; outb %al, $0xf4'
run "$scratch/linked64" && wants 0
! grep -q ELF64 "$scratch/err" || complain 'a run that succeeded is explained'
run --boot elf "$scratch/linked64" && wants 0
build64 'cli; hlt'
run --boot elf "$scratch/linked64" && wants 6 'at its ELF entry, 0x10000c, in long mode \(64-bit\)'

run --module /no/such/module "$kernel" && wants 2 '/no/such/module'
truncate -s 8M "$scratch/module"
run -m 4M --module "$scratch/module" "$kernel" && wants 2 'module'
run --initrd /no/such/initrd "$kernel" && wants 2
run -m 1M "$kernel" && wants 2 'bimetal: '
run --boot linux "$kernel" && wants 2 'bimetal: '
run --boot sector "$kernel" && wants 2 'bimetal: '
run --boot flat --load-addr 0xffffffffffffff00 "$kernel" && wants 2 'bimetal: '
run --boot flat --load-addr 0x7fffff0 "$kernel" && wants 2 'bimetal: '

# A fault in the file of an ACPI table is reported before anything runs.
printf 'SSDT' >"$scratch/short.aml"
run --acpi-table "$scratch/short.aml" "$kernel" && wants 2 'short.aml: the file has 4 bytes'
printf 'DefinitionBlock ("", "SSDT", 2, "A", "B", 1) {}' >"$scratch/source.asl"
run --acpi-table "$scratch/source.asl" "$kernel" && wants 2 'source.asl: this is ASL source'
run --acpi-table /no/such/table "$kernel" && wants 2 '/no/such/table'
# A header alone; its checksum is wrong, then right.
printf 'OEM1\x24\0\0\0\x01\x01%026d' 0 >"$scratch/table.aml"
run --machine isapc --acpi-table "$scratch/table.aml" "$kernel" && wants 2 'table.aml: its bytes'
sum=$(od -An -v -tu1 "$scratch/table.aml" | awk '{ for (i = 1; i <= NF; i++) s += $i } END { print s % 256 }')
printf '%b' "\\x$(printf %02x $(((1 - sum + 512) % 256)))" |
	dd of="$scratch/table.aml" bs=1 seek=9 conv=notrunc status=none
run --machine isapc --acpi-table "$scratch/table.aml" "$kernel" && wants 2 'isapc.*no ACPI'

run --boot flat --entry 0xd0000000 "$kernel"
[ "$status" = 2 ] || [ "$status" = 5 ] || complain "entry without memory: exit code $status"
finish
