/* SPDX-License-Identifier: MIT */
/* 16550A UART: what the register table cannot express (PC16550D, June 1995). */
#include "devices/uart_16550/model.h"

#include "devices/uart_16550/lints.h"

enum {
	SAMPLES_PER_BIT = 16,
	/* tIRS allows 8 to 24 BAUDOUT cycles from a write to the start bit (3.0). */
	TX_START_CYCLES = 16,
	TIMEOUT_CHARACTERS = 4,
	CHAR_ERRORS = LSR_PE | LSR_FE | LSR_BI,
	MODEM_LINES = MSR_CTS | MSR_DSR | MSR_RI | MSR_DCD
};

static bool fifo_mode(const struct uart_16550_model *u)
{
	return u->s.reg[UART_16550_MODEL_FCR] & FCR_ENABLE;
}

static uint8_t depth(const struct uart_16550_model *u)
{
	return fifo_mode(u) ? UART_16550_MODEL_DEPTH : 1;
}

static bool looped(const struct uart_16550_model *u)
{
	return u->s.reg[UART_16550_MODEL_MCR] & MCR_LOOP;
}

static uint8_t trigger(const struct uart_16550_model *u) /* 8.5 bits 6, 7 */
{
	static const uint8_t level[] = { 1, 4, 8, 14 };
	return fifo_mode(u) ? level[u->s.reg[UART_16550_MODEL_FCR] >> FCR_TRIGGER_LSB] : 1;
}

static void push(struct uart_16550_model_fifo *f, uint8_t byte, uint8_t error)
{
	unsigned at = (f->head + f->len) % UART_16550_MODEL_DEPTH;

	f->data[at] = byte;
	f->error[at] = error;
	f->len++;
}

static uint8_t pop(struct uart_16550_model_fifo *f)
{
	uint8_t byte = f->data[f->head];

	f->error[f->head] = 0;
	f->head = (uint8_t)((f->head + 1) % UART_16550_MODEL_DEPTH);
	f->len--;
	return byte;
}

/* Timing. A "half" is half a bit: one and a half stop bits are three halves. */

static unsigned word_bits(const struct uart_16550_model *u)
{
	return 5 + (unsigned)(u->s.reg[UART_16550_MODEL_LCR] & LCR_WLS);
}

static uint64_t stop_halves(const struct uart_16550_model *u) /* 8.1 bit 2 */
{
	if (!(u->s.reg[UART_16550_MODEL_LCR] & LCR_STB)) return 2;
	return word_bits(u) == 5 ? 3 : 4;
}

static uint64_t char_halves(const struct uart_16550_model *u)
{
	uint64_t parity = u->s.reg[UART_16550_MODEL_LCR] & LCR_PEN ? 1 : 0;
	return 2 * (1 + word_bits(u) + parity) + stop_halves(u);
}

static uint64_t divisor(const struct uart_16550_model *u)
{
	uint64_t d = u->s.reg[UART_16550_MODEL_DLM] << 8 | u->s.reg[UART_16550_MODEL_DLL];
	return d ? d : 0x10000; /* 8.3 calls zero "not recommended"; a 16-bit counter wraps */
}

static uint64_t half_ticks(const struct uart_16550_model *u, uint64_t halves)
{
	return halves * (SAMPLES_PER_BIT / 2) * divisor(u);
}

uint64_t uart_16550_model_char_time_ns(const struct uart_16550_model *u)
{
	return clock_tick_time(half_ticks(u, char_halves(u)), UART_16550_MODEL_CLOCK_HZ);
}

static uint8_t word_mask(const struct uart_16550_model *u)
{
	return (uint8_t)(0xff >> (8 - word_bits(u)));
}

/* Interrupts: IIR is computed, never stored. */

