/* SPDX-License-Identifier: MIT */
#include "harness/machine/added.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "harness/machine/added_check.h"
#include "harness/machine/board.h"
#include "harness/support/object_room.h"
#include "harness/support/values.h"

enum {
	WORD_SIZE = 64,
	FIRST_IN_SPACE = 1,
	MAX_LINES = 256,
	MAX_TEXT = 200,
	MIB_SHIFT = 20,
	SLACK = 1 << 16 /* behind a model's struct: init() of one with a wrong size is told */
};

/* What the user said of a device. */
struct request {
	const char *text; /* all of it */
	bool placed[MODEL_MAX_PARTS];
	uint64_t base[MODEL_MAX_PARTS];
	bool has_irq;
	unsigned irq;
	char name[MODEL_NAME_SIZE]; /* "": not said */
};

__attribute__((format(printf, 3, 4))) static const char *refuse(struct machine *m, const char *text,
								const char *format, ...)
{
	size_t used;
	va_list args;

	/* A long text must leave room for what is wrong with it. */
	snprintf(m->error, sizeof(m->error), "--device %.*s%s: ", MAX_TEXT, text,
		 strnlen(text, MAX_TEXT + 1) > MAX_TEXT ? "..." : "");
	used = strlen(m->error);
	va_start(args, format);
	vsnprintf(m->error + used, sizeof(m->error) - used, format, args);
	va_end(args);
	return m->error;
}

/* ---- what fits ---- */

bool machine_kind_takes(const struct machine_kind *kind, const struct model *model)
{
	return (!model->pci || kind->pci) && (!model->line || kind->line);
}

static const struct model *find_model(const char *name)
{
	const struct model *model;

	for (size_t i = 0; (model = machine_model_at(i)); i++)
		if (strcmp(model->name, name) == 0) return model;
	return NULL;
}

static const struct machine_card *find_card(const struct machine *m, const char *name)
{
	for (size_t i = 0; i < m->kind->n_cards; i++)
		if (strcmp(m->kind->card[i].name, name) == 0) return &m->kind->card[i];
	return NULL;
}

static const char *unknown(struct machine *m, const char *text)
{
	const struct model *model;

	(void)refuse(m, text, "unknown device; the machine '%s' knows:", m->kind->name);
	for (size_t i = 0; (model = machine_model_at(i)); i++)
		if (machine_kind_takes(m->kind, model)) board_error_add(m, model->name);
	for (size_t i = 0; i < m->kind->n_cards; i++) board_error_add(m, m->kind->card[i].name);
	board_error_add(m, "(one of your own: a module such as ./adc.so; in CMake "
			   "bimetal_add_model() stands before its use)");
	return m->error;
}

/* ---- reading the text ---- */

/* The keyword that places part n: "port", "memory2". Empty: it is not placed. */
static void keyword_of(const struct model *model, size_t n, char word[WORD_SIZE])
{
	unsigned before = 0;

	word[0] = '\0';
	if (!model->part[n].size) return;
	for (size_t i = 0; i < n; i++)
		before += model->part[i].size && model->part[i].space == model->part[n].space;
	const char *space = model->part[n].space == BUS_PORT ? "port" : "memory";
	if (before)
		snprintf(word, WORD_SIZE, "%s%u", space, before + FIRST_IN_SPACE);
	else
		snprintf(word, WORD_SIZE, "%s", space);
}

void machine_model_usage(const struct model *model, char *buf, size_t size)
{
	char word[WORD_SIZE];
	size_t at = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < model->n_parts && at < size; i++) {
		keyword_of(model, i, word);
		if (word[0]) at += (size_t)snprintf(buf + at, size - at, "%s=N,", word);
	}
	if (at < size)
		snprintf(buf + at, size - at, "%sname=WORD%s", model->line ? "irq=N," : "",
			 model->sends ? ",file=PATH" : "");
}

static bool place(struct request *r, const struct model *model, const char *key, uint64_t value)
{
	char word[WORD_SIZE];

	for (size_t i = 0; i < model->n_parts; i++) {
		keyword_of(model, i, word);
		if (!word[0] || strcmp(word, key) != 0) continue;
		r->placed[i] = true;
		r->base[i] = value;
		return true;
	}
	return false;
}

static bool is_instance(const char *word)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

	return *word && strlen(word) < MODEL_NAME_SIZE && word[strspn(word, allowed)] == '\0';
}

