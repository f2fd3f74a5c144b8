/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/event_advice.h"
#include "tests/check.h"
#include "tests/unit/diagnosis/guest_fixture.h"

enum { VECTOR_UD = 6, VECTOR_GP = 13, VECTOR_PF = 14, IRET_AT = 0x1180, FAULT_AT = 0x1130 };

static const uint8_t iret[] = { 0xcf };
static struct guest_view view;

static void source(void *ctx, uint8_t vector, char *buf, size_t size)
{
	(void)ctx;
	snprintf(buf, size, "%s", vector == 0x08 ? "IRQ 0, timer" : "");
}

static void start(void)
{
	long_mode();
	regs.efer = 0;
	regs.seg[CPU_CS].flags = PROTECTED_CS;
	view = view_of_guest();
	view.source = source;
	put(IRET_AT, iret, sizeof(iret));
}

TestSuite(event_advice, .init = start, .fini = forget_text, .timeout = 60);

static struct irq_event interrupt(uint8_t vector)
{
	return (struct irq_event){ .kind = IRQ_EVENT_TAKEN, .vector = vector, .pc = FAULT_AT };
}

static struct irq_event exception(uint8_t vector, uint64_t code, uint64_t pc)
{
	return (struct irq_event){
		.kind = IRQ_EVENT_EXCEPTION, .vector = vector, .error_code = code, .pc = pc
	};
}

static void advise(const struct irq_event *event, size_t n)
{
	FILE *out = open_text();
	event_advice(&view, event, n, out);
	fclose(out);
}

/* The advice on two events. */
static void advise_on(struct irq_event first, struct irq_event second)
{
	advise((struct irq_event[]){ first, second }, 2);
}

Test(event_advice, an_interrupt_is_told_with_what_raises_it)
{
	char buf[192];
	struct irq_event e = interrupt(0x08);
	check_eq(str, event_of_guest(&view, &e, buf, sizeof(buf)), "interrupt 0x08 (IRQ 0, timer)");
	e = interrupt(0x30);
	check_eq(str, event_of_guest(&view, &e, buf, sizeof(buf)), "interrupt 0x30");
	e = exception(VECTOR_UD, 0, FAULT_AT);
	check_eq(str, event_of_guest(&view, &e, buf, sizeof(buf)), "exception #UD");
	view.source = NULL;
	e = interrupt(0x08);
	check_eq(str, event_of_guest(&view, &e, buf, sizeof(buf)), "interrupt 0x08");
}

Test(event_advice, an_interrupt_at_the_vector_of_an_exception_is_explained_once)
{
	advise_on(interrupt(0x08), interrupt(0x08));
	check(says("Vector 0x08 is an interrupt here (IRQ 0, timer), not #DF"), "%s", text);
	check(says("Give it vectors from 0x20 on"), "%s", text);
	check_eq(ptr, strstr(strstr(text, "Vector") + 1, "Vector 0x08"), NULL, "%s", text);
}

Test(event_advice, such_interrupts_are_usual_in_real_mode)
{
	struct irq_event e = interrupt(0x08);
	e.real = true;
	advise(&e, 1);
	check_eq(str, text, "");
}

Test(event_advice, other_events_are_not_commented)
{
	advise_on(interrupt(0x20), exception(VECTOR_PF, 2, FAULT_AT));
	check_eq(str, text, "");
	advise(NULL, 0);
	check_eq(str, text, "");
}

/* IRET takes the error code for the address, and the address 0x1130 for CS. */
Test(event_advice, an_error_code_left_on_the_stack_is_found)
{
	advise_on(exception(VECTOR_PF, 2, FAULT_AT), exception(VECTOR_GP, 0x1130, IRET_AT));
	check(says("The handler of #PF did not remove the error code"), "%s", text);
	check(says("the IRET at 0x1180 sym_1180 took it"), "%s", text);
	check(says("the return address, 0x1130, for CS. Add 4"), "%s", text);
}

Test(event_advice, a_word_too_many_taken_from_the_stack_is_found)
{
	advise_on(interrupt(0x21), exception(VECTOR_GP, 0x240, IRET_AT));
	check(says("The handler of vector 0x21 removed a word too many"), "%s", text);
	check(says("took the flags, 0x240, for CS"), "%s", text);
}

