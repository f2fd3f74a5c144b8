/* SPDX-License-Identifier: MIT */
/* The CPU's state as named pieces, for a machine of another process: registers by name, never the
 * engine's own block, which has host pointers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/pieces.h"
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/x86/msr_numbers.h"

enum { N_DEBUG = 8 };

/* What no register names: where the CPU is between two instructions, and its last exception. */
struct hidden {
	uint32_t hflags, hflags2, error_code, is_software, old_exception;
	uint64_t next_rip;
	uint64_t debug[N_DEBUG];
	struct pending_event event;
	struct svm_pending svm;
	struct refused_fill refused;
	uint8_t stop_requested, event_from_engine, tlb_beyond;
};

static const uint32_t engine_msrs[] = { MSR_SYSENTER_CS,   MSR_SYSENTER_ESP, MSR_SYSENTER_EIP,
					MSR_STAR,          MSR_LSTAR,        MSR_CSTAR,
					MSR_FMASK,         MSR_FS_BASE,      MSR_GS_BASE,
					MSR_KERNEL_GS_BASE };
enum { N_ENGINE_MSRS = sizeof engine_msrs / sizeof engine_msrs[0] };

static const char *const table_names[] = { "tlb.page", "tlb.global", "tlb.upper", "tlb.table",
					   "tlb.write" };
enum { N_TABLES = sizeof table_names / sizeof table_names[0] };

static struct tlb_hash *table_of(struct tlb_model *m, unsigned n)
{
	struct tlb_hash *const tables[N_TABLES] = { &m->page, &m->global, &m->upper, &m->table,
						    &m->write };
	return tables[n];
}

/* --- saving */

static struct hidden hidden_of(const struct cpu *cpu)
{
	const struct env *env = cpu->env;
	const struct context_layout *l = &cpu->layout;
	struct hidden h = { .hflags = env->hflags,
			    .hflags2 = env->hflags2,
			    .error_code = context_get32(env, l->error_code),
			    .is_software = context_get32(env, l->error_code + 4),
			    .next_rip = context_get64(env, l->error_code + 8),
			    .old_exception = context_get32(env, l->old_exception),
			    .event = cpu->event,
			    .svm = cpu->svm,
			    .refused = cpu->refused,
			    .stop_requested = cpu->stop_requested,
			    .event_from_engine = cpu->event_from_engine,
			    .tlb_beyond = cpu->tlb && cpu->tlb->beyond };
	for (unsigned i = 0; i < N_DEBUG; i++)
		h.debug[i] = context_get64(env, l->dr + (size_t)8 * i);
	return h;
}

/* A table of it: how many slots are used, the epoch, the slots. */
static bool save_table(const struct piece_sink *to, const char *name, const struct tlb_hash *t)
{
	uint64_t head[] = { t->used, t->epoch };
	size_t size = t->slots * sizeof *t->slot;
	uint8_t *piece = malloc(sizeof head + size);
	if (!piece) return false;
	memcpy(piece, head, sizeof head);
	if (size) memcpy(piece + sizeof head, t->slot, size);
	bool ok = piece_save(to, name, piece, sizeof head + size);
	free(piece);
	return ok;
}

static bool save_model(struct cpu *cpu, const struct piece_sink *to)
{
	struct tlb_model *m = &cpu->tlb->model;
	uint64_t whole[] = { m->sizes, m->asid, m->mixed };
	tlb_watch_settle(cpu);
	bool ok = piece_save(to, "tlb", whole, sizeof whole);
	for (unsigned i = 0; ok && i < N_TABLES; i++)
		ok = save_table(to, table_names[i], table_of(m, i));
	return ok;
}

/* In the order in which they are loaded: each overwrites what those before it also changed. */
bool cpu_save(struct cpu *cpu, const struct piece_sink *to)
{
	struct cpu_regs regs;
	uint64_t msr[N_ENGINE_MSRS];
	cpu_get_regs(cpu, &regs);
	struct hidden h = hidden_of(cpu);
	for (unsigned i = 0; i < N_ENGINE_MSRS; i++)
		msr[i] = cpu_read_engine_msr(cpu, engine_msrs[i]);
	return piece_save(to, "registers", &regs, sizeof regs) &&
	       piece_save(to, "float", context_float(cpu->env, &cpu->layout),
			  sizeof(struct env_float)) &&
	       piece_save(to, "msrs", msr, sizeof msr) && piece_save(to, "hidden", &h, sizeof h) &&
	       (!cpu->tlb || save_model(cpu, to)) &&
	       piece_save(to, "cpu", &cpu->s, sizeof cpu->s) &&
	       engine_tlb_save(&cpu->engine_tlb, cpu->tlbs, to);
}

