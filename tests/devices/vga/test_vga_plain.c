/* SPDX-License-Identifier: MIT */
/* When the CPU may write to video memory itself: while the window is plain memory, and no longer.
 */
#include "tests/devices/vga/model_fixture.h"

static void mode_13h(void)
{
	power_on();
	mode(0x13);
}

TestSuite(vga_plain, .init = mode_13h, .timeout = 60);

static struct mem *memory(void) { return vga.memory->mem; }
static bool is_plain(void) { return mem_window_at(memory(), GRAPHICS, MEM_WINDOW_WRITE) != NULL; }

Test(vga_plain, mode_13h_lets_writes_through_and_no_reads)
{
	uint8_t b = 0x42;

	check(is_plain());
	check(mem_window_at(memory(), GRAPHICS, MEM_WINDOW_READ) == NULL);
	check(mem_window_at(memory(), GRAPHICS + 0xffff, MEM_WINDOW_WRITE) != NULL);
	check(mem_window_at(memory(), GRAPHICS + 0x10000, MEM_WINDOW_WRITE) == NULL);
	require(mem_write(memory(), GRAPHICS + 0x1233, &b, 1));
	check_eq(u8, peek(GRAPHICS + 0x1233), 0x42, "the model reads what was written past it");
	check_eq(u8, vga.s.latches >> 24, 0x42, "the read loaded the latches");
	check(!mem_read(memory(), GRAPHICS, &b, 1));
}

/* Every byte lies where the model has it. */
Test(vga_plain, both_ways_reach_the_same_bytes)
{
	for (uint32_t i = 0; i < 0x10000; i += 0x333) {
		uint8_t b = (uint8_t)(i >> 4 ^ i);

		require(mem_write(memory(), GRAPHICS + i, &b, 1));
		require_eq(u8, peek(GRAPHICS + i), b, "%x", i);
		bus_write(&bus, BUS_MEMORY, GRAPHICS + i, 8, (uint8_t)~b);
		require_eq(u8, mem_device_byte(vga.memory, i), (uint8_t)~b, "%x", i);
	}
}

Test(vga_plain, other_modes_are_not)
{
	for (unsigned number = 0; number < 0x13; number++) {
		const struct vga_model_mode *m = vga_model_mode(number);

		if (!m) continue;
		vga_model_set_mode(&vga, m);
		check(!is_plain(), "mode %02x", number);
	}
	vga_model_set_mode(&vga, vga_model_mode(0x13));
	check(is_plain());
}

Test(vga_plain, each_register_between_host_and_memory_ends_it)
{
	static const struct {
		uint16_t port;
		uint8_t index, ends, keeps;
	} registers[] = {
		{ SEQ, 2, 0x0e, 0x0f }, /* a plane less */
		{ SEQ, 4, 0x06, 0x0e }, /* no chain-4 */
		{ GC, 1, 0x01, 0x00 },  /* set/reset */
		{ GC, 3, 0x01, 0x00 },  /* rotated */
		{ GC, 3, 0x08, 0x00 },  /* and with the latches */
		{ GC, 5, 0x41, 0x40 },  /* write modes */
		{ GC, 5, 0x42, 0x40 },  { GC, 5, 0x43, 0x40 }, { GC, 6, 0x0d, 0x05 }, /* at B8000 */
		{ GC, 8, 0xfe, 0xff }, /* a bit less */
	};

	for (unsigned i = 0; i < ARRAY_SIZE(registers); i++) {
		set(registers[i].port, registers[i].index, registers[i].ends);
		check(!is_plain(), "row %u", i);
		set(registers[i].port, registers[i].index, registers[i].keeps);
		check(is_plain(), "row %u", i);
	}
	out(MISC, 0x61); /* the CPU does not reach the memory */
	check(!is_plain());
	out(MISC, 0x63);
	check(is_plain());
	(void)in(ST1);
	out(AC, 0x00); /* blank: a lint watches writes */
	check(!is_plain());
	(void)in(ST1);
	out(AC, 0x20);
	check(is_plain());
}

Test(vga_plain, a_reset_ends_it_and_fills_memory_again)
{
	uint8_t b = 1;

	require(mem_write(memory(), GRAPHICS, &b, 1));
	vga_model_reset(&vga);
	check(!is_plain());
	check_eq(u8, vga_model_plane(&vga, 0, 0), 0xcc);
}

Test(vga_plain, it_follows_a_copied_state)
{
	struct vga_model_state graphics = vga.s;

	vga_model_set_text_mode(&vga);
	check(!is_plain());
	vga.s = graphics;
	vga_model_ops.settle(&vga.dev);
	check(is_plain());
}
