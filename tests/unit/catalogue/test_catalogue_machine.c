/* SPDX-License-Identifier: MIT */
/* The catalogue's facts about machines, compared with the machines. */
#include <string.h>

#include "harness/catalogue/catalogue.h"
#include "harness/machine/cpu.h"
#include "tests/check.h"

enum { MEMORY = 16 << 20, RST_CNT = 0xcf9 };

static struct machine machine;

static void build(const char *name)
{
	static const struct machine_device devices[] = { { .text = "vga" },
							 { .text = "pci-test" },
							 { .text = "pc-testdev" } };
	struct machine_config config = { .machine = name, .memory = MEMORY };

	if (strcmp(name, "pc") == 0) {
		config.device = devices;
		config.n_devices = sizeof devices / sizeof devices[0];
	}
	require(machine_init(&machine, &config) == NULL);
}

TestSuite(catalogue_machine, .timeout = 60);

static bool has_table(const struct catalogue_model *m, const struct reg_desc *regs)
{
	for (const struct about_table *t = m->table; t->regs; t++)
		if (t->regs == regs && t->kind == ABOUT_BY_OFFSET) return true;
	return false;
}

static void expect_known(const struct device *dev, const char *name)
{
	const struct catalogue_model *m = catalogue_model(dev->ops->name);

	require(m != NULL, "%s", dev->ops->name);
	check(catalogue_model_in(m, name), "%s in %s", m->name, name);
	/* What messages call it must be a name that `bimetal devices` knows. */
	if (dev->instance && dev->instance[0])
		check_ne(ptr, catalogue_device(dev->instance), NULL, "%s", dev->instance);
	/* A keyboard's registers are set by commands, and cannot be accessed. */
	if (dev->ops->regs && (dev->ops->read || dev->ops->write))
		check(has_table(m, dev->ops->regs), "%s", m->name);
}

static bool is_in_place(const struct catalogue_model *m, enum bus_space space,
			const struct bus_range *r)
{
	for (const struct catalogue_place *p = m->place; p->size; p++)
		if (p->space == space && p->base >= r->base && p->base < r->base + r->size)
			return true;
	return false;
}

static void expect_places(const struct bus_decoder *decoder, enum bus_space space, const char *name)
{
	for (size_t i = 0; i < decoder->n; i++) {
		const struct bus_range *r = &decoder->range[i];
		if (!r->dev) continue;
		expect_known(r->dev, name);
		/* Firmware assigns the addresses of BARs. */
		if (strcmp(r->dev->ops->name, "pci_test") == 0) continue;
		if (strncmp(r->dev->ops->name, "pci_test_", 9) == 0) continue;
		if (space == BUS_MEMORY && strncmp(r->dev->ops->name, "bochs_display", 13) == 0)
			continue;
		check(is_in_place(catalogue_model(r->dev->ops->name), space, r), "%s at 0x%llx",
		      r->dev->ops->name, (unsigned long long)r->base);
	}
}

static void compare(const char *name)
{
	build(name);
	for (size_t i = 0; i < machine.n_devices; i++)
		if (machine.device[i]->ops) expect_known(machine.device[i], name);
	expect_places(&machine.bus.port, BUS_PORT, name);
	expect_places(&machine.bus.memory, BUS_MEMORY, name);
	machine_free(&machine);
}

Test(catalogue_machine, whatever_isapc_has_is_in_the_catalogue) { compare("isapc"); }

Test(catalogue_machine, whatever_pc_has_is_in_the_catalogue) { compare("pc"); }

Test(catalogue_machine, whatever_none_has_is_in_the_catalogue) { compare("none"); }

static void expect_answers(const struct catalogue_model *m, const struct catalogue_place *p,
			   uint64_t at)
{
	const struct bus_range *r = bus_find(&machine.bus, p->space, at);

	require(r && r->dev, "%s at 0x%llx", m->name, (unsigned long long)at);
	check_eq(str, r->dev->ops->name, m->name);
}

static void find_places(const char *name)
{
	build(name);
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct catalogue_model *m = catalogue_at(i);
		if (!catalogue_model_in(m, name)) continue;
		for (const struct catalogue_place *p = m->place; p->size; p++) {
			/* The host bridge decodes the same doubleword first. */
			if (p->base == RST_CNT && strcmp(name, "pc") == 0) continue;
			expect_answers(m, p, p->base);
			expect_answers(m, p, p->base + p->size - 1);
		}
	}
	machine_free(&machine);
}

Test(catalogue_machine, models_answer_where_the_catalogue_says_on_isapc) { find_places("isapc"); }

Test(catalogue_machine, models_answer_where_the_catalogue_says_on_pc) { find_places("pc"); }
