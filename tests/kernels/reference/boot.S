/* SPDX-License-Identifier: MIT */
/* From the loader's jump to C. Three boot protocols lead here:
 *
 *	multiboot 1 and 2	32-bit protected mode, EAX: magic number, EBX: boot information
 *	Linux, 32 bits		32-bit protected mode at the image's first byte, ESI: boot parameters
 *	Linux, 64 bits		long mode at 200h behind it, RSI: boot parameters
 *
 * All go on with EAX and EBX as from multiboot, to long mode on page tables that are part of the image:
 * 4 GiB as they are, by pages of 2 MiB, but the first by pages of 4 KiB: the code there is not writable, and
 * all else is not executable. kernel_main() makes better ones (address_space.c). */
#include "layout.h"

#define CR4_PAE 0x020
#define MSR_EFER 0xc0000080
#define EFER_LME 0x100
#define EFER_NXE 0x800
#define CR0_PG_WP 0x80010000
#define CPUID_EXTENDED 0x80000000
#define CPUID_FEATURES 0x80000001
#define FEATURE_LONG_MODE 29
#define FEATURE_NX 20
#define PAGE_PRESENT 0x001
#define PAGE_PRESENT_WRITABLE 0x003
#define PAGE_NO_EXECUTE 0x80000000 /* in the upper half of an entry */
#define PAGE_LARGE 0x080
#define PAGE_BYTES 4096
#define PAGE_SHIFT 12
#define ENTRY_BYTES 8
#define LARGE_BYTES 0x200000
#define N_DIRECTORIES 4
#define ENTRIES 512
#define TEXT_SCREEN 0xb8000
#define WHITE_ON_RED 0x4f

	/* Finish the page tables; the same code in 32 and in 64 bits. EDX: the CPUID features that have NX.
	 * Changes EAX, EBX, ECX. */
	.macro set_rights
	xorl %ebx, %ebx
	btl $FEATURE_NX, %edx
	jnc 1f
	movl $PAGE_NO_EXECUTE, %ebx
1:	xorl %ecx, %ecx
2:	movl %ecx, %eax
	shll $PAGE_SHIFT, %eax
	cmpl $text_start, %eax
	jb 3f
	cmpl $text_end, %eax
	jae 3f
	orl $PAGE_PRESENT, %eax
	jmp 4f
3:	orl $PAGE_PRESENT_WRITABLE, %eax
	movl %ebx, boot_first_table + 4(,%ecx,ENTRY_BYTES)
4:	movl %eax, boot_first_table(,%ecx,ENTRY_BYTES)
	incl %ecx
	cmpl $ENTRIES, %ecx
	jb 2b
	movl $1, %ecx
5:	movl %ebx, boot_directories + 4(,%ecx,ENTRY_BYTES)
	incl %ecx
	cmpl $N_DIRECTORIES * ENTRIES, %ecx
	jb 5b
	.endm

	.section .head, "ax"
	.code32
	.globl linux_start32
linux_start32:
	cli
	movl $BOOT_LINUX_MAGIC, %eax
	movl %esi, %ebx
	jmp enter32

	.org LINUX_ENTRY64_OFFSET
	.code64
	.globl linux_start64
linux_start64:
	cli
	movl $BOOT_LINUX_MAGIC, %eax
	movq %rsi, %rbx
	jmp enter64

	.org MULTIBOOT_OFFSET
multiboot1_header:
	.long 0x1badb002, 0x00000003, -(0x1badb002 + 0x00000003)

	.balign 8
multiboot2_header:
	.long 0xe85250d6, 0, multiboot2_end - multiboot2_header
	.long -(0xe85250d6 + (multiboot2_end - multiboot2_header))
	/* Information request: memory map. */
	.short 1, 0
	.long 12, 6
	.balign 8
	/* The entry is that of ELF's header, and says that it is for the i386 state. The console may be
	 * EGA text: required, as there is no other. */
	.short 4, 0
	.long 12, 3
	.balign 8
	.short 0, 0
	.long 8
multiboot2_end:

	.text
	.code32
	.globl multiboot_start
multiboot_start:
	cli
