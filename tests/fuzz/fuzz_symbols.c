/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "fuzz_load.h"
#include "harness/diagnosis/symbols.h"

enum { MAX_INPUT = 64 * 1024 };

static void ask(struct symbols *symbols, uint64_t address)
{
	struct symbol symbol;
	struct source_line line;

	if (symbols_lookup(symbols, address, &symbol) && strlen(symbol.name) == 0) abort();
	if (symbols_line(symbols, address, &line) && strlen(line.file) > MAX_INPUT) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t addresses[] = { 0x100000, 0x100010, 0x100020, 0x401000, 0 };
	struct symbols *symbols;
	uint8_t *copy;

	if (size > MAX_INPUT) return -1;
	copy = malloc(size ? size : 1);
	if (!copy) return -1;
	memcpy(copy, data, size);
	symbols = symbols_new(copy, size);
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) ask(symbols, addresses[i]);
	symbols_free(symbols);
	if (memcmp(copy, data, size) != 0) abort(); /* the image is not changed */
	free(copy);
	return 0;
}
