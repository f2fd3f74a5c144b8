/* SPDX-License-Identifier: MIT */
/* A profile of a guest over a window of time: which blocks of instructions it runs, which registers
 * it accesses, which interrupts and exceptions it takes. The guest does not notice. */
#ifndef HARNESS_DIAGNOSIS_PROFILE_H
#define HARNESS_DIAGNOSIS_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/observe.h"
#include "emu/processor.h"
#include "emu/regs.h"
#include "emu/x86/execution.h"

enum {
	PROFILE_BLOCK_SLOTS = 8192, /* a power of two */
	PROFILE_MAX_BLOCKS = PROFILE_BLOCK_SLOTS / 2,
	PROFILE_MAX_ACCESSES = 64,
	PROFILE_MAX_EVENTS = 64
};

struct profile_block {
	uint64_t linear, entries, instructions, ns;
	uint32_t size; /* bytes; 0: an empty slot */
};

/* One register (or address without a register), read or written. */
struct profile_access {
	const struct device *dev; /* NULL: no device has the address */
	const struct reg_desc *reg;
	uint32_t n; /* index, if reg is an array */
	enum bus_space space;
	uint64_t addr;
	uint8_t width;
	bool write;
	uint64_t count, changes; /* changes: how often the value differed from the one before */
	uint64_t last_value;
	uint64_t pc; /* where most accesses came from */
	uint64_t votes;
};

/* Interrupts or exceptions of one kind at one place. */
struct profile_event {
	struct irq_event first;
	uint64_t count, changes; /* changes: of the faulting address */
	uint64_t last_fault_addr;
};

struct profile {
	struct observer observer; /* for the hub: accesses and interrupts */
	struct profile_block block[PROFILE_BLOCK_SLOTS];
	struct profile_access access[PROFILE_MAX_ACCESSES];
	struct profile_event event[PROFILE_MAX_EVENTS];
	size_t n_blocks, n_accesses, n_events;
	/* Entries of blocks, accesses and events for which there was no room above. */
	uint64_t other_entries, other_accesses, other_events;
	/* Totals, including events for which there was no room above. */
	uint64_t entries, instructions, block_ns, reads, writes, device_ns, interrupts, exceptions;
	uint64_t start_ns, end_ns, halted_ns; /* halted_ns: time in HLT */
	uint64_t limit;                       /* block entries after which it is full; 0: none */
	bool running, full;
};

/* Clear the profile and start it at virtual time now_ns, when the CPU has the statistics *cpu. */
void profile_start(struct profile *p, uint64_t now_ns, const struct cpu_stats *cpu, uint64_t limit);
/* End the window. */
void profile_stop(struct profile *p, uint64_t now_ns, const struct cpu_stats *cpu);
/* For processor_observe_blocks(); ctx is the profile. */
void profile_on_block(void *profile, const struct cpu_block *block);

uint64_t profile_window_ns(const struct profile *p);
/* The blocks that took most time, the hottest first; returns how many (<= max). */
size_t profile_hottest(const struct profile *p, const struct profile_block **hottest, size_t max);
/* The block with this address that ran most; NULL: none. */
const struct profile_block *profile_block_at(const struct profile *p, uint64_t linear);
/* Accesses, the most frequent first. */
size_t profile_accesses(const struct profile *p, const struct profile_access **access, size_t max);
/* Events, the most frequent first. */
size_t profile_events(const struct profile *p, const struct profile_event **event, size_t max);

#endif
