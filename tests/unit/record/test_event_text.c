/* SPDX-License-Identifier: MIT */
#include "harness/record/event_text.h"
#include "tests/check.h"

static char text[192];

static const char *say(enum irq_event_kind kind, uint8_t vector, uint64_t code, uint64_t addr)
{
	struct irq_event e = {
		.kind = kind, .vector = vector, .error_code = code, .fault_addr = addr
	};
	return event_text(&e, text, sizeof(text));
}

TestSuite(event_text, .timeout = 60);

Test(event_text, interrupts_have_numbers)
{
	check_eq(str, say(IRQ_EVENT_TAKEN, 0x20, 0, 0), "interrupt 0x20");
	check_eq(str, say(IRQ_EVENT_SOFTWARE, 0x80, 0, 0), "software interrupt 0x80");
	check_eq(str, say(IRQ_EVENT_NMI, 2, 0, 0), "NMI");
}

Test(event_text, page_faults_are_taken_apart)
{
	check_eq(str, say(IRQ_EVENT_EXCEPTION, 14, 2, 0x1000),
		 "exception #PF, error 0x2 (write by supervisor, not present), address 0x1000");
	check_eq(str, say(IRQ_EVENT_EXCEPTION, 14, 0x15, 0x1000),
		 "exception #PF, error 0x15 (fetch by user, protection), address 0x1000");
	check_eq(str, say(IRQ_EVENT_EXCEPTION, 14, 9, 0),
		 "exception #PF, error 0x9 (read by supervisor, reserved bit in a table), "
		 "address 0x0");
}

Test(event_text, selectors_are_named_by_table_and_entry)
{
	check_eq(str, say(IRQ_EVENT_EXCEPTION, 13, 0x802, 0),
		 "exception #GP, error 0x802 (IDT entry 0x100)");
	check_eq(str, say(IRQ_EVENT_EXCEPTION, 11, 0x1d, 0),
		 "exception #NP, error 0x1d (LDT entry 0x3, external)");
	check_eq(str, say(IRQ_EVENT_EXCEPTION, 13, 0, 0), "exception #GP, error 0");
}

Test(event_text, exceptions_without_code_show_none)
{
	check_eq(str, say(IRQ_EVENT_EXCEPTION, 6, 0, 0), "exception #UD");
	check_eq(str, say(IRQ_EVENT_EXCEPTION, 8, 0, 0), "exception #DF, error 0x0");
	check_eq(str, say(IRQ_EVENT_EXCEPTION, 31, 0, 0), "exception 31");
}

Test(event_text, a_small_buffer_is_not_overrun)
{
	struct irq_event e = { .kind = IRQ_EVENT_EXCEPTION, .vector = 14 };
	char small[10];
	check_eq(str, event_text(&e, small, sizeof(small)), "exception");
}

Test(event_text, only_some_exceptions_have_an_error_code)
{
	struct irq_event e = { .kind = IRQ_EVENT_EXCEPTION, .vector = 8 };
	check(event_has_error_code(&e));
	e.real = true;
	check(!event_has_error_code(&e), "not in real mode");
	e = (struct irq_event){ .kind = IRQ_EVENT_EXCEPTION, .vector = 9 };
	check(!event_has_error_code(&e));
	e = (struct irq_event){ .kind = IRQ_EVENT_TAKEN, .vector = 8 };
	check(!event_has_error_code(&e), "an interrupt");
}
