/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/register_coverage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/bits.h"

/* The words: for each kind the bits of every row, then for each kind a word for every lint. */
enum { WORDS_PER_ROW = sizeof(struct coverage_bits) / sizeof(uint64_t) };

static const char *const kinds[COVERAGE_KINDS] = { "directed", "random", "qemu" };

/* ---- the catalogue's rows and lints, numbered ---- */

/* One row of the catalogue, while visiting all of them. */
struct place {
	size_t at; /* of the model, in the catalogue */
	const struct catalogue_model *model;
	unsigned table;
	const struct reg_desc *reg;
	size_t row;
};

static bool next_place(struct place *p)
{
	if (!p->model)
		*p = (struct place){ .model = catalogue_at(0) };
	else
		p->row++;
	for (; p->model; p->model = catalogue_at(++p->at), p->table = 0)
		for (; p->model->table[p->table].regs; p->table++) {
			const struct about_table *t = &p->model->table[p->table];
			p->reg = p->reg ? p->reg + 1 : t->regs;
			if (p->reg < t->regs + t->n) return true;
			p->reg = NULL;
		}
	return false;
}

static size_t n_rows(void)
{
	size_t n = 0;

	for (size_t i = 0; i < catalogue_size(); i++)
		for (const struct about_table *t = catalogue_at(i)->table; t->regs; t++) n += t->n;
	return n;
}

/* Every id once, sorted. It is kept, as each reported lint is looked up in it. */
static const struct catalogue_lint *lints(size_t *n)
{
	static struct catalogue_lint *list;
	static size_t length;

	if (!list) list = catalogue_list(&length);
	*n = list ? length : 0;
	return list;
}

size_t coverage_words(void)
{
	size_t n;

	lints(&n);
	return COVERAGE_KINDS * (n_rows() * WORDS_PER_ROW + n);
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++) hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return (hash ^ '\n') * UINT64_C(0x100000001b3);
}

uint64_t coverage_stamp(void)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	struct place p = { 0 };
	size_t n;
	const struct catalogue_lint *lint = lints(&n);

	while (next_place(&p)) {
		hash = hash_text(hash, p.model->name);
		hash = hash_text(hash, p.reg->name ? p.reg->name : "");
	}
	for (size_t i = 0; i < n; i++) hash = hash_text(hash, lint[i].id);
	return hash ? hash : 1;
}

static struct coverage_bits *bits_at(const struct register_coverage *c, enum coverage_kind kind,
				     size_t row)
{
	return (struct coverage_bits *)&c->word[(kind * n_rows() + row) * WORDS_PER_ROW];
}

struct coverage_bits *coverage_of(const struct register_coverage *c, enum coverage_kind kind,
				  const struct reg_desc *reg)
{
	size_t row = 0;

	for (size_t i = 0; i < catalogue_size(); i++)
		for (const struct about_table *t = catalogue_at(i)->table; t->regs; t++) {
			uintptr_t at = (uintptr_t)reg - (uintptr_t)t->regs;
			if (at < t->n * sizeof(*reg))
				return bits_at(c, kind, row + at / sizeof(*reg));
			row += t->n;
		}
	return NULL;
}

static int by_id(const void *id, const void *lint)
{
	return strcmp(id, ((const struct catalogue_lint *)lint)->id);
}

uint64_t *coverage_of_lint(const struct register_coverage *c, enum coverage_kind kind,
			   const char *id)
{
	size_t n;
	const struct catalogue_lint *list = lints(&n), *found = NULL;

	if (list) found = bsearch(id, list, n, sizeof(*list), by_id);
	if (!found) return NULL;
	return &c->word[COVERAGE_KINDS * n_rows() * WORDS_PER_ROW + kind * n +
			(size_t)(found - list)];
}

/* ---- recordings ---- */

static void add_rows(struct register_coverage *c, const struct register_coverage *more,
		     enum coverage_kind to, enum coverage_kind from)
{
	size_t n = n_rows() * WORDS_PER_ROW;

	for (size_t i = 0; i < n; i++) c->word[to * n + i] |= more->word[from * n + i];
}

