/* SPDX-License-Identifier: MIT */
/* The serial port, polled and through the interrupt controllers. */
#include "bimetal/pic_8259.h"
#include "bimetal/twin.h"
#include "bimetal/uart_16550.h"

enum {
	COM1 = 0x3f8,
	NOWHERE = 0x3e0, /* eight ports that nobody decodes */
	COM1_LINE = 4,
	MASTER_VECTOR = 0x20,
	SLAVE_VECTOR = 0x28,
	MS = 1000000,
	BUFFER = 64
};

static struct uart uart;
static struct pic pic;
static uint8_t rx_buffer[BUFFER], tx_buffer[BUFFER];
static unsigned interrupts;

static void start(const struct uart_config *config)
{
	twin_assert_eq(uart_init(&uart, twin_port(COM1), *twin_wait(), config), UART_OK);
}

static void start_8n1(uint32_t baud)
{
	struct uart_config config = uart_8n1(baud);
	start(&config);
}

TWIN(uart_16550, init_leaves_the_registers_as_asked)
{
	struct uart_registers is;
	start_8n1(9600);
	twin_assert_eq(uart_dump(&uart, &is), UART_OK);
	twin_expect_eq(is.ier, 0x00);
	twin_expect_eq(is.iir, 0xc1);
	twin_expect_eq(is.lcr, 0x03);
	twin_expect_eq(is.mcr, 0x0b);
	twin_expect_eq(is.lsr, 0x60);
	twin_expect_eq(is.dll, 12);
	twin_expect_eq(is.dlm, 0);
	twin_expect_eq(uart.depth, UART_FIFO);
}

TWIN(uart_16550, the_self_test_passes)
{
	start_8n1(115200);
	twin_expect_eq(uart_self_test(&uart), UART_OK);
	twin_expect_eq(uart.counters.overruns, 0);
	twin_expect_eq(uart.counters.modem, 0);
}

/* QEMU sends all eight bits, whatever the format. */
TWIN_HERE(uart_16550, the_self_test_passes_in_another_format_without_fifo)
{
	struct uart_config config = uart_8n1(115200);
	start(&config);
	config.data_bits = 7;
	config.stop_bits = 2;
	config.parity = UART_PARITY_EVEN;
	config.fifo = UART_FIFO_OFF;
	config.baud = 57600;
	twin_assert_eq(uart_configure(&uart, &config), UART_OK);
	twin_expect_eq(uart.depth, 1);
	twin_expect_eq(uart_self_test(&uart), UART_OK);
}

TWIN(uart_16550, a_text_longer_than_the_fifo_is_sent)
{
	struct uart_registers is;
	start_8n1(115200);
	twin_expect_eq(uart_print(&uart, "a text of more than sixteen characters\n"), UART_OK);
	twin_expect_eq(uart_flush(&uart), UART_OK);
	twin_assert_eq(uart_dump(&uart, &is), UART_OK);
	twin_expect_eq(is.lsr, 0x60);
}

TWIN_HERE(uart_16550, characters_take_their_time_on_the_wire)
{
	enum { CHARS = 21, CHAR_NS = 1041666 }; /* 9600 baud, ten bits */
	const struct wait *wait = twin_wait();
	start_8n1(9600);
	uint64_t begin = wait_now(wait);
	twin_assert_eq(uart_print(&uart, "twenty characters..\n"), UART_OK);
	twin_expect_eq(uart_flush(&uart), UART_OK);
	uint64_t took = wait_now(wait) - begin;
	twin_expect(took >= (uint64_t)CHARS * CHAR_NS);
	twin_expect(took < (uint64_t)(CHARS + 1) * CHAR_NS);
}

