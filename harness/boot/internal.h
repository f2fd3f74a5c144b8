/* SPDX-License-Identifier: MIT */
/* What the boot protocols share: one load in progress, its error, and who occupies which memory.
 * Only the loader's own files include this. */
#ifndef HARNESS_BOOT_INTERNAL_H
#define HARNESS_BOOT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/boot/loader.h"
#include "harness/firmware/memory_map.h"

enum {
	LOAD_MAX_SPANS = 160,
	LOAD_WHAT_MAX = 48,
	LOAD_WHY_MAX = 224, /* of load_explain_header() */
	LOAD_LOW = 0x1000,  /* the first address given out: below it the BIOS keeps its data */
	LOAD_MIB = 1024 * 1024
};
#define LOAD_FILE_MAX ((size_t)1 << 30) /* bytes of a file, packed or unpacked */
#define LOAD_4GIB     (UINT64_C(1) << 32)

/* Physical memory that something occupies. */
struct span {
	uint64_t base, size;
	char what[LOAD_WHAT_MAX]; /* for messages: "segment 2", "the command line" */
};

struct load {
	const struct boot_request *request;
	const char *name; /* the image, in messages */
	uint8_t *bytes;   /* the image, unpacked; never written */
	size_t size;
	struct mem *mem;
	struct memory_map map; /* the memory map that the guest gets; nothing is loaded into ranges
				  other than available RAM */
	struct cpu_regs *regs;
	struct boot_result *result;
	struct span used[LOAD_MAX_SPANS];
	size_t n_used;
	char *err;
	size_t err_size;
};

/* A request for free RAM. */
struct place {
	const char *what;
	uint64_t size, align; /* align: a power of two, at least 1 */
	uint64_t min, max;    /* [min, max) */
	bool high;            /* as high as possible; else as low as possible */
};

/* Write "NAME: ..." into l->err and return false. */
__attribute__((format(printf, 2, 3))) bool load_fail(struct load *l, const char *format, ...);

/* Whether every byte of [base, base + size) is RAM. */
bool load_is_ram(const struct load *l, uint64_t base, uint64_t size);
/* Write "0x0-0x9ffff, 0x100000-0x7ffffff": where RAM is. */
void load_describe_ram(const struct load *l, char *out, size_t out_size);
/* Fail, as not all of [base, base + size) is RAM, and say what to do. `what` and `where` are as for
 * load_reserve(); `elf`: it is this segment of an ELF file, or NULL. */
struct elf_segment;
bool load_fail_not_ram(struct load *l, uint64_t base, uint64_t size, const char *what,
		       const char *where, const struct elf_segment *elf);
/* The span in [base, base + size), or NULL. */
const struct span *load_overlap(const struct load *l, uint64_t base, uint64_t size);
/* Reserve [base, base + size). Fails unless all of it is RAM and free. `where` names the field of
 * the file that gives the address ("file offset 0x1000"), for the message; it may be NULL. */
bool load_reserve(struct load *l, uint64_t base, uint64_t size, const char *what,
		  const char *where);
/* Find free RAM without reserving it. Returns false, without a message, if there is none. */
bool load_find(const struct load *l, const struct place *place, uint64_t *base);
/* Find free RAM and reserve it, or fail with a message that says how much is missing. */
bool load_place(struct load *l, const struct place *place, uint64_t *base);
/* Copy to, or clear, memory that was reserved. */
bool load_write(struct load *l, uint64_t base, const void *bytes, uint64_t size);
bool load_clear(struct load *l, uint64_t base, uint64_t size);

/* Read a whole file into a new block that the caller frees; an empty file gives a block too. */
bool load_read_file(struct load *l, const char *path, uint8_t **bytes, size_t *size);
/* The part of a path after its last slash. A guest gets only this name of its files, so that a run
 * does not depend on the folder that they are in. */
const char *load_base_name(const char *path);
/* Fail if --initrd, --module or --append was given: this kind of image cannot take them. */
bool load_refuse_extras(struct load *l, const char *kind);

/* Set the registers for a start in protected mode, and write the descriptor table: below 640 KiB if
 * there is room, else elsewhere. */
bool load_start_protected(struct load *l, uint32_t entry);
/* The same for long mode, with the page tables `tables`, which the caller keeps owning. */
struct page_tables;
bool load_start_long(struct load *l, const struct page_tables *tables, uint64_t entry);

/* ---- graphics modes: video.c ---- */

/* Can a graphics mode be set? */
bool load_has_graphics(const struct load *l);
/* Set the mode that the user or, without one, the image asks for. If the image's own is not
 * possible, the next smaller one of the usual sizes is taken, and the result's warning says so. If
 * the user's is not, load_fail(). */
bool load_set_video(struct load *l, const char *protocol, const struct boot_video *wish,
		    struct graphics_mode *out);
/* Put into the result's warning, if it has none, that the image wants graphics and gets text. */
void load_warn_text(struct load *l, const char *protocol, const struct boot_video *wish);

/* ---- ELF; most multiboot images are ELF files too ---- */

enum { ELF_MAX_SEGMENTS = 64 };

struct elf_segment {
	uint64_t offset, vaddr, paddr, filesz, memsz;
	bool is_note; /* nothing else is in it */
};

struct elf_image {
	bool is_64;
	bool is_shared; /* ET_DYN */
	uint64_t entry; /* as the header gives it */
	struct elf_segment segment[ELF_MAX_SEGMENTS];
	size_t n;
};

bool load_is_elf(const uint8_t *bytes, size_t size);
/* Check the file and list its loadable segments; nothing is loaded. */
bool load_elf_parse(struct load *l, struct elf_image *elf);
/* Whether it may be loaded where it is linked: position-independent files at 0 may not. */
bool load_elf_check_position(struct load *l, const struct elf_image *elf);
/* The range of physical addresses that it is linked to. */
void load_elf_range(const struct elf_image *elf, uint64_t *base, uint64_t *end);
/* Load it `offset` bytes higher (or, wrapping, lower) than it is linked to. */
void load_elf_move(struct elf_image *elf, uint64_t offset);
/* Reserve and fill the segments; sets the result's range. */
bool load_elf_segments(struct load *l, const struct elf_image *elf);
/* The entry point as a physical address: it may be given as a virtual one of some segment. */
bool load_elf_physical_entry(struct load *l, const struct elf_image *elf, uint64_t *entry);

/* Whether the bytes look like the format. */
bool load_is_linux(const uint8_t *bytes, size_t size);
bool load_is_multiboot1(const uint8_t *bytes, size_t size);
bool load_is_multiboot2(const uint8_t *bytes, size_t size);
bool load_is_cd(const uint8_t *bytes, size_t size);
bool load_is_disk(const uint8_t *bytes, size_t size);
bool load_is_sector(const uint8_t *bytes, size_t size);

/* One per boot_kind: load and set up l->regs, and entry and range in l->result. */
bool load_linux(struct load *l);
bool load_multiboot1(struct load *l);
bool load_multiboot2(struct load *l);
bool load_elf(struct load *l);
/* If the file has something close to a header of `protocol` ("multiboot1", "multiboot2", NULL:
 * any), write why it was not accepted as one: "its multiboot1 header at ...". False: there is none.
 */
bool load_explain_header(const struct load *l, const char *protocol, char *to, size_t room);
/* If the file has something close to a multiboot header, put into the result's warning why it was
 * not accepted as one. */
void load_explain_plain_elf(const struct load *l);
bool load_cd(struct load *l);
bool load_disk(struct load *l);
bool load_sector(struct load *l);
bool load_flat(struct load *l);

#endif
