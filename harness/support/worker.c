/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness/support/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "emu/units.h"

enum { PROGRESS_MS = 100, MAX_JOBS = 64, OUTPUT_MAX = 1 << 20 };

/* With a leak checker: prints what was lost; not 0: something was. */
__attribute__((weak)) int __lsan_do_recoverable_leak_check(void);
/* Where coverage of code is measured: writes it, which exit() would do. */
__attribute__((weak)) void __gcov_dump(void);

/* Whose a test is: nobody's yet, a worker's (its number from 0, and FIRST), or it has a result. A
 * worker that ends has left at most one of its own without a result. */
enum { NOBODYS, FIRST, HAS_RESULT = FIRST + MAX_JOBS };

/* Shared by all. */
struct shared {
	atomic_bool ended; /* begin no other test */
	atomic_uchar whose[];
};

/* Shared by the caller and one worker: what that does now. */
struct slot {
	atomic_bool begun; /* begin() has returned */
	atomic_bool runs;  /* `test` does, since began_ns */
	atomic_size_t test;
	_Atomic(uint64_t) began_ns;
	size_t before; /* tests that ran in the worker before it */
	off_t output;  /* where its output begins */
};

/* Sent by a worker when a test has ended. */
struct record {
	size_t test;
	uint64_t ns;
	off_t from, to; /* its output */
	enum worker_verdict verdict;
	bool leaked, first; /* the first in its worker */
};

struct worker {
	pid_t pid;        /* 0: there is none */
	unsigned char me; /* in shared.whose */
	int pipe;         /* records come out of it */
	int output;       /* a file in memory */
	struct slot *slot;
	bool killed; /* because test `late` had run for too long */
	size_t late;
};

struct run {
	const struct worker_job *job;
	struct shared *shared;
	struct worker worker[MAX_JOBS];
	unsigned n_workers;
	bool refused; /* the host did, and errno says why */
	char *text;   /* output of the last result */
};

static uint64_t now_ns(void)
{
	struct timespec t = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static void *share(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* ---- in the worker ---- */

static void write_record(int to, const struct record *r)
{
	/* Shorter than PIPE_BUF, so all of it or nothing. The caller has gone if it fails. */
	if (write(to, r, sizeof(*r)) != (ssize_t)sizeof(*r)) _exit(0);
}

static _Noreturn void leave(void)
{
	fflush(NULL);
	if (__gcov_dump) __gcov_dump();
	_exit(0);
}

static bool is_over(const struct worker_job *job, const struct record *r)
{
	/* What is lost would be found after each test. */
	if (r->leaked || job->life == WORKER_ENDS_AFTER_EACH) return true;
	return job->life == WORKER_ENDS_AFTER_FAILURE && r->verdict == WORKER_FAILED;
}

static void run_one(const struct worker_job *job, struct shared *shared, const struct worker *w,
		    int to, size_t test)
{
	struct slot *slot = w->slot;
	struct record r = { .test = test, .first = slot->before == 0 };

	r.from = lseek(w->output, 0, SEEK_END);
	atomic_store(&slot->test, test);
	slot->output = r.from;
	atomic_store(&slot->began_ns, now_ns());
	atomic_store(&slot->runs, true);
	r.verdict = job->run(job->ctx, test);
	fflush(NULL);
	if (__lsan_do_recoverable_leak_check) r.leaked = __lsan_do_recoverable_leak_check() != 0;
	r.ns = now_ns() - slot->began_ns;
	r.to = lseek(w->output, 0, SEEK_END);
	atomic_store(&slot->runs, false);
	if (job->fail_fast && (r.leaked || r.verdict == WORKER_FAILED))
		atomic_store(&shared->ended, true);
	slot->before++;
	write_record(to, &r);
	if (is_over(job, &r)) leave();
}

/* Take the first test from `*from` on that is nobody's. */
static bool take_test(const struct worker_job *job, struct shared *shared, unsigned char me,
		      size_t *from)
{
	for (; *from < job->n && !atomic_load(&shared->ended); (*from)++) {
		unsigned char nobody = NOBODYS;
		if (atomic_compare_exchange_strong(&shared->whose[*from], &nobody, me)) return true;
	}
	return false;
}

static _Noreturn void work(const struct worker_job *job, struct shared *shared,
			   const struct worker *w, int to)
{
	size_t test = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(w->output, STDOUT_FILENO);
	dup2(w->output, STDERR_FILENO);
	setvbuf(stdout, NULL, _IOLBF, 0); /* so that a death loses no line */
	if (job->begin) job->begin(job->ctx);
	fflush(NULL);
	atomic_store(&w->slot->begun, true);
	while (take_test(job, shared, w->me, &test)) run_one(job, shared, w, to, test);
	leave();
}

/* ---- in the caller's process ---- */

static bool start(struct run *r, struct worker *w)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0) return false;
	if (ftruncate(w->output, 0) != 0 || lseek(w->output, 0, SEEK_SET) != 0) return false;
	atomic_store(&w->slot->begun, false);
	atomic_store(&w->slot->runs, false);
	w->slot->output = 0;
	w->slot->before = 0;
	w->killed = false;
	fflush(NULL);
	w->pid = fork();
	if (w->pid == 0) {
		close(ends[0]);
		work(r->job, r->shared, w, ends[1]);
	}
	close(ends[1]);
	w->pipe = ends[0];
	if (w->pid > 0) return true;
	w->pid = 0;
	close(w->pipe);
	return false;
}

