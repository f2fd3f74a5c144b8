/* SPDX-License-Identifier: MIT */
/* RDTSC: our implementation replaces the engine's, which looks up the guest's instruction pointer
 * and walks its hooks each time. */
#ifndef EMU_UNICORN_X86_ENGINE_TSC_H
#define EMU_UNICORN_X86_ENGINE_TSC_H

struct cpu;

/* From now on use it on this thread, for that CPU; NULL: the engine's own. */
void engine_tsc_use(struct cpu *used);

#endif
