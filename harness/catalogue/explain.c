/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/explain.h"

#include <string.h>

#include "harness/catalogue/register_text.h"

enum { LABEL_WIDTH = 13 };

static const char unread[] = "unread: ";

/* ---- rules that follow from tables ---- */

static void say_readonly(const struct catalogue_lint *l, struct explanation *e)
{
	snprintf(e->clause, sizeof(e->clause), "%s can only be read.", l->reg->name);
	snprintf(e->instead, sizeof(e->instead),
		 "Do not write %s. Where it looks writable, check the offset and which registers "
		 "share it.",
		 l->reg->name);
}

static void say_writeonly(const struct catalogue_lint *l, struct explanation *e)
{
	snprintf(e->clause, sizeof(e->clause), "%s can only be written.", l->reg->name);
	snprintf(e->instead, sizeof(e->instead),
		 "Keep a copy of the value last written to %s, and change the copy.", l->reg->name);
}

static void say_width(const struct catalogue_lint *l, struct explanation *e)
{
	char widths[REGISTER_TEXT_SIZE];
	register_widths(l->table, l->reg, widths);

	snprintf(e->clause, sizeof(e->clause),
		 "%s has %u bits; accesses to it have these widths: %s.", l->reg->name,
		 l->reg->width, widths);
	snprintf(e->instead, sizeof(e->instead),
		 "Use an access of one of these widths; make sure that the compiler cannot merge "
		 "or split "
		 "it.");
}

static void say_misaligned(const struct catalogue_lint *l, struct explanation *e)
{
	snprintf(e->clause, sizeof(e->clause),
		 "An access to %s (%u bits) starts at a multiple of its own width inside the "
		 "register.",
		 l->reg->name, l->reg->width);
	snprintf(e->instead, sizeof(e->instead),
		 "Read or write the whole register at its own offset, and shift.");
}

/* "bit 7 is", "bits 7:4, 0 are"; buf has EXPLAIN_TEXT_SIZE / 2 bytes. */
static const char *say_bits(uint64_t mask, char *buf)
{
	char bits[REGISTER_TEXT_SIZE];
	bool one = (mask & (mask - 1)) == 0;

	snprintf(buf, EXPLAIN_TEXT_SIZE / 2, one ? "bit %s is" : "bits %s are",
		 register_bits(mask, bits));
	return buf;
}

static void say_reserved(const struct catalogue_lint *l, struct explanation *e)
{
	char bits[EXPLAIN_TEXT_SIZE / 2];
	uint64_t mask = register_unnamed(l->reg) | reg_mask(l->reg, 1u << REG_RSVDZ);

	snprintf(e->clause, sizeof(e->clause), "Of %s, %s reserved and written as 0.", l->reg->name,
		 say_bits(mask, bits));
	snprintf(e->instead, sizeof(e->instead),
		 "Write 0 to them. A read-modify-write keeps only the bits that have names.");
}

static void say_preserve(const struct catalogue_lint *l, struct explanation *e)
{
	char bits[EXPLAIN_TEXT_SIZE / 2];

	snprintf(e->clause, sizeof(e->clause), "Of %s, %s reserved and written as read.",
		 l->reg->name, say_bits(reg_mask(l->reg, 1u << REG_RSVDP), bits));
	snprintf(e->instead, sizeof(e->instead),
		 "Read %s, change the bits meant, and write the result.", l->reg->name);
}

static void say_no_register(const struct catalogue_lint *l, struct explanation *e)
{
	snprintf(e->clause, sizeof(e->clause), "The device (%s) has no register at that offset.",
		 l->model->title);
	snprintf(e->instead, sizeof(e->instead),
		 "Check the base address and the offset: 'bimetal devices %s' lists the registers.",
		 l->model->name);
}

static void (*const say_from_table[])(const struct catalogue_lint *l, struct explanation *e) = {
	[REG_LINT_NO_REGISTER] = say_no_register, [REG_LINT_READONLY] = say_readonly,
	[REG_LINT_WRITEONLY] = say_writeonly,     [REG_LINT_WIDTH] = say_width,
	[REG_LINT_MISALIGNED] = say_misaligned,   [REG_LINT_RESERVED] = say_reserved,
	[REG_LINT_PRESERVE] = say_preserve,
};

/* ---- explaining a lint ---- */

void explain(const struct catalogue_lint *lint, struct explanation *text)
{
	*text = (struct explanation){ .clause = "" };
	snprintf(text->hardware, sizeof(text->hardware), "%s", lint->desc->hardware);
	if (lint->from_table) {
		say_from_table[lint->desc - reg_lints](lint, text);
		return;
	}
	snprintf(text->clause, sizeof(text->clause), "%s", lint->desc->clause);
	snprintf(text->instead, sizeof(text->instead), "%s", lint->desc->instead);
}

bool explain_was_read(const char *spec)
{
	return spec[0] != '\0' && strncmp(spec, unread, sizeof(unread) - 1) != 0;
}

const char *explain_document(const char *spec)
{
	return spec[0] == '\0' || explain_was_read(spec) ? spec : spec + sizeof(unread) - 1;
}

const char *explain_severity(enum lint_severity severity)
{
	static const char *const names[] = { [LINT_GUEST] = "the guest's fault",
					     [LINT_NOT_MODELLED] = "not modelled",
					     [LINT_NOTE] = "a note" };
	return names[severity];
}

static void print_source(FILE *out, const char *spec)
{
	char text[EXPLAIN_TEXT_SIZE];
	const char *mark =
		explain_was_read(spec) ? "read" : "unread: not compared with the document yet";

	if (spec[0] == '\0')
		snprintf(text, sizeof(text), "none");
	else
		snprintf(text, sizeof(text), "%s (%s)", explain_document(spec), mark);
	print_wrapped(out, "document", LABEL_WIDTH, text);
}

static const char *severity_in_full(enum lint_severity severity)
{
	static const char *const texts[] = {
		[LINT_GUEST] = "the guest's fault: a warning, or an error under --lint error",
		[LINT_NOT_MODELLED] = "not modelled: bimetal lacks it, the guest did nothing wrong",
		[LINT_NOTE] = "a note: nothing was lost by it, and it fails no run",
	};
	return texts[severity];
}

void explain_print(FILE *out, const struct catalogue_lint *lint)
{
	struct explanation text;

	explain(lint, &text);
	fprintf(out, "%s\n", lint->id);
	print_wrapped(out, "model", LABEL_WIDTH, lint->model->title);
	print_wrapped(out, "clause", LABEL_WIDTH, text.clause);
	print_wrapped(out, "hardware", LABEL_WIDTH, text.hardware);
	print_wrapped(out, "instead", LABEL_WIDTH, text.instead);
	print_wrapped(out, "severity", LABEL_WIDTH, severity_in_full(lint->desc->severity));
	print_source(out, lint->spec);
}
