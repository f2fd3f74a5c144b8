/* SPDX-License-Identifier: MIT */
/* 8259A pair: special modes, rotation and polling, against Intel 231468 and its reprints (E6xx:
 * Atom E6xx datasheet). */
#include "tests/devices/pic_8259/model_fixture.h"

Test(i8259a, special_fully_nested_mode_lets_the_slave_nest)
{
	pulse(12);
	(void)pic_8259_model_ack(&pic);
	pulse(9);
	check(!intr, "normal nesting locks the slave out");
	pulse(9);
	init_with(0x11, 0x11, 0x01);
	pulse(12);
	(void)pic_8259_model_ack(&pic);
	pulse(9);
	check(intr);
	check_eq(int, pic_8259_model_ack(&pic), BASE_SLAVE + 1);
	pulse(5);
	check(!intr, "lower levels of the master stay locked out");
}

Test(i8259a, special_mask_mode_enables_all_unmasked_levels)
{
	pulse(3);
	(void)pic_8259_model_ack(&pic);
	pulse(5);
	check(!intr);
	out(&pic.master, 1, 0x08);
	check(!intr, "masking alone does not help");
	out(&pic.master, 0, 0x68);
	check(intr);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 5);
	out(&pic.master, 0, EOI);
	out(&pic.master, 0, EOI);
	check_eq(u8, read_isr(&pic.master), 0x08, "non-specific EOI spares masked levels");
	out(&pic.master, 0, 0x60 | 3);
	check_eq(u8, read_isr(&pic.master), 0);
	out(&pic.master, 0, 0x08);
	check(pic.s.master.special_mask, "without ESMM, SMM has no effect");
	out(&pic.master, 0, 0x48);
	check(!pic.s.master.special_mask);
}

Test(i8259a, automatic_eoi_leaves_nothing_in_service, .description = "E6xx 11.3.3.3")
{
	init_with(0x11, 0x03, 0x03);
	irq(9, true), irq(8, true);
	check_eq(int, pic_8259_model_ack(&pic), BASE_SLAVE + 0);
	check_eq(u8, read_isr(&pic.master), 0);
	check(intr, "the slave's INT rises again for IRQ 9");
	check_eq(int, pic_8259_model_ack(&pic), BASE_SLAVE + 1);
	check(!intr);
}

Test(i8259a, rotation_on_eoi_gives_the_served_level_the_lowest_priority)
{
	pulse(3);
	(void)pic_8259_model_ack(&pic);
	out(&pic.master, 0, 0xa0);
	irq(3, false);
	irq(3, true), irq(4, true), irq(0, true);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 4);
	out(&pic.master, 0, 0xe0 | 4); /* rotate on specific EOI */
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 0);
	out(&pic.master, 0, EOI);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 3);
}

Test(i8259a, rotation_with_nothing_in_service_changes_nothing)
{
	out(&pic.master, 0, 0xa0);
	irq(0, true), irq(1, true);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 0);
}

Test(i8259a, set_priority_names_the_lowest_level)
{
	out(&pic.master, 0, 0xc0 | 5);
	irq(5, true), irq(6, true), irq(0, true);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 6);
	out(&pic.master, 0, 0x40 | 3); /* no operation */
	out(&pic.master, 0, EOI);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 0);
}

Test(i8259a, rotation_in_automatic_eoi_mode_can_be_switched)
{
	init_with(0x11, 0x03, 0x01);
	out(&pic.master, 0, 0x80);
	irq(1, true);
	(void)pic_8259_model_ack(&pic);
	irq(1, false);
	irq(1, true), irq(6, true);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 6, "IR1 went to the end");
	out(&pic.master, 0, 0x00);
	(void)pic_8259_model_ack(&pic);
	irq(1, false), irq(6, false);
	irq(1, true), irq(7, true);
	check_eq(int, pic_8259_model_ack(&pic), BASE_MASTER + 7, "the order of before stays");
}

Test(i8259a, a_poll_acknowledges_the_highest_request, .description = "82371AB 4.2.2.8")
{
	irq(5, true), irq(6, true);
	out(&pic.master, 0, 0x0c);
	check_eq(u8, in(&pic.master, 0), 0x85);
	check_eq(u8, read_isr(&pic.master), 0x20);
	out(&pic.master, 0, EOI);
	out(&pic.master, 0, 0x0c);
	check_eq(u8, in(&pic.master, 1), 0x86, "a read with A0 = 1 polls, too");
	check_eq(u8, in(&pic.master, 1), 0x00, "IMR again");
	out(&pic.master, 0, EOI);
	out(&pic.master, 0, 0x0c);
	check_eq(u8, in(&pic.master, 0), 0x00, "nothing left");
}

Test(i8259a, polling_the_slave_goes_through_both_chips)
{
	irq(13, true);
	out(&pic.master, 0, 0x0c);
	check_eq(u8, in(&pic.master, 0), 0x82);
	out(&pic.slave, 0, 0x0c);
	check_eq(u8, in(&pic.slave, 0), 0x85);
	check_eq(u8, read_isr(&pic.slave), 0x20);
}
