/* SPDX-License-Identifier: MIT */
/* Says why a multiboot magic in a file was not accepted as a header: its place or its checksum
 * is wrong (Multiboot 0.6.96, 3.1; Multiboot2 2.0, 3.1). */
#include <stdio.h>
#include <string.h>

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
static bool explain(const struct load *l, const struct header_rules *r, size_t at, char *to,
		    size_t room)
{
	uint32_t sum = sum_of(l, r, at);
	size_t last = at + (r->words - 1) * (size_t)WORD;
	bool early = at + r->words * (size_t)WORD <= r->search;

	if (sum == 0 && !early)
		snprintf(to, room,
			 "its %s header at offset 0x%zx is not in the first %zu bytes of the "
			 "file: put its section first in a linker script, and link with ld -n",
			 r->name, at, r->search);
	else if (sum == 0 && at % r->align)
		snprintf(to, room,
			 "its %s header at offset 0x%zx is not %zu-byte aligned: align it, and "
			 "its section",
			 r->name, at, r->align);
	else if (sum != 0 && early && at % r->align == 0)
		snprintf(to, room,
			 "its %s header at offset 0x%zx has checksum 0x%08x, expected 0x%08x",
			 r->name, at, get_le32(l->bytes + last), get_le32(l->bytes + last) - sum);
	else
		return false;
	return true;
}

bool load_explain_header(const struct load *l, const char *protocol, char *to, size_t room)
{
	size_t end = l->size < LOOKED_AT ? l->size : LOOKED_AT;

	for (unsigned i = 0; i < N_RULES; i++) {
		if (protocol && strcmp(protocol, rules[i].name) != 0) continue;
		for (size_t at = 0; at < end; at++)
			if (has_magic(l, &rules[i], at) && explain(l, &rules[i], at, to, room))
				return true;
	}
	return false;
}

void load_explain_plain_elf(const struct load *l)
{
	static const char begin[] = "booted as ELF without multiboot: ";
	char *to = l->result->warning;
	size_t room = sizeof(l->result->warning), n = strlen(begin);

	if (load_explain_header(l, NULL, to + n, room - n)) memcpy(to, begin, n);
}
