/* SPDX-License-Identifier: MIT */
/* Linux kernels, and other images in their format: Documentation/arch/x86/boot.rst (protocols 2.00
 * to 2.15) and zero-page.rst of Linux; the names are from there. From protocol 2.12 on the header
 * says whether there are a 32-bit and a 64-bit entry point. Before that it does not, and an image
 * that is not Linux itself may have neither. Such an image starts by the 16-bit entry point
 * (linux16.c), which all images have, unless --mode chooses another. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/bits.h"
#include "emu/bytes.h"
#include "emu/x86/start_state.h"
#include "harness/boot/linux.h"
#include "harness/firmware/memory_map.h"

/* The rest of struct boot_params. */
enum {
	EXT_MEM_K = 0x02,
	ALT_MEM_K = 0x1e0,
	E820_ENTRIES = 0x1e8,
	E820_TABLE = 0x2d0,
	E820_ENTRY_SIZE = 20,
	E820_MAX = 128,
	BOOT_PARAMS_SIZE = 4096
};

enum {
	BOOT_FLAG_VALUE = 0xaa55,
	JUMP_SHORT = 0xeb,
	DEFAULT_SETUP_SECTS = 4,
	LOADED_HIGH = 0x01,
	CAN_USE_HEAP = 0x80,
	XLF_KERNEL_64 = 0x01,
	TYPE_UNDEFINED = 0xff,
	VID_MODE_NORMAL = 0xffff,
	HEAP_END = 0xe000,
	HEAP_END_GAP = 0x200,    /* heap_end_ptr is this much less than the heap's end */
	LOAD_ADDRESS = 0x100000, /* of a kernel that is not relocatable */
	LOAD_ADDRESS_LOW = 0x10000,
	ZIMAGE_MAX = 0x80000,
	ENTRY64_OFFSET = 0x200,
	MAX_ALIGN_BITS = 30,
	EXT_MEM_K_MAX = 0xfc00, /* the most that INT 15h AH=88h returns: 63 MiB */
	OLD_CMDLINE_SIZE = 255,

	MODE_16 = 16,
	MODE_32 = 32,
	MODE_64 = 64
};

#define OLD_INITRD_MAX UINT64_C(0x37ffffff)
#define HEADER_MAGIC   0x53726448u /* "HdrS" */

bool load_is_linux(const uint8_t *bytes, size_t size)
{
	return size >= HEADER_FULL_END && get_le16(bytes + BOOT_FLAG) == BOOT_FLAG_VALUE &&
	       get_le32(bytes + HEADER) == HEADER_MAGIC;
}

/* ---- the header ---- */

bool linux_has(const struct linux_image *k, unsigned version, size_t end)
{
	return k->version >= version && end <= k->header_end;
}

/* The end of the header, from the target of the jump over it; another kind of jump does not say. */
static void parse_version(const struct load *l, struct linux_image *k)
{
	k->version = get_le16(l->bytes + VERSION);
	k->header_end = HEADER_FULL_END;
	if (k->version >= PROTOCOL_2_12 || l->bytes[JUMP] == JUMP_SHORT)
		k->header_end = HEADER + (size_t)l->bytes[JUMP_OFFSET];
	if (k->version < PROTOCOL_2_12 && k->header_end > HEADER_FULL_END)
		k->header_end = HEADER_FULL_END; /* older headers end here or before */
	k->high = l->bytes[LOADFLAGS] & LOADED_HIGH;
}

/* Which entry point is used: 16, 32 or 64. */
static unsigned entry_mode(const struct load *l, const struct linux_image *k)
{
	if (l->request->mode) return l->request->mode;
	if (k->version < PROTOCOL_2_12 || !k->high) return MODE_16;
	return k->has_64 ? MODE_64 : MODE_32;
}

static bool check_version(struct load *l, const struct linux_image *k)
{
	if (k->version < PROTOCOL_2_00)
		return load_fail(
			l,
			"the kernel has boot protocol %u.%02u (offset 0x%x); 2.00 or later "
			"is needed",
			k->version >> 8, k->version & 0xff, VERSION);
	if (k->version < PROTOCOL_2_12) return true;
	if (k->header_end >= HEADER_FULL_END && k->header_end <= HEADER_MAX_END) return true;
	return load_fail(l,
			 "the setup header ends at 0x%zx (by the jump at 0x200); expected "
			 "0x%x to 0x%x",
			 k->header_end, HEADER_FULL_END, HEADER_MAX_END);
}

