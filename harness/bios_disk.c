/* SPDX-License-Identifier: MIT */
/* INT 13h. Facts: RBIL; IBM PC/AT Technical Reference (status codes); Phoenix EDD 1.1 and 3.0.
 *
 * Diskettes are stricter than hard disks, as their controller is: a transfer ends within one
 * cylinder, and its buffer does not cross 64 KiB, which the DMA controller cannot. */
#include <string.h>

#include "harness/bios_internal.h"
#include "harness/bios_state.h"

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
	HARD_DISK = 0x80,
	MAX_PACKET_SECTORS = 0x7f,
	DMA_WINDOW = 0x10000,
	CHUNK = 16,          /* sectors copied at once */
	COMMAND_NS = 100000, /* virtual time: each transfer, and each sector of it */
	SECTOR_NS = 5000
};

enum direction { DISK_TO_MEMORY, MEMORY_TO_DISK, VERIFY };

struct transfer {
	struct bios_drive *drive;
	uint64_t lba, count;
	uint64_t at; /* guest memory */
	enum direction direction;
};

/* ---- drives ---- */

static struct bios_drive *find_drive(struct bios *b, uint8_t number)
{
	for (unsigned i = 0; i < BIOS_N_SLOTS; i++)
		if (number == bios_drive_number((enum bios_slot)i) && b->drive[i].present)
			return &b->drive[i];
	return NULL;
}

static bool is_diskette(const struct bios_drive *d) { return d->type != 0; }

/* AH, carry, and the byte that AH=01h reads. */
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

static enum disk_status move(struct bios *b, const struct bios_call *c, const struct transfer *t,
			     uint64_t done, uint64_t n)
{
	uint8_t buf[CHUNK * DISK_SECTOR_SIZE];
	uint64_t at = t->at + done * DISK_SECTOR_SIZE;
	size_t size = (size_t)n * DISK_SECTOR_SIZE;
	enum disk_result result;

	if (t->direction == MEMORY_TO_DISK) {
		bios_read(b, c, at, buf, size);
		return status_of(disk_image_write(&t->drive->image, t->lba + done, n, buf));
	}
	result = disk_image_read(&t->drive->image, t->lba + done, n, buf);
	if (result == DISK_OK && t->direction == DISK_TO_MEMORY) bios_write(b, c, at, buf, size);
	return status_of(result);
}

/* Sets *done to the sectors transferred. */
static enum disk_status transfer(struct bios *b, struct bios_call *c, const struct transfer *t,
				 uint64_t *done)
{
	*done = 0;
	c->cost_ns += COMMAND_NS;
	while (*done < t->count) {
		uint64_t left = t->count - *done;
		uint64_t n = left < CHUNK ? left : CHUNK;
		enum disk_status status = move(b, c, t, *done, n);

		if (status != STATUS_OK) return status;
		*done += n;
		c->cost_ns += n * SECTOR_NS;
	}
	return STATUS_OK;
}

static void refuse_dma(struct bios *b, uint64_t at)
{
	device_note(&b->dev, "INT13", "dma-boundary",
		    "RBIL INT 13h AH=02h: status 09h, data boundary error", at,
		    "a diskette's buffer at 0x%05llx crosses a 64 KiB boundary, which its DMA "
		    "controller cannot",
		    (unsigned long long)at);
}

/* What a diskette's controller cannot do; cuts the count at the cylinder's end. */
static enum disk_status check_diskette(struct bios *b, struct transfer *t)
{
	uint64_t cylinder = (uint64_t)t->drive->heads * t->drive->sectors;
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

/* CX and DH: false: not on this disk. */
static bool chs_address(const struct bios_call *c, const struct bios_drive *d, uint64_t *lba)
{
	unsigned cx = bios_word(c, CPU_RCX), head = bios_high(c, CPU_RDX);
	unsigned cylinder = cx >> 8 | (cx & 0xc0) << 2, sector = cx & 0x3f;

	if (sector == 0 || sector > d->sectors || head >= d->heads || cylinder >= d->cylinders)
		return false;
	*lba = ((uint64_t)cylinder * d->heads + head) * d->sectors + sector - 1;
	return true;
}

/* AH=02h, 03h, 04h. */
static enum disk_status chs_transfer(struct bios *b, struct bios_call *c, struct bios_drive *d,
				     enum direction direction)
{
	enum disk_status status = STATUS_OK, end;
	uint64_t done;
	struct transfer t = { .drive = d,
			      .count = bios_low(c, CPU_RAX),
			      .at = bios_linear(c, CPU_ES, bios_word(c, CPU_RBX)),
			      .direction = direction };

