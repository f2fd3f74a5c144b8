/* SPDX-License-Identifier: MIT */
#include "loader_fixture.h"

static uint8_t sector[1024];

static void init(void)
{
	fixture_init();
	memset(sector, 0x90, sizeof(sector));
	sector[510] = 0x55;
	sector[511] = 0xaa;
}

TestSuite(loader_flat, .init = init, .fini = fixture_fini);

Test(loader_flat, a_boot_sector_starts_in_real_mode_as_a_bios_leaves_it)
{
	LOADED(sector, 512);
	check_eq(int, result.kind, BOOT_SECTOR);
	check_eq(u64, result.entry, 0x7c00);
	check_eq(u64, result.image_base, 0x7c00);
	check_eq(u64, result.image_end, 0x7e00);
	check_eq(u64, regs.rip, 0x7c00);
	check_eq(u16, regs.seg[CPU_CS].selector, 0);
	check_eq(u32, regs.seg[CPU_CS].limit, 0xffff);
	check_eq(u64, regs.gpr[CPU_RDX] & 0xff, 0x80);
	check_eq(u64, regs.gpr[CPU_RSP], 0x7c00);
	check_eq(u64, regs.rflags, 0x202);
	check_eq(u64, regs.cr0, 0x10);
	check_eq(u32, regs.idt.limit, 0x3ff);
}

Test(loader_flat, only_the_first_sector_is_loaded)
{
	request.kind = BOOT_SECTOR;
	LOADED(sector, sizeof(sector));
	check_eq(u8, peek8(0x7c00), 0x90);
	check_eq(u16, peek16(0x7dfe), 0xaa55);
	check_eq(u8, peek8(0x7e00), 0xcc);
}

Test(loader_flat, more_than_one_sector_is_a_disk_that_the_bios_boots)
{
	LOADED(sector, sizeof(sector));
	check_eq(int, result.kind, BOOT_DISK);
	check_eq(u64, regs.seg[CPU_CS].base + regs.rip, 0xffff0, "the reset vector");
	check_eq(u64, regs.cr0, 0x10);
	check_eq(u64, result.entry, 0x7c00);
	check_eq(u8, peek8(0x7c00), 0xcc, "nothing is loaded");
	LOADED(sector, 513);
	check_eq(int, result.kind, BOOT_DISK, "a last sector that is not whole");
	REFUSED(sector, 511, "no boot sector");
}

Test(loader_flat, a_linux_kernel_that_was_cut_off_is_no_disk)
{
	memcpy(sector + 0x202, "HdrS", 4);
	REFUSED(sector, 0x250, "unknown image format");
}

Test(loader_flat, a_cd_is_known_whatever_its_first_sectors_hold)
{
	static uint8_t cd[0x8800];

	memcpy(cd + 0x8000, "\1CD001\1", 7);
	LOADED(cd, sizeof(cd));
	check_eq(int, result.kind, BOOT_CD);
	check_eq(u64, regs.seg[CPU_CS].base + regs.rip, 0xffff0, "the reset vector");
	check_eq(u8, peek8(0x7c00), 0xcc, "nothing is loaded");
	memcpy(cd + 510, "\x55\xaa", 2);
	memcpy(cd + 0x202, "HdrS", 4);
	memcpy(cd,
	       "\x7f"
	       "ELF",
	       4);
	LOADED(cd, sizeof(cd));
	check_eq(int, result.kind, BOOT_CD);
	request.append = "quiet";
	REFUSED(cd, sizeof(cd), "--append");
	request.append = NULL;
	request.kind = BOOT_CD;
	REFUSED(cd, sizeof(cd) - 1, "not a CD");
	request.kind = BOOT_AUTO;
	memset(cd, 0, 0x8000);
	REFUSED(cd, 0x8005, "no CD (\"CD001\" at offset 0x8001)");
}

Test(loader_flat, a_forced_disk_needs_its_signature)
{
	request.kind = BOOT_DISK;
	sector[510] = 0;
	REFUSED(sector, sizeof(sector), "found 0x00 0xaa");
	REFUSED(sector, 100, "this file has 100");
	sector[510] = 0x55;
	request.append = "quiet";
	REFUSED(sector, sizeof(sector), "--append");
}

Test(loader_flat, a_forced_boot_sector_needs_its_signature)
{
	request.kind = BOOT_SECTOR;
	sector[511] = 0;
	REFUSED(sector, sizeof(sector), "found 0x55 0x00");
	REFUSED(sector, 100, "this file has 100");
	sector[511] = 0xaa;
	LOADED(sector, 513);
}

Test(loader_flat, flat_code_needs_boot_flat)
{
	static const uint8_t code[] = { 0xfa, 0xf4 };

	REFUSED(code, sizeof(code), "--boot flat");
	REFUSED(code, 0, "empty");
}

Test(loader_flat, flat_code_starts_in_protected_mode_at_1_mib)
{
	static const uint8_t code[] = { 0xfa, 0xf4 };
	uint64_t gdt;

	request.kind = BOOT_FLAT;
	LOADED(code, sizeof(code));
	check_eq(u16, peek16(MIB), 0xf4fa);
	check_eq(u64, regs.rip, MIB);
	check_eq(u64, regs.cr0, 0x11);
	check_eq(u64, regs.rflags, 2);
	gdt = regs.gdt.base;
	check_eq(u64, peek64(gdt + regs.seg[CPU_CS].selector), UINT64_C(0xcf9b000000ffff));
	check_eq(u64, peek64(gdt + regs.seg[CPU_DS].selector), UINT64_C(0xcf93000000ffff));
}

Test(loader_flat, the_16_bit_mode_defaults_to_the_boot_sector_address)
{
	static const uint8_t code[] = { 0xfa, 0xf4 };

	request.kind = BOOT_FLAT;
	request.mode = 16;
	LOADED(code, sizeof(code));
	check_eq(u16, peek16(0x7c00), 0xf4fa);
	check_eq(u64, regs.seg[CPU_CS].base + regs.rip, 0x7c00);
	check_eq(u64, regs.cr0 & 1, 0);
	check_eq(u64, regs.rflags, 2);
}

Test(loader_flat, a_high_16_bit_entry_gets_a_code_segment)
{
	request.kind = BOOT_FLAT;
	request.mode = 16;
	request.has_load_addr = true;
	request.load_addr = 0x91234;
	LOADED("\xf4", 1);
	check_eq(u16, regs.seg[CPU_CS].selector, 0x9000);
	check_eq(u64, regs.seg[CPU_CS].base, 0x90000);
	check_eq(u64, regs.rip, 0x1234);
}

Test(loader_flat, the_64_bit_mode_maps_memory_to_itself)
{
	request.kind = BOOT_FLAT;
	request.mode = 64;
	request.has_load_addr = request.has_entry = true;
	request.load_addr = 0x200000;
	request.entry = 0x200001;
	LOADED("\x90\xf4", 2);
	check_eq(u64, regs.rip, 0x200001);
	check_eq(u64, regs.cr0, 0x80000011);
	check_eq(u64, regs.cr4, 0x20);
	check_eq(u64, regs.efer, 0x500);
	check_eq(u64, walk(0x200001), 0x200001);
	check_eq(u64, walk(4 * GIB - 1), 4 * GIB - 1);
	check_eq(u64, walk(4 * GIB), UINT64_MAX);
	check_eq(u32, regs.seg[CPU_CS].flags >> 20 & 0xf, 0xa);
}

Test(loader_flat, an_address_outside_of_ram_is_refused)
{
	request.kind = BOOT_FLAT;
	request.has_load_addr = true;
	request.load_addr = 0xb8000;
	REFUSED("\xf4", 1, "not all of them are RAM");
	request.load_addr = 16 * MIB - 1;
	REFUSED("\xf4\xf4", 2, "-m");
	request.load_addr = UINT64_MAX;
	REFUSED("\xf4\xf4", 2, "not all of them are RAM");
}

Test(loader_flat, an_entry_that_cannot_be_reached_is_refused)
{
	request.kind = BOOT_FLAT;
	request.has_entry = true;
	request.entry = 0xc0000;
	REFUSED("\xf4", 1, "--entry");
	request.mode = 16;
	request.entry = 0x100000;
	REFUSED("\xf4", 1, "16-bit code");
	fixture_memory(5 * GIB);
	request.mode = 32;
	request.entry = 4 * GIB;
	REFUSED("\xf4", 1, "32-bit code");
}

Test(loader_flat, wrong_options_are_refused)
{
	request.kind = BOOT_FLAT;
	request.mode = 33;
	REFUSED("\xf4", 1, "--mode 33");
	request.mode = 0;
	REFUSED("", 0, "empty");
	request.append = "quiet";
	REFUSED("\xf4", 1, "--append");
	request.append = "";
	LOADED("\xf4", 1);
	request.initrd = "x";
	REFUSED("\xf4", 1, "--initrd");
	request.initrd = NULL;
	request.n_modules = 1;
	REFUSED("\xf4", 1, "--module");
	request.n_modules = BOOT_MAX_MODULES + 1;
	REFUSED("\xf4", 1, "too many");
}

Test(loader_flat, placement_options_are_for_flat_alone)
{
	request.has_entry = true;
	REFUSED(sector, sizeof(sector), "need --boot flat");
	request.has_entry = false;
	request.mode = 16;
	REFUSED(sector, sizeof(sector), "--mode needs --boot flat");
}

Test(loader_flat, memory_above_4_gib_is_mapped_when_the_image_lies_there)
{
	fixture_memory(5 * GIB);
	request.kind = BOOT_FLAT;
	request.mode = 64;
	request.has_load_addr = true;
	request.load_addr = 5 * GIB;
	LOADED("\xf4", 1);
	check_eq(u64, walk(5 * GIB), 5 * GIB);
	check_eq(u64, regs.rip, 5 * GIB);
}
