/* SPDX-License-Identifier: MIT */
/* 16550A UART: the receiver, loopback and the modem lines; section numbers are those of PC16550D.
 */
#include "tests/devices/uart_16550/model_fixture.h"

Test(uart, without_fifo_an_overrun_destroys_the_old_character, .description = "8.4 bit 1")
{
	check(uart_16550_model_receive(&uart, 'a'));
	check_eq(uint, lints.n, 0);
	check(!uart_16550_model_receive(&uart, 'b'));
	check_eq(uint, lints.n, 1);
	check_eq(str, lints.last, "uart16550.RBR.overrun");
	check_eq(u64, lints.bits, 'a', "the byte that is lost");
	check_eq(u8, in(LSR), 0x63);
	check_eq(u8, in(LSR), 0x61, "cleared by the read");
	check_eq(u8, in(DATA), 'b');
	check_eq(u8, in(LSR), 0x60);
}

Test(uart, with_fifo_an_overrun_loses_the_new_character, .description = "8.4 bit 1")
{
	fifo_on(0);
	for (unsigned i = 0; i < 16; i++)
		check(uart_16550_model_receive(&uart, (uint8_t)('a' + i)));
	check_eq(uint, lints.n, 0);
	check(!uart_16550_model_receive(&uart, 'z'));
	check_eq(uint, lints.n, 1);
	check_eq(str, lints.last, "uart16550.RBR.overrun");
	check_eq(u64, lints.bits, 'z', "the byte that is lost");
	check_eq(u8, in(LSR), 0x63);
	for (unsigned i = 0; i < 16; i++) check_eq(u8, in(DATA), (uint8_t)('a' + i));
	check_eq(u8, in(LSR), 0x60);
}

Test(uart, data_interrupt_follows_the_trigger_level, .description = "8.5, 8.11")
{
	static const struct {
		uint8_t fcr;
		unsigned level;
	} t[] = { { 0x00, 1 }, { 0x40, 4 }, { 0x80, 8 }, { 0xc0, 14 } };
	out(IER, 0x01);
	for (unsigned i = 0; i < 4; i++) {
		fifo_on(t[i].fcr);
		arrive(t[i].level - 1);
		check(!irq, "below trigger %u", t[i].level);
		arrive(1);
		check(irq, "at trigger %u", t[i].level);
		check_eq(u8, in(IIR), 0xc4);
		(void)in(DATA);
		check(!irq, "below trigger %u again", t[i].level);
	}
}

Test(uart, a_stale_character_times_out_after_four_character_times, .description = "8.11")
{
	uint64_t four = 4 * uart_16550_model_char_time_ns(&uart);

	out(IER, 0x01);
	fifo_on(0xc0);
	arrive(2);
	pass(four - 1);
	check(!irq);
	pass(1);
	check(irq);
	check_eq(u8, in(IIR), 0xcc);
	check_eq(u8, in(IIR), 0xcc, "reading IIR does not clear it");
	(void)in(DATA);
	check(!irq);
	pass(four);
	check_eq(u8, in(IIR), 0xcc, "one character is still there");
	(void)in(DATA);
	pass(10 * four);
	check_eq(u8, in(IIR), 0xc1, "an empty FIFO does not time out");
}

Test(uart, a_new_character_restarts_the_timeout, .description = "8.11")
{
	uint64_t four = 4 * uart_16550_model_char_time_ns(&uart);

	out(IER, 0x01);
	fifo_on(0xc0);
	arrive(1);
	pass(four - 1);
	arrive(1);
	pass(four - 1);
	check(!irq);
	pass(1);
	check(irq);
}

Test(uart, timeout_at_300_baud_with_twelve_bits_is_160_ms, .description = "8.11")
{
	out(LCR, 0x0f);
	set_divisor(384);
	check_eq(u64, 4 * uart_16550_model_char_time_ns(&uart), 160000000);
}

Test(uart, there_is_no_timeout_without_fifo)
{
	out(IER, 0x01);
	arrive(1);
	pass(100000000);
	check_eq(u8, in(IIR), 0x04);
}

