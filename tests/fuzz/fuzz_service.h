/* SPDX-License-Identifier: MIT */
/* A BIOS with its chips, used for all inputs, and calls of its services with registers from the
 * input. */
#ifndef TESTS_FUZZ_FUZZ_SERVICE_H
#define TESTS_FUZZ_FUZZ_SERVICE_H

#include <stddef.h>
#include <stdint.h>

#include "harness/firmware/bios/internal.h"

/* libFuzzer's entry point, which each target defines. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A call is so many bytes of the input: service, flags, and seven registers and two segments of 16
 * bits; general registers' upper halves are their lower ones. */
enum { FUZZ_CALL_SIZE = 20 };

/* A machine after power-on: memory holds its pattern, no drives. */
struct bios *fuzz_bios(void);
/* Do the calls that the input describes, each of a service that `choose` makes of its first byte;
 * abort if a call breaks its promises. Returns the bytes used. */
void fuzz_calls(struct bios *b, const uint8_t *data, size_t size, unsigned (*choose)(uint8_t byte));

#endif
