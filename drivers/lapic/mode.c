/* SPDX-License-Identifier: MIT */
/* IA32_APIC_BASE: the modes, and where the page is (SDM Vol. 3A, the chapter on the APIC, "Local
 * APIC Status and Location" and "x2APIC State Transitions"). */
#include "internal.h"

enum { /* CPUID */
       LEAF_FEATURES = 1,
       FAMILY_LSB = 8,
       FAMILY = 0x0f,
       FAMILY_P6 = 6,
       ADDRESS_BITS = 0xff,
       ADDRESS_BITS_DEFAULT = 36,
       ADDRESS_BITS_MAX = 52 /* what page tables can name */
};
#define LEAF_ADDRESSES       UINT32_C(0x80000008)
#define FEATURE_X2APIC       (UINT32_C(1) << 21)
#define FEATURE_TSC_DEADLINE (UINT32_C(1) << 24)
#define FEATURE_MSR          (UINT32_C(1) << 5)
#define BASE_ADDRESS         (~UINT64_C(0xfff))

static enum xapic_state state_of(uint64_t base)
{
	if (!(base & XAPIC_BASE_ENABLE)) return XAPIC_OFF;
	return base & XAPIC_BASE_X2APIC ? XAPIC_BY_MSR : XAPIC_BY_MEMORY;
}

static uint8_t physical_bits(struct msrs msrs)
{
	uint32_t bits = msr_cpuid(msrs, LEAF_ADDRESSES, 0).eax & ADDRESS_BITS;
	if (bits == 0) return ADDRESS_BITS_DEFAULT;
	return (uint8_t)(bits < ADDRESS_BITS_MAX ? bits : ADDRESS_BITS_MAX);
}

/* The APIC's own flag is of no use here: it is clear while the APIC is off. */
enum xapic_status xapic_init_msrs(struct xapic *lapic, struct msrs msrs, struct io io,
				  struct wait wait)
{
	if (!lapic) return XAPIC_NULL;
	if (!xapic_is_page(io)) return XAPIC_BAD_ARG;
	struct cpuid features = msr_cpuid(msrs, LEAF_FEATURES, 0);
	if (!(features.edx & FEATURE_MSR)) return XAPIC_LACKS;
	if ((features.eax >> FAMILY_LSB & FAMILY) < FAMILY_P6) return XAPIC_LACKS;

	struct xapic found = { .io = io,
			       .wait = wait,
			       .msrs = msrs,
			       .state = state_of(msr_read(msrs, XAPIC_BASE)),
			       .has_msrs = true,
			       .has_x2apic = features.ecx & FEATURE_X2APIC,
			       .has_deadline = features.ecx & FEATURE_TSC_DEADLINE,
			       .physical_bits = physical_bits(msrs) };
	enum xapic_status status = found.state == XAPIC_OFF ? XAPIC_IS_OFF : xapic_identify(&found);
	if (status == XAPIC_OK || status == XAPIC_IS_OFF) *lapic = found;
	return status;
}

enum xapic_status xapic_where(const struct xapic *lapic, struct xapic_base *base)
{
	if (!lapic || !base) return XAPIC_NULL;
	if (!lapic->has_msrs) return XAPIC_LACKS;
	uint64_t value = msr_read(lapic->msrs, XAPIC_BASE);
	uint64_t above = UINT64_MAX << lapic->physical_bits;
	*base = (struct xapic_base){ .address = value & BASE_ADDRESS & ~above,
				     .state = state_of(value),
				     .bootstrap = value & XAPIC_BASE_BSP };
	return XAPIC_OK;
}

/* Other bits stay as they are. */
static void change_base(const struct xapic *lapic, uint64_t clear, uint64_t set)
{
	uint64_t value = msr_read(lapic->msrs, XAPIC_BASE);
	msr_write(lapic->msrs, XAPIC_BASE, (value & ~clear) | set);
}

enum xapic_status xapic_switch_off(struct xapic *lapic)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	if (!lapic->has_msrs) return XAPIC_LACKS;
	change_base(lapic, XAPIC_BASE_ENABLE | XAPIC_BASE_X2APIC, 0);
	lapic->state = XAPIC_OFF;
	lapic->spurious = 0;
	return XAPIC_OK;
}

enum xapic_status xapic_switch_on(struct xapic *lapic)
{
	if (!lapic) return XAPIC_NULL;
	if (!lapic->has_msrs) return XAPIC_LACKS;
	if (lapic->state != XAPIC_OFF) return XAPIC_STATE;
	change_base(lapic, 0, XAPIC_BASE_ENABLE);
	lapic->state = XAPIC_BY_MEMORY;
	enum xapic_status status = xapic_identify(lapic);
	if (status) lapic->state = XAPIC_OFF;
	return status;
}

enum xapic_status xapic_enter_x2apic(struct xapic *lapic)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	if (!lapic->has_x2apic) return XAPIC_LACKS;
	if (lapic->state != XAPIC_BY_MEMORY) return XAPIC_STATE;
	change_base(lapic, 0, XAPIC_BASE_X2APIC);
	lapic->state = XAPIC_BY_MSR;
	return XAPIC_OK;
}

enum xapic_status xapic_move(struct xapic *lapic, uint64_t address, struct io io)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	if (!lapic->has_msrs) return XAPIC_LACKS;
	if (lapic->state != XAPIC_BY_MEMORY) return XAPIC_STATE;
	if (!xapic_is_page(io) || address & ~BASE_ADDRESS || address >> lapic->physical_bits)
		return XAPIC_BAD_ARG;
	uint64_t above = UINT64_MAX << lapic->physical_bits;
	change_base(lapic, BASE_ADDRESS & ~above, address);
	lapic->io = io;
	return XAPIC_OK;
}
