/* SPDX-License-Identifier: MIT */
/* A machine whose processor is an emulated CPU, so that it can boot a kernel. */
#ifndef HARNESS_MACHINE_CPU_H
#define HARNESS_MACHINE_CPU_H

#include <stdint.h>

#include "emu/unicorn/x86/cpu.h"
#include "harness/machine/machine.h"

/* machine_build() with an emulated CPU, which machine.cpu points to afterwards. */
__attribute__((warn_unused_result)) const char *machine_init(struct machine *m,
							     const struct machine_config *config);

#endif
