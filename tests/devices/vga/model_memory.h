/* SPDX-License-Identifier: MIT */
/* Memory for a VGA that is tested without a machine. */
#ifndef TESTS_DEVICES_VGA_MODEL_MEMORY_H
#define TESTS_DEVICES_VGA_MODEL_MEMORY_H

#include "devices/vga/planes.h"
#include "tests/check.h"

/* Initialises the model with new memory; what an earlier call made is gone. */
static inline void vga_model_init_alone(struct vga_model *v, const char *instance,
					const struct hub *hub, const struct clock *clock)
{
	static struct mem memory;

	mem_free(&memory);
	require_eq(ptr, mem_init(&memory, 1 << 20, UINT64_C(1) << 32), NULL);
	require_eq(ptr, vga_model_init(v, instance, hub, clock, &memory), NULL);
}

/* All planes get this byte everywhere. */
static inline void vga_fill_planes(struct vga_model *v, uint8_t byte)
{
	mem_device_set(v->memory, 0, byte, VGA_MODEL_PLANES_SIZE);
}

#endif
