/* SPDX-License-Identifier: MIT */
/* The first sectors of a Linux image (Documentation/arch/x86/boot.rst, protocol 2.15): the header that
 * tells a loader where the kernel goes, and 16-bit code for loaders that start there. It asks the BIOS
 * for the memory map, and jumps to the 32-bit entry. The numbers with setup_ come from setup.ld. */
#include "layout.h"

#define SECTORS 3
#define LOADED_HIGH 0x01
#define CAN_USE_HEAP 0x80
#define XLF_KERNEL_64 0x01
#define E820_ENTRIES 0x1e8
#define E820_TABLE 0x2d0
#define E820_MAX 32
#define E820_BYTES 20
#define SMAP 0x534d4150
#define BOOT_PARAMS_HEADER 0x1f1
#define LINUX_CODE 0x10 /* boot.rst: __BOOT_CS and __BOOT_DS */
#define LINUX_DATA 0x18
#define PARAMS_BYTES 4096
#define stack_end 0x1800 /* in this segment, behind the code */
#define boot_params 0x2000
#define HEADER_BYTES (header_end - header_start)

	.text
	.code16
	.globl setup_start
setup_start:
	/* A boot sector that somebody started: nothing to do but to stop. */
	cli
1:	hlt
	jmp 1b

	.org 0x1f1
header_start:
	.byte SECTORS		/* setup_sects */
	.word 0			/* root_flags */
	.long setup_syssize
	.word 0			/* ram_size */
	.word 0xffff		/* vid_mode: normal */
	.word 0			/* root_dev */
	.word 0xaa55		/* boot_flag */
	.byte 0xeb, header_end - jump_end
jump_end:
	.ascii "HdrS"
	.word 0x020f		/* protocol 2.15 */
	.long 0			/* realmode_swtch */
	.word 0x1000		/* start_sys_seg */
	.word version - setup_start - 0x200
	.byte 0			/* type_of_loader */
	.byte LOADED_HIGH
	.word 0			/* setup_move_size */
	.long KERNEL_BASE	/* code32_start */
	.long 0, 0		/* ramdisk_image, ramdisk_size */
	.long 0			/* bootsect_kludge */
	.word 0			/* heap_end_ptr */
	.byte 0, 0		/* ext_loader_ver, ext_loader_type */
	.long 0			/* cmd_line_ptr */
	.long 0x7fffffff	/* initrd_addr_max */
	.long 0x1000		/* kernel_alignment */
	.byte 0			/* relocatable_kernel */
	.byte 12		/* min_alignment */
	.word XLF_KERNEL_64
	.long 255		/* cmdline_size */
	.long 0, 0, 0		/* hardware_subarch and its data */
	.long 0, 0		/* payload_offset, payload_length */
	.long 0, 0		/* setup_data */
	.long KERNEL_BASE, 0	/* pref_address */
	.long setup_init_size
	.long 0			/* handover_offset */
	.long 0			/* kernel_info_offset */
header_end:

	/* The 16-bit entry: the jump at 200h in the header is its first instruction. DS is the segment of
	 * setup_start, CS 20h more, so that code here can only jump and call, which is relative. */
	.globl setup16
setup16:
	cli
	cld
	movw %ds, %ax
	movw %ax, %es
	movw %ax, %ss
	movw $stack_end, %sp
	sti
	call copy_header
	call read_memory_map
	call open_a20
	cli
	/* The parameters' linear address, then protected mode. */
	xorl %esi, %esi
	movw %ds, %si
	shll $4, %esi
	addl $boot_params, %esi
	xorl %eax, %eax
	movw %ds, %ax
	shll $4, %eax
	addl $gdt, %eax
	movl %eax, gdtr + 2
	lgdtl gdtr
	movl %cr0, %eax
	orb $1, %al
	movl %eax, %cr0
	movw $LINUX_DATA, %cx
	movw %cx, %ds
	movw %cx, %es
	movw %cx, %ss
	ljmpl $LINUX_CODE, $KERNEL_BASE

/* The parameters are behind the code that was loaded: nobody cleared them. */
copy_header:
	movw $boot_params, %di
	movw $PARAMS_BYTES, %cx
	xorb %al, %al
	rep stosb
	movw $header_start, %si
	movw $boot_params + BOOT_PARAMS_HEADER, %di
	movw $HEADER_BYTES, %cx
	rep movsb
	ret

read_memory_map:
	movw $boot_params + E820_TABLE, %di
	xorl %ebx, %ebx
2:	movl $0xe820, %eax
	movl $SMAP, %edx
	movl $E820_BYTES, %ecx
	int $0x15
	jc 3f
	cmpl $SMAP, %eax
	jne 3f
	addw $E820_BYTES, %di
	incb boot_params + E820_ENTRIES
	cmpb $E820_MAX, boot_params + E820_ENTRIES
	jae 3f
	testl %ebx, %ebx
	jnz 2b
3:	ret

open_a20:
	inb $0x92, %al
	orb $2, %al
	andb $0xfe, %al
	outb %al, $0x92
	ret

version:
	.asciz "bimetal reference kernel"
	.balign 8
gdt:
	.quad 0, 0
	.quad 0x00cf9b000000ffff
	.quad 0x00cf93000000ffff
gdtr:
	.word . - gdt - 1
	.long 0
	.org (SECTORS + 1) * 512
