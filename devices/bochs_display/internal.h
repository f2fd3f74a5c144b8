/* SPDX-License-Identifier: MIT */
/* Shared by the files of this model. */
#ifndef DEVICES_BOCHS_DISPLAY_INTERNAL_H
#define DEVICES_BOCHS_DISPLAY_INTERNAL_H

#include "devices/bochs_display/model.h"

enum { BOCHS_DISPLAY_MEMORY_FILL = 0xcc }; /* undefined at power-on; never 0 here */

/* Show the video memory where the BAR and the mode have it. */
void bochs_display_place_windows(struct bochs_display_model *d);

/* ---- registers: dispi.c ---- */

/* What a read of a register returns. */
uint16_t bochs_display_dispi_read(const struct bochs_display_model *d,
				  enum bochs_display_model_index index);
/* A write: the access rules of the table were applied. */
void bochs_display_dispi_written(struct bochs_display_model *d,
				 enum bochs_display_model_index index, const struct reg_write *w);

/* ---- video memory: memory.c. Ranges must be inside it. ---- */

uint64_t bochs_display_load(const struct bochs_display_model *d, uint64_t offset, unsigned width);
void bochs_display_store(struct bochs_display_model *d, uint64_t offset, unsigned width,
			 uint64_t value);
void bochs_display_read(const struct bochs_display_model *d, uint64_t offset, void *buf,
			size_t len);
void bochs_display_clear(struct bochs_display_model *d, uint64_t offset, uint64_t len);

/* ---- edid.c ---- */

/* The block for a display that has the preferred mode, if it fits into the memory, and those of
 * the list that do. */
void bochs_display_edid(const struct bochs_display_model *d,
			uint8_t block[BOCHS_DISPLAY_MODEL_EDID_BLOCK]);

#endif
