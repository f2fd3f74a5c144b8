/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "bios_fixture.h"

enum { HARD = 0x80, CYLINDER = 16 * 63, SECTORS = 40 * CYLINDER };

static void init(void)
{
	fixture_init();
	insert(BIOS_DISK0, (size_t)SECTORS * 512);
}

static void with_floppy(void)
{
	init();
	insert(BIOS_FLOPPY, 1440 * 1024);
}

/* Calls INT 13h with AH, AL and the place on the disk; the buffer is at ES:BX = BUFFER. */
static void chs(uint8_t command, uint8_t count, uint8_t drive, unsigned cylinder, unsigned head,
		unsigned sector)
{
	begin((uint16_t)(command << 8 | count));
	set(CPU_RCX, (cylinder & 0xff) << 8 | (cylinder >> 8) << 6 | sector);
	set(CPU_RDX, head << 8 | drive);
	set(CPU_RBX, 0);
	service(0x13);
}

/* The packet is at DS:SI = BUFFER - 0x100, its buffer at BUFFER. */
enum { PACKET = BUFFER - 0x100 };

static void packet(uint8_t command, uint8_t size, uint16_t count, uint64_t lba)
{
	uint8_t p[24] = { size, 0, (uint8_t)count, (uint8_t)(count >> 8), 0, 0, 0, 0x20 };

	memcpy(p + 8, &lba, sizeof(lba));
	poke(PACKET, p, sizeof(p));
	begin((uint16_t)(command << 8));
	set_segment(CPU_DS, (PACKET >> 4) & 0xffff);
	set(CPU_RSI, PACKET & 0xf);
	set(CPU_RDX, HARD);
	service(0x13);
}

#define FAILED_WITH(status)                          \
	do {                                         \
		check(carry());                      \
		check_eq(u8, high(CPU_RAX), status); \
	} while (0)

#define SUCCEEDED()                             \
	do {                                    \
		check(!carry());                \
		check_eq(u8, high(CPU_RAX), 0); \
	} while (0)

TestSuite(bios_disk, .init = init, .fini = fixture_fini, .timeout = 60);
TestSuite(bios_floppy, .init = with_floppy, .fini = fixture_fini, .timeout = 60);

Test(bios_disk, sectors_are_read_by_cylinder_head_and_sector)
{
	chs(0x02, 3, HARD, 1, 2, 5);
	SUCCEEDED();
	check_eq(u8, low(CPU_RAX), 3);
	check_eq(u32, peek32(BUFFER), CYLINDER + 2 * 63 + 4);
	check_eq(u32, peek32(BUFFER + 1024), CYLINDER + 2 * 63 + 6);
	check_eq(u8, peek8(BUFFER + 3 * 512), 0xcc, "and no more");
	check_eq(u8, peek8(0x474), 0);
}

Test(bios_disk, cylinders_have_ten_bits)
{
	enum { CYLINDERS = 700, WANTED = 677 };
	char path[] = "/tmp/bimetal-test-XXXXXX", err[200];
	struct disk_image image;
	int fd = mkstemp(path);

	require_ge(int, fd, 0);
	require_eq(int, ftruncate(fd, (off_t)CYLINDERS * CYLINDER * 512), 0);
	require_eq(int, (int)pwrite(fd, "here", 4, ((off_t)WANTED * CYLINDER + 3 * 63 + 8) * 512),
		   4);
	close(fd);
	bios_free(&bios);
	require(disk_image_open(&image, path, DISK_SNAPSHOT, err, sizeof(err)), "%s", err);
	unlink(path);
	require_eq(ptr, bios_attach(&bios, BIOS_DISK0, &image), NULL);
	chs(0x02, 1, HARD, WANTED, 3, 9);
	SUCCEEDED();
	check_eq(u32, peek32(BUFFER), 0x65726568);
	begin(0x0800);
	set(CPU_RDX, HARD);
	service(0x13);
	check_eq(u16, get(CPU_RCX), 0xbb << 8 | 0x80 | 63);
}

Test(bios_disk, a_read_goes_on_over_tracks_and_cylinders)
{
	chs(0x02, 127, HARD, 0, 15, 1);
	SUCCEEDED();
	check_eq(u32, peek32(BUFFER), 15 * 63);
	check_eq(u32, peek32(BUFFER + 126 * 512), 15 * 63 + 126);
	check_gt(u64, call.cost_ns, 127 * 1000);
}

