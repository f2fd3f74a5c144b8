#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Disks and diskettes on the command line: which boot, which writes are kept, which images are refused.
# usage: disks.sh BIMETAL
set -euo pipefail
bimetal=$1
. "$(dirname "$0")/lib.sh"

# boot_image NAME SIZE BYTES: a disk of that size that begins with these bytes.
boot_image() {
	image "$1" "$3"
	truncate -s "$2" "$scratch/$1"
	printf '\x55\xaa' | dd of="$scratch/$1" bs=1 seek=510 conv=notrunc status=none
}

# partition NAME: an active one of type 0ch from sector 1 on, as a hard disk's image has.
partition() {
	printf '\x80\0\0\0\x0c\0\0\0\x01\0\0\0\x01\0\0\0' |
		dd of="$scratch/$1" bs=1 seek=446 conv=notrunc status=none
}

# mov al, dl; xor al, 0x90; out 0xf4, al: 0x10 is "passed" for drive 80h, 0x90 stands for drive 00h
boot_image from_80 4096 '\x88\xd0\x34\x90\xe6\xf4\xf4'
run --disk "$scratch/from_80" && wants 0
run "$scratch/from_80" --success 0x90 && wants 0 'from_80: booted as a diskette of 1.44M .80 cylinders, 2 heads, 18 sectors., drive 00h: it has no partition table'
partition from_80
run "$scratch/from_80" && wants 0 'from_80: booted as a hard disk, drive 80h: it has a partition table'
run --quiet "$scratch/from_80" && wants 0
[ ! -s "$scratch/err" ] || complain "--quiet is not"
run --machine pc "$scratch/from_80" && wants 0
run --disk "$scratch/from_80" && wants 0
run --boot disk --disk "$scratch/from_80" && wants 0
run --boot disk "$scratch/from_80" && wants 0
run --floppy "$scratch/from_80" --success 0x90 && wants 0
gzip -c "$scratch/from_80" >"$scratch/from_80.gz"
run "$scratch/from_80.gz" && wants 0

# A boot sector followed by a kernel, as in tutorials, is a diskette. mov ax, 0x020f; mov bx, 0x9000;
# mov cx, 2; mov dh, 0; int 0x13; mov al, 0x10; adc al, ah; out 0xf4, al: 15 sectors of it, though there is one byte
reads_15='\xb8\x0f\x02\xbb\x00\x90\xb9\x02\x00\xb6\x00\xcd\x13\xb0\x10\x10\xe0\xe6\xf4\xf4'
boot_image joined 513 "$reads_15"
run "$scratch/joined" && wants 0 'joined: booted as a diskette of 1.44M'
run --floppy "$scratch/joined" && wants 0
run --disk "$scratch/joined" && wants 1
boot_image joined 1474561 "$reads_15"
run "$scratch/joined" && wants 0 'a diskette of 2.88M'
boot_image joined 2949121 "$reads_15"
run "$scratch/joined" && wants 0 'joined: booted as a hard disk, drive 80h: it is larger than a diskette'
truncate -s 2049 "$scratch/joined"
run --floppy "$scratch/from_80" "$scratch/joined" && wants 1 'joined: booted as a hard disk, drive 80h: --floppy occupies'

# An image with the size of a diskette is one; another --disk does not change that.
boot_image from_00 1474560 '\x88\xd0\x34\x10\xe6\xf4\xf4'
run "$scratch/from_00" && wants 0
run --disk "$scratch/from_80" "$scratch/from_00" && wants 0
run --floppy "$scratch/from_00" "$scratch/from_80" && wants 0
run --floppy "$scratch/from_00" --disk "$scratch/from_80" && wants 0

# An image of one sector is a disk too: 512 bytes, drive 80h.
boot_image sector 512 '\x88\xd0\x34\x90\xe6\xf4\xf4'
run "$scratch/sector" && wants 0
# mov ax, 0x0201; mov bx, 0x9000; mov cx, 1; mov dh, 0; int 0x13; mov al, [0x9000]; xor al, 0xa8;
# out 0xf4, al: the first byte is b8
boot_image reads '512' '\xb8\x01\x02\xbb\x00\x90\xb9\x01\x00\xb6\x00\xcd\x13\xa0\x00\x90\x34\xa8\xe6\xf4\xf4'
run "$scratch/reads" && wants 0

