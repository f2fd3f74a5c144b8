/* SPDX-License-Identifier: MIT */
/* Where the guest sees the video memory: at BAR0, and in banks at the VGA's window. */
#include "devices/bochs_display/internal.h"
#include "devices/vga/window.h"

enum { PLANAR_BPP = 4 };

/* While a mode with more than 4 bits is on, a bank takes the place of the planes. */
static bool has_banks(const struct bochs_display_model *d)
{
	struct bochs_display_model_mode mode;

	return bochs_display_model_mode(d, &mode) && mode.bpp != PLANAR_BPP &&
	       d->vga->s.reg[VGA_MODEL_MISC] & VGA_MODEL_MISC_ERAM && vga_model_awake(d->vga);
}

static uint64_t bank_offset(const struct bochs_display_model *d)
{
	return d->s.reg[BOCHS_DISPLAY_MODEL_BANK] * BOCHS_DISPLAY_MODEL_BANK_SIZE;
}

static struct device *window(void *ctx, uint64_t *offset)
{
	struct bochs_display_model *d = ctx;

	if (*offset >= BOCHS_DISPLAY_MODEL_BANK_SIZE || !has_banks(d)) return NULL;
	*offset += bank_offset(d);
	return &d->banks;
}

static bool place(void *ctx, struct mem_window *plain)
{
	const struct bochs_display_model *d = ctx;

	if (!has_banks(d)) return false;
	(void)mem_window_show(plain, VGA_MODEL_MEMORY_BASE, bank_offset(d),
			      BOCHS_DISPLAY_MODEL_BANK_SIZE, MEM_WINDOW_ALL);
	return true;
}

const struct vga_model_extension bochs_display_extension = { .window = window, .place = place };

/* In a banked mode the model answers at BAR0, until it has reported the use of the linear
 * framebuffer. */
void bochs_display_place_windows(struct bochs_display_model *d)
{
	const struct pci_model_bar *bar = &d->fn.bar[BOCHS_DISPLAY_MODEL_FRAMEBUFFER_BAR];
	struct bochs_display_model_mode mode;
	bool banked = bochs_display_model_mode(d, &mode) && !mode.lfb;

	if (bar->mapped && (!banked || d->s.banked_told))
		(void)mem_window_show(d->linear, bar->base, 0, bar->size, MEM_WINDOW_ALL);
	else
		mem_window_hide(d->linear);
	vga_model_place_window(d->vga);
}
