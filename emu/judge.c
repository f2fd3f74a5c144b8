/* SPDX-License-Identifier: MIT */
#include "emu/judge.h"

#include <stdarg.h>
#include <stdio.h>

const char *refuse(const struct judge *j, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(j->buf, j->size, format, args);
	va_end(args);
	return j->buf;
}

size_t judge_count(const struct judge *j, const void *at, size_t size)
{
	return (j->room ? j->room(at) : SIZE_MAX) / size;
}
