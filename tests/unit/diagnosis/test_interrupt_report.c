/* SPDX-License-Identifier: MIT */
#include "emu/units.h"
#include "harness/diagnosis/interrupt_report.h"
#include "harness/machine/cpu.h"
#include "harness/machine/pc.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

static struct machine machine;
static char *text;

static void start(void)
{
	struct machine_config config = { .machine = "isapc", .memory = 8 << 20 };
	require(machine_init(&machine, &config) == NULL);
	pic_8259_model_set_irq(&pc_of(&machine)->pic, 0,
			       false); /* the timer, as the BIOS left it */
	text = NULL;
}

static void finish(void)
{
	free(text);
	machine_free(&machine);
}

static void report(struct machine *m)
{
	static size_t size;
	free(text);
	FILE *out = open_memstream(&text, &size);
	interrupt_report(m, out);
	fclose(out);
}

static bool says(const char *phrase)
{
	report(&machine);
	return strstr(text, phrase) != NULL;
}

static void set_if(bool on)
{
	struct cpu_regs r;
	cpu_get_regs(machine.cpu, &r);
	r.rflags = on ? 0x202 : 2;
	cpu_set_regs(machine.cpu, &r);
}

TestSuite(interrupt_report, .init = start, .fini = finish, .timeout = 60);

Test(interrupt_report, says_whether_the_cpu_accepts_interrupts)
{
	set_if(false);
	check(says("the CPU takes none (RFLAGS.IF is 0); INTR is low"), "%s", text);
	set_if(true);
	check(says("the CPU takes them (RFLAGS.IF is 1)"), "%s", text);
}

Test(interrupt_report, a_masked_request_is_told_apart_from_a_waiting_one)
{
	set_if(false);
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xff);
	pic_8259_model_set_irq(&pc_of(&machine)->pic, 4, true);
	check(says("requested but masked: IRQ 4 (COM1/COM3, vector 0x0c)"), "%s", text);
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xef);
	check(says("waiting: IRQ 4 (COM1/COM3, vector 0x0c)"), "%s", text);
	check(says("INTR is raised: a request is pending, but will not be taken"), "%s", text);
}

Test(interrupt_report, what_is_in_service_has_no_eoi_yet)
{
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xef);
	pic_8259_model_set_irq(&pc_of(&machine)->pic, 4, true);
	check_eq(int, pic_8259_model_ack(&pc_of(&machine)->pic), 0x0c);
	check(says("in service, no EOI yet: IRQ 4"), "%s", text);
}

/* A driver did not clear the interrupt in its device. */
Test(interrupt_report, a_line_that_stays_high_is_told_with_its_time)
{
	struct pic_8259_model *pic = &pc_of(&machine)->pic;

	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xef);
	pic_8259_model_set_irq(pic, 4, true);
	check_eq(int, pic_8259_model_ack(pic), 0x0c);
	bus_write(&machine.bus, BUS_PORT, 0x20, 8, 0x20);
	clock_advance(&machine.clock, NS_PER_S - 1);
	check(says("8259A: masks (IMR) 0x"), "%s", text);
	check(!says("has been high"), "not for long: %s", text);
	clock_advance(&machine.clock, 2 * NS_PER_S);
	pic_8259_model_set_irq(pic, 4, true); /* nothing new */
	check(says("; nothing is requested; IRQ 4 (COM1/COM3, vector 0x0c): its line has been high "
		   "for 2 s, and only a rising edge requests an interrupt\n"),
	      "%s", text);
	pic_8259_model_set_irq(pic, 4, false);
	pic_8259_model_set_irq(pic, 4, true);
	clock_advance(&machine.clock, NS_PER_S);
	check(!says("has been high"), "its edge waits: %s", text);
	check_eq(int, pic_8259_model_ack(pic), 0x0c);
	check(says("has been high for 1 s"), "%s", text);
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xff);
	check(!says("has been high"), "it is masked: %s", text);
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xef);
	pic_8259_model_set_irq(pic, 4, false);
	check(!says("has been high"), "%s", text);
	pic_8259_model_set_irq(pic, 4, true);
	check(!says("has been high"), "it rose again: %s", text);
	pic_8259_model_set_irq(pic, 4, false);
	bus_write(&machine.bus, BUS_PORT, 0x4d1, 8, 0x02); /* IRQ 9: level */
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xfb);
	bus_write(&machine.bus, BUS_PORT, 0xa1, 8, 0xfd);
	pic_8259_model_set_irq(pic, 9, true);
	clock_advance(&machine.clock, NS_PER_S);
	check(says("waiting: IRQ 9 (vector 0x71); in service, no EOI yet: IRQ 4 (COM1/COM3, vector "
		   "0x0c); IRQ 9 (vector 0x71): its line has been high for "
		   "1 "
		   "s\n"),
	      "a level needs no edge: %s", text);
}

