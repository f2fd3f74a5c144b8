/* SPDX-License-Identifier: MIT */
#include "harness/command/verify_record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/units.h"

/* Print the first occurrence of each lint, and how many there were. */
static char *lint_lines(const struct lint_report *lints)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out) return NULL;
	for (size_t i = 0; i < lints->n; i++) {
		const struct lint_entry *e = &lints->entry[i];
		fprintf(out,
			"%s, %" PRIu64 " times, first at %" PRIu64 ".%09" PRIu64 " s, 0x%" PRIx64
			", address 0x%" PRIx64 "%s%s\n",
			e->id, e->count, e->first.time_ns / NS_PER_S, e->first.time_ns % NS_PER_S,
			e->first.bits, e->first.addr, e->detail[0] ? ": " : "", e->detail);
	}
	if (lints->overflow) fprintf(out, "%" PRIu64 " lints of other kinds\n", lints->overflow);
	if (fclose(out) == 0) return text;
	free(text);
	return NULL;
}

bool verify_record_take(struct verify_record *r, const struct session *s)
{
	bool script = s->outcome.end == RUN_END_SCRIPT_FAILED;

	*r = (struct verify_record){
		.instructions = s->cpu.instructions,
		.virtual_ns = s->virtual_ns,
		.end = s->outcome.end,
		.guest_exit = s->outcome.guest_exit,
		.exit_code = run_exit_code(s->options, &s->outcome),
		.serial = s->said,
		.debug = s->debugged,
		.detail = strdup(script ? s->script.error
					: processor_stop_detail(&s->machine.processor)),
		.lints = lint_lines(&s->lints),
	};
	memcpy(r->digest, s->digest, sizeof(r->digest));
	return r->detail && r->lints;
}

void verify_record_free(struct verify_record *r)
{
	free(r->detail);
	free(r->lints);
	r->detail = r->lints = NULL;
}

/* ---- comparing ---- */

static bool text(FILE *out, const char *what, const char *a, const char *b)
{
	if (strcmp(a, b) == 0) return false;
	if (out) fprintf(out, "  %-20s %s | %s\n", what, a[0] ? a : "-", b[0] ? b : "-");
	return true;
}

static bool number(FILE *out, const char *what, uint64_t a, uint64_t b)
{
	if (a == b) return false;
	if (out) fprintf(out, "  %-20s %" PRIu64 " | %" PRIu64 "\n", what, a, b);
	return true;
}

static bool output(FILE *out, const char *what, const struct output_sum *a,
		   const struct output_sum *b)
{
	if (a->bytes == b->bytes && a->hash == b->hash) return false;
	if (out)
		fprintf(out,
			"  %-20s %" PRIu64 " bytes with sum %016" PRIx64 " | %" PRIu64
			" bytes with sum %016" PRIx64 "\n",
			what, a->bytes, a->hash, b->bytes, b->hash);
	return true;
}

static bool time_of_end(FILE *out, uint64_t a, uint64_t b)
{
	if (a == b) return false;
	if (out)
		fprintf(out, "  %-20s %" PRIu64 ".%09" PRIu64 " s | %" PRIu64 ".%09" PRIu64 " s\n",
			"virtual time", a / NS_PER_S, a % NS_PER_S, b / NS_PER_S, b % NS_PER_S);
	return true;
}

/* Print the first line in which the two lists of lints differ. */
static bool lints(FILE *out, const char *a, const char *b)
{
	if (strcmp(a, b) == 0) return false;
	for (;;) {
		size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");
		if (n != m || strncmp(a, b, n) != 0 || !a[n] || !b[m]) {
			if (!out) return true;
			fprintf(out, "  lint, first run      %.*s\n", n ? (int)n : 4,
				n ? a : "none");
			fprintf(out, "  lint, other run      %.*s\n", m ? (int)m : 4,
				m ? b : "none");
			return true;
		}
		a += n + 1;
		b += m + 1;
	}
}

bool verify_record_difference(const struct verify_record *first, const struct verify_record *other,
			      FILE *out)
{
	bool differs = text(out, "end", run_end_name(first->end), run_end_name(other->end));

	if (text(out, "details of the end", first->detail, other->detail)) differs = true;
	if (number(out, "debug exit", first->guest_exit, other->guest_exit)) differs = true;
	if (number(out, "exit code", (uint64_t)first->exit_code, (uint64_t)other->exit_code))
		differs = true;
	if (time_of_end(out, first->virtual_ns, other->virtual_ns)) differs = true;
	if (number(out, "instructions", first->instructions, other->instructions)) differs = true;
	if (text(out, "digest", first->digest, other->digest)) differs = true;
	if (output(out, "serial output", &first->serial, &other->serial)) differs = true;
	if (output(out, "debug consoles", &first->debug, &other->debug)) differs = true;
	return lints(out, first->lints, other->lints) || differs;
}
