/* SPDX-License-Identifier: MIT */
/* Stubs of all 256 vectors, and the switch to a fragment, to ring 3 and back. 64 bits. */
#include "layout.h"

#define USER_EXIT 0x80

	.text
	.altmacro
.macro stub n
trap_stub_\n:
	.if (\n == 8) || (\n >= 10 && \n <= 14) || (\n == 17) || (\n == 21)
	.else
	pushq $0
	.endif
	pushq $\n
	jmp trap_common
.endm
	.set i, 0
	.rept 256
	stub %i
	.set i, i + 1
	.endr

trap_common:
	pushq %rax
	pushq %rcx
	pushq %rdx
	pushq %rbx
	pushq %rbp
	pushq %rsi
	pushq %rdi
	pushq %r8
	pushq %r9
	pushq %r10
	pushq %r11
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	cld
	movq %rsp, %rdi
	movq %rsp, %rbx
	andq $-16, %rsp
	call trap_dispatch
	movq %rbx, %rsp
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %r11
	popq %r10
	popq %r9
	popq %r8
	popq %rdi
	popq %rsi
	popq %rbp
	popq %rbx
	popq %rdx
	popq %rcx
	popq %rax
	addq $16, %rsp
	iretq

/* bool try_call(const void *fn, uintptr_t arg) */
	.globl try_call
try_call:
	pushq %rbx
	pushq %rbp
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	movq %rdi, %rax
	movq %rsi, %rdi
	movq %rsp, try_sp
	movq $1, try_active
	call *%rax
	movq %rax, frag_ax
	xorl %eax, %eax
	jmp 1f

/* Where trap_dispatch ends a fragment that trapped. */
	.globl try_resume
try_resume:
	movl $1, %eax
1:	movl $SEL_KDATA, %ecx
	movl %ecx, %ss
	movq try_sp, %rsp
	movl %ecx, %ds
	movl %ecx, %es
	movq $0, try_active
	pushq $2
	popfq
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbp
	popq %rbx
	ret

/* Goes to ring 3; called by try_call with the argument in RDI and the code in user_fn. */
	.globl enter_user
enter_user:
	movq $stack_user + STACK_BYTES - 8, %rcx
	movq $user_exit, (%rcx)
	pushq $SEL_UDATA + 3
	pushq %rcx
	pushq user_flags
	pushq user_cs
	pushq user_fn
	movl $SEL_UDATA + 3, %eax
	movl %eax, %ds
	movl %eax, %es
	iretq

	.section .utext, "ax", @progbits
user_exit:
	int $USER_EXIT
	ud2

	.data
	.balign 8
	.globl trap_stub
trap_stub:
.macro stub_address n
	.quad trap_stub_\n
.endm
	.set i, 0
	.rept 256
	stub_address %i
	.set i, i + 1
	.endr

	.bss
	.balign 8
	.globl try_sp, try_active, frag_ax, user_fn
try_sp: .skip 8
try_active: .skip 8
frag_ax: .skip 8
user_fn: .skip 8
	.section .note.GNU-stack, "", @progbits
