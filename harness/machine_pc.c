/* SPDX-License-Identifier: MIT */
#include "harness/machine_pc.h"

#include "harness/machine_board.h"

/* ---- what the firmware leaves in the CPU ---- */

enum {
	MSR_MTRR_PHYSBASE0 = 0x200,
	MSR_MTRR_FIX64K = 0x250,
	MSR_MTRR_FIX16K_80000 = 0x258,
	MSR_MTRR_FIX16K_A0000 = 0x259,
	MSR_MTRR_FIX4K_C0000 = 0x268,
	MSR_MTRR_FIX4K_F8000 = 0x26f,
	MSR_MTRR_DEF_TYPE = 0x2ff,
	MTRR_UNCACHED = 0,
	MTRR_WRITE_BACK = 6,
	MTRR_ENABLE = 0xc00, /* all, and the fixed ranges */
};
#define MTRR_ALL_WRITE_PROTECT UINT64_C(0x0505050505050505)
#define MTRR_ALL_WRITE_BACK    UINT64_C(0x0606060606060606)
#define MTRR_MASK_VALID        (UINT64_C(1) << 11)
#define PHYSICAL_MASK          ((UINT64_C(1) << BOARD_PHYSICAL_BITS) - 1)

/* One variable range of uncached memory; size is a power of two, base a multiple of it. */
static void uncached_range(struct machine *m, uint32_t n, uint64_t base, uint64_t size)
{
	cpu_msr_write(m->cpu, MSR_MTRR_PHYSBASE0 + 2 * n, base | MTRR_UNCACHED);
	cpu_msr_write(m->cpu, MSR_MTRR_PHYSBASE0 + 2 * n + 1,
		      (PHYSICAL_MASK & ~(size - 1)) | MTRR_MASK_VALID);
}

/* Write-back but for the VGA window, ROM and the hole for devices. */
static void program_mtrrs(struct machine *m)
{
	cpu_msr_write(m->cpu, MSR_MTRR_FIX64K, MTRR_ALL_WRITE_BACK);
	cpu_msr_write(m->cpu, MSR_MTRR_FIX16K_80000, MTRR_ALL_WRITE_BACK);
	cpu_msr_write(m->cpu, MSR_MTRR_FIX16K_A0000, MTRR_UNCACHED);
	for (uint32_t msr = MSR_MTRR_FIX4K_C0000; msr <= MSR_MTRR_FIX4K_F8000; msr++)
		cpu_msr_write(m->cpu, msr, MTRR_ALL_WRITE_PROTECT);
	uncached_range(m, 0, PC_ECAM_BASE, PC_ECAM_SIZE);
	uncached_range(m, 1, PC_PCI_MEMORY_BASE, UINT64_C(1) << 30);
	cpu_msr_write(m->cpu, MSR_MTRR_DEF_TYPE, MTRR_ENABLE | MTRR_WRITE_BACK);
}

/* ---- the machine ---- */

static const char *build(struct machine *m)
{
	const char *fault =
		bus_map(&m->bus, BUS_PORT, ISA_MISC_RST_BASE, ISA_MISC_RST_SIZE, &m->misc.rst, 0);

	return fault ? fault : board_map_sockets(m);
}

static void reset(struct machine *m) { program_mtrrs(m); }

const struct machine_kind machine_pc = {
	.name = "pc",
	.hole = PC_ECAM_BASE,
	.build = build,
	.reset = reset,
};
