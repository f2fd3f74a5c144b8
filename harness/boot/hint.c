/* SPDX-License-Identifier: MIT */
/* Says why a multiboot magic in an ELF file was not accepted as a header: its place or its checksum
 * is wrong (Multiboot 0.6.96, 3.1; Multiboot2 2.0, 3.1). */
#include <stdio.h>

#include "emu/bytes.h"
#include "harness/boot/internal.h"

static const struct header_rules {
	const char *name;
	uint32_t magic;
	size_t align, search;
	unsigned words; /* how many words add up to 0: from the magic to the checksum */
} rules[] = {
	{ "multiboot1", 0x1badb002, 4, 8192, 3 },
	{ "multiboot2", 0xe85250d6, 8, 32768, 4 },
};

enum {
	N_RULES = sizeof(rules) / sizeof(rules[0]),
	WORD = 4,
	LOOKED_AT = 4 * LOAD_MIB /* bytes searched; large symbol tables come after them */
};

static bool has_magic(const struct load *l, const struct header_rules *r, size_t at)
{
	return l->size - at >= r->words * (size_t)WORD && get_le32(l->bytes + at) == r->magic;
}

/* The sum of the header's words. */
static uint32_t sum_of(const struct load *l, const struct header_rules *r, size_t at)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < r->words; i++) sum += get_le32(l->bytes + at + (size_t)i * WORD);
	return sum;
}

/* A magic with a right checksum is a header, at any place. With a wrong one it counts only where a
 * loader searches, as code that searches for headers contains the number too. */
static bool explain(const struct load *l, const struct header_rules *r, size_t at)
{
	char *to = l->result->warning;
	size_t room = sizeof(l->result->warning);
	uint32_t sum = sum_of(l, r, at);
	size_t last = at + (r->words - 1) * (size_t)WORD;
	bool early = at + r->words * (size_t)WORD <= r->search;

	if (sum == 0 && !early)
		snprintf(to, room,
			 "booted as ELF without multiboot: its %s header at offset 0x%zx is not in "
			 "the "
			 "first %zu bytes of the file",
			 r->name, at, r->search);
	else if (sum == 0 && at % r->align)
		snprintf(to, room,
			 "booted as ELF without multiboot: its %s header at offset 0x%zx is not "
			 "%zu-byte aligned",
			 r->name, at, r->align);
	else if (sum != 0 && early && at % r->align == 0)
		snprintf(to, room,
			 "booted as ELF without multiboot: the %s header at offset 0x%zx has "
			 "checksum 0x%08x, expected 0x%08x",
			 r->name, at, get_le32(l->bytes + last), get_le32(l->bytes + last) - sum);
	else
		return false;
	return true;
}

void load_explain_plain_elf(const struct load *l)
{
	size_t end = l->size < LOOKED_AT ? l->size : LOOKED_AT;

	for (unsigned i = 0; i < N_RULES; i++)
		for (size_t at = 0; at < end; at++)
			if (has_magic(l, &rules[i], at) && explain(l, &rules[i], at)) return;
}
