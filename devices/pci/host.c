/* SPDX-License-Identifier: MIT */
#include "devices/pci/host.h"

#include "devices/pci/lints.h"

enum { /* 0xcf8..0xcff */
       ADDRESS_OFFSET = 0,
       RESET_OFFSET = 1,
       DATA_OFFSET = 4,
       ADDRESS_BITS = 32,
       BYTE = 8
};

enum { /* fields of CONFIG_ADDRESS */
       REGISTER_MASK = 0xfc,
       FUNCTION_LSB = 8,
       DEVICE_LSB = 11,
       BUS_LSB = 16,
       BUS_MASK = 0xff,
       DEVICE_MASK = PCI_MODEL_N_DEVICES - 1,
       FUNCTION_MASK = PCI_MODEL_N_FUNCTIONS - 1
};

enum { /* of an ECAM offset (PCI Express 1.1 7.2.2) */
       ECAM_FUNCTION_LSB = 12,
       ECAM_DEVICE_LSB = 15,
       ECAM_BUS_LSB = 20
};

#define CONFIG_ENABLE UINT64_C(0x80000000)

/* clang-format off: keep the columns of the table */
const struct reg_desc pci_host_regs[PCI_MODEL_HOST_N_REGS] = {
	[PCI_MODEL_HOST_CONFIG_ADDRESS] = { "CONFIG_ADDRESS", 0, 32, REG_DIR_RW, 0, 0,
					    "unread: PCI 3.0 3.2.2.3.2",
					    REG_FIELDS({ "ZERO", 1, 0, REG_RO },
						       { "REGISTER", 7, 2, REG_RW },
						       { "FUNCTION", 10, 8, REG_RW },
						       { "DEVICE", 15, 11, REG_RW },
						       { "BUS", 23, 16, REG_RW },
						       { "ENABLE", 31, 31, REG_RW }) },
};
/* clang-format on */

/* ---- functions by bus, device and function number ---- */

/* The bus of a function. 0 behind a bridge that has no number yet: the function cannot be found. */
static unsigned bus_of(const struct pci_model_function *fn)
{
	const struct pci_model_function *bridge = fn->config.bridge;

	return bridge ? (unsigned)bridge->dev.reg[PCI_MODEL_SECONDARY_BUS] : 0;
}

/* Does every bridge above it forward accesses to this bus? */
static bool reached(const struct pci_model_function *fn, unsigned bus)
{
	for (const struct pci_model_function *b = fn->config.bridge; b; b = b->config.bridge)
		if (bus < b->dev.reg[PCI_MODEL_SECONDARY_BUS] ||
		    bus > b->dev.reg[PCI_MODEL_SUBORDINATE_BUS])
			return false;
	return !fn->config.bridge || bus > 0;
}

struct pci_model_function *pci_model_host_find(const struct pci_model_host *host, unsigned bus,
					       unsigned device, unsigned function)
{
	for (unsigned i = 0; i < host->n_functions; i++) {
		struct pci_model_function *fn = host->function[i];
		if (fn->config.device == device && fn->config.function == function &&
		    bus_of(fn) == bus && reached(fn, bus))
			return fn;
	}
	return NULL;
}

static struct device *config_of(const struct pci_model_host *host, unsigned bus, unsigned device,
				unsigned function, uint64_t offset)
{
	struct pci_model_function *fn = pci_model_host_find(host, bus, device, function);

	if (!fn || (offset >= PCI_MODEL_CONFIG_SIZE && !fn->config.extended)) return NULL;
	return &fn->dev;
}

/* ---- configuration mechanism 1 ---- */

static struct device *decode_data(struct pci_model_host *host, uint64_t *offset)
{
	uint64_t address = host->s.reg[PCI_MODEL_HOST_CONFIG_ADDRESS];

	if (!(address & CONFIG_ENABLE)) {
		device_lint(&host->dev, &pci_host_lints[PCI_HOST_LINT_DISABLED], NULL, address,
			    "accessed while CONFIG_ADDRESS is not enabled");
		return NULL;
	}
	*offset = (address & REGISTER_MASK) + (*offset - DATA_OFFSET);
	return config_of(host, address >> BUS_LSB & BUS_MASK, address >> DEVICE_LSB & DEVICE_MASK,
			 address >> FUNCTION_LSB & FUNCTION_MASK, *offset);
}

static struct device *host_decode(struct device *dev, uint64_t *offset, unsigned width, bool write)
{
	struct pci_model_host *host = (struct pci_model_host *)dev;

