/* SPDX-License-Identifier: MIT */
/* Power management: what the register tables cannot express (ACPI 6.0 4.8; Intel ICH datasheets).
 */
#include "devices/acpi_pm/model.h"

#include <stddef.h>

#include "devices/acpi_pm/lints.h"

enum {
	ALWAYS_SCI = ACPI_PM_MODEL_GBL,
	CORE_WELL = 0xff, /* bits of PM1_STS and PM1_EN that a platform reset clears */
	/* Events whose status and enable bits are at the same position. */
	PM1_EVENTS =
		ACPI_PM_MODEL_TMROF | ACPI_PM_MODEL_GBL | ACPI_PM_MODEL_PWRBTN | ACPI_PM_MODEL_RTC
};

static uint64_t get(const struct acpi_pm_model *pm, enum acpi_pm_model_reg row)
{
	return pm->s.reg[row];
}

/* ---- the timer ---- */

static uint64_t ticks(const struct acpi_pm_model *pm)
{
	return clock_ticks(clock_now(pm->clock), ACPI_PM_MODEL_TIMER_HZ);
}

uint32_t acpi_pm_model_timer(const struct acpi_pm_model *pm)
{
	return (uint32_t)(ticks(pm) & ((1u << ACPI_PM_MODEL_TIMER_BITS) - 1));
}

/* How often its highest bit has changed. */
static uint64_t half_at(uint64_t tick) { return tick >> (ACPI_PM_MODEL_TIMER_BITS - 1); }

static void sync(struct acpi_pm_model *pm, uint64_t tick)
{
	uint64_t half = half_at(tick);

	if (half == pm->s.half) return;
	pm->s.half = half;
	pm->s.reg[ACPI_PM_MODEL_PM1_STS] |= ACPI_PM_MODEL_TMROF;
}

bool acpi_pm_model_sci_en(const struct acpi_pm_model *pm)
{
	return get(pm, ACPI_PM_MODEL_PM1_CNT) & ACPI_PM_MODEL_SCI_EN;
}

/* Arm the timer only while it can cause an SCI. */
static void arm(struct acpi_pm_model *pm)
{
	bool enabled =
		acpi_pm_model_sci_en(pm) && get(pm, ACPI_PM_MODEL_PM1_EN) & ACPI_PM_MODEL_TMROF;

	if (!enabled || get(pm, ACPI_PM_MODEL_PM1_STS) & ACPI_PM_MODEL_TMROF)
		clock_disarm(pm->clock, pm->timer);
	else
		clock_arm(pm->clock, pm->timer,
			  clock_tick_time((pm->s.half + 1) << (ACPI_PM_MODEL_TIMER_BITS - 1),
					  ACPI_PM_MODEL_TIMER_HZ));
}

/* ---- SCI ---- */

static bool sci_wanted(const struct acpi_pm_model *pm)
{
	uint64_t pm1 = get(pm, ACPI_PM_MODEL_PM1_STS) & get(pm, ACPI_PM_MODEL_PM1_EN) & PM1_EVENTS;

	if (pm1 & ALWAYS_SCI) return true;
	if (!acpi_pm_model_sci_en(pm)) return false;
	if (get(pm, ACPI_PM_MODEL_PM1_STS) & ACPI_PM_MODEL_PWRBTNOR) return true;
	return pm1 || get(pm, ACPI_PM_MODEL_GPE0_STS) & get(pm, ACPI_PM_MODEL_GPE0_EN);
}

static void settle(struct acpi_pm_model *pm)
{
	bool level = sci_wanted(pm);

	arm(pm);
	if (level == pm->s.sci) return;
	pm->s.sci = level;
	irq_set(&pm->wire.sci, level);
}

static void on_due(void *ctx, uint64_t due_ns)
{
	struct acpi_pm_model *pm = ctx;
	sync(pm, clock_ticks(due_ns, ACPI_PM_MODEL_TIMER_HZ));
	settle(pm);
}

/* ---- inputs ---- */

