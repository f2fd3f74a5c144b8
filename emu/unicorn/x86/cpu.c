/* SPDX-License-Identifier: MIT */
/* Makes a CPU: opens the engine, and proves that it is the one that this code knows. Also the CPU's
 * pins. */
#include <stdio.h>
#include <stdlib.h>

#include "emu/unicorn/x86/cpu.h"
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/engine_identity.h"

enum { VERSION_MAJOR = 2, VERSION_MINOR = 1, VERSION_PATCH = 4 };
/* Room for translated code; when it is full, all is dropped. Half of what the engine would take, so
 * that it finds a place near the program (engine_memory.c). Linux's boot needs a tenth. */
enum { TRANSLATED_MAX = 512 << 20 };

static bool version_ok(void)
{
	unsigned v = uc_version(NULL, NULL);
	unsigned have = v >> 8; /* major << 16 | minor << 8 | patch, then the extra byte */
	return have >= (VERSION_MAJOR << 16 | VERSION_MINOR << 8 | VERSION_PATCH);
}

const char *cpu_engine_version(void)
{
	static _Thread_local char text[16];
	unsigned v = uc_version(NULL, NULL);
	(void)snprintf(text, sizeof text, "%u.%u.%u", v >> 24 & 0xff, v >> 16 & 0xff,
		       v >> 8 & 0xff);
	return text;
}

static const char *map_memory(struct cpu *cpu)
{
	for (size_t i = 0; i < cpu->mem->n_regions; i++) {
		const struct mem_region *r = &cpu->mem->region[i];
		uint64_t at = r->kind == MEM_ROM ? WINDOW_ROM | r->base : r->base;
		uint32_t perms = r->kind == MEM_ROM ? UC_PROT_READ | UC_PROT_EXEC : UC_PROT_ALL;
		if (uc_mem_map_ptr(cpu->uc, at, r->size, perms, r->host))
			return "the engine cannot map the guest's memory";
	}
	return NULL;
}

static const char *open_engine(struct cpu *cpu)
{
	static const char refused[] = "the engine refuses a setting";
	if (!version_ok()) return "Unicorn 2.1.4 or newer is needed: run ./dev, or see README.md";
	if (uc_open(UC_ARCH_X86, UC_MODE_64, &cpu->uc)) return "the engine cannot be opened";
	if (uc_ctl_set_cpu_model(cpu->uc, UC_CPU_X86_QEMU64)) return refused;
	if (uc_ctl_set_tcg_buffer_size(cpu->uc, TRANSLATED_MAX)) return refused;
	const char *fault = context_probe(cpu->uc, &cpu->layout);
	if (!fault) fault = engine_identity_set(cpu->uc, &cpu->layout, &cpu->features);
	if (fault) return fault;
	if (uc_ctl_exits_enable(cpu->uc) || uc_ctl_tlb_mode(cpu->uc, UC_TLB_VIRTUAL))
		return refused;
	if (uc_context_alloc(cpu->uc, &cpu->ctx)) return "out of memory";
	cpu->env = context_env(cpu->ctx, &cpu->layout);
	cpu->engine_cpu = engine_blocks_last_cpu();
	cpu->live = context_live(cpu->uc, cpu->engine_cpu);
	if (!cpu->live) return "the engine's registers were not found";
	cpu->live_float = context_float(cpu->live, &cpu->layout);
	if (!cpu_install_hooks(cpu)) return "the engine refuses a hook";
	fault = map_memory(cpu);
	if (fault) return fault;
	cpu->tlbs = engine_tlbs_find(cpu->uc, cpu->engine_cpu, cpu->live, cpu->mem->ram);
	return cpu->tlbs ? NULL : "the engine's TLB was not found";
}

struct opening {
	struct cpu *cpu;
	const char *fault;
};

static void open_guarded(void *ctx)
{
	struct opening *o = ctx;
	o->fault = open_engine(o->cpu);
}

static uint64_t pc_for_hub(void *ctx) { return cpu_pc(ctx); }

/* NULL, or what is wrong: static, or in `error`. */
static const char *make(struct cpu *cpu, const struct cpu_config *config, char *error, size_t size)
{
	if (!cpu) return "out of memory";
	cpu->config = *config;
	cpu->mem = config->mem;
	cpu->bus = config->bus;
	cpu->clock = config->clock;
	cpu->hub = config->hub;
	if (config->tlb.use != TLB_OFF && !(cpu->tlb = tlb_watch_new(config->tlb)))
		return "out of memory";
	if (!cpuid_parse(config->features, &cpu->features, error, size)) return error;
	struct opening opening = { .cpu = cpu };
	if (engine_abort_guard(open_guarded, &opening)) return opening.fault;
	cpu->dead = true;
	(void)snprintf(error, size, "the engine gave up as it was opened: %s",
		       engine_abort_words());
	return error;
}

struct cpu *cpu_new(const struct cpu_config *config, char *error, size_t size)
{
	struct cpu *cpu = calloc(1, sizeof *cpu);
	const char *fault = make(cpu, config, error, size);
	if (fault) {
		if (fault != error) (void)snprintf(error, size, "%s", fault);
		cpu_free(cpu);
		return NULL;
	}
	cpu_pmc_init(cpu);
	cpu->mem->written = cpu_memory_written;
	cpu->mem->windows_changed = cpu_windows_changed;
	cpu->mem->written_ctx = cpu;
	cpu->hub->pc = pc_for_hub;
	cpu->hub->pc_ctx = cpu;
	cpu_reset(cpu);
	return cpu;
}

void cpu_free(struct cpu *cpu)
{
	if (!cpu) return;
	cpu_close_engine(cpu);
	if (cpu->mem && cpu->mem->written_ctx == cpu) {
		cpu->mem->written = NULL;
		cpu->mem->windows_changed = NULL;
	}
	if (cpu->hub && cpu->hub->pc_ctx == cpu) cpu->hub->pc = NULL;
	tlb_watch_free(cpu->tlb);
	free(cpu);
}

bool cpu_has_feature(const struct cpu *cpu, const char *name)
{
	return cpuid_has_name(&cpu->features, name);
}

void cpu_signature(const struct cpu *cpu, uint32_t *eax, uint32_t *edx)
{
	const struct cpuid_now now = { .apic_enabled = true };
	struct cpuid_regs r = cpuid_leaf(&cpu->features, 1, 0, &now);

	*eax = r.eax;
	*edx = r.edx;
}

/* --- pins */

void cpu_set_intr(struct cpu *cpu, bool level)
{
	if (cpu->s.intr == level) return;
	cpu->s.intr = level;
	if (level)
		cpu_want_attention(cpu);
	else
		cpu->s.watch_if = false;
}

void cpu_set_nmi(struct cpu *cpu)
{
	cpu->s.nmi = true;
	cpu_want_attention(cpu);
}

void cpu_set_a20(struct cpu *cpu, bool enabled)
{
	if (cpu->s.a20 == enabled) return;
	cpu->s.a20 = enabled;
	cpu_flush_tlb(cpu);
	if (!enabled) tlb_watch_memory(cpu);
}

bool cpu_a20(const struct cpu *cpu) { return cpu->s.a20; }
