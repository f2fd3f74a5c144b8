/* SPDX-License-Identifier: MIT */
/* Detection and initialisation (PC16550D, June 1995, section 8). */
#include "uart_registers.h"

enum {
	SAMPLES_PER_BIT = 16,
	MAX_DIVISOR = 0xffff,
	MAX_PORT = 0xffff,
	MAX_ERROR_PERCENT = 3,
	NS_PER_SECOND = 1000000000,
	/* Longer than a full FIFO takes at 2400 baud: for output of an earlier user. */
	DRAIN_NS = 100000000,
	/* A pattern that a floating bus cannot return, and its complement. */
	SCRATCH_1 = 0x42,
	SCRATCH_2 = 0xbd
};

/* ---- guards ---- */

static enum uart_status check_place(struct io io)
{
	if (io.space == IO_PORT) {
		if (io.stride != 1) return UART_BAD_STRIDE;
		return io.base > MAX_PORT - UART_LAST_REGISTER ? UART_BAD_BASE : UART_OK;
	}
	if (io.stride == 0 || io.stride & (io.stride - 1)) return UART_BAD_STRIDE;
	if (io.stride > UART_MAX_STRIDE) return UART_BAD_STRIDE;
	uintptr_t span = (uintptr_t)UART_LAST_REGISTER * io.stride;
	return io.base > UINTPTR_MAX - span ? UART_BAD_BASE : UART_OK;
}

/* The nearest divisor; 0: none is near enough. */
static uint16_t divisor_of(const struct uart_config *c)
{
	if (c->baud > c->clock_hz / (SAMPLES_PER_BIT / 2)) return 0;
	uint32_t divisor = (c->clock_hz / (SAMPLES_PER_BIT / 2) / c->baud + 1) / 2;
	if (divisor == 0 || divisor > MAX_DIVISOR) return 0;
	uint64_t wanted = (uint64_t)SAMPLES_PER_BIT * divisor * c->baud;
	uint64_t off = wanted > c->clock_hz ? wanted - c->clock_hz : c->clock_hz - wanted;
	return off * 100 > wanted * MAX_ERROR_PERCENT ? 0 : (uint16_t)divisor;
}

static enum uart_status check_config(const struct uart_config *c)
{
	if (c->clock_hz == 0) return UART_BAD_CLOCK;
	if (c->baud == 0 || divisor_of(c) == 0) return UART_BAD_BAUD;
	if (c->data_bits < 5 || c->data_bits > 8) return UART_BAD_FORMAT;
	if (c->stop_bits < 1 || c->stop_bits > 2) return UART_BAD_FORMAT;
	if ((unsigned)c->parity > UART_PARITY_SPACE) return UART_BAD_FORMAT;
	return (unsigned)c->fifo > UART_FIFO_TRIGGER_14 ? UART_BAD_FORMAT : UART_OK;
}

/* ---- registers from settings ---- */

static uint8_t lcr_of(const struct uart_config *c) /* 8.1 */
{
	static const uint8_t parity[] = { [UART_PARITY_NONE] = 0,
					  [UART_PARITY_ODD] = UART_LCR_PARITY,
					  [UART_PARITY_EVEN] = UART_LCR_PARITY | UART_LCR_EVEN,
					  [UART_PARITY_MARK] = UART_LCR_PARITY | UART_LCR_STICK,
					  [UART_PARITY_SPACE] = UART_LCR_PARITY | UART_LCR_STICK |
								UART_LCR_EVEN };
	unsigned stop = c->stop_bits == 2 ? UART_LCR_STOP : 0;
	return (uint8_t)((c->data_bits - 5u) | stop | parity[c->parity]);
}

static uint8_t fcr_of(const struct uart_config *c) /* 8.5 */
{
	unsigned trigger = (unsigned)c->fifo - UART_FIFO_TRIGGER_1;
	if (c->fifo == UART_FIFO_OFF) return 0;
	return (uint8_t)(UART_FCR_ENABLE | UART_FCR_CLEAR_RX | UART_FCR_CLEAR_TX |
			 trigger << UART_FCR_TRIGGER_SHIFT);
}

/* Rounded up, from a rounded-up bit time, because 32-bit code has no 64-bit division. */
static uint64_t char_time(const struct uart_config *c)
{
	uint32_t tick_ns = NS_PER_SECOND / c->clock_hz + (NS_PER_SECOND % c->clock_hz != 0);
	uint32_t bits = 1u + c->data_bits + (c->parity != UART_PARITY_NONE) + c->stop_bits;
	uint32_t samples = bits * SAMPLES_PER_BIT;
	return (uint64_t)divisor_of(c) * samples * tick_ns;
}

/* LCR is written first: if DLAB was left set, IER could not be reached. Interrupts are off while
 * the divisor latch hides RBR. */