	(void)write;
	if (*offset >= DATA_OFFSET) return decode_data(host, offset);
	if (*offset == ADDRESS_OFFSET && width == ADDRESS_BITS) return dev;
	if (*offset == RESET_OFFSET && width == BYTE) return host->wire.reset_port;
	if (width != BYTE)
		device_lint(dev, &pci_host_lints[PCI_HOST_LINT_WIDTH], NULL, width,
			    "%u-bit access at 0xcf%x, where only 32 bits at 0xcf8 are "
			    "CONFIG_ADDRESS",
			    width, 8 + (unsigned)*offset);
	return NULL;
}

static void reset_device(struct device *dev) { pci_model_host_reset((struct pci_model_host *)dev); }

static void settle_device(struct device *dev)
{
	pci_model_host_settle((struct pci_model_host *)dev);
}

const struct device_ops pci_model_host_ops = {
	.name = "pci_host",
	.about = &pci_host_about,
	.regs = pci_host_regs,
	.n_regs = PCI_MODEL_HOST_N_REGS,
	.decode = host_decode,
	.reset = reset_device,
	.settle = settle_device,
};

/* ---- ECAM ---- */

static struct pci_model_host *of_ecam(struct device *dev)
{
	return (struct pci_model_host *)((char *)dev - offsetof(struct pci_model_host, ecam));
}

static struct device *ecam_decode(struct device *dev, uint64_t *offset, unsigned width, bool write)
{
	const struct pci_model_host *host = of_ecam(dev);
	uint64_t at = *offset;

	(void)write;
	*offset = at & (PCI_MODEL_EXTENDED_SIZE - 1);
	if (at % 4 + width / BYTE > 4)
		device_lint(dev, &pci_ecam_lints[PCI_ECAM_LINT_DOUBLEWORD], NULL, at,
			    "%u-bit access at offset 0x%llx crosses a doubleword", width,
			    (unsigned long long)at);
	return config_of(host, (unsigned)(at >> ECAM_BUS_LSB) & BUS_MASK,
			 at >> ECAM_DEVICE_LSB & DEVICE_MASK,
			 at >> ECAM_FUNCTION_LSB & FUNCTION_MASK, *offset);
}

const struct device_ops pci_model_ecam_ops = {
	.name = "pci_ecam",
	.about = &pci_ecam_about,
	.decode = ecam_decode,
};

/* ---- where BARs can be mapped ---- */

static bool inside(uint64_t base, uint64_t size, uint64_t outer, uint64_t outer_size)
{
	return size && base >= outer && size <= outer_size && base - outer <= outer_size - size;
}

static bool in_windows(const struct pci_model_window *w, uint64_t base, uint64_t size)
{
	for (unsigned i = 0; i < PCI_MODEL_HOST_N_WINDOWS; i++)
		if (inside(base, size, w[i].base, w[i].size)) return true;
	return false;
}

static bool over_memory(const struct mem *mem, uint64_t base, uint64_t size)
{
	for (size_t i = 0; mem && i < mem->n_regions; i++) {
		const struct mem_region *r = &mem->region[i];
		if (base <= r->base + (r->size - 1) && r->base <= base + (size - 1)) return true;
	}
	return false;
}

/* A bridge's window: base and limit registers hold the upper bits. If base is above limit the
 * window is closed. */
static bool in_window(uint64_t base, uint64_t size, uint64_t first, uint64_t last)
{
	return first <= last && base >= first && size - 1 <= last - first &&
	       base - first <= last - first - (size - 1);
}

static bool passes_memory(const struct pci_model_function *bridge, uint64_t base, uint64_t size)
{
	const uint64_t *r = bridge->dev.reg;
	const uint64_t high = 0xfff0, granule = 0xfffff;
	uint64_t first = (r[PCI_MODEL_MEMORY_BASE] & high) << 16;
	uint64_t last = (r[PCI_MODEL_MEMORY_LIMIT] & high) << 16 | granule;

	if (in_window(base, size, first, last)) return true;
	first = (r[PCI_MODEL_PREFETCH_BASE] & high) << 16 | r[PCI_MODEL_PREFETCH_BASE_UPPER] << 32;
	last = (r[PCI_MODEL_PREFETCH_LIMIT] & high) << 16 | granule |
	       r[PCI_MODEL_PREFETCH_LIMIT_UPPER] << 32;
	return in_window(base, size, first, last);
}

static bool passes_ports(const struct pci_model_function *bridge, uint64_t base, uint64_t size)
{
	const uint64_t *r = bridge->dev.reg;
	const uint64_t high = 0xf0, granule = 0xfff;

	return in_window(base, size, (r[PCI_MODEL_IO_BASE] & high) << 8,
			 (r[PCI_MODEL_IO_LIMIT] & high) << 8 | granule);
}

