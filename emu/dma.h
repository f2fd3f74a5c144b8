/* SPDX-License-Identifier: MIT */
/* Memory accesses of a bus master. Every transfer is checked (bus mastering enabled, bounds) and
 * reported to observers, whether done or refused. Models never access struct mem directly.
 * Transfers between devices (peer to peer) are not modelled: they reach nothing. */
#ifndef EMU_DMA_H
#define EMU_DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device;
struct mem;

struct dma_port {
	struct device *dev; /* the device, for lints and traces */
	struct mem *mem;
	/* Is bus mastering enabled (PCI command register)? NULL: always. */
	bool (*gate)(void *ctx);
	/* Writes to the MSI address range instead of memory; NULL: there is none. False: the
	 * address is not in that range, or no APIC accepted the message. */
	bool (*message)(void *ctx, uint64_t addr, uint32_t data);
	void *ctx;
	unsigned address_bits; /* 24, 32 or 64: the device cannot reach higher addresses */
};

/* Copy between a host buffer and guest memory. False: nothing was copied, and a lint was reported:
 * `bus-master` (not enabled), `address-width`, or `nowhere` (some byte is outside RAM; or, when
 * writing, in ROM). len 0 does nothing and returns true. */
bool dma_read(const struct dma_port *port, uint64_t pa, void *buf, size_t len);
bool dma_write(const struct dma_port *port, uint64_t pa, const void *buf, size_t len);
/* Send a message signalled interrupt, one 32-bit write, with the same checks. `message` takes it.
 * Otherwise it is written to memory; if there is none, the lint is `message-nowhere`. */
bool dma_message(const struct dma_port *port, uint64_t addr, uint32_t data);

#endif
