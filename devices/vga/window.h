/* SPDX-License-Identifier: MIT */
/* The memory window of a VGA: which planes a host address reaches, and what the read and write
 * modes make of the bytes on their way. */
#ifndef DEVICES_VGA_WINDOW_H
#define DEVICES_VGA_WINDOW_H

#include "emu/regs.h"

/* Of the `mem` of a struct vga_model. */
extern const struct device_ops vga_model_window_ops;

#endif
