/* SPDX-License-Identifier: MIT */
/* The drives: their geometry, their entries in data area and CMOS, and booting from one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "emu/bytes.h"
#include "emu/pieces.h"
#include "emu/x86/start_state.h"
#include "harness/firmware/bios/eltorito.h"
#include "harness/firmware/bios/internal.h"
#include "harness/firmware/bios/state.h"

enum {
	MAX_CYLINDERS = 1024, /* ten bits */
	DISK_TRACK = 63,
	BOOT_ADDRESS = 0x7c00,
	SIGNATURE = 510, /* 0x55 0xaa */
	VECTOR_DISK0 = 0x41,
	VECTOR_DISK1 = 0x46,
	EBDA_DISK0 = 0x3d, /* a table for each hard disk, at its usual place */
	DISK_TABLE_SIZE = 16
};

/* ---- geometry ---- */

static const struct floppy_format {
	uint16_t kib;
	uint8_t cylinders, heads, sectors, type;
	const char *name;
} floppy_formats[] = {
	{ 160, 40, 1, 8, 1, "160K" },    { 180, 40, 1, 9, 1, "180K" },
	{ 320, 40, 2, 8, 1, "320K" },    { 360, 40, 2, 9, 1, "360K" },
	{ 720, 80, 2, 9, 3, "720K" },    { 1200, 80, 2, 15, 2, "1.2M" },
	{ 1440, 80, 2, 18, 4, "1.44M" }, { 2880, 80, 2, 36, 6, "2.88M" },
};

enum { N_FLOPPY_FORMATS = ARRAY_SIZE(floppy_formats), KIB = 1024 };

bool bios_is_floppy_size(uint64_t bytes)
{
	for (unsigned i = 0; i < N_FLOPPY_FORMATS; i++)
		if (bytes == (uint64_t)floppy_formats[i].kib * KIB) return true;
	return false;
}

/* An image with exactly the size of a format has that format. Any other image is the start of a
 * diskette of 1.44M or, if larger, of 2.88M. Older formats would not do: boot sectors without a
 * file system assume 18 sectors per track, and read more at once than a track of an older format
 * has. */
static const struct floppy_format *floppy_format(uint64_t bytes)
{
	enum { USUAL = N_FLOPPY_FORMATS - 2 };

	if (bios_is_floppy_size(bytes))
		for (unsigned i = 0; i < N_FLOPPY_FORMATS; i++)
			if (bytes == (uint64_t)floppy_formats[i].kib * KIB)
				return &floppy_formats[i];
	for (unsigned i = USUAL; i < N_FLOPPY_FORMATS; i++)
		if (bytes <= (uint64_t)floppy_formats[i].kib * KIB) return &floppy_formats[i];
	return NULL;
}

bool bios_floppy_text(uint64_t bytes, char *text, size_t size)
{
	const struct floppy_format *f = floppy_format(bytes);

	if (!f) return false;
	snprintf(text, size, "%s (%u cylinders, %u heads, %u sectors)", f->name, f->cylinders,
		 f->heads, f->sectors);
	return true;
}

static const char *take_floppy(struct bios_drive *d, struct disk_image *image)
{
	const struct floppy_format *f = floppy_format(image->size);

	if (!f) return "is larger than a diskette (2880 KiB): use --disk for a hard disk";
	*d = (struct bios_drive){ .present = true,
				  .image = *image,
				  .cylinders = f->cylinders,
				  .heads = f->heads,
				  .sectors = f->sectors,
				  .type = f->type };
	disk_image_extend(&d->image, (uint64_t)f->kib * KIB / DISK_SECTOR_SIZE);
	return NULL;
}

/* "LBA assist" translation by size: 63 sectors, and the smallest number of heads with which 1024
 * cylinders cover the disk, or the largest number. Sectors after the last whole cylinder are
 * reached only by AH=42h. */
static const char *take_disk(struct bios_drive *d, struct disk_image *image)
{
	static const uint8_t heads[] = { 16, 32, 64, 128, 255 };
	unsigned i = 0;
	uint64_t cylinders;

	while (i + 1 < sizeof(heads) &&
	       image->sectors > (uint64_t)heads[i] * DISK_TRACK * MAX_CYLINDERS)
		i++;
	cylinders = image->sectors / ((uint64_t)heads[i] * DISK_TRACK);
	if (cylinders == 0) cylinders = 1;
	if (cylinders > MAX_CYLINDERS) cylinders = MAX_CYLINDERS;
	*d = (struct bios_drive){ .present = true,
				  .image = *image,
				  .cylinders = (uint16_t)cylinders,
				  .heads = heads[i],
				  .sectors = DISK_TRACK };
	return NULL;
}

