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

/* The bytes of the input for a call: service, flags, and seven registers and two segments of 16
 * bits. The upper halves of general registers repeat the lower ones. */
enum { FUZZ_CALL_SIZE = 20 };

/* A machine after power-on: memory holds its pattern, no drives. */
struct bios *fuzz_bios(void);
/* Plug in the adapter of --device vga. */
void fuzz_display(void);
/* Make the picture that is on the screen. */
void fuzz_look(void);
/* Make the calls that the input describes; `choose` converts the first byte of each to a service.
 * Abort if a call breaks its contract. Returns the number of bytes used. */
void fuzz_calls(struct bios *b, const uint8_t *data, size_t size, unsigned (*choose)(uint8_t byte));

#endif
