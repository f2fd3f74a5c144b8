; SPDX-License-Identifier: MIT
; A game in mode 13h: a snake, steered by the arrow keys, eats what lies around and grows. A wall or
; its own body ends the game, Escape leaves. What it eats lies at the same places in every game.
; COM1 hears "snake: ready", "snake: ate N", "snake: over, N".
%include "boot.inc"

COLUMNS		equ 40
ROWS		equ 25		; the first is the score's
CELL		equ 8		; dots
PITCH		equ 320
MAP		equ 0xb000	; a byte for each cell: what is there
BODY		equ 0xb800	; a ring of words: column, row
BODY_CELLS	equ 256
TICKS		equ 0x46c	; 18.2 a second
STEP_TICKS	equ 2

FREE		equ 0
WALL		equ 1
SNAKE		equ 2
FOOD		equ 3

GREENS		equ 64		; of the palette: from dark to bright
N_GREENS	equ 64
FLOOR		equ 128		; two of them
BRICK		equ 130

KEY_ESCAPE	equ 0x01
KEY_UP		equ 0x48
KEY_LEFT	equ 0x4b
KEY_RIGHT	equ 0x4d
KEY_DOWN	equ 0x50

main:
	mov	ax, 0x0013
	int	0x10
	mov	ax, 0xa000
	mov	es, ax
	call	load_palette
	call	paint_field
	mov	word [head], 0
	mov	bx, 12 << 8 | 4
	mov	cx, 12			; cells
.body:
	push	cx
	call	grow
	pop	cx
	inc	bl
	loop	.body
	dec	bl
	mov	[place], bx
	call	place_food
	mov	si, .ready
	call	put_string
	jmp	play
.ready:	db	"snake: ready", 10, 0

; ---- the game ----

play:
	mov	eax, [TICKS]
	mov	[then], eax
.wait:
	hlt
	call	read_keys
	mov	eax, [TICKS]
	sub	eax, [then]
	cmp	eax, STEP_TICKS
	jb	.wait
	cmp	word [way], 0		; it waits for the first key
	je	play
	mov	bx, [place]
	add	bl, [way]
	add	bh, [way + 1]
	call	what_is
	cmp	al, FOOD
	je	.eat
	cmp	al, FREE
	jne	over
	call	shrink
	call	advance
	jmp	play
.eat:
	call	advance
	inc	word [eaten]
	call	show_score
	mov	si, .ate
	call	report
	call	place_food
	jmp	play
.ate:	db	"snake: ate ", 0

over:
	mov	si, .over
	call	report
	mov	bx, [place]
	mov	al, 12
	call	fill_cell		; a red head
.wait:
	hlt
	call	read_keys
	jmp	.wait
.over:	db	"snake: over, ", 0

; SI: what; then the number of cells eaten.
report:
	call	put_string
	mov	ax, [eaten]
	call	put_hex
	mov	si, end_of_line
	jmp	put_string

; Turn by the keys that came; not back by half a turn.
read_keys:
	mov	ah, 0x01
	int	0x16
	jz	.none
	mov	ah, 0x00
	int	0x16
	cmp	ah, KEY_ESCAPE
	je	.leave
	mov	si, turns
.find:
	cmp	ah, [si]
	je	.found
	add	si, 3
	cmp	si, turns_end
	jb	.find
	jmp	read_keys
.found:
	mov	bx, [si + 1]
	mov	ax, bx
	add	al, [way]
	jnz	.turn
	add	ah, [way + 1]
	jz	read_keys
.turn:
	mov	[way], bx
	jmp	read_keys
.none:	ret
.leave:
	pop	ax			; the return address
	push	ds
	pop	es
	mov	ax, 0x0003
	int	0x10
	jmp	finish

turns:	db	KEY_UP, 0, -1, KEY_DOWN, 0, 1, KEY_LEFT, -1, 0, KEY_RIGHT, 1, 0
turns_end:

; ---- the body: a ring, from the tail to the head ----

; BX becomes a part of it, in a brighter green than the one before.
grow:
	mov	di, [head]
	mov	[BODY + di], bx
	add	di, 2
	and	di, BODY_CELLS * 2 - 1
	mov	[head], di
	mov	al, SNAKE
	call	mark
	mov	al, [shade]
	inc	byte [shade]
	and	al, N_GREENS / 2 - 1
	add	al, GREENS + N_GREENS / 2
	mov	[colour], al
	jmp	fill_cell

; The head goes to BX, and the cell where it was loses its eyes.
advance:
	push	bx
	mov	bx, [place]
	mov	al, [colour]
	call	fill_cell
	pop	bx
	call	grow
	mov	[place], bx
	jmp	paint_eyes

