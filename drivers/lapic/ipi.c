/* SPDX-License-Identifier: MIT */
/* Interprocessor interrupts (SDM Vol. 3A 10.6). */
#include "internal.h"

/* Acceptance takes microseconds at most, on the slowest of APIC buses. */
enum { SEND_LIMIT_NS = 10000000 };

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

	while (io_read(lapic->io, XAPIC_ICR_LO) & XAPIC_DELIVERY_STATUS) {
		if (wait_expired(&lapic->wait, end)) return XAPIC_TIMEOUT;
		wait_relax(&lapic->wait);
	}
	return XAPIC_OK;
}

/* The write of the low half sends, so the high half comes first; an interrupt handler that sends in
 * between would change the destination. */
static enum xapic_status send_halves(const struct xapic *lapic, const struct xapic_ipi *ipi)
{
	uint32_t low = ipi->vector | (uint32_t)ipi->mode << XAPIC_MODE_LSB | XAPIC_ASSERT |
		       (uint32_t)ipi->to << XAPIC_SHORTHAND_LSB;

	enum xapic_status status = wait_idle(lapic);
	if (status) return status;
	if (ipi->logical) low |= XAPIC_LOGICAL;
	if (ipi->to == XAPIC_TO_ONE)
		io_write(lapic->io, XAPIC_ICR_HI, (uint32_t)ipi->destination << XAPIC_ID_LSB);
	io_write(lapic->io, XAPIC_ICR_LO, low);
	return XAPIC_OK;
}

enum xapic_status xapic_send(const struct xapic *lapic, const struct xapic_ipi *ipi)
{
	if (!lapic || !ipi) return XAPIC_NULL;
	if (!combination_fits(ipi) || !vector_fits(ipi)) return XAPIC_BAD_ARG;

	bool on = wait_irq_save(&lapic->wait);
	enum xapic_status status = send_halves(lapic, ipi);
	wait_irq_restore(&lapic->wait, on);
	return status ? status : wait_idle(lapic);
}
