/* SPDX-License-Identifier: MIT */
/* A VGA with any accesses to its registers and its memory, then its picture and its text. The first
 * byte is the mode it starts in; then each access has a byte that says what, and five of address
 * and value. */
#include <stdlib.h>
#include <string.h>

#include "devices/vga/modes.h"
#include "devices/vga/picture.h"
#include "devices/vga/planes.h"
#include "emu/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEP = 6, PORTS = 0x30, PORT_BASE = 0x3b0, SENTINEL = 0x5a, MAX_STEPS = 4096 };
enum {
	PICTURE_MAX =
		VGA_MODEL_PICTURE_MAX_WIDTH * VGA_MODEL_PICTURE_MAX_HEIGHT * DISPLAY_BYTES_PER_PIXEL
};

static struct clock vclock;
static struct bus bus;
static struct mem memory;
static struct vga_model vga;
static uint8_t *rgb;
static char text[DISPLAY_TEXT_MAX];

static void start(uint8_t byte)
{
	const struct vga_model_mode *mode = vga_model_mode(byte & 0x1f);
	static bool ready;

	if (!ready) {
		clock_init(&vclock);
		bus_init(&bus, NULL, &vclock);
		if (mem_init(&memory, 1 << 20, UINT64_C(1) << 32) ||
		    vga_model_init(&vga, "vga", NULL, &vclock, &memory) ||
		    vga_model_map(&vga, &bus))
			abort();
		rgb = malloc(PICTURE_MAX + 1);
		if (!rgb) abort();
		ready = true;
	}
	clock_init(&vclock);
	vga_model_reset(&vga);
	if (mode) vga_model_set_mode(&vga, mode);
}

/* An index and its register at once, or any port, or memory of the window. */
static void step(const uint8_t *at)
{
	static const uint16_t indexed[] = { 0x3c4, 0x3ce, 0x3d4, 0x3b4 };
	const unsigned width = 8u << (at[0] >> 4 & 3);
	const uint64_t value = get_le32(at + 2) * UINT64_C(0x100000001);
	const uint64_t place = 0xa0000u + ((uint32_t)get_le16(at + 1) << 1 | (at[0] >> 6 & 1u));
	const uint16_t port = PORT_BASE + at[1] % PORTS;

	switch (at[0] & 7) {
	case 0:
	case 1: bus_write(&bus, BUS_PORT, indexed[at[1] & 3], 16, get_le16(at + 2)); break;
	case 2: bus_write(&bus, BUS_PORT, port, 8, at[2]); break;
	case 3: (void)bus_read(&bus, BUS_PORT, port, width > 32 ? 32 : width); break;
	case 4: /* an attribute register */
		(void)bus_read(&bus, BUS_PORT, 0x3da, 8);
		bus_write(&bus, BUS_PORT, 0x3c0, 8, at[1]);
		bus_write(&bus, BUS_PORT, 0x3c0, 8, at[2]);
		break;
	case 5: (void)bus_read(&bus, BUS_MEMORY, place, width); break;
	default: bus_write(&bus, BUS_MEMORY, place, width, value); break;
	}
	clock_advance(&vclock, (uint64_t)at[5] << 10);
}

/* The picture has the size that was announced, and says the same twice. */
static void look(void)
{
	unsigned width, height;

	vga_model_picture_size(&vga, &width, &height);
	size_t need = (size_t)width * height * DISPLAY_BYTES_PER_PIXEL;
	if (width == 0 || height == 0 || need > PICTURE_MAX) abort();
	rgb[need] = SENTINEL;
	if (need > 0 && vga_model_picture(&vga, rgb, need - 1)) abort();
	if (!vga_model_picture(&vga, rgb, need) || rgb[need] != SENTINEL) abort();
	size_t n = vga_model_text(&vga, text, sizeof(text));
	if (n >= sizeof(text) || strlen(text) != n) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1) return -1;
	start(data[0]);
	data++;
	size--;
	for (unsigned i = 0; size >= STEP && i < MAX_STEPS; i++, data += STEP, size -= STEP)
		step(data);
	look();
	return 0;
}
