/* SPDX-License-Identifier: MIT */
/* What the calls that engine_blocks.c adds before instructions arrive at. */
#ifndef EMU_UNICORN_X86_ENGINE_SITES_H
#define EMU_UNICORN_X86_ENGINE_SITES_H

#include <stdint.h>

/* The engine's kinds of the last result, from which flags are computed when somebody asks; this
 * one: the registers have the right kind already. */
enum { CC_OP_DYNAMIC = 0 };

/* `data` is a struct engine_blocks; `cc_op` is the kind before the instruction. */
typedef void engine_translated_call(uint64_t told, uint64_t linear, uint32_t cc_op, void *data);

/* For engine_blocks.site and .quick. */
void engine_at_site(uint64_t told, uint64_t linear, uint32_t cc_op, void *data);
void engine_at_quick(uint64_t told, uint64_t linear, uint32_t cc_op, void *data);

#endif
