/* SPDX-License-Identifier: MIT */
/* Power management of the ICH9: ACPI's fixed registers (events, control, timer), general purpose
 * events, the SMI and TCO registers as firmware leaves them, and the ports 0xb2 and 0xb3 by which
 * an operating system speaks to firmware.
 *
 * Lines: out SCI (level, active high). In: the power button, the RTC's interrupt.
 *
 * SCI = SCI_EN and (PM1_STS and PM1_EN, or GPE0_STS and GPE0_EN, or PWRBTNOR_STS),
 *       or GBL_STS and GBL_EN whatever SCI_EN says (6 Series datasheet 5.13.4, note 8).
 *
 * The timer counts 3.579545 MHz from power-on, 24 bits; TMROF_STS is set whenever bit 23 changes
 * (ACPI 6.0 table 4-16, 4.8.3.3).
 *
 * Lints beyond the register table:
 *   acpi_pm.PM1_CNT.slp-typ  SLP_EN with a reserved SLP_TYP, or with that of S0, which does nothing
 *                            (a value for another chipset: firmware's _S5 object names the right
 * one) acpi_pm.PM1_CNT.sci-en   SCI_EN changed by hand: firmware does that when asked through 0xb2
 *
 * Not modelled, and said so when used: S1 and S3 (SLP_EN is ignored), C2 to C4, throttling, the TCO
 * timer (it stands still, so no watchdog bites), NMI_NOW, SEND_NOW. There is no system management
 * mode: with SCI_EN clear events set their status and nothing more. Sources of the general purpose
 * events other than software (GPE_CNTL) and acpi_pm_model_raise_gpe() do not exist. */
#ifndef DEVICES_ACPI_PM_MODEL_H
#define DEVICES_ACPI_PM_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/acpi_pm/registers.h"
#include "emu/clock.h"
#include "emu/irq.h"
#include "emu/regs.h"

enum {
	ACPI_PM_MODEL_SIZE = 0x80, /* ports of the block at PMBASE */
	ACPI_APM_BASE = 0xb2,      /* ports of `apm` */
	ACPI_APM_SIZE = 2,
	ACPI_PM_MODEL_TIMER_HZ = 3579545,
	ACPI_PM_MODEL_TIMER_BITS = 24,
	ACPI_PM_MODEL_N_GPES = 64
};

/* What the block drives. Any member may be left NULL. */
struct acpi_pm_model_wiring {
	struct irq sci;
	/* The guest switched the machine off: it entered S4 or S5, or the button was held. */
	void (*power_off)(void *ctx);
	/* A byte was written to port 0xb2 with SMIs enabled: firmware's turn. It answers
	 * ACPI_ENABLE and ACPI_DISABLE by acpi_pm_model_set_sci_en(). */
	void (*smi)(void *ctx, uint8_t command);
	void *ctx;
};

struct acpi_pm_model_state { /* plain data */
	uint64_t reg[ACPI_PM_MODEL_N_REGS];
	uint64_t apm[ACPI_APM_N_REGS];
	uint64_t half; /* times bit 23 of the timer has changed, as far as TMROF_STS knows */
	bool sci;      /* level driven */
	bool rtc;      /* level of the RTC's interrupt */
};

struct acpi_pm_model {
	struct device dev; /* the block at PMBASE */
	struct device apm; /* 0xb2 and 0xb3; shares the state of `dev` */
	struct acpi_pm_model_wiring wire;
	struct clock *clock;
	unsigned timer; /* clock timer */
	struct acpi_pm_model_state s;
};

/* Wire up and power on. `clock` and `hub` must outlive it; it adds one timer to the clock. Of the
 * two devices only `dev` belongs in a list of snapshots. */
void acpi_pm_model_init(struct acpi_pm_model *pm, const char *instance, const struct hub *hub,
			struct clock *clock, const struct acpi_pm_model_wiring *wire);
/* Platform reset (PLTRST#): all but what the resume and RTC wells keep, the upper halves of PM1_STS
 * and PM1_EN. The timer runs on. Tells the wiring. */
void acpi_pm_model_reset(struct acpi_pm_model *pm);
/* What a BIOS leaves: no event pending or enabled, SMIs by port 0xb2 enabled, SCI_EN clear (legacy
 * mode), the TCO timer halted. */
void acpi_pm_model_bios_state(struct acpi_pm_model *pm);

/* Firmware gives the events to the operating system, or takes them back. */
void acpi_pm_model_set_sci_en(struct acpi_pm_model *pm, bool on);
bool acpi_pm_model_sci_en(const struct acpi_pm_model *pm);
/* The button is pressed and let go of. */
void acpi_pm_model_power_button(struct acpi_pm_model *pm);
/* The button is held for four seconds: PWRBTNOR_STS, and off. */
void acpi_pm_model_power_override(struct acpi_pm_model *pm);
/* The RTC's interrupt line; a rising edge sets RTC_STS. Fits struct irq: `acpi_pm` is one of
 * these. */
void acpi_pm_model_rtc_alarm(void *acpi_pm, unsigned n, bool level);
/* Set the status of general purpose event `gpe`, 0..63. */
void acpi_pm_model_raise_gpe(struct acpi_pm_model *pm, unsigned gpe);
/* The timer now, 24 bits. */
uint32_t acpi_pm_model_timer(const struct acpi_pm_model *pm);

#endif
