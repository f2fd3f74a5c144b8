/* SPDX-License-Identifier: MIT */
/* The layout of 32-bit and 16-bit TSSs, and how the tests of task switches return to their own
 * task. */
#ifndef TESTS_KERNELS_TASK_H
#define TESTS_KERNELS_TASK_H

#include "k.h"

enum {
	TYPE_TSS16 = 0x81, /* access bytes: present, DPL 0 */
	TYPE_TSS32 = 0x89,
	TYPE_LDT = 0x82,
	TSS_BUSY = 2,
	LIMIT_TSS32 = 0x67,
	LIMIT_TSS16 = 0x2b
};

struct tss32 {
	uint32_t link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags;
	uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi;
	uint32_t es, cs, ss, ds, fs, gs, ldt;
	uint16_t trap, io_base;
};
_Static_assert(sizeof(struct tss32) == LIMIT_TSS32 + 1, "a TSS of 32 bits");

struct tss16 {
	uint16_t link, sp0, ss0, sp1, ss1, sp2, ss2, ip, flags;
	uint16_t ax, cx, dx, bx, sp, bp, si, di;
	uint16_t es, cs, ss, ds, ldt;
};
_Static_assert(sizeof(struct tss16) == LIMIT_TSS16 + 1, "a TSS of 16 bits");

static inline uint8_t access_byte(uint16_t selector) { return (uint8_t)(gdt[selector / 8] >> 40); }

static inline uint16_t task_register(void)
{
	uint32_t selector;
	__asm__ volatile("str %0" : "=r"(selector));
	return (uint16_t)selector;
}

/* A fault of another task ended a test there: this is the first task again. */
static inline void back_in_first_task(void)
{
	gdt[SEL_TSS / 8] &= ~((uint64_t)TSS_BUSY << 40);
	load_task(SEL_TSS);
}

#endif
