/* SPDX-License-Identifier: MIT */
/* The 16-bit entry point, and protocols before 2.12, whose header does not say whether there is
 * another: boot.rst. The test has its own transcription of the headers' offsets, with the fields of
 * each version.
 */
#include "emu/array.h"
#include "loader_fixture.h"

enum { SETUP = 3 * 512, CODE = 0x4000, TOTAL = SETUP + CODE };

static uint8_t image[TOTAL];

/* Makes a kernel of this boot protocol version, whose header ends at header_end. */
static void kernel(uint16_t version, unsigned header_end)
{
	memset(image, 0x90, sizeof(image));
	memset(image, 0, header_end);
	image[0x1f1] = 2;
	put_le32(image + 0x1f4, CODE / 16);
	put_le16(image + 0x1fe, 0xaa55);
	put_le16(image + 0x200, (uint16_t)((header_end - 0x202) << 8 | 0xeb));
	memcpy(image + 0x202, "HdrS", 4);
	put_le16(image + 0x206, version);
	image[0x211] = 1;
	put_le32(image + 0x214, 0x100000);
}

static void init(void)
{
	fixture_memory(64 * MIB);
	kernel(0x020f, 0x268);
	put_le32(image + 0x22c, 0x7fffffff);
	put_le32(image + 0x230, 0x200000);
	image[0x234] = 1;
	image[0x235] = 12;
	put_le16(image + 0x236, 1);
	put_le32(image + 0x238, 255);
	put_le64(image + 0x258, 0x1000000);
	put_le32(image + 0x260, 0x800000);
}

TestSuite(loader_linux16, .init = init, .fini = fixture_fini);

Test(loader_linux16, the_16_bit_entry_starts_the_setup_code_in_its_segment)
{
	uint64_t base;

	request.mode = 16;
	request.append = "quiet";
	LOADED(image, TOTAL);
	base = regs.seg[CPU_DS].base;
	check_ge(u64, base, 0x10000);
	check_le(u64, base + 0x10000, 0x9fc00);
	check_eq(u64, regs.cr0 & 1, 0);
	check_eq(u64, regs.rflags, 2);
	check_eq(u64, regs.rip, 0);
	check_eq(u16, regs.seg[CPU_DS].selector, base >> 4);
	check_eq(u16, regs.seg[CPU_SS].selector, base >> 4);
	check_eq(u16, regs.seg[CPU_CS].selector, (base >> 4) + 0x20);
	check_eq(u64, regs.seg[CPU_CS].base, base + 0x200);
	check_eq(u64, regs.gpr[CPU_RSP], 0xe000);
	check_eq(u64, result.entry, base + 0x200);
	check_eq(u32, peek32(base + 0x202), 0x53726448);
	check_eq(u8, peek8(base + 0x210), 0xff);
	check_eq(u8, peek8(base + 0x211), 0x81);
	check_eq(u32, peek32(base + 0x214), 0x1000000, "where the kernel is");
	check_eq(u16, peek16(base + 0x224), 0xe000 - 0x200);
	check_eq(str, peek_string(peek32(base + 0x228)), "quiet");
	check_eq(u8, peek8(0x1000000), 0x90);
	check(result.calls_bios);
}

Test(loader_linux16, setup_code_that_leaves_no_stack_is_refused_by_the_16_bit_entry)
{
	static uint8_t large[64 * 1024 + CODE];

	memcpy(large, image, SETUP);
	large[0x1f1] = 0xe000 / 512;
	put_le32(large + 0x1f4, 0);
	request.mode = 16;
	REFUSED(large, sizeof(large), "setup code");
	request.mode = 32;
	LOADED(large, sizeof(large));
}

/* Returns the address of the setup code. */
static uint64_t setup(void) { return regs.seg[CPU_DS].base; }

