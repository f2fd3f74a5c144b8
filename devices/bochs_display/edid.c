/* SPDX-License-Identifier: MIT */
/* The EDID block of the monitor, made from the list of modes.
 *
 * unread: VESA Enhanced EDID Standard, release A (EDID 1.3), and Coordinated Video Timings. Read:
 * "Extended Display Identification Data, EDID 1.3 Data Format" and "Coordinated Video Timings", as
 * encyclopedias have them. */
#include <string.h>

#include "devices/bochs_display/internal.h"
#include "emu/array.h"
#include "emu/bytes.h"

enum { /* offsets in the block */
       AT_MANUFACTURER = 8,
       AT_PRODUCT = 10,
       AT_SERIAL = 12,
       AT_YEAR = 17,
       AT_VERSION = 18,
       AT_INPUT = 20,
       AT_SIZE_CM = 21,
       AT_GAMMA = 23,
       AT_FEATURES = 24,
       AT_CHROMATICITY = 25,
       AT_ESTABLISHED = 35,
       AT_STANDARD = 38,
       N_STANDARD = 8,
       AT_DESCRIPTORS = 54,
       DESCRIPTOR_SIZE = 18,
       AT_CHECKSUM = 127
};

enum { /* values */
       INPUT_DIGITAL = 0x80,
       GAMMA_2_2 = 120,       /* 100 * gamma - 100 */
       FEATURE_COLOUR = 0x08, /* RGB */
       FEATURE_SRGB = 0x04,
       FEATURE_PREFERRED = 0x02, /* the first descriptor is the preferred mode */
       STANDARD_UNUSED = 0x01,
       STANDARD_MIN_WIDTH = 1024, /* smaller ones have bits of their own */
       STANDARD_MAX_WIDTH = 2288,
       TAG_NAME = 0xfc,
       TAG_RANGE = 0xfd,
       TAG_DUMMY = 0x10,
       YEAR = 2026,
       FIRST_YEAR = 1990,
       DOTS_PER_INCH = 96,
       TRUE_COLOUR = 32
};

/* Reduced blanking: pixels, lines, microseconds. */
enum {
	RB_H_BLANK = 160,
	RB_H_FRONT = 48,
	RB_H_SYNC = 32,
	RB_V_FRONT = 3,
	RB_MIN_V_BACK = 6,
	RB_MIN_V_BLANK_US = 460,
	RB_CLOCK_STEP = 250000, /* Hz */
	REFRESH_HZ = 60,
	US = 1000000
};

/* The aspect ratios that CVT and the standard timings know. */
static const struct aspect {
	uint8_t x, y;
	uint8_t standard; /* bits 7..6 of a standard timing */
	uint8_t v_sync;   /* lines, in CVT */
} aspects[] = { { 16, 10, 0, 6 }, { 4, 3, 1, 4 }, { 5, 4, 2, 7 }, { 16, 9, 3, 5 } };

static const struct aspect *aspect_of(unsigned width, unsigned height)
{
	for (size_t i = 0; i < ARRAY_SIZE(aspects); i++)
		if (width * aspects[i].y == height * aspects[i].x) return &aspects[i];
	return NULL;
}

static unsigned mm_of(unsigned pixels) { return pixels * 254 / (DOTS_PER_INCH * 10); }

static void put_timing(uint8_t *p, unsigned width, unsigned height)
{
	const struct aspect *aspect = aspect_of(width, height);
	unsigned v_sync = aspect ? aspect->v_sync : 10;
	/* How many lines pass in the least blanking, and one more. */
	unsigned frame_us = US / REFRESH_HZ - RB_MIN_V_BLANK_US;
	unsigned blank = RB_MIN_V_BLANK_US * height / frame_us + 1;
	unsigned least = RB_V_FRONT + v_sync + RB_MIN_V_BACK;
	uint64_t clock;

	if (blank < least) blank = least;
	clock = (uint64_t)REFRESH_HZ * (height + blank) * (width + RB_H_BLANK);
	clock -= clock % RB_CLOCK_STEP;
	put_le16(p, (uint16_t)(clock / 10000));
	p[2] = (uint8_t)width;
	p[3] = RB_H_BLANK;
	p[4] = (uint8_t)(width >> 8 << 4 | RB_H_BLANK >> 8);
	p[5] = (uint8_t)height;
	p[6] = (uint8_t)blank;
	p[7] = (uint8_t)(height >> 8 << 4 | blank >> 8);
	p[8] = RB_H_FRONT;
	p[9] = RB_H_SYNC;
	p[10] = (uint8_t)(RB_V_FRONT << 4 | v_sync);
	p[12] = (uint8_t)mm_of(width);
	p[13] = (uint8_t)mm_of(height);
	p[14] = (uint8_t)(mm_of(width) >> 8 << 4 | mm_of(height) >> 8);
	p[17] = 0x1a; /* digital separate sync, horizontal positive, vertical negative */
}

static void put_text(uint8_t *p, uint8_t tag, const char *text)
{
	p[3] = tag;
	memset(p + 5, ' ', DESCRIPTOR_SIZE - 5);
	memcpy(p + 5, text, strlen(text));
	p[5 + strlen(text)] = '\n';
}

static void put_range(uint8_t *p)
{
	/* Vertical 50..76 Hz, horizontal 20..100 kHz, at most 250 MHz, no second formula. */
	static const uint8_t limits[] = {
		50, 76, 20, 100, 25, 0, '\n', ' ', ' ', ' ', ' ', ' ', ' '
	};

	p[3] = TAG_RANGE;
	memcpy(p + 5, limits, sizeof(limits));
}

