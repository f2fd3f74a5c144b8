/* SPDX-License-Identifier: MIT */
#include "emu/x86/msr_table.h"
#include "tests/check.h"

static const struct cpu_features amd = { .vendor = CPU_AMD }, intel = { .vendor = CPU_INTEL };

Test(msr_table, the_state_has_room_for_it) { check_le(sz, msr_table_slots(), MSR_SLOTS); }

/* A second row of the same register would never be found. */
Test(msr_table, no_slot_is_found_under_two_numbers)
{
	static const uint32_t range[][2] = { { 0, 0x2000 }, { 0xc0010000, 0xc0012000 } };
	static bool used[2][MSR_SLOTS];
	size_t n = 0;
	for (unsigned r = 0; r < 2; r++)
		for (uint32_t msr = range[r][0]; msr < range[r][1]; msr++)
			for (unsigned v = 0; v < 2; v++) {
				size_t slot = 0;
				if (!msr_table_find(v ? &intel : &amd, msr, &slot)) continue;
				require_lt(sz, slot, msr_table_slots());
				require(!used[v][slot], "%#x", msr);
				n += !used[!v][slot];
				used[v][slot] = true;
			}
	check_eq(sz, n, msr_table_slots(), "each is found");
}

Test(msr_table, each_identity_has_its_own)
{
	enum { HWCR = 0xc0010015u, PLATFORM_ID = 0x17, MCG_CAP = 0x179 };
	size_t slot = 0;
	check(msr_table_find(&amd, (uint32_t)HWCR, &slot) != NULL);
	check(msr_table_find(&intel, (uint32_t)HWCR, &slot) == NULL);
	check(msr_table_find(&amd, PLATFORM_ID, &slot) == NULL);
	check(msr_table_find(&intel, PLATFORM_ID, &slot) != NULL);
	check_eq(u64, msr_table_find(&amd, MCG_CAP, &slot)->reset & 0xff, 5);
	check_eq(u64, msr_table_find(&intel, MCG_CAP, &slot)->reset & 0xff, 9);
	check(msr_table_find(&amd, 0x12345, &slot) == NULL);
}

Test(msr_table, at_reset_each_holds_its_value)
{
	static uint64_t slots[MSR_SLOTS];
	uint64_t name[CPUID_NAME_QUADS];
	size_t slot = 0;
	msr_table_reset(slots);
	cpuid_name(name);
	msr_table_find(&amd, 0xc0010111, &slot);
	check_eq(u64, slots[slot], 0x30000);
	msr_table_find(&amd, 0xc0010031, &slot);
	check_eq(u64, slots[slot], name[1]);
	msr_table_find(&intel, 0x3a, &slot);
	check_eq(u64, slots[slot], 1);
}
