/* SPDX-License-Identifier: MIT */
/* 8259A pair and ELCR, against Intel 231468 and its reprints (E6xx: Atom E6xx datasheet). */
#include "tests/devices/pic_8259/model_fixture.h"

static void expect_sound(const struct reg_desc *regs, unsigned n)
{
	const struct reg_desc *where = NULL;
	const char *fault = reg_table_fault(regs, n, &where);
	check(fault == NULL, "%s: %s", where->name, fault);
}

Test(pic_8259_model_reset, the_register_tables_are_sound)
{
	expect_sound(pic_8259_master_regs, PIC_8259_MODEL_N_REGS);
	expect_sound(pic_8259_slave_regs, PIC_8259_MODEL_N_REGS);
	expect_sound(pic_8259_command_regs, PIC_8259_MODEL_N_COMMANDS);
	expect_sound(pic_8259_elcr_regs, PIC_8259_MODEL_N_ELCR);
}

Test(pic_8259_model_reset, registers_read_their_reset_values)
{
	struct device *d[] = { &pic.master, &pic.slave, &pic.elcr };
	for (unsigned i = 0; i < 3; i++)
		for (unsigned a0 = 0; a0 < 2; a0++) check_eq(u8, in(d[i], a0), 0);
	check_eq(str, pic.slave.instance, "pic.slave");
}

Test(pic_8259_model_reset, an_uninitialised_chip_gives_no_interrupt)
{
	irq(0, true);
	irq(8, true);
	check(!intr);
	out(&pic.master, 0, 0x11);
	irq(1, true);
	out(&pic.master, 1, BASE_MASTER);
	out(&pic.master, 1, 0x04);
	check(!intr, "ICW4 is missing");
	out(&pic.master, 1, 0x01);
	check(intr);
}

Test(pic_8259_model_reset, an_ocw_before_initialisation_is_reported)
{
	out(&pic.master, 1, 0xff);
	check_eq(str, lints.last, "i8259a.OCW1.uninitialised");
	out(&pic.slave, 0, EOI);
	check_eq(str, lints.last, "i8259a.OCW2.uninitialised");
	out(&pic.master, 0, READ_ISR);
	check_eq(str, lints.last, "i8259a.OCW3.uninitialised");
	check_eq(uint, lints.n, 3);
	ready();
	out(&pic.master, 1, 0xff);
	check_eq(uint, lints.n, 0);
}

Test(pic_8259_model_reset, contradictions_to_the_wiring_are_reported)
{
	init_chip(&pic.master, 0x11, BASE_MASTER, 0x08, 0x01);
	check_eq(str, lints.last, "i8259a.ICW3.wiring");
	init_chip(&pic.slave, 0x11, BASE_SLAVE, 0x04, 0x01);
	check_eq(u64, lints.bits, 0x06);
	check_eq(uint, lints.n, 2);
	out(&pic.master, 0, 0x13);
	check_eq(str, lints.last, "i8259a.ICW1.wiring");
}

Test(pic_8259_model_reset, mcs80_mode_is_reported_as_not_modelled)
{
	out(&pic.master, 0, 0x10);
	check_eq(str, lints.last, "i8259a.ICW4.mcs80");
	check_eq(int, (int)lints.severity, LINT_NOT_MODELLED);
	out(&pic.master, 1, BASE_MASTER);
	out(&pic.master, 1, 0x04);
	init_with(0x11, 0x00, 0x01);
	check_eq(uint, lints.n, 2);
}

Test(i8259a, each_rule_of_the_tables_is_reported)
{
	out(&pic.master, 0, 0x8a);
	check_eq(str, lints.last, "i8259a.OCW3.reserved");
	check_eq(u64, lints.bits, 0x80);
	out(&pic.elcr, 0, 0xff);
	check_eq(str, lints.last, "i8259a.ELCR1.reserved");
	check_eq(u64, lints.bits, 0x07);
	out(&pic.elcr, 1, 0xff);
	check_eq(u64, lints.bits, 0x21);
	init_chip(&pic.master, 0x11, BASE_MASTER, 0x04, 0xe1);
	check_eq(str, lints.last, "i8259a.ICW4.reserved");
	check_eq(u64, lints.bits, 0xe0);
	init_chip(&pic.slave, 0x11, BASE_SLAVE, 0x0a, 0x01);
	check_eq(str, lints.last, "i8259a.ICW3.reserved");
	check_eq(u64, lints.bits, 0x08);
	(void)device_read(&pic.master, 0, 16, NULL, NULL);
	check_eq(str, lints.last, "i8259a.STATUS.width");
}