static uint8_t cause(const struct uart_16550_model *u) /* table IV, highest first */
{
	uint64_t enabled = u->s.reg[UART_16550_MODEL_IER];

	if ((enabled & IER_ELSI) && u->s.line_errors) return IIR_LINE;
	if ((enabled & IER_ERBFI) && u->s.rx.len >= trigger(u)) return IIR_RX_DATA;
	if ((enabled & IER_ERBFI) && u->s.timeout_pending) return IIR_TIMEOUT;
	if ((enabled & IER_ETBEI) && u->s.thre_pending) return IIR_THR_EMPTY;
	if ((enabled & IER_EDSSI) && u->s.deltas) return IIR_MODEM;
	return IIR_NONE;
}

/* OUT2 enables the buffer between INTR and the bus; in loopback the OUT2 pin is inactive (8.8). */
static void settle(struct uart_16550_model *u)
{
	bool enabled = (u->s.reg[UART_16550_MODEL_MCR] & MCR_OUT2) && !looped(u);

	bool level = enabled && cause(u) != IIR_NONE;

	if (level == u->s.intr) return;
	u->s.intr = level;
	irq_set(&u->irq, level);
}

/* Receiver */

/* 8.11: the timeout counts from the last character received or read. */
static void restart_timeout(struct uart_16550_model *u, uint64_t now)
{
	if (!fifo_mode(u) || u->s.rx.len == 0) {
		clock_disarm(u->clock, u->timeout_timer);
		return;
	}
	clock_arm(u->clock, u->timeout_timer,
		  now + TIMEOUT_CHARACTERS * uart_16550_model_char_time_ns(u));
}

static void on_timeout(void *ctx, uint64_t due_ns)
{
	struct uart_16550_model *u = ctx;

	(void)due_ns;
	u->s.timeout_pending = true; /* an empty FIFO has no deadline */
	settle(u);
}

/* 8.4: an error shows in LSR once its character is at the top of the FIFO. */
static void reveal_errors(struct uart_16550_model *u)
{
	if (u->s.rx.len) u->s.line_errors |= u->s.rx.error[u->s.rx.head];
}

static void overrun(struct uart_16550_model *u, uint8_t byte)
{
	uint8_t lost = fifo_mode(u) ? byte : u->s.rx.data[u->s.rx.head];

	u->s.line_errors |= LSR_OE;
	device_lint(&u->dev, &uart_16550_lints[UART_16550_LINT_RBR_OVERRUN], NULL, lost,
		    "a byte arrived while %u %s unread; 0x%02x is lost", u->s.rx.len,
		    u->s.rx.len == 1 ? "was" : "were", lost);
}

static bool receive(struct uart_16550_model *u, uint8_t byte, uint8_t errors, uint64_t now)
{
	bool room = u->s.rx.len < depth(u);

	if (!room) overrun(u, byte);
	/* 8.4 bit 1: without FIFO the new character replaces the old one, with FIFO the new one is
	 * lost. */
	if (!room && !fifo_mode(u)) (void)pop(&u->s.rx);
	if (room || !fifo_mode(u)) push(&u->s.rx, byte & word_mask(u), errors);
	reveal_errors(u);
	restart_timeout(u, now);
	settle(u);
	return room;
}

bool uart_16550_model_receive_error(struct uart_16550_model *u, uint8_t byte, uint8_t flags)
{
	if (looped(u)) return true;
	return receive(u, flags & LSR_BI ? 0 : byte, flags & CHAR_ERRORS, clock_now(u->clock));
}

bool uart_16550_model_receive(struct uart_16550_model *u, uint8_t byte)
{
	return uart_16550_model_receive_error(u, byte, 0);
}

static uint8_t read_rbr(struct uart_16550_model *u)
{
	u->s.timeout_pending = false;
	if (u->s.rx.len) {
		u->s.rbr = pop(&u->s.rx);
		reveal_errors(u);
	}
	restart_timeout(u, clock_now(u->clock));
	return u->s.rbr;
}

static void clear_rx(struct uart_16550_model *u)
{
	u->s.rx = (struct uart_16550_model_fifo){ 0 };
	u->s.timeout_pending = false;
	clock_disarm(u->clock, u->timeout_timer);
}

/* Transmitter */

static void set_thre(struct uart_16550_model *u)
{
	u->s.thre = true;
	u->s.thre_pending = true;
	u->s.thre_at_once = false;
	u->s.two_in_fifo = false;
}

