/* SPDX-License-Identifier: MIT */
#include "tests/check.h"

#include <criterion/event.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { VALUE_ROOM = 512, MESSAGE_ROOM = 4096 };

/* What is compared: -1, 0 or 1 as A is less than, equal to or greater than B. */
static bool holds(const char *op, int order)
{
	switch (op[0]) {
	case '=': return order == 0;
	case '!': return order != 0;
	case '<': return op[1] == '=' ? order <= 0 : order < 0;
	default: return op[1] == '=' ? order >= 0 : order > 0;
	}
}

/* The two values of the comparison that failed last. */
static _Thread_local char left[VALUE_ROOM], right[VALUE_ROOM];

void check_failed_(const struct check_site *site, const char *format, ...)
{
	char text[MESSAGE_ROOM / 2], message[MESSAGE_ROOM];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	const char *said = text[1] ? text : ""; /* behind the space */
	if (site->op) {
		snprintf(message, sizeof(message), "%s %s %s: %s, %s%s%s", site->a, site->op,
			 site->b, left, right, *said ? ":" : "", said);
	} else {
		snprintf(message, sizeof(message), "%s%s%s", site->a, *said ? ":" : "", said);
	}
	struct criterion_assert_stats failure = {
		.message = message, .passed = false, .line = site->line, .file = site->file
	};
	criterion_send_assert(&failure);
	if (site->required) criterion_abort_test();
}

/* A comparison of one type: how two values are ordered and how one is printed. */
#define DEFINE(type, c_type, ORDER, PRINT)                                      \
	bool check_##type##_(const struct check_site *site, c_type a, c_type b) \
	{                                                                       \
		if (holds(site->op, ORDER(a, b))) return true;                  \
		PRINT(left, a);                                                 \
		PRINT(right, b);                                                \
		return false;                                                   \
	}

#define NUMBERS(a, b)   (((a) > (b)) - ((a) < (b)))
#define SIGNED(text, v) snprintf(text, VALUE_ROOM, "%lld", (long long)(v))
#define UNSIGNED(text, v) \
	snprintf(text, VALUE_ROOM, "%" PRIu64 " (%#" PRIx64 ")", (uint64_t)(v), (uint64_t)(v))
#define CHARACTER(text, v)                                                                        \
	snprintf(text, VALUE_ROOM, (v) >= ' ' && (v) <= '~' ? "'%c' (%#x)" : "'\\%o' (%#x)", (v), \
		 (unsigned char)(v))
#define ADDRESS(text, v) snprintf(text, VALUE_ROOM, "%p", (const void *)(uintptr_t)(v))

static int strings(const char *a, const char *b)
{
	if (!a || !b) return !!a - !!b;
	int order = strcmp(a, b);
	return NUMBERS(order, 0);
}

static void quoted(char *text, const char *v)
{
	if (v)
		snprintf(text, VALUE_ROOM, "\"%s\"", v);
	else
		snprintf(text, VALUE_ROOM, "NULL");
}

DEFINE(int, int, NUMBERS, SIGNED)
DEFINE(long, long, NUMBERS, SIGNED)
DEFINE(llong, long long, NUMBERS, SIGNED)
DEFINE(i8, int8_t, NUMBERS, SIGNED)
DEFINE(i16, int16_t, NUMBERS, SIGNED)
DEFINE(i64, int64_t, NUMBERS, SIGNED)
DEFINE(uint, unsigned, NUMBERS, UNSIGNED)
DEFINE(ulong, unsigned long, NUMBERS, UNSIGNED)
DEFINE(u8, uint8_t, NUMBERS, UNSIGNED)
DEFINE(u16, uint16_t, NUMBERS, UNSIGNED)
DEFINE(u32, uint32_t, NUMBERS, UNSIGNED)
DEFINE(u64, uint64_t, NUMBERS, UNSIGNED)
DEFINE(sz, size_t, NUMBERS, UNSIGNED)
DEFINE(chr, char, NUMBERS, CHARACTER)
DEFINE(ptr, const volatile void *, NUMBERS, ADDRESS)
DEFINE(str, const char *, strings, quoted)
