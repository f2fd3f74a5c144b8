/* SPDX-License-Identifier: MIT */
/* A text of bounded size under construction. */
#ifndef DRIVERS_X86_TEXT_H
#define DRIVERS_X86_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Always ends with NUL if size > 0; `length` counts what did not fit too. */
struct x86_text {
	char *at;
	size_t size, length;
};

struct x86_text x86_text_in(char *at, size_t size);
void x86_text_add(struct x86_text *text, const char *word);
void x86_text_add_decimal(struct x86_text *text, uint64_t value);
/* "0x" and at least `digits` digits. */
void x86_text_add_hex(struct x86_text *text, uint64_t value, unsigned digits);

#endif
