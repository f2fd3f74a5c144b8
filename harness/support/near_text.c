/* SPDX-License-Identifier: MIT */
#include "harness/support/near_text.h"

#include <ctype.h>
#include <string.h>

enum { MOST_SLIPS = 4, SHARE = 3 };

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

static int lower(char c) { return tolower((unsigned char)c); }

/* Levenshtein's distance. */
static unsigned distance(const char *a, size_t m, const char *b, size_t n)
{
	unsigned row[NEAR_TEXT_MAX + 1];

	for (unsigned j = 0; j <= n; j++) row[j] = j;
	for (unsigned i = 1; i <= m; i++) {
		unsigned diagonal = row[0];
		row[0] = i;
		for (unsigned j = 1; j <= n; j++) {
			unsigned replaced = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
			diagonal = row[j];
			row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
		}
	}
	return row[n];
}

unsigned near_text(const char *typed, const char *known)
{
	size_t m = strnlen(typed, NEAR_TEXT_MAX), n = strnlen(known, NEAR_TEXT_MAX);
	unsigned most = (unsigned)((m < n ? m : n) + SHARE - 1) / SHARE;
	unsigned d = distance(typed, m, known, n);

	return d > least(most, MOST_SLIPS) ? NEAR_TEXT_NOT : d;
}
