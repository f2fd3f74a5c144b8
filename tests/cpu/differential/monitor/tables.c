/* SPDX-License-Identifier: MIT */
#include "monitor.h"

enum { P = 1, W = 2, U = 4, PS = 0x80, PAGES_2M = 32, ENTRIES = 512 };
#define NX (UINT64_C(1) << 63)

#define TABLE __attribute__((aligned(4096)))
static uint64_t pml4[ENTRIES] TABLE, pdpt_low[ENTRIES] TABLE, pdpt_high[ENTRIES] TABLE;
static uint64_t pd_low[ENTRIES] TABLE, pd_high[ENTRIES] TABLE, pt_low[ENTRIES] TABLE,
	pt_window[ENTRIES] TABLE, pdpt_memory[ENTRIES] TABLE, pd_memory[ENTRIES] TABLE;
extern uint8_t text_end[], kernel_end[]; /* kernel.ld */

__attribute__((aligned(16))) uint8_t trap_stack[STACK_BYTES], gate_stack[STACK_BYTES];

struct __attribute__((packed)) table_register {
	uint16_t limit;
	uint64_t base;
};

struct __attribute__((packed)) tss64 {
	uint32_t reserved;
	uint64_t rsp[3], reserved2, ist[7], reserved3;
	uint16_t reserved4, io_map;
	uint8_t map[0x84 / 8 + 1 + 1]; /* ports 0 to 83h by bits, then the byte that must follow */
};

static struct tss64 tss, tss2;
static uint64_t gdt[SEL_END / 8], gdt_now[SEL_END / 8] __attribute__((aligned(16)));
static uint64_t ldt[4];
static uint64_t idt[256 * 2] __attribute__((aligned(16)));

static uint64_t address(const void *p) { return (uint64_t)(uintptr_t)p; }

/* A segment: access byte, G/D/L/AVL nibble, limit in its units (SDM Vol. 3A 3.4.5). */
static uint64_t segment(uint32_t base, uint32_t limit, uint8_t access, uint8_t nibble)
{
	return (limit & 0xffff) | (uint64_t)(base & 0xffffff) << 16 | (uint64_t)access << 40 |
	       (uint64_t)(limit >> 16 & 0xf) << 48 | (uint64_t)nibble << 52 |
	       (uint64_t)(base >> 24) << 56;
}

static void system_segment(unsigned selector, uint64_t base, uint32_t limit, uint8_t access)
{
	gdt[selector / 8] = segment((uint32_t)base, limit, access, 0);
	gdt[selector / 8 + 1] = base >> 32;
}

static void make_gdt(void)
{
	enum { FLAT = 0xfffff, K64 = 0xf };
	gdt[SEL_KCODE64 / 8] = segment(0, FLAT, 0x9b, 0xa);
	gdt[SEL_KDATA / 8] = segment(0, FLAT, 0x93, 0xc);
	gdt[SEL_UCODE32 / 8] = segment(0, FLAT, 0xfb, 0xc);
	gdt[SEL_UDATA / 8] = segment(0, FLAT, 0xf3, 0xc);
	gdt[SEL_UCODE64 / 8] = segment(0, FLAT, 0xfb, 0xa);
	gdt[SEL_UDATA2 / 8] = segment(0, FLAT, 0xf3, 0xc);
	gdt[SEL_KCODE32 / 8] = segment(0, FLAT, 0x9b, 0xc);
	gdt[SEL_KCODE16 / 8] = segment(WINDOW, 0xffff, 0x9b, 0);
	gdt[SEL_UCODE16 / 8] = segment(WINDOW, 0xffff, 0xfb, 0);
	gdt[SEL_KDATA16 / 8] = segment(WINDOW, 0xffff, 0x93, 0);
	gdt[SEL_UDATA16 / 8] = segment(WINDOW, 0xffff, 0xf3, 0);
	gdt[SEL_SMALL / 8] = segment(WINDOW, 0x17ff, 0xf3, 4);
	gdt[SEL_DOWN / 8] = segment(WINDOW, 0x0fff, 0xf7, 4);
	gdt[SEL_READONLY / 8] = segment(0, FLAT, 0xf1, 0xc);
	gdt[SEL_ABSENT / 8] = segment(0, FLAT, 0x73, 0xc);
	gdt[SEL_CONFORM64 / 8] = segment(0, FLAT, 0x9f, 0xa);
	gdt[SEL_EXECONLY / 8] = segment(0, FLAT, 0xf9, 0xc);
	system_segment(SEL_TSS, address(&tss), sizeof tss - 1, 0x89);
	system_segment(SEL_TSS2, address(&tss2), sizeof tss2 - 1, 0x89);
	system_segment(SEL_LDT, address(ldt), sizeof ldt - 1, 0x82);
	uint64_t to = address((const void *)(uintptr_t)&gate_entry);
	gdt[SEL_GATE / 8] = (to & 0xffff) | SEL_KCODE64 << 16 | UINT64_C(0xec00) << 32 |
			    (to >> 16 & 0xffff) << 48;
	gdt[SEL_GATE / 8 + 1] = to >> 32;
	ldt[1] = gdt[SEL_UDATA / 8];
	ldt[2] = gdt[SEL_KDATA / 8];
	ldt[3] = gdt[SEL_READONLY / 8];
}

