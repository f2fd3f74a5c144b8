/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/stall_report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "emu/units.h"
#include "harness/diagnosis/backtrace.h"
#include "harness/diagnosis/crash_report.h"
#include "harness/diagnosis/disasm.h"
#include "harness/record/event_text.h"

#define FLAG_IF (UINT64_C(1) << 9)

enum {
	PERCENT = 100,
	HALF = 50,
	/* Thresholds for the verdicts, in a window of a few milliseconds. */
	IDLE_PERCENT = 90,
	POLL_MIN = 16,        /* reads of one register */
	POLL_PERCENT = 50,    /* of all accesses */
	STEADY_DIVISOR = 8,   /* a polled value changes at most once in so many reads */
	STORM_MIN = 20,       /* exceptions at one place */
	STORM_INSNS = 5000,   /* instructions between two of them, at most */
	IRQ_STORM_NS = 20000, /* between two interrupts of a vector, at most */
	LOOP_PERCENT = 95,    /* of the instructions are in the loop */
	LOOP_MAX_BLOCKS = 12,
	LOOP_MIN_ENTRIES = 50,

	HOT_BLOCKS = 256, /* blocks that count for the list of functions */
	HOT_FUNCTIONS = 8,
	LISTED_ACCESSES = 8,
	LISTED_EVENTS = 6,
	LISTED_FIELDS = 8,
	BLOCK_INSNS = 10,
	BLOCK_BYTES = 256,
	EVENT_SIZE = 192,
	REGISTER_SIZE = 96,
	FIELDS_SIZE = 256,
	EXTRA_SIZE = 512
};

/* ---- appending to a sentence */

struct sentence {
	char *text;
	size_t size, len;
};

__attribute__((format(printf, 2, 3))) static void say(struct sentence *s, const char *format, ...)
{
	va_list args;
	if (s->len + 1 >= s->size) return;
	va_start(args, format);
	int n = vsnprintf(s->text + s->len, s->size - s->len, format, args);
	va_end(args);
	if (n > 0) s->len += (size_t)n;
	if (s->len >= s->size) s->len = s->size - 1;
}

static void say_ms(struct sentence *s, uint64_t ns) { say(s, "%.2f ms", (double)ns / NS_PER_MS); }

static unsigned percent(uint64_t part, uint64_t whole)
{
	double share = whole ? (double)part * PERCENT / (double)whole + 0.5 : 0;
	return share > PERCENT ? PERCENT : (unsigned)share;
}

/* 4812: "4,812". */
static const char *grouped(uint64_t n, char buf[32])
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);
	char *to = buf;
	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0) *to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return buf;
}

/* ---- registers of devices */

/* "uart16550.LSR (com1)", "port 0x3f6, where nothing answers". */
static const char *register_text(const struct profile_access *x, char *buf, size_t size)
{
	const char *space = x->space == BUS_PORT ? "port" : "physical address";
	struct sentence s = { buf, size, 0 };
	buf[0] = '\0';
	if (!x->dev) {
		say(&s, "%s 0x%" PRIx64 ", where nothing answers", space, x->addr);
		return buf;
	}
	if (x->reg)
		say(&s, "%s.%s", x->dev->ops->name, x->reg->name);
	else
		say(&s, "%s at %s 0x%" PRIx64, x->dev->ops->name, space, x->addr);
	if (x->reg && x->reg->count > 1) say(&s, "[%" PRIu32 "]", x->n);
	if (x->dev->instance && strcmp(x->dev->instance, x->dev->ops->name) != 0)
		say(&s, " (%s)", x->dev->instance);
	return buf;
}

/* The fields of `mask` with their values, "THRE=0 TEMT=0"; "" if none has a name. */
static const char *fields_text(const struct profile_access *x, uint64_t mask, char *buf,
			       size_t size)
{
	struct sentence s = { buf, size, 0 };
	unsigned n = 0;
	buf[0] = '\0';
	if (!x->reg || !x->reg->fields) return buf;
	for (const struct reg_field *f = x->reg->fields; f->name && n < LISTED_FIELDS; f++) {
		if (f->msb >= x->width || !(reg_field_mask(f) & mask)) continue;
		say(&s, "%s%s=%" PRIu64, n++ ? " " : "", f->name,
		    reg_field_value(f, x->last_value));
	}
	return buf;
}

