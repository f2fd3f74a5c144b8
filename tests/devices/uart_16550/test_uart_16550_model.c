/* SPDX-License-Identifier: MIT */
/* 16550A UART, against PC16550D (June 1995); section numbers are that document's. */
#include "tests/devices/uart_16550/model_fixture.h"

Test(uart_reset, the_register_table_is_sound)
{
	const struct reg_desc *where = NULL;
	const char *fault = reg_table_fault(uart_16550_regs, UART_16550_MODEL_N_REGS, &where);
	require(fault == NULL, "%s: %s", where->name, fault);
}

Test(uart_reset, registers_read_their_reset_values)
{
	static const uint8_t expected[] = { 0, 0, 0x01, 0, 0, 0x60, 0, 0 }; /* table I */
	for (unsigned r = 0; r < 8; r++) check_eq(u8, in(r), expected[r], "register %u", r);
	check_eq(uint, lints.n, 0);
}

Test(uart_reset, master_reset_keeps_the_divisor_and_the_last_character)
{
	out(LCR, LCR_8N1);
	set_divisor(DIVISOR_9600);
	out(SCR, 0x5a);
	out(IER, 0x0f);
	arrive(1);
	(void)in(DATA);
	uart_16550_model_reset(&uart);
	for (unsigned r = IER; r < 8; r++)
		check_eq(u8, in(r), (uint8_t)(r == IIR ? 1 : r == LSR ? 0x60 : 0));
	check_eq(u8, in(DATA), 'r');
	out(LCR, 0x80);
	check_eq(u8, in(DATA), DIVISOR_9600);
}

Test(uart, rw_registers_read_back_what_was_written)
{
	for (unsigned v = 0; v < 0x100; v++) {
		out(SCR, (uint8_t)v);
		check_eq(u8, in(SCR), (uint8_t)v);
		out(LCR, (uint8_t)v);
		check_eq(u8, in(LCR), (uint8_t)v);
		out(LCR, 0x80);
		out(DATA, (uint8_t)v);
		out(IER, (uint8_t)~v);
		check_eq(u8, in(DATA), (uint8_t)v);
		check_eq(u8, in(IER), (uint8_t)~v);
		out(LCR, LCR_8N1);
	}
	for (unsigned v = 0; v < 0x20; v++) {
		out(MCR, (uint8_t)v);
		check_eq(u8, in(MCR), (uint8_t)v);
		out(IER, v & 0x0f);
		check_eq(u8, in(IER), v & 0x0f);
	}
	check_eq(uint, lints.n, 0);
}

static void expect_lint(const char *id, unsigned reg, uint8_t value, uint64_t bits)
{
	unsigned before = lints.n;
	out(reg, value);
	check_eq(uint, lints.n, before + 1, "%s", id);
	check_eq(str, lints.last, id);
	check_eq(u64, lints.bits, bits, "%s", id);
}

Test(uart, each_rule_of_the_table_is_reported)
{
	expect_lint("uart16550.IER.reserved", IER, 0xf1, 0xf0);
	expect_lint("uart16550.MCR.reserved", MCR, 0xe8, 0xe0);
	expect_lint("uart16550.FCR.reserved", FCR, 0x31, 0x30);
	expect_lint("uart16550.LSR.readonly", LSR, 0x01, 0x01);
	expect_lint("uart16550.MSR.readonly", MSR, 0x01, 0x01);
	check_eq(u8, in(IER), 0x01);
	check_eq(u8, in(MCR), 0x08);
	(void)device_read(&uart.dev, SCR - 1, 16, NULL, NULL);
	check_eq(str, lints.last, "uart16550.MSR.width");
}

Test(uart, linux_autoconfig_finds_a_16550a)
{
	out(IER, 0);
	check_eq(u8, in(IER)&0x0f, 0);
	out(IER, 0x0f);
	check_eq(u8, in(IER), 0x0f);
	out(IER, 0);
	out(MCR, 0x1a);
	check_eq(u8, in(MSR)&0xf0, 0x90);
	out(MCR, 0x08);
	out(FCR, 0x01);
	check_eq(u8, in(IIR) >> 6, 3);
	out(FCR, 0x00);
	check_eq(u8, in(IIR) >> 6, 0);
}

Test(uart, enabling_the_transmit_interrupt_raises_it_each_time, .description = "8.4 bit 5")
{
	for (int i = 0; i < 2; i++) {
		out(IER, 0x02);
		check(irq);
		check_eq(u8, in(LSR), 0x60);
		check_eq(u8, in(IIR), 0x02);
		check(!irq);
		check_eq(u8, in(IIR), 0x01);
		out(IER, 0x00);
	}
}

