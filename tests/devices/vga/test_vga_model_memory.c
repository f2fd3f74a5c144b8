/* SPDX-License-Identifier: MIT */
/* IBM VGA: what accesses to its memory do, by write mode and read mode. */
#include "tests/devices/vga/model_fixture.h"

Test(vga_text, a_cell_is_a_character_in_plane_0_and_an_attribute_in_plane_1)
{
	bus_write(&bus, BUS_MEMORY, TEXT + 6, 16, 0x1f41);
	check_eq(u8, vga_model_plane(&vga, 6, 0), 0x41);
	check_eq(u8, vga_model_plane(&vga, 6, 1), 0x1f);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, TEXT + 6, 16), 0x1f41);
	check_eq(u8, peek(TEXT + 7), 0x1f);
	bus_write(&bus, BUS_MEMORY, TEXT + 8, 64, 0x0744074307420741);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, TEXT + 8, 64), 0x0744074307420741);
	check_eq(u8, vga_model_plane(&vga, 14, 0), 0x44);
}

Test(vga_text, the_window_is_32_kib_at_b8000)
{
	check_eq(uint, lints.n, 0);
	poke(0xbffff, 1);
	check_eq(uint, lints.n, 0);
	check_eq(u8, peek(0xb7fff), 0xff);
	check_eq(str, lints.last, "vga.GR06.window");
	check_eq(u64, lints.bits, 0x17fff);
	out(MISC, 0x65);
	lints.n = 0;
	check_eq(u8, peek(TEXT), 0xff, "memory is off");
	check_eq(uint, lints.n, 1);
}

/* Each byte of an access is decoded by itself. */
Test(vga_planar, an_access_across_the_windows_edge_is_one_of_bytes)
{
	bus_write(&bus, BUS_MEMORY, GRAPHICS, 8, 0x11);
	bus_write(&bus, BUS_MEMORY, 0xaffff, 16, 0x2233);
	check_eq(u32, planes(0xffff), 0x33333333);
	check_eq(u32, planes(0), 0x11111111, "not from the other end");
	check_eq(str, lints.last, "vga.GR06.window");
	check_eq(u64, lints.bits, 0x10000);
	check_eq(uint, lints.n, 1);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, 0xafffe, 32), 0xffff3300);
	check_eq(uint, lints.n, 2);
	set(GC, 6, 0x0d); /* B8000 */
	lints.n = 0;
	bus_write(&bus, BUS_MEMORY, 0xb7ffe, 32, 0x44556677);
	check_eq(u32, planes(0), 0x55555555, "what reaches into it arrives");
	check_eq(u32, planes(1), 0x44444444);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, 0xb7fff, 16), 0x55ff);
	check_eq(uint, lints.n, 2, "one for each access");
}

Test(vga_text, the_screen_is_blank_and_the_font_in_plane_2)
{
	for (unsigned i = 0; i < 4000; i += 2)
		require_eq(u64, bus_read(&bus, BUS_MEMORY, TEXT + i, 16), 0x0720);
	for (unsigned row = 0; row < 16; row++)
		require_eq(u8, vga_model_plane(&vga, 'A' * 32 + row, 2), vga_model_font['A'][row]);
}

/* As font loaders do: sequential addressing, plane 2, window at A0000. */
Test(vga_text, a_font_is_loaded_through_the_window)
{
	set(SEQ, 2, 0x04);
	set(SEQ, 4, 0x06);
	set(GC, 4, 0x02);
	set(GC, 5, 0x00);
	set(GC, 6, 0x04);
	for (unsigned i = 0; i < 16; i++) poke(GRAPHICS + 0x41 * 32 + i, (uint8_t)(0x80 | i));
	for (unsigned i = 0; i < 16; i++) {
		require_eq(u8, vga_model_plane(&vga, 0x41 * 32 + i, 2), 0x80 | i);
		require_eq(u8, peek(GRAPHICS + 0x41 * 32 + i), 0x80 | i);
	}
	check_eq(u8, vga_model_plane(&vga, 0x41 * 32, 0), 0x20, "text is untouched");
	check_eq(uint, lints.n, 0);
}