/* Do the bridges above it forward the range? */
static bool passed(const struct pci_model_function *fn, enum bus_space space, uint64_t base,
		   uint64_t size)
{
	uint64_t enable = space == BUS_PORT ? PCI_MODEL_COMMAND_IO : PCI_MODEL_COMMAND_MEMORY;

	for (const struct pci_model_function *b = fn->config.bridge; b; b = b->config.bridge) {
		if (!(b->dev.reg[PCI_MODEL_COMMAND] & enable)) return false;
		if (space == BUS_PORT ? !passes_ports(b, base, size)
				      : !passes_memory(b, base, size))
			return false;
	}
	return true;
}

/* ---- mapping ---- */

struct refusal {
	const struct lint_desc *lint;
	const char *detail;
};

/* Map a BAR. NULL: success. */
static const struct refusal *map_bar(struct pci_model_host *host,
				     const struct pci_model_function *fn, unsigned n, uint64_t base)
{
	static const struct refusal over_ram = { &pci_function_lints[PCI_FUNCTION_LINT_OVER_RAM],
						 "lies over memory" };
	static const struct refusal outside = {
		&pci_function_lints[PCI_FUNCTION_LINT_OUTSIDE_WINDOW],
		"is outside the addresses that the host bridge sends to the PCI bus"
	};
	static const struct refusal closed = { &pci_function_lints[PCI_FUNCTION_LINT_BRIDGE],
					       "is not forwarded by its bridge" };
	static const struct refusal overlap = { &pci_function_lints[PCI_FUNCTION_LINT_OVERLAP],
						"overlaps another device" };
	const struct pci_model_bar *bar = &fn->bar[n];
	enum bus_space space = pci_model_bar_space(fn, n);
	bool io = space == BUS_PORT;

	if (!io && over_memory(host->wire.mem, base, bar->size)) return &over_ram;
	if (!in_windows(io ? host->wire.port : host->wire.memory, base, bar->size)) return &outside;
	if (!passed(fn, space, base, bar->size)) return &closed;
	if (bus_map(host->wire.bus, space, base, bar->size, bar->target.dev, bar->target.offset))
		return &overlap;
	return NULL;
}

/* Each kind of fault is reported once: when the guest moves or enables this BAR, or when another
 * one comes to overlap it. */
static void place_bar(struct pci_model_host *host, struct pci_model_function *fn, unsigned n,
		      bool silent)
{
	struct pci_model_bar *bar = &fn->bar[n];
	const struct pci_model_bar before = *bar;
	const struct refusal *no = NULL;

	bar->enabled = pci_model_bar_wanted(fn, n, &bar->base);
	bar->mapped = false;
	if (!bar->enabled) return;
	no = map_bar(host, fn, n, bar->base);
	bar->mapped = !no;
	if (!no || silent) return;
	if (before.enabled && before.base == bar->base && !before.mapped) return;
	device_lint(&fn->dev, no->lint, fn->config.ops->regs[PCI_MODEL_BAR0 + n].name, bar->base,
		    "0x%llx bytes at 0x%llx: it %s", (unsigned long long)bar->size,
		    (unsigned long long)bar->base, no->detail);
}

static void unmap_function(const struct pci_model_host *host, const struct pci_model_function *fn)
{
	for (unsigned n = 0; n < PCI_MODEL_N_BARS; n++)
		if (fn->bar[n].mapped)
			bus_unmap(host->wire.bus, pci_model_bar_space(fn, n),
				  fn->bar[n].target.dev);
}

static const char *map_ecam(struct pci_model_host *host)
{
	if (!host->ecam_size) return NULL;
	if (over_memory(host->wire.mem, host->ecam_base, host->ecam_size))
		return "lies over memory";
	if (bus_map(host->wire.bus, BUS_MEMORY, host->ecam_base, host->ecam_size, &host->ecam, 0))
		return "overlaps another device";
	return NULL;
}

void pci_model_host_yield(struct pci_model_host *host)
{
	for (unsigned i = 0; i < host->n_functions; i++) unmap_function(host, host->function[i]);
}