static bool has(const struct bochs_display_model *d, unsigned width, unsigned height)
{
	return bochs_display_model_fits(d, width, height, TRUE_COLOUR);
}

/* Timings that have a bit each. */
static const struct established {
	uint16_t width, height;
	uint8_t byte, bit;
} established[] = { { 640, 480, 0, 0x20 }, { 800, 600, 0, 0x01 }, { 1024, 768, 1, 0x08 } };

static bool is_established(unsigned width, unsigned height)
{
	for (size_t i = 0; i < ARRAY_SIZE(established); i++)
		if (established[i].width == width && established[i].height == height) return true;
	return false;
}

static void put_established(const struct bochs_display_model *d, uint8_t *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(established); i++)
		if (has(d, established[i].width, established[i].height))
			p[established[i].byte] |= established[i].bit;
}

/* The list's modes that the other bytes do not name, largest first. */
static void put_standard(const struct bochs_display_model *d, uint8_t *p,
			 const struct bochs_display_model_resolution *preferred)
{
	unsigned n = 0;

	memset(p, STANDARD_UNUSED, 2 * (size_t)N_STANDARD);
	for (size_t i = bochs_display_model_n_resolutions; i-- && n < N_STANDARD;) {
		const struct bochs_display_model_resolution *r =
			&bochs_display_model_resolutions[i];
		const struct aspect *aspect = aspect_of(r->width, r->height);

		if (!aspect || !has(d, r->width, r->height) || r == preferred) continue;
		if (is_established(r->width, r->height)) continue;
		if (r->width < STANDARD_MIN_WIDTH || r->width > STANDARD_MAX_WIDTH) continue;
		p[0] = (uint8_t)(r->width / 8 - 31);
		p[1] = (uint8_t)(aspect->standard << 6);
		p += 2;
		n++;
	}
}

static const struct bochs_display_model_resolution *
find_preferred(const struct bochs_display_model *d)
{
	const struct bochs_display_model_resolution *best = &bochs_display_model_resolutions[0];

	for (size_t i = 0; i < bochs_display_model_n_resolutions; i++) {
		const struct bochs_display_model_resolution *r =
			&bochs_display_model_resolutions[i];
		if (!has(d, r->width, r->height)) continue;
		best = r;
		if (r->width == BOCHS_DISPLAY_MODEL_PREFERRED_WIDTH &&
		    r->height == BOCHS_DISPLAY_MODEL_PREFERRED_HEIGHT)
			break;
	}
	return best;
}

/* Three letters of five bits, 'A' is 1. This one is not registered. */
static void put_manufacturer(uint8_t *p)
{
	static const char letters[] = "BIM";
	unsigned id = 0;

	for (unsigned i = 0; i < 3; i++) id = id << 5 | (unsigned)(letters[i] - 'A' + 1);
	p[0] = (uint8_t)(id >> 8);
	p[1] = (uint8_t)id;
}

void bochs_display_edid(const struct bochs_display_model *d,
			uint8_t block[BOCHS_DISPLAY_MODEL_EDID_BLOCK])
{
	static const uint8_t header[] = { 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0 };
	/* That of sRGB. */
	static const uint8_t chromaticity[] = { 0xee, 0x91, 0xa3, 0x54, 0x4c,
						0x99, 0x26, 0x0f, 0x50, 0x54 };
	const struct bochs_display_model_resolution *preferred = find_preferred(d);
	uint8_t *descriptor = block + AT_DESCRIPTORS;
	unsigned sum = 0;

	memset(block, 0, BOCHS_DISPLAY_MODEL_EDID_BLOCK);
	memcpy(block, header, sizeof(header));
	put_manufacturer(block + AT_MANUFACTURER);
	put_le16(block + AT_PRODUCT, BOCHS_DISPLAY_MODEL_DEVICE);
	put_le32(block + AT_SERIAL, 1);
	block[AT_YEAR] = YEAR - FIRST_YEAR;
	block[AT_VERSION] = 1;
	block[AT_VERSION + 1] = 3;
	block[AT_INPUT] = INPUT_DIGITAL;
	block[AT_SIZE_CM] = (uint8_t)(mm_of(preferred->width) / 10);
	block[AT_SIZE_CM + 1] = (uint8_t)(mm_of(preferred->height) / 10);
	block[AT_GAMMA] = GAMMA_2_2;
	block[AT_FEATURES] = FEATURE_COLOUR | FEATURE_SRGB | FEATURE_PREFERRED;
	memcpy(block + AT_CHROMATICITY, chromaticity, sizeof(chromaticity));
	put_established(d, block + AT_ESTABLISHED);
	put_standard(d, block + AT_STANDARD, preferred);
	put_timing(descriptor, preferred->width, preferred->height);
	descriptor += DESCRIPTOR_SIZE;
	put_range(descriptor);
	descriptor += DESCRIPTOR_SIZE;
	put_text(descriptor, TAG_NAME, "bimetal");
	descriptor += DESCRIPTOR_SIZE;
	descriptor[3] = TAG_DUMMY;
	for (unsigned i = 0; i < AT_CHECKSUM; i++) sum += block[i];
	block[AT_CHECKSUM] = (uint8_t)(0u - sum);
}
