/* SPDX-License-Identifier: MIT */
/* Graphics modes: what multiboot images and Linux kernels ask for, and what they are told. The
 * display is a fake that has 8, 16 and 32 bits and sizes up to 1280x1024. */
#include "multiboot2_fixture.h"

static struct boot_video was_set;
static unsigned times_set;

static bool set(void *ctx, unsigned width, unsigned height, unsigned bits,
		struct graphics_mode *out)
{
	(void)ctx;
	if (width % 8 || width > 1280 || height > 1024) return false;
	if (bits != 8 && bits != 16 && bits != 32) return false;
	was_set = (struct boot_video){ width, height, bits };
	times_set++;
	*out = (struct graphics_mode){ .address = 0xc0000000,
				       .size = 16 * MIB,
				       .width = width,
				       .height = height,
				       .bits = bits,
				       .pitch = width * bits / 8 };
	if (bits == 8) out->palette[3] = 0xaa;
	if (bits == 8) return true;
	out->red_size = bits == 16 ? 5 : 8;
	out->red_at = bits == 16 ? 11 : 16;
	out->green_size = bits == 16 ? 6 : 8;
	out->green_at = bits == 16 ? 5 : 8;
	out->blue_size = out->red_size;
	out->rest_size = bits == 16 ? 0 : 8;
	out->rest_at = bits == 16 ? 0 : 24;
	return true;
}

static bool usual(unsigned n, unsigned *width, unsigned *height)
{
	static const struct boot_video sizes[] = { { 320, 200, 0 },
						   { 640, 480, 0 },
						   { 800, 600, 0 },
						   { 1024, 768, 0 },
						   { 1920, 1080, 0 } };

	if (n >= sizeof(sizes) / sizeof(sizes[0])) return false;
	*width = sizes[n].width;
	*height = sizes[n].height;
	return true;
}

static const struct framebuffer_end_ops ops = { .set = set, .usual = usual };
static const struct framebuffer_end display = { .ops = &ops }, nothing = { .ops = NULL };

static void start(void)
{
	fixture_memory(64 * MIB);
	request.framebuffer = &display;
}

TestSuite(loader_video, .init = start, .fini = fixture_fini, .timeout = 60);

static void expect_set(unsigned width, unsigned height, unsigned bits)
{
	check(was_set.width == width && was_set.height == height && was_set.bits == bits,
	      "%ux%ux%u", was_set.width, was_set.height, was_set.bits);
	was_set = (struct boot_video){ 0 };
}

static void ask_for(unsigned width, unsigned height, unsigned bits)
{
	request.has_video = width != 0;
	request.video = (struct boot_video){ width, height, bits };
}

/* ---- multiboot1 ---- */

static void load_multiboot1(uint32_t mode_type, uint32_t width, uint32_t height, uint32_t depth)
{
	const uint32_t words[] = { 0x1badb002, 0x10004,  0u - 0x1badb002 - 0x10004,
				   0x100000,   0x100000, 0,
				   0,          0x100010, mode_type,
				   width,      height,   depth };

	memset(image, 0x90, sizeof(image));
	memcpy(image, words, sizeof(words));
	LOADED(image, SIZE);
}

static uint32_t info1(unsigned offset) { return peek32(regs.gpr[CPU_RBX] + offset); }

Test(loader_video, multiboot1_gets_the_mode_that_it_prefers)
{
	load_multiboot1(0, 800, 600, 16);
	expect_set(800, 600, 16);
	check_eq(u32, info1(0) & 0x1800, 0x1800);
	check_eq(u32, info1(88), 0xc0000000);
	check_eq(u32, info1(92), 0);
	check_eq(u32, info1(96), 1600);
	check_eq(u32, info1(100), 800);
	check_eq(u32, info1(104), 600);
	check_eq(u32, info1(108) & 0xffff, 0x0110); /* 16 bits, type 1 */
	check_eq(u32, info1(110), 0x0605050b);      /* positions and sizes */
	check_eq(u32, info1(114) & 0xffff, 0x0500);
	check_eq(str, result.warning, "");
}

Test(loader_video, multiboot1_gets_the_mode_as_vbe_has_it)
{
	uint32_t control, at;

	load_multiboot1(0, 800, 600, 16);
	control = info1(72);
	at = info1(76);
	check_eq(u32, info1(80) & 0xffff, 0x4114);
	check_eq(u32, peek32(control), 0x41534556); /* "VESA" */
	check_eq(u16, peek16(control + 4), 0x0200);
	check_eq(u16, peek16(control + 18), 256);
	uint32_t list = peek32(control + 14);
	check_eq(u32, peek32((list >> 16) * 16 + (list & 0xffff)), 0xffff0114);
	check_eq(u16, peek16(at), 0x9b);
	check_eq(u16, peek16(at + 16), 1600);
	check_eq(u16, peek16(at + 18), 800);
	check_eq(u16, peek16(at + 20), 600);
	check_eq(u8, peek8(at + 25), 16);
	check_eq(u8, peek8(at + 27), 6);
	check_eq(u64, peek64(at + 31), UINT64_C(0x0000000505060b05));
	check_eq(u32, peek32(at + 40), 0xc0000000);
	load_multiboot1(0, 1000, 600, 32); /* no number: no VBE */
	expect_set(1000, 600, 32);
	check_eq(u32, info1(0) & 0x1800, 0x1000);
}

