/* SPDX-License-Identifier: MIT */
/* Shared by the loader's tests: a small memory, a function to load an image, files in a temporary
 * folder. */
#ifndef TESTS_UNIT_BOOT_LOADER_FIXTURE_H
#define TESTS_UNIT_BOOT_LOADER_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/bytes.h"
#include "emu/mem.h"
#include "harness/boot/loader.h"
#include "tests/check.h"

#define MIB  (UINT64_C(1) << 20)
#define GIB  (UINT64_C(1) << 30)
#define HOLE (3 * GIB)

static struct mem mem;
static struct cpu_regs regs;
static struct boot_result result;
static struct boot_request request;
static char err[512];
static char scratch[] = "/tmp/bimetal-test-XXXXXX";
static char scratch_file[8][64];
static unsigned n_scratch_files;

static inline void fixture_memory(uint64_t size)
{
	mem_free(&mem);
	require_eq(ptr, mem_init(&mem, size, HOLE), NULL);
}

static inline void fixture_init(void) { require_eq(ptr, mem_init(&mem, 16 * MIB, HOLE), NULL); }

static inline void fixture_fini(void)
{
	boot_result_free(&result);
	mem_free(&mem);
	for (unsigned i = 0; i < n_scratch_files; i++) unlink(scratch_file[i]);
	if (n_scratch_files) rmdir(scratch);
}

/* Makes a file with these bytes; returns its path. */
static inline const char *fixture_file(const char *name, const void *bytes, size_t size)
{
	char *path = scratch_file[n_scratch_files];
	FILE *f;

	if (n_scratch_files == 0) require_ne(ptr, mkdtemp(scratch), NULL);
	n_scratch_files++;
	snprintf(path, sizeof(scratch_file[0]), "%s/%s", scratch, name);
	f = fopen(path, "wb");
	require_ne(ptr, f, NULL);
	require_eq(sz, fwrite(bytes, 1, size, f), size);
	fclose(f);
	return path;
}

/* Makes a sparse file of `size` zeroes; returns its path. */
static inline const char *fixture_hollow_file(const char *name, uint64_t size)
{
	const char *path = fixture_file(name, "", 0);

	require_eq(int, truncate(path, (off_t)size), 0);
	return path;
}

static inline bool load(const void *bytes, size_t size)
{
	boot_result_free(&result);
	return boot_load_bytes(&request, "dir/image", bytes, size, &mem, &regs, &result, err,
			       sizeof(err));
}

/* Expects that loading fails with a message that contains these words. */
#define REFUSED(bytes, size, words)                                                 \
	do {                                                                        \
		require(!load((bytes), (size)));                                    \
		check_ne(ptr, strstr(err, words), NULL, "the message is: %s", err); \
		check_eq(ptr, result.image, NULL);                                  \
	} while (0)

#define LOADED(bytes, size)                           \
	do {                                          \
		bool loaded_ = load((bytes), (size)); \
		require(loaded_, "%s", err);          \
	} while (0)

static inline uint64_t peek64(uint64_t pa)
{
	uint64_t v = 0;

	require(mem_read64(&mem, pa, &v));
	return v;
}

static inline uint32_t peek32(uint64_t pa)
{
	uint32_t v = 0;

	require(mem_read32(&mem, pa, &v));
	return v;
}

static inline uint16_t peek16(uint64_t pa)
{
	uint16_t v = 0;

	require(mem_read(&mem, pa, &v, sizeof(v)));
	return v;
}

static inline uint8_t peek8(uint64_t pa)
{
	uint8_t v = 0;

	require(mem_read(&mem, pa, &v, 1));
	return v;
}

static inline char *peek_string(uint64_t pa)
{
	static char text[4][256];
	static unsigned at;
	char *out = text[at++ % 4];

	require(mem_read(&mem, pa, out, sizeof(text[0]) - 1));
	return out;
}

/* Returns the physical address that the page tables of the start state give for va, or -1. */
static inline uint64_t walk(uint64_t va)
{
	uint64_t table = regs.cr3;

	for (unsigned shift = 39;; shift -= 9) {
		uint64_t entry = peek64(table + (va >> shift & 511) * 8);
		uint64_t low = (UINT64_C(1) << shift) - 1;

		if (!(entry & 1)) return UINT64_MAX;
		if (shift == 12 || (entry & 0x80))
			return (entry & UINT64_C(0xffffffffff000) & ~low) | (va & low);
		table = entry & UINT64_C(0xffffffffff000);
	}
}

#endif
