/* SPDX-License-Identifier: MIT */
/* What a mistyped lint id or device name may have meant. */
#define _GNU_SOURCE /* strcasestr() */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "harness/catalogue/catalogue_lints.h"
#include "harness/support/near_text.h"

/* ---- lints ---- */

struct nearest {
	const char *text;
	struct catalogue_lint *lint;
	unsigned distance[CATALOGUE_MAX_NEAR], n;
};

static bool is_known(const struct nearest *near, const char *id)
{
	for (unsigned i = 0; i < near->n; i++)
		if (strcmp(near->lint[i].id, id) == 0) return true;
	return false;
}

static bool consider(void *ctx, const struct catalogue_lint *lint)
{
	struct nearest *near = ctx;
	unsigned d = near_text(near->text, lint->id), at = near->n;

	if (d == NEAR_TEXT_NOT || is_known(near, lint->id)) return true;
	while (at > 0 && near->distance[at - 1] > d) at--;
	if (at == CATALOGUE_MAX_NEAR) return true;
	if (near->n < CATALOGUE_MAX_NEAR) near->n++;
	for (unsigned i = near->n - 1; i > at; i--) {
		near->lint[i] = near->lint[i - 1];
		near->distance[i] = near->distance[i - 1];
	}
	near->lint[at] = *lint;
	near->distance[at] = d;
	return true;
}

unsigned catalogue_near(const char *text, struct catalogue_lint near[CATALOGUE_MAX_NEAR])
{
	struct nearest best = { .text = text, .lint = near };

	catalogue_visit(NULL, consider, &best);
	while (best.n > 1 && best.distance[best.n - 1] > best.distance[0]) best.n--;
	return best.n;
}

/* Write "PATTERN" if it matches an id: `text`, of its length, and ".*". */
static bool whole_group(const char *text, size_t len, char pattern[LINT_ID_SIZE])
{
	if (len == 0 || len + sizeof(".*") > LINT_ID_SIZE) return false;
	snprintf(pattern, LINT_ID_SIZE, "%.*s.*", (int)len, text);
	return catalogue_matches(pattern);
}

/* The first part of an id that the text's first part may be a slip of; NULL: none. */
static const char *near_model(const char *text)
{
	char part[LINT_ID_SIZE];
	const char *best = NULL;
	unsigned least = NEAR_TEXT_NOT;

	snprintf(part, sizeof(part), "%.*s", (int)strcspn(text, ".*"), text);
	for (size_t i = 0; i < catalogue_size(); i++) {
		unsigned d = near_text(part, catalogue_at(i)->name);

		if (d >= least) continue;
		least = d;
		best = catalogue_at(i)->name;
	}
	return best;
}

/* `bimetal explain` knows a model of a module only with its file. */
static const char *option_of(const char *text)
{
	size_t len = strcspn(text, ".*");

	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct catalogue_model *m = catalogue_at(i);

		if (strlen(m->name) == len && strncmp(m->name, text, len) == 0 && m->foreign)
			return "--device FILE.so ";
	}
	return "";
}

/* No id is near. */
static void group_hint(const char *text, char *buf, size_t size)
{
	size_t len = strcspn(text, "*");
	const char *model = near_model(text);
	char group[LINT_ID_SIZE], device[LINT_ID_SIZE];
	bool known_device = whole_group(text, strcspn(text, ".*"), device);

	while (len > 0 && text[len - 1] == '.') len--;
	if (whole_group(text, len, group) ||
	    (!known_device && model && whole_group(model, strlen(model), group)))
		snprintf(buf, size, "did you mean '%s'?", group);
	else if (known_device)
		snprintf(buf, size, "'bimetal explain %s\"%s\"' prints those of this device",
			 option_of(text), device);
	else
		snprintf(buf, size, "'bimetal explain --list' prints all of them");
}

void catalogue_lint_hint(const char *text, char *buf, size_t size)
{
	struct catalogue_lint near[CATALOGUE_MAX_NEAR];
	unsigned n = catalogue_near(text, near);
	size_t at = 0;

	if (n == 0) group_hint(text, buf, size);
	for (unsigned i = 0; i < n && at < size; i++)
		at += (size_t)snprintf(buf + at, size - at, "%s%s%s", i ? ", " : "did you mean ",
				       near[i].id, i + 1 == n ? "?" : "");
}

