/* SPDX-License-Identifier: MIT */
/* The engine's far transfers, segment loads and software interrupts, made by us. */
#ifndef EMU_UNICORN_X86_ENGINE_FAR_H
#define EMU_UNICORN_X86_ENGINE_FAR_H

struct cpu;

/* From now on this thread's are made for that CPU; NULL: the engine's own way. */
void engine_far_use(struct cpu *cpu);

#endif
