/* SPDX-License-Identifier: MIT */
/* The adapter of --device vga on the BIOS's board. */
#ifndef TESTS_UNIT_FIRMWARE_BIOS_DISPLAY_FIXTURE_H
#define TESTS_UNIT_FIRMWARE_BIOS_DISPLAY_FIXTURE_H

#include "bios_board.h"
#include "devices/bochs_display/model.h"
#include "devices/pci/host.h"

#define FRAMEBUFFER UINT64_C(0xe0000000)
#define REGISTERS   UINT64_C(0xef000000)

static struct pci_model_host host;
static struct bochs_display_model display;

/* Writes to the display's configuration space. */
static inline void bios_board_configure(unsigned reg, uint32_t value)
{
	device_write(&display.fn.dev, reg, 32, value, NULL, NULL);
}

/* Plugs it in, on a board that has power, with its framebuffer at FRAMEBUFFER. */
static inline const char *bios_board_display(unsigned mebibytes)
{
	enum { SLOT = 4, BAR0 = 0x10, BAR2 = 0x18, COMMAND = 0x04, IO_AND_MEMORY = 3 };
	struct pci_model_host_wiring wire = { .bus = &bus,
					      .mem = &mem,
					      .memory = { { FRAMEBUFFER, 0x10000000 } } };
	const struct {
		unsigned reg;
		uint32_t value;
	} config[] = { { BAR0, (uint32_t)FRAMEBUFFER },
		       { BAR2, (uint32_t)REGISTERS },
		       { COMMAND, IO_AND_MEMORY } };
	const char *fault;

	pci_model_host_init(&host, "pci", &hub, &wire);
	fault = bochs_display_model_init(&display, "display", &hub, &host, SLOT, &vga, mebibytes);
	if (!fault)
		fault = bus_map(&bus, BUS_PORT, BOCHS_DISPLAY_MODEL_PORT_BASE,
				BOCHS_DISPLAY_MODEL_PORTS_SIZE, &display.ports, 0);
	for (size_t i = 0; !fault && i < ARRAY_SIZE(config); i++) {
		bios_board_configure(config[i].reg, config[i].value);
	}
	vga_model_set_text_mode(&vga);
	bios.wire.display = &display;
	return fault;
}

#endif