Test(uart, a_write_of_ier_that_changes_nothing_raises_nothing)
{
	out(IER, 0x02);
	(void)in(IIR);
	out(IER, 0x02);
	check_eq(u8, in(IIR), 0x01);
}

Test(uart, enabling_the_transmit_interrupt_with_thr_full_raises_nothing)
{
	out(DATA, 'a');
	out(IER, 0x02);
	check_eq(u8, in(IIR), 0x01);
}

Test(uart, a_byte_leaves_after_its_start_delay_and_ten_bits)
{
	uint64_t end = tick(1 + START_TICKS + CHAR_TICKS);

	out(DATA, 'x');
	check_eq(u8, in(LSR), 0x00);
	clock_run_until(&vclock, tick(1 + START_TICKS) - 1);
	check_eq(u8, in(LSR), 0x00);
	clock_run_until(&vclock, tick(1 + START_TICKS));
	check_eq(u8, in(LSR), 0x20, "THR empty, shift register busy");
	clock_run_until(&vclock, end - 1);
	check_eq(uint, n_wire, 0);
	check_eq(u8, in(LSR), 0x20);
	clock_run_until(&vclock, end);
	check_eq(str, wire, "x");
	check_eq(u8, in(LSR), 0x60);
	check(uart_16550_model_tx_idle(&uart));
}

Test(uart, back_to_back_bytes_do_not_drift)
{
	fifo_on(0);
	for (int i = 0; i < 16; i++) out(DATA, (uint8_t)('a' + i));
	pass(10000000);
	require_eq(str, wire, "abcdefghijklmnop");
	for (unsigned i = 0; i < 16; i++)
		check_eq(u64, sent_at[i], tick(1 + START_TICKS + CHAR_TICKS * (i + 1)));
}

Test(uart, late_timers_keep_the_rate)
{
	fifo_on(0);
	out(DATA, 'a');
	out(DATA, 'b');
	clock_advance(&vclock, 90000); /* in the middle of the second character */
	clock_run(&vclock);
	check_eq(uint, n_wire, 0);
	clock_advance(&vclock, 60000);
	clock_run(&vclock);
	check_eq(str, wire, "a");
	clock_run_until(&vclock, tick(1 + START_TICKS + 2 * CHAR_TICKS));
	check_eq(str, wire, "ab");
}

Test(uart, character_time_follows_the_line_settings, .description = "8.1, 8.3")
{
	static const struct {
		uint8_t lcr;
		unsigned halves;
	} format[] = { { 0x03, 20 }, { 0x07, 22 }, { 0x0b, 22 }, { 0x0f, 24 },
		       { 0x00, 14 }, { 0x04, 15 }, { 0x1a, 20 }, { 0x01, 16 } };
	for (unsigned i = 0; i < sizeof format / sizeof *format; i++) {
		out(LCR, format[i].lcr);
		set_divisor(DIVISOR_9600);
		check_eq(u64, uart_16550_model_char_time_ns(&uart),
			 tick(format[i].halves * 8u * 12u), "LCR %02x", format[i].lcr);
	}
	out(LCR, LCR_8N1);
	set_divisor(1);
	check_eq(u64, uart_16550_model_char_time_ns(&uart), 86806);
}

Test(uart, divisor_zero_counts_as_65536_and_is_reported, .description = "8.3")
{
	set_divisor(0);
	check_eq(u64, uart_16550_model_char_time_ns(&uart), tick(UINT64_C(160) * 65536));
	out(DATA, 'x');
	check_eq(uint, lints.n, 0);
	pass(UINT64_C(10000000000));
	check_eq(str, lints.last, "uart16550.DLL.zero");
	check_eq(str, wire, "x");
}

Test(uart, a_short_word_sends_its_low_bits_only)
{
	out(LCR, 0x00);
	out(DATA, 0xff);
	pass(1000000);
	check_eq(u8, (uint8_t)wire[0], 0x1f);
}

Test(uart, a_new_speed_for_a_character_on_its_way_is_reported, .description = "8.3")
{
	out(DATA, 'a');
	pass(tick(START_TICKS + 1));
	set_divisor(DIVISOR_115200);
	check_eq(uint, lints.n, 0, "the same speed");
	set_divisor(0x200 | DIVISOR_115200);
	check_eq(uint, lints.n, 1);
	check_eq(str, lints.last, "uart16550.DLM.busy");
	check_eq(u64, lints.bits, 0x02);
	set_divisor(0x200 | DIVISOR_9600);
	check_eq(str, lints.last, "uart16550.DLL.busy");
}

