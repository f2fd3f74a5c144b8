/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/catalogue_lints.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

static struct catalogue_lint found;

static bool known(const char *id) { return catalogue_find(id, &found); }

TestSuite(catalogue_lints, .timeout = 60);

Test(catalogue_lints, a_readable_register_that_no_write_reaches_is_readonly)
{
	check(known("uart16550.LSR.readonly"));
	check(known("uart16550.MSR.readonly"));
	/* In every bank, a write at this offset reaches another register. */
	check(!known("uart16550.RBR.readonly"));
	check(!known("uart16550.IIR.readonly"));
	check(!known("uart16550.LCR.readonly"));
	check(!known("i8259a.IMR.readonly"));
}

Test(catalogue_lints, a_written_register_that_no_read_reaches_is_writeonly)
{
	check(known("lapic.EOI.writeonly"));
	check(known("vga.FCR.writeonly") == false);
	check(!known("uart16550.FCR.writeonly"));
	check(!known("uart16550.LSR.writeonly"));
}

Test(catalogue_lints, widths_and_alignment_follow_from_the_register)
{
	check(known("uart16550.LSR.width"));
	check(!known("uart16550.LSR.misaligned"));
	check(known("lapic.TPR.misaligned"));
	check(known("hpet.MAIN_CNT.width"));
}

Test(catalogue_lints, reserved_bits_follow_from_the_fields)
{
	check(known("uart16550.IER.reserved"));
	check(!known("uart16550.LCR.reserved"));
	check(!known("uart16550.LSR.reserved"));
	check(!known("uart16550.IIR.reserved"));
	check(known("lapic.EOI.reserved"));
	check(known("q35_host.PAM.preserve"));
	check(!known("uart16550.IER.preserve"));
}

Test(catalogue_lints, registers_behind_an_index_have_no_width_lints)
{
	check(known("mc146818.REGC.readonly"));
	check(known("vga.GR06.reserved"));
	check(!known("vga.GR06.width"));
	check(!known("mc146818.REGC.width"));
	check(!known("ps2_mouse.no-register"));
	check(known("uart16550.no-register"));
	check(!known("bus.no-register"));
}

Test(catalogue_lints, patterns_stand_for_the_rows_of_the_tables)
{
	require(known("hpet.TIM2_CONF.route"));
	check_eq(str, found.spec, "82801G (ICH7) 20.1.5");
	check_eq(str, found.reg->name, "TIM2_CONF");
	check(!known("hpet.TIM9_CONF.route"));
	check(!known("hpet.TIM[0-3]_CONF.route"));
	require(known("i8042.COMMAND.busy"));
	check(known("i8042.INPUT.busy"));
	check(known("pci_host.CONFIG_DATA.disabled"));
}

Test(catalogue_lints, a_lint_without_a_citation_has_the_citation_of_its_row)
{
	require(known("i8254.CONTROL.reserved"));
	check(!found.from_table);
	check(found.spec == found.reg->spec);
	require(known("bus.unclaimed-read"));
	check_eq(str, found.spec, "");
}

Test(catalogue_lints, only_bus_masters_have_dma_lints)
{
	check(known("pci_test.bus-master"));
	check(known("fw_cfg.nowhere"));
	check(!known("uart16550.bus-master"));
}

Test(catalogue_lints, malformed_ids_are_no_lints)
{
	check(!known(""));
	check(!known("."));
	check(!known("uart16550"));
	check(!known("uart16550."));
	check(!known("uart16550.IER"));
	check(!known("uart16550.IER.reserved "));
	check(!known("nobody.IER.reserved"));
	check(!known("UART16550.IER.RESERVED"));
}

Test(catalogue_lints, the_list_is_sorted_and_names_each_id_once)
{
	size_t n = 0;
	struct catalogue_lint *all = catalogue_list(&n);

	require(all != NULL);
	check(n > 1000);
	for (size_t i = 1; i < n; i++) check(strcmp(all[i - 1].id, all[i].id) < 0, "%s", all[i].id);
	for (size_t i = 0; i < n; i++) check(known(all[i].id), "%s", all[i].id);
	free(all);
}

