; SPDX-License-Identifier: MIT
; A drawing in mode 12h: 640 x 480 dots of 16 colours in four planes. Every way of writing is used:
; write mode 0 with set/reset for the sky and the sun, write mode 2 for the hills, write mode 3 for
; the stars, exclusive or for a frame that is drawn twice more, write mode 1 for the reflection in
; the lake. Dots are read back in both read modes.
%include "boot.inc"

SEQUENCER	equ 0x3c4
GRAPHICS	equ 0x3ce
SCREEN		equ 0xa000
PITCH		equ 80
WIDTH		equ 640
HORIZON		equ 320
HEIGHT		equ 480
SUN_X		equ 440
SUN_Y		equ 170
SUN_RADIUS	equ 70

; GC index, value: a register of the graphics controller. AX and DX are lost.
%macro GC 2
	mov	dx, GRAPHICS
	mov	ax, (%2) << 8 | (%1)
	out	dx, ax
%endmacro

main:
	mov	ax, 0x0012
	int	0x10
	mov	ax, SCREEN
	mov	es, ax
	call	sky
	call	sun
	call	stars
	call	hills
	call	frame
	call	reflection
	call	read_back
	push	ds
	pop	es
	jmp	finish

; ---- write mode 0 with set/reset: whole bytes, and parts of one by the bit mask ----

; Set/reset to colour AL, in all planes.
set_colour:
	mov	ah, al
	mov	al, 0
	mov	dx, GRAPHICS
	out	dx, ax
	GC	1, 0x0f
	ret

no_set_reset:
	GC	1, 0
	GC	0, 0
	GC	8, 0xff
	ret

; Bands of ten rows each, in the order of `bands`.
sky:
	xor	di, di
	mov	si, bands
.band:
	lodsb
	call	set_colour
	mov	cx, PITCH * 20
	rep	stosb			; what is written does not matter
	cmp	si, bands_end
	jb	.band
	jmp	no_set_reset

bands:	db	0, 0, 0, 8, 8, 1, 1, 1, 9, 9, 9, 5, 5, 13, 13, 12
bands_end:

; Rows of a disc: its half width is the greatest w with w * w + y * y <= r * r.
sun:
	mov	al, 14
	call	set_colour
	mov	bx, -SUN_RADIUS
.row:
	mov	ax, bx
	imul	ax, bx
	neg	ax
	add	ax, SUN_RADIUS * SUN_RADIUS
	mov	cx, 0
.wider:
	mov	dx, cx
	imul	dx, cx
	cmp	dx, ax
	jg	.found
	inc	cx
	jmp	.wider
.found:
	push	bx
	add	bx, SUN_Y
	mov	si, SUN_X
	sub	si, cx
	inc	si			; the first dot
	mov	di, SUN_X
	add	di, cx
	dec	di			; the last one
	call	span
	pop	bx
	inc	bx
	cmp	bx, SUN_RADIUS
	jle	.row
	jmp	no_set_reset

; Dots SI to DI of row BX, in set/reset's colour.
span:
	imul	bx, bx, PITCH
	mov	cx, si
	and	cl, 7
	mov	ch, 0xff
	shr	ch, cl			; the dots of the first byte
	mov	cl, 7
	mov	ax, di
	and	al, 7
	sub	cl, al
	mov	ah, 0xff
	shl	ah, cl			; the dots of the last byte
	shr	si, 3
	shr	di, 3
	cmp	si, di
	jne	.several
	and	ah, ch
	jmp	.last
.several:
	push	ax
	mov	ah, ch
	call	masked
	GC	8, 0xff
	pop	cx			; CH: the last byte's dots
.whole:
	inc	si
	cmp	si, di
	je	.end
	mov	[es:bx + si], al
	jmp	.whole
.end:
	mov	ah, ch
.last:
	jmp	masked

; The dots AH of the byte at BX + SI.
masked:
	mov	al, 8
	mov	dx, GRAPHICS
	out	dx, ax
	mov	al, [es:bx + si]	; the latches
	mov	[es:bx + si], al
	ret

; ---- write mode 3: the byte written is the bit mask ----

stars:
	GC	0, 15
	GC	5, 3
	mov	si, star_places
.star:
	lodsw
	mov	di, ax
	lodsb
	mov	ah, [es:di]
	mov	[es:di], al
	cmp	si, star_places_end
	jb	.star
	GC	5, 0
	GC	0, 0
	ret

%macro STAR 3				; byte, row, dots
	dw	(%2) * PITCH + (%1)
	db	%3
%endmacro
star_places:
	STAR	3, 10, 0x10
	STAR	3, 11, 0x38
	STAR	3, 12, 0x10
	STAR	17, 25, 0x80
	STAR	25, 8, 0x04
	STAR	31, 44, 0x40
	STAR	44, 15, 0x21
	STAR	60, 30, 0x08
	STAR	66, 9, 0x10
	STAR	66, 10, 0x38
	STAR	66, 11, 0x10
	STAR	72, 51, 0x02
