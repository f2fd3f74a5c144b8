/* SPDX-License-Identifier: MIT */
/* Criterion runs each test in its own process, several at once: all of them map the file and set
 * bits in it. */
#include "harness/catalogue/coverage_recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "emu/observe.h"
#include "harness/catalogue/coverage_recording.h"

static const char *file;                  /* NULL: nothing is recorded */
static struct register_coverage coverage; /* without words: the file is not mapped yet */
static bool random_accesses, lints_only, firmware_runs;

/* ---- the file ---- */

static bool fail(char error[COVERAGE_ERROR_SIZE], const char *path, const char *why)
{
	snprintf(error, COVERAGE_ERROR_SIZE, "%s: coverage cannot be recorded: %s", path, why);
	return false;
}

/* Another process of this program may have written the sections already. NULL, or what is wrong. */
static const char *put_sections(int fd, size_t size)
{
	size_t n, bytes;
	struct coverage_section *ours = coverage_sections(&n), *theirs = NULL;
	struct coverage_header header;
	const char *why = NULL;

	bytes = n * sizeof(*ours);
	if (!ours || !(theirs = calloc(n + 1, sizeof(*theirs)))) {
		why = "out of memory";
	} else if (pread(fd, &header, sizeof(header), 0) != sizeof(header)) {
		why = "the file was changed by another program";
	} else if (!header.n_models) {
		/* Now, as a full disk under a mapped file ends the program. */
		errno = posix_fallocate(fd, 0, (off_t)size);
		header.n_models = n;
		if (errno || pwrite(fd, ours, bytes, sizeof(header)) != (ssize_t)bytes ||
		    pwrite(fd, &header, sizeof(header), 0) != sizeof(header))
			why = strerror(errno);
	} else if (header.n_models != n ||
		   pread(fd, theirs, bytes, sizeof(header)) != (ssize_t)bytes ||
		   memcmp(ours, theirs, bytes) != 0) {
		why = "another process of this program has other models, or the file is another's";
	}
	free(ours);
	free(theirs);
	return why;
}

static const char *map_file(int fd)
{
	size_t n = 0;
	while (coverage_model_at(n)) n++;
	size_t head = sizeof(struct coverage_header) + n * sizeof(struct coverage_section);
	size_t size = head + coverage_words() * sizeof(uint64_t);
	const char *why = put_sections(fd, size);
	uint8_t *mapped;

	if (why) return why;
	mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mapped == MAP_FAILED) return strerror(errno);
	coverage.word = (uint64_t *)(void *)(mapped + head);
	return NULL;
}

bool coverage_record_models(char error[COVERAGE_ERROR_SIZE])
{
	const char *why;
	int fd;

	if (!file || coverage.word) return true;
	fd = open(file, O_RDWR | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		why = strerror(errno);
	else
		why = map_file(fd);
	if (fd >= 0) (void)close(fd); /* and unlock it */
	return why ? fail(error, file, why) : true;
}

/* ---- recording ---- */

static bool recording(void)
{
	char error[COVERAGE_ERROR_SIZE];

	if (firmware_runs) return false;
	if (coverage_record_models(error)) return true;
	fprintf(stderr, "bimetal: %s\n", error);
	abort();
}

static enum coverage_kind kind(void)
{
	return random_accesses ? COVERAGE_RANDOM : COVERAGE_DIRECTED;
}

/* The builtin writes, which the checker does not see:
 * NOLINTNEXTLINE(readability-non-const-parameter) */
static void set(uint64_t *word, uint64_t bits)
{
	if (bits & ~__atomic_load_n(word, __ATOMIC_RELAXED))
		__atomic_fetch_or(word, bits, __ATOMIC_RELAXED);
}

void coverage_record_random(void) { random_accesses = true; }

void coverage_record_lints_only(void) { lints_only = true; }

static void saw_lint(void *ctx, const struct lint *l)
{
	char id[LINT_ID_SIZE];
	uint64_t *seen;

	(void)ctx;
	if (!recording()) return;
	seen = coverage_of_lint(&coverage, kind(), lint_id(l, id, sizeof(id)));
	if (seen) set(seen, 1);
}

static void saw(void *ctx, const struct reg_desc *reg, bool write, uint64_t lane, uint64_t value)
{
	struct coverage_bits *b;
	uint64_t *seen;

	(void)ctx;
	if (lints_only || !recording()) return;
	b = coverage_of(&coverage, kind(), reg);
	if (!b) return;
	seen = write ? b->written : b->read;
	set(&seen[0], ~value & lane);
	set(&seen[1], value & lane);
}

static void firmware(void *ctx, bool runs)
{
	(void)ctx;
	firmware_runs = runs;
}

/* ---- the beginning ---- */

/* The first process of the program creates the file, with its id; the processes of tests check that
 * it is their parent's. */
static bool begin_file(int fd)
{
	struct coverage_header header = { 0 };

	if (pread(fd, &header, sizeof(header), 0) == sizeof(header) &&
	    header.magic == COVERAGE_MAGIC && header.recorder == getppid())
		return true;
	header = (struct coverage_header){ .magic = COVERAGE_MAGIC, .recorder = getpid() };
	return ftruncate(fd, 0) == 0 && pwrite(fd, &header, sizeof(header), 0) == sizeof(header);
}

bool coverage_record(const char *path, char error[COVERAGE_ERROR_SIZE])
{
	static struct observer observer = { .lint = saw_lint,
					    .reached = saw,
					    .firmware = firmware };
	int fd;
	bool ok;

	if (file) return true;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	ok = fd >= 0 && begin_file(fd);
	if (!ok) (void)fail(error, path, strerror(errno));
	if (fd >= 0) (void)close(fd); /* errors were seen by then */
	if (!ok) return false;
	file = path;
	hub_attach_everywhere(&observer);
	return true;
}
