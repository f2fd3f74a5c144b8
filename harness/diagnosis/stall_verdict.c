/* SPDX-License-Identifier: MIT */
/* The verdict on a stall: each of the functions below adds its sentence to the text, or returns
 * false if it does not apply. */
#include <inttypes.h>
#include <string.h>

#include "emu/array.h"
#include "harness/diagnosis/disasm.h"
#include "harness/diagnosis/event_advice.h"
#include "harness/diagnosis/stall_report.h"
#include "harness/diagnosis/stall_text.h"
#include "harness/record/event_text.h"

#define FLAG_IF (UINT64_C(1) << 9)

/* Thresholds, in a window of a few milliseconds. */
enum {
	HALF = 50,
	IDLE_PERCENT = 90,
	POLL_MIN = 16,        /* reads of one register */
	POLL_PERCENT = 50,    /* of all accesses */
	STEADY_DIVISOR = 8,   /* a polled value changes at most once in so many reads */
	STORM_MIN = 20,       /* exceptions at one place */
	STORM_INSNS = 5000,   /* instructions between two of them, at most */
	IRQ_STORM_NS = 20000, /* between two interrupts of a vector, at most */
	LOOP_PERCENT = 95,    /* of the instructions are in the loop */
	LOOP_MAX_BLOCKS = 12,
	LOOP_MIN_ENTRIES = 50
};

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
	if (!window || stall_percent(p->halted_ns, window) < IDLE_PERCENT) return false;
	sentence_add(v, "the guest sleeps: it spent %u %% of the last ",
		     stall_percent(p->halted_ns, window));
	sentence_add_ms(v, window);
	sentence_add(v, " in HLT");
	if (s->view.halted)
		sentence_add(
			v, ", at %s",
			guest_place(&s->view, guest_stands_at(&s->view), place, sizeof(place)));
	if (sum_events(s) == 0)
		sentence_add(v, ", and no interrupt came");
	else
		sentence_add(v, "; %s interrupt%s woke it", stall_grouped(p->interrupts, count),
			     p->interrupts == 1 ? "" : "s");
	if (s->held) sentence_add(v, ": %s", s->held);
	return true;
}

/* The guest waits in a BIOS service, unless an interrupt handler takes most of the time. */
static bool say_waits(const struct stall *s, struct sentence *v)
{
	const struct profile *p = s->profile;
	if (!s->waits) return false;
	if (s->waits_asleep && stall_percent(p->halted_ns, profile_window_ns(p)) < HALF)
		return false;
	sentence_add(v, "%s", s->waits);
	return true;
}

static bool is_storm(const struct profile *p, const struct profile_event *e)
{
	return e->first.kind == IRQ_EVENT_EXCEPTION && e->count >= STORM_MIN && e->changes == 0 &&
	       p->instructions / e->count <= STORM_INSNS;
}

static const char *why_again(const struct stall *s, const struct profile_event *e)
{
	if (s->profile->instructions < e->count)
		return "that is the start of its handler, so the handler itself faults at once";
	if (event_at_iret(&s->view, e->first.pc))
		return "that is the IRET of a handler, which does not find its frame at the stack "
		       "pointer";
	return "its handler returns without removing the cause, so the instruction faults again";
}

static bool say_exception_storm(const struct stall *s, struct sentence *v)
{
	const struct profile *p = s->profile;
	const struct profile_event *event[PROFILE_MAX_EVENTS];
	size_t n = profile_events(p, event, PROFILE_MAX_EVENTS);
	for (size_t i = 0; i < n; i++) {
		const struct profile_event *e = event[i];
		char text[STALL_EVENT_SIZE];
		char place[GUEST_SYMBOL_SIZE];
		char count[32];
		if (!is_storm(p, e)) continue;
		sentence_add(v, "the guest takes the same exception again and again, %s times in ",
			     stall_grouped(e->count, count));
		sentence_add_ms(v, profile_window_ns(p));
		sentence_add(v, ": %s, at %s; %s", event_text(&e->first, text, sizeof(text)),
			     guest_place(&s->view, e->first.pc, place, sizeof(place)),
			     why_again(s, e));
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
		char count[32], text[STALL_EVENT_SIZE];
		if (e->first.kind != IRQ_EVENT_TAKEN || e->count < STORM_MIN) continue;
		if (profile_window_ns(p) / e->count > IRQ_STORM_NS) continue;
		sentence_add(v, "the guest does little but take %s, %s times in ",
			     event_of_guest(&s->view, &e->first, text, sizeof(text)),
			     stall_grouped(e->count, count));
		sentence_add_ms(v, profile_window_ns(p));
		sentence_add(
			v,
			": its handler does not clear the request before the EOI, or the source is "
			"programmed "
			"far too fast");
		return true;
	}
	return false;
}

