/* SPDX-License-Identifier: MIT */
/* Documentation/arch/x86/boot.rst and zero-page.rst. The test has its own transcription of the
 * header's offsets. */
#include "harness/firmware/memory_map.h"
#include "loader_fixture.h"

enum { SETUP = 3 * 512, CODE = 0x4000, TOTAL = SETUP + CODE };

static uint8_t image[TOTAL];

static void init(void)
{
	fixture_memory(64 * MIB);
	memset(image, 0x90, sizeof(image));
	memset(image, 0, SETUP);
	image[0x1f1] = 2;
	put_le32(image + 0x1f4, CODE / 16);
	put_le16(image + 0x1fe, 0xaa55);
	put_le16(image + 0x200, 0x66eb);
	memcpy(image + 0x202, "HdrS", 4);
	put_le16(image + 0x206, 0x020f);
	image[0x211] = 1;
	put_le32(image + 0x214, 0x100000);
	put_le32(image + 0x22c, 0x7fffffff);
	put_le32(image + 0x230, 0x200000);
	image[0x234] = 1;
	image[0x235] = 12;
	put_le16(image + 0x236, 1);
	put_le32(image + 0x238, 255);
	put_le64(image + 0x258, 0x1000000);
	put_le32(image + 0x260, 0x800000);
	put_le32(image + 0x264, 0x12345678);
}

static uint64_t params(void) { return regs.gpr[CPU_RSI]; }

TestSuite(loader_linux, .init = init, .fini = fixture_fini);

Test(loader_linux, the_64_bit_entry_is_taken_in_long_mode)
{
	LOADED(image, TOTAL);
	check_eq(int, result.kind, BOOT_LINUX);
	check_eq(u64, regs.rip, 0x1000200);
	check_eq(u64, result.entry, 0x1000200);
	check_eq(u64, result.image_base, 0x1000000);
	check_eq(u64, result.image_end, 0x1800000);
	check_eq(u8, peek8(0x1000000), 0x90);
	check_eq(u8, peek8(0x1000000 + CODE), 0xcc);
	check_eq(u64, regs.efer, 0x500);
	check_eq(u64, regs.rflags, 2);
	check_eq(u16, regs.seg[CPU_CS].selector, 0x10);
	check_eq(u16, regs.seg[CPU_DS].selector, 0x18);
	check_eq(u16, regs.seg[CPU_ES].selector, 0x18);
	check_eq(u16, regs.seg[CPU_SS].selector, 0x18);
	check_eq(u64, peek64(regs.gdt.base + 0x10), UINT64_C(0xaf9b000000ffff));
	check_eq(u64, walk(0x1000200), 0x1000200);
	check_eq(u64, walk(params()), params());
}

Test(loader_linux, the_32_bit_entry_is_taken_on_request_or_when_it_is_the_only_one)
{
	request.mode = 32;
	LOADED(image, TOTAL);
	check_eq(u64, regs.rip, 0x1000000);
	check_eq(u64, regs.cr0, 0x11);
	check_eq(u64, regs.gpr[CPU_RBP], 0);
	check_eq(u64, regs.gpr[CPU_RDI], 0);
	check_eq(u64, regs.gpr[CPU_RBX], 0);
	check_eq(u16, regs.seg[CPU_CS].selector, 0x10);
	check_eq(u16, regs.seg[CPU_DS].selector, 0x18);
	check_eq(u64, regs.rflags, 2);
	request.mode = 0;
	put_le16(image + 0x236, 0);
	LOADED(image, TOTAL);
	check_eq(u64, regs.rip, 0x1000000);
	check_eq(u64, regs.efer, 0);
}

Test(loader_linux, the_setup_header_is_copied_and_filled_in)
{
	LOADED(image, TOTAL);
	check_eq(u32, peek32(params() + 0x202), 0x53726448);
	check_eq(u32, peek32(params() + 0x264), 0x12345678);
	check_eq(u8, peek8(params() + 0x210), 0xff);
	check_eq(u8, peek8(params() + 0x211), 0x81);
	check_eq(u16, peek16(params() + 0x1fa), 0xffff);
	check_eq(u16, peek16(params() + 0x224), 0xde00);
	check_eq(u32, peek32(params() + 0x214), 0x1000000);
	check_eq(u32, peek32(params() + 0x230), 0x200000);
	check_eq(u64, params() & 0xfff, 0);
}

Test(loader_linux, what_lies_outside_of_the_header_is_zero)
{
	image[0x1ef] = 0xff; /* the sentinel */
	image[0x268] = 0xff;
	LOADED(image, TOTAL);
	check_eq(u8, peek8(params() + 0x1ef), 0);
	check_eq(u8, peek8(params() + 0x268), 0);
	check_eq(u64, peek64(params() + 0x70), 0);
	check_eq(u8, peek8(params() + 0xfff), 0);
}

