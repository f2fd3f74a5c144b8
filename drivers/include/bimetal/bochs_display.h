/* SPDX-License-Identifier: MIT */
/* The Bochs display interface ("DISPI", "VBE extensions"): a display of QEMU, Bochs and bimetal
 * that sets any mode by sixteen-bit registers, with a linear framebuffer. (QEMU: docs/specs/
 * standard-vga; Bochs: the VBE display interface, iodev/display.) Registers are reached by an index
 * and a data port, or directly in memory; EDID only in memory.
 *
 * Freestanding: no libc, no heap. All state is in struct bochs_display. Only one CPU at a time may
 * use the handle. */
#ifndef BIMETAL_BOCHS_DISPLAY_H
#define BIMETAL_BOCHS_DISPLAY_H

/* For example:
 *
 *	static enum bochs_display_status start(struct bochs_display *display, struct io ports,
 *					       struct io framebuffer, struct framebuffer *fb)
 *	{
 *		enum bochs_display_status status =
 *			bochs_display_init_ports(display, ports, framebuffer);
 *
 *		if (status != BOCHS_DISPLAY_OK) return status;
 *		return bochs_display_set_mode(display, 1024, 768, 32, fb);
 *	}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/framebuffer.h"
#include "bimetal/io.h"
#include "bimetal/pci.h"

#define BOCHS_DISPLAY_MUST_USE __attribute__((warn_unused_result))

enum bochs_display_status {
	BOCHS_DISPLAY_OK,
	BOCHS_DISPLAY_NULL,     /* a null pointer */
	BOCHS_DISPLAY_BAD_BASE, /* ports: not ports; registers, framebuffer: not memory of stride 1
				 */
	BOCHS_DISPLAY_ABSENT,   /* no such PCI function; or no identifier of one */
	BOCHS_DISPLAY_PCI,      /* the function's configuration space or BARs cannot be used */
	BOCHS_DISPLAY_TOO_OLD,  /* identifier B0C0h to B0C4h: older than this driver */
	BOCHS_DISPLAY_LACKS,    /* only by registers in memory */
	BOCHS_DISPLAY_BAD_MODE, /* see the function; the display's mode stays */
	BOCHS_DISPLAY_BOUNDS,   /* beyond the virtual screen, the memory or the EDID */
	BOCHS_DISPLAY_BAD_EDID  /* no header, or the sum of a block is not 0 */
};

enum {
	BOCHS_DISPLAY_VENDOR = 0x1234, /* PCI */
	BOCHS_DISPLAY_DEVICE = 0x1111,
	BOCHS_DISPLAY_PORTS = 0x1ce,     /* the index; the data are at 1CFh */
	BOCHS_DISPLAY_MEMORY_BAR = 0,    /* the framebuffer */
	BOCHS_DISPLAY_REGISTERS_BAR = 2, /* EDID, VGA's registers, DISPI */
	BOCHS_DISPLAY_EDID = 0x000,      /* in registers */
	BOCHS_DISPLAY_EDID_SIZE = 0x400,
	BOCHS_DISPLAY_VGA = 0x400,   /* in registers: VGA's ports 3C0h to 3DFh */
	BOCHS_DISPLAY_DISPI = 0x500, /* in registers: register n is at 2 n */
	BOCHS_DISPLAY_ID0 = 0xb0c0,
	BOCHS_DISPLAY_ID5 = 0xb0c5,
	BOCHS_DISPLAY_EDID_BLOCK = 128
};

/* The registers by their index. */
enum bochs_display_register {
	BOCHS_DISPLAY_INDEX_ID,
	BOCHS_DISPLAY_INDEX_XRES,
	BOCHS_DISPLAY_INDEX_YRES,
	BOCHS_DISPLAY_INDEX_BPP,
	BOCHS_DISPLAY_INDEX_ENABLE,
	BOCHS_DISPLAY_INDEX_BANK,
	BOCHS_DISPLAY_INDEX_VIRT_WIDTH,
	BOCHS_DISPLAY_INDEX_VIRT_HEIGHT,
	BOCHS_DISPLAY_INDEX_X_OFFSET,
	BOCHS_DISPLAY_INDEX_Y_OFFSET,
	BOCHS_DISPLAY_INDEX_MEMORY_64K, /* memory in units of 64 KiB */
	BOCHS_DISPLAY_REGISTERS
};
enum { /* ENABLE */
       BOCHS_DISPLAY_ENABLED = 0x01,
       BOCHS_DISPLAY_GET_CAPS = 0x02, /* XRES, YRES and BPP read as the greatest values */
       BOCHS_DISPLAY_8_BIT_DAC = 0x20,
       BOCHS_DISPLAY_LINEAR = 0x40,  /* the whole memory lies behind the framebuffer BAR */
       BOCHS_DISPLAY_NO_CLEAR = 0x80 /* memory stays */
};