# An incomplete last sector is padded, with a message.
boot_image odd 700 '\x88\xd0\x34\x90\xe6\xf4\xf4'
run "$scratch/odd" --success 0x90 && wants 0 'odd: 700 bytes are not a whole number of sectors'
run --disk "$scratch/odd" && wants 0 'odd: 700 bytes'
run --disk "$scratch/odd,write" && wants 2 'odd: .*truncate'

# The second drive: mov ah, 0x15; mov dl, 0x81; int 0x13; mov al, ah; add al, 13; out 0xf4, al
boot_image second 4096 '\xb4\x15\xb2\x81\xcd\x13\x88\xe0\x04\x0d\xe6\xf4\xf4'
partition second
run "$scratch/second" && wants 1
run --disk "$scratch/from_80" "$scratch/second" && wants 0
run --disk "$scratch/second" --disk "$scratch/from_80" && wants 0
run --disk "$scratch/from_80" --disk "$scratch/from_00" "$scratch/second" &&
	wants 2 'takes two at most'
run --disk a --disk b --disk c && wants 2 '--disk can be given 2 times at most'
run --floppy a --floppy b && wants 2 '--floppy can be given once'

# Writes: sector 2 gets what is at 0x7c00. mov ax, 0x0301; mov bx, 0x7c00; mov cx, 2; mov dh, 0;
# int 0x13; mov al, ah; add al, 0x10; out 0xf4, al
writer='\xb8\x01\x03\xbb\x00\x7c\xb9\x02\x00\xb6\x00\xcd\x13\x88\xe0\x04\x10\xe6\xf4\xf4'
boot_image writes 4096 "$writer"
cp "$scratch/writes" "$scratch/before"
run "$scratch/writes" && wants 0
run --disk "$scratch/writes" && wants 0
run --disk "$scratch/writes,snapshot" && wants 0
run --disk "$scratch/writes,readonly" --success 0x13 && wants 0
cmp -s "$scratch/before" "$scratch/writes" || complain "a snapshot was written to"
run --disk "$scratch/writes,write" && wants 0
cmp -s -n 512 -i 512:0 "$scratch/writes" "$scratch/writes" || complain "nothing was written"
chmod a-w "$scratch/writes"
if [ ! -w "$scratch/writes" ]; then
	run --disk "$scratch/writes,write" && wants 2 'for writing: Permission denied'
fi
cp "$scratch/from_80" "$scratch/with,comma"
run --disk "$scratch/with,comma" && wants 0
run --disk "$scratch/from_80,now" && wants 2 "from_80,now'"

