/* SPDX-License-Identifier: MIT */
/* Local APIC: interprocessor interrupts. With one processor they all go to itself (Intel SDM Vol.
 * 3A 10.6). */
#include "devices/lapic/internal.h"

#include "devices/lapic/lints.h"

enum { /* ICR */
       LOGICAL = 1 << 11,
       ICR_ASSERT = 1 << 14, /* "level" */
       SHORTHAND_SHIFT = 18,
       SHORTHAND_MASK = 3
};

enum shorthand { TO_DESTINATION, TO_SELF, TO_ALL, TO_OTHERS };

static bool reaches_us(const struct lapic_model *l, uint32_t icr)
{
	switch ((enum shorthand)(icr >> SHORTHAND_SHIFT & SHORTHAND_MASK)) {
	case TO_SELF:
	case TO_ALL: return true;
	case TO_OTHERS: return false;
	case TO_DESTINATION: break;
	}
	uint32_t high = lapic_model_get(l, LAPIC_MODEL_ICR_HI);
	return lapic_model_addresses_us(
		l, lapic_model_x2apic(l) ? high : high >> LAPIC_MODEL_DESTINATION_SHIFT,
		icr & LOGICAL);
}

static void lint_icr(const struct lapic_model *l, enum lapic_lint lint, uint32_t icr,
		     const char *what)
{
	device_lint(&l->dev, &lapic_lints[lint], NULL, icr, "%s", what);
}

static void send_fixed(struct lapic_model *l, uint32_t icr)
{
	unsigned vector = icr & LAPIC_MODEL_VECTOR_MASK;
	if (vector < LAPIC_MODEL_FIRST_LEGAL_VECTOR) {
		lapic_model_lint_vector(l, LAPIC_MODEL_ICR_LO, icr);
		lapic_model_error(l, LAPIC_MODEL_ESR_SEND_ILLEGAL_VECTOR);
	}
	if (reaches_us(l, icr) && lapic_model_software_enabled(l))
		lapic_model_accept_fixed(l, vector, false);
}

/* "INIT level de-assert" synchronises arbitration IDs; by 10.6.1 it goes to "all including self".
 * It has no effect on this processor, nor on any since the Pentium 4. */
static bool is_init_deassert(uint32_t icr)
{
	return lapic_model_mode_of(icr) == APIC_INIT && icr & LAPIC_MODEL_LEVEL_TRIGGERED &&
	       !(icr & ICR_ASSERT);
}

static void send_unmaskable(struct lapic_model *l, uint32_t icr)
{
	switch (lapic_model_mode_of(icr)) {
	case APIC_NMI: lapic_model_deliver_nmi(l); break;
	case APIC_INIT:
		if (!is_init_deassert(icr)) lapic_model_deliver_init(l);
		break;
	case APIC_STARTUP: break; /* accepted only by a processor that waits for it */
	case APIC_SMI:
		lint_icr(l, LAPIC_LINT_ICR_SMI, icr, "there is no system management mode");
		break;
	case APIC_FIXED:
	case APIC_LOWEST:
	case APIC_EXTINT:
	case APIC_RESERVED_3:
		lint_icr(l, LAPIC_LINT_ICR_MODE, icr, "this delivery mode is reserved");
		break;
	}
}

static bool is_to_self(unsigned shorthand) { return shorthand == TO_SELF || shorthand == TO_ALL; }

void lapic_model_ipi_send(struct lapic_model *l, uint32_t icr)
{
	unsigned shorthand = icr >> SHORTHAND_SHIFT & SHORTHAND_MASK;
	enum apic_delivery mode = lapic_model_mode_of(icr);
	if (mode == APIC_LOWEST && lapic_model_x2apic(l)) { /* 10.12.8: it is not processed */
		lint_icr(l, LAPIC_LINT_ICR_MODE, icr,
			 "x2APIC mode has no lowest-priority interrupts");
		lapic_model_error(l, LAPIC_MODEL_ESR_REDIRECTIBLE_IPI);
		return;
	}
	if (shorthand == TO_ALL && is_init_deassert(icr)) return;
	if (mode != APIC_FIXED && is_to_self(shorthand)) {
		lint_icr(l, LAPIC_LINT_COMBINATION, icr,
			 "only fixed interrupts may be sent to oneself by shorthand");
		return;
	}
	if (mode == APIC_FIXED || mode == APIC_LOWEST)
		send_fixed(l, icr);
	else if (reaches_us(l, icr))
		send_unmaskable(l, icr);
}

/* SELF IPI, an MSR of x2APIC mode (10.12.11). */
void lapic_model_ipi_send_self(struct lapic_model *l, uint32_t vector)
{
	if (vector < LAPIC_MODEL_FIRST_LEGAL_VECTOR) {
		device_lint(&l->dev, &lapic_lints[LAPIC_LINT_SELF_IPI_VECTOR], NULL, vector,
			    "vectors 0 to 15 are illegal for a fixed interrupt");
		lapic_model_error(l, LAPIC_MODEL_ESR_SEND_ILLEGAL_VECTOR);
	}
	if (lapic_model_software_enabled(l)) lapic_model_accept_fixed(l, vector, false);
	lapic_model_settle(l);
}
