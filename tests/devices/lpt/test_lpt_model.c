/* SPDX-License-Identifier: MIT */
/* Parallel port and printer: registers, the life of a byte, interrupts, what holds the printer. */
#include "tests/devices/lpt/model_fixture.h"

#include <string.h>

#include "emu/bus.h"
#include "tests/unit/emu/random.h"

/* ---- registers ---- */

Test(lpt_reset, the_table_is_sound)
{
	const struct reg_desc *where = NULL;
	check_eq(str, reg_table_fault(lpt_regs, LPT_MODEL_N_REGS, &where), NULL);
}

Test(lpt_reset, data_and_control_are_clear_and_the_printer_is_held_in_reset)
{
	check_eq(u8, in(DATA), 0);
	check_eq(u8, in(CONTROL), 0);
	check_eq(u8, in(STATUS), NERR | SLCT | NACK, "BUSY is high while nINIT is low");
	pass(10 * START);
	check_eq(u8, in(STATUS), NERR | SLCT | NACK);
	check(!irq);
	check_eq(uint, lints.n, 0);
}

Test(lpt, data_is_read_back_from_the_lines)
{
	for (unsigned v = 0; v < 256; v++) {
		out(DATA, (uint8_t)v);
		check_eq(u8, in(DATA), v);
	}
	check_eq(uint, lints.n, 0);
}

Test(lpt, control_is_read_back_and_its_upper_bits_are_low)
{
	out(CONTROL, ON | AUTOFD | IRQE);
	check_eq(u8, in(CONTROL), 0x1e);
	check_eq(uint, lints.n, 0);
	out(CONTROL, ON | 0x80);
	check_eq(str, lints.last, "lpt.CONTROL.reserved");
	check_eq(u64, lints.bits, 0x80);
	out(CONTROL, ON | 0x40);
	check_eq(u64, lints.bits, 0x40);
	check_eq(u8, in(CONTROL), ON);
}

Test(lpt, status_may_be_written_to_clear_a_time_out_that_never_comes)
{
	out(STATUS, 0x01);
	check_eq(uint, lints.n, 0);
	check_eq(u8, in(STATUS), IDLE);
	out(STATUS, 0x02);
	check_eq(str, lints.last, "lpt.STATUS.reserved");
}

Test(lpt, the_direction_bit_is_not_modelled_and_changes_nothing)
{
	out(DATA, 0x5a);
	out(CONTROL, ON | PCD);
	check_eq(str, lints.last, "lpt.CONTROL.direction");
	check_eq(int, lints.severity, LINT_NOT_MODELLED);
	out(CONTROL, ON | PCD);
	check_eq(uint, lints.n, 1, "told when it is set");
	check_eq(u8, in(DATA), 0x5a, "the direction is always out");
	check_eq(u8, in(CONTROL), ON | PCD);
}

Test(lpt, a_port_has_three_addresses)
{
	(void)in(3);
	check_eq(str, lints.last, "lpt.no-register");
}

/* ---- the life of a byte ---- */

Test(lpt, a_strobe_is_answered_by_busy_then_ack, .description = "Stylus Photo 870, table 1-10")
{
	out(DATA, 'a');
	pass(500);
	out(CONTROL, ON | STROBE);
	pass(TBUSY - 1);
	check_eq(u8, in(STATUS), IDLE, "BUSY rises up to 500 ns later");
	pass(1);
	check_eq(u8, in(STATUS), IDLE & ~NBUSY);
	out(CONTROL, ON);
	pass(ENTRY - 1);
	check_eq(uint, n_paper, 0);
	check_eq(u8, in(STATUS), IDLE & ~NBUSY);
	pass(1);
	check_eq(str, paper, "a");
	check_eq(u8, in(STATUS), IDLE & ~(NBUSY | NACK));
	pass(TACK - 1);
	check_eq(u8, in(STATUS), IDLE & ~(NBUSY | NACK));
	pass(1);
	check_eq(u8, in(STATUS), IDLE);
	pass(START);
	check_eq(str, paper, "a");
	check_eq(uint, lints.n, 0);
}

