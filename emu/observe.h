/* SPDX-License-Identifier: MIT */
/* What happens on the machine, told to whoever listens: accesses, lints, interrupts, DMA.
 *
 * Observers never change what the guest sees: with none attached, one, or many, every run is
 * the same. Callbacks must not touch the machine. */
#ifndef EMU_OBSERVE_H
#define EMU_OBSERVE_H

#include <stdbool.h>
#include <stdint.h>

struct clock;
struct device;
struct reg_desc;

/* BUS_MSR is for observers: model-specific registers are on no bus. */
enum bus_space { BUS_PORT, BUS_MEMORY, BUS_MSR };

/* One access that reached the bus. `value` is what was read, or what was written, unmasked. */
struct access {
	uint64_t time_ns;           /* virtual time */
	uint64_t pc;                /* guest program counter; 0 for a native driver */
	uint64_t addr;              /* port number, physical address, number of the MSR */
	uint64_t value;             /* in the low `width` bits */
	const struct device *dev;   /* NULL: nobody claims the address */
	const struct reg_desc *reg; /* NULL: no register there, or plain device memory */
	uint32_t n;                 /* index, if reg is an array */
	uint8_t width;              /* bits: 8, 16, 32, 64 */
	bool write;
	enum bus_space space;
};

enum lint_severity {
	LINT_GUEST,        /* the guest broke a rule of the hardware */
	LINT_NOT_MODELLED, /* we lack what the guest used: our fault */
	LINT_NOTE          /* unusual, and worth a word, but nothing was lost or ended by it */
};

/* One broken rule. The stable id is "<dev>.<reg>.<rule>", printed by lint_id(). */
struct lint {
	uint64_t time_ns;
	uint64_t pc;
	uint64_t addr;        /* port or physical address, 0 where there is none */
	uint64_t bits;        /* offending bits, value or width, as the rule says */
	const char *dev;      /* model name: "uart16550", or "bus" */
	const char *instance; /* "com1"; "" where there is none */
	const char *reg;      /* datasheet register name, or NULL */
	const char *rule;     /* "reserved", "width", "readonly", ... */
	const char *spec;     /* document and section; "" where none applies */
	const char *detail;   /* one sentence; valid during the callback only; may be "" */
	enum lint_severity severity;
	bool each; /* to be reported once for each value of `bits`, not once */
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
	uint64_t error_code; /* where the vector has one */
	uint64_t fault_addr; /* CR2 for a page fault */
	enum irq_event_kind kind;
	uint8_t vector;
};

enum dma_outcome {
	DMA_DONE,          /* moved */
	DMA_MESSAGE,       /* a message signalled interrupt, taken */
	DMA_BUS_MASTER,    /* refused: the device may not master the bus */
	DMA_ADDRESS_WIDTH, /* refused: the device cannot drive such an address */
	DMA_NOWHERE        /* refused: no memory there, or nobody took the message */
};

/* One transfer by a device that masters the bus, done or refused. */
struct dma_event {
	uint64_t time_ns;
	uint64_t addr;            /* physical */
	uint64_t len;             /* bytes */
	const struct device *dev; /* whose transfer it is */
	uint32_t data;            /* of a message, else 0 */
	enum dma_outcome outcome;
	bool write;   /* to memory */
	bool message; /* meant as a message signalled interrupt, wherever it went */
};

struct observer {
	void (*access)(void *ctx, const struct access *a); /* each may be NULL */
	void (*lint)(void *ctx, const struct lint *l);
	void (*irq)(void *ctx, const struct irq_event *e);
	void (*dma)(void *ctx, const struct dma_event *e);
	/* An access to a model-specific register of a device (BUS_MSR), done; but for reads of
	 * IA32_APIC_BASE. */
	void (*msr)(void *ctx, const struct access *a);
	void *ctx;
	struct observer *next; /* owned by the hub while attached */
	/* What access() does not look at. If no observer does, it is not fetched: pc is 0; reg of a
	 * write is NULL. */
	bool access_without_pc, access_without_reg;
};

/* The list of observers, and where time and pc come from. Zero-initialised is valid: silent. */
struct hub {
	struct observer *first;
	/* What any of them looks at, of accesses: set as they come and go. */
	bool access, access_pc, access_reg;
	const struct clock *clock; /* NULL: time 0 */
	uint64_t (*pc)(void *ctx); /* NULL: pc 0 */
	void *pc_ctx;
};

/* Attach at the end of the list (once: a second time does nothing). The observer must outlive the
 * hub or be detached first, and what it listens to stays as it is meanwhile; never attach or detach
 * from inside a callback. */
void hub_attach(struct hub *hub, struct observer *obs);
/* Detach; does nothing if it was not attached. */
void hub_detach(struct hub *hub, const struct observer *obs);
/* Does anybody hear of accesses? Look at their registers? hub may be NULL. */
static inline bool hub_hears_access(const struct hub *hub) { return hub && hub->access; }
static inline bool hub_wants_reg(const struct hub *hub) { return hub && hub->access_reg; }
/* Fill in time and pc (an irq_event keeps its own pc), and tell all. Cheap when nobody listens;
 * hub may be NULL. */
void hub_access(const struct hub *hub, struct access *a);
void hub_lint(const struct hub *hub, struct lint *l);
void hub_irq(const struct hub *hub, struct irq_event *e);
void hub_dma(const struct hub *hub, struct dma_event *e);
void hub_msr(const struct hub *hub, struct access *a);

/* Write the stable id, e.g. "uart16550.IER.reserved" or, where no register is meant,
 * "bus.unclaimed-read", into buf (size >= 1, cut to fit); returns buf. */
const char *lint_id(const struct lint *l, char *buf, unsigned long size);

#endif
