/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/register_coverage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/bits.h"

/* The words: for each model, and in it for each kind, the bits of every row and then a word for
 * every lint. */
enum { WORDS_PER_ROW = sizeof(struct coverage_bits) / sizeof(uint64_t) };

static const char *const kinds[COVERAGE_KINDS] = { "directed", "random", "qemu" };

/* ---- the catalogue's models, rows and lints, numbered ---- */

struct covered_table {
	const struct reg_desc *regs;
	unsigned n, number; /* rows; and which table of the model it is */
	size_t model, row;  /* of the model's rows, the first */
};

struct covered_model {
	struct coverage_model about;
	size_t rows, lint, n_lints; /* `lint` is the first */
};

/* Made once: from then on the words have their places. */
static struct {
	struct covered_model *model;
	struct covered_table *table;
	struct catalogue_lint *lint; /* every id once, sorted: those of a model are together */
	size_t n_models, n_tables, n_lints, words;
} all;

static void *allocate(size_t n, size_t size)
{
	void *memory = calloc(n ? n : 1, size);

	if (memory) return memory;
	fputs("bimetal: out of memory\n", stderr);
	abort();
}

static uint64_t hash_number(uint64_t hash, uint64_t number)
{
	return (hash ^ number) * UINT64_C(0x100000001b3);
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; text && *text; text++) hash = hash_number(hash, (unsigned char)*text);
	return hash_number(hash, '\n');
}

static uint64_t hash_row(uint64_t hash, const struct reg_desc *r)
{
	hash = hash_number(hash_text(hash, r->name), r->width);
	for (const struct reg_field *f = r->name ? r->fields : NULL; f && f->name; f++)
		hash = hash_number(hash_number(hash_text(hash, f->name), f->msb), f->lsb);
	return hash;
}

static void add_tables(struct covered_model *m, const struct catalogue_model *of)
{
	for (const struct about_table *t = of->table; t->regs; t++) {
		all.table[all.n_tables++] =
			(struct covered_table){ .regs = t->regs,
						.n = t->n,
						.number = (unsigned)(t - of->table),
						.model = all.n_models,
						.row = m->rows };
		m->rows += t->n;
		for (unsigned i = 0; i < t->n; i++)
			m->about.stamp = hash_row(m->about.stamp, &t->regs[i]);
	}
}

static void add_model(const struct catalogue_model *of, size_t lint)
{
	struct covered_model *m = &all.model[all.n_models];

	*m = (struct covered_model){ .about = { .name = of->name,
						.first = all.words,
						.stamp = UINT64_C(0xcbf29ce484222325) },
				     .lint = lint };
	add_tables(m, of);
	for (; lint < all.n_lints && all.lint[lint].model == of; lint++, m->n_lints++)
		m->about.stamp = hash_text(m->about.stamp, all.lint[lint].id);
	m->about.words = COVERAGE_KINDS * (m->rows * WORDS_PER_ROW + m->n_lints);
	all.words += m->about.words;
	all.n_models++;
}

static void number_all(void)
{
	if (all.model) return;
	all.lint = catalogue_list(&all.n_lints);
	if (!all.lint) all.lint = allocate(0, sizeof(*all.lint));
	all.model = allocate(catalogue_size(), sizeof(*all.model));
	all.table = allocate(catalogue_size() * ABOUT_MAX_TABLES, sizeof(*all.table));
	for (size_t i = 0; i < catalogue_size(); i++) {
		size_t lint = 0;

		while (lint < all.n_lints && all.lint[lint].model != catalogue_at(i)) lint++;
		add_model(catalogue_at(i), lint);
	}
}

size_t coverage_words(void)
{
	number_all();
	return all.words;
}

const struct coverage_model *coverage_model_at(size_t i)
{
	number_all();
	return i < all.n_models ? &all.model[i].about : NULL;
}

const struct catalogue_lint *coverage_lints_of(const char *model, size_t *n)
{
	number_all();
	for (size_t i = 0; i < all.n_models; i++) {
		if (strcmp(all.model[i].about.name, model) != 0) continue;
		*n = all.model[i].n_lints;
		return &all.lint[all.model[i].lint];
	}
	*n = 0;
	return NULL;
}

/* ---- the words of a row and of a lint ---- */

static uint64_t *words_of(const struct register_coverage *c, enum coverage_kind kind, size_t model)
{
	const struct coverage_model *m = &all.model[model].about;

	return &c->word[m->first + kind * (m->words / COVERAGE_KINDS)];
}

static struct coverage_bits *bits_at(const struct register_coverage *c, enum coverage_kind kind,
				     const struct covered_table *t, size_t row)
{
	uint64_t *word = words_of(c, kind, t->model) + (t->row + row) * WORDS_PER_ROW;

	return (struct coverage_bits *)word;
}