	bios_set_low(c, CPU_RAX, 0);
	if (t.count == 0) return STATUS_BAD_COMMAND;
	if (!chs_address(c, d, &t.lba))
		return is_diskette(d) ? STATUS_NOT_FOUND : STATUS_BAD_COMMAND;
	if (is_diskette(d)) status = check_diskette(b, &t);
	if (status == STATUS_DMA_BOUNDARY) return status;
	end = transfer(b, c, &t, &done);
	bios_set_low(c, CPU_RAX, (unsigned)done);
	return end == STATUS_OK ? status : end;
}

/* ---- parameters ---- */

static unsigned count_drives(const struct bios *b, bool hard)
{
	unsigned n = 0;

	for (unsigned i = hard ? BIOS_DISK0 : BIOS_FLOPPY; i < (hard ? BIOS_N_SLOTS : BIOS_DISK0);
	     i++)
		n += b->drive[i].present;
	return n;
}

/* AH=08h. */
static enum disk_status get_parameters(struct bios *b, struct bios_call *c,
				       const struct bios_drive *d)
{
	unsigned last = d->cylinders - 1u;

	bios_set_word(c, CPU_RAX, 0);
	bios_set_word(c, CPU_RCX, (last & 0xff) << 8 | (last >> 8) << 6 | d->sectors);
	bios_set_high(c, CPU_RDX, d->heads - 1u);
	bios_set_low(c, CPU_RDX, count_drives(b, !is_diskette(d)));
	if (!is_diskette(d)) return STATUS_OK;
	bios_set_word(c, CPU_RBX, d->type);
	bios_set_segment(c, CPU_ES, BIOS_ROM_SEGMENT);
	bios_set_word(c, CPU_RDI, BIOS_ROM_DISKETTE);
	return STATUS_OK;
}

/* AH=15h: AH is no status here; carry is clear also for a drive that is not there. */
static void get_type(struct bios *b, struct bios_call *c, uint8_t number)
{
	enum { NO_DRIVE, DISKETTE_WITH_CHANGE_LINE = 2, FIXED_DISK };
	const struct bios_drive *d = find_drive(b, number);
	unsigned type = NO_DRIVE;

	if (d) type = is_diskette(d) ? DISKETTE_WITH_CHANGE_LINE : FIXED_DISK;
	if (type == FIXED_DISK) {
		uint64_t max = UINT32_MAX;
		uint64_t n = d->image.sectors < max ? d->image.sectors : max;

		bios_set_word(c, CPU_RCX, (unsigned)(n >> 16));
		bios_set_word(c, CPU_RDX, (unsigned)(n & 0xffff));
	}
	bios_set_high(c, CPU_RAX, type);
	bios_set_flag(c, BIOS_CF, false);
}

/* ---- EDD ---- */

/* AH=41h. */
static enum disk_status check_extensions(struct bios_call *c, const struct bios_drive *d)
{
	enum { ASKED = 0x55aa, ANSWERED = 0xaa55, FIXED_DISK_ACCESS = 0x0001 };

	if (is_diskette(d) || bios_word(c, CPU_RBX) != ASKED) return STATUS_BAD_COMMAND;
	bios_set_word(c, CPU_RBX, ANSWERED);
	bios_set_word(c, CPU_RCX, FIXED_DISK_ACCESS);
	return STATUS_OK;
}

/* AH=41h returns a version in AH where others return 0. */
static void answer_extensions(struct bios *b, struct bios_call *c, uint8_t number,
			      const struct bios_drive *d)
{
	enum { EDD_3_0 = 0x30 };
	enum disk_status status = check_extensions(c, d);

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
	uint32_t pointer = bios_get32(packet + PACKET_BUFFER);

	if (pointer == UINT32_MAX && packet[PACKET_SIZE] >= PACKET_MAX)
		return bios_get64(packet + PACKET_FLAT);
	return (uint64_t)(pointer >> 16) * 16 + (pointer & 0xffff);
}

/* AH=42h, 43h, 44h. */
static enum disk_status packet_transfer(struct bios *b, struct bios_call *c, struct bios_drive *d,
					enum direction direction)
{
	uint64_t at = bios_linear(c, CPU_DS, bios_word(c, CPU_RSI)), done = 0;
	uint8_t packet[PACKET_MAX], count[2];
	struct transfer t = { .drive = d, .direction = direction };
	enum disk_status status;