static void on_thre(void *ctx, uint64_t due_ns)
{
	struct uart_16550_model *u = ctx;

	(void)due_ns;
	set_thre(u);
	settle(u);
}

/* 8.11: if the FIFO never held two characters since the last THRE, the indication is late by one
 * character less its last stop bit. */
static void thr_emptied(struct uart_16550_model *u)
{
	if (!fifo_mode(u) || u->s.two_in_fifo || u->s.thre_at_once) {
		set_thre(u);
		return;
	}
	clock_arm(u->clock, u->thre_timer,
		  clock_tick_time(u->s.tx_tick - half_ticks(u, 2), UART_16550_MODEL_CLOCK_HZ));
}

static void arm_tx(struct uart_16550_model *u, enum uart_16550_model_tx_phase phase, uint64_t tick)
{
	u->s.tx_phase = (uint8_t)phase;
	u->s.tx_tick = tick;
	clock_arm(u->clock, u->tx_timer, clock_tick_time(tick, UART_16550_MODEL_CLOCK_HZ));
}

static void next_character(struct uart_16550_model *u)
{
	if (u->s.tx.len == 0) {
		u->s.tx_phase = UART_16550_MODEL_TX_IDLE;
		return;
	}
	if (!u->s.reg[UART_16550_MODEL_DLL] && !u->s.reg[UART_16550_MODEL_DLM])
		device_lint(&u->dev, &uart_16550_lints[UART_16550_LINT_ZERO], NULL, 0,
			    "a character starts with divisor zero");
	u->s.tsr = pop(&u->s.tx) & word_mask(u);
	arm_tx(u, UART_16550_MODEL_TX_SHIFT, u->s.tx_tick + half_ticks(u, char_halves(u)));
	if (u->s.tx.len == 0) thr_emptied(u);
}

static void character_sent(struct uart_16550_model *u, uint64_t now)
{
	if (looped(u)) {
		(void)receive(u, u->s.tsr, 0, now); /* 8.8: SOUT is held marking */
		return;
	}
	/* 8.1 bit 6: a break holds SOUT low; the transmitter keeps working. */
	if (u->tx && !(u->s.reg[UART_16550_MODEL_LCR] & LCR_BREAK)) u->tx(u->ctx, u->s.tsr);
}

static void on_tx(void *ctx, uint64_t due_ns)
{
	struct uart_16550_model *u = ctx;

	if (u->s.tx_phase == UART_16550_MODEL_TX_SHIFT) character_sent(u, due_ns);
	next_character(u);
	settle(u);
}

static void write_thr(struct uart_16550_model *u, uint8_t byte)
{
	bool full = u->s.tx.len >= depth(u);

	if (full)
		device_lint(&u->dev, &uart_16550_lints[UART_16550_LINT_THR_OVERRUN], NULL, byte,
			    "written while the transmitter had no room; a byte is lost");
	if (full && !fifo_mode(u)) (void)pop(&u->s.tx);
	if (!full || !fifo_mode(u)) push(&u->s.tx, byte, 0);
	if (u->s.tx.len > 1) u->s.two_in_fifo = true;
	u->s.thre = false;
	u->s.thre_pending = false;
	clock_disarm(u->clock, u->thre_timer);
	if (u->s.tx_phase == UART_16550_MODEL_TX_IDLE)
		arm_tx(u, UART_16550_MODEL_TX_START,
		       clock_ticks(clock_now(u->clock), UART_16550_MODEL_CLOCK_HZ) + 1 +
			       TX_START_CYCLES * divisor(u));
}

static void clear_tx(struct uart_16550_model *u)
{
	u->s.tx = (struct uart_16550_model_fifo){ 0 };
	clock_disarm(u->clock, u->thre_timer);
	if (u->s.tx_phase == UART_16550_MODEL_TX_START) {
		u->s.tx_phase = UART_16550_MODEL_TX_IDLE;
		clock_disarm(u->clock, u->tx_timer);
	}
	if (!u->s.thre) set_thre(u);
}

/* Modem lines */

