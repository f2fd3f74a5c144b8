/* SPDX-License-Identifier: MIT */
/* Leaving the engine from the block hook. */
#ifndef EMU_CPU_ENGINE_EXIT_H
#define EMU_CPU_ENGINE_EXIT_H

#include <unicorn/unicorn.h>

/* From the block hook, last of all: if a stop was requested, does not return. */
void engine_exit(uc_engine *uc);

#endif
