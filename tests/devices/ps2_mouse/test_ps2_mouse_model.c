/* SPDX-License-Identifier: MIT */
/* PS/2 mouse, alone at the end of its cable. */
#include "devices/ps2_mouse/model.h"
#include "tests/check.h"
#include "tests/devices/ps2_controller/cable.h"
#include "tests/quality/coverage/recorder.h"

static struct ps2_mouse_model mouse;

static void power_on(void)
{
	cable_power_on(&mouse.port);
	ps2_mouse_model_init(&mouse, "mouse", &hub, &vclock);
}

static void ready(void)
{
	power_on();
	ps2_mouse_model_bios_state(&mouse);
}

TestSuite(mouse_reset, .init = power_on, .timeout = 60);
TestSuite(mouse, .init = ready, .timeout = 60);

Test(mouse_reset, the_register_table_is_sound)
{
	const struct reg_desc *where = NULL;
	check_eq(ptr, reg_table_fault(ps2_mouse_regs, PS2_MOUSE_MODEL_N_REGS, &where), NULL);
}

Test(mouse_reset, the_self_test_takes_half_a_second_and_is_followed_by_the_id)
{
	mouse.port.receive(&mouse, 0xf4); /* ignored during the self test */
	pass(MS(500) - 1);
	check_eq(str, sent(), "");
	pass(1);
	check_eq(str, sent(), "aa 00");
	check_eq(str, command("e9"), "fa 00 02 64", "100 per second, 4 per mm, off");
}

Test(mouse, an_answer_takes_time)
{
	mouse.port.receive(&mouse, 0xf2);
	check_eq(str, sent(), "");
	pass(MS(1));
	check_eq(str, sent(), "fa 00");
}

Test(mouse, a_new_command_takes_the_place_of_an_answer)
{
	mouse.port.receive(&mouse, 0xf2);
	pass(MS(1) / 4);
	mouse.port.receive(&mouse, 0xe9);
	pass(MS(1) / 4 + 1000);
	check_eq(str, sent(), "", "the time of the first is over, the second's is not");
	pass(MS(1));
	check_eq(str, sent(), "fa 00 02 64");
}

Test(mouse, a_reset_ends_what_was_under_way)
{
	command("f4");
	ps2_mouse_model_move(&mouse, 1, 1, 0);
	require(clock_armed(&vclock, mouse.sample_timer));
	ps2_mouse_model_reset(&mouse);
	check(!clock_armed(&vclock, mouse.sample_timer));
	pass(MS(500));
	check_eq(str, sent(), "aa 00");
	check(!clock_armed(&vclock, mouse.answer_timer));
	mouse.port.receive(&mouse, 0xf2);
	ps2_mouse_model_bios_state(&mouse);
	check(!clock_armed(&vclock, mouse.answer_timer), "nor is it testing");
}

Test(mouse, reset_acknowledges_then_tests)
{
	command("e8 03");
	check_eq(str, command("ff"), "fa");
	pass(MS(490));
	check_eq(str, sent(), "");
	pass(MS(20));
	check_eq(str, sent(), "aa 00");
	check_eq(str, command("e9"), "fa 00 02 64");
}

Test(mouse, it_sends_nothing_before_reporting_is_enabled)
{
	ps2_mouse_model_move(&mouse, 1, 1, PS2_MOUSE_MODEL_LEFT);
	pass(MS(100));
	check_eq(str, sent(), "");
	check(!clock_armed(&vclock, mouse.sample_timer));
}

Test(mouse, movement_is_reported_in_three_bytes)
{
	command("f4");
	ps2_mouse_model_move(&mouse, 5, -3, PS2_MOUSE_MODEL_LEFT | PS2_MOUSE_MODEL_MIDDLE);
	pass(MS(10));
	check_eq(str, sent(), "2d 05 fd");
	pass(MS(100));
	check_eq(str, sent(), "", "no news, no report");
	ps2_mouse_model_move(&mouse, 0, 0, PS2_MOUSE_MODEL_RIGHT);
	pass(MS(10));
	check_eq(str, sent(), "0a 00 00", "a button alone is news");
}

