/* SPDX-License-Identifier: MIT */
#include "text.h"

enum { TEN = 10, SIXTEEN = 16, MAX_DIGITS = 24 };

struct out {
	char *to;
	size_t size, n;
};

static void put(struct out *out, char c)
{
	if (out->n + 1 < out->size) out->to[out->n++] = c;
}

struct field {
	unsigned width;
	bool left, zeros, is_long;
};

static void put_field(struct out *out, const struct field *field, const char *text, size_t n)
{
	const size_t pad = n < field->width ? field->width - n : 0;

	for (size_t i = 0; i < pad && !field->left; i++) put(out, field->zeros ? '0' : ' ');
	for (size_t i = 0; i < n; i++) put(out, text[i]);
	for (size_t i = 0; i < pad && field->left; i++) put(out, ' ');
}

static void put_number(struct out *out, const struct field *field, uint64_t value, unsigned base,
		       bool negative)
{
	char digits[MAX_DIGITS];
	size_t at = sizeof digits;

	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	if (negative) digits[--at] = '-';
	put_field(out, field, digits + at, sizeof digits - at);
}

static const char *read_field(const char *format, struct field *field)
{
	*field = (struct field){ 0 };
	for (; *format == '-' || *format == '0'; format++) {
		if (*format == '-') field->left = true;
		if (*format == '0') field->zeros = true;
	}
	for (; *format >= '0' && *format <= '9'; format++)
		field->width = field->width * TEN + (unsigned)(*format - '0');
	for (; *format == 'l'; format++) field->is_long = true;
	return format;
}

size_t text_format_list(char *to, size_t size, const char *format, va_list list)
{
	struct out out = { .to = to, .size = size };

	for (; *format; format++) {
		struct field field;

		if (*format != '%') {
			put(&out, *format);
			continue;
		}
		format = read_field(format + 1, &field);
		if (*format == 's') {
			const char *text = va_arg(list, const char *);
			put_field(&out, &field, text, text_length(text));
		} else if (*format == 'c') {
			const char c = (char)va_arg(list, int);
			put_field(&out, &field, &c, 1);
		} else if (*format == 'd') {
			const int value = va_arg(list, int);
			put_number(&out, &field, value < 0 ? 0u - (unsigned)value : (unsigned)value,
				   TEN, value < 0);
		} else if (*format == 'u' || *format == 'x') {
			const uint64_t value =
				field.is_long ? va_arg(list, uint64_t) : va_arg(list, unsigned);
			put_number(&out, &field, value, *format == 'u' ? TEN : SIXTEEN, false);
		} else {
			put(&out, *format);
		}
	}
	if (size) to[out.n] = '\0';
	return out.n;
}

size_t text_format(char *to, size_t size, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	size_t n = text_format_list(to, size, format, list);
	va_end(list);
	return n;
}

size_t text_length(const char *text)
{
	size_t n = 0;

	while (text[n]) n++;
	return n;
}

bool text_equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

bool text_begins(const char *text, const char *with)
{
	while (*with && *text == *with) {
		text++;
		with++;
	}
	return !*with;
}

bool text_has_word(const char *text, const char *word)
{
	const size_t n = text_length(word);

	while (*text) {
		while (*text == ' ') text++;
		if (text_begins(text, word) && (text[n] == ' ' || text[n] == '\0')) return true;
		while (*text && *text != ' ') text++;
	}
	return false;
}

void text_copy(char *to, size_t size, const char *from, size_t n)
{
	size_t i = 0;

	for (; i < n && i + 1 < size && from[i]; i++) to[i] = from[i];
	if (size) to[i] = '\0';
}
