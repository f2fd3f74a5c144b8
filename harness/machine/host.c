/* SPDX-License-Identifier: MIT */
#include "harness/machine/host.h"

#include "emu/x86/msr_numbers.h"

/* SDM Vol. 3A 10.4.3: while it is disabled, CPUID reports no local APIC. */
static bool apic_enabled(const struct machine *m)
{
	enum { APIC_BASE_ENABLE = 1 << 11 };
	uint64_t base = 0;

	return m->pins.msr_read && m->pins.msr_read(m->pins.ctx, MSR_APIC_BASE, &base) &&
	       base & APIC_BASE_ENABLE;
}

static struct host_cpuid host_cpuid(void *ctx, uint32_t leaf, uint32_t subleaf)
{
	const struct machine *m = ctx;
	struct cpuid_now now = { .apic_enabled = apic_enabled(m), .long_code = true };
	struct cpuid_regs r = cpuid_leaf(&m->host_features, leaf, subleaf, &now);

	return (struct host_cpuid){ .eax = r.eax, .ebx = r.ebx, .ecx = r.ecx, .edx = r.edx };
}

static bool has_feature(void *ctx, const char *name)
{
	return cpuid_has_name(&((struct machine *)ctx)->host_features, name);
}

/* What the machine's configuration says about its processor. */
static void describe(struct machine *m, struct bimetal_cpu *cpu)
{
	cpu->cpuid = host_cpuid;
	cpu->has_feature = has_feature;
	cpu->model_ctx = m;
}

static const char *make_host(struct machine *m, const struct x86_pins *pins)
{
	struct bimetal_cpu *cpu = m->config.host;

	if (!cpuid_parse(m->config.cpu_features, &m->host_features, m->error, sizeof(m->error)))
		return m->error;
	host_cpu_init(cpu, &m->bus, &m->clock, &m->mem, pins);
	describe(m, cpu);
	m->processor = host_cpu_processor(cpu);
	return NULL;
}

bool machine_host_attach(struct machine *m, struct bimetal_cpu *cpu)
{
	if (!m->processor.ops || !m->processor.ops->get_regs) return false;
	if (!cpuid_parse(m->config.cpu_features, &m->host_features, m->error, sizeof(m->error)))
		return false;
	host_cpu_init(cpu, &m->bus, &m->clock, &m->mem, &m->pins);
	describe(m, cpu);
	host_cpu_stand_for(cpu, &m->processor);
	return true;
}

const char *machine_host_init(struct machine *m, const struct machine_config *config,
			      struct bimetal_cpu *cpu)
{
	struct machine_config mine = *config;

	mine.host = cpu;
	return machine_build(m, &mine, make_host);
}