Test(lpt, bytes_arrive_in_order)
{
	for (const char *c = "in order"; *c; c++) {
		strobe((uint8_t)*c, ON);
		settle();
	}
	check_eq(str, paper, "in order");
	check_eq(uint, lints.n, 0);
}

Test(lpt, the_byte_is_that_at_the_beginning_of_strobe, .description = "table 1-13, pin 1")
{
	strobe('a', ON);
	pass(500);
	out(DATA, 'b'); /* held long enough; the printer is still busy with it */
	settle();
	check_eq(str, paper, "a");
	check_eq(uint, lints.n, 0);
}

Test(lpt, ack_waits_for_the_end_of_strobe, .description = "CD1283 5.5.10")
{
	out(DATA, 'a');
	pass(500);
	out(CONTROL, ON | STROBE);
	pass(100 * US);
	check_eq(str, paper, "a");
	check_eq(u8, in(STATUS), IDLE & ~NBUSY);
	out(CONTROL, ON);
	check_eq(u8, in(STATUS), IDLE & ~(NBUSY | NACK));
	pass(TACK);
	check_eq(u8, in(STATUS), IDLE);
	check_eq(str, paper, "a");
	check_eq(uint, lints.n, 0);
}

Test(lpt, the_shortest_times_are_enough, .description = "table 1-10")
{
	out(DATA, 'a');
	pass(500);
	out(CONTROL, ON | STROBE);
	pass(500);
	out(CONTROL, ON);
	pass(500);
	out(DATA, 'b');
	settle();
	out(CONTROL, ON | STROBE);
	pass(500);
	out(CONTROL, ON);
	settle();
	check_eq(str, paper, "ab");
	check_eq(uint, lints.n, 0);
}

Test(lpt, without_a_paper_bytes_go_nowhere)
{
	lpt.send = NULL;
	strobe('a', ON);
	settle();
	check_eq(uint, n_paper, 0);
	check_eq(u8, in(STATUS), IDLE);
}

/* ---- nINIT and reset ---- */

Test(lpt_reset, ninit_high_makes_it_ready_with_an_ack, .description = "MultiPASS 1000 A-7")
{
	pass(50 * US);
	out(CONTROL, ON);
	pass(START - 1);
	check_eq(u8, in(STATUS), IDLE & ~NBUSY);
	pass(1);
	check_eq(u8, in(STATUS), IDLE & ~(NBUSY | NACK));
	pass(TACK);
	check_eq(u8, in(STATUS), IDLE);
	check_eq(uint, lints.n, 0);
}

Test(lpt, ninit_loses_the_byte_that_is_under_way)
{
	strobe('a', ON);
	pass(US);
	out(CONTROL, SLCTIN);
	check_eq(u8, in(STATUS), IDLE & ~NBUSY);
	pass(50 * US);
	check_eq(u8, in(STATUS), IDLE & ~NBUSY, "as long as nINIT is low");
	out(CONTROL, ON);
	pass(START + TACK);
	check_eq(uint, n_paper, 0);
	strobe('b', ON);
	settle();
	check_eq(str, paper, "b");
	check_eq(uint, lints.n, 0);
}

Test(lpt, a_reset_clears_the_port_and_keeps_the_world)
{
	out(CONTROL, ON | IRQE);
	strobe('a', ON | IRQE);
	settle();
	check(irq);
	lpt_model_set_paper_end(&lpt, true);
	lpt_model_ops.reset(&lpt.dev);
	check(!irq);
	check_eq(u8, in(DATA), 0);
	check_eq(u8, in(CONTROL), 0);
	check_eq(u8, in(STATUS), PE | NACK);
	check_eq(u8, lpt.s.byte, 0);
	check_eq(u64, lpt.s.strobe_ns + lpt.s.end_ns, 0);
}

Test(lpt, a_reset_loses_the_byte_that_is_under_way)
{
	strobe('a', ON);
	lpt_model_ops.reset(&lpt.dev);
	check(!clock_armed(&vclock, lpt.timer));
	pass(20 * US);
	check_eq(u8, in(STATUS), IDLE & ~NBUSY);
	check_eq(uint, n_paper, 0);
	out(CONTROL, ON);
	check_eq(str, lints.last, "lpt.CONTROL.init", "nINIT fell with the reset");
	check_eq(u64, lints.bits, 20 * US);
}

