/* SPDX-License-Identifier: MIT */
/* A parallel port in printer (SPP) mode, with a printer at its other end.
 *
 * The port is that of SMSC's LPC47B34x in printer mode. Of its datasheet the page with CONTROL and
 * the upper bits of STATUS was read (p. 96). DATA and the lower bits of STATUS are on the page
 * before; they were read in the datasheets of two other chips of the family, which have the same
 * text: LPC47S42x p. 92, LPC47M10x p. 73.
 *
 * The printer's times and pins are those of the Epson Stylus Photo 870/1270 (service manual, Rev.
 * B, tables 1-10, 1-11 and 1-13), and BUSY and ERROR as the one of the Stylus Color 900 (Rev. C,
 * 1.3.1) says. That printer is never off-line; what is so then, and that nACK is pulsed at the end
 * of initialisation, is from Canon's MultiPASS 1000 (user's manual, p. A-7).
 *
 *   nINIT low          the printer is reset, BUSY is high. After nINIT rises it initialises itself,
 *                      pulses nACK, and is ready
 *   STROBE             its beginning (the falling edge of nSTROBE) reads the data lines
 *   500 ns later       BUSY rises: the longest that table 1-10 allows (tbusy). A shorter STROBE is
 *                      not seen
 *   entry time later   the byte is out: `send` is called
 *   end of STROBE      nACK falls, if nothing holds the printer
 *   3 us later         nACK rises, BUSY falls (tack at normal speed, table 1-11)
 *
 * Off-line, paper end, error and a full buffer hold BUSY high. When the last of them ends, the
 * printer pulses nACK and is ready (Siemens 9014/9015 Programmer Reference, p. 219).
 *
 * Interrupts: with IRQE set, the rising edge of nACK raises the line (LPC47B34x p. 96). It falls at
 * the next falling edge of nACK, or when IRQE is cleared; how long the pulse is on the chip was on
 * no page that was read, and edge-triggered controllers see no difference.
 *
 * Lints beyond the register table:
 *   lpt.CONTROL.busy        STROBE while BUSY is high: the byte is lost
 *   lpt.CONTROL.off-line    the same, because of off-line, paper end or an error
 *   lpt.CONTROL.unselected  STROBE with SLCTIN 0: the byte is not taken
 *   lpt.CONTROL.setup       STROBE within 500 ns after the data changed: the byte is not taken
 *   lpt.CONTROL.short       STROBE shorter than 500 ns: the byte is not taken
 *   lpt.CONTROL.long        STROBE longer than 500 us; a note
 *   lpt.DATA.hold           the data changed during STROBE, or within 500 ns after it
 *   lpt.CONTROL.init        nINIT low for less than 50 us
 *   lpt.CONTROL.direction   PCD set; not modelled
 *
 * Not modelled: the bi-directional, EPP and ECP modes, and the configuration registers that choose
 * them; line feeds that AUTOFD asks the printer for; IEEE 1284 negotiation (nibble mode, device
 * ID). The printer understands no printer language: `send` gets the bytes as they are.
 * Our choice, as no document says: the time to enter a byte (10 us) and to initialise (1 ms). */
#ifndef DEVICES_LPT_MODEL_H
#define DEVICES_LPT_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/lpt/registers.h"
#include "emu/clock.h"
#include "emu/irq.h"
#include "emu/model.h"

enum {
	LPT_MODEL_SETUP_NS = 500,
	LPT_MODEL_HOLD_NS = 500,
	LPT_MODEL_STROBE_NS = 500, /* at least, and then BUSY rises */
	LPT_MODEL_LONG_NS = 500000,
	LPT_MODEL_ENTRY_NS = 10000,
	LPT_MODEL_ACK_NS = 3000,
	LPT_MODEL_INIT_NS = 50000,   /* nINIT low, at least */
	LPT_MODEL_START_NS = 1000000 /* from nINIT high to ready */
};

enum lpt_model_phase {
	LPT_MODEL_RESET,  /* nINIT is low */
	LPT_MODEL_STARTS, /* it initialises itself */
	LPT_MODEL_READY,
	LPT_MODEL_TAKEN, /* STROBE began; BUSY is not high yet */
	LPT_MODEL_ENTRY, /* of the byte that was read */
	LPT_MODEL_HELD,  /* until STROBE and what else holds it ends */
	LPT_MODEL_ACK    /* nACK is low */
};

/* What holds the printer; from outside. */
enum lpt_model_hold {
	LPT_MODEL_OFF_LINE = 1,
	LPT_MODEL_PAPER_END = 2,
	LPT_MODEL_ERROR = 4,
	LPT_MODEL_BUFFER_FULL = 8
};

struct lpt_model_state { /* plain data: a snapshot */
	uint64_t reg[LPT_MODEL_N_REGS];
	uint64_t data_ns;   /* when the data lines last changed */
	uint64_t strobe_ns; /* when STROBE began */
	uint64_t end_ns;    /* when the last STROBE that read data ended */
	uint64_t init_ns;   /* when nINIT fell */
	uint8_t phase;      /* enum lpt_model_phase */
	uint8_t holds;      /* enum lpt_model_hold */
	uint8_t byte;       /* what the last STROBE read */
	bool read;          /* the present STROBE read data */
	bool hold_due;      /* end_ns is valid: an earlier STROBE read data */
	bool ack;           /* nACK is low */
	bool request;       /* the level of the interrupt line */
};

struct lpt_model {
	struct device dev;
	struct clock *clock;
	struct irq irq;
	void (*send)(void *ctx, uint8_t byte);
	void *ctx;
	unsigned timer;
	struct lpt_model_state s;
};

/* Connect and power on, with the printer on-line. `send` (may be NULL) receives each byte when the
 * printer has it. Takes one timer. The interrupt line is for an edge-triggered input. */
void lpt_model_init(struct lpt_model *l, const char *instance, const struct hub *hub,
		    struct clock *clock, struct irq irq, void (*send)(void *ctx, uint8_t byte),
		    void *ctx);
/* Reset by the RESET pin: DATA and CONTROL are 0. So nINIT is low, which resets the printer too.
 * What holds the printer stays. */
void lpt_model_reset(struct lpt_model *l);

/* The world outside. Each may be called with the level that it has already. */
void lpt_model_set_off_line(struct lpt_model *l, bool on);
void lpt_model_set_paper_end(struct lpt_model *l, bool on);
void lpt_model_set_error(struct lpt_model *l, bool on);
void lpt_model_set_buffer_full(struct lpt_model *l, bool on);

/* The device that --device adds. */
extern const struct model model_lpt;
extern const struct device_ops lpt_model_ops;
/* What it is, and how it answers. */
extern const struct device_about lpt_about;

#endif
