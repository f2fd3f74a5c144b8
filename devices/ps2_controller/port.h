/* SPDX-License-Identifier: MIT */
/* The cable between a PS/2 device and its controller. It carries whole bytes. The controller times
 * them, because only it can hold the clock line. */
#ifndef DEVICES_PS2_CONTROLLER_PORT_H
#define DEVICES_PS2_CONTROLLER_PORT_H

#include <stdbool.h>
#include <stdint.h>

/* The device owns this struct and fills in its end; the controller connects the other. It holds
 * only connections, no state. */
struct ps2_port {
	/* The device's end, set by its init function. */
	bool (*pending)(const void *device); /* it has a byte to send */
	uint8_t (*send)(void *device); /* returns the byte: the controller has clocked it in */
	void (*receive)(void *device, uint8_t byte); /* a byte from the host has arrived */
	void *device;
	/* The controller's end; NULL while not connected. */
	void (*ready)(void *controller); /* the device calls this when it has a byte to send */
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

/* Add a byte. False: the queue is full, and unchanged. */
static inline bool ps2_queue_put(struct ps2_queue *q, uint8_t byte)
{
	if (q->len == PS2_QUEUE_SIZE) return false;
	q->byte[(q->head + q->len++) % PS2_QUEUE_SIZE] = byte;
	return true;
}

/* Take a byte; 0 if the queue is empty. */
static inline uint8_t ps2_queue_take(struct ps2_queue *q)
{
	if (q->len == 0) return 0;
	uint8_t byte = q->byte[q->head];
	q->head = (uint8_t)((q->head + 1) % PS2_QUEUE_SIZE);
	q->len--;
	return byte;
}

/* The byte added last; -1 if the queue is empty. */
static inline int ps2_queue_last(const struct ps2_queue *q)
{
	return q->len ? q->byte[(q->head + q->len - 1) % PS2_QUEUE_SIZE] : -1;
}

static inline void ps2_queue_clear(struct ps2_queue *q) { q->len = 0; }

#endif
