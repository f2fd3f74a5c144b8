/* SPDX-License-Identifier: MIT */
#include "multiboot2_info_fixture.h"

TestSuite(multiboot2_info, .init = begin, .timeout = 60);

Test(multiboot2_info, vbe_is_784_bytes)
{
	static uint8_t payload[784];
	struct mb2_vbe vbe;

	for (int i = 0; i < 784; i++) payload[i] = (uint8_t)(i * 7);
	payload[0] = 0x12;
	payload[1] = 0x41;
	single(7, payload, 776);
	require_eq(int, mb2_get_vbe(&info, &vbe), MB2_OK);
	check_eq(u16, vbe.mode, 0x4112);
	check_eq(u16, vbe.interface_segment, 14 | 21 << 8);
	check_eq(u16, vbe.interface_offset, 28 | 35 << 8);
	check_eq(u16, vbe.interface_length, 42 | 49 << 8);
	check_eq(int, memcmp(vbe.control_info, payload + 8, 512), 0);
	check_eq(int, memcmp(vbe.mode_info, payload + 520, 256), 0);
	CUT(7, payload, 776, mb2_get_vbe(&info, &vbe));
	single(7, payload, 777);
	check_eq(int, mb2_get_vbe(&info, &vbe), MB2_BAD_SIZE);
}

/* Puts a framebuffer tag of this type, with this text behind the common part. */
static void put_framebuffer(uint8_t type, const void *colours, size_t n)
{
	begin();
	open_tag(8);
	put(0xfd0000001234, 8);
	put(3200, 4);
	put(1280, 4);
	put(720, 4);
	put(24, 1);
	put(type, 1);
	put(0xbeef, 2);
	put_bytes(colours, n);
	close_tag();
	require_eq(int, end(), MB2_OK);
}

Test(multiboot2_info, framebuffers_of_all_types)
{
	struct mb2_framebuffer fb;
	struct mb2_colour c;

	put_framebuffer(1, "\x10\x08\x08\x07\x00\x06", 6);
	require_eq(int, mb2_get_framebuffer(&info, &fb), MB2_OK);
	check_eq(u64, fb.address, 0xfd0000001234);
	check_eq(u32, fb.pitch, 3200);
	check_eq(u32, fb.width, 1280);
	check_eq(u32, fb.height, 720);
	check_eq(u8, fb.bits_per_pixel, 24);
	check_eq(u8, fb.red.position, 16);
	check_eq(u8, fb.red.size, 8);
	check_eq(u8, fb.green.position, 8);
	check_eq(u8, fb.green.size, 7);
	check_eq(u8, fb.blue.position, 0);
	check_eq(u8, fb.blue.size, 6);
	check(!mb2_palette_colour(&fb, 0, &c));

	put_framebuffer(0, "\2\0\1\2\3\4\5\6", 8);
	require_eq(int, mb2_get_framebuffer(&info, &fb), MB2_OK);
	check_eq(u16, fb.n_colours, 2);
	require(mb2_palette_colour(&fb, 1, &c));
	check_eq(u8, c.red, 4);
	check_eq(u8, c.green, 5);
	check_eq(u8, c.blue, 6);
	check(!mb2_palette_colour(&fb, 2, &c));

	put_framebuffer(2, "", 0);
	require_eq(int, mb2_get_framebuffer(&info, &fb), MB2_OK);
	check_eq(u8, fb.type, MB2_FRAMEBUFFER_EGA_TEXT);
	put_framebuffer(3, "", 0); /* a type of a later version */
	require_eq(int, mb2_get_framebuffer(&info, &fb), MB2_OK);
	check_eq(u8, fb.type, 3);
}

Test(multiboot2_info, colours_beyond_the_tag_are_refused)
{
	struct mb2_framebuffer fb;
	uint8_t common[30] = { 0 };

	for (size_t n = 0; n < 6; n++) {
		put_framebuffer(1, "\x10\x08\x08\x08\x00\x08", n);
		check_eq(int, mb2_get_framebuffer(&info, &fb), MB2_BAD_SIZE, "%zu", n);
	}
	for (size_t n = 0; n < 8; n++) {
		put_framebuffer(0, "\2\0\1\2\3\4\5\6", n);
		check_eq(int, mb2_get_framebuffer(&info, &fb), MB2_BAD_SIZE, "%zu", n);
	}
	put_framebuffer(0, "\xff\xff\1\2\3", 5);
	check_eq(int, mb2_get_framebuffer(&info, &fb), MB2_BAD_SIZE);
	common[21] = 2;
	CUT(8, common, 24, mb2_get_framebuffer(&info, &fb));
}
