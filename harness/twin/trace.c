/* SPDX-License-Identifier: MIT */
#include "harness/twin/trace.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/regs.h"
#include "harness/twin/program.h"

static const char magic[] = "bimetal twin trace 2";
enum { FIRST_CAPACITY = 256, LINE = 4352 /* a path fits */, CONTEXT = 3, HASH_FACTOR = 31 };

/* By enum bus_space; the letters are used in files. */
static const char space_letters[] = "pms";
static const char *const space_names[] = {
	[BUS_PORT] = "port", [BUS_MEMORY] = "address", [BUS_MSR] = "MSR"
};

const char *twin_trace_space(const struct twin_access *a) { return space_names[a->space]; }

/* ---- names ---- */

/* Grow the array if it has no room for one more element of `size` bytes. */
static bool grow(void **array, size_t n, size_t *capacity, size_t size)
{
	if (n < *capacity) return true;
	size_t more = *capacity ? 2 * *capacity : FIRST_CAPACITY;
	void *bigger = realloc(*array, more * size);
	if (!bigger) return false;
	*array = bigger;
	*capacity = more;
	return true;
}

/* Add an empty name; NULL: out of memory. */
static struct twin_name *add_name(struct twin_trace *t)
{
	void *names = t->name;

	if (!grow(&names, t->n_names, &t->name_capacity, sizeof(*t->name))) return NULL;
	t->name = names;
	t->name[t->n_names] = (struct twin_name){ 0 };
	return &t->name[t->n_names++];
}

static void write_name(char *to, size_t size, const struct access *a)
{
	if (!a->dev) return;
	const char *dev = a->dev->instance ? a->dev->instance : a->dev->ops->name;
	if (a->reg && a->reg->count)
		snprintf(to, size, "%s.%s[%u]", dev, a->reg->name, a->n);
	else if (a->reg)
		snprintf(to, size, "%s.%s", dev, a->reg->name);
	else
		snprintf(to, size, "%s", dev);
	for (; *to; to++) /* names are words in the file: no blanks */
		if (*to == ' ') *to = '_';
}

static bool is_name(const struct twin_trace *t, uint32_t name, const struct access *a)
{
	if (name >= t->n_names) return false;
	const struct twin_name *known = &t->name[name];
	return known->reg == a->reg && known->dev == a->dev && known->n == a->n;
}

/* Find the name among the recent ones, else in the list of all names. */
static bool name_access(struct twin_trace *t, const struct access *a, uint32_t *name)
{
	enum { LOW = 3, DEVICE = 7 }; /* bits that pointers to rows and devices have in common */
	uintptr_t hash = ((uintptr_t)a->reg >> LOW) * HASH_FACTOR + ((uintptr_t)a->dev >> DEVICE);
	uint32_t *recent = &t->recent[(hash + a->n) % TWIN_RECENT], i = 0;

	if (!is_name(t, *recent, a)) {
		while (i < t->n_names && !is_name(t, i, a)) i++;
		*recent = i;
		if (i == t->n_names) {
			struct twin_name *new = add_name(t);
			if (!new) return false;
			new->dev = a->dev;
			new->reg = a->reg;
			new->n = a->n;
			write_name(new->text, sizeof(new->text), a);
		}
	}
	*name = *recent;
	return true;
}

const char *twin_trace_name(const struct twin_trace *t, const struct twin_access *a)
{
	return a->name < t->n_names ? t->name[a->name].text : "";
}

/* ---- recording ---- */

static bool grow_accesses(struct twin_trace *t)
{
	void *accesses = t->access;

	if (t->n == TWIN_TRACE_MAX) return false;
	if (!grow(&accesses, t->n, &t->capacity, sizeof(*t->access))) return false;
	t->access = accesses;
	return true;
}

static void on_access(void *ctx, const struct access *a)
{
	struct twin_trace *t = ctx;
	uint32_t name;

	if (!t->on || (a->space == BUS_PORT && t->ignored_port && a->addr == t->ignored_port))
		return;
	if ((t->n == t->capacity && !grow_accesses(t)) || !name_access(t, a, &name)) {
		t->lost++;
		return;
	}
	t->access[t->n++] =
		(struct twin_access){ .pc = a->pc,
				      .addr = a->addr,
				      .value = a->value,
				      .name = name,
				      .width = a->width,
				      .write = a->write,
				      .space = (uint8_t)a->space,
				      .compare = a->reg ? a->reg->compare : REG_COMPARE_EXACT };
}

void twin_trace_attach(struct twin_trace *trace, struct hub *hub, const char *program)
{
	trace->observer = (struct observer){ .access = on_access, .ctx = trace };
	trace->program = strdup(program);
	hub_attach(hub, &trace->observer);
}

void twin_trace_clear(struct twin_trace *trace)
{
	trace->n = trace->n_names = trace->lost = 0;
	trace->on = false;
}

