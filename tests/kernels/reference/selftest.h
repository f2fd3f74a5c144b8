/* SPDX-License-Identifier: MIT */
/* The kernel tests itself, in the form of the other test kernels: PASS, FAIL, DONE. */
#ifndef REFERENCE_SELFTEST_H
#define REFERENCE_SELFTEST_H

#include <stdbool.h>
#include <stdint.h>

/* Run all cases. True: none failed. */
bool selftest(void);

/* A case: print PASS, or FAIL with both values. */
void selftest_case(const char *name, uint64_t got, uint64_t want);

/* The cases by subject (selftest_*.c). */
void selftest_screen(void);
void selftest_interrupts(void);
void selftest_memory(void);
void selftest_tasks(void);
void selftest_backtrace(void);

#endif
