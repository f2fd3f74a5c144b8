/* SPDX-License-Identifier: MIT */
/* The bimetal command: picks a subcommand. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/unicorn/x86/cpu.h"
#include "harness/command/coverage.h"
#include "harness/command/devices.h"
#include "harness/command/explain.h"
#include "harness/command/run.h"
#include "harness/command/test.h"
#include "harness/command/twin.h"
#include "harness/support/near_text.h"

enum { USAGE_ERROR = 2 };

static const char usage[] =
	"Usage: bimetal COMMAND [OPTION...]\n"
	"\n"
	"  run IMAGE      boot IMAGE on an emulated machine\n"
	"  test [PATH...] run kernels with expectations beside them, and report\n"
	"  explain ID     explain a lint: the rule, and what to do instead\n"
	"  devices [NAME] list the device models, or the registers of one\n"
	"  twin           run the emulated side of a twin test, or compare both sides\n"
	"  coverage FILE  print which registers of a model the tests reached, and which not\n"
	"\n"
	"  -h, --help     print this help; 'bimetal COMMAND --help' lists the options\n"
	"  -V, --version  print the versions of bimetal and its CPU engine\n";

static int dispatch(int argc, char **argv);

/* "help run" is "run --help". */
static int show_usage(int argc, char **argv)
{
	static char option[] = "--help";

	if (argc > 1 && argv[1][0] != '-' && strcmp(argv[1], "help") != 0) {
		char *of_command[] = { argv[0], argv[1], option, NULL };
		return dispatch(3, of_command);
	}
	fputs(usage, stdout);
	return 0;
}

static int show_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("bimetal %s (Unicorn %s)\n", BIMETAL_VERSION, cpu_engine_version());
	return 0;
}

static int run(int argc, char **argv)
{
	static char name[] = "bimetal run";
	argv[0] = name;
	return cmd_run(argc, argv);
}

static int test(int argc, char **argv)
{
	static char name[] = "bimetal test";
	argv[0] = name;
	return cmd_test(argc, argv);
}

static int explain_lint(int argc, char **argv)
{
	static char name[] = "bimetal explain";
	argv[0] = name;
	return cmd_explain(argc, argv);
}

static int devices(int argc, char **argv)
{
	static char name[] = "bimetal devices";
	argv[0] = name;
	return cmd_devices(argc, argv);
}

static int twin(int argc, char **argv)
{
	static char name[] = "bimetal twin";
	argv[0] = name;
	return cmd_twin(argc, argv);
}

static int coverage(int argc, char **argv)
{
	static char name[] = "bimetal coverage";
	argv[0] = name;
	return cmd_coverage(argc, argv);
}

static const struct {
	const char *name;
	int (*main)(int argc, char **argv);
} commands[] = {
	{ "run", run },
	{ "test", test },
	{ "explain", explain_lint },
	{ "devices", devices },
	{ "coverage", coverage },
	{ "twin", twin },
	{ "help", show_usage },
	{ "-h", show_usage },
	{ "--help", show_usage },
	{ "--version", show_version },
	{ "-V", show_version },
};

/* What was printed may be in a buffer still, and the disk full. */
static bool stdout_written(void)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout)) return true;
	fprintf(stderr, "bimetal: standard output could not be written%s%s: is the disk full?\n",
		errno ? ": " : "", errno ? strerror(errno) : "");
	return false;
}

/* --help ends the process in argp. */
static bool checked;

static void check_at_exit(void)
{
	if (!checked && !stdout_written()) _exit(USAGE_ERROR);
}

static int unknown_command(const char *name)
{
	const char *near = NULL;
	unsigned least = NEAR_TEXT_NOT;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		unsigned d = near_text(name, commands[i].name);

		if (d >= least) continue;
		least = d;
		near = commands[i].name;
	}
	fprintf(stderr, "bimetal: unknown command '%s'; ", name);
	if (access(name, F_OK) == 0)
		fprintf(stderr, "to boot this image: bimetal run %s\n", name);
	else if (near)
		fprintf(stderr, "did you mean %s? 'bimetal --help' lists the commands\n", near);
	else
		fputs("to boot an image: bimetal run IMAGE; 'bimetal --help' lists the commands\n",
		      stderr);
	return USAGE_ERROR;
}

static int dispatch(int argc, char **argv)
{
	if (argc < 2) {
		fputs(usage, stderr);
		return USAGE_ERROR;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].main(argc - 1, argv + 1);
	return unknown_command(argv[1]);
}

int main(int argc, char **argv)
{
	if (atexit(check_at_exit) != 0) {
		fputs("bimetal: out of memory\n", stderr);
		return USAGE_ERROR;
	}
	int code = dispatch(argc, argv);
	checked = true;
	/* Another code is of a failure that was told. */
	return code == 0 && !stdout_written() ? USAGE_ERROR : code;
}