static void program(struct uart *uart, const struct uart_config *c)
{
	uint16_t divisor = divisor_of(c);
	bool on = wait_irq_save(&uart->wait);

	io_write(uart->io, UART_LCR, uart->lcr);
	io_write(uart->io, UART_IER, 0);
	io_write(uart->io, UART_LCR, uart->lcr | UART_LCR_DLAB);
	io_write(uart->io, UART_DLL, (uint8_t)divisor);
	io_write(uart->io, UART_DLM, (uint8_t)(divisor >> 8));
	io_write(uart->io, UART_LCR, uart->lcr);
	io_write(uart->io, UART_FCR, fcr_of(c));
	wait_irq_restore(&uart->wait, on);
}

/* A 16450 has no FIFOs, and those of the first 16550 are broken. Only a 16550A reports both as
 * enabled (8.6). */
static uint8_t depth_of(struct io io)
{
	return (io_read(io, UART_IIR) & UART_IIR_FIFOS) == UART_IIR_FIFOS ? UART_FIFO : 1;
}

static enum uart_status set_up(struct uart *uart, const struct uart_config *c)
{
	uart->lcr = lcr_of(c);
	uart->ier = 0;
	uart->room = 0;
	uart->char_ns = char_time(c);
	uart->crlf = c->crlf;
	program(uart, c);
	uart->depth = c->fifo == UART_FIFO_OFF ? 1 : depth_of(uart->io);
	io_write(uart->io, UART_MCR, UART_MCR_READY);
	enum uart_status status = uart_drain(uart);
	uart->damage = 0;
	uint8_t msr; /* earlier changes do not count */
	return status ? status : uart_look_at_lines(uart, &msr);
}

/* ---- public functions ---- */

bool uart_present(struct io io)
{
	io_write(io, UART_SCR, SCRATCH_1);
	if (io_read(io, UART_SCR) != SCRATCH_1) return false;
	io_write(io, UART_SCR, SCRATCH_2);
	return io_read(io, UART_SCR) == SCRATCH_2;
}

static void clear(struct uart *uart)
{
	uart->damage = 0;
	uart->interrupts = false;
	uart->rx = uart->tx = (struct uart_ring){ 0 };
	uart->counters = (struct uart_counters){ 0 };
}

enum uart_status uart_init(struct uart *uart, struct io io, struct wait wait,
			   const struct uart_config *config)
{
	if (!uart || !config) return UART_NULL;
	enum uart_status status = check_place(io);
	if (!status) status = check_config(config);
	if (status) return status;
	if (!uart_present(io)) return UART_ABSENT;

	clear(uart);
	uart->io = io;
	uart->wait = wait;
	status = uart_await(uart, UART_LSR_TEMT, DRAIN_NS);
	if (status && status != UART_TIMEOUT) return status;
	status = set_up(uart, config);
	clear(uart); /* earlier errors do not count */
	return status;
}

enum uart_status uart_configure(struct uart *uart, const struct uart_config *config)
{
	if (!uart || !config) return UART_NULL;
	if (uart->interrupts) return UART_BUSY;
	enum uart_status status = check_config(config);
	if (!status) status = uart_flush(uart);
	return status ? status : set_up(uart, config);
}

enum uart_status uart_check_connected(struct uart *uart)
{
	if (!uart) return UART_NULL;
	uint8_t msr;
	bool on = wait_irq_save(&uart->wait);
	enum uart_status status = uart_look_at_lines(uart, &msr);
	wait_irq_restore(&uart->wait, on);
	if (status) return status;
	if (!(msr & UART_MSR_DSR)) return UART_DSR_LOW;
	return msr & UART_MSR_CTS ? UART_OK : UART_CTS_LOW;
}

/* ---- the register dump ---- */

/* Reading IIR clears the transmitter interrupt (8.6). Disabling and enabling it raises it again. */
static uint8_t peek_iir(const struct uart *uart)
{
	uint8_t iir = io_read(uart->io, UART_IIR);
	if ((iir & UART_IIR_CAUSE) != UART_IIR_THRE) return iir;
	io_write(uart->io, UART_IER, (uint8_t)(uart->ier & ~UART_IER_THRE));
	io_write(uart->io, UART_IER, uart->ier);
	return iir;
}

static void peek(struct uart *uart, struct uart_registers *dump)
{
	struct io io = uart->io;

	dump->ier = io_read(io, UART_IER);
	dump->iir = peek_iir(uart);
	dump->lcr = io_read(io, UART_LCR);
	dump->mcr = io_read(io, UART_MCR);
	dump->scr = io_read(io, UART_SCR);
	io_write(io, UART_LCR, uart->lcr | UART_LCR_DLAB);
	dump->dll = io_read(io, UART_DLL);
	dump->dlm = io_read(io, UART_DLM);
	io_write(io, UART_LCR, uart->lcr);
}

enum uart_status uart_dump(struct uart *uart, struct uart_registers *dump)
{
	if (!uart || !dump) return UART_NULL;
	bool on = wait_irq_save(&uart->wait);
	enum uart_status status = uart_look(uart, &dump->lsr);
	if (!status) status = uart_look_at_lines(uart, &dump->msr);
	if (!status) peek(uart, dump);
	wait_irq_restore(&uart->wait, on);
	return status;
}
