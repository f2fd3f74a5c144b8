; SPDX-License-Identifier: MIT
; The memory map, the A20 gate, and the switch from real mode directly to long mode.
%include "boot.inc"

MAP		equ 0xb000
PML4		equ 0x10000
PDPT		equ 0x11000
PD		equ 0x12000

PAGE		equ 3			; present, writable
LARGE_PAGE	equ 0x83
CR0_PE		equ 1
CR0_PG		equ 0x80000000
CR4_PAE		equ 0x20
MSR_EFER	equ 0xc0000080
EFER_LME	equ 0x100

main:
	; the map: there is memory from 0 and from 1 MiB on
	xor	ebx, ebx
	mov	di, MAP
.entry:
	mov	eax, 0xe820
	mov	edx, 0x534d4150
	mov	ecx, 24
	int	0x15
	EXPECT_NO_CARRY "an entry of the memory map"
	cmp	eax, 0x534d4150
	setne	[flag]
	EXPECT	[flag], 0, "the signature comes back"
	cmp	dword [di + 16], 1
	jne	.not_memory
	mov	eax, [di]
	or	eax, [di + 4]
	jnz	.not_low
	inc	word [low]
.not_low:
	cmp	dword [di], 0x100000
	jne	.not_memory
	cmp	dword [di + 4], 0
	jne	.not_memory
	mov	eax, [di + 8]
	mov	[high], eax
.not_memory:
	inc	word [entries]
	cmp	word [entries], 64
	ja	.mapped
	test	ebx, ebx
	jnz	.entry
.mapped:
	EXPECT	[low], 1, "memory from 0 on"
	cmp	dword [high], 0x100000
	setae	[flag]
	EXPECT	[flag], 1, "memory from 1 MiB on"
	mov	ax, 0xe801
	int	0x15
	EXPECT_NO_CARRY "the size in two parts"
	mov	[flag], ax
	EXPECT	[flag], 15 * 1024, "15 MiB below 16 MiB"

	; the gate: closed, 1 MiB is 0
	mov	ax, 0x2401
	int	0x15
	EXPECT_NO_CARRY "opening the gate"
	mov	ax, 0xffff
	mov	fs, ax
	mov	word [0x7b00], 0x1111
	mov	word [fs:0x7b10], 0x2222
	EXPECT	[0x7b00], 0x1111, "1 MiB is not 0"
	EXPECT	[fs:0x7b10], 0x2222, "but memory of its own"

	; tables: the first GiB to itself
	mov	di, 0
	mov	ax, PML4 >> 4
	mov	es, ax
	xor	eax, eax
	mov	cx, 0xc00
	rep	stosd
	mov	dword [es:0], PDPT | PAGE
	mov	dword [es:PDPT - PML4], PD | PAGE
	mov	di, PD - PML4
	mov	eax, LARGE_PAGE
	mov	cx, 512
.large:
	mov	[es:di], eax
	add	eax, 0x200000
	add	di, 8
	loop	.large

	cli
	mov	si, .text
	call	put_string
	lgdt	[gdt.pointer]
	mov	eax, PML4
	mov	cr3, eax
	mov	eax, cr4
	or	eax, CR4_PAE
	mov	cr4, eax
	mov	ecx, MSR_EFER
	rdmsr
	or	eax, EFER_LME
	wrmsr
	mov	eax, cr0
	or	eax, CR0_PG | CR0_PE
	mov	cr0, eax
	jmp	8:in_long_mode
.text:	db	"16", 10, 0

bits 64
in_long_mode:
	mov	ax, 16
	mov	ds, ax
	mov	es, ax
	mov	ss, ax
	mov	rsp, 0x7c00
	mov	rax, 0x1122334455667788
	mov	[abs 0x200000], rax
	cmp	[abs 0x200000], rax
	jne	.failed
	mov	ecx, MSR_EFER
	rdmsr
	test	eax, 0x400			; LMA
	jz	.failed
	mov	word [abs 0xb8000], 0x0236	; a green 6
	mov	word [abs 0xb8002], 0x0234	; and 4
	mov	rsi, .text
.next:
	mov	dx, COM1 + 5
.wait:
	in	al, dx
	test	al, 0x20
	jz	.wait
	mov	dx, COM1
	lodsb
	test	al, al
	jz	.sent
	out	dx, al
	jmp	.next
.sent:
	mov	dx, COM1 + 5
	in	al, dx
	test	al, 0x40
	jz	.sent
	cmp	byte [abs failures], 0
	jne	.failed
	mov	al, EXIT_PASSED
	out	PORT_EXIT, al
.failed:
	mov	al, EXIT_FAILED
	out	PORT_EXIT, al
	hlt
	jmp	.failed
.text:	db	"64", 10, "DONE passed", 10, 0

align 8
gdt:
	dq	0
	dq	0x00af9b000000ffff
	dq	0x00cf93000000ffff
.pointer:
	dw	.pointer - gdt - 1
	dd	gdt

low:		dw 0
entries:	dw 0
flag:		dw 0
high:		dd 0

PADDING