void twin_trace_free(struct twin_trace *trace)
{
	free(trace->access);
	free(trace->name);
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
		const char *name = twin_trace_name(t, a);
		fprintf(f, "%c %c %" PRIx64 " %u %" PRIx64 " %u %" PRIx64 " %s\n",
			a->write ? 'w' : 'r', space_letters[a->space], a->addr, a->width, a->value,
			a->compare, a->pc, *name ? name : "-");
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

/* Parse a blank and a number; *at moves past it. */
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

/* A name from a file: most lines have one of the recent names. */
static bool read_name(struct twin_trace *t, const char *text, uint32_t *name)
{
	uint32_t hash = 0;

	if (strcmp(text, "-") == 0) text = "";
	for (const char *at = text; *at; at++) hash = hash * HASH_FACTOR + (uint8_t)*at;
	uint32_t *recent = &t->recent[hash % TWIN_RECENT];
	if (*recent >= t->n_names || strcmp(t->name[*recent].text, text) != 0) {
		*recent = (uint32_t)t->n_names;
		struct twin_name *new = add_name(t);
		if (!new) return false;
		snprintf(new->text, sizeof(new->text), "%s", text);
	}
	*name = *recent;
	return true;
}

/* A line such as "w p 3f8 8 41 0 401000 com1.THR": direction, space (p port, m memory, s MSR),
 * address, width, value, comparison, pc, name. Numbers are hexadecimal, except width and
 * comparison. */
static bool parse_access(struct twin_trace *t, const char *line, struct twin_access *a)
{
	const char *at = line + 3, *space;
	uint64_t width, compare;

	*a = (struct twin_access){ 0 };
	if (strlen(line) < 3 || (line[0] != 'r' && line[0] != 'w') || line[1] != ' ') return false;
	space = strchr(space_letters, line[2]);
	if (!space) return false;
	if (!take_number(&at, 16, &a->addr) || !take_number(&at, 10, &width) ||
	    !take_number(&at, 16, &a->value) || !take_number(&at, 10, &compare) ||
	    !take_number(&at, 16, &a->pc))
		return false;
	if (!is_width(width) || compare > REG_COMPARE_DEADLINE) return false;
	if (*at != ' ' || !at[1] || strlen(at + 1) >= TWIN_NAME || strchr(at + 1, ' '))
		return false;
	a->write = line[0] == 'w';
	a->space = (uint8_t)(space - space_letters);
	a->width = (uint8_t)width;
	a->compare = (uint8_t)compare;
	return read_name(t, at + 1, &a->name);
}

/* The last line, such as "end 2 0": the number of accesses, and of those that were lost. A
 * truncated trace has no such line, or another number. */
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
		if (ended) return "text after the end of the trace";
		if (*line == 1) {
			if (strcmp(text, magic) != 0)
				return "not a twin trace, or one of another version";
		} else if (*line == 2) {
			t->program = strdup(text);
		} else if (strncmp(text, "end ", 4) == 0) {
			if (!parse_end(t, text))
				return "the number of accesses differs from the one in its last "
				       "line";
			ended = true;
		} else {
			if (t->n == t->capacity && !grow_accesses(t)) return "too many accesses";
			if (!parse_access(t, text, &t->access[t->n]))
				return "not a line of a twin trace";
			t->n++;
		}
	}
	return ended ? NULL : "the trace is truncated: did its side of the test end early?";
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
	(void)fclose(f); /* it was only read */
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

/* The index of the next access to compare after `i`: repeated polls count as one. */
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
	const char *name = twin_trace_name(t, a);
	char place[PROGRAM_PLACE];
	program_place(program, a->pc, place, sizeof(place));
	fprintf(out, "%s %-9s %s %s%s%s 0x%" PRIx64 ", %u bits, value 0x%" PRIx64 "%s%s\n", mark,
		side, a->write ? "write" : "read ", name, *name ? " at " : "", twin_trace_space(a),
		a->addr, a->width, a->value, place[0] ? ", " : "", place);
}

/* Both read the same register in a loop, as it seems, but one side later. */
static bool is_late_poll(const struct twin_trace *native, const struct twin_trace *emulated,
			 size_t i, size_t j)
{
	if (i >= native->n || j >= emulated->n) return false;
	const struct twin_access *a = &native->access[i];
	return a->compare == REG_COMPARE_POLL && !a->write &&
	       same_register(a, &emulated->access[j]);
}

static void tell_difference(FILE *out, const struct twin_trace *native,
			    const struct twin_trace *emulated, size_t i, size_t j,
			    const size_t *before, size_t n_before)
{
	struct program *n = program_open(native->program), *e = program_open(emulated->program);

	fprintf(out,
		"the accesses differ, first at access %zu of the native side and %zu of the "
		"emulated "
		"side:\n",
		i + 1, j + 1);
	for (size_t k = n_before > CONTEXT ? n_before - CONTEXT : 0; k < n_before; k++)
		tell(out, " ", "both", native, before[k % CONTEXT], n);
	tell(out, ">", "native", native, i, n);
	tell(out, ">", "emulated", emulated, j, e);
	if (is_late_poll(native, emulated, i, j))
		fprintf(out,
			"  This register tells a state, and one side may have read it later: what "
			"the driver computes between two accesses takes no time natively\n");
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