/* ---- code */

static size_t disassemble(const struct guest_view *g, uint64_t at, size_t bytes,
			  struct disasm_line *line, size_t max)
{
	uint8_t code[BLOCK_BYTES];
	size_t len = g->peek(g->ctx, at, code, bytes < sizeof(code) ? bytes : sizeof(code));
	return disasm(guest_code_mode(g->regs), at, code, len, line, max);
}

/* The bits that the code after a poll tests. */
static bool bits_waited_for(const struct stall *s, const struct profile_access *x, uint64_t *mask)
{
	const struct guest_view *g = &s->view;
	const struct profile_block *b = profile_block_at(s->profile, x->pc);
	struct disasm_line line[BLOCK_INSNS];
	if (!b) return false;
	size_t n = disassemble(g, x->pc, (size_t)(b->linear + b->size - x->pc), line, BLOCK_INSNS);
	for (size_t i = 0; i < n; i++) {
		uint8_t code[GUEST_INSN_MAX];
		size_t len = g->peek(g->ctx, line[i].addr, code, line[i].len);
		if (disasm_tested_bits(guest_code_mode(g->regs), line[i].addr, code, len, g->regs,
				       mask))
			return *mask != 0;
	}
	return false;
}

/* Print "function (file.c:3)" for an address, or the address itself. */
static const char *function_of(const struct guest_view *g, uint64_t addr, char *buf, size_t size)
{
	guest_symbol(g, addr, buf, size);
	char *plus = strchr(buf, '+');
	if (plus) *plus = '\0';
	if (!buf[0]) snprintf(buf, size, "0x%" PRIx64, addr);
	return buf;
}

/* ---- the verdicts; each returns false if it does not apply */

static uint64_t sum_events(const struct stall *s)
{
	return s->profile->interrupts + s->profile->exceptions;
}

static bool say_idle(const struct stall *s, struct sentence *v)
{
	const struct profile *p = s->profile;
	char place[GUEST_SYMBOL_SIZE];
	char count[32];
	uint64_t window = profile_window_ns(p);
	if (!window || percent(p->halted_ns, window) < IDLE_PERCENT) return false;
	say(v, "the guest sleeps: it spent %u %% of the last ", percent(p->halted_ns, window));
	say_ms(v, window);
	say(v, " in HLT");
	if (s->view.halted)
		say(v, ", at %s",
		    guest_place(&s->view, guest_stands_at(&s->view), place, sizeof(place)));
	if (sum_events(s) == 0)
		say(v, ", and no interrupt came");
	else
		say(v, "; %s interrupt%s woke it", grouped(p->interrupts, count),
		    p->interrupts == 1 ? "" : "s");
	if (s->held) say(v, ": %s", s->held);
	return true;
}

/* The guest waits in a BIOS service, unless an interrupt handler takes most of the time. */
static bool say_waits(const struct stall *s, struct sentence *v)
{
	const struct profile *p = s->profile;
	if (!s->waits) return false;
	if (s->waits_asleep && percent(p->halted_ns, profile_window_ns(p)) < HALF) return false;
	say(v, "%s", s->waits);
	return true;
}

static bool is_storm(const struct profile *p, const struct profile_event *e)
{
	return e->first.kind == IRQ_EVENT_EXCEPTION && e->count >= STORM_MIN && e->changes == 0 &&
	       p->instructions / e->count <= STORM_INSNS;
}

static bool say_exception_storm(const struct stall *s, struct sentence *v)
{
	const struct profile *p = s->profile;
	const struct profile_event *event[PROFILE_MAX_EVENTS];
	size_t n = profile_events(p, event, PROFILE_MAX_EVENTS);
	for (size_t i = 0; i < n; i++) {
		const struct profile_event *e = event[i];
		char text[EVENT_SIZE];
		char place[GUEST_SYMBOL_SIZE];
		char count[32];
		if (!is_storm(p, e)) continue;
		say(v, "the guest takes the same exception again and again, %s times in ",
		    grouped(e->count, count));
		say_ms(v, profile_window_ns(p));
		say(v, ": %s, at %s; %s", event_text(&e->first, text, sizeof(text)),
		    guest_place(&s->view, e->first.pc, place, sizeof(place)),
		    p->instructions < e->count ? "that is the start of its handler, so the handler "
						 "itself faults at once"
					       : "its handler returns without removing the cause, "
						 "so the instruction faults "
						 "again");
		return true;
	}
	return false;
}

