/* SPDX-License-Identifier: MIT */
#include "harness/twin/host/failure.h"

#include <stdarg.h>
#include <stdio.h>

enum { MAX_TEXT = 1024, MAX_PLACE = 1024 };

static const struct twin_case *current;
static bool told;

void failure_begin(const struct twin_case *test)
{
	current = test;
	told = false;
}

bool failure_told(void) { return told; }

void failure_at(void *ctx, const char *place, const char *text)
{
	char own[MAX_PLACE];

	(void)ctx;
	told = true;
	if (!place[0]) snprintf(own, sizeof(own), "%s:%u", current->file, current->line);
	fprintf(stderr, "%s.%s: %s: %s\n", current->suite, current->name, place[0] ? place : own,
		text);
}

void failure_in(const char *file, unsigned line, const char *text)
{
	char place[MAX_PLACE];

	snprintf(place, sizeof(place), "%s:%u", file, line);
	failure_at(NULL, place, text);
}

void failure(const char *format, ...)
{
	char text[MAX_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	failure_at(NULL, "", text);
}
