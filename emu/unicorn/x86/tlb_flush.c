/* SPDX-License-Identifier: MIT */
/* Events outside the engine that invalidate what a CPU has cached, for struct tlb_watch. */
#include "emu/bytes.h"
#include "emu/unicorn/x86/cpu_internal.h"

void tlb_watch_invlpg(struct cpu *cpu, uint64_t linear)
{
	if (!cpu->tlb) return;
	tlb_watch_settle(cpu);
	/* The engine has forgotten 4 KiB. If what is not recorded were not asked for again, it
	 * would be used without being recorded. */
	if (tlb_invalidate_page(&cpu->tlb->model, linear)) cpu_flush_tlb(cpu);
}

void tlb_watch_fault(struct cpu *cpu, uint64_t linear)
{
	if (!cpu->tlb) return;
	struct paging_mode mode = cpu_paging_mode(cpu);
	tlb_watch_settle(cpu);
	if (!(mode.cr0 & CR0_PG)) return;
	bool large = tlb_invalidate_fault(&cpu->tlb->model, &mode, linear);
	if (!large)
		tlb_watch_drop(cpu, linear);
	else
		cpu_flush_tlb(cpu);
}

/* AMD's CPUs forget everything then (APM Vol. 2 5.5.3 "Implicit Invalidations", 15.16); Intel's
 * need not (SDM Vol. 3A 4.10.4.1). The engine forgets too, so that its next use of a page, global
 * ones too, is recorded. */
void tlb_watch_memory(struct cpu *cpu)
{
	if (!cpu->tlb || cpuid_is_intel(&cpu->features)) return;
	tlb_watch_settle(cpu);
	tlb_invalidate_all(&cpu->tlb->model);
	cpu_flush_tlb(cpu);
}

/* TLB_CONTROL (AMD APM Vol. 2 15.16, table 15-9). */
enum tlb_control { FLUSH_ALL = 1, FLUSH_GUEST = 3, FLUSH_GUEST_LOCAL = 7 };

void tlb_watch_world(struct cpu *cpu, const uint8_t *vmcb)
{
	if (!cpu->tlb) return;
	struct tlb_model *m = &cpu->tlb->model;
	tlb_watch_settle(cpu);
	m->asid = vmcb ? get_le32(vmcb + VMCB_ASID) : 0;
	if (!vmcb) return;
	switch (vmcb[VMCB_TLB_CONTROL]) {
	case FLUSH_ALL: tlb_invalidate_all(m); break;
	case FLUSH_GUEST: tlb_invalidate_space_of(m, m->asid, true); break;
	case FLUSH_GUEST_LOCAL: tlb_invalidate_space_of(m, m->asid, false); break;
	default: break;
	}
}

void tlb_watch_invlpga(struct cpu *cpu, uint32_t asid, uint64_t linear)
{
	if (!cpu->tlb) return;
	tlb_watch_settle(cpu);
	(void)tlb_invalidate_page_of(&cpu->tlb->model, asid, linear); /* the engine forgets all */
}

bool tlb_watch_keep(struct tlb_watch *to, struct cpu *from)
{
	tlb_watch_settle(from);
	to->store.any = false;
	to->beyond = from->tlb->beyond;
	return tlb_copy(&to->model, &from->tlb->model);
}

void tlb_watch_copy(struct cpu *to, struct cpu *from)
{
	if (!to->tlb || !from->tlb) return;
	(void)tlb_watch_keep(to->tlb, from); /* it is empty if there is no memory */
}