static bool say_interrupt_storm(const struct stall *s, struct sentence *v)
{
	const struct profile *p = s->profile;
	const struct profile_event *event[PROFILE_MAX_EVENTS];
	size_t n = profile_events(p, event, PROFILE_MAX_EVENTS);
	for (size_t i = 0; i < n; i++) {
		const struct profile_event *e = event[i];
		char count[32];
		if (e->first.kind != IRQ_EVENT_TAKEN || e->count < STORM_MIN) continue;
		if (profile_window_ns(p) / e->count > IRQ_STORM_NS) continue;
		say(v, "the guest does little but take interrupt 0x%02x, %s times in ",
		    e->first.vector, grouped(e->count, count));
		say_ms(v, profile_window_ns(p));
		say(v, ": its handler does not clear the request before the EOI, or the source is "
		       "programmed "
		       "far too fast");
		return true;
	}
	return false;
}

/* The only field that the mask covers; NULL: none has a name, or there are several. */
static const struct reg_field *only_field(const struct profile_access *x, uint64_t mask)
{
	const struct reg_field *only = NULL;
	if (!x->reg || !x->reg->fields) return NULL;
	for (const struct reg_field *f = x->reg->fields; f->name; f++) {
		if (f->msb >= x->width || !(reg_field_mask(f) & mask)) continue;
		if (only) return NULL;
		only = f;
	}
	return only;
}

static void say_waits_for(const struct stall *s, const struct profile_access *x, struct sentence *v)
{
	char fields[FIELDS_SIZE];
	uint64_t mask = 0;
	if (!bits_waited_for(s, x, &mask)) return;
	const struct reg_field *only = only_field(x, mask);
	fields_text(x, mask, fields, sizeof(fields));
	if (only)
		say(v, "; it waits for %s (mask 0x%" PRIx64 "), which is %" PRIu64, only->name,
		    mask, reg_field_value(only, x->last_value));
	else
		say(v, "; it tests mask 0x%" PRIx64 "%s%s", mask, fields[0] ? ": " : "", fields);
}

static bool say_polls(const struct stall *s, struct sentence *v)
{
	const struct profile *p = s->profile;
	const struct profile_access *x;
	char text[REGISTER_SIZE];
	char place[GUEST_SYMBOL_SIZE];
	char count[32];
	if (profile_accesses(p, &x, 1) == 0 || x->write || x->count < POLL_MIN) return false;
	if (percent(x->count, p->reads + p->writes) < POLL_PERCENT) return false;
	bool steady = x->changes <= x->count / STEADY_DIVISOR;
	say(v, "the guest polls %s: %s reads in ", register_text(x, text, sizeof(text)),
	    grouped(x->count, count));
	say_ms(v, profile_window_ns(p));
	say(v, ", from %s", guest_place(&s->view, x->pc, place, sizeof(place)));
	if (x->changes == 0)
		say(v, ", always 0x%0*" PRIx64, x->width / 4, x->last_value);
	else if (steady)
		say(v, ", the last one 0x%0*" PRIx64, x->width / 4, x->last_value);
	else
		say(v, ", and the value keeps changing");
	if (steady) say_waits_for(s, x, v);
	return true;
}

/* The few blocks that take nearly all of the time; returns 0 if there is no such loop. */
static size_t find_loop(const struct profile *p, const struct profile_block **loop)
{
	size_t n = profile_hottest(p, loop, LOOP_MAX_BLOCKS);
	uint64_t ns = 0;
	for (size_t i = 0; i < n; i++) {
		if (loop[i]->entries < LOOP_MIN_ENTRIES) return 0;
		ns += loop[i]->ns;
		if (percent(ns, p->block_ns) >= LOOP_PERCENT) return i + 1;
	}
	return 0;
}

/* What the instructions of the loop show about what it waits for. */
struct loop_traits {
	unsigned instructions;
	bool reads_tsc, pauses, writes_memory, jumps_to_itself;
	bool reads_memory;
	struct disasm_operand operand; /* the first operand that is read */
	uint64_t operand_pc;
};

