/* SPDX-License-Identifier: MIT */
#include "harness/twin/host/calls.h"

#include <stdio.h>
#include <string.h>

enum { MAX_CALLERS = 4 };

static bool has_prefix(const char *text, const char *prefix, size_t *len)
{
	*len = strlen(prefix);
	return strncmp(text, prefix, *len) == 0;
}

bool calls_is_users_file(struct program *program, const char *file)
{
	static const char this_file[] = "harness/twin/host/calls.c";
	static const char *const rooms[] = { "harness/", "emu/", "devices/", "drivers/io/host/" };
	char mine[PROGRAM_FILE];
	size_t root = 0, len;

	if (program_file(program, (uintptr_t)calls_is_users_file, mine)) root = strlen(mine);
	if (root < sizeof(this_file) - 1) return true; /* compiled without line numbers */
	root -= sizeof(this_file) - 1;
	if (strncmp(file, mine, root) != 0) return true;
	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		if (!has_prefix(file + root, rooms[i], &len)) continue;
		/* Accessors are inlined into the user's code. */
		const char *dot = strrchr(file, '.');
		return i == 3 && dot && strcmp(dot, ".h") == 0;
	}
	return true;
}

/* Is this address in the user's code? What has no line is not: the C library. */
static bool is_users(struct program *program, uint64_t address)
{
	char file[PROGRAM_FILE];

	return program_file(program, address, file) && calls_is_users_file(program, file);
}

/* Is it in twin_host.c, which calls tests and interrupt handlers? */
static bool calls_users(struct program *program, uint64_t address)
{
	static const char caller[] = "harness/twin/host/twin_host.c";
	char file[PROGRAM_FILE];

	if (!program_file(program, address, file)) return false;
	size_t n = strlen(file);
	return n >= sizeof(caller) - 1 && strcmp(file + n - (sizeof(caller) - 1), caller) == 0;
}

void calls_place(struct program *program, const uint64_t *address, int n, char to[CALLS_TEXT])
{
	char place[PROGRAM_PLACE], last[PROGRAM_PLACE] = "";
	size_t len = 0;

	to[0] = '\0';
	for (int i = 0, callers = 0; i < n && callers < MAX_CALLERS; i++) {
		if (callers && calls_users(program, address[i])) break;
		if (!is_users(program, address[i])) continue;
		program_place(program, address[i], place, sizeof(place));
		if (strcmp(place, last) == 0) continue; /* recursion */
		len += (size_t)snprintf(to + len, CALLS_TEXT - len, "%s%s",
					callers++ ? ", called from " : "", place);
		snprintf(last, sizeof(last), "%s", place);
	}
}

bool calls_within_test(struct program *program, const uint64_t *address, int n)
{
	for (int i = 0; i < n; i++)
		if (calls_users(program, address[i])) return true;
	return false;
}