static uint8_t lines_now(const struct uart_16550_model *u)
{
	uint64_t mcr = u->s.reg[UART_16550_MODEL_MCR];

	if (!looped(u)) return u->s.inputs;
	return (uint8_t)((mcr & MCR_RTS ? MSR_CTS : 0) | (mcr & MCR_DTR ? MSR_DSR : 0) |
			 (mcr & MCR_OUT1 ? MSR_RI : 0) | (mcr & MCR_OUT2 ? MSR_DCD : 0));
}

static void update_lines(struct uart_16550_model *u)
{
	uint8_t now = lines_now(u), changed = now ^ u->s.lines;

	if (changed & MSR_CTS) u->s.deltas |= MSR_DCTS;
	if (changed & MSR_DSR) u->s.deltas |= MSR_DDSR;
	if (changed & ~now & MSR_RI) u->s.deltas |= MSR_TERI; /* the trailing edge only */
	if (changed & MSR_DCD) u->s.deltas |= MSR_DDCD;
	u->s.lines = now;
}

void uart_16550_model_modem_inputs(struct uart_16550_model *u, bool cts, bool dsr, bool ri,
				   bool dcd)
{
	u->s.inputs = (uint8_t)((cts ? MSR_CTS : 0) | (dsr ? MSR_DSR : 0) | (ri ? MSR_RI : 0) |
				(dcd ? MSR_DCD : 0));
	update_lines(u);
	settle(u);
}

/* Registers */

static uint8_t read_iir(struct uart_16550_model *u)
{
	uint8_t reported = cause(u);

	if (reported == IIR_THR_EMPTY) u->s.thre_pending = false; /* table IV: and nothing else */
	return reported | (fifo_mode(u) ? IIR_FIFOS : 0);
}

static bool fifo_has_error(const struct uart_16550_model *u)
{
	if (!fifo_mode(u)) return false;
	for (unsigned i = 0; i < u->s.rx.len; i++)
		if (u->s.rx.error[(u->s.rx.head + i) % UART_16550_MODEL_DEPTH]) return true;
	return false;
}

bool uart_16550_model_tx_idle(const struct uart_16550_model *u)
{
	return u->s.tx.len == 0 && u->s.tx_phase != UART_16550_MODEL_TX_SHIFT;
}

static uint8_t read_lsr(struct uart_16550_model *u)
{
	uint8_t v = u->s.line_errors;

	if (u->s.rx.len) v |= LSR_DR;
	if (u->s.thre) v |= LSR_THRE;
	if (uart_16550_model_tx_idle(u)) v |= LSR_TEMT;
	if (fifo_has_error(u)) v |= LSR_FIFO_ERR;
	if (!u->s.line_errors) return v;
	u->s.line_errors = 0;
	if (u->s.rx.len) u->s.rx.error[u->s.rx.head] = 0;
	settle(u);
	return v;
}

static uint8_t read_msr(struct uart_16550_model *u)
{
	uint8_t v = u->s.deltas | u->s.lines;

	u->s.deltas = 0;
	return v;
}

static uint64_t model_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct uart_16550_model *u = (struct uart_16550_model *)dev;
	uint64_t v = stored;

	(void)n;
	switch (reg) {
	case UART_16550_MODEL_RBR: v = read_rbr(u); break;
	case UART_16550_MODEL_IIR: v = read_iir(u); break;
	case UART_16550_MODEL_LSR: return read_lsr(u); /* polled */
	case UART_16550_MODEL_MSR: v = read_msr(u); break;
	default: return v;
	}
	settle(u);
	return v;
}

/* 8.5: if bit 0 is clear, the other bits are not programmed. Changing bit 0 empties both FIFOs. */
static void write_fcr(struct uart_16550_model *u, const struct reg_write *w)
{
	bool changed = (w->now ^ w->old) & FCR_ENABLE;

	if (!(w->now & FCR_ENABLE))
		u->s.reg[UART_16550_MODEL_FCR] = w->old & ~(uint64_t)FCR_ENABLE;
	else
		u->s.reg[UART_16550_MODEL_FCR] = w->now & ~(uint64_t)(FCR_RX_RESET | FCR_TX_RESET);
	if (changed || (w->now & (FCR_ENABLE | FCR_RX_RESET)) == (FCR_ENABLE | FCR_RX_RESET))
		clear_rx(u);
	if (changed || (w->now & (FCR_ENABLE | FCR_TX_RESET)) == (FCR_ENABLE | FCR_TX_RESET))
		clear_tx(u);
	if (changed) u->s.thre_at_once = true;
}