Test(vga_planar, write_mode_0_rotates_combines_and_masks)
{
	poke(GRAPHICS, 0x81);
	check_eq(u32, planes(0), 0x81818181);
	set(GC, 3, 0x01); /* rotate right by one */
	poke(GRAPHICS, 0x81);
	check_eq(u32, planes(0), 0xc0c0c0c0);
	set(GC, 3, 0x00);
	set(GC, 0, 0x05);
	set(GC, 1, 0x03); /* planes 0 and 1 from set/reset */
	poke(GRAPHICS, 0x18);
	check_eq(u32, planes(0), 0x181800ff);
	set(GC, 1, 0x00);
	set(GC, 8, 0x0f);
	(void)peek(GRAPHICS); /* loads the latches */
	poke(GRAPHICS, 0xaa);
	check_eq(u32, planes(0), 0x1a1a0afa);
}

Test(vga_planar, the_map_mask_chooses_planes)
{
	set(SEQ, 2, 0x05);
	poke(GRAPHICS + 9, 0xff);
	check_eq(u32, planes(9), 0x00ff00ff);
}

Test(vga_planar, functions_combine_with_the_latches)
{
	static const uint32_t want[] = { 0x3c3c3c3c, 0x0c0c0c0c, 0x3f3f3f3f, 0x33333333 };

	for (uint8_t f = 0; f < 4; f++) {
		vga_model_set_word(&vga, 0, 0x0f0f0f0f);
		set(GC, 3, (uint8_t)(f << 3));
		(void)peek(GRAPHICS);
		poke(GRAPHICS, 0x3c);
		check_eq(u32, planes(0), want[f], "function %u", f);
	}
}

Test(vga_planar, write_mode_1_copies_the_latches)
{
	const uint8_t pattern[] = { 0x11, 0x22, 0x33, 0x44 };
	vga_model_set_word(&vga, 5, get_le32(pattern));
	set(GC, 5, 0x01);
	set(GC, 8, 0x00); /* the mask has no effect */
	(void)peek(GRAPHICS + 5);
	poke(GRAPHICS + 6, 0xff);
	check_eq(u32, planes(6), 0x44332211);
}

Test(vga_planar, write_mode_2_paints_a_colour)
{
	set(GC, 5, 0x02);
	set(GC, 8, 0x10);
	(void)peek(GRAPHICS);
	poke(GRAPHICS, 0x0a);
	check_eq(u32, planes(0), 0x10001000);
}

Test(vga_planar, write_mode_3_masks_set_reset_with_the_data)
{
	set(GC, 5, 0x03);
	set(GC, 0, 0x06);
	set(GC, 8, 0xf0);
	vga_model_set_word(&vga, 0, 0x55555555);
	(void)peek(GRAPHICS);
	poke(GRAPHICS, 0x3c);
	check_eq(u32, planes(0), 0x45757545);
}

Test(vga_planar, read_mode_1_compares_colours)
{
	const uint8_t pattern[] = { 0xf0, 0xcc, 0xaa, 0x00 };
	vga_model_set_word(&vga, 0, get_le32(pattern));
	set(GC, 5, 0x08);
	set(GC, 2, 0x05);
	set(GC, 7, 0x0f);
	check_eq(u8, peek(GRAPHICS), 0xf0 & 0x33 & 0xaa);
	set(GC, 7, 0x01);
	check_eq(u8, peek(GRAPHICS), 0xf0, "the other planes do not matter");
	set(GC, 7, 0x00);
	check_eq(u8, peek(GRAPHICS), 0xff);
}

Test(vga_planar, read_map_select_chooses_the_plane_read)
{
	const uint8_t pattern[] = { 0x11, 0x22, 0x33, 0x44 };
	vga_model_set_word(&vga, 7, get_le32(pattern));
	for (uint8_t p = 0; p < 4; p++) {
		set(GC, 4, p);
		check_eq(u8, peek(GRAPHICS + 7), pattern[p]);
	}
}

