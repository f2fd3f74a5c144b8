/* SPDX-License-Identifier: MIT */
#include "devices/bochs_display/model.h"

#include "devices/bochs_display/internal.h"
#include "devices/bochs_display/lints.h"

enum {
	PORT_INDEX_REG = BOCHS_DISPLAY_MODEL_PORT_INDEX,
	VGA_OFFSET = BOCHS_DISPLAY_MODEL_VGA_PORT - VGA_MODEL_PORT_BASE
};
#define MIB (UINT64_C(1) << 20)

#define MODEL_OF(dev, member)                                                                      \
	((struct bochs_display_model *)(void *)((char *)(dev)-offsetof(struct bochs_display_model, \
								       member)))

/* ---- the ports ---- */

static bool selects(const struct bochs_display_model *d, enum bochs_display_model_index *index)
{
	uint64_t value = d->s.port[PORT_INDEX_REG];

	*index = (enum bochs_display_model_index)value;
	if (value < BOCHS_DISPLAY_MODEL_N_INDICES) return true;
	device_lint(&d->ports, &bochs_display_lints[BOCHS_DISPLAY_LINT_INDEX], "DATA", value,
		    "there is no register %u", (unsigned)value);
	return false;
}

static uint64_t port_read(struct device *dev, unsigned row, unsigned n, uint64_t stored)
{
	const struct bochs_display_model *d = MODEL_OF(dev, ports);
	enum bochs_display_model_index index;

	(void)n;
	if (row != BOCHS_DISPLAY_MODEL_PORT_DATA) return stored;
	return selects(d, &index) ? bochs_display_model_get(d, index) : 0;
}

static void port_write(struct device *dev, unsigned row, unsigned n, const struct reg_write *w)
{
	struct bochs_display_model *d = MODEL_OF(dev, ports);
	enum bochs_display_model_index index;

	(void)n;
	if (row == BOCHS_DISPLAY_MODEL_PORT_DATA && selects(d, &index))
		bochs_display_model_set(d, index, (uint16_t)w->now);
}

static const struct reg_desc *behind(const struct device *dev, const struct reg_desc *reg)
{
	const struct bochs_display_model_state *s = dev->state;
	uint64_t index = s->port[PORT_INDEX_REG];

	if (reg != &bochs_display_model_ports[BOCHS_DISPLAY_MODEL_PORT_DATA]) return NULL;
	return index < BOCHS_DISPLAY_MODEL_N_INDICES ? &bochs_display_regs[index] : NULL;
}

const struct device_ops bochs_display_model_port_ops = {
	.name = "bochs_display",
	.about = &bochs_display_about,
	.regs = bochs_display_model_ports,
	.n_regs = BOCHS_DISPLAY_MODEL_N_PORTS,
	.read = port_read,
	.write = port_write,
	.behind = behind,
};

/* ---- BAR2 ---- */

static uint64_t registers_read(struct device *dev, unsigned row, unsigned n, uint64_t stored)
{
	const struct bochs_display_model *d = MODEL_OF(dev, registers);

	if (row == BOCHS_DISPLAY_MODEL_EDID) return n < sizeof(d->edid) ? d->edid[n] : 0;
	if (row >= BOCHS_DISPLAY_MODEL_N_INDICES) return stored;
	return bochs_display_dispi_read(d, (enum bochs_display_model_index)row);
}

static uint64_t *endianness(struct bochs_display_model *d)
{
	return &d->s.reg[reg_table_slot(bochs_display_regs, BOCHS_DISPLAY_MODEL_ENDIANNESS)];
}

static void endianness_written(struct bochs_display_model *d, const struct reg_write *w)
{
	if (w->now == BOCHS_DISPLAY_MODEL_LITTLE_ENDIAN || w->now == BOCHS_DISPLAY_MODEL_BIG_ENDIAN)
		return;
	*endianness(d) = w->old;
	device_lint(&d->registers, &bochs_display_lints[BOCHS_DISPLAY_LINT_ENDIANNESS], NULL,
		    w->now, "0x%llx is no byte order", (unsigned long long)w->now);
}

bool bochs_display_model_big_endian(const struct bochs_display_model *d)
{
	return d->s.reg[reg_table_slot(bochs_display_regs, BOCHS_DISPLAY_MODEL_ENDIANNESS)] ==
	       BOCHS_DISPLAY_MODEL_BIG_ENDIAN;
}

static void registers_write(struct device *dev, unsigned row, unsigned n, const struct reg_write *w)
{
	struct bochs_display_model *d = MODEL_OF(dev, registers);

	(void)n;
	if (row < BOCHS_DISPLAY_MODEL_N_INDICES)
		bochs_display_dispi_written(d, (enum bochs_display_model_index)row, w);
	else if (row == BOCHS_DISPLAY_MODEL_ENDIANNESS)
		endianness_written(d, w);
}

/* The VGA's own ports are here too. */
static struct device *registers_decode(struct device *dev, uint64_t *offset, unsigned width,
				       bool write)
{
	uint64_t port = *offset - BOCHS_DISPLAY_MODEL_VGA_OFFSET;

	(void)width;
	(void)write;
	if (port >= BOCHS_DISPLAY_MODEL_VGA_SIZE) return dev;
	*offset = VGA_OFFSET + port;
	return &MODEL_OF(dev, registers)->vga->dev;
}

const struct device_ops bochs_display_model_registers_ops = {
	.name = "bochs_display",
	.about = &bochs_display_about,
	.regs = bochs_display_regs,
	.n_regs = BOCHS_DISPLAY_MODEL_N_ROWS,
	.read = registers_read,
	.write = registers_write,
	.decode = registers_decode,
};

/* ---- BAR0 ---- */

