/* SPDX-License-Identifier: MIT */
/* State as named pieces, for files: values without pointers, laid out as this build lays them out.
 */
#ifndef EMU_PIECES_H
#define EMU_PIECES_H

#include <stdbool.h>
#include <stddef.h>

/* Receives the pieces. False: stop, and whoever saves returns false too. */
struct piece_sink {
	bool (*piece)(void *ctx, const char *name, const void *data, size_t size);
	void *ctx;
};

static inline bool piece_save(const struct piece_sink *to, const char *name, const void *data,
			      size_t size)
{
	return to->piece(to->ctx, name, data, size);
}

#endif
