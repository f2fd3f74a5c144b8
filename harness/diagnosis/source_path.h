/* SPDX-License-Identifier: MIT */
/* The path of a source file, from what debugging information says of it. */
#ifndef HARNESS_DIAGNOSIS_SOURCE_PATH_H
#define HARNESS_DIAGNOSIS_SOURCE_PATH_H

#include <stddef.h>

/* What a compilation unit says of itself (DWARF 5, 3.1.1). NULL: nothing. */
struct source_unit {
	const char *producer; /* DW_AT_producer */
	const char *folder;   /* DW_AT_comp_dir, to which names are relative */
	const char *name;     /* DW_AT_name, the unit's main file */
};

/* Write the path of `file`, as the line table names it, into `buf`: joined to the unit's folder
 * unless it is absolute, without empty components and "." ones. ".." stays, as what is before it
 * may be a symbolic link. A path that does not fit is cut. Returns buf.
 *
 * NASM gives as DW_AT_comp_dir not the working directory but the folder of the main file, with a
 * slash at its end ("src/a.asm", "/proj/src/"; 2.16.01). Its names are joined accordingly. */
const char *source_path(const struct source_unit *unit, const char *file, char *buf, size_t size);

#endif
