/* SPDX-License-Identifier: MIT */
#include "harness/record/event_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "emu/array.h"

enum { VECTOR_DF = 8, VECTOR_TS = 10, VECTOR_GP = 13, VECTOR_PF = 14, VECTOR_AC = 17 };

/* Page-fault error code (SDM Vol. 3A 4.7). */
enum { PF_P = 1, PF_W = 2, PF_U = 4, PF_RSVD = 8, PF_I = 16 };
/* Error code that names a segment (SDM Vol. 3A 6.13). */
enum { SEL_EXT = 1, SEL_IDT = 2, SEL_TI = 4, SEL_INDEX = 0xfff8 };

const char *exception_name(uint8_t vector)
{
	static const char *const names[32] = {
		[0] = "#DE",  [1] = "#DB",  [2] = "NMI",  [3] = "#BP",  [4] = "#OF",
		[5] = "#BR",  [6] = "#UD",  [7] = "#NM",  [8] = "#DF",  [10] = "#TS",
		[11] = "#NP", [12] = "#SS", [13] = "#GP", [14] = "#PF", [16] = "#MF",
		[17] = "#AC", [18] = "#MC", [19] = "#XM", [20] = "#VE", [21] = "#CP",
	};
	return vector < ARRAY_SIZE(names) ? names[vector] : NULL;
}

static bool has_error_code(uint8_t vector)
{
	if (vector == VECTOR_DF || vector == VECTOR_AC) return true;
	return vector >= VECTOR_TS && vector <= VECTOR_PF;
}

bool event_has_error_code(const struct irq_event *e)
{
	return e->kind == IRQ_EVENT_EXCEPTION && !e->real && has_error_code(e->vector);
}

static void page_fault_text(const struct irq_event *e, char *buf, size_t size)
{
	uint64_t code = e->error_code;
	const char *access = code & PF_W ? "write" : "read";
	if (code & PF_I) access = "fetch";
	const char *why = code & PF_P ? "protection" : "not present";
	if (code & PF_RSVD) why = "reserved bit in a table";
	snprintf(buf, size, "exception #PF, error 0x%" PRIx64 " (%s by %s, %s), address 0x%" PRIx64,
		 code, access, code & PF_U ? "user" : "supervisor", why, e->fault_addr);
}

static void selector_text(const struct irq_event *e, const char *name, char *buf, size_t size)
{
	uint64_t code = e->error_code;
	const char *table = code & SEL_TI ? "LDT" : "GDT";
	if (code & SEL_IDT) table = "IDT";
	if (code == 0)
		snprintf(buf, size, "exception %s, error 0", name);
	else
		snprintf(buf, size, "exception %s, error 0x%" PRIx64 " (%s entry 0x%" PRIx64 "%s)",
			 name, code, table, (code & SEL_INDEX) >> 3,
			 code & SEL_EXT ? ", external" : "");
}

static void exception_text(const struct irq_event *e, char *buf, size_t size)
{
	const char *name = exception_name(e->vector);
	if (!name)
		snprintf(buf, size, "exception %u", e->vector);
	else if (e->vector == VECTOR_PF)
		page_fault_text(e, buf, size);
	else if (e->vector >= VECTOR_TS && e->vector <= VECTOR_GP)
		selector_text(e, name, buf, size);
	else if (has_error_code(e->vector))
		snprintf(buf, size, "exception %s, error 0x%" PRIx64, name, e->error_code);
	else
		snprintf(buf, size, "exception %s", name);
}

const char *event_text(const struct irq_event *e, char *buf, size_t size)
{
	switch (e->kind) {
	case IRQ_EVENT_TAKEN: snprintf(buf, size, "interrupt 0x%02x", e->vector); break;
	case IRQ_EVENT_NMI: snprintf(buf, size, "NMI"); break;
	case IRQ_EVENT_EXCEPTION: exception_text(e, buf, size); break;
	case IRQ_EVENT_SOFTWARE: snprintf(buf, size, "software interrupt 0x%02x", e->vector); break;
	default: snprintf(buf, size, "event %u", e->vector); break;
	}
	return buf;
}