static const char *take_cd(struct bios_drive *d, struct disk_image *image)
{
	*d = (struct bios_drive){ .present = true, .image = *image };
	d->image.access = DISK_READONLY;
	disk_image_extend(&d->image, cd_sectors(image) * CD_SECTOR_BLOCKS);
	return NULL;
}

static const char *take(struct bios_drive *d, enum bios_slot slot, struct disk_image *image)
{
	switch (slot) {
	case BIOS_FLOPPY: return take_floppy(d, image);
	case BIOS_CD: return take_cd(d, image);
	default: return take_disk(d, image);
	}
}

const char *bios_attach(struct bios *b, enum bios_slot slot, struct disk_image *image)
{
	struct bios_drive *d = &b->drive[slot];
	const char *fault;

	if (d->present) return "there is a disk in this drive already";
	if (slot == BIOS_DISK1 && !b->drive[BIOS_DISK0].present)
		return "there cannot be a second hard disk without a first one";
	fault = take(d, slot, image);
	if (fault) return fault;
	image->fd = -1; /* the drive owns the file now */
	bios_lay_drives(b);
	return NULL;
}

/* ---- numbers ---- */

/* An emulated drive gets the first number of its kind, and the others move up by one (El
 * Torito 4.3; T13/2132-D 8.23). */
uint8_t bios_drive_number(const struct bios *b, enum bios_slot slot)
{
	const struct bios_cd_state *cd = &b->s.cd;
	bool floppy = cd->emulates && cd->drive == 0, disk = cd->emulates && cd->drive != 0;

	switch (slot) {
	case BIOS_FLOPPY: return floppy;
	case BIOS_CD: return BIOS_NUMBER_CD;
	default: return (uint8_t)(BIOS_NUMBER_DISK + (slot - BIOS_DISK0) + disk);
	}
}

static void emulated_unit(struct bios *b, struct bios_unit *unit)
{
	const struct bios_cd_state *cd = &b->s.cd;

	*unit = (struct bios_unit){
		.image = &b->drive[BIOS_CD].image,
		.medium = cd->floppy ? BIOS_IS_DISKETTE : BIOS_IS_DISK,
		.emulated = true,
		.blocks = 1,
		.base = (uint64_t)cd->image * CD_SECTOR_BLOCKS,
		.sectors = (uint64_t)cd->cylinders * cd->heads * cd->sectors,
		.cylinders = cd->cylinders,
		.heads = cd->heads,
		.track = cd->sectors,
		.floppy = cd->floppy,
	};
}

static void real_unit(struct bios *b, enum bios_slot slot, struct bios_unit *unit)
{
	struct bios_drive *d = &b->drive[slot];

	*unit = (struct bios_unit){
		.image = &d->image,
		.medium = d->type ? BIOS_IS_DISKETTE : BIOS_IS_DISK,
		.blocks = 1,
		.sectors = d->image.sectors,
		.cylinders = d->cylinders,
		.heads = d->heads,
		.track = d->sectors,
		.floppy = d->type,
	};
	if (slot != BIOS_CD) return;
	unit->medium = BIOS_IS_CD;
	unit->blocks = CD_SECTOR_BLOCKS;
	unit->sectors = cd_sectors(&d->image);
}

bool bios_find_unit(struct bios *b, uint8_t number, struct bios_unit *unit)
{
	if (b->s.cd.emulates && number == b->s.cd.drive) {
		emulated_unit(b, unit);
		return true;
	}
	for (unsigned i = 0; i < BIOS_N_SLOTS; i++) {
		if (number != bios_drive_number(b, (enum bios_slot)i) || !b->drive[i].present)
			continue;
		real_unit(b, (enum bios_slot)i, unit);
		return true;
	}
	return false;
}

bool bios_copy_disks(struct bios *to, const struct bios *from)
{
	for (unsigned i = 0; i < BIOS_N_SLOTS; i++) {
		if (!to->drive[i].present || !from->drive[i].present) continue;
		if (!disk_image_copy_written(&to->drive[i].image, &from->drive[i].image))
			return false;
	}
	return true;
}

bool bios_writes_through(const struct bios *b)
{
	for (unsigned i = 0; i < BIOS_N_SLOTS; i++)
		if (b->drive[i].present && b->drive[i].image.access == DISK_WRITE) return true;
	return false;
}

struct bios_disks {
	struct disk_image image[BIOS_N_SLOTS]; /* only what was written */
};

