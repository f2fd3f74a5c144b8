/* SPDX-License-Identifier: MIT */
/* Model-specific registers. Those that the engine keeps (bases, SYSCALL targets) are checked here
 * and passed on; the others live in struct cpu_msrs. SDM Vol. 4 and AMD APM Vol. 2 name them. */
#include "emu/cpu/cpu_internal.h"

enum msr {
	MSR_TSC = 0x10,
	MSR_APIC_BASE = 0x1b,
	MSR_BIOS_SIGN_ID = 0x8b,
	MSR_MTRRCAP = 0xfe,
	MSR_SYSENTER_CS = 0x174,
	MSR_SYSENTER_ESP = 0x175,
	MSR_SYSENTER_EIP = 0x176,
	MSR_MISC_ENABLE = 0x1a0,
	MSR_MTRR_PHYSBASE0 = 0x200,
	MSR_MTRR_PHYSMASK7 = 0x20f,
	MSR_MTRR_FIX64K = 0x250,
	MSR_MTRR_FIX16K_80000 = 0x258,
	MSR_MTRR_FIX16K_A0000 = 0x259,
	MSR_MTRR_FIX4K_C0000 = 0x268,
	MSR_MTRR_FIX4K_F8000 = 0x26f,
	MSR_PAT = 0x277,
	MSR_MTRR_DEF_TYPE = 0x2ff
};
#define MSR_EFER           UINT32_C(0xc0000080)
#define MSR_STAR           UINT32_C(0xc0000081)
#define MSR_LSTAR          UINT32_C(0xc0000082)
#define MSR_CSTAR          UINT32_C(0xc0000083)
#define MSR_FMASK          UINT32_C(0xc0000084)
#define MSR_FS_BASE        UINT32_C(0xc0000100)
#define MSR_GS_BASE        UINT32_C(0xc0000101)
#define MSR_KERNEL_GS_BASE UINT32_C(0xc0000102)
#define MSR_SYSCFG         UINT32_C(0xc0010010)
#define MSR_TOP_MEM        UINT32_C(0xc001001a)
#define MSR_TOP_MEM2       UINT32_C(0xc001001d)
#define MSR_INT_PENDING    UINT32_C(0xc0010055)
#define MSR_TSC_AUX        UINT32_C(0xc0000103)

/* The extensions of this vendor's MTRRs (unread: AMD APM Vol. 2, 7.9): kept, without effect, as
 * memory types have none. SYSCFG: MtrrFixDramEn to Tom2ForceMemTypeWB. */
#define SYSCFG_ALLOWED  UINT64_C(0x007c0000)
#define TOP_MEM_ALLOWED UINT64_C(0x000000ffff800000)

/* Interrupt Pending and CMP-Halt: C1E is off, and there is no message to send (unread: AMD BKDG for
 * family 0Fh). */
#define INT_PENDING UINT64_C(0)

#define PAT_AT_RESET UINT64_C(0x0007040600070406)
enum { MTRRCAP_FIX = 1 << 8, MTRRCAP_WC = 1 << 10, MISC_FAST_STRINGS = 1 };
enum { MTRR_DEF_ALLOWED = 0xcff, MTRR_BASE_RESERVED = 0xf00, MTRR_MASK_RESERVED = 0x7ff };
enum {
	MEMORY_TYPES = 1 << 0 | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6,
	PAT_TYPES = MEMORY_TYPES | 1 << 7
};
/* MISC_ENABLE bits that can be set: fast strings, and the ones software toggles with no effect
 * here (thermal monitor, limit CPUID maxval, XD disable do not exist on this CPU). */
enum { MISC_ENABLE_ALLOWED = MISC_FAST_STRINGS };