static struct lint reserved = { .dev = "uart16550",
				.reg = "IER",
				.desc = &reg_lints[REG_LINT_RESERVED],
				.spec = "PC16550D 8.7" };

Test(catalogue_lints, a_lint_agrees_in_id_description_and_citation)
{
	static const struct lint_desc copy = { .rule = "reserved" }, seeded = { .rule = "seeded" };

	check(catalogue_fault(&reserved) == NULL);
	reserved.spec = "PC16550D 8.8";
	check(strstr(catalogue_fault(&reserved), "citation") != NULL);
	reserved.desc = &copy;
	check(strstr(catalogue_fault(&reserved), "description") != NULL);
	reserved.desc = &seeded;
	check(strstr(catalogue_fault(&reserved), "not in the catalogue") != NULL);
	reserved.dev = "nobody";
	check(strstr(catalogue_fault(&reserved), "not in the catalogue") != NULL);
}

Test(catalogue_lints, patterns_match_ids_of_the_catalogue)
{
	check(catalogue_matches("uart16550.IER.reserved"));
	check(catalogue_matches("uart*"));
	check(!catalogue_matches("uart"));
	check(!catalogue_matches("nobody*"));
}

Test(catalogue_lints, a_misspelt_id_finds_the_nearest_one)
{
	struct catalogue_lint near[CATALOGUE_MAX_NEAR];

	require(catalogue_near("uart16550.IER.resreved", near) > 0);
	check_eq(str, near[0].id, "uart16550.IER.reserved");
	require(catalogue_near("UART16550.ier.reserved", near) > 0);
	check_eq(str, near[0].id, "uart16550.IER.reserved");
	check_eq(uint, catalogue_near("x", near), 0);
	check_eq(uint, catalogue_near("", near), 0);
}

static const char *hint(const char *text)
{
	static char buf[320];

	catalogue_lint_hint(text, buf, sizeof(buf));
	return buf;
}

Test(catalogue_lints, only_what_is_near_is_suggested)
{
	check_eq(str, hint("uart16550.IER.resreved"), "did you mean uart16550.IER.reserved?");
	check_eq(str, hint("uart16550.IER"), "did you mean 'uart16550.IER.*'?");
	check_eq(str, hint("uart16550.IER."), "did you mean 'uart16550.IER.*'?");
	check_eq(str, hint("uart16550"), "did you mean 'uart16550.*'?");
	check_eq(str, hint("uart_16550.*"), "did you mean 'uart16550.*'?");
	check_eq(str, hint("uart16550.FOO"),
		 "'bimetal explain \"uart16550.*\"' prints those of this device");
	check_eq(str, hint("nobody.*"), "'bimetal explain --list' prints all of them");
	check_eq(str, hint(""), "'bimetal explain --list' prints all of them");
}

Test(catalogue_lints, very_long_text_does_no_harm)
{
	static char text[100000];
	struct catalogue_lint near[CATALOGUE_MAX_NEAR];

	memset(text, 'a', sizeof(text) - 1);
	check(!known(text));
	check_eq(uint, catalogue_near(text, near), 0);
	text[5] = '.';
	check(!known(text));
}

/* A truncated id could match another lint. */
static bool fits(void *ctx, const struct catalogue_lint *l)
{
	struct lint lint = { .dev = l->model->name,
			     .reg = l->reg ? l->reg->name : NULL,
			     .desc = l->desc };
	char whole[4 * LINT_ID_SIZE];
	(void)ctx;
	check_lt(sz, strlen(lint_id(&lint, whole, sizeof(whole))), LINT_ID_SIZE, "%s", whole);
	check_lt(sz, strlen(l->id), LINT_ID_SIZE - 1, "%s", l->id);
	return true;
}

Test(catalogue_lints, every_id_fits_into_its_buffer) { check(catalogue_visit(NULL, fits, NULL)); }