# CDs. put NAME OFFSET BYTES; cd_image NAME BYTES: one that boots these bytes, without emulation.
put() {
	# shellcheck disable=SC2059
	printf "$3" | dd of="$scratch/$1" bs=1 seek="$2" conv=notrunc status=none
}
cd_image() {
	: >"$scratch/$1"
	truncate -s $((21 * 2048)) "$scratch/$1"
	put "$1" 32768 '\1CD001\1'
	put "$1" 34816 '\0CD001\1EL TORITO SPECIFICATION'
	put "$1" $((34816 + 0x47)) '\x13'
	put "$1" 38912 '\1'
	put "$1" $((38912 + 0x1c)) '\xaa\x55\x55\xaa'
	put "$1" $((38912 + 32)) '\x88\0\0\0\0\0\x04\0\x14'
	put "$1" 40960 "$2"
}
# mov al, dl; xor al, 0xf0; out 0xf4, al: 0x10 for drive E0h
cd_image cd '\x88\xd0\x34\xf0\xe6\xf4\xf4'
run "$scratch/cd" && wants 0 'cd: booted as a CD .*drive E0h; for a hard disk: --disk'
run --cdrom "$scratch/cd" && wants 0
run --boot cd --cdrom "$scratch/cd" && wants 0
run --boot cd "$scratch/cd" && wants 0
run --boot cd "$scratch/from_80" && wants 2 'from_80: not a CD: .*0x8001'
run --machine isapc --cdrom "$scratch/cd" && wants 0
run --cdrom "$scratch/cd" --disk "$scratch/from_80" && wants 0
run --cdrom "$scratch/cd" "$scratch/from_80" && wants 0
run --cdrom "$scratch/cd" --floppy "$scratch/from_00" && wants 0
run --boot cd --cdrom "$scratch/cd" --floppy "$scratch/blank_floppy" && wants 2 'blank_floppy'
truncate -s 1440K "$scratch/blank_floppy"
run --boot cd --cdrom "$scratch/cd" --floppy "$scratch/blank_floppy" && wants 0
run --cdrom "$scratch/cd" --floppy "$scratch/blank_floppy" && wants 2 'blank_floppy: the diskette cannot be booted'
run --boot cd --disk "$scratch/from_80" && wants 2 '--boot cd needs an IMAGE or --cdrom'
run --cdrom "$scratch/cd" --cdrom "$scratch/cd" && wants 2 '--cdrom can be given once'
run --cdrom "$scratch/cd" "$scratch/cd" && wants 2 'cd: there is a disk in this drive already'
run --cdrom /no/such/cd && wants 2 '/no/such/cd'
# A hybrid is a CD, and a hard disk by --disk.
cp "$scratch/cd" "$scratch/hybrid"
put hybrid 0 '\x88\xd0\x34\x90\xe6\xf4\xf4'
put hybrid 510 '\x55\xaa'
run "$scratch/hybrid" && wants 0 'a CD'
run --disk "$scratch/hybrid" && wants 0
# Messages about a faulty CD name file and offset.
put cd 38912 '\2'
run "$scratch/cd" && wants 2 'bimetal: .*/cd: no El Torito boot catalog at offset 0x9800'
run --cdrom "$scratch/cd" && wants 2 'bimetal: .*/cd: no El Torito boot catalog at offset 0x9800'
put cd 38912 '\1'
put cd $((38912 + 33)) '\x09'
run "$scratch/cd" && wants 2 'media type 9 .offset 0x9821'
put cd 34830 'x'
run --cdrom "$scratch/cd" && wants 2 'not bootable: no El Torito boot record'
run --cdrom "$scratch/cd" --disk "$scratch/from_80" && wants 0

# Files that are not disks.
run --disk /no/such/disk && wants 2 '/no/such/disk'
run --disk "$scratch" && wants 2 'is a directory'
: >"$scratch/empty"
run --disk "$scratch/empty" && wants 2 'empty: .*empty'
run --disk "$scratch/pass" && wants 2 'less than one sector'
mkfifo "$scratch/pipe"
run --disk "$scratch/pipe" && wants 2 'regular file'
truncate -s 4096 "$scratch/blank"
run --disk "$scratch/blank" && wants 2 'first hard disk cannot be booted: .*offset 510'
run --floppy "$scratch/blank" && wants 2 'diskette cannot be booted'
run "$scratch/blank" && wants 2 'unknown image format'
run --boot disk "$scratch/blank" && wants 2 'expected at offset 510'
run --boot disk && wants 2 'nothing to boot'
run --boot linux --disk "$scratch/from_80" && wants 2 '--boot linux needs an IMAGE'
truncate -s 3M "$scratch/large"
run --floppy "$scratch/large" "$scratch/from_80" && wants 2 'larger than a diskette'
truncate -s 3T "$scratch/huge" 2>/dev/null && { run --disk "$scratch/huge" && wants 2 '2 TiB'; }

# A disk that stops being bootable: INT 19h says so on the screen, and the machine halts.
# mov byte [0x7dff], 0; mov ax, 0x0301; mov bx, 0x7c00; mov cx, 1; mov dh, 0; int 0x13; int 0x19
boot_image suicide 4096 '\xc6\x06\xff\x7d\x00\xb8\x01\x03\xbb\x00\x7c\xb9\x01\x00\xb6\x00\xcd\x13\xcd\x19'
run --screen-text - "$scratch/suicide" && wants 6 'halted for good'
grep -q 'No bootable disk' "$scratch/out" || complain "the screen does not say why"

# A hostile partition table does no harm.
boot_image hostile 4096 '\x88\xd0\x34\x90\xe6\xf4\xf4'
printf '\xff%.0s' {1..64} | dd of="$scratch/hostile" bs=1 seek=446 conv=notrunc status=none
run "$scratch/hostile" --success 0x90 && wants 0 'no partition table'
run --disk "$scratch/hostile" && wants 0
finish