static void event(struct acpi_pm_model *pm, uint64_t status)
{
	pm->s.reg[ACPI_PM_MODEL_PM1_STS] |= status;
	settle(pm);
}

static void power_off(const struct acpi_pm_model *pm)
{
	if (pm->wire.power_off) pm->wire.power_off(pm->wire.ctx);
}

void acpi_pm_model_power_button(struct acpi_pm_model *pm) { event(pm, ACPI_PM_MODEL_PWRBTN); }

/* 82801JB 13.8.3.1: the override clears the status of the button press. */
void acpi_pm_model_power_override(struct acpi_pm_model *pm)
{
	pm->s.reg[ACPI_PM_MODEL_PM1_STS] &= ~(uint64_t)ACPI_PM_MODEL_PWRBTN;
	event(pm, ACPI_PM_MODEL_PWRBTNOR);
	power_off(pm);
}

void acpi_pm_model_rtc_alarm(void *acpi_pm, unsigned n, bool level)
{
	struct acpi_pm_model *pm = acpi_pm;
	bool rises = level && !pm->s.rtc;

	(void)n;
	pm->s.rtc = level;
	if (rises) event(pm, ACPI_PM_MODEL_RTC);
}

void acpi_pm_model_raise_gpe(struct acpi_pm_model *pm, unsigned gpe)
{
	if (gpe >= ACPI_PM_MODEL_N_GPES) return;
	pm->s.reg[ACPI_PM_MODEL_GPE0_STS] |= UINT64_C(1) << gpe;
	settle(pm);
}

void acpi_pm_model_set_sci_en(struct acpi_pm_model *pm, bool on)
{
	uint64_t *cnt = &pm->s.reg[ACPI_PM_MODEL_PM1_CNT];

	*cnt = on ? *cnt | ACPI_PM_MODEL_SCI_EN : *cnt & ~(uint64_t)ACPI_PM_MODEL_SCI_EN;
	sync(pm, ticks(pm));
	settle(pm);
}

/* ---- writes ---- */

static void lint_slp_typ(const struct acpi_pm_model *pm, unsigned type)
{
	device_lint(&pm->dev, &acpi_pm_lints[ACPI_PM_LINT_SLP_TYP], NULL, type,
		    "SLP_EN with SLP_TYP %u, %s: the _Sx objects name the values", type,
		    type == ACPI_PM_MODEL_SLP_S0 ? "which is S0 and does nothing"
						 : "which is reserved");
}

static void enter_sleep(const struct acpi_pm_model *pm)
{
	unsigned type = (unsigned)(get(pm, ACPI_PM_MODEL_PM1_CNT) >> ACPI_PM_MODEL_SLP_TYP_LSB) &
			ACPI_PM_MODEL_SLP_TYP_MASK;

	switch (type) {
	case ACPI_PM_MODEL_SLP_S4:
	case ACPI_PM_MODEL_SLP_S5: power_off(pm); break;
	case ACPI_PM_MODEL_SLP_S1:
	case ACPI_PM_MODEL_SLP_S3:
		device_lint(&pm->dev, &acpi_pm_lints[ACPI_PM_LINT_SLEEP], NULL, type,
			    "the machine cannot sleep in S%u",
			    type == ACPI_PM_MODEL_SLP_S1 ? 1 : 3);
		break;
	default: lint_slp_typ(pm, type); break;
	}
}

static void write_pm1_cnt(struct acpi_pm_model *pm, const struct reg_write *w)
{
	uint64_t ones = w->raw & w->lane;

	if ((w->now ^ w->old) & ACPI_PM_MODEL_SCI_EN)
		device_lint(&pm->dev, &acpi_pm_lints[ACPI_PM_LINT_SCI_EN], NULL,
			    ACPI_PM_MODEL_SCI_EN,
			    "only firmware changes SCI_EN: request it through SMI_CMD");
	if (ones & ACPI_PM_MODEL_GBL_RLS)
		pm->s.reg[ACPI_PM_MODEL_SMI_STS] |= ACPI_PM_MODEL_BIOS_STS;
	if (ones & ACPI_PM_MODEL_SLP_EN) enter_sleep(pm);
}

