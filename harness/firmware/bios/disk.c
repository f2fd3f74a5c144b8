/* SPDX-License-Identifier: MIT */
/* INT 13h. Facts: RBIL; IBM PC/AT Technical Reference (status codes); Phoenix EDD 1.1 and 3.0.
 *
 * Diskettes have stricter rules than hard disks, because of their controllers: a transfer ends
 * within one cylinder, and its buffer does not cross a 64 KiB boundary, as the DMA controller
 * cannot. */
#include <string.h>

#include "emu/bytes.h"
#include "harness/firmware/bios/internal.h"
#include "harness/firmware/bios/lints.h"
#include "harness/firmware/bios/state.h"

enum disk_status {
	STATUS_OK = 0x00,
	STATUS_BAD_COMMAND = 0x01,
	STATUS_WRITE_PROTECTED = 0x03,
	STATUS_NOT_FOUND = 0x04,
	STATUS_DMA_BOUNDARY = 0x09,
	STATUS_CONTROLLER = 0x20,
	STATUS_NOT_READY = 0x80
};

enum {
	HARD_DISK = BIOS_NUMBER_DISK,
	MAX_PACKET_SECTORS = 0x7f,
	DMA_WINDOW = 0x10000,
	CHUNK = 16,          /* sectors copied at once */
	COMMAND_NS = 100000, /* virtual time: each transfer, and each sector of it */
	SECTOR_NS = 5000
};

enum direction { DISK_TO_MEMORY, MEMORY_TO_DISK, VERIFY };

struct transfer {
	const struct bios_unit *unit;
	uint64_t lba, count; /* in its sectors */
	uint64_t at;         /* guest memory */
	enum direction direction;
};

/* ---- drives ---- */

static bool is_diskette(const struct bios_unit *u) { return u->medium == BIOS_IS_DISKETTE; }

static bool has_controller(const struct bios_unit *u) { return is_diskette(u) && !u->emulated; }

/* Set AH, carry, and the byte that AH=01h returns. */
static void finish(struct bios *b, struct bios_call *c, uint8_t number, enum disk_status status)
{
	bda_set_byte(b, number & HARD_DISK ? BDA_DISK_STATUS : BDA_DISKETTE_STATUS, status);
	if (status == STATUS_OK)
		bios_succeed(c);
	else
		bios_fail(c, status);
}

/* ---- transfers ---- */

static enum disk_status status_of(enum disk_result result)
{
	switch (result) {
	case DISK_OK: return STATUS_OK;
	case DISK_BEYOND_END: return STATUS_NOT_FOUND;
	case DISK_PROTECTED: return STATUS_WRITE_PROTECTED;
	case DISK_HOST_ERROR:
	default: return STATUS_CONTROLLER;
	}
}

/* The guest sees a broken disk; the user must learn that the host is at fault. */
static void blame_host(struct bios *b, enum disk_result result, uint64_t block)
{
	if (result == DISK_HOST_ERROR)
		device_lint(&b->dev, &bios_lints[BIOS_LINT_HOST], NULL, block,
			    "the host cannot read or write the disk image, or has no room "
			    "for more, at its sector %llu",
			    (unsigned long long)block);
}

/* Transfer `n` blocks of DISK_SECTOR_SIZE; `done` blocks were transferred before. */
static enum disk_status move(struct bios *b, const struct bios_call *c, const struct transfer *t,
			     uint64_t done, uint64_t n)
{
	const struct bios_unit *u = t->unit;
	uint8_t buf[CHUNK * DISK_SECTOR_SIZE];
	uint64_t at = t->at + done * DISK_SECTOR_SIZE;
	uint64_t block = u->base + t->lba * u->blocks + done;
	size_t size = (size_t)n * DISK_SECTOR_SIZE;
	enum disk_result result;

	if (t->direction == MEMORY_TO_DISK) {
		bios_read(b, c, at, buf, size);
		result = disk_image_write(u->image, block, n, buf);
		blame_host(b, result, block);
		return status_of(result);
	}
	result = disk_image_read(u->image, block, n, buf);
	blame_host(b, result, block);
	if (result == DISK_OK && t->direction == DISK_TO_MEMORY) bios_write(b, c, at, buf, size);
	return status_of(result);
}

