/* SPDX-License-Identifier: MIT */
/* Typical failures of kernels, one per image, which the reports must explain. */
#include "k.h"

enum report {
	REPORT_NO_IDT,
	REPORT_GATE_ABSENT,
	REPORT_GATE_ZERO,
	REPORT_GATE_DATA,
	REPORT_HANDLER_USER,
	REPORT_RSP0_NONCANONICAL,
	REPORT_RSP0_UNMAPPED,
	REPORT_IST_UNMAPPED,
	REPORT_NOT_PRESENT,
	REPORT_RESERVED_BIT,
	REPORT_NO_EXECUTE,
	REPORT_READ_ONLY,
	REPORT_USER_PAGE,
	REPORT_GUARD_PAGE,
	REPORT_NULL_CALL,
	REPORT_WILD_JUMP,
	REPORT_POLL_PORT,
	REPORT_POLL_MEMORY,
	REPORT_IDLE,
	REPORT_FAULT_STORM,
	REPORT_MASKED_IRQ,
	REPORT_COUNTING,
	REPORT_TSS_LIMIT,
	REPORT_HANDLER_UNMAPPED
};

enum { P = 1, W = 2, U = 4, PS = 1 << 7, PAGE = 4096, COM1_LSR = 0x3fd, LSR_DR = 1 };

/* --- a window of 4 KiB pages with its own page table ------------------------------------------ */

#ifdef __x86_64__
typedef uint64_t pte_t;
extern pte_t page_pd[4 * 512];
enum { WINDOW = 0x40000000, WINDOW_PDE = 512 };
#else
typedef uint32_t pte_t;
enum { WINDOW = 0x40000000, WINDOW_PDE = WINDOW >> 22, ENTRIES = 1024 };
static pte_t page_pd[ENTRIES] ALIGNED(4096);
#endif
static pte_t window_pt[PAGE / sizeof(pte_t)] ALIGNED(4096);
static uint8_t page[4][PAGE] ALIGNED(4096);

static void start_paging(void)
{
#ifndef __x86_64__
	for (uint32_t i = 0; i < ENTRIES; i++) page_pd[i] = i << 22 | P | W | PS;
	page_pd[1] |= U; /* for ring 3, at 4 MiB */
	write_cr4(read_cr4() | CR4_PSE);
	write_cr3((uintptr_t)page_pd);
	write_cr0(read_cr0() | CR0_PG | CR0_WP);
#endif
	page_pd[WINDOW_PDE] = (uintptr_t)window_pt | P | W | U;
	for (unsigned i = 0; i < 4; i++) window_pt[16 + i] = (uintptr_t)page[i] | P | W | U;
	flush_tlb();
}

static uintptr_t window_page(unsigned n) { return WINDOW + (uintptr_t)(16 + n) * PAGE; }

__attribute__((noinline)) static void poke(uintptr_t address) { *(volatile uint32_t *)address = 1; }

__attribute__((noinline)) static void jump(uintptr_t address) { ((void (*)(void))address)(); }

/* There are no handlers, so any fault shuts the CPU down. */
static void no_handlers(void) { load_idt(idt, 0); }

/* --- the failures ------------------------------------------------------------------------------
 */

/* Clear a part of every gate, so that no second exception hides the first. */
static void spoil_gates(uint32_t clear, uint32_t set)
{
	for (unsigned v = 0; v < 256; v++) {
		idt[v].word[1] &= ~clear;
		idt[v].word[1] |= set;
	}
}

static void data_selector_in_gates(void)
{
	for (unsigned v = 0; v < 256; v++)
		idt[v].word[0] = (idt[v].word[0] & 0xffff) | SEL_KDATA << 16;
}

static void user_selector_in_gates(void)
{
	for (unsigned v = 0; v < 256; v++)
		idt[v].word[0] = (idt[v].word[0] & 0xffff) | (SEL_UCODE | 3u) << 16;
}

UFRAG(u_privileged, "", "hlt", "");
UFRAG(u_read_kernel, "mov $0x100000, %eax", "mov (" RAX "), %eax", "");

static volatile uint32_t interrupt_came; /* it never does */

__attribute__((noinline)) static unsigned recurse(unsigned depth)
{
	volatile uint8_t local[256];
	if (interrupt_came) return 0;
	local[depth & 255] = (uint8_t)depth;
	return recurse(depth + 1) + local[depth & 255];
}

/* On a stack of one page, with nothing below it. */
static void overflow_the_stack(void)
{
	window_pt[16] = 0;
	flush_tlb();
	uintptr_t top = window_page(2);
#ifdef __x86_64__
	__asm__ volatile("mov %0, %%rsp; push $0; call *%1" : : "r"(top), "r"(recurse) : "memory");
#else
	__asm__ volatile("mov %0, %%esp; push $0; call *%1" : : "r"(top), "r"(recurse) : "memory");
#endif
}

