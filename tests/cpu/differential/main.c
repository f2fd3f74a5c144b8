/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "session.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SHADOW_MEMORY true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SHADOW_MEMORY true
#endif
#endif
#ifndef HAS_SHADOW_MEMORY
#define HAS_SHADOW_MEMORY false
#endif

enum { EXIT_DIFFERS = 1, EXIT_USAGE = 2, EXIT_SKIPPED = 77, CHUNK = 8000 };

struct arguments {
	uint64_t seed;
	uint32_t first, count;
	double seconds;
	const char *decided, *report;
	bool unneeded;
};

static const char usage[] =
	"differential --bimetal PROGRAM --monitor IMAGE [options]\n"
	"  --qemu PROGRAM    compare with QEMU\n"
	"  --native          compare 64-bit programs of ring 3 with the host's CPU\n"
	"  --decided FILE    the table of decided differences\n"
	"  --seed N --first N --count N   which programs (1, 0, 4000)\n"
	"  --seconds N       begin nothing new after so long\n"
	"  --bits 16|32|64   such programs alone\n"
	"  --only-native     such as the host can run alone\n"
	"  --whole           do not make programs small\n"
	"  --limit N         reports of one kind (1)\n"
	"  --report FILE     where reports go (standard output)\n"
	"  --unneeded        name rows of the table that nothing matched, and fail for those of "
	"ours-wrong\n";

enum option_id {
	O_BIMETAL = 256,
	O_MONITOR,
	O_QEMU,
	O_NATIVE,
	O_DECIDED,
	O_SEED,
	O_FIRST,
	O_COUNT,
	O_SECONDS,
	O_BITS,
	O_ONLY,
	O_WHOLE,
	O_LIMIT,
	O_REPORT,
	O_UNNEEDED
};

static const struct option options[] = {
	{ "bimetal", required_argument, NULL, O_BIMETAL },
	{ "monitor", required_argument, NULL, O_MONITOR },
	{ "qemu", required_argument, NULL, O_QEMU },
	{ "native", no_argument, NULL, O_NATIVE },
	{ "decided", required_argument, NULL, O_DECIDED },
	{ "seed", required_argument, NULL, O_SEED },
	{ "first", required_argument, NULL, O_FIRST },
	{ "count", required_argument, NULL, O_COUNT },
	{ "seconds", required_argument, NULL, O_SECONDS },
	{ "bits", required_argument, NULL, O_BITS },
	{ "only-native", no_argument, NULL, O_ONLY },
	{ "whole", no_argument, NULL, O_WHOLE },
	{ "limit", required_argument, NULL, O_LIMIT },
	{ "report", required_argument, NULL, O_REPORT },
	{ "unneeded", no_argument, NULL, O_UNNEEDED },
	{ NULL, 0, NULL, 0 },
};

static bool take_option(int id, struct session *s, struct arguments *a)
{
	switch ((enum option_id)id) {
	case O_BIMETAL: s->here.program = optarg; break;
	case O_MONITOR: s->here.monitor = s->qemu.monitor = optarg; break;
	case O_QEMU: s->qemu.program = optarg, s->use_qemu = true; break;
	case O_NATIVE: s->use_native = true; break;
	case O_DECIDED: a->decided = optarg; break;
	case O_SEED: a->seed = strtoull(optarg, NULL, 0); break;
	case O_FIRST: a->first = (uint32_t)strtoul(optarg, NULL, 0); break;
	case O_COUNT: a->count = (uint32_t)strtoul(optarg, NULL, 0); break;
	case O_SECONDS: a->seconds = strtod(optarg, NULL); break;
	case O_BITS: s->options.bits = (uint8_t)strtoul(optarg, NULL, 0); break;
	case O_ONLY: s->options.native = true; break;
	case O_WHOLE: s->keep_whole = true; break;
	case O_LIMIT: s->limit = (unsigned)strtoul(optarg, NULL, 0); break;
	case O_REPORT: a->report = optarg; break;
	case O_UNNEEDED: a->unneeded = true; break;
	default: return false;
	}
	return true;
}

static double now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Lists the rows that nothing needed; returns how many of them were faults of ours, which now are
 * gone. */
static unsigned list_unneeded(const struct decided *d)
{
	unsigned n = 0;
	for (unsigned i = 0; i < d->count; i++) {
		if (d->rows[i].hits) continue;
		printf("row not needed: line %u: %s | %s | %s | %s | %s | %s | %s\n",
		       d->rows[i].line, d->rows[i].side, d->rows[i].mode, d->rows[i].insn,
		       d->rows[i].here, d->rows[i].there, d->rows[i].fields, d->rows[i].right);
		n += strcmp(d->rows[i].right, "ours-wrong") == 0;
	}
	return n;
}

