/* SPDX-License-Identifier: MIT */
/* The report on a stall: its verdict, then the evidence. */
#include "harness/diagnosis/stall_report.h"

#include <inttypes.h>
#include <string.h>

#include "emu/units.h"
#include "harness/diagnosis/backtrace.h"
#include "harness/diagnosis/crash_report.h"
#include "harness/diagnosis/disasm.h"
#include "harness/diagnosis/event_advice.h"
#include "harness/diagnosis/stall_text.h"

enum {
	HOT_BLOCKS = 256, /* blocks that count for the list of functions */
	HOT_FUNCTIONS = 8,
	LISTED_ACCESSES = 8,
	LISTED_EVENTS = 6
};

struct hot_function {
	char name[GUEST_SYMBOL_SIZE];
	uint64_t ns, instructions;
	const struct profile_block *top;
};

static void add_to_function(struct hot_function *f, size_t *n, size_t max, const char *name,
			    const struct profile_block *b)
{
	size_t i = 0;
	while (i < *n && strcmp(f[i].name, name) != 0) i++;
	if (i == max) return;
	if (i == *n) {
		(*n)++;
		snprintf(f[i].name, sizeof(f[i].name), "%s", name);
		f[i].top = b;
		f[i].ns = f[i].instructions = 0;
	}
	f[i].ns += b->ns;
	f[i].instructions += b->instructions;
}

static void sort_functions(struct hot_function *f, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && f[k].ns > f[k - 1].ns; k--) {
			struct hot_function swap = f[k];
			f[k] = f[k - 1];
			f[k - 1] = swap;
		}
}

static void print_functions(const struct stall *s, FILE *out)
{
	const struct profile_block *hot[HOT_BLOCKS];
	struct hot_function f[HOT_FUNCTIONS * 4];
	size_t n = 0;
	size_t blocks = profile_hottest(s->profile, hot, HOT_BLOCKS);
	for (size_t i = 0; i < blocks; i++) {
		char name[GUEST_SYMBOL_SIZE];
		stall_function(&s->view, hot[i]->linear, name, sizeof(name));
		add_to_function(f, &n, sizeof(f) / sizeof(f[0]), name, hot[i]);
	}
	sort_functions(f, n);
	for (size_t i = 0; i < n && i < HOT_FUNCTIONS; i++) {
		char place[GUEST_SYMBOL_SIZE];
		char count[32];
		fprintf(out, "  %5.1f %%  %-24s %12s instructions, hottest at %s\n",
			(double)f[i].ns * STALL_PERCENT / (double)s->profile->block_ns, f[i].name,
			stall_grouped(f[i].instructions, count),
			guest_place(&s->view, f[i].top->linear, place, sizeof(place)));
	}
}

static void print_time(const struct stall *s, FILE *out)
{
	const struct profile *p = s->profile;
	uint64_t window = profile_window_ns(p);
	char count[32];
	fprintf(out, "where the time went, of %.2f ms: %u %% instructions (%s)",
		(double)window / NS_PER_MS, stall_percent(p->block_ns, window),
		stall_grouped(p->instructions, count));
	fprintf(out, ", %u %% device accesses (%s)", stall_percent(p->device_ns, window),
		stall_grouped(p->reads + p->writes, count));
	fprintf(out, ", %u %% asleep in HLT", stall_percent(p->halted_ns, window));
	uint64_t known = p->block_ns + p->device_ns + p->halted_ns;
	if (known < window && stall_percent(window - known, window) > 0)
		fprintf(out, ", %u %% RDTSC and other charges",
			stall_percent(window - known, window));
	fputc('\n', out);
	if (!p->block_ns) return;
	fputs("of the instructions' time:\n", out);
	print_functions(s, out);
}

/* A table was full: the list above may lack what came often. */
static void print_others(uint64_t n, const char *of_what, FILE *out)
{
	char count[32];

	if (n)
		fprintf(out, "  %8s %s, which were not told apart\n", stall_grouped(n, count),
			of_what);
}

