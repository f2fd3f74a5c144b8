; SPDX-License-Identifier: MIT
; Draws in every graphics mode by INT 10h, and reads back what it drew: dots, exclusive-or, and
; characters by their glyphs.
%include "boot.inc"

main:
	mov	si, modes
.next:
	mov	ah, 0
	mov	al, [si]
	push	si
	int	0x10
	call	dots
	call	characters
	pop	si
	inc	si
	cmp	si, modes.end
	jb	.next
	mov	ax, 0x0003
	int	0x10
	jmp	finish

; DOT function and colour, column, line: AL
%macro DOT 3
	mov	ax, %1
	mov	bh, 0
	mov	cx, %2
	mov	dx, %3
	int	0x10
%endmacro

dots:
	DOT	0x0c01, 319, 199
	DOT	0x0c01, 17, 100
	DOT	0x0d00, 319, 199
	mov	ah, 0
	EXPECT	ax, 1, "a dot in the corner"
	DOT	0x0d00, 16, 100
	mov	ah, 0
	EXPECT	ax, 0, "its neighbour"
	cmp	byte [0x449], 0x13		; there bit 7 belongs to the colour
	je	.done
	DOT	0x0c81, 17, 100
	DOT	0x0d00, 17, 100
	mov	ah, 0
	EXPECT	ax, 0, "a dot drawn twice"
.done:
	ret

; AL at row 5, column 9.
characters:
	mov	al, 'R'
	call	character
	mov	al, '8'
	call	character
	mov	ax, 0x0600			; blank the window
	mov	bh, 0
	mov	cx, 0x0509
	mov	dx, 0x0509
	int	0x10
	DOT	0x0d00, 9 * 8 + 3, 5 * 8 + 3
	mov	ah, 0
	EXPECT	ax, 0, "a dot of a blank window"
	ret

character:
	mov	[wanted], al
	mov	ah, 0x02
	mov	bh, 0
	mov	dx, 0x0509
	int	0x10
	mov	ah, 0x09
	mov	al, [wanted]
	mov	bx, 0x0001
	mov	cx, 1
	int	0x10
	mov	ah, 0x08
	mov	bh, 0
	int	0x10
	mov	ah, 0
	EXPECT	ax, [wanted], "the character at the cursor"
	ret

wanted:	dw 0
modes:	db 0x04, 0x05, 0x06, 0x0d, 0x0e, 0x10, 0x11, 0x12, 0x13
.end:

PADDING
