/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/coverage_report.h"

#include <stdlib.h>
#include <string.h>

#include "harness/catalogue/register_text.h"

enum { LABEL_COLUMNS = 22, TEXT_SIZE = 1024 };

/* ---- lists of names ---- */

/* A text that grows. */
struct text {
	FILE *out;
	char *bytes;
	size_t size;
};

static bool text_begin(struct text *t)
{
	*t = (struct text){ 0 };
	t->out = open_memstream(&t->bytes, &t->size);
	if (!t->out) fputs("bimetal: out of memory\n", stderr);
	return t->out;
}

static void text_add(struct text *t, const char *separator, const char *name)
{
	fprintf(t->out, "%s%s", ftell(t->out) > 0 ? separator : "", name);
}

/* Print it behind its label, unless it is empty, and free it. */
static void text_end(struct text *t, FILE *out, const char *label)
{
	(void)fclose(t->out);
	if (t->size) print_wrapped(out, label, LABEL_COLUMNS, t->bytes);
	free(t->bytes);
}

/* ---- what was not reached ---- */

static bool was_read(const struct coverage_bits *b) { return b->read[0] | b->read[1]; }

static bool was_written(const struct coverage_bits *b) { return b->written[0] | b->written[1]; }

/* Print the names of the registers that have this direction, and were not used in it. */
static void put_unused(FILE *out, const struct register_coverage *c,
		       const struct catalogue_model *m, enum reg_dir dir, const char *label)
{
	struct text names;

	if (!text_begin(&names)) return;
	for (const struct about_table *t = m->table; t->regs; t++)
		for (unsigned i = 0; i < t->n; i++) {
			struct coverage_bits seen;

			if (!t->regs[i].name || !(t->regs[i].dir & dir) ||
			    !coverage_wants(&t->regs[i]))
				continue;
			seen = coverage_seen(c, &t->regs[i]);
			if (dir == REG_DIR_R ? !was_read(&seen) : !was_written(&seen))
				text_add(&names, ", ", t->regs[i].name);
		}
	text_end(&names, out, label);
}

static void add_bits(struct text *text, uint64_t mask, const struct reg_field *f, const char *how,
		     unsigned value)
{
	char buf[REGISTER_TEXT_SIZE], line[TEXT_SIZE];

	if (!mask) return;
	if (f->msb == f->lsb)
		snprintf(line, sizeof(line), "not %s as %u", how, value);
	else
		snprintf(line, sizeof(line), "bit%s %s not %s as %u", mask & (mask - 1) ? "s" : "",
			 register_bits(mask, buf), how, value);
	text_add(text, "; ", line);
}

/* A register that was not used in a direction at all is told by put_unused(). */
static void put_field(FILE *out, const struct reg_desc *r, const struct reg_field *f,
		      const struct coverage_bits *b)
{
	struct coverage_bits want = coverage_wanted(r, f);
	char label[TEXT_SIZE];
	struct text missing;

	if (!text_begin(&missing)) return;
	for (unsigned value = 0; value < 2; value++) {
		if (was_read(b))
			add_bits(&missing, want.read[value] & ~b->read[value], f, "read", value);
		if (was_written(b))
			add_bits(&missing, want.written[value] & ~b->written[value], f, "written",
				 value);
	}
	/* A space follows a label that fills its columns. */
	snprintf(label, sizeof(label), "%s%s%s ", r->name, strcmp(r->name, f->name) ? "." : "",
		 strcmp(r->name, f->name) ? f->name : "");
	text_end(&missing, out, label);
}

static void put_fields(FILE *out, const struct register_coverage *c,
		       const struct catalogue_model *m)
{
	for (const struct about_table *t = m->table; t->regs; t++)
		for (unsigned i = 0; i < t->n; i++) {
			const struct reg_desc *r = &t->regs[i];
			struct coverage_bits seen;

			if (!r->name) continue;
			seen = coverage_seen(c, r);
			for (const struct reg_field *f = r->fields; f && f->name; f++)
				put_field(out, r, f, &seen);
		}
}

