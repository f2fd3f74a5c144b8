/* SPDX-License-Identifier: MIT */
/* INT 13h on a CD and on the drive that it emulates: El Torito 4.3, 6.3, 6.4 and T13/2132-D 8.22 to
 * 8.25. */
#include "bios_fixture.h"
#include "cd_fixture.h"

enum { PACKET = BUFFER + 0x100, PACKET_OFFSET = 0x100, CD_DRIVE = 0xe0 };

TestSuite(bios_cd, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

static void insert_cd(void)
{
	struct disk_image image = cd_open(CD_SIZE);

	require_eq(ptr, bios_attach(&bios, BIOS_CD, &image), NULL);
}

/* Makes a CD that boots with this media type, and boots it. */
static void boot_cd(uint8_t media, uint16_t count)
{
	cd_build(media, count);
	insert_cd();
	begin(0);
	service(0x19);
	require_eq(int, call.outcome, BIOS_JUMP);
}

/* Calls INT 13h with a drive in DL, and SI pointing to the packet. */
static void int13(uint16_t ax, uint8_t drive)
{
	begin(ax);
	set(CPU_RDX, drive);
	set(CPU_RSI, PACKET_OFFSET);
	service(0x13);
}

/* AH=42h: reads one sector to BUFFER + 0x1000. */
static void read_sector(uint8_t drive, uint64_t lba)
{
	uint8_t packet[16] = {
		16, 0, 1, 0, 0x00, 0x10, BUFFER_SEGMENT & 0xff, BUFFER_SEGMENT >> 8
	};

	memcpy(packet + 8, &lba, sizeof(lba));
	poke(PACKET, packet, sizeof(packet));
	int13(0x4200, drive);
}

/* AH=02h: reads one sector to BUFFER, with CX and DH as given. */
static void read_chs(uint8_t drive, uint16_t cx, uint8_t head)
{
	begin(0x0201);
	set(CPU_RCX, cx);
	set(CPU_RDX, (uint32_t)head << 8 | drive);
	set(CPU_RBX, 0);
	service(0x13);
}

/* ---- booting ---- */

Test(bios_cd, without_emulation_the_count_is_loaded_and_started)
{
	cd_build(0, 5);
	memset(cd_bytes + CD_IMAGE + 5 * 512, 0x77, 512);
	insert_cd();
	begin(0);
	service(0x19);
	require_eq(int, call.outcome, BIOS_JUMP);
	check_eq(u64, regs.seg[CPU_CS].base + regs.rip, 0x7c00);
	check_eq(u16, regs.seg[CPU_CS].selector, 0, "as boot sectors expect it");
	check_eq(u8, low(CPU_RDX), CD_DRIVE);
	check_eq(u64, regs.rflags & 0x200, 0x200);
	check_eq(u32, peek32(0x7c00 + 4 * 512), 4);
	check_eq(u8, peek8(0x7c00 + 5 * 512), 0xcc, "no more than was asked for");
	check_eq(u8, peek8(0x475), 0, "no hard disk");
}

Test(bios_cd, another_segment_is_started_at_its_beginning)
{
	cd_build(0, 1);
	cd_put16(CD_ENTRY + 2, 0x2345);
	insert_cd();
	begin(0);
	service(0x19);
	check_eq(u16, regs.seg[CPU_CS].selector, 0x2345);
	check_eq(u64, regs.seg[CPU_CS].base, 0x23450);
	check_eq(u64, regs.rip, 0);
	check_eq(u32, peek32(0x23450 + 0x1be), 0x00010080);
}

Test(bios_cd, it_comes_behind_a_diskette_and_before_a_hard_disk)
{
	cd_build(0, 1);
	insert_cd();
	insert(BIOS_DISK0, 1024);
	check_eq(int, bios_boot_slot(&bios), BIOS_CD);
	insert(BIOS_FLOPPY, 1440 * 1024);
	check_eq(int, bios_boot_slot(&bios), BIOS_FLOPPY);
}

Test(bios_cd, a_cd_of_data_leaves_it_to_the_hard_disk)
{
	char why[300];

	cd_build(0, 1);
	cd_bytes[CD_ENTRY] = 0;
	insert_cd();
	check_eq(int, bios_boot_slot(&bios), BIOS_CD, "alone it is complained of");
	check(!bios_check_boot(&bios, why, sizeof(why)));
	check_ne(ptr, strstr(why, "not bootable"), NULL, "%s", why);
	insert(BIOS_DISK0, 1024);
	check_eq(int, bios_boot_slot(&bios), BIOS_DISK0);
	check(bios_check_boot(&bios, why, sizeof(why)), "%s", why);
	begin(0);
	service(0x19);
	check_eq(u8, low(CPU_RDX), 0x80);
}

Test(bios_cd, a_cd_that_cannot_boot_says_so_and_halts)
{
	cd_build(0, 1);
	cd_bytes[CD_CATALOG] = 9;
	insert_cd();
	begin(0);
	service(0x19);
	check_eq(u64, regs.seg[CPU_CS].base, 0xf0000);
	check_eq(u64, regs.rip, bios_rom_halt());
	check_ne(u16, peek16(0x450), 0, "the cursor is behind a message");
}

/* ---- the CD as a drive ---- */

Test(bios_cd, extended_reads_have_2048_bytes)
{
	cd_build(0, 1);
	insert_cd();
	read_sector(CD_DRIVE, CD_IMAGE_SECTOR + 2);
	check(!carry());
	check_eq(u32, peek32(BUFFER + 0x1000), 8);
	check_eq(u32, peek32(BUFFER + 0x1000 + 3 * 512), 11);
	read_sector(CD_DRIVE, CD_SIZE / 2048 - 1);
	check(!carry());
	read_sector(CD_DRIVE, CD_SIZE / 2048);
	check(carry());
	check_eq(u8, high(CPU_RAX), 0x01);
	check_eq(u16, peek16(PACKET + 2), 0, "nothing came");
	read_sector(CD_DRIVE, UINT64_MAX / 4 + 1);
	check(carry());
}

Test(bios_cd, a_last_sector_that_is_not_whole_is_filled_up)
{
	struct disk_image image;

	cd_build(0, 1);
	image = cd_open(CD_SIZE - 512 * 3 - 100);
	require_eq(ptr, bios_attach(&bios, BIOS_CD, &image), NULL);
	read_sector(CD_DRIVE, CD_SIZE / 2048 - 1);
	check(!carry());
	check_eq(u32, peek32(BUFFER + 0x1000), CD_BLOCKS - 4);
	check_eq(u32, peek32(BUFFER + 0x1000 + 3 * 512), 0);
}

Test(bios_cd, it_is_not_written_and_has_no_cylinders)
{
	cd_build(0, 1);
	insert_cd();
	read_sector(CD_DRIVE, 1);
	int13(0x4300, CD_DRIVE);
	check(carry());
	check_eq(u8, high(CPU_RAX), 0x03);
	read_chs(CD_DRIVE, 1, 0);
	check(carry());
	int13(0x0800, CD_DRIVE);
	check(carry());
	int13(0x1500, CD_DRIVE);
	check_eq(u8, high(CPU_RAX), 0);
	int13(0x0000, CD_DRIVE);
	check(!carry());
}

Test(bios_cd, its_table_says_2048_bytes_and_that_it_is_removable)
{
	cd_build(0, 1);
	insert_cd();
	poke(PACKET, "\x1e\0", 2);
	int13(0x4800, CD_DRIVE);
	check(!carry());
	check_eq(u16, peek16(PACKET + 0x02), 0x0005);
	check_eq(u32, peek32(PACKET + 0x0c), 0);
	check_eq(u64, peek64(PACKET + 0x10), CD_SIZE / 2048);
	check_eq(u16, peek16(PACKET + 0x18), 2048);
	begin(0x4100);
	set(CPU_RBX, 0x55aa);
	set(CPU_RDX, CD_DRIVE);
	service(0x13);
	check(!carry());
	check_eq(u16, get(CPU_RBX), 0xaa55);
	check_eq(u16, get(CPU_RCX), 1);
}

/* ---- emulated drives ---- */

Test(bios_cd, an_emulated_diskette_is_drive_00h_and_the_real_one_moves_up)
{
	cd_build(2, 1);
	insert_cd();
	insert(BIOS_FLOPPY, 720 * 1024);
	bios.boot_slot = BIOS_CD;
	begin(0);
	service(0x19);
	check_eq(u8, low(CPU_RDX), 0);
	check_eq(u32, peek32(0x7c00), 0);
	check_eq(u16, peek16(0x410) & 0xc1, 0x41, "two diskettes");

	read_chs(0, 0x0005, 1); /* head 1, sector 5: 18 + 4 */
	check(!carry());
	check_eq(u32, peek32(BUFFER), 22);
	int13(0x0800, 0);
	check_eq(u8, low(CPU_RBX), 4);
	check_eq(u16, get(CPU_RCX), 0x4f12);
	check_eq(u16, get(CPU_RDX), 0x0102);
	int13(0x0800, 1);
	check_eq(u16, get(CPU_RCX), 0x4f09, "the real one");
	read_chs(0, 0x4f01, 0);
	check(carry(), "behind the CD's end");
}

Test(bios_cd, an_emulated_diskette_has_no_dma_controller)
{
	boot_cd(2, 1);
	begin(0x0228); /* 40 sectors, across the end of a cylinder and a 64 KiB boundary */
	set(CPU_RCX, 1);
	set(CPU_RDX, 0);
	set(CPU_RBX, 0xff00);
	service(0x13);
	check(!carry());
	check_eq(u8, low(CPU_RAX), 40);
	check_eq(u32, peek32(BUFFER + 0xff00 + 39 * 512), 39);
	check_eq(uint, lints, 0);
}

Test(bios_cd, an_emulated_hard_disk_is_80h_and_the_real_ones_move_up)
{
	cd_build(4, 1);
	insert_cd();
	insert(BIOS_DISK0, 4 * 1008 * 512);
	begin(0);
	service(0x19);
	check_eq(u8, low(CPU_RDX), 0x80);
	check_eq(u8, peek8(0x475), 2);
	read_chs(0x80, 0x0103, 2); /* cylinder 1, head 2, sector 3 */
	check_eq(u32, peek32(BUFFER), (1 * 4 + 2) * 17 + 2);
	read_sector(0x80, 7);
	check_eq(u32, peek32(BUFFER + 0x1000), 7);
	read_sector(0x80, 5 * 4 * 17);
	check(carry(), "it ends with its partition");
	read_sector(0x81, 7);
	check_eq(u32, peek32(BUFFER + 0x1000), 7, "the real one");
	read_sector(CD_DRIVE, CD_IMAGE_SECTOR + 1);
	check_eq(u32, peek32(BUFFER + 0x1000), 4, "the CD itself");
	int13(0x0800, 0x80);
	check_eq(u16, get(CPU_RCX), 0x0411);
	check_eq(u16, get(CPU_RDX), 0x0302);
}

Test(bios_cd, an_emulated_drive_is_not_written)
{
	boot_cd(4, 1);
	begin(0x0301);
	set(CPU_RCX, 2);
	set(CPU_RDX, 0x80);
	service(0x13);
	check(carry());
	check_eq(u8, high(CPU_RAX), 0x03);
}

/* ---- AH=4Ah to 4Dh ---- */

Test(bios_cd, the_status_says_what_was_booted)
{
	boot_cd(4, 2);
	int13(0x4b01, 0x80);
	check(!carry());
	check_eq(u8, high(CPU_RAX), 0);
	check_eq(u8, peek8(PACKET), 0x13);
	check_eq(u8, peek8(PACKET + 1), 4);
	check_eq(u8, peek8(PACKET + 2), 0x80);
	check_eq(u32, peek32(PACKET + 4), CD_IMAGE_SECTOR);
	check_eq(u16, peek16(PACKET + 0x0c), 0x07c0);
	check_eq(u16, peek16(PACKET + 0x0e), 2);
	check_eq(u8, peek8(PACKET + 0x10), 4, "CH");
	check_eq(u8, peek8(PACKET + 0x11), 17, "CL");
	check_eq(u8, peek8(PACKET + 0x12), 3, "DH");
	int13(0x4b01, 0x7f);
	check(!carry());
	int13(0x4b01, 0x81);
	check(carry());
	int13(0x4b02, 0x80);
	check(carry());
}

Test(bios_cd, terminating_restores_the_drive_numbers)
{
	cd_build(4, 1);
	insert_cd();
	insert(BIOS_DISK0, 4 * 1008 * 512);
	begin(0);
	service(0x19);
	int13(0x4b00, 0x7f);
	check(!carry());
	check_eq(u8, peek8(PACKET + 2), 0x80);
	check_eq(u8, peek8(0x475), 1);
	int13(0x0800, 0x80);
	check_eq(u16, get(CPU_RCX), 0x033f, "the real one");
	int13(0x0800, 0x81);
	check(carry());
	int13(0x4b01, CD_DRIVE);
	check(!carry(), "what was booted is still told");
}

Test(bios_cd, without_a_boot_from_it_there_is_no_status)
{
	int13(0x4b01, 0);
	check(carry());
	check_eq(u8, high(CPU_RAX), 0x01);
	cd_build(0, 1);
	insert_cd();
	int13(0x4b01, CD_DRIVE);
	check(carry());
	check_eq(uint, not_modelled, 0);
}

/* Makes a specification packet for the image. */
static void spec(uint8_t media, uint32_t image, uint16_t segment, uint16_t count)
{
	uint8_t packet[0x13] = { 0x13, media };

	memcpy(packet + 0x04, &image, sizeof(image));
	memcpy(packet + 0x0c, &segment, sizeof(segment));
	memcpy(packet + 0x0e, &count, sizeof(count));
	poke(PACKET, packet, sizeof(packet));
}

Test(bios_cd, an_emulation_begins_when_it_is_asked_for)
{
	cd_build(0, 1);
	insert_cd();
	spec(2, CD_IMAGE_SECTOR + 1, 0, 0);
	int13(0x4a00, CD_DRIVE);
	check(!carry());
	read_chs(0, 1, 0);
	check_eq(u32, peek32(BUFFER), 4);
	spec(0, CD_IMAGE_SECTOR, 0, 0);
	int13(0x4a00, CD_DRIVE);
	check(carry(), "no emulation to begin");
	spec(5, CD_IMAGE_SECTOR, 0, 0);
	int13(0x4a00, CD_DRIVE);
	check(carry());
	spec(2, CD_SIZE / 2048, 0, 0);
	int13(0x4a00, CD_DRIVE);
	check(carry(), "not on the CD");
	spec(4, 16, 0, 0);
	int13(0x4a00, CD_DRIVE);
	check(carry(), "no partition there");
	read_chs(0, 1, 0);
	check(!carry(), "the first one goes on");
}

Test(bios_cd, an_image_is_booted_when_it_is_asked_for)
{
	cd_build(0, 1);
	insert_cd();
	spec(2, CD_IMAGE_SECTOR + 1, 0x3000, 2);
	int13(0x4c00, CD_DRIVE);
	require_eq(int, call.outcome, BIOS_JUMP);
	check_eq(u64, regs.seg[CPU_CS].base + regs.rip, 0x30000);
	check_eq(u8, low(CPU_RDX), 0);
	check_eq(u32, peek32(0x30000 + 512), 5);
	spec(0, CD_IMAGE_SECTOR, 0, 0);
	int13(0x4c00, CD_DRIVE);
	check_eq(int, call.outcome, BIOS_RETURN);
	check(carry(), "nothing to load");
	spec(0, CD_IMAGE_SECTOR, 0x9fbf, 1);
	int13(0x4c00, CD_DRIVE);
	check(carry(), "over the extended data area");
}

Test(bios_cd, the_catalog_is_read_by_sectors)
{
	uint8_t packet[8] = { 8, 1, 0x00, 0x10, BUFFER_SEGMENT & 0xff, BUFFER_SEGMENT >> 8 };

	boot_cd(0, 1);
	poke(PACKET, packet, sizeof(packet));
	int13(0x4d00, CD_DRIVE);
	check(!carry());
	check_eq(u8, peek8(BUFFER + 0x1000), 1);
	check_eq(u8, peek8(BUFFER + 0x1000 + 32), 0x88);
	int13(0x4d00, 0x81);
	check(carry());
	packet[1] = 0;
	poke(PACKET, packet, sizeof(packet));
	int13(0x4d00, CD_DRIVE);
	check(carry());
	packet[1] = 255;
	poke(PACKET, packet, sizeof(packet));
	int13(0x4d00, CD_DRIVE);
	check(carry(), "over the CD's end");
}

Test(bios_cd, a_reset_ends_the_emulation)
{
	boot_cd(2, 1);
	bios_reset(&bios);
	int13(0x0800, 0);
	check(carry());
	int13(0x4b01, CD_DRIVE);
	check(carry());
}
