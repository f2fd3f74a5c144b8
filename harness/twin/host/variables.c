/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* dl_iterate_phdr() */
#include "harness/twin/host/variables.h"

#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "harness/twin/host/calls.h"

/* Pointers in what is kept must be found, by a leak checker, where pointers are. */
enum { FIRST_ROOM = 64, ALIGNMENT = 16 };

struct variable {
	uint8_t *at;
	size_t size, kept; /* where its bytes are kept */
};

/* What was in the variables when a test ended, if a leak checker looks: memory that they point to
 * was not lost. */
struct left {
	struct left *before;
	_Alignas(ALIGNMENT) uint8_t bytes[];
};

static struct {
	struct variable *variable;
	size_t n, room, bytes;
	char **file; /* those that were compiled with debugging information */
	size_t n_files, files_room;
	uint8_t *kept;
	bool no_memory;
	uintptr_t moved;      /* the program's addresses, from those as linked */
	uintptr_t start, end; /* what of it can be written */
} all;
static struct left *left;

__attribute__((weak)) int __lsan_do_recoverable_leak_check(void);

/* ---- finding ---- */

/* The program itself comes first. */
static int find_writable(struct dl_phdr_info *info, size_t size, void *ctx)
{
	(void)size;
	(void)ctx;
	all.moved = info->dlpi_addr;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t at = info->dlpi_addr + p->p_vaddr;

		if (p->p_type == PT_LOAD && p->p_flags & PF_W) {
			all.start = at;
			all.end = at + p->p_memsz;
		}
	}
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t end = info->dlpi_addr + p->p_vaddr + p->p_memsz;

		if (p->p_type == PT_GNU_RELRO && end > all.start && end <= all.end) all.start = end;
	}
	return 1;
}

static bool grow(void **array, size_t n, size_t *room, size_t size)
{
	size_t more = *room ? 2 * *room : FIRST_ROOM;
	void *bigger;

	if (n < *room) return true;
	bigger = realloc(*array, more * size);
	all.no_memory |= !bigger;
	if (!bigger) return false;
	*array = bigger;
	*room = more;
	return true;
}

static bool is_wanted(void *ctx, const char *file)
{
	void *files = all.file;

	if (!calls_is_users_file(ctx, file)) return false;
	if (!grow(&files, all.n_files, &all.files_room, sizeof(*all.file))) return false;
	all.file = files;
	all.file[all.n_files] = strdup(file);
	all.no_memory |= !all.file[all.n_files];
	all.n_files += !all.no_memory;
	return true;
}

static void add(void *ctx, uint64_t address, uint64_t size)
{
	uintptr_t at = all.moved + (uintptr_t)address;
	void *variables = all.variable;

	(void)ctx;
	if (at < all.start || at >= all.end || size > all.end - at) return;
	if (!grow(&variables, all.n, &all.room, sizeof(*all.variable))) return;
	all.variable = variables;
	all.variable[all.n++] = (struct variable){ (uint8_t *)at, size, all.bytes };
	all.bytes += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

bool variables_find(struct program *program)
{
	const struct variables_visitor visitor = { is_wanted, add, program };

	dl_iterate_phdr(find_writable, NULL);
	(void)program_variables(program, &visitor);
	all.kept = malloc(all.bytes + 1);
	return all.kept && !all.no_memory;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

bool variables_known(const char *file)
{
	for (size_t i = 0; i < all.n_files; i++)
		if (strcmp(base_name(all.file[i]), base_name(file)) == 0) return true;
	return false;
}

/* ---- keeping ---- */

void variables_keep(void)
{
	for (size_t i = 0; i < all.n; i++)
		memcpy(all.kept + all.variable[i].kept, all.variable[i].at, all.variable[i].size);
}

static bool is_as_kept(const struct variable *v)
{
	return memcmp(v->at, all.kept + v->kept, v->size) == 0;
}

static void keep_left(void)
{
	size_t i = 0;
	struct left *l;

	while (i < all.n && is_as_kept(&all.variable[i])) i++;
	l = i < all.n ? malloc(sizeof(*l) + all.bytes) : NULL;
	if (!l) return;
	for (i = 0; i < all.n; i++)
		memcpy(l->bytes + all.variable[i].kept, all.variable[i].at, all.variable[i].size);
	l->before = left;
	left = l;
}

void variables_restore(void)
{
	if (__lsan_do_recoverable_leak_check) keep_left();
	for (size_t i = 0; i < all.n; i++) {
		const struct variable *v = &all.variable[i];

		if (!is_as_kept(v)) memcpy(v->at, all.kept + v->kept, v->size);
	}
}
