/* SPDX-License-Identifier: MIT */
#include "harness/twin_trace.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/regs.h"
#include "harness/program.h"

static const char magic[] = "bimetal twin trace 2";
enum { FIRST_CAPACITY = 256, LINE = 4352 /* a path fits */, CONTEXT = 3 };

/* ---- recording ---- */

static bool grow(struct twin_trace *t)
{
	size_t capacity = t->capacity ? 2 * t->capacity : FIRST_CAPACITY;
	struct twin_access *access;

	if (t->n == TWIN_TRACE_MAX) return false;
	access = realloc(t->access, capacity * sizeof(*access));
	if (!access) return false;
	t->access = access;
	t->capacity = capacity;
	return true;
}

static void name_access(char *to, size_t size, const struct access *a)
{
	to[0] = '\0';
	if (!a->dev) return;
	const char *dev = a->dev->instance ? a->dev->instance : a->dev->ops->name;
	if (a->reg && a->reg->count)
		snprintf(to, size, "%s.%s[%u]", dev, a->reg->name, a->n);
	else if (a->reg)
		snprintf(to, size, "%s.%s", dev, a->reg->name);
	else
		snprintf(to, size, "%s", dev);
	for (; *to; to++) /* a word of the file */
		if (*to == ' ') *to = '_';
}

static void on_access(void *ctx, const struct access *a)
{
	struct twin_trace *t = ctx;

	if (!t->on || (a->space == BUS_PORT && t->ignored_port && a->addr == t->ignored_port))
		return;
	if (t->n == t->capacity && !grow(t)) {
		t->lost++;
		return;
	}
	struct twin_access *to = &t->access[t->n++];
	*to = (struct twin_access){ .pc = a->pc,
				    .addr = a->addr,
				    .value = a->value,
				    .width = a->width,
				    .write = a->write,
				    .space = a->space,
				    .compare = a->reg ? a->reg->compare : REG_COMPARE_EXACT };
	name_access(to->name, sizeof(to->name), a);
}

void twin_trace_attach(struct twin_trace *trace, struct hub *hub, const char *program)
{
	trace->observer = (struct observer){ .access = on_access, .ctx = trace };
	trace->program = strdup(program);
	hub_attach(hub, &trace->observer);
}

void twin_trace_free(struct twin_trace *trace)
{
	free(trace->access);
	free(trace->program);
	*trace = (struct twin_trace){ 0 };
}

/* ---- files ---- */

bool twin_trace_write(const struct twin_trace *t, const char *path, char *error, size_t error_size)
{
	FILE *f = fopen(path, "w");

	if (!f) {
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
		return false;
	}
	fprintf(f, "%s\n%s\n", magic, t->program ? t->program : "");
	for (size_t i = 0; i < t->n; i++) {
		const struct twin_access *a = &t->access[i];
		fprintf(f, "%c %c %" PRIx64 " %u %" PRIx64 " %u %" PRIx64 " %s\n",
			a->write ? 'w' : 'r', a->space == BUS_PORT ? 'p' : 'm', a->addr, a->width,
			a->value, a->compare, a->pc, a->name[0] ? a->name : "-");
	}
	fprintf(f, "end %zu %zu\n", t->n, t->lost);
	bool failed = ferror(f);
	if (fclose(f) != 0 || failed) {
		snprintf(error, error_size, "%s: cannot be written", path);
		return false;
	}
	return true;
}

static bool is_width(uint64_t width)
{
	return width == 8 || width == 16 || width == 32 || width == 64;
}

/* A blank and a number; *at is moved behind it. */
static bool take_number(const char **at, int base, uint64_t *value)
{
	char *end;

	if (**at != ' ' || !isxdigit((uint8_t)(*at)[1])) return false;
	errno = 0;
	*value = strtoull(*at + 1, &end, base);
	if (errno || end == *at + 1) return false;
	*at = end;
	return true;
}

/* "w p 3f8 8 41 0 401000 com1.THR": direction, space, address, width, value, comparison, pc, name;
 * the numbers are hexadecimal but for width and comparison. */
static bool parse_access(const char *line, struct twin_access *a)
{
	const char *at = line + 3;
	uint64_t width, compare;

	*a = (struct twin_access){ 0 };
	if (strlen(line) < 3 || (line[0] != 'r' && line[0] != 'w') || line[1] != ' ' ||
	    (line[2] != 'p' && line[2] != 'm'))
		return false;
	if (!take_number(&at, 16, &a->addr) || !take_number(&at, 10, &width) ||
	    !take_number(&at, 16, &a->value) || !take_number(&at, 10, &compare) ||
	    !take_number(&at, 16, &a->pc))
		return false;
	if (!is_width(width) || compare > REG_COMPARE_DEADLINE) return false;
	if (*at != ' ' || !at[1] || strlen(at + 1) >= TWIN_NAME || strchr(at + 1, ' '))
		return false;
	a->write = line[0] == 'w';
	a->space = line[2] == 'p' ? BUS_PORT : BUS_MEMORY;
	a->width = (uint8_t)width;
	a->compare = (uint8_t)compare;
	if (strcmp(at + 1, "-") != 0) snprintf(a->name, sizeof(a->name), "%s", at + 1);
	return true;
}

