/* SPDX-License-Identifier: MIT */
/* Checks of the tests: typed comparisons that print both values, reported through Criterion.
 *
 *   check_eq(u32, lints.n, 0);                     a failure is reported, the test goes on
 *   require_eq(ptr, fault, NULL, "%s", fault);     a failure ends the test
 *   check(irq_level(&pin), "after %u ns", ns);
 *
 * The first argument of a comparison is the type that both sides are converted to: int uint long
 * ulong llong i8 i16 i64 u8 u16 u32 u64 sz chr ptr str. A format and its arguments may follow,
 * and are printed with a failure. Pointers print as addresses, str compares and prints the strings;
 * either may be NULL there.
 *
 * Criterion's own macros do the same and cost seconds of compilation in a large test: each expands
 * to a hundred lines. These expand to one call. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <criterion/criterion.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* The place of a check, and its text. */
struct check_site {
	const char *file;
	unsigned line;
	bool required;     /* a failure ends the test */
	const char *op;    /* "==", "<", ...; NULL: a is a condition */
	const char *a, *b; /* the expressions as they are written */
};

/* One function for each type: whether A OP B holds. If not, it keeps both values' texts for
 * check_failed_(). */
#define CHECK_DECLARE_(type, c_type) \
	bool check_##type##_(const struct check_site *site, c_type a, c_type b)
CHECK_DECLARE_(int, int);
CHECK_DECLARE_(uint, unsigned);
CHECK_DECLARE_(long, long);
CHECK_DECLARE_(ulong, unsigned long);
CHECK_DECLARE_(llong, long long);
CHECK_DECLARE_(i8, int8_t);
CHECK_DECLARE_(i16, int16_t);
CHECK_DECLARE_(i64, int64_t);
CHECK_DECLARE_(u8, uint8_t);
CHECK_DECLARE_(u16, uint16_t);
CHECK_DECLARE_(u32, uint32_t);
CHECK_DECLARE_(u64, uint64_t);
CHECK_DECLARE_(sz, size_t);
CHECK_DECLARE_(chr, char);
CHECK_DECLARE_(str, const char *);
#if defined(__GNUC__) && !defined(__clang__)
/* Only addresses are compared, so the memory that a pointer points to may be uninitialised. */
__attribute__((access(none, 2), access(none, 3)))
#endif
CHECK_DECLARE_(ptr, const volatile void *);
#undef CHECK_DECLARE_

/* Reports a failure. The format begins with a space. Returns only when the test goes on. */
void check_failed_(const struct check_site *site, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define CHECK_SITE_(required, op, a, b) \
	static const struct check_site check_site_ = { __FILE__, __LINE__, required, op, a, b }
/* The message's arguments are evaluated after a failure only. */
#define CHECK_COMPARE_(required, type, op, a_text, b_text, a, b, ...)                           \
	do {                                                                                    \
		CHECK_SITE_(required, op, a_text, b_text);                                      \
		if (!check_##type##_(&check_site_, a, b)) CHECK_FAILED_(required, __VA_ARGS__); \
	} while (0)
#define CHECK_TRUE_(required, text, condition, ...)                     \
	do {                                                            \
		CHECK_SITE_(required, NULL, text, NULL);                \
		if (!(condition)) CHECK_FAILED_(required, __VA_ARGS__); \
	} while (0)
/* A required one does not return: abort() is not reached, and tells compilers and checkers so. */
#define CHECK_FAILED_(required, ...)                          \
	do {                                                  \
		check_failed_(&check_site_, " " __VA_ARGS__); \
		if (required) abort();                        \
	} while (0)

#define check(condition, ...)     CHECK_TRUE_(false, #condition, condition, __VA_ARGS__)
#define check_eq(type, a, b, ...) CHECK_COMPARE_(false, type, "==", #a, #b, a, b, __VA_ARGS__)
#define check_ne(type, a, b, ...) CHECK_COMPARE_(false, type, "!=", #a, #b, a, b, __VA_ARGS__)
#define check_lt(type, a, b, ...) CHECK_COMPARE_(false, type, "<", #a, #b, a, b, __VA_ARGS__)
#define check_le(type, a, b, ...) CHECK_COMPARE_(false, type, "<=", #a, #b, a, b, __VA_ARGS__)
#define check_gt(type, a, b, ...) CHECK_COMPARE_(false, type, ">", #a, #b, a, b, __VA_ARGS__)
#define check_ge(type, a, b, ...) CHECK_COMPARE_(false, type, ">=", #a, #b, a, b, __VA_ARGS__)

/* The same, where the rest of a test makes no sense after a failure. */
#define require(condition, ...)     CHECK_TRUE_(true, #condition, condition, __VA_ARGS__)
#define require_eq(type, a, b, ...) CHECK_COMPARE_(true, type, "==", #a, #b, a, b, __VA_ARGS__)
#define require_ne(type, a, b, ...) CHECK_COMPARE_(true, type, "!=", #a, #b, a, b, __VA_ARGS__)
#define require_lt(type, a, b, ...) CHECK_COMPARE_(true, type, "<", #a, #b, a, b, __VA_ARGS__)
#define require_le(type, a, b, ...) CHECK_COMPARE_(true, type, "<=", #a, #b, a, b, __VA_ARGS__)
#define require_gt(type, a, b, ...) CHECK_COMPARE_(true, type, ">", #a, #b, a, b, __VA_ARGS__)
#define require_ge(type, a, b, ...) CHECK_COMPARE_(true, type, ">=", #a, #b, a, b, __VA_ARGS__)

/* A failure without a comparison. */
#define check_fail(...)   CHECK_TRUE_(false, "not reached", false, __VA_ARGS__)
#define require_fail(...) CHECK_TRUE_(true, "not reached", false, __VA_ARGS__)

#endif
