/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "harness/catalogue/fidelity_internal.h"
#include "harness/catalogue/markdown.h"
#include "harness/catalogue/register_text.h"

/* ---- the summary ---- */

struct counts {
	unsigned registers, unread, fields, effect[FIDELITY_N_EFFECTS],
		tested[FIDELITY_UNTESTED + 1], qemu;
	unsigned lints, told, by_chance, lints_unread;
};

static void count_register(struct counts *n, const struct register_coverage *c,
			   const struct reg_desc *r)
{
	n->registers++;
	n->unread += !fidelity_is_read(r->spec);
	for (const struct reg_field *f = r->fields; f->name; f++) {
		struct fidelity_reached q =
			fidelity_reached(c, COVERAGE_QEMU, r, reg_field_mask(f));
		if (fidelity_is_reserved(f)) continue;
		n->fields++;
		n->effect[fidelity_effect(r, f)]++;
		n->tested[fidelity_tested(c, r, f)]++;
		n->qemu += q.read || (q.written && fidelity_can_write(r, f));
	}
}

static void count_lints(struct counts *n, const struct register_coverage *c,
			const struct catalogue_model *m)
{
	struct fidelity_lints l = fidelity_lints(m);

	for (size_t i = 0; i < l.n; i++) {
		if (fidelity_told_before(&l, i, NULL)) continue;
		n->lints++;
		n->told += fidelity_told(c, COVERAGE_DIRECTED, l.lint[i].id);
		n->by_chance += fidelity_told_by_chance(c, l.lint[i].id);
		n->lints_unread += !fidelity_is_read(l.lint[i].spec);
	}
	free(l.lint);
}

static struct counts count_model(const struct register_coverage *c, const struct catalogue_model *m)
{
	struct counts n = { 0 };

	for (const struct about_table *t = m->table; t->regs; t++)
		for (unsigned i = 0; i < t->n; i++)
			if (t->regs[i].name) count_register(&n, c, &t->regs[i]);
	count_lints(&n, c, m);
	return n;
}

/* All members are counts. */
static void add_counts(struct counts *sum, const struct counts *n)
{
	unsigned *to = (unsigned *)sum;
	const unsigned *from = (const unsigned *)n;

	for (size_t i = 0; i < sizeof(*sum) / sizeof(*to); i++) to[i] += from[i];
}

/* "12 (34 %)". */
static void put_share(FILE *out, unsigned part, unsigned whole)
{
	char text[REGISTER_TEXT_SIZE];

	if (whole)
		snprintf(text, sizeof(text), "%u (%u %%)", part, part * 100 / whole);
	else
		snprintf(text, sizeof(text), "-");
	markdown_cell(out, text);
}

static void put_counts(FILE *out, const char *name, const struct counts *n)
{
	markdown_cell(out, name);
	markdown_cell_number(out, n->registers);
	put_share(out, n->unread, n->registers);
	markdown_cell_number(out, n->fields);
	for (unsigned i = 0; i < FIDELITY_N_EFFECTS; i++) put_share(out, n->effect[i], n->fields);
	put_share(out, n->tested[FIDELITY_TESTED], n->fields);
	put_share(out, n->tested[FIDELITY_PARTLY], n->fields);
	put_share(out, n->tested[FIDELITY_BY_CHANCE], n->fields);
	put_share(out, n->tested[FIDELITY_UNTESTED], n->fields);
	put_share(out, n->qemu, n->fields);
	markdown_cell_number(out, n->lints);
	put_share(out, n->told, n->lints);
	put_share(out, n->by_chance, n->lints);
	put_share(out, n->lints_unread, n->lints);
	markdown_end_row(out);
}

void fidelity_summary(FILE *out, const struct register_coverage *c)
{
	struct counts all = { 0 };

	fputs("\n## Summary\n\n", out);
	MARKDOWN_HEAD(out, "model", "registers", "unread", "fields", "modelled", "kept",
		      "not modelled", "tested", "partly", "by chance", "untested", "QEMU", "lints",
		      "seen", "by chance", "unread");
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct catalogue_model *m = catalogue_at(i);
		struct counts n = count_model(c, m);
		char link[REGISTER_TEXT_SIZE];
		if (!n.registers && !n.lints) continue;
		snprintf(link, sizeof(link), "[%s](#%s)", m->name, m->name);
		put_counts(out, link, &n);
		add_counts(&all, &n);
	}
	put_counts(out, "all", &all);
}

/* ---- what is missing ---- */

static bool row_reached(const struct register_coverage *c, enum coverage_kind kind,
			const struct reg_desc *r)
{
	struct fidelity_reached any = fidelity_reached(c, kind, r, UINT64_MAX);

	return any.read || any.written;
}

static void put_unreached(FILE *out, const struct register_coverage *c, bool by_chance)
{
	unsigned n = 0;

	fprintf(out, "\n%s:",
		by_chance ? "Registers that random accesses alone reach"
			  : "Registers that no test reaches");
	for (size_t i = 0; i < catalogue_size(); i++)
		for (const struct about_table *t = catalogue_at(i)->table; t->regs; t++)
			for (unsigned j = 0; j < t->n; j++) {
				const struct reg_desc *r = &t->regs[j];
				if (!r->name || row_reached(c, COVERAGE_DIRECTED, r) ||
				    row_reached(c, COVERAGE_RANDOM, r) != by_chance)
					continue;
				fprintf(out, "%s\n%s.%s", n++ ? "," : "", catalogue_at(i)->name,
					r->name);
				if (t->title) fprintf(out, " (%s)", t->title);
			}
	fputs(n ? ".\n" : " none.\n", out);
}

static void put_untold(FILE *out, const struct register_coverage *c)
{
	size_t total;
	struct catalogue_lint *lint = catalogue_list(&total);
	unsigned n = 0;

	fputs("\nLints that no test saw, but for those that follow from a table:", out);
	for (size_t i = 0; lint && i < total; i++)
		if (!lint[i].from_table && fidelity_untold(c, lint[i].id))
			fprintf(out, "%s\n%s", n++ ? "," : "", lint[i].id);
	fputs(n ? ".\n" : " none.\n", out);
	free(lint);
}

void fidelity_missing(FILE *out, const struct register_coverage *c)
{
	fputs("\n## Not tested\n", out);
	put_unreached(out, c, false);
	put_unreached(out, c, true);
	put_untold(out, c);
}
