/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/fidelity_page.h"

#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "harness/catalogue/fidelity_internal.h"
#include "harness/catalogue/markdown.h"
#include "harness/catalogue/register_text.h"

static const char *const effects[FIDELITY_N_EFFECTS] = { "modelled", "kept", "not modelled" };

/* ---- cells ---- */

/* For one direction: the values that the bits had, in directed tests if any reached them. */
static const char *values(const uint64_t seen[2], const uint64_t by_chance[2], uint64_t mask)
{
	uint64_t zeros = seen[0] & mask, ones = seen[1] & mask;

	if (zeros == mask && ones == mask) return "01";
	if (zeros && ones) return "some";
	if (zeros) return "0";
	if (ones) return "1";
	return (by_chance[0] | by_chance[1]) & mask ? "~" : "-";
}

static void put_tested(FILE *out, const struct register_coverage *c, const struct reg_desc *r,
		       const struct reg_field *f)
{
	const struct coverage_bits *d = coverage_of(c, COVERAGE_DIRECTED, r);
	const struct coverage_bits *random = coverage_of(c, COVERAGE_RANDOM, r);
	uint64_t mask = reg_field_mask(f);
	char text[REGISTER_TEXT_SIZE] = "";
	size_t used = 0;

	if (fidelity_can_read(r))
		used = (size_t)snprintf(text, sizeof(text), "r %s",
					values(d->read, random->read, mask));
	if (fidelity_can_write(r, f))
		snprintf(text + used, sizeof(text) - used, "%sw %s", used ? ", " : "",
			 values(d->written, random->written, mask));
	markdown_cell(out, text);
}

static void put_qemu(FILE *out, const struct register_coverage *c, const struct reg_desc *r,
		     const struct reg_field *f)
{
	struct fidelity_reached q = fidelity_reached(c, COVERAGE_QEMU, r, reg_field_mask(f));
	bool written = q.written && fidelity_can_write(r, f);

	markdown_cell(out, q.read && written ? "r w" : q.read ? "r" : written ? "w" : "");
}

/* A model may have a lint of its own with the rule of a table. */
static bool is_of_rule(const struct catalogue_lint *lint, const struct lint_desc *like)
{
	return strcmp(lint->desc->rule, like->rule) == 0;
}

static bool is_of_bits(const struct catalogue_lint *lint)
{
	return is_of_rule(lint, &reg_lints[REG_LINT_RESERVED]) ||
	       is_of_rule(lint, &reg_lints[REG_LINT_PRESERVE]);
}

static void put_lint_name(FILE *out, const struct register_coverage *c, const char *between,
			  const struct catalogue_lint *lint, const char *name)
{
	bool never = fidelity_untold(c, lint->id);

	fprintf(out, "%s%s%s%s%s%s", between, never ? "(" : "", name,
		lint->desc->severity == LINT_NOT_MODELLED ? "\\*" : "",
		fidelity_told_by_chance(c, lint->id) ? "~" : "", never ? ")" : "");
}

/* The lints of the register, except that of its reserved bits if these have their own row. */
static void put_lints(FILE *out, const struct register_coverage *c, const struct fidelity_lints *l,
		      const struct reg_desc *r, const struct lint_desc *of_bits)
{
	const char *between = "";

	fputs("| ", out);
	for (size_t i = 0; i < l->n; i++) {
		const struct catalogue_lint *lint = &l->lint[i];
		bool wanted = of_bits ? is_of_rule(lint, of_bits) : !is_of_bits(lint);
		if (lint->reg != r || !wanted || fidelity_told_before(l, i, r)) continue;
		put_lint_name(out, c, between, lint, lint->desc->rule);
		between = ", ";
	}
	fputc(' ', out);
}

/* ---- one model ---- */

struct page {
	FILE *out;
	const struct register_coverage *coverage;
	struct fidelity_lints lints; /* of the model */
};

/* The first row of a register has its name, lints and document. */
static void put_row_begin(const struct page *p, const struct reg_desc *r, bool first,
			  const char *bits)
{
	char name[REGISTER_TEXT_SIZE];

	markdown_cell(p->out, first ? register_name(r, name) : "");
	markdown_cell(p->out, bits);
}

static void put_row_end(const struct page *p, const struct reg_desc *r, bool first)
{
	markdown_cell(p->out, !first ? "" : fidelity_is_read(r->spec) ? "read" : "unread");
	markdown_end_row(p->out);
}

static void put_field(const struct page *p, const struct reg_desc *r, const struct reg_field *f,
		      bool first)
{
	char bits[REGISTER_TEXT_SIZE];

	put_row_begin(p, r, first, register_bits(reg_field_mask(f), bits));
	markdown_cell(p->out, f->name);
	markdown_cell(p->out, effects[fidelity_effect(r, f)]);
	put_tested(p->out, p->coverage, r, f);
	put_qemu(p->out, p->coverage, r, f);
	if (first)
		put_lints(p->out, p->coverage, &p->lints, r, NULL);
	else
		markdown_cell(p->out, "");
	put_row_end(p, r, first);
}

