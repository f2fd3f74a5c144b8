/* SPDX-License-Identifier: MIT */
#include "harness/console/picture.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/check.h"

/* A display of 3 x 2 pixels, of one colour. */
static uint8_t colour[3] = { 9, 60, 255 };
static bool draws = true;

static void size_of(const void *ctx, unsigned *width, unsigned *height)
{
	(void)ctx;
	*width = 3;
	*height = 2;
}

static bool draw(const void *ctx, uint8_t *rgb, size_t size)
{
	(void)ctx;
	for (size_t i = 0; i < size; i++) rgb[i] = colour[i % 3];
	return draws;
}

static const struct display_end_ops ops = { .size = size_of, .rgb = draw };
static const struct display_end display = { .ops = &ops };
static char err[256];

static struct picture drawn(void)
{
	struct picture picture;
	require(picture_of_display(&display, "test", &picture, err, sizeof(err)), "%s", err);
	return picture;
}

TestSuite(picture, .timeout = 60);

Test(picture, a_file_has_what_was_written)
{
	char path[] = "/tmp/test_picture.XXXXXX";
	struct picture wrote = drawn(), read;
	int fd = mkstemp(path);

	require(fd >= 0);
	close(fd);
	require(picture_write(&wrote, path, err, sizeof(err)), "%s", err);
	require(picture_read(path, &read, err, sizeof(err)), "%s", err);
	unlink(path);
	check_eq(u32, read.width, 3);
	check_eq(u32, read.height, 2);
	check_eq(u64, picture_compare(&wrote, &read).pixels, 0);
	picture_free(&wrote);
	picture_free(&read);
}

Test(picture, the_first_pixel_that_differs_is_told)
{
	struct picture want = drawn(), got = drawn();

	got.rgb[(1 * 3 + 2) * 3 + 1]++;
	got.rgb[(1 * 3 + 1) * 3]++;
	struct picture_difference found = picture_compare(&want, &got);
	check_eq(u64, found.pixels, 2);
	check_eq(u32, found.x, 1);
	check_eq(u32, found.y, 1);
	picture_free(&want);
	picture_free(&got);
}

Test(picture, pixels_that_only_one_has_differ)
{
	struct picture want = drawn(), got = drawn();

	got.height = 1;
	check_eq(u64, picture_compare(&want, &got).pixels, 3);
	got.width = 2; /* of one row */
	check_eq(u64, picture_compare(&want, &got).pixels, 4);
	check_eq(u64, picture_compare(&got, &want).pixels, 4);
	picture_free(&want);
	picture_free(&got);
}

Test(picture, three_pictures_stand_side_by_side)
{
	struct picture want = drawn(), got = drawn(), beside;
	static const uint8_t row[] = { 9,   60, 255, 9,   60,   255, 9, 60, 255, 10, 60, 255, 9, 60,
				       255, 9,  60,  255, 0xff, 0,   0, 3,  20,  85, 3,  20,  85 };

	got.rgb[0]++;
	require(picture_beside(&want, &got, &beside));
	check_eq(u32, beside.width, 9);
	check_eq(u32, beside.height, 2);
	check(memcmp(beside.rgb, row, sizeof(row)) == 0);
	picture_free(&want);
	picture_free(&got);
	picture_free(&beside);
}

Test(picture, what_cannot_be_read_or_drawn_is_told)
{
	const struct display_end none = { 0 };
	struct picture picture;

	check(!picture_read("/no/such/file.png", &picture, err, sizeof(err)));
	check(strstr(err, "/no/such/file.png: ") == err, "%s", err);
	check(!picture_read("/dev/null", &picture, err, sizeof(err)));
	check(strstr(err, "/dev/null: ") == err, "%s", err);
	check(!picture_of_display(&none, "w", &picture, err, sizeof(err)));
	check_eq(str, err, "w: the machine has no display");
	draws = false;
	check(!picture_of_display(&display, "w", &picture, err, sizeof(err)));
	check_eq(str, err, "w: the screen cannot be drawn");
}