Test(interrupt_report, a_copied_machine_knows_since_when_a_line_is_high)
{
	struct machine_config config = { .machine = "isapc", .memory = 8 << 20 };
	struct pic_8259_model *pic = &pc_of(&machine)->pic;
	static struct machine copy;
	char *original;

	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xef);
	clock_advance(&machine.clock, 7 * NS_PER_S);
	pic_8259_model_set_irq(pic, 4, true);
	check_eq(int, pic_8259_model_ack(pic), 0x0c);
	clock_advance(&machine.clock, 2 * NS_PER_S);
	check(says("has been high for 2 s"), "%s", text);
	original = strdup(text);
	require(machine_init(&copy, &config) == NULL);
	machine_copy_state(&copy, &machine);
	report(&copy);
	check_eq(str, text, original);
	machine_free(&copy);
	free(original);
}

Test(interrupt_report, a_forgotten_eoi_is_reported_when_it_matters)
{
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xaf);
	pic_8259_model_set_irq(&pc_of(&machine)->pic, 4, true);
	check_eq(int, pic_8259_model_ack(&pc_of(&machine)->pic), 0x0c);
	check(!says("holds back"), "nothing waits: %s", text);
	pic_8259_model_set_irq(&pc_of(&machine)->pic, 6, true);
	check(says("  the 8259A holds back IRQ 6 until the handler of IRQ 4 sends its EOI\n"), "%s",
	      text);
	check_lt(ptr, strstr(text, "holds back"), strstr(text, "in service, no EOI"),
		 "it comes first: %s", text);
	bus_write(&machine.bus, BUS_PORT, 0x20, 8, 0x20);
	check(!says("holds back"), "%s", text);
}

/* An interrupt of the slave needs an EOI at each chip. */
Test(interrupt_report, half_an_eoi_is_told_with_the_port_of_the_other)
{
	enum { MASTER = 0x20, SLAVE = 0xa0, EOI = 0x20 };
	struct pic_8259_model *pic = &pc_of(&machine)->pic;

	bus_write(&machine.bus, BUS_PORT, MASTER + 1, 8, 0xfb);
	bus_write(&machine.bus, BUS_PORT, SLAVE + 1, 8, 0xee);
	pic_8259_model_set_irq(pic, 8, true);
	check_eq(int, pic_8259_model_ack(pic), 0x70);
	pic_8259_model_set_irq(pic, 12, true);
	check(says("holds back IRQ 12 until the handler of IRQ 8 sends its EOI to ports 0xa0 and "
		   "0x20"),
	      "%s", text);
	bus_write(&machine.bus, BUS_PORT, MASTER, 8, EOI);
	check(says("sends its EOI to port 0xa0; one to 0x20 is not enough"), "%s", text);
	bus_write(&machine.bus, BUS_PORT, SLAVE, 8, EOI);
	check_eq(int, pic_8259_model_ack(pic), 0x74);
	bus_write(&machine.bus, BUS_PORT, SLAVE, 8, EOI);
	check(!says("holds back"), "nothing waits: %s", text);
	check(says("the cascade in service at the master, no EOI yet"), "%s", text);
	pic_8259_model_set_irq(pic, 8, false);
	pic_8259_model_set_irq(pic, 8, true);
	check(says("holds back IRQ 8: an interrupt of the slave had its EOI at port 0xa0, but none "
		   "at "
		   "0x20"),
	      "%s", text);
	bus_write(&machine.bus, BUS_PORT, MASTER, 8, EOI);
	check(!says("holds back"), "%s", text);
}

Test(interrupt_report, a_forgotten_eoi_of_the_local_apic_is_reported)
{
	struct apic_message a = { .vector = 0x31 }, b = { .vector = 0x35 },
			    high = { .vector = 0x40 };

	bus_write(&machine.bus, BUS_MEMORY, 0xfee000f0, 32, 0x1ff); /* SVR: enabled */
	require(lapic_model_message(&pc_of(&machine)->lapic, &a));
	check_eq(int, lapic_model_ack(&pc_of(&machine)->lapic), 0x31);
	require(lapic_model_message(&pc_of(&machine)->lapic, &b));
	check(says("  the local APIC holds back vector 0x35 until the handler of vector 0x31 sends "
		   "its EOI\n"),
	      "%s", text);
	require(lapic_model_message(&pc_of(&machine)->lapic, &high));
	check(!says("holds back"), "a higher class comes through: %s", text);
}