Test(loader_linux, the_screen_is_vga_text)
{
	LOADED(image, TOTAL);
	check_eq(u8, peek8(params() + 6), 3);
	check_eq(u8, peek8(params() + 7), 80);
	check_eq(u16, peek16(params() + 0xa), 3);
	check_eq(u8, peek8(params() + 0xe), 25);
	check_eq(u8, peek8(params() + 0xf), 1);
	check_eq(u16, peek16(params() + 0x10), 16);
}

Test(loader_linux, the_memory_map_is_passed)
{
	LOADED(image, TOTAL);
	check_eq(u8, peek8(params() + 0x1e8), 5);
	check_eq(u64, peek64(params() + 0x2d0 + 8), 0x9fc00);
	check_eq(u64, peek64(params() + 0x2d0 + 3 * 20), MIB);
	check_eq(u64, peek64(params() + 0x2d0 + 3 * 20 + 8), 63 * MIB);
	check_eq(u32, peek32(params() + 0x2d0 + 3 * 20 + 16), 1);
	check_eq(u32, peek32(params() + 0x2d0 + 4 * 20 + 16), 2);
	check_eq(u32, peek32(params() + 0x1e0), 63 * 1024);
	check_eq(u16, peek16(params() + 2), 0xfc00);
}

Test(loader_linux, what_firmware_keeps_is_in_the_memory_map_and_nothing_is_loaded_there)
{
	static const struct memory_firmware firmware = {
		.area = { { 64 * MIB - 0x10000, 0x10000, MEMORY_ACPI_RECLAIMABLE } }, .n = 1
	};

	request.firmware = &firmware;
	request.initrd = fixture_file("rd", "initrd", 6);
	LOADED(image, TOTAL);
	check_eq(u8, peek8(params() + 0x1e8), 6);
	check_eq(u64, peek64(params() + 0x2d0 + 3 * 20 + 8), 63 * MIB - 0x10000);
	check_eq(u64, peek64(params() + 0x2d0 + 4 * 20), 64 * MIB - 0x10000);
	check_eq(u32, peek32(params() + 0x2d0 + 4 * 20 + 16), 3);
	check_le(u64, peek32(params() + 0x218) + 6, 64 * MIB - 0x10000);
	check_ge(u64, peek32(params() + 0x218), 63 * MIB);
}

Test(loader_linux, the_command_line_lies_below_640_kib)
{
	request.append = "console=ttyS0 nokaslr";
	LOADED(image, TOTAL);
	check_eq(str, peek_string(peek32(params() + 0x228)), "console=ttyS0 nokaslr");
	check_lt(u32, peek32(params() + 0x228), 0x9fc00);
	request.append = NULL;
	LOADED(image, TOTAL);
	check_ne(u32, peek32(params() + 0x228), 0);
	check_eq(str, peek_string(peek32(params() + 0x228)), "");
}

Test(loader_linux, a_command_line_at_the_limit_fits_and_one_more_does_not)
{
	char text[260];

	memset(text, 'x', sizeof(text));
	text[255] = '\0';
	request.append = text;
	LOADED(image, TOTAL);
	text[255] = 'x';
	text[256] = '\0';
	REFUSED(image, TOTAL, "256 characters; this kernel takes at most 255");
}

Test(loader_linux, the_initrd_lies_as_high_as_it_may)
{
	request.initrd = fixture_file("initrd", "cpio", 4);
	LOADED(image, TOTAL);
	check_eq(u32, peek32(params() + 0x218), 64 * MIB - 4096);
	check_eq(u32, peek32(params() + 0x21c), 4);
	check_eq(u32, peek32(64 * MIB - 4096), 0x6f697063);
	put_le32(image + 0x22c, 0x1ffffff);
	LOADED(image, TOTAL);
	check_eq(u32, peek32(params() + 0x218), 32 * MIB - 4096);
	put_le32(image + 0x22c, 0x17fffff); /* the kernel occupies the memory up to here */
	LOADED(image, TOTAL);
	check_eq(u32, peek32(params() + 0x218), 16 * MIB - 4096);
}

Test(loader_linux, an_initrd_that_does_not_fit_is_refused_with_the_way_out)
{
	request.initrd = fixture_hollow_file("initrd", 60 * MIB);
	REFUSED(image, TOTAL, "(61440 KiB) does not fit");
	check_ne(ptr, strstr(err, "84 MiB or more (-m)"), NULL, "%s", err);
	request.initrd = "/nonexistent/initrd";
	REFUSED(image, TOTAL, "/nonexistent/initrd: cannot open the file");
}

Test(loader_linux, a_relocatable_kernel_moves_down_when_memory_is_short)
{
	fixture_memory(20 * MIB);
	LOADED(image, TOTAL);
	check_eq(u64, regs.rip, 0x200200);
	check_eq(u32, peek32(params() + 0x214), 0x200000);
	check_eq(u32, peek32(params() + 0x230), 0x200000);
}

Test(loader_linux, it_takes_the_smaller_alignment_when_it_must)
{
	fixture_memory(9 * MIB);
	LOADED(image, TOTAL);
	check_eq(u64, regs.rip, 0x100200);
	check_eq(u32, peek32(params() + 0x230), 0x1000);
}