	if (is_diskette(d)) return STATUS_BAD_COMMAND;
	bios_read(b, c, at, packet, sizeof(packet));
	t.count = bios_get16(packet + PACKET_COUNT);
	t.lba = bios_get64(packet + PACKET_LBA);
	t.at = packet_buffer(packet);
	if (packet[PACKET_SIZE] < PACKET_MIN || t.count > MAX_PACKET_SECTORS)
		return STATUS_BAD_COMMAND;
	status = STATUS_BAD_COMMAND;
	if (t.lba < d->image.sectors && t.count <= d->image.sectors - t.lba)
		status = transfer(b, c, &t, &done);
	if (status == STATUS_OK) return status;
	bios_put16(count, (unsigned)done);
	bios_write(b, c, at + PACKET_COUNT, count, sizeof(count));
	return status;
}

/* AH=48h: what a drive is, in a buffer at DS:SI that says how long it is. */
static enum disk_status get_drive_table(struct bios *b, struct bios_call *c,
					const struct bios_drive *d)
{
	enum { VERSION_1 = 0x1a, VERSION_2 = 0x1e, DMA_HANDLED = 1, GEOMETRY_VALID = 2 };
	uint64_t at = bios_linear(c, CPU_DS, bios_word(c, CPU_RSI));
	uint8_t table[VERSION_2] = { 0 };
	unsigned room;

	if (is_diskette(d)) return STATUS_BAD_COMMAND;
	bios_read(b, c, at, table, 2);
	room = bios_get16(table);
	if (room < VERSION_1) return STATUS_BAD_COMMAND;
	room = room < VERSION_2 ? VERSION_1 : VERSION_2;
	bios_put16(table, room);
	bios_put16(table + 0x02, DMA_HANDLED | GEOMETRY_VALID);
	bios_put32(table + 0x04, d->cylinders);
	bios_put32(table + 0x08, d->heads);
	bios_put32(table + 0x0c, d->sectors);
	bios_put64(table + 0x10, d->image.sectors);
	bios_put16(table + 0x18, DISK_SECTOR_SIZE);
	bios_put32(table + 0x1a, UINT32_MAX); /* no configuration parameters */
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

static enum disk_status run_command(struct bios *b, struct bios_call *c, struct bios_drive *d,
				    uint8_t command)
{
	switch (command) {
	case 0x02: return chs_transfer(b, c, d, DISK_TO_MEMORY);
	case 0x03: return chs_transfer(b, c, d, MEMORY_TO_DISK);
	case 0x04: return chs_transfer(b, c, d, VERIFY);
	case 0x08: return get_parameters(b, c, d);
	case 0x42: return packet_transfer(b, c, d, DISK_TO_MEMORY);
	case 0x43: return packet_transfer(b, c, d, MEMORY_TO_DISK);
	case 0x44: return packet_transfer(b, c, d, VERIFY);
	case 0x48: return get_drive_table(b, c, d);
	case 0x09:                            /* initialise drive parameters */
	case 0x0c:                            /* seek */
	case 0x0d:                            /* reset the hard disk */
	case 0x10:                            /* ready? */
	case 0x11:                            /* recalibrate */
	case 0x14:                            /* diagnose */
	case 0x16:                            /* diskette changed? */
	case 0x47: return STATUS_OK;          /* seek */
	case 0x4b: return STATUS_BAD_COMMAND; /* no CD here */
	default: bios_unknown(b, c, "INT13"); return STATUS_BAD_COMMAND;
	}
}

/* A diskette drive without a diskette is not ready; a hard disk that is not there is a mistake. */
static enum disk_status no_drive(uint8_t number)
{
	return number & HARD_DISK ? STATUS_BAD_COMMAND : STATUS_NOT_READY;
}

void bios_disk(struct bios *b, struct bios_call *c)
{
	uint8_t command = bios_high(c, CPU_RAX), number = bios_low(c, CPU_RDX);
	struct bios_drive *d = find_drive(b, number);

	if (command == 0x00)
		finish(b, c, number, d || number == 0 ? STATUS_OK : no_drive(number));
	else if (command == 0x01)
		last_status(b, c, number);
	else if (command == 0x15)
		get_type(b, c, number);
	else if (!d)
		finish(b, c, number, no_drive(number));
	else if (command == 0x41)
		answer_extensions(b, c, number, d);
	else
		finish(b, c, number, run_command(b, c, d, command));
}
