/* SPDX-License-Identifier: MIT */
#include "bios_fixture.h"
#include "emu/array.h"
#include "tests/quality/coverage/recorder.h"

TestSuite(bios_keyboard, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

/* Hands over codes of the keyboard, as INT 09h's stub does. */
static void scan(const char *codes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		begin((uint8_t)codes[i]);
		service(0x09);
	}
}

#define SCAN(codes) scan(codes, sizeof(codes) - 1)

static void ask(uint8_t ah)
{
	begin((uint16_t)(ah << 8));
	service(0x16);
}

/* Reads the next keystroke; 0xffff: none. */
static uint16_t key(bool extended)
{
	ask(extended ? 0x11 : 0x01);
	if (zero_flag()) return 0xffff;
	ask(extended ? 0x10 : 0x00);
	check_eq(int, call.outcome, BIOS_RETURN);
	return get(CPU_RAX);
}

#define KEYS(codes, ...)                                                            \
	do {                                                                        \
		static const uint16_t wanted_[] = { __VA_ARGS__ };                  \
		SCAN(codes);                                                        \
		for (unsigned i_ = 0; i_ < ARRAY_SIZE(wanted_); i_++)               \
			check_eq(u16, key(true), wanted_[i_], "line %d", __LINE__); \
		check_eq(u16, key(true), 0xffff, "line %d", __LINE__);              \
	} while (0)

Test(bios_keyboard, the_byte_is_read_once_and_stays_where_it_was)
{
	kbc.s.reg[PS2_CONTROLLER_MODEL_OUTPUT] = 0x1e;
	kbc.s.reg[PS2_CONTROLLER_MODEL_STATUS] |= PS2_CONTROLLER_MODEL_STATUS_OBF;
	begin(0);
	service(0x01);
	check_eq(u8, low(CPU_RAX), 0x1e);
	check_eq(u64, kbc.s.reg[PS2_CONTROLLER_MODEL_STATUS] & PS2_CONTROLLER_MODEL_STATUS_OBF, 0);
	begin(0);
	service(0x01);
	check_eq(u8, low(CPU_RAX), 0x1e, "a program's handler came first");
	check_eq(uint, lints + notes, 0);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x60, 8), 0x1e, "and others may look");
	check_eq(uint, lints, 0);
	check_eq(uint, notes, 1);
}

Test(bios_keyboard, letters_digits_and_signs_are_typed)
{
	KEYS("\x1e\x9e\x02\x0b\x0c\x1a\x28\x29\x2b\x35\x39\x1c\x0e\x0f\x01", 0x1e61, 0x0231, 0x0b30,
	     0x0c2d, 0x1a5b, 0x2827, 0x2960, 0x2b5c, 0x352f, 0x3920, 0x1c0d, 0x0e08, 0x0f09,
	     0x011b);
}

Test(bios_keyboard, shift_makes_capitals_and_other_signs)
{
	KEYS("\x2a\x1e\x03\x0d\x28\x29\x2b\x0f\xaa\x1e", 0x1e41, 0x0340, 0x0d2b, 0x2822, 0x297e,
	     0x2b7c, 0x0f00, 0x1e61);
	KEYS("\x36\x10\xb6\x10", 0x1051, 0x1071);
}

Test(bios_keyboard, caps_lock_is_for_letters_and_reversed_by_shift)
{
	KEYS("\x3a\xba\x1e\x02\x2a\x1e\xaa", 0x1e41, 0x0231, 0x1e61);
	check_eq(u8, peek8(0x417), 0x40);
	SCAN("\x3a\x3a\xba");
	check_eq(u8, peek8(0x417), 0, "repeats do not toggle");
}

Test(bios_keyboard, ctrl_and_alt_have_codes_of_their_own)
{
	KEYS("\x1d\x2e\x1c\x0e\x03\x0f\x1a\x9d", 0x2e03, 0x1c0a, 0x0e7f, 0x0300, 0x9400, 0x1a1b);
	KEYS("\x38\x1e\x02\x0d\x1c\x01\xb8", 0x1e00, 0x7800, 0x8300, 0x1c00, 0x0100);
	KEYS("\xe0\x38\x10\xe0\xb8\x10", 0x1000, 0x1071);
	SCAN("\x1d\x02\x9d");
	check_eq(u16, key(true), 0xffff, "Ctrl-1 types nothing");
}

Test(bios_keyboard, function_keys_have_codes_for_each_modifier)
{
	KEYS("\x3b\x44\x57\x58", 0x3b00, 0x4400, 0x8500, 0x8600);
	KEYS("\x2a\x3b\x57\xaa", 0x5400, 0x8700);
	KEYS("\x1d\x3b\x57\x9d", 0x5e00, 0x8900);
	KEYS("\x38\x3b\x58\xb8", 0x6800, 0x8c00);
}

Test(bios_keyboard, the_keypad_follows_num_lock)
{
	KEYS("\x47\x4e\x4a\x53", 0x4700, 0x4e2b, 0x4a2d, 0x5300);
	KEYS("\x45\xc5\x47\x4c\x53", 0x4737, 0x4c35, 0x532e);
	KEYS("\x2a\x47\xaa", 0x4700);
	KEYS("\x1d\x47\x48\x9d", 0x7700, 0x8d00);
}