Test(mouse, movements_add_up_until_the_next_sample)
{
	command("f4");
	ps2_mouse_model_move(&mouse, 1, 0, 0);
	pass(MS(10));
	check_eq(str, sent(), "08 01 00");
	for (unsigned i = 0; i < 4; i++) {
		ps2_mouse_model_move(&mouse, 2, 1, 0);
		pass(MS(1));
	}
	check_eq(str, sent(), "");
	pass(MS(10));
	check_eq(str, sent(), "08 08 04");
}

Test(mouse, the_sample_rate_bounds_the_reports)
{
	static const char *const rate[] = { "f3 0a", "f3 14", "f3 28", "f3 c8" };
	static const unsigned per_second[] = { 10, 20, 40, 200 };

	for (unsigned r = 0; r < 4; r++) {
		ready();
		check_eq(str, command(rate[r]), "fa");
		command("f4");
		unsigned reports = 0;
		for (unsigned i = 0; i < 2000; i++) {
			ps2_mouse_model_move(&mouse, 1, 0, 0);
			pass(MS(1) / 2);
			reports += sent()[0] != '\0';
		}
		check_ge(uint, reports, per_second[r] * 8 / 10);
		check_le(uint, reports, per_second[r] + 1);
	}
}

Test(mouse, large_movements_set_the_overflow_bits)
{
	command("f4");
	ps2_mouse_model_move(&mouse, 256, -257, 0);
	pass(MS(10));
	check_eq(str, sent(), "e8 ff 00");
	ps2_mouse_model_move(&mouse, 255, -256, 0);
	pass(MS(10));
	check_eq(str, sent(), "28 ff 00");
	ps2_mouse_model_move(&mouse, -256, 255, 0);
	pass(MS(10));
	check_eq(str, sent(), "18 00 ff");
	for (unsigned i = 0; i < 10; i++) ps2_mouse_model_move(&mouse, INT32_MAX, INT32_MIN, 0);
	pass(MS(20));
	check_eq(str, sent(), "e8 ff 00");
}

Test(mouse, scaling_bends_stream_reports_and_not_polled_ones)
{
	command("e7");
	command("f4");
	static const int in[] = { 1, 2, 3, 4, 5, 6, 20 };
	static const int out[] = { 1, 1, 3, 6, 9, 12, 40 };
	for (unsigned i = 0; i < 7; i++) {
		char want[16];
		ps2_mouse_model_move(&mouse, in[i], -in[i], 0);
		pass(MS(20));
		snprintf(want, sizeof want, "28 %02x %02x", out[i], -out[i] & 0xff);
		check_eq(str, sent(), want);
	}
	command("f0");
	ps2_mouse_model_move(&mouse, 4, 0, 0);
	check_eq(str, command("eb"), "fa 08 04 00");
	check_eq(str, command("e6 e9"), "fa 60 02 64");
}

Test(mouse, remote_mode_reports_only_when_asked)
{
	command("f4 f0");
	ps2_mouse_model_move(&mouse, 3, 4, 0);
	pass(MS(100));
	check_eq(str, sent(), "");
	check_eq(str, command("eb"), "fa 08 03 04");
	check_eq(str, command("eb"), "fa 08 00 00");
	command("ea");
	ps2_mouse_model_move(&mouse, 3, 4, 0);
	pass(MS(20));
	check_eq(str, sent(), "08 03 04");
}

Test(mouse, wrap_mode_echoes_all_but_the_commands_that_end_it)
{
	command("ee");
	check_eq(str, command("f2"), "f2");
	check_eq(str, command("12"), "12");
	check_eq(str, command("ec"), "fa");
	check_eq(str, command("f2"), "fa 00");
	command("ee");
	check_eq(str, command("ff"), "fa");
}

Test(mouse, the_status_shows_mode_buttons_resolution_and_rate)
{
	ps2_mouse_model_move(&mouse, 0, 0, PS2_MOUSE_MODEL_LEFT);
	check_eq(str, command("e7 e8 03 f3 c8 f4 e9"), "fa 34 03 c8");
	ps2_mouse_model_move(&mouse, 0, 0, PS2_MOUSE_MODEL_RIGHT | PS2_MOUSE_MODEL_MIDDLE);
	check_eq(str, command("f5 e6 e9"), "fa 03 03 c8");
	check_eq(str, command("f6 e9"), "fa 03 02 64");
}

Test(mouse, a_rate_it_does_not_have_is_refused)
{
	check_eq(str, command("f3 33"), "fe");
	check_eq(str, command("28"), "fa", "the option byte may be tried again");
	check_eq(str, command("e9"), "fa 00 02 28");
}

