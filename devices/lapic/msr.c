/* SPDX-License-Identifier: MIT */
/* Local APIC: MSRs and modes (Intel SDM Vol. 3A 10.4.3, 10.5.4.1, 10.12). */
#include <stddef.h>

#include "devices/lapic/internal.h"
#include "emu/array.h"

enum { /* x2APIC mode */
       X2_MSR_ICR = 0x830,
       X2_MSR_SELF_IPI = 0x83f,
       X2_MSR_STEP = 16, /* bytes of the page per MSR */
       MSR_BITS = 64
};

#define BASE_BSP    (UINT64_C(1) << 8)
#define BASE_EXTD   (UINT64_C(1) << 10)
#define BASE_ENABLE (UINT64_C(1) << 11)
#define BASE_LOW    UINT64_C(0xfff)

/* ---- IA32_APIC_BASE and the mode ---- */

bool lapic_model_enabled(const struct lapic_model *lapic)
{
	return lapic->s.base_msr & BASE_ENABLE;
}

bool lapic_model_x2apic(const struct lapic_model *l) { return l->s.base_msr & BASE_EXTD; }

bool lapic_model_mapped(const struct lapic_model *lapic)
{
	return lapic_model_enabled(lapic) && !lapic_model_x2apic(lapic);
}

void lapic_model_tell_place(struct lapic_model *lapic)
{
	if (lapic->wire.moved)
		lapic->wire.moved(lapic->wire.ctx, lapic->s.base_msr & ~BASE_LOW,
				  lapic_model_mapped(lapic));
}

static void set_base(struct lapic_model *l, uint64_t value)
{
	l->s.base_msr = value;
	lapic_model_tell_place(l);
}

void lapic_model_reset_base(struct lapic_model *l)
{
	set_base(l, LAPIC_MODEL_DEFAULT_BASE | BASE_ENABLE | BASE_BSP);
}

/* Figure 10-27. From x2APIC mode the only way back is through disabling. */
static bool mode_may_follow(const struct lapic_model *l, uint64_t value)
{
	bool enable = value & BASE_ENABLE, extended = value & BASE_EXTD;
	if (!extended) return !enable || !lapic_model_x2apic(l);
	return enable && lapic_model_enabled(l);
}

static bool write_base(struct lapic_model *l, uint64_t value)
{
	uint64_t address = (UINT64_C(1) << l->wire.phys_bits) - 1;
	uint64_t allowed = (address & ~BASE_LOW) | BASE_ENABLE | BASE_BSP;
	if (l->wire.has_x2apic) allowed |= BASE_EXTD;
	if (value & ~allowed || !mode_may_follow(l, value)) return false;
	/* 10.4.3: settings may be lost when the APIC is disabled. Here they are lost. */
	if (lapic_model_enabled(l) && !(value & BASE_ENABLE)) lapic_model_reset_registers(l);
	set_base(l, value);
	lapic_model_settle(l);
	return true;
}

/* ---- x2APIC mode: the registers as MSRs (10.12) ---- */

static uint64_t x2_offset(uint32_t msr)
{
	return (uint64_t)(msr - LAPIC_MODEL_MSR_X2APIC) * X2_MSR_STEP;
}

/* The register of an MSR, if it can be accessed this way; NULL: #GP(0). */
static const struct reg_desc *x2_register(struct lapic_model *l, uint32_t msr, bool write)
{
	uint32_t n = 0;
	const struct reg_desc *row = device_find(&l->dev, x2_offset(msr), write, &n);

	if (!row || !(row->dir & (write ? REG_DIR_W : REG_DIR_R))) return NULL;
	switch (row - lapic_regs) {
	case LAPIC_MODEL_ID:
	case LAPIC_MODEL_LDR: return write ? NULL : row;
	case LAPIC_MODEL_APR:
	case LAPIC_MODEL_RRD:
	case LAPIC_MODEL_DFR:
	case LAPIC_MODEL_ICR_HI: return NULL;
	default: return lapic_model_is_reserved((unsigned)(row - lapic_regs)) ? NULL : row;
	}
}

/* Bits that a write may have set (table 10-6, 10.12.1.3). */
static uint64_t x2_allowed(const struct lapic_model *l, const struct reg_desc *row)
{
	unsigned reg = (unsigned)(row - lapic_regs);
	uint64_t named = reg_mask(row, ~(1u << REG_RSVDZ)) & ~(uint64_t)lapic_model_lacking(l, reg);

	if (reg == LAPIC_MODEL_ESR) return 0;
	return reg == LAPIC_MODEL_SVR ? named & ~(uint64_t)LAPIC_MODEL_SVR_FOCUS_OFF : named;
}

