/* SPDX-License-Identifier: MIT */
/* Reads the recordings of test programs, and prints them as text, compares them with a text, or
 * makes docs/fidelity.md. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/catalogue/coverage_recording.h"
#include "harness/catalogue/fidelity_page.h"

enum { SUCCESS = 0, FAILED = 1, USAGE = 2 };

static int usage(void)
{
	fputs("usage: register_coverage text RECORDINGS\n"
	      "           print what the recordings say\n"
	      "       register_coverage check TEXT RECORDINGS\n"
	      "           do the recordings bear out what the text claims?\n"
	      "       register_coverage page TEXT\n"
	      "           print docs/fidelity.md\n"
	      "RECORDINGS: [FILE...] [--qemu FILE...] [--lints FILE...]\n"
	      "           after --qemu: of tests that also pass under QEMU; after --lints: only\n"
	      "           lints are taken\n",
	      stderr);
	return USAGE;
}

static struct register_coverage empty(void)
{
	struct register_coverage c = { calloc(coverage_words(), sizeof(uint64_t)) };

	if (c.word) return c;
	fputs("register_coverage: out of memory\n", stderr);
	exit(USAGE);
}

static bool add_recordings(struct register_coverage *c, int n, char **path)
{
	struct coverage_sum sum = { .reached = *c };
	char error[COVERAGE_ERROR_SIZE];
	enum coverage_recording what = COVERAGE_PLAIN;

	for (int i = 0; i < n; i++) {
		if (strcmp(path[i], "--qemu") == 0) {
			what = COVERAGE_WITH_QEMU;
		} else if (strcmp(path[i], "--lints") == 0) {
			what = COVERAGE_LINTS_ONLY;
		} else if (!coverage_add_recording(&sum, path[i], what, error)) {
			fprintf(stderr, "register_coverage: %s\n", error);
			return false;
		}
	}
	return true;
}

static bool add_text(struct register_coverage *c, const char *path)
{
	char error[COVERAGE_ERROR_SIZE];
	FILE *in = fopen(path, "r");
	bool ok = false;

	if (in)
		ok = coverage_parse(c, in, path, error);
	else
		snprintf(error, sizeof(error), "%s: %s", path, strerror(errno));
	if (!ok) fprintf(stderr, "register_coverage: %s\n", error);
	if (in) fclose(in);
	return ok;
}

static int print_text(int n, char **path)
{
	struct register_coverage seen = empty();
	bool ok = add_recordings(&seen, n, path);

	if (ok) coverage_print(&seen, stdout);
	free(seen.word);
	return ok ? SUCCESS : USAGE;
}

static int print_page(const char *text)
{
	struct register_coverage claims = empty();
	bool ok = add_text(&claims, text);

	if (ok) fidelity_page(stdout, &claims);
	free(claims.word);
	return ok ? SUCCESS : USAGE;
}

static int check(const char *text, int n, char **path)
{
	struct register_coverage claims = empty(), seen = empty();
	unsigned unproven = 0;
	bool ok = add_text(&claims, text) && add_recordings(&seen, n, path);

	if (ok) unproven = coverage_unproven(&claims, &seen, stdout);
	if (unproven) printf("%u claims that this run of the tests does not bear out\n", unproven);
	free(claims.word);
	free(seen.word);
	if (!ok) return USAGE;
	return unproven ? FAILED : SUCCESS;
}

int main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";

	if (strcmp(command, "text") == 0) return print_text(argc - 2, argv + 2);
	if (strcmp(command, "page") == 0 && argc == 3) return print_page(argv[2]);
	if (strcmp(command, "check") == 0 && argc >= 3) return check(argv[2], argc - 3, argv + 3);
	return usage();
}