/* 8.3: the baud counter is reloaded at once, even during a character. */
static void check_divisor(const struct uart_16550_model *u, unsigned reg, const struct reg_write *w)
{
	if (w->now == w->old || u->s.tx_phase != UART_16550_MODEL_TX_SHIFT) return;
	device_lint(&u->dev, &uart_16550_lints[UART_16550_LINT_BUSY], uart_16550_regs[reg].name,
		    w->now ^ w->old,
		    "changed from 0x%02x to 0x%02x while a character is being sent",
		    (unsigned)w->old, (unsigned)w->now);
}

static void model_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct uart_16550_model *u = (struct uart_16550_model *)dev;

	(void)n;
	switch (reg) {
	case UART_16550_MODEL_THR: write_thr(u, (uint8_t)w->now); break;
	case UART_16550_MODEL_DLL:
	case UART_16550_MODEL_DLM: check_divisor(u, reg, w); break;
	case UART_16550_MODEL_FCR: write_fcr(u, w); break;
	case UART_16550_MODEL_MCR: update_lines(u); break;
	case UART_16550_MODEL_IER:
		/* LSR.THRE "causes the UART to issue an interrupt when [it] is set high" (8.4) */
		if ((w->now & ~w->old & IER_ETBEI) && u->s.thre) u->s.thre_pending = true;
		break;
	default: break;
	}
	settle(u);
}

static uint8_t window(const struct device *dev)
{
	return dev->reg[UART_16550_MODEL_LCR] & LCR_DLAB ? UART_16550_MODEL_DLAB_1
							 : UART_16550_MODEL_DLAB_0;
}

static void reset_device(struct device *dev)
{
	uart_16550_model_reset((struct uart_16550_model *)dev);
}

const struct device_ops uart_16550_model_ops = {
	.name = "uart16550",
	.about = &uart16550_about,
	.regs = uart_16550_regs,
	.n_regs = UART_16550_MODEL_N_REGS,
	.bank = window,
	.read = model_read,
	.write = model_write,
	.reset = reset_device,
};

void uart_16550_model_reset(struct uart_16550_model *u)
{
	struct uart_16550_model_state old = u->s;

	u->s = (struct uart_16550_model_state){
		.thre = true, .intr = old.intr, .rbr = old.rbr, .inputs = old.inputs
	};
	reg_table_reset(uart_16550_regs, UART_16550_MODEL_N_REGS, u->s.reg);
	u->s.reg[UART_16550_MODEL_DLL] = old.reg[UART_16550_MODEL_DLL];
	u->s.reg[UART_16550_MODEL_DLM] = old.reg[UART_16550_MODEL_DLM];
	u->s.lines = lines_now(u);
	clock_disarm(u->clock, u->tx_timer);
	clock_disarm(u->clock, u->thre_timer);
	clock_disarm(u->clock, u->timeout_timer);
	settle(u);
}

void uart_16550_model_init(struct uart_16550_model *u, const char *instance, const struct hub *hub,
			   struct clock *clock, struct irq irq, void (*tx)(void *ctx, uint8_t byte),
			   void *ctx)
{
	*u = (struct uart_16550_model){ .clock = clock, .irq = irq, .tx = tx, .ctx = ctx };
	device_init(&u->dev, &uart_16550_model_ops, instance, hub, u->s.reg, &u->s, sizeof u->s);
	u->tx_timer = clock_add_timer(clock, "uart16550 tx", on_tx, u);
	u->thre_timer = clock_add_timer(clock, "uart16550 thre", on_thre, u);
	u->timeout_timer = clock_add_timer(clock, "uart16550 timeout", on_timeout, u);
	uart_16550_model_reset(u);
}
