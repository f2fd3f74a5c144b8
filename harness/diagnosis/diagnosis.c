/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/diagnosis.h"

#include <stdlib.h>
#include <string.h>

#include "emu/units.h"
#include "harness/diagnosis/backtrace.h"
#include "harness/diagnosis/crash_report.h"
#include "harness/diagnosis/delivery_report.h"
#include "harness/diagnosis/event_advice.h"
#include "harness/diagnosis/interrupt_report.h"
#include "harness/diagnosis/stall_report.h"
#include "harness/machine/board.h"

/* How long before the end watching starts. The first window is long, in case the guest mostly
 * sleeps. If the guest turns out to be busy, a short one follows, which is watched to the end
 * however much happens. */
static const struct {
	uint64_t before_ns;
	uint64_t limit; /* block entries, 0: none */
} stretch[] = { { 10 * NS_PER_MS, 100000 }, { 2 * NS_PER_MS, 0 } };
enum { STRETCHES = sizeof(stretch) / sizeof(stretch[0]) };
/* The window after an unexpected end is short, as a person is waiting. */
#define RUN_ON_NS (2 * NS_PER_MS)
enum { WAITS_SIZE = 160 };
enum { RUN_ON_STEP_NS = 10000, RUN_ON_LIMIT = 50000 };

void diagnosis_init(struct diagnosis *d, struct machine *m,
		    void (*symbol)(void *ctx, uint64_t addr, char *buf, size_t size),
		    void *symbol_ctx)
{
	d->machine = m;
	d->symbol = symbol;
	d->symbol_ctx = symbol_ctx;
	d->in_function = NULL;
	d->watched_end = UINT64_MAX;
	d->stage = 0;
	d->profile.running = false;
}

/* ---- watching */

static void on_block(void *ctx, const struct cpu_block *block)
{
	struct diagnosis *d = ctx;
	profile_on_block(&d->profile, block);
	if (d->profile.full) processor_observe_blocks(&d->machine->processor, NULL);
}

static void watch(struct diagnosis *d, uint64_t limit)
{
	struct machine *m = d->machine;
	struct cpu_block_observer observer = { .block = on_block, .ctx = d };
	struct cpu_stats now;
	processor_stats(&m->processor, &now);
	profile_start(&d->profile, clock_now(&m->clock), &now, limit);
	hub_attach(&m->hub, &d->profile.observer);
	processor_observe_blocks(&m->processor, &observer);
}

void diagnosis_stop(struct diagnosis *d)
{
	struct machine *m = d->machine;
	if (!d->profile.running) return;
	struct cpu_stats now;
	processor_stats(&m->processor, &now);
	profile_stop(&d->profile, clock_now(&m->clock), &now);
	hub_detach(&m->hub, &d->profile.observer);
	processor_observe_blocks(&m->processor, NULL);
}

static void begin_stage(struct diagnosis *d)
{
	uint64_t limit = stretch[d->stage++].limit;
	if (d->profile.running && !d->profile.full)
		d->profile.limit = limit; /* little happened so far: keep this window */
	else
		watch(d, limit);
}

enum cpu_stop diagnosis_run(struct diagnosis *d, uint64_t until_ns, uint64_t end_ns)
{
	struct machine *m = d->machine;
	if (end_ns != d->watched_end) { /* the run goes on past the end that was expected */
		diagnosis_stop(d);
		d->watched_end = end_ns;
		d->stage = 0;
	}
	while (d->stage < STRETCHES) {
		uint64_t before = stretch[d->stage].before_ns;
		uint64_t from = end_ns > before ? end_ns - before : 0;
		if (from >= until_ns) break;
		if (clock_now(&m->clock) < from) {
			enum cpu_stop stop = machine_run(m, from);
			if (stop != CPU_STOP_TIME) return stop;
		}
		begin_stage(d);
	}
	return machine_run(m, until_ns);
}

void diagnosis_run_on(struct diagnosis *d)
{
	struct machine *m = d->machine;
	uint64_t end = clock_now(&m->clock) + RUN_ON_NS;
	diagnosis_stop(d);
	watch(d, RUN_ON_LIMIT);
	while (clock_now(&m->clock) < end && !d->profile.full)
		if (machine_run(m, clock_now(&m->clock) + RUN_ON_STEP_NS) != CPU_STOP_TIME) break;
	diagnosis_stop(d);
}

/* ---- access to the guest */

static size_t peek(void *ctx, uint64_t linear, void *buf, size_t len)
{
	const struct diagnosis *d = ctx;
	const struct processor *p = &d->machine->processor;
	return p->ops->peek(p->ctx, linear, buf, len);
}

static void symbol(void *ctx, uint64_t addr, char *buf, size_t size)
{
	const struct diagnosis *d = ctx;
	buf[0] = '\0';
	if (d->symbol) d->symbol(d->symbol_ctx, addr, buf, size);
}

static bool in_function(void *ctx, uint64_t addr)
{
	const struct diagnosis *d = ctx;
	return d->in_function && d->in_function(d->symbol_ctx, addr);
}

