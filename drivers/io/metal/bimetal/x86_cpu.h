/* SPDX-License-Identifier: MIT */
/* x86_cpu.h by a name that no kernel has: bimetal's own headers include this, so that they never
 * find a kernel's header or its stand-in. */
#include "../x86_cpu.h"
