/* SPDX-License-Identifier: MIT */
/* exact [-f] COUNT SEED FILE...: for each image, on each machine, that a run from a mark is the run
 * that was. One run is made without marks. In a second one, marks are made at COUNT random moments;
 * it must end with the same digest. Then each mark is restored, in random order, and must lead to
 * that end too. With -f each mark is also saved to a file, from which another process runs.
 * exact [-f] COUNT SEED -- OPTION...: the same for one run with these options of `bimetal run`.
 * exact -l FILE OPTION...: run from the mark in FILE, and print how it ends. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emu/units.h"
#include "harness/command/session.h"
#include "harness/machine/mark_file.h"

enum { MAX_MARKS = 1000, MAX_WORDS = 64 };

/* How a run ended. */
struct end {
	enum cpu_stop stop;
	enum machine_event event;
	uint64_t ns;
	char digest[33];
};

struct plan {
	const struct run_options *options;
	char **argv; /* they were parsed from these */
	int argc;
	bool files;
	char name[256];
	unsigned count;
	uint64_t random; /* the state of a generator */
};

static unsigned faults, runs;

static uint64_t next_random(struct plan *plan)
{
	/* SplitMix64 (Steele et al. 2014). */
	uint64_t z = plan->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

__attribute__((format(printf, 2, 3))) static void fault(const struct plan *plan, const char *format,
							...)
{
	va_list args;

	faults++;
	printf("%s: ", plan->name);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static struct session *open_session(struct plan *plan)
{
	struct session *s = calloc(1, sizeof(*s));

	if (s && session_open(s, plan->options)) return s;
	fault(plan, "%s", s ? s->error : "out of memory");
	if (s) session_close(s);
	free(s);
	return NULL;
}

static void close_session(struct session *s)
{
	session_close(s);
	free(s);
}

static struct end end_of(struct machine *m, enum cpu_stop stop)
{
	struct end end = { .stop = stop };

	end.event = m->s.event;
	end.ns = clock_now(&m->clock);
	machine_digest(m, end.digest);
	return end;
}

static struct end run_to_end(struct machine *m, const struct plan *plan)
{
	return end_of(m, machine_run(m, plan->options->max_time_ns));
}

static void compare(const struct plan *plan, const char *what, uint64_t at_ns, const struct end *a,
		    const struct end *b)
{
	runs++;
	if (a->stop == b->stop && a->event == b->event && a->ns == b->ns &&
	    strcmp(a->digest, b->digest) == 0)
		return;
	fault(plan,
	      "%s %" PRIu64 " ns differs: stop %d event %d at %" PRIu64
	      " ns, digest %s; it was %d %d "
	      "%" PRIu64 " %s",
	      what, at_ns, b->stop, b->event, b->ns, b->digest, a->stop, a->event, a->ns,
	      a->digest);
}

/* ---- in another process ---- */

static bool print_end(struct end *end, char text[], size_t size)
{
	int n = snprintf(text, size, "%d %d %" PRIu64 " %s", (int)end->stop, (int)end->event,
			 end->ns, end->digest);

	return n > 0 && (size_t)n < size;
}

/* In the child: this program, from the mark in a file. */
_Noreturn static void be_other(const struct plan *plan, char *file, int out)
{
	char program[] = "exact", option[] = "-l", *argv[MAX_WORDS] = { program, option, file };
	int n = 3;

	for (int i = 1; i < plan->argc && n < MAX_WORDS - 1; i++) argv[n++] = plan->argv[i];
	if (dup2(out, STDOUT_FILENO) >= 0) execv("/proc/self/exe", argv);
	_exit(1);
}

/* Run from the mark in a file, in another process, and read the line that it prints. */
static bool run_other(const struct plan *plan, char *file, char line[], size_t size)
{
	int ends[2];
	ssize_t n = 0;
	pid_t pid;

	fflush(stdout);
	if (pipe(ends) != 0) return false;
	pid = fork();
	if (pid == 0) be_other(plan, file, ends[1]);
	close(ends[1]);
	if (pid > 0) n = read(ends[0], line, size - 1);
	close(ends[0]);
	if (pid > 0) waitpid(pid, NULL, 0);
	line[n > 0 ? n : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return n > 0;
}

static void through_file(const struct plan *plan, struct machine *m,
			 const struct machine_mark *mark, uint64_t at_ns, const struct end *wanted)
{
	char file[64], now[128] = "", then[128];
	struct end end = *wanted;

	snprintf(file, sizeof(file), "/tmp/exact.%d.mark", (int)getpid());
	runs++;
	if (!machine_mark_save(m, mark, file)) {
		fault(plan, "%s", m->error);
		return;
	}
	if (!run_other(plan, file, now, sizeof(now)))
		fault(plan, "no answer from the mark at %" PRIu64, at_ns);
	if (print_end(&end, then, sizeof(then)) && strcmp(now, then) != 0)
		fault(plan, "through a file, from %" PRIu64 " ns: %s; it was %s", at_ns, now, then);
	remove(file);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void restore_all(struct plan *plan, struct machine *m, struct machine_mark **mark,
			const uint64_t *at, unsigned n, const struct end *wanted)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned k = (unsigned)(next_random(plan) % n);
		struct end end;
		if (!machine_restore(m, mark[k])) {
			fault(plan, "%s", m->error);
			return;
		}
		end = run_to_end(m, plan);
		compare(plan, "the run from the mark at", at[k], wanted, &end);
		if (plan->files) through_file(plan, m, mark[k], at[k], wanted);
	}
}

static void with_marks(struct plan *plan, const struct end *wanted)
{
	struct machine_mark *mark[MAX_MARKS];
	uint64_t at[MAX_MARKS];
	struct session *s = open_session(plan);
	enum cpu_stop stop = CPU_STOP_TIME;
	unsigned n = 0;
	struct end end;

	if (!s) return;
	for (unsigned i = 0; i < plan->count; i++) at[i] = next_random(plan) % (wanted->ns + 1);
	qsort(at, plan->count, sizeof(at[0]), by_value);
	while (n < plan->count) {
		stop = machine_run(&s->machine, at[n]);
		if (stop != CPU_STOP_TIME) break;
		mark[n] = machine_mark(&s->machine);
		if (!mark[n]) {
			fault(plan, "%s", s->machine.error);
			break;
		}
		n++;
	}
	end = stop == CPU_STOP_TIME ? run_to_end(&s->machine, plan) : end_of(&s->machine, stop);
	compare(plan, "the run with marks, the last at", n ? at[n - 1] : 0, wanted, &end);
	restore_all(plan, &s->machine, mark, at, n, wanted);
	close_session(s);
}

static void check(struct plan *plan, const struct run_options *options)
{
	struct session *s;
	struct end end;

	plan->options = options;
	s = open_session(plan);
	if (!s) return;
	end = run_to_end(&s->machine, plan);
	close_session(s);
	with_marks(plan, &end);
}

/* Options are strings that the parser may cut. */
static bool parse(struct run_options *o, int argc, char **argv)
{
	options_init(o);
	if (options_parse(o, argc, argv, true)) return true;
	printf("exact: %s\n", o->error);
	return false;
}

static void check_image(struct plan *plan, const char *machine, char *image)
{
	char name[] = "run", machine_is[32], quiet[] = "--quiet", serial[] = "--serial=none",
	     lint[] = "--lint=off", tlb[] = "--tlb=stale", time[] = "--max-time=100ms";
	char *argv[] = { name, quiet, serial, lint, tlb, time, machine_is, image, NULL };
	struct run_options o;

	snprintf(machine_is, sizeof(machine_is), "--machine=%s", machine);
	snprintf(plan->name, sizeof(plan->name), "%s on %s", image, machine);
	if (!parse(&o, 8, argv)) {
		faults++;
		return;
	}
	plan->argv = argv;
	plan->argc = 8;
	check(plan, &o);
}

static void check_options(struct plan *plan, int argc, char **argv)
{
	struct run_options o;

	snprintf(plan->name, sizeof(plan->name), "%s", argv[argc - 1]);
	if (!parse(&o, argc, argv)) {
		faults++;
		return;
	}
	plan->argv = argv;
	plan->argc = argc;
	check(plan, &o);
}

static int run_from_file(const char *file, int argc, char **argv)
{
	struct plan plan = { .argv = argv, .argc = argc };
	struct machine_mark *mark;
	struct run_options o;
	struct session *s;
	struct end end;
	char text[128];

	if (!parse(&o, argc, argv)) return 1;
	plan.options = &o;
	s = open_session(&plan);
	if (!s) return 1;
	mark = machine_mark_load(&s->machine, file);
	if (!mark || !machine_restore(&s->machine, mark)) {
		printf("%s\n", s->machine.error);
		return 1;
	}
	end = run_to_end(&s->machine, &plan);
	if (print_end(&end, text, sizeof(text))) puts(text);
	close_session(s);
	return 0;
}

int main(int argc, char **argv)
{
	struct plan plan = { 0 };

	if (argc > 3 && strcmp(argv[1], "-l") == 0)
		return run_from_file(argv[2], argc - 2, argv + 2);
	if (argc > 1 && strcmp(argv[1], "-f") == 0) {
		plan.files = true;
		argc--;
		argv++;
	}
	if (argc < 4) {
		fputs("usage: exact [-f] COUNT SEED FILE... | exact [-f] COUNT SEED -- OPTION...\n",
		      stderr);
		return 2;
	}
	plan.count = (unsigned)strtoul(argv[1], NULL, 0);
	if (plan.count > MAX_MARKS) plan.count = MAX_MARKS;
	plan.random = strtoull(argv[2], NULL, 0);
	if (strcmp(argv[3], "--") == 0) {
		check_options(&plan, argc - 3, argv + 3);
	} else {
		for (int i = 3; i < argc; i++) {
			check_image(&plan, "isapc", argv[i]);
			check_image(&plan, "pc", argv[i]);
		}
	}
	printf("%u runs from marks, %u faults\n", runs, faults);
	return faults ? 1 : 0;
}
