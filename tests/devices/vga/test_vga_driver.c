/* SPDX-License-Identifier: MIT */
/* The driver of the VGA: modes, registers, palette, fonts, cursor. */
#include "tests/devices/vga/driver_fixture.h"

#include "devices/vga/font.h"

static const enum vga_mode all[] = { VGA_MODE_40X25,      VGA_MODE_40X50,      VGA_MODE_80X25,
				     VGA_MODE_80X50,      VGA_MODE_640X480X16, VGA_MODE_320X200X256,
				     VGA_MODE_320X240X256 };
enum { N_ALL = sizeof(all) / sizeof(all[0]), AC = 0x3c0 };

static void start_text(void) { start_vga(VGA_MODE_80X25); }
static void out(uint16_t port, unsigned value) { bus_write(&bus, BUS_PORT, port, 8, value); }

TestSuite(vga_driver, .init = plug_vga, .fini = host_power_off);

Test(vga_driver, is_found_without_a_change_of_the_screen)
{
	static struct vga_model_state before;
	before = model.s;
	require_eq(int, find_vga(), VGA_OK);
	check_eq(u64, model.s.gr[8], before.gr[8]);
	check_eq(int, memcmp(model.s.cr, before.cr, sizeof(before.cr)), 0);
	check_eq(int, memcmp(model.s.ar, before.ar, sizeof(before.ar)), 0);
	check(!vga.set);
	check(!vga.mono);
}

Test(vga_driver, is_absent_where_nothing_answers)
{
	enum { NOWHERE = 0x2b0 };
	recorder_expect_no_lint(&rec, NULL, NULL);
	check_eq(int, vga_init(&vga, io_port(&cpu, NOWHERE), io_memory(&cpu, VGA_MEMORY, 1)),
		 VGA_ABSENT);
}

Test(vga_driver, refuses_places_that_cannot_be_one)
{
	const struct io ports = io_port(&cpu, VGA_PORTS), memory = io_memory(&cpu, VGA_MEMORY, 1);
	check_eq(int, vga_init(NULL, ports, memory), VGA_NULL);
	check_eq(int, vga_init(&vga, io_port(&cpu, 0xfff0), memory), VGA_BAD_BASE);
	check_eq(int, vga_init(&vga, io_memory(&cpu, VGA_PORTS, 4), memory), VGA_BAD_BASE);
	check_eq(int, vga_init(&vga, ports, io_memory(&cpu, VGA_MEMORY, 2)), VGA_BAD_BASE);
	check_eq(int, vga_init(&vga, ports, ports), VGA_BAD_BASE);
}

Test(vga_driver, finds_a_monochrome_adapter_and_sets_a_colour_mode)
{
	out(0x3c2, 0x66);
	require_eq(int, find_vga(), VGA_OK);
	check(vga.mono);
	require_eq(int, vga_place_cursor(&vga, 0x123), VGA_OK);
	check_eq(u64, model.s.cr[0x0f], 0x23);
	require_eq(int, vga_set_mode(&vga, VGA_MODE_80X25), VGA_OK);
	check(!vga.mono);
	check_eq(int, vga_compare(&vga, VGA_MODE_80X25, NULL), VGA_OK);
	require_eq(int, vga_write(&vga, VGA_MISC, 0, 0x66), VGA_OK);
	check(vga.mono, "as the register says");
	require_eq(int, vga_place_cursor(&vga, 0x456), VGA_OK);
	check_eq(u64, model.s.cr[0x0f], 0x56);
}

Test(vga_driver, every_mode_reads_back_after_every_other)
{
	require_eq(int, find_vga(), VGA_OK);
	for (unsigned i = 0; i < N_ALL; i++)
		for (unsigned j = 0; j < N_ALL; j++) {
			struct vga_difference d = { 0 };
			require_eq(int, vga_set_registers(&vga, all[i]), VGA_OK);
			require_eq(int, vga_set_registers(&vga, all[j]), VGA_OK);
			check_eq(int, vga_compare(&vga, all[j], &d), VGA_OK,
				 "mode %u after %u: set %u index %u is %02x, not %02x", j, i, d.set,
				 d.index, d.got, d.want);
			check(vga_model_displays(&model));
		}
}