/* The handle: allocated by the caller, set by the driver. Callers may read all of it. */
struct bochs_display {
	struct io dispi;     /* the two ports, or the registers in memory */
	struct io registers; /* the registers BAR; meaningless if `mapped` is false */
	struct io framebuffer;
	bool mapped;                  /* registers in memory are used */
	uint16_t version;             /* BOCHS_DISPLAY_ID0 to BOCHS_DISPLAY_ID5 */
	uint32_t memory;              /* bytes */
	uint16_t width, height, bits; /* of the mode; 0: none set */
	uint16_t line, lines; /* the virtual screen, dots; line is what a row of memory holds */
};

/* ---- finding it ---- */

/* Where the function is. `registers` is 0 if the function has no registers BAR. */
struct bochs_display_place {
	struct pci_place place;
	uint64_t framebuffer, framebuffer_size; /* physical address and bytes */
	uint64_t registers, registers_size;
};

/* Find the first PCI function 1234:1111 and switch its memory on. ABSENT: there is none. PCI: its
 * BARs are not assigned. */
BOCHS_DISPLAY_MUST_USE enum bochs_display_status
bochs_display_find(const struct pci *pci, struct bochs_display_place *place);
/* Use the display by its ports: io_port(BOCHS_DISPLAY_PORTS). `framebuffer`: memory with stride 1,
 * which the kernel has mapped. The mode stays, whatever it is; none is set for the driver. */
BOCHS_DISPLAY_MUST_USE enum bochs_display_status
bochs_display_init_ports(struct bochs_display *display, struct io ports, struct io framebuffer);
/* Use it by its registers in memory (stride 1), which the kernel has mapped uncached. */
BOCHS_DISPLAY_MUST_USE enum bochs_display_status
bochs_display_init_memory(struct bochs_display *display, struct io registers,
			  struct io framebuffer);
/* The VGA's registers of a display in memory, for vga_init(). */
struct io bochs_display_vga(const struct bochs_display *display);

/* ---- registers ---- */

BOCHS_DISPLAY_MUST_USE enum bochs_display_status
bochs_display_read(const struct bochs_display *display, enum bochs_display_register index,
		   uint16_t *value);
BOCHS_DISPLAY_MUST_USE enum bochs_display_status
bochs_display_write(const struct bochs_display *display, enum bochs_display_register index,
		    uint16_t value);

/* ---- modes ---- */

/* The greatest width, height and bits. */
BOCHS_DISPLAY_MUST_USE enum bochs_display_status
bochs_display_limits(const struct bochs_display *display, uint16_t *width, uint16_t *height,
		     uint16_t *bits);
/* Set a mode with a cleared linear framebuffer: bits 8, 15, 16, 24 or 32. BAD_MODE: a size of 0,
 * above the limits, other bits, more than the memory holds, or the display did not take it; in this
 * last case it is switched off. `fb`: what to draw on, the whole visible screen. */
BOCHS_DISPLAY_MUST_USE enum bochs_display_status
bochs_display_set_mode(struct bochs_display *display, uint16_t width, uint16_t height,
		       uint16_t bits, struct framebuffer *fb);
/* Switch to the VGA's own modes. */
BOCHS_DISPLAY_MUST_USE enum bochs_display_status bochs_display_off(struct bochs_display *display);
/* Make the virtual screen `line` dots wide, after a mode was set; its height is what the memory
 * holds. `fb` becomes the whole virtual screen of this width, as many rows as `lines` says then, at
 * most FRAMEBUFFER_MAX_SIDE. BAD_MODE: narrower than the mode, or the display did not take it. */
BOCHS_DISPLAY_MUST_USE enum bochs_display_status
bochs_display_set_line(struct bochs_display *display, uint16_t line, struct framebuffer *fb);
/* Show the virtual screen from (x, y) on. BOUNDS: the visible part would leave it. */
BOCHS_DISPLAY_MUST_USE enum bochs_display_status
bochs_display_show(const struct bochs_display *display, uint16_t x, uint16_t y);

/* ---- two pages, one above the other ---- */

/* What to draw on for page `page`: a framebuffer of the mode's size that begins in row
 * page * height. BOUNDS: the memory does not hold it. */
BOCHS_DISPLAY_MUST_USE enum bochs_display_status
bochs_display_page(const struct bochs_display *display, unsigned page, struct framebuffer *fb);
/* Show it. */
BOCHS_DISPLAY_MUST_USE enum bochs_display_status
bochs_display_flip(const struct bochs_display *display, unsigned page);

/* ---- EDID (VESA E-EDID) ---- */

/* Read `n` bytes from `first` on. LACKS: registers are not in memory. */
BOCHS_DISPLAY_MUST_USE enum bochs_display_status
bochs_display_read_edid(const struct bochs_display *display, unsigned first, uint8_t *bytes,
			size_t n);
/* The preferred mode of the screen: the first detailed timing of block 0, whose header and sum are
 * checked. */
BOCHS_DISPLAY_MUST_USE enum bochs_display_status
bochs_display_preferred(const struct bochs_display *display, uint16_t *width, uint16_t *height);

#endif
