/* SPDX-License-Identifier: MIT */
#include "harness/record/lint_report.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "emu/lint.h"
#include "emu/units.h"
#include "emu/x86/start_state.h"

enum { FIRST_ROOM = 64, INDEX_PER_ENTRY = 2, ADDRESS_SIZE = 24 /* "0x" and 16 digits */ };

bool lint_mode_parse(const char *name, enum lint_mode *mode)
{
	static const char *const names[] = { "off", "warn", "error" };
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(name, names[i]) != 0) continue;
		*mode = (enum lint_mode)i;
		return true;
	}
	return false;
}

static void on_lint(void *ctx, const struct lint *l) { lint_report_add(ctx, l); }

void lint_report_init(struct lint_report *r, enum lint_mode mode, const char *const *allow,
		      size_t n_allow, FILE *out)
{
	*r = (struct lint_report){ .mode = mode, .allow = allow, .n_allow = n_allow, .out = out };
	r->observer = (struct observer){ .lint = on_lint, .ctx = r };
}

void lint_report_free(struct lint_report *r)
{
	free(r->entry);
	free(r->index);
	r->entry = NULL;
	r->index = NULL;
	r->n = r->room = r->last = r->index_size = 0;
	r->overflow = r->overflow_reported = r->overflow_errors = 0;
}

static bool same_text(const char *a, const char *b)
{
	if (a == b) return true;
	return a && b && strcmp(a, b) == 0;
}

static bool same_kind(const struct lint *a, const struct lint *b)
{
	return same_text(a->dev, b->dev) && same_text(a->reg, b->reg) &&
	       same_text(a->desc->rule, b->desc->rule) && (!a->each || a->bits == b->bits);
}

/* ---- the table ---- */

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; text && *text; text++) hash = (hash ^ (uint8_t)*text) * FNV_PRIME;
	/* An end, so that "ab", "c" differs from "a", "bc". */
	return (hash ^ UINT8_MAX) * FNV_PRIME;
}

/* Lints of one kind have the same hash. With `each`, every value of `bits` is a kind. */
static uint64_t hash_kind(const struct lint *l)
{
	uint64_t hash = hash_text(hash_text(hash_text(FNV_START, l->dev), l->reg), l->desc->rule);

	return l->each ? (hash ^ l->bits) * FNV_PRIME : hash;
}

/* The place of this kind in the index, or the free one where it would go. */
static size_t place_of(const struct lint_report *r, const struct lint *l)
{
	uint64_t hash = hash_kind(l);
	size_t at = (size_t)(hash ^ hash >> 32) & (r->index_size - 1);

	while (r->index[at] && !same_kind(&r->entry[r->index[at] - 1].first, l))
		at = (at + 1) & (r->index_size - 1);
	return at;
}

static struct lint_entry *find(struct lint_report *r, const struct lint *l)
{
	if (r->last < r->n && same_kind(&r->entry[r->last].first, l)) return &r->entry[r->last];
	if (!r->index_size) return NULL;
	size_t n = r->index[place_of(r, l)];
	if (n == 0) return NULL;
	r->last = n - 1;
	return &r->entry[n - 1];
}

/* Make room for one more. False: there are too many, or the host has no memory. */
static bool make_room(struct lint_report *r)
{
	if (r->n < r->room) return true;
	if (r->n == LINT_REPORT_MAX) return false;
	size_t room = r->room ? 2 * r->room : FIRST_ROOM;
	struct lint_entry *entry = realloc(r->entry, room * sizeof(*entry));
	if (entry) r->entry = entry;
	uint32_t *index = calloc(INDEX_PER_ENTRY * room, sizeof(*index));
	if (!entry || !index) {
		free(index);
		return false;
	}
	free(r->index);
	r->index = index;
	r->index_size = INDEX_PER_ENTRY * room;
	r->room = room;
	for (size_t i = 0; i < r->n; i++)
		r->index[place_of(r, &r->entry[i].first)] = (uint32_t)i + 1;
	return true;
}

static bool is_allowed(const struct lint_report *r, const char *id)
{
	for (size_t i = 0; i < r->n_allow; i++)
		if (lint_id_matches(r->allow[i], id)) return true;
	return false;
}

/* Does the text name the address already? */
static bool names(const char *text, uint64_t addr)
{
	char number[ADDRESS_SIZE];
	size_t n = (size_t)snprintf(number, sizeof(number), "0x%" PRIx64, addr);
	for (const char *at = strstr(text, number); at; at = strstr(at + n, number))
		if (!isxdigit((unsigned char)at[n])) return true;
	return false;
}

/* The other place. */
static void tell_cause(const struct lint_report *r, const struct lint *l)
{
	char symbol[LINT_REPORT_TEXT_SIZE] = "";
	if (!l->cause.what) return;
	if (r->symbol) r->symbol(r->symbol_ctx, l->cause.pc, symbol, sizeof(symbol));
	fprintf(r->out, "; %s at %" PRIu64 ".%09" PRIu64 " s, pc 0x%" PRIx64, l->cause.what,
		l->cause.time_ns / NS_PER_S, l->cause.time_ns % NS_PER_S, l->cause.pc);
	if (symbol[0]) fprintf(r->out, " in %s", symbol);
}

