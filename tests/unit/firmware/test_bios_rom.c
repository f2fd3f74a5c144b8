/* SPDX-License-Identifier: MIT */
#include "harness/firmware/bios/rom.h"
#include "tests/check.h"

#include <string.h>

#include "devices/vga/font.h"
#include "harness/firmware/bios/bios.h"

static uint8_t rom[BIOS_ROM_SIZE];

static void make(void) { bios_rom(rom); }

TestSuite(bios_rom, .init = make, .timeout = 60);

Test(bios_rom, the_reset_vector_leads_to_a_knock_and_a_halt)
{
	unsigned at;

	require_eq(u8, rom[0xfff0], 0xea);
	at = rom[0xfff1] | rom[0xfff2] << 8;
	check_eq(uint, rom[0xfff3] | rom[0xfff4] << 8, 0xf000);
	check_eq(uint, at, 0xe05b);
	check_eq(u8, rom[at], 0xfa, "cli");
	check_eq(u8, rom[at + 3], 0xe6, "out");
	check_eq(u8, rom[at + 4], BIOS_PORT);
	at = bios_rom_halt();
	check_eq(int, memcmp(rom + at, "\xfa\xf4\xeb\xfc", 4), 0, "cli; hlt; jmp back");
	check_eq(u8, rom[0xfffe], 0xfc);
	check_eq(u8, rom[0xfff7], '/');
}

Test(bios_rom, every_service_has_a_stub_that_names_it)
{
	for (unsigned n = 0x10; n <= 0x1a; n++) {
		uint16_t at = bios_rom_handler(n);
		struct bios_stub stub;

		require(bios_rom_stub(n, &stub));
		check(stub.has_frame);
		check_eq(u8, rom[at], 0x50, "push ax");
		check_eq(u8, rom[at + 2], n);
		check_eq(u8, rom[at + 4], BIOS_PORT);
		check_eq(u16, stub.trapped, at + 7);
		check_eq(u8, rom[stub.trapped], 0x58, "pop ax");
		check_eq(u8, rom[stub.trapped + 1], 0xcf, "iret");
		check_eq(int, memcmp(rom + stub.halt, "\xfb\xf4\xeb", 3), 0, "sti; hlt; jmp");
		check_eq(u8, rom[stub.poll], 0xfb, "sti");
	}
}

/* Waiting by halt and by poll both lead to a second trap, and from there to the same place. */
Test(bios_rom, a_stub_that_waits_knocks_again)
{
	struct bios_stub stub, again;
	unsigned halt_target, poll_target;

	require(bios_rom_stub(0x16, &stub));
	halt_target = stub.halt + 4u + rom[stub.halt + 3];
	poll_target = stub.poll + 3u + rom[stub.poll + 2];
	check_eq(uint, halt_target, poll_target);
	check_eq(u8, rom[halt_target], 0xfa, "cli");
	check_eq(u8, rom[halt_target + 2], 0x96);
	check_eq(u8, rom[halt_target + 4], BIOS_PORT);
	check_eq(u16, halt_target + 7 + (int8_t)rom[halt_target + 6], stub.trapped);
	require(bios_rom_stub(0x96, &again));
	check_eq(u16, again.trapped, stub.trapped);
}

Test(bios_rom, hardware_interrupts_without_a_handler_are_ended)
{
	for (unsigned n = 0x0a; n < 0x0f; n++)
		check_eq(int, memcmp(rom + bios_rom_handler(n), "\x50\xb0\x20\xe6\x20\x58\xcf", 7),
			 0);
	for (unsigned n = 0x71; n < 0x77; n++)
		check_eq(int,
			 memcmp(rom + bios_rom_handler(n), "\x50\xb0\x20\xe6\xa0\xe6\x20\x58\xcf",
				9),
			 0);
}

Test(bios_rom, lines_7_and_15_are_ended_only_if_they_are_in_service)
{
	static const uint8_t master[] = { 0x50, 0xb0, 0x0b, 0xe6, 0x20, 0xe4, 0x20, 0xa8, 0x80,
					  0x74, 0x04, 0xb0, 0x20, 0xe6, 0x20, 0x58, 0xcf };
	static const uint8_t slave[] = { 0x50, 0xb0, 0x0b, 0xe6, 0xa0, 0xe4, 0xa0, 0xa8, 0x80, 0xb0,
					 0x20, 0x74, 0x02, 0xe6, 0xa0, 0xe6, 0x20, 0x58, 0xcf };
	check_eq(int, memcmp(rom + bios_rom_handler(0x0f), master, sizeof(master)), 0);
	check_eq(int, memcmp(rom + bios_rom_handler(0x77), slave, sizeof(slave)), 0);
}

Test(bios_rom, the_timer_and_the_keyboard_knock_without_a_callers_frame)
{
	struct bios_stub stub;

	require(bios_rom_stub(8, &stub));
	check(!stub.has_frame);
	check_eq(int, memcmp(rom + stub.trapped, "\xcd\x1c", 2), 0, "int 1ch");
	check_eq(u8, rom[stub.trapped - 2], 0xeb);
	require(bios_rom_stub(1, &stub));
	check_eq(int, memcmp(rom + stub.trapped, "\xb4\x4f\xf9\xcd\x15", 5), 0, "int 15h");
	require(bios_rom_stub(9, &stub));
	check_eq(u8, rom[stub.trapped], 0x58, "pop ax");
	check_eq(u8, rom[stub.trapped + 1], 0x73, "jnc");
	check_eq(int, memcmp(rom + stub.trapped + 3, "\xcd\x1b", 2), 0, "int 1bh");
	/* The jump that skips the service leads to the EOI. */
	unsigned jnc = bios_rom_handler(9) + 12u;
	require_eq(u8, rom[jnc], 0x73);
	check_eq(int, memcmp(rom + jnc + 2 + rom[jnc + 1], "\xb0\x20\xe6\x20", 4), 0);
}

Test(bios_rom, other_numbers_have_no_stub_and_other_vectors_return)
{
	struct bios_stub stub;

	check(!bios_rom_stub(0x60, &stub));
	check(!bios_rom_stub(0x0a, &stub));
	check(!bios_rom_stub(0x88, &stub));
	check_eq(u8, rom[bios_rom_handler(0x60)], 0xcf);
	check_eq(u8, rom[bios_rom_handler(0x05)], 0xcf);
}

Test(bios_rom, tables_are_where_their_pointers_say)
{
	check_eq(uint, bios_rom_handler(0x43), BIOS_ROM_FONT_16);
	check_eq(uint, bios_rom_handler(0x1e), BIOS_ROM_DISKETTE);
	check_eq(int, memcmp(rom + BIOS_ROM_FONT_16 + 'A' * 16, vga_model_font['A'], 16), 0);
	check_eq(u8, rom[BIOS_ROM_CONFIGURATION], 8);
	check_eq(u8, rom[BIOS_ROM_CONFIGURATION + 2], 0xfc);
	check_eq(u8, rom[BIOS_ROM_DISKETTE + 4], 18);
	check_eq(int, memcmp(rom + BIOS_ROM_VBE_MODES, "\xff\xff", 2), 0);
}
