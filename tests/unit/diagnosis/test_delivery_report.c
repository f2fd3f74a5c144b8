/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/delivery_report.h"
#include "tests/check.h"

#include "guest_fixture.h"

static struct guest_view g;
static struct cpu_failed_delivery f;
static char reason[DELIVERY_REASON_SIZE];

static void start(void)
{
	long_mode();
	regs.idt.limit = 0xfff;
	g = view_of_guest();
	f = (struct cpu_failed_delivery){ .event = { .kind = IRQ_EVENT_EXCEPTION, .vector = 14 },
					  .gate_size = 16 };
}

/* Makes a gate to 0008:0xffff800000123456. */
static void set_gate(uint8_t type, uint8_t ist)
{
	static const uint8_t bytes[] = { 0x56, 0x34, 8, 0, 0, 0, 0x12, 0, 0, 0x80, 0xff, 0xff };
	memcpy(f.gate, bytes, sizeof(bytes));
	f.gate[4] = ist;
	f.gate[5] = type;
	f.gate_read = true;
}

static bool because(enum cpu_refusal why, const char *phrase)
{
	f.why = why;
	return strstr(delivery_reason(&f, &g, reason, sizeof(reason)), phrase) != NULL;
}

TestSuite(delivery_report, .init = start, .fini = forget_text, .timeout = 60);

Test(delivery_report, gates_are_decoded)
{
	char buf[160];
	set_gate(0x8e, 2);
	gate_text(f.gate, 16, buf, sizeof(buf));
	check_eq(str, buf,
		 "64-bit interrupt gate, present, DPL 0, IST 2, handler "
		 "0008:0xffff800000123456");
	set_gate(0x6f, 0);
	gate_text(f.gate, 8, buf, sizeof(buf));
	check_eq(str, buf, "32-bit trap gate, not present, DPL 3, handler 0008:0x123456");
	gate_text(f.gate, 4, buf, sizeof(buf));
	check_eq(str, buf, "handler 0008:3456");
}

Test(delivery_report, segments_are_decoded)
{
	char buf[160];
	check_eq(str, segment_text(0xa09a00, true, buf, sizeof(buf)),
		 "64-bit code, readable, DPL 0");
	check_eq(str, segment_text(0xc0fc00, false, buf, sizeof(buf)),
		 "32-bit code, execute-only, conforming, DPL 3");
	check_eq(str, segment_text(0x1600, false, buf, sizeof(buf)),
		 "writable data, expand-down, 16-bit, DPL 0, not present");
	check_eq(str, segment_text(0x8900, false, buf, sizeof(buf)), "32-bit TSS, DPL 0");
	check_eq(str, segment_text(0x8100, true, buf, sizeof(buf)),
		 "a type that long mode reserves, DPL 0");
}

