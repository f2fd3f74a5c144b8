/* SPDX-License-Identifier: MIT */
/* Of this program itself: compilers differ in how they say where a variable is. */
#define _GNU_SOURCE /* dl_iterate_phdr() */
#include "harness/diagnosis/variables.h"

#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "harness/support/files.h"
#include "tests/check.h"

enum { ENTRIES = 7, MAX_FOUND = 256, MAX_SIZE = 1 << 28 };

static unsigned in_file = 5;
static uint8_t zeros[ENTRIES];
static struct {
	uint32_t first;
	uint64_t second;
} taken_apart;
static volatile unsigned sink;
static _Thread_local unsigned of_thread;
unsigned global_of_test_variables = 3;

static struct {
	uint64_t address, size;
} found[MAX_FOUND];
static size_t n_found, n_wanted, n_others;
static uint64_t moved; /* the program's addresses, from those as linked */

static bool is_this_file(void *ctx, const char *file)
{
	const char *name = strrchr(file, '/');
	bool is = strcmp(name ? name + 1 : file, "test_variables.c") == 0;

	check_eq(ptr, ctx, found);
	n_wanted += is;
	n_others += !is;
	return is;
}

static void add(void *ctx, uint64_t address, uint64_t size)
{
	check_eq(ptr, ctx, found);
	require_lt(sz, n_found, MAX_FOUND);
	found[n_found].address = address + moved;
	found[n_found++].size = size;
}

/* How many bytes of it were found. */
static uint64_t covered(const volatile void *at, size_t size)
{
	uint64_t first = (uintptr_t)at, n = 0;

	for (size_t i = 0; i < n_found; i++)
		if (found[i].address >= first && found[i].address + found[i].size <= first + size)
			n += found[i].size;
	return n;
}

static int note_base(struct dl_phdr_info *info, size_t size, void *ctx)
{
	(void)size;
	(void)ctx;
	moved = info->dlpi_addr;
	return 1;
}

Test(variables, those_of_a_file_are_found_with_their_sizes, .timeout = 60)
{
	static unsigned in_function;
	const struct variables_visitor v = { is_this_file, add, found };
	uint8_t *image;
	size_t size;

	in_file += sink;
	in_function += sink;
	zeros[sink] = 1;
	taken_apart.first += sink;
	taken_apart.second += in_function;
	of_thread += sink;
	dl_iterate_phdr(note_base, NULL);
	require_eq(int, file_read("/proc/self/exe", MAX_SIZE, &image, &size, NULL, 0), FILE_READ);
	require(variables_visit(image, size, &v));
	free(image);
	check_eq(sz, n_wanted, 1);
	check_gt(sz, n_others, 10);
	check_eq(u64, covered(&in_file, sizeof(in_file)), sizeof(in_file));
	check_eq(u64, covered(zeros, sizeof(zeros)), sizeof(zeros));
	check_eq(u64, covered(&in_function, sizeof(in_function)), sizeof(in_function));
	check_eq(u64, covered(&sink, sizeof(sink)), sizeof(sink));
	check_eq(u64, covered(&global_of_test_variables, sizeof(unsigned)), sizeof(unsigned));
	check_ge(u64, covered(&taken_apart, sizeof(taken_apart)), sizeof(uint64_t));
	check_eq(u64, covered(&of_thread, sizeof(of_thread)), 0);
}

Test(variables, what_is_no_program_has_none, .timeout = 60)
{
	const struct variables_visitor v = { is_this_file, add, found };
	uint8_t garbage[64] = "\177ELF no more";

	check(!variables_visit(garbage, sizeof(garbage), &v));
	check(!variables_visit(garbage, 0, &v));
	check_eq(sz, n_found, 0);
}
