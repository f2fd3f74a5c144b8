/* SPDX-License-Identifier: MIT */
/* The PC's two 8259A interrupt controllers (Intel 231468), the slave on line 2 of the master, fully
 * nested, with end of interrupt by command; and the chipset's edge/level control registers.
 *
 *	static struct pic pic;
 *
 *	static enum pic_status start(struct wait wait)
 *	{
 *		struct pic_config config = { .master_vector = 0x20, .slave_vector = 0x28 };
 *		enum pic_status status = pic_init(&pic, io_port(0), wait, &config);
 *
 *		return status == PIC_OK ? pic_unmask(&pic, 4) : status;
 *	}
 *
 *	static enum pic_status on_interrupt(unsigned line, void (*serve)(unsigned line))
 *	{
 *		enum pic_status status = pic_begin(&pic, line);
 *
 *		if (status != PIC_OK) return status;
 *		serve(line);
 *		return pic_end(&pic, line);
 *	}
 *
 * Lines are numbered 0 to 15, like IRQs. In a set, bit n is line n. Only one CPU at a time may use
 * the handle. A call may be interrupted by a handler that calls this driver. */
#ifndef BIMETAL_PIC_8259_H
#define BIMETAL_PIC_8259_H

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/io.h"
#include "bimetal/wait.h"

#define PIC_MUST_USE __attribute__((warn_unused_result))

enum pic_status {
	PIC_OK,
	PIC_NULL,       /* a null pointer */
	PIC_BAD_BASE,   /* `io` must be io_port(0) */
	PIC_BAD_VECTOR, /* not a multiple of 8, or both equal; pic_line_of(): not one of ours */
	PIC_BAD_LINE,   /* over 15; trigger: a line that is always edge-triggered */
	PIC_ABSENT,     /* nothing answers at the ports */
	PIC_SPURIOUS    /* the request vanished: the handler has nothing to do */
};

enum { PIC_LINES = 16, PIC_CASCADE = 2 };

struct pic_config {
	uint8_t master_vector; /* vector of line 0, a multiple of 8 */
	uint8_t slave_vector;  /* vector of line 8, a multiple of 8 */
	bool slow; /* for old boards: delay after each write by an access to port 0x80 */
};

/* The handle: allocated by the caller, used only by the driver. */
struct pic {
	struct io io;
	struct wait wait;
	uint8_t master_vector, slave_vector;
	bool slow;
};

/* Initialise both controllers, whatever their state. The masks stay. Afterwards no interrupt is in
 * service, and edges that arrived before are forgotten. `io`: io_port(0). After an error the handle
 * must not be used. */
PIC_MUST_USE enum pic_status pic_init(struct pic *pic, struct io io, struct wait wait,
				      const struct pic_config *config);
/* Initialise again, with other vectors. */
PIC_MUST_USE enum pic_status pic_remap(struct pic *pic, uint8_t master_vector,
				       uint8_t slave_vector);
/* Mask all lines of both controllers. A kernel that uses the I/O APIC does this. A spurious
 * interrupt can still come, so the vectors must not be those of exceptions. */
PIC_MUST_USE enum pic_status pic_disable(struct pic *pic);

/* ---- lines ---- */

/* Mask or unmask a line. Unmasking a line of the slave also unmasks the cascade line. Masking the
 * cascade line masks the whole slave. */
PIC_MUST_USE enum pic_status pic_mask(struct pic *pic, unsigned line);
PIC_MUST_USE enum pic_status pic_unmask(struct pic *pic, unsigned line);
/* Read or set the mask of all lines at once. */
PIC_MUST_USE enum pic_status pic_get_masks(struct pic *pic, uint16_t *masked);
PIC_MUST_USE enum pic_status pic_set_masks(struct pic *pic, uint16_t masked);
/* The lines with a request (IRR), and those in service (ISR). */
PIC_MUST_USE enum pic_status pic_get_requests(struct pic *pic, uint16_t *lines);
PIC_MUST_USE enum pic_status pic_get_in_service(struct pic *pic, uint16_t *lines);
/* Read or set whether a line is level-triggered (PCI) or edge-triggered (ISA). PIC_BAD_LINE: lines
 * 0, 1, 2, 8 and 13 are always edge-triggered. PIC_ABSENT: this board has no ELCR. */
PIC_MUST_USE enum pic_status pic_get_level(struct pic *pic, unsigned line, bool *level);
PIC_MUST_USE enum pic_status pic_set_level(struct pic *pic, unsigned line, bool level);

/* ---- handlers ---- */

/* The line that has this vector. PIC_BAD_VECTOR: none has. Nothing is accessed. */
PIC_MUST_USE enum pic_status pic_line_of(const struct pic *pic, uint8_t vector, unsigned *line);
/* Call this first in a line's handler. When a request vanishes, the controllers raise line 7 or 15
 * instead. Then this call returns PIC_SPURIOUS, and the handler returns without pic_end(): this
 * call has already done what is needed. (For line 7 that is nothing. For line 15 it is an end of
 * interrupt to the master, which saw a request of the slave.) For other lines nothing is accessed.
 */
PIC_MUST_USE enum pic_status pic_begin(struct pic *pic, unsigned line);
/* Specific end of interrupt for this line. For a line of the slave: to the slave, then to the
 * master. */
PIC_MUST_USE enum pic_status pic_end(struct pic *pic, unsigned line);
/* Non-specific end of interrupt: ends the highest line in service. With nested handlers that is the
 * one that began last. `line` selects only the controller. */
PIC_MUST_USE enum pic_status pic_end_highest(struct pic *pic, unsigned line);

#endif
