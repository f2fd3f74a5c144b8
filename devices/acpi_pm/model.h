/* SPDX-License-Identifier: MIT */
/* Power management of the ICH9: ACPI's fixed registers (events, control, timer), general purpose
 * events, the SMI and TCO registers as firmware leaves them, and ports 0xb2 and 0xb3, through which
 * an operating system calls firmware.
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
 *                            (a value for another chipset: the _S5 object has the right one)
 *   acpi_pm.PM1_CNT.sci-en   SCI_EN was written directly: firmware changes it, on request by 0xb2
 *
 * Not modelled; using it is reported: S1 and S3 (SLP_EN is ignored), C2 to C4, throttling, the TCO
 * timer (it is halted, so its watchdog never fires), NMI_NOW, SEND_NOW. There is no system
 * management mode: with SCI_EN clear, events only set their status. General purpose events come
 * only from software (GPE_CNTL) and from acpi_pm_model_raise_gpe(). */
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
	/* The guest switched the machine off: it entered S4 or S5, or the button was held for four
	 * seconds. */
	void (*power_off)(void *ctx);
	/* A byte was written to port 0xb2 with SMIs enabled, which calls the firmware. The firmware
	 * handles ACPI_ENABLE and ACPI_DISABLE by calling acpi_pm_model_set_sci_en(). */
	void (*smi)(void *ctx, uint8_t command);
	void *ctx;
};

struct acpi_pm_model_state { /* plain data */
	uint64_t reg[ACPI_PM_MODEL_N_REGS];
	uint64_t apm[ACPI_APM_N_REGS];
	uint64_t half; /* number of changes of bit 23 of the timer already reported in TMROF_STS */
	bool sci;      /* level driven */
	bool rtc;      /* level of the RTC's interrupt line */
};

struct acpi_pm_model {
	struct device dev; /* the block at PMBASE */
	struct device apm; /* 0xb2 and 0xb3; shares the state of `dev` */
	struct acpi_pm_model_wiring wire;
	struct clock *clock;
	unsigned timer; /* clock timer */
	struct acpi_pm_model_state s;
};

/* Connect and power on. `clock` and `hub` must outlive it; it adds one timer to the clock. Only
 * `dev` belongs in a list of snapshots. */
void acpi_pm_model_init(struct acpi_pm_model *pm, const char *instance, const struct hub *hub,
			struct clock *clock, const struct acpi_pm_model_wiring *wire);
/* Platform reset (PLTRST#). It resets everything except the registers on the resume and RTC wells:
 * the upper halves of PM1_STS and PM1_EN. The timer keeps running. Calls the functions of the
 * wiring. */
void acpi_pm_model_reset(struct acpi_pm_model *pm);
/* Set the state that a BIOS leaves: no event pending or enabled, SMIs by port 0xb2 enabled, SCI_EN
 * clear (legacy mode), the TCO timer halted. */
void acpi_pm_model_bios_state(struct acpi_pm_model *pm);

/* Firmware hands the events to the operating system (true), or takes them back. */
void acpi_pm_model_set_sci_en(struct acpi_pm_model *pm, bool on);
bool acpi_pm_model_sci_en(const struct acpi_pm_model *pm);
/* The power button is pressed and released. */
void acpi_pm_model_power_button(struct acpi_pm_model *pm);
/* The power button is held for four seconds: sets PWRBTNOR_STS, and switches off. */
void acpi_pm_model_power_override(struct acpi_pm_model *pm);
/* The RTC's interrupt line; a rising edge sets RTC_STS. Fits struct irq; `acpi_pm` is a struct
 * acpi_pm_model. */
void acpi_pm_model_rtc_alarm(void *acpi_pm, unsigned n, bool level);
/* Set the status of general purpose event `gpe`, 0..63. */
void acpi_pm_model_raise_gpe(struct acpi_pm_model *pm, unsigned gpe);
/* The value of the timer, 24 bits. */
uint32_t acpi_pm_model_timer(const struct acpi_pm_model *pm);
/* What it is, and how it answers. */
extern const struct device_about acpi_pm_about;
extern const struct device_ops acpi_pm_model_ops, acpi_pm_model_apm_ops;

#endif
