/* SPDX-License-Identifier: MIT */
/* A machine whose processor is the host: native drivers, compiled with drivers/io/host, access its
 * devices. No emulated CPU is needed. */
#ifndef HARNESS_MACHINE_HOST_H
#define HARNESS_MACHINE_HOST_H

#include "harness/machine/machine.h"
#include "host_cpu.h"

/* machine_build() with the host as the processor. Initialises *cpu, which must outlive the machine.
 */
__attribute__((warn_unused_result)) const char *
machine_host_init(struct machine *m, const struct machine_config *config, struct bimetal_cpu *cpu);
/* Initialise *cpu so that native code acts for the emulated CPU of this machine, between two of its
 * runs: registers and MSRs are those of the CPU (x86_cpu.h), accesses go to the machine's bus. Both
 * must outlive the use. False: m->processor executes no guest. */
__attribute__((warn_unused_result)) bool machine_host_attach(struct machine *m,
							     struct bimetal_cpu *cpu);

#endif
