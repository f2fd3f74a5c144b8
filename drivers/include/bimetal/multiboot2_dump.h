/* SPDX-License-Identifier: MIT */
/* The boot information and the header as text, for a log: a line for each tag, and for each entry
 * of a map. What cannot be decoded is told with the reason. */
#ifndef BIMETAL_MULTIBOOT2_DUMP_H
#define BIMETAL_MULTIBOOT2_DUMP_H

/* For example, into a log in memory:
 *
 *	struct log {
 *		char text[8192];
 *		unsigned n;
 *	};
 *
 *	static void append(void *ctx, const char *text)
 *	{
 *		struct log *log = ctx;
 *
 *		while (*text && log->n < sizeof(log->text)) log->text[log->n++] = *text++;
 *	}
 *
 *	static void show(const struct mb2_info *info, struct log *log)
 *	{
 *		mb2_info_dump(info, &(struct mb2_sink){ append, log });
 *	}
 */

#include "bimetal/multiboot2.h"
#include "bimetal/multiboot2_header.h"
#include "bimetal/multiboot2_info.h"

/* Receives the text, a piece at a time: characters of ASCII and line feeds, with a NUL. */
struct mb2_sink {
	void (*put)(void *ctx, const char *text);
	void *ctx;
};

/* All tags of a boot information that mb2_info_load() took. Sections are only counted: kernels have
 * thousands. Characters of strings that are no printable ASCII come as \xNN. */
void mb2_info_dump(const struct mb2_info *info, const struct mb2_sink *sink);
/* All tags of a header that mb2_header_find() or mb2_header_load() took. */
void mb2_header_dump(const struct mb2_header *header, const struct mb2_sink *sink);

#endif