Test(vga_planar, chain_4_spreads_bytes_over_the_planes)
{
	set(SEQ, 4, 0x0e);
	bus_write(&bus, BUS_MEMORY, GRAPHICS + 8, 32, 0x44332211);
	check_eq(u32, planes(8), 0x44332211);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, GRAPHICS + 8, 32), 0x44332211);
	set(SEQ, 2, 0x02);
	bus_write(&bus, BUS_MEMORY, GRAPHICS + 8, 32, 0);
	check_eq(u32, planes(8), 0x44330011, "the map mask holds");
}

/* A0 and A1 select the plane. A14 and A15 take their place, as MA12 and MA13 do in doubleword mode:
 * what is stored at a host address is displayed from the memory counter of a quarter of it. */
Test(vga_planar, what_chain_4_stores_is_what_doubleword_mode_displays)
{
	set(SEQ, 4, 0x0e);
	set(CRTC, 0x14, 0x40);
	for (uint32_t at = 0; at < 0x10000; at += 4) {
		unsigned address = vga_model_crtc_address(&vga, at / 4, 0);

		bus_write(&bus, BUS_MEMORY, GRAPHICS + at, 32, 0x10000 | at);
		require_eq(u32, planes(address), 0x10000 | at, "%x", at);
	}
	check_eq(u32, planes(0x4001), 0x14000);
	check_eq(u32, planes(0xfffc | 3), 0x1fffc);
	check_eq(u32, planes(0x4000), 0, "chain-4 does not reach it");
}

/* The order of the bytes in memory is that of the window. */
Test(vga_planar, chain_4_is_linear_in_memory)
{
	set(SEQ, 4, 0x0e);
	for (uint32_t at = 0; at < 0x10000; at++) poke(GRAPHICS + at, (uint8_t)(at * 7 >> 3));
	for (uint32_t at = 0; at < 0x10000; at++)
		require_eq(u8, mem_device_byte(vga.memory, at), (uint8_t)(at * 7 >> 3), "%x", at);
}

Test(vga_planar, every_plane_address_has_its_own_bytes)
{
	static uint8_t used[VGA_MODEL_PLANES_SIZE];

	for (unsigned a = 0; a < VGA_MODEL_PLANE_SIZE; a++)
		for (unsigned p = 0; p < 4; p++) {
			unsigned at = vga_model_plane_offset(a) + p;
			require_lt(uint, at, VGA_MODEL_PLANES_SIZE);
			require_eq(u8, used[at]++, 0, "%x, plane %u", a, p);
		}
	check_eq(uint, vga_model_plane_offset(0x12345), vga_model_plane_offset(0x2345));
}

/* Odd/even is two things. SR04 (writes) and GR05 (reads) pick the plane by A0; GR06 takes A0 out of
 * the address. */
Test(vga_planar, odd_even_picks_planes_on_one_side_and_masks_the_address_on_the_other)
{
	set(SEQ, 4, 0x02); /* pick, without masking */
	poke(GRAPHICS + 5, 0x11);
	check_eq(u32, planes(5), 0x11001100);
	check_eq(u32, planes(4), 0);
	set(SEQ, 4, 0x06); /* mask, without picking */
	set(GC, 6, 0x07);
	poke(GRAPHICS + 9, 0x22);
	check_eq(u32, planes(8), 0x22222222);
	check_eq(u32, planes(9), 0);
	set(GC, 6, 0x05);
	vga_model_set_word(&vga, 6, 0x44332211);
	vga_model_set_word(&vga, 7, 0x88776655);
	set(GC, 5, 0x10); /* reads pick the plane, with bit 1 of read map select */
	check_eq(u8, peek(GRAPHICS + 6), 0x11);
	check_eq(u8, peek(GRAPHICS + 7), 0x66);
	set(GC, 4, 0x02);
	check_eq(u8, peek(GRAPHICS + 7), 0x88);
	set(GC, 6, 0x07);
	check_eq(u8, peek(GRAPHICS + 7), 0x44, "address 6");
}