TWIN_HERE(uart_16550, what_arrives_is_received_in_order)
{
	static const char text[] = "a line of more than sixteen\r\n";
	uint8_t data[sizeof text - 1];
	size_t done;
	start_8n1(115200);
	twin_expect_eq(uart_receive(&uart, data, sizeof data, 40, &done), UART_OK);
	twin_assert_eq(done, sizeof data);
	for (size_t i = 0; i < sizeof data; i++) twin_expect_eq(data[i], text[i]);
	twin_expect_eq(uart_try_receive(&uart, data), UART_WOULD_BLOCK);
	twin_expect_eq(uart.counters.overruns, 0);
}

TWIN_HERE(uart_16550, damaged_characters_are_reported_one_by_one)
{
	uint8_t data[4];
	size_t done;
	start_8n1(115200);
	twin_expect_eq(uart_receive(&uart, data, 4, 40, &done), UART_LINE_ERROR);
	twin_expect_eq(done, 2);
	twin_expect_eq(data[0], 'o');
	twin_expect_eq(data[1], 0x41);
	twin_expect_eq(uart.counters.parity, 1);
	twin_expect_eq(uart_receive(&uart, data, 4, 40, &done), UART_LINE_ERROR);
	twin_expect_eq(done, 1);
	twin_expect_eq(data[0], 0x42);
	twin_expect_eq(uart.counters.framing, 1);
	twin_expect_eq(uart_receive(&uart, data, 4, 40, &done), UART_LINE_ERROR);
	twin_expect_eq(data[0], 0);
	twin_expect_eq(uart.counters.breaks, 1);
	twin_expect_eq(uart_receive(&uart, data, 1, 40, &done), UART_OK);
	twin_expect_eq(data[0], 'k');
	twin_expect_eq(uart.counters.parity + uart.counters.framing + uart.counters.breaks, 3);
}

TWIN_HERE(uart_16550, characters_that_nobody_fetched_overrun_the_fifo)
{
	uint8_t data[UART_FIFO];
	size_t done;
	twin_allow("uart16550.RBR.overrun");
	start_8n1(115200);
	wait_ns(twin_wait(), 5 * MS);
	twin_expect_eq(uart_receive(&uart, data, sizeof data, 1, &done), UART_OK);
	twin_assert_eq(done, UART_FIFO);
	twin_expect_eq(data[0], '0');
	twin_expect_eq(data[15], 'f');
	twin_expect_eq(uart.counters.overruns, 1);
	twin_expect_eq(uart_try_receive(&uart, data), UART_WOULD_BLOCK);
}

TWIN(uart_16550, a_silent_line_times_out_in_bounded_time)
{
	uint8_t byte;
	const struct wait *wait = twin_wait();
	start_8n1(115200);
	uint64_t begin = wait_now(wait);
	twin_expect_eq(uart_receive(&uart, &byte, 1, 2, NULL), UART_TIMEOUT);
	uint64_t took = wait_now(wait) - begin;
	twin_expect(took >= 2 * uart.char_ns);
	twin_expect(took < 1000 * (uint64_t)MS);
}

TWIN_HERE(uart_16550, the_other_end_is_seen_by_its_lines)
{
	const struct wait *wait = twin_wait();
	start_8n1(115200);
	twin_expect_eq(uart_check_connected(&uart), UART_OK);
	wait_ns(wait, 2 * MS);
	twin_expect_eq(uart_check_connected(&uart), UART_CTS_LOW);
	wait_ns(wait, 2 * MS);
	twin_expect_eq(uart_check_connected(&uart), UART_DSR_LOW);
	wait_ns(wait, 2 * MS);
	twin_expect_eq(uart_check_connected(&uart), UART_OK);
	twin_expect_eq(uart.counters.modem, 3);
}

TWIN(uart_16550, no_device_is_found_where_the_bus_floats)
{
	struct uart_config config = uart_8n1(115200);
	twin_allow("bus.unclaimed-read");
	twin_allow("bus.unclaimed-write");
	twin_expect_eq(uart_init(&uart, twin_port(NOWHERE), *twin_wait(), &config), UART_ABSENT);
}

