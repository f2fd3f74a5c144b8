/* SPDX-License-Identifier: MIT */
/* CR3, with and without process-context identifiers (SDM Vol. 3A 4.5, 4.10.1, 4.10.4.1). */
#include "bimetal/x86/control.h"

#include <stddef.h>

#define PAGE_OFFSETS UINT64_C(0xfff)

enum control_status cr3_pack(const struct cr3 *cr3, bool pcide, uint64_t *value)
{
	if (!cr3 || !value) return CONTROL_NULL_POINTER;
	if (cr3->table & PAGE_OFFSETS) return CR3_UNALIGNED;
	if (cr3->table & ~X86_CR3_TABLE) return CR3_TOO_HIGH;
	if (cr3->pcid > X86_PCID_MAX) return CR3_BAD_PCID;
	if (!pcide && (cr3->pcid || cr3->keep)) return CR3_PCID_IS_OFF;
	if (pcide && (cr3->write_through || cr3->cache_disable)) return CR3_PCID_AND_CACHING;
	*value = cr3->table | cr3->pcid | (cr3->write_through ? X86_CR3_PWT : 0) |
		 (cr3->cache_disable ? X86_CR3_PCD : 0) | (cr3->keep ? X86_CR3_KEEP : 0);
	return CONTROL_OK;
}

struct cr3 cr3_unpack(uint64_t value, bool pcide)
{
	struct cr3 cr3 = { .table = value & X86_CR3_TABLE };

	if (pcide) {
		cr3.pcid = (uint16_t)(value & X86_CR3_PCID);
		return cr3;
	}
	cr3.write_through = value & X86_CR3_PWT;
	cr3.cache_disable = value & X86_CR3_PCD;
	return cr3;
}

static bool has_pcids(struct x86_cpu cpu) { return x86_cr4(cpu) & X86_CR4_PCIDE; }

struct cr3 cr3_read(struct x86_cpu cpu) { return cr3_unpack(x86_cr3(cpu), has_pcids(cpu)); }

enum control_status cr3_write(struct x86_cpu cpu, const struct cr3 *cr3)
{
	uint64_t value;
	enum control_status status = cr3_pack(cr3, has_pcids(cpu), &value);

	if (status == CONTROL_OK) x86_set_cr3(cpu, value);
	return status;
}