/* The bits that the code after a poll tests. */
static bool bits_waited_for(const struct stall *s, const struct profile_access *x, uint64_t *mask)
{
	const struct guest_view *g = &s->view;
	const struct profile_block *b = profile_block_at(s->profile, x->pc);
	struct disasm_line line[STALL_BLOCK_INSNS];
	if (!b) return false;
	size_t n = stall_disassemble(g, x->pc, (size_t)(b->linear + b->size - x->pc), line,
				     STALL_BLOCK_INSNS);
	for (size_t i = 0; i < n; i++) {
		uint8_t code[GUEST_INSN_MAX];
		size_t len = g->peek(g->ctx, line[i].addr, code, line[i].len);
		if (disasm_tested_bits(guest_code_mode(g->regs), line[i].addr, code, len, g->regs,
				       mask))
			return *mask != 0;
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
	char fields[STALL_FIELDS_SIZE];
	uint64_t mask = 0;
	if (!bits_waited_for(s, x, &mask)) return;
	const struct reg_field *only = only_field(x, mask);
	stall_fields_text(x, mask, fields, sizeof(fields));
	if (only)
		sentence_add(v, "; it waits for %s (mask 0x%" PRIx64 "), which is %" PRIu64,
			     only->name, mask, reg_field_value(only, x->last_value));
	else
		sentence_add(v, "; it tests mask 0x%" PRIx64 "%s%s", mask, fields[0] ? ": " : "",
			     fields);
}

static bool say_polls(const struct stall *s, struct sentence *v)
{
	const struct profile *p = s->profile;
	const struct profile_access *x;
	char text[STALL_REGISTER_SIZE];
	char place[GUEST_SYMBOL_SIZE];
	char count[32];
	if (profile_accesses(p, &x, 1) == 0 || x->write || x->count < POLL_MIN) return false;
	if (stall_percent(x->count, p->reads + p->writes) < POLL_PERCENT) return false;
	bool steady = x->changes <= x->count / STEADY_DIVISOR;
	sentence_add(v, "the guest polls %s: %s reads in ",
		     stall_register_text(x, text, sizeof(text)), stall_grouped(x->count, count));
	sentence_add_ms(v, profile_window_ns(p));
	sentence_add(v, ", from %s", guest_place(&s->view, x->pc, place, sizeof(place)));
	if (x->changes == 0)
		sentence_add(v, ", always 0x%0*" PRIx64, x->width / 4, x->last_value);
	else if (steady)
		sentence_add(v, ", the last one 0x%0*" PRIx64, x->width / 4, x->last_value);
	else
		sentence_add(v, ", and the value keeps changing");
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
		if (stall_percent(ns, p->block_ns) >= LOOP_PERCENT) return i + 1;
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
		struct disasm_line line[STALL_BLOCK_INSNS * 4];
		size_t lines = stall_disassemble(g, loop[i]->linear, loop[i]->size, line,
						 ARRAY_SIZE(line));
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
	stall_function(g, t->operand.linear, name, sizeof(name));
	bool named = name[0] != '0';
	sentence_add(v,
		     "; it accesses no device and reads %u byte%s at 0x%" PRIx64
		     "%s%s%s, which hold%s 0x%" PRIx64,
		     width, width == 1 ? "" : "s", t->operand.linear, named ? " (" : "",
		     named ? name : "", named ? ")" : "", width == 1 ? "s" : "", value);
	if (t->writes_memory) return;
	if (g->regs->rflags & FLAG_IF)
		sentence_add(v, ": only an interrupt handler or a device's DMA could change that");
	else
		sentence_add(v, ": with interrupts off, only a device's DMA could change that");
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
		sentence_add(v,
			     "the guest is in an endless loop, an instruction that jumps to "
			     "itself, at %s%s",
			     place,
			     g->regs->rflags & FLAG_IF
				     ? ""
				     : ", with interrupts off: it has stopped for good");
		return true;
	}
	sentence_add(v, "the guest spins in a loop of %u instructions at %s (%s times round in ",
		     t.instructions, place, stall_grouped(loop[0]->entries, count));
	sentence_add_ms(v, profile_window_ns(s->profile));
	sentence_add(v, ")");
	if (t.reads_tsc)
		sentence_add(v, "; it reads the time stamp counter: it waits for time to pass");
	else if (s->profile->reads + s->profile->writes == 0 && t.reads_memory)
		say_memory(s, &t, v);
	else if (s->profile->reads + s->profile->writes == 0)
		sentence_add(v, "; it accesses no device and reads no memory: it only counts, or "
				"never ends");
	return true;
}

static void say_busy(const struct stall *s, struct sentence *v)
{
	const struct profile_block *top;
	char name[GUEST_SYMBOL_SIZE];
	if (profile_hottest(s->profile, &top, 1) == 0) {
		sentence_add(v, "the run was too short to see what the guest does");
		return;
	}
	sentence_add(
		v,
		"the guest is busy: no single loop or device takes most of its time; the hottest "
		"block, "
		"in %s, takes %u %%",
		stall_function(&s->view, top->linear, name, sizeof(name)),
		stall_percent(top->ns, s->profile->block_ns));
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
