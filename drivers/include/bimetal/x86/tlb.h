/* SPDX-License-Identifier: MIT */
/* How this processor forgets translations: what the flush tokens of mappers use (flush.h). */
#ifndef BIMETAL_X86_TLB_H
#define BIMETAL_X86_TLB_H

/* For example:
 *
 *	static enum mapper_status begin(struct mapper *mapper, struct x86_cpu *cpu,
 *					struct linear physical, const struct pte_rules *rules)
 *	{
 *		struct phys root = phys_truncate(x86_cr3(*cpu) & PTE_ADDRESS);
 *		struct tlb tlb = tlb_of_cpu(cpu);
 *
 *		return mapper_at_offset(mapper, physical, root, rules, &tlb);
 *	}
 */

#include "bimetal/x86/entry.h"
#include "bimetal/x86/flush.h"
#include "bimetal/x86/mapper.h"
#include "bimetal/x86_cpu.h"

/* One page by INVLPG; all by a change of CR4.PGE and back, which reaches global pages and all PCIDs
 * too (SDM Vol. 3A 4.10.4.1). Only this processor's translations are forgotten. The cpu must
 * outlive it. */
struct tlb tlb_of_cpu(struct x86_cpu *cpu);

/* What this processor demands of entries: CPUID 0, 80000001h, 80000008h, and EFER. Set EFER.NXE
 * before. */
struct pte_rules pte_rules_of_cpu(struct x86_cpu cpu);

#endif
