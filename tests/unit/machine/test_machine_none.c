/* SPDX-License-Identifier: MIT */
/* The machine "none": its parts, and what it lacks. */
#include <string.h>

#include "harness/console/stimuli.h"
#include "harness/machine/board.h"
#include "harness/machine/cpu.h"
#include "tests/check.h"

enum { MEMORY = 4 << 20, CODE = 0x7c00, MS = 1000000, COM1 = 0x3f8, SCR = 7 };

static struct machine machine, twin;
static char said[16];
static size_t n_said;
static unsigned lints;
static struct observer watcher;

static void on_serial(void *ctx, unsigned n, uint8_t byte)
{
	(void)ctx;
	if (n == 0 && n_said + 1 < sizeof(said)) said[n_said++] = (char)byte;
}

static void on_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	(void)l;
	lints++;
}

static const struct machine_config config = { .machine = "none",
					      .memory = MEMORY,
					      .serial_tx = on_serial };

static void power_on(void)
{
	require(machine_init(&machine, &config) == NULL);
	watcher.lint = on_lint;
	hub_attach(&machine.hub, &watcher);
}

static void power_off(void) { machine_free(&machine); }

TestSuite(machine_none, .init = power_on, .fini = power_off, .timeout = 60);

static void out(unsigned port, uint8_t v) { bus_write(&machine.bus, BUS_PORT, port, 8, v); }
static uint8_t in(unsigned port) { return (uint8_t)bus_read(&machine.bus, BUS_PORT, port, 8); }

static enum cpu_stop run(struct machine *m, const uint8_t *code, size_t len)
{
	struct cpu_regs r;

	require(mem_write(&m->mem, CODE, code, len));
	processor_get_regs(&m->processor, &r);
	r.rip = CODE;
	r.seg[CPU_CS].selector = 0;
	r.seg[CPU_CS].base = 0;
	processor_set_regs(&m->processor, &r);
	return machine_run(m, MS);
}

/* mov al, 0x42; out 0xf4, al; hlt */
static const uint8_t exit_42[] = { 0xb0, 0x42, 0xe6, 0xf4, 0xf4 };

Test(machine_none, a_guest_ends_by_the_debug_exit)
{
	check_eq(int, run(&machine, exit_42, sizeof(exit_42)), CPU_STOP_REQUESTED);
	check_eq(int, machine.s.event, MACHINE_DEBUG_EXIT);
	check_eq(u32, machine.s.exit_value & 0xff, 0x42);
}

Test(machine_none, nothing_is_programmed_before_the_guest_starts)
{
	check_eq(u8, in(COM1 + 3), 0, "line control as after a reset");
	out(0x21, 0xff);
	check_gt(uint, lints, 0, "the 8259A was not initialised");
}

Test(machine_none, a_byte_received_interrupts_at_line_4)
{
	static const uint8_t icw[] = { 0x20, 0x04, 0x01, 0xef };
	const struct serial_end *com1 = &machine.ends.serial[0];
	struct cpu_interrupt_state state;

	out(0x20, 0x11);
	for (unsigned i = 0; i < sizeof(icw); i++) out(0x21, icw[i]);
	out(COM1 + 3, 0x03);
	out(COM1 + 4, 0x08);
	out(COM1 + 1, 0x01);
	require(com1->ops->receive(com1->ctx, 'x', 0));
	processor_interrupt_state(&machine.processor, &state);
	check(state.intr);
	check_eq(int, machine.pins.intr_ack(machine.pins.ctx), 0x24);
	check_eq(u8, in(COM1), 'x');
	check_eq(uint, lints, 0);
}

Test(machine_none, has_no_local_apic_and_no_more_ends)
{
	check_eq(ptr, (void *)machine.pins.msr_read, NULL);
	check_eq(ptr, machine.ends.serial[1].ops, NULL);
	check_eq(ptr, machine.ends.display.ops, NULL);
	check_eq(ptr, machine.ends.storage.ops, NULL);
	check_eq(ptr, machine.ends.pointer.ops, NULL);
	check_eq(ptr, (void *)machine.ends.keyboard.key, NULL);
	check_eq(ptr, machine.kind->firmware, NULL);
}

Test(machine_none, a_reset_resets_every_device)
{
	out(COM1 + SCR, 0x5a);
	out(COM1 + 3, 0x1b);
	machine_reset(&machine);
	check_eq(u8, in(COM1 + 3), 0);
}

Test(machine_none, a_copy_is_exact)
{
	char one[33], other[33];

	require(machine_init(&twin, &config) == NULL);
	out(COM1 + SCR, 0x5a);
	machine_copy_state(&twin, &machine);
	run(&machine, exit_42, sizeof(exit_42));
	run(&twin, exit_42, sizeof(exit_42));
	machine_digest(&machine, one);
	machine_digest(&twin, other);
	check_eq(str, one, other);
	check_eq(u8, (uint8_t)bus_read(&twin.bus, BUS_PORT, COM1 + SCR, 8), 0x5a);
	machine_free(&twin);
}

static void expect_refused(const char *line, const char *why)
{
	static struct stimuli s;
	char text[128];

	stimuli_init(&s, &machine);
	snprintf(text, sizeof(text), "[a.b]\nat 1ms %s\n", line);
	check(!stimuli_parse(&s, "f", text, strlen(text), "a.b"), "%s", line);
	check(strstr(s.error, why) != NULL, "%s", s.error);
}

