/* SPDX-License-Identifier: MIT */
/* Linked into tests with --wrap. If BIMETAL_COVERAGE=FILE is in the environment, it records into
 * FILE the registers, bits and lints that the program reaches. Criterion runs each test in its own
 * process, several at once; all of them map the file and set bits in it. Accesses of the firmware
 * when a machine starts are not recorded. */
#include "tests/quality/coverage/recorder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/catalogue/register_coverage.h"
#include "harness/machine/board.h"

enum { BITS_PER_BYTE = 8, BYTE = 0xff, MAX_BYTES = 8 };

static struct register_coverage coverage; /* without words: nothing is recorded */
static bool asked, random_accesses, lints_only;
static unsigned firmware_runs;

/* ---- the file ---- */

static void die(const char *path)
{
	perror(path);
	abort();
}

/* The first process of the program creates the file, with its id; the processes of tests check that
 * it is their parent's. */
__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("BIMETAL_COVERAGE");
	struct coverage_header header = { 0 };
	int fd;

	if (!path || !*path) return;
	asked = true;
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
	if (!asked || firmware_runs) return false;
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

void coverage_saw_lint(const struct lint *l)
{
	char id[LINT_ID_SIZE];
	uint64_t *seen;

	if (!recording()) return;
	seen = coverage_of_lint(&coverage, kind(), lint_id(l, id, sizeof(id)));
	if (seen) set(seen, 1);
}

static void saw(const struct reg_desc *reg, bool write, uint64_t lane, uint64_t value)
{
	struct coverage_bits *b = coverage_of(&coverage, kind(), reg);
	uint64_t *seen;

	if (!b || lints_only) return;
	seen = write ? b->written : b->read;
	set(&seen[0], ~value & lane);
	set(&seen[1], value & lane);
}

/* The registers that the bytes of an access reach. */
struct reached {
	const struct reg_desc *reg[MAX_BYTES];
	unsigned byte[MAX_BYTES];
};

static void find_reached(struct device *dev, uint64_t offset, unsigned width, bool write,
			 struct reached *r)
{
	*r = (struct reached){ 0 };
	for (unsigned pos = 0; pos < width / BITS_PER_BYTE && pos < MAX_BYTES; pos++) {
		uint32_t n;
		const struct reg_desc *reg = device_find(dev, offset + pos, write, &n);

		if (!reg || !(reg->dir & (write ? REG_DIR_W : REG_DIR_R))) continue;
		r->reg[pos] = reg;
		r->byte[pos] = (unsigned)(offset + pos - reg->offset - (uint64_t)n * reg->stride);
	}
}

static void saw_reached(const struct reached *r, bool write, uint64_t value)
{
	for (unsigned pos = 0; pos < MAX_BYTES; pos++) {
		unsigned shift = r->byte[pos] * BITS_PER_BYTE;

		if (!r->reg[pos]) continue;
		saw(r->reg[pos], write, (uint64_t)BYTE << shift,
		    (value >> pos * BITS_PER_BYTE & BYTE) << shift);
	}
}

/* ---- the wrapped functions ---- */

uint64_t __real_device_read(struct device *dev, uint64_t offset, unsigned width,
			    const struct reg_desc **reg, uint32_t *n);
uint64_t __wrap_device_read(struct device *dev, uint64_t offset, unsigned width,
			    const struct reg_desc **reg, uint32_t *n);
void __real_device_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value,
			 const struct reg_desc **reg, uint32_t *n);
void __wrap_device_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value,
			 const struct reg_desc **reg, uint32_t *n);
uint64_t __real_reg_apply_read(const struct reg_desc *reg, uint64_t value);
uint64_t __wrap_reg_apply_read(const struct reg_desc *reg, uint64_t value);
uint64_t __real_reg_apply_write(const struct device *dev, const struct reg_desc *reg,
				uint64_t stored, uint64_t value);
uint64_t __wrap_reg_apply_write(const struct device *dev, const struct reg_desc *reg,
				uint64_t stored, uint64_t value);
void __real_board_reset(struct machine *m);
void __wrap_board_reset(struct machine *m);

uint64_t __wrap_device_read(struct device *dev, uint64_t offset, unsigned width,
			    const struct reg_desc **reg, uint32_t *n)
{
	bool on = recording();
	struct reached r;
	uint64_t value;

	if (on) find_reached(dev, offset, width, false, &r);
	value = __real_device_read(dev, offset, width, reg, n);
	if (on) saw_reached(&r, false, value);
	return value;
}

void __wrap_device_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value,
			 const struct reg_desc **reg, uint32_t *n)
{
	struct reached r;

	if (recording()) {
		find_reached(dev, offset, width, true, &r);
		saw_reached(&r, true, value);
	}
	__real_device_write(dev, offset, width, value, reg, n);
}

static uint64_t all_bits(const struct reg_desc *reg) { return UINT64_MAX >> (64 - reg->width); }

uint64_t __wrap_reg_apply_read(const struct reg_desc *reg, uint64_t value)
{
	if (recording()) saw(reg, false, all_bits(reg), value);
	return __real_reg_apply_read(reg, value);
}

uint64_t __wrap_reg_apply_write(const struct device *dev, const struct reg_desc *reg,
				uint64_t stored, uint64_t value)
{
	if (recording()) saw(reg, true, all_bits(reg), value);
	return __real_reg_apply_write(dev, reg, stored, value);
}

void __wrap_board_reset(struct machine *m)
{
	firmware_runs++;
	__real_board_reset(m);
	firmware_runs--;
}
