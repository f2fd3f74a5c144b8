; SPDX-License-Identifier: MIT
; A program in the format of a Linux kernel of boot protocol VERSION, without a 32-bit entry (Documentation/arch/x86/boot.rst): its
; setup code checks the work of the loader. LOADED_HIGH: 1, a bzImage; 0, a zImage. The command line is "hello".
bits 16
org 0

%define SETUP_SECTORS 2
%define PORT_EXIT 0xf4
%define COM1 0x3f8

	times 0x1f1 - ($ - $$) db 0
	db	SETUP_SECTORS
	dw	0
	dd	(code_end - code) / 16
	dw	0, 0, 0
	dw	0xaa55
	jmp	short setup
	db	"HdrS"
	dw	VERSION
	dd	0
	dw	0x1000, 0
loader_type:	db 0
loadflags:	db LOADED_HIGH
move_size:	dw 0
	dd	0x100000 - (1 - LOADED_HIGH) * 0xf0000
ramdisk:	dd 0, 0
	dd	0
%if VERSION >= 0x0201
heap_end:	dw 0
%endif
%if VERSION >= 0x0202
	dw	0
cmd_line:	dd 0
%endif
%if VERSION >= 0x0203
	dd	0x37ffffff
%endif
%if VERSION >= 0x0205
	dd	0x1000
	db	0
%endif
%if VERSION >= 0x0206
	db	0
	dw	0
	dd	255
%endif

; QEMU writes to fields of later versions too.
	times 0x240 - ($ - $$) db 0

; CHECK condition-code, "what": unless the condition holds, print a line and fail
%macro CHECK 2
	j%1	%%right
	mov	si, %%text
	call	failed
	jmp	%%right
%%text:	db	%2, 0
%%right:
%endmacro

setup:
	mov	ax, cs
	sub	ax, 0x20
	mov	bx, ds
	cmp	ax, bx
	CHECK	e, "DS is where the setup code lies"
	mov	bx, es
	cmp	ax, bx
	CHECK	e, "so is ES"
	mov	bx, ss
	cmp	ax, bx
	CHECK	e, "so is SS"
	mov	ds, ax
	cld

	cmp	byte [loader_type], 0
	CHECK	ne, "the loader says who it is"
%if VERSION >= 0x0201
	test	byte [loadflags], 0x80
	CHECK	nz, "there is a heap"
	cmp	word [heap_end], setup_end
	CHECK	a, "it ends behind the code"
%endif
	test	byte [loadflags], 1
%if LOADED_HIGH
	CHECK	nz, "LOADED_HIGH is kept"
%else
	CHECK	z, "LOADED_HIGH stays clear"
%endif

%if VERSION >= 0x0202
	mov	eax, [cmd_line]
	mov	di, ax
	and	di, 0x0f
	shr	eax, 4
	mov	es, ax
%else
	cmp	word [0x20], 0xa33f
	CHECK	e, "the old command line's magic"
	mov	di, [0x22]
%endif
	mov	si, hello
	mov	cx, 6
	repe	cmpsb
	CHECK	e, "the command line"

	push	ds
	pop	es
%if LOADED_HIGH
	; INT 15h AH=87h: 8 words from 1 MiB to `copied`
	xor	eax, eax
	mov	ax, ds
	shl	eax, 4
	add	eax, copied
	mov	[target], ax
	shr	eax, 16
	mov	[target + 2], al
	mov	si, gdt
	mov	cx, 8
	mov	ah, 0x87
	int	0x15
	CHECK	nc, "INT 15h AH=87h"
	mov	eax, [copied]
%else
	push	word 0x1000
	pop	fs
	mov	eax, [fs:0]
%endif
	cmp	eax, 0x12345678
	CHECK	e, "the kernel's code is where it belongs"
	cmp	dword [ramdisk], 0
	CHECK	e, "no initrd"

	cmp	byte [failures], 0
	jne	.failed
	mov	si, passed
	call	put_string
	mov	al, 0x10
	jmp	.exit
.failed:
	mov	al, 0x11
.exit:
	mov	dx, COM1 + 5
	xchg	al, ah
.wait:
	in	al, dx
	test	al, 0x40
	jz	.wait
	xchg	al, ah
	out	PORT_EXIT, al
	cli
	hlt

; "FAIL what"
failed:
	inc	byte [failures]
	push	si
	mov	si, fail
	call	put_string
	pop	si
	call	put_string
	mov	si, end_of_line
	jmp	put_string

put_string:
	lodsb
	test	al, al
	jz	.done
	mov	ah, al
	mov	dx, COM1 + 5
.wait:
	in	al, dx
	test	al, 0x20
	jz	.wait
	mov	al, ah
	mov	dx, COM1
	out	dx, al
	jmp	put_string
.done:
	ret

fail:		db "FAIL ", 0
end_of_line:	db 10, 0
passed:		db "DONE passed", 10, 0
hello:		db "hello", 0
failures:	db 0

	align	8
gdt:	times 16 db 0
	dw	0xffff, 0
	db	0x10, 0x93, 0, 0	; from 1 MiB
	dw	0xffff
target:	dw	0
	db	0, 0x93, 0, 0
	times 16 db 0
copied:	times 16 db 0

	times (SETUP_SECTORS + 1) * 512 - ($ - $$) db 0
setup_end:
code:	dd	0x12345678
	times 512 - ($ - code) db 0x90
code_end:
