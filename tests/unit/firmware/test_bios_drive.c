/* SPDX-License-Identifier: MIT */
#include "bios_fixture.h"
#include "emu/array.h"

TestSuite(bios_drive, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

static struct bios_drive *floppy(size_t kib)
{
	insert(BIOS_FLOPPY, kib * 1024);
	return &bios.drive[BIOS_FLOPPY];
}

Test(bios_drive, diskettes_are_known_by_their_size)
{
	static const struct {
		uint16_t kib, cylinders;
		uint8_t heads, sectors, type;
	} formats[] = { { 160, 40, 1, 8, 1 },   { 180, 40, 1, 9, 1 },  { 320, 40, 2, 8, 1 },
			{ 360, 40, 2, 9, 1 },   { 720, 80, 2, 9, 3 },  { 1200, 80, 2, 15, 2 },
			{ 1440, 80, 2, 18, 4 }, { 2880, 80, 2, 36, 6 } };

	for (unsigned i = 0; i < ARRAY_SIZE(formats); i++) {
		const struct bios_drive *d = floppy(formats[i].kib);

		check(bios_is_floppy_size((uint64_t)formats[i].kib * 1024));
		check_eq(u16, d->cylinders, formats[i].cylinders);
		check_eq(u8, d->heads, formats[i].heads);
		check_eq(u8, d->sectors, formats[i].sectors);
		check_eq(u8, d->type, formats[i].type);
		check_eq(u64, d->image.sectors, formats[i].kib * 2);
		bios_free(&bios);
	}
	check(!bios_is_floppy_size(512));
	check(!bios_is_floppy_size(1440 * 1024 + 512));
}

Test(bios_drive, a_diskette_of_an_odd_size_is_filled_up)
{
	const struct bios_drive *d = floppy(5);

	check_eq(u8, d->type, 4);
	check_eq(u64, d->image.sectors, 2880);
	bios_free(&bios);
	d = floppy(1441);
	check_eq(u8, d->type, 6);
	check_eq(u64, d->image.sectors, 5760);
}

Test(bios_drive, a_disk_larger_than_a_diskette_is_refused_and_stays_the_callers)
{
	struct disk_image image;
	char err[200];
	size_t size = 2880 * 1024 + 512;
	const char *fault;

	require(disk_image_take_bytes(&image, "x", calloc(1, size), size, err, sizeof(err)));
	fault = bios_attach(&bios, BIOS_FLOPPY, &image);
	require_ne(ptr, fault, NULL);
	check_ne(ptr, strstr(fault, "--disk"), NULL);
	check_ne(ptr, image.bytes, NULL);
	disk_image_close(&image);
}

Test(bios_drive, a_drive_takes_one_disk_and_the_second_needs_a_first)
{
	struct disk_image image;
	char err[200];

	require(disk_image_take_bytes(&image, "x", calloc(1, 512), 512, err, sizeof(err)));
	check_ne(ptr, bios_attach(&bios, BIOS_DISK1, &image), NULL);
	insert(BIOS_DISK0, 512);
	check_ne(ptr, bios_attach(&bios, BIOS_DISK0, &image), NULL);
	check_eq(ptr, bios_attach(&bios, BIOS_DISK1, &image), NULL);
	check_eq(u8, peek8(0x475), 2);
}

static void geometry(uint64_t sectors, unsigned cylinders, unsigned heads)
{
	struct disk_image image = { .fd = -1, .sectors = sectors, .size = sectors * 512 };
	const struct bios_drive *d = &bios.drive[BIOS_DISK0];

	bios_free(&bios);
	require_eq(ptr, bios_attach(&bios, BIOS_DISK0, &image), NULL);
	check_eq(uint, d->cylinders, cylinders, "%llu sectors", (unsigned long long)sectors);
	check_eq(uint, d->heads, heads, "%llu sectors", (unsigned long long)sectors);
	check_eq(uint, d->sectors, 63);
}

Test(bios_drive, hard_disks_are_translated_by_their_size)
{
	geometry(1, 1, 16);
	geometry(1007, 1, 16);
	geometry(2 * 1008 + 5, 2, 16);
	geometry(1024 * 1008, 1024, 16);
	geometry(1024 * 1008 + 1, 512, 32);
	geometry(1024 * 63 * 128 + 1, 514, 255);
	geometry(UINT64_C(1) << 32, 1024, 255);
}

Test(bios_drive, the_data_area_cmos_and_tables_describe_the_drives)
{
	uint64_t table;

	floppy(1440);
	insert(BIOS_DISK0, 4 * 1008 * 512);
	check_eq(u16, peek16(0x410), 0x0827);
	check_eq(u8, peek8(0x475), 1);
	check_eq(u8, rtc_mc146818_model_cmos_get(&rtc, 0x10), 0x40);
	check_eq(u8, rtc_mc146818_model_cmos_get(&rtc, 0x14), 0x07);
	table = ((uint64_t)peek16(0x41 * 4 + 2) << 4) + peek16(0x41 * 4);
	check_eq(u64, table, 0x9fc3d);
	check_eq(u16, peek16(table), 4);
	check_eq(u8, peek8(table + 2), 16);
	check_eq(u8, peek8(table + 14), 63);
	check_eq(u16, peek16(0x46 * 4 + 2), 0xf000, "no second one");
}

Test(bios_drive, int_19h_starts_the_first_sector_with_its_drive_in_dl)
{
	insert(BIOS_DISK0, 1024);
	begin(0);
	service(0x19);
	check_eq(int, call.outcome, BIOS_JUMP);
	check_eq(u64, regs.seg[CPU_CS].base + regs.rip, 0x7c00);
	check_eq(u8, low(CPU_RDX), 0x80);
	check_eq(u64, regs.rflags & 0x200, 0x200);
	check_eq(u16, peek16(0x7dfe), 0xaa55);
	check_eq(u64, regs.gpr[CPU_RSP], 0x7c00);
}

Test(bios_drive, a_diskette_comes_first_unless_another_is_chosen)
{
	insert(BIOS_DISK0, 1024);
	floppy(1440);
	begin(0);
	service(0x19);
	check_eq(u8, low(CPU_RDX), 0x00);
	bios.boot_slot = BIOS_DISK0;
	service(0x19);
	check_eq(u8, low(CPU_RDX), 0x80);
}

Test(bios_drive, int_19h_boots_what_was_written)
{
	uint8_t sector[512] = { 0xf4 };

	insert(BIOS_DISK0, 1024);
	memcpy(sector + 510, "\x55\xaa", 2);
	require_eq(int, disk_image_write(&bios.drive[BIOS_DISK0].image, 0, 1, sector), DISK_OK);
	begin(0);
	service(0x19);
	check_eq(u8, peek8(0x7c00), 0xf4);
}

Test(bios_drive, without_a_bootable_disk_it_says_so_and_halts)
{
	char why[200];

	check(!bios_check_boot(&bios, why, sizeof(why)));
	check_ne(ptr, strstr(why, "there is no disk in it"), NULL);
	insert(BIOS_DISK0, 1024);
	check(bios_check_boot(&bios, why, sizeof(why)));
	bios.drive[BIOS_DISK0].image.bytes[511] = 0;
	check(!bios_check_boot(&bios, why, sizeof(why)));
	check_ne(ptr, strstr(why, "first hard disk cannot be booted"), NULL, "%s", why);
	begin(0);
	service(0x19);
	check_eq(u64, regs.rip, bios_rom_halt());
	check_eq(u64, regs.seg[CPU_CS].base, 0xf0000);
	check_eq(u8, vga_model_plane(&vga, 0, 0), 'N');
	check_eq(u8, vga_model_plane(&vga, 6, 0), 'b');
}

Test(bios_drive, a_snapshot_copies_what_was_written)
{
	static struct bios twin;
	uint8_t sector[512] = { 0x42 };
	struct disk_image image;
	char err[200];

	insert(BIOS_DISK0, 1024);
	twin = bios;
	require(disk_image_take_bytes(&image, "x", calloc(1, 1024), 1024, err, sizeof(err)));
	twin.drive[BIOS_DISK0].image = image;
	disk_image_write(&bios.drive[BIOS_DISK0].image, 1, 1, sector);
	require(bios_copy_disks(&twin, &bios));
	disk_image_read(&twin.drive[BIOS_DISK0].image, 1, 1, sector);
	check_eq(u8, sector[0], 0x42);
	bios_free(&twin);
}
