/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness/support/object_room.h"

#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILES = 80 }; /* the program, and a module more than can be loaded at once */

/* What a file has that was loaded at this base. */
static struct objects {
	uintptr_t base;
	ElfW(Sym) * symbol; /* owned: those of objects; NULL: none */
	size_t n;
} known[MAX_FILES];
static size_t n_known;

/* ---- reading ---- */

/* A new block with these bytes of the file, or NULL. */
static void *read_at(int file, uint64_t size_of_file, uint64_t at, uint64_t size)
{
	void *block = NULL;

	if (size && at <= size_of_file && size <= size_of_file - at) block = malloc(size);
	if (block && pread(file, block, size, (off_t)at) != (ssize_t)size) {
		free(block);
		block = NULL;
	}
	return block;
}

static bool is_object(const ElfW(Sym) * s)
{
	return ELF64_ST_TYPE(s->st_info) == STT_OBJECT && s->st_shndx != SHN_UNDEF &&
	       s->st_shndx < SHN_LORESERVE && s->st_size;
}

static void keep_objects(struct objects *to)
{
	size_t n = 0;

	for (size_t i = 0; i < to->n; i++)
		if (is_object(&to->symbol[i])) to->symbol[n++] = to->symbol[i];
	to->n = n;
}

static void read_symbols(int file, struct objects *to)
{
	ElfW(Ehdr) *header = NULL;
	ElfW(Shdr) *section = NULL;
	struct stat s;

	if (fstat(file, &s) != 0 || s.st_size < 0) return;
	uint64_t size = (uint64_t)s.st_size;
	header = read_at(file, size, 0, sizeof(*header));
	if (header && memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
	    header->e_shentsize == sizeof(*section))
		section = read_at(file, size, header->e_shoff, header->e_shnum * sizeof(*section));
	for (unsigned i = 0; section && i < header->e_shnum && !to->symbol; i++) {
		if (section[i].sh_type != SHT_SYMTAB) continue;
		to->n = section[i].sh_size / sizeof(*to->symbol);
		to->symbol = read_at(file, size, section[i].sh_offset, to->n * sizeof(*to->symbol));
		if (!to->symbol) break;
		keep_objects(to);
	}
	free(section);
	free(header);
}

/* ---- finding ---- */

struct search {
	uintptr_t at;
	const struct objects *found; /* NULL: in no file */
};

static const struct objects *objects_of(uintptr_t base, const char *name)
{
	struct objects *o = &known[n_known];
	int file;

	for (size_t i = 0; i < n_known; i++)
		if (known[i].base == base) return &known[i];
	if (n_known == MAX_FILES) return NULL;
	*o = (struct objects){ .base = base };
	n_known++;
	file = open(*name ? name : "/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (file < 0) return o;
	read_symbols(file, o);
	(void)close(file); /* it was only read */
	return o;
}

static int find_file(struct dl_phdr_info *info, size_t size, void *ctx)
{
	struct search *s = ctx;

	(void)size;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + p->p_vaddr;

		if (p->p_type != PT_LOAD || s->at < start || s->at - start >= p->p_memsz) continue;
		s->found = objects_of(info->dlpi_addr, info->dlpi_name);
		return 1;
	}
	return 0;
}

size_t object_room(const void *at)
{
	struct search s = { .at = (uintptr_t)at };
	size_t room = 0;

	(void)dl_iterate_phdr(find_file, &s);
	for (size_t i = 0; s.found && s.found->symbol && i < s.found->n; i++) {
		const ElfW(Sym) *symbol = &s.found->symbol[i];
		uintptr_t inside = s.at - (s.found->base + symbol->st_value);

		/* Of several names, that of the whole object counts. */
		if (inside < symbol->st_size && symbol->st_size - inside > room)
			room = symbol->st_size - inside;
	}
	return room ? room : SIZE_MAX;
}
