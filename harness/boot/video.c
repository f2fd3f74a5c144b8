/* SPDX-License-Identifier: MIT */
/* Graphics modes for images that ask for one. */
#include <stdio.h>

#include "harness/boot/internal.h"

enum { DEFAULT_WIDTH = 1024, DEFAULT_HEIGHT = 768, DEFAULT_BITS = 32 };

bool load_has_graphics(const struct load *l)
{
	return l->request->framebuffer && l->request->framebuffer->ops;
}

static bool set(const struct load *l, unsigned width, unsigned height, unsigned bits,
		struct graphics_mode *out)
{
	const struct framebuffer_end *end = l->request->framebuffer;

	return end->ops->set(end->ctx, width, height, bits, out);
}

/* The largest usual size that is not larger than the one wanted; else the smallest. */
static bool set_smaller(const struct load *l, const struct boot_video *wish,
			struct graphics_mode *out)
{
	const struct framebuffer_end_ops *ops = l->request->framebuffer->ops;
	unsigned n = 0, width, height;

	while (ops->usual(n, &width, &height)) n++;
	while (n--) {
		(void)ops->usual(n, &width, &height);
		if ((width <= wish->width && height <= wish->height) || n == 0)
			if (set(l, width, height, wish->bits, out)) return true;
	}
	return false;
}

static void fill_in(struct boot_video *v)
{
	if (!v->width || !v->height) {
		v->width = DEFAULT_WIDTH;
		v->height = DEFAULT_HEIGHT;
	}
	if (!v->bits) v->bits = DEFAULT_BITS;
}

static bool fail_video(struct load *l, const struct boot_video *v)
{
	return load_fail(l,
			 "--vga %ux%ux%u: the display has no such mode: the width is a multiple of "
			 "8, the depth 8, 15, 16, 24 or 32, and the picture must fit into its "
			 "memory (--device vga,memory=64M)",
			 v->width, v->height, v->bits);
}

static bool set_other(struct load *l, const char *protocol, const struct boot_video *wish,
		      struct graphics_mode *out)
{
	struct boot_video other = *wish;

	if (!set_smaller(l, &other, out)) {
		other.bits = DEFAULT_BITS;
		if (!set_smaller(l, &other, out))
			return load_fail(l,
					 "%s: it wants a graphics mode of %ux%u with %u bits, and "
					 "the display has none that is near to it",
					 protocol, wish->width, wish->height, wish->bits);
	}
	snprintf(l->result->warning, sizeof(l->result->warning),
		 "%s: it prefers a graphics mode of %ux%u with %u bits, which the display does not "
		 "have; it gets %ux%u with %u bits",
		 protocol, wish->width, wish->height, wish->bits, out->width, out->height,
		 out->bits);
	return true;
}

bool load_set_video(struct load *l, const char *protocol, const struct boot_video *wish,
		    struct graphics_mode *out)
{
	struct boot_video v = l->request->has_video ? l->request->video : *wish;

	fill_in(&v);
	if (set(l, v.width, v.height, v.bits, out)) return true;
	return l->request->has_video ? fail_video(l, &v) : set_other(l, protocol, &v, out);
}

void load_warn_text(struct load *l, const char *protocol, const struct boot_video *wish)
{
	if (l->result->warning[0]) return;
	snprintf(
		l->result->warning, sizeof(l->result->warning),
		"%s: it prefers a graphics mode (%ux%u, %u bits), and gets text: the machine's VGA "
		"has no linear framebuffer; add --device vga",
		protocol, wish->width, wish->height, wish->bits);
}
