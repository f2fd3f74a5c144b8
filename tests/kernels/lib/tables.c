/* SPDX-License-Identifier: MIT */
/* GDT, IDT and TSS. */
#include "k.h"

enum {
	ACCESS_CODE0 = 0x9b, /* present, accessed, readable code, DPL 0 */
	ACCESS_DATA0 = 0x93,
	ACCESS_CODE3 = 0xfb,
	ACCESS_DATA3 = 0xf3,
	ACCESS_TSS = 0x89,
	GATE_PRESENT = 0x8000,
	TSS_SP0 = 4, /* offsets: SS0 follows ESP0 in 32 bits, IST1 at 36 in 64 bits */
	TSS_SS0 = 8,
	TSS_IST1 = 36,
	TSS_IO_BASE = 102
};

uint64_t gdt[GDT_ENTRIES] ALIGNED(16);
struct gate idt[256] ALIGNED(16);
uint8_t task_state[TSS_BYTES + TSS_IO_BITMAP_BYTES + 1] ALIGNED(128);
uint8_t stack_ring0[STACK_BYTES] ALIGNED(16);
uint8_t stack_ist[7][STACK_BYTES] ALIGNED(16);
uint8_t stack_user[STACK_BYTES] ALIGNED(16) USER_DATA;

extern const uintptr_t trap_stub[256];

uint64_t segment(uint32_t base, uint32_t limit, uint8_t access, uint8_t flags)
{
	return (uint64_t)(base >> 24) << 56 | (uint64_t)flags << 52 |
	       (uint64_t)(limit >> 16 & 15) << 48 | (uint64_t)access << 40 |
	       (uint64_t)(base & 0xffffff) << 16 | (limit & 0xffff);
}

void gate_set(unsigned vector, uintptr_t handler, uint16_t selector, uint8_t type, unsigned dpl,
	      unsigned ist)
{
	struct gate *g = &idt[vector];

	g->word[0] = (uint32_t)selector << 16 | (handler & 0xffff);
	g->word[1] = (handler & 0xffff0000u) | GATE_PRESENT | dpl << 13 | (uint32_t)type << 8 | ist;
#ifdef __x86_64__
	g->word[2] = (uint32_t)(handler >> 32);
	g->word[3] = 0;
#endif
}

void gate_default(unsigned vector, unsigned dpl, unsigned ist)
{
	gate_set(vector, trap_stub[vector], SEL_KCODE, GATE_INTERRUPT, dpl, ist);
}

/* The operand of LGDT and LIDT. */
struct pseudo_descriptor {
	uint16_t limit;
	uintptr_t base;
} __attribute__((packed));

void load_idt(const void *base, uint16_t limit)
{
	struct pseudo_descriptor d = { limit, (uintptr_t)base };
	__asm__ volatile("lidt %0" : : "m"(d));
}

void load_gdt(const void *base, uint16_t limit)
{
	struct pseudo_descriptor d = { limit, (uintptr_t)base };
	__asm__ volatile("lgdt %0" : : "m"(d));
}

void load_task(uint16_t selector) { __asm__ volatile("ltr %0" : : "r"(selector)); }

void task_set_stack0(uintptr_t sp)
{
	memcpy(task_state + TSS_SP0, &sp, sizeof sp);
#ifndef __x86_64__
	uint16_t ss = SEL_KDATA;
	memcpy(task_state + TSS_SS0, &ss, sizeof ss);
#endif
}

void task_set_ist(unsigned ist, uintptr_t sp)
{
	memcpy(task_state + TSS_IST1 + (ist - 1) * sizeof sp, &sp, sizeof sp);
}

void task_allow_port(uint16_t port, bool allow)
{
	uint8_t *byte = &task_state[TSS_BYTES + port / 8];
	uint8_t bit = (uint8_t)(1u << port % 8);

	*byte = allow ? *byte & (uint8_t)~bit : *byte | bit;
}

static void load_segments(void)
{
#ifdef __x86_64__
	__asm__ volatile("pushq %0; pushq $1f; lretq; 1:" : : "i"(SEL_KCODE) : "memory");
#else
	__asm__ volatile("pushl %0; pushl $1f; lretl; 1:" : : "i"(SEL_KCODE) : "memory");
#endif
	__asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%ss" : : "r"(SEL_KDATA));
}

void tables_init(void)
{
	uint16_t io_base = TSS_BYTES;
	uintptr_t base = (uintptr_t)task_state;

#ifdef __x86_64__
	gdt[SEL_KCODE / 8] = segment(0, 0xfffff, ACCESS_CODE0, SEG_G | SEG_L);
	gdt[SEL_UCODE64 / 8] = segment(0, 0xfffff, ACCESS_CODE3, SEG_G | SEG_L);
	gdt[SEL_KCODE32 / 8] = segment(0, 0xfffff, ACCESS_CODE0, SEG_G | SEG_D);
	gdt[SEL_TSS / 8 + 1] = base >> 32;
#else
	gdt[SEL_KCODE / 8] = segment(0, 0xfffff, ACCESS_CODE0, SEG_G | SEG_D);
#endif
	gdt[SEL_KDATA / 8] = segment(0, 0xfffff, ACCESS_DATA0, SEG_G | SEG_D);
	gdt[SEL_UCODE32 / 8] = segment(0, 0xfffff, ACCESS_CODE3, SEG_G | SEG_D);
	gdt[SEL_UDATA / 8] = segment(0, 0xfffff, ACCESS_DATA3, SEG_G | SEG_D);
	gdt[SEL_TSS / 8] = segment((uint32_t)base, sizeof task_state - 1, ACCESS_TSS, 0);
	load_gdt(gdt, sizeof gdt - 1);
	load_segments();

	for (unsigned v = 0; v < 256; v++) gate_default(v, 0, 0);
	gate_default(BP, 3, 0);
	gate_default(OF, 3, 0);
	gate_default(USER_EXIT, 3, 0);
	load_idt(idt, sizeof idt - 1);

	memset(task_state, 0, TSS_BYTES);
	memset(task_state + TSS_BYTES, 0xff, TSS_IO_BITMAP_BYTES + 1);
	memcpy(task_state + TSS_IO_BASE, &io_base, sizeof io_base);
	task_set_stack0(top_of(stack_ring0));
#ifdef __x86_64__
	for (unsigned i = 1; i <= 7; i++) task_set_ist(i, top_of(stack_ist[i - 1]));
#endif
	load_task(SEL_TSS);
	__asm__ volatile("lldt %w0" : : "r"(0));
}
