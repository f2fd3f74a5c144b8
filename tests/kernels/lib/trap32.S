/* SPDX-License-Identifier: MIT */
/* Stubs of all 256 vectors, and the switch to a fragment, to ring 3 and back. 32 bits. */
#include "layout.h"

#define USER_EXIT 0x80

	.text
	.altmacro
.macro stub n
trap_stub_\n:
	.if (\n == 8) || (\n >= 10 && \n <= 14) || (\n == 17) || (\n == 21)
	.else
	pushl $0
	.endif
	pushl $\n
	jmp trap_common
.endm
	.set i, 0
	.rept 256
	stub %i
	.set i, i + 1
	.endr

trap_common:
	pushal
	pushl %ds
	pushl %es
	pushl %fs
	pushl %gs
	movl $SEL_KDATA, %eax
	movl %eax, %ds
	movl %eax, %es
	cld
	pushl %esp
	call trap_dispatch
	addl $4, %esp
	popl %gs
	popl %fs
	popl %es
	popl %ds
	popal
	addl $8, %esp
	iretl

/* bool try_call(const void *fn, uintptr_t arg) */
	.globl try_call
try_call:
	pushl %ebx
	pushl %ebp
	pushl %esi
	pushl %edi
	movl 20(%esp), %eax
	movl 24(%esp), %edi
	movl %esp, try_sp
	movl $1, try_active
	call *%eax
	pushl %ss
	popl %ds
	movl %eax, frag_ax
	xorl %eax, %eax
	jmp 1f

/* Where trap_dispatch ends a fragment that trapped. */
	.globl try_resume
try_resume:
	movl $1, %eax
1:	movl $SEL_KDATA, %ecx
	movl %ecx, %ss
	movl try_sp, %esp
	movl %ecx, %ds
	movl %ecx, %es
	movl %ecx, %fs
	movl %ecx, %gs
	movl $0, try_active
	pushl $2
	popfl
	popl %edi
	popl %esi
	popl %ebp
	popl %ebx
	ret

/* Goes to ring 3; called by try_call with the argument in EDI and the code in user_fn. */
	.globl enter_user
enter_user:
	movl $stack_user + STACK_BYTES - 4, %ecx
	movl $user_exit, (%ecx)
	movl $SEL_UDATA + 3, %eax
	pushl %eax
	pushl %ecx
	pushl user_flags
	pushl user_cs
	pushl user_fn
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %fs
	movl %eax, %gs
	iretl

	.section .utext, "ax", @progbits
user_exit:
	int $USER_EXIT
	ud2

	.data
	.balign 4
	.globl trap_stub
trap_stub:
.macro stub_address n
	.long trap_stub_\n
.endm
	.set i, 0
	.rept 256
	stub_address %i
	.set i, i + 1
	.endr

	.bss
	.balign 4
	.globl try_sp, try_active, frag_ax, user_fn
try_sp: .skip 4
try_active: .skip 4
frag_ax: .skip 4
user_fn: .skip 4
	.section .note.GNU-stack, "", @progbits
