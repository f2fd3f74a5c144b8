/* SPDX-License-Identifier: MIT */
/* INT 1Ah AH=B1h: PCI BIOS Specification 2.1, on a machine whose functions are all on bus 0. */
#include "harness/firmware/bios/internal.h"

enum pci_status {
	SUCCESSFUL = 0x00,
	FUNC_NOT_SUPPORTED = 0x81,
	BAD_VENDOR_ID = 0x83,
	DEVICE_NOT_FOUND = 0x86,
	BAD_REGISTER_NUMBER = 0x87
};

enum {
	CONFIG_ADDRESS = 0xcf8,
	CONFIG_DATA = 0xcfc,
	N_FUNCTIONS = 256, /* of a bus */
	CONFIG_SIZE = 256,
	REG_ID = 0x00,
	REG_CLASS = 0x08,
	REG_HEADER = 0x0e,
	MULTIFUNCTION = 0x80,
	NO_VENDOR = 0xffff
};

#define CONFIG_ENABLE UINT32_C(0x80000000)

/* ---- configuration space, by mechanism 1 ---- */

static void select(struct bios *b, unsigned bus_and_function, unsigned reg)
{
	bus_write(b->wire.bus, BUS_PORT, CONFIG_ADDRESS, 32,
		  CONFIG_ENABLE | bus_and_function << 8 | (reg & 0xfc));
}

static uint32_t config_read(struct bios *b, unsigned bus_and_function, unsigned reg, unsigned width)
{
	select(b, bus_and_function, reg);
	return (uint32_t)bus_read(b->wire.bus, BUS_PORT, CONFIG_DATA + (reg & 3), width);
}

static void config_write(struct bios *b, unsigned bus_and_function, unsigned reg, unsigned width,
			 uint32_t value)
{
	select(b, bus_and_function, reg);
	bus_write(b->wire.bus, BUS_PORT, CONFIG_DATA + (reg & 3), width, value);
}

/* ---- finding ---- */

/* What the searches by id and by class compare. */
struct wanted {
	unsigned reg;
	uint32_t value, shift;
};

/* The next function after this one. A device has others only if its function 0 says so. */
static unsigned next_function(struct bios *b, unsigned devfn)
{
	bool first = devfn % 8 == 0;

	if (!first) return devfn + 1;
	if (config_read(b, devfn, REG_ID, 16) == NO_VENDOR) return devfn + 8;
	return config_read(b, devfn, REG_HEADER, 8) & MULTIFUNCTION ? devfn + 1 : devfn + 8;
}

static enum pci_status find(struct bios *b, struct bios_call *c, const struct wanted *w)
{
	unsigned left = bios_word(c, CPU_RSI);

	for (unsigned devfn = 0; devfn < N_FUNCTIONS; devfn = next_function(b, devfn)) {
		if (config_read(b, devfn, REG_ID, 16) == NO_VENDOR) continue;
		if (config_read(b, devfn, w->reg, 32) >> w->shift != w->value) continue;
		if (left--) continue;
		bios_set_word(c, CPU_RBX, devfn);
		return SUCCESSFUL;
	}
	return DEVICE_NOT_FOUND;
}

static enum pci_status find_device(struct bios *b, struct bios_call *c)
{
	unsigned vendor = bios_word(c, CPU_RDX);
	struct wanted w = { .reg = REG_ID,
			    .value = (uint32_t)bios_word(c, CPU_RCX) << 16 | vendor };

	return vendor == NO_VENDOR ? BAD_VENDOR_ID : find(b, c, &w);
}

static enum pci_status find_class(struct bios *b, struct bios_call *c)
{
	struct wanted w = { .reg = REG_CLASS,
			    .value = (uint32_t)c->regs->gpr[CPU_RCX] & 0xffffff,
			    .shift = 8 };

	return find(b, c, &w);
}

/* ---- reading and writing ---- */

static enum pci_status read_register(struct bios *b, struct bios_call *c, unsigned width)
{
	unsigned function = bios_word(c, CPU_RBX), reg = bios_word(c, CPU_RDI);
	uint32_t value;

	if (reg >= CONFIG_SIZE || reg % (width / 8)) return BAD_REGISTER_NUMBER;
	value = config_read(b, function, reg, width);
	if (width == 8)
		bios_set_low(c, CPU_RCX, value);
	else if (width == 16)
		bios_set_word(c, CPU_RCX, value);
	else
		bios_set_dword(c, CPU_RCX, value);
	return SUCCESSFUL;
}

static enum pci_status write_register(struct bios *b, const struct bios_call *c, unsigned width)
{
	unsigned function = bios_word(c, CPU_RBX), reg = bios_word(c, CPU_RDI);
	uint32_t mask = width == 32 ? UINT32_MAX : (UINT32_C(1) << width) - 1;

	if (reg >= CONFIG_SIZE || reg % (width / 8)) return BAD_REGISTER_NUMBER;
	config_write(b, function, reg, width, (uint32_t)c->regs->gpr[CPU_RCX] & mask);
	return SUCCESSFUL;
}

static enum pci_status present(struct bios_call *c)
{
	enum { MECHANISM_1 = 0x01, VERSION = 0x0210 };

	bios_set_dword(c, CPU_RDX, 0x20494350); /* "PCI " */
	bios_set_low(c, CPU_RAX, MECHANISM_1);
	bios_set_word(c, CPU_RBX, VERSION);
	bios_set_low(c, CPU_RCX, 0); /* the last bus */
	return SUCCESSFUL;
}

static enum pci_status run(struct bios *b, struct bios_call *c)
{
	switch (bios_low(c, CPU_RAX)) {
	case 0x01: return present(c);
	case 0x02: return find_device(b, c);
	case 0x03: return find_class(b, c);
	case 0x08: return read_register(b, c, 8);
	case 0x09: return read_register(b, c, 16);
	case 0x0a: return read_register(b, c, 32);
	case 0x0b: return write_register(b, c, 8);
	case 0x0c: return write_register(b, c, 16);
	case 0x0d: return write_register(b, c, 32);
	default: bios_unknown(b, c, "INT1A"); return FUNC_NOT_SUPPORTED;
	}
}

void bios_pci(struct bios *b, struct bios_call *c)
{
	enum pci_status status = run(b, c);

	bios_set_high(c, CPU_RAX, status);
	bios_set_flag(c, BIOS_CF, status != SUCCESSFUL);
}
