/* SPDX-License-Identifier: MIT */
/* Model-specific registers. Those that the engine implements (bases, SYSCALL targets) are checked
 * here and passed on. The others are in struct cpu_msrs; msr_table.c lists those that only keep
 * what is written. SDM Vol. 4 and AMD APM Vol. 2 name them. */
#include <inttypes.h>
#include <stdio.h>

#include "emu/observe.h"
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/x86/lints.h"
#include "emu/x86/msr_numbers.h"

#define PAT_AT_RESET UINT64_C(0x0007040600070406)
enum { MTRRCAP_FIX = 1 << 8, MTRRCAP_WC = 1 << 10 };
enum { MTRR_DEF_ALLOWED = 0xcff, MTRR_BASE_RESERVED = 0xf00, MTRR_MASK_RESERVED = 0x7ff };
enum {
	MEMORY_TYPES = 1 << 0 | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6,
	PAT_TYPES = MEMORY_TYPES | 1 << 7
};
/* RdDram and WrDram in a byte of AMD's fixed-range MTRRs, writable if SYSCFG.MtrrFixDramModEn is
 * set (unread: AMD APM Vol. 2, 7.9). Stored without effect, like all memory types. */
#define MTRR_DRAM_BITS UINT64_C(0x1818181818181818)
enum { SYSCFG_FIX_DRAM_MOD = 1 << 19 };
enum { HWCR_SMMLOCK = 1 << 0, HWCR_STATUS_WREN = 1 << 18 };
#define MISC_LIMIT_CPUID (UINT64_C(1) << 22)
#define MISC_XD_DISABLE  (UINT64_C(1) << 34)

void cpu_msrs_reset(struct cpu_msrs *msrs)
{
	*msrs = (struct cpu_msrs){ .pat = PAT_AT_RESET };
	msr_table_reset(msrs->kept);
}

/* The value of a register in the table; 0: this identity does not have it. */
static uint64_t kept(const struct cpu *cpu, uint32_t msr)
{
	size_t slot;
	return msr_table_find(&cpu->features, msr, &slot) ? cpu->s.msrs.kept[slot] : 0;
}

struct cpuid_now cpu_cpuid_now(const struct cpu *cpu)
{
	size_t slot;
	struct cpuid_now now = { 0 };
	if (cpuid_is_intel(&cpu->features)) {
		uint64_t misc = kept(cpu, MSR_MISC_ENABLE);
		now.limit_leaves = misc & MISC_LIMIT_CPUID;
		now.no_xd = misc & MISC_XD_DISABLE;
	} else if (msr_table_find(&cpu->features, MSR_NAME_STRING, &slot)) {
		now.name = &cpu->s.msrs.kept[slot];
	}
	return now;
}

/* Index into mtrr_fixed; -1: not a fixed-range MTRR. */
static int fixed_index(uint32_t msr)
{
	if (msr == MSR_MTRR_FIX64K) return 0;
	if (msr == MSR_MTRR_FIX16K_80000 || msr == MSR_MTRR_FIX16K_A0000)
		return 1 + (int)(msr - MSR_MTRR_FIX16K_80000);
	if (msr >= MSR_MTRR_FIX4K_C0000 && msr <= MSR_MTRR_FIX4K_F8000)
		return 3 + (int)(msr - MSR_MTRR_FIX4K_C0000);
	return -1;
}

static uint64_t *own_register(struct cpu_msrs *m, uint32_t msr)
{
	int fixed = fixed_index(msr);
	if (fixed >= 0) return &m->mtrr_fixed[fixed];
	if (msr >= MSR_MTRR_PHYSBASE0 && msr <= MSR_MTRR_PHYSMASK7) {
		uint32_t i = (msr - MSR_MTRR_PHYSBASE0) / 2;
		return msr & 1 ? &m->mtrr_mask[i] : &m->mtrr_base[i];
	}
	switch (msr) {
	case MSR_PAT: return &m->pat;
	case MSR_MTRR_DEF_TYPE: return &m->mtrr_def_type;
	case MSR_TSC_AUX: return &m->tsc_aux;
	default: return NULL;
	}
}

