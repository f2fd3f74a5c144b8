/* SPDX-License-Identifier: MIT */
/* 8042 keyboard controller, with keyboard and mouse plugged in. */
#include "devices/ps2_controller/model.h"
#include "devices/ps2_keyboard/model.h"
#include "devices/ps2_mouse/model.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"
#include "tests/quality/coverage/recorder.h"

/* Offsets and status bits, typed apart from the register table. */
enum { DATA = 0, STATUS = 4, COMMAND = 4 };
enum { OBF = 0x01, IBF = 0x02, SYS = 0x04, A2 = 0x08, INH = 0x10, MOBF = 0x20, TO = 0x40 };

#define US(n) ((uint64_t)(n)*1000)
#define MS(n) ((uint64_t)(n)*1000000)

struct board {
	struct clock clock;
	struct ps2_keyboard_model keyboard;
	struct ps2_mouse_model mouse;
	struct ps2_controller_model kbc;
	bool irq[2];
	unsigned rises[2], resets;
	int a20; /* -1: never set */
};

static struct hub hub;
static struct lint_log lints;
static struct board pc, other;

static void on_irq(void *ctx, unsigned n, bool level)
{
	struct board *b = ctx;

	b->rises[n] += level && !b->irq[n];
	b->irq[n] = level;
}

static void on_a20(void *ctx, bool level) { ((struct board *)ctx)->a20 = level; }
static void on_reset(void *ctx) { ((struct board *)ctx)->resets++; }

static void build(struct board *b, const struct hub *h, bool devices)
{
	struct ps2_controller_model_wiring wire = { .irq = { { on_irq, b, 0 }, { on_irq, b, 1 } },
						    .a20 = on_a20,
						    .reset = on_reset,
						    .ctx = b };

	*b = (struct board){ .a20 = -1 };
	clock_init(&b->clock);
	ps2_keyboard_model_init(&b->keyboard, "keyboard", h, &b->clock);
	ps2_mouse_model_init(&b->mouse, "mouse", h, &b->clock);
	if (devices) {
		wire.port[PS2_CONTROLLER_MODEL_KEYBOARD] = &b->keyboard.port;
		wire.port[PS2_CONTROLLER_MODEL_AUX] = &b->mouse.port;
	}
	ps2_controller_model_init(&b->kbc, "kbc", h, &b->clock, &wire);
}

static void power_on(void)
{
	hub = (struct hub){ 0 };
	lint_log_start(&lints, &hub);
	build(&pc, &hub, true);
}

static void bios_left(struct board *b)
{
	ps2_keyboard_model_bios_state(&b->keyboard);
	ps2_mouse_model_bios_state(&b->mouse);
	ps2_controller_model_bios_state(&b->kbc);
}

static void ready(void)
{
	power_on();
	bios_left(&pc);
}

static void nothing_plugged_in(void)
{
	power_on();
	build(&pc, &hub, false);
	bios_left(&pc);
}

static uint8_t in(unsigned port) { return (uint8_t)device_read(&pc.kbc.dev, port, 8, NULL, NULL); }

static void out(unsigned port, uint8_t v) { device_write(&pc.kbc.dev, port, 8, v, NULL, NULL); }

static bool has(uint8_t bit)
{
	uint8_t status = in(STATUS);
	return status & bit;
}

static void pass(uint64_t ns) { clock_run_until(&pc.clock, clock_now(&pc.clock) + ns); }

/* Waits as a driver does; false: nothing came in 50 ms. */
static bool await(uint8_t bit, bool level)
{
	for (unsigned i = 0; i < 50000; i++) {
		if (!!(in(STATUS)&bit) == level) return true;
		pass(US(1));
	}
	return false;
}

static void command(uint8_t c)
{
	require(await(IBF, false));
	out(COMMAND, c);
	require(await(IBF, false));
}

static void data(uint8_t v)
{
	require(await(IBF, false));
	out(DATA, v);
	require(await(IBF, false));
}

/* Reads the next byte; -1: none came in 50 ms. Auxiliary data has bit 8 set. */
static int take(void)
{
	if (!await(OBF, true)) return -1;
	int aux = in(STATUS)&MOBF ? 0x100 : 0;
	return aux | in(DATA);
}

static int ask(uint8_t c)
{
	command(c);
	return take();
}

static void set_ctr(uint8_t v)
{
	command(0x60);
	data(v);
}

TestSuite(ps2_controller_model_reset, .init = power_on, .timeout = 60);
TestSuite(i8042, .init = ready, .timeout = 60);
TestSuite(i8042_bare, .init = nothing_plugged_in, .timeout = 60);

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

