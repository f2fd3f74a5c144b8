/* SPDX-License-Identifier: MIT */
/* Large numbers in a short form. */
#ifndef HARNESS_SUPPORT_COUNT_TEXT_H
#define HARNESS_SUPPORT_COUNT_TEXT_H

#include <stdint.h>
#include <stdio.h>

/* Print three digits and a unit: 1234567 is "1.23 M". */
void count_print(uint64_t n, FILE *out);

#endif
