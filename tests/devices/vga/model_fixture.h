/* SPDX-License-Identifier: MIT */
/* An IBM VGA on a bus, in three states: after reset, in a text mode, in a planar mode. */
#ifndef TESTS_DEVICES_VGA_MODEL_FIXTURE_H
#define TESTS_DEVICES_VGA_MODEL_FIXTURE_H

#include <string.h>

#include "devices/vga/font.h"
#include "devices/vga/model.h"
#include "devices/vga/modes.h"
#include "devices/vga/planes.h"
#include "emu/array.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"
#include "tests/devices/vga/model_memory.h"
#include "tests/quality/coverage/recorder.h"

/* Ports, typed apart from the register table. */
enum {
	AC = 0x3c0,
	AC_READ = 0x3c1,
	MISC = 0x3c2,
	SEQ = 0x3c4,
	PEL = 0x3c6,
	DAC_R = 0x3c7,
	DAC_W = 0x3c8,
	DAC = 0x3c9,
	FCR_READ = 0x3ca,
	MISC_READ = 0x3cc,
	GC = 0x3ce,
	CRTC = 0x3d4,
	ST1 = 0x3da,
	MONO_CRTC = 0x3b4,
	MONO_ST1 = 0x3ba
};

enum { TEXT = 0xb8000, GRAPHICS = 0xa0000 };

static struct hub hub;
static struct clock vclock;
static struct bus bus;
static struct vga_model vga;
static struct lint_log lints;

static inline void power_on(void)
{
	hub = (struct hub){ .clock = &vclock };
	clock_init(&vclock);
	lint_log_start(&lints, &hub);
	bus_init(&bus, &hub, &vclock);
	vga_model_init_alone(&vga, "vga", &hub, &vclock);
	require_eq(ptr, vga_model_map(&vga, &bus), NULL);
}

static inline void text_mode(void)
{
	power_on();
	vga_model_set_text_mode(&vga);
}

static inline void mode(unsigned number)
{
	const struct vga_model_mode *m = vga_model_mode(number);

	vga_model_set_mode(&vga, m);
	vga_model_load_dac(&vga, m->dac);
	vga_model_clear(&vga, m);
}

static inline uint8_t in(uint16_t port) { return (uint8_t)bus_read(&bus, BUS_PORT, port, 8); }
static inline void out(uint16_t port, unsigned v) { bus_write(&bus, BUS_PORT, port, 8, v); }

static inline void set(uint16_t port, uint8_t index, uint8_t v)
{
	out(port, index);
	out(port + 1, v);
}

static inline uint8_t get(uint16_t port, uint8_t index)
{
	out(port, index);
	return in(port + 1);
}

static inline void set_ac(uint8_t index, uint8_t v)
{
	(void)in(ST1);
	out(AC, index);
	out(AC, v);
}

static inline uint8_t get_ac(uint8_t index)
{
	(void)in(ST1);
	out(AC, index);
	return in(AC_READ);
}

static inline void poke(uint64_t at, uint8_t v) { bus_write(&bus, BUS_MEMORY, at, 8, v); }
static inline uint8_t peek(uint64_t at) { return (uint8_t)bus_read(&bus, BUS_MEMORY, at, 8); }

/* Returns the four planes at an address, plane 0 in the low byte. */
static inline uint32_t planes(unsigned address) { return vga_model_word(&vga, address); }

/* Sets up 640x480 with 16 colours: planar memory, sequential, at 0xa0000. */
static inline void planar(void)
{
	text_mode();
	set(SEQ, 2, 0x0f);
	set(SEQ, 4, 0x06);
	set(GC, 5, 0x00);
	set(GC, 6, 0x05);
	vga_fill_planes(&vga, 0);
}

TestSuite(vga_model_reset, .init = power_on, .timeout = 60);
TestSuite(vga_text, .init = text_mode, .timeout = 60);
TestSuite(vga_planar, .init = planar, .timeout = 60);

#endif
