/* SPDX-License-Identifier: MIT */
/* The memory of marks, for mark_file.c. */
#ifndef HARNESS_MACHINE_MARK_INSIDE_H
#define HARNESS_MACHINE_MARK_INSIDE_H

#include "harness/machine/mark.h"

struct mem_mark;
struct mem_marks;

/* A mark must have been made. */
struct mem_marks *machine_mark_memories(const struct machine *m);
const struct mem_mark *machine_mark_memory(const struct machine_mark *mark);

#endif