Test(interrupt_report, the_slave_is_masked_with_its_cascade)
{
	bus_write(&machine.bus, BUS_PORT, 0xa1, 8, 0);
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xff);
	pic_8259_model_set_irq(&pc_of(&machine)->pic, 12, true);
	check(says("requested but masked: IRQ 12 (mouse, vector 0x74)"), "%s", text);
}

Test(interrupt_report, the_next_deadlines_are_listed)
{
	for (unsigned id = 1; id <= machine.clock.n_timers; id++) clock_disarm(&machine.clock, id);
	check(says("deadlines: none"), "%s", text);
	clock_arm(&machine.clock, 2, clock_now(&machine.clock) + 2500000);
	clock_arm(&machine.clock, 1, clock_now(&machine.clock) + 1500000);
	const char *first = says("in 1.500000 ms,") ? strstr(text, "in 1.5") : NULL;
	const char *second = first ? strstr(first, "in 2.500000 ms\n") : NULL;
	check(second != NULL, "%s", text);
}

/* The same on the machine pc, which has an I/O APIC. */
static void start_pc(void)
{
	struct machine_config config = { .machine = "pc", .memory = 8 << 20 };
	machine_free(&machine); /* the machine that the suite's init made */
	require(machine_init(&machine, &config) == NULL);
	text = NULL;
}

static void write_entry(unsigned pin, uint32_t low)
{
	bus_write(&machine.bus, BUS_MEMORY, IOAPIC_MODEL_BASE, 32,
		  IOAPIC_MODEL_INDEX_IOREDTBL + 2 * pin);
	bus_write(&machine.bus, BUS_MEMORY, IOAPIC_MODEL_BASE + 0x10, 32, low);
}

Test(interrupt_report, the_io_apic_is_shown_where_there_is_one, .init = start_pc)
{
	write_entry(5, 0x10031);
	ioapic_model_set_irq(&pc_of(&machine)->ioapic, 5, true);
	check(says("I/O APIC: 0 of 24 pins unmasked"), "%s", text);
	check(says("requested but masked:"), "%s", text);
	check(says(" pin 5"), "%s", text);
	write_entry(5, 0x8031); /* level */
	check(says("I/O APIC: 1 of 24 pins unmasked; requested: pin 5 (vector 0x31)"), "%s", text);
	check(says("; level taken, no EOI yet: pin 5 (vector 0x31)"), "%s", text);
	check(says("local APIC: enabled, TPR 0x00; waiting: 0x31"), "%s", text);
}

Test(interrupt_report, an_isapc_has_no_io_apic) { check(!says("I/O APIC"), "%s", text); }

static const char *raised_by(const struct machine *m, uint8_t vector)
{
	static char buf[64];
	return interrupt_source(m, vector, buf, sizeof(buf)) ? buf : "";
}

Test(interrupt_report, a_vector_is_told_with_its_irq)
{
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xfe);
	check_eq(str, raised_by(&machine, 0x08), "IRQ 0, timer", "as the BIOS leaves it");
	check_eq(str, raised_by(&machine, 0x0d), "IRQ 5");
	check_eq(str, raised_by(&machine, 0x70), "IRQ 8, RTC");
	check_eq(str, raised_by(&machine, 0x77), "IRQ 15, IDE");
	check_eq(str, raised_by(&machine, 0x78), "");
	bus_write(&machine.bus, BUS_PORT, 0x21, 8, 0xff);
	check_eq(str, raised_by(&machine, 0x08), "", "all is masked");
}

/* The I/O APIC's pin 4 and the local APIC's timer. */
Test(interrupt_report, a_vector_of_an_apic_is_told_with_its_pin_or_entry)
{
	const uint64_t ioapic = 0xfec00000, lvt_timer = 0xfee00320;
	enum { REDIRECTION_4 = 0x18, WINDOW = 0x10 };
	struct machine_config config = { .machine = "pc", .memory = 8 << 20 };
	struct machine pc;
	require(machine_init(&pc, &config) == NULL);
	bus_write(&pc.bus, BUS_PORT, 0x21, 8, 0xfe);
	bus_write(&pc.bus, BUS_MEMORY, ioapic, 32, REDIRECTION_4);
	bus_write(&pc.bus, BUS_MEMORY, ioapic + WINDOW, 32, 0x0c);
	bus_write(&pc.bus, BUS_MEMORY, lvt_timer, 32, 0x70);
	check_eq(str, raised_by(&pc, 0x0c), "I/O APIC, pin 4");
	check_eq(str, raised_by(&pc, 0x70), "local APIC, timer");
	check_eq(str, raised_by(&pc, 0x71), "IRQ 9");
	machine_free(&pc);
}