star_places_end:

; ---- write mode 2: the byte written is a colour ----

; Columns of dots from a line of hills down to the horizon; the slope changes at given columns.
hills:
	GC	5, 2
	mov	si, slopes
	mov	cx, 0			; the column
	mov	bp, 250 * 16		; the row, in sixteenths
.next:
	cmp	cx, [si]
	jb	.same
	add	si, 4
.same:
	add	bp, [si + 2]
	mov	bx, bp
	shr	bx, 4
	call	column
	inc	cx
	cmp	cx, WIDTH
	jb	.next
	GC	5, 0
	GC	8, 0xff
	ret

slopes:	dw	120, -12, 200, 9, 330, -6, 400, 10, 520, -3, 600, 8, WIDTH, -14

; Column CX from row BX down: a bright dot, then green ones, then dark ones.
column:
	push	cx
	push	si
	mov	di, cx
	shr	di, 3
	imul	si, bx, PITCH
	add	di, si
	and	cl, 7
	mov	ah, 0x80
	shr	ah, cl
	mov	al, 8
	mov	dx, GRAPHICS
	out	dx, ax
	mov	cx, HORIZON
	sub	cx, bx
	mov	al, 10
.dot:
	mov	ah, [es:di]		; the latches
	mov	[es:di], al
	add	di, PITCH
	mov	al, 2
	dec	cx
	jnz	.dot
	pop	si
	pop	cx
	ret

; ---- exclusive or ----

; A frame, three times: the second takes the first away.
frame:
	GC	3, 0x18
	mov	al, 15
	call	set_colour
	mov	bp, 3
.again:
	mov	bx, 4
	call	.line
	mov	bx, HORIZON - 5
	call	.line
	dec	bp
	jnz	.again
	GC	3, 0
	jmp	no_set_reset
.line:
	push	bx
	mov	si, 5
	mov	di, WIDTH - 6
	call	span
	pop	bx
	ret

; ---- write mode 1: all planes at once, by the latches ----

reflection:
	GC	5, 1
	mov	bx, HORIZON
	mov	si, (HORIZON - 1) * PITCH
	mov	di, HORIZON * PITCH
.row:
	mov	cx, PITCH
	push	si
.byte:
	mov	al, [es:si]
	mov	[es:di], al
	inc	si
	inc	di
	loop	.byte
	pop	si
	sub	si, PITCH * 2		; every other row: the lake lies flat
	inc	bx
	cmp	bx, HEIGHT
	jb	.row
	GC	5, 0
	ret

; ---- reading ----

; DOT x, y, colour, "what": by read mode 0, plane by plane
%macro DOT 4
	mov	cx, %1
	mov	bx, %2
	call	read_dot
	EXPECT	[colour], %3, %4
%endmacro

read_back:
	DOT	0, 0, 0, "the sky is black above"
	DOT	WIDTH - 1, 319, 2, "the hills reach the horizon"
	DOT	SUN_X, SUN_Y, 14, "the sun is yellow"
	DOT	SUN_X + SUN_RADIUS, SUN_Y, 14, "to its edge"
	DOT	SUN_X + SUN_RADIUS + 1, SUN_Y, 9, "and not beyond"
	DOT	27, 11, 15, "a star"
	DOT	23, 11, 0, "and what is beside it"
	DOT	5, 4, 15, "a frame drawn three times is there"
	DOT	4, 4, 0, "but not left of it"
	DOT	SUN_X, HEIGHT - 1, 0, "the sun is mirrored in part"
	DOT	SUN_X, HORIZON + 74, 14, "the sun is in the lake"
	; read mode 1: which dots have the colour in GR02
	GC	5, 8
	GC	7, 0x0f
	GC	2, 14
	mov	di, SUN_Y * PITCH + SUN_X / 8
	movzx	ax, byte [es:di]
	EXPECT	ax, 0xff, "eight dots of the sun"
	mov	di, (SUN_Y - SUN_RADIUS) * PITCH + SUN_X / 8
	movzx	ax, byte [es:di]
	EXPECT	ax, 0x80, "the highest dot of the sun"
	GC	2, 0
	GC	7, 0
	GC	5, 0
	ret

; The dot in column CX of row BX.
read_dot:
	imul	di, bx, PITCH
	mov	ax, cx
	shr	ax, 3
	add	di, ax
	and	cl, 7
	mov	word [colour], 0
	mov	bx, 3
.plane:
	mov	dx, GRAPHICS
	mov	ah, bl
	mov	al, 4
	out	dx, ax
	mov	al, [es:di]
	shl	al, cl
	shl	word [colour], 1
	shr	al, 7
	or	[colour], al
	dec	bx
	jns	.plane
	ret

colour:	dw	0

PADDING