/* Another selector, another instruction, and an exception without an error code. */
Test(event_advice, what_looks_otherwise_is_left_alone)
{
	advise_on(exception(VECTOR_PF, 2, FAULT_AT), exception(VECTOR_GP, 0x20, IRET_AT));
	check_eq(str, text, "");
	advise_on(exception(VECTOR_PF, 2, FAULT_AT), exception(VECTOR_GP, 0x1130, 0x1190));
	check_eq(str, text, "");
	advise_on(exception(VECTOR_UD, 0, FAULT_AT), exception(VECTOR_GP, 0x1130, IRET_AT));
	check_eq(str, text, "");
	advise_on(interrupt(0x21), exception(VECTOR_GP, 0x1130, IRET_AT));
	check_eq(str, text, "", "0x1130 has a bit that the flags never have");
}

Test(event_advice, an_iret_is_recognised_in_each_size)
{
	static const uint8_t iretq[] = { 0x48, 0xcf }, iretd[] = { 0x66, 0xcf };
	put(0x1190, iretq, sizeof(iretq));
	put(0x11a0, iretd, sizeof(iretd));
	check(event_at_iret(&view, IRET_AT));
	check(event_at_iret(&view, 0x1190));
	check(event_at_iret(&view, 0x11a0));
	check(!event_at_iret(&view, 0x1100));
	check(!event_at_iret(&view, BASE + SIZE));
}

static bool in_function(void *ctx, uint64_t addr)
{
	(void)ctx;
	return addr >= 0x1100 && addr < 0x1180;
}

Test(event_advice, sse_that_nobody_enabled_is_named)
{
	static const uint8_t movsd[] = { 0xf2, 0x0f, 0x10, 0x05, 0x90, 0, 0, 0 },
			     ud2[] = { 0x0f, 0x0b };
	struct irq_event e = exception(VECTOR_UD, 0, FAULT_AT);
	put(FAULT_AT, movsd, sizeof(movsd));
	advise(&e, 1);
	check(says("SSE is off (CR4.OSFXSR is 0, or CR0.EM is 1), so movsd xmm0, "), "%s", text);
	check(says(", at 0x1130 sym_1130, raised #UD"), "%s", text);
	regs.cr4 = 0x200;
	advise(&e, 1);
	check_eq(str, text, "", "it is on");
	regs.cr4 = 0;
	put(FAULT_AT, ud2, sizeof(ud2));
	advise(&e, 1);
	check_eq(str, text, "", "another instruction");
}

/* Beyond the guest's memory, unless paging is on: then a page walk tells it. */
Test(event_advice, a_stack_without_memory_is_told)
{
	regs.cr0 = 0x11;
	regs.gpr[CPU_RSP] = BASE + SIZE;
	advise(NULL, 0);
	check_eq(str, text, "", "an empty stack at the end of memory");
	regs.gpr[CPU_RSP] = BASE + SIZE + 4;
	advise(NULL, 0);
	check(says("The stack pointer, 0x1404, lies where there is no memory"), "%s", text);
	regs.cr0 = 0x80000011;
	advise(NULL, 0);
	check_eq(str, text, "");
	regs.cr0 = 0x11;
	regs.gpr[CPU_RSP] = 0xdeadc0da;
	advise(NULL, 0);
	check_eq(str, text, "", "never set: told elsewhere");
}

Test(event_advice, a_stack_in_a_function_is_told)
{
	view.in_function = in_function;
	regs.gpr[CPU_RSP] = 0x1104;
	advise(NULL, 0);
	check(says("The stack pointer, 0x1104, lies in the code of sym_1104: the stack has"), "%s",
	      text);
	regs.gpr[CPU_RSP] = 0x1180;
	advise(NULL, 0);
	check_eq(str, text, "");
}

Test(event_advice, a_stack_in_a_descriptor_table_is_told)
{
	regs.idt.base = 0x1200;
	regs.idt.limit = 0x7ff;
	regs.gpr[CPU_RSP] = 0x1208;
	advise(NULL, 0);
	check(says("The stack pointer, 0x1208, lies in the IDT"), "%s", text);
	regs.gpr[CPU_RSP] = 0x11fc;
	advise(NULL, 0);
	check_eq(str, text, "");
	regs.gdt.base = 0x1180;
	regs.gdt.limit = 0x7f;
	advise(NULL, 0);
	check(says("lies in the GDT"), "%s", text);
	regs.gdt.limit = 0xffff;
	advise(NULL, 0);
	check_eq(str, text, "", "a limit that nobody computed");
}
