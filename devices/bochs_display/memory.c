/* SPDX-License-Identifier: MIT */
/* The video memory: first the VGA's planes, then the function's own. */
#include <string.h>

#include "devices/bochs_display/internal.h"
#include "devices/vga/planes.h"

enum { BITS_PER_BYTE = 8 };

/* How many of `len` bytes from `offset` on are in the planes. */
static size_t in_planes(uint64_t offset, uint64_t len)
{
	uint64_t room = offset < VGA_MODEL_PLANES_SIZE ? VGA_MODEL_PLANES_SIZE - offset : 0;

	return (size_t)(len < room ? len : room);
}

uint64_t bochs_display_load(const struct bochs_display_model *d, uint64_t offset, unsigned width)
{
	uint8_t bytes[sizeof(uint64_t)] = { 0 };
	uint64_t value = 0;

	bochs_display_read(d, offset, bytes, width / BITS_PER_BYTE);
	for (unsigned i = 0; i < width / BITS_PER_BYTE; i++)
		value |= (uint64_t)bytes[i] << i * BITS_PER_BYTE;
	return value;
}

void bochs_display_store(struct bochs_display_model *d, uint64_t offset, unsigned width,
			 uint64_t value)
{
	for (unsigned i = 0; i < width / BITS_PER_BYTE; i++, offset++) {
		uint8_t byte = (uint8_t)(value >> i * BITS_PER_BYTE);

		if (offset < VGA_MODEL_PLANES_SIZE)
			vga_model_planes(d->vga)[offset] = byte;
		else
			mem_device_write(d->memory, offset, &byte, 1);
	}
}

void bochs_display_read(const struct bochs_display_model *d, uint64_t offset, void *buf, size_t len)
{
	size_t n = in_planes(offset, len);

	if (n) memcpy(buf, vga_model_planes_const(d->vga) + offset, n);
	if (n < len) mem_device_read(d->memory, offset + n, (uint8_t *)buf + n, len - n);
}

void bochs_display_clear(struct bochs_display_model *d, uint64_t offset, uint64_t len)
{
	size_t n = in_planes(offset, len);

	if (n) memset(vga_model_planes(d->vga) + offset, 0, n);
	if (n < len) mem_device_set(d->memory, offset + n, 0, len - n);
}

/* In a banked mode the model answers, which reports the use of the linear framebuffer. */
void bochs_display_place_windows(struct bochs_display_model *d)
{
	const struct pci_model_bar *bar = &d->fn.bar[BOCHS_DISPLAY_MODEL_FRAMEBUFFER_BAR];
	struct bochs_display_model_mode mode;
	bool banked = bochs_display_model_mode(d, &mode) && !mode.lfb;

	if (!bar->mapped || banked || bar->size <= VGA_MODEL_PLANES_SIZE) {
		mem_window_hide(d->linear);
		return;
	}
	(void)mem_window_show(d->linear, bar->base + VGA_MODEL_PLANES_SIZE, VGA_MODEL_PLANES_SIZE,
			      bar->size - VGA_MODEL_PLANES_SIZE, MEM_WINDOW_ALL);
}