/* ---- devices ---- */

/* Names by which messages and traces call devices, and those of their folders in devices/ and
 * drivers/. Where several models share a name, it stands for the first of them. */
static const struct {
	const char *name, *model;
} other_names[] = {
	{ "board", "isa_misc" },
	{ "com1", "uart16550" },
	{ "com2", "uart16550" },
	{ "com3", "uart16550" },
	{ "com4", "uart16550" },
	{ "debug_console", "isa_misc" },
	{ "debug_exit", "isa_misc" },
	{ "display", "bochs_display" },
	{ "dma.page", "i8237" },
	{ "dma1", "i8237" },
	{ "dma2", "i8237" },
	{ "dma_8237", "i8237" },
	{ "ecam", "pci_ecam" },
	{ "isa_ports", "isa_misc" },
	{ "kbc", "i8042" },
	{ "keyboard", "ps2_keyboard" },
	{ "lpc", "ich9_lpc" },
	{ "mch", "q35_host" },
	{ "mouse", "ps2_mouse" },
	{ "pc-testdev", "pc_testdev" },
	{ "pci", "pci_host" },
	{ "pci-test", "pci_test" },
	{ "pic.elcr", "i8259a" },
	{ "pic.master", "i8259a" },
	{ "pic.slave", "i8259a" },
	{ "pic_8259", "i8259a" },
	{ "pit", "i8254" },
	{ "pit_8254", "i8254" },
	{ "pm", "acpi_pm" },
	{ "ps2", "i8042" },
	{ "ps2_controller", "i8042" },
	{ "q35", "q35_host" },
	{ "rcrb", "ich9_rcrb" },
	{ "reset", "isa_misc" },
	{ "rtc", "mc146818" },
	{ "rtc_mc146818", "mc146818" },
	{ "uart_16550", "uart16550" },
};

enum { N_OTHER_NAMES = sizeof(other_names) / sizeof(other_names[0]) };

const struct catalogue_model *catalogue_device(const char *name)
{
	const struct catalogue_model *m = catalogue_model(name);

	for (size_t i = 0; !m && i < N_OTHER_NAMES; i++)
		if (strcmp(other_names[i].name, name) == 0)
			m = catalogue_model(other_names[i].model);
	return m && m->machines ? m : NULL;
}

/* A name of a device: of a model, or another one. */
struct device_name {
	const char *known, *model;
};

/* The i-th; false: it is no device's. */
static bool device_name(size_t i, struct device_name *name)
{
	if (i < catalogue_size()) {
		name->known = name->model = catalogue_at(i)->name;
		return catalogue_at(i)->machines;
	}
	name->known = other_names[i - catalogue_size()].name;
	name->model = other_names[i - catalogue_size()].model;
	return true;
}

/* The model of which a name begins with the text ("pic"), or else contains it ("8259"); of several
 * the shortest. */
static const char *device_containing(const char *text)
{
	enum { SHORTEST_WORD = 3, WITHIN = 1000 };
	const char *best = NULL;
	size_t least = SIZE_MAX;
	struct device_name name;

	if (strlen(text) < SHORTEST_WORD) return NULL;
	for (size_t i = 0; i < catalogue_size() + N_OTHER_NAMES; i++) {
		const char *at = device_name(i, &name) ? strcasestr(name.known, text) : NULL;
		size_t rank = strlen(name.known) + (at == name.known ? 0 : WITHIN);

		if (!at || rank >= least) continue;
		least = rank;
		best = name.model;
	}
	return best;
}

const char *catalogue_device_near(const char *text)
{
	const char *best = device_containing(text);
	unsigned least = NEAR_TEXT_NOT;
	struct device_name name;

	if (best) return best;
	for (size_t i = 0; i < catalogue_size() + N_OTHER_NAMES; i++) {
		unsigned d = device_name(i, &name) ? near_text(text, name.known) : NEAR_TEXT_NOT;

		if (d >= least) continue;
		least = d;
		best = name.known;
	}
	return best;
}

size_t catalogue_device_names(const struct catalogue_model *model, char *buf, size_t size)
{
	size_t at = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < N_OTHER_NAMES && at < size; i++)
		if (strcmp(other_names[i].model, model->name) == 0)
			at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? ", " : "",
					       other_names[i].name);
	return at;
}
