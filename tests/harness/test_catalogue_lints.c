/* SPDX-License-Identifier: MIT */
#include "harness/catalogue_lints.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

static struct catalogue_lint found;

static bool known(const char *id) { return catalogue_find(id, &found); }

TestSuite(catalogue_lints, .timeout = 60);

Test(catalogue_lints, a_readable_register_that_no_write_reaches_is_readonly)
{
	cr_expect(known("uart16550.LSR.readonly"));
	cr_expect(known("uart16550.MSR.readonly"));
	/* Something else is written at the same offset, in every window. */
	cr_expect(not(known("uart16550.RBR.readonly")));
	cr_expect(not(known("uart16550.IIR.readonly")));
	cr_expect(not(known("uart16550.LCR.readonly")));
	cr_expect(not(known("i8259a.IMR.readonly")));
}

Test(catalogue_lints, a_written_register_that_no_read_reaches_is_writeonly)
{
	cr_expect(known("lapic.EOI.writeonly"));
	cr_expect(known("vga.FCR.writeonly") == false);
	cr_expect(not(known("uart16550.FCR.writeonly")));
	cr_expect(not(known("uart16550.LSR.writeonly")));
}

Test(catalogue_lints, widths_and_alignment_follow_from_the_register)
{
	cr_expect(known("uart16550.LSR.width"));
	cr_expect(not(known("uart16550.LSR.misaligned")));
	cr_expect(known("lapic.TPR.misaligned"));
	cr_expect(known("hpet.MAIN_CNT.width"));
}

Test(catalogue_lints, reserved_bits_follow_from_the_fields)
{
	cr_expect(known("uart16550.IER.reserved"));
	cr_expect(not(known("uart16550.LCR.reserved")));
	cr_expect(not(known("uart16550.LSR.reserved")));
	cr_expect(not(known("uart16550.IIR.reserved")));
	cr_expect(known("lapic.EOI.reserved"));
	cr_expect(known("q35_host.PAM.preserve"));
	cr_expect(not(known("uart16550.IER.preserve")));
}

Test(catalogue_lints, what_is_behind_an_index_has_no_width)
{
	cr_expect(known("mc146818.REGC.readonly"));
	cr_expect(known("vga.GR06.reserved"));
	cr_expect(not(known("vga.GR06.width")));
	cr_expect(not(known("mc146818.REGC.width")));
	cr_expect(not(known("ps2_mouse.no-register")));
	cr_expect(known("uart16550.no-register"));
	cr_expect(not(known("bus.no-register")));
}

Test(catalogue_lints, patterns_stand_for_the_rows_of_the_tables)
{
	cr_assert(known("hpet.TIM2_CONF.route"));
	cr_expect(eq(str, (char *)found.spec, "82801G (ICH7) 20.1.5"));
	cr_expect(eq(str, (char *)found.reg->name, "TIM2_CONF"));
	cr_expect(not(known("hpet.TIM9_CONF.route")));
	cr_expect(not(known("hpet.TIM[0-3]_CONF.route")));
	cr_assert(known("i8042.COMMAND.busy"));
	cr_expect(known("i8042.INPUT.busy"));
	cr_expect(known("pci_host.CONFIG_DATA.disabled"));
}

Test(catalogue_lints, a_row_lends_its_citation_to_what_has_none)
{
	cr_assert(known("i8254.CONTROL.reserved"));
	cr_expect(found.desc != NULL);
	cr_expect(found.spec == found.reg->spec);
	cr_assert(known("bus.unclaimed-read"));
	cr_expect(eq(str, (char *)found.spec, ""));
}

Test(catalogue_lints, dma_belongs_to_who_masters_the_bus)
{
	cr_expect(known("pci_test.bus-master"));
	cr_expect(known("fw_cfg.nowhere"));
	cr_expect(not(known("uart16550.bus-master")));
}

Test(catalogue_lints, nonsense_is_no_lint)
{
	cr_expect(not(known("")));
	cr_expect(not(known(".")));
	cr_expect(not(known("uart16550")));
	cr_expect(not(known("uart16550.")));
	cr_expect(not(known("uart16550.IER")));
	cr_expect(not(known("uart16550.IER.reserved ")));
	cr_expect(not(known("nobody.IER.reserved")));
	cr_expect(not(known("UART16550.IER.RESERVED")));
}

Test(catalogue_lints, the_list_is_sorted_and_names_each_id_once)
{
	size_t n = 0;
	struct catalogue_lint *all = catalogue_list(&n);

	cr_assert(all != NULL);
	cr_expect(n > 1000);
	for (size_t i = 1; i < n; i++)
		cr_expect(strcmp(all[i - 1].id, all[i].id) < 0, "%s", all[i].id);
	for (size_t i = 0; i < n; i++) cr_expect(known(all[i].id), "%s", all[i].id);
	free(all);
}

static struct lint reserved = { .dev = "uart16550",
				.reg = "IER",
				.rule = "reserved",
				.spec = "PC16550D 8.7",
				.severity = LINT_GUEST };

Test(catalogue_lints, a_lint_agrees_in_id_severity_and_citation)
{
	cr_expect(catalogue_fault(&reserved) == NULL);
	reserved.spec = "PC16550D 8.8";
	cr_expect(strstr(catalogue_fault(&reserved), "citation") != NULL);
	reserved.severity = LINT_NOT_MODELLED;
	cr_expect(strstr(catalogue_fault(&reserved), "severity") != NULL);
	reserved.rule = "seeded";
	cr_expect(strstr(catalogue_fault(&reserved), "not in the catalogue") != NULL);
	reserved.dev = "nobody";
	cr_expect(strstr(catalogue_fault(&reserved), "not in the catalogue") != NULL);
}

Test(catalogue_lints, patterns_match_or_do_not)
{
	cr_expect(catalogue_matches("uart16550.IER.reserved"));
	cr_expect(catalogue_matches("uart*"));
	cr_expect(not(catalogue_matches("uart")));
	cr_expect(not(catalogue_matches("nobody*")));
}

Test(catalogue_lints, slips_of_the_finger_find_what_was_meant)
{
	struct catalogue_lint near[CATALOGUE_MAX_NEAR];

	cr_assert(catalogue_near("uart16550.IER.resreved", near) > 0);
	cr_expect(eq(str, near[0].id, "uart16550.IER.reserved"));
	cr_assert(catalogue_near("UART16550.ier.reserved", near) > 0);
	cr_expect(eq(str, near[0].id, "uart16550.IER.reserved"));
	cr_expect(eq(uint, catalogue_near("x", near), 0));
	cr_expect(eq(uint, catalogue_near("", near), 0));
}

Test(catalogue_lints, endless_text_is_no_harm)
{
	static char text[100000];
	struct catalogue_lint near[CATALOGUE_MAX_NEAR];

	memset(text, 'a', sizeof(text) - 1);
	cr_expect(not(known(text)));
	cr_expect(eq(uint, catalogue_near(text, near), 0));
	text[5] = '.';
	cr_expect(not(known(text)));
}
