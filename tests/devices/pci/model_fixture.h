/* SPDX-License-Identifier: MIT */
/* A bus, 16 MiB of memory and a PCI host with the windows of a PC, for the tests of PCI devices. */
#ifndef TESTS_DEVICES_PCI_MODEL_FIXTURE_H
#define TESTS_DEVICES_PCI_MODEL_FIXTURE_H

#include <string.h>

#include "devices/lapic/apic_bus.h"
#include "devices/pci/host.h"
#include "devices/pci_test/model.h"
#include "emu/bus.h"
#include "emu/clock.h"
#include "emu/mem.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"

enum { RAM_SIZE = 0x1000000, N_MESSAGES = 8 };
#define WINDOW_BASE UINT64_C(0xc0000000)
#define WINDOW_SIZE UINT64_C(0x3ec00000)
#define WIDE_BASE   UINT64_C(0x800000000)
#define WIDE_SIZE   UINT64_C(0x800000000)

static struct hub hub;
static struct clock vclock;
static struct mem mem;
static struct bus bus;
static struct pci_model_host host;
static struct lint_log lints;
static bool pin_level[PCI_MODEL_N_DEVICES][PCI_MODEL_N_PINS];
static uint64_t message_addr[N_MESSAGES];
static uint32_t message_data[N_MESSAGES];
static unsigned n_messages;

static void fixture_intx(void *ctx, unsigned device, unsigned pin, bool asserted)
{
	(void)ctx;
	pin_level[device][pin] = asserted;
}

static bool fixture_message(void *ctx, uint64_t addr, uint32_t data)
{
	(void)ctx;
	if (addr < APIC_MSI_WINDOW || addr >= APIC_MSI_WINDOW + APIC_MSI_WINDOW_SIZE) return false;
	message_addr[n_messages % N_MESSAGES] = addr;
	message_data[n_messages % N_MESSAGES] = data;
	n_messages++;
	return true;
}

#define expect_fine(call) require_eq(ptr, (call), NULL)

static void fixture_start(struct device *reset_port)
{
	struct pci_model_host_wiring wire = { .bus = &bus,
					      .mem = &mem,
					      .reset_port = reset_port,
					      .memory = { { WINDOW_BASE, WINDOW_SIZE },
							  { WIDE_BASE, WIDE_SIZE } },
					      .port = { { 0xd00, 0xf300 } },
					      .message = fixture_message,
					      .intx = fixture_intx };

	clock_init(&vclock);
	hub.clock = &vclock;
	expect_fine(mem_init(&mem, RAM_SIZE, UINT64_C(0xb0000000)));
	bus_init(&bus, &hub, &vclock);
	pci_model_host_init(&host, "pci", &hub, &wire);
	expect_fine(pci_model_host_map(&host));
	lint_log_start(&lints, &hub);
}

static inline void fixture_stop(void) { mem_free(&mem); }

/* ---- configuration mechanism 1 ---- */

static inline void point(unsigned b, unsigned d, unsigned f, unsigned reg)
{
	bus_write(&bus, BUS_PORT, 0xcf8, 32, 0x80000000 | b << 16 | d << 11 | f << 8 | (reg & ~3u));
}

static inline uint32_t cfg(unsigned d, unsigned reg, unsigned width)
{
	point(0, d, 0, reg);
	return (uint32_t)bus_read(&bus, BUS_PORT, 0xcfc + reg % 4, width);
}

static inline void cfg_set(unsigned d, unsigned reg, unsigned width, uint32_t value)
{
	point(0, d, 0, reg);
	bus_write(&bus, BUS_PORT, 0xcfc + reg % 4, width, value);
}

static inline uint32_t mem_rd(uint64_t addr)
{
	return (uint32_t)bus_read(&bus, BUS_MEMORY, addr, 32);
}
static inline void mem_wr(uint64_t addr, uint32_t v) { bus_write(&bus, BUS_MEMORY, addr, 32, v); }
static inline void pass(uint64_t ns) { clock_run_until(&vclock, vclock.s.now_ns + ns); }

static inline void expect_lint(const char *id) { check_eq(str, lints.last, id); }

static inline void expect_table(const struct reg_desc *regs, unsigned n, size_t max_slots)
{
	const struct reg_desc *where = NULL;
	const char *fault = reg_table_fault(regs, n, &where);

	check_eq(ptr, fault, NULL, "%s: %s", where ? where->name : "", fault);
	check_le(sz, reg_table_slots(regs, n), max_slots);
}

/* Expects that configuration space has no holes: every byte belongs to exactly one row. */
static inline void expect_whole(struct device *config, unsigned size)
{
	for (unsigned at = 0; at < size; at++)
		check_ne(ptr, device_find(config, at, false, NULL), NULL, "hole at 0x%x", at);
	check_eq(ptr, device_find(config, size, false, NULL), NULL);
}

#endif