/* The software event is level-triggered: while GPE_CNTL requests it, its status cannot be cleared.
 */
static void hold_swgpe(struct acpi_pm_model *pm)
{
	if (get(pm, ACPI_PM_MODEL_GPE_CNTL) & ACPI_PM_MODEL_SWGPE_CTRL)
		pm->s.reg[ACPI_PM_MODEL_GPE0_STS] |= ACPI_PM_MODEL_SWGPE;
}

static void write_proc_cnt(const struct acpi_pm_model *pm, const struct reg_write *w)
{
	uint64_t rising = w->now & ~w->old & (ACPI_PM_MODEL_THTL_EN | ACPI_PM_MODEL_FORCE_THTL);

	if (rising)
		device_lint(&pm->dev, &acpi_pm_lints[ACPI_PM_LINT_THROTTLE], NULL, rising,
			    "the processor is never throttled");
}

static void write_tco1_cnt(const struct acpi_pm_model *pm, const struct reg_write *w)
{
	uint64_t asked = w->raw & w->lane & (ACPI_PM_MODEL_NMI_NOW | ACPI_PM_MODEL_SEND_NOW);

	if (w->old & ~w->now & ACPI_PM_MODEL_TCO_TMR_HLT)
		device_lint(&pm->dev, &acpi_pm_lints[ACPI_PM_LINT_WATCHDOG], NULL,
			    ACPI_PM_MODEL_TCO_TMR_HLT, "the TCO timer does not count: no watchdog");
	if (asked)
		device_lint(&pm->dev, &acpi_pm_lints[ACPI_PM_LINT_COMMAND], NULL, asked,
			    "NMI_NOW and SEND_NOW have no effect");
}

static void model_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct acpi_pm_model *pm = (struct acpi_pm_model *)dev;

	(void)n;
	switch (reg) {
	case ACPI_PM_MODEL_PM1_STS:
		/* Bits that became set before this write can be cleared by it. */
		pm->s.reg[ACPI_PM_MODEL_PM1_STS] = w->old;
		sync(pm, ticks(pm));
		pm->s.reg[ACPI_PM_MODEL_PM1_STS] &=
			~(w->raw & w->lane & reg_mask(&acpi_pm_regs[reg], 1u << REG_W1C));
		break;
	case ACPI_PM_MODEL_PM1_CNT: write_pm1_cnt(pm, w); break;
	case ACPI_PM_MODEL_PROC_CNT: write_proc_cnt(pm, w); break;
	case ACPI_PM_MODEL_SMI_EN:
		if (w->raw & w->lane & ACPI_PM_MODEL_BIOS_RLS)
			pm->s.reg[ACPI_PM_MODEL_PM1_STS] |= ACPI_PM_MODEL_GBL;
		break;
	case ACPI_PM_MODEL_TCO_RLD: pm->s.reg[reg] = get(pm, ACPI_PM_MODEL_TCO_TMR); break;
	case ACPI_PM_MODEL_TCO1_CNT: write_tco1_cnt(pm, w); break;
	default: break;
	}
	hold_swgpe(pm);
	sync(pm, ticks(pm));
	settle(pm);
}

/* ---- reads ---- */

static uint64_t model_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct acpi_pm_model *pm = (struct acpi_pm_model *)dev;

	(void)n;
	switch (reg) {
	case ACPI_PM_MODEL_PM1_STS: sync(pm, ticks(pm)); return get(pm, ACPI_PM_MODEL_PM1_STS);
	case ACPI_PM_MODEL_PM1_TMR: return acpi_pm_model_timer(pm);
	case ACPI_PM_MODEL_LV2:
	case ACPI_PM_MODEL_LV3:
	case ACPI_PM_MODEL_LV4:
		device_lint(dev, &acpi_pm_lints[ACPI_PM_LINT_C_STATE], acpi_pm_regs[reg].name, 0,
			    "the processor does not stop its clock");
		return stored;
	default: return stored;
	}
}