static bool engine_keeps(uint32_t msr)
{
	return (msr >= MSR_SYSENTER_CS && msr <= MSR_SYSENTER_EIP) ||
	       (msr >= MSR_STAR && msr <= MSR_FMASK) ||
	       (msr >= MSR_FS_BASE && msr <= MSR_KERNEL_GS_BASE);
}

/* --- registers of the table */

static bool kept_read(const struct cpu *cpu, const struct msr_row *row, size_t slot,
		      uint64_t *value)
{
	*value = cpu->s.msrs.kept[slot];
	return row->rule != MSR_WRITE_ONLY;
}

static bool kept_value_valid(const struct cpu *cpu, const struct msr_row *row, uint64_t value)
{
	uint64_t hwcr = kept(cpu, MSR_HWCR);
	switch (row->rule) {
	case MSR_LOOSE:
	case MSR_WRITE_ONLY: return true;
	case MSR_READ_ONLY: return false;
	case MSR_STRICT: return !(value & ~(row->writable | row->reset));
	case MSR_ZERO: return value == 0;
	case MSR_ALL_OR_NONE: return value == 0 || value == UINT64_MAX;
	case MSR_STATUS: return value == 0 || (hwcr & HWCR_STATUS_WREN);
	case MSR_SMM: return !(value & ~row->writable) && !(hwcr & HWCR_SMMLOCK);
	}
	return false;
}

static bool kept_write(struct cpu *cpu, const struct msr_row *row, size_t slot, uint64_t value)
{
	uint64_t *cell = &cpu->s.msrs.kept[slot];
	if (!kept_value_valid(cpu, row, value)) return false;
	if (row->first == MSR_VM_CR && !svm_vm_cr(cpu, *cell, &value)) return false;
	if (row->rule == MSR_WRITE_ONLY) return true;
	value = (value & row->writable) | (*cell & ~row->writable);
	if (row->first == MSR_HWCR) value |= *cell & HWCR_SMMLOCK; /* until reset */
	*cell = value;
	return true;
}

/* --- unknown registers */

enum { X2APIC_FIRST = 0x800, X2APIC_LAST = 0x8ff };

static bool refused_by_apic(uint32_t msr)
{
	return msr == MSR_APIC_BASE || (msr >= X2APIC_FIRST && msr <= X2APIC_LAST);
}

/* Reported once per MSR. True: it reads as zero and ignores writes. */
static bool unknown(const struct cpu *cpu, uint32_t msr, bool write)
{
	char detail[96];
	bool zero = cpu->config.unknown_msr_zero;
	const struct lint_desc *desc = &cpu_lints[CPU_LINT_UNKNOWN_MSR];
	struct lint l = { .dev = "cpu",
			  .instance = "",
			  .desc = desc,
			  .bits = msr,
			  .each = true,
			  .spec = desc->spec,
			  .detail = detail };
	(void)snprintf(detail, sizeof detail,
		       "%s of %#" PRIx32 ", which this CPU does not have: %s",
		       write ? "WRMSR" : "RDMSR", msr,
		       !zero   ? "#GP"
		       : write ? "ignored"
			       : "reads 0");
	hub_lint(cpu->hub, &l);
	return zero;
}

/* --- reading */

static bool read_other(struct cpu *cpu, uint32_t msr, uint64_t *value)
{
	const struct x86_pins *pins = &cpu->config.pins;
	size_t slot;
	const struct msr_row *row = msr_table_find(&cpu->features, msr, &slot);
	if (cpu_is_pmc(cpu, msr)) cpu_pmc_settle(cpu);
	if (row) return kept_read(cpu, row, slot, value);
	if (pins->msr_read && pins->msr_read(pins->ctx, msr, value)) return true;
	if (refused_by_apic(msr)) return false;
	*value = 0;
	return unknown(cpu, msr, false);
}

bool cpu_msr_read(struct cpu *cpu, uint32_t msr, uint64_t *value)
{
	struct cpu_msrs *m = &cpu->s.msrs;
	const uint64_t *own = own_register(m, msr);
	if (own && (msr != MSR_TSC_AUX || cpuid_has(&cpu->features, FEATURE_RDTSCP))) {
		*value = *own;
		return true;
	}
	if (engine_keeps(msr)) {
		*value = cpu_read_engine_msr(cpu, msr);
		return true;
	}
	switch (msr) {
	case MSR_TSC:
		*value = clock_now(cpu->clock) + m->tsc_offset + svm_tsc_offset(cpu);
		return true;
	case MSR_MTRRCAP: *value = MTRR_VARIABLE | MTRRCAP_FIX | MTRRCAP_WC; return true;
	case MSR_EFER: *value = cpu_paging_mode(cpu).efer; return true;
	default: return read_other(cpu, msr, value);
	}
}

