/* SPDX-License-Identifier: MIT */
/* The format of a framebuffer, and its dots. */
#include "internal.h"

/* ---- formats ---- */

static uint32_t bytes_of(unsigned bits)
{
	switch (bits) {
	case 8: return FB_DOT_8;
	case 15:
	case 16: return FB_DOT_16;
	case 24: return FB_DOT_24;
	case 32: return FB_DOT_32;
	default: return 0;
	}
}

struct framebuffer_format framebuffer_format(uint32_t width, uint32_t height, unsigned bits)
{
	struct framebuffer_format format = { .width = width,
					     .height = height,
					     .pitch = width * bytes_of(bits),
					     .bits = (uint8_t)bits };

	if (bits == 15 || bits == 16) {
		const uint8_t green = (uint8_t)(bits - 10);
		format.red = (struct framebuffer_mask){ (uint8_t)(5 + green), 5 };
		format.green = (struct framebuffer_mask){ 5, green };
		format.blue = (struct framebuffer_mask){ 0, 5 };
	} else if (bits == 24 || bits == 32) {
		format.red = (struct framebuffer_mask){ 2 * FB_BYTE, FB_BYTE };
		format.green = (struct framebuffer_mask){ FB_BYTE, FB_BYTE };
		format.blue = (struct framebuffer_mask){ 0, FB_BYTE };
	}
	return format;
}

static uint32_t bits_of(struct framebuffer_mask mask)
{
	return ((UINT32_C(1) << mask.bits) - 1) << mask.at;
}

static bool fits(struct framebuffer_mask mask, unsigned bits)
{
	return mask.bits <= FB_BYTE && mask.at < bits && mask.bits <= bits - mask.at;
}

static bool valid_colours(const struct framebuffer_format *f)
{
	if (!f->red.bits && !f->green.bits && !f->blue.bits) return f->bits == FB_BYTE;
	if (!f->red.bits || !f->green.bits || !f->blue.bits) return false;
	if (!fits(f->red, f->bits) || !fits(f->green, f->bits) || !fits(f->blue, f->bits))
		return false;
	const uint32_t red = bits_of(f->red), green = bits_of(f->green), blue = bits_of(f->blue);
	return !(red & green) && !(green & blue) && !(blue & red);
}

/* The width of an access: three bytes are accessed one by one. */
static uint32_t access_of(uint32_t dot_bytes) { return dot_bytes == FB_DOT_24 ? 1 : dot_bytes; }

static bool valid(const struct framebuffer_format *f)
{
	const uint32_t bytes = bytes_of(f->bits);

	if (!bytes || f->width == 0 || f->height == 0) return false;
	if (f->width > FRAMEBUFFER_MAX_SIDE || f->height > FRAMEBUFFER_MAX_SIDE) return false;
	if (f->pitch < f->width * bytes || f->pitch % access_of(bytes) != 0) return false;
	if (f->pitch > UINT32_MAX / f->height) return false;
	return valid_colours(f);
}

enum framebuffer_status framebuffer_init(struct framebuffer *fb, struct io memory,
					 const struct framebuffer_format *format)
{
	if (!fb || !format) return FRAMEBUFFER_NULL;
	if (!valid(format)) return FRAMEBUFFER_BAD_FORMAT;
	const uint32_t bytes = bytes_of(format->bits);
	if (memory.space != IO_MEMORY || memory.stride != 1 || memory.base % access_of(bytes) != 0)
		return FRAMEBUFFER_BAD_BASE;
	*fb = (struct framebuffer){ .memory = memory, .format = *format, .dot_bytes = bytes };
	return FRAMEBUFFER_OK;
}

/* ---- colours ---- */

static uint32_t place(struct framebuffer_mask mask, uint8_t component)
{
	return (uint32_t)(component >> (FB_BYTE - mask.bits)) << mask.at;
}

uint32_t framebuffer_colour(const struct framebuffer *fb, uint8_t red, uint8_t green, uint8_t blue)
{
	if (!fb || !fb->format.red.bits) return 0;
	return place(fb->format.red, red) | place(fb->format.green, green) |
	       place(fb->format.blue, blue);
}

/* ---- dots ---- */

static uint32_t at(const struct framebuffer *fb, uint32_t x, uint32_t y)
{
	return y * fb->format.pitch + x * fb->dot_bytes;
}

static void store_24(struct io memory, uint32_t where, uint32_t dot)
{
	for (unsigned i = 0; i < FB_DOT_24; i++)
		io_write8(memory, where + i, (uint8_t)(dot >> FB_BYTE * i));
}

static uint32_t load_24(struct io memory, uint32_t where)
{
	uint32_t dot = 0;

	for (unsigned i = 0; i < FB_DOT_24; i++)
		dot |= (uint32_t)io_read8(memory, where + i) << FB_BYTE * i;
	return dot;
}

void framebuffer_store(const struct framebuffer *fb, uint32_t x, uint32_t y, uint32_t dot)
{
	const uint32_t where = at(fb, x, y);

	switch (fb->dot_bytes) {
	case FB_DOT_8: io_write8(fb->memory, where, (uint8_t)dot); break;
	case FB_DOT_16: io_write16(fb->memory, where, (uint16_t)dot); break;
	case FB_DOT_24: store_24(fb->memory, where, dot); break;
	default: io_write32(fb->memory, where, dot); break;
	}
}

uint32_t framebuffer_load(const struct framebuffer *fb, uint32_t x, uint32_t y)
{
	const uint32_t where = at(fb, x, y);

	switch (fb->dot_bytes) {
	case FB_DOT_8: return io_read8(fb->memory, where);
	case FB_DOT_16: return io_read16(fb->memory, where);
	case FB_DOT_24: return load_24(fb->memory, where);
	default: return io_read32(fb->memory, where);
	}
}

enum framebuffer_status framebuffer_set_pixel(const struct framebuffer *fb, uint32_t x, uint32_t y,
					      uint32_t dot)
{
	if (!fb) return FRAMEBUFFER_NULL;
	if (!framebuffer_holds(fb, x, y, 1, 1)) return FRAMEBUFFER_BOUNDS;
	framebuffer_store(fb, x, y, dot);
	return FRAMEBUFFER_OK;
}

enum framebuffer_status framebuffer_read_pixel(const struct framebuffer *fb, uint32_t x, uint32_t y,
					       uint32_t *dot)
{
	if (!fb || !dot) return FRAMEBUFFER_NULL;
	if (!framebuffer_holds(fb, x, y, 1, 1)) return FRAMEBUFFER_BOUNDS;
	*dot = framebuffer_load(fb, x, y);
	return FRAMEBUFFER_OK;
}