Test(mouse, reserved_resolution_bits_are_reported)
{
	command("e8 07");
	check_eq(str, lints.last, "ps2_mouse.RESOLUTION.reserved");
}

Test(mouse, unknown_commands_are_refused_and_reported)
{
	check_eq(str, command("e1"), "fe");
	check_eq(str, lints.last, "ps2_mouse.command");
}

Test(mouse, resend_repeats_the_report_or_the_answer)
{
	command("f4");
	check_eq(str, command("fe"), "fa");
	ps2_mouse_model_move(&mouse, 1, 2, 0);
	pass(MS(20));
	sent();
	check_eq(str, command("fe"), "08 01 02");
}

Test(mouse, the_wheel_knock_turns_the_wheel_on)
{
	ps2_mouse_model_wheel(&mouse, 5);
	command("f3 c8 f3 64 f3 50");
	check_eq(str, command("f2"), "fa 03");
	command("f4");
	ps2_mouse_model_move(&mouse, 1, 0, 0);
	ps2_mouse_model_wheel(&mouse, -1);
	pass(MS(20));
	check_eq(str, sent(), "08 01 00 ff", "turns before the knock are lost");
	ps2_mouse_model_wheel(&mouse, 100);
	pass(MS(20));
	check_eq(str, sent(), "08 00 00 07");
	command("ff");
	pass(MS(600));
	sent();
	check_eq(str, command("f2"), "fa 00", "a reset turns it off");
}

Test(mouse, other_rates_do_not_turn_the_wheel_on)
{
	command("f3 c8 f3 50 f3 64");
	check_eq(str, command("f2"), "fa 00");
}

Test(mouse, the_five_button_knock_is_reported_as_not_modelled)
{
	command("f3 c8 f3 64 f3 50 f3 c8 f3 c8 f3 50");
	check_eq(str, lints.last, "ps2_mouse.SAMPLING_RATE.five_buttons");
	check_eq(int, lints.severity, LINT_NOT_MODELLED);
	check_eq(str, command("f2"), "fa 03");
}

Test(mouse, a_report_waits_until_the_answers_are_taken)
{
	command("f4");
	ps2_mouse_model_move(&mouse, 1, 1, 0);
	mouse.port.receive(&mouse, 0xe9);
	pass(MS(50));
	check_eq(str, sent(), "fa 20 02 64");
	pass(MS(20));
	check_eq(str, sent(), "08 01 01");
}

Test(mouse, a_command_forgets_what_was_counted)
{
	command("f4");
	ps2_mouse_model_move(&mouse, 9, 9, 0);
	command("e6");
	pass(MS(100));
	check_eq(str, sent(), "");
}

Test(mouse, any_bytes_from_the_host_do_no_harm)
{
	uint32_t random = 1;

	random_used();
	for (unsigned i = 0; i < 20000; i++) {
		random = random * 1664525 + 1013904223;
		mouse.port.receive(&mouse, (uint8_t)(random >> 24));
		pass(random >> 12 & 0xfffff);
		ps2_mouse_model_move(&mouse, (int)random, (int)(random << 3), (uint8_t)random);
		ps2_mouse_model_wheel(&mouse, (int)random);
		if (random & 0x800) (void)sent();
	}
	pass(MS(600));
	(void)sent();
	command("ec f5");
	check_eq(str, command("e6"), "fa");
}

Test(mouse, a_copied_state_runs_on_alike)
{
	static struct clock clock2;
	static struct ps2_mouse_model copy;

	command("f4");
	ps2_mouse_model_move(&mouse, 5, 5, 1);
	clock_init(&clock2);
	ps2_mouse_model_init(&copy, "mouse", NULL, &clock2);
	copy.s = mouse.s;
	clock2.s = vclock.s;
	for (unsigned i = 0; i < 20; i++) {
		pass(MS(3));
		clock_run_until(&clock2, clock_now(&vclock));
		ps2_mouse_model_move(&mouse, 1, 0, 0);
		ps2_mouse_model_move(&copy, 1, 0, 0);
		require_eq(int, copy.port.pending(&copy), mouse.port.pending(&mouse));
		while (mouse.port.pending(&mouse))
			require_eq(u8, copy.port.send(&copy), mouse.port.send(&mouse));
	}
}
