/* SPDX-License-Identifier: MIT */
/* Exceptions and interrupts that could not be delivered. */
#ifndef EMU_X86_DELIVERY_H
#define EMU_X86_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/observe.h"

/* Why an exception or interrupt could not be delivered (SDM Vol. 3A 6.12.1). "Unreadable" and
 * "unwritable": the access to memory itself faulted. */
enum cpu_refusal {
	CPU_REFUSED_IDT_LIMIT, /* the entry of the vector is beyond the limit of the IDT (IVT) */
	CPU_REFUSED_GATE_UNREADABLE,
	CPU_REFUSED_GATE_TYPE, /* not an interrupt or trap gate */
	CPU_REFUSED_GATE_DPL,  /* INT n from a ring without the right */
	CPU_REFUSED_GATE_ABSENT,
	CPU_REFUSED_TASK, /* the TSS of a task gate, or a segment of its task */
	CPU_REFUSED_CODE_NULL,
	CPU_REFUSED_CODE_LIMIT, /* beyond the GDT or LDT */
	CPU_REFUSED_CODE_UNREADABLE,
	CPU_REFUSED_CODE_TYPE, /* not a code segment */
	CPU_REFUSED_CODE_DPL,
	CPU_REFUSED_CODE_ABSENT,
	CPU_REFUSED_CODE_NOT_64, /* not L=1, D=0, which long mode needs */
	CPU_REFUSED_CODE_OFFSET, /* offset in the gate: beyond the segment, or not canonical */
	CPU_REFUSED_CODE_V86,    /* from virtual-8086 mode, but the segment is not of ring 0 */
	CPU_REFUSED_TSS_LIMIT,   /* the stack pointer in the TSS is beyond its limit */
	CPU_REFUSED_TSS_UNREADABLE,
	CPU_REFUSED_STACK_NULL,
	CPU_REFUSED_STACK_UNREADABLE, /* the descriptor of the stack segment */
	CPU_REFUSED_STACK_SEGMENT,    /* not a writable data segment of that ring */
	CPU_REFUSED_STACK_ABSENT,
	CPU_REFUSED_STACK_LIMIT, /* the frame does not fit the stack segment */
	CPU_REFUSED_STACK_UNWRITABLE
};

/* Where the handler's stack pointer comes from. */
enum cpu_stack_source {
	CPU_STACK_CURRENT,
	CPU_STACK_RING, /* from the TSS: SSn:ESPn or RSPn, stack_n is the ring */
	CPU_STACK_IST   /* from the TSS, stack_n is 1..7 */
};

enum { CPU_MAX_NESTING = 4, CPU_GATE_BYTES = 16 };

/* One delivery that failed. Plain data. */
struct cpu_failed_delivery {
	struct irq_event event; /* what was to be delivered */
	enum cpu_refusal why;
	unsigned cpl;
	uint64_t gate_at;             /* linear address of the IDT or IVT entry */
	unsigned gate_size;           /* bytes of an entry in this mode: 4, 8, 16 */
	bool gate_read;               /* `gate` is valid */
	uint8_t gate[CPU_GATE_BYTES]; /* as in memory */
	uint16_t selector;            /* of the handler's code, or of the stack segment */
	bool descriptor_read;
	uint64_t descriptor;
	enum cpu_stack_source stack;
	unsigned stack_n;
	uint64_t stack_slot;    /* linear address in the TSS of the stack pointer */
	uint64_t stack_pointer; /* where the frame should go, as far as known */
	/* For the "unreadable" and "unwritable" refusals: the access that faulted. */
	uint64_t address;
	bool noncanonical;
	uint32_t page_error; /* #PF code */
	uint8_t raised;      /* the exception that this failure raised */
	uint8_t became; /* what was delivered next: that one, or #DF; 255: nothing, triple fault */
};

#endif
