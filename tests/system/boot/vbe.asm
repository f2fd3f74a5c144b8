; SPDX-License-Identifier: MIT
; Two pages by the VESA BIOS Extension 2.0: finds a mode of 640 x 480 dots of 32 bits with a linear
; frame buffer, draws one page while the other is shown, and changes them during the retrace. The
; frame buffer lies above 1 MiB: segment limits of 4 GiB let real mode reach it.
%include "boot.inc"

INFO		equ 0x8000		; of BUFFERS: 512 bytes, the controller
MODE		equ 0x8200		; 256 bytes, the mode
BUFFERS		equ 0x1000		; segment
WIDTH		equ 640
HEIGHT		equ 480
FRAMES		equ 9			; the last one stays, on page 1
BALL		equ 40

; of the controller's block
VERSION		equ 4
MODES		equ 14			; far pointer
; of a mode's block
ATTRIBUTES	equ 0
X_RESOLUTION	equ 18
Y_RESOLUTION	equ 20
DEPTH		equ 25
MEMORY_MODEL	equ 27
RED_AT		equ 32
FRAME_BUFFER	equ 40
USABLE		equ 0x99		; supported, colour, graphics, linear frame buffer
DIRECT_COLOUR	equ 6

main:
	call	open_a20
	call	controller
	call	find_mode
	cmp	word [mode], 0
	je	.none
	call	set_mode
	call	animate
	call	after
.none:
	EXPECT	[found], 1, "there is a mode of 640 x 480 x 32"
	jmp	finish

; By the system control port.
open_a20:
	in	al, 0x92
	or	al, 2
	and	al, 0xfe
	out	0x92, al
	ret

; ---- the BIOS ----

; VBE function, "what": INT 10h with AX = function; ES is BUFFERS
%macro VBE 2
	mov	ax, BUFFERS
	mov	es, ax
	mov	ax, %1
	int	0x10
	mov	[answer], ax
	EXPECT	[answer], 0x004f, %2
%endmacro

controller:
	mov	ax, BUFFERS
	mov	es, ax
	mov	di, INFO
	mov	dword [es:di], 'VBE2'
	VBE	0x4f00, "4F00h"
	mov	di, INFO
	mov	ax, [es:di]
	mov	[answer], ax
	EXPECT	[answer], 'VE', "the signature begins with VE"
	mov	di, INFO
	cmp	word [es:di + VERSION], 0x0200
	setae	[answer]
	mov	byte [answer + 1], 0
	EXPECT	[answer], 1, "version 2.0 or later"
	ret

find_mode:
	mov	di, INFO
	lds	si, [es:di + MODES]
.next:
	mov	cx, [si]
	add	si, 2
	cmp	cx, 0xffff
	je	.done
	push	ds
	push	si
	push	cx
	xor	ax, ax
	mov	ds, ax
	mov	ax, BUFFERS
	mov	es, ax
	mov	di, MODE
	mov	ax, 0x4f01
	int	0x10
	pop	cx
	cmp	ax, 0x004f
	jne	.no
	mov	di, MODE
	mov	ax, [es:di + ATTRIBUTES]
	and	ax, USABLE
	cmp	ax, USABLE
	jne	.no
	cmp	word [es:di + X_RESOLUTION], WIDTH
	jne	.no
	cmp	word [es:di + Y_RESOLUTION], HEIGHT
	jne	.no
	cmp	byte [es:di + DEPTH], 32
	jne	.no
	cmp	byte [es:di + MEMORY_MODEL], DIRECT_COLOUR
	jne	.no
	mov	[mode], cx
	mov	byte [found], 1
	mov	eax, [es:di + FRAME_BUFFER]
	mov	[frame_buffer], eax
	pop	si
	pop	ds
	jmp	.done
.no:
	pop	si
	pop	ds
	jmp	.next
.done:
	xor	ax, ax
	mov	ds, ax
	ret

set_mode:
	mov	di, MODE
	movzx	ax, byte [es:di + RED_AT]
	EXPECT	ax, 16, "red is above green"
	mov	bx, [mode]
	or	bx, 0x4000
	VBE	0x4f02, "4F02h"
	VBE	0x4f03, "4F03h"
	and	bx, 0x3fff
	mov	[answer], bx
	mov	bx, [mode]
	and	bx, 0x3fff
	EXPECT	[answer], bx, "4F03h gives the mode"
	mov	bl, 1
	VBE	0x4f06, "4F06h"
	mov	[pitch], bx
	cmp	dx, HEIGHT * 2
	setae	[answer]
	mov	byte [answer + 1], 0
	EXPECT	[answer], 1, "there is room for two pages"
	EXPECT	[pitch], WIDTH * 4, "a row has 2560 bytes"
	ret