/* Read [from, to) of its output; the end of what is too much, which says why it ended. */
static void read_output(struct run *r, const struct worker *w, off_t from, off_t to,
			struct worker_result *result)
{
	ssize_t n;

	if (to - from > OUTPUT_MAX) from = to - OUTPUT_MAX;
	free(r->text);
	r->text = malloc((size_t)(to - from) + 1);
	n = r->text ? pread(w->output, r->text, (size_t)(to - from), from) : 0;
	result->output = r->text;
	result->output_size = n > 0 ? (size_t)n : 0;
}

static bool run_alone(const struct worker_job *job, size_t test, bool *fails);

/* `first`: it was the first in its worker, and so it was alone. */
static bool tell(struct run *r, struct worker_result *result, bool first)
{
	bool ok = true;

	if (result->verdict == WORKER_FAILED) {
		if (r->job->fail_fast) atomic_store(&r->shared->ended, true);
		result->again = r->job->again;
		result->fails_alone = r->job->again && first;
		if (r->job->again && !first)
			ok = run_alone(r->job, result->test, &result->fails_alone);
	}
	r->job->done(r->job->ctx, result);
	return ok;
}

static bool take_record(struct run *r, const struct worker *w, const struct record *record)
{
	struct worker_result result = { .test = record->test,
					.verdict = record->verdict,
					.ns = record->ns };

	if (record->leaked) {
		result.verdict = WORKER_FAILED;
		result.end = WORKER_LEAKED;
	}
	atomic_store(&r->shared->whose[record->test], HAS_RESULT);
	read_output(r, w, record->from, record->to, &result);
	return tell(r, &result, record->first);
}

static size_t first_of(const struct run *r, unsigned char whose)
{
	size_t i = 0;

	while (i < r->job->n && atomic_load(&r->shared->whose[i]) != whose) i++;
	return i;
}

static bool tests_remain(const struct run *r)
{
	return !atomic_load(&r->shared->ended) && first_of(r, NOBODYS) < r->job->n;
}

/* `test` ended its worker. */
static bool take_end(struct run *r, const struct worker *w, size_t test, int status)
{
	struct worker_result result = { .test = test, .verdict = WORKER_FAILED };

	atomic_store(&r->shared->whose[test], HAS_RESULT);
	result.ns = now_ns() - atomic_load(&w->slot->began_ns);
	result.end = w->killed             ? WORKER_TIMED_OUT
		     : WIFSIGNALED(status) ? WORKER_SIGNALLED
					   : WORKER_EXITED;
	result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	read_output(r, w, w->slot->output, lseek(w->output, 0, SEEK_END), &result);
	return tell(r, &result, w->slot->before == 0);
}

/* The worker has gone. If it was at a test, that is why; but if the test before that one was late
 * and ended in the meantime, the test is innocent, and another worker takes it. */
static bool take_death(struct run *r, struct worker *w)
{
	size_t test = first_of(r, w->me);
	int status = 0;

	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR) continue;
	close(w->pipe);
	w->pid = 0;
	if (test == r->job->n) return true;
	if (!w->killed || test == w->late) return take_end(r, w, test, status);
	atomic_store(&r->shared->whose[test], NOBODYS);
	return true;
}

/* A record, or the worker's end. False: the host refused. */
static bool hear(struct run *r, struct worker *w)
{
	struct record record;
	ssize_t n = read(w->pipe, &record, sizeof(record));

	if (n == (ssize_t)sizeof(record)) return take_record(r, w, &record);
	if (n < 0 && errno == EINTR) return true;
	if (!take_death(r, w)) return false;
	if (!tests_remain(r)) return true;
	if (atomic_load(&w->slot->begun)) return start(r, w);
	errno = ECHILD; /* another one would end in begin() too, for ever */
	return false;
}

