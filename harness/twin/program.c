/* SPDX-License-Identifier: MIT */
#include "harness/twin/program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/diagnosis/symbols.h"
#include "harness/support/files.h"

enum { MAX_PROGRAM = 1 << 28 }; /* bytes */

struct program {
	uint8_t *image;
	struct symbols *symbols;
};

struct program *program_open(const char *path)
{
	struct program *p = path ? calloc(1, sizeof(*p)) : NULL;
	size_t size = 0;

	if (!p) return NULL;
	(void)file_read(path, MAX_PROGRAM, &p->image, &size, NULL, 0);
	if (size) p->symbols = symbols_new(p->image, size);
	if (p->symbols) return p;
	program_close(p);
	return NULL;
}

void program_close(struct program *program)
{
	if (!program) return;
	symbols_free(program->symbols);
	free(program->image);
	free(program);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static bool is_accessor(const char *file)
{
	static const char *const names[] = { "io.h", "dma.h", "registers.h", "msr.h",
					     "msr_registers.h" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(base_name(file), names[i]) == 0) return true;
	return false;
}

void program_place(struct program *program, uint64_t address, char *to, size_t size)
{
	struct source_line line, call;
	struct symbol symbol;

	to[0] = '\0';
	if (!program || !address) return;
	bool known = symbols_line(program->symbols, address, &line);
	bool inlined = symbols_inlined_at(program->symbols, address, &call);
	if (known && inlined && !is_accessor(line.file))
		snprintf(to, size, "%s:%d, inlined at %s:%d", base_name(line.file), line.line,
			 base_name(call.file), call.line);
	else if (inlined)
		snprintf(to, size, "%s:%d", base_name(call.file), call.line);
	else if (known)
		snprintf(to, size, "%s:%d", base_name(line.file), line.line);
	else if (symbols_lookup(program->symbols, address, &symbol))
		snprintf(to, size, "%s+0x%" PRIx64, symbol.name, symbol.offset);
}
