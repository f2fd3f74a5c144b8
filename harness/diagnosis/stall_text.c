/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/stall_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "emu/units.h"

enum { LISTED_FIELDS = 8 };

void sentence_add(struct sentence *s, const char *format, ...)
{
	va_list args;
	if (s->len + 1 >= s->size) return;
	va_start(args, format);
	int n = vsnprintf(s->text + s->len, s->size - s->len, format, args);
	va_end(args);
	if (n > 0) s->len += (size_t)n;
	if (s->len >= s->size) s->len = s->size - 1;
}

void sentence_add_ms(struct sentence *s, uint64_t ns)
{
	sentence_add(s, "%.2f ms", (double)ns / NS_PER_MS);
}

unsigned stall_percent(uint64_t part, uint64_t whole)
{
	double share = whole ? (double)part * STALL_PERCENT / (double)whole + 0.5 : 0;
	return share > STALL_PERCENT ? STALL_PERCENT : (unsigned)share;
}

const char *stall_grouped(uint64_t n, char buf[32])
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);
	char *to = buf;
	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0) *to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return buf;
}

const char *stall_register_text(const struct profile_access *x, char *buf, size_t size)
{
	const char *space = x->space == BUS_PORT ? "port" : "physical address";
	struct sentence s = { buf, size, 0 };
	buf[0] = '\0';
	if (!x->dev) {
		sentence_add(&s, "%s 0x%" PRIx64 ", where nothing answers", space, x->addr);
		return buf;
	}
	if (x->reg)
		sentence_add(&s, "%s.%s", x->dev->ops->name, x->reg->name);
	else
		sentence_add(&s, "%s at %s 0x%" PRIx64, x->dev->ops->name, space, x->addr);
	if (x->reg && x->reg->count > 1) sentence_add(&s, "[%" PRIu32 "]", x->n);
	if (x->dev->instance && strcmp(x->dev->instance, x->dev->ops->name) != 0)
		sentence_add(&s, " (%s)", x->dev->instance);
	return buf;
}

const char *stall_fields_text(const struct profile_access *x, uint64_t mask, char *buf, size_t size)
{
	struct sentence s = { buf, size, 0 };
	unsigned n = 0;
	buf[0] = '\0';
	if (!x->reg || !x->reg->fields) return buf;
	for (const struct reg_field *f = x->reg->fields; f->name && n < LISTED_FIELDS; f++) {
		if (f->msb >= x->width || !(reg_field_mask(f) & mask)) continue;
		sentence_add(&s, "%s%s=%" PRIu64, n++ ? " " : "", f->name,
			     reg_field_value(f, x->last_value));
	}
	return buf;
}

size_t stall_disassemble(const struct guest_view *g, uint64_t at, size_t bytes,
			 struct disasm_line *line, size_t max)
{
	uint8_t code[STALL_BLOCK_BYTES];
	size_t len = g->peek(g->ctx, at, code, bytes < sizeof(code) ? bytes : sizeof(code));
	return disasm(guest_code_mode(g->regs), at, code, len, line, max);
}

const char *stall_function(const struct guest_view *g, uint64_t addr, char *buf, size_t size)
{
	guest_symbol(g, addr, buf, size);
	char *plus = strchr(buf, '+');
	if (plus) *plus = '\0';
	if (!buf[0]) snprintf(buf, size, "0x%" PRIx64, addr);
	return buf;
}