Test(vga_driver, a_difference_is_told)
{
	struct vga_difference d = { 0 };
	require_eq(int, find_vga(), VGA_OK);
	require_eq(int, vga_set_registers(&vga, VGA_MODE_640X480X16), VGA_OK);
	require_eq(int, vga_write(&vga, VGA_CRTC, 0x13, 0x32), VGA_OK);
	check_eq(int, vga_compare(&vga, VGA_MODE_640X480X16, &d), VGA_DIFFERS);
	check_eq(int, d.set, VGA_CRTC);
	check_eq(uint, d.index, 0x13);
	check_eq(uint, d.want, 0x28);
	check_eq(uint, d.got, 0x32);
	check_eq(int, vga_compare(&vga, VGA_MODES, &d), VGA_BAD_MODE);
}

/* The trap of the protect bit: 40x25 and then 80x25, without lifting it. */
Test(vga_driver, protected_registers_stay_until_they_are_unlocked)
{
	uint8_t total = 0;
	require_eq(int, find_vga(), VGA_OK);
	require_eq(int, vga_set_registers(&vga, VGA_MODE_40X25), VGA_OK);
	recorder_expect_no_lint(&rec, NULL, NULL);
	require_eq(int, vga_write(&vga, VGA_CRTC, 0, 0x5f), VGA_OK);
	require_eq(int, vga_read(&vga, VGA_CRTC, 0, &total), VGA_OK);
	check_eq(uint, total, 0x2d);
	check_eq(sz, recorder_lint_count(&rec, "vga.CR00.protected"), 1);
	require_eq(int, vga_unlock_crtc(&vga), VGA_OK);
	require_eq(int, vga_write(&vga, VGA_CRTC, 0, 0x5f), VGA_OK);
	require_eq(int, vga_read(&vga, VGA_CRTC, 0, &total), VGA_OK);
	check_eq(uint, total, 0x5f);
}

/* The trap of reading an attribute register: the index loses bit 5, and the screen is blank. */
Test(vga_driver, reading_attributes_leaves_the_screen_on)
{
	uint8_t value = 0;
	require_eq(int, find_vga(), VGA_OK);
	for (unsigned i = 0; i < VGA_ATTRIBUTE_REGISTERS; i++) {
		require_eq(int, vga_read(&vga, VGA_ATTRIBUTE, i, &value), VGA_OK);
		check_eq(uint, value, (uint8_t)model.s.ar[i]);
		require(vga_model_displays(&model), "register %u", i);
	}
	out(AC, 0x11); /* nobody knows the flip-flop's state here: the driver resets it */
	require_eq(int, vga_show(&vga, false), VGA_OK);
	require_eq(int, vga_read(&vga, VGA_ATTRIBUTE, 3, &value), VGA_OK);
	check(!vga_model_displays(&model), "a blank screen stays blank");
}

Test(vga_driver, writing_attributes_resets_the_flip_flop_before_and_after)
{
	require_eq(int, find_vga(), VGA_OK);
	out(AC, 0x33); /* an index; data would be next */
	require_eq(int, vga_write(&vga, VGA_ATTRIBUTE, 5, 0x2a), VGA_OK);
	check_eq(u64, model.s.ar[5], 0x2a);
	check(!model.s.attr_data);
	check(vga_model_displays(&model));
	require_eq(int, vga_write(&vga, VGA_ATTRIBUTE, 0x13, 0x03), VGA_OK);
	check_eq(u64, model.s.ar[0x13], 0x03);
	check(vga_model_displays(&model));
}