/* Expects a start at the 16-bit entry, below 0x90000, with the kernel at 1 MiB. */
static void starts_below(void)
{
	check_eq(u64, regs.cr0 & 1, 0);
	check_ge(u64, setup(), 0x10000);
	check_le(u64, setup(), 0x80000);
	check_eq(u64, regs.seg[CPU_CS].base + regs.rip, setup() + 0x200);
	check_eq(u64, regs.gpr[CPU_RSP], 0xe000);
	check_eq(u8, peek8(0x100000), 0x90);
	check_eq(u8, peek8(0x100000 + CODE), 0xcc);
	check(result.calls_bios);
}

Test(loader_linux16, before_protocol_2_12_the_16_bit_entry_is_taken)
{
	static const struct {
		uint16_t version, header_end;
	} kernels[] = {
		{ 0x0202, 0x22c }, { 0x0203, 0x230 }, { 0x0204, 0x230 }, { 0x0205, 0x235 },
		{ 0x0206, 0x23c }, { 0x0207, 0x248 }, { 0x0208, 0x250 }, { 0x0209, 0x258 }
	};

	request.append = "quiet";
	for (unsigned i = 0; i < ARRAY_SIZE(kernels); i++) {
		kernel(kernels[i].version, kernels[i].header_end);
		if (kernels[i].version >= 0x0206) put_le32(image + 0x238, 100);
		LOADED(image, TOTAL);
		starts_below();
		check_eq(u8, peek8(setup() + 0x210), 0xff);
		check_eq(u8, peek8(setup() + 0x211), 0x81);
		check_eq(u16, peek16(setup() + 0x224), 0xde00);
		check_eq(str, peek_string(peek32(setup() + 0x228)), "quiet");
		check_eq(u8, peek8(setup() + kernels[i].header_end), 0x90,
			 "%x: nothing is written behind its header", kernels[i].version);
	}
}

Test(loader_linux16, protocols_2_10_and_2_11_say_where_they_go)
{
	put_le16(image + 0x206, 0x020a);
	image[0x201] = 0x62;
	LOADED(image, TOTAL);
	check_eq(u64, regs.cr0 & 1, 0);
	check_eq(u32, peek32(setup() + 0x214), 0x1000000);
	check_eq(u8, peek8(0x1000000), 0x90);
	put_le16(image + 0x206, 0x020b);
	image[0x201] = 0x66;
	LOADED(image, TOTAL);
	check_eq(u64, regs.cr0 & 1, 0);
	check_eq(u64, result.image_base, 0x1000000);
}

Test(loader_linux16, a_field_beyond_the_end_of_the_header_is_not_read)
{
	kernel(0x020b, 0x230); /* no cmdline_size, no pref_address */
	LOADED(image, TOTAL);
	starts_below();
	kernel(0x0207, 0x226); /* no cmd_line_ptr either */
	LOADED(image, TOTAL);
	check_eq(u64, setup(), 0x90000);
}

Test(loader_linux16, protocols_2_00_and_2_01_lie_at_90000h_with_their_command_line)
{
	request.append = "root=801";
	kernel(0x0200, 0x224);
	LOADED(image, TOTAL);
	check_eq(u64, setup(), 0x90000);
	check_eq(u64, result.entry, 0x90200);
	check_eq(u64, regs.gpr[CPU_RSP], 0x9800);
	check_eq(u16, peek16(0x90020), 0xa33f);
	check_eq(u16, peek16(0x90022), 0x9800);
	check_eq(u16, peek16(0x90212), 0x9809, "setup_move_size reaches over it");
	check_eq(str, peek_string(0x99800), "root=801");
	check_eq(u8, peek8(0x90211), 0x01, "it knows no heap");
	check_eq(u8, peek8(0x90224), 0x90);
	check_eq(u8, peek8(0x100000), 0x90);

	kernel(0x0201, 0x226);
	LOADED(image, TOTAL);
	check_eq(u16, peek16(0x90020), 0xa33f);
	check_eq(u8, peek8(0x90211), 0x81);
	check_eq(u16, peek16(0x90224), 0x9600);
	check_eq(u8, peek8(0x90226), 0x90);
}

