/* SPDX-License-Identifier: MIT */
#include "harness/command/verify_search.h"

#include <inttypes.h>
#include <stdlib.h>

#include "emu/units.h"
#include "harness/command/machine_difference.h"
#include "harness/command/session.h"

enum { SYMBOL_SIZE = 512 };

struct pair {
	struct session *a, *b;
};

/* A place in a run. */
struct place {
	uint64_t ns, instructions, pc;
	char symbol[SYMBOL_SIZE]; /* "" if unknown */
};

/* The result so far. */
struct search {
	const struct run_options *first, *other;
	struct place equal; /* the last place at which both machines were equal */
	uint64_t differ_ns; /* a later time at which they differed */
	char *text;         /* the difference; owned; NULL: none was found yet */
	bool began;         /* `equal` is known */
	bool failed;        /* a run could not start */
};

/* ---- two runs side by side ---- */

static struct session *open_one(const struct run_options *options, FILE *out)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s) {
		fputs("bimetal: --verify: out of memory\n", out);
		return NULL;
	}
	s->again = true;
	if (session_open(s, options)) return s;
	fprintf(out, "bimetal: --verify: %s\n", s->error);
	session_close(s);
	free(s);
	return NULL;
}

static void close_one(struct session *s)
{
	if (!s) return;
	session_close(s);
	free(s);
}

static bool pair_open(struct pair *p, const struct search *search, FILE *out)
{
	*p = (struct pair){ .a = open_one(search->first, out) };
	if (p->a) p->b = open_one(search->other, out);
	return p->b;
}

static void pair_close(struct pair *p)
{
	close_one(p->a);
	close_one(p->b);
}

static bool advance_one(struct session *s, uint64_t ns)
{
	bool runs;

	terminal_wake(session_wake, s);
	runs = session_advance(s, ns);
	terminal_wake(NULL, NULL);
	return runs;
}

/* Returns false when both have ended. */
static bool pair_advance(const struct pair *p, uint64_t ns)
{
	bool a = advance_one(p->a, ns);
	bool b = advance_one(p->b, ns);
	return a || b;
}

static bool pair_differs(const struct pair *p, FILE *out)
{
	enum run_end a = p->a->outcome.end, b = p->b->outcome.end;

	if (a != b && out)
		fprintf(out, "  %-20s %s | %s\n", "end", run_end_name(a), run_end_name(b));
	return machine_difference(&p->a->machine, &p->b->machine, out) || a != b;
}

static struct place place_of(const struct session *s)
{
	const struct processor *cpu = &s->machine.processor;
	struct cpu_stats stats;
	struct place place = { .ns = clock_now(&s->machine.clock), .pc = processor_pc(cpu) };

	processor_stats(cpu, &stats);
	place.instructions = stats.instructions;
	s->lints.symbol(s->lints.symbol_ctx, place.pc, place.symbol, sizeof(place.symbol));
	return place;
}

/* ---- the search ---- */

static void found(struct search *search, const struct pair *p)
{
	size_t size = 0;
	FILE *out;

	free(search->text);
	search->text = NULL;
	search->differ_ns = clock_now(&p->a->machine.clock);
	if (clock_now(&p->b->machine.clock) > search->differ_ns)
		search->differ_ns = clock_now(&p->b->machine.clock);
	out = open_memstream(&search->text, &size);
	if (!out) return;
	(void)pair_differs(p, out);
	(void)fclose(out);
}

/* Compare at checkpoints `step` apart, from the last equal place to the next different one. */
static bool compare_steps(struct search *search, const struct pair *p, uint64_t step)
{
	bool runs = pair_advance(p, search->equal.ns);
	bool first = true;

	while (!terminal_interrupted() && search->equal.ns <= search->differ_ns) {
		if (pair_differs(p, NULL)) {
			if (first && search->began) return false; /* they were equal here */
			found(search, p);
			return true;
		}
		first = false;
		search->began = true;
		search->equal = place_of(p->a);
		if (!runs) return false;
		runs = pair_advance(p, search->equal.ns + step);
	}
	return false;
}

static bool level(struct search *search, uint64_t step, FILE *out)
{
	struct pair p;
	bool differs = false;

	if (pair_open(&p, search, out))
		differs = compare_steps(search, &p, step);
	else
		search->failed = true;
	pair_close(&p);
	return differs;
}

static void tell_place(const struct search *search, bool exact, FILE *out)
{
	const struct place *e = &search->equal;

	if (!search->began) {
		fputs("bimetal: --verify: the two runs differ before the first instruction:\n",
		      out);
		return;
	}
	fprintf(out,
		"bimetal: --verify: both runs are equal at %" PRIu64 ".%09" PRIu64
		" s virtual, after %" PRIu64 " instructions, pc 0x%" PRIx64 "%s%s; %s %" PRIu64
		".%09" PRIu64 " s they differ (first run | this run):\n",
		e->ns / NS_PER_S, e->ns % NS_PER_S, e->instructions, e->pc,
		e->symbol[0] ? " in " : "", e->symbol,
		exact ? "one block of instructions later, at" : "by", search->differ_ns / NS_PER_S,
		search->differ_ns % NS_PER_S);
}

static void tell(const struct search *search, bool differs, bool exact, FILE *out)
{
	if (differs) {
		tell_place(search, exact, out);
		fputs(search->text ? search->text : "  (out of memory)\n", out);
	}
	if (exact || search->failed) return;
	if (terminal_interrupted())
		fputs("bimetal: --verify: a signal ended the search for the first difference\n",
		      out);
	else if (differs)
		fputs("bimetal: --verify: in a closer look the runs differ elsewhere or not at "
		      "all: "
		      "the result depends on more than the inputs, such as where a run is paused\n",
		      out);
	else
		fputs("bimetal: --verify: when repeated side by side, the runs did not differ: the "
		      "difference is outside the machine's state, or does not repeat\n",
		      out);
}

void verify_search(const struct run_options *first, const struct run_options *other,
		   uint64_t until_ns, FILE *out)
{
	struct search search = { .first = first, .other = other, .differ_ns = until_ns };
	bool differs = false, exact = false;
	uint64_t step = until_ns;

	do { /* until a fixed step, not by the distance: a block may take longer than many
		checkpoints */
		step = step > VERIFY_CHECKPOINTS ? step / VERIFY_CHECKPOINTS : 1;
		exact = level(&search, step, out);
		differs = differs || exact;
	} while (exact && search.began && step > 1);
	tell(&search, differs, exact, out);
	free(search.text);
}
