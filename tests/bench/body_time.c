/* SPDX-License-Identifier: MIT */
/* Measures the bodies of native twin tests: linked into their program, these functions wrap those
 * that a test calls around its body (ld --wrap). Each test adds a line to the file that the
 * environment variable BODY_TIMES names: suite.name, CPU ms of its body, CPU ms of what came before
 * it since the last body, number of accesses. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "harness/twin/machine.h"

#define REAL(function) __asm__("__real_" #function)
#define WRAP(function) __asm__("__wrap_" #function)

typeof(twin_machine_next) real_next REAL(twin_machine_next), wrap_next WRAP(twin_machine_next);
typeof(twin_machine_begin) real_begin REAL(twin_machine_begin), wrap_begin WRAP(twin_machine_begin);
typeof(twin_machine_end) real_end REAL(twin_machine_end), wrap_end WRAP(twin_machine_end);

/* Not variables: those of the user's code are put back for each test. */
static struct times {
	char name[256];
	double began_ms, ended_ms, before_ms;
} * times;

__attribute__((constructor)) static void make(void) { times = calloc(1, sizeof(*times)); }

static double cpu_ms(void)
{
	struct timespec t;
	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0) return 0;
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

bool wrap_next(struct twin_machine *t, const char *stimuli, const char *test)
{
	(void)snprintf(times->name, sizeof(times->name), "%s", test);
	return real_next(t, stimuli, test);
}

void wrap_begin(struct twin_machine *t)
{
	real_begin(t);
	times->began_ms = cpu_ms();
	times->before_ms = times->began_ms - times->ended_ms;
}

void wrap_end(struct twin_machine *t)
{
	double body_ms = cpu_ms() - times->began_ms;
	const char *path = getenv("BODY_TIMES");
	FILE *out = path ? fopen(path, "a") : NULL;

	if (out) {
		(void)fprintf(out, "%s %.4f %.4f %zu\n", times->name, body_ms, times->before_ms,
			      t->trace.n);
		(void)fclose(out);
	}
	times->ended_ms = cpu_ms();
	real_end(t);
}