/* syssize in bytes. Before protocol 2.04 it has 16 bits, too few for a bzImage: then 0, unknown. */
static uint64_t code_bytes(const struct load *l, const struct linux_image *k)
{
	uint64_t paragraphs = get_le16(l->bytes + SYSSIZE);

	if (k->version >= PROTOCOL_2_04)
		paragraphs = get_le32(l->bytes + SYSSIZE);
	else if (k->high)
		paragraphs = 0;
	return paragraphs * LINUX_PARAGRAPH;
}

static bool parse_sizes(struct load *l, struct linux_image *k)
{
	unsigned sects = l->bytes[SETUP_SECTS];
	uint64_t syssize = code_bytes(l, k);
	bool alone = entry_mode(l, k) == MODE_16; /* then setup code without a kernel is enough */
	size_t left;

	k->code = ((size_t)(sects ? sects : DEFAULT_SETUP_SECTS) + 1) * LINUX_SECTOR;
	if (k->code > l->size || (k->code == l->size && !alone) || k->header_end > l->size)
		return load_fail(l,
				 "the kernel's code begins at offset 0x%zx (setup_sects %u), but "
				 "the file ends at 0x%zx: it is truncated",
				 k->code, sects, l->size);
	left = l->size - k->code;
	/* syssize is in paragraphs of 16 bytes; the file may end within the last one. */
	if (syssize > (uint64_t)left + LINUX_PARAGRAPH - 1)
		return load_fail(
			l,
			"the kernel's code is 0x%" PRIx64
			" bytes (syssize) from offset 0x%zx, but the file ends at 0x%zx: it "
			"is truncated",
			syssize, k->code, l->size);
	k->code_size = syssize && syssize < left ? (size_t)syssize : left;
	if (k->high || k->code_size <= ZIMAGE_MAX) return true;
	return load_fail(l,
			 "a zImage (LOADED_HIGH is clear in loadflags, offset 0x%x) with 0x%zx "
			 "bytes of code: at most 0x%x fit where it is loaded",
			 LOADFLAGS, k->code_size, ZIMAGE_MAX);
}

/* The load address of kernels that name none, or cannot be moved. */
static void parse_fixed_placement(struct linux_image *k)
{
	k->relocatable = false;
	k->pref_address = k->high ? LOAD_ADDRESS : LOAD_ADDRESS_LOW;
	k->init_size = k->code_size;
	k->alignment = k->min_alignment = 1;
}

static bool parse_placement(struct load *l, struct linux_image *k)
{
	const uint8_t *p = l->bytes;
	unsigned min_bits = p[MIN_ALIGNMENT];

	if (!k->high || !linux_has(k, PROTOCOL_2_10, INIT_SIZE + sizeof(uint32_t))) {
		parse_fixed_placement(k);
		return true;
	}
	k->relocatable = p[RELOCATABLE_KERNEL] != 0;
	k->alignment = get_le32(p + KERNEL_ALIGNMENT);
	k->pref_address = get_le64(p + PREF_ADDRESS);
	k->init_size = get_le32(p + INIT_SIZE);
	if (k->init_size < k->code_size) k->init_size = k->code_size;
	if (k->relocatable && (k->alignment == 0 || (k->alignment & (k->alignment - 1))))
		return load_fail(
			l, "kernel_alignment 0x%" PRIx64 " (offset 0x%x) is not a power of two",
			k->alignment, KERNEL_ALIGNMENT);
	if (min_bits > MAX_ALIGN_BITS)
		return load_fail(l, "min_alignment 2^%u (offset 0x%x) is more than 1 GiB", min_bits,
				 MIN_ALIGNMENT);
	k->min_alignment = min_bits ? UINT64_C(1) << min_bits : k->alignment;
	if (k->pref_address == 0) k->pref_address = LOAD_ADDRESS;
	return true;
}