Test(bios_disk, sectors_are_written_and_verified)
{
	poke(BUFFER, "new", 4);
	chs(0x03, 1, HARD, 0, 0, 3);
	SUCCEEDED();
	poke(BUFFER, "old", 4);
	chs(0x04, 1, HARD, 0, 0, 3);
	SUCCEEDED();
	check_eq(u8, peek8(BUFFER), 'o', "verifying moves nothing");
	chs(0x02, 1, HARD, 0, 0, 3);
	check_eq(u8, peek8(BUFFER), 'n');
}

Test(bios_disk, places_that_are_not_on_the_disk_are_refused)
{
	chs(0x02, 1, HARD, 0, 0, 0);
	FAILED_WITH(0x01);
	check_eq(u8, low(CPU_RAX), 0);
	chs(0x02, 1, HARD, 0, 16, 1);
	FAILED_WITH(0x01);
	chs(0x02, 1, HARD, 40, 0, 1);
	FAILED_WITH(0x01);
	chs(0x02, 1, HARD, 1023, 0, 1);
	FAILED_WITH(0x01);
	chs(0x02, 0, HARD, 0, 0, 1);
	FAILED_WITH(0x01);
	check_eq(u8, peek8(0x474), 0x01);
	check_eq(u8, peek8(BUFFER), 0xcc);
}

Test(bios_disk, a_read_over_the_end_gives_what_there_is)
{
	chs(0x02, 32, HARD, 39, 15, 53);
	FAILED_WITH(0x04);
	check_lt(u8, low(CPU_RAX), 32);
}

Test(bios_disk, the_last_status_is_kept_for_asking)
{
	chs(0x02, 1, HARD, 0, 99, 1);
	begin(0x0100);
	set(CPU_RDX, HARD);
	service(0x13);
	FAILED_WITH(0x01);
	service(0x13);
	check_eq(u8, high(CPU_RAX), 0);
}

Test(bios_disk, drives_that_do_not_exist_are_errors)
{
	chs(0x02, 1, 0x81, 0, 0, 1);
	FAILED_WITH(0x01);
	chs(0x08, 0, 0x85, 0, 0, 1);
	FAILED_WITH(0x01);
	chs(0x02, 1, 0x00, 0, 0, 1);
	FAILED_WITH(0x80);
	chs(0x02, 1, 0x01, 0, 0, 1);
	FAILED_WITH(0x80);
	begin(0x1500);
	set(CPU_RDX, 0x81);
	service(0x13);
	check(!carry());
	check_eq(u8, high(CPU_RAX), 0);
}

Test(bios_disk, it_returns_its_geometry)
{
	begin(0x0800);
	set(CPU_RDX, HARD);
	service(0x13);
	SUCCEEDED();
	check_eq(u16, get(CPU_RCX), 39 << 8 | 63);
	check_eq(u16, get(CPU_RDX), 15 << 8 | 1);
}

Test(bios_disk, it_returns_its_type_and_size)
{
	begin(0x1500);
	set(CPU_RDX, HARD);
	service(0x13);
	check(!carry());
	check_eq(u8, high(CPU_RAX), 3);
	check_eq(uint, (unsigned)get(CPU_RCX) << 16 | get(CPU_RDX), SECTORS);
}

Test(bios_disk, resets_and_other_calls_without_effect_succeed)
{
	static const uint8_t commands[] = { 0x00, 0x09, 0x0c, 0x0d, 0x10, 0x11, 0x14, 0x47 };

	for (unsigned i = 0; i < sizeof(commands); i++) {
		chs(commands[i], 1, HARD, 0, 0, 1);
		SUCCEEDED();
	}
	check_eq(uint, not_modelled, 0);
}

Test(bios_disk, an_unknown_command_is_refused_and_reported)
{
	chs(0x77, 1, HARD, 0, 0, 1);
	FAILED_WITH(0x01);
	check_eq(uint, not_modelled, 1);
	check_eq(str, last_lint, "bios.INT13.function");
	check_eq(uint, lints, 0);
}

Test(bios_disk, a_read_only_disk_is_write_protected)
{
	bios.drive[BIOS_DISK0].image.access = DISK_READONLY;
	chs(0x03, 1, HARD, 0, 0, 1);
	FAILED_WITH(0x03);
	packet(0x43, 16, 1, 0);
	FAILED_WITH(0x03);
	check_eq(u16, peek16(PACKET + 2), 0, "none was written");
}

