/* SPDX-License-Identifier: MIT */
/* Numbers and text as text: what the kernel has of printf(). */
#ifndef REFERENCE_TEXT_H
#define REFERENCE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Format into `size` bytes, always with a NUL, cut off if there is no room. Knows %s %c %u
 * (unsigned) %d (int) %x %% and, with an l, uint64_t; a width, from the left with '-', with zeros
 * after 0. Returns the length. */
size_t text_format(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
size_t text_format_list(char *to, size_t size, const char *format, va_list list)
	__attribute__((format(printf, 3, 0)));

size_t text_length(const char *text);
bool text_equal(const char *a, const char *b);
bool text_begins(const char *text, const char *with);
/* Is this one of the words of `text`, which blanks separate? */
bool text_has_word(const char *text, const char *word);
/* Copy what fits, with a NUL. */
void text_copy(char *to, size_t size, const char *from, size_t n);

#endif
