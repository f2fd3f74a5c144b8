/* SPDX-License-Identifier: MIT */
#include "harness/command/session_picture.h"

#include <inttypes.h>
#include <stdio.h>

#include "harness/command/session.h"
#include "harness/console/picture.h"
#include "harness/machine/board.h"

bool session_check_picture(struct session *s)
{
	const struct run_options *o = s->options;
	struct picture want;

	if (!o->expect_picture) {
		if (!o->difference) return true;
		return session_fail(s, "--difference: it needs --expect-picture, whose difference "
				       "from the screen it shows");
	}
	if (!s->machine.ends.display.ops)
		return session_fail(s, "--expect-picture: the machine '%s' has no display",
				    s->machine.kind->name);
	if (!picture_read(o->expect_picture, &want, s->error, sizeof(s->error))) return false;
	picture_free(&want);
	return true;
}

static void tell(const struct session *s, const struct picture *want, const struct picture *got,
		 const struct picture_difference *found)
{
	const struct run_options *o = s->options;

	fprintf(s->messages.out,
		"bimetal: the screen is not that of %s: %" PRIu64
		" pixels differ, the first at column %u of line %u",
		o->expect_picture, found->pixels, found->x, found->y);
	if (want->width != got->width || want->height != got->height)
		fprintf(s->messages.out, "; it has %ux%u pixels, expected %ux%u", got->width,
			got->height, want->width, want->height);
	if (o->difference)
		fprintf(s->messages.out, "; %s shows expected, got and difference", o->difference);
	fputc('\n', s->messages.out);
}

static bool write_difference(struct session *s, const struct picture *want,
			     const struct picture *got)
{
	const char *path = s->options->difference;
	struct picture beside;

	if (!path) return true;
	if (!picture_beside(want, got, &beside))
		return session_fail(s, "%s: out of memory for a picture", path);
	bool written = picture_write(&beside, path, s->error, sizeof(s->error));
	picture_free(&beside);
	return written;
}

bool session_compare_picture(struct session *s)
{
	const struct run_options *o = s->options;
	struct picture want, got;
	bool ok = true;

	if (!o->expect_picture) return true;
	if (!picture_read(o->expect_picture, &want, s->error, sizeof(s->error))) return false;
	if (!picture_of_display(&s->machine.ends.display, "--expect-picture", &got, s->error,
				sizeof(s->error))) {
		picture_free(&want);
		return false;
	}
	const struct picture_difference found = picture_compare(&want, &got);
	s->outcome.picture_differs = found.pixels > 0;
	if (s->outcome.picture_differs) {
		tell(s, &want, &got, &found);
		ok = write_difference(s, &want, &got);
	}
	picture_free(&want);
	picture_free(&got);
	return ok;
}
