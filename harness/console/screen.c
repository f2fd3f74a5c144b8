/* SPDX-License-Identifier: MIT */
#include "harness/console/screen.h"

#include "harness/console/picture.h"

size_t screen_text(const struct display_end *d, char *out, size_t size)
{
	if (d->ops) return d->ops->text(d->ctx, out, size);
	if (size) out[0] = '\0';
	return 0;
}

bool screen_png(const struct display_end *d, const char *path, char *err, size_t err_size)
{
	struct picture picture;

	if (!picture_of_display(d, path, &picture, err, err_size)) return false;
	bool written = picture_write(&picture, path, err, err_size);
	picture_free(&picture);
	return written;
}
