/* SPDX-License-Identifier: MIT */
/* A page walk in words: each entry with its flags, and the bit that refused the access. */
#ifndef HARNESS_DIAGNOSIS_WALK_REPORT_H
#define HARNESS_DIAGNOSIS_WALK_REPORT_H

#include <stddef.h>
#include <stdio.h>

#include "emu/x86/walk.h"

enum { WALK_VERDICT_SIZE = 320 };

/* Print the walk, level by level, then the verdict. */
void walk_report(const struct page_explanation *e, FILE *out);
/* The verdict alone, a sentence without a full stop: "PTE[16] at 0x106080 is not present: its P
 * bit (bit 0) is clear". Returns buf. */
const char *walk_verdict(const struct page_explanation *e, char *buf, size_t size);

#endif