Test(vga_driver, knows_which_registers_there_are)
{
	uint8_t value = 0;
	struct vga_registers all_of_them;
	require_eq(int, find_vga(), VGA_OK);
	check_eq(int, vga_read(&vga, VGA_SEQUENCER, 5, &value), VGA_BOUNDS);
	check_eq(int, vga_read(&vga, VGA_CRTC, 25, &value), VGA_BOUNDS);
	check_eq(int, vga_write(&vga, VGA_GRAPHICS, 9, 0), VGA_BOUNDS);
	check_eq(int, vga_write(&vga, VGA_ATTRIBUTE, 21, 0), VGA_BOUNDS);
	check_eq(int, vga_write(&vga, VGA_MISC, 1, 0), VGA_BOUNDS);
	check_eq(int, vga_read(&vga, VGA_SETS, 0, &value), VGA_BOUNDS);
	check_eq(int, vga_read(&vga, VGA_MISC, 0, NULL), VGA_NULL);
	check_eq(int, vga_read_registers(&vga, NULL), VGA_NULL);
	check_eq(int, vga_read_registers(NULL, &all_of_them), VGA_NULL);
	check_eq(int, vga_set_mode(&vga, VGA_MODES), VGA_BAD_MODE);
	check_eq(int, vga_set_registers(&vga, VGA_MODES), VGA_BAD_MODE);
	check_eq(int, vga_set_mode(NULL, VGA_MODE_80X25), VGA_NULL);
	check_eq(ptr, vga_mode_registers(VGA_MODES), NULL);
}

/* The same values as firmware's modes of the same kind. */
Test(vga_driver, registers_are_those_of_the_firmwares_modes)
{
	static const struct {
		enum vga_mode mode;
		unsigned number;
	} same[] = { { VGA_MODE_40X25, 0x01 },
		     { VGA_MODE_80X25, 0x03 },
		     { VGA_MODE_640X480X16, 0x12 },
		     { VGA_MODE_320X200X256, 0x13 } };

	for (unsigned i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		const struct vga_registers *ours = vga_mode_registers(same[i].mode);
		const struct vga_model_mode *theirs = vga_model_mode(same[i].number);
		check_eq(uint, ours->misc, theirs->misc);
		check_eq(int, memcmp(ours->sequencer, theirs->sr, 5), 0);
		check_eq(int, memcmp(ours->graphics, theirs->gr, 9), 0);
		check_eq(int, memcmp(ours->attribute, theirs->ar, 21), 0);
		check_eq(int, memcmp(ours->crtc, theirs->cr, 25), 0, "mode %02x", same[i].number);
	}
}

Test(vga_driver, retrace_is_seen)
{
	bool retrace = false, seen[2] = { false, false };
	require_eq(int, find_vga(), VGA_OK);
	for (unsigned i = 0; i < 40000; i++) { /* more than a frame, by the accesses' own time */
		require_eq(int, vga_in_retrace(&vga, &retrace), VGA_OK);
		seen[retrace] = true;
		clock_advance(&vclock, 1000);
	}
	check(seen[0]);
	check(seen[1]);
	check_eq(int, vga_in_retrace(&vga, NULL), VGA_NULL);
}

/* ---- palette ---- */

Test(vga_driver, a_palette_of_768_bytes_reads_back)
{
	struct vga_rgb want[VGA_COLOURS], got[VGA_COLOURS];
	require_eq(int, find_vga(), VGA_OK);
	for (unsigned i = 0; i < VGA_COLOURS; i++)
		want[i] = (struct vga_rgb){ i & 63, (i * 7 + 1) & 63, (i * 13 + 2) & 63 };
	require_eq(int, vga_load_palette(&vga, 0, VGA_COLOURS, want), VGA_OK);
	require_eq(int, vga_read_palette(&vga, 0, VGA_COLOURS, got), VGA_OK);
	check_eq(int, memcmp(want, got, sizeof(want)), 0);
	check_eq(uint, model.s.palette[200][1], want[200].green);
}

Test(vga_driver, a_palette_is_loaded_and_read_in_part)
{
	const struct vga_rgb two[] = { { 1, 2, 3 }, { 61, 62, 63 } };
	struct vga_rgb got[2], before;
	require_eq(int, find_vga(), VGA_OK);
	require_eq(int, vga_read_palette(&vga, 253, 1, &before), VGA_OK);
	require_eq(int, vga_load_palette(&vga, 254, 2, two), VGA_OK);
	require_eq(int, vga_read_palette(&vga, 254, 2, got), VGA_OK);
	check_eq(int, memcmp(two, got, sizeof(two)), 0);
	require_eq(int, vga_read_palette(&vga, 253, 1, got), VGA_OK);
	check_eq(int, memcmp(&before, got, sizeof(before)), 0);
	check_eq(int, vga_load_palette(&vga, 255, 2, two), VGA_BOUNDS);
	check_eq(int, vga_read_palette(&vga, 257, 0, got), VGA_BOUNDS);
	check_eq(int, vga_load_palette(&vga, 0, 1, NULL), VGA_NULL);
	check_eq(int, vga_load_palette(&vga, 0, 0, NULL), VGA_OK);
	const struct vga_rgb bright = { 0, 64, 0 };
	recorder_clear(&rec);
	check_eq(int, vga_load_palette(&vga, 0, 1, &bright), VGA_BOUNDS);
	check_eq(u64, rec.n_writes, 0);
}