__attribute__((noinline)) static void wait_for_input(void)
{
	while (!(inb(COM1_LSR) & LSR_DR)) {
	}
}

__attribute__((noinline)) static void wait_for_flag(void)
{
	while (!interrupt_came) {
	}
}

__attribute__((noinline)) static void count_for_ever(void)
{
	for (uintptr_t i = 0;; i++) __asm__ volatile("" : "+r"(i));
}

static void do_nothing(struct trap_frame *frame) { (void)frame; }

static void tick(struct trap_frame *frame)
{
	(void)frame;
	pic_eoi(0);
}

static void sleep_for_ever(void)
{
	trap_hook[IRQ_BASE] = tick;
	pic_mask(0xfffe);
	pit_rate(PIT_HZ / 1000);
	sti();
	for (;;) hlt();
}

static void sleep_masked(void)
{
	pit_once(1000);
	sti();
	for (;;) hlt();
}

static void fail_on_purpose(void)
{
	switch (REPORT) {
	case REPORT_NO_IDT:
		no_handlers();
		__asm__ volatile("int3");
		break;
	case REPORT_GATE_ABSENT:
		window_pt[16] = 0;
		flush_tlb();
		spoil_gates(0x8000, 0);
		poke(window_page(0));
		break;
	case REPORT_GATE_ZERO:
		memset(idt, 0, sizeof idt);
		__asm__ volatile("ud2");
		break;
	case REPORT_GATE_DATA:
		data_selector_in_gates();
		__asm__ volatile("ud2");
		break;
	case REPORT_HANDLER_USER:
		user_selector_in_gates();
		__asm__ volatile("ud2");
		break;
	case REPORT_RSP0_NONCANONICAL:
		task_set_stack0((uintptr_t)0x8000000000000000u);
		user_call(u_privileged, 0);
		break;
	case REPORT_RSP0_UNMAPPED:
		window_pt[16] = 0;
		flush_tlb();
		task_set_stack0(window_page(1));
		user_call(u_privileged, 0);
		break;
	case REPORT_IST_UNMAPPED:
#ifdef __x86_64__
		window_pt[16] = 0;
		flush_tlb();
		task_set_ist(3, window_page(1));
		for (unsigned v = 0; v < 32; v++) gate_default(v, 0, 3);
		__asm__ volatile("ud2");
#endif
		break;
	case REPORT_NOT_PRESENT:
		window_pt[16] = 0x1234000;
		no_handlers();
		poke(window_page(0) + 0x123);
		break;
	case REPORT_RESERVED_BIT:
		page_pd[WINDOW_PDE] = (pte_t)WINDOW | 1 << 13 | P | W | PS;
		no_handlers();
		poke(WINDOW);
		break;
	case REPORT_NO_EXECUTE:
#ifdef __x86_64__
		wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);
		window_pt[16] |= 1ull << 63;
#endif
		no_handlers();
		jump(window_page(0) + 0x40);
		break;
	case REPORT_READ_ONLY:
		window_pt[16] &= ~(pte_t)W;
		no_handlers();
		poke(window_page(0));
		break;
	case REPORT_USER_PAGE:
		no_handlers();
		user_call(u_read_kernel, 0);
		break;
	case REPORT_GUARD_PAGE: overflow_the_stack(); break;
	case REPORT_NULL_CALL:
		no_handlers();
		memset((void *)(uintptr_t)0, 0xff, 16);
		jump(0);
		break;
	case REPORT_WILD_JUMP:
		no_handlers();
		jump(0x2000000);
		break;
	case REPORT_POLL_PORT: wait_for_input(); break;
	case REPORT_POLL_MEMORY: wait_for_flag(); break;
	case REPORT_IDLE: sleep_for_ever(); break;
	case REPORT_FAULT_STORM:
		window_pt[16] = 0;
		flush_tlb();
		trap_hook[PF] = do_nothing;
		poke(window_page(0) + 0x18);
		break;
	case REPORT_MASKED_IRQ: sleep_masked(); break;
	case REPORT_COUNTING: count_for_ever(); break;
	case REPORT_TSS_LIMIT:
		gdt[SEL_TSS / 8] = segment((uint32_t)(uintptr_t)task_state, 3, 0x89, 0);
		load_task(SEL_TSS);
		user_call(u_privileged, 0);
		break;
	case REPORT_HANDLER_UNMAPPED: /* with a separate stack, so that it never overflows */
		window_pt[17] = 0;
		flush_tlb();
		gate_set(PF, window_page(1), SEL_KCODE, GATE_INTERRUPT, 0, 1);
		poke(window_page(1));
		break;
	default: break;
	}
}

void kernel_main(void)
{
	start_paging();
	fail_on_purpose();
}