/* All BARs are unmapped, then mapped in order. So the result depends only on the registers. */
static const char *remap(struct pci_model_host *host, bool silent)
{
	const char *fault;

	pci_model_host_yield(host);
	bus_unmap(host->wire.bus, BUS_MEMORY, &host->ecam);
	fault = map_ecam(host);
	for (unsigned i = 0; i < host->n_functions; i++)
		for (unsigned n = 0; n < PCI_MODEL_N_BARS; n++)
			place_bar(host, host->function[i], n, silent);
	for (unsigned i = 0; i < host->n_functions; i++)
		if (host->function[i]->config.moved)
			host->function[i]->config.moved(host->function[i]);
	return fault;
}

void pci_model_host_remap(struct pci_model_host *host) { (void)remap(host, false); }

const char *pci_model_host_set_ecam(struct pci_model_host *host, uint64_t base, uint64_t size)
{
	host->ecam_base = base;
	host->ecam_size = size;
	return remap(host, false);
}

/* ---- interrupts and messages ---- */

/* Each bridge on the way rotates the pins by the device number (PCI-to-PCI Bridge 1.2 9.1). */
static void root_pin(const struct pci_model_function *fn, unsigned *device, unsigned *pin)
{
	*pin = (unsigned)fn->dev.reg[PCI_MODEL_INTERRUPT_PIN] - 1;
	for (; fn->config.bridge; fn = fn->config.bridge)
		*pin = (*pin + fn->config.device) % PCI_MODEL_N_PINS;
	*device = fn->config.device;
}

static bool pin_driven(const struct pci_model_host *host, unsigned device, unsigned pin)
{
	for (unsigned i = 0; i < host->n_functions; i++) {
		unsigned d, p;
		if (!pci_model_intx_driven(host->function[i])) continue;
		root_pin(host->function[i], &d, &p);
		if (d == device && p == pin) return true;
	}
	return false;
}

void pci_model_host_intx(struct pci_model_host *host, const struct pci_model_function *fn)
{
	unsigned device, pin;

	if (!host->wire.intx || !fn->dev.reg[PCI_MODEL_INTERRUPT_PIN]) return;
	root_pin(fn, &device, &pin);
	host->wire.intx(host->wire.ctx, device, pin, pin_driven(host, device, pin));
}

static bool may_master(void *ctx) { return pci_model_function_masters(ctx); }

static bool message(void *ctx, uint64_t addr, uint32_t data)
{
	const struct pci_model_function *fn = ctx;
	const struct pci_model_host_wiring *w = &fn->host->wire;

	return w->message && w->message(w->ctx, addr, data);
}

/* ---- initialisation and reset ---- */

void pci_model_host_init(struct pci_model_host *host, const char *instance, const struct hub *hub,
			 const struct pci_model_host_wiring *wire)
{
	*host = (struct pci_model_host){ .wire = *wire };
	device_init(&host->dev, &pci_model_host_ops, instance, hub, host->s.reg, &host->s,
		    sizeof(host->s));
	host->ecam = (struct device){ .ops = &pci_model_ecam_ops, .instance = "ecam", .hub = hub };
}

const char *pci_model_host_map(struct pci_model_host *host)
{
	return bus_map(host->wire.bus, BUS_PORT, PCI_MODEL_HOST_PORT_BASE, PCI_MODEL_HOST_PORT_SIZE,
		       &host->dev, 0);
}

static unsigned place(const struct pci_model_function *fn)
{
	return fn->config.device * PCI_MODEL_N_FUNCTIONS + fn->config.function;
}

const char *pci_model_host_add(struct pci_model_host *host, struct pci_model_function *fn)
{
	unsigned at = host->n_functions;

	if (at == PCI_MODEL_HOST_MAX_FUNCTIONS) return "too many PCI functions";
	if (fn->config.device >= PCI_MODEL_N_DEVICES ||
	    fn->config.function >= PCI_MODEL_N_FUNCTIONS)
		return "no such PCI device or function number";
	for (unsigned i = 0; i < at; i++)
		if (host->function[i]->config.bridge == fn->config.bridge &&
		    place(host->function[i]) == place(fn))
			return "two PCI functions in one place";
	for (; at > 0 && place(host->function[at - 1]) > place(fn); at--)
		host->function[at] = host->function[at - 1];
	host->function[at] = fn;
	host->n_functions++;
	fn->host = host;
	fn->dma = (struct dma_port){ .dev = &fn->dev,
				     .mem = host->wire.mem,
				     .gate = may_master,
				     .message = message,
				     .ctx = fn,
				     .address_bits = fn->config.address_bits };
	return NULL;
}

void pci_model_host_reset(struct pci_model_host *host)
{
	reg_table_reset(pci_host_regs, PCI_MODEL_HOST_N_REGS, host->s.reg);
}

void pci_model_host_settle(struct pci_model_host *host) { (void)remap(host, true); }
