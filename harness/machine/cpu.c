/* SPDX-License-Identifier: MIT */
#include "harness/machine/cpu.h"

static const char *make_cpu(struct machine *m, const struct x86_pins *pins)
{
	struct cpu_config config = { .mem = &m->mem,
				     .bus = &m->bus,
				     .clock = &m->clock,
				     .hub = &m->hub,
				     .pins = *pins,
				     .features = m->config.cpu_features,
				     .unknown_msr_zero = m->config.unknown_msr_zero,
				     .step = m->config.step };

	m->cpu = cpu_new(&config, m->error, sizeof(m->error));
	if (!m->cpu) return m->error;
	m->processor = cpu_processor(m->cpu);
	return NULL;
}

const char *machine_init(struct machine *m, const struct machine_config *config)
{
	return machine_build(m, config, make_cpu);
}
