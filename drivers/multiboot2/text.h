/* SPDX-License-Identifier: MIT */
/* Text for a sink. Numbers of 64 bits are hexadecimal: a CPU of 32 bits needs a library to divide
 * them. Internal. */
#ifndef DRIVERS_MULTIBOOT2_TEXT_H
#define DRIVERS_MULTIBOOT2_TEXT_H

#include "bimetal/multiboot2_dump.h"

static inline void mb2_put_text(const struct mb2_sink *sink, const char *text)
{
	sink->put(sink->ctx, text);
}

/* `before`, the number in decimal, `after`. */
static inline void mb2_put_number(const struct mb2_sink *sink, const char *before, uint32_t n,
				  const char *after)
{
	char digits[11]; /* 10 digits of 32 bits, and the NUL */
	unsigned i = sizeof(digits) - 1;

	digits[i] = '\0';
	do {
		digits[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	mb2_put_text(sink, before);
	mb2_put_text(sink, digits + i);
	mb2_put_text(sink, after);
}

/* `before`, "0x" and the number, `after`. */
static inline void mb2_put_hex(const struct mb2_sink *sink, const char *before, uint64_t n,
			       const char *after)
{
	char digits[19]; /* "0x", 16 digits of 64 bits, and the NUL */
	unsigned i = sizeof(digits) - 1;

	digits[i] = '\0';
	do {
		digits[--i] = "0123456789abcdef"[n & 0xf];
		n >>= 4;
	} while (n);
	digits[--i] = 'x';
	digits[--i] = '0';
	mb2_put_text(sink, before);
	mb2_put_text(sink, digits + i);
	mb2_put_text(sink, after);
}

/* Bytes in quotes; what is not printable, quotes and backslashes as \xNN. */
static inline void mb2_put_quoted(const struct mb2_sink *sink, const char *bytes, uint32_t n)
{
	mb2_put_text(sink, "\"");
	for (uint32_t i = 0; i < n; i++) {
		char plain[2] = { bytes[i], '\0' };
		char escape[5] = { '\\', 'x', '0', '0', '\0' };
		uint8_t c = (uint8_t)bytes[i];

		escape[2] = "0123456789abcdef"[c >> 4];
		escape[3] = "0123456789abcdef"[c & 0xf];
		mb2_put_text(sink, c < ' ' || c > '~' || c == '"' || c == '\\' ? escape : plain);
	}
	mb2_put_text(sink, "\"");
}

#endif