Test(bios_disk, extensions_are_announced)
{
	begin(0x4100);
	set(CPU_RBX, 0x55aa);
	set(CPU_RDX, HARD);
	service(0x13);
	check(!carry());
	check_eq(u16, get(CPU_RBX), 0xaa55);
	check_eq(u8, high(CPU_RAX), 0x30);
	check_eq(u16, get(CPU_RCX), 1);
	begin(0x4100);
	set(CPU_RBX, 0x1234);
	set(CPU_RDX, HARD);
	service(0x13);
	FAILED_WITH(0x01);
}

Test(bios_disk, sectors_are_read_and_written_by_number)
{
	packet(0x42, 16, 2, 1000);
	SUCCEEDED();
	check_eq(u32, peek32(BUFFER), 1000);
	check_eq(u32, peek32(BUFFER + 512), 1001);
	packet(0x43, 16, 1, SECTORS - 1);
	SUCCEEDED();
	packet(0x42, 16, 1, SECTORS - 1);
	check_eq(u32, peek32(BUFFER), 1000);
	packet(0x44, 16, 1, 3);
	SUCCEEDED();
	check_eq(u32, peek32(BUFFER), 1000);
	packet(0x42, 16, 0, 3);
	SUCCEEDED();
}

Test(bios_disk, a_flat_buffer_address_takes_a_longer_packet)
{
	uint64_t flat = 2 * MIB;
	uint8_t p[24] = { 24, 0, 1, 0, 0xff, 0xff, 0xff, 0xff, 7 };

	memcpy(p + 16, &flat, sizeof(flat));
	poke(PACKET, p, sizeof(p));
	begin(0x4200);
	set_segment(CPU_DS, PACKET >> 4);
	set(CPU_RSI, 0);
	set(CPU_RDX, HARD);
	service(0x13);
	SUCCEEDED();
	check_eq(u32, peek32(flat), 7);
}

Test(bios_disk, hostile_packets_are_refused)
{
	packet(0x42, 15, 1, 0);
	FAILED_WITH(0x01);
	packet(0x42, 16, 128, 0);
	FAILED_WITH(0x01);
	packet(0x42, 16, 1, SECTORS);
	FAILED_WITH(0x01);
	packet(0x42, 16, 2, SECTORS - 1);
	FAILED_WITH(0x01);
	packet(0x42, 16, 1, UINT64_MAX);
	FAILED_WITH(0x01);
	packet(0x42, 16, 127, UINT64_MAX - 5);
	FAILED_WITH(0x01);
	check_eq(u16, peek16(PACKET + 2), 0);
	check_eq(u8, peek8(BUFFER), 0xcc);
}

Test(bios_disk, a_buffer_where_there_is_no_memory_does_no_harm)
{
	uint64_t flat = UINT64_MAX - 100;
	uint8_t p[24] = { 24, 0, 1, 0, 0xff, 0xff, 0xff, 0xff, 7 };

	memcpy(p + 16, &flat, sizeof(flat));
	poke(PACKET, p, sizeof(p));
	begin(0x4200);
	set_segment(CPU_DS, PACKET >> 4);
	set(CPU_RSI, 0);
	set(CPU_RDX, HARD);
	service(0x13);
	SUCCEEDED();
	check_gt(uint, lints, 0);
}

Test(bios_disk, it_returns_what_it_is)
{
	poke(BUFFER, "\x1e\x00", 2);
	begin(0x4800);
	set(CPU_RSI, 0);
	set(CPU_RDX, HARD);
	service(0x13);
	SUCCEEDED();
	check_eq(u16, peek16(BUFFER), 0x1e);
	check_eq(u16, peek16(BUFFER + 2), 3);
	check_eq(u32, peek32(BUFFER + 4), 40);
	check_eq(u32, peek32(BUFFER + 8), 16);
	check_eq(u32, peek32(BUFFER + 12), 63);
	check_eq(u64, peek64(BUFFER + 16), SECTORS);
	check_eq(u16, peek16(BUFFER + 24), 512);
	check_eq(u32, peek32(BUFFER + 26), UINT32_MAX);
}

Test(bios_disk, it_returns_no_more_than_the_buffer_holds)
{
	poke(BUFFER, "\x1a\x00", 2);
	begin(0x4800);
	set(CPU_RSI, 0);
	set(CPU_RDX, HARD);
	service(0x13);
	SUCCEEDED();
	check_eq(u16, peek16(BUFFER), 0x1a);
	check_eq(u8, peek8(BUFFER + 0x1a), 0xcc);
	poke(BUFFER, "\x19\x00", 2);
	begin(0x4800);
	set(CPU_RSI, 0);
	set(CPU_RDX, HARD);
	service(0x13);
	FAILED_WITH(0x01);
}

