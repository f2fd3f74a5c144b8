/* SPDX-License-Identifier: MIT */
/* High precision event timers of the ICH9 (IA-PC HPET 1.0a): a 64-bit counter and four comparators.
 * Timer 0 is 64 bits wide and can be periodic; timers 1 to 3 are 32 bits wide and cannot.
 *
 * Time: the period of the counter is exactly 69841279 fs, as the capability register says. Tick
 * number t since power-on is at t * 69841279 / 10^6 ns, rounded up. While the counter is enabled it
 * counts these ticks. Everything is computed with integers from the tick number, so no error
 * accumulates.
 *
 * A comparator matches when the counter becomes equal to it. If the counter is already past it, it
 * matches only after the counter has wrapped (32 bits: five minutes). An edge is a low level, then
 * a high level that stays until the next edge, as an edge-triggered 8259A input needs. The output
 * falls when the timer is disabled, routed elsewhere or made level-triggered.
 *
 * An access of 8 bytes reaches the model as one access: the counter is read at one tick. Two 4-byte
 * accesses stay two: the halves may belong to different ticks, and after VAL_SET_CNF only the first
 * write sets the comparator, because it clears that bit.
 *
 * Lints beyond the register table:
 *   hpet.MAIN_CNT.running   the counter was written while it counts
 *   hpet.TIM0_COMP.running  a periodic timer's comparator was set (VAL_SET_CNF) while it counts
 *   hpet.TIM<n>_CONF.route     an enabled timer is routed to an input that it cannot reach
 *   hpet.TIM<n>_CONF.periodic  TYPE_CNF set in a timer that cannot be periodic
 *   hpet.TIM<n>_CONF.val-set   VAL_SET_CNF set in a timer that is not periodic
 *   hpet.TIM<n>_CONF.fsb       FSB_EN_CNF set where the capability is missing
 *   hpet.TIM<n>_CONF.fsb-level messages requested from a level-triggered timer
 *   hpet.GINTR_STA.edge     1 written to the status of an edge-triggered timer
 *
 * Not modelled: the error of up to two ticks that the document allows the counter. */
#ifndef DEVICES_HPET_MODEL_H
#define DEVICES_HPET_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/hpet/registers.h"
#include "emu/clock.h"
#include "emu/irq.h"
#include "emu/regs.h"

enum {
	HPET_MODEL_N_PINS = 24,
	HPET_SIZE = 0x400, /* bytes of the register block */
	HPET_MODEL_PERIOD_FS = 69841279,
	HPET_MODEL_PIN_TIMER = 2, /* legacy replacement: timer 0, in place of the 8254 */
	HPET_MODEL_PIN_RTC = 8    /* timer 1, in place of the RTC */
};

#define HPET_MODEL_BASE UINT64_C(0xfed00000)

/* What the timers drive. Any member may be left NULL. */
struct hpet_model_wiring {
	/* Indexed by I/O APIC input. 2, 8, 11 and 12 are ISA lines 0, 8, 11 and 12, which the
	 * 8259As also receive. 20 to 23 are shared with PCI, whose lines are active low; `true`
	 * means asserted. */
	struct irq pin[HPET_MODEL_N_PINS];
	/* Legacy replacement begins or ends. While it is on, the 8254 and the RTC must not drive
	 * ISA lines 0 and 8. Called before an output of the HPET rises, or after it has fallen. */
	void (*legacy)(void *ctx, bool on);
	/* Send an interrupt message, a 32-bit write. NULL: no timer has this capability. */
	void (*message)(void *ctx, uint32_t addr, uint32_t data);
	void *ctx;
};

struct hpet_model_state { /* plain data */
	/* MAIN_CNT and TIMn_COMP hold their values at `tick`. */
	uint64_t reg[HPET_MODEL_N_REGS];
	uint64_t tick;                        /* last tick that was processed */
	uint64_t period[HPET_MODEL_N_TIMERS]; /* value last written to the comparator */
	uint32_t pins;                        /* levels driven */
	uint8_t edges; /* bit n: the output of timer n is high since its last edge */
	bool legacy;   /* legacy replacement is in effect */
};

struct hpet_model {
	struct device dev;
	struct hpet_model_wiring wire;
	struct clock *clock;
	unsigned timer; /* clock timer */
	struct hpet_model_state s;
};

/* Connect and power on. `clock` and `hub` must outlive it; it adds one timer to the clock. */
void hpet_model_init(struct hpet_model *hpet, const char *instance, const struct hub *hub,
		     struct clock *clock, const struct hpet_model_wiring *wire);
/* Reset: halted at zero, every timer disabled, outputs low, no legacy replacement. Calls the
 * functions of the wiring. */
void hpet_model_reset(struct hpet_model *hpet);
/* Is legacy replacement in effect (both ENABLE_CNF and LEG_RT_CNF)? */
bool hpet_model_legacy(const struct hpet_model *hpet);
/* The value of the main counter. */
uint64_t hpet_model_counter(struct hpet_model *hpet);

/* The number of the last tick at `ns`, and the time of tick number `tick` (CLOCK_NEVER if beyond 64
 * bits). hpet_model_ticks(hpet_model_tick_time(t)) == t. */
uint64_t hpet_model_ticks(uint64_t ns);
uint64_t hpet_model_tick_time(uint64_t tick);
/* What it is, and how it answers. */
extern const struct device_about hpet_about;
extern const struct device_ops hpet_model_ops;

#endif