Test(uart, a_new_speed_for_an_empty_transmitter_is_in_order, .description = "8.3")
{
	out(DATA, 'a');
	pass(tick(START_TICKS + CHAR_TICKS + 2));
	check_eq(u8, in(LSR), 0x60);
	set_divisor(DIVISOR_9600);
	check_eq(uint, lints.n, 0);
}

Test(uart, writing_a_full_thr_overwrites_it_and_is_reported, .description = "8.4 bit 5")
{
	out(DATA, 'a');
	check_eq(uint, lints.n, 0);
	out(DATA, 'b');
	check_eq(str, lints.last, "uart16550.THR.overrun");
	pass(1000000);
	check_eq(str, wire, "b");
}

Test(uart, a_seventeenth_byte_is_lost_and_reported, .description = "8.11")
{
	fifo_on(0);
	for (int i = 0; i < 16; i++) out(DATA, (uint8_t)('a' + i));
	check_eq(uint, lints.n, 0);
	out(DATA, 'z');
	check_eq(uint, lints.n, 1);
	check_eq(str, lints.last, "uart16550.THR.overrun");
	pass(10000000);
	check_eq(str, wire, "abcdefghijklmnop");
}

Test(uart, the_transmit_interrupt_comes_when_thr_empties)
{
	out(IER, 0x02);
	(void)in(IIR);
	out(DATA, 'a');
	check(!irq);
	clock_run_until(&vclock, tick(1 + START_TICKS));
	check(irq);
	out(DATA, 'b');
	check(!irq, "writing THR clears it (table IV)");
	clock_run_until(&vclock, tick(1 + START_TICKS + CHAR_TICKS));
	check_eq(u8, in(IIR), 0x02);
}

Test(uart, reading_iir_clears_transmit_only_if_it_was_reported, .description = "table IV")
{
	out(IER, 0x03);
	arrive(1);
	check_eq(u8, in(IIR), 0x04);
	check_eq(u8, in(IIR), 0x04);
	(void)in(DATA);
	check_eq(u8, in(IIR), 0x02);
	check_eq(u8, in(IIR), 0x01);
}

Test(uart, a_lone_byte_in_the_fifo_delays_thre, .description = "8.11")
{
	fifo_on(0);
	out(DATA, 'a'); /* the first character after FCR0 changed leaves at once */
	clock_run_until(&vclock, tick(1 + START_TICKS));
	check_eq(u8, in(LSR), 0x20);
	clock_run_until(&vclock, 1000000);
	check_eq(u8, in(LSR), 0x60);
	out(DATA, 'b');
	uint64_t start = clock_ticks(1000000, TICK_HZ) + 1 + START_TICKS;
	clock_run_until(&vclock, tick(start + CHAR_TICKS - 16) - 1);
	check_eq(u8, in(LSR), 0x00);
	clock_run_until(&vclock, tick(start + CHAR_TICKS - 16));
	check_eq(u8, in(LSR), 0x20);
}

Test(uart, a_byte_written_during_the_delay_keeps_thre_low)
{
	fifo_on(0);
	out(DATA, 'a');
	clock_run_until(&vclock, 1000000);
	uint64_t start = clock_ticks(1000000, TICK_HZ) + 1 + START_TICKS;
	out(DATA, 'b');
	clock_run_until(&vclock, tick(start) + 1000);
	out(DATA, 'c');
	clock_run_until(&vclock, tick(start + CHAR_TICKS) - 1);
	check_eq(u8, in(LSR), 0x00);
	clock_run_until(&vclock, tick(start + 2 * CHAR_TICKS - 16) - 1);
	check_eq(u8, in(LSR), 0x00);
	clock_run_until(&vclock, tick(start + 2 * CHAR_TICKS - 16));
	check_eq(u8, in(LSR), 0x20);
}

Test(uart, emptying_the_transmit_fifo_raises_its_interrupt)
{
	fifo_on(0);
	out(IER, 0x02);
	out(DATA, 'a');
	check_eq(u8, in(IIR), 0xc1);
	out(FCR, 0x05);
	check_eq(u8, in(IIR), 0xc2);
}

Test(uart, two_bytes_in_the_fifo_do_not_delay_thre, .description = "8.11")
{
	fifo_on(0);
	out(DATA, 'a');
	clock_run_until(&vclock, 1000000);
	uint64_t start = clock_ticks(1000000, TICK_HZ) + 1 + START_TICKS;
	out(DATA, 'b');
	out(DATA, 'c');
	clock_run_until(&vclock, tick(start + CHAR_TICKS) - 1);
	check_eq(u8, in(LSR), 0x00);
	clock_run_until(&vclock, tick(start + CHAR_TICKS));
	check_eq(u8, in(LSR), 0x20);
}

