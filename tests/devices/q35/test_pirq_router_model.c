/* SPDX-License-Identifier: MIT */
#include "devices/q35/pirq_router.h"
#include "tests/check.h"
#include "tests/unit/emu/random.h"

static struct pirq_router_model router;
static unsigned pins, isa, changes;

static void set_pin(void *ctx, unsigned n, bool level)
{
	(void)ctx;
	changes++;
	pins = level ? pins | 1u << n : pins & ~(1u << n);
}

static void set_isa(void *ctx, unsigned n, bool level)
{
	(void)ctx;
	changes++;
	isa = level ? isa | 1u << n : isa & ~(1u << n);
}

static void power_on(void)
{
	struct pirq_router_model_wiring wire = { 0 };

	for (unsigned i = 0; i < PIRQ_N; i++)
		wire.ioapic_pin[i] = (struct irq){ .set = set_pin, .n = 16 + i };
	for (unsigned i = 0; i < PIRQ_N_ISA; i++)
		wire.isa[i] = (struct irq){ .set = set_isa, .n = i };
	pirq_router_model_init(&router, &wire);
}

TestSuite(pirq_router, .init = power_on, .timeout = 60);

Test(pirq_router, device_and_pin_rotate_over_pirq_e_to_h)
{
	for (unsigned d = 0; d < 25; d++)
		for (unsigned p = 0; p < 4; p++) {
			pirq_router_model_intx(&router, d, p, true);
			check_eq(u32, pins, 1u << (16 + 4 + (d + p) % 4), "%u.%u", d, p);
			check_eq(u32, pirq_router_model_pirq(&router, d, p), 4 + (d + p) % 4);
			pirq_router_model_intx(&router, d, p, false);
			check_eq(u32, pins, 0);
		}
}

Test(pirq_router, a_line_stays_asserted_until_its_last_source_releases_it)
{
	pirq_router_model_intx(&router, 2, 0, true);
	pirq_router_model_intx(&router, 6, 0, true);
	check_eq(u32, changes, 1);
	pirq_router_model_intx(&router, 2, 0, false);
	check_eq(u32, pins, 1u << 22);
	pirq_router_model_intx(&router, 6, 0, false);
	check_eq(u32, pins, 0);
}

Test(pirq_router, the_8259_sees_a_pirq_only_where_it_is_routed)
{
	pirq_router_model_intx(&router, 2, 0, true);
	check_eq(u32, isa, 0);
	pirq_router_model_rout(&router, 6, 11);
	check_eq(u32, isa, 1u << 11);
	pirq_router_model_rout(&router, 6, 10);
	check_eq(u32, isa, 1u << 10);
	pirq_router_model_rout(&router, 6, 10 | PIRQ_NOT_ROUTED);
	check_eq(u32, isa, 0);
	check_eq(u32, pins, 1u << 22);
}

Test(pirq_router, lines_that_no_pirq_may_have_stay_low)
{
	pirq_router_model_intx(&router, 2, 0, true);
	for (unsigned irq = 0; irq < 16; irq++) {
		pirq_router_model_rout(&router, 6, (uint8_t)irq);
		if (irq < 3 || irq == 8 || irq == 13) check_eq(u32, isa, 0, "%u", irq);
		if (irq >= 3 && irq < 8) check_eq(u32, isa, 1u << irq);
	}
}

Test(pirq_router, a_shared_input_is_asserted_while_any_pirq_asserts_it)
{
	pirq_router_model_rout(&router, 6, 11);
	pirq_router_model_rout(&router, 7, 11);
	pirq_router_model_intx(&router, 2, 0, true);
	pirq_router_model_intx(&router, 2, 1, true);
	pirq_router_model_intx(&router, 2, 0, false);
	check_eq(u32, isa, 1u << 11);
	pirq_router_model_intx(&router, 2, 1, false);
	check_eq(u32, isa, 0);
}

Test(pirq_router, a_pin_can_be_wired_elsewhere_while_asserted)
{
	pirq_router_model_intx(&router, 31, 1, true);
	pirq_router_model_wire(&router, 31, 1, 0);
	check_eq(u32, pins, 1u << 16);
}

Test(pirq_router, numbers_out_of_range_do_nothing)
{
	uint64_t rng = 3;

	pirq_router_model_intx(&router, 32, 0, true);
	pirq_router_model_rout(&router, 8, 3);
	pirq_router_model_wire(&router, 2, 4, 0);
	pirq_router_model_wire(&router, 2, 0, 8);
	check_eq(u32, changes, 0);
	for (unsigned i = 0; i < 10000; i++) {
		uint64_t r = random_next(&rng);
		pirq_router_model_intx(&router, r & 0x3f, r >> 8 & 7, r >> 16 & 1);
		pirq_router_model_rout(&router, r >> 20 & 0xf, (uint8_t)(r >> 24));
		pirq_router_model_wire(&router, r >> 32 & 0x3f, r >> 40 & 7, r >> 48 & 0xf);
	}
}
