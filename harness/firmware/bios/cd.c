/* SPDX-License-Identifier: MIT */
/* Booting from a CD, and INT 13h AH=4Ah to 4Dh: "El Torito" Bootable CD-ROM Format
 * Specification 1.0 and T13/2132-D (EDD-4) 8.22 to 8.25. One image is emulated at a time. */
#include <string.h>

#include "emu/bytes.h"
#include "emu/x86/start_state.h"
#include "harness/firmware/bios/eltorito.h"
#include "harness/firmware/bios/internal.h"

enum { STATUS_OK = 0x00, STATUS_BAD_COMMAND = 0x01, SECTOR_NS = 20000, WHY_SIZE = 256 };

/* The specification packet (T13/2132-D table 27). */
enum {
	SPEC_SIZE = 0x00,
	SPEC_MEDIA = 0x01,
	SPEC_DRIVE = 0x02,
	SPEC_CONTROLLER = 0x03,
	SPEC_IMAGE = 0x04,
	SPEC_DEVICE = 0x08,
	SPEC_BUFFER = 0x0a,
	SPEC_SEGMENT = 0x0c,
	SPEC_COUNT = 0x0e,
	SPEC_CYLINDERS = 0x10, /* as AH=08h has them in CH, CL and DH */
	SPEC_SECTORS = 0x11,
	SPEC_HEADS = 0x12,
	SPEC_BYTES = 0x13,
	SPEC_MEDIA_MASK = 0x0f,
	DEFAULT_SEGMENT = 0x07c0,
	ALL_DRIVES = 0x7f
};

/* The command packet of AH=4Dh (El Torito figure 8). */
enum {
	CATALOG_SIZE = 0x00,
	CATALOG_COUNT,
	CATALOG_BUFFER,
	CATALOG_FIRST = 0x06,
	CATALOG_BYTES = 8
};

static const struct disk_image *cd_image(const struct bios *b)
{
	return b->drive[BIOS_CD].present ? &b->drive[BIOS_CD].image : NULL;
}

/* ---- emulation ---- */

/* Start the emulation, or note that there is none. False: the image cannot be such a drive. */
static bool emulate(struct bios *b, const struct eltorito *boot)
{
	struct bios_cd_state *cd = &b->s.cd;
	struct eltorito_geometry g = { 0 };
	bool emulates = boot->media != ELTORITO_NO_EMULATION;
	char why[WHY_SIZE];

	if (emulates &&
	    !eltorito_geometry(cd_image(b), boot->media, boot->image, &g, why, sizeof(why)))
		return false;
	*cd = (struct bios_cd_state){
		.active = true,
		.emulates = emulates,
		.drive = BIOS_NUMBER_CD,
		.media = (uint8_t)boot->media,
		.image = boot->image,
		.segment = boot->segment,
		.count = boot->count,
		.cylinders = g.cylinders,
		.heads = g.heads,
		.sectors = g.sectors,
		.floppy = g.floppy,
	};
	if (emulates) cd->drive = g.floppy ? 0 : BIOS_NUMBER_DISK;
	bios_lay_drives(b);
	return true;
}

/* Load the start of the image to its segment. */
static bool load(struct bios *b, struct bios_call *c, const struct eltorito *boot)
{
	uint64_t at = (uint64_t)boot->segment << 4, size = (uint64_t)boot->count * DISK_SECTOR_SIZE;
	uint8_t sector[CD_SECTOR_SIZE];

	for (uint64_t done = 0; done < size; done += CD_SECTOR_SIZE) {
		uint64_t left = size - done;

		if (!cd_read(cd_image(b), boot->image + done / CD_SECTOR_SIZE, sector) ||
		    !mem_write(b->wire.mem, at + done, sector,
			       left < CD_SECTOR_SIZE ? left : CD_SECTOR_SIZE))
			return false;
		c->cost_ns += SECTOR_NS;
	}
	return true;
}

/* Segment 07C0h is entered as 0000:7C00h, as boot sectors expect. */
static void start(const struct bios *b, struct bios_call *c, const struct eltorito *boot)
{
	struct cpu_segment_state *cs = &c->regs->seg[CPU_CS];

	start_state_real(c->regs, DEFAULT_SEGMENT << 4);
	bios_set_low(c, CPU_RDX, b->s.cd.drive);
	if (boot->segment == DEFAULT_SEGMENT) return;
	cs->selector = boot->segment;
	cs->base = (uint64_t)boot->segment << 4;
	c->regs->rip = 0;
}

static bool boot_image(struct bios *b, struct bios_call *c, const struct eltorito *boot)
{
	if (!load(b, c, boot) || !emulate(b, boot)) return false;
	start(b, c, boot);
	return true;
}

bool bios_boot_cd(struct bios *b, struct bios_call *c)
{
	const struct disk_image *cd = cd_image(b);
	struct eltorito boot;
	char why[WHY_SIZE];

	return cd && eltorito_read(cd, &boot, why, sizeof(why)) == ELTORITO_OK &&
	       boot_image(b, c, &boot);
}

/* ---- calls ---- */

/* Do what a specification packet says. `boots`: load the start of the image too. */
static bool read_packet(struct bios *b, const struct bios_call *c, bool boots,
			struct eltorito *boot)
{
	uint8_t packet[SPEC_BYTES];
	unsigned media;

