; SPDX-License-Identifier: MIT
; The VESA BIOS Extension: facts, modes, banks, lines, the place of the picture, the palette; the
; window function by a far call, and the protected-mode interface in segments of 32 and 16 bits.
; QEMU's BIOS has neither of the last two, and no AX=4F09h; then they are not tested.
%include "boot.inc"

INFO		equ 0x6000
TABLE		equ 0x9000
FLAT_DATA	equ 0x10
CODE_16		equ 0x18
DATA_16		equ 0x20
CODE_32		equ 0x08
CR0_PE		equ 1

; VBE function, bx: AX
%macro VBE 2
	mov	ax, 0x4f00 | %1
	mov	bx, %2
	int	0x10
%endmacro

; The function of the protected-mode interface whose offset is at %1, with BX, CX, DX, DI set.
%macro PROTECTED 1
	mov	si, %1
	call	protected
%endmacro

main:
	mov	di, INFO
	mov	dword [di], 'VBE2'
	VBE	0x00, 0
	EXPECT	ax, 0x004f, "AX=4F00h"
	EXPECT	[INFO], 'VE', "the signature"
	mov	ax, [INFO + 4]
	cmp	ax, 0x0200
	jae	.version
	EXPECT	ax, 0x0200, "the version"
.version:
	call	list
	call	banked
	call	linear
	call	palette
	call	interface
	VBE	0x02, 0x0003
	EXPECT	ax, 0x004f, "text again"
	VBE	0x03, 0
	EXPECT	bx, 0x0003, "the mode of text"
	jmp	finish

; The list has 101h, 111h and its end.
list:
	push	es
	les	si, [INFO + 14]
	xor	cx, cx
.next:
	mov	ax, [es:si]
	add	si, 2
	cmp	ax, 0x101
	je	.count
	cmp	ax, 0x111
	jne	.other
.count:
	inc	cx
.other:
	cmp	ax, 0xffff
	jne	.next
	pop	es
	EXPECT	cx, 2, "modes 101h and 111h in the list"
	ret

; Two banks of 640x480 with 256 colours hold what was written to them.
banked:
	mov	di, INFO
	mov	cx, 0x101
	VBE	0x01, 0
	EXPECT	ax, 0x004f, "AX=4F01h"
	EXPECT	[INFO + 18], 640, "the width"
	EXPECT	[INFO + 20], 480, "the height"
	EXPECT	[INFO + 16], 640, "the bytes of a line"
	EXPECT	[INFO + 8], 0xa000, "the segment of the window"
	VBE	0x02, 0x101
	EXPECT	ax, 0x004f, "mode 101h"
	VBE	0x03, 0
	EXPECT	bx, 0x101, "its number"
	mov	bl, 1
	call	bank
	mov	bl, 3
	call	bank
	mov	dx, 1
	VBE	0x05, 0
	mov	bl, 1
	call	check_bank
	mov	dx, 3
	VBE	0x05, 0
	mov	bl, 3
	call	check_bank
	VBE	0x05, 0x0100
	EXPECT	dx, 3, "the bank"
	cmp	dword [INFO + 12], 0
	je	.done
	mov	dx, 1
	xor	bx, bx
	call	far [INFO + 12]
	mov	bl, 1
	call	check_bank
	mov	bx, 0x0100
	call	far [INFO + 12]
	EXPECT	dx, 1, "the bank by a far call"
.done:
	ret

; Bank BL: filled with BL, in part.
bank:
	push	es
	push	bx
	movzx	dx, bl
	VBE	0x05, 0
	EXPECT	ax, 0x004f, "AX=4F05h"
	pop	bx
	push	bx
	mov	ax, 0xa000
	mov	es, ax
	mov	al, bl
	mov	cx, 0x100
	mov	di, 0x1000
	rep	stosb
	pop	bx
	pop	es
	ret

check_bank:
	push	es
	mov	ax, 0xa000
	mov	es, ax
	mov	al, [es:0x1080]
	xor	al, bl
	xor	ah, ah
	pop	es
	EXPECT	ax, 0, "what the bank holds"
	ret

linear:
	mov	di, INFO
	mov	cx, 0x111
	VBE	0x01, 0
	EXPECT	[INFO + 25], 0x0110, "16 bits in one bank"
	VBE	0x02, 0x4111
	EXPECT	ax, 0x004f, "mode 111h with a linear framebuffer"
	VBE	0x03, 0
	EXPECT	bx, 0x4111, "its number"
	mov	cx, 1024
	VBE	0x06, 0
	EXPECT	ax, 0x004f, "AX=4F06h"
	EXPECT	bx, 2048, "the bytes of a longer line"
	mov	cx, 16
	mov	dx, 480
	VBE	0x07, 0x80
	EXPECT	ax, 0x004f, "AX=4F07h"
	VBE	0x07, 1
	EXPECT	cx, 16, "the first pixel"
	EXPECT	dx, 480, "the first line"
	ret