Test(delivery_report, every_reason_is_in_words)
{
	set_gate(0x85, 0);
	f.selector = 0x1b;
	f.descriptor = UINT64_C(0x00cff2000000ffff);
	f.descriptor_read = true;
	f.stack = CPU_STACK_RING;
	check(because(CPU_REFUSED_GATE_TYPE, "type 0x5, which is not an interrupt or trap gate"));
	check(because(CPU_REFUSED_GATE_DPL, "the gate has DPL 0"));
	check(because(CPU_REFUSED_GATE_ABSENT, "P bit (bit 47) is clear"));
	check(because(CPU_REFUSED_TASK, "cannot be entered because of selector 0x001b"));
	check(because(CPU_REFUSED_CODE_NULL, "null selector"));
	check(because(CPU_REFUSED_CODE_LIMIT, "beyond the limit of the GDT"));
	check(because(CPU_REFUSED_CODE_TYPE, "not a code segment: its descriptor"));
	check(because(CPU_REFUSED_CODE_TYPE, "writable data, DPL 3 (CS is 0x"));
	check(because(CPU_REFUSED_CODE_DPL, "a segment of ring 3"));
	check(because(CPU_REFUSED_CODE_ABSENT, "not present"));
	check(because(CPU_REFUSED_CODE_NOT_64, "L=1 and D=0"));
	check(because(CPU_REFUSED_CODE_OFFSET, "outside its segment 0x001b"));
	check(because(CPU_REFUSED_CODE_V86, "virtual-8086"));
	check(because(CPU_REFUSED_TSS_LIMIT, "RSP0 of the TSS"));
	check(because(CPU_REFUSED_TSS_LIMIT, "LTR has not been executed"));
	check(because(CPU_REFUSED_STACK_NULL, "null selector"));
	check(because(CPU_REFUSED_STACK_SEGMENT, "which is not writable data of ring 0"));
	check(because(CPU_REFUSED_STACK_ABSENT, "not present"));
	check(because(CPU_REFUSED_STACK_LIMIT, "the frame does not fit"));
	f.address = 0x5ff8;
	check(because(CPU_REFUSED_STACK_UNWRITABLE, "write to 0x5ff8 faults: PML4E[0]"));
	check(because(CPU_REFUSED_TSS_UNREADABLE, "the TSS cannot be read, at 0x5ff8: PML4E"));
	check(because(CPU_REFUSED_GATE_UNREADABLE, "the IDT entry cannot be read"));
	check(because(CPU_REFUSED_CODE_UNREADABLE, "the segment descriptor cannot be read"));
	f.noncanonical = true;
	check(because(CPU_REFUSED_STACK_UNWRITABLE, "0x5ff8 is not canonical"));
}

Test(delivery_report, an_empty_descriptor_or_gate_is_called_empty)
{
	check(because(CPU_REFUSED_GATE_TYPE, "no handler was ever set for this vector"));
	check(because(CPU_REFUSED_CODE_TYPE, "nothing was ever put there"));
}

Test(delivery_report, an_idt_that_was_never_loaded_is_recognised)
{
	regs.idt.limit = 0x3ff;
	check(because(CPU_REFUSED_IDT_LIMIT, "LIDT has not been executed"));
	regs.idt.base = 0x1000;
	check(because(CPU_REFUSED_IDT_LIMIT, "(64 entries)"));
	check(!because(CPU_REFUSED_IDT_LIMIT, "LIDT"));
	regs.idt.limit = 0;
	check(because(CPU_REFUSED_IDT_LIMIT, "LIDT has loaded an empty one"));
}

Test(delivery_report, the_chain_is_numbered_and_says_how_it_ended)
{
	struct cpu_failed_delivery chain[] = {
		{ .event = { .kind = IRQ_EVENT_SOFTWARE, .vector = 3, .pc = 0x1101 },
		  .why = CPU_REFUSED_IDT_LIMIT,
		  .gate_size = 16,
		  .raised = 13,
		  .became = 13 },
		{ .event = { .kind = IRQ_EVENT_EXCEPTION, .vector = 13, .pc = 0x1100 },
		  .why = CPU_REFUSED_IDT_LIMIT,
		  .gate_size = 16,
		  .raised = 13,
		  .became = 8 },
		{ .event = { .kind = IRQ_EVENT_EXCEPTION, .vector = 8, .pc = 0x1100 },
		  .why = CPU_REFUSED_GATE_ABSENT,
		  .gate_size = 16,
		  .gate_read = true,
		  .gate_at = 0x2080,
		  .gate = { 0xab, [5] = 0x0e },
		  .raised = 11,
		  .became = 255 },
	};
	FILE *out = open_text();
	delivery_report(chain, 3, &g, out);
	fclose(out);
	check(says("  1. software interrupt 0x03, at 0x1100 sym_1100\n"),
	      "the instruction, not what follows it: %s", text);
	check(says("     that raises #GP:\n  2. "), "%s", text);
	check(says("not delivered: its entry lies beyond the limit as well\n"));
	check(says("that raises #GP, which together with #GP makes #DF:\n  3. "));
	check(says("entry at 0x2080: ab 00 00 00 00 0e 00"));
	check(says("so the CPU shuts down: a triple fault\n"));
}
