/* SPDX-License-Identifier: MIT */
/* MSRs that do not exist, and instructions that depend on the vendor. */
#include "emu/array.h"
#include "emu/x86/lints.h"
#include "tests/unit/unicorn/cpu_fixture.h"

static struct observer watcher;
static unsigned n_unknown;
static char last_detail[128];

static void on_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	if (l->desc != &cpu_lints[CPU_LINT_UNKNOWN_MSR]) return;
	n_unknown++;
	check(l->each, "each is told");
	strncpy(last_detail, l->detail, sizeof last_detail - 1);
}

static void make(const char *spec, bool zero)
{
	cpu_spec = spec;
	unknown_msr_zero = zero;
	make_cpu(false);
	watcher = (struct observer){ .lint = on_lint };
	hub_attach(&hub, &watcher);
	n_unknown = 0;
}

/* RDMSR 12345h, WRMSR of it, RDMSR, stop. */
static const uint8_t unknown_code[] = { 0xb9, 0x45, 0x23, 0x01, 0x00, 0xb8, 0xff, 0xff,
					0xff, 0xff, 0x0f, 0x32, 0x89, 0xc3, 0x40, 0x0f,
					0x30, 0x0f, 0x32, 0xe6, 0xf4, 0xeb, 0xfe };

Test(msr, one_that_does_not_exist_is_gp_and_reported, .fini = free_cpu)
{
	make(NULL, false);
	start_protected(unknown_code, sizeof unknown_code);
	check_eq(int, (int)cpu_run(cpu, 1000000), CPU_STOP_TRIPLE_FAULT);
	check_eq(u32, n_unknown, 1);
	check(strstr(last_detail, "RDMSR of 0x12345") != NULL, "%s", last_detail);
}

Test(msr, one_that_does_not_exist_reads_zero_where_that_is_configured, .fini = free_cpu)
{
	struct cpu_regs r;
	make(NULL, true);
	start_protected(unknown_code, sizeof unknown_code);
	check_eq(int, (int)cpu_run(cpu, 1000000), CPU_STOP_REQUESTED);
	cpu_get_regs(cpu, &r);
	check_eq(u64, r.gpr[CPU_RBX], 0);
	check_eq(u64, r.gpr[CPU_RAX], 0, "what was written is gone");
	check_eq(u32, n_unknown, 3);
}

/* One instruction, then stop. */
static enum cpu_stop run(const char *spec, const uint8_t *insn, size_t size)
{
	/* OUT 0F4H, AL, and a loop */
	static const uint8_t stop_code[] = { 0xe6, PORT_STOP, 0xeb, 0xfe };
	uint8_t code[16] = { 0 };
	make(spec, false);
	memcpy(code, insn, size);
	memcpy(code + size, stop_code, sizeof stop_code);
	start_protected(code, sizeof code);
	struct cpu_regs r;
	cpu_get_regs(cpu, &r);
	r.cr4 |= 1 << 9; /* OSFXSR */
	cpu_set_regs(cpu, &r);
	enum cpu_stop stop = cpu_run(cpu, 1000000);
	free_cpu();
	return stop;
}

Test(msr, an_instruction_executes_only_where_cpuid_has_it)
{
	static const uint8_t haddps[] = { 0xf2, 0x0f, 0x7c, 0xc0 }, paddb[] = { 0x0f, 0xfc, 0xc1 },
			     rdtsc[] = { 0x0f, 0x31 };
	static const uint8_t pfadd[] = { 0x0f, 0x0f, 0xc8, 0x9e },
			     pcmpgtq[] = { 0x66, 0x0f, 0x38, 0x37, 0xc8 },
			     popcnt[] = { 0xf3, 0x0f, 0xb8, 0xc8 };
	static const struct {
		const char *spec;
		const uint8_t *insn;
		size_t size;
		bool there;
	} row[] = {
		{ "amd", haddps, sizeof haddps, true },
		{ "-sse3", haddps, sizeof haddps, false },
		{ "amd", paddb, sizeof paddb, true },
		{ "-mmx", paddb, sizeof paddb, false },
		{ "amd", rdtsc, sizeof rdtsc, true },
		{ "-tsc", rdtsc, sizeof rdtsc, false },
		{ "amd", pfadd, sizeof pfadd, true },
		{ "amd,-3dnow", pfadd, sizeof pfadd, false },
		{ "intel", pfadd, sizeof pfadd, false },
		{ "amd", pcmpgtq, sizeof pcmpgtq, false },
		{ "amd,+sse4.2", pcmpgtq, sizeof pcmpgtq, true },
		{ "intel", pcmpgtq, sizeof pcmpgtq, true },
		{ "intel,-sse4.2", pcmpgtq, sizeof pcmpgtq, false },
		{ "intel", popcnt, sizeof popcnt, true },
		{ "intel,-popcnt", popcnt, sizeof popcnt, false },
	};
	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		check_eq(int, (int)run(row[i].spec, row[i].insn, row[i].size),
			 row[i].there ? CPU_STOP_REQUESTED : CPU_STOP_TRIPLE_FAULT, "row %zu", i);
}

Test(msr, edx_holds_the_identity_after_reset, .fini = free_cpu)
{
	struct cpu_regs r;
	make("intel", false);
	cpu_get_regs(cpu, &r);
	check_eq(u64, r.gpr[CPU_RDX], 0x206c2);
	free_cpu();
	make("amd", false);
	cpu_get_regs(cpu, &r);
	check_eq(u64, r.gpr[CPU_RDX], 0x60fb1);
}