Test(loader_video, multiboot1_without_a_preference_gets_a_usual_mode)
{
	load_multiboot1(0, 0, 0, 0);
	expect_set(1024, 768, 32);
	load_multiboot1(0, 0, 0, 8);
	expect_set(1024, 768, 8);
	check_eq(u32, info1(108) & 0xffff, 0x0008);
	check_eq(u32, info1(114) & 0xffff, 256);
	check_eq(u32, peek32(peek32(regs.gpr[CPU_RBX] + 110)), 0xaa000000);
}

Test(loader_video, multiboot1_that_prefers_text_gets_text)
{
	load_multiboot1(1, 80, 25, 0);
	check_eq(u32, times_set, 0);
	check_eq(u32, info1(88), 0xb8000);
	ask_for(640, 480, 32);
	load_multiboot1(1, 80, 25, 0); /* unless the user says otherwise */
	expect_set(640, 480, 32);
}

Test(loader_video, multiboot1_gets_a_smaller_mode_if_there_is_none_such)
{
	load_multiboot1(0, 1366, 768, 32);
	expect_set(1024, 768, 32);
	check(strstr(result.warning, "it prefers a graphics mode of 1366x768 with 32 bits"), "%s",
	      result.warning);
	load_multiboot1(0, 4000000000, 4000000000, 24);
	expect_set(1024, 768, 32);
	load_multiboot1(0, 1, 1, 32);
	expect_set(320, 200, 32);
}

Test(loader_video, multiboot1_without_a_display_gets_text_and_a_warning)
{
	request.framebuffer = &nothing;
	load_multiboot1(0, 1024, 768, 32);
	check_eq(u32, info1(88), 0xb8000);
	check(strstr(result.warning, "add --device vga"), "%s", result.warning);
	request.framebuffer = NULL;
	load_multiboot1(0, 1024, 768, 32);
	check(strstr(result.warning, "add --device vga"), "%s", result.warning);
}

/* ---- multiboot2 ---- */

static struct mb2_framebuffer screen(void)
{
	struct mb2_framebuffer fb;

	require_eq(int, mb2_get_framebuffer(&info, &fb), MB2_OK);
	return fb;
}

Test(loader_video, multiboot2_gets_the_mode_that_it_prefers)
{
	open_image();
	TAG(5, REQUIRED, 640, 480, 32);
	load_image();
	expect_set(640, 480, 32);
	struct mb2_framebuffer fb = screen();
	check_eq(u64, fb.address, 0xc0000000);
	check_eq(u32, fb.pitch, 2560);
	check_eq(u8, fb.type, MB2_FRAMEBUFFER_RGB);
	check_eq(u8, fb.red.position, 16);
	check_eq(u8, fb.blue.size, 8);
}

Test(loader_video, multiboot2_with_eight_bits_gets_the_palette)
{
	open_image();
	TAG(5, OPTIONAL, 640, 480, 8);
	load_image();
	struct mb2_framebuffer fb = screen();
	check_eq(u8, fb.type, MB2_FRAMEBUFFER_INDEXED);
	check_eq(u16, fb.n_colours, 256);
	check_eq(u8, fb.palette[3], 0xaa);
}

Test(loader_video, multiboot2_with_depth_0_wants_text_unless_its_size_is_in_pixels)
{
	open_image();
	TAG(5, REQUIRED, 80, 25, 0);
	load_image();
	check_eq(u32, times_set, 0);
	check_eq(u64, screen().address, 0xb8000);
	open_image();
	TAG(5, REQUIRED, 1024, 768, 0);
	load_image();
	expect_set(1024, 768, 32);
}

Test(loader_video, multiboot2_that_needs_graphics_is_refused_without_a_display)
{
	request.framebuffer = &nothing;
	open_image();
	TAG(5, REQUIRED, 1024, 768, 32);
	close_header();
	REFUSED(image, SIZE, "add --device vga");
	open_image();
	TAG(5, OPTIONAL, 1024, 768, 32);
	load_image();
	check_eq(u64, screen().address, 0xb8000);
	check(strstr(result.warning, "add --device vga"), "%s", result.warning);
}

Test(loader_video, multiboot2_whose_only_console_is_graphics_gets_graphics)
{
	open_image();
	TAG(4, REQUIRED, 1);
	TAG(5, OPTIONAL, 0, 0, 0);
	load_image();
	expect_set(1024, 768, 32);
	request.framebuffer = &nothing;
	REFUSED(image, SIZE, "without --device vga");
}

/* ---- Linux ---- */

enum { SETUP = 3 * 512, TOTAL = SETUP + 0x4000 };

