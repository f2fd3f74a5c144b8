/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/crash_report.h"
#include "tests/check.h"

#include "guest_fixture.h"
#include "tests/unit/emu/random.h"

static struct crash crash;

static void start(void)
{
	long_mode();
	crash = (struct crash){ .what = "triple fault",
				.detail = "the IDT is empty",
				.time_ns = 1234567890,
				.view = view_of_guest() };
}

static const char *report(void)
{
	FILE *out = open_text();
	crash_report(&crash, out);
	fclose(out);
	return text;
}

TestSuite(crash_report, .init = start, .fini = forget_text, .timeout = 60);

Test(crash_report, says_what_happened_where_and_when)
{
	report();
	check(says("bimetal: crash: triple fault, pc 0x1100 sym_1100, 1.234567890 s virtual\n"
		   "  the IDT is empty\n"),
	      "%s", text);
	check(says("no interrupts or exceptions before"));
	check(says("registers (long mode, 64-bit code, ring 0)"));
	check(says("rip 0000000000001100  sym_1100"));
}

Test(crash_report, control_registers_are_given_bit_by_bit)
{
	regs.cr4 = 0x20;
	regs.efer = 0xd00;
	report();
	check(says("cr0 80000011 PE ET PG\n"));
	check(says("cr4 00000020 PAE\n"));
	check(says("efer 00000d00 LME LMA NXE\n"));
	check(says("IOPL=0 (interrupts off)"));
}

Test(crash_report, segments_are_decoded)
{
	regs.seg[CPU_CS] = (struct cpu_segment_state){ .selector = 8, .flags = 0xa09b00 };
	regs.seg[CPU_SS] = (struct cpu_segment_state){ .selector = 0x10, .flags = 0xc09100 };
	regs.tr = (struct cpu_segment_state){ .selector = 0x30, .flags = 0x8b00 };
	report();
	check(says("64-bit code, readable, DPL 0"), "%s", text);
	check(says("read-only data, DPL 0"));
	check(says("busy 64-bit TSS, DPL 0"));
	check(says("  fs  0000  base 0000000000000000  limit 00000000  null\n"));
}

Test(crash_report, debug_registers_are_shown_when_given)
{
	static const uint64_t dr[CPU_N_DEBUG_REGS] = { 0x1234, [7] = 0x401 };
	report();
	check(!says("dr7"));
	crash.dr = dr;
	report();
	check(says("dr0 1234 "));
	check(says("dr7 00000401"));
}

Test(crash_report, the_last_events_are_decoded_and_repeated_ones_counted)
{
	struct irq_event events[] = { { .kind = IRQ_EVENT_TAKEN, .vector = 0x20 },
				      { .kind = IRQ_EVENT_TAKEN, .vector = 0x20, .time_ns = 5 },
				      { .kind = IRQ_EVENT_EXCEPTION,
					.vector = 14,
					.error_code = 2,
					.fault_addr = 0x5000,
					.pc = 0x1100 } };
	crash.event = events;
	crash.n_events = 3;
	report();
	const char *first = strstr(text, "interrupt 0x20  sym_0  (2 times)");
	const char *second = strstr(text, "exception #PF, error 0x2 (write by supervisor");
	check(first && second && first < second, "%s", text);
}

Test(crash_report, a_page_fault_that_could_not_be_delivered_is_walked)
{
	struct cpu_failed_delivery failed = { .event = { .kind = IRQ_EVENT_EXCEPTION,
							 .vector = 14,
							 .error_code = 2,
							 .fault_addr = 0x5000,
							 .pc = 0x1100 },
					      .why = CPU_REFUSED_IDT_LIMIT,
					      .gate_size = 16,
					      .became = 255 };
	crash.failed = &failed;
	crash.n_failed = 1;
	report();
	check(says("not delivered: entry 14 would end at offset 0xef"), "%s", text);
	check(says("walk of 0x5000 for a supervisor write: 4-level paging"), "%s", text);
	check(says("PML4E[0] at 0x0 is not present"));
}

Test(crash_report, a_pc_without_memory_is_walked_too)
{
	regs.rip = 0xdead0000;
	report();
	check(says("no instruction can be read at 0xdead0000\n"));
	check(says("walk of 0xdead0000 for a supervisor instruction fetch"), "%s", text);
}

Test(crash_report, bytes_that_are_no_instruction_are_shown)
{
	memset(memory + 0x100, 0xff, 16);
	report();
	check(says("no instruction can be read at 0x1100: ff ff"), "%s", text);
}

Test(crash_report, a_stack_that_is_not_mapped_is_not_called_missing_memory)
{
	regs.gpr[CPU_RSP] = 0xdead0000;
	report();
	check(says("stack: 0xdead0000 cannot be read: PML4E[0] at 0x0 is not present"), "%s", text);
	crash.view.explain = NULL;
	report();
	check(says("stack: no memory at 0xdead0000\n"), "%s", text);
}

Test(crash_report, a_stack_without_memory_is_reported_so)
{
	struct cpu_failed_delivery failed = { .event = { .kind = IRQ_EVENT_EXCEPTION,
							 .vector = 13 },
					      .why = CPU_REFUSED_STACK_UNWRITABLE,
					      .gate_size = 16,
					      .became = 255 };
	crash.failed = &failed;
	crash.n_failed = 1;
	report();
	check(says("The stack is unusable"));
	failed.stack = CPU_STACK_IST;
	report();
	check(!says("The stack is unusable"), "an IST stack is not the one in use");
}