static void reset_device(struct device *dev) { acpi_pm_model_reset((struct acpi_pm_model *)dev); }

const struct device_ops acpi_pm_model_ops = {
	.name = "acpi_pm",
	.about = &acpi_pm_about,
	.regs = acpi_pm_regs,
	.n_regs = ACPI_PM_MODEL_N_REGS,
	.read = model_read,
	.write = model_write,
	.reset = reset_device,
};

/* ---- ports 0xb2 and 0xb3 ---- */

static void apm_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct acpi_pm_model *pm =
		(struct acpi_pm_model *)((char *)dev - offsetof(struct acpi_pm_model, apm));
	uint64_t enables = ACPI_PM_MODEL_GBL_SMI_EN | ACPI_PM_MODEL_APMC_EN;

	(void)n;
	if (reg != ACPI_APM_CNT || (get(pm, ACPI_PM_MODEL_SMI_EN) & enables) != enables) return;
	if (pm->wire.smi) pm->wire.smi(pm->wire.ctx, (uint8_t)w->now);
}

const struct device_ops acpi_pm_model_apm_ops = {
	.name = "acpi_pm",
	.about = &acpi_pm_about,
	.regs = acpi_apm_regs,
	.n_regs = ACPI_APM_N_REGS,
	.write = apm_write,
};

/* ---- initialisation and reset ---- */

void acpi_pm_model_init(struct acpi_pm_model *pm, const char *instance, const struct hub *hub,
			struct clock *clock, const struct acpi_pm_model_wiring *wire)
{
	*pm = (struct acpi_pm_model){ .wire = *wire, .clock = clock };
	device_init(&pm->dev, &acpi_pm_model_ops, instance, hub, pm->s.reg, &pm->s, sizeof(pm->s));
	device_init(&pm->apm, &acpi_pm_model_apm_ops, instance, hub, pm->s.apm, &pm->s,
		    sizeof(pm->s));
	pm->timer = clock_add_timer(clock, "pm timer", on_due, pm);
	acpi_pm_model_reset(pm);
}

void acpi_pm_model_reset(struct acpi_pm_model *pm)
{
	uint64_t sts = get(pm, ACPI_PM_MODEL_PM1_STS) & ~(uint64_t)CORE_WELL;
	uint64_t en = get(pm, ACPI_PM_MODEL_PM1_EN) & ~(uint64_t)CORE_WELL;

	reg_table_reset(acpi_pm_regs, ACPI_PM_MODEL_N_REGS, pm->s.reg);
	reg_table_reset(acpi_apm_regs, ACPI_APM_N_REGS, pm->s.apm);
	pm->s.reg[ACPI_PM_MODEL_PM1_STS] = sts;
	pm->s.reg[ACPI_PM_MODEL_PM1_EN] = en;
	pm->s.half = half_at(ticks(pm));
	arm(pm);
	pm->s.sci = sci_wanted(pm);
	irq_set(&pm->wire.sci, pm->s.sci);
}

void acpi_pm_model_bios_state(struct acpi_pm_model *pm)
{
	uint64_t smi_en = ACPI_PM_MODEL_GBL_SMI_EN | ACPI_PM_MODEL_EOS | ACPI_PM_MODEL_APMC_EN;

	pm->s.reg[ACPI_PM_MODEL_PM1_STS] = 0;
	pm->s.reg[ACPI_PM_MODEL_PM1_EN] = 0;
	pm->s.reg[ACPI_PM_MODEL_GPE0_STS] = 0;
	pm->s.reg[ACPI_PM_MODEL_GPE0_EN] = 0;
	pm->s.reg[ACPI_PM_MODEL_SMI_EN] = smi_en;
	pm->s.reg[ACPI_PM_MODEL_TCO1_CNT] = ACPI_PM_MODEL_TCO_TMR_HLT;
	pm->s.half = half_at(ticks(pm));
	acpi_pm_model_set_sci_en(pm, false);
}