static void open_linux(void)
{
	memset(image, 0, sizeof(image));
	image[0x1f1] = 2;
	put_le32(image + 0x1f4, 0x400);
	put_le16(image + 0x1fe, 0xaa55);
	put_le16(image + 0x200, 0x66eb);
	memcpy(image + 0x202, "HdrS", 4);
	put_le16(image + 0x206, 0x020f);
	image[0x211] = 1;
	put_le32(image + 0x22c, 0x7fffffff);
	put_le32(image + 0x230, 0x200000);
	image[0x234] = 1;
	image[0x235] = 12;
	put_le16(image + 0x236, 1);
	put_le32(image + 0x238, 255);
	put_le64(image + 0x258, 0x1000000);
	put_le32(image + 0x260, 0x800000);
}

static void load_kernel(const char *append)
{
	open_linux();
	request.append = append;
	LOADED(image, TOTAL);
}

static uint64_t params(void) { return regs.gpr[CPU_RSI]; }

static void expect_text(void)
{
	check_eq(u8, peek8(params() + 0x0f), 1);
	check_eq(u8, peek8(params() + 0x07), 80);
	check_eq(u16, peek16(params() + 0x12), 0);
}

Test(loader_video, linux_gets_the_mode_of_vga)
{
	load_kernel("console=tty0 vga=0x314 quiet");
	expect_set(800, 600, 16);
	check_eq(u8, peek8(params() + 0x0f), 0x23);
	check_eq(u16, peek16(params() + 0x12), 800);
	check_eq(u16, peek16(params() + 0x14), 600);
	check_eq(u16, peek16(params() + 0x16), 16);
	check_eq(u32, peek32(params() + 0x18), 0xc0000000);
	check_eq(u32, peek32(params() + 0x1c), 256);
	check_eq(u16, peek16(params() + 0x24), 1600);
	check_eq(u64, peek64(params() + 0x26), UINT64_C(0x0000000505060b05));
	load_kernel("vga=769"); /* 0x301, as old loaders want it */
	expect_set(640, 480, 8);
	load_kernel("vga=0x342"); /* one of the BIOS's own numbers */
	expect_set(640, 480, 32);
	load_kernel("vga=normal vga=0x305"); /* the last one counts */
	expect_set(1024, 768, 8);
}

Test(loader_video, linux_without_a_graphics_mode_gets_text)
{
	static const char *const silent[] = { "",          "quiet",     "vga=normal",
					      "vga=0xf00", "vga=0xf04", "notvga=0x314" };

	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
		load_kernel(silent[i]);
		expect_text();
		check_eq(str, result.warning, "", "%s", silent[i]);
	}
	load_kernel("vga=ask");
	check(strstr(result.warning, "vga=0xfffd"), "%s", result.warning);
	load_kernel("vga=0x3ff");
	check(strstr(result.warning, "no graphics mode has this number"), "%s", result.warning);
	expect_text();
	check_eq(u32, times_set, 0);
	request.framebuffer = &nothing;
	load_kernel("vga=0x314");
	check(strstr(result.warning, "add --device vga"), "%s", result.warning);
	expect_text();
	open_linux();
	request.append = "vga=800x600";
	REFUSED(image, TOTAL, "vga=800x600: expected a mode such as 0x317");
}

Test(loader_video, linux_gets_the_mode_that_the_user_asks_for)
{
	ask_for(1280, 1024, 32);
	load_kernel("vga=0x314");
	expect_set(1280, 1024, 32);
	check_eq(u64, peek64(params() + 0x26), UINT64_C(0x1808000808081008));
	ask_for(1920, 1080, 32);
	REFUSED(image, TOTAL, "--vga 1920x1080x32: the display has no such mode");
	request.framebuffer = &nothing;
	REFUSED(image, TOTAL, "--vga: the machine's VGA has no linear framebuffer");
}

Test(loader_video, the_setup_code_gets_the_mode_id)
{
	request.mode = 16;
	load_kernel("vga=0x317");
	check_eq(u16, peek16(regs.seg[CPU_DS].base + 0x1fa), 0x317);
	load_kernel("vga=ask");
	check_eq(u16, peek16(regs.seg[CPU_DS].base + 0x1fa), 0xfffd);
	load_kernel("");
	check_eq(u16, peek16(regs.seg[CPU_DS].base + 0x1fa), 0xffff);
	ask_for(1024, 768, 16);
	load_kernel("");
	check_eq(u16, peek16(regs.seg[CPU_DS].base + 0x1fa), 0x317);
	ask_for(1024, 768, 32);
	load_kernel("");
	check_eq(u16, peek16(regs.seg[CPU_DS].base + 0x1fa), 0x344);
	ask_for(1000, 768, 32);
	REFUSED(image, TOTAL, "the 16-bit entry takes modes that the BIOS has a number for");
	check_eq(u32, times_set, 0);
}

Test(loader_video, other_images_are_not_told_a_mode)
{
	ask_for(640, 480, 32);
	request.kind = BOOT_FLAT;
	REFUSED(image, SIZE, "--vga is for Linux and multiboot");
}
