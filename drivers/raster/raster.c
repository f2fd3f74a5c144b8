/* SPDX-License-Identifier: MIT */
#include "bimetal/raster.h"

struct raster_line raster_line(int32_t x, int32_t y, int32_t to_x, int32_t to_y)
{
	struct raster_line line = { .x = x, .y = y, .to_x = to_x, .to_y = to_y };

	line.step_x = x < to_x ? 1 : -1;
	line.step_y = y < to_y ? 1 : -1;
	line.width = (to_x - x) * line.step_x;
	line.height = (to_y - y) * line.step_y;
	line.error = line.width - line.height;
	return line;
}

bool raster_next(struct raster_line *line)
{
	if (!line->begun) {
		line->begun = true;
		return true;
	}
	if (line->x == line->to_x && line->y == line->to_y) return false;
	/* Twice the distance from the true line, in units of the longer side. */
	const int32_t twice = 2 * line->error;
	if (twice > -line->height) {
		line->error -= line->height;
		line->x += line->step_x;
	}
	if (twice < line->width) {
		line->error += line->width;
		line->y += line->step_y;
	}
	return true;
}
