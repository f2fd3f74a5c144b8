/* SPDX-License-Identifier: MIT */
/* The Bochs display on a PCI bus, beside its VGA, with any accesses: registers by the ports and in
 * BAR2, BARs that move and go while they are in use, memory through the bus and through windows.
 * Then its picture. Each access has a byte that says what, and seven of place and value. */
#include <stdlib.h>
#include <string.h>

#include "devices/bochs_display/model.h"
#include "emu/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEP = 8, DEVICE = 4, MAX_STEPS = 4096, SENTINEL = 0x5a, MEBIBYTES = 1, RAM = 1 << 20 };
enum {
	PICTURE_MAX = BOCHS_DISPLAY_MODEL_MAX_XRES * BOCHS_DISPLAY_MODEL_MAX_YRES *
		      DISPLAY_BYTES_PER_PIXEL
};

static struct clock vclock;
static struct bus bus;
static struct mem memory;
static struct pci_model_host host;
static struct vga_model vga;
static struct bochs_display_model display;
static uint8_t *rgb;
static char text[DISPLAY_TEXT_MAX];

static void make(void)
{
	const struct pci_model_host_wiring wire = { .bus = &bus,
						    .mem = &memory,
						    .memory = { { 0xa0000, 0x20000 },
								{ 0xc0000000, 0x3ec00000 } },
						    .port = { { 0xd00, 0xf300 } } };

	clock_init(&vclock);
	bus_init(&bus, NULL, &vclock);
	if (mem_init(&memory, RAM, UINT64_C(1) << 32)) abort();
	pci_model_host_init(&host, "pci", NULL, &wire);
	if (pci_model_host_map(&host) || vga_model_init(&vga, "vga", NULL, &vclock, &memory) ||
	    vga_model_map(&vga, &bus) ||
	    bochs_display_model_init(&display, "display", NULL, &host, DEVICE, &vga, MEBIBYTES) ||
	    bus_map(&bus, BUS_PORT, BOCHS_DISPLAY_MODEL_PORT_BASE, BOCHS_DISPLAY_MODEL_PORTS_SIZE,
		    &display.ports, 0))
		abort();
	rgb = malloc(PICTURE_MAX + 1);
	if (!rgb) abort();
}

static void config(unsigned reg, unsigned width, uint32_t value)
{
	bus_write(&bus, BUS_PORT, 0xcf8, 32, 0x80000000 | DEVICE << 11 | (reg & 0xfcu));
	bus_write(&bus, BUS_PORT, 0xcfc + reg % 4, width, value);
}

static void start(void)
{
	static bool ready;

	if (!ready) make();
	ready = true;
	clock_init(&vclock);
	vga_model_reset(&vga);
	bochs_display_model_reset(&display);
	config(0x10, 32, 0xc0000000);
	config(0x18, 32, 0xd0000000);
	config(0x04, 16, 3);
	vga.s.attr_index = VGA_MODEL_ATTR_PAS;
}

/* Where a program could look for the memory: in the BARs as they are, at the VGA's window, over
 * their ends. */
static uint64_t place(const uint8_t *at)
{
	uint32_t offset = get_le32(at) & 0x1fffff;

	switch (at[3] & 3) {
	case 0: return 0xa0000 + offset % 0x20000;
	case 1: return display.fn.bar[2].base + offset % 0x1000;
	default: return display.fn.bar[0].base + offset;
	}
}

static void step(const uint8_t *at)
{
	const unsigned width = 8u << (at[0] >> 4 & 3);
	const uint64_t value = get_le32(at + 4) * UINT64_C(0x100000001);
	uint8_t bytes[8];

	switch (at[0] & 0xf) {
	case 0:
	case 1:
	case 2:
		bus_write(&bus, BUS_PORT, 0x1ce, 16, at[1] % 12);
		bus_write(&bus, BUS_PORT, 0x1cf, 16, get_le16(at + 4));
		break;
	case 3: /* a register in a likely range */
		bus_write(&bus, BUS_PORT, 0x1ce, 16, 1 + at[1] % 2);
		bus_write(&bus, BUS_PORT, 0x1cf, 16, get_le16(at + 4) & 0x3f8);
		break;
	case 4: /* a depth */
		bus_write(&bus, BUS_PORT, 0x1ce, 16, BOCHS_DISPLAY_MODEL_BPP);
		bus_write(&bus, BUS_PORT, 0x1cf, 16, at[4] & 0x3c);
		break;
	case 5: /* on and off */
		bus_write(&bus, BUS_PORT, 0x1ce, 16, BOCHS_DISPLAY_MODEL_ENABLE);
		bus_write(&bus, BUS_PORT, 0x1cf, 16, at[4] & 0xe3);
		break;
	case 6: (void)bus_read(&bus, BUS_PORT, 0x1cd + at[1] % 5, width > 32 ? 32 : width); break;
	case 7: config(at[1] & 0x3f, width > 32 ? 32 : width, get_le32(at + 4)); break;
	case 8: config(0x10 + (at[1] & 1) * 8u, 32, 0xc0000000 | get_le32(at + 4) >> 2); break;
	case 9: config(0x04, 16, at[4] & 7); break;
	case 10: bus_write(&bus, BUS_PORT, 0x3b0 + at[1] % 0x30, 8, at[4]); break;
	case 11: (void)bus_read(&bus, BUS_MEMORY, place(at + 1), width); break;
	case 12:
	case 13: bus_write(&bus, BUS_MEMORY, place(at + 1), width, value); break;
	case 14: (void)mem_read(&memory, place(at + 1), bytes, width / 8); break;
	default: (void)mem_write(&memory, place(at + 1), &value, width / 8); break;
	}
}

/* The picture has the size that was announced, and no byte more. */
static void look(void)
{
	struct display_end end = bochs_display_model_end(&display);
	unsigned width, height;

	end.ops->size(end.ctx, &width, &height);
	size_t need = (size_t)width * height * DISPLAY_BYTES_PER_PIXEL;
	if (width == 0 || height == 0 || need > PICTURE_MAX) abort();
	rgb[need] = SENTINEL;
	if (end.ops->rgb(end.ctx, rgb, need - 1)) abort();
	if (!end.ops->rgb(end.ctx, rgb, need) || rgb[need] != SENTINEL) abort();
	size_t n = end.ops->text(end.ctx, text, sizeof(text));
	if (n >= sizeof(text) || strlen(text) != n) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < STEP) return -1;
	start();
	for (unsigned i = 0; size >= STEP && i < MAX_STEPS; i++, data += STEP, size -= STEP)
		step(data);
	look();
	return 0;
}
