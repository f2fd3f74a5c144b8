/* SPDX-License-Identifier: MIT */
/* What a guest does in a window of time: which blocks of instructions it runs, which registers it
 * accesses, which interrupts and exceptions it takes. It only watches. */
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
	const struct device *dev; /* NULL: nobody claims the address */
	const struct reg_desc *reg;
	uint32_t n; /* index, if reg is an array */
	enum bus_space space;
	uint64_t addr;
	uint8_t width;
	bool write;
	uint64_t count, changes; /* how often the value was another than the time before */
	uint64_t last_value;
	uint64_t pc; /* where most of them came from */
	uint64_t votes;
};

/* Interrupts or exceptions of one kind at one place. */
struct profile_event {
	struct irq_event first;
	uint64_t count, changes; /* of the faulting address */
	uint64_t last_fault_addr;
};

struct profile {
	struct observer observer; /* for the hub: accesses and interrupts */
	struct profile_block block[PROFILE_BLOCK_SLOTS];
	struct profile_access access[PROFILE_MAX_ACCESSES];
	struct profile_event event[PROFILE_MAX_EVENTS];
	size_t n_blocks, n_accesses, n_events;
	/* What found no room above: entries of blocks, accesses, events. */
	uint64_t other_entries, other_accesses, other_events;
	/* Of everything, also of what found no room above. */
	uint64_t entries, instructions, block_ns, reads, writes, device_ns, interrupts, exceptions;
	uint64_t start_ns, end_ns, halted_ns; /* halted_ns: slept in HLT, from start to end */
	uint64_t limit;                       /* block entries after which it is full; 0: none */
	bool running, full;
};

/* Forget all and begin at virtual time now_ns. cpu: its statistics as of now. */
void profile_start(struct profile *p, uint64_t now_ns, const struct cpu_stats *cpu, uint64_t limit);
/* The window ends. */
void profile_stop(struct profile *p, uint64_t now_ns, const struct cpu_stats *cpu);
/* For cpu_observe_blocks(); ctx is the profile. */
void profile_on_block(void *profile, const struct cpu_block *block);

uint64_t profile_window_ns(const struct profile *p);
/* The blocks that took most time, the first most of all; returns how many (<= max). */
size_t profile_hottest(const struct profile *p, const struct profile_block **hottest, size_t max);
/* The block that holds this address and ran most; NULL: none. */
const struct profile_block *profile_block_at(const struct profile *p, uint64_t linear);
/* Accesses, the most frequent first. */
size_t profile_accesses(const struct profile *p, const struct profile_access **access, size_t max);
/* Events, the most frequent first. */
size_t profile_events(const struct profile *p, const struct profile_event **event, size_t max);

#endif
