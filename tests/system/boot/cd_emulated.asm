; SPDX-License-Identifier: MIT
; A CD that emulates a drive: reads by cylinder, head and sector, writes that must fail, and the CD as a drive of its own.
%include "boot.inc"

BUFFER		equ 0xb000
IMAGE_AT	equ 24		; as iso.asm has it
CD_DRIVE	equ 0xe0

main:
	test	byte [drive], 0x7f
	jz	.number
	mov	ax, [drive]
	mov	si, .other
	call	failed
	jmp	.number
.other:	db	"its number is 00h or 80h", 0
.number:

	mov	word [lba], PATTERN_FIRST
.next:
	mov	bx, BUFFER
	mov	ax, [lba]
	call	read_chs
	EXPECT_NO_CARRY "a sector by CHS"
	EXPECT	[BUFFER], [lba], "its first word"
	add	word [lba], 10
	cmp	word [lba], PATTERN_FIRST + PATTERN_SECTORS
	jb	.next

	mov	bx, BUFFER
	mov	cx, 2
	mov	dh, 0
	mov	dl, [drive]
	mov	ax, 0x0301
	int	0x13
	EXPECT_CARRY "writing"

	mov	ax, 0x4b01
	mov	si, packet
	mov	dl, [drive]
	int	0x13
	EXPECT_NO_CARRY "the status of the emulation"
	mov	al, [packet + 2]
	sub	al, [drive]
	mov	[byte_seen], al
	EXPECT	[byte_seen], 0, "the drive is the one in DL"
	EXPECT	[packet + 4], IMAGE_AT, "where the image is"

	; the CD itself
	mov	dword [dap.lba], IMAGE_AT + PATTERN_FIRST / 4
	mov	si, dap
	mov	ah, 0x42
	mov	dl, CD_DRIVE
	int	0x13
	EXPECT_NO_CARRY "a sector of the CD"
	EXPECT	[BUFFER + 2048 - 4], PATTERN_FIRST + 3, "its last word"
	jmp	finish

dap:
	db	16, 0, 1, 0
	dw	BUFFER, 0
.lba:	dq	0

byte_seen:	dw 0
packet:		times 20 db 0

PADDING