Test(uart, an_error_shows_when_its_character_reaches_the_top, .description = "8.4")
{
	fifo_on(0);
	arrive(1);
	(void)uart_16550_model_receive_error(&uart, 'f', LSR_FE);
	check_eq(u8, in(LSR), 0xe1, "an error is somewhere in the FIFO");
	(void)in(DATA);
	check_eq(u8, in(LSR), 0xe9);
	check_eq(u8, in(LSR), 0x61);
	check_eq(u8, in(DATA), 'f');
}

Test(uart, lsr7_stays_while_a_later_error_waits, .description = "8.4 bit 7")
{
	fifo_on(0);
	(void)uart_16550_model_receive_error(&uart, 'p', LSR_PE);
	(void)uart_16550_model_receive_error(&uart, 'q', LSR_PE);
	check_eq(u8, in(LSR), 0xe5);
	check_eq(u8, in(LSR), 0xe1);
	(void)in(DATA);
	check_eq(u8, in(LSR), 0xe5);
	check_eq(u8, in(LSR), 0x61);
}

Test(uart, lsr7_is_zero_without_fifo, .description = "8.4 bit 7")
{
	(void)uart_16550_model_receive_error(&uart, 'p', LSR_PE);
	check_eq(u8, in(LSR), 0x65);
}

Test(uart, a_break_is_one_zero_character, .description = "8.4 bit 4")
{
	out(IER, 0x04);
	(void)uart_16550_model_receive_error(&uart, 0x55, LSR_BI | LSR_FE);
	check_eq(u8, in(IIR), 0x06);
	check_eq(u8, in(LSR), 0x79);
	check_eq(u8, in(DATA), 0);
}

Test(uart, loopback_brings_the_byte_back_after_a_character_time, .description = "8.8")
{
	out(MCR, 0x18);
	out(DATA, 'l');
	clock_run_until(&vclock, tick(1 + START_TICKS + CHAR_TICKS) - 1);
	check_eq(u8, in(LSR)&1, 0);
	clock_run_until(&vclock, tick(1 + START_TICKS + CHAR_TICKS));
	check_eq(u8, in(LSR), 0x61);
	check_eq(u8, in(DATA), 'l');
	check_eq(uint, n_wire, 0, "SOUT is held marking");
}

Test(uart, loopback_disconnects_the_line, .description = "8.8")
{
	out(MCR, 0x18);
	check(uart_16550_model_receive(&uart, 'x'));
	uart_16550_model_modem_inputs(&uart, true, true, true, true);
	check_eq(u8, in(LSR), 0x60);
	check_eq(u8, in(MSR)&0xf0, 0x80, "only OUT2, as DCD");
}

Test(uart, loopback_wires_the_modem_outputs_to_the_inputs, .description = "8.8, 8.9")
{
	static const uint8_t msr[] = { 0x20, 0x10, 0x40, 0x80 }; /* DTR RTS OUT1 OUT2 */
	for (unsigned i = 0; i < 4; i++) {
		out(MCR, (uint8_t)(0x10 | 1u << i));
		check_eq(u8, in(MSR)&0xf0, msr[i]);
	}
}

Test(uart, modem_deltas_are_cleared_by_reading_msr, .description = "8.9")
{
	uart_16550_model_modem_inputs(&uart, true, true, true, true);
	check_eq(u8, in(MSR), 0xfb, "RI rising is no trailing edge");
	check_eq(u8, in(MSR), 0xf0);
	uart_16550_model_modem_inputs(&uart, true, true, false, true);
	check_eq(u8, in(MSR), 0xb4);
	uart_16550_model_modem_inputs(&uart, false, false, false, false);
	check_eq(u8, in(MSR), 0x0b);
	check_eq(u8, in(MSR), 0x00);
}

Test(uart, a_modem_interrupt_lasts_until_msr_is_read)
{
	out(IER, 0x08);
	uart_16550_model_modem_inputs(&uart, true, false, false, false);
	check(irq);
	check_eq(u8, in(IIR), 0x00);
	check(irq);
	(void)in(MSR);
	check(!irq);
}
