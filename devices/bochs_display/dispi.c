/* SPDX-License-Identifier: MIT */
/* What the DISPI registers do: "VBE Display API" of the Bochs VGA BIOS. */
#include "devices/bochs_display/internal.h"
#include "devices/bochs_display/lints.h"
#include "devices/vga/planes.h"

enum { PLANAR_BPP = 4, DEFAULT_BPP = 8, X_STEP = 8 /* pixels; of a byte, in a plane */ };

enum { /* the versions that brought functions */
       ID_VIRTUAL = 0xb0c1,
       ID_COLOURS = 0xb0c2,
       ID_CAPABILITIES = 0xb0c3,
       ID_MEMORY = 0xb0c5
};

static uint16_t reg(const struct bochs_display_model *d, enum bochs_display_model_index index)
{
	return (uint16_t)d->s.reg[index];
}

static const char *name(enum bochs_display_model_index index)
{
	return bochs_display_regs[index].name;
}

static bool enabled(const struct bochs_display_model *d)
{
	return reg(d, BOCHS_DISPLAY_MODEL_ENABLE) & BOCHS_DISPLAY_MODEL_ENABLED;
}

/* BPP 0 means 8. */
static unsigned depth(const struct bochs_display_model *d)
{
	unsigned bpp = reg(d, BOCHS_DISPLAY_MODEL_BPP);

	return bpp ? bpp : DEFAULT_BPP;
}

