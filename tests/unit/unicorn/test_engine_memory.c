/* SPDX-License-Identifier: MIT */
/* Where the engine's translated code lies. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/unicorn/cpu_fixture.h"

enum { CPUS = 8 };

/* The number of mappings for code that is written while it runs; `near`: those of which each byte
 * is within 31 bits of this program. */
static unsigned places(unsigned *near)
{
	const uintptr_t here = (uintptr_t)places;
	char line[512];
	unsigned n = 0;
	FILE *maps = fopen("/proc/self/maps", "r");
	require(maps != NULL);
	*near = 0;
	while (fgets(line, sizeof line, maps)) { /* start-end rights ... */
		char *rest;
		if (!strstr(line, " rwxp ")) continue;
		uintptr_t start = strtoull(line, &rest, 16);
		uintptr_t end = strtoull(rest + 1, NULL, 16);
		n++;
		if (start > here && end - here < INT32_MAX) (*near)++;
	}
	(void)fclose(maps);
	return n;
}

Test(engine_memory, translated_code_is_near_the_program)
{
	unsigned near = 0;
	check_eq(uint, places(&near), 0);
	make_cpu(false);
	unsigned all = places(&near);
	check_ge(uint, all, 1);
	check_eq(uint, near, all);
	free_cpu();
}

/* Where there is no place left, it is elsewhere. */
Test(engine_memory, any_number_of_engines_has_a_place)
{
	static const uint8_t code[] = { 0xb0, 7, 0xf4 }; /* mov al, 7; hlt */
	struct cpu *made[CPUS];
	struct cpu_regs r;
	unsigned near = 0;
	for (unsigned i = 0; i < CPUS; i++) {
		make_cpu(false);
		made[i] = cpu;
		start_protected(code, sizeof code);
		require_eq(int, cpu_run(cpu, 1000), CPU_STOP_HALTED);
		cpu_get_regs(cpu, &r);
		check_eq(u64, r.gpr[CPU_RAX], 7);
	}
	unsigned all = places(&near);
	check_ge(uint, all, near);
	check_ge(uint, near, 1);
	for (unsigned i = 0; i < CPUS; i++) cpu_free(made[i]);
	check_eq(uint, places(&near), 0);
}
