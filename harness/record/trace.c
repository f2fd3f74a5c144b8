/* SPDX-License-Identifier: MIT */
#include "harness/record/trace.h"

#include <inttypes.h>

#include "emu/regs.h"
#include "emu/units.h"
#include "harness/record/event_text.h"

enum { EVENT_SIZE = 192, ID_SIZE = 96 };

static void head(const struct trace *t, uint64_t time_ns, uint64_t pc)
{
	fprintf(t->out, "%4" PRIu64 ".%09" PRIu64 " %016" PRIx64 " ", time_ns / NS_PER_S,
		time_ns % NS_PER_S, pc);
}

static void name(const struct trace *t, const struct access *a)
{
	const char *space = a->space == BUS_PORT ? "port" : "memory";
	if (!a->dev) {
		fprintf(t->out, "%s 0x%" PRIx64, space, a->addr);
		return;
	}
	fputs(a->dev->instance ? a->dev->instance : a->dev->ops->name, t->out);
	if (!a->reg)
		fprintf(t->out, " %s 0x%" PRIx64, space, a->addr);
	else if (a->reg->count > 1)
		fprintf(t->out, ".%s%" PRIu32, a->reg->name, a->n);
	else
		fprintf(t->out, ".%s", a->reg->name);
}

static void fields(const struct trace *t, const struct access *a)
{
	if (!a->reg || !a->reg->fields) return;
	const char *space = "  ";
	for (const struct reg_field *f = a->reg->fields; f->name; f++) {
		/* If the access covers only a part of the register, only the fields in it are
		 * known. */
		if (f->msb >= a->width) continue;
		uint64_t v = reg_field_value(f, a->value);
		if (v == 0) continue;
		fprintf(t->out, "%s%s=%" PRIu64, space, f->name, v);
		space = " ";
	}
}

static void on_access(void *ctx, const struct access *a)
{
	const struct trace *t = ctx;
	head(t, a->time_ns, a->pc);
	name(t, a);
	fprintf(t->out, "[%u] %s 0x%" PRIx64, a->width, a->write ? "<-" : "->", a->value);
	if (!a->dev) fputs("  unclaimed", t->out);
	fields(t, a);
	fputc('\n', t->out);
}

static void on_irq(void *ctx, const struct irq_event *e)
{
	const struct trace *t = ctx;
	char text[EVENT_SIZE];
	head(t, e->time_ns, e->pc);
	fprintf(t->out, "%s\n", event_text(e, text, sizeof(text)));
}

static const char *dma_verb(const struct dma_event *e)
{
	if (e->message) return "message to";
	return e->write ? "dma write" : "dma read";
}

static const char *dma_refusal(enum dma_outcome outcome)
{
	switch (outcome) {
	case DMA_BUS_MASTER: return "  refused: bus mastering is off";
	case DMA_ADDRESS_WIDTH: return "  refused: address too wide";
	case DMA_NOWHERE: return "  nowhere";
	case DMA_DONE:
	case DMA_MESSAGE: break;
	}
	return "";
}

static void on_dma(void *ctx, const struct dma_event *e)
{
	const struct trace *t = ctx;
	head(t, e->time_ns, 0);
	fprintf(t->out, "%s %s 0x%" PRIx64, e->dev->instance ? e->dev->instance : e->dev->ops->name,
		dma_verb(e), e->addr);
	if (e->message)
		fprintf(t->out, " <- 0x%" PRIx32, e->data);
	else
		fprintf(t->out, "+0x%" PRIx64, e->len);
	fprintf(t->out, "%s\n", dma_refusal(e->outcome));
}

static void on_lint(void *ctx, const struct lint *l)
{
	const struct trace *t = ctx;
	char id[ID_SIZE];
	head(t, l->time_ns, l->pc);
	fprintf(t->out, "lint %s %s 0x%" PRIx64 " %s\n", lint_id(l, id, sizeof(id)),
		l->instance ? l->instance : "", l->bits, l->detail ? l->detail : "");
}

void trace_init(struct trace *t, FILE *out)
{
	*t = (struct trace){ .out = out };
	t->observer.access = on_access;
	t->observer.irq = on_irq;
	t->observer.dma = on_dma;
	t->observer.lint = on_lint;
	t->observer.ctx = t;
}

void trace_begin(const struct trace *t)
{
	fputs("# Time in seconds, pc, and an access: REGISTER[bits] <- written or -> read, with "
	      "its "
	      "fields that are not 0;\n"
	      "# or an interrupt, an exception, a transfer by DMA, a lint (docs/reports.md).\n"
	      "# First the accesses of the firmware, before the guest starts:\n",
	      t->out);
}

void trace_guest_starts(const struct trace *t, uint64_t pc)
{
	fprintf(t->out, "# The CPU starts at pc 0x%" PRIx64 ":\n", pc);
}
