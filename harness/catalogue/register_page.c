/* SPDX-License-Identifier: MIT */
/* Pages of docs/registers/. */
#include <string.h>

#include "harness/catalogue/explain.h"
#include "harness/catalogue/markdown.h"
#include "harness/catalogue/register_map.h"
#include "harness/catalogue/register_text.h"

static const char generated[] =
	"Generated from the register tables by `./dev docs`: edit devices/, not this page.\n";
static const char generated_foreign[] =
	"Generated from the module's register tables by `bimetal devices --markdown FILE.so`.\n";

static void put_place(FILE *out, const struct catalogue_model *m)
{
	char places[REGISTER_TEXT_SIZE], text[2 * REGISTER_TEXT_SIZE];

	register_places(m, NULL, places);
	snprintf(text, sizeof(text), "%s%s%s", places, places[0] && m->reached ? ". " : "",
		 m->reached ? m->reached : "");
	markdown_cell(out, text);
}

/* ---- the index ---- */

static void put_legend(FILE *out)
{
	fputs("\nAccess of fields:\n\n", out);
	MARKDOWN_HEAD(out, "access", "meaning");
	for (unsigned a = REG_RO; a <= REG_RSVDZ; a++) {
		markdown_cell(out, register_access((enum reg_access)a));
		markdown_cell(out, register_access_meaning((enum reg_access)a));
		markdown_end_row(out);
	}
	fputs("\n*kept*: stored and read back, or constant, without the effect of hardware. *not "
	      "modelled*: it has no effect\nhere; a lint tells where a guest relies on it.\n",
	      out);
	fputs("\nBits that no field names are reserved and to be written as 0. A document marked "
	      "`unread:` was not\ncompared with yet. `bimetal explain ID` says what a lint "
	      "means.\n",
	      out);
}

void register_page_index(FILE *out)
{
	fprintf(out, "# Registers\n\n%s\n", generated);
	MARKDOWN_HEAD(out, "model", "what", "machines", "where", "document");
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct catalogue_model *m = catalogue_at(i);
		char link[REGISTER_TEXT_SIZE];
		if (!m->machines) continue;
		snprintf(link, sizeof(link), "[%s](%s.md)", m->name, m->name);
		markdown_cell(out, link);
		markdown_cell(out, m->title);
		markdown_cell(out, m->machines);
		put_place(out, m);
		markdown_cell(out, m->document);
		markdown_end_row(out);
	}
	put_legend(out);
}

/* ---- one page ---- */

static void put_register(FILE *out, const struct about_table *t, const struct reg_desc *r)
{
	char buf[REGISTER_TEXT_SIZE];
	const char *window = register_window(t, r);

	markdown_cell(out, register_offset(r, buf));
	markdown_cell(out, register_name(r, buf));
	snprintf(buf, sizeof(buf), "%u", r->width);
	markdown_cell(out, buf);
	markdown_cell(out, register_dir(r));
	if (t->bank) markdown_cell(out, window ? window : "every");
	markdown_cell(out, register_reset(r, buf));
	markdown_cell(out, register_widths(t, r, buf));
	markdown_cell(out, r->spec);
	markdown_end_row(out);
}

static void put_fields(FILE *out, const struct reg_desc *r)
{
	char bits[REGISTER_TEXT_SIZE], access[REGISTER_TEXT_SIZE];

	for (const struct reg_field *f = r->fields; f && f->name; f++) {
		markdown_cell(out, r->name);
		if (f->msb == f->lsb)
			snprintf(bits, sizeof(bits), "%u", f->msb);
		else
			snprintf(bits, sizeof(bits), "%u:%u", f->msb, f->lsb);
		markdown_cell(out, bits);
		markdown_cell(out, f->name);
		snprintf(access, sizeof(access), "%s%s", register_access(f->access),
			 register_effect(r, f));
		markdown_cell(out, access);
		markdown_end_row(out);
	}
	if (!register_unnamed(r)) return;
	markdown_cell(out, r->name);
	markdown_cell(out, register_bits(register_unnamed(r), bits));
	markdown_cell(out, "");
	markdown_cell(out, "reserved");
	markdown_end_row(out);
}

