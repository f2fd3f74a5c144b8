/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/coverage_recording.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

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

	for (size_t i = 0; i < catalogue_size(); i++)
		for (const struct about_table *t = catalogue_at(i)->table; t->regs; t++)
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

/* One with all of `other`. The caller frees it. */
static uint8_t *recording(size_t *size)
{
	size_t n;
	struct coverage_section *section = coverage_sections(&n);
	struct coverage_header header = { .magic = COVERAGE_MAGIC, .n_models = n };
	char *bytes = NULL;
	FILE *out = open_memstream(&bytes, size);

	fwrite(&header, sizeof(header), 1, out);
	fwrite(section, sizeof(*section), n, out);
	fwrite(other.word, sizeof(uint64_t), coverage_words(), out);
	fclose(out);
	free(section);
	return (uint8_t *)bytes;
}

static struct coverage_section *section_of(uint8_t *bytes, const char *model)
{
	struct coverage_section *s = (void *)(bytes + sizeof(struct coverage_header));

	while (strcmp(s->name, model) != 0) s++;
	return s;
}

static struct coverage_sum sum(void) { return (struct coverage_sum){ .reached = c }; }

static void add(const uint8_t *bytes, size_t size, enum coverage_recording what)
{
	struct coverage_sum s = sum();

	require(coverage_add(&s, bytes, size, what, error), "%s", error);
}

Test(register_coverage, a_recording_is_added)
{
	size_t size;
	uint8_t *bytes;

	parse(&c, "directed uart16550 0 IER 2 0 0 0\n");
	parse(&other, "directed uart16550 0 IER 1 0 0 4\nrandom " LINT "\n");
	bytes = recording(&size);
	add(bytes, size, COVERAGE_PLAIN);
	check_eq(u64, coverage_of(&c, COVERAGE_DIRECTED, IER)->read[0], 3);
	check_eq(u64, coverage_of(&c, COVERAGE_DIRECTED, IER)->written[1], 4);
	check_eq(u64, *coverage_of_lint(&c, COVERAGE_RANDOM, LINT), 1);
	check_eq(u64, coverage_of(&c, COVERAGE_QEMU, IER)->read[0], 0);
	free(bytes);
}

Test(register_coverage, a_recording_of_a_test_that_qemu_passes_counts_twice)
{
	size_t size;
	uint8_t *bytes;

	parse(&other, "directed uart16550 0 IER 1 0 0 4\nrandom uart16550 0 SCR 1 1 1 1\n");
	bytes = recording(&size);
	add(bytes, size, COVERAGE_WITH_QEMU);
	check_eq(u64, coverage_of(&c, COVERAGE_DIRECTED, IER)->read[0], 1);
	check_eq(u64, coverage_of(&c, COVERAGE_QEMU, IER)->written[1], 4);
	check_eq(u64,
		 coverage_of(&c, COVERAGE_QEMU, &uart_16550_regs[UART_16550_MODEL_SCR])->read[0],
		 0);
	free(bytes);
}

Test(register_coverage, some_recordings_add_only_their_lints)
{
	size_t size;
	uint8_t *bytes;

	parse(&other, "directed uart16550 0 IER 1 0 0 4\ndirected " LINT "\n");
	bytes = recording(&size);
	add(bytes, size, COVERAGE_LINTS_ONLY);
	check_eq(u64, coverage_of(&c, COVERAGE_DIRECTED, IER)->read[0], 0);
	check_eq(u64, *coverage_of_lint(&c, COVERAGE_DIRECTED, LINT), 1);
	free(bytes);
}

Test(register_coverage, a_program_that_reached_nothing_leaves_a_header)
{
	struct coverage_header header = { .magic = COVERAGE_MAGIC };

	add((const uint8_t *)&header, sizeof(header), COVERAGE_PLAIN);
}

/* As of a program with a model of a user's. */
Test(register_coverage, models_that_the_catalogue_lacks_are_passed_over_and_named)
{
	bool has[1024] = { false };
	struct coverage_sum s = { .reached = c, .has = has };
	size_t size, at = 0;
	uint8_t *bytes;

	parse(&other, "directed uart16550 0 IER 1 0 0 4\ndirected lapic 0 ID 1 1 0 0\n");
	bytes = recording(&size);
	snprintf(section_of(bytes, "lapic")->name, COVERAGE_NAME_SIZE, "adc");
	require(coverage_add(&s, bytes, size, COVERAGE_PLAIN, error), "%s", error);
	check_eq(str, s.stranger, "adc");
	check_eq(u64, coverage_of(&c, COVERAGE_DIRECTED, IER)->written[1], 4);
	for (; coverage_model_at(at); at++)
		check_eq(int, has[at], strcmp(coverage_model_at(at)->name, "lapic") != 0, "%zu",
			 at);
	free(bytes);
}

static void expect_refused_bytes(uint8_t *bytes, size_t size, const char *why)
{
	struct coverage_sum s = sum();

	check(!coverage_add(&s, bytes, size, COVERAGE_PLAIN, error));
	check_eq(str, error, why);
	for (size_t i = 0; i < coverage_words(); i++) require_eq(u64, c.word[i], 0);
	free(bytes);
}

Test(register_coverage, a_recording_of_a_model_with_other_registers_is_refused)
{
	size_t size;
	uint8_t *bytes;

	parse(&other, "directed ata 0 STATUS 1 0 0 0\ndirected uart16550 0 IER 1 0 0 4\n");
	bytes = recording(&size);
	section_of(bytes, "uart16550")->stamp++;
	expect_refused_bytes(bytes, size,
			     "recorded when the model uart16550 had other registers or lints: "
			     "build and run its test again, or delete the file if the test is "
			     "gone");
}

Test(register_coverage, a_recording_that_is_cut_off_is_refused)
{
	size_t size;
	uint8_t *bytes;

	memset(other.word, 0xff, coverage_words() * sizeof(uint64_t));
	bytes = recording(&size);
	expect_refused_bytes(bytes, size - 1, "the file is truncated");
	expect_refused_bytes(recording(&size), sizeof(struct coverage_header) + 1,
			     "the file is truncated");
	expect_refused_bytes(recording(&size), sizeof(struct coverage_header) - 1,
			     "not a recording of coverage");
	expect_refused_bytes(recording(&size), 0, "not a recording of coverage");
}

Test(register_coverage, sizes_that_lie_are_refused)
{
	size_t size;
	uint8_t *bytes = recording(&size);

	section_of(bytes, "lapic")->words = UINT64_MAX / 2;
	expect_refused_bytes(bytes, size, "not a recording: a model is too large");
	bytes = recording(&size);
	((struct coverage_header *)(void *)bytes)->n_models = UINT64_MAX;
	expect_refused_bytes(bytes, size, "not a recording of coverage");
	bytes = recording(&size);
	bytes[0]++;
	expect_refused_bytes(bytes, size, "not a recording of coverage");
}

Test(register_coverage, a_file_that_cannot_be_read_is_named)
{
	struct coverage_sum s = sum();

	check(!coverage_add_recording(&s, "/nowhere/at.all", COVERAGE_PLAIN, error));
	check_eq(str, error, "/nowhere/at.all: cannot open the file: No such file or directory");
	check(!coverage_add_recording(&s, "/dev/null", COVERAGE_PLAIN, error));
	check_eq(str, error, "/dev/null: not a recording of coverage");
}
