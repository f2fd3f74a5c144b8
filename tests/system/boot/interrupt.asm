; SPDX-License-Identifier: MIT
; Real mode: INT of all 256 numbers, INT3 and INTO; far calls and returns; what IRET restores of the
; flags (SDM Vol. 2A, INT and IRET; Vol. 3A 20.1.4).
%include "boot.inc"

FLAG_TF	equ 1 << 8
FLAG_IF	equ 1 << 9

main:
	cli
	xor	bx, bx			; the number
	mov	word [good], 0
.number:
	mov	[.int + 1], bl
	mov	si, bx
	shl	si, 2
	push	dword [si]		; the vector's own handler
	mov	word [si], handler
	mov	word [si + 2], 0
	mov	word [entries], 0
	stc
	jmp	.int			; the prefetched bytes may be old ones
.int:
	int	0
.behind:
	jnc	.wrong			; IRET brought the flags back
	cmp	word [entries], 1
	jne	.wrong
	cmp	word [return], .behind
	jne	.wrong
	inc	word [good]
.wrong:
	pop	dword [si]
	inc	bx
	cmp	bx, 256
	jb	.number
	EXPECT	[good], 256, "INT n goes through vector n and returns behind itself"

	mov	word [3 * 4], handler
	mov	word [3 * 4 + 2], 0
	mov	word [4 * 4], handler
	mov	word [4 * 4 + 2], 0
	mov	word [entries], 0
	int3
.behind_int3:
	EXPECT	[entries], 1, "INT3 goes through vector 3"
	EXPECT	[return], .behind_int3, "and returns behind itself"
	xor	ax, ax
	into
	EXPECT	[entries], 1, "INTO with OF clear does nothing"
	mov	al, 0x7f
	inc	al
	into
	EXPECT	[entries], 2, "INTO with OF set goes through vector 4"

	; the frame and the flags in the handler
	mov	word [0x90 * 4], look
	mov	word [0x90 * 4 + 2], 0
	pushf
	pop	ax
	or	ax, FLAG_IF | 0x0001
	push	ax
	popf
	int	0x90
	cli
	mov	ax, [pushed_flags]
	and	ax, FLAG_IF | 1
	mov	[value], ax
	EXPECT	[value], FLAG_IF | 1, "IF and CF are pushed"
	mov	ax, [handler_flags]
	and	ax, FLAG_IF | FLAG_TF
	mov	[value], ax
	EXPECT	[value], 0, "IF is clear in the handler"

	; far calls
	mov	word [value], 0
	call	0:far_target
	EXPECT	[value], 0x600d, "CALL and RETF"
	mov	[stack], sp
	push	word 1
	push	word 2
	call	0:far_release
	cmp	sp, [stack]
	sete	al
	movzx	ax, al
	mov	[value], ax
	EXPECT	[value], 1, "RETF releases parameters"
	call	dword 0:far_target32
	EXPECT	[value], 0x6006, "CALL and RETF of 32 bits"

	; IRET of 32 bits loads ID (bit 21), one of 16 bits does not
	pushfd
	pop	eax
	or	eax, 1 << 21
	push	eax
	push	dword 0
	push	dword .id
	iretd
.id:
	push	word 0x0002
	push	word 0
	push	word .kept
	iret
.kept:
	pushfd
	pop	eax
	shr	eax, 21
	and	ax, 1
	mov	[value], ax
	EXPECT	[value], 1, "IRETD loads ID, and IRET keeps it"
	jmp	finish

handler:
	inc	word [entries]
	push	bp
	mov	bp, sp
	push	word [bp + 2]
	pop	word [return]
	pop	bp
	iret

look:
	push	bp
	mov	bp, sp
	push	word [bp + 6]
	pop	word [pushed_flags]
	pushf
	pop	word [handler_flags]
	pop	bp
	iret

far_target:
	mov	word [value], 0x600d
	retf
far_release:
	retf	4
far_target32:
	mov	word [value], 0x6006
	o32 retf

good:		dw 0
entries:	dw 0
return:		dw 0
pushed_flags:	dw 0
handler_flags:	dw 0
value:		dw 0
stack:		dw 0

	PADDING