/* --- loading */

static void load_hidden(struct cpu *cpu, const struct hidden *h)
{
	struct env *env = cpu->env;
	const struct context_layout *l = &cpu->layout;
	cpu_pull(cpu);
	env->hflags = h->hflags;
	env->hflags2 = h->hflags2;
	context_set32(env, l->error_code, h->error_code);
	context_set32(env, l->error_code + 4, h->is_software);
	context_set64(env, l->error_code + 8, h->next_rip);
	context_set32(env, l->old_exception, h->old_exception);
	for (unsigned i = 0; i < N_DEBUG; i++)
		context_set64(env, l->dr + (size_t)8 * i, h->debug[i]);
	cpu_push(cpu);
	cpu->event = h->event;
	cpu->svm = h->svm;
	cpu->refused = h->refused;
	cpu->stop_requested = h->stop_requested;
	cpu->event_from_engine = h->event_from_engine;
	if (cpu->tlb) cpu->tlb->beyond = h->tlb_beyond;
	cpu->translate_anew = true; /* breakpoints may be armed */
	cpu->step_resume = cpu->storing = false;
	cpu_want_attention(cpu);
}

static void load_float(struct cpu *cpu, const struct env_float *from)
{
	uint64_t efer = from->efer;
	cpu_pull(cpu);
	memcpy(context_float(cpu->env, &cpu->layout), from, sizeof *from);
	context_set64(cpu->env, cpu->layout.efer, efer);
	cpu_push(cpu);
}

static bool load_table(struct tlb_hash *t, const uint8_t *data, size_t size)
{
	uint64_t head[2];
	struct tlb_slot *slot = NULL;
	if (size < sizeof head) return false;
	memcpy(head, data, sizeof head);
	size -= sizeof head;
	size_t slots = size / sizeof *slot;
	if (size % sizeof *slot || slots & (slots - 1) || slots > TLB_HASH_MAX) return false;
	if (head[0] > slots || (slots && !(slot = malloc(size)))) return false;
	if (slots) memcpy(slot, data + sizeof head, size);
	tlb_hash_free(t);
	*t = (struct tlb_hash){
		.slot = slot, .slots = slots, .used = head[0], .epoch = (uint32_t)head[1]
	};
	return true;
}

/* Of the record of translations. */
static bool load_model(struct cpu *cpu, const char *name, const void *data, size_t size)
{
	struct tlb_model *m = &cpu->tlb->model;
	uint64_t whole[3];
	for (unsigned i = 0; i < N_TABLES; i++)
		if (strcmp(name, table_names[i]) == 0)
			return load_table(table_of(m, i), data, size);
	if (strcmp(name, "tlb") != 0 || size != sizeof whole) return false;
	memcpy(whole, data, sizeof whole);
	m->sizes = whole[0];
	m->asid = (uint32_t)whole[1];
	m->mixed = whole[2];
	return true;
}

static bool is(const char *name, const char *wanted, size_t size, size_t wanted_size)
{
	return strcmp(name, wanted) == 0 && size == wanted_size;
}

static void load_msrs(struct cpu *cpu, const uint64_t msr[])
{
	for (unsigned i = 0; i < N_ENGINE_MSRS; i++)
		cpu_write_engine_msr(cpu, engine_msrs[i], msr[i]);
}

bool cpu_load(struct cpu *cpu, const char *name, const void *data, size_t size)
{
	union {
		struct cpu_regs regs;
		struct env_float f;
		struct hidden hidden;
		uint64_t msr[N_ENGINE_MSRS];
	} piece;
	if (cpu->dead) return false;
	if (size <= sizeof piece) memcpy(&piece, data, size);
	if (is(name, "registers", size, sizeof piece.regs)) {
		cpu_set_regs(cpu, &piece.regs);
	} else if (is(name, "float", size, sizeof piece.f)) {
		load_float(cpu, &piece.f);
	} else if (is(name, "msrs", size, sizeof piece.msr)) {
		load_msrs(cpu, piece.msr);
	} else if (is(name, "hidden", size, sizeof piece.hidden)) {
		load_hidden(cpu, &piece.hidden);
	} else if (is(name, "cpu", size, sizeof cpu->s)) {
		memcpy(&cpu->s, data, size);
	} else if (strcmp(name, "cached") == 0) {
		return !cpu_map_devices(cpu) &&
		       engine_tlb_load(&cpu->engine_tlb, cpu->tlbs, cpu->uc, cpu->engine_cpu, data,
				       size);
	} else {
		return cpu->tlb && load_model(cpu, name, data, size);
	}
	return true;
}