/* Sets *done to the sectors transferred. */
static enum disk_status transfer(struct bios *b, struct bios_call *c, const struct transfer *t,
				 uint64_t *done)
{
	uint64_t blocks = t->count * t->unit->blocks, moved = 0;
	enum disk_status status = STATUS_OK;

	c->cost_ns += COMMAND_NS;
	while (moved < blocks) {
		uint64_t left = blocks - moved;
		uint64_t n = left < CHUNK ? left : CHUNK;

		status = move(b, c, t, moved, n);
		if (status != STATUS_OK) break;
		moved += n;
		c->cost_ns += n * SECTOR_NS;
	}
	*done = moved / t->unit->blocks;
	return status;
}

static void refuse_dma(struct bios *b, uint64_t at)
{
	device_lint(&b->dev, &bios_lints[BIOS_LINT_DMA_BOUNDARY], NULL, at,
		    "a diskette's buffer at 0x%05llx crosses a 64 KiB boundary, which its DMA "
		    "controller cannot",
		    (unsigned long long)at);
}

/* Check the limits of a diskette's controller, and limit the count to the end of the cylinder. */
static enum disk_status check_diskette(struct bios *b, struct transfer *t)
{
	uint64_t cylinder = (uint64_t)t->unit->heads * t->unit->track;
	uint64_t left = cylinder - t->lba % cylinder;
	uint64_t bytes = t->count * DISK_SECTOR_SIZE;

	if (t->direction != VERIFY && t->at / DMA_WINDOW != (t->at + bytes - 1) / DMA_WINDOW) {
		refuse_dma(b, t->at);
		return STATUS_DMA_BOUNDARY;
	}
	if (t->count <= left) return STATUS_OK;
	t->count = left;
	return STATUS_NOT_FOUND;
}

/* Parse CX and DH. False: the sector is not on this disk. */
static bool chs_address(const struct bios_call *c, const struct bios_unit *u, uint64_t *lba)
{
	unsigned cx = bios_word(c, CPU_RCX), head = bios_high(c, CPU_RDX);
	unsigned cylinder = cx >> 8 | (cx & 0xc0) << 2, sector = cx & 0x3f;

	if (sector == 0 || sector > u->track || head >= u->heads || cylinder >= u->cylinders)
		return false;
	*lba = ((uint64_t)cylinder * u->heads + head) * u->track + sector - 1;
	return true;
}

/* AH=02h, 03h, 04h. */
static enum disk_status chs_transfer(struct bios *b, struct bios_call *c, const struct bios_unit *u,
				     enum direction direction)
{
	enum disk_status status = STATUS_OK, end;
	uint64_t done;
	struct transfer t = { .unit = u,
			      .count = bios_low(c, CPU_RAX),
			      .at = bios_linear(c, CPU_ES, bios_word(c, CPU_RBX)),
			      .direction = direction };

	bios_set_low(c, CPU_RAX, 0);
	if (t.count == 0 || u->medium == BIOS_IS_CD) return STATUS_BAD_COMMAND;
	if (!chs_address(c, u, &t.lba))
		return is_diskette(u) ? STATUS_NOT_FOUND : STATUS_BAD_COMMAND;
	if (has_controller(u)) status = check_diskette(b, &t);
	if (status == STATUS_DMA_BOUNDARY) return status;
	end = transfer(b, c, &t, &done);
	bios_set_low(c, CPU_RAX, (unsigned)done);
	return end == STATUS_OK ? status : end;
}

/* ---- parameters ---- */

static unsigned count_drives(const struct bios *b, bool hard)
{
	const struct bios_cd_state *cd = &b->s.cd;
	unsigned n = cd->emulates && (cd->floppy == 0) == hard;

	if (!hard) return n + b->drive[BIOS_FLOPPY].present;
	for (unsigned i = BIOS_DISK0; i < BIOS_N_SLOTS; i++) n += b->drive[i].present;
	return n;
}

/* AH=08h. */
static enum disk_status get_parameters(struct bios *b, struct bios_call *c,
				       const struct bios_unit *u)
{
	unsigned last = u->cylinders - 1u;

	if (u->medium == BIOS_IS_CD) return STATUS_BAD_COMMAND;
	bios_set_word(c, CPU_RAX, 0);
	bios_set_word(c, CPU_RCX, (last & 0xff) << 8 | (last >> 8) << 6 | u->track);
	bios_set_high(c, CPU_RDX, u->heads - 1u);
	bios_set_low(c, CPU_RDX, count_drives(b, !is_diskette(u)));
	if (!is_diskette(u)) return STATUS_OK;
	bios_set_word(c, CPU_RBX, u->floppy);
	bios_set_segment(c, CPU_ES, BIOS_ROM_SEGMENT);
	bios_set_word(c, CPU_RDI, BIOS_ROM_DISKETTE);
	return STATUS_OK;
}

