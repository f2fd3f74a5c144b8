/* SPDX-License-Identifier: MIT */
/* What the gates of an IDT lead to: 256 stubs of 64-bit code (Intel SDM Vol. 3A 6.12 to 6.14), by a
 * macro that stands once in a kernel. */
#ifndef BIMETAL_X86_IDT_STUBS_H
#define BIMETAL_X86_IDT_STUBS_H

/* For example, where the kernel is 64-bit code:
 *
 *	struct idt_context;
 *	void interrupt(struct idt_context *context);
 *	#ifdef __x86_64__
 *	IDT_DEFINE_STUBS(stubs, interrupt)
 *	#endif
 *	void interrupt(struct idt_context *context) { (void)context; }
 */

#include <stdint.h>

/* Defines `const uint64_t table[256]`, the addresses of the stubs, for idt_set_range(). Each stub
 * makes a struct idt_context (bimetal/x86/idt.h) on the stack and calls the function
 * `void handler(struct idt_context *)` of the kernel, with the direction flag clear and the stack
 * aligned as the ABI wants it; when it returns, the interrupted code goes on with the registers
 * that the context then has. The kernel is compiled with -mgeneral-regs-only and -mno-red-zone:
 * vector registers are not saved.
 *
 * Exceptions 8, 10 to 14, 17, 21, 29 and 30 bring an error code, others get a 0. An interrupt from
 * outside at one of these vectors brings none: set up the 8259A before interrupts are turned on.
 * The stubs do not execute SWAPGS. */
#define IDT_DEFINE_STUBS(table, handler)                                                         \
	extern const uint64_t table[256];                                                        \
	__asm__(".pushsection .text\n"                                                           \
		".balign 16\n" #table "_common:\n"                                               \
		"	pushq %rax\n	pushq %rcx\n	pushq %rdx\n	pushq %rbx\n"                           \
		"	pushq %rbp\n	pushq %rsi\n	pushq %rdi\n"                                        \
		"	pushq %r8\n	pushq %r9\n	pushq %r10\n	pushq %r11\n"                             \
		"	pushq %r12\n	pushq %r13\n	pushq %r14\n	pushq %r15\n"                           \
		"	movq %rsp, %rdi\n	movq %rsp, %rbx\n"                                           \
		"	andq $-16, %rsp\n	cld\n	call " #handler "\n"                     \
		"	movq %rbx, %rsp\n"                                                             \
		"	popq %r15\n	popq %r14\n	popq %r13\n	popq %r12\n"                               \
		"	popq %r11\n	popq %r10\n	popq %r9\n	popq %r8\n"                                 \
		"	popq %rdi\n	popq %rsi\n	popq %rbp\n"                                           \
		"	popq %rbx\n	popq %rdx\n	popq %rcx\n	popq %rax\n"                               \
		"	addq $16, %rsp\n	iretq\n"                                                      \
		"	.balign 16\n" #table "_stubs:\n"                                         \
		"	.set " #table "_vector, 0\n"                                             \
		"	.rept 256\n"                                                                   \
		"	.balign 16\n"                                                                  \
		"	.if " #table "_vector != 8 && (" #table "_vector < 10 || " #table        \
		"_vector > 14) && " #table "_vector != 17 && " #table "_vector != 21 && " #table \
		"_vector != 29 && " #table "_vector != 30\n"                                     \
		"	pushq $0\n"                                                                    \
		"	.endif\n"                                                                      \
		"	pushq $" #table "_vector\n"                                              \
		"	jmp " #table "_common\n"                                                 \
		"	.set " #table "_vector, " #table "_vector + 1\n"                         \
		"	.endr\n"                                                                       \
		"	.popsection\n"                                                                 \
		"	.pushsection .rodata\n"                                                        \
		"	.balign 8\n"                                                                   \
		"	.globl " #table "\n" #table ":\n"                                        \
		"	.set " #table "_vector, 0\n"                                             \
		"	.rept 256\n"                                                                   \
		"	.quad " #table "_stubs + 16 * " #table "_vector\n"                       \
		"	.set " #table "_vector, " #table "_vector + 1\n"                         \
		"	.endr\n"                                                                       \
		"	.popsection\n");

#endif