TWIN_HERE(uart_16550, an_unplugged_one_is_absent_and_comes_back)
{
	uint8_t byte;
	start_8n1(115200);
	twin_assert_eq(uart_try_send(&uart, 'x'), UART_OK);
	wait_ns(twin_wait(), 2 * MS);
	twin_allow("bus.unclaimed-read");
	twin_allow("bus.unclaimed-write");
	twin_expect_eq(uart_flush(&uart), UART_ABSENT);
	twin_expect_eq(uart_try_receive(&uart, &byte), UART_ABSENT);
	twin_expect_eq(uart_check_connected(&uart), UART_ABSENT);
	wait_ns(twin_wait(), 2 * MS);
	twin_expect_eq(uart_self_test(&uart), UART_OK);
}

/* ---- by interrupts ---- */

static void on_com1(void *ctx)
{
	(void)ctx;
	twin_expect_eq(pic_begin(&pic, COM1_LINE), PIC_OK);
	enum uart_status status = uart_interrupt(&uart);
	/* QEMU's 8259A keeps a request by an edge though its line has fallen. */
	twin_expect(status == UART_OK || status == UART_SPURIOUS);
	if (!status) interrupts++;
	twin_expect_eq(pic_end(&pic, COM1_LINE), PIC_OK);
}

static void interrupts_on(void)
{
	const struct pic_config config = { .master_vector = MASTER_VECTOR,
					   .slave_vector = SLAVE_VECTOR };
	const struct uart_buffers buffers = {
		.rx = rx_buffer, .tx = tx_buffer, .rx_size = BUFFER, .tx_size = BUFFER
	};
	start_8n1(115200);
	twin_assert_eq(pic_init(&pic, twin_port(0), *twin_wait(), &config), PIC_OK);
	twin_assert_eq(pic_disable(&pic), PIC_OK);
	twin_assert_eq(pic_unmask(&pic, COM1_LINE), PIC_OK);
	twin_on_interrupt(MASTER_VECTOR + COM1_LINE, on_com1, NULL);
	twin_assert_eq(uart_interrupts_on(&uart, &buffers), UART_OK);
	wait_irq_enable(twin_wait());
}

TWIN(uart_16550, interrupts_send_more_than_the_buffer_holds)
{
	static const char text[] =
		"a text that is a good deal longer than buffer and FIFO together, so that its "
		"sender has to wait for room";
	interrupts_on();
	twin_expect_eq(uart_print(&uart, text), UART_OK);
	twin_expect_eq(uart_flush(&uart), UART_OK);
	twin_expect_eq(uart.ier, 0x05); /* nothing to send, nothing to interrupt for */
	twin_expect_eq(uart_interrupts_off(&uart), UART_OK);
	wait_irq_disable(twin_wait());
	twin_expect(interrupts >= sizeof text / UART_FIFO);
	twin_expect_eq(uart.counters.storms, 0);
}

TWIN_HERE(uart_16550, interrupts_receive_by_trigger_and_by_timeout)
{
	static const char text[] = "fourteen and a few more";
	uint8_t data[sizeof text - 1];
	size_t done;
	interrupts_on();
	twin_expect_eq(uart_receive(&uart, data, sizeof data, 60, &done), UART_OK);
	twin_assert_eq(done, sizeof data);
	for (size_t i = 0; i < sizeof data; i++) twin_expect_eq(data[i], text[i]);
	twin_expect_eq(interrupts, 2);
	twin_expect_eq(uart.counters.spurious, 0);
	twin_expect_eq(uart_interrupts_off(&uart), UART_OK);
	wait_irq_disable(twin_wait());
}

TWIN_HERE(uart_16550, interrupts_count_what_arrives_damaged)
{
	uint8_t data[2];
	interrupts_on();
	twin_expect_eq(uart_receive(&uart, data, 2, 60, NULL), UART_OK);
	twin_expect_eq(data[0], 0x41);
	twin_expect_eq(data[1], 'z');
	twin_expect_eq(uart.counters.parity, 1);
	twin_expect_eq(uart_interrupts_off(&uart), UART_OK);
	wait_irq_disable(twin_wait());
}
