/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/catalogue_lints.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/bits.h"

enum { BITS_PER_BYTE = 8, MAX_BITS = 64, MAX_NAME = 64 };

/* The state of a visit to all lints of the catalogue. */
struct walk {
	bool (*visit)(void *ctx, const struct catalogue_lint *lint);
	void *ctx;
	const struct catalogue_model *model;
};

static bool tell(const struct walk *w, struct catalogue_lint *lint, const char *reg)
{
	struct lint l = { .dev = w->model->name, .reg = reg, .desc = lint->desc };

	lint->model = w->model;
	lint_id(&l, lint->id, sizeof(lint->id));
	return w->visit(w->ctx, lint);
}

/* ---- lints that follow from a table ---- */

static bool covers(const struct reg_desc *r, uint64_t at)
{
	uint64_t bytes = r->width / BITS_PER_BYTE, from = at - r->offset;

	if (!r->name || at < r->offset) return false;
	if (r->count < 2) return from < bytes;
	return from / r->stride < r->count && from % r->stride < bytes;
}

static bool decoded(const struct about_table *t, uint8_t bank, uint64_t at, enum reg_dir dir)
{
	for (unsigned i = 0; i < t->n; i++) {
		const struct reg_desc *r = &t->regs[i];
		if (!(r->dir & dir) || (r->bank && r->bank != bank)) continue;
		if (covers(r, at)) return true;
	}
	return false;
}

static uint8_t last_bank(const struct about_table *t)
{
	uint8_t last = 0;

	for (unsigned i = 0; i < t->n; i++)
		if (t->regs[i].bank > last) last = t->regs[i].bank;
	return last;
}

/* Whether an access in this direction finds no register at one of the row's bytes, in some bank
 * that the row belongs to. */
static bool one_way(const struct about_table *t, const struct reg_desc *r, enum reg_dir dir)
{
	uint8_t last = r->bank ? r->bank : last_bank(t);
	uint8_t first = r->bank ? r->bank : last > 0;

	if (r->dir & dir) return false;
	for (unsigned bank = first; bank <= last; bank++)
		for (unsigned byte = 0; byte < reg_cells(r) * r->width / BITS_PER_BYTE; byte++) {
			unsigned n = byte / (r->width / BITS_PER_BYTE);
			uint64_t at = r->offset + (uint64_t)n * r->stride;
			at += byte % (r->width / BITS_PER_BYTE);
			if (!decoded(t, (uint8_t)bank, at, dir)) return true;
		}
	return false;
}

/* enum reg_widths: the flag of a width is its number of bytes. */
static bool width_allowed(const struct reg_desc *r, unsigned width)
{
	if (r->width == width || r->widths & width / BITS_PER_BYTE) return true;
	return r->widths & REG_HALVES && r->width == MAX_BITS && width == MAX_BITS / 2;
}

static bool width_matters(const struct reg_desc *r)
{
	for (unsigned width = BITS_PER_BYTE; width <= MAX_BITS; width *= 2)
		if (!width_allowed(r, width)) return true;
	return false;
}

static bool has_reserved(const struct reg_desc *r)
{
	uint64_t all = low_bits(r->width);
	uint64_t zero = (~reg_mask(r, ~0u) & all) | reg_mask(r, 1u << REG_RSVDZ);

	return r->dir & REG_DIR_W && zero;
}

static bool has_preserved(const struct reg_desc *r)
{
	return r->dir & REG_DIR_W && reg_mask(r, 1u << REG_RSVDP);
}

static bool visit_row(const struct walk *w, const struct about_table *t, const struct reg_desc *r)
{
	bool outer = t->kind == ABOUT_BY_OFFSET;
	bool unwritten = outer ? one_way(t, r, REG_DIR_W) : !(r->dir & REG_DIR_W);
	const struct {
		enum reg_lint rule;
		bool holds;
	} rules[] = {
		{ REG_LINT_READONLY, unwritten },
		{ REG_LINT_WRITEONLY, outer && one_way(t, r, REG_DIR_R) },
		{ REG_LINT_WIDTH, outer && width_matters(r) },
		{ REG_LINT_MISALIGNED, outer && r->width > BITS_PER_BYTE },
		{ REG_LINT_RESERVED, has_reserved(r) },
		{ REG_LINT_PRESERVE, has_preserved(r) },
	};

	for (unsigned i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct catalogue_lint lint = { .table = t,
					       .reg = r,
					       .desc = &reg_lints[rules[i].rule],
					       .spec = r->spec,
					       .from_table = true };
		if (rules[i].holds && !tell(w, &lint, r->name)) return false;
	}
	return true;
}

static bool visit_table(const struct walk *w, const struct about_table *t)
{
	const struct lint_desc *desc = &reg_lints[REG_LINT_NO_REGISTER];
	struct catalogue_lint lint = { .desc = desc, .spec = desc->spec, .from_table = true };

	if (t->kind == ABOUT_BY_OFFSET && !tell(w, &lint, NULL)) return false;
	for (unsigned i = 0; i < t->n; i++)
		if (t->regs[i].name && !visit_row(w, t, &t->regs[i])) return false;
	return true;
}

/* ---- lints in the models' lists ---- */

static bool visit_desc(const struct walk *w, const struct lint_desc *d, const struct about_table *t,
		       const struct reg_desc *r, const char *name)
{
	struct catalogue_lint lint = { .table = t, .reg = r, .desc = d, .spec = d->spec };

	if (!lint.spec) lint.spec = r ? r->spec : "";
	return tell(w, &lint, name);
}

