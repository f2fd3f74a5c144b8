/* SPDX-License-Identifier: MIT */
/* The driver of the 8254 on its model, and port 61h. OUT0 is line 0 of the recorder. */
#ifndef TESTS_DEVICES_PIT_8254_DRIVER_FIXTURE_H
#define TESTS_DEVICES_PIT_8254_DRIVER_FIXTURE_H

#include "bimetal/pit_8254.h"
#include "devices/isa_ports/model.h"
#include "devices/pit_8254/model.h"
#include "drivers/pit_8254/pit_registers.h"
#include "tests/unit/drivers/host_fixture.h"

static struct pit_8254_model model;
static struct isa_ports_model misc;
static struct pit pit;

static void drive_gate2(void *ctx, bool level)
{
	(void)ctx;
	pit_8254_model_set_gate(&model, 2, level);
}

static bool sense_out2(void *ctx)
{
	(void)ctx;
	return pit_8254_model_out(&model, 2);
}

static inline void plug_pit(void)
{
	struct isa_ports_model_wiring wire = { .set_gate = drive_gate2, .out2 = sense_out2 };
	struct irq out[PIT_8254_MODEL_CHANNELS] = { { .set = recorder_irq, .ctx = &rec, .n = 0 } };
	host_power_on();
	pit_8254_model_init(&model, "pit", &hub, &vclock, out);
	isa_ports_model_init(&misc, &hub, &vclock, &wire);
	require(bus_map(&bus, BUS_PORT, 0x40, 4, &model.dev, 0) == NULL);
	require(bus_map(&bus, BUS_PORT, 0x61, 1, &misc.dev, 0x61) == NULL);
}

static inline void start_pit(void)
{
	plug_pit();
	require_eq(int, pit_init(&pit, io_port(&cpu, 0), wait), PIT_OK);
	recorder_clear(&rec);
}

#endif
