/* SPDX-License-Identifier: MIT */
/* Values as people write them, in options and scripts. Each function returns false for a text that
 * it does not understand, and leaves the result unchanged. */
#ifndef HARNESS_SUPPORT_VALUES_H
#define HARNESS_SUPPORT_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VALUE_MAX_PATTERN = 8 };

/* "64M", "5G", "1048576K", also as "64MB" or "64MiB", in any case: all are powers of 1024. A bare
 * number is MiB. The result is in bytes. */
bool value_size(const char *text, uint64_t *bytes);
/* "50ms", "10s", "1.5s", "2min", "1h", "100us", "5ns"; a bare number is seconds. */
bool value_time(const char *text, uint64_t *ns);
/* Decimal, or hexadecimal after 0x. */
bool value_number(const char *text, uint64_t max, uint64_t *value);
/* Seconds since 1970, or "2026-01-01", or "2026-01-01T12:00:00" with an optional Z. UTC, in the
 * years that a CMOS clock can show: 1970 to 2099. */
bool value_date(const char *text, int64_t *epoch);
/* "cc", "deadbeef": 1 to 8 bytes in hexadecimal, in the order of addresses. */
bool value_pattern(const char *text, uint8_t pattern[VALUE_MAX_PATTERN], size_t *len);

#endif
