/* SPDX-License-Identifier: MIT */
/* Says why a piece of an image cannot be loaded where it asks to be: there is no RAM. */
#include <inttypes.h>
#include <stdio.h>

#include "harness/boot/internal.h"
#include "harness/firmware/memory_map.h"

/* Suggested sizes of memory are multiples of this, and leave room for the firmware's tables. */
#define MEMORY_STEP (UINT64_C(64) * LOAD_MIB)
#define MEMORY_MAX  (UINT64_C(64) << 30) /* as for mem_init() */

enum { ADVICE_SIZE = 320, RAM_SIZE = 160 };

void load_describe_ram(const struct load *l, char *out, size_t out_size)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < l->mem->n_regions && at < out_size; i++) {
		const struct mem_region *r = &l->mem->region[i];
		int n;

		if (r->kind != MEM_RAM) continue;
		n = snprintf(out + at, out_size - at, "%s0x%" PRIx64 "-0x%" PRIx64, at ? ", " : "",
			     r->base, r->base + r->size - 1);
		if (n < 0) return;
		at += (size_t)n;
	}
}

static bool touches_legacy(uint64_t base, uint64_t size)
{
	return base < MEMORY_HIGH_BASE && base + size > MEMORY_LOW_END;
}

/* The size of memory with which [base, base + size) is RAM. 0: none. */
static uint64_t memory_needed(const struct mem *mem, uint64_t base, uint64_t size)
{
	uint64_t end = base + size;
	uint64_t bytes;

	if (end < base || touches_legacy(base, size)) return 0;
	if (base >= LOAD_4GIB)
		bytes = end - LOAD_4GIB + mem->hole;
	else if (end <= mem->hole)
		bytes = end;
	else
		return 0;
	bytes = (bytes + LOAD_MIB + MEMORY_STEP - 1) / MEMORY_STEP * MEMORY_STEP;
	return bytes <= MEMORY_MAX ? bytes : 0;
}

/* What to do about it. `elf`: the piece is a segment of an ELF file; NULL: it is not. */
static void advise(const struct load *l, uint64_t base, uint64_t size,
		   const struct elf_segment *elf, char *text, size_t room)
{
	const char *elsewhere = elf ? "link the image elsewhere (ld -n -Ttext 0x100000, or a "
				      "linker script)"
				    : "load it elsewhere, such as at 0x100000";
	uint64_t needed = memory_needed(l->mem, base, size);

	if (elf && elf->is_note)
		snprintf(
			text, room,
			"it holds only a note, such as the build ID, for which ld chose the "
			"address: link with ld --build-id=none (gcc: -Wl,--build-id=none), or name "
			"the section in a linker script");
	else if (elf && elf->offset == 0 && touches_legacy(base, size))
		snprintf(text, room,
			 "it begins with the ELF headers, which ld loads in front of the code: "
			 "link with ld -n (gcc: -Wl,-n) or a linker script, so that they are not "
			 "loaded");
	else if (needed)
		snprintf(text, room, "%s, or give the machine more memory (-m %" PRIu64 "M)",
			 elsewhere, needed / LOAD_MIB);
	else
		snprintf(text, room, "%s", elsewhere);
}

bool load_fail_not_ram(struct load *l, uint64_t base, uint64_t size, const char *what,
		       const char *where, const struct elf_segment *elf)
{
	char ram[RAM_SIZE];
	char advice[ADVICE_SIZE];

	load_describe_ram(l, ram, sizeof(ram));
	advise(l, base, size, elf, advice, sizeof(advice));
	return load_fail(l,
			 "%s%s%s%s needs 0x%" PRIx64 " bytes at physical address 0x%" PRIx64
			 ", but not all of them are RAM (RAM is %s): %s",
			 what, where ? " (" : "", where ? where : "", where ? ")" : "", size, base,
			 ram, advice);
}