static void set_gate(unsigned vector, uint16_t selector, uint8_t access)
{
	uint64_t to = stubs[vector];
	idt[2 * vector] = (to & 0xffff) | (uint64_t)selector << 16 | UINT64_C(1) << 32 |
			  (uint64_t)access << 40 | (to >> 16 & 0xffff) << 48;
	idt[2 * vector + 1] = to >> 32;
}

static void make_idt(void)
{
	for (unsigned i = 0; i < 256; i++) set_gate(i, SEL_KCODE64, 0x8e);
	set_gate(3, SEL_KCODE64, 0xee);
	set_gate(4, SEL_KCODE64, 0xee);
	set_gate(INT_USER, SEL_KCODE64, 0xee);
	set_gate(INT_USER + 1, SEL_KCODE64, 0xee);
	set_gate(INT_ABSENT, SEL_KCODE64, 0x6e);
	set_gate(INT_BADTYPE, SEL_KCODE64, 0xe5);
	set_gate(INT_NULLCODE, 0, 0xee);
}

static void make_pages(void)
{
	pml4[0] = address(pdpt_low) | P | W | U;
	pml4[511] = address(pdpt_high) | P | W | U;
	pdpt_low[0] = address(pd_low) | P | W | U;
	pdpt_high[WINDOW_HIGH >> 30 & 511] = address(pd_high) | P | W | U;
	pd_low[MONITOR_AT >> 21] = address(pt_low) | P | W;
	/* RDMSR gives programs of ring 0 addresses in the monitor's code: they cannot write there.
	 */
	for (uint64_t at = MONITOR_AT; at < address(kernel_end); at += PAGE_BYTES)
		pt_low[at >> 12 & 511] = at | P | (at < address(text_end) ? 0 : W);
	/* Maps all memory at an address that no program uses: there the monitor reads its module.
	 */
	pml4[MEMORY_AT >> 39 & 511] = address(pdpt_memory) | P | W;
	pdpt_memory[0] = address(pd_memory) | P | W;
	for (uint64_t i = 0; i < PAGES_2M; i++) pd_memory[i] = i << 21 | P | W | PS;
	pd_low[WINDOW >> 21] = address(pt_window) | P | W | U;
	pd_high[WINDOW_HIGH >> 21 & 511] = address(pt_window) | P | W | U;
	for (unsigned i = 0; i < WINDOW_PAGES; i++) {
		uint64_t frame = window_frame(i);
		if (!frame) continue;
		uint64_t bits = NX | P | W | U;
		if (i == PAGE_READONLY) bits = NX | P | U;
		if (i == PAGE_SYSTEM) bits = NX | P | W;
		if (i == PAGE_CODE) bits = P | U;
		pt_window[i] = frame | bits;
	}
}

void tables_restore(void)
{
	const struct table_register gdtr = { SEL_END - 1, address(gdt_now) };
	const struct table_register idtr = { IDT_GATES * 16 - 1, address(idt) };

	write_cr0(MONITOR_CR0);
	write_cr4(MONITOR_CR4);
	write_cr3(address(pml4));
	write_cr8(0);
	write_dr0(0);
	write_dr1(0);
	write_dr2(0);
	write_dr3(0);
	write_dr7(0x400);
	write_dr6(0xffff0ff0);
	for (unsigned i = 0; i < SEL_END / 8; i++) gdt_now[i] = gdt[i];
	__asm__ volatile("lgdt %0" : : "m"(gdtr) : "memory");
	__asm__ volatile("lidt %0" : : "m"(idtr) : "memory");
	__asm__ volatile("lldt %w0" : : "r"(SEL_LDT) : "memory");
	__asm__ volatile("ltr %w0" : : "r"(SEL_TSS) : "memory");
	wrmsr((uint32_t)MSR_EFER, EFER_USED);
	wrmsr((uint32_t)MSR_STAR, (uint64_t)(SEL_UCODE32 | 3) << 48 | (uint64_t)SEL_KCODE64 << 32);
	wrmsr((uint32_t)MSR_LSTAR, address((const void *)(uintptr_t)&syscall_entry));
	wrmsr((uint32_t)MSR_CSTAR, address((const void *)(uintptr_t)&syscall_entry));
	wrmsr((uint32_t)MSR_FMASK, F_TF | F_IF | F_DF | F_NT);
	wrmsr((uint32_t)MSR_KERNEL_GS_BASE, 0);
	wrmsr(MSR_PAT, UINT64_C(0x0007040600070406)); /* as after reset (SDM Vol. 3A 11.12.4) */
	wrmsr(MSR_SYSENTER_CS, SEL_KCODE64);
	/* sysenter_entry uses no stack, so RDMSR need not give programs an address of the
	 * monitor's. */
	wrmsr(MSR_SYSENTER_ESP, WINDOW + PAGE_STACK * PAGE_BYTES + STACK_BYTES);
	wrmsr(MSR_SYSENTER_EIP, address((const void *)(uintptr_t)&sysenter_entry));
}

void tables_make(void)
{
	make_pages();
	make_idt();
	make_gdt();
	tss.rsp[0] = address(gate_stack + STACK_BYTES);
	tss.ist[0] = address(trap_stack + STACK_BYTES);
	tss.io_map = offsetof(struct tss64, map);
	for (unsigned i = 0; i < sizeof tss.map; i++) tss.map[i] = 0xff;
	tss.map[0x80 / 8] = 0xfe; /* ring 3 may access ports 80h and 21h alone */
	tss.map[0x21 / 8] = 0xfd;
	tss2 = tss;
	tables_restore();
}