Test(bios_disk, a_hostile_partition_table_does_nothing)
{
	uint8_t sector[512];

	memset(sector, 0xff, sizeof(sector));
	memcpy(sector + 510, "\x55\xaa", 2);
	disk_image_write(&bios.drive[BIOS_DISK0].image, 0, 1, sector);
	bios_lay_drives(&bios);
	begin(0x0800);
	set(CPU_RDX, HARD);
	service(0x13);
	check_eq(u16, get(CPU_RCX), 39 << 8 | 63);
}

Test(bios_floppy, it_returns_its_geometry_and_parameters)
{
	begin(0x0800);
	set(CPU_RDX, 0);
	service(0x13);
	SUCCEEDED();
	check_eq(u16, get(CPU_RBX), 4);
	check_eq(u16, get(CPU_RCX), 79 << 8 | 18);
	check_eq(u16, get(CPU_RDX), 1 << 8 | 1);
	check_eq(u16, regs.seg[CPU_ES].selector, 0xf000);
	check_eq(u8, peek8(0xf0000u + get(CPU_RDI) + 3), 2, "512 bytes a sector");
}

Test(bios_floppy, a_transfer_ends_with_the_cylinder)
{
	chs(0x02, 36, 0, 0, 0, 1);
	SUCCEEDED();
	check_eq(u8, low(CPU_RAX), 36);
	chs(0x02, 20, 0, 3, 1, 1);
	FAILED_WITH(0x04);
	check_eq(u8, low(CPU_RAX), 18);
	check_eq(u32, peek32(BUFFER + 17 * 512), 3 * 36 + 35);
	check_eq(u8, peek8(0x441), 0x04);
}

/* The guest gets the error of a broken controller; the user gets a message that the host's disk is
 * full. */
Test(bios_disk, a_full_disk_of_the_host_is_reported)
{
	char path[] = "/tmp/bimetal-disk-XXXXXX", err[200];
	struct disk_image image;
	int fd = mkstemp(path), full = open("/dev/full", O_RDWR);

	require(fd >= 0 && full >= 0 && ftruncate(fd, (off_t)CYLINDER * 512) == 0);
	require(disk_image_open(&image, path, DISK_WRITE, err, sizeof(err)), "%s", err);
	unlink(path);
	require(dup2(full, image.fd) == image.fd);
	require_eq(ptr, bios_attach(&bios, BIOS_DISK1, &image), NULL);
	chs(0x03, 1, HARD + 1, 0, 0, 1);
	FAILED_WITH(0x20);
	check_eq(str, last_lint, "bios.INT13.host");
	check_eq(uint, lints, 0, "it is no fault of the guest");
	close(fd);
	close(full);
}

Test(bios_floppy, a_buffer_must_not_cross_64_kib)
{
	begin(0x0202);
	set(CPU_RCX, 1);
	set(CPU_RDX, 0);
	set(CPU_RBX, 0xff00);
	service(0x13);
	FAILED_WITH(0x09);
	check_eq(uint, notes, 1, "the caller is told, so it is no fault");
	check_eq(uint, lints, 0);
	check_eq(str, last_lint, "bios.INT13.dma-boundary");
	begin(0x0201);
	set(CPU_RCX, 1);
	set(CPU_RDX, 0);
	set(CPU_RBX, 0xfe00);
	service(0x13);
	SUCCEEDED();
}

Test(bios_floppy, sectors_that_are_not_there_are_not_found)
{
	chs(0x02, 1, 0, 0, 0, 19);
	FAILED_WITH(0x04);
	chs(0x02, 1, 0, 80, 0, 1);
	FAILED_WITH(0x04);
}

Test(bios_floppy, it_has_no_extensions_and_a_change_line)
{
	begin(0x4100);
	set(CPU_RBX, 0x55aa);
	set(CPU_RDX, 0);
	service(0x13);
	FAILED_WITH(0x01);
	begin(0x1500);
	set(CPU_RDX, 0);
	service(0x13);
	check_eq(u8, high(CPU_RAX), 2);
	chs(0x16, 0, 0, 0, 0, 0);
	SUCCEEDED();
}
