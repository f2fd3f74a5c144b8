/* SPDX-License-Identifier: MIT */
/* What is reported about an engine that gave up, and what happens to it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/engine_far.h"

enum {
	MAX_SHOWN = 32,   /* bytes of a block */
	SHOWN_SIZE = 128, /* " 90" for each, and an ellipsis */
	WORDS_SIZE = 512  /* bytes of the engine's message */
};

bool cpu_catch_engine_faults(void) { return engine_abort_catch_faults(); }

/* Where it happened, as far as known. */
struct place {
	const char *what;
	uint64_t linear;
	size_t size; /* bytes from there to the end of the block; 0: not known */
};

static bool lies_in(uint64_t linear, uint64_t start, uint64_t size)
{
	return linear - start < size;
}

/* The guest address: that of the current access, or else the start of the block that was being
 * translated or run. */
static struct place find_place(const struct cpu *cpu, bool exact)
{
	const struct engine_blocks *b = &cpu->engine_blocks;
	const struct cpu_state *s = &cpu->s;
	struct place p = { .what = exact ? "at the instruction" : "in the block",
			   .linear = cpu_linear_rip(cpu) };
	if (!exact && b->last.linear == p.linear) {
		bool translating = !b->last.size && b->last.instruction;
		if (translating) p.what = "translating";
		if (translating) p.linear = b->last.instruction;
		p.size = b->last.size;
	} else if (lies_in(p.linear, s->block_pc, s->block_size)) {
		p.size = (size_t)(s->block_pc + s->block_size - p.linear);
	}
	return p;
}

static void show_bytes(struct cpu *cpu, const struct place *p, char *text, size_t size)
{
	uint8_t byte[MAX_SHOWN];
	enum { SOME = 16 };
	size_t n = p->size ? p->size : SOME;
	n = cpu_peek(cpu, p->linear, byte, n < sizeof byte ? n : sizeof byte);
	size_t at = 0;
	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, size - at, " %02x", byte[i]);
	(void)snprintf(text + at, size - at, n == p->size ? "" : " ...");
}

struct last_look {
	struct cpu *cpu;
	bool exact;
};

/* Read the engine's tables and copy memory: nothing else is asked of a dead engine. */
static void look(void *ctx)
{
	struct last_look *l = ctx;
	engine_abort_enter();
	l->exact = engine_access_place(l->cpu->engine_blocks.engine_cpu);
	engine_abort_leave();
	engine_access_forget();
	cpu_pull(l->cpu);
}

static void only_pull(void *ctx) { cpu_pull(ctx); }

void cpu_engine_died(struct cpu *cpu)
{
	struct last_look l = { .cpu = cpu };
	char bytes[SHOWN_SIZE];
	char words[WORDS_SIZE];
	(void)snprintf(words, sizeof words, "%s", engine_abort_words());
	if (!engine_abort_guard(look, &l)) {
		engine_access_forget();
		(void)engine_abort_guard(only_pull, cpu);
	}
	engine_blocks_use(NULL);
	engine_ports_use(NULL);
	engine_code_use(NULL);
	engine_tlb_use(NULL);
	engine_far_use(NULL);
	engine_fpu_use(NULL);
	cpu->dead = true;
	cpu->s.continuation = false;
	struct place p = find_place(cpu, l.exact);
	show_bytes(cpu, &p, bytes, sizeof bytes);
	(void)snprintf(cpu->detail, sizeof cpu->detail,
		       "the CPU engine gave up %s at %#" PRIx64 " (bytes%s): %s", p.what, p.linear,
		       bytes, words);
}

void cpu_close_engine(struct cpu *cpu)
{
	engine_code_clear(&cpu->engine_code);
	if (cpu->dead) {
		engine_abort_bury(cpu->uc);
		engine_abort_bury(cpu->ctx);
		return;
	}
	if (cpu->ctx) uc_context_free(cpu->ctx);
	if (cpu->uc) uc_close(cpu->uc);
}
