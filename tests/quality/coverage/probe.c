/* SPDX-License-Identifier: MIT */
/* A few accesses to test the recorder with; recorder.sh knows which registers they reach. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/wait.h>

#include "devices/rtc_mc146818/model.h"
#include "devices/uart_16550/model.h"
#include "devices/vga/model.h"
#include "devices/vga/modes.h"
#include "emu/bus.h"
#include "tests/quality/coverage/recorder.h"

enum { COM1 = 0x3f8, IER = 1, LCR = 3, DLAB = 0x80, RTC = 0x70, REGA = 0x0a, CRTC = 0x3d4 };

static struct bus bus;
static struct hub hub;
static struct clock probe_clock;
static struct uart_16550_model uart;
static struct rtc_mc146818_model rtc;
static struct vga_model vga;
static struct mem memory;

static void ignore(void *ctx, const struct lint *l)
{
	(void)ctx;
	(void)l;
}

static void build(void)
{
	static struct observer listener = { .lint = ignore };

	clock_init(&probe_clock);
	hub_attach(&hub, &listener);
	bus_init(&bus, &hub, &probe_clock);
	uart_16550_model_init(&uart, "com1", &hub, &probe_clock, (struct irq){ 0 }, NULL, NULL);
	rtc_mc146818_model_init(&rtc, "rtc", &hub, &probe_clock, (struct irq){ 0 }, 0);
	if (mem_init(&memory, 1 << 20, UINT64_C(1) << 32) ||
	    vga_model_init(&vga, "vga", &hub, &probe_clock, &memory)) {
		fprintf(stderr, "there is no memory for the probe's VGA\n");
		exit(EXIT_FAILURE);
	}
	if (bus_map(&bus, BUS_PORT, COM1, 8, &uart.dev, 0) ||
	    bus_map(&bus, BUS_PORT, RTC, 2, &rtc.dev, 0) || vga_model_map(&vga, &bus)) {
		fprintf(stderr, "the probe's devices cannot be wired: %s\n", bus.error);
		exit(EXIT_FAILURE);
	}
	vga_model_set_text_mode(&vga);
}

static void out(uint64_t port, unsigned width, uint64_t value)
{
	bus_write(&bus, BUS_PORT, port, width, value);
}

/* In a separate process, like Criterion's tests. */
static void reach(void)
{
	out(COM1 + IER, 8, 0x85); /* a reserved bit */
	out(COM1 + LCR, 8, DLAB);
	out(COM1 + IER, 8, 0x12); /* DLM */
	(void)bus_read(&bus, BUS_PORT, COM1 + IER, 8);
	out(RTC, 8, REGA);
	(void)bus_read(&bus, BUS_PORT, RTC + 1, 8);
	out(CRTC, 16, 0x340e); /* index 0x0e, data 0x34 */
	random_used();
	out(COM1 + LCR, 8, 0);
	(void)bus_read(&bus, BUS_PORT, COM1 + IER, 8);
}

int main(void)
{
	pid_t child;
	int status = 1;

	build();
	child = fork();
	if (child == 0) {
		reach();
		_exit(0);
	}
	return waitpid(child, &status, 0) == child && status == 0 ? 0 : 1;
}