struct bios_disks *bios_mark_disks(const struct bios *b)
{
	struct bios_disks *kept = calloc(1, sizeof(*kept));

	for (unsigned i = 0; kept && i < BIOS_N_SLOTS; i++) {
		kept->image[i].fd = -1;
		if (b->drive[i].present &&
		    !disk_image_copy_written(&kept->image[i], &b->drive[i].image)) {
			bios_free_disks(kept);
			return NULL;
		}
	}
	return kept;
}

bool bios_restore_disks(struct bios *b, const struct bios_disks *kept)
{
	for (unsigned i = 0; i < BIOS_N_SLOTS; i++)
		if (b->drive[i].present &&
		    !disk_image_copy_written(&b->drive[i].image, &kept->image[i]))
			return false;
	return true;
}

void bios_free_disks(struct bios_disks *kept)
{
	for (unsigned i = 0; i < BIOS_N_SLOTS; i++) disk_image_close(&kept->image[i]);
	free(kept);
}

static void disk_piece(char name[], size_t size, unsigned slot)
{
	snprintf(name, size, "disk%u", slot);
}

bool bios_save_disks(const struct bios *b, const struct piece_sink *to)
{
	for (unsigned i = 0; i < BIOS_N_SLOTS; i++) {
		char name[16];
		size_t size;
		uint8_t *bytes;
		bool ok;
		if (!b->drive[i].present || !b->drive[i].image.n_written) continue;
		disk_piece(name, sizeof(name), i);
		bytes = disk_image_pack_written(&b->drive[i].image, &size);
		ok = bytes && piece_save(to, name, bytes, size);
		free(bytes);
		if (!ok) return false;
	}
	return true;
}

bool bios_load_disk(struct bios *b, const char *name, const void *data, size_t size)
{
	for (unsigned i = 0; i < BIOS_N_SLOTS; i++) {
		char mine[16];
		disk_piece(mine, sizeof(mine), i);
		if (strcmp(name, mine) != 0) continue;
		return b->drive[i].present &&
		       disk_image_unpack_written(&b->drive[i].image, data, size);
	}
	return false;
}

/* ---- entries in data area and CMOS ---- */

/* RBIL table 03196 (INT 41h). */
static void lay_disk_table(struct bios *b, unsigned n)
{
	enum { MORE_THAN_8_HEADS = 0x08 };
	const struct bios_drive *d = &b->drive[BIOS_DISK0 + n];
	uint16_t offset = (uint16_t)(EBDA_DISK0 + n * DISK_TABLE_SIZE);
	uint8_t table[DISK_TABLE_SIZE] = { 0 };
	uint8_t vector[4];

	put_le16(table, d->cylinders);
	table[2] = d->heads;
	put_le16(table + 5, UINT16_MAX); /* no write precompensation */
	table[8] = MORE_THAN_8_HEADS;
	put_le16(table + 12, d->cylinders); /* landing zone */
	table[14] = d->sectors;
	put_le16(vector, offset);
	put_le16(vector + 2, BIOS_EBDA_BASE >> 4);
	(void)mem_write(b->wire.mem, BIOS_EBDA_BASE + offset, table, sizeof(table));
	(void)mem_write(b->wire.mem, (n ? VECTOR_DISK1 : VECTOR_DISK0) * sizeof(vector), vector,
			sizeof(vector));
}

void bios_lay_drives(struct bios *b)
{
	enum { TYPE_IN_EXTENSION = 0xf, EXTENDED_TYPE = 47 };
	struct rtc_mc146818_model *rtc = b->wire.rtc;
	const struct bios_cd_state *cd = &b->s.cd;
	bool floppy = cd->emulates && cd->floppy;
	unsigned equipment = BIOS_EQUIPMENT, n_disks = cd->emulates && !cd->floppy, types = 0;
	unsigned screen = bda_word(b, BDA_EQUIPMENT) & BIOS_EQUIPMENT_SCREEN;

	if (b->drive[BIOS_FLOPPY].present) equipment |= BIOS_EQUIPMENT_DISKETTE;
	for (unsigned i = 0; i < BIOS_N_SLOTS - BIOS_DISK0; i++) {
		if (!b->drive[BIOS_DISK0 + i].present) continue;
		n_disks++;
		types |= i ? TYPE_IN_EXTENSION : TYPE_IN_EXTENSION << 4;
		rtc_mc146818_model_cmos_set(rtc, BIOS_CMOS_DISK0_TYPE + i, EXTENDED_TYPE);
		lay_disk_table(b, i);
	}
	rtc_mc146818_model_cmos_set(rtc, BIOS_CMOS_EQUIPMENT, (uint8_t)equipment);
	rtc_mc146818_model_cmos_set(rtc, BIOS_CMOS_DISKS, (uint8_t)types);
	rtc_mc146818_model_cmos_set(rtc, BIOS_CMOS_DISKETTES,
				    (uint8_t)(b->drive[BIOS_FLOPPY].type << 4));
	bios_checksum_cmos(rtc);
	/* An emulated drive is only in the data area, not in CMOS. */
	if (floppy && equipment & BIOS_EQUIPMENT_DISKETTE)
		equipment |= BIOS_EQUIPMENT_SECOND_DISKETTE;
	if (floppy) equipment |= BIOS_EQUIPMENT_DISKETTE;
	bda_set_word(b, BDA_EQUIPMENT, equipment | (screen ? screen : BIOS_EQUIPMENT_80_COLUMNS));
	bda_set_byte(b, BDA_N_DISKS, n_disks);
}

