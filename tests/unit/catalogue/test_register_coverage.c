/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/register_coverage.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices/uart_16550/registers.h"
#include "devices/vga/registers.h"

#define IER  (&uart_16550_regs[UART_16550_MODEL_IER])
#define LINT "uart16550.IER.reserved"

static struct register_coverage c, other;
static char error[COVERAGE_ERROR_SIZE];

static void setup(void)
{
	c.word = calloc(coverage_words(), sizeof(uint64_t));
	other.word = calloc(coverage_words(), sizeof(uint64_t));
}

static void teardown(void)
{
	free(c.word);
	free(other.word);
}

TestSuite(register_coverage, .init = setup, .fini = teardown, .timeout = 60);

static bool parse(struct register_coverage *into, const char *text)
{
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	bool ok = coverage_parse(into, in, "recorded.txt", error);

	fclose(in);
	return ok;
}

static char *printed(const struct register_coverage *from)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	coverage_print(from, out);
	fclose(out);
	return text;
}

Test(register_coverage, every_row_and_every_lint_has_a_place_of_its_own)
{
	size_t n;
	struct catalogue_lint *lint = catalogue_list(&n);

	for (size_t i = 0; i < catalogue_size; i++)
		for (const struct catalogue_table *t = catalogue[i].table; t->regs; t++)
			for (unsigned j = 0; j < t->n; j++)
				for (unsigned kind = 0; kind < COVERAGE_KINDS; kind++) {
					struct coverage_bits *b =
						coverage_of(&c, kind, &t->regs[j]);
					require_ne(ptr, b, NULL);
					require_eq(u64, b->read[0] | b->written[1], 0);
					b->read[0] = b->read[1] = b->written[0] = b->written[1] = 1;
				}
	for (size_t i = 0; i < n; i++)
		for (unsigned kind = 0; kind < COVERAGE_KINDS; kind++) {
			uint64_t *seen = coverage_of_lint(&c, kind, lint[i].id);
			require_ne(ptr, seen, NULL);
			require_eq(u64, *seen, 0, "%s", lint[i].id);
			*seen = 1;
		}
	for (size_t i = 0; i < coverage_words(); i++) require_eq(u64, c.word[i], 1);
	free(lint);
}

Test(register_coverage, what_is_in_no_table_has_no_place)
{
	struct reg_desc own = uart_16550_regs[0];

	check_eq(ptr, coverage_of(&c, COVERAGE_DIRECTED, &own), NULL);
	check_eq(ptr, coverage_of(&c, COVERAGE_DIRECTED, uart_16550_regs + UART_16550_MODEL_N_REGS),
		 NULL);
	check_eq(ptr, coverage_of_lint(&c, COVERAGE_DIRECTED, "uart16550.IER.no"), NULL);
}

Test(register_coverage, text_says_what_was_reached_and_is_read_back)
{
	char *text;
	struct coverage_bits *ier = coverage_of(&c, COVERAGE_DIRECTED, IER);

	*ier = (struct coverage_bits){ { 0xf0, 0x01 }, { 0x0a, 0x05 } };
	coverage_of(&c, COVERAGE_QEMU, &vga_model_cr[0x0e])->written[1] = 0x80;
	*coverage_of_lint(&c, COVERAGE_RANDOM, LINT) = 1;
	text = printed(&c);
	check(strstr(text, "\ndirected uart16550 0 IER f0 1 a 5\n") != NULL, "%s", text);
	check(strstr(text, "\nqemu vga 4 CR0E 0 0 0 80\n") != NULL, "%s", text);
	check(strstr(text, "\nrandom " LINT "\n") != NULL, "%s", text);
	require(parse(&other, text), "%s", error);
	check(!memcmp(c.word, other.word, coverage_words() * sizeof(uint64_t)));
	free(text);
}

Test(register_coverage, reading_several_texts_merges_them)
{
	require(parse(&c, "directed uart16550 0 IER 1 0 0 0\n"));
	require(parse(&c, "# a comment\n\ndirected  uart16550 0 IER 2 0 0 4\n"));
	check_eq(u64, coverage_of(&c, COVERAGE_DIRECTED, IER)->read[0], 3);
	check_eq(u64, coverage_of(&c, COVERAGE_DIRECTED, IER)->written[1], 4);
}

static void expect_refused(const char *line, const char *why)
{
	char text[256], want[512];

	snprintf(text, sizeof(text), "# head\ndirected " LINT "\n%s\n", line);
	snprintf(want, sizeof(want), "recorded.txt:3: %s: %s", why, line);
	check(!parse(&c, text), "%s", line);
	check_eq(str, error, want);
}

Test(register_coverage, a_line_with_unknown_names_is_refused)
{
	expect_refused("directed uart16550 0 IEX 1 0 0 0", "unknown register");
	expect_refused("directed uart16551 0 IER 1 0 0 0", "unknown register");
	expect_refused("directed uart16550 1 IER 1 0 0 0", "unknown register");
	expect_refused("directed uart16550 9 IER 1 0 0 0", "unknown register");
	expect_refused("directed uart16550 -1 IER 1 0 0 0", "unknown register");
	expect_refused("directed uart16550 x IER 1 0 0 0", "unknown register");
	expect_refused("directed twin 0 IER 1 0 0 0", "unknown register");
	expect_refused("directed uart16550 0 IER 100 0 0 0", "not a mask of bits of this register");
	expect_refused("directed uart16550 0 IER 1 -1 0 0", "not a mask of bits of this register");
	expect_refused("directed uart16550 0 IER 1 0x1 0 0", "not a mask of bits of this register");
	expect_refused("directed hpet 0 MAIN_CNT 11111111111111111 0 0 0",
		       "not a mask of bits of this register");
	expect_refused("tested uart16550 0 IER 1 0 0 0",
		       "the line must begin with directed, random or qemu");
	expect_refused("directed uart16550.IER.nothing", "unknown lint");
	expect_refused("directed uart16550 0 IER 1 0 0",
		       "expected a register with its bits, or a lint");
	expect_refused("directed uart16550 0 IER 1 0 0 0 0",
		       "expected a register with its bits, or a lint");
	expect_refused("\x01\xff", "expected a register with its bits, or a lint");
}

