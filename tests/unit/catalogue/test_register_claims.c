/* SPDX-License-Identifier: MIT */
/* Checks claims of docs/fidelity.md on the devices of machines: each lint that follows from a table
 * is reported, and each field marked `kept` stores what is written. */
#include <string.h>

#include "harness/catalogue/catalogue_lints.h"
#include "harness/catalogue/register_text.h"
#include "harness/machine/host.h"
#include "harness/machine/pc.h"
#include "tests/check.h"
#include "tests/quality/coverage/recorder.h"

enum { MEMORY = 4 << 20, MAX_DEVICES = 64, MAX_LINTS = 64, BYTE = 8 };

static const struct machine_device devices[] = { { .text = "pci-test" } };
static struct machine machine;
static struct bimetal_cpu cpu;
static struct device *device[MAX_DEVICES]; /* all devices that an access can reach */
static size_t n_devices;
static struct observer observer;
static char told[MAX_LINTS][LINT_ID_SIZE];
static size_t n_told;

static void note(void *ctx, const struct lint *l)
{
	(void)ctx;
	if (n_told < MAX_LINTS) lint_id(l, told[n_told++], LINT_ID_SIZE);
}

static bool was_told(const char *id)
{
	for (size_t i = 0; i < n_told; i++)
		if (strcmp(told[i], id) == 0) return true;
	return false;
}

static void add_device(struct device *dev)
{
	if (!dev || !dev->ops || dev->ops->mem_read || !dev->ops->regs) return;
	for (size_t i = 0; i < n_devices; i++)
		if (device[i] == dev) return;
	require_lt(sz, n_devices, MAX_DEVICES);
	device[n_devices++] = dev;
}

static void add_range(const struct bus_decoder *d)
{
	for (size_t i = 0; i < d->n; i++) add_device(d->range[i].dev);
}

static void power_on(void)
{
	struct machine_config config = { .memory = MEMORY, .device = devices, .n_devices = 1 };

	require(machine_host_init(&machine, &config, &cpu) == NULL);
	observer = (struct observer){ .lint = note };
	hub_attach(&machine.hub, &observer);
	n_devices = 0;
	add_range(&machine.bus.port);
	add_range(&machine.bus.memory);
	for (unsigned i = 0; i < pc_of(&machine)->pci.n_functions; i++)
		add_device(&pc_of(&machine)->pci.function[i]->dev);
}

static void power_off(void) { machine_free(&machine); }

TestSuite(register_claims, .init = power_on, .fini = power_off, .timeout = 120);

/* Whether an access reaches this row: in the bank that is selected now, another row may be there.
 */
static bool shows(struct device *dev, const struct reg_desc *r)
{
	uint32_t n;

	return device_find(dev, r->offset, !(r->dir & REG_DIR_R), &n) == r;
}

static uint64_t stored(const struct device *dev, const struct reg_desc *r)
{
	return dev->reg[reg_table_slot(dev->ops->regs, (unsigned)(r - dev->ops->regs))];
}

/* ---- lints ---- */

static unsigned wrong_width(const struct reg_desc *r)
{
	static const enum reg_widths flag[] = { REG_W8, REG_W16, REG_W32, REG_W64 };

	for (unsigned i = 0; i < 4; i++) {
		unsigned width = BYTE << i;
		bool half = r->widths & REG_HALVES && width == 32;
		if (width != r->width && !(r->widths & flag[i]) && !half) return width;
	}
	return 0;
}

static void touch(struct device *dev, const struct reg_desc *r, uint64_t offset, unsigned width)
{
	if (r->dir & REG_DIR_R)
		(void)device_read(dev, offset, width, NULL, NULL);
	else
		device_write(dev, offset, width, 0, NULL, NULL);
}

static void break_rule(struct device *dev, const struct reg_desc *r, enum reg_lint rule)
{
	uint64_t zeros = register_unnamed(r) | reg_mask(r, 1u << REG_RSVDZ);

	switch (rule) {
	case REG_LINT_READONLY: device_write(dev, r->offset, r->width, 0, NULL, NULL); break;
	case REG_LINT_WRITEONLY: (void)device_read(dev, r->offset, r->width, NULL, NULL); break;
	case REG_LINT_WIDTH: touch(dev, r, r->offset, wrong_width(r)); break;
	case REG_LINT_MISALIGNED: touch(dev, r, r->offset + 1, 2 * BYTE); break;
	case REG_LINT_RESERVED: device_write(dev, r->offset, r->width, zeros, NULL, NULL); break;
	case REG_LINT_PRESERVE:
		device_write(dev, r->offset, r->width,
			     stored(dev, r) ^ reg_mask(r, 1u << REG_RSVDP), NULL, NULL);
		break;
	case REG_LINT_NO_REGISTER: require(false, "of no row"); break;
	}
}

