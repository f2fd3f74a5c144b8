/* SPDX-License-Identifier: MIT */
/* Which dots a straight line has: Bresenham's algorithm, in all octants, both ends included.
 * Drivers of displays draw with it; it touches no device.
 *
 * Freestanding: no libc, no heap. */
#ifndef BIMETAL_RASTER_H
#define BIMETAL_RASTER_H

/* For example:
 *
 *	static unsigned dots_of(int32_t x, int32_t y)
 *	{
 *		struct raster_line line = raster_line(0, 0, x, y);
 *		unsigned n = 0;
 *
 *		while (raster_next(&line)) n++;
 *		return n;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

enum { RASTER_MAX = 1 << 20 }; /* coordinates are from -RASTER_MAX to RASTER_MAX */

/* A walk over the dots of a line. After raster_next() returned true, `x` and `y` are the dot. */
struct raster_line {
	int32_t x, y;
	int32_t to_x, to_y;
	int32_t width, height; /* of the line, not negative */
	int32_t step_x, step_y;
	int32_t error;
	bool begun;
};

/* Begin at (x, y); the last dot is (to_x, to_y). A line of one dot is a line. */
struct raster_line raster_line(int32_t x, int32_t y, int32_t to_x, int32_t to_y);
/* Go to the next dot. False: there are no more. */
bool raster_next(struct raster_line *line);

#endif
