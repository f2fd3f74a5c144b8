/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness/support/values.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "emu/array.h"
#include "emu/units.h"

#define LAST_RTC INT64_C(4102444799) /* 2099-12-31T23:59:59Z */

static bool scale(uint64_t value, uint64_t unit, uint64_t *out)
{
	return !__builtin_mul_overflow(value, unit, out);
}

/* Parse leading decimal digits. Returns the rest of the text; NULL: there are none, or too many. */
static const char *leading_number(const char *text, uint64_t *value)
{
	if (!isdigit((unsigned char)text[0])) return NULL;
	char *end = NULL;
	errno = 0;
	unsigned long long v = strtoull(text, &end, 10);
	if (errno) return NULL;
	*value = v;
	return end;
}

/* "", "B" or "iB" may follow the letter of a unit: all are powers of 1024. */
static bool ends_unit(const char *rest)
{
	return !*rest || strcasecmp(rest, "B") == 0 || strcasecmp(rest, "iB") == 0;
}

bool value_size(const char *text, uint64_t *bytes)
{
	static const struct {
		char letter;
		uint64_t unit;
	} units[] = {
		{ 'K', 1u << 10 },
		{ 'M', 1u << 20 },
		{ 'G', 1u << 30 },
		{ 'T', UINT64_C(1) << 40 },
	};
	uint64_t value = 0;
	const char *suffix = leading_number(text, &value);
	if (!suffix) return false;
	if (!*suffix) return scale(value, 1u << 20, bytes);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (toupper((unsigned char)*suffix) == units[i].letter && ends_unit(suffix + 1))
			return scale(value, units[i].unit, bytes);
	}
	return false;
}

static bool time_unit(const char *suffix, uint64_t *unit)
{
	static const struct {
		const char *suffix;
		uint64_t ns;
	} units[] = {
		{ "", NS_PER_S },
		{ "s", NS_PER_S },
		{ "ms", 1000000 },
		{ "us", 1000 },
		{ "ns", 1 },
		{ "m", 60 * NS_PER_S },
		{ "min", 60 * NS_PER_S },
		{ "h", 3600 * NS_PER_S },
	};
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(suffix, units[i].suffix) != 0) continue;
		*unit = units[i].ns;
		return true;
	}
	return false;
}

bool value_time(const char *text, uint64_t *ns)
{
	uint64_t whole = 0;
	const char *rest = leading_number(text, &whole);
	if (!rest) return false;
	const char *digits = rest;
	if (*rest == '.') {
		digits = ++rest;
		while (isdigit((unsigned char)*rest)) rest++;
		if (rest == digits) return false;
	}
	uint64_t unit = 0;
	uint64_t total = 0;
	if (!time_unit(rest, &unit) || !scale(whole, unit, &total)) return false;
	for (uint64_t place = unit / 10; digits < rest && place > 0; place /= 10)
		total += place * (uint64_t)(*digits++ - '0');
	*ns = total;
	return true;
}

bool value_number(const char *text, uint64_t max, uint64_t *value)
{
	if (!isdigit((unsigned char)text[0])) return false;
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	if (hex && !isxdigit((unsigned char)text[2])) return false;
	char *end = NULL;
	errno = 0;
	unsigned long long v = strtoull(text, &end, hex ? 16 : 10);
	if (errno || *end || v > max) return false;
	*value = v;
	return true;
}

bool value_date(const char *text, int64_t *epoch)
{
	static const char *const formats[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ",
					       "%Y-%m-%d %H:%M:%S", "%Y-%m-%d" };
	uint64_t seconds = 0;
	if (value_number(text, (uint64_t)LAST_RTC, &seconds)) {
		*epoch = (int64_t)seconds;
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		struct tm tm = { 0 };
		const char *end = strptime(text, formats[i], &tm);
		if (!end || *end) continue;
		struct tm normal = tm;
		int64_t t = timegm(&normal);
		/* strptime() takes 30 February; timegm() moves it to another day. */
		if (normal.tm_mday != tm.tm_mday || t < 0 || t > LAST_RTC) return false;
		*epoch = t;
		return true;
	}
	return false;
}

static bool hex_digit(char c, unsigned *value)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
	if (!p) return false;
	*value = (unsigned)(p - digits);
	return true;
}

bool value_pattern(const char *text, uint8_t pattern[VALUE_MAX_PATTERN], size_t *len)
{
	uint8_t bytes[VALUE_MAX_PATTERN];
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) text += 2;
	size_t digits = strlen(text);
	if (digits == 0 || digits % 2 || digits / 2 > VALUE_MAX_PATTERN) return false;
	for (size_t i = 0; i < digits / 2; i++) {
		unsigned high = 0;
		unsigned low = 0;
		if (!hex_digit(text[2 * i], &high) || !hex_digit(text[2 * i + 1], &low))
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	memcpy(pattern, bytes, digits / 2);
	*len = digits / 2;
	return true;
}