struct coverage_bits *coverage_of(const struct register_coverage *c, enum coverage_kind kind,
				  const struct reg_desc *reg)
{
	number_all();
	for (size_t i = 0; i < all.n_tables; i++) {
		const struct covered_table *t = &all.table[i];
		uintptr_t at = (uintptr_t)reg - (uintptr_t)t->regs;

		if (at < t->n * sizeof(*reg)) return bits_at(c, kind, t, at / sizeof(*reg));
	}
	return NULL;
}

static bool owns(const struct covered_model *m, size_t lint)
{
	return lint >= m->lint && lint - m->lint < m->n_lints;
}

static uint64_t *lint_at(const struct register_coverage *c, enum coverage_kind kind, size_t lint)
{
	size_t model = 0;

	while (model + 1 < all.n_models && !owns(&all.model[model], lint)) model++;
	const struct covered_model *m = &all.model[model];
	return words_of(c, kind, model) + m->rows * WORDS_PER_ROW + lint - m->lint;
}

static int by_id(const void *id, const void *lint)
{
	return strcmp(id, ((const struct catalogue_lint *)lint)->id);
}

uint64_t *coverage_of_lint(const struct register_coverage *c, enum coverage_kind kind,
			   const char *id)
{
	const struct catalogue_lint *found;

	number_all();
	found = bsearch(id, all.lint, all.n_lints, sizeof(*all.lint), by_id);
	return found ? lint_at(c, kind, (size_t)(found - all.lint)) : NULL;
}

/* ---- as text ---- */

static bool is_empty(const struct coverage_bits *b)
{
	return !(b->read[0] | b->read[1] | b->written[0] | b->written[1]);
}

static void print_row(FILE *out, const struct covered_table *t, unsigned row, unsigned kind,
		      const struct coverage_bits *b)
{
	fprintf(out, "%s %s %u %s %" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIx64 "\n", kinds[kind],
		all.model[t->model].about.name, t->number, t->regs[row].name, b->read[0],
		b->read[1], b->written[0], b->written[1]);
}

static void print_rows(const struct register_coverage *c, unsigned kind, FILE *out)
{
	for (size_t i = 0; i < all.n_tables; i++)
		for (unsigned row = 0; row < all.table[i].n; row++) {
			const struct coverage_bits *b =
				bits_at(c, (enum coverage_kind)kind, &all.table[i], row);
			if (all.table[i].regs[row].name && !is_empty(b))
				print_row(out, &all.table[i], row, kind, b);
		}
}

void coverage_print(const struct register_coverage *c, FILE *out)
{
	number_all();
	fputs("# Which registers and lints the tests reach: recorded while they run, made anew by "
	      "./dev docs.\n"
	      "# kind model table register, bits read as 0, read as 1, written as 0, written as "
	      "1\n",
	      out);
	for (unsigned kind = 0; kind < COVERAGE_KINDS; kind++) print_rows(c, kind, out);
	fputs("# kind lint\n", out);
	for (unsigned kind = 0; kind < COVERAGE_KINDS; kind++)
		for (size_t i = 0; i < all.n_lints; i++)
			if (*lint_at(c, (enum coverage_kind)kind, i))
				fprintf(out, "%s %s\n", kinds[kind], all.lint[i].id);
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

static unsigned unproven_rows(const struct register_coverage *claims,
			      const struct register_coverage *seen, enum coverage_kind kind,
			      FILE *out)
{
	unsigned n = 0;

	for (size_t i = 0; i < all.n_tables; i++)
		for (unsigned row = 0; row < all.table[i].n; row++) {
			const struct covered_table *t = &all.table[i];
			struct coverage_bits left =
				without(bits_at(claims, kind, t, row), bits_at(seen, kind, t, row));
			if (is_empty(&left)) continue;
			print_row(out, t, row, kind, &left);
			n++;
		}
	return n;
}

unsigned coverage_unproven(const struct register_coverage *claims,
			   const struct register_coverage *seen, FILE *out)
{
	unsigned n = 0;

	number_all();
	for (unsigned k = 0; k < COVERAGE_KINDS; k++) {
		enum coverage_kind kind = (enum coverage_kind)k;

		n += unproven_rows(claims, seen, kind, out);
		for (size_t i = 0; i < all.n_lints; i++) {
			if (!*lint_at(claims, kind, i) || *lint_at(seen, kind, i)) continue;
			fprintf(out, "%s %s\n", kinds[kind], all.lint[i].id);
			n++;
		}
	}
	return n;
}
