; SPDX-License-Identifier: MIT
; Reads, writes and verifies sectors by CHS and by number; requests that must fail.
%include "boot.inc"

BUFFER	equ 0xb000

main:
	; every tenth sector of the pattern, one by one
	mov	word [lba], PATTERN_FIRST
.next:
	mov	bx, BUFFER
	mov	ax, [lba]
	call	read_chs
	EXPECT_NO_CARRY "a sector by CHS"
	EXPECT	[BUFFER], [lba], "the sector's first word"
	EXPECT	[BUFFER + 508], [lba], "the sector's last double word"
	add	word [lba], 10
	cmp	word [lba], PATTERN_FIRST + PATTERN_SECTORS
	jb	.next

	; eight at once: from the start of a track
	mov	ax, PATTERN_FIRST
	xor	dx, dx
	div	word [sectors]
	inc	ax
	mov	[track], ax
	mul	word [sectors]
	mov	[lba], ax
	mov	ax, [track]
	xor	dx, dx
	div	word [heads]
	mov	ch, al
	mov	cl, 1
	mov	dh, dl
	mov	dl, [drive]
	mov	bx, BUFFER
	mov	ax, 0x0208
	int	0x13
	EXPECT_NO_CARRY "eight sectors"
	mov	[count], al
	EXPECT	[count], 8, "eight came"
	mov	bx, [BUFFER + 7 * 512]
	sub	bx, [BUFFER]
	EXPECT	bx, 7, "one after the other"
	EXPECT	[BUFFER], [lba], "from the first one on"

	; the same verified
	mov	ax, [track]
	xor	dx, dx
	div	word [heads]
	mov	ch, al
	mov	cl, 1
	mov	dh, dl
	mov	dl, [drive]
	mov	ax, 0x0408
	int	0x13
	EXPECT_NO_CARRY "verifying"

	; what is refused
	mov	ax, 0x0201
	mov	bx, BUFFER
	mov	cx, 0			; no such sector
	mov	dh, 0
	mov	dl, [drive]
	int	0x13
	EXPECT_CARRY "sector 0"
	mov	ah, 0x00
	mov	dl, [drive]
	int	0x13
	EXPECT_NO_CARRY "a reset"
	mov	ax, 0x0201
	mov	cx, 1
	mov	dx, 0x008f		; no such drive
	int	0x13
	EXPECT_CARRY "a drive that is not there"

	; written and read back: the last sector of the pattern
	mov	di, BUFFER
	mov	cx, 256
	mov	ax, 0x1234
	rep	stosw
	mov	ax, PATTERN_FIRST + PATTERN_SECTORS - 1
	call	write_chs
	EXPECT_NO_CARRY "a write"
	mov	word [BUFFER], 0
	mov	bx, BUFFER
	mov	ax, PATTERN_FIRST + PATTERN_SECTORS - 1
	call	read_chs
	EXPECT_NO_CARRY "reading what was written"
	EXPECT	[BUFFER], 0x1234, "what was written"
	EXPECT	[BUFFER + 510], 0x1234, "what was written last"

	cmp	byte [drive], 0x80
	jb	finish

	; hard disks: their extensions
	mov	ah, 0x41
	mov	bx, 0x55aa
	mov	dl, [drive]
	int	0x13
	EXPECT_NO_CARRY "the extensions are there"
	EXPECT	bx, 0xaa55, "and say so"
	test	cx, 1
	setnz	[count]
	EXPECT	[count], 1, "packets can be used"

	mov	dword [packet.lba], PATTERN_FIRST + 5
	mov	word [packet.count], 3
	mov	ah, 0x42
	call	by_packet
	EXPECT_NO_CARRY "three sectors by number"
	EXPECT	[BUFFER], PATTERN_FIRST + 5, "the first of them"
	EXPECT	[BUFFER + 1024], PATTERN_FIRST + 7, "the last of them"

	mov	dword [packet.lba], IMAGE_SECTORS - 1
	mov	word [packet.count], 1
	mov	ah, 0x43
	mov	al, 0
	call	by_packet
	EXPECT_NO_CARRY "the last sector written by number"
	mov	word [BUFFER], 0
	mov	ah, 0x42
	call	by_packet
	EXPECT	[BUFFER], PATTERN_FIRST + 5, "and read back"
	mov	dword [packet.lba], 0x7fffffff
	mov	ah, 0x42
	call	by_packet
	EXPECT_CARRY "a sector behind the end"

	mov	word [BUFFER], 0x1e
	mov	si, BUFFER
	mov	dl, [drive]
	mov	ah, 0x48
	int	0x13
	EXPECT_NO_CARRY "the drive's table"
	EXPECT	[BUFFER + 0x10], IMAGE_SECTORS, "its sectors"
	EXPECT	[BUFFER + 0x12], 0, "no more than these"
	EXPECT	[BUFFER + 0x18], 512, "of 512 bytes"

	mov	ah, 0x15
	mov	dl, [drive]
	int	0x13
	EXPECT_NO_CARRY "the drive's type"
	mov	[count], ah
	EXPECT	[count], 3, "a hard disk"
	jmp	finish

; AX: sector number; from BUFFER.
write_chs:
	mov	bx, BUFFER
	xor	dx, dx
	div	word [sectors]
	mov	cl, dl
	inc	cl
	xor	dx, dx
	div	word [heads]
	mov	dh, dl
	mov	ch, al
	mov	dl, [drive]
	mov	ax, 0x0301
	int	0x13
	ret

by_packet:
	mov	si, packet
	mov	dl, [drive]
	int	0x13
	ret

packet:
	db	16, 0
.count:	dw	0
	dw	BUFFER, 0
.lba:	dq	0

track:	dw 0
count:	dw 0

PADDING