Test(i8259a, imr_and_elcr_read_back)
{
	for (unsigned v = 0; v < 0x100; v++) {
		out(&pic.master, 1, (uint8_t)v);
		out(&pic.slave, 1, (uint8_t)~v);
		check_eq(u8, in(&pic.master, 1), (uint8_t)v);
		check_eq(u8, in(&pic.slave, 1), (uint8_t)~v);
	}
	check_eq(uint, lints.n, 0);
	out(&pic.elcr, 0, 0xff);
	out(&pic.elcr, 1, 0xff);
	check_eq(u8, in(&pic.elcr, 0), 0xf8, "IRQ 0, 1, 2 stay edge triggered");
	check_eq(u8, in(&pic.elcr, 1), 0xde, "IRQ 8, 13 stay edge triggered");
}

Test(i8259a, every_line_has_its_vector)
{
	for (unsigned n = 0; n < 16; n++) {
		if (n == PIC_8259_MODEL_CASCADE) continue;
		pulse(n);
		check(intr, "IRQ %u", n);
		check_eq(int, pic_8259_model_ack(&pic), (int)(BASE_MASTER + n));
		check(!intr, "IRQ %u", n);
		if (n > 7) out(&pic.slave, 0, EOI);
		out(&pic.master, 0, EOI);
		irq(n, false);
	}
}

Test(i8259a, irq_2_and_lines_beyond_15_do_nothing)
{
	irq(2, true);
	irq(16, true);
	check(!intr);
	check_eq(u8, read_irr(&pic.master), 0);
}

Test(i8259a, icw1_resets_what_e6xx_11_3_4_1_lists)
{
	irq(3, true);
	out(&pic.master, 1, 0xff);
	out(&pic.master, 0, 0xc0 | 2); /* set priority */
	out(&pic.master, 0, 0x68);     /* special mask */
	out(&pic.master, 0, READ_ISR);
	init_chip(&pic.master, 0x11, BASE_MASTER, 0x04, 0x01);
	check_eq(u8, in(&pic.master, 1), 0, "IMR is cleared");
	check_eq(u8, in(&pic.master, 0), 0, "a high line has no edge left");
	check(!intr);
	pulse(3);
	check_eq(u8, in(&pic.master, 0), 0x08, "IRR is read");
	pulse(1);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 1, "IR7 is lowest");
}

Test(i8259a, imr_can_be_read_inside_the_initialisation_sequence)
{
	out(&pic.master, 1, 0x5a);
	out(&pic.master, 0, 0x11);
	check_eq(u8, in(&pic.master, 1), 0x00);
	out(&pic.master, 1, 0x40);
	out(&pic.master, 1, 0x04);
	out(&pic.master, 1, 0x01);
	check_eq(u8, in(&pic.master, 1), 0x00);
	pulse(0);
	check_eq(int, pic_8259_model_ack(&pic), 0x40);
}

Test(i8259a, a_higher_priority_request_nests_a_lower_one_waits)
{
	pulse(4);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 4);
	pulse(5);
	check(!intr);
	irq(4, false), irq(4, true);
	check(!intr, "the same level waits, too");
	pulse(1);
	check(intr);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 1);
	check_eq(u8, read_isr(&pic.master), 0x12);
	out(&pic.master, 0, EOI);
	check_eq(u8, read_isr(&pic.master), 0x10, "the highest in service ends");
	out(&pic.master, 0, EOI);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 4);
}

Test(i8259a, a_specific_eoi_ends_its_level_only)
{
	pulse(6);
	(void)pic_8259_model_ack(&pic);
	pulse(1);
	(void)pic_8259_model_ack(&pic);
	out(&pic.master, 0, 0x60 | 6);
	check_eq(u8, read_isr(&pic.master), 0x02);
}

Test(i8259a, a_masked_request_waits_in_irr)
{
	out(&pic.master, 1, 0x08);
	pulse(3);
	check(!intr);
	check_eq(u8, read_irr(&pic.master), 0x08);
	out(&pic.master, 1, 0x00);
	check(intr);
}

Test(i8259a, an_edge_counts_once, .description = "E6xx 11.3.6.6")
{
	irq(3, true);
	(void)pic_8259_model_ack(&pic);
	check_eq(u8, read_irr(&pic.master), 0, "cleared by the acknowledge");
	out(&pic.master, 0, EOI);
	check(!intr, "the line is still high");
	irq(3, true);
	check(!intr);
	pulse(3);
	check(intr);
}