Test(machine_none, stimuli_for_ends_that_it_lacks_are_refused)
{
	expect_refused("com2 receive 0x41", "the machine has no 'com2'");
	expect_refused("keyboard press a", "the machine has no 'keyboard'");
	expect_refused("mouse move 1 1", "the machine has no 'mouse'");
}

/* ---- boards with a fault ---- */

static const char *refusal;
static const char *refuse(struct machine *m, const struct part *part)
{
	(void)m;
	(void)part;
	return refusal;
}

static struct part row;
static struct machine_kind broken;

static void expect_broken(const char *why)
{
	struct machine_config of = { .kind = &broken, .memory = MEMORY };
	const char *fault = machine_init(&twin, &of);

	check_eq(str, fault, why);
	check_eq(ptr, twin.board, NULL, "it was freed");
}

Test(machine_none, a_part_that_nobody_makes_is_told)
{
	broken = *machine_none;
	broken.name = "broken";
	row = machine_none->parts[0].part[0];
	broken.parts[0].part = &row;
	broken.parts[0].n = 1;
	row.init = NULL;
	expect_broken("machine 'broken': no init() made the device of part 0, or it made another "
		      "than `ops` says");
	row = machine_none->parts[0].part[0];
	row.ops = machine_none->parts[0].part[1].ops;
	expect_broken("machine 'broken': no init() made the device of part 0, or it made another "
		      "than `ops` says");
	row.init = refuse;
	refusal = "it needs %s";
	expect_broken("it needs %s");
	refusal = "";
	expect_broken("a part of the board cannot be made, and does not say why");
}

static const char *make_nothing(struct machine *m, const struct part *part)
{
	(void)m;
	(void)part;
	return NULL;
}

Test(machine_none, two_devices_on_one_line_are_told)
{
	static struct part rows[4];

	broken = *machine_none;
	broken.name = "broken";
	for (unsigned i = 0; i < 2; i++) rows[i] = machine_none->parts[0].part[i];
	rows[2] = machine_none->parts[0].part[3];
	rows[3] = (struct part){ .device = rows[0].device,
				 .ops = rows[0].ops,
				 .init = make_nothing,
				 .line = rows[2].line };
	for (unsigned tables = 0; tables < 2; tables++) {
		broken.parts[0].part = rows;
		broken.parts[0].n = tables ? 3 : 4;
		broken.parts[1].part = &rows[3];
		broken.parts[1].n = tables;
		rows[2].shares_line = false;
		rows[3].shares_line = true; /* one of them alone does not matter */
		expect_broken(
			"machine 'broken': 'com1' and 'pic.master' are both on line 4, so "
			"that each undoes what the other does: give one another line, or join "
			"them in a wired OR and say .shares_line in both parts");
		rows[2].shares_line = true;
		struct machine_config of = { .kind = &broken, .memory = MEMORY };
		const char *fault = machine_init(&twin, &of);
		check_eq(ptr, fault, NULL, "%s", fault);
		machine_free(&twin);
	}
	rows[3].shares_line = false; /* a second place of one device */
	rows[3].device = rows[2].device;
	rows[3].ops = rows[2].ops;
	struct machine_config of = { .kind = &broken, .memory = MEMORY };
	const char *fault = machine_init(&twin, &of);
	check_eq(ptr, fault, NULL, "%s", fault);
	machine_free(&twin);
}

static uint64_t elsewhere[sizeof(struct device)];

static const char *make_elsewhere(struct machine *m, const struct part *part)
{
	struct device *dev = (struct device *)((char *)m->board + part->device);
	const char *fault = machine_none->parts[0].part[0].init(m, part);

	if (refusal && *refusal) /* its own device */
		dev->state = &dev->bus_addr;
	else if (refusal) /* the end of it is outside */
		dev->state_size = m->kind->board_size;
	else
		dev->state = elsewhere;
	return fault;
}

Test(machine_none, a_state_outside_of_the_board_is_told)
{
	static const char why[] = "machine 'broken': the state of the device of part 0 is not "
				  "inside the board's struct, or has a device inside, so that it "
				  "cannot be copied";

	broken = *machine_none;
	broken.name = "broken";
	row = machine_none->parts[0].part[0];
	broken.parts[0].part = &row;
	broken.parts[0].n = 1;
	row.init = make_elsewhere;
	expect_broken(why);
	refusal = "";
	expect_broken(why);
	refusal = "device";
	expect_broken(why);
}

Test(machine_none, a_board_without_an_interrupt_controller)
{
	struct machine_config of = { .kind = &broken, .memory = MEMORY };
	static const uint8_t sti_nop[] = { 0xfb, 0x90, 0x90, 0xf4 };

	broken = *machine_none;
	broken.pins.intr_ack = NULL;
	require(machine_init(&twin, &of) == NULL);
	twin.processor.ops->set_intr(twin.processor.ctx, true);
	run(&twin, sti_nop, sizeof(sti_nop)); /* there is no vector to take */
	check_eq(int, twin.pins.intr_ack(twin.pins.ctx), -1);
	machine_free(&twin);
}