Test(bios_keyboard, keys_between_come_with_e0)
{
	KEYS("\xe0\x48\xe0\xc8\xe0\x4b\xe0\x53", 0x48e0, 0x4be0, 0x53e0);
	KEYS("\xe0\x1c\xe0\x35", 0xe00d, 0xe02f);
	KEYS("\xe0\x2a\xe0\x52\xe0\xd2\xe0\xaa", 0x52e0);
	check_eq(u8, peek8(0x417), 0x80, "insert, and no shift");
	KEYS("\x1d\xe0\x48\x9d", 0x8de0);
	KEYS("\x38\xe0\x48\xb8", 0x9800);
}

Test(bios_keyboard, old_callers_see_the_old_keys)
{
	SCAN("\xe0\x48\xe0\x1c\xe0\x35\x57\x4c\x1e");
	check_eq(u16, key(false), 0x4800);
	check_eq(u16, key(false), 0x1c0d);
	check_eq(u16, key(false), 0x352f);
	check_eq(u16, key(false), 0x1e61, "F11 and the 5 without NumLock are dropped");
	check_eq(u16, key(false), 0xffff);
}

Test(bios_keyboard, shift_keys_are_returned)
{
	SCAN("\x2a\x1d\x38\xe0\x1d\xe0\x38");
	ask(0x02);
	check_eq(u8, low(CPU_RAX), 0x0e);
	ask(0x12);
	check_eq(u16, get(CPU_RAX), 0x0f0e);
	SCAN("\x9d\xb8");
	ask(0x12);
	check_eq(u16, get(CPU_RAX), 0x0c0e, "the right ones are still down");
	SCAN("\xe0\x9d\xe0\xb8\xaa");
	ask(0x12);
	check_eq(u16, get(CPU_RAX), 0);
}

Test(bios_keyboard, reading_without_a_key_waits)
{
	ask(0x00);
	check_eq(int, call.outcome, BIOS_HALT);
	SCAN("\x1e");
	begin(0x0000);
	service(0x16 | BIOS_SERVICE_AGAIN);
	check_eq(int, call.outcome, BIOS_RETURN);
	check_eq(u16, get(CPU_RAX), 0x1e61);
}

Test(bios_keyboard, looking_for_a_key_leaves_it)
{
	ask(0x01);
	check(zero_flag());
	SCAN("\x1e");
	ask(0x01);
	check(!zero_flag());
	check_eq(u16, get(CPU_RAX), 0x1e61);
	ask(0x01);
	check(!zero_flag());
}

Test(bios_keyboard, the_ring_holds_fifteen_keys)
{
	for (unsigned i = 0; i < 20; i++) SCAN("\x1e\x9e");
	for (unsigned i = 0; i < 15; i++) check_eq(u16, key(true), 0x1e61);
	check_eq(u16, key(true), 0xffff);
	for (unsigned i = 0; i < 10; i++) SCAN("\x10\x90");
	for (unsigned i = 0; i < 10; i++) check_eq(u16, key(true), 0x1071);
}

Test(bios_keyboard, programs_can_add_keys)
{
	begin(0x0500);
	set(CPU_RCX, 0x1234);
	service(0x16);
	check_eq(u8, low(CPU_RAX), 0);
	check_eq(u16, key(true), 0x1234);
	for (unsigned i = 0; i < 15; i++) {
		begin(0x0500);
		service(0x16);
	}
	begin(0x0500);
	service(0x16);
	check_eq(u8, low(CPU_RAX), 1, "full");
}

Test(bios_keyboard, a_damaged_ring_is_repaired)
{
	uint64_t state = 99;

	random_used();
	for (unsigned i = 0; i < 300; i++) {
		uint8_t garbage[8];
		for (unsigned k = 0; k < sizeof(garbage); k++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			garbage[k] = (uint8_t)(state >> 56);
		}
		poke(0x41a, garbage, 4);
		poke(0x480, garbage + 4, 4);
		SCAN("\x1e");
		ask(0x10);
		ask(0x01);
		ask(0x00);
	}
}

Test(bios_keyboard, ctrl_alt_delete_resets)
{
	SCAN("\x1d\x38\xe0\x53");
	check_eq(str, reset_source, "port 0xcf9");
}

Test(bios_keyboard, ctrl_break_is_handed_to_int_1bh)
{
	SCAN("\x1e\x1d");
	check_eq(u64, regs.rflags & BIOS_CF, 0);
	SCAN("\xe0\x46");
	check_eq(u64, regs.rflags & BIOS_CF, BIOS_CF);
	check_eq(u8, peek8(0x471), 0x80);
	check_eq(u16, key(false), 0x0000, "the ring held that alone");
	SCAN("\xe0\xc6");
	check_eq(u64, regs.rflags & BIOS_CF, 0);
}

Test(bios_keyboard, pause_answers_and_errors_type_nothing)
{
	KEYS("\xe1\x1d\x45\xe1\x9d\xc5\xfa\xfe\x00\xff\xee\x1e", 0x1e61);
	check_eq(u8, peek8(0x417), 0);
}

Test(bios_keyboard, every_scan_code_is_harmless)
{
	uint64_t state = 7;

	random_used();
	for (unsigned i = 0; i < 20000; i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		char code = (char)(state >> 56);
		scan(&code, 1);
		if (i % 16 == 0) key(state & 1);
	}
}

Test(bios_keyboard, it_returns_its_capabilities)
{
	ask(0x09);
	check_eq(u8, low(CPU_RAX), 0x30);
	ask(0x0a);
	check_eq(u16, get(CPU_RBX), 0x41ab);
	ask(0x03);
	check_eq(uint, not_modelled, 0);
	ask(0x77);
	check_eq(str, last_lint, "bios.INT16.function");
}
