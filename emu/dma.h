/* SPDX-License-Identifier: MIT */
/* A bus master's way to memory. Every transfer is gated, bounds-checked and told to observers, done
 * or refused. Models never touch struct mem directly. Transfers from device to device (peer to
 * peer) are not modelled: they go nowhere. */
#ifndef EMU_DMA_H
#define EMU_DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device;
struct mem;

struct dma_port {
	struct device *dev; /* whose transfers these are: names lints and traces */
	struct mem *mem;
	/* May it master the bus now (PCI command register)? NULL: always. */
	bool (*gate)(void *ctx);
	/* Writes that hit the message window (MSI) instead of memory; NULL: there is none. False:
	 * it was no such address, or nobody took it. */
	bool (*message)(void *ctx, uint64_t addr, uint32_t data);
	void *ctx;
	unsigned address_bits; /* 24, 32, 64: higher addresses are out of reach */
};

/* Copy between the host's buffer and guest memory; false, and nothing moved, with a lint told:
 * `bus-master` (not enabled), `address-width`, `nowhere` (any byte outside RAM or, writing, in
 * ROM). len 0 does nothing and is true. */
bool dma_read(const struct dma_port *port, uint64_t pa, void *buf, size_t len);
bool dma_write(const struct dma_port *port, uint64_t pa, const void *buf, size_t len);
/* One 32-bit write of a message signalled interrupt; gated likewise; `message` takes it, else it
 * is a write to memory, or the lint `message-nowhere`. */
bool dma_message(const struct dma_port *port, uint64_t addr, uint32_t data);

#endif
