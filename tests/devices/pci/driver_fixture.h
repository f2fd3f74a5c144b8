/* SPDX-License-Identifier: MIT */
/* A PCI host with both mechanisms on the bus of host_fixture.h, for the tests of the PCI driver: it
 * has the windows of a PC, the function pci-test at any place, and functions whose configuration
 * space a test can fill with anything. */
#ifndef TESTS_DEVICES_PCI_DRIVER_FIXTURE_H
#define TESTS_DEVICES_PCI_DRIVER_FIXTURE_H

#include "bimetal/pci.h"
#include "devices/pci/host.h"
#include "devices/pci_test/model.h"
#include "tests/unit/drivers/host_fixture.h"

#define ECAM_BASE   UINT64_C(0xb0000000)
#define WINDOW_BASE UINT64_C(0xc0000000)
#define WINDOW_SIZE UINT64_C(0x3ec00000)
#define WIDE_BASE   UINT64_C(0x800000000)
#define WIDE_SIZE   UINT64_C(0x800000000)
enum { ECAM_BUSES = 8, TEST_DEVICE = 5, N_SEEN = 8 };

static struct pci_model_host host;
static struct pci ports, ecam; /* handles of the two mechanisms */
static bool pin_level[PCI_MODEL_N_DEVICES][PCI_MODEL_N_PINS];
static struct {
	uint64_t address;
	uint32_t data;
} seen[N_SEEN];
static unsigned n_seen;

static void on_intx(void *ctx, unsigned device, unsigned pin, bool asserted)
{
	(void)ctx;
	pin_level[device][pin] = asserted;
}

static bool on_message(void *ctx, uint64_t addr, uint32_t data)
{
	(void)ctx;
	if (addr >> 20 != 0xfee) return false;
	seen[n_seen % N_SEEN].address = addr;
	seen[n_seen++ % N_SEEN].data = data;
	return true;
}

static void on_lint(void *ctx, const char *text)
{
	(void)ctx;
	require(0, "%s", text);
}

#define expect_fine(call) require_eq(ptr, (call), NULL)

static inline void pci_power_on(void)
{
	struct pci_model_host_wiring wire = { .bus = &bus,
					      .mem = &mem,
					      .memory = { { WINDOW_BASE, WINDOW_SIZE },
							  { WIDE_BASE, WIDE_SIZE } },
					      .port = { { 0xd00, 0xf300 } },
					      .message = on_message,
					      .intx = on_intx };
	host_power_on();
	pci_model_host_init(&host, "pci", &hub, &wire);
	expect_fine(pci_model_host_map(&host));
	expect_fine(pci_model_host_set_ecam(&host, ECAM_BASE, (uint64_t)ECAM_BUSES << 20));
	recorder_expect_no_lint(&rec, on_lint, NULL);
	require_eq(int, pci_init_ports(&ports, io_port(&cpu, PCI_PORTS), wait), PCI_OK);
	require_eq(int,
		   pci_init_ecam(&ecam, io_memory(&cpu, ECAM_BASE, 1), wait, 0, ECAM_BUSES - 1),
		   PCI_OK);
	n_seen = 0;
}

/* Adds the function pci-test to bus 0. */
static inline struct pci_place add_test(struct pci_test_model *test, unsigned device,
					unsigned function)
{
	expect_fine(pci_test_model_init(test, "test", &hub, &vclock, &host, device, function));
	return (struct pci_place){ .device = (uint8_t)device, .function = (uint8_t)function };
}

/* ---- fake functions, with any configuration space ---- */

enum { LIAR_BUS = 0x40, LIAR_PAGE = 0x1000 };
#define LIAR_BASE UINT64_C(0xa0000000)

/* A function that has only configuration space, with whatever bytes a test puts there; bits in
 * `keep` can be written. */
struct liar {
	struct device dev;
	uint8_t bytes[PCI_EXTENDED_SPACE];
	uint8_t keep[PCI_EXTENDED_SPACE];
	unsigned writes;
};

static uint64_t liar_read(struct device *dev, uint64_t offset, unsigned width)
{
	const struct liar *liar = (const struct liar *)dev;
	uint64_t value = 0;
	for (unsigned i = 0; i < width / 8; i++)
		value |= (uint64_t)liar->bytes[(offset + i) % sizeof(liar->bytes)] << 8 * i;
	return value;
}

static void liar_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	struct liar *liar = (struct liar *)dev;
	liar->writes++;
	for (unsigned i = 0; i < width / 8; i++) {
		uint64_t at = (offset + i) % sizeof(liar->bytes);
		uint8_t keep = liar->keep[at];
		liar->bytes[at] = (uint8_t)((liar->bytes[at] & ~keep) | ((value >> 8 * i) & keep));
	}
}

static inline void liar_set(struct liar *liar, unsigned at, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width / 8; i++) liar->bytes[at + i] = (uint8_t)(value >> 8 * i);
}

static inline void liar_keep(struct liar *liar, unsigned at, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width / 8; i++) liar->keep[at + i] = (uint8_t)(value >> 8 * i);
}

/* Adds a separate ECAM of `size` bytes at `base`, for buses from LIAR_BUS on. In one page there is
 * only function 0 of device 0; in more pages every function has the same bytes. */
static inline struct pci_place add_liar(struct liar *liar, struct pci *pci, uint64_t base,
					uint64_t size)
{
	static const struct device_ops ops = { .name = "liar",
					       .mem_read = liar_read,
					       .mem_write = liar_write };
	*liar = (struct liar){ .dev = { .ops = &ops, .instance = "liar", .hub = &hub } };
	expect_fine(bus_map(&bus, BUS_MEMORY, base, size, &liar->dev, 0));
	liar_set(liar, PCI_VENDOR, 32, 0x00021234);
	liar_keep(liar, PCI_COMMAND, 16, 0x0547);
	require_eq(int,
		   pci_init_ecam(pci, io_memory(&cpu, base, 1), wait, LIAR_BUS,
				 (uint8_t)(LIAR_BUS + (size >> 20))),
		   PCI_OK);
	return (struct pci_place){ .bus = LIAR_BUS };
}

#endif
