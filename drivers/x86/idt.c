/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/idt.h"

#include <stddef.h>

enum { /* a gate (SDM Vol. 3A figure 6-8) */
       SELECTOR_LSB = 16,
       IST_LSB = 32,
       TYPE_LSB = 40,
       DPL_LSB = 45,
       PRESENT_BIT = 47,
       MIDDLE_LSB = 48, /* bits 16 to 31 of the handler */
       MIDDLE_BITS = 16,
       UPPER_BITS = 32,
       SELECTOR = 0xffff,
       IST = 7,
       TYPE = 0xf,
       DPL = 3,
       RPL = 3
};
#define LOW_HALF UINT64_C(0xffff)

_Static_assert(sizeof(struct idt) == IDT_VECTORS * IDT_GATE_BYTES, "256 gates");
_Static_assert(sizeof(struct idt_frame) == 40, "what the processor pushes");

/* ---- vectors ---- */

/* Sets of exceptions: bit n is vector n. */
#define BIT(vector) (UINT32_C(1) << (vector))
#define RESERVED    (BIT(15) | BIT(22) | BIT(23) | BIT(24) | BIT(25) | BIT(26) | BIT(27) | BIT(31))
#define WITH_ERROR                                                                           \
	(BIT(IDT_DF) | BIT(IDT_TS) | BIT(IDT_NP) | BIT(IDT_SS) | BIT(IDT_GP) | BIT(IDT_PF) | \
	 BIT(IDT_AC) | BIT(IDT_CP) | BIT(IDT_VC) | BIT(IDT_SX))
#define NEVER_RETURNS (BIT(IDT_DF) | BIT(IDT_MC))

static bool in(uint32_t set, unsigned vector)
{
	return vector < IDT_FIRST_FREE && set >> vector & 1;
}

bool idt_is_reserved(unsigned vector) { return in(RESERVED, vector); }
bool idt_has_error(unsigned vector) { return in(WITH_ERROR, vector); }
bool idt_never_returns(unsigned vector) { return in(NEVER_RETURNS, vector); }

/* ---- gates ---- */

void idt_init(struct idt *idt)
{
	for (unsigned i = 0; i < IDT_VECTORS; i++) idt->gate[i] = (struct idt_gate){ 0, 0 };
}

static enum idt_status check(uint16_t selector, struct idt_options options)
{
	if ((selector & ~RPL) == 0) return IDT_BAD_SELECTOR;
	if (options.type != IDT_INTERRUPT && options.type != IDT_TRAP) return IDT_BAD_TYPE;
	if (options.ist > IDT_ISTS) return IDT_BAD_IST;
	return options.dpl > DPL ? IDT_BAD_DPL : IDT_OK;
}

static struct idt_gate make(uint64_t handler, uint16_t selector, struct idt_options options)
{
	uint64_t low = handler & LOW_HALF;

	low |= (uint64_t)selector << SELECTOR_LSB;
	low |= (uint64_t)options.ist << IST_LSB;
	low |= (uint64_t)options.type << TYPE_LSB;
	low |= (uint64_t)options.dpl << DPL_LSB;
	low |= (uint64_t)!options.absent << PRESENT_BIT;
	low |= (handler >> MIDDLE_BITS & LOW_HALF) << MIDDLE_LSB;
	return (struct idt_gate){ .low = low, .high = handler >> UPPER_BITS };
}

enum idt_status idt_set(struct idt *idt, unsigned vector, uint64_t handler, uint16_t selector,
			struct idt_options options)
{
	if (!idt) return IDT_NULL_POINTER;
	if (vector >= IDT_VECTORS) return IDT_BAD_VECTOR;
	if (idt_is_reserved(vector)) return IDT_RESERVED;
	enum idt_status status = check(selector, options);
	if (status == IDT_OK) idt->gate[vector] = make(handler, selector, options);
	return status;
}

enum idt_status idt_set_range(struct idt *idt, unsigned first, unsigned last,
			      const uint64_t handlers[IDT_VECTORS], uint16_t selector,
			      struct idt_options options)
{
	if (!idt || !handlers) return IDT_NULL_POINTER;
	if (first > last || last >= IDT_VECTORS) return IDT_BAD_VECTOR;
	enum idt_status status = check(selector, options);
	if (status) return status;
	for (unsigned i = first; i <= last; i++)
		idt->gate[i] = make(handlers[i], selector, options);
	return IDT_OK;
}

static struct idt_gate gate_of(const struct idt *idt, unsigned vector)
{
	return vector < IDT_VECTORS ? idt->gate[vector] : (struct idt_gate){ 0, 0 };
}

uint64_t idt_handler(const struct idt *idt, unsigned vector)
{
	struct idt_gate gate = gate_of(idt, vector);

	return (gate.low & LOW_HALF) | (gate.low >> MIDDLE_LSB & LOW_HALF) << MIDDLE_BITS |
	       gate.high << UPPER_BITS;
}

uint16_t idt_selector(const struct idt *idt, unsigned vector)
{
	return (uint16_t)(gate_of(idt, vector).low >> SELECTOR_LSB & SELECTOR);
}

struct idt_options idt_options(const struct idt *idt, unsigned vector)
{
	uint64_t low = gate_of(idt, vector).low;

	return (struct idt_options){ .type = (enum idt_type)(low >> TYPE_LSB & TYPE),
				     .ist = low >> IST_LSB & IST,
				     .dpl = low >> DPL_LSB & DPL,
				     .absent = !(low >> PRESENT_BIT & 1) };
}

void idt_load(const struct idt *idt, struct x86_cpu cpu)
{
	x86_lidt(cpu, (struct x86_table){ .base = (uintptr_t)idt, .limit = sizeof(*idt) - 1 });
}

/* ---- handlers in C ---- */

enum idt_status idt_handle(struct idt_handlers *handlers, unsigned first, unsigned last,
			   struct idt_handler handler)
{
	if (!handlers) return IDT_NULL_POINTER;
	if (first > last || last >= IDT_VECTORS) return IDT_BAD_VECTOR;
	for (unsigned i = first; i <= last; i++) handlers->at[i] = handler;
	return IDT_OK;
}

bool idt_dispatch(const struct idt_handlers *handlers, struct idt_context *context)
{
	const struct idt_handler *handler = &handlers->otherwise;

	if (context->vector < IDT_VECTORS && handlers->at[context->vector].fn)
		handler = &handlers->at[context->vector];
	if (!handler->fn) return false;
	handler->fn(handler->ctx, context);
	return true;
}
