/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/catalogue.h"
#include "tests/check.h"

#include <string.h>

TestSuite(catalogue, .timeout = 60);

Test(catalogue, models_are_sorted_by_name)
{
	for (size_t i = 1; i < catalogue_size(); i++)
		check(strcmp(catalogue_at(i - 1)->name, catalogue_at(i)->name) < 0, "%s",
		      catalogue_at(i)->name);
}

Test(catalogue, every_register_table_is_sound)
{
	for (size_t i = 0; i < catalogue_size(); i++)
		for (const struct about_table *t = catalogue_at(i)->table; t->regs; t++) {
			const struct reg_desc *where = NULL;
			const char *fault = reg_table_fault(t->regs, t->n, &where);
			check(fault == NULL, "%s: %s: %s", catalogue_at(i)->name,
			      where ? where->name : "", fault);
		}
}

Test(catalogue, every_device_has_title_place_and_document)
{
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct catalogue_model *m = catalogue_at(i);
		check(m->title && m->title[0], "%s", m->name);
		if (!m->machines) continue;
		check(m->place[0].size || m->reached, "%s", m->name);
		check(m->document && m->document[0], "%s", m->name);
	}
}

/* An initialiser that leaves no room for the end of a list compiles; readers would then run over
 * the list. */
Test(catalogue, every_list_has_its_end)
{
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct catalogue_model *m = catalogue_at(i);
		check_eq(ptr, m->table[ABOUT_MAX_TABLES].regs, NULL, "%s", m->name);
		check_eq(ptr, m->lints[ABOUT_MAX_LISTS], NULL, "%s", m->name);
	}
}

Test(catalogue, every_window_of_a_table_has_a_name)
{
	for (size_t i = 0; i < catalogue_size(); i++)
		for (const struct about_table *t = catalogue_at(i)->table; t->regs; t++)
			for (unsigned n = 0; n < t->n; n++)
				check(t->regs[n].bank == 0 || (t->bank && t->bank[t->regs[n].bank]),
				      "%s.%s", catalogue_at(i)->name, t->regs[n].name);
}

Test(catalogue, several_tables_have_titles_that_differ)
{
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct about_table *t = catalogue_at(i)->table;
		if (!t[0].regs || !t[1].regs) continue;
		for (; t->regs; t++) check(t->title != NULL, "%s", catalogue_at(i)->name);
	}
}

Test(catalogue, a_model_is_found_by_its_whole_name)
{
	require(catalogue_model("uart16550") != NULL);
	check_eq(str, catalogue_model("vga")->name, "vga");
	check(catalogue_model("uart1655") == NULL);
	check(catalogue_model("uart165501") == NULL);
	check(catalogue_model("") == NULL);
}

Test(catalogue, machines_are_whole_words)
{
	const struct catalogue_model *uart = catalogue_model("uart16550");

	check(catalogue_model_in(uart, "isapc"));
	check(catalogue_model_in(uart, "pc"));
	check(!catalogue_model_in(uart, "isa"));
	check(!catalogue_model_in(uart, "c"));
	check(!catalogue_model_in(catalogue_model("hpet"), "isapc"));
	check(!catalogue_model_in(catalogue_model("bus"), "pc"));
}

Test(catalogue, a_device_is_found_by_the_names_that_people_know)
{
	check_eq(ptr, catalogue_device("uart16550"), catalogue_model("uart16550"));
	check_eq(ptr, catalogue_device("com3"), catalogue_model("uart16550"));
	check_eq(ptr, catalogue_device("uart_16550"), catalogue_model("uart16550"));
	check_eq(ptr, catalogue_device("uart"), NULL);
	check_eq(ptr, catalogue_device("bus"), NULL, "it has lints, but is no device");
	check_eq(str, catalogue_device_near("uart_1655"), "uart16550", "a part of uart_16550");
	check_eq(str, catalogue_device_near("8259"), "i8259a");
	check_eq(str, catalogue_device_near("pic"), "i8259a", "not lapic, which only ends so");
	check_eq(str, catalogue_device_near("APIC"), "lapic");
	check_eq(str, catalogue_device_near("uatr16550"), "uart16550");
	check_eq(str, catalogue_device_near("IOAPCI"), "ioapic");
	check_eq(ptr, catalogue_device_near("floppy"), NULL);
	check_eq(ptr, catalogue_device_near(""), NULL);
}

Test(catalogue, other_names_are_listed)
{
	char names[64], few[8];

	check_gt(sz, catalogue_device_names(catalogue_model("uart16550"), names, sizeof(names)), 0);
	check_eq(str, names, "com1, com2, com3, com4, uart_16550");
	check_eq(sz, catalogue_device_names(catalogue_model("hpet"), names, sizeof(names)), 0);
	check_eq(str, names, "");
	catalogue_device_names(catalogue_model("uart16550"), few, sizeof(few));
	check_eq(str, few, "com1, c");
}