struct tried {
	size_t dev; /* an index, not a pointer: each test makes a new machine */
	unsigned rows, lints;
};

static bool try_lint(void *ctx, const struct catalogue_lint *lint)
{
	struct tried *t = ctx;
	struct device *dev = device[t->dev];
	bool of_device = lint->table && lint->table->regs == dev->ops->regs;

	if (!lint->from_table || !lint->reg || !of_device || !shows(dev, lint->reg)) return true;
	n_told = 0;
	break_rule(dev, lint->reg, (enum reg_lint)(lint->desc - reg_lints));
	check(was_told(lint->id), "%s: %s", dev->instance, lint->id);
	t->lints++;
	/* Devices that a write has moved or switched off are back at their place. */
	machine_reset(&machine);
	return true;
}

Test(register_claims, every_lint_that_follows_from_a_table_is_reported)
{
	struct tried t = { 0 };

	coverage_lints_only();
	for (t.dev = 0; t.dev < n_devices; t.dev++)
		catalogue_visit(catalogue_model(device[t.dev]->ops->name), try_lint, &t);
	check_gt(uint, t.lints, 700, "%u", t.lints);
}

/* ---- kept fields ---- */

static bool is_in(const char *list, const char *name)
{
	size_t len = strlen(name);

	if (list && strcmp(list, "*") == 0) return true;
	for (; list && *list; list += strcspn(list, " "), list += strspn(list, " "))
		if (strcspn(list, " ") == len && memcmp(list, name, len) == 0) return true;
	return false;
}

/* Fields marked `kept`: how many store what is written, and how many do not. */
static uint64_t kept_mask(const struct reg_desc *r, bool plain)
{
	uint64_t mask = 0;

	for (const struct reg_field *f = r->fields; f->name; f++) {
		bool reserved = f->access == REG_RSVDP || f->access == REG_RSVDZ;
		if (reserved || is_in(r->undone, f->name) || !is_in(r->kept, f->name)) continue;
		if ((f->access == REG_RW) == plain) mask |= reg_field_mask(f);
	}
	return mask;
}

/* One port accesses two bytes in turn, so a read does not return the byte just written. */
static bool has_halves(const struct device *dev, const struct reg_desc *r)
{
	return strcmp(dev->ops->name, "i8237") == 0 && r->fields->access == REG_RW &&
	       (strncmp(r->name, "ADDR", 4) == 0 || strncmp(r->name, "COUNT", 5) == 0);
}

static void expect_kept(struct device *dev, const struct reg_desc *r)
{
	uint64_t plain = kept_mask(r, true), fixed = kept_mask(r, false);
	uint64_t first = device_read(dev, r->offset, r->width, NULL, NULL), now;

	if (!(r->dir & REG_DIR_W)) return;
	for (unsigned i = 0; i < 3; i++) {
		uint64_t value = (i == 1 ? plain : 0) | (first & ~plain);
		device_write(dev, r->offset, r->width, value, NULL, NULL);
		now = device_read(dev, r->offset, r->width, NULL, NULL);
		check_eq(u64, now & plain, value & plain, "%s.%s", dev->instance, r->name);
		check_eq(u64, now & fixed, first & fixed, "%s.%s", dev->instance, r->name);
	}
}

Test(register_claims, fields_marked_kept_store_what_is_written)
{
	unsigned n = 0;

	for (size_t i = 0; i < n_devices; i++)
		for (unsigned row = 0; row < device[i]->ops->n_regs; row++) {
			const struct reg_desc *r = &device[i]->ops->regs[row];
			if (!r->name || !r->kept || !(r->dir & REG_DIR_R) ||
			    has_halves(device[i], r))
				continue;
			if (!shows(device[i], r)) continue;
			expect_kept(device[i], r);
			n++;
		}
	check_gt(uint, n, 80, "%u", n);
}
