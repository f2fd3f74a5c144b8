/* SPDX-License-Identifier: MIT */
/* Gates are written down from SDM Vol. 3A figure 6-8. */
#include "bimetal/x86/idt.h"

#include "tests/unit/drivers/host_fixture.h"

static struct idt idt;
static uint64_t stubs[IDT_VECTORS];
static const struct idt_options usual = { .type = IDT_INTERRUPT };

static void set_up(void)
{
	host_power_on();
	idt_init(&idt);
	for (unsigned i = 0; i < IDT_VECTORS; i++) stubs[i] = UINT64_C(0xffffffff80001000) + i * 16;
}

TestSuite(x86_idt, .init = set_up, .fini = host_power_off, .timeout = 60);

Test(x86_idt, a_gate_has_the_bits_of_the_manual)
{
	const struct idt_options trap = { .type = IDT_TRAP, .ist = 7, .dpl = 3 };
	check_eq(int, idt_set(&idt, 0x80, UINT64_C(0x123456789abcdef0), 0x0033, trap), IDT_OK);
	check_eq(u64, idt.gate[0x80].low, UINT64_C(0x9abcef070033def0));
	check_eq(u64, idt.gate[0x80].high, UINT64_C(0x12345678));
	check_eq(int, idt_set(&idt, IDT_PF, 0xffff, 0x08, usual), IDT_OK);
	check_eq(u64, idt.gate[14].low, UINT64_C(0x00008e000008ffff));
	check_eq(sz, sizeof(struct idt), 4096);
	check_eq(sz, sizeof(struct idt_frame), 40);
}

Test(x86_idt, what_was_set_is_read_back)
{
	const struct idt_options options = { .type = IDT_TRAP, .ist = 5, .dpl = 1, .absent = true };
	check_eq(int, idt_set(&idt, 200, UINT64_C(0xfedcba9876543210), 0x1b, options), IDT_OK);
	check_eq(u64, idt_handler(&idt, 200), UINT64_C(0xfedcba9876543210));
	check_eq(uint, idt_selector(&idt, 200), 0x1b);
	struct idt_options got = idt_options(&idt, 200);
	check_eq(int, got.type, IDT_TRAP);
	check_eq(uint, got.ist, 5);
	check_eq(uint, got.dpl, 1);
	check(got.absent);
	check(idt_options(&idt, 201).absent, "a gate that nobody set");
	check_eq(u64, idt_handler(&idt, 256), 0);
}

Test(x86_idt, mistakes_have_names_and_change_nothing)
{
	struct idt_options o = usual;
	check_eq(int, idt_set(NULL, 0, 1, 8, o), IDT_NULL_POINTER);
	check_eq(int, idt_set(&idt, 256, 1, 8, o), IDT_BAD_VECTOR);
	check_eq(int, idt_set(&idt, 0, 1, 0, o), IDT_BAD_SELECTOR);
	check_eq(int, idt_set(&idt, 0, 1, 3, o), IDT_BAD_SELECTOR);
	o.ist = 8;
	check_eq(int, idt_set(&idt, 0, 1, 8, o), IDT_BAD_IST);
	o = usual;
	o.dpl = 4;
	check_eq(int, idt_set(&idt, 0, 1, 8, o), IDT_BAD_DPL);
	o = usual;
	o.type = (enum idt_type)5;
	check_eq(int, idt_set(&idt, 0, 1, 8, o), IDT_BAD_TYPE);
	check_eq(int, idt_set_range(&idt, 5, 4, stubs, 8, usual), IDT_BAD_VECTOR);
	check_eq(int, idt_set_range(&idt, 0, 256, stubs, 8, usual), IDT_BAD_VECTOR);
	check_eq(int, idt_set_range(&idt, 0, 255, NULL, 8, usual), IDT_NULL_POINTER);
	check_eq(int, idt_set_range(&idt, 0, 255, stubs, 0, usual), IDT_BAD_SELECTOR);
	for (unsigned i = 0; i < IDT_VECTORS; i++)
		check_eq(u64, idt.gate[i].low | idt.gate[i].high, 0, "%u", i);
}

Test(x86_idt, vectors_with_error_codes_reserved_ones_and_those_that_never_return)
{
	static const unsigned with_error[] = { 8, 10, 11, 12, 13, 14, 17, 21, 29, 30 };
	static const unsigned reserved[] = { 15, 22, 23, 24, 25, 26, 27, 31 };
	unsigned n_error = 0, n_reserved = 0, n_never = 0;
	for (unsigned i = 0; i < 300; i++) {
		n_error += idt_has_error(i);
		n_reserved += idt_is_reserved(i);
		n_never += idt_never_returns(i);
	}
	check_eq(uint, n_error, 10);
	check_eq(uint, n_reserved, 8);
	check_eq(uint, n_never, 2);
	for (unsigned i = 0; i < 10; i++) check(idt_has_error(with_error[i]), "%u", with_error[i]);
	for (unsigned i = 0; i < 8; i++) {
		check(idt_is_reserved(reserved[i]), "%u", reserved[i]);
		check_eq(int, idt_set(&idt, reserved[i], 1, 8, usual), IDT_RESERVED);
	}
	check(idt_never_returns(IDT_DF) && idt_never_returns(IDT_MC));
}

Test(x86_idt, a_range_takes_reserved_vectors_too_and_no_others)
{
	check_eq(int, idt_set_range(&idt, 15, 32, stubs, 8, usual), IDT_OK);
	check(idt_options(&idt, 14).absent);
	check(idt_options(&idt, 33).absent);
	for (unsigned i = 15; i <= 32; i++) {
		check_eq(u64, idt_handler(&idt, i), stubs[i]);
		check(!idt_options(&idt, i).absent);
	}
}

Test(x86_idt, loading_is_one_lidt)
{
	idt_load(&idt, x86_of_host(&cpu));
	check_eq(u64, cpu.s.x86.n_done, 1);
	check_eq(int, host_x86_last(&cpu.s.x86, 0).what, HOST_X86_LIDT);
	check_eq(u64, x86_sidt(x86_of_host(&cpu)).base, (uintptr_t)&idt);
	check_eq(uint, x86_sidt(x86_of_host(&cpu)).limit, 4095);
}

/* ---- handlers in C ---- */

static unsigned called[2];
static void count(void *ctx, struct idt_context *context)
{
	++*(unsigned *)ctx;
	context->rax = context->vector;
}

Test(x86_idt, handlers_are_called_by_their_vector)
{
	static struct idt_handlers handlers;
	const struct idt_handler first = { count, &called[0] }, other = { count, &called[1] };
	struct idt_context context = { .vector = 42 };
	check(!idt_dispatch(&handlers, &context));
	check_eq(int, idt_handle(&handlers, 42, 77, first), IDT_OK);
	check(idt_dispatch(&handlers, &context));
	check_eq(u64, context.rax, 42, "what the handler writes is there");
	context.vector = 77;
	check(idt_dispatch(&handlers, &context));
	context.vector = 78;
	check(!idt_dispatch(&handlers, &context));
	handlers.otherwise = other;
	check(idt_dispatch(&handlers, &context));
	context.vector = 256; /* not one of ours */
	check(idt_dispatch(&handlers, &context));
	check_eq(uint, called[0], 2);
	check_eq(uint, called[1], 2);
	check_eq(int, idt_handle(&handlers, 0, 256, first), IDT_BAD_VECTOR);
	check_eq(int, idt_handle(&handlers, 3, 2, first), IDT_BAD_VECTOR);
	check_eq(int, idt_handle(NULL, 0, 1, first), IDT_NULL_POINTER);
}