Test(i8259a, a_line_that_drops_early_takes_its_request_along, .description = "E6xx 11.3.6.6")
{
	irq(3, true);
	check(intr);
	irq(3, false);
	check(!intr);
	check_eq(u8, read_irr(&pic.master), 0);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 7, "the default IR7");
	check_eq(u8, read_isr(&pic.master), 0, "a default IR7 sets no ISR bit");
}

Test(i8259a, a_spurious_slave_interrupt_stays_in_service_at_the_master)
{
	irq(10, true);
	/* The slave's request disappears between the two INTA cycles: mask it there. */
	pic.s.slave.imr = 0xff;
	check_eq(int, pic_8259_model_ack(&pic), BASE_SLAVE + 7);
	check_eq(u8, read_isr(&pic.slave), 0);
	check_eq(u8, read_isr(&pic.master), 0x04);
}

Test(i8259a, a_slave_that_is_not_addressed_leaves_the_bus_floating)
{
	init_chip(&pic.slave, 0x11, BASE_SLAVE, 0x03, 0x01);
	pulse(9);
	check_eq(int, pic_8259_model_ack(&pic), 0xff);
}

Test(i8259a, without_a_cascade_bit_the_master_answers_for_ir2)
{
	init_chip(&pic.master, 0x11, BASE_MASTER, 0x00, 0x01);
	pulse(9);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 2);
}

Test(i8259a, ltim_makes_every_input_level_triggered)
{
	init_with(0x19, 0x01, 0x01);
	irq(3, true);
	(void)pic_8259_model_ack(&pic);
	check_eq(u8, read_irr(&pic.master), 0x08, "IRR follows the line");
	check(!intr);
	out(&pic.master, 0, EOI);
	check(intr, "still high after the EOI: again");
	irq(3, false);
	check(!intr);
}

Test(i8259a, elcr_makes_single_inputs_level_triggered, .description = "E6xx 11.3.6.6")
{
	out(&pic.elcr, 1, 0x08);
	irq(11, true), irq(10, true);
	(void)pic_8259_model_ack(&pic);
	out(&pic.slave, 0, EOI), out(&pic.master, 0, EOI);
	check_eq(int, pic_8259_model_ack(&pic), BASE_SLAVE + 3);
	out(&pic.slave, 0, EOI), out(&pic.master, 0, EOI);
	check(intr, "IRQ 11 is level triggered");
	irq(11, false);
	check(!intr, "IRQ 10, an edge, is done");
}

Test(i8259a, slave_requests_follow_each_other)
{
	irq(8, true), irq(14, true);
	check_eq(int, pic_8259_model_ack(&pic), BASE_SLAVE + 0);
	check(!intr);
	out(&pic.slave, 0, EOI);
	check(!intr, "the master still has IR2 in service");
	out(&pic.master, 0, EOI);
	check(intr);
	check_eq(int, pic_8259_model_ack(&pic), BASE_SLAVE + 6);
}

static void expect_reported(const char *id, struct device *d, uint8_t ocw2)
{
	unsigned before = lints.n;
	out(d, 0, ocw2);
	check_eq(uint, lints.n, before + 1, "%s", id);
	check_eq(str, lints.last, id);
	check_eq(u64, lints.bits, ocw2);
}

Test(i8259a, an_eoi_with_nothing_in_service_is_reported, .description = "E6xx 11.3.7.1")
{
	irq(0, true);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER);
	expect_reported("i8259a.OCW2.not-in-service", &pic.master, 0x61); /* specific, of IR1 */
	check_eq(int, (int)lints.severity, LINT_GUEST);
	check_eq(u8, read_isr(&pic.master), 0x01);
	out(&pic.master, 0, EOI);
	expect_reported("i8259a.OCW2.not-in-service", &pic.master, 0x60);
	check_eq(uint, lints.n, 2);
}

Test(i8259a, an_eoi_before_the_first_interrupt_is_a_note, .description = "E6xx 11.3.7.1")
{
	expect_reported("i8259a.OCW2.early-eoi", &pic.master, EOI);
	check_eq(int, (int)lints.severity, LINT_NOTE);
	irq(0, true);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER);
	expect_reported("i8259a.OCW2.early-eoi", &pic.slave, 0x60); /* the slave has given none */
	out(&pic.master, 0, EOI);
	expect_reported("i8259a.OCW2.not-in-service", &pic.master, EOI);
	init_with(0x11, 0x01, 0x01);
	expect_reported("i8259a.OCW2.early-eoi", &pic.master, EOI);
}

