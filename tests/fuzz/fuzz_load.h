/* SPDX-License-Identifier: MIT */
/* Loads each input into the same small memory, and checks the result. */
#ifndef TESTS_FUZZ_FUZZ_LOAD_H
#define TESTS_FUZZ_FUZZ_LOAD_H

#include <stddef.h>
#include <stdint.h>

#include "harness/boot/loader.h"

/* libFuzzer's entry point, which each target defines. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Load the input by `request`; abort if the loader breaks its contract. */
void fuzz_load(const struct boot_request *request, const uint8_t *data, size_t size);
/* The path of a small file, for initrds and modules. */
const char *fuzz_small_file(void);

#endif
