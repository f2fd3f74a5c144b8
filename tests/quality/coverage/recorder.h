/* SPDX-License-Identifier: MIT */
/* What a test tells the recorder of registers. */
#ifndef TESTS_QUALITY_COVERAGE_RECORDER_H
#define TESTS_QUALITY_COVERAGE_RECORDER_H

/* From now on this process's accesses are not recorded, only lints: they reach every register. */
void coverage_lints_only(void);
/* From now on this process makes random accesses (tests/unit/emu/random.h). */
void random_used(void);

#endif
