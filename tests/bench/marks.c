/* SPDX-License-Identifier: MIT */
/* CPU time of marks: of making them, of going back, and of going back to run a short test.
 *
 *	marks KERNEL [ROUNDS]
 *
 * KERNEL is marks_bench. Prints a line for each, with tabs between: what, microseconds as median,
 * least and greatest of the rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "harness/command/session.h"
#include "harness/machine/mark.h"

enum { MAX_ROUNDS = 101, DEFAULT_ROUNDS = 11, DECIMAL = 10, TIMES = 2000, PASSED = 0x10 };
enum { SECOND = 1000000000, WRITTEN = 16, FULL_MIB = 384 };
static const uint64_t mib = 1 << 20, full_at = UINT64_C(64) << 20;

static struct session *session;
static struct machine *m;
static struct machine_mark *start;

static double cpu_us(void)
{
	struct timespec t;
	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0) return 0;
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static void fail(const char *why)
{
	fprintf(stderr, "marks: %s\n", why);
	exit(1);
}

/* ---- what is measured ---- */

static void go_back(void)
{
	if (!machine_restore(m, start)) fail(m->error);
}

static void run_test(void)
{
	machine_run(m, SECOND);
	if (m->s.event != MACHINE_DEBUG_EXIT || m->s.exit_value != PASSED) fail("the test failed");
}

static double restore_alone(void)
{
	double begin = cpu_us();

	for (unsigned i = 0; i < TIMES; i++) go_back();
	return (cpu_us() - begin) / TIMES;
}

static double restore_and_run(void)
{
	double begin = cpu_us();

	for (unsigned i = 0; i < TIMES; i++) {
		run_test();
		go_back();
	}
	return (cpu_us() - begin) / TIMES;
}

/* The difference of this and the last is what it costs to go back from a test. */
static double run_alone(void)
{
	double took = 0;

	for (unsigned i = 0; i < TIMES; i++) {
		double begin = cpu_us();
		run_test();
		took += cpu_us() - begin;
		go_back();
	}
	return took / TIMES;
}

static void mark_and_free(double *us)
{
	double begin = cpu_us();
	struct machine_mark *mark = machine_mark(m);

	*us = cpu_us() - begin;
	if (!mark) fail(m->error);
	machine_mark_free(m, mark);
}

static double mark_again(void)
{
	double us;

	for (unsigned i = 0; i < WRITTEN; i++)
		if (!mem_set(&m->mem, full_at + i * mib, (uint8_t)i, 1)) fail("no such memory");
	mark_and_free(&us);
	return us;
}

/* ---- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(const char *what, double (*fn)(void), unsigned rounds)
{
	double us[MAX_ROUNDS] = { 0 };

	for (unsigned i = 0; i < rounds; i++) us[i] = fn();
	qsort(us, rounds, sizeof(us[0]), by_value);
	printf("%s\t%.2f\t%.2f\t%.2f\n", what, us[rounds / 2], us[0], us[rounds - 1]);
}

/* The kernel writes to the debug console where the mark is to be. */
static void on_debug(void *ctx, uint8_t byte)
{
	(void)byte;
	machine_quit(&((struct session *)ctx)->machine);
}

static void open_kernel(char *path)
{
	char name[] = "run", quiet[] = "--quiet", serial[] = "--serial=none", memory[] = "-m512M";
	char *argv[] = { name, quiet, serial, memory, path, NULL };
	static struct run_options options;

	options_init(&options);
	if (!options_parse(&options, 5, argv, true)) fail(options.error);
	session = calloc(1, sizeof(*session));
	if (!session || !session_open(session, &options)) fail(session ? session->error : "memory");
	m = &session->machine;
	m->config.debug_tx = on_debug;
	machine_run(m, SECOND);
	if (m->s.event != MACHINE_QUIT) fail("the kernel made no mark: give marks_bench");
	m->s.event = MACHINE_RUNNING;
}

int main(int argc, char **argv)
{
	long rounds = argc > 2 ? strtol(argv[2], NULL, DECIMAL) : DEFAULT_ROUNDS;
	double us;

	if (argc < 2 || rounds < 1 || rounds > MAX_ROUNDS) {
		fprintf(stderr, "usage: marks KERNEL [ROUNDS], ROUNDS 1 to %d\n", MAX_ROUNDS);
		return 2;
	}
	open_kernel(argv[1]);
	start = machine_mark(m);
	if (!start) fail(m->error);
	measure("restore, nothing written", restore_alone, (unsigned)rounds);
	measure("the test: 16 pages of data, verdict", run_alone, (unsigned)rounds);
	measure("the test and restore", restore_and_run, (unsigned)rounds);
	if (!mem_set(&m->mem, full_at, 1, FULL_MIB * mib)) fail("no such memory");
	mark_and_free(&us);
	printf("mark, 384 MiB written\t%.2f\t%.2f\t%.2f\n", us, us, us);
	measure("mark, 16 pages written since", mark_again, (unsigned)rounds);
	session_close(session);
	free(session);
	return 0;
}
