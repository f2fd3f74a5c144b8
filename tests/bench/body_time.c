/* SPDX-License-Identifier: MIT */
/* Measures the bodies of native twin tests: linked into their program, these functions wrap those
 * that a test calls around its body (ld --wrap). Each test adds a line to the file that the
 * environment variable BODY_TIMES names: suite.name, CPU ms of its body, CPU ms of making its
 * machine. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "harness/machine/host.h"
#include "harness/twin/machine.h"

#define REAL(function) __asm__("__real_" #function)
#define WRAP(function) __asm__("__wrap_" #function)

typeof(machine_host_init) real_init REAL(machine_host_init), wrap_init WRAP(machine_host_init);
typeof(twin_machine_prepare) real_prepare REAL(twin_machine_prepare), wrap_prepare
	WRAP(twin_machine_prepare);
typeof(twin_machine_begin) real_begin REAL(twin_machine_begin), wrap_begin WRAP(twin_machine_begin);
typeof(twin_machine_end) real_end REAL(twin_machine_end), wrap_end WRAP(twin_machine_end);

/* One set of globals is enough, as Criterion runs each test in its own process. */
static char name[256];
static double made_ms, began_ms;

/* The time of this thread, as Criterion has another one. */
static double cpu_ms(void)
{
	struct timespec t;
	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) != 0) return 0;
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

const char *wrap_init(struct machine *m, const struct machine_config *config,
		      struct bimetal_cpu *cpu)
{
	double began = cpu_ms();
	const char *why = real_init(m, config, cpu);

	made_ms = cpu_ms() - began;
	return why;
}

bool wrap_prepare(struct twin_machine *t, const char *program, const char *stimuli,
		  const char *test)
{
	(void)snprintf(name, sizeof(name), "%s", test);
	return real_prepare(t, program, stimuli, test);
}

void wrap_begin(struct twin_machine *t)
{
	real_begin(t);
	began_ms = cpu_ms();
}

void wrap_end(struct twin_machine *t)
{
	double body_ms = cpu_ms() - began_ms;
	const char *path = getenv("BODY_TIMES");
	FILE *out = path ? fopen(path, "a") : NULL;

	real_end(t);
	if (!out) return;
	(void)fprintf(out, "%s %.4f %.4f %zu\n", name, body_ms, made_ms, t->trace.n);
	(void)fclose(out);
}