static void parse_limits(const struct load *l, struct linux_image *k)
{
	k->initrd_max = OLD_INITRD_MAX;
	if (linux_has(k, PROTOCOL_2_03, INITRD_ADDR_MAX + sizeof(uint32_t)))
		k->initrd_max = get_le32(l->bytes + INITRD_ADDR_MAX);
	k->cmdline_size = OLD_CMDLINE_SIZE;
	if (linux_has(k, PROTOCOL_2_06, CMDLINE_SIZE + sizeof(uint32_t)))
		k->cmdline_size = get_le32(l->bytes + CMDLINE_SIZE);
}

static bool parse_header(struct load *l, struct linux_image *k)
{
	memset(k, 0, sizeof(*k));
	if (!load_is_linux(l->bytes, l->size))
		return load_fail(l,
				 "not a Linux bzImage: 0xaa55 expected at offset 0x%x and "
				 "\"HdrS\" at 0x%x",
				 BOOT_FLAG, HEADER);
	parse_version(l, k);
	if (!check_version(l, k)) return false;
	k->has_64 = linux_has(k, PROTOCOL_2_12, XLOADFLAGS + sizeof(uint16_t)) &&
		    get_le16(l->bytes + XLOADFLAGS) & XLF_KERNEL_64;
	if (!parse_sizes(l, k) || !parse_placement(l, k)) return false;
	parse_limits(l, k);
	return true;
}

/* ---- the kernel ---- */

static uint64_t to_mib(uint64_t bytes) { return (bytes + LOAD_MIB - 1) / LOAD_MIB; }

static bool fail_too_small(struct load *l, const struct linux_image *k)
{
	uint64_t lowest = k->relocatable ? align_up(LOAD_ADDRESS, k->min_alignment) : k->runtime;
	uint64_t mib;

	if (lowest + k->init_size < lowest || lowest + k->init_size > LOAD_4GIB)
		return load_fail(l,
				 "the kernel needs 0x%" PRIx64 " bytes at 0x%" PRIx64
				 " (init_size and pref_address), which does not fit below 4 GiB",
				 k->init_size, lowest);
	mib = to_mib(lowest + k->init_size);
	return load_fail(l,
			 "the kernel needs at least %" PRIu64
			 " MiB of memory to start (init_size 0x%" PRIx64 " from 0x%" PRIx64
			 "): -m %" PRIu64 "M",
			 mib, k->init_size, lowest, mib);
}

/* boot.rst, "init_size": a relocatable kernel runs at its load address, rounded up to its
 * alignment. */
static bool choose_address(struct load *l, struct linux_image *k)
{
	struct place place = { "the kernel", k->init_size, k->min_alignment,
			       LOAD_ADDRESS, LOAD_4GIB,    false };

	if (!k->relocatable) {
		k->load = k->high ? LOAD_ADDRESS : LOAD_ADDRESS_LOW;
		k->runtime = k->pref_address;
		if (k->runtime < LOAD_4GIB && load_is_ram(l, k->runtime, k->init_size)) return true;
		return fail_too_small(l, k);
	}
	k->load = k->pref_address;
	if (k->load % k->min_alignment != 0 || k->load + k->init_size > LOAD_4GIB ||
	    !load_is_ram(l, k->load, k->init_size)) {
		bool found;

		place.align = k->alignment;
		found = load_find(l, &place, &k->load);
		place.align = k->min_alignment;
		if (!found && !load_find(l, &place, &k->load)) return fail_too_small(l, k);
	}
	k->runtime = k->load;
	return true;
}

static bool place_kernel(struct load *l, struct linux_image *k)
{
	if (!choose_address(l, k)) return false;
	if (!load_reserve(l, k->runtime, k->init_size, "the kernel", "init_size")) return false;
	/* A kernel that moves itself needs the memory at its load address too. */
	if (k->load != k->runtime && !load_overlap(l, k->load, k->code_size) &&
	    !load_reserve(l, k->load, k->code_size, "the kernel's code", NULL))
		return false;
	if (!load_is_ram(l, k->load, k->code_size)) {
		uint64_t mib = to_mib(k->load + k->code_size);

		return load_fail(l,
				 "the kernel needs at least %" PRIu64
				 " MiB of memory to be loaded: -m %" PRIu64 "M",
				 mib, mib);
	}
	l->result->image_base = k->runtime;
	l->result->image_end = k->runtime + k->init_size;
	return load_write(l, k->load, l->bytes + k->code, k->code_size);
}