/* One KEY=VALUE. */
static const char *read_setting(struct machine *m, struct request *r, const struct model *model,
				const char *setting, size_t len)
{
	char text[WORD_SIZE], usage[2 * WORD_SIZE];
	uint64_t number = 0;
	char *value;

	snprintf(text, sizeof(text), "%.*s", len < sizeof(text) ? (int)len : 0, setting);
	value = strchr(text, '=');
	if (value) *value++ = '\0';
	machine_model_usage(model, usage, sizeof(usage));
	if (!value)
		return refuse(m, r->text, "'%.*s': expected %s",
			      len < MAX_TEXT ? (int)len : MAX_TEXT, setting, usage);
	if (strcmp(text, "name") == 0) {
		if (!is_instance(value))
			return refuse(m, r->text,
				      "name=%s: expected up to %d lower-case letters, digits, '-', "
				      "'_' and '.'",
				      value, MODEL_NAME_SIZE - 1);
		snprintf(r->name, sizeof(r->name), "%.*s", MODEL_NAME_SIZE - 1, value);
		return NULL;
	}
	if (!value_number(value, UINT64_MAX, &number))
		return refuse(m, r->text, "%s=%s: expected a number such as 0x300", text, value);
	if (strcmp(text, "irq") == 0 && model->line) {
		if (number >= MAX_LINES) return refuse(m, r->text, "irq=%s: no such line", value);
		r->has_irq = true;
		r->irq = (unsigned)number;
		return NULL;
	}
	return place(r, model, text, number)
		       ? NULL
		       : refuse(m, r->text, "'%s' is nothing that it has; expected %s", text,
				usage);
}

static const char *read_request(struct machine *m, struct request *r, const struct model *model)
{
	const char *at = r->text + strcspn(r->text, ",");
	char word[WORD_SIZE];

	while (*at) {
		size_t len = strcspn(++at, ",");
		const char *fault = read_setting(m, r, model, at, len);
		if (fault) return fault;
		at += len;
	}
	for (size_t i = 0; i < model->n_parts; i++) {
		keyword_of(model, i, word);
		if (word[0] && !r->placed[i])
			return refuse(m, r->text, "where is it? Say %s=N, such as %.*s,%s=%s", word,
				      (int)strcspn(r->text, ","), r->text, word,
				      model->part[i].space == BUS_PORT ? "0x300" : "0xfed80000");
	}
	if (model->line && !r->has_irq)
		return refuse(m, r->text, "which interrupt line has it? Say irq=N, such as irq=5");
	return NULL;
}

/* ---- making ---- */

/* Words that stimuli (harness/console/stimuli.h) use for others than added devices. */
static bool is_reserved(const char *name)
{
	static const char *const words[] = { "com1",     "com2",  "com3", "com4",
					     "keyboard", "mouse", "plug", "unplug" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(words[i], name) == 0) return true;
	return false;
}

/* Does another device have the name? */
static bool is_taken(const struct machine *m, const struct machine_added *a, const char *name)
{
	for (size_t i = 0; i < m->n_devices; i++)
		if (m->device[i]->instance && strcmp(m->device[i]->instance, name) == 0)
			return true;
	for (size_t i = 0; i < m->n_added; i++)
		if (m->added[i] != a && strcmp(m->added[i]->name, name) == 0) return true;
	return false;
}

/* Each device has a name of its own: stimuli and statistics find it by it. */
static const char *name_it(struct machine *m, struct machine_added *a, const struct request *r)
{
	unsigned n = 1;

	if (r->name[0]) {
		if (is_taken(m, a, r->name))
			return refuse(m, r->text, "another device has the name '%s'", r->name);
		if (is_reserved(r->name))
			return refuse(m, r->text,
				      "'%s' has a meaning of its own in stimuli; give it another "
				      "name",
				      r->name);
		memcpy(a->name, r->name, sizeof(a->name));
		return NULL;
	}
	snprintf(a->name, sizeof(a->name), "%s", a->model->name);
	while (is_taken(m, a, a->name) || is_reserved(a->name))
		snprintf(a->name, sizeof(a->name), "%.24s%u", a->model->name, ++n);
	return NULL;
}

static void output(void *ctx, uint8_t byte)
{
	const struct machine_added *a = ctx;
	const struct machine_config *c = &a->machine->config;

	if (c->device_tx) c->device_tx(c->ctx, a->n, byte);
}

/* The message names the lines that there are. */
static const char *no_line(struct machine *m, const struct request *r)
{
	enum { ASKED = 32, DIGITS = 12 };
	char number[DIGITS];
	struct irq irq;

	(void)refuse(m, r->text,
		     "irq=%u is no line for added devices on the machine '%s'; these are:", r->irq,
		     m->kind->name);
	for (unsigned n = 0; n < ASKED; n++) {
		if (!m->kind->line(m, n, &irq)) continue;
		snprintf(number, sizeof(number), "%u", n);
		board_error_add(m, number);
	}
	return m->error;
}

