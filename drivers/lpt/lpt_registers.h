/* SPDX-License-Identifier: MIT */
/* Registers of a parallel port (SMSC LPC47S42x p. 92, LPC47B34x p. 96), times of a printer (Epson
 * Stylus Photo 870/1270 service manual, Rev. B, tables 1-10 and 1-13); and declarations shared by
 * the driver's files. */
#ifndef DRIVERS_LPT_LPT_REGISTERS_H
#define DRIVERS_LPT_LPT_REGISTERS_H

#include "bimetal/lpt.h"

#define LPT_DATA    ((struct io_rw8){ 0 })
#define LPT_STATUS  ((struct io_ro8){ 1 })
#define LPT_CONTROL ((struct io_rw8){ 2 })

enum { LPT_LAST_REGISTER = 2, LPT_FLOATING = 0xff };

/* Levels of the printer's lines; BUSY is inverted. */
enum lpt_status_bits {
	LPT_NERR = 0x08,
	LPT_SLCT = 0x10,
	LPT_PE = 0x20,
	LPT_NACK = 0x40,
	LPT_NBUSY = 0x80
};

enum lpt_control_bits {
	LPT_STROBE = 0x01,
	LPT_AUTOFD = 0x02,
	LPT_NINIT = 0x04, /* 0 resets the printer */
	LPT_SLCTIN = 0x08,
	LPT_IRQE = 0x10,
	LPT_KEPT = 0x1f /* bits that every port reads back as written */
};

/* Printers want 500 ns before, during and after STROBE, and some 1 us. */
enum { LPT_PULSE_NS = 1000, LPT_INIT_NS = 50000 };

/* Write CONTROL, and keep the value. */
void lpt_set_control(struct lpt *lpt, unsigned control);

/* The number of bytes in the ring. */
static inline uint32_t lpt_ring_used(const struct lpt_ring *ring) { return ring->in - ring->out; }

/* Add a byte. False: the ring is full. */
static inline bool lpt_ring_put(struct lpt_ring *ring, uint8_t byte)
{
	if (lpt_ring_used(ring) >= ring->size) return false;
	ring->data[ring->in++ & (ring->size - 1)] = byte;
	return true;
}

/* Take a byte; there is one. */
static inline uint8_t lpt_ring_take(struct lpt_ring *ring)
{
	return ring->data[ring->out++ & (ring->size - 1)];
}

/* Send the oldest byte of the ring, which is not empty. lpt_check() said LPT_OK, and the CPU's
 * interrupts are off. */
void lpt_send_oldest(struct lpt *lpt);

#endif
