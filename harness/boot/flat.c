/* SPDX-License-Identifier: MIT */
/* Images without a file format: raw bytes at a given address, boot sectors, and disks that begin
 * with one. */
#include <inttypes.h>
#include <string.h>

#include "emu/x86/start_state.h"
#include "harness/boot/internal.h"
#include "harness/firmware/bios/eltorito.h"

enum {
	SECTOR_SIZE = 512,
	SECTOR_SIGNATURE = 510, /* offset of 0x55 0xaa */
	LINUX_MAGIC = 0x202,
	SECTOR_ADDRESS = 0x7c00,
	FIRST_HARD_DISK = 0x80,
	RFLAGS_IF = 0x200,
	FLAT_DEFAULT = 0x100000,
	MODE_REAL = 16,
	MODE_PROTECTED = 32,
	MODE_LONG = 64
};

#define REAL_MODE_END UINT64_C(0x100000)

static bool has_signature(const uint8_t *bytes, size_t size)
{
	return size >= SECTOR_SIZE && bytes[SECTOR_SIGNATURE] == 0x55 &&
	       bytes[SECTOR_SIGNATURE + 1] == 0xaa;
}

bool load_is_sector(const uint8_t *bytes, size_t size)
{
	return size == SECTOR_SIZE && has_signature(bytes, size);
}

/* A truncated Linux kernel looks like a boot sector. */
bool load_is_disk(const uint8_t *bytes, size_t size)
{
	return size > SECTOR_SIZE && has_signature(bytes, size) &&
	       !(size >= LINUX_MAGIC + 4 && memcmp(bytes + LINUX_MAGIC, "HdrS", 4) == 0);
}

bool load_is_cd(const uint8_t *bytes, size_t size) { return cd_is_image(bytes, size); }

static void set_range(struct load *l, uint64_t base, uint64_t size, uint64_t entry)
{
	l->result->entry = entry;
	l->result->image_base = base;
	l->result->image_end = base + size;
}

static bool check_boot_sector(struct load *l, const char *kind)
{
	if (l->size < SECTOR_SIZE)
		return load_fail(l, "a boot sector has %d bytes; this file has %zu", SECTOR_SIZE,
				 l->size);
	if (!has_signature(l->bytes, l->size))
		return load_fail(l,
				 "not a boot sector: 0x55 0xaa expected at offset %d, found "
				 "0x%02x 0x%02x",
				 SECTOR_SIGNATURE, l->bytes[SECTOR_SIGNATURE],
				 l->bytes[SECTOR_SIGNATURE + 1]);
	return load_refuse_extras(l, kind);
}

/* Nothing is loaded here: the BIOS reads the image from its drive. */
bool load_disk(struct load *l)
{
	if (!check_boot_sector(l, "a disk")) return false;
	start_state_real(l->regs, START_RESET);
	set_range(l, SECTOR_ADDRESS, SECTOR_SIZE, SECTOR_ADDRESS);
	return true;
}

/* The same; the boot catalog is checked when the CD is in its drive. */
bool load_cd(struct load *l)
{
	if (!cd_is_image(l->bytes, l->size))
		return load_fail(l, "not a CD: \"CD001\" expected at offset 0x8001");
	if (!load_refuse_extras(l, "a CD")) return false;
	start_state_real(l->regs, START_RESET);
	set_range(l, SECTOR_ADDRESS, SECTOR_SIZE, SECTOR_ADDRESS);
	return true;
}

/* As a PC's BIOS does it: the first sector at 0:7c00, the drive number in DL, interrupts on. */
bool load_sector(struct load *l)
{
	if (!check_boot_sector(l, "a boot sector")) return false;
	if (!load_reserve(l, SECTOR_ADDRESS, SECTOR_SIZE, "the boot sector", NULL) ||
	    !load_write(l, SECTOR_ADDRESS, l->bytes, SECTOR_SIZE))
		return false;
	start_state_real(l->regs, SECTOR_ADDRESS);
	l->regs->gpr[CPU_RDX] = (l->regs->gpr[CPU_RDX] & ~UINT64_C(0xff)) | FIRST_HARD_DISK;
	l->regs->rflags |= RFLAGS_IF;
	l->result->calls_bios = true;
	set_range(l, SECTOR_ADDRESS, SECTOR_SIZE, SECTOR_ADDRESS);
	return true;
}

static bool start_flat_long(struct load *l, uint64_t end, uint64_t entry)
{
	struct page_tables *tables = page_tables_new(end > LOAD_4GIB ? end : LOAD_4GIB);
	bool ok;

	if (!tables) return load_fail(l, "out of host memory for page tables");
	ok = load_start_long(l, tables, entry);
	page_tables_free(tables);
	return ok;
}

static bool start_flat(struct load *l, unsigned mode, uint64_t end, uint64_t entry)
{
	if (mode == MODE_LONG) return start_flat_long(l, end, entry);
	if (mode == MODE_PROTECTED && entry >= LOAD_4GIB)
		return load_fail(l,
				 "the entry point 0x%" PRIx64
				 " is above 4 GiB, out of reach of 32-bit code: use --mode 64",
				 entry);
	if (mode == MODE_PROTECTED) return load_start_protected(l, (uint32_t)entry);
	if (entry >= REAL_MODE_END)
		return load_fail(l,
				 "the entry point 0x%" PRIx64
				 " is above 1 MiB, out of reach of 16-bit code: use --mode 32",
				 entry);
	start_state_real(l->regs, (uint32_t)entry);
	return true;
}

bool load_flat(struct load *l)
{
	const struct boot_request *r = l->request;
	unsigned mode = r->mode ? r->mode : MODE_PROTECTED;
	uint64_t fallback = mode == MODE_REAL ? SECTOR_ADDRESS : FLAT_DEFAULT;
	uint64_t base = r->has_load_addr ? r->load_addr : fallback;
	uint64_t entry = r->has_entry ? r->entry : base;

	if (mode != MODE_REAL && mode != MODE_PROTECTED && mode != MODE_LONG)
		return load_fail(l, "unknown --mode %u: expected 16, 32 or 64", mode);
	if (l->size == 0) return load_fail(l, "the file is empty");
	if (!load_refuse_extras(l, "a flat binary")) return false;
	if (!load_reserve(l, base, l->size, "the flat binary", "--load-addr") ||
	    !load_write(l, base, l->bytes, l->size))
		return false;
	if (!load_is_ram(l, entry, 1))
		return load_fail(l, "the entry point 0x%" PRIx64 " (--entry) is not RAM", entry);
	set_range(l, base, l->size, entry);
	return start_flat(l, mode, base + l->size, entry);
}
