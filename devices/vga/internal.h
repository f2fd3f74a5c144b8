/* SPDX-License-Identifier: MIT */
/* What the parts of the VGA's model say to each other. */
#ifndef DEVICES_VGA_INTERNAL_H
#define DEVICES_VGA_INTERNAL_H

#include "devices/vga/model.h"

enum { VGA_MODEL_FLOATING = 0xff, VGA_MODEL_DAC_PARTS = 3 };

/* ---- indexed.c: the registers behind SEQ_INDEX, GC_INDEX, CRTC_INDEX and ATTR_INDEX ---- */

uint8_t vga_model_read_sequencer(const struct vga_model *v);
void vga_model_write_sequencer(struct vga_model *v, uint8_t value);
uint8_t vga_model_read_graphics(const struct vga_model *v);
void vga_model_write_graphics(struct vga_model *v, uint8_t value);
uint8_t vga_model_read_crtc(const struct vga_model *v);
void vga_model_write_crtc(struct vga_model *v, uint8_t value);
/* Port 3C1, and 3C0 in both states of the flip-flop. */
uint8_t vga_model_read_attribute(struct vga_model *v);
void vga_model_write_attribute(struct vga_model *v, uint8_t value);
/* `changed` are bits of the clock in `reg`, which get new values: report it unless the sequencer is
 * held in reset. */
void vga_model_lint_clock(const struct vga_model *v, const char *reg, uint64_t changed);

/* ---- beam.c ---- */

/* Input status 1, from the position of the beam. */
uint8_t vga_model_beam_status(const struct vga_model *v);
/* A vertical retrace has begun since CR11 allowed the interrupt. */
bool vga_model_interrupt_pending(const struct vga_model *v);

/* ---- dac.c ---- */

void vga_model_dac_set_index(struct vga_model *v, uint8_t index, bool reading);
uint8_t vga_model_dac_state(const struct vga_model *v);
uint8_t vga_model_dac_read(struct vga_model *v);
void vga_model_dac_write(struct vga_model *v, uint8_t value);

#endif