Test(loader_linux16, a_zimage_goes_to_64_kib)
{
	kernel(0x0203, 0x230);
	image[0x211] = 0;
	request.append = "quiet";
	LOADED(image, TOTAL);
	check_eq(u64, setup(), 0x90000);
	check_eq(u8, peek8(0x10000), 0x90);
	check_eq(u64, result.image_base, 0x10000);
	check_eq(u32, peek32(0x90228), 0x99800);
	check_eq(str, peek_string(0x99800), "quiet");
	request.mode = 32;
	REFUSED(image, TOTAL, "LOADED_HIGH is clear in loadflags, offset 0x211");
}

Test(loader_linux16, a_zimage_of_more_than_512_kib_is_refused)
{
	static uint8_t large[SETUP + 0x80001];

	kernel(0x0203, 0x230);
	memcpy(large, image, SETUP);
	large[0x211] = 0;
	put_le32(large + 0x1f4, 0);
	REFUSED(large, sizeof(large), "0x80000 fit");
	LOADED(large, sizeof(large) - 1);
}

Test(loader_linux16, the_size_of_an_old_bzimage_is_the_size_of_the_file)
{
	kernel(0x0203, 0x230);
	put_le32(image + 0x1f4, 0xdead0001);
	LOADED(image, TOTAL);
	check_eq(u8, peek8(0x100000 + CODE - 1), 0x90);
	put_le16(image + 0x206, 0x0204);
	REFUSED(image, TOTAL, "(syssize)");
}

Test(loader_linux16, setup_code_needs_no_kernel_behind_it)
{
	kernel(0x0203, 0x230);
	LOADED(image, SETUP);
	check_eq(u64, regs.seg[CPU_CS].base, setup() + 0x200);
	check_eq(u64, result.image_base, setup());
	check_eq(u64, result.image_end, setup() + SETUP);
	REFUSED(image, SETUP - 1, "truncated");
}

Test(loader_linux16, an_old_kernel_has_255_characters_and_an_initrd_below_896_mib)
{
	char text[260];

	memset(text, 'x', sizeof(text));
	text[256] = '\0';
	request.append = text;
	kernel(0x0205, 0x235);
	REFUSED(image, TOTAL, "256 characters; this kernel takes at most 255");
	text[255] = '\0';
	LOADED(image, TOTAL);

	fixture_memory(2 * GIB);
	request.initrd = fixture_file("initrd", "cpio", 4);
	kernel(0x0202, 0x22c);
	LOADED(image, TOTAL);
	check_eq(u32, peek32(setup() + 0x218), 0x37fff000);
	kernel(0x0203, 0x230);
	put_le32(image + 0x22c, UINT32_MAX);
	LOADED(image, TOTAL);
	check_eq(u32, peek32(setup() + 0x218), 2 * GIB - 4096);
}

Test(loader_linux16, the_32_bit_entry_is_taken_on_request)
{
	kernel(0x0205, 0x235);
	request.mode = 32;
	LOADED(image, TOTAL);
	check_eq(u64, regs.rip, 0x100000);
	check_eq(u64, regs.cr0 & 1, 1);
	check(!result.calls_bios);
	request.mode = 64;
	REFUSED(image, TOTAL, "no 64-bit entry");
	kernel(0x0201, 0x226);
	request.mode = 32;
	REFUSED(image, TOTAL, "boot protocol 2.01 (offset 0x206) starts by its 16-bit entry");
}

Test(loader_linux16, any_length_of_the_headers_jump_does_no_harm)
{
	for (unsigned jump = 0; jump < 256; jump++) {
		kernel(0x0207, 0x230);
		image[0x201] = (uint8_t)jump;
		(void)load(image, TOTAL);
		request.mode = jump & 1 ? 32 : 0;
	}
}