Test(vga_driver, default_colours_are_the_sixteen_and_a_cube)
{
	const struct vga_rgb brown = vga_default_colour(VGA_MODE_640X480X16, 0x14);
	const struct vga_rgb brown_256 = vga_default_colour(VGA_MODE_320X200X256, 6);
	const struct vga_rgb white = vga_default_colour(VGA_MODE_320X200X256, 15);
	const struct vga_rgb grey = vga_default_colour(VGA_MODE_320X240X256, 16 + 5);
	const struct vga_rgb cube =
		vga_default_colour(VGA_MODE_320X240X256, 32 + 36 * 5 + 6 * 1 + 3);
	const struct vga_rgb last = vga_default_colour(VGA_MODE_320X240X256, 255);
	check(brown.red == 0x2a && brown.green == 0x15 && brown.blue == 0);
	check(brown_256.red == 0x2a && brown_256.green == 0x15 && brown_256.blue == 0);
	check(white.red == 63 && white.green == 63 && white.blue == 63);
	check(grey.red == 21 && grey.green == 21 && grey.blue == 21);
	check(cube.red == 63 && cube.green == 12 && cube.blue == 37);
	check(last.red == 0 && last.green == 0 && last.blue == 0);
	/* What the screen shows for the sixteen is what firmware's palette gives. */
	require_eq(int, find_vga(), VGA_OK);
	require_eq(int, vga_set_mode(&vga, VGA_MODE_640X480X16), VGA_OK);
	static struct vga_model other;
	require_eq(ptr, vga_model_init(&other, "other", &hub, &vclock, model.memory->mem), NULL);
	vga_model_set_text_mode(&other);
	for (unsigned i = 0; i < 16; i++)
		check_eq(u32, vga_model_colour(&model, i), vga_model_colour(&other, i));
}

/* ---- fonts ---- */

TestSuite(vga_fonts, .init = start_text, .fini = host_power_off);

Test(vga_fonts, the_8x16_font_is_that_of_the_models_character_generator)
{
	const struct font *font = font_8x16();
	require_eq(uint, font->height, VGA_MODEL_FONT_ROWS);
	check_eq(int, memcmp(font->rows, vga_model_font, sizeof(vga_model_font)), 0);
	check(font_dot(font, 0xdb, 0, 0));
	check(!font_dot(font, 0xdb, 8, 0));
	check(!font_dot(font, 0xdb, 0, 16));
}

Test(vga_fonts, are_loaded_by_a_mode_and_their_glyphs_read_back)
{
	static const struct {
		enum vga_mode mode;
		unsigned height;
	} modes[] = { { VGA_MODE_80X25, 16 }, { VGA_MODE_80X50, 8 }, { VGA_MODE_40X50, 8 } };

	for (unsigned i = 0; i < 3; i++) {
		const struct font *font = modes[i].height == 8 ? font_8x8() : font_8x16();
		uint8_t rows[32];
		require_eq(int, vga_set_mode(&vga, modes[i].mode), VGA_OK);
		for (unsigned glyph = 0; glyph < FONT_GLYPHS; glyph++) {
			require_eq(int, vga_read_glyph(&vga, 0, (uint8_t)glyph, rows, 32), VGA_OK);
			check_eq(int, memcmp(rows, &font->rows[glyph * font->height], font->height),
				 0);
			for (unsigned y = font->height; y < 32; y++) check_eq(uint, rows[y], 0);
		}
		check_eq(int, vga_compare(&vga, modes[i].mode, NULL), VGA_OK,
			 "the registers are restored");
	}
}