; ---- the pages ----

animate:
	mov	word [frame], 0
.frame:
	mov	ax, [frame]
	and	ax, 1
	xor	ax, 1			; the first frame is drawn on page 1
	imul	ax, HEIGHT
	mov	[row], ax
	call	draw
	mov	dx, [row]
	xor	cx, cx
	mov	bx, 0x0080		; during the retrace
	VBE	0x4f07, "4F07h"
	inc	word [frame]
	cmp	word [frame], FRAMES
	jb	.frame
	ret

; Where the page is that the last frame was drawn on; and what is in memory there.
after:
	mov	bx, 0x0001
	VBE	0x4f07, "4F07h gives the start"
	mov	[answer], dx
	EXPECT	[answer], HEIGHT, "the last frame is on page 1"
	mov	[answer], cx
	EXPECT	[answer], 0, "from the first dot on"
	cli
	call	flat
	mov	edi, [frame_buffer]
	add	edi, HEIGHT * WIDTH * 4
	a32 mov	ax, [es:edi + 2]
	EXPECT	ax, 0x0010, "the first dot of page 1"
	sti
	ret

; Segment limits of 4 GiB, by a visit to protected mode. ES is 0 then. Interrupts are off.
flat:
	lgdt	[gdt_register]
	mov	eax, cr0
	or	al, 1
	mov	cr0, eax
	jmp	.protected
.protected:
	mov	bx, 8
	mov	es, bx
	and	al, 0xfe
	mov	cr0, eax
	jmp	.real
.real:
	xor	ax, ax
	mov	es, ax
	ret

; One frame: a gradient, and a ball that goes to the right and down.
draw:
	cli
	call	flat
	movzx	eax, word [row]
	imul	eax, eax, WIDTH * 4
	add	eax, [frame_buffer]
	mov	[page], eax
	mov	edi, eax
	xor	ebx, ebx
.row:
	; red by the row, blue by the frame
	mov	eax, ebx
	shr	eax, 1
	add	eax, 16
	cmp	eax, 255
	jbe	.red
	mov	eax, 255
.red:
	shl	eax, 16
	movzx	ecx, word [frame]
	imul	ecx, ecx, 20
	mov	al, cl
	mov	ecx, WIDTH
	mov	edx, ecx
.dot:
	a32 stosd
	; green by the column
	mov	esi, WIDTH
	sub	esi, edx
	shr	esi, 2
	and	eax, 0xff00ff
	shl	esi, 8
	or	eax, esi
	dec	edx
	jnz	.dot
	inc	ebx
	cmp	ebx, HEIGHT
	jb	.row
	call	ball
	sti
	ret

ball:
	mov	ebx, -BALL
.row:
	mov	ecx, -BALL
.dot:
	mov	eax, ecx
	imul	eax, ecx
	mov	edx, ebx
	imul	edx, ebx
	add	eax, edx
	cmp	eax, BALL * BALL
	ja	.outside
	; darker to the edge
	shr	eax, 3
	neg	eax
	add	eax, 255
	mov	edx, eax
	shl	eax, 8
	or	eax, edx
	shl	eax, 8
	movzx	edi, word [frame]
	imul	edi, edi, 36
	add	edi, 80
	add	edi, ebx
	imul	edi, edi, WIDTH
	movzx	edx, word [frame]
	imul	edx, edx, 56
	add	edx, 80
	add	edi, edx
	add	edi, ecx
	shl	edi, 2
	add	edi, [page]
	a32 stosd
.outside:
	inc	ecx
	cmp	ecx, BALL
	jle	.dot
	inc	ebx
	cmp	ebx, BALL
	jle	.row
	ret

gdt_register:
	dw	gdt_end - gdt - 1
	dd	gdt
	align	8
gdt:	dq	0
	dq	0x00cf92000000ffff	; data, from 0 on, 4 GiB
gdt_end:

found:		dw 0
answer:		dw 0
mode:		dw 0
pitch:		dw 0
frame:		dw 0
row:		dw 0
frame_buffer:	dd 0
page:		dd 0

PADDING
