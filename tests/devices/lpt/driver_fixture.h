/* SPDX-License-Identifier: MIT */
/* The driver of the parallel port on its model, at ports; and a fake port that gives the answers
 * that a test sets. */
#ifndef TESTS_DEVICES_LPT_DRIVER_FIXTURE_H
#define TESTS_DEVICES_LPT_DRIVER_FIXTURE_H

#include "bimetal/lpt.h"
#include "devices/lpt/model.h"
#include "tests/unit/drivers/host_fixture.h"

enum { LPT1 = 0x378, FAKE = 0x278, NOWHERE = 0x3bc, LPT_VECTOR = 0x27 };
enum { US = 1000, MS = 1000 * US };

static struct lpt_model model;
static struct lpt lpt;

static void on_lpt_irq(void *ctx, unsigned n, bool level)
{
	static bool was;
	(void)ctx;
	(void)n;
	if (level && !was) { /* as an edge-triggered 8259A */
		next_vector = LPT_VECTOR;
		host_cpu_processor(&cpu).ops->set_intr(&cpu, true);
	}
	was = level;
}

static inline void plug_lpt(void)
{
	host_power_on();
	lpt_model_init(&model, "lpt1", &hub, &vclock, (struct irq){ .set = on_lpt_irq },
		       recorder_tx, &rec);
	require(bus_map(&bus, BUS_PORT, LPT1, LPT_MODEL_PORTS, &model.dev, 0) == NULL);
}

static inline void start_lpt(void)
{
	plug_lpt();
	require_eq(int, lpt_init(&lpt, io_port(&cpu, LPT1), wait), LPT_OK);
	recorder_clear(&rec);
}

/* ---- a port whose registers the test holds ---- */

static struct {
	struct device dev;
	uint8_t value[LPT_MODEL_PORTS];
	unsigned reads[LPT_MODEL_PORTS], writes[LPT_MODEL_PORTS];
	bool stuck; /* DATA does not store writes */
} fake;

static uint64_t fake_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev;
	(void)width;
	fake.reads[offset]++;
	return fake.value[offset];
}

static void fake_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev;
	(void)width;
	fake.writes[offset]++;
	if (offset != 1 && !fake.stuck) fake.value[offset] = (uint8_t)value;
}

static const struct device_ops fake_ops = { .name = "fake",
					    .mem_read = fake_read,
					    .mem_write = fake_write };

/* Plugs in the fake port, with this in STATUS. */
static inline struct io plug_fake(uint8_t status)
{
	fake.dev = (struct device){ .ops = &fake_ops, .instance = "fake", .hub = &hub };
	fake.value[1] = status;
	require(bus_map(&bus, BUS_PORT, FAKE, LPT_MODEL_PORTS, &fake.dev, 0) == NULL);
	return io_port(&cpu, FAKE);
}

#endif
