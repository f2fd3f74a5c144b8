/* SPDX-License-Identifier: MIT */
/* Shared by the files of this model. */
#ifndef DEVICES_BOCHS_DISPLAY_INTERNAL_H
#define DEVICES_BOCHS_DISPLAY_INTERNAL_H

#include "devices/bochs_display/model.h"

/* ---- registers: dispi.c ---- */

/* What a read of a register returns. */
uint16_t bochs_display_dispi_read(const struct bochs_display_model *d,
				  enum bochs_display_model_index index);
/* A write: the access rules of the table were applied. */
void bochs_display_dispi_written(struct bochs_display_model *d,
				 enum bochs_display_model_index index, const struct reg_write *w);

/* ---- video memory: memory.c ---- */

/* Show it where the BAR and the mode have it. */
void bochs_display_place_windows(struct bochs_display_model *d);
/* The VGA's window, while a mode has banks there. */
extern const struct vga_model_extension bochs_display_extension;

/* ---- edid.c ---- */

/* The block for a display that has the preferred mode, if it fits into the memory, and those of
 * the list that do. */
void bochs_display_edid(const struct bochs_display_model *d,
			uint8_t block[BOCHS_DISPLAY_MODEL_EDID_BLOCK]);

#endif
