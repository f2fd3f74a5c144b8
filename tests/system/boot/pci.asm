; SPDX-License-Identifier: MIT
; The PCI BIOS of a machine with ICH9 or PIIX: finds bridges by class, and reads their registers.
%include "boot.inc"

main:
	mov	ax, 0xb101
	xor	edi, edi
	int	0x1a
	EXPECT_NO_CARRY "there is a PCI BIOS"
	mov	[word_1], ah
	EXPECT	[word_1], 0, "and it says so"
	EXPECT	bx, 0x0210, "of version 2.1"

	mov	ax, 0xb103
	mov	ecx, 0x060000		; host bridge
	mov	si, 0
	int	0x1a
	EXPECT_NO_CARRY "a host bridge"
	EXPECT	bx, 0, "which is 00:00.0"
	mov	ax, 0xb109
	mov	bx, 0
	mov	di, 0
	int	0x1a
	EXPECT_NO_CARRY "reading a word"
	EXPECT	cx, 0x8086, "its vendor"
	mov	[vendor], cx

	mov	ax, 0xb103
	mov	ecx, 0x060100		; ISA bridge
	mov	si, 0
	int	0x1a
	EXPECT_NO_CARRY "an ISA bridge"
	mov	[function], bx
	mov	ax, 0xb10a
	mov	di, 0
	int	0x1a
	EXPECT_NO_CARRY "reading a double word"
	EXPECT	cx, [vendor], "the same vendor's"
	ror	ecx, 16

	; the same by its id
	mov	ax, 0xb102
	mov	dx, [vendor]
	mov	si, 0
	int	0x1a
	EXPECT_NO_CARRY "finding it by its id"
	EXPECT	bx, [function], "finds the same"

	mov	ax, 0xb102
	mov	cx, 0x1234
	mov	dx, 0x5678
	mov	si, 0
	int	0x1a
	EXPECT_CARRY "a device that is not there"
	mov	[word_1], ah
	EXPECT	[word_1], 0x86, "device not found"
	jmp	finish

word_1:		dw 0
vendor:		dw 0
function:	dw 0

PADDING
