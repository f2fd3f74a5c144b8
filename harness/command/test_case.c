/* SPDX-License-Identifier: MIT */
#include "harness/command/test_case.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/command/allowed.h"
#include "harness/command/modules.h"
#include "harness/command/report.h"
#include "harness/command/session.h"
#include "harness/command/session_picture.h"

enum { TAIL_LINES = 20 };

/* ---- what must come ---- */

/* The first text that does not follow those before it; NULL: all do. */
static const char *missing(const char *in, const struct test_texts *texts)
{
	const char *at = in;

	for (size_t i = 0; i < texts->n; i++) {
		at = strstr(at, texts->text[i]);
		if (!at) return texts->text[i];
		at += strlen(texts->text[i]);
	}
	return NULL;
}

static bool texts_came(const char *where, const char *in, const struct test_texts *texts)
{
	const char *text = missing(in, texts);

	if (!text) return true;
	fprintf(stderr, "bimetal: %s does not have \"%s\"%s\n", where, text,
		texts->n > 1 ? " there, behind the texts before it" : "");
	return false;
}

/* ---- the report ---- */

static void print_tail(const char *title, const char *text)
{
	size_t length = strlen(text);
	const char *at = text + length;
	unsigned lines = 0;

	while (length && (text[length - 1] == '\n' || text[length - 1] == ' ')) length--;
	if (!length) return;
	for (at = text + length; at > text && lines < TAIL_LINES; at--)
		if (at[-1] == '\n' && ++lines == TAIL_LINES) break;
	fprintf(stderr, "%s%s:\n", title, at > text ? ", its last lines" : "");
	for (const char *end = text + length; at < end;) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		int n = (int)((newline ? newline : end) - at);
		fprintf(stderr, "    %.*s\n", n, at);
		at += n + 1;
	}
}

/* A copy that ends with NUL, and has no other. */
static char *text_of(const char *bytes, size_t size)
{
	char *text = malloc(size + 1);

	for (size_t i = 0; text && i < size; i++) {
		text[i] = '.';
		if (bytes[i]) text[i] = bytes[i];
	}
	if (text) text[size] = '\0';
	return text;
}

static bool expectations_met(struct session *s, const struct test_case *c, int code)
{
	char *serial = text_of(s->serial.text, s->serial.len);
	char *screen = text_of(s->screen, s->screen_len);
	bool ok = serial && screen;

	if (code != c->exit)
		fprintf(stderr, "bimetal: the exit code of the run is %d, not %d\n", code, c->exit);
	if (ok) {
		ok = texts_came("the serial output", serial, &c->serial) && code == c->exit;
		ok = texts_came("the screen", screen, &c->screen) && ok;
	}
	if (!ok && serial && screen) {
		print_tail("Serial output", serial);
		print_tail("Screen", screen);
	}
	free(serial);
	free(screen);
	return ok;
}

/* ---- running ---- */

static bool run_session(struct session *s, const struct test_case *c,
			const struct run_options *options, const char *version)
{
	int code;
	bool compared;

	if (!session_open(s, options)) {
		fprintf(stderr, "bimetal: %s\n", s->error);
		return false;
	}
	terminal_wake(session_wake, s); /* for its limit of real time */
	session_run(s);
	terminal_wake(NULL, NULL);
	session_read_screen(s);
	compared = session_compare_picture(s);
	code = run_exit_code(options, &s->outcome);
	if (!compared) fprintf(stderr, "bimetal: %s\n", s->error);
	if (!report_write(s, version)) fprintf(stderr, "bimetal: %s\n", s->error);
	return expectations_met(s, c, code) && compared;
}

/* The parser of options cuts words in place: it gets copies. */
static char **copy_words(const struct test_case *c)
{
	char **words = calloc((size_t)c->argc + 1, sizeof(*words));
	bool ok = words;

	for (int i = 0; ok && i < c->argc; i++) {
		words[i] = strdup(c->argv[i]);
		ok = words[i];
	}
	return ok ? words : NULL;
}

static void free_words(char **words, int n)
{
	for (int i = 0; words && i < n; i++) free(words[i]);
	free((void *)words);
}

static bool run_options_of(const struct test_case *c, char **words, const char *version,
			   uint64_t limit_ns)
{
	struct run_options *options = calloc(1, sizeof(*options));
	struct session *s = calloc(1, sizeof(*s));
	bool passed = false;

	if (!options || !s) {
		fputs("bimetal: out of memory\n", stderr);
	} else {
		options_init(options);
		if (!options_parse(options, c->argc, words, true)) {
			fprintf(stderr, "bimetal: %s\n",
				options->error[0] ? options->error
						  : "bimetal run refuses these options");
		} else if (modules_of_run(options) && allowed_are_known(options)) {
			options->quiet = true;
			if (!options->wall_limit_ns) options->wall_limit_ns = limit_ns;
			passed = run_session(s, c, options, version);
			session_close(s);
		}
	}
	free(options);
	free(s);
	return passed;
}

enum worker_verdict test_case_run(const struct test_case *c, const char *version, uint64_t limit_ns)
{
	char **words = copy_words(c);
	bool passed = false;

	if (c->skip) {
		free_words(words, c->argc);
		return WORKER_SKIPPED;
	}
	if (!words)
		fputs("bimetal: out of memory\n", stderr);
	else if (chdir(c->folder) != 0)
		fprintf(stderr, "bimetal: %s: %s\n", c->folder, strerror(errno));
	else
		passed = run_options_of(c, words, version, limit_ns);
	free_words(words, c->argc);
	return passed ? WORKER_PASSED : WORKER_FAILED;
}