/* ---- initrd, command line, boot parameters ---- */

static bool put_initrd(struct load *l, const struct linux_image *k, uint8_t *params,
		       const uint8_t *bytes, size_t size)
{
	uint64_t limit = k->initrd_max ? k->initrd_max + 1 : LOAD_4GIB;
	struct place place = { "the initrd", size, MEM_PAGE, LOAD_ADDRESS, limit, true };
	uint64_t base;

	if (size == 0) return true;
	if (!load_find(l, &place, &base)) {
		uint64_t mib = to_mib(l->result->image_end) + to_mib(size);

		return load_fail(l,
				 "the initrd %s (%zu KiB) does not fit beside the kernel "
				 "(0x%" PRIx64 "-0x%" PRIx64 ") below 0x%" PRIx64
				 ": give the machine %" PRIu64 " MiB or more (-m), or a smaller "
				 "initrd",
				 l->request->initrd, (size + 1023) / 1024, l->result->image_base,
				 l->result->image_end, limit, mib);
	}
	if (!load_reserve(l, base, size, "the initrd", NULL) || !load_write(l, base, bytes, size))
		return false;
	put_le32(params + RAMDISK_IMAGE, (uint32_t)base);
	put_le32(params + RAMDISK_SIZE, (uint32_t)size);
	return true;
}

bool linux_load_initrd(struct load *l, const struct linux_image *k, uint8_t *params)
{
	uint8_t *bytes;
	size_t size;
	bool ok;

	if (!l->request->initrd) return true;
	if (!load_read_file(l, l->request->initrd, &bytes, &size)) return false;
	ok = put_initrd(l, k, params, bytes, size);
	free(bytes);
	return ok;
}

bool linux_check_cmdline(struct load *l, const struct linux_image *k, size_t length)
{
	if (length <= k->cmdline_size) return true;
	return load_fail(l,
			 "the command line has %zu characters; this kernel takes at most "
			 "%u (cmdline_size)",
			 length, k->cmdline_size);
}

bool linux_put_cmdline(struct load *l, const struct linux_image *k, uint8_t *params)
{
	const char *text = l->request->append ? l->request->append : "";
	size_t size = strlen(text) + 1;
	struct place place = { "the command line", size, LINUX_PARAGRAPH, LINUX_PARAMS_MIN,
			       MEMORY_EBDA_BASE,   false };
	uint64_t base;

	if (!linux_check_cmdline(l, k, size - 1)) return false;
	if (!load_place(l, &place, &base) || !load_write(l, base, text, size)) return false;
	put_le32(params + CMD_LINE_PTR, (uint32_t)base);
	return true;
}

static void fill_memory(const struct load *l, uint8_t *params)
{
	/* unread: Linux, Documentation/arch/x86/zero-page.rst: the table has 0xa00 bytes. */
	_Static_assert((int)MEMORY_MAP_MAX <= (int)E820_MAX &&
			       E820_TABLE + E820_MAX * E820_ENTRY_SIZE <= BOOT_PARAMS_SIZE,
		       "room for every memory map");
	params[E820_ENTRIES] = (uint8_t)l->map.n;
	for (size_t i = 0; i < l->map.n; i++) {
		const struct memory_range *r = &l->map.range[i];
		uint8_t *entry = params + E820_TABLE + i * E820_ENTRY_SIZE;

		put_le64(entry, r->base);
		put_le64(entry + 8, r->size);
		put_le32(entry + 16, r->type);
		if (r->base == MEMORY_HIGH_BASE && r->type == MEMORY_AVAILABLE) {
			uint64_t kib = r->size / 1024;

			put_le32(params + ALT_MEM_K, (uint32_t)kib);
			put_le16(params + EXT_MEM_K,
				 (uint16_t)(kib < EXT_MEM_K_MAX ? kib : EXT_MEM_K_MAX));
		}
	}
}