/* AH=15h: AH is the type of the drive, not a status, and carry is clear even if there is no drive.
 * A CD has no CHS addresses, so the answer for it is "no drive". */
static void get_type(struct bios_call *c, const struct bios_unit *u)
{
	enum { NO_DRIVE, DISKETTE_WITH_CHANGE_LINE = 2, FIXED_DISK };
	unsigned type = NO_DRIVE;

	if (u && u->medium != BIOS_IS_CD)
		type = is_diskette(u) ? DISKETTE_WITH_CHANGE_LINE : FIXED_DISK;
	if (type == FIXED_DISK) {
		uint64_t n = u->sectors < UINT32_MAX ? u->sectors : UINT32_MAX;

		bios_set_word(c, CPU_RCX, (unsigned)(n >> 16));
		bios_set_word(c, CPU_RDX, (unsigned)(n & 0xffff));
	}
	bios_set_high(c, CPU_RAX, type);
	bios_set_flag(c, BIOS_CF, false);
}

/* ---- EDD ---- */

/* AH=41h. */
static enum disk_status check_extensions(struct bios_call *c, const struct bios_unit *u)
{
	enum { ASKED = 0x55aa, ANSWERED = 0xaa55, FIXED_DISK_ACCESS = 0x0001 };

	if (is_diskette(u) || bios_word(c, CPU_RBX) != ASKED) return STATUS_BAD_COMMAND;
	bios_set_word(c, CPU_RBX, ANSWERED);
	bios_set_word(c, CPU_RCX, FIXED_DISK_ACCESS);
	return STATUS_OK;
}

/* AH=41h returns a version in AH, where other functions return 0. */
static void answer_extensions(struct bios *b, struct bios_call *c, uint8_t number,
			      const struct bios_unit *u)
{
	enum { EDD_3_0 = 0x30 };
	enum disk_status status = check_extensions(c, u);

	finish(b, c, number, status);
	if (status == STATUS_OK) bios_set_high(c, CPU_RAX, EDD_3_0);
}

/* The disk address packet at DS:SI. */
enum {
	PACKET_SIZE = 0x00,
	PACKET_COUNT = 0x02,
	PACKET_BUFFER = 0x04,
	PACKET_LBA = 0x08,
	PACKET_FLAT = 0x10,
	PACKET_MIN = 0x10,
	PACKET_MAX = 0x18
};

static uint64_t packet_buffer(const uint8_t *packet)
{
	uint32_t pointer = get_le32(packet + PACKET_BUFFER);

	if (pointer == UINT32_MAX && packet[PACKET_SIZE] >= PACKET_MAX)
		return get_le64(packet + PACKET_FLAT);
	return (uint64_t)(pointer >> 16) * 16 + (pointer & 0xffff);
}

/* AH=42h, 43h, 44h. */
static enum disk_status packet_transfer(struct bios *b, struct bios_call *c,
					const struct bios_unit *u, enum direction direction)
{
	uint64_t at = bios_linear(c, CPU_DS, bios_word(c, CPU_RSI)), done = 0;
	uint8_t packet[PACKET_MAX], count[2];
	struct transfer t = { .unit = u, .direction = direction };
	enum disk_status status;

	if (is_diskette(u)) return STATUS_BAD_COMMAND;
	bios_read(b, c, at, packet, sizeof(packet));
	t.count = get_le16(packet + PACKET_COUNT);
	t.lba = get_le64(packet + PACKET_LBA);
	t.at = packet_buffer(packet);
	if (packet[PACKET_SIZE] < PACKET_MIN || t.count > MAX_PACKET_SECTORS)
		return STATUS_BAD_COMMAND;
	status = STATUS_BAD_COMMAND;
	if (t.lba < u->sectors && t.count <= u->sectors - t.lba) status = transfer(b, c, &t, &done);
	if (status == STATUS_OK) return status;
	put_le16(count, (unsigned)done);
	bios_write(b, c, at + PACKET_COUNT, count, sizeof(count));
	return status;
}