bool cpu_rdpmc(struct cpu *cpu)
{
	enum { COUNTERS = 4 };
	uint32_t counter = (uint32_t)cpu_read_reg(cpu, UC_X86_REG_RCX);
	bool allowed = !(cpu_read_reg(cpu, UC_X86_REG_CR0) & CR0_PE) ||
		       (cpu_read_reg(cpu, UC_X86_REG_CR4) & CR4_PCE) ||
		       !(cpu->live->hflags & HF_CPL);
	if (!allowed || cpuid_is_intel(&cpu->features) || counter >= COUNTERS) {
		cpu_raise(cpu, VEC_GP, true, 0);
		return false;
	}
	cpu_pmc_settle(cpu);
	uint64_t value = kept(cpu, MSR_PERFCTR0 + counter);
	cpu_write_reg(cpu, UC_X86_REG_RAX, (uint32_t)value);
	cpu_write_reg(cpu, UC_X86_REG_RDX, value >> 32);
	return true;
}

/* --- writing */

/* Every byte of an eight-entry table is one of the allowed memory types. */
static bool types_valid(uint64_t value, unsigned allowed)
{
	for (unsigned i = 0; i < 8; i++) {
		unsigned type = (unsigned)(value >> (8 * i)) & 0xff;
		if (type > 7 || !(allowed >> type & 1)) return false;
	}
	return true;
}

static bool fixed_valid(const struct cpu *cpu, uint64_t value)
{
	if (kept(cpu, MSR_SYSCFG) & SYSCFG_FIX_DRAM_MOD) value &= ~MTRR_DRAM_BITS;
	return types_valid(value, MEMORY_TYPES);
}

static bool own_value_valid(const struct cpu *cpu, uint32_t msr, uint64_t value)
{
	uint64_t above = ~((UINT64_C(1) << PAGING_PHYS_BITS) - 1);
	if (fixed_index(msr) >= 0) return fixed_valid(cpu, value);
	if (msr >= MSR_MTRR_PHYSBASE0 && msr <= MSR_MTRR_PHYSMASK7) {
		if (msr & 1) return !(value & (above | MTRR_MASK_RESERVED));
		unsigned type = value & 0xff;
		return !(value & (above | MTRR_BASE_RESERVED)) && type <= 7 &&
		       (MEMORY_TYPES >> type & 1);
	}
	switch (msr) {
	case MSR_PAT: return types_valid(value, PAT_TYPES);
	case MSR_MTRR_DEF_TYPE:
		return !(value & ~(uint64_t)MTRR_DEF_ALLOWED) && (value & 0xff) <= 7 &&
		       (MEMORY_TYPES >> (value & 0xff) & 1);
	case MSR_TSC_AUX: return value >> 32 == 0;
	default: return true;
	}
}

uint64_t cpu_efer_allowed(const struct cpu *cpu)
{
	uint64_t allowed = cpuid_has(&cpu->features, FEATURE_LM) ? EFER_LME : 0;
	if (cpuid_has(&cpu->features, FEATURE_SYSCALL)) allowed |= EFER_SCE;
	if (cpuid_has(&cpu->features, FEATURE_NX) && !cpu_cpuid_now(cpu).no_xd) allowed |= EFER_NXE;
	if (svm_allowed(cpu)) allowed |= EFER_SVME;
	return allowed;
}

/* Reserved bits, and LME while paging is on, raise #GP (SDM Vol. 3A 4.1, APM Vol. 2 3.1.7). */
static bool write_efer(struct cpu *cpu, uint64_t value)
{
	uint64_t allowed = cpu_efer_allowed(cpu) | EFER_LMA;
	uint64_t old = cpu->s.msrs.efer;
	bool paging = cpu_paging_mode(cpu).cr0 & CR0_PG;
	if (value & ~allowed || (paging && ((value ^ old) & EFER_LME))) return false;
	cpu->s.msrs.efer = value & ~(uint64_t)EFER_LMA;
	cpu_write_engine_msr(cpu, MSR_EFER, value & ~(uint64_t)EFER_SVME);
	if ((value ^ old) & EFER_NXE) {
		cpu_flush_tlb(cpu);
		tlb_watch_memory(cpu);
	}
	return true;
}

