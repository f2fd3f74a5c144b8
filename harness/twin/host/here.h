/* SPDX-License-Identifier: MIT */
/* The processor of the twin test that runs, for drivers that have no handle: bimetal/portio.h. */
#ifndef HARNESS_TWIN_HOST_HERE_H
#define HARNESS_TWIN_HOST_HERE_H

#include "host_cpu.h"

/* From now on this processor makes the accesses of bimetal/portio.h; NULL: there is none. It must
 * live until the next call; its stuck() must not return. */
void here_set(struct bimetal_cpu *cpu);

#endif
