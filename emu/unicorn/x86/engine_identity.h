/* SPDX-License-Identifier: MIT */
/* What the engine's translator executes follows feature words of its own, which no interface of it
 * sets one by one: they are found in its state by the vendor's name in front of them. */
#ifndef EMU_UNICORN_X86_ENGINE_IDENTITY_H
#define EMU_UNICORN_X86_ENGINE_IDENTITY_H

#include <unicorn/unicorn.h>

#include "emu/unicorn/x86/context.h"
#include "emu/x86/cpuid.h"

/* Make the engine, of model UC_CPU_X86_QEMU64 and not yet run, execute what these features say and
 * refuse (#UD) what they do not, as far as its translator asks; and know the vendor. NULL, or a
 * static message when the engine's state is not as it was. */
const char *engine_identity_set(uc_engine *uc, const struct context_layout *layout,
				const struct cpu_features *f);

#endif
