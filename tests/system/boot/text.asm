; SPDX-License-Identifier: MIT
; BIOS services: the screen, the keyboard's buffer, the clock, and the sizes of memory.
%include "boot.inc"

main:
	mov	ax, 0x0003
	int	0x10
	mov	ah, 0x0f
	int	0x10
	mov	[mode], ax
	EXPECT	[mode], 80 << 8 | 3, "mode 3 has 80 columns"

	; teletype, and reading it back both ways
	mov	si, .hello
.type:
	lodsb
	test	al, al
	jz	.typed
	mov	ah, 0x0e
	mov	bx, 0x0007
	int	0x10
	jmp	.type
.hello:	db	"Hello, BIOS", 13, 10, "second line", 8, 8, 8, "NE", 0
.typed:
	mov	ah, 0x03
	mov	bh, 0
	int	0x10
	mov	[position], dx
	EXPECT	[position], 1 << 8 | 10, "the cursor follows"
	mov	ax, 0xb800
	mov	es, ax
	mov	bx, [es:0]
	mov	cx, [es:160 + 8 * 2]
	EXPECT	bx, 0x07 << 8 | 'H', "the first character"
	EXPECT	cx, 0x07 << 8 | 'N', "what was typed over"

	mov	ah, 0x02
	mov	bh, 0
	mov	dx, 0
	int	0x10
	mov	ah, 0x08
	mov	bh, 0
	int	0x10
	mov	[cell], ax
	EXPECT	[cell], 0x07 << 8 | 'H', "a cell read back"
	mov	ax, 0x0941
	mov	bx, 0x001e
	mov	cx, 3
	int	0x10
	EXPECT	[es:4], 0x1e << 8 | 'A', "three cells with an attribute"
	EXPECT	[es:6], 0x07 << 8 | 'l', "and no fourth"

	; a string with its attribute
	push	ds
	pop	es
	mov	ax, 0x1301
	mov	bx, 0x004f
	mov	cx, 6
	mov	dx, 10 << 8 | 5
	mov	bp, .string
	int	0x10
	jmp	.after
.string: db	"string"
.after:
	mov	ax, 0xb800
	mov	es, ax
	EXPECT	[es:10 * 160 + 10 * 2], 0x4f << 8 | 'g', "a string"
	mov	ah, 0x03
	mov	bh, 0
	int	0x10
	mov	[position], dx
	EXPECT	[position], 10 << 8 | 11, "the cursor behind the string"

	; scrolling: by a window, and at the last line
	mov	ax, 0x060a
	mov	bx, 0x0700
	mov	cx, 0
	mov	dx, 24 << 8 | 79
	int	0x10
	EXPECT	[es:10 * 2], 0x4f << 8 | 'g', "ten lines up"
	EXPECT	[es:24 * 160], 0x0720, "a blank line came in"
	mov	ah, 0x02
	mov	bh, 0
	mov	dx, 24 << 8 | 0
	int	0x10
	mov	ax, 0x0e0a
	mov	bx, 7
	int	0x10
	EXPECT	[es:10 * 2], 0x0720, "a line feed scrolls"
	push	ds
	pop	es

	; port 60h keeps what the firmware has read: the keyboard's last acknowledge
	in	al, 0x60
	mov	ah, 0
	mov	[cell], ax
	EXPECT	[cell], 0xfa, "the last byte from the keyboard"

	; a key put in and taken out
	mov	ah, 0x01
	int	0x16
	setnz	[flag]
	EXPECT	[flag], 0, "no key at first"
	mov	ah, 0x05
	mov	cx, 0x1e61
	int	0x16
	mov	ah, 0x01
	int	0x16
	setnz	[flag]
	EXPECT	[flag], 1, "a key is there"
	mov	ah, 0x00
	int	0x16
	mov	[cell], ax
	EXPECT	[cell], 0x1e61, "the key that was put in"

	; the tick, which IRQ 0 counts, and a wait
	mov	ah, 0x00
	int	0x1a
	mov	[tick], dx
.halt:
	hlt
	mov	ah, 0x00
	int	0x1a
	sub	dx, [tick]
	cmp	dx, 2
	jb	.halt
	mov	cx, 1
	mov	dx, 0x86a0		; 100 ms
	mov	ah, 0x86
	int	0x15
	EXPECT_NO_CARRY "a wait"
	mov	ah, 0x00
	int	0x1a
	sub	dx, [tick]
	cmp	dx, 3
	setae	[flag]
	EXPECT	[flag], 1, "100 ms are a tick and more"

	mov	ah, 0x02
	int	0x1a
	EXPECT_NO_CARRY "the clock runs"
	cmp	ch, 0x24
	setb	[flag]
	EXPECT	[flag], 1, "the hour is one"

	int	0x12
	mov	[cell], ax
	EXPECT	[cell], [0x413], "the memory's size is that of the data area"
	int	0x11
	and	ax, 0x30
	mov	[cell], ax
	EXPECT	[cell], 0x20, "80 columns in colour"

	mov	ah, 0x42
	int	0x15
	EXPECT_CARRY "an unknown system call"
	jmp	finish

mode:		dw 0
position:	dw 0
cell:		dw 0
tick:		dw 0
flag:		dw 0

PADDING
