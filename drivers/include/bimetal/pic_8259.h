/* SPDX-License-Identifier: MIT */
/* The PC's two 8259A interrupt controllers (Intel 231468), the slave at line 2 of the master, in
 * the plain mode: fully nested, end of interrupt by command; and the chip set's edge/level control.
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
 * Lines are numbered 0 to 15 as IRQs are. Bit n of a set is line n. One CPU at a time may use the
 * handle; calls may be interrupted by calls from handlers. */
#ifndef BIMETAL_PIC_8259_H
#define BIMETAL_PIC_8259_H

#include <stdbool.h>
#include <stdint.h>

#include "io.h"
#include "wait.h"

#define PIC_MUST_USE __attribute__((warn_unused_result))

enum pic_status {
	PIC_OK,
	PIC_NULL,       /* a null pointer */
	PIC_BAD_BASE,   /* not the machine's ports from 0 on */
	PIC_BAD_VECTOR, /* no multiple of 8, both the same; or none of the controllers' */
	PIC_BAD_LINE,   /* over 15, or for the trigger one that is wired as an edge */
	PIC_ABSENT,     /* nobody answers */
	PIC_SPURIOUS    /* no request was there any more: nothing is left to do */
};

enum { PIC_LINES = 16, PIC_CASCADE = 2 };

struct pic_config {
	uint8_t master_vector; /* of line 0, a multiple of 8 */
	uint8_t slave_vector;  /* of line 8 */
	bool slow;             /* after each write let an access of port 0x80 pass: old boards */
};

/* The caller's memory, the driver's contents. */
struct pic {
	struct io io;
	struct wait wait;
	uint8_t master_vector, slave_vector;
	bool slow;
};

/* Initialise both controllers, as whatever state they are in. The masks stay as they are; nothing
 * is in service afterwards, and requests by an edge are forgotten. `io`: the machine's ports from 0
 * on. After an error the handle must not be used. */
PIC_MUST_USE enum pic_status pic_init(struct pic *pic, struct io io, struct wait wait,
				      const struct pic_config *config);
/* The same again with other vectors. */
PIC_MUST_USE enum pic_status pic_remap(struct pic *pic, uint8_t master_vector,
				       uint8_t slave_vector);
/* Mask all lines of both: what a kernel does that uses the I/O APIC. A spurious interrupt can still
 * come, so the vectors should be out of the exceptions' way. */
PIC_MUST_USE enum pic_status pic_disable(struct pic *pic);

/* ---- lines ---- */

/* Keep a line's requests from the CPU, or let them through. Unmasking a line of the slave unmasks
 * the cascade; masking the cascade masks the whole slave. */
PIC_MUST_USE enum pic_status pic_mask(struct pic *pic, unsigned line);
PIC_MUST_USE enum pic_status pic_unmask(struct pic *pic, unsigned line);
/* The masked lines, all at once. */
PIC_MUST_USE enum pic_status pic_get_masks(struct pic *pic, uint16_t *masked);
PIC_MUST_USE enum pic_status pic_set_masks(struct pic *pic, uint16_t masked);
/* The lines that request, and those in service (IRR and ISR). */
PIC_MUST_USE enum pic_status pic_get_requests(struct pic *pic, uint16_t *lines);
PIC_MUST_USE enum pic_status pic_get_in_service(struct pic *pic, uint16_t *lines);
/* Triggered by a level (PCI), or by an edge (ISA). PIC_BAD_LINE: 0, 1, 2, 8 and 13 are edges for
 * good. PIC_ABSENT: a board without ELCR. */
PIC_MUST_USE enum pic_status pic_get_level(struct pic *pic, unsigned line, bool *level);
PIC_MUST_USE enum pic_status pic_set_level(struct pic *pic, unsigned line, bool level);

/* ---- handlers ---- */

/* Whose line this vector is. PIC_BAD_VECTOR: none. No access. */
PIC_MUST_USE enum pic_status pic_line_of(const struct pic *pic, uint8_t vector, unsigned *line);
/* First in a line's handler. PIC_SPURIOUS: lines 7 and 15 are also what the controllers say when a
 * request has vanished; the handler returns without pic_end(), which this call has done as far as
 * is right: not at all for line 7, for line 15 to the master, which did see a request. Other lines
 * need no access. */
PIC_MUST_USE enum pic_status pic_begin(struct pic *pic, unsigned line);
/* End of interrupt for this line, specific; a line of the slave: to the slave, then to the master.
 */
PIC_MUST_USE enum pic_status pic_end(struct pic *pic, unsigned line);
/* The same, non-specific: for the highest line in service, which in nested handlers is the one that
 * began last. `line` tells the master's from the slave's. */
PIC_MUST_USE enum pic_status pic_end_highest(struct pic *pic, unsigned line);

#endif