	bios_read(b, c, bios_linear(c, CPU_DS, bios_word(c, CPU_RSI)), packet, sizeof(packet));
	media = packet[SPEC_MEDIA] & SPEC_MEDIA_MASK;
	if (!cd_image(b) || packet[SPEC_SIZE] < SPEC_BYTES || media >= ELTORITO_N_MEDIA)
		return false;
	*boot = (struct eltorito){
		.media = (enum eltorito_media)media,
		.segment = get_le16(packet + SPEC_SEGMENT),
		.count = get_le16(packet + SPEC_COUNT),
		.image = get_le32(packet + SPEC_IMAGE),
	};
	if (boot->segment == 0) boot->segment = DEFAULT_SEGMENT;
	if (boot->image >= cd_sectors(cd_image(b))) return false;
	return boots ? eltorito_can_load(cd_image(b), boot) : media != ELTORITO_NO_EMULATION;
}

/* AH=4Ah. */
static unsigned initiate(struct bios *b, const struct bios_call *c)
{
	struct eltorito boot;

	return read_packet(b, c, false, &boot) && emulate(b, &boot) ? STATUS_OK
								    : STATUS_BAD_COMMAND;
}

/* AH=4Bh: fill in the packet; AL = 0 also ends the emulation. */
static unsigned terminate(struct bios *b, const struct bios_call *c)
{
	enum { AL_TERMINATE = 0x00, AL_STATUS = 0x01 };
	struct bios_cd_state *cd = &b->s.cd;
	uint8_t al = bios_low(c, CPU_RAX), drive = bios_low(c, CPU_RDX);
	unsigned last = cd->cylinders ? cd->cylinders - 1u : 0;
	uint8_t packet[SPEC_BYTES] = { 0 };

	if (!cd->active || al > AL_STATUS) return STATUS_BAD_COMMAND;
	if (drive != cd->drive && drive != BIOS_NUMBER_CD && drive != ALL_DRIVES)
		return STATUS_BAD_COMMAND;
	packet[SPEC_SIZE] = SPEC_BYTES;
	packet[SPEC_MEDIA] = cd->media;
	packet[SPEC_DRIVE] = cd->drive;
	put_le32(packet + SPEC_IMAGE, cd->image);
	put_le16(packet + SPEC_SEGMENT, cd->segment);
	put_le16(packet + SPEC_COUNT, cd->count);
	packet[SPEC_CYLINDERS] = (uint8_t)last;
	packet[SPEC_SECTORS] = (uint8_t)((last >> 8) << 6 | cd->sectors);
	packet[SPEC_HEADS] = (uint8_t)(cd->heads ? cd->heads - 1 : 0);
	bios_write(b, c, bios_linear(c, CPU_DS, bios_word(c, CPU_RSI)), packet, sizeof(packet));
	if (al != AL_TERMINATE || !cd->emulates) return STATUS_OK;
	cd->emulates = false;
	bios_lay_drives(b);
	return STATUS_OK;
}

/* AH=4Ch: boots, and does not return. */
static unsigned initiate_and_boot(struct bios *b, struct bios_call *c)
{
	struct eltorito boot;

	if (!read_packet(b, c, true, &boot) || !boot_image(b, c, &boot)) return STATUS_BAD_COMMAND;
	c->regs->rflags |= BIOS_IF;
	c->outcome = BIOS_JUMP;
	return STATUS_OK;
}

/* AH=4Dh: sectors of the boot catalog. */
static unsigned read_catalog(struct bios *b, const struct bios_call *c)
{
	const struct disk_image *cd = cd_image(b);
	uint8_t packet[CATALOG_BYTES], sector[CD_SECTOR_SIZE], drive = bios_low(c, CPU_RDX);
	uint64_t first, at;
	struct eltorito boot;
	char why[WHY_SIZE];

	if (!cd || (drive != BIOS_NUMBER_CD && !(b->s.cd.active && drive == b->s.cd.drive)))
		return STATUS_BAD_COMMAND;
	if (eltorito_read(cd, &boot, why, sizeof(why)) != ELTORITO_OK) return STATUS_BAD_COMMAND;
	bios_read(b, c, bios_linear(c, CPU_DS, bios_word(c, CPU_RSI)), packet, sizeof(packet));
	at = (uint64_t)get_le16(packet + CATALOG_BUFFER + 2) * 16 +
	     get_le16(packet + CATALOG_BUFFER);
	first = (uint64_t)boot.catalog + get_le16(packet + CATALOG_FIRST);
	if (packet[CATALOG_SIZE] < CATALOG_BYTES || packet[CATALOG_COUNT] == 0)
		return STATUS_BAD_COMMAND;
	for (unsigned i = 0; i < packet[CATALOG_COUNT]; i++) {
		if (!cd_read(cd, first + i, sector)) return STATUS_BAD_COMMAND;
		bios_write(b, c, at + (uint64_t)i * CD_SECTOR_SIZE, sector, sizeof(sector));
	}
	return STATUS_OK;
}

static unsigned run(struct bios *b, struct bios_call *c)
{
	switch (bios_high(c, CPU_RAX)) {
	case 0x4a: return initiate(b, c);
	case 0x4b: return terminate(b, c);
	case 0x4c: return initiate_and_boot(b, c);
	default: return read_catalog(b, c);
	}
}

/* Without a CD, fail as a BIOS without support for CDs. */
void bios_cd(struct bios *b, struct bios_call *c)
{
	unsigned status = run(b, c);

	if (c->outcome == BIOS_JUMP) return;
	if (status == STATUS_OK)
		bios_succeed(c);
	else
		bios_fail(c, status);
}
