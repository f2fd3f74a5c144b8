/* SPDX-License-Identifier: MIT */
/* What the memory window of a VGA shows. For whoever connects it to a bus: while the window is like
 * plain memory, its bytes need not pass through the model one by one. */
#ifndef DEVICES_VGA_WINDOW_H
#define DEVICES_VGA_WINDOW_H

#include "devices/vga/model.h"

/* A part of the window: `size` bytes from physical address VGA_MODEL_MEMORY_BASE + `base`. */
struct vga_model_window {
	uint32_t base, size;
};

/* The part in which the adapter answers now; size 0: none, because MISC.ERAM is clear or the
 * adapter is asleep (port 3C3). */
struct vga_model_window vga_model_window(const struct vga_model *v);
/* True: a write of any width to the window stores its bytes, and does no more; byte i of the window
 * is byte i of the memory. It holds in chain-4 with all planes enabled, write mode 0 and
 * nothing between the host's data and memory, while the screen is shown. Then the window has
 * exactly 64 KiB. A read still loads the latches.
 *
 * It follows from SR02, SR04, GR01, GR03, GR05, GR06, GR08, MISC, VSE and the attribute index. */
bool vga_model_writes_plainly(const struct vga_model *v);
/* Let the CPU write to the memory itself while that is what a write to the window is. Called when a
 * register has changed; cheap if the window has not. */
void vga_model_place_window(struct vga_model *v);

#endif