Test(vga_planar, the_page_bit_takes_a0s_place)
{
	set(GC, 6, 0x07);
	poke(GRAPHICS + 8, 0x11);
	out(MISC, 0x47);
	poke(GRAPHICS + 8, 0x22);
	check_eq(u32, planes(8), 0x11111111);
	check_eq(u32, planes(9), 0x22222222);
	check_eq(u8, peek(GRAPHICS + 9), 0x22);
	set(GC, 6, 0x03);
	poke(GRAPHICS + 8, 0x33);
	check_eq(u32, planes(8), 0x33333333, "not where A16 is");
}

/* A byte for byte model of the four write modes, against the words of the window. */
static uint8_t expected(const uint8_t gr[9], unsigned plane, uint8_t data, uint8_t latch)
{
	unsigned by = gr[3] & 7, mode = gr[5] & 3;
	uint8_t rotated = (uint8_t)(data >> by | data << (8 - by));
	uint8_t fill = gr[0] >> plane & 1 ? 0xff : 0, mask = gr[8];
	uint8_t source = gr[1] >> plane & 1 ? fill : rotated;

	if (mode == 1) return latch;
	if (mode == 2) source = data >> plane & 1 ? 0xff : 0;
	if (mode == 3) {
		source = fill;
		mask &= rotated;
	}
	switch (gr[3] >> 3) {
	case 1: source &= latch; break;
	case 2: source |= latch; break;
	case 3: source ^= latch; break;
	default: break;
	}
	return (uint8_t)((source & mask) | (latch & ~mask));
}

static void draw_registers(uint32_t *random, uint8_t gr[9])
{
	static const uint8_t mask[9] = { 0x0f, 0x0f, 0, 0x1f, 0, 0x03, 0, 0, 0xff };

	for (uint8_t i = 0; i < 9; i++) {
		*random = *random * 1664525 + 1013904223;
		gr[i] = (uint8_t)(*random >> 20 & mask[i]);
		if (mask[i]) set(GC, i, gr[i]);
	}
}

Test(vga_planar, every_combination_writes_what_the_four_modes_say)
{
	uint32_t random = 7;
	uint8_t gr[9];

	random_used();
	for (unsigned i = 0; i < 4000; i++) {
		draw_registers(&random, gr);
		uint32_t latch = random, old = ~random * 31;
		uint8_t data = (uint8_t)(random >> 3), map = random >> 11 & 0x0f;
		set(SEQ, 2, map);
		vga_model_set_word(&vga, 1, latch);
		(void)peek(GRAPHICS + 1);
		vga_model_set_word(&vga, 2, old);
		poke(GRAPHICS + 2, data);
		for (unsigned p = 0; p < 4; p++) {
			uint8_t want = map >> p & 1
					       ? expected(gr, p, data, (uint8_t)(latch >> 8 * p))
					       : (uint8_t)(old >> 8 * p);
			require_eq(u8, vga_model_plane(&vga, 2, p), want, "%u: mode %u, plane %u",
				   i, gr[5], p);
		}
	}
}

Test(vga_planar, the_128_kib_window_reaches_the_end)
{
	set(GC, 6, 0x01);
	poke(0xbffff, 0x77);
	check_eq(u32, planes(0xffff), 0x77777777);
	check_eq(uint, lints.n, 0);
	set(GC, 6, 0x03); /* odd/even: A16 takes A0's place */
	set(SEQ, 4, 0x02);
	poke(0xb0005, 0x55);
	check_eq(u32, planes(5), 0x55005500);
	poke(0xa0005, 0x44);
	check_eq(u32, planes(4), 0x44004400);
	set(SEQ, 4, 0x06);
	set(GC, 6, 0x09);
	poke(0xb0001, 0x66);
	check_eq(u32, planes(1), 0x66666666);
}
