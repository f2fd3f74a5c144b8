/* SPDX-License-Identifier: MIT */
/* The machine "pc" with --device vga: where the memory is, what a snapshot takes along, what a
 * reset leaves. */
#include <stdlib.h>
#include <string.h>

#include "harness/machine/cpu.h"
#include "harness/machine/machine.h"
#include "harness/machine/pc.h"
#include "tests/check.h"

enum { MEMORY = 16 << 20, LFB = BOCHS_DISPLAY_MODEL_LFB_ENABLED };
#define WINDOW UINT64_C(0xa0000)
#define PLACE  UINT64_C(0xd0000000)

static struct machine machine, twin;
static const struct machine_device devices[] = { { .text = "vga,memory=8" } };

static void make(struct machine *m)
{
	const struct machine_config config = {
		.machine = "pc", .memory = MEMORY, .device = devices, .n_devices = 1
	};

	require_eq(ptr, machine_init(m, &config), NULL);
}

static void start(void) { make(&machine); }
static void stop(void) { machine_free(&machine); }

TestSuite(machine_display, .init = start, .fini = stop, .timeout = 60);

static void set(struct machine *m, unsigned index, unsigned value)
{
	bus_write(&m->bus, BUS_PORT, 0x1ce, 16, index);
	bus_write(&m->bus, BUS_PORT, 0x1cf, 16, value);
}

static void mode(struct machine *m, unsigned width, unsigned height, unsigned bpp, unsigned flags)
{
	set(m, BOCHS_DISPLAY_MODEL_ENABLE, 0);
	set(m, BOCHS_DISPLAY_MODEL_XRES, width);
	set(m, BOCHS_DISPLAY_MODEL_YRES, height);
	set(m, BOCHS_DISPLAY_MODEL_BPP, bpp);
	set(m, BOCHS_DISPLAY_MODEL_ENABLE, BOCHS_DISPLAY_MODEL_ENABLED | flags);
}

static void place(struct machine *m, uint32_t base)
{
	bus_write(&m->bus, BUS_PORT, 0xcf8, 32, 0x80002010); /* 00:04.0, BAR0 */
	bus_write(&m->bus, BUS_PORT, 0xcfc, 32, base);
}

static uint32_t read32(struct machine *m, uint64_t pa)
{
	uint32_t value = 0;

	check(mem_read32(&m->mem, pa, &value), "0x%llx", (unsigned long long)pa);
	return value;
}

static uint32_t first_pixel(const struct machine *m)
{
	const struct display_end *end = &m->ends.display;
	unsigned width, height;

	end->ops->size(end->ctx, &width, &height);
	uint8_t *rgb = malloc((size_t)width * height * 3);
	require(rgb && end->ops->rgb(end->ctx, rgb, (size_t)width * height * 3));
	uint32_t colour = (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
	free(rgb);
	return colour;
}

Test(machine_display, firmware_gives_it_addresses)
{
	const struct bochs_display_model *d = &pc_of(&machine)->display;

	check_eq(u64, bochs_display_model_framebuffer(d), UINT64_C(0xc0000000));
	check_eq(u64, d->fn.bar[2].base, UINT64_C(0xc0800000));
	check_eq(ptr, pc_of(&machine)->bios.wire.display, d);
	check_eq(u64, d->memory->size, UINT64_C(8) << 20);
	require(machine.ends.framebuffer.ops != NULL);
	struct graphics_mode m;
	check(machine.ends.framebuffer.ops->set(machine.ends.framebuffer.ctx, 1024, 768, 32, &m));
	check(m.address == 0xc0000000 && m.pitch == 4096 && m.size == 8 << 20);
	check(!machine.ends.framebuffer.ops->set(machine.ends.framebuffer.ctx, 1920, 1200, 32, &m));
}

Test(machine_display, a_copy_has_the_mode_the_memory_and_its_place)
{
	mode(&machine, 800, 600, 32, LFB);
	place(&machine, PLACE);
	require(mem_write32(&machine.mem, PLACE, 0x123456));
	require(mem_write32(&machine.mem, PLACE + 0x400000, 0x789abc));
	make(&twin);
	machine_copy_state(&twin, &machine);
	check_eq(u32, first_pixel(&twin), 0x123456);
	check_eq(u32, read32(&twin, PLACE + 0x400000), 0x789abc);
	check(mem_kind_at(&twin.mem, 0xc0000000) == MEM_NONE);
	/* Each has its own from there on. */
	require(mem_write32(&machine.mem, PLACE, 0xffffff));
	check_eq(u32, first_pixel(&twin), 0x123456);
	check_eq(u32, first_pixel(&machine), 0xffffff);
	machine_copy_state(&machine, &twin);
	check_eq(u32, first_pixel(&machine), 0x123456);
	machine_free(&twin);
}

Test(machine_display, a_copy_has_the_bank_in_the_window)
{
	mode(&machine, 640, 480, 8, 0);
	set(&machine, BOCHS_DISPLAY_MODEL_BANK, 7);
	require(mem_write32(&machine.mem, WINDOW + 4, 0xbabe));
	make(&twin);
	check(!mem_window_at(&twin.mem, WINDOW, MEM_WINDOW_READ));
	machine_copy_state(&twin, &machine);
	check_eq(u32, read32(&twin, WINDOW + 4), 0xbabe);
	check_eq(u64, mem_device_load(pc_of(&twin)->display.memory, 0x70004, 32), 0xbabe);
	machine_free(&twin);
}

Test(machine_display, a_reset_gives_the_screen_back_to_the_vga)
{
	char text[16];

	mode(&machine, 800, 600, 32, LFB | BOCHS_DISPLAY_MODEL_8BIT_DAC);
	place(&machine, PLACE);
	machine_reset(&machine);
	unsigned width, height;
	machine.ends.display.ops->size(machine.ends.display.ctx, &width, &height);
	check(width == 720 && height == 400);
	check_eq(sz, machine.ends.display.ops->text(machine.ends.display.ctx, text, sizeof(text)),
		 24); /* 25 empty rows */
	check_eq(u64, bochs_display_model_framebuffer(&pc_of(&machine)->display),
		 UINT64_C(0xc0000000));
	check_eq(u32, read32(&machine, 0xc0000000 + 0x100000), 0xcccccccc);
}

Test(machine_display, two_are_refused)
{
	static const struct machine_device two[] = { { .text = "vga" }, { .text = "vga" } };
	const struct machine_config config = {
		.machine = "pc", .memory = MEMORY, .device = two, .n_devices = 2
	};

	check(strstr(machine_init(&twin, &config), "--device vga: the machine takes only one"));
}