/* "end 2 0": how many there are, and how many were lost. A side that was cut off has no such line,
 * or another number. */
static bool parse_end(struct twin_trace *t, const char *line)
{
	const char *at = line + strlen("end");
	uint64_t n, lost;

	if (!take_number(&at, 10, &n) || !take_number(&at, 10, &lost) || *at) return false;
	t->lost = (size_t)lost;
	return n == t->n;
}

/* NULL, or what is wrong with line *line. */
static const char *read_lines(struct twin_trace *t, FILE *f, unsigned *line)
{
	char text[LINE];
	bool ended = false;

	for (*line = 1; fgets(text, sizeof(text), f); ++*line) {
		text[strcspn(text, "\n")] = '\0';
		if (ended) return "more behind the end of the trace";
		if (*line == 1) {
			if (strcmp(text, magic) != 0) return "no twin trace, or another version's";
		} else if (*line == 2) {
			t->program = strdup(text);
		} else if (strncmp(text, "end ", 4) == 0) {
			if (!parse_end(t, text)) return "another number of accesses than it says";
			ended = true;
		} else {
			if (t->n == t->capacity && !grow(t))
				return "more accesses than can be held";
			if (!parse_access(text, &t->access[t->n])) return "no line of a twin trace";
			t->n++;
		}
	}
	return ended ? NULL : "the trace is cut off: did its side of the test end early?";
}

bool twin_trace_read(struct twin_trace *trace, const char *path, char *error, size_t error_size)
{
	FILE *f = fopen(path, "r");
	unsigned line = 0;

	if (!f) {
		snprintf(error, error_size, "%s: %s: run the side of the test that writes it", path,
			 strerror(errno));
		return false;
	}
	const char *fault = read_lines(trace, f, &line);
	fclose(f);
	if (!fault) return true;
	snprintf(error, error_size, "%s:%u: %s", path, line, fault);
	twin_trace_free(trace);
	return false;
}

/* ---- comparing ---- */

static bool same_register(const struct twin_access *a, const struct twin_access *b)
{
	return a->addr == b->addr && a->space == b->space && a->width == b->width &&
	       a->write == b->write;
}

static bool same(const struct twin_access *a, const struct twin_access *b)
{
	return same_register(a, b) && (a->value == b->value || a->compare == REG_COMPARE_DEADLINE ||
				       (a->compare == REG_COMPARE_TIME && !a->write));
}

/* The access behind `i` that counts: repeated polls are one. */
static size_t next(const struct twin_trace *t, size_t i)
{
	const struct twin_access *a = &t->access[i];

	for (i++; i < t->n; i++) {
		const struct twin_access *b = &t->access[i];
		if (a->compare == REG_COMPARE_EXACT || a->write || !same(a, b)) break;
	}
	return i;
}

static void tell(FILE *out, const char *mark, const char *side, const struct twin_trace *t,
		 size_t i, struct program *program)
{
	if (i >= t->n) {
		fprintf(out, "%s %-9s nothing more\n", mark, side);
		return;
	}
	const struct twin_access *a = &t->access[i];
	char place[PROGRAM_PLACE];
	program_place(program, a->pc, place, sizeof(place));
	fprintf(out, "%s %-9s %s %s%s%s 0x%" PRIx64 ", %u bits, value 0x%" PRIx64 "%s%s\n", mark,
		side, a->write ? "write" : "read ", a->name, a->name[0] ? " at " : "",
		a->space == BUS_PORT ? "port" : "address", a->addr, a->width, a->value,
		place[0] ? ", " : "", place);
}

static void tell_difference(FILE *out, const struct twin_trace *native,
			    const struct twin_trace *emulated, size_t i, size_t j,
			    const size_t *before, size_t n_before)
{
	struct program *n = program_open(native->program), *e = program_open(emulated->program);

	fprintf(out, "the accesses differ, first at number %zu natively, %zu emulated:\n", i + 1,
		j + 1);
	for (size_t k = n_before > CONTEXT ? n_before - CONTEXT : 0; k < n_before; k++)
		tell(out, " ", "both", native, before[k % CONTEXT], n);
	tell(out, ">", "native", native, i, n);
	tell(out, ">", "emulated", emulated, j, e);
	program_close(n);
	program_close(e);
}

bool twin_trace_compare(const struct twin_trace *native, const struct twin_trace *emulated,
			FILE *out)
{
	size_t i = 0, j = 0, before[CONTEXT] = { 0 }, n_before = 0;

	if (native->lost || emulated->lost) {
		fprintf(out, "more than %d accesses: too many to compare\n", TWIN_TRACE_MAX);
		return false;
	}
	while (i < native->n && j < emulated->n && same(&native->access[i], &emulated->access[j])) {
		before[n_before++ % CONTEXT] = i;
		i = next(native, i);
		j = next(emulated, j);
	}
	if (i == native->n && j == emulated->n) return true;
	tell_difference(out, native, emulated, i, j, before, n_before);
	return false;
}