static void look_at_instruction(const struct guest_view *g, const struct disasm_line *line,
				struct loop_traits *t)
{
	uint8_t code[GUEST_INSN_MAX];
	struct disasm_operand operand;
	size_t len = g->peek(g->ctx, line->addr, code, line->len);
	t->instructions++;
	t->reads_tsc |= strncmp(line->text, "rdtsc", 5) == 0;
	t->pauses |= strncmp(line->text, "pause", 5) == 0;
	if (!disasm_operand(guest_code_mode(g->regs), line->addr, code, len, g->regs, &operand))
		return;
	bool compares = strncmp(line->text, "cmp", 3) == 0 || strncmp(line->text, "test", 4) == 0;
	t->writes_memory |= operand.written && !compares;
	if (t->reads_memory || (!operand.read && !compares)) return;
	t->reads_memory = true;
	t->operand = operand;
	t->operand_pc = line->addr;
}

static struct loop_traits look_at_loop(const struct guest_view *g,
				       const struct profile_block *const *loop, size_t n)
{
	struct loop_traits t = { 0 };
	for (size_t i = 0; i < n; i++) {
		struct disasm_line line[BLOCK_INSNS * 4];
		size_t lines = disassemble(g, loop[i]->linear, loop[i]->size, line,
					   sizeof(line) / sizeof(line[0]));
		for (size_t k = 0; k < lines; k++) look_at_instruction(g, &line[k], &t);
	}
	t.jumps_to_itself = n == 1 && t.instructions == 1;
	return t;
}

static void say_memory(const struct stall *s, const struct loop_traits *t, struct sentence *v)
{
	const struct guest_view *g = &s->view;
	char name[GUEST_SYMBOL_SIZE];
	uint64_t value = 0;
	unsigned width = t->operand.width <= 8 ? t->operand.width : 8;
	if (!guest_word(g, t->operand.linear, width, &value)) return;
	function_of(g, t->operand.linear, name, sizeof(name));
	bool named = name[0] != '0';
	say(v,
	    "; it accesses no device and reads %u byte%s at 0x%" PRIx64
	    "%s%s%s, which hold%s 0x%" PRIx64,
	    width, width == 1 ? "" : "s", t->operand.linear, named ? " (" : "", named ? name : "",
	    named ? ")" : "", width == 1 ? "s" : "", value);
	if (t->writes_memory) return;
	if (g->regs->rflags & FLAG_IF)
		say(v, ": only an interrupt handler or a device's DMA could change that");
	else
		say(v, ": with interrupts off, only a device's DMA could change that");
}

static bool say_loop(const struct stall *s, struct sentence *v)
{
	const struct profile_block *loop[LOOP_MAX_BLOCKS];
	const struct guest_view *g = &s->view;
	char place[GUEST_SYMBOL_SIZE];
	char count[32];
	size_t n = find_loop(s->profile, loop);
	if (n == 0) return false;
	struct loop_traits t = look_at_loop(g, loop, n);
	guest_place(g, loop[0]->linear, place, sizeof(place));
	if (t.jumps_to_itself) {
		say(v,
		    "the guest is in an endless loop, an instruction that jumps to itself, at %s%s",
		    place,
		    g->regs->rflags & FLAG_IF ? ""
					      : ", with interrupts off: it has stopped for good");
		return true;
	}
	say(v, "the guest spins in a loop of %u instructions at %s (%s times round in ",
	    t.instructions, place, grouped(loop[0]->entries, count));
	say_ms(v, profile_window_ns(s->profile));
	say(v, ")");
	if (t.reads_tsc)
		say(v, "; it reads the time stamp counter: it waits for time to pass");
	else if (s->profile->reads + s->profile->writes == 0 && t.reads_memory)
		say_memory(s, &t, v);
	else if (s->profile->reads + s->profile->writes == 0)
		say(v,
		    "; it accesses no device and reads no memory: it only counts, or never ends");
	return true;
}

