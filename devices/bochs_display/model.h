/* SPDX-License-Identifier: MIT */
/* The PCI function of `--device vga`: the Bochs display interface (DISPI), a linear framebuffer and
 * EDID. It extends a VGA: while DISPI is enabled, the picture and the window at 0xa0000 follow
 * DISPI; otherwise they are the VGA's. Both have one video memory, whose first 256 KiB are the
 * VGA's planes.
 *
 * Firmware uses the same functions as the ports: no write of theirs can be refused silently. */
#ifndef DEVICES_BOCHS_DISPLAY_MODEL_H
#define DEVICES_BOCHS_DISPLAY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/bochs_display/registers.h"
#include "devices/pci/host.h"
#include "devices/vga/model.h"
#include "emu/ends.h"
#include "emu/mem_device.h"

enum {
	BOCHS_DISPLAY_MODEL_CONFIG_SLOTS = 256,
	BOCHS_DISPLAY_MODEL_EDID_BLOCK = 128, /* bytes */
	BOCHS_DISPLAY_MODEL_MIN_MIB = 1,
	BOCHS_DISPLAY_MODEL_MAX_MIB = 256,
	BOCHS_DISPLAY_MODEL_DEFAULT_MIB = 16
};

struct bochs_display_model_state { /* plain data */
	uint64_t config[BOCHS_DISPLAY_MODEL_CONFIG_SLOTS];
	uint64_t port[BOCHS_DISPLAY_MODEL_N_PORTS];
	bool banked_told; /* that the linear framebuffer is used in this banked mode */
	uint64_t reg[BOCHS_DISPLAY_MODEL_N_ROWS + BOCHS_DISPLAY_MODEL_EDID_SIZE];
};

struct bochs_display_model {
	struct pci_model_function fn;
	/* Share the state of fn.dev. `banks` answers in the VGA's window while DISPI has it. */
	struct device ports, registers, framebuffer, banks;
	struct vga_model *vga;     /* the VGA that it extends */
	struct mem_device *memory; /* the VGA's, made larger; its size is a power of two */
	struct mem_window *linear; /* BAR0 */
	uint8_t edid[BOCHS_DISPLAY_MODEL_EDID_BLOCK];
	struct bochs_display_model_state s;
};

/* Make the function with `mebibytes` of video memory (a power of two, MIN_MIB..MAX_MIB), and add it
 * to `host`, whose wiring has the machine's memory. `vga` and `host` outlive it. Returns NULL or a
 * message. */
__attribute__((warn_unused_result)) const char *
bochs_display_model_init(struct bochs_display_model *d, const char *instance, const struct hub *hub,
			 struct pci_model_host *host, unsigned device, struct vga_model *vga,
			 unsigned mebibytes);
/* Hardware reset: DISPI is disabled, the BARs are unmapped. The VGA's reset is that of the memory.
 */
void bochs_display_model_reset(struct bochs_display_model *d);

/* ---- DISPI, for firmware: what the index and the data port do ---- */

/* Read or write a register as a guest does: the same effects and limits, the same lints. */
uint16_t bochs_display_model_get(const struct bochs_display_model *d,
				 enum bochs_display_model_index index);
void bochs_display_model_set(struct bochs_display_model *d, enum bochs_display_model_index index,
			     uint16_t value);

/* What DISPI shows now. */
struct bochs_display_model_mode {
	unsigned width, height; /* pixels */
	unsigned bpp;           /* 4, 8, 15, 16, 24 or 32 */
	unsigned pitch;         /* bytes from one row to the next; of each plane, if bpp is 4 */
	unsigned virt_width, virt_height, x_offset, y_offset; /* pixels */
	uint64_t start; /* offset of the first visible byte in the memory (in a plane, if bpp is 4);
			   what it shows is inside the memory */
	bool lfb;       /* the linear framebuffer is in use; otherwise the banks at 0xa0000 */
	bool dac_8bit;
};
/* False: DISPI is disabled, the VGA has the screen. */
bool bochs_display_model_mode(const struct bochs_display_model *d,
			      struct bochs_display_model_mode *mode);

/* Bytes of a row of `width` pixels; of each plane, if bpp is 4. */
unsigned bochs_display_model_pitch(unsigned width, unsigned bpp);
/* Bytes that a picture can have; in each plane, if bpp is 4. */
uint64_t bochs_display_model_room(const struct bochs_display_model *d, unsigned bpp);
/* Is there such a mode, and memory for it? */
bool bochs_display_model_fits(const struct bochs_display_model *d, unsigned width, unsigned height,
			      unsigned bpp);
/* Disable DISPI, then enable it with this mode. `flags` are BOCHS_DISPLAY_MODEL_LFB_ENABLED,
 * _NOCLEARMEM and _8BIT_DAC. False: there is no such mode, and nothing was changed. */
bool bochs_display_model_set_mode(struct bochs_display_model *d, unsigned width, unsigned height,
				  unsigned bpp, unsigned flags);
/* Are the bytes of a pixel swapped (ENDIANNESS)? */
bool bochs_display_model_big_endian(const struct bochs_display_model *d);
/* Where the guest sees the video memory; 0: it does not, BAR0 is not mapped. */
uint64_t bochs_display_model_framebuffer(const struct bochs_display_model *d);

/* Masks of a true-colour pixel: 15, 16, 24 and 32 bits. Sizes in bits, positions of the low bits.
 */
struct bochs_display_model_pixel {
	uint8_t bytes;
	uint8_t red_size, red_at, green_size, green_at, blue_size, blue_at, rest_size, rest_at;
};
/* NULL: bpp has no colours in the pixel, or there is no such mode. */
const struct bochs_display_model_pixel *bochs_display_model_pixel(unsigned bpp);

/* The resolutions that EDID and VBE offer, smallest first; others can be set too. */
struct bochs_display_model_resolution {
	uint16_t width, height;
};
extern const struct bochs_display_model_resolution bochs_display_model_resolutions[];
extern const size_t bochs_display_model_n_resolutions;
enum { BOCHS_DISPLAY_MODEL_PREFERRED_WIDTH = 1280, BOCHS_DISPLAY_MODEL_PREFERRED_HEIGHT = 800 };

/* ---- the picture ---- */

/* The display of a machine: what DISPI shows, or what the VGA shows while it is disabled. */
struct display_end bochs_display_model_end(const struct bochs_display_model *d);

/* And for boot loaders: modes with a linear framebuffer. */
struct framebuffer_end bochs_display_model_framebuffer_end(struct bochs_display_model *d);

/* What it is, and how it answers. */
extern const struct device_about bochs_display_about, bochs_display_config_about,
	bochs_display_framebuffer_about, bochs_display_banks_about;
extern const struct device_ops bochs_display_model_config_ops, bochs_display_model_port_ops,
	bochs_display_model_registers_ops, bochs_display_model_framebuffer_ops,
	bochs_display_model_banks_ops;

#endif
