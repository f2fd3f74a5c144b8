/* SPDX-License-Identifier: MIT */
#include "harness/machine/cpu.h"

static bool is_usable(const struct memory_map *map, uint64_t pa)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct memory_range *r = &map->range[i];
		if (pa < r->base || pa - r->base >= r->size) continue;
		return r->type == MEMORY_AVAILABLE || r->type == MEMORY_ACPI_RECLAIMABLE;
	}
	return false;
}

static bool usable_memory(void *ctx, uint64_t page)
{
	const struct machine *m = ctx;
	struct memory_map map;

	memory_map_with(&map, &m->mem, &m->firmware);
	return is_usable(&map, page) && is_usable(&map, page + MEM_PAGE - 1);
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