Test(i8259a, an_eoi_for_each_interrupt_is_in_order, .description = "E6xx 11.3.7.1")
{
	for (unsigned n = 0; n < 16; n++) {
		if (n == PIC_8259_MODEL_CASCADE) continue;
		irq(n, true);
		(void)pic_8259_model_ack(&pic);
		if (n > 7) out(&pic.slave, 0, EOI);
		out(&pic.master, 0, n & 1 ? EOI : (uint8_t)(0x60 | (n > 7 ? 2 : n)));
		irq(n, false);
	}
	check_eq(u8, read_isr(&pic.master), 0);
	check_eq(u8, read_isr(&pic.slave), 0);
	check_eq(uint, lints.n, 0);
}

Test(i8259a, an_eoi_for_a_spurious_interrupt_is_reported, .description = "E6xx 11.3.7.1")
{
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 7);
	expect_reported("i8259a.OCW2.spurious", &pic.master, EOI);
	irq(6, true);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 6);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 7);
	expect_reported("i8259a.OCW2.spurious", &pic.master, 0x67);
	out(&pic.master, 0, EOI); /* that of IR6 */
	irq(5, true);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 5);
	out(&pic.master, 0, EOI);
	check_eq(uint, lints.n, 2);
	expect_reported("i8259a.OCW2.not-in-service", &pic.master, EOI);
}

Test(i8259a, of_a_spurious_slave_interrupt_the_slaves_eoi_is_reported)
{
	irq(9, true);
	pic.s.slave.lines = pic.s.slave.edge = 0; /* gone before the second acknowledge */
	check_eq(int, pic_8259_model_ack(&pic), BASE_SLAVE + 7);
	expect_reported("i8259a.OCW2.spurious", &pic.slave, EOI);
	out(&pic.master, 0, EOI);
	check_eq(uint, lints.n, 1, "the master has IR2 in service");
}

Test(i8259a, a_sequence_broken_off_by_icw1_is_reported, .description = "E6xx 11.3.4")
{
	for (unsigned words = 1; words < 4; words++) {
		lints.n = 0;
		out(&pic.master, 0, 0x11);
		if (words > 1) out(&pic.master, 1, BASE_MASTER);
		if (words > 2) out(&pic.master, 1, 0x04);
		check_eq(uint, lints.n, 0);
		init_with(0x11, 0x01, 0x01);
		check_eq(uint, lints.n, 1);
		check_eq(str, lints.last, "i8259a.ICW1.sequence");
		check_eq(u64, lints.bits, words + 1, "the word that was due");
	}
	init_with(0x11, 0x01, 0x01);
	check_eq(uint, lints.n, 1, "a complete sequence may follow a complete one");
}

Test(i8259a, reads_keep_the_register_ocw3_chose)
{
	pulse(1);
	(void)pic_8259_model_ack(&pic);
	pulse(4);
	out(&pic.master, 0, READ_ISR);
	check_eq(u8, in(&pic.master, 0), 0x02);
	out(&pic.master, 0, 0x08);
	check_eq(u8, in(&pic.master, 0), 0x02, "without RR nothing changes");
	out(&pic.master, 0, READ_IRR);
	check_eq(u8, in(&pic.master, 0), 0x10);
}

Test(i8259a, a_copied_state_goes_on_identically)
{
	static struct pic_8259_model twin;

	out(&pic.elcr, 0, 0x20);
	out(&pic.slave, 1, 0x40);
	irq(4, true), irq(5, true), irq(9, true), irq(14, true);
	(void)pic_8259_model_ack(&pic);
	pic_8259_model_init(&twin, "twin", NULL, NULL, (struct irq){ 0 });
	memcpy(twin.master.state, pic.master.state, twin.master.state_size);
	memcpy(twin.slave.state, pic.slave.state, twin.slave.state_size);
	memcpy(twin.elcr.state, pic.elcr.state, twin.elcr.state_size);
	for (unsigned i = 0; i < 6; i++) {
		out(&pic.slave, 0, EOI), out(&pic.master, 0, EOI);
		out(&twin.slave, 0, EOI), out(&twin.master, 0, EOI);
		check_eq(int, pic_8259_model_ack(&twin), pic_8259_model_ack(&pic));
	}
	check(memcmp(&twin.s, &pic.s, sizeof twin.s) == 0);
}
