/* SPDX-License-Identifier: MIT */
/* An engine that gave up: what is told of it, and what becomes of it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/cpu/cpu_internal.h"

enum {
	MAX_SHOWN = 32,   /* bytes of a block */
	SHOWN_SIZE = 128, /* " 90" for each, and an ellipsis */
	WORDS_SIZE = 512  /* of what the engine said */
};

bool cpu_catch_engine_faults(void) { return engine_abort_catch_faults(); }

/* How many bytes the block at this address has, which is being translated or run; 0: not known. */
static size_t block_size(const struct cpu *cpu, uint64_t linear)
{
	const struct engine_blocks *b = &cpu->engine_blocks;
	if (b->last_linear == linear && b->last_size) return b->last_size;
	return cpu->s.block_pc == linear ? cpu->s.block_size : 0;
}

static void show_bytes(struct cpu *cpu, uint64_t linear, char *text, size_t size)
{
	uint8_t byte[MAX_SHOWN];
	enum { SOME = 16 };
	size_t whole = block_size(cpu, linear);
	size_t n = whole ? whole : SOME;
	n = cpu_peek(cpu, linear, byte, n < sizeof byte ? n : sizeof byte);
	size_t at = 0;
	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, size - at, " %02x", byte[i]);
	(void)snprintf(text + at, size - at, n == whole ? "" : " ...");
}

static void only_pull(void *ctx) { cpu_pull(ctx); }

void cpu_engine_died(struct cpu *cpu)
{
	char bytes[SHOWN_SIZE];
	char words[WORDS_SIZE];
	(void)snprintf(words, sizeof words, "%s", engine_abort_words());
	engine_blocks_use(NULL);
	engine_ports_use(NULL);
	engine_code_use(NULL);
	engine_access_forget();
	/* A copy of memory: all that is still asked of it. */
	(void)engine_abort_guard(only_pull, cpu);
	cpu->dead = true;
	cpu->s.continuation = false;
	uint64_t linear = cpu_linear_rip(cpu);
	show_bytes(cpu, linear, bytes, sizeof bytes);
	(void)snprintf(cpu->detail, sizeof cpu->detail,
		       "the CPU engine gave up in the block at %#" PRIx64 " (bytes%s): %s", linear,
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
