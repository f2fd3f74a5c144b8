/* SPDX-License-Identifier: MIT */
/* Local APIC: the local vector table and the LINT pins (Intel SDM Vol. 3A 10.5.1). */
#include "devices/lapic/internal.h"

#include "devices/lapic/lints.h"
#include "emu/array.h"

enum { ACTIVE_LOW = 1 << 13, REMOTE_IRR = 1 << 14 };

static const enum lapic_model_reg lvt_rows[] = { LAPIC_MODEL_LVT_TIMER, LAPIC_MODEL_LVT_THERMAL,
						 LAPIC_MODEL_LVT_PERF,  LAPIC_MODEL_LVT_LINT0,
						 LAPIC_MODEL_LVT_LINT1, LAPIC_MODEL_LVT_ERROR };
enum { N_LVT = ARRAY_SIZE(lvt_rows) };

/* ---- pins ---- */

/* Is the pin active, given the polarity in its entry? */
static bool pin_active(const struct lapic_model *l, unsigned pin)
{
	return l->s.pin[pin] !=
	       (bool)(lapic_model_get(l, LAPIC_MODEL_LVT_LINT0 + pin) & ACTIVE_LOW);
}

bool lapic_model_lvt_external_pending(const struct lapic_model *l)
{
	for (unsigned pin = 0; pin < LAPIC_MODEL_N_LINTS; pin++) {
		uint32_t entry = lapic_model_get(l, LAPIC_MODEL_LVT_LINT0 + pin);
		if (!(entry & LAPIC_MODEL_MASKED) && lapic_model_mode_of(entry) == APIC_EXTINT &&
		    pin_active(l, pin))
			return true;
	}
	return false;
}

/* Only LINT0 can be level-triggered, and only in fixed mode (10.5.1). */
static bool pin_by_level(const struct lapic_model *l, unsigned pin)
{
	uint32_t entry = lapic_model_get(l, LAPIC_MODEL_LVT_LINT0 + pin);
	return pin == 0 && lapic_model_mode_of(entry) == APIC_FIXED &&
	       entry & LAPIC_MODEL_LEVEL_TRIGGERED;
}

static void level_pin(struct lapic_model *l, unsigned pin)
{
	uint64_t *entry = lapic_model_cell(l, LAPIC_MODEL_LVT_LINT0 + pin, 0);
	if (!pin_by_level(l, pin) || *entry & (LAPIC_MODEL_MASKED | REMOTE_IRR) ||
	    !pin_active(l, pin))
		return;
	*entry |= REMOTE_IRR;
	lapic_model_accept_fixed(l, *entry & LAPIC_MODEL_VECTOR_MASK, true);
}

/* Raise the edge-triggered interrupt of an entry. */
static void edge(struct lapic_model *l, enum lapic_model_reg row)
{
	uint32_t entry = lapic_model_get(l, row);
	if (entry & LAPIC_MODEL_MASKED) return;
	switch (lapic_model_mode_of(entry)) {
	case APIC_FIXED: lapic_model_accept_fixed(l, entry & LAPIC_MODEL_VECTOR_MASK, false); break;
	case APIC_NMI: lapic_model_deliver_nmi(l); break;
	case APIC_INIT: lapic_model_deliver_init(l); break;
	case APIC_SMI:
		device_lint(&l->dev, &lapic_lints[LAPIC_LINT_PIN_SMI], lapic_regs[row].name, entry,
			    "there is no system management mode");
		break;
	case APIC_EXTINT: /* level-triggered: lapic_model_settle() checks it */
	case APIC_LOWEST:
	case APIC_STARTUP:
	case APIC_RESERVED_3: break;
	}
}

void lapic_model_set_lint(void *lapic, unsigned n, bool level)
{
	struct lapic_model *l = lapic;
	if (n >= LAPIC_MODEL_N_LINTS || l->s.pin[n] == level) return;
	bool was_active = pin_active(l, n);
	l->s.pin[n] = level;
	if (!lapic_model_enabled(l)) {
		if (n == 1 && level) lapic_model_deliver_nmi(l);
	} else if (pin_by_level(l, n)) {
		level_pin(l, n);
	} else if (!was_active) {
		edge(l, LAPIC_MODEL_LVT_LINT0 + n);
	}
	lapic_model_settle(l);
}

void lapic_model_perf(struct lapic_model *lapic)
{
	if (!lapic_model_enabled(lapic)) return;
	edge(lapic, LAPIC_MODEL_LVT_PERF);
	lapic_model_settle(lapic);
}

void lapic_model_lvt_end_of_interrupt(struct lapic_model *l, unsigned vector)
{
	if ((lapic_model_get(l, LAPIC_MODEL_LVT_LINT0) & LAPIC_MODEL_VECTOR_MASK) != vector) return;
	*lapic_model_cell(l, LAPIC_MODEL_LVT_LINT0, 0) &= ~(uint64_t)REMOTE_IRR;
	level_pin(l, 0);
}

/* ---- entries ---- */

void lapic_model_lvt_mask_all(struct lapic_model *l)
{
	for (unsigned i = 0; i < N_LVT; i++)
		*lapic_model_cell(l, lvt_rows[i], 0) |= LAPIC_MODEL_MASKED;
}

/* The handler of the spurious vector sends no EOI. */
static void lint_spurious(const struct lapic_model *l, enum lapic_model_reg row, uint32_t entry)
{
	uint32_t vector = entry & LAPIC_MODEL_VECTOR_MASK;
	if (vector != (lapic_model_get(l, LAPIC_MODEL_SVR) & LAPIC_MODEL_VECTOR_MASK)) return;
	device_lint(&l->dev, &lapic_lints[LAPIC_LINT_SPURIOUS_VECTOR], lapic_regs[row].name, vector,
		    "this entry has the vector of spurious interrupts");
}

void lapic_model_lvt_write(struct lapic_model *l, enum lapic_model_reg row)
{
	uint64_t *entry = lapic_model_cell(l, row, 0);
	bool has_mode = reg_mask(&lapic_regs[row], 1u << REG_RW) >> LAPIC_MODEL_MODE_SHIFT &
			LAPIC_MODEL_MODE_MASK;
	if (!lapic_model_software_enabled(l))
		*entry |= LAPIC_MODEL_MASKED; /* cannot be cleared (unread: 10.4.7.2) */
	/* Leaving level-triggered mode clears remote IRR. */
	if (!(*entry & LAPIC_MODEL_LEVEL_TRIGGERED)) *entry &= ~(uint64_t)REMOTE_IRR;
	if (row == LAPIC_MODEL_LVT_LINT0) level_pin(l, 0);
	if (row == LAPIC_MODEL_LVT_LINT1 && *entry & LAPIC_MODEL_LEVEL_TRIGGERED)
		device_lint(&l->dev, &lapic_lints[LAPIC_LINT_TRIGGER], NULL, *entry,
			    "LINT1 does not support level-triggered interrupts");
	if (*entry & LAPIC_MODEL_MASKED) return;
	if (has_mode && lapic_model_mode_of((uint32_t)*entry) != APIC_FIXED) return;
	lint_spurious(l, row, (uint32_t)*entry);
	if ((*entry & LAPIC_MODEL_VECTOR_MASK) >= LAPIC_MODEL_FIRST_LEGAL_VECTOR) return;
	lapic_model_lint_vector(l, row, (uint32_t)*entry);
	lapic_model_error(l, LAPIC_MODEL_ESR_RECEIVE_ILLEGAL_VECTOR);
}
