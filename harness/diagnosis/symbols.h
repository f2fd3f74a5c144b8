/* SPDX-License-Identifier: MIT */
/* Names for addresses: symbols and source lines of an ELF image. A damaged file, or one that is not
 * ELF, has no names. */
#ifndef HARNESS_DIAGNOSIS_SYMBOLS_H
#define HARNESS_DIAGNOSIS_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbols;

struct symbol {
	const char *name; /* lives as long as the struct symbols */
	uint64_t address; /* its first address, as linked (virtual) */
	uint64_t offset;  /* from there to the address that was looked up */
	bool function;    /* the address lies in the code of a function, as the ELF file has it */
};

enum { SOURCE_FILE_SIZE = 512 };

struct source_line {
	char file[SOURCE_FILE_SIZE]; /* its path; a longer one is cut */
	int line;
};

/* Read the symbol table. `image` is not changed and must outlive the result (boot_result.image).
 * NULL: not an ELF file for x86, or out of memory. Debugging information is read at first use. */
struct symbols *symbols_new(uint8_t *image, size_t size);
void symbols_free(struct symbols *symbols);

/* How many symbols there are. */
size_t symbols_count(const struct symbols *symbols);
/* The function (or label) that holds `address`, which may be virtual as linked, or physical as
 * loaded: a kernel runs at both. False: none. `symbols` may be NULL. */
bool symbols_lookup(const struct symbols *symbols, uint64_t address, struct symbol *symbol);
/* The address of the symbol `name`, as linked. False: none. */
bool symbols_find(const struct symbols *symbols, const char *name, uint64_t *address);
/* The source line of `address`. False: none. */
bool symbols_line(struct symbols *symbols, uint64_t address, struct source_line *line);
/* If the code at `address` was inlined: the line of the call in the function that holds it. False:
 * it was not inlined, or that is not known. */
bool symbols_inlined_at(struct symbols *symbols, uint64_t address, struct source_line *line);
/* The line of the next call further in: `depth` 0 is that of symbols_inlined_at(), 1 the one in the
 * function that was inlined there, and so on. False: no more, or not known. */
bool symbols_call_at(struct symbols *symbols, uint64_t address, unsigned depth,
		     struct source_line *line);

#endif
