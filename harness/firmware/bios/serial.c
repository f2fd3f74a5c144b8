/* SPDX-License-Identifier: MIT */
/* INT 14h, serial ports by polling, and INT 17h, which finds no printer. It does not wait for the
 * modem's lines. Facts: IBM PC/AT Technical Reference; RBIL. */
#include "emu/units.h"
#include "harness/firmware/bios/internal.h"
#include "harness/firmware/bios/state.h"

enum { /* offsets of the UART's ports */
       THR = 0,
       IER = 1,
       DLL = 0,
       DLM = 1,
       LCR = 3,
       MCR = 4,
       LSR = 5,
       MSR = 6
};

enum {
	N_PORTS = 4,
	LINE_CONTROL = 0x1f, /* of AL, AH=00h: parity, stop bits, length */
	DLAB = 0x80,
	DTR = 0x01,
	RTS = 0x02,
	READY = 0x01, /* LSR */
	ERRORS = 0x1e,
	EMPTY = 0x20,
	TIMED_OUT = 0x80
};

#define TIMEOUT_NS NS_PER_S
#define STEP_NS    UINT64_C(50000)

static void status(struct bios *b, struct bios_call *c, unsigned base)
{
	bios_set_high(c, CPU_RAX, bios_in(b, base + LSR));
	bios_set_low(c, CPU_RAX, bios_in(b, base + MSR));
}

static void set_up(struct bios *b, struct bios_call *c, unsigned base)
{
	static const uint16_t divisors[] = { 1047, 768, 384, 192, 96, 48, 24, 12 };
	unsigned how = bios_low(c, CPU_RAX), divisor = divisors[how >> 5];

	bios_out(b, base + LCR, DLAB);
	bios_out(b, base + DLL, divisor & 0xff);
	bios_out(b, base + DLM, divisor >> 8);
	bios_out(b, base + LCR, how & LINE_CONTROL);
	bios_out(b, base + IER, 0);
	status(b, c, base);
}

/* Whether the line status has these bits. False: the call waits, or has timed out. */
static bool line_is(struct bios *b, struct bios_call *c, unsigned base, unsigned bits,
		    unsigned *line)
{
	*line = bios_in(b, base + LSR);
	if (*line & bits) return true;
	if (!bios_wait(b, c, TIMEOUT_NS, STEP_NS))
		bios_set_high(c, CPU_RAX, (*line & ~(unsigned)TIMED_OUT) | TIMED_OUT);
	return false;
}

static void send(struct bios *b, struct bios_call *c, unsigned base)
{
	unsigned line;

	bios_out(b, base + MCR, DTR | RTS);
	if (!line_is(b, c, base, EMPTY, &line)) return;
	bios_out(b, base + THR, bios_low(c, CPU_RAX));
	bios_set_high(c, CPU_RAX, line & ~(unsigned)TIMED_OUT);
}

static void receive(struct bios *b, struct bios_call *c, unsigned base)
{
	unsigned line;

	bios_out(b, base + MCR, DTR);
	if (!line_is(b, c, base, READY, &line)) return;
	bios_set_low(c, CPU_RAX, bios_in(b, base + THR));
	bios_set_high(c, CPU_RAX, line & ERRORS);
}

void bios_serial(struct bios *b, struct bios_call *c)
{
	unsigned n = bios_word(c, CPU_RDX);
	unsigned base = n < N_PORTS ? bda_word(b, BDA_COM + n * 2) : 0;

	if (!base) {
		bios_set_high(c, CPU_RAX, TIMED_OUT);
		return;
	}
	switch (bios_high(c, CPU_RAX)) {
	case 0x00: set_up(b, c, base); return;
	case 0x01: send(b, c, base); return;
	case 0x02: receive(b, c, base); return;
	case 0x03: status(b, c, base); return;
	default: bios_unknown(b, c, "INT14"); return;
	}
}

void bios_printer(struct bios *b, struct bios_call *c)
{
	enum { TIME_OUT = 0x01 };

	(void)b;
	bios_set_high(c, CPU_RAX, TIME_OUT);
}
