/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness/command/test_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/units.h"

enum { NAME_SHOWN = 60 };

/* ---- one result ---- */

static char *why_it_failed(const struct worker_result *r)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out) return NULL;
	switch (r->end) {
	case WORKER_SIGNALLED:
		fprintf(out, "bimetal died of signal %d (%s)", r->signal, strsignal(r->signal));
		break;
	case WORKER_EXITED: fprintf(out, "bimetal ended with status %d", r->status); break;
	case WORKER_TIMED_OUT:
		fprintf(out, "it ran for %" PRIu64 " s and was killed", r->ns / NS_PER_S);
		break;
	case WORKER_LEAKED: fputs("bimetal lost memory", out); break;
	case WORKER_ENDED:
	default: fputs("it failed", out); break;
	}
	if (r->again)
		fputs(r->fails_alone
			      ? ", and fails alone too"
			      : ", but passes alone: it depends on tests that ran before, or on "
				"the host",
		      out);
	if (fclose(out) == 0) return text;
	free(text);
	return NULL;
}

static void clear_line(const struct test_report *r)
{
	if (r->terminal) fputs("\r\033[K", r->out);
}

static void print_indented(FILE *out, const char *prefix, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		fprintf(out, "%s%.*s\n", prefix, (int)n, text);
		text += n + (text[n] == '\n');
	}
}

static void print_failure(struct test_report *r, const struct test_case *c,
			  const struct test_result *t)
{
	char *command = test_case_command(c);

	clear_line(r);
	fprintf(r->out, "FAIL %s: %s\n", c->name, t->why);
	print_indented(r->out, "  ", t->output);
	fprintf(r->out, "  to run it: %s\n", command ? command : "(out of memory)");
	free(command);
	fflush(r->out);
}

static void print_tap(const struct test_report *r, size_t n)
{
	const struct test_result *t = &r->results[n];
	const struct test_case *c = r->cases[n];

	fprintf(r->tap, "%sok %zu - ", t->verdict == WORKER_FAILED ? "not " : "", n + 1);
	for (const char *p = c->name; *p; p++) {
		if (*p == '#' || *p == '\\') fputc('\\', r->tap);
		fputc((unsigned char)*p < ' ' ? '?' : *p, r->tap);
	}
	if (t->verdict == WORKER_SKIPPED) fprintf(r->tap, " # SKIP %s", c->skip);
	fputc('\n', r->tap);
	if (t->verdict == WORKER_FAILED) {
		fprintf(r->tap, "# %s\n", t->why);
		print_indented(r->tap, "# ", t->output);
	}
	fflush(r->tap);
}

void test_report_add(struct test_report *r, const struct worker_result *result)
{
	struct test_result *t = &r->results[result->test];
	const struct test_case *c = r->cases[result->test];

	t->ended = true;
	t->verdict = result->verdict;
	t->ns = result->ns;
	r->n_ended++;
	r->n_passed += t->verdict == WORKER_PASSED;
	r->n_failed += t->verdict == WORKER_FAILED;
	r->n_skipped += t->verdict == WORKER_SKIPPED;
	if (t->verdict == WORKER_FAILED) {
		t->why = why_it_failed(result);
		t->output = strndup(result->output ? result->output : "", result->output_size);
		if (t->why && t->output)
			print_failure(r, c, t);
		else
			r->refused = true;
	}
	if (r->tap && !r->refused) print_tap(r, result->test);
	if (r->terminal) test_report_progress(r, NULL, 0);
}

void test_report_progress(struct test_report *r, const size_t *tests, size_t n)
{
	if (!r->terminal) return;
	clear_line(r);
	fprintf(r->out, "%zu/%zu", r->n_ended, r->n);
	if (r->n_failed) fprintf(r->out, ", %zu failed", r->n_failed);
	if (n) fprintf(r->out, "  %.*s", NAME_SHOWN, r->cases[tests[0]]->name);
	fflush(r->out);
}

void test_report_close(struct test_report *r)
{
	clear_line(r);
	if (r->n_ended < r->n)
		fprintf(r->out, "%zu not run, because the run ended before\n", r->n - r->n_ended);
	fprintf(r->out, "%zu passed, %zu failed, %zu skipped\n", r->n_passed, r->n_failed,
		r->n_skipped);
}

void test_report_free(struct test_report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->results[i].why);
		free(r->results[i].output);
	}
	free(r->results);
	r->results = NULL;
}

void test_report_tap_begin(struct test_report *r)
{
	fprintf(r->tap, "TAP version 14\n1..%zu\n", r->n);
}

/* ---- JUnit ---- */

/* XML 1.0 can hold no control characters but tab and the ends of lines (section 2.2), and we write
 * no byte that is not ASCII, as what a guest sends need not be UTF-8. */
static void put_xml(FILE *to, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		switch (c) {
		case '<': fputs("&lt;", to); break;
		case '>': fputs("&gt;", to); break;
		case '&': fputs("&amp;", to); break;
		case '"': fputs("&quot;", to); break;
		case '\n': fputs("\n", to); break;
		case '\t': fputs("\t", to); break;
		default:
			if (c < ' ' || c > '~')
				fprintf(to, "\\x%02x", c);
			else
				fputc(c, to);
		}
	}
}

static void put_testcase(const struct test_report *r, size_t n, FILE *to)
{
	const struct test_result *t = &r->results[n];

	fputs("  <testcase classname=\"bimetal\" name=\"", to);
	put_xml(to, r->cases[n]->name);
	fprintf(to, "\" time=\"%.6f\">", (double)t->ns / NS_PER_S);
	if (!t->ended) {
		fputs("<skipped message=\"not run: a test before it failed\"/>", to);
	} else if (t->verdict == WORKER_SKIPPED) {
		fputs("<skipped message=\"", to);
		put_xml(to, r->cases[n]->skip);
		fputs("\"/>", to);
	} else if (t->verdict == WORKER_FAILED) {
		fputs("<failure message=\"", to);
		put_xml(to, t->why ? t->why : "");
		fputs("\">", to);
		put_xml(to, t->output ? t->output : "");
		fputs("</failure>", to);
	}
	fputs("</testcase>\n", to);
}

bool test_report_junit(const struct test_report *r, FILE *to)
{
	uint64_t ns = 0;

	for (size_t i = 0; i < r->n; i++) ns += r->results[i].ns;
	fprintf(to,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"bimetal\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
		"skipped=\"%zu\" "
		"time=\"%.6f\">\n",
		r->n, r->n_failed, r->n_skipped + (r->n - r->n_ended), (double)ns / NS_PER_S);
	for (size_t i = 0; i < r->n; i++) put_testcase(r, i, to);
	fputs("</testsuite>\n", to);
	return fflush(to) == 0 && !ferror(to);
}
