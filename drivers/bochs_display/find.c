/* SPDX-License-Identifier: MIT */
/* Finding the display, and its registers. */
#include "bimetal/pci_bar.h"
#include "internal.h"

/* The two ports: an index and, one further, the data; both 16 bits wide. */
#define INDEX ((struct io_wo16){ 0 })
#define DATA  ((struct io_rw16){ 1 })

enum { MAX_PORT = 0xffff, BYTES = 2 };

/* ---- the PCI function ---- */

static bool memory_bar(const struct pci_bar *bar)
{
	return (bar->kind == PCI_BAR_MEMORY_32 || bar->kind == PCI_BAR_MEMORY_64) && bar->base != 0;
}

static enum bochs_display_status read_bars(const struct pci *pci, struct bochs_display_place *found)
{
	struct pci_bar memory, registers;

	if (pci_bar(pci, found->place, BOCHS_DISPLAY_MEMORY_BAR, &memory) != PCI_OK ||
	    pci_bar(pci, found->place, BOCHS_DISPLAY_REGISTERS_BAR, &registers) != PCI_OK)
		return BOCHS_DISPLAY_PCI;
	if (!memory_bar(&memory)) return BOCHS_DISPLAY_PCI;
	found->framebuffer = memory.base;
	found->framebuffer_size = memory.size;
	found->registers = memory_bar(&registers) ? registers.base : 0;
	found->registers_size = memory_bar(&registers) ? registers.size : 0;
	return pci_command(pci, found->place, 0, PCI_COMMAND_MEMORY | PCI_COMMAND_IO) == PCI_OK
		       ? BOCHS_DISPLAY_OK
		       : BOCHS_DISPLAY_PCI;
}

enum bochs_display_status bochs_display_find(const struct pci *pci,
					     struct bochs_display_place *place)
{
	struct pci_walk walk;
	struct pci_function function;

	if (!pci || !place) return BOCHS_DISPLAY_NULL;
	enum pci_status status = pci_walk(pci, &walk);
	while (status == PCI_OK) {
		status = pci_walk_next(&walk, &function);
		if (status == PCI_OK && function.vendor == BOCHS_DISPLAY_VENDOR &&
		    function.device == BOCHS_DISPLAY_DEVICE) {
			place->place = function.place;
			return read_bars(pci, place);
		}
	}
	return status == PCI_END ? BOCHS_DISPLAY_ABSENT : BOCHS_DISPLAY_PCI;
}

/* ---- registers ---- */

static struct io_rw16 register_at(enum bochs_display_register index)
{
	return (struct io_rw16){ BOCHS_DISPLAY_DISPI + BYTES * (unsigned)index };
}

uint16_t bochs_display_get(const struct bochs_display *display, enum bochs_display_register index)
{
	if (display->mapped) return io_read(display->registers, register_at(index));
	io_write(display->dispi, INDEX, (uint16_t)index);
	return io_read(display->dispi, DATA);
}

void bochs_display_put(const struct bochs_display *display, enum bochs_display_register index,
		       uint16_t value)
{
	if (display->mapped) {
		io_write(display->registers, register_at(index), value);
	} else {
		io_write(display->dispi, INDEX, (uint16_t)index);
		io_write(display->dispi, DATA, value);
	}
}

enum bochs_display_status bochs_display_read(const struct bochs_display *display,
					     enum bochs_display_register index, uint16_t *value)
{
	if (!display || !value) return BOCHS_DISPLAY_NULL;
	if ((unsigned)index >= BOCHS_DISPLAY_REGISTERS) return BOCHS_DISPLAY_BOUNDS;
	*value = bochs_display_get(display, index);
	return BOCHS_DISPLAY_OK;
}

enum bochs_display_status bochs_display_write(const struct bochs_display *display,
					      enum bochs_display_register index, uint16_t value)
{
	if (!display) return BOCHS_DISPLAY_NULL;
	if ((unsigned)index >= BOCHS_DISPLAY_REGISTERS) return BOCHS_DISPLAY_BOUNDS;
	bochs_display_put(display, index, value);
	return BOCHS_DISPLAY_OK;
}

/* ---- the handle ---- */

static enum bochs_display_status identify(struct bochs_display *display, struct bochs_display found)
{
	found.version = bochs_display_get(&found, BOCHS_DISPLAY_INDEX_ID);
	if (found.version < BOCHS_DISPLAY_ID0 || found.version > BOCHS_DISPLAY_ID5)
		return BOCHS_DISPLAY_ABSENT;
	if (found.version < BOCHS_DISPLAY_ID5) return BOCHS_DISPLAY_TOO_OLD;
	found.memory = (uint32_t)bochs_display_get(&found, BOCHS_DISPLAY_INDEX_MEMORY_64K) *
		       BOCHS_DISPLAY_UNIT;
	*display = found;
	return BOCHS_DISPLAY_OK;
}

static bool plain_memory(struct io io) { return io.space == IO_MEMORY && io.stride == 1; }

enum bochs_display_status bochs_display_init_ports(struct bochs_display *display, struct io ports,
						   struct io framebuffer)
{
	if (!display) return BOCHS_DISPLAY_NULL;
	if (ports.space != IO_PORT || ports.base >= MAX_PORT || !plain_memory(framebuffer))
		return BOCHS_DISPLAY_BAD_BASE;
	return identify(display, (struct bochs_display){ .dispi = ports,
							 .registers = framebuffer,
							 .framebuffer = framebuffer });
}

enum bochs_display_status bochs_display_init_memory(struct bochs_display *display,
						    struct io registers, struct io framebuffer)
{
	if (!display) return BOCHS_DISPLAY_NULL;
	if (!plain_memory(registers) || !plain_memory(framebuffer)) return BOCHS_DISPLAY_BAD_BASE;
	return identify(display, (struct bochs_display){ .dispi = registers,
							 .registers = registers,
							 .framebuffer = framebuffer,
							 .mapped = true });
}

struct io bochs_display_vga(const struct bochs_display *display)
{
	enum { FIRST_PORT = 0x3c0, BEFORE = FIRST_PORT - 0x3b0 /* VGA_PORTS */ };

	return io_elsewhere(display->registers, IO_MEMORY,
			    display->registers.base + BOCHS_DISPLAY_VGA - BEFORE, 1);
}