void linux_fill_header(const struct load *l, const struct linux_image *k, uint32_t heap_end,
		       uint8_t *params)
{
	memcpy(params + SETUP_SECTS, l->bytes + SETUP_SECTS, k->header_end - SETUP_SECTS);
	params[TYPE_OF_LOADER] = TYPE_UNDEFINED;
	put_le16(params + VID_MODE, VID_MODE_NORMAL);
	if (linux_has(k, PROTOCOL_2_01, HEAP_END_PTR + sizeof(uint16_t))) {
		params[LOADFLAGS] |= CAN_USE_HEAP;
		put_le16(params + HEAP_END_PTR, (uint16_t)(heap_end - HEAP_END_GAP));
	}
	if (k->version >= PROTOCOL_2_12 || k->relocatable)
		put_le32(params + CODE32_START, (uint32_t)k->load);
	put_le32(params + RAMDISK_IMAGE, 0);
	put_le32(params + RAMDISK_SIZE, 0);
	/* boot.rst, "min_alignment": the loader writes the alignment that it used. */
	if (k->relocatable && k->load % k->alignment != 0)
		put_le32(params + KERNEL_ALIGNMENT, (uint32_t)k->min_alignment);
}

static bool put_boot_params(struct load *l, const struct linux_image *k, uint64_t *base)
{
	struct place place = { "the boot parameters", BOOT_PARAMS_SIZE, MEM_PAGE,
			       LINUX_PARAMS_MIN,      MEMORY_EBDA_BASE, false };
	uint8_t params[BOOT_PARAMS_SIZE] = { 0 };

	linux_fill_header(l, k, HEAP_END, params);
	fill_memory(l, params);
	return linux_fill_screen(l, params) && load_place(l, &place, base) &&
	       linux_put_cmdline(l, k, params) && linux_load_initrd(l, k, params) &&
	       load_write(l, *base, params, sizeof(params));
}

/* ---- entry ---- */

static bool start_64(struct load *l, const struct linux_image *k, uint64_t params)
{
	struct page_tables *tables = page_tables_new(LOAD_4GIB);
	bool ok;

	l->result->entry = k->load + ENTRY64_OFFSET;
	if (!tables) return load_fail(l, "out of host memory for page tables");
	ok = load_start_long(l, tables, l->result->entry);
	page_tables_free(tables);
	l->regs->gpr[CPU_RSI] = params;
	return ok;
}

static bool start_32(struct load *l, const struct linux_image *k, uint64_t params)
{
	l->result->entry = k->load;
	if (!load_start_protected(l, (uint32_t)k->load)) return false;
	l->regs->gpr[CPU_RSI] = params;
	l->regs->gpr[CPU_RBP] = 0;
	l->regs->gpr[CPU_RDI] = 0;
	l->regs->gpr[CPU_RBX] = 0;
	return true;
}

static bool check_mode(struct load *l, const struct linux_image *k)
{
	unsigned mode = entry_mode(l, k);

	if (mode == MODE_16) return true;
	if (mode != MODE_32 && mode != MODE_64)
		return load_fail(l,
				 "--mode %u: a Linux kernel starts by its 16-bit, 32-bit or 64-bit "
				 "entry",
				 mode);
	if (mode == MODE_64 && !k->has_64)
		return load_fail(
			l,
			"--mode 64: the kernel has no 64-bit entry (XLF_KERNEL_64 is clear in "
			"xloadflags at 0x%x)",
			XLOADFLAGS);
	if (!k->high)
		return load_fail(l,
				 "--mode %u: a zImage (LOADED_HIGH is clear in loadflags, offset "
				 "0x%x) starts by its 16-bit entry",
				 mode, LOADFLAGS);
	if (linux_has(k, PROTOCOL_2_02, CMD_LINE_PTR + sizeof(uint32_t))) return true;
	return load_fail(l,
			 "--mode %u: a kernel of boot protocol %u.%02u (offset 0x%x) starts by its "
			 "16-bit entry",
			 mode, k->version >> 8, k->version & 0xff, VERSION);
}

bool load_linux(struct load *l)
{
	struct linux_image k;
	uint64_t params;

	if (!parse_header(l, &k) || !check_mode(l, &k)) return false;
	if (l->request->n_modules)
		return load_fail(l, "Linux takes no modules: give it an initramfs with --initrd");
	if (!place_kernel(l, &k)) return false;
	if (entry_mode(l, &k) == MODE_16) return linux_start_16(l, &k);
	if (!put_boot_params(l, &k, &params)) return false;
	if (entry_mode(l, &k) == MODE_64) return start_64(l, &k, params);
	return start_32(l, &k, params);
}
