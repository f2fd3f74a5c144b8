/* SPDX-License-Identifier: MIT */
/* Interprocessor interrupts (SDM Vol. 3A 10.6). */
#include "dma.h"
#include "internal.h"

/* Acceptance takes microseconds at most, on the slowest of APIC buses. */
enum { SEND_LIMIT_NS = 10000000, MEMORY_DESTINATIONS = 0xff };

/* By table "Valid Combinations for the Pentium 4 and Intel Xeon Processors Local xAPIC ICR". */
static bool combination_fits(const struct xapic_ipi *ipi)
{
	if (ipi->to > XAPIC_TO_OTHERS) return false;
	if (ipi->to != XAPIC_TO_ONE && (ipi->logical || ipi->destination)) return false;
	if (ipi->mode == XAPIC_FIXED) return true;
	if (ipi->to == XAPIC_TO_SELF || ipi->to == XAPIC_TO_ALL) return false;
	switch (ipi->mode) {
	case XAPIC_LOWEST: return ipi->to == XAPIC_TO_ONE;
	case XAPIC_SMI:
	case XAPIC_NMI:
	case XAPIC_INIT:
	case XAPIC_STARTUP: return true;
	case XAPIC_FIXED:
	case XAPIC_EXTINT: break;
	}
	return false;
}

static bool vector_fits(const struct xapic_ipi *ipi)
{
	if (ipi->mode == XAPIC_STARTUP) return true;
	if (ipi->mode == XAPIC_FIXED || ipi->mode == XAPIC_LOWEST)
		return ipi->vector >= XAPIC_FIRST_VECTOR;
	return ipi->vector == 0;
}

static enum xapic_status wait_idle(const struct xapic *lapic)
{
	uint64_t end = wait_deadline(&lapic->wait, SEND_LIMIT_NS);

	while (xapic_get(lapic, XAPIC_ICR_LO) & XAPIC_DELIVERY_STATUS) {
		if (wait_expired(&lapic->wait, end)) return XAPIC_TIMEOUT;
		wait_relax(&lapic->wait);
	}
	return XAPIC_OK;
}

static uint32_t low_half(const struct xapic_ipi *ipi)
{
	uint32_t low = ipi->vector | (uint32_t)ipi->mode << XAPIC_MODE_LSB | XAPIC_ASSERT |
		       (uint32_t)ipi->to << XAPIC_SHORTHAND_LSB;
	return ipi->logical ? low | XAPIC_LOGICAL : low;
}

/* The write of the low half sends, so the high half comes first; an interrupt handler that sends in
 * between would change the destination. */
static enum xapic_status send_halves(const struct xapic *lapic, const struct xapic_ipi *ipi)
{
	enum xapic_status status = wait_idle(lapic);
	if (status) return status;
	if (ipi->to == XAPIC_TO_ONE)
		xapic_put(lapic, XAPIC_ICR_HI, ipi->destination << XAPIC_ID_LSB);
	xapic_put(lapic, XAPIC_ICR_LO, low_half(ipi));
	return XAPIC_OK;
}

/* Stores may be on their way still when an MSR of the APIC is written (SDM Vol. 3A, "MSR Access in
 * x2APIC Mode"): whoever is interrupted must see them. */
static void send_whole(const struct xapic *lapic, const struct xapic_ipi *ipi)
{
	dma_mb();
	dma_rmb();
	if (ipi->to == XAPIC_TO_SELF)
		msr_write(lapic->msrs, XAPIC_X2_SELF_IPI, ipi->vector);
	else
		msr_write(lapic->msrs, XAPIC_X2_ICR,
			  (uint64_t)ipi->destination << XAPIC_X2_DESTINATION_LSB | low_half(ipi));
}

enum xapic_status xapic_send(const struct xapic *lapic, const struct xapic_ipi *ipi)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	if (!ipi) return XAPIC_NULL;
	if (!combination_fits(ipi) || !vector_fits(ipi)) return XAPIC_BAD_ARG;
	if (lapic->state == XAPIC_BY_MSR) {
		send_whole(lapic, ipi);
		return XAPIC_OK;
	}
	if (ipi->destination > MEMORY_DESTINATIONS) return XAPIC_BAD_ARG;

	bool on = wait_irq_save(&lapic->wait);
	status = send_halves(lapic, ipi);
	wait_irq_restore(&lapic->wait, on);
	return status ? status : wait_idle(lapic);
}