/* AH=48h: describe a drive in the buffer at DS:SI, whose first word is its size. A CD has no
 * geometry, and can be removed. */
static enum disk_status get_drive_table(struct bios *b, struct bios_call *c,
					const struct bios_unit *u)
{
	enum {
		VERSION_1 = 0x1a,
		VERSION_2 = 0x1e,
		DMA_HANDLED = 0x01,
		GEOMETRY_VALID = 0x02,
		REMOVABLE = 0x04
	};
	uint64_t at = bios_linear(c, CPU_DS, bios_word(c, CPU_RSI));
	bool is_cd = u->medium == BIOS_IS_CD;
	uint8_t table[VERSION_2] = { 0 };
	unsigned room;

	if (is_diskette(u)) return STATUS_BAD_COMMAND;
	bios_read(b, c, at, table, 2);
	room = get_le16(table);
	if (room < VERSION_1) return STATUS_BAD_COMMAND;
	room = room < VERSION_2 ? VERSION_1 : VERSION_2;
	put_le16(table, room);
	put_le16(table + 0x02, DMA_HANDLED | (is_cd ? REMOVABLE : GEOMETRY_VALID));
	put_le32(table + 0x04, u->cylinders);
	put_le32(table + 0x08, u->heads);
	put_le32(table + 0x0c, u->track);
	put_le64(table + 0x10, u->sectors);
	put_le16(table + 0x18, (uint64_t)u->blocks * DISK_SECTOR_SIZE);
	put_le32(table + 0x1a, UINT32_MAX); /* no configuration parameters */
	bios_write(b, c, at, table, room);
	return STATUS_OK;
}

/* ---- the interrupt ---- */

/* AH=01h. */
static void last_status(struct bios *b, struct bios_call *c, uint8_t number)
{
	unsigned at = number & HARD_DISK ? BDA_DISK_STATUS : BDA_DISKETTE_STATUS;
	uint8_t status = bda_byte(b, at);

	bda_set_byte(b, at, STATUS_OK);
	bios_set_high(c, CPU_RAX, status);
	bios_set_flag(c, BIOS_CF, status != STATUS_OK);
}

static enum disk_status run_command(struct bios *b, struct bios_call *c, const struct bios_unit *u,
				    uint8_t command)
{
	switch (command) {
	case 0x02: return chs_transfer(b, c, u, DISK_TO_MEMORY);
	case 0x03: return chs_transfer(b, c, u, MEMORY_TO_DISK);
	case 0x04: return chs_transfer(b, c, u, VERIFY);
	case 0x08: return get_parameters(b, c, u);
	case 0x42: return packet_transfer(b, c, u, DISK_TO_MEMORY);
	case 0x43: return packet_transfer(b, c, u, MEMORY_TO_DISK);
	case 0x44: return packet_transfer(b, c, u, VERIFY);
	case 0x48: return get_drive_table(b, c, u);
	case 0x09:                   /* initialise drive parameters */
	case 0x0c:                   /* seek */
	case 0x0d:                   /* reset the hard disk */
	case 0x10:                   /* ready? */
	case 0x11:                   /* recalibrate */
	case 0x14:                   /* diagnose */
	case 0x16:                   /* diskette changed? */
	case 0x47: return STATUS_OK; /* seek */
	default: bios_unknown(b, c, "INT13"); return STATUS_BAD_COMMAND;
	}
}

/* A diskette drive without a diskette is not ready; the number of a missing hard disk is invalid.
 */
static enum disk_status no_drive(uint8_t number)
{
	return number & HARD_DISK ? STATUS_BAD_COMMAND : STATUS_NOT_READY;
}

void bios_disk(struct bios *b, struct bios_call *c)
{
	uint8_t command = bios_high(c, CPU_RAX), number = bios_low(c, CPU_RDX);
	struct bios_unit unit;
	bool found = bios_find_unit(b, number, &unit);

	if (command == 0x00)
		finish(b, c, number, found || number == 0 ? STATUS_OK : no_drive(number));
	else if (command == 0x01)
		last_status(b, c, number);
	else if (command == 0x15)
		get_type(c, found ? &unit : NULL);
	else if (command >= 0x4a && command <= 0x4d)
		bios_cd(b, c);
	else if (!found)
		finish(b, c, number, no_drive(number));
	else if (command == 0x41)
		answer_extensions(b, c, number, &unit);
	else
		finish(b, c, number, run_command(b, c, &unit, command));
}
