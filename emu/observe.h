/* SPDX-License-Identifier: MIT */
/* Events of the machine for observers: accesses, lints, interrupts, DMA.
 *
 * Observers never change what the guest sees: with none, one or many of them every run is the same.
 * Callbacks must not change the machine. */
#ifndef EMU_OBSERVE_H
#define EMU_OBSERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/lint.h"

struct access_ring;
struct clock;
struct device;
struct reg_desc;

/* BUS_MSR appears only in events: model-specific registers are on no bus. */
enum bus_space { BUS_PORT, BUS_MEMORY, BUS_MSR };

/* One access on the bus. `value` is what was read or written, unmasked. */
struct access {
	uint64_t time_ns;           /* virtual time */
	uint64_t pc;                /* guest program counter; 0 for a native driver */
	uint64_t addr;              /* port, physical address, or MSR number */
	uint64_t value;             /* in the low `width` bits */
	const struct device *dev;   /* NULL: no device at this address */
	const struct reg_desc *reg; /* NULL: no register there, or device memory */
	uint32_t n;                 /* index, if reg is an array */
	uint8_t width;              /* bits: 8, 16, 32, 64 */
	bool write;
	/* Through a window of a device's memory: no access to the device (emu/mem_device.h). */
	bool memory;
	enum bus_space space;
};

enum irq_event_kind {
	IRQ_EVENT_TAKEN, /* the CPU took an external interrupt */
	IRQ_EVENT_NMI,
	IRQ_EVENT_EXCEPTION, /* fault, trap or abort delivered */
	IRQ_EVENT_SOFTWARE   /* INT n, INT3, INTO */
};

/* One interrupt or exception delivered to the CPU. */
struct irq_event {
	uint64_t time_ns;
	uint64_t pc;         /* return address pushed */
	uint64_t error_code; /* if the vector has one */
	uint64_t fault_addr; /* CR2 for a page fault */
	enum irq_event_kind kind;
	uint8_t vector;
	bool real; /* delivered as in real mode: by the vector table, or in virtual-8086 mode */
	uint32_t again; /* in a history: how often it came again, with at most one other between */
};

enum dma_outcome {
	DMA_DONE,          /* copied */
	DMA_MESSAGE,       /* a message signalled interrupt was accepted */
	DMA_BUS_MASTER,    /* refused: bus mastering is not enabled */
	DMA_ADDRESS_WIDTH, /* refused: the address is too wide for the device */
	DMA_NOWHERE        /* refused: no memory there, or no APIC accepted the message */
};

/* One transfer by a bus master, done or refused. */
struct dma_event {
	uint64_t time_ns;
	uint64_t addr;            /* physical */
	uint64_t len;             /* bytes */
	const struct device *dev; /* the bus master */
	uint32_t data;            /* of a message; else 0 */
	enum dma_outcome outcome;
	bool write;   /* to memory */
	bool message; /* sent as a message signalled interrupt, accepted or not */
};

struct observer {
	/* Where accesses may be put as records instead of a call of access(); NULL: nowhere. One
	 * observer of a hub has one. */
	struct access_ring *ring;
	void (*access)(void *ctx, const struct access *a); /* each may be NULL */
	void (*lint)(void *ctx, const struct lint *l);
	void (*irq)(void *ctx, const struct irq_event *e);
	void (*dma)(void *ctx, const struct dma_event *e);
	/* A finished access to a model-specific register of a device (BUS_MSR). Reads of
	 * IA32_APIC_BASE are not reported. */
	void (*msr)(void *ctx, const struct access *a);
	/* The machine is reset: from `true` to `false` its firmware makes the accesses. */
	void (*firmware)(void *ctx, bool runs);
	/* The bits `lane` of a register were read as, or are about to be written with, those of
	 * `value`: on a bus, past it, or behind an index register. Only observers that are attached
	 * everywhere receive it, and of devices without a hub too. */
	void (*reached)(void *ctx, const struct reg_desc *reg, bool write, uint64_t lane,
			uint64_t value);
	void *ctx;
	struct observer *next; /* owned by the hub while attached */
	bool everywhere;       /* owned by hub_attach_everywhere() */
	/* Set these if access() does not use pc or reg. If no observer uses it, it is not
	 * determined: pc is 0; reg is NULL for a write. */
	bool access_without_pc, access_without_reg;
	/* Set this if access() needs no accesses with `memory`. If no observer needs them, the CPU
	 * makes them at the speed of RAM and tells nobody. */
	bool access_without_memory;
};

/* The list of observers, and the sources of time and pc. Zero-initialised is valid: no observers.
 */
struct hub {
	struct observer *first;
	/* What the attached observers use of accesses. */
	bool access, access_pc, access_reg, access_memory;
	struct access_ring *ring;  /* of the observer that has one */
	bool access_called;        /* there are others that receive accesses */
	const struct clock *clock; /* NULL: time 0 */
	uint64_t (*pc)(void *ctx); /* NULL: pc 0 */
	void *pc_ctx;
};

/* Attach an observer at the end of the list; a second time does nothing. It must outlive the hub or
 * be detached first. Its function pointers must not change while it is attached. Never attach or
 * detach inside a callback. */
void hub_attach(struct hub *hub, struct observer *obs);
/* Detach; does nothing if it was not attached. */
void hub_detach(struct hub *hub, const struct observer *obs);
/* Attach an observer to all hubs of this process, those to come included, after their own
 * observers. For what watches the tests of a whole program, or records their coverage. It stays
 * attached for good. Its access() is not called. */
void hub_attach_everywhere(struct observer *obs);

/* The observers that are attached everywhere, and what they use. */
struct hub_everywhere {
	struct observer *first;
	bool reached;
};
extern struct hub_everywhere hub_everywhere;

/* Does any observer receive lints and other rare events? hub may be NULL. */
static inline bool hub_hears(const struct hub *hub)
{
	return hub && (hub->first || hub_everywhere.first);
}
/* Does any observer receive accesses? Those with `memory`? Does any use their registers? hub may be
 * NULL. */
static inline bool hub_hears_access(const struct hub *hub) { return hub && hub->access; }
static inline bool hub_hears_memory(const struct hub *hub) { return hub && hub->access_memory; }
static inline bool hub_wants_reg(const struct hub *hub) { return hub && hub->access_reg; }
/* Fill in time and pc (an irq_event has its own pc), and call all observers. Cheap if there are
 * none; hub may be NULL. */
void hub_access(const struct hub *hub, struct access *a);
/* The same, but for the observer with the ring, in which the access is. */
void hub_access_called(const struct hub *hub, struct access *a);
void hub_lint(const struct hub *hub, struct lint *l);
void hub_irq(const struct hub *hub, struct irq_event *e);
void hub_dma(const struct hub *hub, struct dma_event *e);
void hub_msr(const struct hub *hub, struct access *a);
void hub_firmware(const struct hub *hub, bool runs);

void hub_tell_reached(const struct reg_desc *reg, bool write, uint64_t lane, uint64_t value);
/* Called for each part of each access: costs nothing unless somebody asks. */
static inline void hub_reached(const struct reg_desc *reg, bool write, uint64_t lane,
			       uint64_t value)
{
	if (hub_everywhere.reached) hub_tell_reached(reg, write, lane, value);
}

#endif