/* ---- booting ---- */

/* If the CD is not bootable, the next drive is tried (El Torito 4.3). */
static bool passed_over(const struct bios *b, int slot)
{
	struct eltorito boot;
	char why[1];

	return slot == BIOS_CD && b->drive[BIOS_DISK0].present &&
	       eltorito_read(&b->drive[slot].image, &boot, why, sizeof(why)) ==
		       ELTORITO_NOT_BOOTABLE;
}

int bios_boot_slot(const struct bios *b)
{
	if (b->boot_slot >= 0) return b->boot_slot;
	for (int i = 0; i < BIOS_N_SLOTS; i++)
		if (b->drive[i].present && !passed_over(b, i)) return i;
	return -1;
}

/* Why a drive cannot boot: the end of a sentence that bios_check_boot() begins with the drive. */
static const char *read_boot_sector(const struct bios *b, int slot, uint8_t *sector)
{
	if (slot < 0 || !b->drive[slot].present) return "there is no disk in it";
	if (disk_image_read(&b->drive[slot].image, 0, 1, sector) != DISK_OK)
		return "its first sector cannot be read";
	if (sector[SIGNATURE] == 0x55 && sector[SIGNATURE + 1] == 0xaa) return NULL;
	return "its first sector has no 0x55 0xaa at offset 510";
}

bool bios_check_boot(const struct bios *b, char *err, size_t err_size)
{
	static const char *const names[] = {
		[BIOS_FLOPPY] = "diskette",
		[BIOS_DISK0] = "first hard disk",
		[BIOS_DISK1] = "second hard disk",
	};
	struct eltorito boot;
	uint8_t sector[DISK_SECTOR_SIZE];
	int slot = bios_boot_slot(b);
	const char *fault;

	if (slot == BIOS_CD && b->drive[slot].present)
		return eltorito_read(&b->drive[slot].image, &boot, err, err_size) == ELTORITO_OK;
	fault = read_boot_sector(b, slot, sector);
	if (!fault) return true;
	snprintf(err, err_size, "the %s cannot be booted: %s",
		 slot < 0 || !names[slot] ? "disk" : names[slot], fault);
	return false;
}

static bool boot_sector(struct bios *b, struct bios_call *c, int slot)
{
	uint8_t sector[DISK_SECTOR_SIZE];

	if (read_boot_sector(b, slot, sector)) return false;
	(void)mem_write(b->wire.mem, BOOT_ADDRESS, sector, sizeof(sector));
	start_state_real(c->regs, BOOT_ADDRESS);
	bios_set_low(c, CPU_RDX, bios_drive_number(b, (enum bios_slot)slot));
	return true;
}

/* INT 19h. */
void bios_boot(struct bios *b, struct bios_call *c)
{
	int slot = bios_boot_slot(b);

	memset(&b->s.cd, 0, sizeof(b->s.cd));
	bios_lay_drives(b);
	if (slot == BIOS_CD ? !bios_boot_cd(b, c) : !boot_sector(b, c, slot)) {
		bios_boot_failed(b, c);
		return;
	}
	c->regs->rflags |= BIOS_IF;
	c->outcome = BIOS_JUMP;
}

/* INT 18h: boot failure. It started BASIC on the first PCs. */
void bios_boot_failed(struct bios *b, struct bios_call *c)
{
	bios_print(b, c, "No bootable disk.\r\n");
	c->regs->seg[CPU_CS].selector = BIOS_ROM_SEGMENT;
	c->regs->seg[CPU_CS].base = BIOS_ROM_BASE;
	c->regs->rip = bios_rom_halt();
	c->outcome = BIOS_JUMP;
}
