/* SPDX-License-Identifier: MIT */
/* The driver of the VGA on its model. A lint fails the test, unless it is allowed. */
#ifndef TESTS_DEVICES_VGA_DRIVER_FIXTURE_H
#define TESTS_DEVICES_VGA_DRIVER_FIXTURE_H

#include "bimetal/vga_draw.h"
#include "devices/vga/model.h"
#include "devices/vga/modes.h"
#include "devices/vga/planes.h"
#include "tests/devices/vga/model_memory.h"
#include "tests/unit/drivers/host_fixture.h"

enum { DOTS_OF_BYTE = 8, ROW_BYTES = 80 };

static struct vga_model model;
static struct vga vga;

static void on_lint(void *ctx, const char *text)
{
	(void)ctx;
	check_fail("%s", text);
}

/* The adapter as firmware leaves it: text mode 3. */
static inline void plug_vga(void)
{
	host_power_on();
	vga_model_init_alone(&model, "vga", &hub, &vclock);
	require_eq(ptr, vga_model_map(&model, &bus), NULL);
	vga_model_set_text_mode(&model);
	recorder_expect_no_lint(&rec, on_lint, NULL);
}

static inline enum vga_status find_vga(void)
{
	return vga_init(&vga, io_port(&cpu, VGA_PORTS), io_memory(&cpu, VGA_MEMORY, 1));
}

static inline void start_vga(enum vga_mode mode)
{
	plug_vga();
	require_eq(int, find_vga(), VGA_OK);
	require_eq(int, vga_set_mode(&vga, mode), VGA_OK);
	recorder_clear(&rec);
}

/* A dot of the page at plane address `start`, as it lies in the model's planes. */
static inline uint8_t dot(unsigned start, unsigned x, unsigned y)
{
	if (vga.mode == VGA_MODE_320X200X256) {
		const unsigned offset = y * 320 + x;
		return vga_model_plane(&model, (offset & ~3u) | offset >> 14, offset & 3);
	}
	if (vga.mode == VGA_MODE_320X240X256)
		return vga_model_plane(&model, start + y * ROW_BYTES + x / 4, x & 3);
	unsigned colour = 0;
	for (unsigned p = 0; p < 4; p++)
		colour |= (vga_model_plane(&model, start + y * ROW_BYTES + x / DOTS_OF_BYTE, p) >>
				   (7 - x % DOTS_OF_BYTE) &
			   1u)
			  << p;
	return (uint8_t)colour;
}

#endif
