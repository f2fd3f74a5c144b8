/* SPDX-License-Identifier: MIT */
/* IA32_APIC_BASE: modes and the address of the page (SDM Vol. 3A, the chapter on the APIC, "Local
 * APIC Status and Location" and "x2APIC State Transitions"). */
#include "internal.h"

enum { /* CPUID */
       LEAF_FEATURES = 1,
       FAMILY_LSB = 8,
       FAMILY = 0x0f,
       FAMILY_P6 = 6,
       ADDRESS_BITS = 0xff,
       ADDRESS_BITS_DEFAULT = 36,
       ADDRESS_BITS_MAX = 52 /* the most that page tables can hold */
};
#define LEAF_ADDRESSES       UINT32_C(0x80000008)
#define FEATURE_X2APIC       (UINT32_C(1) << 21)
#define FEATURE_TSC_DEADLINE (UINT32_C(1) << 24)
#define FEATURE_MSR          (UINT32_C(1) << 5)
#define BASE_ADDRESS         (~UINT64_C(0xfff))

static enum lapic_state state_of(uint64_t base)
{
	if (!(base & LAPIC_BASE_ENABLE)) return LAPIC_OFF;
	return base & LAPIC_BASE_X2APIC ? LAPIC_BY_MSR : LAPIC_BY_MEMORY;
}

static uint8_t physical_bits(struct msrs msrs)
{
	uint32_t bits = msr_cpuid(msrs, LEAF_ADDRESSES, 0).eax & ADDRESS_BITS;
	if (bits == 0) return ADDRESS_BITS_DEFAULT;
	return (uint8_t)(bits < ADDRESS_BITS_MAX ? bits : ADDRESS_BITS_MAX);
}

/* CPUID's APIC flag does not help here: it is clear while the APIC is off. */
enum lapic_status lapic_init_msrs(struct lapic *lapic, struct msrs msrs, struct io io,
				  struct wait wait)
{
	if (!lapic) return LAPIC_NULL;
	if (!lapic_is_page(io)) return LAPIC_BAD_ARG;
	struct msr_cpuid features = msr_cpuid(msrs, LEAF_FEATURES, 0);
	if (!(features.edx & FEATURE_MSR)) return LAPIC_LACKS;
	if ((features.eax >> FAMILY_LSB & FAMILY) < FAMILY_P6) return LAPIC_LACKS;

	struct lapic found = { .io = io,
			       .wait = wait,
			       .msrs = msrs,
			       .state = state_of(msr_read(msrs, LAPIC_BASE)),
			       .has_msrs = true,
			       .has_x2apic = features.ecx & FEATURE_X2APIC,
			       .has_deadline = features.ecx & FEATURE_TSC_DEADLINE,
			       .physical_bits = physical_bits(msrs) };
	enum lapic_status status = found.state == LAPIC_OFF ? LAPIC_IS_OFF : lapic_identify(&found);
	if (status == LAPIC_OK || status == LAPIC_IS_OFF) *lapic = found;
	return status;
}

enum lapic_status lapic_where(const struct lapic *lapic, struct lapic_base *base)
{
	if (!lapic || !base) return LAPIC_NULL;
	if (!lapic->has_msrs) return LAPIC_LACKS;
	uint64_t value = msr_read(lapic->msrs, LAPIC_BASE);
	uint64_t above = UINT64_MAX << lapic->physical_bits;
	*base = (struct lapic_base){ .address = value & BASE_ADDRESS & ~above,
				     .state = state_of(value),
				     .bootstrap = value & LAPIC_BASE_BSP };
	return LAPIC_OK;
}

/* Change bits of IA32_APIC_BASE; the others stay. */
static void change_base(const struct lapic *lapic, uint64_t clear, uint64_t set)
{
	uint64_t value = msr_read(lapic->msrs, LAPIC_BASE);
	msr_write(lapic->msrs, LAPIC_BASE, (value & ~clear) | set);
}

enum lapic_status lapic_switch_off(struct lapic *lapic)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (!lapic->has_msrs) return LAPIC_LACKS;
	change_base(lapic, LAPIC_BASE_ENABLE | LAPIC_BASE_X2APIC, 0);
	lapic->state = LAPIC_OFF;
	lapic->spurious = 0;
	return LAPIC_OK;
}

enum lapic_status lapic_switch_on(struct lapic *lapic)
{
	if (!lapic) return LAPIC_NULL;
	if (!lapic->has_msrs) return LAPIC_LACKS;
	if (lapic->state != LAPIC_OFF) return LAPIC_STATE;
	change_base(lapic, 0, LAPIC_BASE_ENABLE);
	lapic->state = LAPIC_BY_MEMORY;
	enum lapic_status status = lapic_identify(lapic);
	if (status) lapic->state = LAPIC_OFF;
	return status;
}

enum lapic_status lapic_enter_x2apic(struct lapic *lapic)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (!lapic->has_x2apic) return LAPIC_LACKS;
	if (lapic->state != LAPIC_BY_MEMORY) return LAPIC_STATE;
	change_base(lapic, 0, LAPIC_BASE_X2APIC);
	lapic->state = LAPIC_BY_MSR;
	return LAPIC_OK;
}

enum lapic_status lapic_move(struct lapic *lapic, uint64_t address, struct io io)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (!lapic->has_msrs) return LAPIC_LACKS;
	if (lapic->state != LAPIC_BY_MEMORY) return LAPIC_STATE;
	if (!lapic_is_page(io) || address & ~BASE_ADDRESS || address >> lapic->physical_bits)
		return LAPIC_BAD_ARG;
	uint64_t above = UINT64_MAX << lapic->physical_bits;
	change_base(lapic, BASE_ADDRESS & ~above, address);
	lapic->io = io;
	return LAPIC_OK;
}
