/* SPDX-License-Identifier: MIT */
/* A processor for native drivers with an empty bus, for tests that put single models on it. Whole
 * machines are for twin tests. */
#ifndef TESTS_UNIT_DRIVERS_HOST_FIXTURE_H
#define TESTS_UNIT_DRIVERS_HOST_FIXTURE_H

#include "dma.h"
#include "emu/bus.h"
#include "emu/clock.h"
#include "emu/mem.h"
#include "emu/observe.h"
#include "harness/record/recorder.h"
#include "host_cpu.h"
#include "io.h"
#include "msr.h"
#include "tests/check.h"
#include "wait.h"

enum { HOST_RAM = 1 << 20 };

static struct hub hub;
static struct clock vclock;
static struct bus bus;
static struct mem mem;
static struct bimetal_cpu cpu;
static struct wait wait;
static struct recorder rec; /* accesses by name, lints */
static int next_vector;     /* the vector that the interrupt controller answers; -1: none */

static int host_ack(void *ctx)
{
	(void)ctx;
	int vector = next_vector;
	next_vector = -1;
	return vector;
}

static inline void host_power_on(void)
{
	struct x86_pins pins = { .intr_ack = host_ack };
	clock_init(&vclock);
	hub = (struct hub){ .clock = &vclock };
	bus_init(&bus, &hub, &vclock);
	require(mem_init(&mem, HOST_RAM, UINT64_C(3) << 30) == NULL);
	host_cpu_init(&cpu, &bus, &vclock, &mem, &pins);
	wait = wait_of_host(&cpu);
	next_vector = -1;
	recorder_init(&rec);
	recorder_attach(&rec, &hub);
}

static inline void host_power_off(void) { mem_free(&mem); }

#endif