Test(uart, without_out2_no_interrupt_leaves_the_chip)
{
	out(MCR, 0x00);
	out(IER, 0x01);
	arrive(1);
	check(!irq);
	check_eq(u8, in(IIR), 0x04, "IIR shows it all the same");
	out(MCR, 0x08);
	check(irq);
	out(MCR, 0x18);
	check(!irq, "loopback holds the OUT2 pin inactive (8.8)");
}

Test(uart, interrupts_come_in_order_of_priority, .description = "table IV")
{
	out(IER, 0x0f);
	uart_16550_model_modem_inputs(&uart, true, false, false, false);
	(void)uart_16550_model_receive_error(&uart, 'e', LSR_PE);
	check_eq(u8, in(IIR), 0x06);
	check_eq(u8, in(LSR), 0x65);
	check_eq(u8, in(IIR), 0x04);
	(void)in(DATA);
	check_eq(u8, in(IIR), 0x02);
	check_eq(u8, in(IIR), 0x00);
	check(irq);
	check_eq(u8, in(MSR), 0x11);
	check_eq(u8, in(IIR), 0x01);
	check(!irq);
}

Test(uart, fcr_bits_without_bit_0_are_not_programmed, .description = "8.5 bit 0")
{
	fifo_on(0x80);
	out(FCR, 0xc0);
	check_eq(u8, in(IIR), 0x01);
	out(IER, 0x01);
	arrive(1);
	check(irq, "16450 mode again");
}

Test(uart, changing_the_mode_empties_both_fifos, .description = "8.5 bit 0")
{
	fifo_on(0);
	arrive(3);
	out(DATA, 'a');
	out(FCR, 0x00);
	check_eq(u8, in(LSR), 0x60);
	pass(1000000);
	check_eq(uint, n_wire, 0);
}

Test(uart, fifo_resets_clear_their_own_fifo_only, .description = "8.5 bits 1, 2")
{
	fifo_on(0);
	arrive(3);
	out(DATA, 'a');
	out(FCR, 0x03);
	check_eq(u8, in(LSR), 0x00, "receiver empty, transmitter not");
	arrive(1);
	out(FCR, 0x05);
	check_eq(u8, in(LSR), 0x61);
}

Test(uart, the_shift_register_survives_a_transmit_fifo_reset, .description = "8.5 bit 2")
{
	fifo_on(0);
	out(DATA, 'a');
	out(DATA, 'b');
	clock_run_until(&vclock, tick(1 + START_TICKS));
	out(FCR, 0x05);
	pass(1000000);
	check_eq(str, wire, "a");
}

Test(uart, a_break_keeps_bytes_off_the_line, .description = "8.1 bit 6")
{
	out(LCR, 0x43);
	out(DATA, 'a');
	pass(1000000);
	check_eq(uint, n_wire, 0);
	check_eq(u8, in(LSR), 0x60);
}

Test(uart, an_empty_receiver_returns_the_last_character)
{
	arrive(1);
	(void)in(DATA);
	check_eq(u8, in(DATA), 'r');
}

Test(uart, dlab_hides_data_and_ier)
{
	out(IER, 0x05);
	arrive(1);
	out(LCR, 0x83);
	check_eq(u8, in(DATA), DIVISOR_115200);
	check_eq(u8, in(IER), 0);
	check_eq(u8, in(LSR), 0x61, "reading DLL took nothing from the receiver");
	out(LCR, LCR_8N1);
	check_eq(u8, in(IER), 0x05);
}

Test(uart, a_copied_state_goes_on_identically)
{
	static struct uart_16550_model twin;
	static struct clock twin_clock;
	char first[64];

	fifo_on(0x40);
	out(IER, 0x0f);
	for (int i = 0; i < 9; i++) out(DATA, (uint8_t)('a' + i));
	arrive(2);
	pass(333333);
	clock_init(&twin_clock);
	uart_16550_model_init(&twin, "com1", &hub, &twin_clock, (struct irq){ .set = on_irq },
			      on_tx, NULL);
	memcpy(twin.dev.state, uart.dev.state, twin.dev.state_size);
	twin_clock.s = vclock.s;

	pass(10000000);
	uint8_t iir = in(IIR);
	strcpy(first, wire);
	n_wire = 3;
	memset(wire + 3, 0, sizeof wire - 3);
	clock_run_until(&twin_clock, twin_clock.s.now_ns + 10000000);
	check_eq(str, wire, first);
	check_eq(u8, (uint8_t)device_read(&twin.dev, IIR, 8, NULL, NULL), iir);
	check(memcmp(&twin.s, &uart.s, sizeof twin.s) == 0);
}
