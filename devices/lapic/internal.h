/* SPDX-License-Identifier: MIT */
/* What the parts of the local APIC share. Only devices/lapic_*.c include this.
 *
 * lapic_model.c    registers, priorities and INTR, acceptance and errors
 * lapic_lvt.c      local vector table, LINT pins
 * lapic_timer.c    timer, in all its modes
 * lapic_model_message.c  destinations, and the messages that arrive
 * lapic_ipi.c      ICR and SELF IPI
 * lapic_msr.c      MSRs: IA32_APIC_BASE, and the registers in x2APIC mode */
#ifndef DEVICES_LAPIC_INTERNAL_H
#define DEVICES_LAPIC_INTERNAL_H

#include "devices/lapic/model.h"

enum { /* LVT entries and, up to the mode and the trigger, ICR */
       LAPIC_MODEL_VECTOR_MASK = 0xff,
       LAPIC_MODEL_MODE_SHIFT = 8,
       LAPIC_MODEL_MODE_MASK = 7,
       LAPIC_MODEL_LEVEL_TRIGGERED = 1 << 15,
       LAPIC_MODEL_MASKED = 1 << 16,
       LAPIC_MODEL_TIMER_MODE_SHIFT = 17,
       LAPIC_MODEL_TIMER_MODE_MASK = 3,
       LAPIC_MODEL_TIMER_MODE_HIGH = 1 << 18
};

enum {
	LAPIC_MODEL_SVR_ENABLE = 1 << 8,
	LAPIC_MODEL_SVR_FOCUS_OFF = 1 << 9,
	LAPIC_MODEL_SVR_NO_EOI_BROADCAST = 1 << 12,
	LAPIC_MODEL_ESR_REDIRECTIBLE_IPI = 1 << 4,
	LAPIC_MODEL_ESR_SEND_ILLEGAL_VECTOR = 1 << 5,
	LAPIC_MODEL_ESR_RECEIVE_ILLEGAL_VECTOR = 1 << 6,
	LAPIC_MODEL_ESR_ILLEGAL_ADDRESS = 1 << 7,
	LAPIC_MODEL_FIRST_LEGAL_VECTOR = 16,
	LAPIC_MODEL_BROADCAST = 0xff,
	LAPIC_MODEL_DESTINATION_SHIFT = 24 /* of ID, LDR and, but in x2APIC mode, ICR_HI */
};

/* ---- registers (lapic_model.c) ---- */

/* Cell n of a row: the n-th of an array, 0 else. */
static inline uint64_t *lapic_model_cell(struct lapic_model *l, enum lapic_model_reg row,
					 unsigned n)
{
	return &l->s.reg[l->slot[row] + n];
}

static inline uint32_t lapic_model_get(const struct lapic_model *l, enum lapic_model_reg row)
{
	return (uint32_t)l->s.reg[l->slot[row]];
}

static inline bool lapic_model_software_enabled(const struct lapic_model *l)
{
	return lapic_model_get(l, LAPIC_MODEL_SVR) & LAPIC_MODEL_SVR_ENABLE;
}

/* The delivery mode of an LVT entry or of ICR. */
static inline enum apic_delivery lapic_model_mode_of(uint32_t entry)
{
	return (enum apic_delivery)(entry >> LAPIC_MODEL_MODE_SHIFT & LAPIC_MODEL_MODE_MASK);
}

/* Is this row one of the reserved ones, which it is an error to access? */
bool lapic_model_is_reserved(unsigned reg);
/* Bits of a row that are reserved on a processor without what they control. */
uint32_t lapic_model_lacking(const struct lapic_model *l, unsigned reg);
/* Reset everything but the base MSR and the pins. */
void lapic_model_reset_registers(struct lapic_model *l);

/* ---- acceptance (lapic_model.c) ---- */

/* Drive INTR as the present state wants it: last of all, after any change. */
void lapic_model_settle(struct lapic_model *l);
/* Note these bits of ESR, and interrupt if that is wanted. */
void lapic_model_error(struct lapic_model *l, uint32_t bits);
/* Make a vector pending; an error if it is illegal. */
void lapic_model_accept_fixed(struct lapic_model *l, unsigned vector, bool level_triggered);
/* Lint: this entry of this row has an illegal vector. */
void lapic_model_lint_vector(const struct lapic_model *l, enum lapic_model_reg row, uint32_t entry);
void lapic_model_deliver_nmi(const struct lapic_model *l);
void lapic_model_deliver_init(const struct lapic_model *l);

/* ---- local vector table (lapic_lvt.c) ---- */

/* After a write to any entry; the timer's comes by lapic_model_timer_write_entry(). */
void lapic_model_lvt_write(struct lapic_model *l, enum lapic_model_reg row);
void lapic_model_lvt_mask_all(struct lapic_model *l);
/* Does a pin in ExtINT mode ask for an acknowledge cycle? */
bool lapic_model_lvt_external_pending(const struct lapic_model *l);
/* A level-triggered interrupt ended: if it is a pin's, that may ask again. */
void lapic_model_lvt_end_of_interrupt(struct lapic_model *l, unsigned vector);

/* ---- timer (lapic_timer.c) ---- */

/* Add it to the clock. */
void lapic_model_timer_init(struct lapic_model *l);
void lapic_model_timer_reset(struct lapic_model *l);
/* Bring count and deadline up to the present: before they are looked at, and before anything that
 * they depend on changes. */
void lapic_model_timer_catch_up(struct lapic_model *l);
/* Tell the clock when to wake it: after such a change. */
void lapic_model_timer_arm(struct lapic_model *l);
/* After writes to LVT_TIMER, INITIAL_COUNT and DIVIDE, and to IA32_TSC_DEADLINE. */
void lapic_model_timer_write_entry(struct lapic_model *l, const struct reg_write *w);
void lapic_model_timer_write_initial(struct lapic_model *l, const struct reg_write *w);
void lapic_model_timer_write_divide(struct lapic_model *l, const struct reg_write *w);
void lapic_model_timer_write_deadline(struct lapic_model *l, uint64_t tsc);

/* ---- destinations (lapic_model_message.c) ---- */

/* Does this destination name us? 8 bits in xAPIC mode, 32 in x2APIC mode. */
bool lapic_model_addresses_us(const struct lapic_model *l, uint32_t destination, bool logical);
/* LDR in x2APIC mode. */
uint32_t lapic_model_x2_logical_id(const struct lapic_model *l);
/* After a write to DFR. */
void lapic_model_lint_dfr(const struct lapic_model *l, uint32_t value);

/* ---- interprocessor interrupts (lapic_ipi.c) ---- */

/* After a write to ICR: the low half; the high one is in its register. */
void lapic_model_ipi_send(struct lapic_model *l, uint32_t icr);
/* SELF IPI, an MSR of x2APIC mode. */
void lapic_model_ipi_send_self(struct lapic_model *l, uint32_t vector);

/* ---- modes (lapic_msr.c) ---- */

bool lapic_model_x2apic(const struct lapic_model *l);
/* IA32_APIC_BASE as at power-on. */
void lapic_model_reset_base(struct lapic_model *l);

#endif
