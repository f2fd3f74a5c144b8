/* SPDX-License-Identifier: MIT */
#include "harness/record/lint_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/lint_desc.h"
#include "emu/units.h"
#include "emu/x86/start_state.h"

bool lint_mode_parse(const char *name, enum lint_mode *mode)
{
	static const char *const names[] = { "off", "warn", "error" };
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
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
	/* Member by member: the table need not be touched, and most runs use little of it. */
	r->mode = mode;
	r->allow = allow;
	r->n_allow = n_allow;
	r->out = out;
	r->fault = NULL;
	r->symbol = NULL;
	r->symbol_ctx = NULL;
	r->n = r->last = 0;
	r->overflow = 0;
	r->observer = (struct observer){ .lint = on_lint, .ctx = r };
}

static bool same_text(const char *a, const char *b)
{
	if (a == b) return true;
	return a && b && strcmp(a, b) == 0;
}

static bool same_kind(const struct lint *a, const struct lint *b)
{
	return same_text(a->dev, b->dev) && same_text(a->reg, b->reg) &&
	       same_text(a->rule, b->rule) && (!a->each || a->bits == b->bits);
}

static struct lint_entry *find(struct lint_report *r, const struct lint *l)
{
	if (r->last < r->n && same_kind(&r->entry[r->last].first, l)) return &r->entry[r->last];
	for (size_t i = 0; i < r->n; i++) {
		if (!same_kind(&r->entry[i].first, l)) continue;
		r->last = i;
		return &r->entry[i];
	}
	return NULL;
}

static bool is_allowed(const struct lint_report *r, const char *id)
{
	for (size_t i = 0; i < r->n_allow; i++)
		if (lint_id_matches(r->allow[i], id)) return true;
	return false;
}

static void tell(const struct lint_report *r, const struct lint_entry *e)
{
	const struct lint *l = &e->first;
	char symbol[LINT_REPORT_TEXT_SIZE] = "";
	if (r->symbol) r->symbol(r->symbol_ctx, l->pc, symbol, sizeof(symbol));
	const char *kind = "warning";
	if (l->severity == LINT_NOT_MODELLED)
		kind = "not modelled";
	else if (l->severity == LINT_NOTE)
		kind = "note";
	else if (r->mode == LINT_MODE_ERROR)
		kind = "error";
	fprintf(r->out, "bimetal: %s: %s", kind, e->id);
	if (l->instance && l->instance[0]) fprintf(r->out, " [%s]", l->instance);
	if (e->detail[0])
		fprintf(r->out, ": %s", e->detail);
	else
		fprintf(r->out, ": 0x%" PRIx64, l->bits);
	if (l->addr) fprintf(r->out, ", address 0x%" PRIx64, l->addr);
	if (start_undefined_near(l->addr))
		fputs(" (computed from a register that the boot protocol leaves undefined)",
		      r->out);
	fprintf(r->out, ", at %" PRIu64 ".%09" PRIu64 " s, pc 0x%" PRIx64, l->time_ns / NS_PER_S,
		l->time_ns % NS_PER_S, l->pc);
	if (symbol[0]) fprintf(r->out, " in %s", symbol);
	if (l->spec && l->spec[0]) fprintf(r->out, " [%s]", l->spec);
	fputc('\n', r->out);
}

static void add_entry(struct lint_report *r, const struct lint *l)
{
	if (r->n == LINT_REPORT_MAX) {
		r->overflow++;
		return;
	}
	r->last = r->n;
	struct lint_entry *e = &r->entry[r->n++];
	*e = (struct lint_entry){ .first = *l, .count = 1 };
	lint_id(l, e->id, sizeof(e->id));
	snprintf(e->detail, sizeof(e->detail), "%s", l->detail ? l->detail : "");
	e->first.detail = "";
	e->allowed = is_allowed(r, e->id);
	e->fault = r->fault ? r->fault(l) : NULL;
	if (!e->allowed && r->out && r->mode != LINT_MODE_OFF) tell(r, e);
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
	uint64_t total = 0;
	for (size_t i = 0; i < r->n; i++) {
		const struct lint_entry *e = &r->entry[i];
		if (!e->allowed && e->first.severity == LINT_GUEST) total += e->count;
	}
	return total;
}

uint64_t lint_report_total(const struct lint_report *r)
{
	uint64_t total = r->overflow;
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

/* A bug of ours, which no guest should suffer from; tests look for the line. */
static void tell_faults(const struct lint_report *r, FILE *out)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->entry[i].fault)
			fprintf(out, "bimetal: a bug of bimetal: lint %s %s\n", r->entry[i].id,
				r->entry[i].fault);
}

void lint_report_summary(const struct lint_report *r, FILE *out)
{
	const struct lint_entry *sorted[LINT_REPORT_MAX] = { NULL };
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++)
		if (!r->entry[i].allowed && r->entry[i].count > 1) sorted[n++] = &r->entry[i];
	if (n > 1) qsort(sorted, n, sizeof(struct lint_entry *), more_frequent);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "bimetal: %s: %" PRIu64 " times\n", sorted[i]->id, sorted[i]->count);
	if (r->overflow)
		fprintf(out, "bimetal: %" PRIu64 " lints of other kinds are not listed\n",
			r->overflow);
	tell_faults(r, out);
	if (lint_report_total(r))
		fputs("bimetal: 'bimetal explain ID' says what a lint means and what to do\n", out);
}