static void print_hottest(const struct stall *s, FILE *out)
{
	const struct profile_block *top;
	struct disasm_line line[STALL_BLOCK_INSNS];
	char count[32];
	if (profile_hottest(s->profile, &top, 1) == 0) return;
	size_t n = stall_disassemble(&s->view, top->linear, top->size, line, STALL_BLOCK_INSNS);
	fprintf(out, "the hottest block, entered %s time%s:\n", stall_grouped(top->entries, count),
		top->entries == 1 ? "" : "s");
	if (n == 0 || !guest_print_code(&s->view, top->linear, 0, (unsigned)n - 1, out))
		fprintf(out, "  it can no longer be read at 0x%" PRIx64 "\n", top->linear);
	print_others(s->profile->other_entries, "entries of further blocks", out);
}

/* As wide for each. */
static const char *accesses_word(const struct profile_access *x)
{
	if (x->count == 1) return x->write ? "write " : "read  ";
	return x->write ? "writes" : "reads ";
}

static void print_accesses(const struct stall *s, FILE *out)
{
	const struct profile_access *access[LISTED_ACCESSES];
	const struct profile *p = s->profile;
	size_t n = profile_accesses(p, access, LISTED_ACCESSES);
	if (n == 0) {
		fputs("no device was accessed\n", out);
		return;
	}
	fputs("devices accessed:\n", out);
	for (size_t i = 0; i < n; i++) {
		const struct profile_access *x = access[i];
		char text[STALL_REGISTER_SIZE];
		char fields[STALL_FIELDS_SIZE];
		char name[GUEST_SYMBOL_SIZE];
		char count[32];
		stall_fields_text(x, x->last_value, fields, sizeof(fields));
		fprintf(out, "  %8s %s %3u %%  %s, last 0x%0*" PRIx64 "%s%s%s, from %s\n",
			stall_grouped(x->count, count), accesses_word(x),
			stall_percent(x->count, p->reads + p->writes),
			stall_register_text(x, text, sizeof(text)), x->width / 4, x->last_value,
			fields[0] ? " (" : "", fields, fields[0] ? ")" : "",
			guest_place(&s->view, x->pc, name, sizeof(name)));
	}
	print_others(p->other_accesses, "accesses to further registers", out);
}

static void print_event_counts(const struct stall *s, FILE *out)
{
	const struct profile_event *event[LISTED_EVENTS];
	size_t n = profile_events(s->profile, event, LISTED_EVENTS);
	if (n == 0) {
		fputs("no interrupt or exception was taken\n", out);
		return;
	}
	fputs("interrupts and exceptions taken:\n", out);
	for (size_t i = 0; i < n; i++) {
		const struct profile_event *e = event[i];
		char text[STALL_EVENT_SIZE];
		char place[GUEST_SYMBOL_SIZE];
		char count[32];
		fprintf(out, "  %8s %s %s", stall_grouped(e->count, count),
			e->count == 1 ? "time " : "times",
			event_of_guest(&s->view, &e->first, text, sizeof(text)));
		if (e->first.kind != IRQ_EVENT_TAKEN)
			fprintf(out, ", at %s",
				guest_place(&s->view, e->first.pc, place, sizeof(place)));
		fputc('\n', out);
		if (i == 0) crash_print_walk(&s->view, &e->first, out);
	}
	print_others(s->profile->other_events, "times at further places", out);
}

void stall_report(const struct stall *s, FILE *out)
{
	char verdict[STALL_VERDICT_SIZE];
	struct backtrace backtrace;
	fprintf(out, "bimetal: stall: %s\n", stall_verdict(s, verdict, sizeof(verdict)));
	if (!s->brief) event_advice(&s->view, s->event, s->n_events, out);
	print_time(s, out);
	if (s->brief) return;
	print_hottest(s, out);
	print_accesses(s, out);
	print_event_counts(s, out);
	fputs(s->interrupts, out);
	backtrace_take(&backtrace, &s->view);
	backtrace_print(&backtrace, &s->view, out);
	crash_print_registers(&s->view, NULL, out);
	crash_print_events(&s->view, s->event, s->n_events, out);
	crash_print_screen(s->screen, out);
}