/* Once for each mode; after that the CPU has the memory itself. */
static void check_linear(struct bochs_display_model *d, uint64_t offset)
{
	struct bochs_display_model_mode mode;

	if (d->s.banked_told || !bochs_display_model_mode(d, &mode) || mode.lfb) return;
	d->s.banked_told = true;
	bochs_display_place_windows(d);
	device_lint(&d->framebuffer,
		    &bochs_display_framebuffer_lints[BOCHS_DISPLAY_FRAMEBUFFER_LINT_BANKED], NULL,
		    offset, "access at offset 0x%llx of the linear framebuffer in a banked mode",
		    (unsigned long long)offset);
}

static uint64_t framebuffer_read(struct device *dev, uint64_t offset, unsigned width)
{
	struct bochs_display_model *d = MODEL_OF(dev, framebuffer);

	check_linear(d, offset);
	return mem_device_load(d->memory, offset, width);
}

static void framebuffer_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	struct bochs_display_model *d = MODEL_OF(dev, framebuffer);

	check_linear(d, offset);
	mem_device_store(d->memory, offset, width, value);
}

const struct device_ops bochs_display_model_framebuffer_ops = {
	.name = "bochs_display_framebuffer",
	.about = &bochs_display_framebuffer_about,
	.mem_read = framebuffer_read,
	.mem_write = framebuffer_write,
};

/* ---- the banks, in the VGA's window ---- */

/* The bits of an access that are in the bank. Those behind its end are not in the window. */
static unsigned in_bank(uint64_t offset, unsigned width)
{
	enum { BYTE_BITS = 8 };
	uint64_t room = BOCHS_DISPLAY_MODEL_BANK_SIZE - offset % BOCHS_DISPLAY_MODEL_BANK_SIZE;

	return width / BYTE_BITS <= room ? width : (unsigned)room * BYTE_BITS;
}

static uint64_t banks_read(struct device *dev, uint64_t offset, unsigned width)
{
	unsigned inside = in_bank(offset, width);
	uint64_t floating = inside < width ? UINT64_MAX << inside : 0;

	return mem_device_load(MODEL_OF(dev, banks)->memory, offset, inside) | floating;
}

static void banks_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	mem_device_store(MODEL_OF(dev, banks)->memory, offset, in_bank(offset, width), value);
}

const struct device_ops bochs_display_model_banks_ops = {
	.name = "bochs_display_banks",
	.about = &bochs_display_banks_about,
	.mem_read = banks_read,
	.mem_write = banks_write,
};

/* ---- the function ---- */

static void reset_device(struct device *dev)
{
	bochs_display_model_reset((struct bochs_display_model *)dev);
}

const struct device_ops bochs_display_model_config_ops = {
	.name = "bochs_display_config",
	.about = &bochs_display_config_about,
	.regs = bochs_display_config_regs,
	.n_regs = BOCHS_DISPLAY_MODEL_CONFIG_N_REGS,
	.write = pci_model_function_write,
	.reset = reset_device,
};

uint64_t bochs_display_model_framebuffer(const struct bochs_display_model *d)
{
	uint64_t base;

	return pci_model_bar_wanted(&d->fn, BOCHS_DISPLAY_MODEL_FRAMEBUFFER_BAR, &base) ? base : 0;
}

void bochs_display_model_reset(struct bochs_display_model *d)
{
	reg_table_reset(bochs_display_model_ports, BOCHS_DISPLAY_MODEL_N_PORTS, d->s.port);
	reg_table_reset(bochs_display_regs, BOCHS_DISPLAY_MODEL_N_ROWS, d->s.reg);
	vga_model_set_dac_8bit(d->vga, false);
	d->s.banked_told = false;
	pci_model_function_reset(&d->fn);
}

static void moved(struct pci_model_function *fn)
{
	bochs_display_place_windows((struct bochs_display_model *)fn);
}

const char *bochs_display_model_init(struct bochs_display_model *d, const char *instance,
				     const struct hub *hub, struct pci_model_host *host,
				     unsigned device, struct vga_model *vga, unsigned mebibytes)
{
	const struct pci_model_function_config config = {
		.ops = &bochs_display_model_config_ops,
		.instance = instance,
		.device = device,
		.bar = { [BOCHS_DISPLAY_MODEL_FRAMEBUFFER_BAR] = { .dev = &d->framebuffer,
								   .size = mebibytes * MIB },
			 [BOCHS_DISPLAY_MODEL_REGISTERS_BAR] = { .dev = &d->registers } },
		.moved = moved,
	};
	struct bochs_display_model_state *s = &d->s;
	const char *fault;

	*d = (struct bochs_display_model){ .vga = vga };
	fault = mem_device_resize(vga->memory, mebibytes * MIB);
	if (fault) return fault;
	d->memory = vga->memory;
	d->linear = mem_device_add_window(d->memory);
	if (!d->linear) return "the machine has no window left for its video memory";
	pci_model_function_init(&d->fn, &config, hub, s->config, s, sizeof(*s));
	device_init(&d->ports, &bochs_display_model_port_ops, instance, hub, s->port, s,
		    sizeof(*s));
	device_init(&d->registers, &bochs_display_model_registers_ops, instance, hub, s->reg, s,
		    sizeof(*s));
	d->framebuffer = (struct device){ .ops = &bochs_display_model_framebuffer_ops,
					  .instance = instance,
					  .hub = hub };
	d->banks = (struct device){ .ops = &bochs_display_model_banks_ops,
				    .instance = instance,
				    .hub = hub };
	fault = pci_model_host_add(host, &d->fn);
	if (fault) return fault;
	vga->extension = &bochs_display_extension;
	vga->extension_ctx = d;
	bochs_display_edid(d, d->edid);
	bochs_display_model_reset(d);
	return NULL;
}