static const char *connect_line(struct machine *m, struct machine_added *a,
				struct model_wiring *wiring, const struct request *r)
{
	if (!r->has_irq) return NULL;
	for (size_t i = 0; i < m->n_added; i++)
		if (m->added[i] != a && m->added[i]->has_irq && m->added[i]->irq == r->irq)
			return refuse(m, r->text, "irq=%u is already the line of '%s'", r->irq,
				      m->added[i]->name);
	a->has_irq = true;
	a->irq = r->irq;
	return m->kind->line(m, r->irq, &wiring->irq) ? NULL : no_line(m, r);
}

/* Where the machine can have it. RAM and ROM come before the bus. */
static const char *place_fault(struct machine *m, const struct model_part *p,
			       const struct request *r, uint64_t base)
{
	bool aligns = (p->size & (p->size - 1)) == 0;
	uint64_t most = p->space == BUS_PORT ? UINT16_MAX : UINT64_MAX;

	if (aligns && base % p->size != 0)
		return refuse(m, r->text,
			      "0x%" PRIx64 ": its address must be a multiple of %" PRIu64
			      " (a hexadecimal number begins with 0x)",
			      base, p->size);
	if (base > most || p->size - 1 > most - base)
		return refuse(m, r->text, "0x%" PRIx64 ": the last address is 0x%" PRIx64, base,
			      most);
	for (size_t i = 0; p->space == BUS_MEMORY && i < m->mem.n_regions; i++) {
		const struct mem_region *at = &m->mem.region[i];

		if (base < at->base + at->size && at->base <= base + (p->size - 1))
			return refuse(m, r->text,
				      "at 0x%" PRIx64 " there is %s: 0x%" PRIx64 "..0x%" PRIx64,
				      base, at->kind == MEM_RAM ? "RAM" : "ROM", at->base,
				      at->base + (at->size - 1));
	}
	return NULL;
}

static const char *connect_parts(struct machine *m, const struct machine_added *a,
				 const struct request *r)
{
	char why[MACHINE_ERROR_SIZE / 2];
	const char *fault = added_fault(a, why, sizeof(why));

	if (fault) return refuse(m, r->text, "%s", fault);
	for (size_t i = 0; !fault && i < a->model->n_parts; i++) {
		const struct model_part *p = &a->model->part[i];

		if (!added_shares_state(a, i)) board_add_device(m, added_device(a, i));
		if (!p->size) continue;
		fault = place_fault(m, p, r, r->base[i]);
		if (fault) break;
		fault = bus_map(&m->bus, p->space, r->base[i], p->size, added_device(a, i),
				p->offset);
		if (fault) return refuse(m, r->text, "%s", fault);
	}
	return fault;
}

static const char *make(struct machine *m, struct machine_added *a, const struct request *r,
			unsigned slot)
{
	struct model_wiring wiring = { .instance = a->name,
				       .hub = &m->hub,
				       .clock = &m->clock,
				       .dma = { .mem = &m->mem,
						.message = m->kind->message,
						.ctx = m,
						.address_bits = 64 },
				       .pci_device = slot,
				       .output = output,
				       .output_ctx = a };
	const char *fault = name_it(m, a, r);

	if (!fault) fault = connect_line(m, a, &wiring, r);
	if (fault) return fault;
	if (a->model->pci) wiring.pci = m->kind->pci(m);
	a->memory = calloc(1, a->model->size + SLACK);
	if (!a->memory) return "out of host memory";
	fault = a->model->init(a->memory, &wiring);
	return fault ? refuse(m, r->text, "%s", fault) : connect_parts(m, a, r);
}

/* The machine keeps it, even if it cannot be made: then the machine is freed. */
static struct machine_added *keep(struct machine *m, const struct model *model, unsigned n)
{
	struct machine_added **more =
		realloc((void *)m->added, (m->n_added + 1) * sizeof(struct machine_added *));
	struct machine_added *a = more ? calloc(1, sizeof(*a)) : NULL;

	if (more) m->added = more;
	if (!a) return NULL;
	*a = (struct machine_added){ .model = model, .machine = m, .n = n };
	m->added[m->n_added++] = a;
	return a;
}

static const char *add_model(struct machine *m, const struct model *model,
			     const struct machine_device *device, unsigned slot)
{
	struct request r = { .text = device->text };
	char why[MACHINE_ERROR_SIZE / 2];
	const char *fault =
		device->model ? model_fault(model, object_room, why, sizeof(why)) : NULL;
	struct machine_added *a;

	/* A module was checked when it was loaded, a model that is linked was not. */
	if (fault) return refuse(m, device->text, "its model cannot be used: %s", fault);
	fault = read_request(m, &r, model);
	if (fault) return fault;
	a = keep(m, model, (unsigned)(device - m->config.device));
	return a ? make(m, a, &r, slot) : "out of host memory";
}

