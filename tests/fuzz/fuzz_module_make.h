/* SPDX-License-Identifier: MIT */
/* The description of a module, made from the input of a fuzz target. */
#ifndef TESTS_FUZZ_FUZZ_MODULE_MAKE_H
#define TESTS_FUZZ_FUZZ_MODULE_MAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "bimetal/board.h"

static inline void require(bool holds)
{
	if (!holds) abort();
}

/* ---- the input, by values; 0 behind its end ---- */

void fuzz_begin(const uint8_t *bytes, size_t size);
uint8_t take8(void);
uint16_t take16(void);
uint32_t take32(void);
/* 0 to n - 1. */
size_t take_below(size_t n);
bool seldom(void);
/* At most `room` bytes of what is left. Returns how many. */
size_t take_rest(char *to, size_t room);

/* ---- the description ---- */

enum { FUZZ_STEP_NS = 1000 };

extern struct bimetal_module fuzz_module; /* its model, if any, is fuzz_model */
extern struct model fuzz_model;

/* Make it from the input. */
void fuzz_make_module(void);
/* The next machine is made. */
void fuzz_forget_machine(void);

#endif
