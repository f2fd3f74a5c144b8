/* SPDX-License-Identifier: MIT */
/* CPU time of one register access by native code: accessor, bus, register table, model, and
 * observers.
 *
 *	access [ROUNDS [SET]]
 *
 * Prints a line for each loop and each set of observers, with tabs between: loop, observers, ns per
 * access as median, least and greatest of the rounds. The sets run by turns; SET is the number of
 * the only set to run, for perf. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "harness/machine/host.h"
#include "harness/record/lint_report.h"
#include "harness/record/trace.h"
#include "harness/twin/machine.h"
#include "tests/bench/access_loop.h"

enum {
	MAX_ROUNDS = 101,
	DEFAULT_ROUNDS = 21,
	DECIMAL = 10,
	/* How often the recording is restarted, so that it stays in the caches, as in a twin test.
	 */
	CHUNK = 1024,
	CHUNKS = 256
};

enum listeners { NOBODY, DIGEST, RECORDING, TEXT, N_LISTENERS };

static const char *const listeners_name[N_LISTENERS] = {
	[NOBODY] = "none",
	[DIGEST] = "digest",
	[RECORDING] = "digest, lints, twin test's trace",
	[TEXT] = "digest, lints, trace as text",
};

struct loop {
	const char *name;
	uint32_t (*run)(struct io uart, uint32_t accesses); /* returns wrong values */
};

static const struct loop loops[] = {
	{ "scratch written and read", access_scratch },
	{ "line status read", access_line_status },
};

enum { N_LOOPS = sizeof(loops) / sizeof(loops[0]) };

struct bench {
	struct twin_machine twin;
	struct bimetal_cpu cpu;
	struct lint_report lints;
	struct trace text;
	uint32_t wrong;
	double ns[N_LOOPS][N_LISTENERS][MAX_ROUNDS];
};

static void on_fault(void *ctx, const char *place, const char *text)
{
	((struct bench *)ctx)->wrong++;
	(void)fprintf(stderr, "access: %s%s%s\n", place, place[0] ? ": " : "", text);
}

static void listen(struct bench *b, enum listeners who)
{
	struct machine *m = &b->twin.machine;
	struct observer *const all[] = { &m->digest_observer, &b->twin.lints,
					 &b->twin.trace.observer, &b->lints.observer,
					 &b->text.observer };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) hub_detach(&m->hub, all[i]);
	if (who != NOBODY) hub_attach(&m->hub, &m->digest_observer);
	if (who == RECORDING) {
		hub_attach(&m->hub, &b->twin.lints);
		hub_attach(&m->hub, &b->twin.trace.observer);
	} else if (who == TEXT) {
		hub_attach(&m->hub, &b->lints.observer);
		hub_attach(&m->hub, &b->text.observer);
	}
}

static double cpu_ns(void)
{
	struct timespec t;
	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0) return 0;
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double measure(struct bench *b, const struct loop *loop)
{
	struct io uart = io_port(&b->cpu, ACCESS_COM1);
	double began = cpu_ns();

	for (unsigned i = 0; i < CHUNKS; i++) {
		b->wrong += loop->run(uart, CHUNK);
		b->twin.trace.n = 0;
	}
	return (cpu_ns() - began) / ((double)CHUNK * CHUNKS);
}

/* Returns NULL or a message. */
static const char *prepare(struct bench *b, const char *program, FILE *text)
{
	struct twin_setup setup = twin_setup_of(NULL, NULL, NULL);
	struct machine_config config = twin_machine_config(&setup);
	const char *why = machine_host_init(&b->twin.machine, &config, &b->cpu);

	if (why) return why;
	b->twin.fail = on_fault;
	b->twin.fail_ctx = b;
	if (!twin_machine_prepare(&b->twin, program) ||
	    !twin_machine_next(&b->twin, NULL, "access.bench"))
		return b->twin.stimuli.error;
	lint_report_init(&b->lints, LINT_MODE_WARN, NULL, 0, stderr);
	trace_init(&b->text, text);
	twin_machine_begin(&b->twin);
	return NULL;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The sets from `first` up to `end`. */
static void run(struct bench *b, unsigned rounds, unsigned first, unsigned end)
{
	for (unsigned round = 0; round < rounds; round++) {
		for (unsigned who = first; who < end; who++) {
			listen(b, who);
			for (unsigned i = 0; i < N_LOOPS; i++)
				b->ns[i][who][round] = measure(b, &loops[i]);
		}
	}
}

static void print(struct bench *b, unsigned rounds, unsigned first, unsigned end)
{
	for (unsigned i = 0; i < N_LOOPS; i++) {
		for (unsigned who = first; who < end; who++) {
			double *ns = b->ns[i][who];
			qsort(ns, rounds, sizeof(*ns), compare);
			printf("%s\t%s\t%.1f\t%.1f\t%.1f\n", loops[i].name, listeners_name[who],
			       ns[rounds / 2], ns[0], ns[rounds - 1]);
		}
	}
}

int main(int argc, char **argv)
{
	static struct bench b;
	long rounds = argc > 1 ? strtol(argv[1], NULL, DECIMAL) : DEFAULT_ROUNDS;

	long set = argc > 2 ? strtol(argv[2], NULL, DECIMAL) : -1;
	unsigned first = set < 0 ? 0 : (unsigned)set;
	unsigned end = set < 0 ? N_LISTENERS : first + 1;

	if (argc > 3 || rounds < 1 || rounds > MAX_ROUNDS || set >= N_LISTENERS) {
		(void)fprintf(stderr, "usage: access [ROUNDS [SET]]\n");
		return 2;
	}
	FILE *text = fopen("/dev/null", "w");
	const char *why = text ? prepare(&b, argv[0], text) : "cannot open /dev/null";
	if (!why) {
		run(&b, (unsigned)rounds, first, end);
		print(&b, (unsigned)rounds, first, end);
		if (b.wrong) why = "wrong values were read";
	}
	twin_machine_free(&b.twin);
	if (text) (void)fclose(text);
	if (!why) return 0;
	(void)fprintf(stderr, "access: %s\n", why);
	return 1;
}