enter32:
	cld
	movl %eax, %ebp
	movl %ebx, %esi
	movl $CPUID_EXTENDED, %eax
	cpuid
	cmpl $CPUID_FEATURES, %eax
	jb no_long_mode
	movl $CPUID_FEATURES, %eax
	cpuid
	btl $FEATURE_LONG_MODE, %edx
	jnc no_long_mode

	set_rights
	movl $EFER_LME, %edi
	btl $FEATURE_NX, %edx
	jnc 1f
	orl $EFER_NXE, %edi
1:	movl %cr4, %eax
	orl $CR4_PAE, %eax
	movl %eax, %cr4
	movl $boot_pml4, %eax
	movl %eax, %cr3
	movl $MSR_EFER, %ecx
	rdmsr
	orl %edi, %eax
	wrmsr
	movl %cr0, %eax
	orl $CR0_PG_WP, %eax
	movl %eax, %cr0
	lgdt boot_gdtr
	movl %ebp, %eax
	movl %esi, %ebx
	ljmp $BOOT_CODE, $long_mode

no_long_mode:
	movl $no_long_mode_text, %esi
	movl $TEXT_SCREEN, %edi
	movb $WHITE_ON_RED, %ah
2:	lodsb
	testb %al, %al
	jz 3f
	stosw
	jmp 2b
3:	hlt
	jmp 3b

	.code64
	/* A loader's long mode has its own tables and descriptors, and may lack NX. */
enter64:
	cld
	movl %eax, %ebp
	movq %rbx, %r8
	movl $CPUID_FEATURES, %eax
	cpuid
	set_rights
	movq %r8, %rbx
	btl $FEATURE_NX, %edx
	jnc 2f
	movl $MSR_EFER, %ecx
	rdmsr
	orl $EFER_NXE, %eax
	wrmsr
2:	movq %cr0, %rax
	orl $CR0_PG_WP, %eax
	movq %rax, %cr0
	movl $boot_pml4, %eax
	movq %rax, %cr3
	lgdt boot_gdtr
	movl $boot_stack_top, %esp
	pushq $BOOT_CODE
	pushq $1f
	lretq
1:	movl %ebp, %eax

long_mode:
	movl $BOOT_DATA, %ecx
	movl %ecx, %ds
	movl %ecx, %es
	movl %ecx, %ss
	xorl %ecx, %ecx
	movl %ecx, %fs
	movl %ecx, %gs
	movl %eax, %ebp
	/* A flat image has no .bss: what is there is whatever was in RAM. */
	movl $bss_start, %edi
	movl $bss_end, %ecx
	subl %edi, %ecx
	xorl %eax, %eax
	rep stosb
	movl $boot_stack_top, %esp
	movl %ebp, %edi
	movq %rbx, %rsi
	xorl %ebp, %ebp /* the last frame of a backtrace */
	pushq $0
	pushq $0
	call kernel_main
4:	cli
	hlt
	jmp 4b

	.section .rodata
	.balign 8
boot_gdt:
	.quad 0
	.quad 0x00af9b000000ffff
	.quad 0x00cf93000000ffff
boot_gdtr:
	.word . - boot_gdt - 1
	.quad boot_gdt
no_long_mode_text:
	.asciz "This kernel needs a processor with long mode (64 bits)."

	.data
	.balign PAGE_BYTES
boot_pml4:
	.quad boot_pdpt + PAGE_PRESENT_WRITABLE
	.skip PAGE_BYTES - 8
boot_pdpt:
	.set directory, 0
	.rept N_DIRECTORIES
	.quad boot_directories + directory * PAGE_BYTES + PAGE_PRESENT_WRITABLE
	.set directory, directory + 1
	.endr
	.skip PAGE_BYTES - 8 * N_DIRECTORIES
boot_directories:
	.quad boot_first_table + PAGE_PRESENT_WRITABLE
	.set page, 1
	.rept N_DIRECTORIES * ENTRIES - 1
	.quad page * LARGE_BYTES + PAGE_PRESENT_WRITABLE + PAGE_LARGE
	.set page, page + 1
	.endr

boot_first_table:
	.skip PAGE_BYTES

	.section .stack, "aw", @nobits
	.balign PAGE_BYTES
	.globl boot_stack_guard, boot_stack_top
boot_stack_guard:
	.skip PAGE_BYTES
	.skip BOOT_STACK_BYTES
boot_stack_top:
	.section .note.GNU-stack, "", @progbits