static bool must_be_canonical(uint32_t msr)
{
	return (msr >= MSR_FS_BASE && msr <= MSR_KERNEL_GS_BASE) || msr == MSR_LSTAR ||
	       msr == MSR_CSTAR || msr == MSR_SYSENTER_ESP || msr == MSR_SYSENTER_EIP;
}

/* AMD's have 32 bits, because its SYSENTER does not work in long mode (unread: AMD APM Vol. 2,
 * 6.1.2; a comment in Linux's arch/x86/kernel/cpu/common.c says that the CPU truncates them). */
static uint64_t sysenter_address(const struct cpu *cpu, uint64_t value)
{
	return cpuid_is_intel(&cpu->features) ? value : (uint32_t)value;
}

uint64_t cpu_tsc_time(const struct cpu *cpu, uint64_t tsc)
{
	uint64_t now = clock_now(cpu->clock), count = now + cpu->s.msrs.tsc_offset;
	if (tsc <= count) return now;
	return tsc - count < CLOCK_NEVER - now ? now + (tsc - count) : CLOCK_NEVER;
}

/* Events due by the old count come first. */
static void write_tsc(struct cpu *cpu, uint64_t value)
{
	const struct x86_pins *pins = &cpu->config.pins;
	if (clock_due(cpu->clock)) clock_run(cpu->clock);
	cpu->s.msrs.tsc_offset = value - clock_now(cpu->clock);
	if (pins->tsc_written) pins->tsc_written(pins->ctx);
}

/* The counters continue from the written values. */
static bool pmc_write(struct cpu *cpu, const struct msr_row *row, size_t slot, uint64_t value)
{
	cpu_pmc_settle(cpu);
	bool done = kept_write(cpu, row, slot, value);
	cpu_pmc_restart(cpu);
	return done;
}

static bool write_other(struct cpu *cpu, uint32_t msr, uint64_t value)
{
	const struct x86_pins *pins = &cpu->config.pins;
	size_t slot;
	const struct msr_row *row = msr_table_find(&cpu->features, msr, &slot);
	uint64_t read;
	if (row && cpu_is_pmc(cpu, msr)) return pmc_write(cpu, row, slot, value);
	if (row) return kept_write(cpu, row, slot, value);
	if (pins->msr_write && pins->msr_write(pins->ctx, msr, value)) return true;
	if (refused_by_apic(msr)) return false;
	if (pins->msr_read && pins->msr_read(pins->ctx, msr, &read)) return false;
	return unknown(cpu, msr, true);
}

bool cpu_msr_write(struct cpu *cpu, uint32_t msr, uint64_t value)
{
	struct cpu_msrs *m = &cpu->s.msrs;
	struct paging_mode long_mode = { .efer = EFER_LMA };
	uint64_t *own = own_register(m, msr);
	if (own && (msr != MSR_TSC_AUX || cpuid_has(&cpu->features, FEATURE_RDTSCP))) {
		if (!own_value_valid(cpu, msr, value)) return false;
		*own = value;
		if (msr != MSR_PAT && msr != MSR_TSC_AUX) tlb_watch_memory(cpu);
		return true;
	}
	if (engine_keeps(msr)) {
		if (msr == MSR_SYSENTER_ESP || msr == MSR_SYSENTER_EIP)
			value = sysenter_address(cpu, value);
		if (must_be_canonical(msr) && !paging_canonical(&long_mode, value)) return false;
		if (msr == MSR_FMASK && value >> 32) return false;
		cpu_write_engine_msr(cpu, msr, value);
		return true;
	}
	switch (msr) {
	case MSR_TSC: write_tsc(cpu, value); return true;
	case MSR_MTRRCAP: return false;
	case MSR_EFER: return write_efer(cpu, value);
	default: return write_other(cpu, msr, value);
	}
}