/* ---- interrupts ---- */

Test(lpt, the_rising_edge_of_ack_interrupts, .description = "LPC47B34x p. 96, IRQE")
{
	out(CONTROL, ON | IRQE);
	check(!irq, "not by enabling it");
	strobe('a', ON | IRQE);
	settle();
	check_eq(uint, irq_rises, 1);
	check(irq, "an edge-triggered input wants it to stay");
	strobe('b', ON | IRQE);
	pass(TBUSY + ENTRY);
	check(!irq, "low with nACK");
	pass(TACK);
	check_eq(uint, irq_rises, 2);
	out(CONTROL, ON);
	check(!irq);
	out(CONTROL, ON | IRQE);
	check(!irq, "it was taken back");
}

Test(lpt, without_irqe_there_is_no_interrupt)
{
	strobe('a', ON);
	settle();
	out(CONTROL, ON | IRQE);
	check_eq(uint, irq_rises, 0);
}

Test(lpt, irqe_set_while_ack_is_low_sees_its_end)
{
	strobe('a', ON);
	pass(TBUSY + ENTRY);
	out(CONTROL, ON | IRQE);
	check(!irq);
	pass(TACK);
	check(irq);
}

Test(lpt, the_end_of_initialisation_interrupts)
{
	out(CONTROL, SLCTIN | IRQE);
	pass(50 * US);
	out(CONTROL, ON | IRQE);
	pass(START + TACK);
	check_eq(uint, irq_rises, 1);
}

/* ---- what holds the printer ---- */

static const struct {
	void (*set)(struct lpt_model *l, bool on);
	uint8_t status;
} holds[] = {
	{ lpt_model_set_off_line, NERR | NACK },
	{ lpt_model_set_paper_end, PE | NACK },
	{ lpt_model_set_error, NACK },
	{ lpt_model_set_buffer_full, NERR | SLCT | NACK },
};

Test(lpt, each_hold_shows_in_status_at_once)
{
	for (unsigned i = 0; i < 4; i++) {
		holds[i].set(&lpt, true);
		holds[i].set(&lpt, true);
		check_eq(u8, in(STATUS), holds[i].status, "hold %u", i);
		holds[i].set(&lpt, false);
		pass(TACK);
		check_eq(u8, in(STATUS), IDLE, "hold %u", i);
	}
	check_eq(uint, lints.n, 0);
}

Test(lpt, the_end_of_the_last_hold_is_acknowledged, .description = "Siemens 9014 p. 219")
{
	out(CONTROL, ON | IRQE);
	lpt_model_set_paper_end(&lpt, true);
	lpt_model_set_off_line(&lpt, true);
	pass(START);
	lpt_model_set_paper_end(&lpt, false);
	pass(START);
	check_eq(u8, in(STATUS), NERR | NACK);
	check_eq(uint, irq_rises, 0);
	lpt_model_set_off_line(&lpt, false);
	check_eq(u8, in(STATUS), IDLE & ~(NBUSY | NACK));
	pass(TACK);
	check_eq(u8, in(STATUS), IDLE);
	check_eq(uint, irq_rises, 1);
}

Test(lpt, a_hold_keeps_ack_from_coming_but_not_the_byte)
{
	for (unsigned i = 0; i < 4; i++) {
		out(DATA, 'a');
		pass(500);
		out(CONTROL, ON | STROBE);
		pass(TBUSY / 2);
		holds[i].set(&lpt, true); /* before BUSY rises by itself */
		check_eq(u8, in(STATUS), holds[i].status);
		pass(TBUSY);
		out(CONTROL, ON);
		pass(START);
		check_eq(u8, in(STATUS), holds[i].status);
		check_eq(uint, n_paper, i + 1);
		holds[i].set(&lpt, false);
		check_eq(u8, in(STATUS), IDLE & ~(NBUSY | NACK));
		pass(TACK);
		check_eq(u8, in(STATUS), IDLE);
	}
	check_eq(uint, lints.n, 0);
}

