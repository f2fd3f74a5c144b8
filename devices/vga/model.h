/* SPDX-License-Identifier: MIT */
/* An IBM VGA with 256 KiB of video memory: registers, palette, the memory window at 0xa0000 with
 * all write and read modes, text and graphics addressing, and the timing of its status register.
 * devices/vga/picture.h makes the picture from this state.
 *
 * Not modelled: the external dot clocks (MISC.CS 2, 3), the line of the vertical interrupt (the
 * adapter knows when it is pending, but is not connected to an interrupt controller, as few are),
 * the latching of the start address at a vertical retrace (a picture has what the registers say
 * when it is made), the diagnostic pixel bits of ST01, skews of display enable and retrace,
 * blanking within the displayed part, the shift registers' slower loads (SR01.SLR, S4), memory of
 * 64 KiB (SR04.EXT). */
#ifndef DEVICES_VGA_MODEL_H
#define DEVICES_VGA_MODEL_H

#include "devices/vga/registers.h"
#include "emu/bus.h"
#include "emu/clock.h"
#include "emu/mem_device.h"

enum { VGA_MODEL_N_PLANES = 4, VGA_MODEL_PLANE_SIZE = 0x10000, VGA_MODEL_N_COLOURS = 256 };

/* What was done with the attribute controller since its index blanked the screen. */
enum vga_model_attr_use {
	VGA_MODEL_ATTR_SHOWN,   /* the screen is not blank */
	VGA_MODEL_ATTR_INDEXED, /* nothing */
	VGA_MODEL_ATTR_ONLY_READ,
	VGA_MODEL_ATTR_WRITTEN
};

struct vga_model_state {
	uint64_t reg[VGA_MODEL_N_PORTS];
	uint64_t sr[VGA_MODEL_N_SR];
	uint64_t gr[VGA_MODEL_N_GR];
	uint64_t ar[VGA_MODEL_N_AR];
	uint64_t cr[VGA_MODEL_N_CR];
	uint8_t crtc_index, attr_index;
	bool attr_data;              /* flip-flop: the next write to 3C0 is data */
	uint8_t attr_use;            /* enum vga_model_attr_use */
	bool blank_told;             /* that the screen was left blank */
	uint64_t blank_since;        /* time at which attr_index blanked it */
	uint64_t interrupt_from;     /* time from which a retrace makes the interrupt pending */
	uint8_t dac_index, dac_part; /* part 0..2: red, green, blue */
	bool dac_reading;
	bool dac_8bit; /* an adapter that extends the VGA has widened it */
	/* Firmware refused to set a mode, and no program has mapped a window since. Accesses
	 * outside the window of the old mode are then due to the refusal. Set by firmware. */
	bool no_mode;
	uint8_t dac_latch[3];
	uint8_t palette[VGA_MODEL_N_COLOURS][3]; /* 6 bits each; with dac_8bit, 8 */
	uint32_t latches;                        /* of the last read: a word as in planes.h */
};

/* An adapter that extends the VGA by modes of its own, with banks of memory in the VGA's window. */
struct vga_model_extension {
	/* The device that answers in the window instead of the planes, with the offset in it. NULL:
	 * the planes do. */
	struct device *(*window)(void *ctx, uint64_t *offset);
	/* Show what is there then in the window of memory, instead of the VGA. False: the planes
	 * are there, nothing was done. */
	bool (*place)(void *ctx, struct mem_window *plain);
};

struct vga_model {
	struct device dev; /* ports; offset 0 is 0x3b0 */
	struct device mem; /* memory window; offset 0 is 0xa0000; shares dev's state */
	const struct clock *clock;
	struct mem_device *memory; /* its first 256 KiB are the planes: planes.h */
	struct mem_window *plain;  /* the window, while writes to it are plain: window.h */
	const struct vga_model_extension *extension; /* NULL: it is a VGA and no more */
	void *extension_ctx;
	struct vga_model_state s;
};

/* Connect, take video memory from `mem`, which outlives the model, and power on. v->mem shares the
 * state of v->dev, so only v->dev belongs in a list of snapshots. Returns NULL, or a static
 * message: there is no memory. */
const char *vga_model_init(struct vga_model *v, const char *instance, const struct hub *hub,
			   const struct clock *clock, struct mem *mem);
/* Power-on: every register 0 (so ports are at 3Bx, memory and screen off); memory has a pattern. */
void vga_model_reset(struct vga_model *v);
/* Map the ports and the memory window. Returns NULL or the message of bus_map(). */
__attribute__((warn_unused_result)) const char *vga_model_map(struct vga_model *v, struct bus *bus);
/* Load only the character generator, into the first font block of plane 2. */
void vga_model_load_font(struct vga_model *v);

/* For renderers. */
struct vga_model_timing {
	uint64_t dot_hz;
	unsigned char_dots;                /* 8 or 9 */
	unsigned h_total, h_displayed;     /* characters */
	unsigned v_total, v_displayed;     /* scan lines, at most 2050 and 2048 */
	unsigned v_retrace, v_retrace_end; /* scan lines; end is exclusive */
};

/* Compute the timing from the CRTC registers. */
void vga_model_timing(const struct vga_model *v, struct vga_model_timing *t);
/* True while the screen shows something: not blanked, not in reset, clocks running. */
bool vga_model_displays(const struct vga_model *v);
/* True in graphics modes. */
bool vga_model_graphics(const struct vga_model *v);
/* True if something besides the attribute index keeps the screen dark: SR01.SD, a reset of the
 * sequencer, a CRTC that stands. */
bool vga_model_off(const struct vga_model *v);
/* The adapter answers: bit 0 of port 3C3 is set. */
static inline bool vga_model_awake(const struct vga_model *v)
{
	return v->s.reg[VGA_MODEL_VSE] & 1;
}
/* The plane address that the CRTC fetches for its memory counter `ma`, in scan line `scan` of a row
 * of characters. */
unsigned vga_model_crtc_address(const struct vga_model *v, unsigned ma, unsigned scan);
/* Line compare, 10 bits: after this scan line the memory counter restarts at 0. With CR17.SLDIV the
 * CRTC counts every second scan line only. */
unsigned vga_model_line_compare(const struct vga_model *v);
/* 24-bit colour (0xrrggbb) of an attribute controller input 0..15. */
uint32_t vga_model_colour(const struct vga_model *v, unsigned attribute);
/* 24-bit colour of an input 0..255 where the attribute controller joins two inputs (AR10.PW): it
 * does not pass the internal palette. */
uint32_t vga_model_colour_256(const struct vga_model *v, unsigned input);
/* The same of an index that reaches the DAC, of which PEL_MASK leaves some bits. */
uint32_t vga_model_dac_colour(const struct vga_model *v, unsigned index);
/* Give the DAC's entries 8 bits per colour, or 6. Colours stay what they are, but for low bits. */
void vga_model_set_dac_8bit(struct vga_model *v, bool on);
/* What it is, and how it answers. */
extern const struct device_about vga_about;
extern const struct device_ops vga_model_ops, vga_model_window_ops;

#endif
