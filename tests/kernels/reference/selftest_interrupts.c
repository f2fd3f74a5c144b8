/* SPDX-License-Identifier: MIT */
/* Exceptions that return, ticks, and the end of each interrupt. */
#include "interrupts.h"
#include "irq.h"
#include "machine.h"
#include "memory.h"
#include "selftest.h"

enum { TICKS = 5 };

static void breakpoint(void)
{
	const uint64_t before = interrupts.breakpoints;

	__asm__ volatile("int3" : : : "memory");
	selftest_case("breakpoint.taken", interrupts.breakpoints - before, 1);
}

/* One access that faults, and goes on behind itself. Returns the faults that were taken. */
static uint64_t faults_of_write(uint64_t address)
{
	const uint64_t before = interrupts.page_faults;
	uint64_t after;

	__asm__ volatile("leaq 1f(%%rip), %0" : "=r"(after));
	interrupts_expect_page_fault(address, after);
	__asm__ volatile("movb $0, (%0)\n1:" : : "r"(address) : "memory");
	interrupts_expect_page_fault(0, 0);
	return interrupts.page_faults - before;
}

/* A RET in memory that is no code: calling it faults, or returns. */
static uint64_t faults_of_call(uint64_t address)
{
	const uint64_t before = interrupts.page_faults;
	uint64_t after;

	__asm__ volatile("leaq 1f(%%rip), %0" : "=r"(after));
	interrupts_expect_page_fault(address, after);
	/* The return address was pushed before the fault. */
	__asm__ volatile("movq %%rsp, %%rbx\n\tcall *%0\n1:\tmovq %%rbx, %%rsp"
			 :
			 : "r"(address)
			 : "rbx", "memory");
	interrupts_expect_page_fault(0, 0);
	return interrupts.page_faults - before;
}

static void no_execute(void)
{
	static uint8_t data[] = { 0xc3 };
	static const uint8_t constant[] = { 0xc3 };

	selftest_case("page_fault.data_are_no_code", faults_of_call(address_of(data)),
		      memory.no_execute);
	selftest_case("page_fault.constants_are_no_code", faults_of_call(address_of(constant)),
		      memory.no_execute);
	selftest_case("page_fault.the_window_is_no_code",
		      faults_of_call(PHYS_WINDOW + address_of(data)), memory.no_execute);
}

static void page_faults(void)
{
	selftest_case("page_fault.null_page", faults_of_write(8), 1);
	selftest_case("page_fault.guard_page", faults_of_write(address_of(boot_stack_guard)), 1);
	selftest_case("page_fault.code_is_not_writable", faults_of_write(address_of(text_start)),
		      1);
	selftest_case("page_fault.stack_is_writable",
		      faults_of_write(address_of(boot_stack_top) - 4096 * 4), 0);
}

static void ticks(void)
{
	const uint64_t patience = UINT64_C(2000000000);
	const uint64_t end = wait_deadline(&kernel.wait, patience);
	const uint64_t first = irq.ticks, eois = irq.eois;

	while (irq.ticks - first < TICKS && !wait_expired(&kernel.wait, end))
		wait_relax(&kernel.wait);
	selftest_case("timer.ticks", irq.ticks - first >= TICKS, true);
	selftest_case("timer.eois", irq.eois - eois >= irq.ticks - first, true);
}

void selftest_interrupts(void)
{
	selftest_case("descriptors.tss_is_busy", interrupts_tss_is_busy(), true);
	breakpoint();
	page_faults();
	no_execute();
	ticks();
}