Test(lpt, a_hold_during_ack_keeps_busy)
{
	strobe('a', ON);
	pass(TBUSY + ENTRY);
	lpt_model_set_error(&lpt, true);
	pass(TACK);
	check_eq(u8, in(STATUS), NACK);
	lpt_model_set_error(&lpt, false);
	pass(TACK);
	check_eq(u8, in(STATUS), IDLE);
}

Test(lpt_reset, a_held_printer_is_not_ready_after_ninit)
{
	lpt_model_set_off_line(&lpt, true);
	pass(50 * US);
	out(CONTROL, ON);
	pass(2 * START);
	check_eq(u8, in(STATUS), NERR | NACK);
	lpt_model_set_off_line(&lpt, false);
	pass(TACK);
	check_eq(u8, in(STATUS), IDLE);
}

/* ---- the state ---- */

Test(lpt, a_copied_state_runs_the_same)
{
	struct lpt_model_state state;
	struct clock_state time;

	out(CONTROL, ON | IRQE);
	out(DATA, 'c');
	pass(500);
	out(CONTROL, ON | IRQE | STROBE);
	pass(700);
	state = lpt.s;
	time = vclock.s;
	out(CONTROL, ON | IRQE);
	settle();
	check_eq(str, paper, "c");
	unsigned rises = irq_rises;
	struct lpt_model_state after = lpt.s;
	lpt.s = state;
	vclock.s = time;
	n_paper = 0;
	irq_rises = 0;
	irq = false;
	out(CONTROL, ON | IRQE);
	settle();
	check_eq(str, paper, "c");
	check_eq(uint, irq_rises, rises);
	check_eq(int, memcmp(&after, &lpt.s, sizeof after), 0);
}

static void shake(struct bus *bus, uint64_t *seed)
{
	static const unsigned widths[] = { 8, 8, 8, 16, 32 };
	unsigned at = (unsigned)(random_next(seed) % LPT_MODEL_PORTS);
	unsigned width = widths[random_next(seed) % 5];
	uint64_t value = random_next(seed);

	if (random_next(seed) % 8 == 0) holds[value % 4].set(&lpt, value >> 8 & 1);
	switch (random_next(seed) % 4) {
	case 0: (void)bus_read(bus, BUS_PORT, at, width); break;
	case 1: bus_write(bus, BUS_PORT, at, width, value); break;
	case 2: out(CONTROL, in(CONTROL) ^ (uint8_t)(1 << value % 6)); break;
	default: strobe((uint8_t)value, ON | (value & IRQE)); break;
	}
	clock_advance(&vclock, random_next(seed) % (20 * US));
	clock_run(&vclock);
}

/* After any sequence of accesses, the port that is initialised again prints; what the driver cannot
 * see agrees with what it can. */
Test(lpt, garbage_does_no_harm)
{
	uint64_t seed = 19810812;
	struct bus bus;

	bus_init(&bus, &hub, &vclock);
	require(bus_map(&bus, BUS_PORT, 0, LPT_MODEL_PORTS, &lpt.dev, 0) == NULL);
	for (unsigned i = 0; i < 100000; i++) {
		shake(&bus, &seed);
		uint8_t status = in(STATUS);
		require_eq(int, !(status & NACK), lpt.s.phase == LPT_MODEL_ACK);
		require_eq(int, lpt.s.request, irq);
		require((status & (NERR | SLCT | NBUSY)) == (NERR | SLCT | NBUSY) ||
			!(status & NBUSY));
		require_eq(int, status & 0x07, 0);
		n_paper = 0;
	}
	for (unsigned i = 0; i < 4; i++) holds[i].set(&lpt, false);
	lints.n = 0;
	out(CONTROL, SLCTIN);
	pass(50 * US);
	out(CONTROL, ON);
	pass(START + TACK);
	strobe('z', ON);
	settle();
	check_eq(uint, n_paper, 1);
	check_eq(chr, paper[0], 'z');
	check_eq(uint, lints.n, 0);
}
