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
	CPU_REFUSED_IDT_LIMIT, /* the vector's entry lies beyond the IDT's (IVT's) limit */
	CPU_REFUSED_GATE_UNREADABLE,
	CPU_REFUSED_GATE_TYPE, /* no interrupt or trap gate */
	CPU_REFUSED_GATE_DPL,  /* INT n from a ring that may not */
	CPU_REFUSED_GATE_ABSENT,
	CPU_REFUSED_TASK, /* a task gate's TSS, or a segment of the task that it describes */
	CPU_REFUSED_CODE_NULL,
	CPU_REFUSED_CODE_LIMIT, /* beyond the GDT or LDT */
	CPU_REFUSED_CODE_UNREADABLE,
	CPU_REFUSED_CODE_TYPE, /* no code segment */
	CPU_REFUSED_CODE_DPL,
	CPU_REFUSED_CODE_ABSENT,
	CPU_REFUSED_CODE_NOT_64, /* long mode takes L=1, D=0 only */
	CPU_REFUSED_CODE_OFFSET, /* the gate's offset: beyond the segment, or not canonical */
	CPU_REFUSED_CODE_V86,    /* from virtual-8086 mode: not to a segment of ring 0 */
	CPU_REFUSED_TSS_LIMIT,   /* the stack's slot lies beyond the TSS */
	CPU_REFUSED_TSS_UNREADABLE,
	CPU_REFUSED_STACK_NULL,
	CPU_REFUSED_STACK_UNREADABLE, /* the descriptor of the stack segment */
	CPU_REFUSED_STACK_SEGMENT,    /* no writable data segment of that ring */
	CPU_REFUSED_STACK_ABSENT,
	CPU_REFUSED_STACK_LIMIT, /* the frame does not fit the stack segment */
	CPU_REFUSED_STACK_UNWRITABLE
};

/* Where the handler's stack pointer comes from. */
enum cpu_stack_source {
	CPU_STACK_CURRENT,
	CPU_STACK_RING, /* of the TSS: SSn:ESPn or RSPn, stack_n is the ring */
	CPU_STACK_IST   /* of the TSS, stack_n is 1..7 */
};

enum { CPU_MAX_NESTING = 4, CPU_GATE_BYTES = 16 };

/* One delivery that failed. Plain data. */
struct cpu_failed_delivery {
	struct irq_event event; /* what was to be delivered */
	enum cpu_refusal why;
	unsigned cpl;
	uint64_t gate_at;             /* linear address of the IDT or IVT entry */
	unsigned gate_size;           /* bytes of an entry in this mode: 4, 8, 16 */
	bool gate_read;               /* `gate` holds it */
	uint8_t gate[CPU_GATE_BYTES]; /* as it lies in memory */
	uint16_t selector;            /* of the handler's code or the stack's segment */
	bool descriptor_read;
	uint64_t descriptor;
	enum cpu_stack_source stack;
	unsigned stack_n;
	uint64_t stack_slot;    /* linear address in the TSS that its pointer comes from */
	uint64_t stack_pointer; /* where the frame was to go, as far as it is known */
	/* The access that faulted, for the "unreadable" and "unwritable" ones. */
	uint64_t address;
	bool noncanonical;
	uint32_t page_error; /* #PF code */
	uint8_t raised;      /* the exception that this failure is */
	uint8_t became;      /* what was tried next: that, or #DF; 255: nothing, triple fault */
};

#endif
