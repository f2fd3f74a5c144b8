/* SPDX-License-Identifier: MIT */
/* msr.h by a name that no kernel has: bimetal's own headers include this, so that they never find a
 * kernel's header or its stand-in. */
#include "../msr.h"
