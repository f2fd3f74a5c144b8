/* SPDX-License-Identifier: MIT */
#include "harness/machine_host.h"

static const char *make_host(struct machine *m, const struct cpu_pins *pins)
{
	struct host_cpu *cpu = m->config.host;

	host_cpu_init(cpu, &m->bus, &m->clock, &m->mem, pins);
	m->processor = host_cpu_processor(cpu);
	return NULL;
}

const char *machine_host_init(struct machine *m, const struct machine_config *config,
			      struct host_cpu *cpu)
{
	struct machine_config mine = *config;

	mine.host = cpu;
	return machine_build(m, &mine, make_host);
}
