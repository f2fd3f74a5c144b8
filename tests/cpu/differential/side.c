/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "side.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness/support/files.h"

enum {
	BATCH = 4000,
	SMALL_BATCH = 16,
	SECONDS = 4,
	PROGRAMS_PER_SECOND = 200,
	MAX_DEATHS_IN_A_ROW = 10,
	PATH_BYTES = 96
};

struct files {
	char folder[PATH_BYTES - 12], module[PATH_BYTES], records[PATH_BYTES], messages[PATH_BYTES];
};

static bool files_make(struct files *f)
{
	const char *tmp = getenv("TMPDIR");
	(void)snprintf(f->folder, sizeof f->folder, "%.60s/differential.XXXXXX",
		       tmp ? tmp : "/tmp");
	if (!mkdtemp(f->folder)) {
		fprintf(stderr, "differential: no temporary folder %s: %s\n", f->folder,
			strerror(errno));
		return false;
	}
	(void)snprintf(f->module, sizeof f->module, "%.80s/programs", f->folder);
	(void)snprintf(f->records, sizeof f->records, "%.80s/records", f->folder);
	(void)snprintf(f->messages, sizeof f->messages, "%.80s/messages", f->folder);
	return true;
}

enum { MAX_FILE = 1 << 30 };

static void files_remove(const struct files *f)
{
	(void)unlink(f->module);
	(void)unlink(f->records);
	(void)unlink(f->messages);
	(void)rmdir(f->folder);
}

static bool write_file(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");
	bool ok = file && fwrite(bytes, 1, size, file) == size;
	if (file && fclose(file) != 0) ok = false;
	if (!ok) fprintf(stderr, "differential: cannot write %s: %s\n", path, strerror(errno));
	return ok;
}

static _Noreturn void start_emulator(const struct side *s, const struct files *f)
{
	char debugcon[PATH_BYTES + 16], module[PATH_BYTES + 16];
	int messages = open(f->messages, O_WRONLY | O_CREAT | O_TRUNC, 0600),
	    null = open("/dev/null", O_RDWR);

	(void)dup2(null, STDIN_FILENO);
	(void)dup2(messages, STDOUT_FILENO);
	(void)dup2(messages, STDERR_FILENO);
	if (s->qemu) {
		(void)snprintf(debugcon, sizeof debugcon, "file:%s", f->records);
		(void)execlp(s->program, s->program, "-M", "pc", "-cpu", "qemu64", "-accel", "tcg",
			     "-net", "none", "-m", "64", "-display", "none", "-serial", "none",
			     "-monitor", "none", "-no-reboot", "-device",
			     "isa-debug-exit,iobase=0xf4,iosize=4", "-debugcon", debugcon,
			     "-kernel", s->monitor, "-initrd", f->module, (char *)NULL);
	} else {
		(void)snprintf(debugcon, sizeof debugcon, "--debugcon=%s", f->records);
		(void)snprintf(module, sizeof module, "--module=%s", f->module);
		(void)execlp(s->program, s->program, "run", "--machine", "isapc", "-m", "64M",
			     "--serial", "none", "--lint", "off", "--max-time", "1000s", debugcon,
			     module, s->monitor, (char *)NULL);
	}
	fprintf(stderr, "cannot run %s: %s\n", s->program, strerror(errno));
	_exit(127);
}

/* Wait some seconds, more for many programs. Returns the status of waitpid(). */
static int wait_for(struct side *s, pid_t pid, unsigned n)
{
	const struct timespec step = { 0, 5000000 };
	int status = 0;
	for (unsigned i = 0; i < (SECONDS + n / PROGRAMS_PER_SECOND) * 200; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid) return status;
		(void)nanosleep(&step, NULL);
	}
	(void)kill(pid, SIGKILL);
	s->hangs++;
	(void)waitpid(pid, &status, 0);
	return status;
}

