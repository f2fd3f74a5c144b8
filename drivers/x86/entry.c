/* SPDX-License-Identifier: MIT */
/* SDM Vol. 3A tables 4-14 to 4-20. Of AMD's processors: unread: APM Vol. 2, 5.3.3, figures 5-20 to
 * 5-27. */
#include "bimetal/x86/entry.h"

#include <stddef.h>

#define BITS(high, low) \
	((UINT64_MAX >> (63 - (high))) & ~((UINT64_C(1) << (low)) - 1)) /* high: 0 to 63 */

static bool is_level(unsigned level) { return level >= 1 && level <= PTE_LEVELS; }

/* The size of what a leaf of level 1 to 3 maps. */
static enum page_size size_of(unsigned level)
{
	if (level == 1) return PAGE_4K;
	return level == 2 ? PAGE_2M : PAGE_1G;
}

/* In a leaf of level 2 or 3, bit 12 is not part of the address: PAT. */
static uint64_t not_address(uint64_t entry, unsigned level)
{
	uint64_t mask = ~PTE_ADDRESS;

	if (level > 1 && pte_is_leaf(entry, level)) mask |= PTE_PAT_LARGE;
	return mask;
}

bool pte_is_leaf(uint64_t entry, unsigned level)
{
	if (level == 1) return true;
	return (level == 2 || level == 3) && (entry & PTE_LARGE);
}

enum pte_status pte_frame(uint64_t entry, unsigned level, struct frame *out)
{
	if (!out) return PTE_NULL;
	if (!is_level(level)) return PTE_BAD_LEVEL;
	if (!(entry & PTE_PRESENT)) return PTE_NOT_PRESENT;
	if (!pte_is_leaf(entry, level)) return PTE_IS_TABLE;

	uint64_t address = entry & ~not_address(entry, level);
	enum page_size size = size_of(level);
	if (address & (page_bytes(size) - 1)) return PTE_BAD_FRAME;
	*out = (struct frame){ { address }, size };
	return PTE_OK;
}

enum pte_status pte_table(uint64_t entry, unsigned level, struct phys *out)
{
	if (!out) return PTE_NULL;
	if (!is_level(level) || level == 1) return PTE_BAD_LEVEL;
	if (!(entry & PTE_PRESENT)) return PTE_NOT_PRESENT;
	if (pte_is_leaf(entry, level)) return PTE_IS_LARGE;
	*out = (struct phys){ entry & PTE_ADDRESS };
	return PTE_OK;
}

uint64_t pte_flags(uint64_t entry, unsigned level) { return entry & not_address(entry, level); }

uint64_t pte_reserved(const struct pte_rules *rules, unsigned level, bool leaf)
{
	uint64_t reserved = 0;

	if (!rules || !is_level(level)) return 0;
	if (rules->phys_bits < PHYS_BITS) reserved |= BITS(PHYS_BITS - 1, rules->phys_bits);
	if (!rules->no_execute) reserved |= PTE_NO_EXECUTE;
	if (level == 4) reserved |= PTE_LARGE;
	if (level == 4 && rules->vendor == PTE_AMD) reserved |= PTE_GLOBAL;
	if (!leaf || level == 1) return reserved;
	if (level == 3 && !rules->pages_1g) reserved |= PTE_LARGE;
	return reserved | BITS(page_shift(size_of(level)) - 1, VIRT_PAGE_BITS + 1);
}

uint64_t pte_ignored(unsigned level, bool leaf)
{
	if (!is_level(level)) return 0;
	if (leaf) return PTE_AVAILABLE_LOW | (PTE_AVAILABLE & ~PTE_KEY);
	uint64_t ignored = PTE_AVAILABLE_LOW | PTE_AVAILABLE | PTE_KEY | PTE_DIRTY;
	return level == 4 ? ignored : ignored | PTE_GLOBAL;
}
