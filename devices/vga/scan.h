/* SPDX-License-Identifier: MIT */
/* The CRT controller's counters from scan line to scan line of the displayed part of a frame. */
#ifndef DEVICES_VGA_SCAN_H
#define DEVICES_VGA_SCAN_H

#include "devices/vga/model.h"

struct vga_model_scan {
	unsigned line; /* scan line on the screen */
	unsigned ma;   /* memory counter at the row's first character, without byte panning */
	unsigned scan; /* scan line within the row of characters */
	bool twice;    /* double scanning: this line repeats the one before */
	bool split;    /* line compare has matched */
};

/* The first line. */
void vga_model_scan_start(const struct vga_model *v, struct vga_model_scan *s);
/* The next one. */
void vga_model_scan_next(const struct vga_model *v, struct vga_model_scan *s);
/* Panning ends at line compare, if AR10 bit 5 is set. */
static inline bool vga_model_scan_pans(const struct vga_model *v, const struct vga_model_scan *s)
{
	return !(s->split && v->s.ar[0x10] & VGA_MODEL_AR10_PAN_RESET);
}
/* The memory counter at the line's character `column`. */
unsigned vga_model_scan_ma(const struct vga_model *v, const struct vga_model_scan *s,
			   unsigned column);

#endif