palette:
	VBE	0x02, 0x101
	VBE	0x08, 0x0800
	EXPECT	ax, 0x004f, "AX=4F08h"
	mov	[flag], bh
	EXPECT	[flag], 8, "the bits of a colour"
	mov	di, colours
	mov	cx, 2
	mov	dx, 20
	VBE	0x09, 0
	cmp	ax, 0x0100
	je	.none
	EXPECT	ax, 0x004f, "AX=4F09h"
	mov	di, INFO
	mov	cx, 2
	mov	dx, 20
	VBE	0x09, 1
	EXPECT	[INFO], 0x8199, "blue and green"
	EXPECT	[INFO + 4], 0x2211, "of the second"
.none:
	ret

; ---- the protected-mode interface ----

interface:
	push	es
	VBE	0x0a, 0
	cmp	ax, 0x004f
	jne	.none
	mov	si, di
	mov	di, TABLE
	push	ds
	push	es
	pop	ds
	xor	ax, ax
	mov	es, ax
	rep	movsb
	pop	ds
	pop	es
	VBE	0x02, 0x103
	mov	word [selector], CODE_32
	call	functions
	VBE	0x02, 0x103
	mov	word [selector], CODE_16
	call	functions
	ret
.none:
	pop	es
	ret

functions:
	xor	bx, bx
	mov	dx, 5
	PROTECTED TABLE
	EXPECT	ax, 0x004f, "window in protected mode"
	VBE	0x05, 0x0100
	EXPECT	dx, 5, "the bank"
	mov	bx, 0x0100
	xor	dx, dx
	PROTECTED TABLE
	EXPECT	dx, 5, "the bank in protected mode"
	mov	cx, 1024
	VBE	0x06, 0
	; line 1000, pixel 8: (1000 * 1024 + 8) / 4 is 3e802h
	mov	cx, 0xe802
	mov	dx, 3
	mov	bx, 0x80
	PROTECTED TABLE + 2
	EXPECT	ax, 0x004f, "start in protected mode"
	VBE	0x07, 1
	EXPECT	cx, 8, "the first pixel, of protected mode"
	EXPECT	dx, 1000, "the first line, of protected mode"
	mov	bx, 0x80
	mov	cx, 2
	mov	dx, 200
	mov	di, colours_6
	PROTECTED TABLE + 4
	EXPECT	ax, 0x004f, "palette in protected mode"
	mov	di, INFO
	mov	cx, 2
	mov	dx, 200
	VBE	0x09, 1
	EXPECT	[INFO], 0x0203, "blue and green"
	EXPECT	[INFO + 2], 0x0001, "red"
	EXPECT	[INFO + 4], 0x0506, "of the second, in protected mode"
	mov	bx, 1
	mov	cx, 1
	PROTECTED TABLE + 4
	EXPECT	ax, 0x014f, "a function that does not exist"
	ret

; SI: where the function's offset is. Runs it in a segment of the kind of [selector].
protected:
	mov	si, [si]
	add	si, TABLE
	mov	[entry], si
	mov	[stack], sp
	cli
	lgdt	[gdtr]
	mov	eax, cr0
	or	al, CR0_PE
	mov	cr0, eax
	cmp	word [selector], CODE_32
	je	.wide
	jmp	CODE_16:.narrow
.narrow:
	mov	ax, FLAT_DATA
	mov	ds, ax
	mov	es, ax
	mov	ss, ax
	movzx	esp, sp
	call	word [entry]
	jmp	.back
.wide:
	jmp	CODE_32:.in_32
bits 32
.in_32:
	mov	eax, FLAT_DATA
	mov	ds, ax
	mov	es, ax
	mov	ss, ax
	movzx	esp, sp
	movzx	edi, di
	movzx	eax, word [entry]
	call	eax
	jmp	CODE_16:.back
bits 16
.back:
	mov	[answer], ax
	mov	ax, DATA_16
	mov	ds, ax
	mov	es, ax
	mov	ss, ax
	mov	eax, cr0
	and	al, ~CR0_PE
	mov	cr0, eax
	jmp	0:.real
.real:
	xor	ax, ax
	mov	ds, ax
	mov	es, ax
	mov	ss, ax
	mov	sp, [stack]
	sti
	mov	ax, [answer]
	ret

colours:	db 0x99, 0x81, 0x44, 0, 0x11, 0x22, 0x33, 0
colours_6:	db 3, 2, 1, 0, 6, 5, 4, 0
flag:		dw 0
selector:	dw 0
entry:		dw 0
stack:		dw 0
answer:		dw 0

	align 8
gdt:	dq 0
	dq 0x00cf9a000000ffff
	dq 0x00cf92000000ffff
	dq 0x00009a000000ffff
	dq 0x000092000000ffff
gdtr:	dw gdtr - gdt - 1
	dd gdt

PADDING