static unsigned unproven(char **text)
{
	size_t len = 0;
	FILE *out = open_memstream(text, &len);
	unsigned n = coverage_unproven(&c, &other, out);

	fclose(out);
	return n;
}

Test(register_coverage, claims_that_were_seen_are_proven_and_more_may_be_seen)
{
	char *text;

	parse(&c, "directed uart16550 0 IER 1 0 0 4\ndirected " LINT "\n");
	parse(&other, "directed uart16550 0 IER 3 1 0 c\ndirected " LINT "\nqemu " LINT "\n");
	check_eq(uint, unproven(&text), 0);
	check_eq(int, strcmp(text, ""), 0, "%s", text);
	free(text);
}

Test(register_coverage, a_claim_that_no_test_saw_is_reported_with_what_is_missing)
{
	char *text;

	parse(&c, "directed uart16550 0 IER 3 1 0 c\nqemu uart16550 0 SCR 1 0 0 0\n"
		  "directed " LINT "\n");
	parse(&other, "directed uart16550 0 IER 1 1 0 4\ndirected uart16550 0 SCR 1 0 0 0\n"
		      "random " LINT "\n");
	check_eq(uint, unproven(&text), 3);
	check_eq(int,
		 strcmp(text, "directed uart16550 0 IER 2 0 0 8\ndirected " LINT
			      "\nqemu uart16550 0 SCR 1 0 0 0\n"),
		 0, "%s", text);
	free(text);
}

/* ---- recordings ---- */

static const char *recording(uint64_t stamp, size_t words)
{
	static char path[] = "/tmp/recordingXXXXXX";
	struct coverage_header header = { .stamp = stamp };
	FILE *out = fdopen(mkstemp(path), "wb");

	fwrite(&header, sizeof(header), 1, out);
	fwrite(other.word, sizeof(uint64_t), words, out);
	fclose(out);
	return path;
}

Test(register_coverage, a_recording_is_added)
{
	const char *path;

	parse(&c, "directed uart16550 0 IER 2 0 0 0\n");
	parse(&other, "directed uart16550 0 IER 1 0 0 4\nrandom " LINT "\n");
	path = recording(coverage_stamp(), coverage_words());
	require(coverage_add_recording(&c, path, COVERAGE_PLAIN, error), "%s", error);
	check_eq(u64, coverage_of(&c, COVERAGE_DIRECTED, IER)->read[0], 3);
	check_eq(u64, coverage_of(&c, COVERAGE_DIRECTED, IER)->written[1], 4);
	check_eq(u64, *coverage_of_lint(&c, COVERAGE_RANDOM, LINT), 1);
	check_eq(u64, coverage_of(&c, COVERAGE_QEMU, IER)->read[0], 0);
	unlink(path);
}

Test(register_coverage, a_recording_of_a_test_that_qemu_passes_counts_twice)
{
	const char *path;

	parse(&other, "directed uart16550 0 IER 1 0 0 4\nrandom uart16550 0 SCR 1 1 1 1\n");
	path = recording(coverage_stamp(), coverage_words());
	require(coverage_add_recording(&c, path, COVERAGE_WITH_QEMU, error), "%s", error);
	check_eq(u64, coverage_of(&c, COVERAGE_DIRECTED, IER)->read[0], 1);
	check_eq(u64, coverage_of(&c, COVERAGE_QEMU, IER)->written[1], 4);
	check_eq(u64,
		 coverage_of(&c, COVERAGE_QEMU, &uart_16550_regs[UART_16550_MODEL_SCR])->read[0],
		 0);
	unlink(path);
}

Test(register_coverage, some_recordings_add_only_their_lints)
{
	const char *path;

	parse(&other, "directed uart16550 0 IER 1 0 0 4\ndirected " LINT "\n");
	path = recording(coverage_stamp(), coverage_words());
	require(coverage_add_recording(&c, path, COVERAGE_LINTS_ONLY, error), "%s", error);
	check_eq(u64, coverage_of(&c, COVERAGE_DIRECTED, IER)->read[0], 0);
	check_eq(u64, *coverage_of_lint(&c, COVERAGE_DIRECTED, LINT), 1);
	unlink(path);
}

Test(register_coverage, a_program_that_reached_nothing_leaves_a_header)
{
	const char *path = recording(0, 0);

	check(coverage_add_recording(&c, path, COVERAGE_PLAIN, error), "%s", error);
	unlink(path);
}

static void expect_no_recording(const char *path, const char *why)
{
	char want[256];

	snprintf(want, sizeof(want), "%s: %s", path, why);
	check(!coverage_add_recording(&c, path, COVERAGE_PLAIN, error));
	check_eq(str, error, want);
	unlink(path);
}

Test(register_coverage, a_recording_of_another_catalogue_is_refused)
{
	expect_no_recording(recording(coverage_stamp() + 1, coverage_words()),
			    "recorded by a program with other registers: build and run the tests "
			    "again");
}

Test(register_coverage, a_recording_that_is_cut_off_is_refused)
{
	expect_no_recording(recording(coverage_stamp(), coverage_words() - 1),
			    "the file is truncated");
}

Test(register_coverage, what_is_no_recording_is_refused)
{
	expect_no_recording("/nowhere/at.all", "No such file or directory");
}
