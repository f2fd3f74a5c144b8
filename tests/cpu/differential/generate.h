/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CPU_DIFFERENTIAL_GENERATE_H
#define TESTS_CPU_DIFFERENTIAL_GENERATE_H

#include "program.h"
#include "random.h"
#include "templates.h"

/* What kinds of program are wanted; all zero: every kind. */
struct generate_options {
	uint8_t bits; /* only 16, 32 or 64; 0: any */
	bool native;  /* only programs that the host can run */
};

/* Makes program number `index` of `seed`, which is the same on every host. */
void generate(uint64_t seed, uint32_t index, const struct generate_options *options,
	      struct program *p);

/* Makes code[] of insns[], and the offsets of its branches. */
void program_assemble(struct program *p);

/* Makes `to` from `from` without instruction `drop`. */
void program_without(const struct program *from, unsigned drop, struct program *to);

/* encode.c: makes an instruction of `t` the next of `p`, with what it needs in registers and
 * memory. False if `t` does not suit. `pointers` are the registers that hold addresses. */
bool encode(struct random *r, const struct template *t, uint32_t pointers, struct program *p);

/* state.c: makes the registers, flags and segments that a program starts with. Returns the mask of
 * registers with addresses. */
uint32_t make_state(struct random *r, const struct generate_options *options, struct program *p);

/* Returns an address in the window (mostly); in 16 bits an offset. */
uint64_t make_pointer(struct random *r, const struct program *p);
/* The same, of a place with INT3s. */
uint64_t make_code_pointer(struct random *r, const struct program *p);
uint16_t make_selector(struct random *r);
/* Sets `count` bytes of the window at `offset`; false when there are no more patches. */
bool patch_bytes(struct program *p, uint32_t offset, const uint8_t *bytes, unsigned count);

#endif
