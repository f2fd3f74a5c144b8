/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/source_path.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Length of the folder at the start of a path, with its slash; 0: it has none. */
static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Whether DW_AT_comp_dir is the folder of the unit's main file. */
static bool has_file_folder(const struct source_unit *unit)
{
	size_t n = unit->folder ? strlen(unit->folder) : 0;

	return n > 0 && unit->folder[n - 1] == '/' && unit->name && unit->name[0] != '/' &&
	       unit->producer && strncmp(unit->producer, "NASM", 4) == 0;
}

/* "/proj/src/" and "src/": the length of "/proj/". 0: it does not end so. */
static size_t length_before(const char *folder, const char *end, size_t end_length)
{
	size_t n = strlen(folder);

	if (n <= end_length || folder[n - end_length - 1] != '/') return 0;
	return strncmp(folder + n - end_length, end, end_length) == 0 ? n - end_length : 0;
}

/* Remove empty components and "." in place. */
static void tidy(char *path)
{
	char *to = path;
	const char *from = path;

	while (*from) {
		bool starts = from == path || from[-1] == '/';
		if (starts && from[0] == '/' && from != path)
			from++;
		else if (starts && from[0] == '.' && from[1] == '/')
			from += 2;
		else
			*to++ = *from++;
	}
	*to = '\0';
}

const char *source_path(const struct source_unit *unit, const char *file, char *buf, size_t size)
{
	const char *folder = unit->folder ? unit->folder : "";
	size_t length = strlen(folder);

	if (file[0] == '/') {
		length = 0;
	} else if (has_file_folder(unit)) {
		size_t own = folder_length(unit->name);
		size_t before = length_before(folder, unit->name, own);
		if (before)
			length = before;
		else if (strncmp(file, unit->name, own) == 0)
			file += own;
	}
	snprintf(buf, size, "%.*s%s%s", (int)length, folder, length ? "/" : "", file);
	tidy(buf);
	return buf;
}
