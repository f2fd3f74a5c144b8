/* SPDX-License-Identifier: MIT */
#include "harness/twin/program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/diagnosis/symbols.h"
#include "harness/support/files.h"

enum { MAX_PROGRAM = 1 << 28 /* bytes */, MAX_BACK = 256 /* likewise */ };

struct program {
	uint8_t *image;
	size_t size;
	struct symbols *symbols;
};

struct program *program_open(const char *path)
{
	struct program *p = path ? calloc(1, sizeof(*p)) : NULL;

	if (!p) return NULL;
	(void)file_read(path, MAX_PROGRAM, &p->image, &p->size, NULL, 0);
	if (p->size) p->symbols = symbols_new(p->image, p->size);
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
	static const char *const names[] = { "io.h",     "dma.h",           "registers.h",
					     "msr.h",    "msr_registers.h", "wait.h",
					     "portio.h", "portio_world.h" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(base_name(file), names[i]) == 0) return true;
	return false;
}

/* The line of `*address`. Compilers say "line 0" for instructions that they moved or merged: then
 * *address becomes that of the nearest before it, in the same function, with a line. */
static bool nearest_line(struct symbols *symbols, uint64_t *address, struct source_line *line)
{
	struct symbol symbol;

	if (symbols_line(symbols, *address, line)) return true;
	if (!symbols_lookup(symbols, *address, &symbol)) return false;
	for (uint64_t i = 1; i <= symbol.offset && i <= MAX_BACK; i++)
		if (symbols_line(symbols, *address - i, line)) {
			*address -= i;
			return true;
		}
	return false;
}

/* An accessor is inlined into a function that is inlined itself: its place in that function. False:
 * the function that it is inlined into is whole. */
static bool driver_line(struct symbols *symbols, uint64_t address, struct source_line *line)
{
	struct source_line call;
	bool within = false;

	for (unsigned depth = 1; symbols_call_at(symbols, address, depth, &call); depth++) {
		if (is_accessor(call.file)) break;
		*line = call;
		within = true;
	}
	return within;
}

void program_place(struct program *program, uint64_t address, char *to, size_t size)
{
	struct source_line line, call;
	struct symbol symbol;

	to[0] = '\0';
	if (!program || !address) return;
	bool known = nearest_line(program->symbols, &address, &line);
	bool inlined = symbols_inlined_at(program->symbols, address, &call);
	bool within = known && inlined;
	if (within && is_accessor(line.file))
		within = driver_line(program->symbols, address, &line);
	if (within)
		snprintf(to, size, "%s:%d, inlined at %s:%d", base_name(line.file), line.line,
			 base_name(call.file), call.line);
	else if (inlined)
		snprintf(to, size, "%s:%d", base_name(call.file), call.line);
	else if (known)
		snprintf(to, size, "%s:%d", base_name(line.file), line.line);
	else if (symbols_lookup(program->symbols, address, &symbol))
		snprintf(to, size, "%s+0x%" PRIx64, symbol.name, symbol.offset);
}

uint64_t program_function(struct program *program, uint64_t address)
{
	struct symbol symbol;

	if (!program || !symbols_lookup(program->symbols, address, &symbol)) return 0;
	return symbol.address;
}

bool program_file(struct program *program, uint64_t address, char file[PROGRAM_FILE])
{
	struct source_line line;

	if (!program || !address || !nearest_line(program->symbols, &address, &line)) return false;
	_Static_assert(sizeof line.file <= PROGRAM_FILE, "a file's name fits");
	memcpy(file, line.file, sizeof line.file);
	return true;
}

bool program_in_accessor(struct program *program, uint64_t address)
{
	struct source_line call;
	char file[PROGRAM_FILE];

	return program_file(program, address, file) && is_accessor(file) &&
	       !symbols_inlined_at(program->symbols, address, &call);
}

bool program_variables(struct program *program, const struct variables_visitor *v)
{
	return program && variables_visit(program->image, program->size, v);
}
