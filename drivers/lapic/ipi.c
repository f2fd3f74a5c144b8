/* SPDX-License-Identifier: MIT */
/* Interprocessor interrupts (SDM Vol. 3A 10.6). */
#include "bimetal/dma.h"
#include "internal.h"

/* Even on the slowest APIC bus acceptance takes only microseconds. */
enum { SEND_LIMIT_NS = 10000000, MEMORY_DESTINATIONS = 0xff };

/* From the table "Valid Combinations for the Pentium 4 and Intel Xeon Processors Local xAPIC ICR".
 */
static bool combination_fits(const struct lapic_ipi *ipi)
{
	if (ipi->to > LAPIC_TO_OTHERS) return false;
	if (ipi->to != LAPIC_TO_ONE && (ipi->logical || ipi->destination)) return false;
	if (ipi->mode == LAPIC_FIXED) return true;
	if (ipi->to == LAPIC_TO_SELF || ipi->to == LAPIC_TO_ALL) return false;
	switch (ipi->mode) {
	case LAPIC_LOWEST: return ipi->to == LAPIC_TO_ONE;
	case LAPIC_SMI:
	case LAPIC_NMI:
	case LAPIC_INIT:
	case LAPIC_STARTUP: return true;
	case LAPIC_FIXED:
	case LAPIC_EXTINT: break;
	}
	return false;
}

static bool vector_fits(const struct lapic_ipi *ipi)
{
	if (ipi->mode == LAPIC_STARTUP) return true;
	if (ipi->mode == LAPIC_FIXED || ipi->mode == LAPIC_LOWEST)
		return ipi->vector >= LAPIC_FIRST_VECTOR;
	return ipi->vector == 0;
}

static enum lapic_status wait_idle(const struct lapic *lapic)
{
	uint64_t end = wait_deadline(&lapic->wait, SEND_LIMIT_NS);

	while (lapic_get(lapic, LAPIC_ICR_LO) & LAPIC_DELIVERY_STATUS) {
		if (wait_expired(&lapic->wait, end)) return LAPIC_TIMEOUT;
		wait_relax(&lapic->wait);
	}
	return LAPIC_OK;
}

static uint32_t low_half(const struct lapic_ipi *ipi)
{
	uint32_t low = ipi->vector | (uint32_t)ipi->mode << LAPIC_MODE_LSB | LAPIC_ASSERT |
		       (uint32_t)ipi->to << LAPIC_SHORTHAND_LSB;
	return ipi->logical ? low | LAPIC_LOGICAL : low;
}

/* Writing the low half sends, so the high half is written first. Interrupts are off, because a
 * handler that sends between the two writes would change the destination. */
static enum lapic_status send_halves(const struct lapic *lapic, const struct lapic_ipi *ipi)
{
	enum lapic_status status = wait_idle(lapic);
	if (status) return status;
	if (ipi->to == LAPIC_TO_ONE)
		lapic_put(lapic, LAPIC_ICR_HI, ipi->destination << LAPIC_ID_LSB);
	lapic_put(lapic, LAPIC_ICR_LO, low_half(ipi));
	return LAPIC_OK;
}

/* A write of an APIC MSR can overtake earlier stores (SDM Vol. 3A, "MSR Access in x2APIC Mode").
 * The interrupted processor must see these stores, hence the barrier. */
static void send_whole(const struct lapic *lapic, const struct lapic_ipi *ipi)
{
	dma_mb();
	dma_rmb();
	if (ipi->to == LAPIC_TO_SELF)
		msr_write(lapic->msrs, LAPIC_X2_SELF_IPI, ipi->vector);
	else
		msr_write(lapic->msrs, LAPIC_X2_ICR,
			  (uint64_t)ipi->destination << LAPIC_X2_DESTINATION_LSB | low_half(ipi));
}

enum lapic_status lapic_send(const struct lapic *lapic, const struct lapic_ipi *ipi)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (!ipi) return LAPIC_NULL;
	if (!combination_fits(ipi) || !vector_fits(ipi)) return LAPIC_BAD_ARG;
	if (lapic->state == LAPIC_BY_MSR) {
		send_whole(lapic, ipi);
		return LAPIC_OK;
	}
	if (ipi->destination > MEMORY_DESTINATIONS) return LAPIC_BAD_ARG;

	bool on = wait_irq_save(&lapic->wait);
	status = send_halves(lapic, ipi);
	wait_irq_restore(&lapic->wait, on);
	return status ? status : wait_idle(lapic);
}