static void keep_last_words(struct side *s, const struct files *f, int status)
{
	uint8_t *text;
	size_t size;
	(void)file_read(f->messages, MAX_FILE, &text, &size, NULL, 0);
	size_t from = size > 400 ? size - 400 : 0;
	(void)snprintf(s->last_words, sizeof s->last_words, "%s %d: %.*s",
		       WIFSIGNALED(status) ? "signal" : "exit code",
		       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		       (int)(size - from), text ? (const char *)text + from : "");
	free(text);
}

/* Boot once. Returns how many programs have records. */
static int run_batch(struct side *s, const struct files *f, const struct program *programs,
		     unsigned n, struct outcome *outcomes)
{
	uint8_t *bytes;
	size_t size;
	if (!write_file(f->module, programs, n * sizeof *programs)) return -1;
	(void)unlink(f->records);
	pid_t pid = fork();
	if (pid == 0) start_emulator(s, f);
	if (pid < 0) return -1;
	int status = wait_for(s, pid, n);
	(void)file_read(f->records, MAX_FILE, &bytes, &size, NULL, 0);
	unsigned done = bytes ? records_read(bytes, size, programs, n, outcomes) : 0;
	free(bytes);
	s->boots++;
	if (done < n) keep_last_words(s, f, status);
	s->lost = WIFSIGNALED(status);
	return (int)done;
}

/* If a signal ends the process, records that were not written yet are lost. Smaller and smaller
 * batches find the program that caused it. */
static bool run_from(struct side *s, const struct files *f, const struct program *programs,
		     unsigned n, struct outcome *outcomes)
{
	unsigned at = 0, batch = BATCH, deaths_in_a_row = 0;
	while (at < n) {
		unsigned count = n - at < batch ? n - at : batch;
		int done = run_batch(s, f, programs + at, count, outcomes + at);
		if (done < 0) return false;
		at += (unsigned)done;
		if ((unsigned)done == count) {
			batch = batch * 2 < BATCH ? batch * 2 : BATCH;
			deaths_in_a_row = 0;
			continue;
		}
		if (s->lost && count > 1) {
			batch = count < 8 ? 1 : count / 8;
			continue;
		}
		deaths_in_a_row = done ? 0 : deaths_in_a_row + 1;
		if (deaths_in_a_row > MAX_DEATHS_IN_A_ROW && s->deaths == deaths_in_a_row - 1) {
			fprintf(stderr, "differential: %s (%s) does not run the monitor: %s\n",
				s->name, s->program, s->last_words);
			return false;
		}
		outcomes[at++].ending = ENDING_DIED;
		s->deaths++;
		/* If many programs crash the emulator, boot with smaller batches, so that the
		 * programs after a crash are not sent again too often. */
		if (!s->qemu && batch > 2 * (unsigned)done + SMALL_BATCH)
			batch = 2 * (unsigned)done + SMALL_BATCH;
	}
	return true;
}

static bool run_list(struct side *s, const struct program *programs, unsigned n,
		     struct outcome *outcomes)
{
	struct files f;
	if (!files_make(&f)) return false;
	bool ok = run_from(s, &f, programs, n, outcomes);
	files_remove(&f);
	return ok;
}

bool side_run(struct side *s, const struct program *programs, unsigned n, struct outcome *outcomes)
{
	if (!s->qemu) return run_list(s, programs, n, outcomes);
	struct program *some = calloc(n ? n : 1, sizeof *some);
	struct outcome *made = calloc(n ? n : 1, sizeof *made);
	unsigned count = 0;
	for (unsigned i = 0; some && i < n; i++)
		if (!programs[i].no_qemu) some[count++] = programs[i];
	bool ok = some && made && run_list(s, some, count, made);
	count = 0;
	for (unsigned i = 0; ok && i < n; i++)
		if (!programs[i].no_qemu) outcomes[i] = made[count++];
	free(some);
	free(made);
	return ok;
}