static void add_lints(struct register_coverage *c, const struct register_coverage *more,
		      enum coverage_kind to, enum coverage_kind from)
{
	size_t n, first = COVERAGE_KINDS * n_rows() * WORDS_PER_ROW;

	lints(&n);
	for (size_t i = 0; i < n; i++)
		c->word[first + to * n + i] |= more->word[first + from * n + i];
}

static void add(struct register_coverage *c, const struct register_coverage *more,
		enum coverage_recording what)
{
	for (unsigned k = 0; k < COVERAGE_KINDS; k++) {
		enum coverage_kind kind = (enum coverage_kind)k;
		add_lints(c, more, kind, kind);
		if (what != COVERAGE_LINTS_ONLY) add_rows(c, more, kind, kind);
	}
	if (what != COVERAGE_WITH_QEMU) return;
	add_lints(c, more, COVERAGE_QEMU, COVERAGE_DIRECTED);
	add_rows(c, more, COVERAGE_QEMU, COVERAGE_DIRECTED);
}

bool coverage_add_recording(struct register_coverage *c, const char *path,
			    enum coverage_recording what, char error[COVERAGE_ERROR_SIZE])
{
	size_t n = coverage_words();
	struct register_coverage more = { calloc(n, sizeof(uint64_t)) };
	struct coverage_header header = { 0 };
	FILE *in = fopen(path, "rb");
	const char *why = NULL;

	if (!in || !more.word)
		why = strerror(errno);
	else if (fread(&header, sizeof(header), 1, in) != 1)
		why = "not a recording of a test program";
	else if (header.stamp && header.stamp != coverage_stamp())
		why = "recorded by a program with other registers: build and run the tests again";
	else if (header.stamp && fread(more.word, sizeof(uint64_t), n, in) != n)
		why = "the file is truncated";
	if (why) snprintf(error, COVERAGE_ERROR_SIZE, "%s: %s", path, why);
	if (!why) add(c, &more, what);
	if (in) fclose(in);
	free(more.word);
	return !why;
}

/* ---- as text ---- */

static bool is_empty(const struct coverage_bits *b)
{
	return !(b->read[0] | b->read[1] | b->written[0] | b->written[1]);
}

static void print_row(FILE *out, const struct place *p, unsigned kind,
		      const struct coverage_bits *b)
{
	fprintf(out, "%s %s %u %s %" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIx64 "\n", kinds[kind],
		p->model->name, p->table, p->reg->name, b->read[0], b->read[1], b->written[0],
		b->written[1]);
}

void coverage_print(const struct register_coverage *c, FILE *out)
{
	size_t n;
	const struct catalogue_lint *lint = lints(&n);

	fputs("# Which registers and lints the tests reach: recorded while they run, made anew by "
	      "./dev docs.\n"
	      "# kind model table register, bits read as 0, read as 1, written as 0, written as "
	      "1\n",
	      out);
	for (unsigned kind = 0; kind < COVERAGE_KINDS; kind++)
		for (struct place p = { 0 }; next_place(&p);) {
			const struct coverage_bits *b = bits_at(c, (enum coverage_kind)kind, p.row);
			if (p.reg->name && !is_empty(b)) print_row(out, &p, kind, b);
		}
	fputs("# kind lint\n", out);
	for (unsigned kind = 0; kind < COVERAGE_KINDS; kind++)
		for (size_t i = 0; i < n; i++)
			if (*coverage_of_lint(c, (enum coverage_kind)kind, lint[i].id))
				fprintf(out, "%s %s\n", kinds[kind], lint[i].id);
}

enum { MAX_WORDS = 8, ROW_WORDS = 8, LINT_WORDS = 2, HEX = 16, DECIMAL = 10 };

static int kind_of(const char *word)
{
	for (int kind = 0; kind < COVERAGE_KINDS; kind++)
		if (strcmp(word, kinds[kind]) == 0) return kind;
	return -1;
}

static const struct reg_desc *find_row(char *const *word)
{
	const struct catalogue_model *m = catalogue_model(word[1]);
	char *end;
	unsigned long table = strtoul(word[2], &end, DECIMAL);

	if (!m || end == word[2] || *end || table >= ABOUT_MAX_TABLES) return NULL;
	for (unsigned long t = 0; t <= table; t++)
		if (!m->table[t].regs) return NULL;
	for (unsigned i = 0; i < m->table[table].n; i++) {
		const struct reg_desc *r = &m->table[table].regs[i];
		if (r->name && strcmp(r->name, word[3]) == 0) return r;
	}
	return NULL;
}

