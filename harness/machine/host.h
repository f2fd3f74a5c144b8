/* SPDX-License-Identifier: MIT */
/* A machine whose processor is the host: native drivers, compiled over drivers/io/host, reach its
 * devices. It needs no emulator. */
#ifndef HARNESS_MACHINE_HOST_H
#define HARNESS_MACHINE_HOST_H

#include "harness/machine/machine.h"
#include "host_cpu.h"

/* machine_build() with `cpu`, which is made here and must outlive the machine, as its processor. */
const char *machine_host_init(struct machine *m, const struct machine_config *config,
			      struct bimetal_cpu *cpu);

#endif
