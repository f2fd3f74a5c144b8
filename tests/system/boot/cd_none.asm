; SPDX-License-Identifier: MIT
; A CD booted without emulation: its drive number, the loaded sectors, and reads of sectors of 2,048 bytes.
%define ALREADY_LOADED
%include "boot.inc"

BUFFER		equ 0xb000
IMAGE_AT	equ 24		; as iso.asm has it
CD_SECTORS	equ IMAGE_AT + IMAGE_SECTORS / 4

main:
	mov	al, [drive]
	mov	[byte_seen], al
	cmp	al, 0x81
	jae	.number
	mov	si, .low
	call	failed
	jmp	.number
.low:	db	"its number is above 80h", 0
.number:

	; what was booted
	mov	di, packet
	mov	cx, 19
	mov	al, 0xee
	rep	stosb
	mov	ax, 0x4b01
	mov	si, packet
	mov	dl, [drive]
	int	0x13
	EXPECT_NO_CARRY "the status of the emulation"
	mov	al, [packet]
	mov	[byte_seen], al
	EXPECT	[byte_seen], 0x13, "the packet's size"
	mov	al, [packet + 1]
	and	al, 0x0f
	mov	[byte_seen], al
	EXPECT	[byte_seen], 0, "no emulation"
	mov	al, [packet + 2]
	sub	al, [drive]
	mov	[byte_seen], al
	EXPECT	[byte_seen], 0, "the drive is the one in DL"
	EXPECT	[packet + 4], IMAGE_AT, "where the image is"
	EXPECT	[packet + 6], 0, "no further"
	EXPECT	[packet + 12], 0x07c0, "the segment, though it is 0 on the CD"
	EXPECT	[packet + 14], PROGRAM_SECTORS + 1, "how much was loaded"

	; extensions
	mov	ah, 0x41
	mov	bx, 0x55aa
	mov	dl, [drive]
	int	0x13
	EXPECT_NO_CARRY "the extensions are there"
	EXPECT	bx, 0xaa55, "and say so"

	mov	dword [dap.lba], IMAGE_AT + PATTERN_FIRST / 4
	mov	word [dap.count], 2
	mov	ah, 0x42
	call	by_packet
	EXPECT_NO_CARRY "two sectors"
	EXPECT	[BUFFER], PATTERN_FIRST, "the first block of the first"
	EXPECT	[BUFFER + 2047 - 3], PATTERN_FIRST + 3, "the last block of the first"
	EXPECT	[BUFFER + 4096 - 4], PATTERN_FIRST + 7, "the last block of the second"

	mov	dword [dap.lba], CD_SECTORS
	mov	word [dap.count], 1
	mov	ah, 0x42
	call	by_packet
	EXPECT_CARRY "a sector behind the end"

	mov	dword [dap.lba], IMAGE_AT
	mov	word [dap.count], 1	; the failure has set it to 0
	mov	ah, 0x43
	mov	al, 0
	call	by_packet
	EXPECT_CARRY "writing"

	mov	word [BUFFER], 0x1e
	mov	si, BUFFER
	mov	dl, [drive]
	mov	ah, 0x48
	int	0x13
	EXPECT_NO_CARRY "the drive's table"
	EXPECT	[BUFFER + 0x18], 2048, "its sectors have 2,048 bytes"
	jmp	finish

by_packet:
	mov	si, dap
	mov	dl, [drive]
	int	0x13
	ret

dap:
	db	16, 0
.count:	dw	0
	dw	BUFFER, 0
.lba:	dq	0

byte_seen:	dw 0
packet:		times 20 db 0

PADDING