static void list_ours_wrong(const struct decided *d)
{
	unsigned hits = 0, rows = 0;
	for (unsigned i = 0; i < d->count; i++) {
		if (strcmp(d->rows[i].right, "ours-wrong") != 0 || !d->rows[i].hits) continue;
		rows++;
		hits += d->rows[i].hits;
	}
	if (rows) printf("%u findings are faults of ours that are known (%u rows)\n", hits, rows);
}

/* Rows of the side `host` were decided for CPUs of this vendor. */
static bool host_is_intel(void)
{
#if defined(__x86_64__)
	unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
	return __get_cpuid(0, &eax, &ebx, &ecx, &edx) && ebx == signature_INTEL_ebx;
#else
	return false;
#endif
}

/* Whether a program is in one of PATH's folders. */
static bool is_installed(const char *program)
{
	char path[4096], full[4352], *save = NULL;
	const char *list = getenv("PATH");
	if (strchr(program, '/')) return access(program, X_OK) == 0;
	(void)snprintf(path, sizeof path, "%s", list ? list : "");
	for (char *folder = strtok_r(path, ":", &save); folder;
	     folder = strtok_r(NULL, ":", &save)) {
		(void)snprintf(full, sizeof full, "%s/%s", folder, program);
		if (access(full, X_OK) == 0) return true;
	}
	return false;
}

static int conclude(const struct session *s, const struct arguments *a, double seconds)
{
	printf("%u programs (%u also native) in %.1f s: %u findings, %u undecided of %u kinds\n",
	       s->programs, s->native_programs, seconds, s->findings, s->undecided, s->n_kinds);
	printf("boots: %u here (%u deaths, %u hangs), %u of QEMU (%u deaths, %u hangs)\n",
	       s->here.boots, s->here.deaths, s->here.hangs, s->qemu.boots, s->qemu.deaths,
	       s->qemu.hangs);
	if (s->here.deaths) printf("the last death here: %s\n", s->here.last_words);
	if (s->qemu.deaths) printf("the last death of QEMU: %s\n", s->qemu.last_words);
	if (s->uncounted)
		printf("%u differences from a host's CPU that the table does not know are not "
		       "counted\n",
		       s->uncounted);
	for (unsigned i = 0; i < s->n_kinds; i++)
		printf("undecided %6u  %s\n", s->kinds[i].count, s->kinds[i].signature);
	list_ours_wrong(s->decided);
	if (!s->use_qemu && !s->native_programs) {
		printf("nothing to compare with: skipped\n");
		return EXIT_SKIPPED;
	}
	unsigned unneeded = a->unneeded ? list_unneeded(s->decided) : 0;
	return s->undecided || unneeded ? EXIT_DIFFERS : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static struct session s;
	static struct decided decided;
	struct arguments a = { .seed = 1, .count = 4000 };
	int id;

	s = (struct session){ .here.name = "here",
			      .qemu = { .name = "qemu", .qemu = true },
			      .decided = &decided,
			      .limit = 1 };
	while ((id = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (take_option(id, &s, &a)) continue;
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (!s.here.program || !s.here.monitor || (!s.use_qemu && !s.use_native)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (s.use_qemu && !is_installed(s.qemu.program)) {
		printf("no %s here: skipped\n", s.qemu.program);
		return EXIT_SKIPPED;
	}
	if (s.use_native && HAS_SHADOW_MEMORY) {
		printf("built with AddressSanitizer, whose memory programs would reach: not run on "
		       "the host's CPU\n");
		s.use_native = false;
	}
	s.host_counts = host_is_intel();
	if (a.decided && !decided_read(a.decided, &decided)) return EXIT_USAGE;
	s.report = a.report ? fopen(a.report, "w") : stdout;
	if (!s.report) {
		perror(a.report);
		return EXIT_USAGE;
	}
	double start = now();
	for (uint32_t done = 0; done < a.count; done += CHUNK) {
		uint32_t n = a.count - done < CHUNK ? a.count - done : CHUNK;
		if (a.seconds > 0 && now() - start > a.seconds) break;
		if (!session_run(&s, a.seed, a.first + done, n)) return EXIT_USAGE;
	}
	return conclude(&s, &a, now() - start);
}