static bool x2_read(struct lapic_model *l, uint32_t msr, uint64_t *value)
{
	const struct reg_desc *row = x2_register(l, msr, false);

	if (!row) return false;
	*value = device_read(&l->dev, x2_offset(msr), row->width, NULL, NULL);
	if (msr == X2_MSR_ICR)
		*value |= (uint64_t)lapic_model_get(l, LAPIC_MODEL_ICR_HI) << row->width;
	return true;
}

static bool x2_write(struct lapic_model *l, uint32_t msr, uint64_t value)
{
	const struct reg_desc *row = x2_register(l, msr, true);

	if (msr == X2_MSR_SELF_IPI) {
		if (value & ~(uint64_t)LAPIC_MODEL_VECTOR_MASK) return false;
		lapic_model_ipi_send_self(l, (uint32_t)value);
		return true;
	}
	if (!row) return false;
	if (msr == X2_MSR_ICR) {
		if ((uint32_t)value & ~x2_allowed(l, row)) return false;
		*lapic_model_cell(l, LAPIC_MODEL_ICR_HI, 0) = value >> row->width;
		value = (uint32_t)value;
	}
	if (value & ~x2_allowed(l, row)) return false;
	device_write(&l->dev, x2_offset(msr), row->width, value, NULL, NULL);
	return true;
}

/* ---- reading and writing MSRs ---- */

/* For observers: descriptions of the MSRs that are not registers of the page. */
static const struct reg_desc own_rows[] = {
	{ .name = "IA32_APIC_BASE",
	  .offset = LAPIC_MODEL_MSR_BASE,
	  .width = 64,
	  .dir = REG_DIR_RW },
	{ .name = "IA32_TSC_DEADLINE",
	  .offset = LAPIC_MODEL_MSR_TSC_DEADLINE,
	  .width = 64,
	  .dir = REG_DIR_RW,
	  .compare = REG_COMPARE_DEADLINE },
	{ .name = "SELF_IPI", .offset = X2_MSR_SELF_IPI, .width = 64, .dir = REG_DIR_W },
};

/* Report an access after it was done. A refused access has no effect and is not reported. */
static void report_access(struct lapic_model *l, uint32_t msr, uint64_t value, bool write)
{
	struct access a = { .addr = msr,
			    .value = value,
			    .dev = &l->dev,
			    .width = MSR_BITS,
			    .write = write,
			    .space = BUS_MSR };

	if (!hub_hears(l->dev.hub)) return;
	for (size_t i = 0; i < ARRAY_SIZE(own_rows); i++)
		if (own_rows[i].offset == msr) a.reg = &own_rows[i];
	if (!a.reg) a.reg = device_find(&l->dev, x2_offset(msr), write, &a.n);
	hub_msr(l->dev.hub, &a);
}

/* Time has passed since the last bus access. As on the bus, due timers fire first. */
static void run_clock(struct lapic_model *l)
{
	if (clock_due(l->clock)) clock_run(l->clock);
}

static bool is_x2_msr(uint32_t msr)
{
	return msr >= LAPIC_MODEL_MSR_X2APIC && msr <= LAPIC_MODEL_MSR_X2APIC_LAST;
}

static bool read_one(struct lapic_model *l, uint32_t msr, uint64_t *value)
{
	if (msr == LAPIC_MODEL_MSR_TSC_DEADLINE && l->wire.has_tsc_deadline) {
		lapic_model_timer_catch_up(l);
		*value = l->s.deadline;
		return true;
	}
	if (is_x2_msr(msr)) return lapic_model_x2apic(l) && x2_read(l, msr, value);
	if (msr != LAPIC_MODEL_MSR_BASE) return false;
	*value = l->s.base_msr;
	return true;
}

static bool write_one(struct lapic_model *l, uint32_t msr, uint64_t value)
{
	if (msr == LAPIC_MODEL_MSR_TSC_DEADLINE && l->wire.has_tsc_deadline) {
		lapic_model_timer_write_deadline(l, value);
		return true;
	}
	if (is_x2_msr(msr)) return lapic_model_x2apic(l) && x2_write(l, msr, value);
	return msr == LAPIC_MODEL_MSR_BASE && write_base(l, value);
}

bool lapic_model_msr_read(struct lapic_model *lapic, uint32_t msr, uint64_t *value)
{
	run_clock(lapic);
	if (!read_one(lapic, msr, value)) return false;
	/* CPUID also reads the base, which is not an access. */
	if (msr != LAPIC_MODEL_MSR_BASE) report_access(lapic, msr, *value, false);
	return true;
}

bool lapic_model_msr_write(struct lapic_model *lapic, uint32_t msr, uint64_t value)
{
	run_clock(lapic);
	if (!write_one(lapic, msr, value)) return false;
	report_access(lapic, msr, value, true);
	return true;
}
