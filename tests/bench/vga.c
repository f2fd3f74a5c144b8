/* SPDX-License-Identifier: MIT */
/* CPU time of drawing a screen's pixels, and of copying a machine's state while nothing on the
 *screen changes.
 *
 *	vga [ROUNDS]
 *
 * Prints a line for each, with tabs between: what, milliseconds as median, least and greatest of
 *the rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "devices/vga/modes.h"
#include "harness/machine/host.h"
#include "harness/machine/pc.h"

enum {
	MAX_ROUNDS = 101,
	DEFAULT_ROUNDS = 11,
	DECIMAL = 10,
	COPIES = 200,
	MEMORY_MIB = 16,
	BYTES_MAX = 1920 * 1200 * DISPLAY_BYTES_PER_PIXEL
};

static struct machine machine, copy;
static struct bimetal_cpu cpu, copy_cpu;
static uint8_t rgb[BYTES_MAX];
static bool refused;

static double cpu_ms(void)
{
	struct timespec t;
	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0) return 0;
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

/* ---- what is measured ---- */

static void draw(void)
{
	const struct display_end *end = &machine.ends.display;
	if (!end->ops->rgb(end->ctx, rgb, sizeof(rgb))) refused = true;
}

static void copies(void)
{
	for (unsigned i = 0; i < COPIES; i++) machine_copy_state(&copy, &machine);
}

static void dispi(unsigned width, unsigned height, unsigned bpp)
{
	struct bochs_display_model *d = &pc_of(&machine)->display;
	if (!bochs_display_model_set_mode(d, width, height, bpp, BOCHS_DISPLAY_MODEL_LFB_ENABLED))
		refused = true;
}

static void dispi_32(void) { dispi(1920, 1200, 32); }
static void dispi_24(void) { dispi(1920, 1200, 24); }
static void dispi_16(void) { dispi(1920, 1200, 16); }
static void dispi_8(void) { dispi(1920, 1200, 8); }
static void vga_mode(unsigned number)
{
	struct pc *pc = pc_of(&machine);
	bochs_display_model_set(&pc->display, BOCHS_DISPLAY_MODEL_ENABLE, 0);
	vga_model_set_mode(&pc->vga, vga_model_mode(number));
}
static void text(void) { vga_mode(0x03); }
static void planar(void) { vga_mode(0x12); }
static void linear(void) { vga_mode(0x13); }

static const struct row {
	const char *name;
	void (*prepare)(void);
	void (*run)(void);
	unsigned times; /* that run() does it */
} rows[] = {
	{ "1920x1200, 32 bits a pixel", dispi_32, draw, 1 },
	{ "1920x1200, 24 bits", dispi_24, draw, 1 },
	{ "1920x1200, 16 bits", dispi_16, draw, 1 },
	{ "1920x1200, 8 bits", dispi_8, draw, 1 },
	{ "text, 80x25", text, draw, 1 },
	{ "640x480, planar", planar, draw, 1 },
	{ "320x200, 256 colours", linear, draw, 1 },
	{ "a copy of the machine's state", text, copies, COPIES },
};

/* ---- measuring ---- */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;
	return (x > y) - (x < y);
}

static void measure(const struct row *row, unsigned rounds)
{
	double ms[MAX_ROUNDS] = { 0 };

	row->prepare();
	row->run();
	for (unsigned i = 0; i < rounds; i++) {
		double began = cpu_ms();
		row->run();
		ms[i] = (cpu_ms() - began) / row->times;
	}
	qsort(ms, rounds, sizeof(*ms), compare);
	printf("%s\t%.4f\t%.4f\t%.4f\n", row->name, ms[rounds / 2], ms[0], ms[rounds - 1]);
}

static const char *prepare(void)
{
	static const struct machine_device display = { .text = "vga" };
	struct machine_config config = { .memory = (uint64_t)MEMORY_MIB << 20,
					 .device = &display,
					 .n_devices = 1 };
	const char *why = machine_host_init(&machine, &config, &cpu);
	return why ? why : machine_host_init(&copy, &config, &copy_cpu);
}

int main(int argc, char **argv)
{
	long rounds = argc > 1 ? strtol(argv[1], NULL, DECIMAL) : DEFAULT_ROUNDS;

	if (argc > 2 || rounds < 1 || rounds > MAX_ROUNDS) {
		(void)fprintf(stderr, "usage: vga [ROUNDS]\n");
		return 2;
	}
	const char *why = prepare();
	for (size_t i = 0; !why && i < sizeof(rows) / sizeof(rows[0]); i++) {
		measure(&rows[i], (unsigned)rounds);
		if (refused) why = rows[i].name;
	}
	machine_free(&machine);
	machine_free(&copy);
	if (!why) return 0;
	(void)fprintf(stderr, "vga: %s: not possible\n", why);
	return 1;
}