; The tail leaves its cell.
shrink:
	push	bx
	mov	di, [tail]
	mov	bx, [BODY + di]
	add	di, 2
	and	di, BODY_CELLS * 2 - 1
	mov	[tail], di
	mov	al, FREE
	call	mark
	call	paint_floor
	pop	bx
	ret

; ---- what lies around ----

place_food:
	mov	si, [next_food]
	mov	bx, [si]
	add	si, 2
	cmp	si, foods_end
	jb	.more
	mov	si, foods
.more:	mov	[next_food], si
	mov	al, FOOD
	call	mark
	mov	si, apple
	mov	al, 12
	jmp	paint_bits

show_score:
	mov	bx, [eaten]
	dec	bx
	add	bx, bx
	inc	bx			; column 1, 3, 5, ...: row 0
	mov	si, apple
	mov	al, 14
	jmp	paint_bits

foods:	db	28, 12, 28, 20, 10, 20, 10, 4, 33, 4, 33, 21
foods_end:

; ---- cells: BL column, BH row ----

; DI: its place in the map.
in_map:
	movzx	di, bh
	imul	di, di, COLUMNS
	push	ax
	movzx	ax, bl
	add	di, ax
	pop	ax
	ret

what_is:
	call	in_map
	mov	al, [MAP + di]
	ret

mark:
	call	in_map
	mov	[MAP + di], al
	ret

; DI: its first dot.
first_dot:
	movzx	di, bh
	imul	di, di, PITCH * CELL
	push	ax
	movzx	ax, bl
	shl	ax, 3
	add	di, ax
	pop	ax
	ret

; Colour AL, with a border of the floor to the right and below.
fill_cell:
	call	first_dot
	mov	dx, CELL - 1
.row:
	mov	cx, CELL - 1
	rep	stosb
	add	di, PITCH - CELL + 1
	dec	dx
	jnz	.row
	ret

paint_floor:
	call	first_dot
	mov	al, bl
	add	al, bh
	and	al, 1
	add	al, FLOOR
	mov	dx, CELL
.row:
	mov	cx, CELL
	rep	stosb
	add	di, PITCH - CELL
	dec	dx
	jnz	.row
	ret

; The bits of eight bytes at SI in colour AL; what is behind the others stays.
paint_bits:
	call	first_dot
	mov	dx, CELL
.row:
	mov	ah, [si]
	inc	si
	mov	cx, CELL
.dot:
	add	ah, ah
	jnc	.clear
	mov	[es:di], al
.clear:
	inc	di
	loop	.dot
	add	di, PITCH - CELL
	dec	dx
	jnz	.row
	ret

paint_eyes:
	mov	si, eyes
	mov	al, 0
	jmp	paint_bits

apple:	db	0x08, 0x10, 0x7c, 0xfe, 0xfe, 0xfe, 0x7c, 0x00
eyes:	db	0x00, 0x00, 0x28, 0x28, 0x00, 0x00, 0x00, 0x00

; ---- the field ----

paint_field:
	mov	bx, 0x0100		; column 0 of row 1
.cell:
	mov	al, FREE
	cmp	bl, 0
	je	.wall
	cmp	bl, COLUMNS - 1
	je	.wall
	cmp	bh, 1
	je	.wall
	cmp	bh, ROWS - 1
	je	.wall
	call	mark
	call	paint_floor
	jmp	.next
.wall:
	mov	al, WALL
	call	mark
	mov	al, BRICK
	call	fill_cell
.next:
	inc	bl
	cmp	bl, COLUMNS
	jb	.cell
	mov	bl, 0
	inc	bh
	cmp	bh, ROWS
	jb	.cell
	ret

; Greens, then two floors and the bricks.
load_palette:
	mov	dx, 0x3c8
	mov	al, GREENS
	out	dx, al
	inc	dx
	mov	cx, N_GREENS
.green:
	mov	al, N_GREENS
	sub	al, cl
	mov	ah, al
	shr	al, 2
	out	dx, al			; red
	mov	al, ah
	out	dx, al
	shr	al, 2
	out	dx, al
	loop	.green
	mov	si, .others
	mov	cx, 9
.other:
	lodsb
	out	dx, al
	loop	.other
	ret
.others: db	4, 4, 10, 6, 6, 14, 36, 18, 10

way:		dw 0			; columns and rows of a step
place:		dw 0			; the head's cell
head:		dw 0			; offsets in the ring
tail:		dw 0
shade:		db 0			; how many cells have grown
colour:		db 0			; of the last one
eaten:		dw 0
next_food:	dw foods
then:		dd 0

PADDING