static void put_lints(FILE *out, const struct register_coverage *c, const struct catalogue_model *m)
{
	size_t n;
	const struct catalogue_lint *lint = coverage_lints_of(m->name, &n);
	struct text names;

	if (!text_begin(&names)) return;
	for (size_t i = 0; i < n; i++)
		if (!lint[i].from_table && !coverage_lint_seen(c, lint[i].id))
			text_add(&names, ", ", lint[i].id);
	text_end(&names, out, "not caused");
}

static void put_summary(FILE *out, const struct register_coverage *c,
			const struct catalogue_model *m)
{
	struct coverage_counts n = coverage_count(c, m);

	fprintf(out, "%s: %u %%: %u of %u registers read, %u of %u written, ", m->name,
		coverage_percent(&n), n.read.n, n.read.of, n.written.n, n.written.of);
	fprintf(out, "%u of %u bits seen both ways", n.bits.n, n.bits.of);
	if (n.lints.of) fprintf(out, ", %u of %u lints caused", n.lints.n, n.lints.of);
	fputc('\n', out);
}

void coverage_report(FILE *out, const struct register_coverage *c, const struct catalogue_model *m)
{
	put_summary(out, c, m);
	put_unused(out, c, m, REG_DIR_R, "not read");
	put_unused(out, c, m, REG_DIR_W, "not written");
	put_fields(out, c, m);
	put_lints(out, c, m);
}

/* ---- all that was ---- */

/* "0, 1 (2 of 8)": what the bits were seen as; "-": neither. */
static const char *seen_as(const uint64_t seen[2], uint64_t mask, char buf[REGISTER_TEXT_SIZE])
{
	size_t n = 0;

	buf[0] = '\0';
	for (unsigned value = 0; value < 2; value++) {
		unsigned some = coverage_bits_in(seen[value] & mask), of = coverage_bits_in(mask);

		if (!some) continue;
		n += (size_t)snprintf(buf + n, REGISTER_TEXT_SIZE - n, "%s%u", n ? ", " : "",
				      value);
		if (some < of)
			n += (size_t)snprintf(buf + n, REGISTER_TEXT_SIZE - n, " (%u of %u)", some,
					      of);
	}
	return n ? buf : "-";
}

/* Without spaces at the end of the line. */
static void put_columns(FILE *out, const char *read, const char *written)
{
	if (*written)
		fprintf(out, " %-17s %s\n", read, written);
	else
		fprintf(out, " %s\n", read);
}

static void put_row(FILE *out, const struct register_coverage *c, const struct reg_desc *r)
{
	struct coverage_bits seen = coverage_seen(c, r);
	char bits[REGISTER_TEXT_SIZE], read[REGISTER_TEXT_SIZE], written[REGISTER_TEXT_SIZE];

	fprintf(out, "  %-24s", r->name);
	put_columns(out, r->dir & REG_DIR_R ? was_read(&seen) ? "read" : "not read" : "",
		    r->dir & REG_DIR_W ? was_written(&seen) ? "written" : "not written" : "");
	for (const struct reg_field *f = r->fields; f && f->name; f++) {
		uint64_t mask = reg_field_mask(f);

		fprintf(out, "    %-6s%-16s", register_bits(mask, bits), f->name);
		put_columns(out, r->dir & REG_DIR_R ? seen_as(seen.read, mask, read) : "",
			    r->dir & REG_DIR_W ? seen_as(seen.written, mask, written) : "");
	}
}

void coverage_report_all(FILE *out, const struct register_coverage *c,
			 const struct catalogue_model *m)
{
	size_t n;
	const struct catalogue_lint *lint = coverage_lints_of(m->name, &n);

	fprintf(out, "  %-24s", "register and field");
	put_columns(out, "read as", "written as");
	for (const struct about_table *t = m->table; t->regs; t++)
		for (unsigned i = 0; i < t->n; i++)
			if (t->regs[i].name) put_row(out, c, &t->regs[i]);
	fputs("  lints\n", out);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "    %-10s %s\n",
			coverage_lint_seen(c, lint[i].id) ? "caused" : "not caused", lint[i].id);
}
