/* SPDX-License-Identifier: MIT */
/* The PC's two cascaded 8259A (Intel 231468), with the slave's INT on IR2 of the master; and the
 * edge/level control registers of the chipset. An input is level-triggered if ICW1 of its chip or
 * its ELCR bit says so.
 *
 * Lints beyond the register tables:
 *   i8259a.<reg>.uninitialised  an OCW before the ICW sequence is complete
 *   i8259a.ICW1.sequence        ICW1 before the running ICW sequence is complete
 *   i8259a.OCW2.not-in-service  EOI, but the level that it would end is not in service
 *   i8259a.OCW2.spurious        the same after an acknowledge that gave a spurious vector
 *   i8259a.OCW2.early-eoi       (a note) the same before the chip has given any interrupt
 *   i8259a.ICW1.wiring          SNGL set, although the pair is cascaded
 *   i8259a.ICW3.wiring          ICW3 contradicts the cascade (master 0x04, slave 2)
 *   i8259a.ICW4.mcs80           (not modelled) MCS-80/85 mode; vectors are given as in 8086 mode
 *
 * Choices where the datasheet is silent: ICW1 clears ISR and the rotate-in-AEOI flip-flop; a poll
 * without a request reads 0; a chip gives no interrupt before its initialisation is complete. Not
 * modelled: buffered mode's SP/EN pin (BUF and MS do nothing), MCS-80/85 mode. */
#ifndef DEVICES_PIC_8259_MODEL_H
#define DEVICES_PIC_8259_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/pic_8259/registers.h"
#include "emu/clock.h"
#include "emu/irq.h"

enum { PIC_8259_MODEL_LINES = 8, PIC_8259_MODEL_CASCADE = 2, PIC_8259_MODEL_NAME_SIZE = 24 };

struct pic_8259_model_chip_state { /* plain data: a snapshot */
	uint64_t reg[PIC_8259_MODEL_N_REGS];
	uint8_t lines; /* IR inputs */
	uint8_t edge;  /* edge sense latches: a rising edge not acknowledged yet */
	uint8_t elcr;  /* inputs that ELCR makes level-triggered */
	uint8_t isr, imr;
	uint8_t icw1, icw2, icw3, icw4;
	uint8_t window; /* enum pic_8259_model_window: what a write at A0 = 1 is */
	uint8_t lowest; /* IR with the lowest priority */
	bool ready;     /* initialised */
	bool read_isr;  /* OCW3 selected ISR, not IRR */
	bool poll;      /* the next read is an acknowledge */
	bool special_mask;
	bool rotate_aeoi;
	bool intr;     /* INT output */
	bool spurious; /* the last acknowledge found no request */
	bool served; /* an interrupt was acknowledged since ICW1, other than by firmware handlers */
};

/* What the chipset keeps beside the two chips. */
struct pic_8259_model_elcr_state {
	uint64_t reg[PIC_8259_MODEL_N_ELCR];
	uint64_t rose_ns[2 * PIC_8259_MODEL_LINES]; /* when each IRQ's line rose: for reports */
};

struct pic_8259_model {
	struct device master; /* 2 ports, at 0x20 */
	struct device slave;  /* 2 ports, at 0xa0 */
	struct device elcr;   /* 2 ports, at 0x4d0 */
	struct irq intr;      /* to the CPU */
	char name[3][PIC_8259_MODEL_NAME_SIZE];
	const struct clock *clock; /* for reports; may be NULL */
	struct {
		struct pic_8259_model_chip_state master, slave;
		struct pic_8259_model_elcr_state elcr;
	} s;
};

/* Connect and power on. Both chips are then uninitialised and drive no interrupt. Instance names
 * are "<instance>.master", ".slave", ".elcr". The clock is for reports, and may be NULL. */
void pic_8259_model_init(struct pic_8259_model *p, const char *instance, const struct hub *hub,
			 struct clock *clock, struct irq intr);
/* Restore the power-on state (an 8259A has no reset pin; chipsets do this). The input lines keep
 * their levels. */
void pic_8259_model_reset(struct pic_8259_model *p);

/* Drive IRQ n, 0..15, of the PC; fits struct irq. IRQ 2 is the cascade and is ignored. */
void pic_8259_model_set_irq(void *i8259a, unsigned n, bool level);
/* The CPU's interrupt acknowledge cycle. Always returns a vector, 0..255. If no request is left it
 * is a spurious IR7, which sets no ISR bit; if the slave's request is gone, ISR bit 2 of the master
 * is set. If the slave does not answer, the bus floats: 255. */
int pic_8259_model_ack(struct pic_8259_model *p);
/* The interrupts acknowledged so far were handled by firmware: the program owes no EOI for them. */
void pic_8259_model_firmware_served(struct pic_8259_model *p);
/* The level of the INTR output. */
bool pic_8259_model_intr(const struct pic_8259_model *p);

extern const struct device_ops pic_8259_model_master_ops, pic_8259_model_slave_ops,
	pic_8259_model_elcr_ops;
/* What the requests are, for a report (struct device_ops). */
void pic_8259_model_report(const struct device *dev, FILE *out);
bool pic_8259_model_held_back(const struct device *dev, char *buf, size_t size);
bool pic_8259_model_raises(const struct device *dev, uint8_t vector, char *buf, size_t size);
/* What it is, and how it answers. */
extern const struct device_about i8259a_about;

#endif
