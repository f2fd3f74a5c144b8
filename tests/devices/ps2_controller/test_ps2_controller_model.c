/* SPDX-License-Identifier: MIT */
/* 8042 keyboard controller, with keyboard and mouse plugged in. */
#include "tests/devices/ps2_controller/model_fixture.h"

static struct board other;

Test(ps2_controller_model_reset, the_register_tables_are_sound)
{
	const struct reg_desc *where = NULL;
	check_eq(ptr, reg_table_fault(ps2_controller_regs, PS2_CONTROLLER_MODEL_N_REGS, &where),
		 NULL);
	check_eq(ptr,
		 reg_table_fault(ps2_controller_inner_regs, PS2_CONTROLLER_MODEL_N_INNER, &where),
		 NULL);
}

Test(ps2_controller_model_reset, power_on_leaves_both_cables_disabled_and_the_system_flag_clear)
{
	check_eq(u8, in(STATUS), INH);
	check_eq(int, ask(0x20), 0x70);
	pass(MS(1000));
	check(!has(OBF), "the keyboard's AA waits");
	command(0xae);
	check_eq(int, take(), 0xaa);
	command(0xa8);
	check_eq(int, take(), 0x1aa);
	check_eq(int, take(), 0x100);
}

Test(i8042, the_bios_leaves_the_keyboard_on_with_its_interrupt)
{
	check_eq(u8, in(STATUS), INH | SYS);
	check_eq(int, ask(0x20), 0x65);
	check_eq(uint, lints.n, 0);
}

Test(i8042, the_input_buffer_is_full_until_the_controller_fetches)
{
	out(COMMAND, 0x20);
	check_eq(u8, in(STATUS), INH | SYS | A2 | IBF);
	pass(US(9));
	check(has(IBF));
	pass(US(1));
	check_eq(u8, in(STATUS) & (IBF | OBF), 0);
	pass(US(20));
	check_eq(u8, in(STATUS) & (IBF | OBF), OBF);
	check_eq(u8, in(DATA), 0x65);
	check(!has(OBF));
}

Test(i8042, writing_while_the_input_buffer_is_full_is_reported)
{
	out(COMMAND, 0x20);
	out(COMMAND, 0xaa);
	check_eq(str, lints.last, "i8042.COMMAND.busy");
	check_eq(int, take(), 0x55, "the first command was overwritten");
	out(COMMAND, 0x60);
	out(DATA, 0x00);
	check_eq(str, lints.last, "i8042.INPUT.busy");
}

Test(i8042, reading_an_empty_output_buffer_is_reported)
{
	check_eq(int, ask(0x20), 0x65);
	check_eq(u8, in(DATA), 0x65, "the old byte");
	check_eq(str, lints.last, "i8042.OUTPUT.empty");
}

Test(i8042, what_the_firmware_has_read_may_be_looked_at)
{
	ps2_controller_model_bios_state(&pc.kbc);
	lints.n = 0;
	check_eq(u8, in(DATA), 0xfa, "the acknowledge of POST's last command");
	check_eq(str, lints.last, "i8042.OUTPUT.firmwares");
	check_eq(int, (int)lints.severity, LINT_NOTE);
	check_eq(int, ask(0x20), 0x65, "who writes a command has taken over");
	(void)in(DATA);
	check_eq(str, lints.last, "i8042.OUTPUT.empty");
	(void)ps2_controller_model_firmware_byte(&pc.kbc);
	(void)in(DATA);
	check_eq(str, lints.last, "i8042.OUTPUT.firmwares");
}

Test(i8042, self_test_takes_its_time_and_undoes_the_set_up)
{
	command(0xaa);
	pass(MS(1));
	check(!has(OBF));
	check_eq(int, take(), 0x55);
	check_eq(int, ask(0x20), 0x74);
	check(has(SYS));
}

Test(i8042, the_cables_pass_their_tests)
{
	check_eq(int, ask(0xab), 0x00);
	check_eq(int, ask(0xa9), 0x00);
	check_eq(int, ask(0xa4), 0xf1, "no password");
}

Test(i8042, the_command_byte_reads_back_and_its_reserved_bit_is_reported)
{
	set_ctr(0x77);
	check_eq(int, ask(0x20), 0x77);
	check_eq(uint, lints.n, 0);
	set_ctr(0xf4);
	check_eq(str, lints.last, "i8042.COMMAND_BYTE.reserved");
	check_eq(int, ask(0x20), 0x74);
	set_ctr(0x70);
	check(!has(SYS), "the system flag follows");
}

Test(i8042, its_ram_reads_back)
{
	for (uint8_t i = 1; i < 32; i++) {
		command((uint8_t)(0x60 + i));
		data((uint8_t)(i * 7));
	}
	for (uint8_t i = 1; i < 32; i++)
		require_eq(int, ask((uint8_t)(0x20 + i)), (uint8_t)(i * 7));
}

Test(i8042, disable_and_enable_commands_show_in_the_command_byte)
{
	command(0xad);
	check_eq(int, ask(0x20), 0x75);
	command(0xa8);
	check_eq(int, ask(0x20), 0x55);
	check_eq(int, ask(0xe0), 0x02, "only the auxiliary clock is up");
	command(0xae);
	command(0xa7);
	check_eq(int, ask(0x20), 0x65);
}

Test(i8042, the_host_can_put_bytes_into_the_output_buffer)
{
	command(0xd2);
	data(0x1c);
	check_eq(int, take(), 0x1c, "not translated");
	command(0xd3);
	data(0x5a);
	check_eq(int, take(), 0x15a);
}

