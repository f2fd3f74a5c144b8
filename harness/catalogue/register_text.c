/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/register_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "emu/bits.h"
#include "harness/catalogue/fidelity_internal.h"

enum { BITS_PER_BYTE = 8, BITS_PER_DIGIT = 4, MAX_BITS = 64 };

static void append(char *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(char *buf, const char *format, ...)
{
	size_t used = strlen(buf);
	va_list args;

	va_start(args, format);
	vsnprintf(buf + used, REGISTER_TEXT_SIZE - used, format, args);
	va_end(args);
}

const char *register_offset(const struct reg_desc *r, char *buf)
{
	snprintf(buf, REGISTER_TEXT_SIZE, "0x%02x", r->offset);
	if (r->count > 1) append(buf, "+0x%xn", (unsigned)r->stride);
	return buf;
}

const char *register_name(const struct reg_desc *r, char *buf)
{
	snprintf(buf, REGISTER_TEXT_SIZE, "%s", r->name);
	if (r->count > 1) append(buf, "[%u]", (unsigned)r->count);
	return buf;
}

const char *register_reset(const struct reg_desc *r, char *buf)
{
	snprintf(buf, REGISTER_TEXT_SIZE, "0x%0*" PRIx64, r->width / BITS_PER_DIGIT, r->reset);
	return buf;
}

const char *register_widths(const struct about_table *t, const struct reg_desc *r, char *buf)
{
	buf[0] = '\0';
	for (unsigned width = BITS_PER_BYTE; width <= MAX_BITS; width *= 2) {
		bool half = r->widths & REG_HALVES && width * 2 == r->width;
		if (width != r->width && !half && !(r->widths & width / BITS_PER_BYTE)) continue;
		append(buf, "%s%u", buf[0] ? "," : "", width);
	}
	if (t->kind == ABOUT_INNER) snprintf(buf, REGISTER_TEXT_SIZE, "-");
	return buf;
}

const char *register_bits(uint64_t mask, char *buf)
{
	buf[0] = '\0';
	for (int msb = MAX_BITS - 1; msb >= 0; msb--) {
		int lsb = msb;
		if (!(mask >> msb & 1)) continue;
		while (lsb > 0 && mask >> (lsb - 1) & 1) lsb--;
		append(buf, "%s%d", buf[0] ? ", " : "", msb);
		if (lsb < msb) append(buf, ":%d", lsb);
		msb = lsb;
	}
	return buf;
}

const char *register_places(const struct catalogue_model *m, const char *machine, char *buf)
{
	const char *space = NULL;

	buf[0] = '\0';
	for (const struct catalogue_place *p = m->place; p->size; p++) {
		const char *now = p->space == BUS_PORT ? "ports" : "memory";

		if (machine && !catalogue_place_on(p, machine)) continue;
		if (!space || strcmp(space, now) != 0)
			append(buf, "%s%s ", space ? "; " : "", now);
		else
			append(buf, ", ");
		space = now;
		append(buf, "0x%02" PRIx64, p->base);
		if (p->size > 1) append(buf, "-0x%02" PRIx64, p->base + p->size - 1);
	}
	return buf;
}

uint64_t register_unnamed(const struct reg_desc *r)
{
	return ~reg_mask(r, ~0u) & low_bits(r->width);
}

const char *register_dir(const struct reg_desc *r)
{
	if (r->dir == REG_DIR_RW) return "rw";
	return r->dir == REG_DIR_R ? "r" : "w";
}

const char *register_window(const struct about_table *t, const struct reg_desc *r)
{
	return r->bank && t->bank ? t->bank[r->bank] : NULL;
}

static const struct {
	const char *name, *meaning;
} accesses[] = {
	[REG_RO] = { "ro", "can only be read; a write has no effect and is no violation" },
	[REG_RW] = { "rw", "keeps what is written" },
	[REG_WO] = { "wo", "can only be written; what is read has another meaning" },
	[REG_W1C] = { "w1c", "writing 1 clears the bit" },
	[REG_RC] = { "rc", "reading clears the bits" },
	[REG_RW1S] = { "rw1s", "writing 1 sets the bit; the device clears it" },
	[REG_RSVDP] = { "rsvdp", "reserved: to be written as it was read" },
	[REG_RSVDZ] = { "rsvdz", "reserved: to be written as 0" },
};

const char *register_access(enum reg_access access) { return accesses[access].name; }

const char *register_access_meaning(enum reg_access access) { return accesses[access].meaning; }

const char *register_effect(const struct reg_desc *r, const struct reg_field *f)
{
	static const char *const effects[FIDELITY_N_EFFECTS] = {
		[FIDELITY_DONE] = "",
		[FIDELITY_KEPT] = ", kept",
		[FIDELITY_UNDONE] = ", not modelled",
	};

	return effects[fidelity_effect(r, f)];
}

/* How many bytes of the text fit on a line of `room` columns. */
static size_t line_length(const char *text, size_t room)
{
	size_t len = strlen(text);

	if (len <= room) return len;
	len = room;
	while (len > 0 && text[len] != ' ') len--;
	return len > 0 ? len : strcspn(text, " "); /* a word longer than the line */
}

void print_wrapped(FILE *out, const char *label, unsigned indent, const char *text)
{
	size_t room = REGISTER_TEXT_COLUMNS - 1 - indent;

	fprintf(out, "  %-*s", (int)indent - 2, label);
	for (;;) {
		size_t len = line_length(text, room);
		fprintf(out, "%.*s\n", (int)len, text);
		text += len;
		text += strspn(text, " ");
		if (!*text) return;
		fprintf(out, "%*s", (int)indent, "");
	}
}
