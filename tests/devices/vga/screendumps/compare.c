/* SPDX-License-Identifier: MIT */
/* compare PICTURE.png SCREENDUMP.ppm
 * Says how the two differ, on one line: "equal", "differs N" (pixels whose colours have other high
 * 6 bits: a DAC has no more, and machines fill the low two as they like), or "size WxH WxH". Exit
 * code 0, or 2 if a file cannot be read. With two more numbers, X and Y, it prints both colours
 * there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/console/picture.h"

enum { RGB = 3, LOW_BITS = 2, MAX_SIDE = 8192 };

/* A number of the header, and the one white space behind it. */
static unsigned header_number(FILE *file)
{
	char digits[16];
	unsigned n = 0;
	int c = fgetc(file);

	for (; c >= '0' && c <= '9' && n + 1 < sizeof(digits); c = fgetc(file))
		digits[n++] = (char)c;
	digits[n] = '\0';
	return (unsigned)strtoul(digits, NULL, 10);
}

static bool read_ppm(const char *path, struct picture *out)
{
	FILE *file = fopen(path, "rb");
	char magic[3];

	if (!file) return false;
	bool read = fread(magic, sizeof(magic), 1, file) == 1 &&
		    memcmp(magic, "P6\n", sizeof(magic)) == 0;
	out->width = header_number(file);
	out->height = header_number(file);
	read = read && header_number(file) == 255 && out->width <= MAX_SIDE &&
	       out->height <= MAX_SIDE;
	size_t size = (size_t)out->width * out->height * RGB;
	out->rgb = read ? malloc(size) : NULL;
	read = out->rgb && fread(out->rgb, 1, size, file) == size;
	fclose(file);
	return read;
}

static bool same_colour(const uint8_t *a, const uint8_t *b)
{
	for (unsigned i = 0; i < RGB; i++)
		if (a[i] >> LOW_BITS != b[i] >> LOW_BITS) return false;
	return true;
}

static unsigned long differences(const struct picture *a, const struct picture *b)
{
	unsigned long n = 0;

	for (size_t i = 0; i < (size_t)a->width * a->height; i++)
		n += !same_colour(a->rgb + i * RGB, b->rgb + i * RGB);
	return n;
}

static void print_pixel(const struct picture *p, unsigned long x, unsigned long y)
{
	if (x >= p->width || y >= p->height) return;
	const uint8_t *c = p->rgb + (y * p->width + x) * RGB;
	printf("%02x%02x%02x\n", c[0] >> LOW_BITS, c[1] >> LOW_BITS, c[2] >> LOW_BITS);
}

int main(int argc, char **argv)
{
	struct picture ours, theirs = { 0 };
	char err[256] = "";

	if (argc != 3 && argc != 5) {
		fprintf(stderr, "usage: compare PICTURE.png SCREENDUMP.ppm [X Y]\n");
		return 2;
	}
	if (!picture_read(argv[1], &ours, err, sizeof(err))) {
		fprintf(stderr, "compare: %s\n", err);
		return 2;
	}
	if (!read_ppm(argv[2], &theirs)) {
		fprintf(stderr, "compare: %s: no screendump\n", argv[2]);
		return 2;
	}
	if (ours.width != theirs.width || ours.height != theirs.height)
		printf("size %ux%u %ux%u\n", ours.width, ours.height, theirs.width, theirs.height);
	else if (differences(&ours, &theirs))
		printf("differs %lu\n", differences(&ours, &theirs));
	else
		printf("equal\n");
	if (argc == 5) {
		print_pixel(&ours, strtoul(argv[3], NULL, 0), strtoul(argv[4], NULL, 0));
		print_pixel(&theirs, strtoul(argv[3], NULL, 0), strtoul(argv[4], NULL, 0));
	}
	picture_free(&ours);
	picture_free(&theirs);
	return 0;
}
