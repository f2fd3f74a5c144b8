/* SPDX-License-Identifier: MIT */
#include "text.h"

#include "bimetal/scale.h"

enum { DECIMAL = 10, HEX = 16, MAX_DIGITS = 20 };

struct x86_text x86_text_in(char *at, size_t size)
{
	if (size) at[0] = '\0';
	return (struct x86_text){ .at = at, .size = size };
}

static void add(struct x86_text *text, char c)
{
	if (text->length + 1 < text->size) {
		text->at[text->length] = c;
		text->at[text->length + 1] = '\0';
	}
	text->length++;
}

void x86_text_add(struct x86_text *text, const char *word)
{
	while (*word) add(text, *word++);
}

static void number(struct x86_text *text, uint64_t value, unsigned base, unsigned digits)
{
	char reversed[MAX_DIGITS];
	uint64_t digit;
	unsigned n = 0;

	while (value || n == 0) {
		value = scale_divide(value, base, &digit);
		reversed[n++] = "0123456789abcdef"[digit];
	}
	for (; digits > n; digits--) add(text, '0');
	while (n) add(text, reversed[--n]);
}

void x86_text_add_decimal(struct x86_text *text, uint64_t value)
{
	number(text, value, DECIMAL, 1);
}

void x86_text_add_hex(struct x86_text *text, uint64_t value, unsigned digits)
{
	x86_text_add(text, "0x");
	number(text, value, HEX, digits);
}
