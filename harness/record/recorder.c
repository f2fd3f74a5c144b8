/* SPDX-License-Identifier: MIT */
#include "harness/record/recorder.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "emu/regs.h"

enum { BITS_PER_DIGIT = 4 };

static void append(struct recorder *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Append a piece, or nothing if it does not fit: half a name would mislead. */
static void append(struct recorder *r, const char *format, ...)
{
	size_t room = sizeof r->trace - r->n_trace;
	va_list args;
	int n;

	if (r->trace_full) return;
	va_start(args, format);
	n = vsnprintf(r->trace + r->n_trace, room, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= room) {
		r->trace[r->n_trace] = '\0';
		r->trace_full = true;
		return;
	}
	r->n_trace += (size_t)n;
}

static void on_access(void *ctx, const struct access *a)
{
	struct recorder *r = ctx;
	int digits = a->width / BITS_PER_DIGIT;
	char sign = a->write ? '=' : '?';

	if (a->write)
		r->n_writes++;
	else
		r->n_reads++;
	if (!a->reg)
		append(r, "@%" PRIx64 "%c%0*" PRIx64 " ", a->addr, sign, digits, a->value);
	else if (a->reg->count > 1)
		append(r, "%s[%" PRIu32 "]%c%0*" PRIx64 " ", a->reg->name, a->n, sign, digits,
		       a->value);
	else
		append(r, "%s%c%0*" PRIx64 " ", a->reg->name, sign, digits, a->value);
}

static bool allowed(const struct recorder *r, const char *id)
{
	for (size_t i = 0; i < r->n_allowed; i++)
		if (strcmp(r->allowed[i], id) == 0) return true;
	return false;
}

static void complain(struct recorder *r, const struct lint *l, const char *id)
{
	char text[2 * RECORDER_TEXT + 128];

	snprintf(text, sizeof text,
		 "unexpected lint %s%s%s%s: %s (bits 0x%" PRIx64 ", time %" PRIu64 " ns%s%s)", id,
		 *l->instance ? " (" : "", l->instance, *l->instance ? ")" : "", l->detail, l->bits,
		 l->time_ns, *l->spec ? "; " : "", l->spec);
	r->fail(r->fail_ctx, text);
}

static size_t kept(const struct recorder *r)
{
	return r->n_lints < RECORDER_LINTS ? r->n_lints : RECORDER_LINTS;
}

static struct recorded_lint *last_of(struct recorder *r, const char *id)
{
	for (size_t i = kept(r); i > 0; i--)
		if (strcmp(r->lint[i - 1].id, id) == 0) return &r->lint[i - 1];
	return NULL;
}

static void on_lint(void *ctx, const struct lint *l)
{
	struct recorder *r = ctx;
	char id[RECORDER_TEXT];

	lint_id(l, id, sizeof id);
	if (r->n_lints < RECORDER_LINTS) {
		struct recorded_lint *k = &r->lint[r->n_lints];
		*k = (struct recorded_lint){ .time_ns = l->time_ns,
					     .addr = l->addr,
					     .bits = l->bits,
					     .severity = l->desc->severity };
		memcpy(k->id, id, sizeof id);
		snprintf(k->instance, sizeof k->instance, "%s", l->instance);
		snprintf(k->detail, sizeof k->detail, "%s", l->detail);
	} else {
		struct recorded_lint *k = last_of(r, id);
		if (k)
			k->more++;
		else
			r->n_lost++;
	}
	r->n_lints++;
	if (r->fail && l->desc->severity != LINT_NOTE && !allowed(r, id)) complain(r, l, id);
}

static void on_irq(void *ctx, const struct irq_event *e)
{
	struct recorder *r = ctx;

	r->n_irq_events++;
	r->last_irq = *e;
}

void recorder_init(struct recorder *r)
{
	memset(r, 0, sizeof *r);
	r->obs.access = on_access;
	r->obs.msr = on_access;
	r->obs.lint = on_lint;
	r->obs.irq = on_irq;
	r->obs.ctx = r;
	r->obs.access_without_pc = true;
}

void recorder_attach(struct recorder *r, struct hub *hub)
{
	recorder_detach(r);
	hub_attach(hub, &r->obs);
	r->hub = hub;
}

void recorder_detach(struct recorder *r)
{
	if (r->hub) hub_detach(r->hub, &r->obs);
	r->hub = NULL;
}

void recorder_clear(struct recorder *r)
{
	r->trace[0] = '\0';
	r->wire[0] = '\0';
	r->n_trace = r->n_wire = r->n_lints = r->n_lost = 0;
	r->trace_full = r->wire_full = false;
	r->n_reads = r->n_writes = r->n_irq_events = 0;
	memset(&r->last_irq, 0, sizeof r->last_irq);
	memset(r->raised, 0, sizeof r->raised); /* the levels are the wires' own */
}

void recorder_expect_no_lint(struct recorder *r, void (*fail)(void *ctx, const char *text),
			     void *ctx)
{
	r->fail = fail;
	r->fail_ctx = ctx;
}

bool recorder_allow(struct recorder *r, const char *id)
{
	if (r->n_allowed == RECORDER_ALLOWED) return false;
	r->allowed[r->n_allowed++] = id;
	return true;
}

size_t recorder_lint_count(const struct recorder *r, const char *id)
{
	size_t count = 0;

	for (size_t i = 0; i < kept(r); i++)
		if (strcmp(r->lint[i].id, id) == 0) count += 1 + r->lint[i].more;
	return count ? count : r->n_lost;
}

const struct recorded_lint *recorder_lint_find(const struct recorder *r, const char *id)
{
	for (size_t i = kept(r); i > 0; i--)
		if (strcmp(r->lint[i - 1].id, id) == 0) return &r->lint[i - 1];
	return NULL;
}

void recorder_tx(void *ctx, uint8_t byte)
{
	struct recorder *r = ctx;

	if (r->n_wire + 1 >= sizeof r->wire) {
		r->wire_full = true;
		return;
	}
	r->wire[r->n_wire++] = (char)byte;
	r->wire[r->n_wire] = '\0';
}

void recorder_irq(void *ctx, unsigned n, bool level)
{
	struct recorder *r = ctx;

	if (n >= RECORDER_LINES) return;
	if (level && !r->level[n]) r->raised[n]++;
	r->level[n] = level;
}