static void tell(const struct lint_report *r, const struct lint_entry *e)
{
	const struct lint *l = &e->first;
	char symbol[LINT_REPORT_TEXT_SIZE] = "";
	if (r->symbol) r->symbol(r->symbol_ctx, l->pc, symbol, sizeof(symbol));
	const char *kind = "warning";
	if (l->desc->severity == LINT_NOT_MODELLED)
		kind = "not modelled";
	else if (l->desc->severity == LINT_NOTE)
		kind = "note";
	else if (r->mode == LINT_MODE_ERROR)
		kind = "error";
	fprintf(r->out, "bimetal: %s: %s", kind, e->id);
	if (l->instance && l->instance[0]) fprintf(r->out, " [%s]", l->instance);
	if (e->detail[0])
		fprintf(r->out, ": %s", e->detail);
	else
		fprintf(r->out, ": 0x%" PRIx64, l->bits);
	if (l->addr && !names(e->detail, l->addr)) fprintf(r->out, ", address 0x%" PRIx64, l->addr);
	if (start_undefined_near(l->addr))
		fputs(" (computed from a register that the boot protocol leaves undefined)",
		      r->out);
	fprintf(r->out, ", at %" PRIu64 ".%09" PRIu64 " s, pc 0x%" PRIx64, l->time_ns / NS_PER_S,
		l->time_ns % NS_PER_S, l->pc);
	if (symbol[0]) fprintf(r->out, " in %s", symbol);
	tell_cause(r, l);
	if (l->spec && l->spec[0]) fprintf(r->out, " [%s]", l->spec);
	fputc('\n', r->out);
}

static void fill_entry(const struct lint_report *r, struct lint_entry *e, const struct lint *l)
{
	*e = (struct lint_entry){ .first = *l, .count = 1 };
	lint_id(l, e->id, sizeof(e->id));
	snprintf(e->detail, sizeof(e->detail), "%s", l->detail ? l->detail : "");
	e->first.detail = "";
	e->allowed = is_allowed(r, e->id);
	e->fault = r->fault ? r->fault(l) : NULL;
	e->foreign = e->fault && r->foreign && r->foreign(l);
}

static void tell_first(const struct lint_report *r, const struct lint_entry *e)
{
	if (!e->allowed && r->out && r->mode != LINT_MODE_OFF) tell(r, e);
}

/* Count a lint that is not kept: --lint error must not depend on how many kinds came before. Only
 * the first of these is reported. */
static void add_overflow(struct lint_report *r, const struct lint *l)
{
	struct lint_entry e;

	fill_entry(r, &e, l);
	r->overflow++;
	if (e.allowed) return;
	if (r->overflow_reported++ == 0) tell_first(r, &e);
	if (l->desc->severity == LINT_GUEST) r->overflow_errors++;
}

static void add_entry(struct lint_report *r, const struct lint *l)
{
	if (!make_room(r)) {
		add_overflow(r, l);
		return;
	}
	r->index[place_of(r, l)] = (uint32_t)r->n + 1;
	r->last = r->n;
	struct lint_entry *e = &r->entry[r->n++];
	fill_entry(r, e, l);
	tell_first(r, e);
}

void lint_report_add(struct lint_report *r, const struct lint *l)
{
	struct lint_entry *e = find(r, l);
	if (e)
		e->count++;
	else
		add_entry(r, l);
}

uint64_t lint_report_errors(const struct lint_report *r)
{
	uint64_t total = r->overflow_errors;
	for (size_t i = 0; i < r->n; i++) {
		const struct lint_entry *e = &r->entry[i];
		if (!e->allowed && e->first.desc->severity == LINT_GUEST) total += e->count;
	}
	return total;
}

uint64_t lint_report_total(const struct lint_report *r)
{
	uint64_t total = r->overflow_reported;
	for (size_t i = 0; i < r->n; i++)
		if (!r->entry[i].allowed) total += r->entry[i].count;
	return total;
}

static int more_frequent(const void *a, const void *b)
{
	const struct lint_entry *x = *(const struct lint_entry *const *)a;
	const struct lint_entry *y = *(const struct lint_entry *const *)b;
	if (x->count != y->count) return x->count < y->count ? 1 : -1;
	return strcmp(x->id, y->id);
}

/* Report lints that contradict their description. That is a bug of ours, or of a user's model,
 * which must not fail a guest; tests look for the line. */
static void tell_faults(const struct lint_report *r, FILE *out)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->entry[i].fault)
			fprintf(out, "bimetal: a bug of %s: lint %s %s\n",
				r->entry[i].foreign ? "the module" : "bimetal", r->entry[i].id,
				r->entry[i].fault);
}

static void tell_repeats(const struct lint_report *r, FILE *out)
{
	const struct lint_entry **sorted = calloc(r->n + 1, sizeof(struct lint_entry *));
	size_t n = 0;

	if (!sorted) {
		fputs("bimetal: out of memory: how often each lint came is not listed\n", out);
		return;
	}
	for (size_t i = 0; i < r->n; i++)
		if (!r->entry[i].allowed && r->entry[i].count > 1) sorted[n++] = &r->entry[i];
	if (n > 1) qsort(sorted, n, sizeof(struct lint_entry *), more_frequent);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "bimetal: %s: %" PRIu64 " times\n", sorted[i]->id, sorted[i]->count);
	free(sorted);
}

void lint_report_summary(const struct lint_report *r, FILE *out)
{
	tell_repeats(r, out);
	if (r->overflow_reported)
		fprintf(out,
			"bimetal: %" PRIu64
			" lints of other kinds were counted and are not listed\n",
			r->overflow_reported);
	tell_faults(r, out);
	if (lint_report_total(r))
		fputs("bimetal: 'bimetal explain ID' says what a lint means and what to do\n", out);
}
