/* SPDX-License-Identifier: MIT */
#include "harness/console/picture.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RGB = DISPLAY_BYTES_PER_PIXEL };

void picture_free(struct picture *picture)
{
	free(picture->rgb);
	picture->rgb = NULL;
}

static bool make(struct picture *out, unsigned width, unsigned height)
{
	*out = (struct picture){ .width = width, .height = height };
	out->rgb = calloc((size_t)width * height, RGB);
	return out->rgb != NULL;
}

bool picture_of_display(const struct display_end *d, const char *what, struct picture *out,
			char *err, size_t err_size)
{
	unsigned width, height;

	if (!d->ops) {
		snprintf(err, err_size, "%s: the machine has no display", what);
		return false;
	}
	d->ops->size(d->ctx, &width, &height);
	if (!make(out, width, height)) {
		snprintf(err, err_size, "%s: out of memory for %ux%u pixels", what, width, height);
		return false;
	}
	if (d->ops->rgb(d->ctx, out->rgb, (size_t)width * height * RGB)) return true;
	picture_free(out);
	snprintf(err, err_size, "%s: the screen cannot be drawn", what);
	return false;
}

/* ---- PNG files ---- */

bool picture_read(const char *path, struct picture *out, char *err, size_t err_size)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	FILE *file = fopen(path, "rb");

	if (!file) {
		snprintf(err, err_size, "%s: %s", path, strerror(errno));
		return false;
	}
	bool read = png_image_begin_read_from_stdio(&image, file);
	image.format = PNG_FORMAT_RGB;
	if (read && !make(out, image.width, image.height)) {
		snprintf(err, err_size, "%s: out of memory for %ux%u pixels", path, image.width,
			 image.height);
		png_image_free(&image);
		fclose(file);
		return false;
	}
	if (read) {
		read = png_image_finish_read(&image, NULL, out->rgb, 0, NULL);
		if (!read) picture_free(out);
	}
	if (!read) snprintf(err, err_size, "%s: %s", path, image.message);
	fclose(file);
	return read;
}

bool picture_write(const struct picture *picture, const char *path, char *err, size_t err_size)
{
	png_image image = { .version = PNG_IMAGE_VERSION,
			    .width = picture->width,
			    .height = picture->height,
			    .format = PNG_FORMAT_RGB };
	FILE *file = fopen(path, "wb");

	if (!file) {
		snprintf(err, err_size, "%s: %s", path, strerror(errno));
		return false;
	}
	bool written = png_image_write_to_stdio(&image, file, 0, picture->rgb, 0, NULL);
	if (fclose(file) != 0 && written) {
		snprintf(err, err_size, "%s: %s", path, strerror(errno));
		return false;
	}
	if (!written) snprintf(err, err_size, "%s: %s", path, image.message);
	return written;
}

/* ---- differences ---- */

/* NULL: the picture has no such pixel. */
static const uint8_t *pixel(const struct picture *picture, unsigned x, unsigned y)
{
	if (x >= picture->width || y >= picture->height) return NULL;
	return picture->rgb + ((size_t)y * picture->width + x) * RGB;
}

static unsigned larger(unsigned a, unsigned b) { return a > b ? a : b; }

static bool differs(const uint8_t *a, const uint8_t *b)
{
	return !a || !b || memcmp(a, b, RGB) != 0;
}

struct picture_difference picture_compare(const struct picture *want, const struct picture *got)
{
	struct picture_difference found = { 0 };

	for (unsigned y = 0; y < larger(want->height, got->height); y++)
		for (unsigned x = 0; x < larger(want->width, got->width); x++) {
			const uint8_t *a = pixel(want, x, y), *b = pixel(got, x, y);

			if ((!a && !b) || !differs(a, b)) continue;
			if (found.pixels++ == 0) {
				found.x = x;
				found.y = y;
			}
		}
	return found;
}

static void put_pixel(struct picture *out, unsigned x, unsigned y, const uint8_t *from)
{
	if (from) memcpy(out->rgb + ((size_t)y * out->width + x) * RGB, from, RGB);
}

/* What both have is a third as bright. */
static void put_shade(struct picture *out, unsigned x, unsigned y, const uint8_t *from)
{
	const uint8_t shade[RGB] = { from[0] / 3, from[1] / 3, from[2] / 3 };

	put_pixel(out, x, y, shade);
}

bool picture_beside(const struct picture *want, const struct picture *got, struct picture *out)
{
	static const uint8_t red[RGB] = { 0xff, 0, 0 };
	const unsigned width = larger(want->width, got->width);
	const unsigned height = larger(want->height, got->height);

	if (!make(out, 3 * width, height)) return false;
	for (unsigned y = 0; y < height; y++)
		for (unsigned x = 0; x < width; x++) {
			const uint8_t *a = pixel(want, x, y), *b = pixel(got, x, y);

			put_pixel(out, x, y, a);
			put_pixel(out, width + x, y, b);
			if (!a && !b) continue;
			if (differs(a, b))
				put_pixel(out, 2 * width + x, y, red);
			else
				put_shade(out, 2 * width + x, y, a);
		}
	return true;
}