Test(i8042, a_command_cancels_one_that_waits_for_data)
{
	command(0xd1);
	check_eq(int, ask(0x20), 0x65);
	data(0xee);
	check_eq(int, take(), 0xee, "went to the keyboard");
	check_eq(uint, pc.resets, 0);
}

Test(i8042, a_command_in_place_of_a_data_byte_is_reported)
{
	command(0xd4);
	command(0xaa);
	pass(MS(1));
	check_eq(uint, lints.n, 1);
	check_eq(str, lints.last, "i8042.COMMAND.sequence");
	check_eq(u64, lints.bits, 0xaa);
	pass(MS(5));
	(void)in(DATA);
	command(0x60);
	data(0x45);
	command(0xd1);
	data(0xdf);
	command(0x20);
	pass(MS(1));
	check_eq(u8, in(DATA), 0x45);
	check_eq(uint, lints.n, 1, "commands with their bytes are in order");
}

Test(i8042, the_output_port_drives_a20)
{
	check_eq(int, pc.a20, -1, "reset tells nobody");
	check(ps2_controller_model_a20(&pc.kbc));
	command(0xd1);
	data(0xcd);
	check_eq(int, pc.a20, 0);
	check_eq(int, ask(0xd0), 0xcd);
	command(0xd1);
	data(0xdf);
	check_eq(int, pc.a20, 1);
	check(ps2_controller_model_a20(&pc.kbc));
	check_eq(uint, pc.resets, 0);
}

Test(i8042, the_output_port_shows_the_interrupt_lines)
{
	set_ctr(0x64);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	pass(MS(5));
	set_ctr(0x65);
	command(0xd0);
	pass(US(100));
	check_eq(u8, in(DATA), 0xdf);
}

Test(i8042, pulse_fe_resets_after_the_fetch)
{
	out(COMMAND, 0xfe);
	check_eq(uint, pc.resets, 0);
	pass(US(10));
	check_eq(uint, pc.resets, 1);
	command(0xff);
	check_eq(uint, pc.resets, 1, "no line is pulsed");
	command(0xd1);
	data(0xce);
	check_eq(uint, pc.resets, 2);
}

Test(i8042, what_is_not_modelled_is_reported)
{
	command(0xfc);
	check_eq(str, lints.last, "i8042.COMMAND.pulse");
	check_eq(int, lints.severity, LINT_NOT_MODELLED);
	command(0xac);
	check_eq(str, lints.last, "i8042.COMMAND.command");
	check_eq(int, lints.severity, LINT_NOT_MODELLED);
	command(0x99);
	check_eq(str, lints.last, "i8042.COMMAND.unknown");
	check_eq(int, lints.severity, LINT_GUEST);
}

Test(i8042_bare, an_absent_device_times_out)
{
	data(0xee);
	check(await(OBF, true));
	check_eq(u8, in(STATUS) & (TO | MOBF), TO);
	check_eq(u8, in(DATA), 0xfe);
	command(0xd4);
	data(0xf2);
	check(await(OBF, true));
	check_eq(u8, in(STATUS) & (TO | MOBF), TO | MOBF);
	check_eq(u8, in(DATA), 0xfe);
}

Test(i8042, a_reset_lowers_the_interrupt_lines)
{
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	pass(MS(5));
	check(pc.irq[0]);
	ps2_controller_model_reset(&pc.kbc);
	check(!pc.irq[0]);
	check_eq(u8, in(STATUS), INH);
}

Test(i8042, any_accesses_do_no_harm)
{
	uint32_t random = 1;

	random_used();
	for (unsigned i = 0; i < 20000; i++) {
		random = random * 1664525 + 1013904223;
		if (random & 0x100)
			out(random & 0x200 ? DATA : COMMAND, (uint8_t)(random >> 24));
		else
			(void)in(random & 0x200 ? DATA : STATUS);
		(void)ps2_keyboard_model_key(&pc.keyboard, random >> 16 & 0x7f, random >> 23 & 1);
		ps2_mouse_model_move(&pc.mouse, (int)(random >> 20), 1, (uint8_t)random);
		pass(random >> 12 & 0xffff);
	}
	pass(MS(20));
	set_ctr(0x74); /* hold both devices back */
	if (await(OBF, true)) (void)in(DATA);
	check_eq(int, ask(0xaa), 0x55);
}

Test(i8042, copied_states_run_on_alike)
{
	build(&other, NULL, true);
	set_ctr(0x47);
	command(0xd4);
	data(0xf4);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_UP, true);
	ps2_mouse_model_move(&pc.mouse, 7, 7, 0);
	pass(US(700)); /* a byte is on the cable */
	other.kbc.s = pc.kbc.s;
	other.keyboard.s = pc.keyboard.s;
	other.mouse.s = pc.mouse.s;
	other.clock.s = pc.clock.s;
	for (unsigned i = 0; i < 200; i++) {
		uint64_t status;
		pass(US(333));
		clock_run_until(&other.clock, clock_now(&pc.clock));
		status = device_read(&other.kbc.dev, STATUS, 8, NULL, NULL);
		require_eq(u64, status, in(STATUS));
		if (status & OBF)
			require_eq(u64, device_read(&other.kbc.dev, DATA, 8, NULL, NULL), in(DATA));
	}
	check_eq(int, take(), -1, "and all of it was taken");
}
