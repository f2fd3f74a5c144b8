/* SPDX-License-Identifier: MIT */
/* The engine's translator decides by its own feature words what it executes. The engine has no
 * interface to set them one by one. They are found in its state by the vendor name in front of
 * them. */
#ifndef EMU_UNICORN_X86_ENGINE_IDENTITY_H
#define EMU_UNICORN_X86_ENGINE_IDENTITY_H

#include <unicorn/unicorn.h>

#include "emu/unicorn/x86/context.h"
#include "emu/x86/cpuid.h"

/* Make an engine of model UC_CPU_X86_QEMU64, which has not yet run, execute the instructions of
 * these features and refuse (#UD) the others, as far as its translator checks; and set the vendor.
 * Returns NULL, or a static message if the engine's state is not as expected. */
const char *engine_identity_set(uc_engine *uc, const struct context_layout *layout,
				const struct cpu_features *f);

#endif