/* The size in "NAME,KEY=SIZE". NULL or a message. */
static const char *read_size(struct machine *m, const struct machine_card *card, const char *text,
			     uint64_t *size)
{
	const struct machine_card_size *s = card->size;
	const char *setting = text + strlen(card->name);
	size_t key = s ? strlen(s->key) : 0;

	if (s) *size = s->normal;
	if (!*setting) return NULL;
	if (!s) return refuse(m, text, "'%s' takes no settings", card->name);
	setting++;
	if (strncmp(setting, s->key, key) != 0 || setting[key] != '=')
		return refuse(m, text, "expected %s=SIZE", s->key);
	if (!value_size(setting + key + 1, size) || *size < s->min || *size > s->max ||
	    *size & (*size - 1))
		return refuse(m, text,
			      "%s: expected a power of two, %" PRIu64 "M to %" PRIu64 "M; %" PRIu64
			      "M without it",
			      s->key, s->min >> MIB_SHIFT, s->max >> MIB_SHIFT,
			      s->normal >> MIB_SHIFT);
	return NULL;
}

static const char *add_card(struct machine *m, const struct machine_card *card, const char *text,
			    unsigned slot)
{
	uint64_t size = 0;
	const char *fault = read_size(m, card, text, &size);

	if (fault) return fault;
	fault = card->plug(m, slot, size);
	return fault ? refuse(m, text, "%s", fault) : NULL;
}

/* A machine of another kind has it. */
static const char *elsewhere(struct machine *m, const char *text, const char *name)
{
	for (unsigned n = 0; machine_kind_at(n); n++) {
		const struct machine_kind *kind = machine_kind_at(n);

		for (size_t i = 0; i < kind->n_cards; i++) {
			const struct machine_card *card = &kind->card[i];
			if (!card->needs || strcmp(card->name, name) != 0) continue;
			return refuse(m, text, "the machine '%s' has no %s; use -M %s",
				      m->kind->name, card->needs, kind->name);
		}
	}
	return NULL;
}

const char *machine_add(struct machine *m, const struct machine_device *device, unsigned slot)
{
	const struct machine_card *card;
	const struct model *model = device->model;
	const char *fault;
	char name[WORD_SIZE];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(device->text, ","), device->text);
	if (!model) model = find_model(name);
	if (model) {
		if (machine_kind_takes(m->kind, model)) return add_model(m, model, device, slot);
		return refuse(m, device->text,
			      model->pci ? "the machine '%s' has no PCI; use -M pc"
					 : "the machine '%s' has no interrupt lines for "
					   "added devices",
			      m->kind->name);
	}
	card = find_card(m, name);
	if (card) return add_card(m, card, device->text, slot);
	fault = elsewhere(m, device->text, name);
	return fault ? fault : unknown(m, device->text);
}

/* ---- using ---- */

bool machine_device_sends(const struct machine *m, unsigned n)
{
	for (size_t i = 0; i < m->n_added; i++)
		if (m->added[i]->n == n) return m->added[i]->model->sends;
	return false;
}

struct machine_added *machine_added_find(const struct machine *m, const char *name)
{
	for (size_t i = 0; i < m->n_added; i++)
		if (strcmp(m->added[i]->name, name) == 0) return m->added[i];
	return NULL;
}

void machine_added_set(struct machine_added *added, unsigned input, uint64_t value)
{
	added->model->set_input(added->memory, input, value);
}

const struct bus_range *machine_added_untouched(const struct machine_added *added)
{
	const struct bus *bus = &added->machine->bus;
	const struct bus_decoder *decoder[] = { &bus->port, &bus->memory };
	const struct bus_range *first = NULL;

	for (size_t d = 0; !added->model->pci && d < ARRAY_SIZE(decoder); d++)
		for (size_t i = 0; i < decoder[d]->n; i++) {
			const struct bus_range *r = &decoder[d]->range[i];

			if (!r->dev || r->dev->instance != added->name) continue;
			if (r->accesses) return NULL;
			if (!first) first = r;
		}
	return first;
}

void machine_added_free(struct machine *m)
{
	for (size_t i = 0; i < m->n_added; i++) {
		free(m->added[i]->memory);
		free(m->added[i]);
	}
	free((void *)m->added);
	m->added = NULL;
	m->n_added = 0;
}