#define lint(d, which, index, bits, ...)                                               \
	device_lint(&(d)->registers, &bochs_display_lints[BOCHS_DISPLAY_LINT_##which], \
		    name(index), bits, __VA_ARGS__)

/* The program has asked for a version of the interface; is this part of it? */
static void check_version(const struct bochs_display_model *d, unsigned since,
			  enum bochs_display_model_index index, const char *what)
{
	unsigned id = reg(d, BOCHS_DISPLAY_MODEL_ID);

	if (id < since)
		lint(d, VERSION, index, id, "%s came with ID 0x%x, and 0x%x was written to ID",
		     what, since, id);
}

/* ---- the virtual screen ---- */

static unsigned rows_of(const struct bochs_display_model *d, unsigned virt_width)
{
	unsigned pitch = bochs_display_model_pitch(virt_width, depth(d));
	uint64_t rows = pitch ? bochs_display_model_room(d, depth(d)) / pitch : 0;

	return rows > UINT16_MAX ? UINT16_MAX : (unsigned)rows;
}

static void set_virtual(struct bochs_display_model *d, unsigned width)
{
	d->s.reg[BOCHS_DISPLAY_MODEL_VIRT_WIDTH] = width;
	d->s.reg[BOCHS_DISPLAY_MODEL_VIRT_HEIGHT] = rows_of(d, width);
}

/* The largest offset at which the screen is inside the virtual one. */
static unsigned last_offset(const struct bochs_display_model *d, bool x)
{
	unsigned all = reg(d, x ? BOCHS_DISPLAY_MODEL_VIRT_WIDTH : BOCHS_DISPLAY_MODEL_VIRT_HEIGHT);
	unsigned shown = reg(d, x ? BOCHS_DISPLAY_MODEL_XRES : BOCHS_DISPLAY_MODEL_YRES);

	return all > shown ? all - shown : 0;
}

static void limit_offset(struct bochs_display_model *d, bool x)
{
	enum bochs_display_model_index index =
		x ? BOCHS_DISPLAY_MODEL_X_OFFSET : BOCHS_DISPLAY_MODEL_Y_OFFSET;
	unsigned last = last_offset(d, x), value = reg(d, index);

	if (value <= last) return;
	d->s.reg[index] = last;
	lint(d, OFFSET, index, value, "%u is beyond the virtual screen, %u is used", value, last);
}

static void offset_written(struct bochs_display_model *d, enum bochs_display_model_index index)
{
	check_version(d, ID_VIRTUAL, index, "the register");
	if (enabled(d))
		limit_offset(d, index == BOCHS_DISPLAY_MODEL_X_OFFSET);
	else if (reg(d, index))
		lint(d, DISABLED, index, reg(d, index), "written while disabled: it will be 0");
}

/* The widest virtual screen of which the memory holds YRES rows. */
static uint64_t most_width(const struct bochs_display_model *d)
{
	uint64_t bytes = bochs_display_model_room(d, depth(d)) / reg(d, BOCHS_DISPLAY_MODEL_YRES);

	if (depth(d) == PLANAR_BPP) return bytes * X_STEP;
	return bytes / bochs_display_model_pitch(1, depth(d));
}

/* The width, as near to the one asked for as XRES, the memory and whole bytes allow. */
static unsigned possible_width(const struct bochs_display_model *d, unsigned width)
{
	unsigned least = reg(d, BOCHS_DISPLAY_MODEL_XRES);

	if (depth(d) == PLANAR_BPP) width -= width % X_STEP;
	if (width > most_width(d)) width = (unsigned)most_width(d);
	return width < least ? least : width;
}

static void width_written(struct bochs_display_model *d, const struct reg_write *w)
{
	unsigned asked = (unsigned)w->now, width;

	check_version(d, ID_VIRTUAL, BOCHS_DISPLAY_MODEL_VIRT_WIDTH, "the register");
	if (!enabled(d)) {
		if (asked != reg(d, BOCHS_DISPLAY_MODEL_XRES))
			lint(d, DISABLED, BOCHS_DISPLAY_MODEL_VIRT_WIDTH, asked,
			     "written while disabled: it will be XRES, %u",
			     reg(d, BOCHS_DISPLAY_MODEL_XRES));
		return;
	}
	width = possible_width(d, asked);
	set_virtual(d, width);
	if (width != asked)
		lint(d, VIRTUAL, BOCHS_DISPLAY_MODEL_VIRT_WIDTH, asked,
		     "%u is not possible, %u is used", asked, width);
	limit_offset(d, true);
	limit_offset(d, false);
}

/* ---- the mode ---- */

static unsigned limit_of(enum bochs_display_model_index index)
{
	return index == BOCHS_DISPLAY_MODEL_XRES ? BOCHS_DISPLAY_MODEL_MAX_XRES
						 : BOCHS_DISPLAY_MODEL_MAX_YRES;
}

static bool possible(enum bochs_display_model_index index, unsigned value)
{
	if (index != BOCHS_DISPLAY_MODEL_BPP) return value <= limit_of(index);
	return !value || value == PLANAR_BPP || value == DEFAULT_BPP ||
	       bochs_display_model_pixel(value);
}

static void mode_written(struct bochs_display_model *d, enum bochs_display_model_index index,
			 const struct reg_write *w)
{
	unsigned value = (unsigned)w->now;

	d->s.reg[index] = w->old;
	if (enabled(d)) {
		if (w->now != w->old)
			lint(d, ENABLED, index, value, "%u written while DISPI is enabled", value);
		return;
	}
	if (!possible(index, value)) {
		lint(d, RANGE, index, value, "%u is not possible, the register keeps %u", value,
		     (unsigned)w->old);
		return;
	}
	if (index == BOCHS_DISPLAY_MODEL_BPP && value > DEFAULT_BPP)
		check_version(d, ID_COLOURS, index, "more than 8 bits");
	if (index == BOCHS_DISPLAY_MODEL_XRES && value % X_STEP) {
		lint(d, MULTIPLE, index, value, "%u is no multiple of %d, %u is used", value,
		     X_STEP, value - value % X_STEP);
		value -= value % X_STEP;
	}
	d->s.reg[index] = value;
}

static bool can_enable(struct bochs_display_model *d)
{
	unsigned width = reg(d, BOCHS_DISPLAY_MODEL_XRES);
	unsigned height = reg(d, BOCHS_DISPLAY_MODEL_YRES), bpp = depth(d);

	if (bochs_display_model_fits(d, width, height, bpp)) return true;
	if (!width || !height)
		lint(d, MODE, BOCHS_DISPLAY_MODEL_ENABLE, reg(d, BOCHS_DISPLAY_MODEL_ENABLE),
		     "%ux%u has no pixels: not enabled", width, height);
	else
		lint(d, MEMORY, BOCHS_DISPLAY_MODEL_ENABLE, reg(d, BOCHS_DISPLAY_MODEL_ENABLE),
		     "%ux%u with %u bits needs %llu bytes%s, there are %llu: not enabled", width,
		     height, bpp,
		     (unsigned long long)bochs_display_model_pitch(width, bpp) * height,
		     bpp == PLANAR_BPP ? " of each plane" : "",
		     (unsigned long long)bochs_display_model_room(d, bpp));
	return false;
}

static void clear_screen(struct bochs_display_model *d)
{
	uint64_t bytes =
		(uint64_t)bochs_display_model_pitch(reg(d, BOCHS_DISPLAY_MODEL_XRES), depth(d)) *
		reg(d, BOCHS_DISPLAY_MODEL_YRES);

	if (depth(d) == PLANAR_BPP)
		mem_device_set(d->memory, 0, 0, VGA_MODEL_PLANES_SIZE);
	else
		mem_device_set(d->memory, 0, 0, bytes);
}

static void enable(struct bochs_display_model *d)
{
	if (!can_enable(d)) {
		d->s.reg[BOCHS_DISPLAY_MODEL_ENABLE] &= ~(uint64_t)BOCHS_DISPLAY_MODEL_ENABLED;
		return;
	}
	set_virtual(d, reg(d, BOCHS_DISPLAY_MODEL_XRES));
	d->s.reg[BOCHS_DISPLAY_MODEL_X_OFFSET] = 0;
	d->s.reg[BOCHS_DISPLAY_MODEL_Y_OFFSET] = 0;
	d->s.reg[BOCHS_DISPLAY_MODEL_BANK] = 0;
	d->s.banked_told = false;
	if (!(reg(d, BOCHS_DISPLAY_MODEL_ENABLE) & BOCHS_DISPLAY_MODEL_NOCLEARMEM)) clear_screen(d);
}

static void enable_written(struct bochs_display_model *d, const struct reg_write *w)
{
	uint64_t set = w->now & ~w->old;

	if (set & (BOCHS_DISPLAY_MODEL_LFB_ENABLED | BOCHS_DISPLAY_MODEL_NOCLEARMEM))
		check_version(d, ID_COLOURS, BOCHS_DISPLAY_MODEL_ENABLE,
			      "LFB_ENABLED and NOCLEARMEM");
	if (set & (BOCHS_DISPLAY_MODEL_GETCAPS | BOCHS_DISPLAY_MODEL_8BIT_DAC))
		check_version(d, ID_CAPABILITIES, BOCHS_DISPLAY_MODEL_ENABLE,
			      "GETCAPS and DAC_8BIT");
	vga_model_set_dac_8bit(d->vga, w->now & BOCHS_DISPLAY_MODEL_8BIT_DAC);
	if (set & BOCHS_DISPLAY_MODEL_ENABLED) enable(d);
	bochs_display_place_windows(d);
}

/* ---- the others ---- */

static void bank_written(struct bochs_display_model *d, const struct reg_write *w)
{
	uint64_t banks =
		depth(d) == PLANAR_BPP ? 1 : d->memory->size / BOCHS_DISPLAY_MODEL_BANK_SIZE;

	if (w->now < banks) {
		bochs_display_place_windows(d);
		return;
	}
	d->s.reg[BOCHS_DISPLAY_MODEL_BANK] = w->old;
	lint(d, BANK, BOCHS_DISPLAY_MODEL_BANK, w->now, "bank %u, there are %u: BANK stays %u",
	     (unsigned)w->now, (unsigned)banks, (unsigned)w->old);
}

static void id_written(struct bochs_display_model *d, const struct reg_write *w)
{
	if (w->now >= BOCHS_DISPLAY_MODEL_ID_FIRST && w->now <= BOCHS_DISPLAY_MODEL_ID_LAST) return;
	d->s.reg[BOCHS_DISPLAY_MODEL_ID] = w->old;
	lint(d, ID, BOCHS_DISPLAY_MODEL_ID, w->now, "0x%x is no version, ID stays 0x%x",
	     (unsigned)w->now, (unsigned)w->old);
}

void bochs_display_dispi_written(struct bochs_display_model *d,
				 enum bochs_display_model_index index, const struct reg_write *w)
{
	switch (index) {
	case BOCHS_DISPLAY_MODEL_ID: id_written(d, w); break;
	case BOCHS_DISPLAY_MODEL_XRES:
	case BOCHS_DISPLAY_MODEL_YRES:
	case BOCHS_DISPLAY_MODEL_BPP: mode_written(d, index, w); break;
	case BOCHS_DISPLAY_MODEL_ENABLE: enable_written(d, w); break;
	case BOCHS_DISPLAY_MODEL_BANK: bank_written(d, w); break;
	case BOCHS_DISPLAY_MODEL_VIRT_WIDTH: width_written(d, w); break;
	case BOCHS_DISPLAY_MODEL_X_OFFSET:
	case BOCHS_DISPLAY_MODEL_Y_OFFSET: offset_written(d, index); break;
	case BOCHS_DISPLAY_MODEL_VIRT_HEIGHT:
	case BOCHS_DISPLAY_MODEL_VIDEO_MEMORY_64K:
	case BOCHS_DISPLAY_MODEL_N_INDICES: break;
	}
}

uint16_t bochs_display_dispi_read(const struct bochs_display_model *d,
				  enum bochs_display_model_index index)
{
	bool limits = reg(d, BOCHS_DISPLAY_MODEL_ENABLE) & BOCHS_DISPLAY_MODEL_GETCAPS;

	switch (index) {
	case BOCHS_DISPLAY_MODEL_XRES:
	case BOCHS_DISPLAY_MODEL_YRES: return limits ? (uint16_t)limit_of(index) : reg(d, index);
	case BOCHS_DISPLAY_MODEL_BPP: return limits ? BOCHS_DISPLAY_MODEL_MAX_BPP : reg(d, index);
	case BOCHS_DISPLAY_MODEL_VIRT_HEIGHT:
		check_version(d, ID_VIRTUAL, index, "the register");
		return reg(d, index);
	case BOCHS_DISPLAY_MODEL_VIDEO_MEMORY_64K:
		check_version(d, ID_MEMORY, index, "the register");
		return (uint16_t)(d->memory->size / BOCHS_DISPLAY_MODEL_BANK_SIZE);
	default: return reg(d, index);
	}
}

/* ---- for firmware, and for the picture ---- */

uint16_t bochs_display_model_get(const struct bochs_display_model *d,
				 enum bochs_display_model_index index)
{
	return bochs_display_dispi_read(d, index);
}

void bochs_display_model_set(struct bochs_display_model *d, enum bochs_display_model_index index,
			     uint16_t value)
{
	device_write(&d->registers, bochs_display_regs[index].offset,
		     bochs_display_regs[index].width, value, NULL, NULL);
}

bool bochs_display_model_set_mode(struct bochs_display_model *d, unsigned width, unsigned height,
				  unsigned bpp, unsigned flags)
{
	const unsigned allowed = BOCHS_DISPLAY_MODEL_LFB_ENABLED | BOCHS_DISPLAY_MODEL_NOCLEARMEM |
				 BOCHS_DISPLAY_MODEL_8BIT_DAC;

	if (!bochs_display_model_fits(d, width, height, bpp)) return false;
	bochs_display_model_set(d, BOCHS_DISPLAY_MODEL_ENABLE, 0);
	bochs_display_model_set(d, BOCHS_DISPLAY_MODEL_XRES, (uint16_t)width);
	bochs_display_model_set(d, BOCHS_DISPLAY_MODEL_YRES, (uint16_t)height);
	bochs_display_model_set(d, BOCHS_DISPLAY_MODEL_BPP, (uint16_t)bpp);
	bochs_display_model_set(d, BOCHS_DISPLAY_MODEL_ENABLE,
				(uint16_t)(BOCHS_DISPLAY_MODEL_ENABLED | (flags & allowed)));
	return true;
}

bool bochs_display_model_mode(const struct bochs_display_model *d,
			      struct bochs_display_model_mode *mode)
{
	uint16_t flags = reg(d, BOCHS_DISPLAY_MODEL_ENABLE);
	unsigned bpp = depth(d);

	if (!(flags & BOCHS_DISPLAY_MODEL_ENABLED)) return false;
	*mode = (struct bochs_display_model_mode){
		.width = reg(d, BOCHS_DISPLAY_MODEL_XRES),
		.height = reg(d, BOCHS_DISPLAY_MODEL_YRES),
		.bpp = bpp,
		.virt_width = reg(d, BOCHS_DISPLAY_MODEL_VIRT_WIDTH),
		.virt_height = reg(d, BOCHS_DISPLAY_MODEL_VIRT_HEIGHT),
		.x_offset = reg(d, BOCHS_DISPLAY_MODEL_X_OFFSET),
		.y_offset = reg(d, BOCHS_DISPLAY_MODEL_Y_OFFSET),
		.lfb = flags & BOCHS_DISPLAY_MODEL_LFB_ENABLED,
		.dac_8bit = flags & BOCHS_DISPLAY_MODEL_8BIT_DAC,
	};
	mode->pitch = bochs_display_model_pitch(mode->virt_width, bpp);
	mode->start = (uint64_t)mode->pitch * mode->y_offset +
		      bochs_display_model_pitch(mode->x_offset, bpp);
	return true;
}