static bool parse_mask(const char *word, const struct reg_desc *r, uint64_t *mask)
{
	char *end;

	if (strspn(word, "0123456789abcdef") != strlen(word)) return false;
	errno = 0;
	*mask = strtoull(word, &end, HEX);
	return !errno && !(*mask & ~low_bits(r->width));
}

static const char *parse_row(struct register_coverage *c, enum coverage_kind kind,
			     char *const *word)
{
	const struct reg_desc *r = find_row(word);
	uint64_t mask[WORDS_PER_ROW];
	struct coverage_bits *b;

	if (!r) return "unknown register";
	for (unsigned i = 0; i < WORDS_PER_ROW; i++)
		if (!parse_mask(word[4 + i], r, &mask[i]))
			return "not a mask of bits of this register";
	b = coverage_of(c, kind, r);
	for (unsigned value = 0; value < 2; value++) {
		b->read[value] |= mask[value];
		b->written[value] |= mask[2 + value];
	}
	return NULL;
}

/* NULL, or what is wrong. */
static const char *parse_line(struct register_coverage *c, char *line)
{
	char *word[MAX_WORDS + 1], *rest = line;
	unsigned n = 0;
	uint64_t *lint;
	int kind;

	for (char *w; n <= MAX_WORDS && (w = strsep(&rest, " \t\n"));)
		if (*w) word[n++] = w;
	if (n == 0 || word[0][0] == '#') return NULL;
	if (n != ROW_WORDS && n != LINT_WORDS)
		return "expected a register with its bits, or a lint";
	kind = kind_of(word[0]);
	if (kind < 0) return "the line must begin with directed, random or qemu";
	if (n == ROW_WORDS) return parse_row(c, (enum coverage_kind)kind, word);
	lint = coverage_of_lint(c, (enum coverage_kind)kind, word[1]);
	if (!lint) return "unknown lint";
	*lint = 1;
	return NULL;
}

bool coverage_parse(struct register_coverage *c, FILE *in, const char *name,
		    char error[COVERAGE_ERROR_SIZE])
{
	char *line = NULL, *copy;
	size_t size = 0;
	const char *why = NULL;

	for (unsigned number = 1; !why && getline(&line, &size, in) >= 0; number++) {
		copy = strdup(line);
		why = copy ? parse_line(c, copy) : "out of memory";
		free(copy);
		if (why)
			snprintf(error, COVERAGE_ERROR_SIZE, "%s:%u: %s: %.*s", name, number, why,
				 (int)strcspn(line, "\n"), line);
	}
	free(line);
	return !why;
}

/* ---- claims ---- */

static struct coverage_bits without(const struct coverage_bits *a, const struct coverage_bits *b)
{
	struct coverage_bits left = *a;

	for (unsigned value = 0; value < 2; value++) {
		left.read[value] &= ~b->read[value];
		left.written[value] &= ~b->written[value];
	}
	return left;
}

unsigned coverage_unproven(const struct register_coverage *claims,
			   const struct register_coverage *seen, FILE *out)
{
	size_t n_lints;
	const struct catalogue_lint *lint = lints(&n_lints);
	unsigned n = 0;

	for (unsigned kind = 0; kind < COVERAGE_KINDS; kind++) {
		enum coverage_kind k = (enum coverage_kind)kind;
		for (struct place p = { 0 }; next_place(&p);) {
			struct coverage_bits left =
				without(bits_at(claims, k, p.row), bits_at(seen, k, p.row));
			if (is_empty(&left)) continue;
			print_row(out, &p, kind, &left);
			n++;
		}
		for (size_t i = 0; i < n_lints; i++) {
			if (!*coverage_of_lint(claims, k, lint[i].id) ||
			    *coverage_of_lint(seen, k, lint[i].id))
				continue;
			fprintf(out, "%s %s\n", kinds[kind], lint[i].id);
			n++;
		}
	}
	return n;
}
