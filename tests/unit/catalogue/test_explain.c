/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/explain.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

#include "harness/catalogue/register_text.h"

static struct catalogue_lint lint;
static struct explanation text;

static void look_up(const char *id)
{
	require(catalogue_find(id, &lint), "%s", id);
	explain(&lint, &text);
}

TestSuite(explain, .timeout = 60);

static bool has_everything(void *ctx, const struct catalogue_lint *l)
{
	struct explanation e;
	(void)ctx;
	explain(l, &e);
	check(e.clause[0] && e.hardware[0] && e.instead[0], "%s", l->id);
	/* The text was not truncated. */
	check(e.clause[strlen(e.clause) - 1] == '.', "%s: %s", l->id, e.clause);
	check(e.hardware[strlen(e.hardware) - 1] == '.', "%s: %s", l->id, e.hardware);
	check(e.instead[strlen(e.instead) - 1] == '.', "%s: %s", l->id, e.instead);
	return true;
}

Test(explain, every_lint_has_a_clause_what_hardware_does_and_what_to_do)
{
	catalogue_visit(NULL, has_everything, NULL);
}

Test(explain, reserved_bits_are_named)
{
	look_up("uart16550.IER.reserved");
	check(strstr(text.clause, "bits 7:4") != NULL, "%s", text.clause);
	look_up("vga.CR14.reserved");
	check(strstr(text.clause, "bit 7 is reserved") != NULL, "%s", text.clause);
	look_up("q35_host.PAM.preserve");
	check(strstr(text.clause, "bits 7:6, 3:2") != NULL, "%s", text.clause);
}

Test(explain, widths_are_named)
{
	look_up("vga.SEQ_INDEX.width");
	check(strstr(text.clause, "8,16") != NULL, "%s", text.clause);
}

Test(explain, the_text_of_a_list_goes_before_that_of_the_table)
{
	look_up("i8254.CONTROL.reserved");
	check(strstr(text.clause, "counter latch") != NULL, "%s", text.clause);
}

Test(explain, a_citation_says_whether_it_was_read)
{
	check(explain_was_read("PC16550D 8.7"));
	check(!explain_was_read("unread: PCI 3.0 6.1"));
	check(!explain_was_read(""));
	check_eq(str, explain_document("unread: PCI 3.0 6.1"), "PCI 3.0 6.1");
	check_eq(str, explain_document("PC16550D 8.7"), "PC16550D 8.7");
	check_eq(str, explain_document(""), "");
}

static char *printed(const char *id)
{
	char *out = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&out, &len);

	look_up(id);
	explain_print(file, &lint);
	fclose(file);
	return out;
}

Test(explain, the_text_has_document_and_severity)
{
	char *out = printed("uart16550.THR.overrun");
	check_eq(int, strncmp(out, "uart16550.THR.overrun\n", 22), 0);
	check(strstr(out, "document   PC16550D 8.4 (read)\n") != NULL);
	check(strstr(out, "the guest's fault") != NULL);
	free(out);
	out = printed("vga.VSE.sleep");
	check(strstr(out, "(unread") != NULL);
	free(out);
	out = printed("vga.MISC.clock");
	check(strstr(out, "not modelled") != NULL);
	free(out);
	out = printed("bus.unclaimed-read");
	check(strstr(out, "document   none\n") != NULL);
	free(out);
}

static bool fits(void *ctx, const struct catalogue_lint *l)
{
	char *out = printed(l->id);
	(void)ctx;
	for (char *line = strtok(out, "\n"); line; line = strtok(NULL, "\n"))
		check(strlen(line) <= REGISTER_TEXT_COLUMNS, "%s", line);
	free(out);
	return true;
}

Test(explain, every_print_fits_a_terminal) { catalogue_visit(NULL, fits, NULL); }