void cpu_msrs_reset(struct cpu_msrs *msrs)
{
	*msrs = (struct cpu_msrs){ .pat = PAT_AT_RESET, .misc_enable = MISC_FAST_STRINGS };
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
	case MSR_BIOS_SIGN_ID: return &m->bios_sign_id;
	case MSR_MISC_ENABLE: return &m->misc_enable;
	case MSR_PAT: return &m->pat;
	case MSR_MTRR_DEF_TYPE: return &m->mtrr_def_type;
	case MSR_SYSCFG: return &m->syscfg;
	case MSR_TOP_MEM: return &m->top_mem;
	case MSR_TOP_MEM2: return &m->top_mem2;
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

bool cpu_msr_read(struct cpu *cpu, uint32_t msr, uint64_t *value)
{
	struct cpu_msrs *m = &cpu->s.msrs;
	const uint64_t *own = own_register(m, msr);
	if (own) {
		*value = *own;
		return msr != MSR_TSC_AUX || cpuid_has(&cpu->features, FEATURE_RDTSCP);
	}
	if (engine_keeps(msr)) {
		*value = cpu_read_engine_msr(cpu, msr);
		return true;
	}
	switch (msr) {
	case MSR_TSC: *value = clock_now(cpu->clock) + m->tsc_offset; return true;
	case MSR_MTRRCAP: *value = MTRR_VARIABLE | MTRRCAP_FIX | MTRRCAP_WC; return true;
	case MSR_INT_PENDING: *value = INT_PENDING; return true;
	case MSR_EFER: *value = cpu_paging_mode(cpu).efer; return true;
	default:
		return cpu->config.pins.msr_read &&
		       cpu->config.pins.msr_read(cpu->config.pins.ctx, msr, value);
	}
}

/* Every byte of an eight-entry table is one of the allowed memory types. */
static bool types_valid(uint64_t value, unsigned allowed)
{
	for (unsigned i = 0; i < 8; i++) {
		unsigned type = (unsigned)(value >> (8 * i)) & 0xff;
		if (type > 7 || !(allowed >> type & 1)) return false;
	}
	return true;
}

static bool own_value_valid(uint32_t msr, uint64_t value)
{
	uint64_t above = ~((UINT64_C(1) << PAGING_PHYS_BITS) - 1);
	if (fixed_index(msr) >= 0) return types_valid(value, MEMORY_TYPES);
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
	case MSR_MISC_ENABLE: return !(value & ~(uint64_t)MISC_ENABLE_ALLOWED);
	case MSR_SYSCFG: return !(value & ~SYSCFG_ALLOWED);
	case MSR_TOP_MEM:
	case MSR_TOP_MEM2: return !(value & ~TOP_MEM_ALLOWED);
	case MSR_TSC_AUX: return value >> 32 == 0;
	default: return true;
	}
}

/* Reserved bits, and LME while paging is on, raise #GP (SDM Vol. 3A 4.1, APM Vol. 2 3.1.7). */
static bool write_efer(struct cpu *cpu, uint64_t value)
{
	uint64_t allowed = EFER_LME | EFER_LMA;
	if (cpuid_has(&cpu->features, FEATURE_SYSCALL)) allowed |= EFER_SCE;
	if (cpuid_has(&cpu->features, FEATURE_NX)) allowed |= EFER_NXE;
	uint64_t old = cpu->s.msrs.efer;
	bool paging = cpu_paging_mode(cpu).cr0 & CR0_PG;
	if (value & ~allowed || (paging && ((value ^ old) & EFER_LME))) return false;
	cpu->s.msrs.efer = value & ~(uint64_t)EFER_LMA;
	cpu_write_engine_msr(cpu, MSR_EFER, value);
	if (((value ^ old) & EFER_NXE) && !cpu->dead) uc_ctl_flush_tlb(cpu->uc);
	return true;
}

static bool must_be_canonical(uint32_t msr)
{
	return (msr >= MSR_FS_BASE && msr <= MSR_KERNEL_GS_BASE) || msr == MSR_LSTAR ||
	       msr == MSR_CSTAR || msr == MSR_SYSENTER_ESP || msr == MSR_SYSENTER_EIP;
}

uint64_t cpu_tsc_time(const struct cpu *cpu, uint64_t tsc)
{
	uint64_t now = clock_now(cpu->clock), count = now + cpu->s.msrs.tsc_offset;
	if (tsc <= count) return now;
	return tsc - count < CLOCK_NEVER - now ? now + (tsc - count) : CLOCK_NEVER;
}

/* What was due by the old count comes first. */
static void write_tsc(struct cpu *cpu, uint64_t value)
{
	const struct cpu_pins *pins = &cpu->config.pins;
	if (clock_due(cpu->clock)) clock_run(cpu->clock);
	cpu->s.msrs.tsc_offset = value - clock_now(cpu->clock);
	if (pins->tsc_written) pins->tsc_written(pins->ctx);
}

bool cpu_msr_write(struct cpu *cpu, uint32_t msr, uint64_t value)
{
	struct cpu_msrs *m = &cpu->s.msrs;
	struct paging_mode long_mode = { .efer = EFER_LMA };
	uint64_t *own = own_register(m, msr);
	if (own) {
		if (msr == MSR_TSC_AUX && !cpuid_has(&cpu->features, FEATURE_RDTSCP)) return false;
		if (!own_value_valid(msr, value)) return false;
		*own = value;
		return true;
	}
	if (engine_keeps(msr)) {
		if (must_be_canonical(msr) && !paging_canonical(&long_mode, value)) return false;
		if (msr == MSR_FMASK && value >> 32) return false;
		cpu_write_engine_msr(cpu, msr, value);
		return true;
	}
	switch (msr) {
	case MSR_TSC: write_tsc(cpu, value); return true;
	case MSR_INT_PENDING: return value == INT_PENDING;
	case MSR_EFER: return write_efer(cpu, value);
	default:
		return cpu->config.pins.msr_write &&
		       cpu->config.pins.msr_write(cpu->config.pins.ctx, msr, value);
	}
}