static void say_busy(const struct stall *s, struct sentence *v)
{
	const struct profile_block *top;
	char name[GUEST_SYMBOL_SIZE];
	if (profile_hottest(s->profile, &top, 1) == 0) {
		say(v, "the run was too short to see what the guest does");
		return;
	}
	say(v,
	    "the guest is busy: no single loop or device takes most of its time; the hottest "
	    "block, "
	    "in %s, takes %u %%",
	    function_of(&s->view, top->linear, name, sizeof(name)),
	    percent(top->ns, s->profile->block_ns));
}

const char *stall_verdict(const struct stall *s, char *buf, size_t size)
{
	struct sentence v = { buf, size, 0 };
	buf[0] = '\0';
	bool said = say_waits(s, &v) || say_idle(s, &v) || say_exception_storm(s, &v) ||
		    say_interrupt_storm(s, &v) || say_polls(s, &v) || say_loop(s, &v);
	if (!said) say_busy(s, &v);
	return buf;
}

/* ---- the evidence */

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
		function_of(&s->view, hot[i]->linear, name, sizeof(name));
		add_to_function(f, &n, sizeof(f) / sizeof(f[0]), name, hot[i]);
	}
	sort_functions(f, n);
	for (size_t i = 0; i < n && i < HOT_FUNCTIONS; i++) {
		char place[GUEST_SYMBOL_SIZE];
		char count[32];
		fprintf(out, "  %5.1f %%  %-24s %12s instructions, hottest at %s\n",
			(double)f[i].ns * PERCENT / (double)s->profile->block_ns, f[i].name,
			grouped(f[i].instructions, count),
			guest_place(&s->view, f[i].top->linear, place, sizeof(place)));
	}
}

static void print_time(const struct stall *s, FILE *out)
{
	const struct profile *p = s->profile;
	uint64_t window = profile_window_ns(p);
	char count[32];
	fprintf(out, "where the time went, of %.2f ms: %u %% instructions (%s)",
		(double)window / NS_PER_MS, percent(p->block_ns, window),
		grouped(p->instructions, count));
	fprintf(out, ", %u %% device accesses (%s)", percent(p->device_ns, window),
		grouped(p->reads + p->writes, count));
	fprintf(out, ", %u %% asleep in HLT", percent(p->halted_ns, window));
	uint64_t known = p->block_ns + p->device_ns + p->halted_ns;
	if (known < window && percent(window - known, window) > 0)
		fprintf(out, ", %u %% RDTSC and other charges", percent(window - known, window));
	fputc('\n', out);
	if (!p->block_ns) return;
	fputs("of the instructions' time:\n", out);
	print_functions(s, out);
}

/* A table was full: the list above may lack what came often. */
static void print_others(uint64_t n, const char *of_what, FILE *out)
{
	char count[32];

	if (n) fprintf(out, "  %8s %s, which were not told apart\n", grouped(n, count), of_what);
}

static void print_hottest(const struct stall *s, FILE *out)
{
	const struct profile_block *top;
	struct disasm_line line[BLOCK_INSNS];
	char count[32];
	if (profile_hottest(s->profile, &top, 1) == 0) return;
	size_t n = disassemble(&s->view, top->linear, top->size, line, BLOCK_INSNS);
	fprintf(out, "the hottest block, entered %s times:\n", grouped(top->entries, count));
	if (n == 0 || !guest_print_code(&s->view, top->linear, 0, (unsigned)n - 1, out))
		fprintf(out, "  it can no longer be read at 0x%" PRIx64 "\n", top->linear);
	print_others(s->profile->other_entries, "entries of further blocks", out);
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
		char text[REGISTER_SIZE];
		char fields[FIELDS_SIZE];
		char name[GUEST_SYMBOL_SIZE];
		char count[32];
		fields_text(x, x->last_value, fields, sizeof(fields));
		fprintf(out, "  %8s %s %3u %%  %s, last 0x%0*" PRIx64 "%s%s%s, from %s\n",
			grouped(x->count, count), x->write ? "writes" : "reads ",
			percent(x->count, p->reads + p->writes),
			register_text(x, text, sizeof(text)), x->width / 4, x->last_value,
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
		char text[EVENT_SIZE];
		char place[GUEST_SYMBOL_SIZE];
		char count[32];
		fprintf(out, "  %8s times %s", grouped(e->count, count),
			event_text(&e->first, text, sizeof(text)));
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
