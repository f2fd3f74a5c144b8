/* SPDX-License-Identifier: MIT */
#include "emu/dma.h"

#include <inttypes.h>

#include "emu/mem.h"
#include "emu/observe.h"
#include "emu/regs.h"

enum { MESSAGE_BYTES = 4, MAX_ADDRESS_BITS = 64 };

/* ---- reports ---- */

static void lint_refused(const struct dma_port *port, const struct dma_event *e)
{
	const char *verb = e->write ? "write" : "read";

	switch (e->outcome) {
	case DMA_BUS_MASTER:
		device_lint(port->dev, &dma_lints[DMA_LINT_BUS_MASTER], NULL, e->addr,
			    "DMA %s of 0x%" PRIx64 " bytes at 0x%" PRIx64
			    " while bus mastering is disabled",
			    verb, e->len, e->addr);
		return;
	case DMA_ADDRESS_WIDTH:
		device_lint(port->dev, &dma_lints[DMA_LINT_ADDRESS_WIDTH], NULL, e->addr,
			    "DMA %s of 0x%" PRIx64 " bytes at 0x%" PRIx64
			    ", the device drives %u address bits",
			    verb, e->len, e->addr, port->address_bits);
		return;
	case DMA_NOWHERE:
		device_lint(port->dev,
			    &dma_lints[e->message ? DMA_LINT_MESSAGE_NOWHERE : DMA_LINT_NOWHERE],
			    NULL, e->addr,
			    e->message ? "%s of 0x%" PRIx64 " bytes at 0x%" PRIx64
					 ", an interrupt message that no local APIC accepts"
				       : "DMA %s of 0x%" PRIx64 " bytes at 0x%" PRIx64
					 ", where there is no memory for it",
			    verb, e->len, e->addr);
		return;
	case DMA_DONE:
	case DMA_MESSAGE: return;
	}
}

/* Report the transfer, then its lint. */
static bool tell(const struct dma_port *port, struct dma_event *e, enum dma_outcome outcome)
{
	e->outcome = outcome;
	hub_dma(port->dev->hub, e);
	lint_refused(port, e);
	return outcome == DMA_DONE || outcome == DMA_MESSAGE;
}

/* ---- checks ---- */

static bool reachable(const struct dma_port *port, uint64_t addr, uint64_t len)
{
	uint64_t top = UINT64_MAX;

	if (port->address_bits < MAX_ADDRESS_BITS) top = (UINT64_C(1) << port->address_bits) - 1;
	return addr <= top && len - 1 <= top - addr;
}

/* Check a transfer. DMA_DONE: it is allowed. */
static enum dma_outcome gate(const struct dma_port *port, const struct dma_event *e)
{
	if (port->gate && !port->gate(port->ctx)) return DMA_BUS_MASTER;
	if (!reachable(port, e->addr, e->len)) return DMA_ADDRESS_WIDTH;
	return DMA_DONE;
}

/* ---- transfers ---- */

bool dma_read(const struct dma_port *port, uint64_t pa, void *buf, size_t len)
{
	struct dma_event e = { .addr = pa, .len = len, .dev = port->dev };
	enum dma_outcome outcome;

	if (len == 0) return true;
	outcome = gate(port, &e);
	if (outcome == DMA_DONE && !mem_read(port->mem, pa, buf, len)) outcome = DMA_NOWHERE;
	return tell(port, &e, outcome);
}

bool dma_write(const struct dma_port *port, uint64_t pa, const void *buf, size_t len)
{
	struct dma_event e = { .addr = pa, .len = len, .dev = port->dev, .write = true };
	enum dma_outcome outcome;

	if (len == 0) return true;
	outcome = gate(port, &e);
	if (outcome == DMA_DONE && !mem_write(port->mem, pa, buf, len)) outcome = DMA_NOWHERE;
	return tell(port, &e, outcome);
}

bool dma_message(const struct dma_port *port, uint64_t addr, uint32_t data)
{
	struct dma_event e = { .addr = addr,
			       .len = MESSAGE_BYTES,
			       .dev = port->dev,
			       .data = data,
			       .write = true,
			       .message = true };
	enum dma_outcome outcome = gate(port, &e);

	if (outcome != DMA_DONE) return tell(port, &e, outcome);
	if (port->message && port->message(port->ctx, addr, data))
		return tell(port, &e, DMA_MESSAGE);
	if (!mem_write32(port->mem, addr, data)) outcome = DMA_NOWHERE;
	return tell(port, &e, outcome);
}
