/* SPDX-License-Identifier: MIT */
#include "devices/vga/scan.h"

enum { ROW_SCAN = 0x1f, MA = 0xffff, BYTE_PAN_SHIFT = 5 };

void vga_model_scan_start(const struct vga_model *v, struct vga_model_scan *s)
{
	*s = (struct vga_model_scan){ .ma = (unsigned)(v->s.cr[0x0c] << 8 | v->s.cr[0x0d]),
				      .scan = (unsigned)v->s.cr[0x08] & ROW_SCAN };
}

/* The vertical counter, which CR17.SLDIV slows down, reaches line compare with this line's end. */
static bool line_compare_matches(const struct vga_model *v, unsigned line)
{
	if (!(v->s.cr[0x17] & VGA_MODEL_CR17_SLDIV)) return line == vga_model_line_compare(v);
	return line == vga_model_line_compare(v) * 2 + 1;
}

void vga_model_scan_next(const struct vga_model *v, struct vga_model_scan *s)
{
	if (line_compare_matches(v, s->line++)) {
		s->ma = s->scan = 0;
		s->twice = false;
		s->split = true;
		return;
	}
	if (v->s.cr[0x09] & VGA_MODEL_CR09_DOUBLE) {
		s->twice = !s->twice;
		if (s->twice) return;
	}
	/* The counter is compared for equality: a preset row scan above the maximum goes on to 31
	 * and begins at 0. */
	if (s->scan != (v->s.cr[0x09] & ROW_SCAN)) {
		s->scan = (s->scan + 1) & ROW_SCAN;
		return;
	}
	s->scan = 0;
	s->ma = (s->ma + (unsigned)v->s.cr[0x13] * 2) & MA;
}

unsigned vga_model_scan_ma(const struct vga_model *v, const struct vga_model_scan *s,
			   unsigned column)
{
	unsigned pan =
		vga_model_scan_pans(v, s)
			? (unsigned)(v->s.cr[0x08] & VGA_MODEL_CR08_BYTE_PAN) >> BYTE_PAN_SHIFT
			: 0;

	if (v->s.cr[0x14] & VGA_MODEL_CR14_DIV4)
		column /= 4;
	else if (v->s.cr[0x17] & VGA_MODEL_CR17_DIV2)
		column /= 2;
	return (s->ma + pan + column) & MA;
}
