/* SPDX-License-Identifier: MIT */
/* The cable between a PS/2 device and its controller. Bytes are whole here; the controller owns
 * the time they take on the wire (it can hold the clock, the device can not). */
#ifndef DEVICES_PS2_CONTROLLER_PORT_H
#define DEVICES_PS2_CONTROLLER_PORT_H

#include <stdbool.h>
#include <stdint.h>

/* One end belongs to the device, which owns the struct; the controller plugs in the other. Wiring
 * only, no state. */
struct ps2_port {
	/* Device's end, set by its init. */
	bool (*pending)(const void *device);         /* it has a byte to send */
	uint8_t (*send)(void *device);               /* give it: the controller clocked it in */
	void (*receive)(void *device, uint8_t byte); /* a byte from the host has arrived */
	void *device;
	/* Controller's end; NULL while unplugged. */
	void (*ready)(void *controller); /* called by the device when it comes to have a byte */
	void *controller;
};

static inline void ps2_port_ready(const struct ps2_port *port)
{
	if (port->ready) port->ready(port->controller);
}

/* Bytes waiting inside a device: plain data. */
enum { PS2_QUEUE_SIZE = 32 };

struct ps2_queue {
	uint8_t byte[PS2_QUEUE_SIZE];
	uint8_t head, len;
};

/* False, and nothing done, when full. */
static inline bool ps2_queue_put(struct ps2_queue *q, uint8_t byte)
{
	if (q->len == PS2_QUEUE_SIZE) return false;
	q->byte[(q->head + q->len++) % PS2_QUEUE_SIZE] = byte;
	return true;
}

/* Must not be empty; 0 if it is. */
static inline uint8_t ps2_queue_take(struct ps2_queue *q)
{
	if (q->len == 0) return 0;
	uint8_t byte = q->byte[q->head];
	q->head = (uint8_t)((q->head + 1) % PS2_QUEUE_SIZE);
	q->len--;
	return byte;
}

/* The byte put last; -1 when empty. */
static inline int ps2_queue_last(const struct ps2_queue *q)
{
	return q->len ? q->byte[(q->head + q->len - 1) % PS2_QUEUE_SIZE] : -1;
}

static inline void ps2_queue_clear(struct ps2_queue *q) { q->len = 0; }

#endif
