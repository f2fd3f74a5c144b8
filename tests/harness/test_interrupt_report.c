/* SPDX-License-Identifier: MIT */
#include "harness/interrupt_report.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

static struct machine machine;
static char *text;

static void start(void)
{
	struct machine_config config = { .machine = "isapc", .memory = 8 << 20 };
	cr_assert(machine_init(&machine, &config) == NULL);
	i8259a_set_irq(&machine.pic, 0, false); /* the timer, as the BIOS left it */
	text = NULL;
}

static void finish(void)
{
	free(text);
	machine_free(&machine);
}

static bool says(const char *phrase)
{
	static size_t size;
	free(text);
	FILE *out = open_memstream(&text, &size);
	interrupt_report(&machine, out);
	fclose(out);
	return strstr(text, phrase) != NULL;
}

static void set_if(bool on)
{
	struct cpu_regs r;
	cpu_get_regs(machine.cpu, &r);
	r.rflags = on ? 0x202 : 2;
	cpu_set_regs(machine.cpu, &r);
}

TestSuite(interrupt_report, .init = start, .fini = finish, .timeout = 20);

Test(interrupt_report, tells_whether_the_cpu_takes_any)
{
	set_if(false);
	cr_expect(says("the CPU takes none (RFLAGS.IF is 0); INTR is low"), "%s", text);
	set_if(true);
	cr_expect(says("the CPU takes them (RFLAGS.IF is 1)"), "%s", text);
}

Test(interrupt_report, a_masked_request_is_told_from_a_waiting_one)
{
	set_if(false);
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xff);
	i8259a_set_irq(&machine.pic, 4, true);
	cr_expect(says("requested but masked: IRQ 4 (COM1/COM3, vector 0x0c)"), "%s", text);
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xef);
	cr_expect(says("waiting: IRQ 4 (COM1/COM3, vector 0x0c)"), "%s", text);
	cr_expect(says("INTR is raised: a request waits that will not be taken"), "%s", text);
}

Test(interrupt_report, what_is_in_service_has_no_eoi_yet)
{
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xef);
	i8259a_set_irq(&machine.pic, 4, true);
	cr_expect(eq(int, i8259a_ack(&machine.pic), 0x0c));
	cr_expect(says("in service, no EOI yet: IRQ 4"), "%s", text);
}

Test(interrupt_report, the_slave_is_masked_with_its_cascade)
{
	bus_write(&machine.bus, BUS_PORT, 0xa1, 8, 0);
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xff);
	i8259a_set_irq(&machine.pic, 12, true);
	cr_expect(says("requested but masked: IRQ 12 (mouse, vector 0x74)"), "%s", text);
}

Test(interrupt_report, the_next_deadlines_are_listed)
{
	for (unsigned i = 0; i < machine.clock.n_timers; i++) clock_disarm(&machine.clock, i);
	cr_expect(says("deadlines: none"), "%s", text);
	clock_arm(&machine.clock, 1, clock_now(&machine.clock) + 2500000);
	clock_arm(&machine.clock, 0, clock_now(&machine.clock) + 1500000);
	const char *first = says("in 1.500000 ms,") ? strstr(text, "in 1.5") : NULL;
	const char *second = first ? strstr(first, "in 2.500000 ms\n") : NULL;
	cr_expect(second != NULL, "%s", text);
}