Test(i8042, a_key_takes_a_frame_and_raises_irq_1)
{
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	pass(US(879));
	check(!has(OBF));
	check(!pc.irq[0]);
	pass(US(1));
	check_eq(u8, in(STATUS) & (OBF | MOBF), OBF);
	check(pc.irq[0]);
	check_eq(u8, in(DATA), 0x1e, "translated to set 1");
	check(!pc.irq[0]);
}

Test(i8042, translation_gives_each_code_another)
{
	bool seen[256] = { false };
	for (unsigned code = 0; code < 128; code++) {
		uint8_t to = ps2_controller_model_translate((uint8_t)code);
		check(!seen[to], "%#x, from %#x", to, code);
		seen[to] = true;
	}
	check(ps2_controller_model_translate(0) == 0xff &&
		      ps2_controller_model_translate(0x83) == 0x41,
	      "no key; F7");
}

Test(i8042, translation_turns_the_break_prefix_into_bit_7)
{
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_UP, true);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_UP, false);
	check_eq(int, take(), 0xe0);
	check_eq(int, take(), 0x48);
	check_eq(int, take(), 0xe0);
	check_eq(int, take(), 0xc8);
	check_eq(int, take(), -1);
	check_eq(uint, pc.rises[0], 4);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_UP, true);
	check_eq(int, take(), 0xe0);
	check_eq(int, take(), 0x48, "of one key alone");
}

Test(i8042, the_self_test_forgets_half_a_break)
{
	pc.kbc.s.break_seen = true; /* F0 was read, but not the code after it */
	check_eq(int, ask(0xaa), 0x55);
	command(0xae);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	check_eq(int, take(), 0x1e, "not 9e");
}

Test(i8042, a_reset_ends_the_byte_on_the_cable)
{
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	ps2_controller_model_reset(&pc.kbc);
	check_ge(u64, pc.clock.s.next_ns, 500000000, "but the key will repeat");
}

Test(i8042, without_translation_bytes_pass_as_they_are)
{
	set_ctr(0x25);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, false);
	check_eq(int, take(), 0x1c);
	check_eq(int, take(), 0xf0);
	check_eq(int, take(), 0x1c);
	data(0xf2);
	check_eq(int, take(), 0xfa);
	check_eq(int, take(), 0xab);
	check_eq(int, take(), 0x83);
}

Test(i8042, the_keyboard_id_is_translated_too)
{
	data(0xf2);
	check_eq(int, take(), 0xfa);
	check_eq(int, take(), 0xab);
	check_eq(int, take(), 0x41);
}

Test(i8042, interrupts_are_off_without_their_enable_bits)
{
	set_ctr(0x44);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	pass(MS(5));
	check(has(OBF));
	check(!pc.irq[0]);
	set_ctr(0x45);
	check(pc.irq[0], "the byte still waits");
}

Test(i8042, a_disabled_keyboard_keeps_its_bytes)
{
	command(0xad);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	check_eq(int, take(), -1);
	command(0xae);
	check_eq(int, take(), 0x1e);
}

Test(i8042, sending_to_the_keyboard_enables_it)
{
	command(0xad);
	data(0xee);
	check_eq(int, take(), 0xee);
	check_eq(int, ask(0x20), 0x65);
}

Test(i8042, commands_wait_while_a_byte_is_on_a_cable)
{
	out(DATA, 0xee);
	pass(US(20));
	out(COMMAND, 0x20);
	pass(US(500));
	check(has(IBF));
	pass(US(500));
	check(!has(IBF));
}

Test(i8042, nothing_is_received_while_the_output_buffer_is_full)
{
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, false);
	pass(MS(20));
	check(!clock_armed(&pc.clock, pc.kbc.line_timer), "the clock is held low");
	check_eq(u8, in(DATA), 0x1e);
	pass(2 * US(880) - 1); /* F0 and the code */
	check(!has(OBF));
	pass(1);
	check_eq(u8, in(DATA), 0x9e);
}

Test(i8042, an_answer_overwrites_an_unread_byte_and_that_is_reported)
{
	(void)ps2_keyboard_model_key(&pc.keyboard, PS2_KEY_A, true);
	pass(MS(5));
	command(0xab);
	pass(MS(1));
	check_eq(u8, in(DATA), 0x00);
	check_eq(str, lints.last, "i8042.OUTPUT.overrun");
}

Test(i8042, the_mouse_answers_on_its_own_line)
{
	set_ctr(0x47);
	command(0xd4);
	data(0xf4);
	check_eq(int, take(), 0x1fa);
	check_eq(uint, pc.rises[1], 1);
	check_eq(uint, pc.rises[0], 0);
	ps2_mouse_model_move(&pc.mouse, 2, 3, PS2_MOUSE_MODEL_RIGHT);
	check_eq(int, take(), 0x10a);
	check_eq(int, take(), 0x102);
	check_eq(int, take(), 0x103, "not translated");
	check(!pc.irq[1]);
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