static struct page_explanation explain(void *ctx, uint64_t linear, enum page_access access,
				       bool user)
{
	const struct diagnosis *d = ctx;
	const struct processor *p = &d->machine->processor;
	struct page_explanation explanation;
	p->ops->explain(p->ctx, linear, access, user, &explanation);
	return explanation;
}

static void source(void *ctx, uint8_t vector, char *buf, size_t size)
{
	const struct diagnosis *d = ctx;
	if (!interrupt_source(d->machine, vector, buf, size)) buf[0] = '\0';
}

static struct guest_view view_of(struct diagnosis *d, struct cpu_regs *regs)
{
	struct cpu_interrupt_state interrupts;
	processor_get_regs(&d->machine->processor, regs);
	processor_interrupt_state(&d->machine->processor, &interrupts);
	return (struct guest_view){
		.regs = regs,
		.halted = interrupts.halted,
		.peek = peek,
		.symbol = symbol,
		.in_function = in_function,
		.explain = explain,
		.source = source,
		.ctx = d,
	};
}

/* The text of interrupt_report(); the caller frees it. NULL: out of memory. */
static char *interrupt_text(struct diagnosis *d)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	if (!out) return NULL;
	interrupt_report(d->machine, out);
	if (fclose(out) == 0) return text;
	free(text);
	return NULL;
}

/* ---- the reports */

static bool firmware_waits(struct machine *m, char waits[WAITS_SIZE], bool *asleep)
{
	const struct firmware *f = m->kind->firmware;
	return f && f->waits && f->waits(m, waits, WAITS_SIZE, asleep);
}

void diagnosis_crash(struct diagnosis *d, const char *what, const char *detail, uint64_t time_ns,
		     const char *screen, FILE *out)
{
	const struct processor *cpu = &d->machine->processor;
	struct cpu_regs regs;
	struct irq_event event[CRASH_MAX_EVENTS];
	struct cpu_failed_delivery failed[CPU_MAX_NESTING];
	uint64_t dr[CPU_N_DEBUG_REGS];
	cpu->ops->debug_regs(cpu->ctx, dr);
	struct crash crash = {
		.what = what,
		.detail = detail,
		.time_ns = time_ns,
		.view = view_of(d, &regs),
		.event = event,
		.n_events = cpu->ops->last_events(cpu->ctx, event, CRASH_MAX_EVENTS),
		.failed = failed,
		.n_failed = cpu->ops->failed_deliveries(cpu->ctx, failed, CPU_MAX_NESTING),
		.dr = dr,
		.screen = screen,
	};
	crash_report(&crash, out);
}

void diagnosis_halted(struct diagnosis *d, const char *detail, const char *screen, FILE *out)
{
	const struct processor *cpu = &d->machine->processor;
	struct cpu_regs regs;
	struct irq_event event[CRASH_MAX_EVENTS];
	struct cpu_failed_delivery failed[CPU_MAX_NESTING];
	struct backtrace backtrace;
	char place[GUEST_SYMBOL_SIZE], waits[WAITS_SIZE];
	bool asleep = false;
	struct guest_view g = view_of(d, &regs);
	size_t n_failed = cpu->ops->failed_deliveries(cpu->ctx, failed, CPU_MAX_NESTING);
	size_t n_events = cpu->ops->last_events(cpu->ctx, event, CRASH_MAX_EVENTS);
	guest_symbol(&g, guest_stands_at(&g), place, sizeof(place));
	fprintf(out, "bimetal: halted for good: %s%s%s\n", detail, place[0] ? ", in " : "", place);
	if (firmware_waits(d->machine, waits, &asleep)) fprintf(out, "  %s\n", waits);
	if (n_failed > 0) {
		fputs("before, an exception could not be delivered:\n", out);
		delivery_report(failed, n_failed, &g, out);
	}
	event_advice(&g, event, n_events, out);
	backtrace_take(&backtrace, &g);
	backtrace_print(&backtrace, &g, out);
	interrupt_report(d->machine, out);
	crash_print_events(&g, event, n_events, out);
	crash_print_screen(screen, out);
}

void diagnosis_stall(struct diagnosis *d, bool brief, const char *screen, FILE *out)
{
	const struct processor *cpu = &d->machine->processor;
	struct cpu_regs regs;
	struct irq_event event[CRASH_MAX_EVENTS];
	char *interrupts = brief ? NULL : interrupt_text(d), waits[WAITS_SIZE];
	char held[INTERRUPT_HELD_SIZE];
	bool asleep = false, in_service = firmware_waits(d->machine, waits, &asleep);
	struct stall stall = {
		.view = view_of(d, &regs),
		.profile = &d->profile,
		.waits = in_service ? waits : NULL,
		.waits_asleep = asleep,
		.held = interrupt_held_back(d->machine, held, sizeof(held)) ? held : NULL,
		.interrupts = interrupts ? interrupts : "",
		.event = event,
		.n_events = cpu->ops->last_events(cpu->ctx, event, CRASH_MAX_EVENTS),
		.screen = screen,
		.brief = brief,
	};
	stall_report(&stall, out);
	free(interrupts);
}