/* Visit the rows that a name or pattern matches; a name without a row is visited once. */
static bool visit_pattern(const struct walk *w, const struct lint_desc *d, const char *pattern)
{
	bool found = false;

	for (const struct about_table *t = w->model->table; t->regs; t++)
		for (unsigned i = 0; i < t->n; i++) {
			const struct reg_desc *r = &t->regs[i];
			if (!r->name || fnmatch(pattern, r->name, 0) != 0) continue;
			found = true;
			if (!visit_desc(w, d, t, r, r->name)) return false;
		}
	if (found || pattern[strcspn(pattern, "*?[")] != '\0') return true;
	return visit_desc(w, d, NULL, NULL, pattern);
}

static bool visit_patterns(const struct walk *w, const struct lint_desc *d)
{
	const char *at = d->reg;

	if (!at) return visit_desc(w, d, NULL, NULL, NULL);
	while (*at) {
		char pattern[MAX_NAME];
		size_t len = strcspn(at, " ");
		snprintf(pattern, sizeof(pattern), "%.*s", (int)len, at);
		if (!visit_pattern(w, d, pattern)) return false;
		at += len;
		at += strspn(at, " ");
	}
	return true;
}

static bool visit_model(const struct walk *w)
{
	for (const struct lint_desc *const *list = w->model->lints; *list; list++)
		for (const struct lint_desc *d = *list; d->rule; d++)
			if (!visit_patterns(w, d)) return false;
	for (const struct about_table *t = w->model->table; t->regs; t++)
		if (!visit_table(w, t)) return false;
	return true;
}

bool catalogue_visit(const struct catalogue_model *model,
		     bool (*visit)(void *ctx, const struct catalogue_lint *lint), void *ctx)
{
	for (size_t i = 0; i < catalogue_size(); i++) {
		struct walk w = { .visit = visit, .ctx = ctx, .model = catalogue_at(i) };
		if (model && model != w.model) continue;
		if (!visit_model(&w)) return false;
	}
	return true;
}

/* ---- searching ---- */

/* The model that the id belongs to by its first part; NULL: none. */
static const struct catalogue_model *model_of(const char *id)
{
	char name[MAX_NAME];
	size_t len = strcspn(id, ".");

	if (len >= sizeof(name)) return NULL;
	memcpy(name, id, len);
	name[len] = '\0';
	return catalogue_model(name);
}

struct search {
	const char *id;
	struct catalogue_lint *found;
	const struct lint *like;
	bool id_found, desc_found, spec_found;
};

static bool is_it(void *ctx, const struct catalogue_lint *lint)
{
	struct search *s = ctx;

	if (strcmp(lint->id, s->id) != 0) return true;
	*s->found = *lint;
	return false;
}

bool catalogue_find(const char *id, struct catalogue_lint *lint)
{
	struct search s = { .id = id, .found = lint };
	const struct catalogue_model *model = model_of(id);

	return model && !catalogue_visit(model, is_it, &s);
}

static bool is_like(void *ctx, const struct catalogue_lint *lint)
{
	struct search *s = ctx;
	const char *spec = s->like->spec ? s->like->spec : "";

	if (strcmp(lint->id, s->id) != 0) return true;
	s->id_found = true;
	s->desc_found |= lint->desc == s->like->desc;
	s->spec_found |= strcmp(lint->spec, spec) == 0;
	return true;
}

const char *catalogue_fault(const struct lint *l)
{
	char id[LINT_ID_SIZE];
	struct search s = { .id = lint_id(l, id, sizeof(id)), .like = l };
	const struct catalogue_model *model = model_of(id);

	if (model) catalogue_visit(model, is_like, &s);
	if (!s.id_found) return "is not in the catalogue";
	if (!s.desc_found) return "has another description in the catalogue";
	return s.spec_found ? NULL : "has another citation in the catalogue";
}

bool catalogue_is_foreign(const struct lint *l)
{
	const struct catalogue_model *model = catalogue_model(l->dev);

	return model ? model->foreign : catalogue_has_foreign();
}

static bool matches(void *ctx, const struct catalogue_lint *lint)
{
	return !lint_id_matches(ctx, lint->id);
}

bool catalogue_matches(const char *pattern)
{
	return !catalogue_visit(NULL, matches, (void *)(uintptr_t)pattern);
}

/* ---- the list of all ids ---- */

struct listing {
	struct catalogue_lint *lint; /* NULL: only count */
	size_t n;
};

static bool add(void *ctx, const struct catalogue_lint *lint)
{
	struct listing *l = ctx;

	if (l->lint) l->lint[l->n] = *lint;
	l->n++;
	return true;
}

/* Among equal ids, one with its own description comes first. */
static int by_id(const void *a, const void *b)
{
	const struct catalogue_lint *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order != 0 ? order : x->from_table - y->from_table;
}

struct catalogue_lint *catalogue_list(size_t *n)
{
	struct listing all = { 0 };
	size_t kept = 0;

	catalogue_visit(NULL, add, &all);
	all.lint = calloc(all.n ? all.n : 1, sizeof(*all.lint));
	if (!all.lint) return NULL;
	all.n = 0;
	catalogue_visit(NULL, add, &all);
	qsort(all.lint, all.n, sizeof(*all.lint), by_id);
	for (size_t i = 0; i < all.n; i++)
		if (kept == 0 || strcmp(all.lint[kept - 1].id, all.lint[i].id) != 0)
			all.lint[kept++] = all.lint[i];
	*n = kept;
	return all.lint;
}
