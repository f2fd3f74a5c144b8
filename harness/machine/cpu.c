/* SPDX-License-Identifier: MIT */
#include "harness/machine/cpu.h"

static bool usable_memory(void *ctx, uint64_t pa)
{
	const struct machine *m = ctx;
	struct memory_map map;

	memory_map_with(&map, &m->mem, &m->firmware);
	for (size_t i = 0; i < map.n; i++)
		if (pa >= map.range[i].base && pa - map.range[i].base < map.range[i].size)
			return map.range[i].type == MEMORY_AVAILABLE ||
			       map.range[i].type == MEMORY_ACPI_RECLAIMABLE;
	return false;
}

static const char *make_cpu(struct machine *m, const struct x86_pins *pins)
{
	struct cpu_config config = { .mem = &m->mem,
				     .bus = &m->bus,
				     .clock = &m->clock,
				     .hub = &m->hub,
				     .pins = *pins,
				     .features = m->config.cpu_features,
				     .unknown_msr_zero = m->config.unknown_msr_zero,
				     .step = m->config.step,
				     .tlb = m->config.tlb,
				     .usable_memory = usable_memory,
				     .usable_memory_ctx = m };

	m->cpu = cpu_new(&config, m->error, sizeof(m->error));
	if (!m->cpu) return m->error;
	m->processor = cpu_processor(m->cpu);
	return NULL;
}

const char *machine_init(struct machine *m, const struct machine_config *config)
{
	return machine_build(m, config, make_cpu);
}
