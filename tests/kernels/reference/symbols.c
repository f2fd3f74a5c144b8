/* SPDX-License-Identifier: MIT */
#include "symbols.h"

#include "layout.h"

/* In the image: room that link.sh fills; zeros behind the text. */
extern const char symbols_text[SYMBOL_BYTES];

static char names[SYMBOL_BYTES];

enum { TEN = 10, SIXTEEN = 16 };

static int digit(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + TEN;
	return -1;
}

static const char *read_number(const char *at, uint64_t *value)
{
	for (*value = 0; digit(*at) >= 0; at++) *value = *value * SIXTEEN + (uint64_t)digit(*at);
	return *at == ' ' ? at + 1 : at;
}

size_t symbols_read(struct panic_symbol *symbol, size_t max)
{
	const char *at = symbols_text, *const end = symbols_text + SYMBOL_BYTES;
	char *name = names;
	size_t n = 0;

	while (at < end && *at && n < max) {
		at = read_number(at, &symbol[n].start);
		at = read_number(at, &symbol[n].end);
		symbol[n++].name = name;
		while (at < end && *at && *at != '\n') *name++ = *at++;
		*name++ = '\0';
		if (at < end && *at) at++;
	}
	return n;
}