static void put_reserved(const struct page *p, const struct reg_desc *r, uint64_t mask,
			 const struct lint_desc *of_bits)
{
	char bits[REGISTER_TEXT_SIZE];

	if (!mask) return;
	put_row_begin(p, r, false, register_bits(mask, bits));
	markdown_cell(p->out, "");
	markdown_cell(p->out, "reserved");
	markdown_cell(p->out, "");
	markdown_cell(p->out, "");
	put_lints(p->out, p->coverage, &p->lints, r, of_bits);
	put_row_end(p, r, false);
}

static void put_register(const struct page *p, const struct reg_desc *r)
{
	bool first = true;

	for (const struct reg_field *f = r->fields; f->name; f++) {
		if (fidelity_is_reserved(f)) continue;
		put_field(p, r, f, first);
		first = false;
	}
	if (first) { /* nothing but reserved bits */
		put_row_begin(p, r, true, "");
		for (unsigned i = 0; i < 4; i++) markdown_cell(p->out, "");
		put_lints(p->out, p->coverage, &p->lints, r, NULL);
		put_row_end(p, r, true);
	}
	put_reserved(p, r, reg_mask(r, 1u << REG_RSVDP), &reg_lints[REG_LINT_PRESERVE]);
	put_reserved(p, r, register_unnamed(r) | reg_mask(r, 1u << REG_RSVDZ),
		     &reg_lints[REG_LINT_RESERVED]);
}

static void put_table(const struct page *p, const struct about_table *t)
{
	if (t->title) fprintf(p->out, "\n### %s\n", t->title);
	fputc('\n', p->out);
	MARKDOWN_HEAD(p->out, "register", "bits", "field", "model", "tested", "QEMU", "lints",
		      "document");
	for (unsigned i = 0; i < t->n; i++)
		if (t->regs[i].name) put_register(p, &t->regs[i]);
}

/* Lints that belong to no register. */
static void put_other_lints(const struct page *p)
{
	const char *between = "\nLints of no register: ";

	for (size_t i = 0; i < p->lints.n; i++) {
		const struct catalogue_lint *lint = &p->lints.lint[i];
		if (lint->reg || fidelity_told_before(&p->lints, i, NULL)) continue;
		put_lint_name(p->out, p->coverage, between, lint,
			      lint->id + strlen(lint->model->name) + 1);
		between = ", ";
	}
	if (*between == ',') fputs(".\n", p->out);
}

static void put_model(FILE *out, const struct register_coverage *c, const struct catalogue_model *m)
{
	struct page p = { .out = out, .coverage = c, .lints = fidelity_lints(m) };

	if (m->table[0].regs || p.lints.n) fprintf(out, "\n## %s\n", m->name);
	for (const struct about_table *t = m->table; t->regs; t++) put_table(&p, t);
	put_other_lints(&p);
	free(p.lints.lint);
}

/* ---- the whole page ---- */

static const char head[] =
	"# Fidelity\n\n"
	"Generated by `./dev docs` from the register tables in devices/ and from what tests "
	"reached\n"
	"while they ran (tests/quality/coverage/recorded.txt): do not edit this page. What the "
	"machine as "
	"a\n"
	"whole does otherwise than hardware is in [differences.md](differences.md), the registers\n"
	"themselves are in [registers/](registers/README.md), and `bimetal explain ID` tells what "
	"a\n"
	"lint means.\n\n";

static void put_legend(FILE *out)
{
	MARKDOWN_HEAD(out, "column", "what it says");
	static const char *const rows[][2] = {
		{ "model",
		  "*modelled*: does what the document says. *kept*: stored and read back, or "
		  "constant; what it does on hardware is not done. *not modelled*: a lint tells so "
		  "when it is used. *reserved*: no more than its lint" },
		{ "tested",
		  "by tests of models, drivers, and twin tests: `r` read, `w` written; `01` every "
		  "bit as 0 and as 1, `some` with less, `0` or `1` with that value alone, `~` by "
		  "random accesses alone, `-` never. What firmware does at the start does not "
		  "count, nor does a run of a kernel" },
		{ "QEMU", "reached by twin tests that pass under QEMU as well" },
		{ "lints", "without the register's name: (in brackets) no test saw it, `~` random "
			   "accesses alone caused it; \\* tells what is not modelled" },
		{ "document",
		  "of the register: *read*, or *unread*: the citation was not compared with the "
		  "document yet" },
		{ "partly, by chance",
		  "in the summary: not in every direction; by random accesses alone" },
		{ "unread",
		  "in the summary: registers, and in the last column lints, whose citation "
		  "was not compared with the document yet" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		markdown_cell(out, rows[i][0]);
		markdown_cell(out, rows[i][1]);
		markdown_end_row(out);
	}
}

void fidelity_page(FILE *out, const struct register_coverage *coverage)
{
	fputs(head, out);
	put_legend(out);
	fidelity_summary(out, coverage);
	fidelity_missing(out, coverage);
	for (size_t i = 0; i < catalogue_size(); i++) put_model(out, coverage, catalogue_at(i));
}