Test(vga_fonts, go_to_their_block_and_leave_cells_alone)
{
	static const unsigned at[VGA_FONT_BLOCKS] = { 0x0000, 0x4000, 0x8000, 0xc000,
						      0x2000, 0x6000, 0xa000, 0xe000 };
	uint8_t rows[8];
	for (unsigned b = 0; b < VGA_FONT_BLOCKS; b++) {
		require_eq(int, vga_load_font(&vga, b, font_8x8(), 'A', 1), VGA_OK);
		check_eq(uint, vga_model_plane(&model, at[b] + 'A' * 32 + 2, 2),
			 font_8x8()->rows['A' * 8 + 2]);
		require_eq(int, vga_read_glyph(&vga, b, 'A', rows, 8), VGA_OK);
		check_eq(int, memcmp(rows, &font_8x8()->rows['A' * 8], 8), 0);
	}
	check_eq(uint, vga_model_plane(&model, 0, 0), ' ');
	check_eq(uint, vga_model_plane(&model, 0, 1), 0x07);
	check_eq(int, vga_compare(&vga, VGA_MODE_80X25, NULL), VGA_OK);
}

Test(vga_fonts, must_exist)
{
	const struct font none = { .height = 0, .rows = font_8x8()->rows };
	const struct font tall = { .height = 33, .rows = font_8x8()->rows };
	uint8_t row = 0;
	check_eq(int, vga_load_font(&vga, 8, font_8x8(), 0, 1), VGA_BOUNDS);
	check_eq(int, vga_load_font(&vga, 0, font_8x8(), 256, 1), VGA_BOUNDS);
	check_eq(int, vga_load_font(&vga, 0, font_8x8(), 0, 257), VGA_BOUNDS);
	check_eq(int, vga_load_font(&vga, 0, &none, 0, 1), VGA_BOUNDS);
	check_eq(int, vga_load_font(&vga, 0, &tall, 0, 1), VGA_BOUNDS);
	check_eq(int, vga_load_font(&vga, 0, NULL, 0, 1), VGA_NULL);
	check_eq(int, vga_read_glyph(&vga, 8, 0, &row, 1), VGA_BOUNDS);
	check_eq(int, vga_read_glyph(&vga, 0, 0, &row, 33), VGA_BOUNDS);
	check_eq(int, vga_read_glyph(&vga, 0, 0, NULL, 1), VGA_NULL);
	require_eq(int, vga_set_mode(&vga, VGA_MODE_320X200X256), VGA_OK);
	check_eq(int, vga_load_font(&vga, 0, font_8x8(), 0, 1), VGA_BAD_MODE);
	check_eq(int, vga_read_glyph(&vga, 0, 0, &row, 1), VGA_BAD_MODE);
}

/* ---- the cursor ---- */

Test(vga_fonts, the_cursor_is_shaped_hidden_shown_and_placed)
{
	unsigned cell = 0;
	bool shown = false;
	require_eq(int, vga_shape_cursor(&vga, 2, 12), VGA_OK);
	require_eq(int, vga_place_cursor(&vga, 80 * 24 + 79), VGA_OK);
	check_eq(u64, model.s.cr[0x0a], 2);
	check_eq(u64, model.s.cr[0x0b], 12);
	require_eq(int, vga_show_cursor(&vga, false), VGA_OK);
	require_eq(int, vga_read_cursor(&vga, &cell, &shown), VGA_OK);
	check_eq(uint, cell, 1999);
	check(!shown);
	require_eq(int, vga_shape_cursor(&vga, 0, 31), VGA_OK);
	check_eq(u64, model.s.cr[0x0a], 0x20, "it stays hidden");
	require_eq(int, vga_show_cursor(&vga, true), VGA_OK);
	require_eq(int, vga_read_cursor(&vga, &cell, &shown), VGA_OK);
	check(shown);
	check_eq(u64, model.s.cr[0x0b], 31);
	check_eq(int, vga_shape_cursor(&vga, 5, 4), VGA_BOUNDS);
	check_eq(int, vga_shape_cursor(&vga, 5, 32), VGA_BOUNDS);
	check_eq(int, vga_place_cursor(&vga, 0x10000), VGA_BOUNDS);
}
