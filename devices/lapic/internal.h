/* SPDX-License-Identifier: MIT */
/* Shared by the parts of the local APIC. Only files of devices/lapic include this.
 *
 * model.c        registers, priorities and INTR, acceptance and errors
 * lvt.c          local vector table, LINT pins
 * timer.c        timer, in all its modes
 * message.c      destinations, and incoming messages
 * ipi.c          ICR and SELF IPI
 * msr.c          MSRs: IA32_APIC_BASE, and the registers in x2APIC mode */
#ifndef DEVICES_LAPIC_INTERNAL_H
#define DEVICES_LAPIC_INTERNAL_H

#include "devices/lapic/model.h"

enum { /* LVT entries and ICR */
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
	LAPIC_MODEL_DESTINATION_SHIFT = 24 /* in ID and LDR; in ICR_HI of xAPIC mode */
};

/* ---- registers (model.c) ---- */

/* Cell n of a row that is an array; cell 0 otherwise. */
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

/* Is this row reserved, so that accessing it is an error? */
bool lapic_model_is_reserved(unsigned reg);
/* Bits of a row that are reserved because this processor lacks their function. */
uint32_t lapic_model_lacking(const struct lapic_model *l, unsigned reg);
/* Reset everything but the base MSR and the pins. */
void lapic_model_reset_registers(struct lapic_model *l);

/* ---- acceptance (model.c) ---- */

/* Drive INTR according to the present state. Call this last, after any change. */
void lapic_model_settle(struct lapic_model *l);
/* Record these bits for ESR, and raise the error interrupt if it is enabled. */
void lapic_model_error(struct lapic_model *l, uint32_t bits);
/* Make a vector pending; an error if it is illegal. */
void lapic_model_accept_fixed(struct lapic_model *l, unsigned vector, bool level_triggered);
/* Report an illegal vector in this entry of this row. */
void lapic_model_lint_vector(const struct lapic_model *l, enum lapic_model_reg row, uint32_t entry);
void lapic_model_deliver_nmi(const struct lapic_model *l);
void lapic_model_deliver_init(const struct lapic_model *l);

/* ---- local vector table (lvt.c) ---- */

/* Call after a write to an entry, except the timer's: for that use lapic_model_timer_write_entry().
 */
void lapic_model_lvt_write(struct lapic_model *l, enum lapic_model_reg row);
void lapic_model_lvt_mask_all(struct lapic_model *l);
/* Does a pin in ExtINT mode request an acknowledge cycle? */
bool lapic_model_lvt_external_pending(const struct lapic_model *l);
/* A level-triggered interrupt ended. If it came from a pin, the pin may request it again. */
void lapic_model_lvt_end_of_interrupt(struct lapic_model *l, unsigned vector);

/* ---- timer (timer.c) ---- */

/* Add the timer to the clock. */
void lapic_model_timer_init(struct lapic_model *l);
void lapic_model_timer_reset(struct lapic_model *l);
/* Update count and deadline to the present time. Call before they are used, and before anything
 * changes that they depend on. */
void lapic_model_timer_catch_up(struct lapic_model *l);
/* Arm the clock for the next event. Call after such a change. */
void lapic_model_timer_arm(struct lapic_model *l);
/* Call after writes to LVT_TIMER, INITIAL_COUNT and DIVIDE, and to IA32_TSC_DEADLINE. */
void lapic_model_timer_write_entry(struct lapic_model *l, const struct reg_write *w);
void lapic_model_timer_write_initial(struct lapic_model *l, const struct reg_write *w);
void lapic_model_timer_write_divide(struct lapic_model *l, const struct reg_write *w);
void lapic_model_timer_write_deadline(struct lapic_model *l, uint64_t tsc);

/* ---- destinations (message.c) ---- */

/* Does this destination include this APIC? 8 bits in xAPIC mode, 32 in x2APIC mode. */
bool lapic_model_addresses_us(const struct lapic_model *l, uint32_t destination, bool logical);
/* LDR in x2APIC mode. */
uint32_t lapic_model_x2_logical_id(const struct lapic_model *l);
/* Call after a write to DFR. */
void lapic_model_lint_dfr(const struct lapic_model *l, uint32_t value);

/* ---- interprocessor interrupts (ipi.c) ---- */

/* Call after a write to the low half of ICR; the high half is in its register. */
void lapic_model_ipi_send(struct lapic_model *l, uint32_t icr);
/* SELF IPI, an MSR of x2APIC mode. */
void lapic_model_ipi_send_self(struct lapic_model *l, uint32_t vector);

/* ---- modes (msr.c) ---- */

bool lapic_model_x2apic(const struct lapic_model *l);
/* Set IA32_APIC_BASE to its power-on value. */
void lapic_model_reset_base(struct lapic_model *l);

#endif
