/* SPDX-License-Identifier: MIT */
/* The CRT controller in virtual time: where the beam is, and which address it fetches. */
#include "devices/vga/internal.h"

#define HZ_25 UINT64_C(25175000)
#define HZ_28 UINT64_C(28322000)

static unsigned bits(uint64_t value, unsigned at, unsigned to)
{
	return (value >> at & 1) ? 1u << to : 0;
}

static void vertical_timing(const uint64_t *cr, struct vga_model_timing *t)
{
	uint64_t overflow = cr[0x07];
	unsigned twice = cr[0x17] & VGA_MODEL_CR17_SLDIV ? 1 : 0;

	t->v_total = ((unsigned)cr[0x06] | bits(overflow, 0, 8) | bits(overflow, 5, 9)) + 2;
	t->v_displayed = ((unsigned)cr[0x12] | bits(overflow, 1, 8) | bits(overflow, 6, 9)) + 1;
	t->v_retrace = (unsigned)cr[0x10] | bits(overflow, 2, 8) | bits(overflow, 7, 9);
	/* The end register holds the low four bits of the line at which the retrace ends. */
	unsigned length = ((unsigned)cr[0x11] - t->v_retrace) & 15;
	t->v_retrace_end = t->v_retrace + (length ? length : 16);
	t->v_total <<= twice;
	t->v_displayed <<= twice;
	t->v_retrace <<= twice;
	t->v_retrace_end <<= twice;
}

void vga_model_timing(const struct vga_model *v, struct vga_model_timing *t)
{
	const uint64_t *cr = v->s.cr;
	uint64_t hz = (v->s.reg[VGA_MODEL_MISC] & VGA_MODEL_MISC_CS) == VGA_MODEL_MISC_CS_28
			      ? HZ_28
			      : HZ_25;

	t->dot_hz = v->s.sr[1] & VGA_MODEL_SR01_HALF_CLOCK ? hz / 2 : hz;
	t->char_dots = v->s.sr[1] & VGA_MODEL_SR01_8_DOT ? 8 : 9;
	t->h_total = (unsigned)cr[0x00] + 5;
	t->h_displayed = (unsigned)cr[0x01] + 1;
	vertical_timing(cr, t);
}

unsigned vga_model_line_compare(const struct vga_model *v)
{
	return (unsigned)v->s.cr[0x18] | (v->s.cr[0x07] & VGA_MODEL_CR07_LC8 ? 0x100u : 0u) |
	       (v->s.cr[0x09] & VGA_MODEL_CR09_LC9 ? 0x200u : 0u);
}

static bool stands(const struct vga_model *v)
{
	return !(v->s.cr[0x17] & VGA_MODEL_CR17_RUN) || v->s.sr[0] != VGA_MODEL_SR00_RESETS;
}

uint8_t vga_model_beam_status(const struct vga_model *v)
{
	struct vga_model_timing t;

	if (stands(v)) return 0;
	vga_model_timing(v, &t);
	uint64_t line_dots = (uint64_t)t.h_total * t.char_dots;
	uint64_t dot = clock_ticks(clock_now(v->clock), t.dot_hz) % (line_dots * t.v_total);
	uint64_t line = dot / line_dots, character = dot % line_dots / t.char_dots;
	bool showing = line < t.v_displayed && character < t.h_displayed;
	bool retrace = line >= t.v_retrace && line < t.v_retrace_end;
	return (uint8_t)((showing ? 0 : VGA_MODEL_ST01_DE) | (retrace ? VGA_MODEL_ST01_VR : 0));
}

/* How many retraces have begun by this time. */
static uint64_t retraces(const struct vga_model_timing *t, uint64_t ns)
{
	uint64_t line_dots = (uint64_t)t->h_total * t->char_dots;
	uint64_t frame_dots = line_dots * t->v_total;

	return (clock_ticks(ns, t->dot_hz) + frame_dots - t->v_retrace * line_dots) / frame_dots;
}

bool vga_model_interrupt_pending(const struct vga_model *v)
{
	const uint64_t allowed = VGA_MODEL_CR11_CVI; /* and DVI 0 */
	struct vga_model_timing t;

	if ((v->s.cr[0x11] & (VGA_MODEL_CR11_CVI | VGA_MODEL_CR11_DVI)) != allowed || stands(v))
		return false;
	vga_model_timing(v, &t);
	if (t.v_retrace >= t.v_total) return false;
	return retraces(&t, clock_now(v->clock)) > retraces(&t, v->s.interrupt_from);
}

bool vga_model_off(const struct vga_model *v)
{
	return v->s.sr[1] & VGA_MODEL_SR01_OFF || stands(v);
}

bool vga_model_displays(const struct vga_model *v)
{
	return v->s.attr_index & VGA_MODEL_ATTR_PAS && !vga_model_off(v);
}

bool vga_model_graphics(const struct vga_model *v)
{
	return v->s.ar[0x10] & VGA_MODEL_AR10_GRAPHICS || v->s.gr[6] & VGA_MODEL_GR06_GRAPHICS;
}

/* With CR17.MAP13 and MAP14 clear, bits of the scan line take the place of address bits, as in a
 * CGA's memory: its odd scan lines are 8 KiB behind the even ones. */
static unsigned map_scan_lines(uint64_t mode, unsigned address, unsigned scan)
{
	enum { A13 = 1 << 13, A14 = 1 << 14 };

	if (!(mode & VGA_MODEL_CR17_MAP13)) address = (address & ~(unsigned)A13) | (scan & 1) << 13;
	if (!(mode & VGA_MODEL_CR17_MAP14))
		address = (address & ~(unsigned)A14) | (scan >> 1 & 1) << 14;
	return address;
}

unsigned vga_model_crtc_address(const struct vga_model *v, unsigned ma, unsigned scan)
{
	uint64_t mode = v->s.cr[0x17];
	unsigned address = ma;

	if (v->s.cr[0x14] & VGA_MODEL_CR14_DOUBLEWORD)
		address = ma << 2 | (ma >> 12 & 3);
	else if (!(mode & VGA_MODEL_CR17_BYTE))
		address = ma << 1 | (ma >> (mode & VGA_MODEL_CR17_WRAP ? 15 : 13) & 1);
	return map_scan_lines(mode, address, scan) % VGA_MODEL_PLANE_SIZE;
}
