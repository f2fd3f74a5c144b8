/* SPDX-License-Identifier: MIT */
/* The local APIC's model and its driver, for the driver's tests. */
#ifndef TESTS_DEVICES_LAPIC_DRIVER_FIXTURE_H
#define TESTS_DEVICES_LAPIC_DRIVER_FIXTURE_H

#include <stdio.h>

#include "bimetal/lapic.h"
#include "devices/lapic/model.h"
#include "tests/unit/drivers/host_fixture.h"

enum { SPURIOUS = 0xff, VECTOR = 0x41, MS = 1000000, CALIBRATE_NS = 10 * MS };
static const uint64_t BASE = LAPIC_MODEL_DEFAULT_BASE;

static struct lapic_model model;
static struct lapic xapic;
static struct io io;
static unsigned nmis, inits, served, spurious;
static uint8_t last_vector;
static uint64_t served_ns[16];

static void set_intr(void *ctx, unsigned n, bool level)
{
	(void)ctx, (void)n;
	host_cpu_processor(&cpu).ops->set_intr(&cpu, level);
}

static void on_nmi(void *ctx) { (void)ctx, nmis++; }
static void on_init(void *ctx) { (void)ctx, inits++; }
static int acknowledge(void *ctx) { return (void)ctx, lapic_model_ack(&model); }

static bool on_msr_read(void *ctx, uint32_t msr, uint64_t *value)
{
	(void)ctx;
	return lapic_model_msr_read(&model, msr, value);
}

static bool on_msr_write(void *ctx, uint32_t msr, uint64_t value)
{
	(void)ctx;
	return lapic_model_msr_write(&model, msr, value);
}

/* Maps the APIC's page at its new address, as a board does. */
static void on_moved(void *ctx, uint64_t base, bool enabled)
{
	(void)ctx;
	bus_unmap(&bus, BUS_MEMORY, &model.dev);
	if (enabled)
		require(bus_map(&bus, BUS_MEMORY, base, LAPIC_MODEL_PAGE_SIZE, &model.dev, 0) ==
			NULL);
}

static struct host_cpuid told_1, told_addresses; /* leaves 1 and 0x80000008 */

static struct host_cpuid on_cpuid(void *ctx, uint32_t leaf, uint32_t subleaf)
{
	(void)ctx, (void)subleaf;
	if (leaf == 1) return told_1;
	return leaf == 0x80000008 ? told_addresses : (struct host_cpuid){ 0 };
}

static void dispatch(void *ctx, uint8_t vector)
{
	(void)ctx;
	if (vector == SPURIOUS) {
		spurious++;
		return;
	}
	last_vector = vector;
	served_ns[served++ % 16] = clock_now(&vclock);
	require_eq(int, lapic_eoi(&xapic), LAPIC_OK);
}

static void on_lint(void *ctx, const char *text)
{
	(void)ctx;
	require(0, "%s", text);
}

static inline void set_up(void)
{
	struct lapic_model_wiring wire = {
		.intr = { .set = set_intr },
		.nmi = on_nmi,
		.init = on_init,
		.moved = on_moved,
		.id = 3,
		.phys_bits = 40,
		.has_x2apic = true,
		.has_tsc_deadline = true,
	};
	told_1 = (struct host_cpuid){ .eax = 0x6 << 8, .ecx = 1 << 21 | 1 << 24, .edx = 1 << 5 };
	told_addresses = (struct host_cpuid){ .eax = 40 };
	host_power_on();
	cpu.pins.intr_ack = acknowledge;
	cpu.pins.msr_read = on_msr_read;
	cpu.pins.msr_write = on_msr_write;
	cpu.cpuid = on_cpuid;
	cpu.dispatch = dispatch;
	lapic_model_init(&model, "lapic", &hub, &vclock, &wire);
	io = io_memory(&cpu, BASE, 1);
	recorder_expect_no_lint(&rec, on_lint, NULL);
	require_eq(int, lapic_init(&xapic, io, wait), LAPIC_OK);
}

static inline void enable(void)
{
	require_eq(int, lapic_enable(&xapic, SPURIOUS), LAPIC_OK);
	(void)host_cpu_set_interrupts(&cpu, true);
}

static inline void calibrate(void)
{
	enable();
	require_eq(int, lapic_timer_calibrate(&xapic, CALIBRATE_NS), LAPIC_OK);
}

static inline void expect_trace(const char *trace) { check_eq(str, rec.trace, trace); }

static inline uint32_t raw(unsigned offset) { return io_read32(io, offset); }

/* An APIC that never accepts a message: ICR's delivery status stays set. */
static uint32_t stuck_count;

static uint64_t stuck_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev, (void)width;
	if (offset == 0x30) return 0x00050014;
	if (offset == 0x390) return stuck_count;
	return offset == 0x300 ? 0x1000 : 0;
}

static void stuck_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev, (void)offset, (void)width, (void)value;
}

static const struct device_ops stuck_ops = { .name = "stuck",
					     .mem_read = stuck_read,
					     .mem_write = stuck_write };

static struct device stuck;

static inline void replace_by_stuck(void)
{
	bus_unmap(&bus, BUS_MEMORY, &model.dev);
	stuck = (struct device){ .ops = &stuck_ops, .instance = "stuck", .hub = &hub };
	require(bus_map(&bus, BUS_MEMORY, BASE, LAPIC_MODEL_PAGE_SIZE, &stuck, 0) == NULL);
	require_eq(int, lapic_init(&xapic, io, wait), LAPIC_OK);
}

#endif