Test(loader_linux, a_kernel_without_room_says_how_much_it_needs)
{
	fixture_memory(8 * MIB);
	REFUSED(image, TOTAL, "at least 9 MiB of memory");
	check_ne(ptr, strstr(err, "-m 9M"), NULL, "%s", err);
	image[0x234] = 0;
	REFUSED(image, TOTAL, "-m 24M");
	put_le64(image + 0x258, UINT64_MAX - 100);
	REFUSED(image, TOTAL, "does not fit below 4 GiB");
	image[0x234] = 1;
	put_le32(image + 0x260, UINT32_MAX);
	REFUSED(image, TOTAL, "does not fit below 4 GiB");
}

Test(loader_linux, a_kernel_that_is_not_relocatable_goes_to_1_mib)
{
	image[0x234] = 0;
	put_le64(image + 0x258, 0x100000);
	LOADED(image, TOTAL);
	check_eq(u64, regs.rip, 0x100200);
	put_le64(image + 0x258, 0x2000000);
	LOADED(image, TOTAL);
	check_eq(u64, regs.rip, 0x100200);
	check_eq(u64, result.image_base, 0x2000000);
}

Test(loader_linux, a_protocol_before_2_00_is_refused_by_its_version)
{
	put_le16(image + 0x206, 0x01ff);
	REFUSED(image, TOTAL, "boot protocol 1.255 (offset 0x206); 2.00 or later");
	put_le16(image + 0x206, 0x020c);
	LOADED(image, TOTAL);
}

Test(loader_linux, truncated_kernels_are_refused)
{
	REFUSED(image, SETUP, "begins at offset 0x600 (setup_sects 2), but the file ends at 0x600");
	REFUSED(image, TOTAL - 16, "(syssize) from offset 0x600");
	LOADED(image, TOTAL - 15);
	REFUSED(image, 0x267, "unknown image format");
	request.kind = BOOT_LINUX;
	REFUSED(image, 0x267, "not a Linux bzImage");
}

Test(loader_linux, bytes_behind_the_kernel_are_not_loaded)
{
	put_le32(image + 0x1f4, CODE / 16 - 1);
	LOADED(image, TOTAL);
	check_eq(u8, peek8(0x1000000 + CODE - 17), 0x90);
	check_eq(u8, peek8(0x1000000 + CODE - 16), 0xcc);
}

Test(loader_linux, zero_setup_sectors_mean_four)
{
	image[0x1f1] = 0;
	put_le32(image + 0x1f4, 0);
	image[5 * 512] = 0x77;
	LOADED(image, TOTAL);
	check_eq(u8, peek8(0x1000000), 0x77);
}

Test(loader_linux, a_setup_header_of_a_wrong_length_is_refused)
{
	image[0x201] = 0x65;
	REFUSED(image, TOTAL, "the setup header ends at 0x267");
	image[0x201] = 0x8f;
	REFUSED(image, TOTAL, "the setup header ends at 0x291");
	image[0x201] = 0x8e;
	LOADED(image, TOTAL);
}

Test(loader_linux, bad_alignments_are_refused)
{
	put_le32(image + 0x230, 0x200001);
	REFUSED(image, TOTAL, "kernel_alignment 0x200001 (offset 0x230) is not a power of two");
	put_le32(image + 0x230, 0);
	REFUSED(image, TOTAL, "not a power of two");
	put_le32(image + 0x230, 0x200000);
	image[0x235] = 64;
	REFUSED(image, TOTAL, "min_alignment");
}

Test(loader_linux, modes_that_the_kernel_does_not_have_are_refused)
{
	request.mode = 8;
	REFUSED(image, TOTAL, "--mode 8");
	request.mode = 64;
	LOADED(image, TOTAL);
	put_le16(image + 0x236, 0);
	REFUSED(image, TOTAL, "no 64-bit entry");
}

Test(loader_linux, modules_are_refused)
{
	request.n_modules = 1;
	REFUSED(image, TOTAL, "--initrd");
}

Test(loader_linux, a_bzimage_is_recognised_before_a_boot_sector)
{
	put_le32(image + 0x1f4, 0);
	require_eq(sz, TOTAL % 512, 0);
	LOADED(image, TOTAL);
	check_eq(int, result.kind, BOOT_LINUX);
}

Test(loader_linux, memory_above_4_gib_is_in_the_map_and_the_initrd_stays_below)
{
	fixture_memory(5 * GIB);
	put_le32(image + 0x22c, UINT32_MAX);
	request.initrd = fixture_file("initrd", "cpio", 4);
	LOADED(image, TOTAL);
	check_eq(u32, peek32(params() + 0x218), (uint32_t)(3 * GIB - 4096));
	check_eq(u64, peek64(params() + 0x2d0 + 5 * 20), 4 * GIB);
	check_eq(u64, peek64(params() + 0x2d0 + 5 * 20 + 8), 2 * GIB);
}
