/* SPDX-License-Identifier: MIT */
/* What a CPU was at a moment, to go back to it in the same CPU. Translations stay. */
#include <stdlib.h>
#include <string.h>

#include "emu/mem_device.h"
#include "emu/unicorn/x86/cpu_internal.h"

struct cpu_mark {
	struct cpu_state s;
	struct pending_event event;
	struct svm_pending svm;
	struct refused_fill refused;
	bool stop_requested, event_from_engine;
	struct engine_tlb_kept *cached;
	struct tlb_watch *tlb;      /* NULL: TLB_OFF */
	_Alignas(16) uint8_t env[]; /* as cpu->env, of cpu->layout.size bytes */
};

/* A page that is written without asking counts as changed. Code that was translated from it, since
 * the mark that is restored, must be noticed. */
static bool note_writable(void *ctx, uintptr_t host)
{
	const struct cpu *cpu = ctx;
	struct mem *mem = cpu->mem;
	uint64_t at = host - (uintptr_t)mem->ram;
	if (at < mem->ram_size) {
		uint8_t *flags = &mem->flags[at / MEM_PAGE];
		mem_note(mem, flags, 0);
		return *flags & MEM_TRANSLATED;
	}
	for (size_t i = 0; i < mem->n_devices; i++) {
		at = host - (uintptr_t)mem->device[i]->host;
		if (at < mem->device[i]->size) mem_device_mark(mem->device[i], at, 1);
	}
	return false;
}

void cpu_marked(struct cpu *cpu, const struct cpu_mark *mark)
{
	engine_tlb_for_writable(cpu->tlbs, mark->cached, note_writable, cpu);
}

static bool mark_tlb(struct cpu *cpu, struct cpu_mark *mark)
{
	if (!cpu->tlb) return true;
	mark->tlb = tlb_watch_new(cpu->tlb->policy);
	return mark->tlb && tlb_watch_keep(mark->tlb, cpu);
}

struct cpu_mark *cpu_mark(struct cpu *cpu)
{
	struct cpu_mark *mark = calloc(1, sizeof *mark + cpu->layout.size);
	if (!mark) return NULL;
	mark->cached = engine_tlb_keep(&cpu->engine_tlb, cpu->tlbs);
	if (!mark->cached || !mark_tlb(cpu, mark)) {
		cpu_mark_free(mark);
		return NULL;
	}
	cpu_pull(cpu);
	memcpy(mark->env, cpu->env, cpu->layout.size);
	mark->s = cpu->s;
	mark->event = cpu->event;
	mark->svm = cpu->svm;
	mark->refused = cpu->refused;
	mark->stop_requested = cpu->stop_requested;
	mark->event_from_engine = cpu->event_from_engine;
	return mark;
}

void cpu_mark_free(struct cpu_mark *mark)
{
	if (!mark) return;
	engine_tlb_kept_free(mark->cached);
	tlb_watch_free(mark->tlb);
	free(mark);
}

/* What was translated depends on the breakpoints that were armed. */
static bool breakpoints_differ(const struct cpu *cpu, const struct env *then)
{
	enum { N_ADDRESSES = 4, DR7 = 7, ENABLES = 0xff };
	size_t dr = cpu->layout.dr, dr7 = dr + DR7 * sizeof(uint64_t);
	uint64_t now7 = context_get64(cpu->live, dr7), then7 = context_get64(then, dr7);
	if (!((now7 | then7) & ENABLES)) return false;
	return now7 != then7 || memcmp((const uint8_t *)cpu->live + dr, (const uint8_t *)then + dr,
				       N_ADDRESSES * sizeof(uint64_t)) != 0;
}

bool cpu_restore(struct cpu *cpu, const struct cpu_mark *mark)
{
	if (cpu->dead) return false;
	if (mark->tlb) {
		if (!tlb_copy(&cpu->tlb->model, &mark->tlb->model)) return false;
		cpu->tlb->beyond = mark->tlb->beyond;
		cpu->tlb->store.any = false;
	}
	memcpy(cpu->env, mark->env, cpu->layout.size);
	cpu->translate_anew |= breakpoints_differ(cpu, cpu->env);
	cpu_push(cpu);
	cpu->s = mark->s;
	cpu->event = mark->event;
	cpu->svm = mark->svm;
	cpu->refused = mark->refused;
	cpu->stop_requested = mark->stop_requested;
	cpu->event_from_engine = mark->event_from_engine;
	cpu->step_resume = cpu->storing = false;
	cpu_want_attention(cpu);
	if (!engine_tlb_put_back(&cpu->engine_tlb, cpu->tlbs, cpu->uc, cpu->engine_cpu,
				 mark->cached))
		return false;
	cpu_marked(cpu, mark);
	return true;
}