static void put_table(FILE *out, const struct about_table *t)
{
	fprintf(out, "\n## %s\n\n", t->title ? t->title : "Registers");
	if (t->bank)
		MARKDOWN_HEAD(out, "offset", "register", "bits", "access", "shows", "reset",
			      "widths", "document");
	else
		MARKDOWN_HEAD(out, "offset", "register", "bits", "access", "reset", "widths",
			      "document");
	for (unsigned i = 0; i < t->n; i++)
		if (t->regs[i].name) put_register(out, t, &t->regs[i]);
	fputc('\n', out);
	MARKDOWN_HEAD(out, "register", "bits", "field", "access");
	for (unsigned i = 0; i < t->n; i++)
		if (t->regs[i].name) put_fields(out, &t->regs[i]);
}

struct lints {
	FILE *out;
	const struct lint_desc *last; /* NULL: none yet */
};

/* The ids of one description. */
struct ids {
	FILE *out;
	const struct lint_desc *of;
	unsigned n;
};

/* Stops at the first lint with this description and id. */
static bool is_before(void *ctx, const struct catalogue_lint *lint)
{
	const struct catalogue_lint **it = ctx;

	if (lint->desc != (*it)->desc || strcmp(lint->id, (*it)->id) != 0) return true;
	if (lint->reg != (*it)->reg) *it = NULL;
	return false;
}

/* Registers of several banks may have one name, and then one id. */
static bool is_repeated(const struct catalogue_lint *lint)
{
	const struct catalogue_lint *it = lint;

	catalogue_visit(lint->model, is_before, (void *)&it);
	return !it;
}

static bool put_id(void *ctx, const struct catalogue_lint *lint)
{
	struct ids *ids = ctx;

	if (lint->desc != ids->of || is_repeated(lint)) return true;
	if (ids->n++ == 0)
		fprintf(ids->out, "\n### %s\n\n", lint->id);
	else
		fprintf(ids->out, "%s`%s`", ids->n == 2 ? "Also " : ", ", lint->id);
	return true;
}

static void put_ids(FILE *out, const struct catalogue_model *m, const struct lint_desc *d)
{
	struct ids ids = { .out = out, .of = d };

	catalogue_visit(m, put_id, &ids);
	if (ids.n > 1) fputs(".\n\n", out);
}

/* Lints with one description are printed together. */
static bool put_lint(void *ctx, const struct catalogue_lint *lint)
{
	struct lints *l = ctx;
	const struct lint_desc *d = lint->desc;

	if (lint->from_table || d == l->last) return true;
	if (!l->last) fputs("\n## Lints that no table tells\n", l->out);
	l->last = d;
	put_ids(l->out, lint->model, d);
	fprintf(l->out, "%s\n\n", d->clause);
	fprintf(l->out, "- hardware: %s\n- instead: %s\n- severity: %s\n", d->hardware, d->instead,
		explain_severity(d->severity));
	if (lint->spec[0]) fprintf(l->out, "- document: %s\n", lint->spec);
	return true;
}

void register_page(FILE *out, const struct catalogue_model *m)
{
	struct lints lints = { .out = out };

	fprintf(out, "# %s\n\n%s.\n\n%s\n", m->name, m->title,
		m->foreign ? generated_foreign : generated);
	MARKDOWN_HEAD(out, "machines", "where", "document");
	markdown_cell(out, m->machines ? m->machines : "");
	put_place(out, m);
	markdown_cell(out, m->document ? m->document : "");
	markdown_end_row(out);
	for (const struct about_table *t = m->table; t->regs; t++) put_table(out, t);
	catalogue_visit(m, put_lint, &lints);
}
