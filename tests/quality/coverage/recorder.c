/* SPDX-License-Identifier: MIT */
/* Linked into tests. If BIMETAL_COVERAGE=FILE is in the environment, it records into FILE the
 * registers, bits and lints that the program reaches. Criterion runs each test in its own
 * process, several at once; all of them map the file and set bits in it. Accesses of the firmware
 * when a machine starts are not recorded. */
#include "tests/quality/coverage/recorder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/catalogue/register_coverage.h"

static struct register_coverage coverage; /* without words: nothing is recorded */
static bool random_accesses, lints_only, firmware_runs;

/* ---- the file ---- */

static void die(const char *path)
{
	perror(path);
	abort();
}

/* Map the file when there is something to record. */
static void map_file(void)
{
	const char *path = getenv("BIMETAL_COVERAGE");
	size_t size = sizeof(struct coverage_header) + coverage_words() * sizeof(uint64_t);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct coverage_header *header;

	if (fd < 0 || ftruncate(fd, (off_t)size) != 0) die(path);
	header = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (header == MAP_FAILED) die(path);
	close(fd);
	__atomic_store_n(&header->stamp, coverage_stamp(), __ATOMIC_RELAXED);
	coverage.word = (uint64_t *)(header + 1);
}

static bool recording(void)
{
	if (firmware_runs) return false;
	if (!coverage.word) map_file();
	return true;
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

/* ---- recording ---- */

void random_used(void) { random_accesses = true; }

void coverage_lints_only(void) { lints_only = true; }

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
__attribute__((constructor)) static void begin(void)
{
	static struct observer observer = { .lint = saw_lint,
					    .reached = saw,
					    .firmware = firmware };
	const char *path = getenv("BIMETAL_COVERAGE");
	struct coverage_header header = { 0 };
	int fd;

	if (!path || !*path) return;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0) die(path);
	if (pread(fd, &header, sizeof(header), 0) != sizeof(header) ||
	    header.recorder != getppid()) {
		header = (struct coverage_header){ .recorder = getpid() };
		if (ftruncate(fd, 0) != 0 ||
		    pwrite(fd, &header, sizeof(header), 0) != sizeof(header))
			die(path);
	}
	close(fd);
	hub_attach_everywhere(&observer);
}
