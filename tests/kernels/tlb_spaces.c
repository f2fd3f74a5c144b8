/* SPDX-License-Identifier: MIT */
/* Cached translations of SVM's address spaces, for --tlb stale: what the host invalidates is its
 * own. */
#define PAGING 4
#include "pagefaults_window.h"
#include "svm.h"

enum { FIRST = 0x0102, SECOND = 0x0304 };
enum { FLUSH_ALL = 1, FLUSH_GUEST = 3 }; /* TLB_CONTROL */

GUEST(g_load, "", "movl 0x40000000, %eax", "");

static pte_t to(unsigned n) { return (uintptr_t)frame[n] | P | W | A | D; }
static void set(unsigned n) { *(volatile pte_t *)&window_pt[0] = to(n); }
static uint32_t host_loads(void) { return *(volatile uint32_t *)AT_PAGE(0); }

static uint32_t guest_loads(uint32_t asid, uint32_t tlb_control)
{
	guest(g_load);
	vmcb.asid = asid;
	vmcb.tlb_control = tlb_control;
	run();
	if (vmcb.exit_code != EXIT_VMMCALL) fail("guest", "exit %q", vmcb.exit_code);
	return (uint32_t)vmcb.rax;
}

static void invlpga(uintptr_t linear, uint32_t asid)
{
	__asm__ volatile("invlpga" : : "a"(linear), "c"(asid) : "memory");
}

void kernel_main(void)
{
	init_tables();
	init_window();
	map(0, 0);
	*(volatile uint32_t *)frame[0] = FIRST;
	*(volatile uint32_t *)frame[1] = SECOND;
	if (!svm_start()) finish();
	set(0);
	check("the guest caches the page", guest_loads(1, 0), FIRST);
	set(1);
	invlpg(AT_PAGE(0));
	check("the host has invalidated its own", host_loads(), SECOND);
	check("the guest's is left", guest_loads(1, 0), FIRST);
	check("another guest has none", guest_loads(2, 0), SECOND);
	check("TLB_CONTROL 3", guest_loads(1, FLUSH_GUEST), SECOND);
	set(0);
	check("the host's outlives VMRUN", host_loads(), SECOND);
	check("guest 2 still has its own", guest_loads(2, 0), SECOND);
	invlpga(AT_PAGE(0), 2);
	check("INVLPGA", guest_loads(2, 0), FIRST);
	check("of that guest alone", guest_loads(1, 0), SECOND);
	check("TLB_CONTROL 1", guest_loads(1, FLUSH_ALL), FIRST);
	check("for the host too", host_loads(), FIRST);
	finish();
}
