/* SPDX-License-Identifier: MIT */
/*
 * Measures the CPU time of a command (user + system, with its children), as the median of several
 * runs. Wall time is printed too, but means little on a busy host.
 *
 *	cputime [-n RUNS] [-u TEXT] COMMAND [ARGUMENT...]
 *	cputime -c
 *
 * With -u the command is killed as soon as TEXT appears on its standard output, so that programs
 * that end and programs that do not are measured to the same point. -c measures a fixed loop, to
 * compare figures of different machines.
 *
 * Prints one line: median CPU ms, least, greatest, median wall ms, last exit status (or -signal).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_RUNS = 101,
	DEFAULT_RUNS = 5,
	WINDOW = 8192,
	CALIBRATION_STEPS = 200 * 1000 * 1000,
	DECIMAL = 10,
};

static const double MS_PER_S = 1e3, MS_PER_US = 1e-3, MS_PER_NS = 1e-6;

struct run {
	double cpu_ms, wall_ms;
	int status;
	bool seen; /* the text appeared, or none was asked for */
};

static double timeval_ms(struct timeval t)
{
	return (double)t.tv_sec * MS_PER_S + (double)t.tv_usec * MS_PER_US;
}

static double clock_ms(clockid_t clock)
{
	struct timespec t;
	if (clock_gettime(clock, &t) != 0) return 0;
	return (double)t.tv_sec * MS_PER_S + (double)t.tv_nsec * MS_PER_NS;
}

/* Read until the end, or until the text appears. */
static bool watch(int fd, const char *text)
{
	char window[WINDOW + 1];
	size_t have = 0;
	size_t keep = strlen(text) - 1;

	for (;;) {
		ssize_t got = read(fd, window + have, WINDOW - have);
		if (got < 0 && errno == EINTR) continue;
		if (got <= 0) return false;
		have += (size_t)got;
		if (memmem(window, have, text, strlen(text))) return true;
		if (have > keep) {
			memmove(window, window + have - keep, keep);
			have = keep;
		}
	}
}

/* Uses vfork(), so that the child's time does not include a copy of our page tables. Returns its
 * pid, or -1. */
static pid_t start(char **command, int out, int unused)
{
	posix_spawn_file_actions_t actions;
	pid_t pid = -1;

	if (posix_spawn_file_actions_init(&actions) != 0) return -1;
	bool ok = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY,
						   0) == 0 &&
		  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY,
						   0) == 0;
	if (ok && out >= 0)
		ok = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) == 0 &&
		     posix_spawn_file_actions_addclose(&actions, out) == 0 &&
		     posix_spawn_file_actions_addclose(&actions, unused) == 0;
	else if (ok)
		ok = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
						      O_WRONLY, 0) == 0;
	if (!ok || posix_spawnp(&pid, command[0], &actions, NULL, command, environ) != 0) pid = -1;
	(void)posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static bool run_once(char **command, const char *text, struct run *r)
{
	int ends[2] = { -1, -1 };
	if (text && pipe(ends) != 0) return false;

	double began = clock_ms(CLOCK_MONOTONIC);
	pid_t pid = start(command, ends[1], ends[0]);
	if (pid < 0) return false;
	r->seen = true;
	if (text) {
		(void)close(ends[1]);
		r->seen = watch(ends[0], text);
		(void)kill(pid, SIGKILL);
		(void)close(ends[0]);
	}

	int status = 0;
	struct rusage usage;
	if (wait4(pid, &status, 0, &usage) != pid) return false;
	r->wall_ms = clock_ms(CLOCK_MONOTONIC) - began;
	r->cpu_ms = timeval_ms(usage.ru_utime) + timeval_ms(usage.ru_stime);
	r->status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	return true;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;
	return (x > y) - (x < y);
}

/* A chain of dependent integer operations, without memory, that a compiler cannot shorten. */
static void calibrate(void)
{
	uint64_t x = 1;
	double began = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
	for (uint32_t i = 0; i < CALIBRATION_STEPS; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
	}
	printf("%.0f (%d xorshift steps, state %016llx)\n",
	       clock_ms(CLOCK_PROCESS_CPUTIME_ID) - began, CALIBRATION_STEPS,
	       (unsigned long long)x);
}

static int measure(char **command, long runs, const char *text)
{
	double cpu[MAX_RUNS] = { 0 };
	double wall[MAX_RUNS] = { 0 };
	struct run r = { 0 };

	for (long i = 0; i < runs; i++) {
		if (!run_once(command, text, &r)) {
			(void)fprintf(stderr, "cputime: cannot run %s\n", command[0]);
			return 1;
		}
		if (!r.seen) {
			(void)fprintf(stderr, "cputime: %s ended (%d) without \"%s\"\n", command[0],
				      r.status, text);
			return 1;
		}
		cpu[i] = r.cpu_ms;
		wall[i] = r.wall_ms;
	}
	qsort(cpu, (size_t)runs, sizeof(cpu[0]), compare);
	qsort(wall, (size_t)runs, sizeof(wall[0]), compare);
	printf("%.2f %.2f %.2f %.2f %d\n", cpu[runs / 2], cpu[0], cpu[runs - 1], wall[runs / 2],
	       r.status);
	return 0;
}

int main(int argc, char **argv)
{
	long runs = DEFAULT_RUNS;
	const char *text = NULL;
	int option = 0;

	while ((option = getopt(argc, argv, "+cn:u:")) != -1) {
		switch (option) {
		case 'c': calibrate(); return 0;
		case 'n': runs = strtol(optarg, NULL, DECIMAL); break;
		case 'u': text = optarg; break;
		default: runs = 0; break;
		}
	}
	if (runs < 1 || runs > MAX_RUNS || optind >= argc || (text && *text == '\0')) {
		(void)fprintf(stderr, "usage: cputime [-n RUNS] [-u TEXT] COMMAND [ARGUMENT...]\n"
				      "       cputime -c\n");
		return 2;
	}
	return measure(argv + optind, runs, text);
}
