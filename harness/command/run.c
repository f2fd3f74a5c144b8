/* SPDX-License-Identifier: MIT */
#include "harness/command/run.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/command/allowed.h"
#include "harness/command/modules.h"
#include "harness/command/report.h"
#include "harness/command/session.h"
#include "harness/command/session_picture.h"
#include "harness/command/verify.h"

/* After a run whose exit code was `code`. */
static int run_again(struct session *first, const struct run_options *options, int code)
{
	switch (verify(options, first, stderr)) {
	case VERIFY_DIFFERS: return EXIT_CODE_DIFFERS;
	case VERIFY_FAILED: return EXIT_CODE_USAGE;
	case VERIFY_EQUAL:
	case VERIFY_INTERRUPTED:
	default: return code;
	}
}

static int run(struct session *s, const struct run_options *options)
{
	if (!session_open(s, options)) {
		fprintf(s->messages.out, "bimetal: %s\n", s->error);
		return EXIT_CODE_USAGE;
	}
	terminal_catch_signals(session_wake, s);
	session_run(s);
	bool compared = session_compare_picture(s);
	int code = run_exit_code(options, &s->outcome);
	if (!compared) {
		fprintf(s->messages.out, "bimetal: %s\n", s->error);
		if (code == EXIT_CODE_SUCCESS) code = EXIT_CODE_USAGE;
	}
	if (report_write(s, BIMETAL_VERSION))
		return options->verify.n ? run_again(s, options, code) : code;
	fprintf(s->messages.out, "bimetal: %s\n", s->error);
	return code == EXIT_CODE_SUCCESS ? EXIT_CODE_USAGE : code;
}

int cmd_run(int argc, char **argv)
{
	/* Not freed: the process ends here, and freeing the engine takes a quarter of the time of a
	 * short run. Static, so that leak checkers do not report it. */
	static struct run_options options;
	static struct session *session;
	options_init(&options);
	if (!options_parse(&options, argc, argv, false)) return EXIT_CODE_USAGE;
	(void)cpu_catch_engine_faults(); /* if this fails, a fault in the engine ends the process */
	if (!modules_of_run(&options) || !allowed_are_known(&options)) return EXIT_CODE_USAGE;
	if (options.verify.n && !verify_prepare(&options, stderr)) return EXIT_CODE_USAGE;
	session = calloc(1, sizeof(*session));
	if (!session) {
		fputs("bimetal: out of memory\n", stderr);
		return EXIT_CODE_USAGE;
	}
	int code = run(session, &options);
	if (!session_close_outputs(session) && code == EXIT_CODE_SUCCESS) {
		fputs("bimetal: output could not be written to its end: is the disk full?\n",
		      stderr);
		code = EXIT_CODE_USAGE;
	}
	/* A signal ended the run: end the process by the same signal, so that its parent sees it.
	 */
	if (terminal_interrupted()) raise(terminal_interrupted());
	return code;
}
