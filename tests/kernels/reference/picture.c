/* SPDX-License-Identifier: MIT */
/* Which picture, and the shell's screen before and after it. */
#include "picture.h"

#include "console.h"
#include "text.h"

enum { CELLS = VGA_TEXT_COLUMNS * VGA_TEXT_ROWS, TEN = 10, MAX_NUMBER = 99999 };

static struct vga vga;
static bool found, shown; /* the adapter is there; a picture is shown instead of the shell */
static uint16_t shell[CELLS];

static const char *const names[VGA_MODES] = {
	[VGA_MODE_40X25] = "40x25",
	[VGA_MODE_40X50] = "40x50",
	[VGA_MODE_80X25] = "80x25",
	[VGA_MODE_80X50] = "80x50",
	[VGA_MODE_640X480X16] = "640x480x16",
	[VGA_MODE_320X200X256] = "320x200x256",
	[VGA_MODE_320X240X256] = "320x240x256",
};

/* ---- the shell's screen ---- */

static void leave_shell(void)
{
	if (shown) return;
	for (unsigned i = 0; i < CELLS; i++) shell[i] = io_read16(console.vga.cells, i * 2);
	console.has_vga = false; /* what is printed goes to the serial line alone */
	shown = true;
}

static bool enter_shell(void)
{
	if (!shown) return true;
	if (!picture_display_off() || vga_set_mode(&vga, VGA_MODE_80X25) != VGA_OK) return false;
	for (unsigned i = 0; i < CELLS; i++) io_write16(console.vga.cells, i * 2, shell[i]);
	console.has_vga = true;
	shown = false;
	return vga_text_move(&console.vga, console.vga.column, console.vga.row) == VGA_TEXT_OK;
}

/* ---- the VGA's modes ---- */

static bool paint(enum vga_mode mode)
{
	struct vga_size size;

	if (vga_mode_size(mode, &size) != VGA_OK || vga_set_mode(&vga, mode) != VGA_OK)
		return false;
	return size.graphics ? picture_paint_graphics(&vga) : picture_paint_text(&vga);
}

static unsigned differences(const uint8_t *want, const uint8_t *got, unsigned n)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < n; i++) wrong += want[i] != got[i];
	return wrong;
}

/* After the picture all registers must be those of the mode, but for what the picture changes on
 * purpose: the cursor and the page. */
static unsigned read_back(enum vga_mode mode)
{
	enum { CURSOR = 0x0a, N = 6 };
	struct vga_registers want = *vga_mode_registers(mode), got;

	if (vga_read_registers(&vga, &got) != VGA_OK) return VGA_CRTC_REGISTERS;
	for (unsigned i = CURSOR; i < CURSOR + N; i++) want.crtc[i] = got.crtc[i];
	return differences(&want.misc, &got.misc, 1) +
	       differences(want.sequencer, got.sequencer, VGA_SEQUENCER_REGISTERS) +
	       differences(want.crtc, got.crtc, VGA_CRTC_REGISTERS) +
	       differences(want.graphics, got.graphics, VGA_GRAPHICS_REGISTERS) +
	       differences(want.attribute, got.attribute, VGA_ATTRIBUTE_REGISTERS);
}

static void show(enum vga_mode mode)
{
	leave_shell();
	if (!picture_display_off() || !paint(mode))
		print("picture: FAIL: %s is refused\n", names[mode]);
	else
		print("picture: %s, %u registers differ\n", names[mode], read_back(mode));
}

/* ---- the command ---- */

/* A number, and what follows it; 0: none. */
static unsigned number(const char **at)
{
	unsigned n = 0;

	while (**at >= '0' && **at <= '9' && n < MAX_NUMBER / TEN)
		n = n * TEN + (unsigned)(*(*at)++ - '0');
	return n;
}

static void show_display(const char *mode)
{
	const char *why = "it is no mode";
	const unsigned width = number(&mode);
	const unsigned height = *mode == 'x' ? (mode++, number(&mode)) : 0;
	const unsigned bits = *mode == 'x' ? (mode++, number(&mode)) : 0;

	if (width && height && bits && *mode == '\0') {
		leave_shell();
		if (picture_display(width, height, bits, &why)) {
			print("picture: %ux%u of %u bits\n", width, height, bits);
			return;
		}
		(void)!enter_shell();
	}
	print("picture: none: %s. Modes are", why);
	for (unsigned i = 0; i < VGA_MODES; i++) print(" %s", names[i]);
	print(", WIDTHxHEIGHTxBITS, text.\n");
}

void picture_command(const char *mode)
{
	if (!found)
		found = (console.has_vga || shown) &&
			vga_init(&vga, io_port(VGA_PORTS), io_memory(VGA_MEMORY, 1)) == VGA_OK;
	if (!found) {
		print("picture: none: there is no VGA\n");
		return;
	}
	if (text_equal(mode, "text")) {
		print("picture: %s\n", enter_shell() ? "the shell is back" : "FAIL");
		return;
	}
	for (unsigned i = 0; i < VGA_MODES; i++)
		if (text_equal(mode, names[i])) {
			show((enum vga_mode)i);
			return;
		}
	show_display(mode);
}