/* The time now is asked last: a test that began later would seem to run for ever. */
static bool is_late(const struct worker *w, uint64_t limit_ns, size_t *test)
{
	uint64_t began;

	*test = atomic_load(&w->slot->test);
	if (!atomic_load(&w->slot->runs)) return false;
	began = atomic_load(&w->slot->began_ns);
	return *test == atomic_load(&w->slot->test) && now_ns() - began >= limit_ns;
}

static void kill_late(struct run *r)
{
	uint64_t limit = r->job->limit_ms * UINT64_C(1000000);

	for (unsigned i = 0; limit && i < r->n_workers; i++) {
		struct worker *w = &r->worker[i];
		if (!w->pid || w->killed || !is_late(w, limit, &w->late)) continue;
		w->killed = true;
		kill(w->pid, SIGKILL);
	}
}

static void progress(const struct run *r)
{
	size_t tests[MAX_JOBS], n = 0;

	for (unsigned i = 0; i < r->n_workers; i++)
		if (r->worker[i].pid && atomic_load(&r->worker[i].slot->runs))
			tests[n++] = r->worker[i].slot->test;
	if (r->job->progress) r->job->progress(r->job->ctx, tests, n);
}

/* Wait for one of the workers. False: none is left, or the host refuses. */
static bool step(struct run *r)
{
	struct pollfd fds[MAX_JOBS];
	struct worker *of[MAX_JOBS];
	nfds_t n = 0;

	for (unsigned i = 0; i < r->n_workers; i++) {
		if (!r->worker[i].pid) continue;
		of[n] = &r->worker[i];
		fds[n++] = (struct pollfd){ .fd = r->worker[i].pipe, .events = POLLIN };
	}
	if (!n) return false;
	if (poll(fds, n, PROGRESS_MS) == 0) progress(r);
	kill_late(r);
	for (nfds_t i = 0; i < n; i++)
		if (fds[i].revents && !hear(r, of[i])) r->refused = true;
	return !r->refused && !(r->job->stop && *r->job->stop);
}

static bool make_worker(struct run *r)
{
	struct worker *w = &r->worker[r->n_workers];

	w->output = memfd_create("output", MFD_CLOEXEC);
	w->slot = share(sizeof(*w->slot));
	if (w->output < 0 || !w->slot) return false;
	w->me = (unsigned char)(FIRST + r->n_workers++);
	return start(r, w);
}

static void end_workers(struct run *r)
{
	for (unsigned i = 0; i < MAX_JOBS; i++) {
		struct worker *w = &r->worker[i];
		if (w->pid) {
			kill(w->pid, SIGKILL);
			while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR) continue;
			close(w->pipe);
		}
		if (w->slot) munmap(w->slot, sizeof(*w->slot));
		if (w->output > 0) close(w->output);
	}
	free(r->text);
}

bool worker_run(const struct worker_job *job)
{
	size_t size = sizeof(struct shared) + job->n;
	struct run r = { .job = job, .shared = share(size) };
	unsigned jobs = job->jobs ? job->jobs : 1;
	int why;

	r.refused = !r.shared;
	if (jobs > MAX_JOBS) jobs = MAX_JOBS;
	if (jobs > job->n) jobs = (unsigned)job->n;
	for (unsigned i = 0; !r.refused && i < jobs; i++) r.refused = !make_worker(&r);
	while (!r.refused && step(&r)) continue;
	why = errno;
	end_workers(&r);
	if (r.shared) munmap(r.shared, size);
	errno = why;
	return !r.refused;
}

/* ---- once more ---- */

struct alone {
	const struct worker_job *job;
	size_t test;
	bool fails;
};

static enum worker_verdict alone_run(void *ctx, size_t test)
{
	const struct alone *a = ctx;

	(void)test;
	return a->job->run(a->job->ctx, a->test);
}

static void alone_begin(void *ctx)
{
	const struct alone *a = ctx;

	if (a->job->begin) a->job->begin(a->job->ctx);
}

static void alone_done(void *ctx, const struct worker_result *result)
{
	((struct alone *)ctx)->fails = result->verdict == WORKER_FAILED;
}

static bool run_alone(const struct worker_job *job, size_t test, bool *fails)
{
	struct alone a = { .job = job, .test = test };
	const struct worker_job one = { .n = 1,
					.run = alone_run,
					.begin = alone_begin,
					.done = alone_done,
					.ctx = &a,
					.limit_ms = job->limit_ms,
					.stop = job->stop };
	bool ok = worker_run(&one);

	*fails = a.fails;
	return ok;
}
