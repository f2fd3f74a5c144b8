/* SPDX-License-Identifier: MIT */
/* Far transfers, segment loads and software interrupts: our implementation replaces the engine's.
 */
#ifndef EMU_UNICORN_X86_ENGINE_FAR_H
#define EMU_UNICORN_X86_ENGINE_FAR_H

struct cpu;

/* From now on use it on this thread, for that CPU; NULL: the engine's own. */
void engine_far_use(struct cpu *cpu);

#endif
