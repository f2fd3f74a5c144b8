/* SPDX-License-Identifier: MIT */
#include "harness/console/screen.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool write_png(const uint8_t *rgb, unsigned width, unsigned height, const char *path,
		      char *err, size_t err_size)
{
	png_image image = { .version = PNG_IMAGE_VERSION,
			    .width = width,
			    .height = height,
			    .format = PNG_FORMAT_RGB };
	FILE *file = fopen(path, "wb");

	if (!file) {
		snprintf(err, err_size, "%s: %s", path, strerror(errno));
		return false;
	}
	bool written = png_image_write_to_stdio(&image, file, 0, rgb, 0, NULL);
	if (fclose(file) != 0 && written) {
		snprintf(err, err_size, "%s: %s", path, strerror(errno));
		return false;
	}
	if (!written) snprintf(err, err_size, "%s: %s", path, image.message);
	return written;
}

size_t screen_text(const struct display_end *d, char *out, size_t size)
{
	if (d->ops) return d->ops->text(d->ctx, out, size);
	if (size) out[0] = '\0';
	return 0;
}

bool screen_png(const struct display_end *d, const char *path, char *err, size_t err_size)
{
	unsigned width, height;

	if (!d->ops) {
		snprintf(err, err_size, "%s: the machine has no display", path);
		return false;
	}
	d->ops->size(d->ctx, &width, &height);
	size_t size = (size_t)width * height * DISPLAY_BYTES_PER_PIXEL;
	uint8_t *rgb = malloc(size);
	if (!rgb) {
		snprintf(err, err_size, "%s: out of memory for %ux%u pixels", path, width, height);
		return false;
	}
	bool drawn = d->ops->rgb(d->ctx, rgb, size);
	if (!drawn)
		snprintf(err, err_size,
			 "%s: the screen is in a graphics mode; only text modes can be "
			 "drawn yet",
			 path);
	else
		drawn = write_png(rgb, width, height, path, err, err_size);
	free(rgb);
	return drawn;
}