Test(crash_report, an_address_made_from_an_undefined_register_is_named)
{
	struct cpu_failed_delivery failed = {
		.event = { .kind = IRQ_EVENT_EXCEPTION, .vector = 14, .fault_addr = 0xdeadc0e2 },
		.why = CPU_REFUSED_IDT_LIMIT,
		.gate_size = 16,
		.became = 255
	};
	crash.failed = &failed;
	crash.n_failed = 1;
	report();
	check(says("computed from 0xdeadc0de"));
	failed.event.fault_addr = 0xdeadbeef;
	report();
	check(!says("computed from 0xdeadc0de"));
}

Test(crash_report, a_stack_pointer_that_was_never_set_is_named)
{
	regs.gpr[CPU_RSP] = 0xdeadc0de - 8;
	report();
	check(says("The stack pointer was never set: it is 0xdeadc0d6,"), "%s", text);
	regs.gpr[CPU_RSP] = UINT64_C(0xdeadc0dedeadc0de);
	report();
	check(says("The stack pointer was never set: it is 0xdeadc0dedeadc0de,"), "%s", text);
	regs.gpr[CPU_RSP] = 0x1200;
	report();
	check(!says("The stack pointer was never set"), "%s", text);
}

Test(crash_report, what_the_events_show_is_told_before_the_code)
{
	static const uint8_t movsd[] = { 0xf2, 0x0f, 0x10, 0x05, 0x90, 0, 0, 0 };
	struct irq_event e = { .kind = IRQ_EVENT_EXCEPTION, .vector = 6, .pc = 0x1100 };
	crash.event = &e;
	crash.n_events = 1;
	put(0x1100, movsd, sizeof(movsd));
	report();
	const char *advice = strstr(text, "SSE is off");
	check(advice && advice < strstr(text, "code:"), "%s", text);
}

Test(crash_report, a_return_address_that_was_overwritten_is_named)
{
	regs.rip = 0x13121110; /* no memory */
	put64(0x1200 - 8, regs.rip);
	report();
	check(says("The word below the stack pointer, at 0x11f8, is this address: a RET took it"),
	      "%s", text);
	put(0x1150 - 2, "\xff\xd0", 2); /* call rax, which left its return address */
	put64(0x1200, 0x1150);
	report();
	check(!says("a RET took it"), "%s", text);
	put64(0x1200, 0);
	put64(0x1200 - 8, 0);
	report();
	check(!says("a RET took it"), "%s", text);
	regs.rip = 0x1100; /* code */
	put64(0x1200 - 8, regs.rip);
	report();
	check(!says("a RET took it"), "%s", text);
}

Test(crash_report, memory_never_written_and_null_pointers_are_guessed)
{
	memset(memory + 0x100, 0xcc, 16);
	report();
	check(says("0xcc throughout"));
	check(!says("null pointer"));
	regs.rip = 0x10;
	report();
	check(says("a call through a null pointer?"));
}

Test(crash_report, the_screen_is_shown_unless_it_is_blank)
{
	crash.screen = "   \n\n  ";
	report();
	check(!says("screen:"));
	crash.screen = "panic: no root\n\n  bye\n\n\n";
	report();
	check(says("screen:\n  |panic: no root\n  |\n  |  bye\n"), "%s", text);
}

Test(crash_report, segments_with_a_base_are_honoured_in_real_mode)
{
	regs = (struct cpu_regs){ .rip = 0x10 };
	regs.seg[CPU_CS].base = 0x1100;
	report();
	check(says("real mode, 16-bit code"));
	check(says(" => 0000000000001110"), "%s", text);
}

Test(crash_report, the_report_ends_whatever_registers_and_memory_hold)
{
	uint64_t random = 7;
	for (unsigned round = 0; round < 300; round++) {
		struct cpu_failed_delivery failed[CPU_MAX_NESTING];
		struct irq_event events[CRASH_MAX_EVENTS];
		for (size_t i = 0; i < sizeof(memory); i++)
			memory[i] = (uint8_t)random_next(&random);
		for (size_t i = 0; i < sizeof(regs); i++)
			((uint8_t *)&regs)[i] = (uint8_t)random_next(&random);
		for (size_t i = 0; i < sizeof(failed); i++)
			((uint8_t *)failed)[i] = (uint8_t)random_next(&random);
		for (size_t i = 0; i < sizeof(events); i++)
			((uint8_t *)events)[i] = (uint8_t)random_next(&random);
		for (size_t i = 0; i < CPU_MAX_NESTING; i++) {
			static const unsigned sizes[] = { 4, 8, 16 };
			failed[i].why = (enum cpu_refusal)(random_next(&random) %
							   (CPU_REFUSED_STACK_UNWRITABLE + 1));
			failed[i].gate_size = sizes[random_next(&random) % 3];
			failed[i].stack = (enum cpu_stack_source)(random_next(&random) % 3);
			failed[i].gate_read = failed[i].descriptor_read = true;
			failed[i].noncanonical = round & 1;
		}
		if (round & 2) regs.rip = BASE + random_next(&random) % SIZE;
		if (round & 4) regs.gpr[CPU_RSP] = BASE + random_next(&random) % SIZE;
		crash.failed = failed;
		crash.n_failed = CPU_MAX_NESTING;
		crash.event = events;
		crash.n_events = CRASH_MAX_EVENTS;
		report();
		require(says("registers ("));
	}
}
