/* SPDX-License-Identifier: MIT */
#include "devices/acpi_pm/model.h"
#include "emu/bus.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"
#include "tests/unit/emu/random.h"

enum { PMBASE = 0x600, APM_CNT = 0xb2, APM_STS = 0xb3 };
enum {
	PM1_STS = PMBASE,
	PM1_EN = PMBASE + 0x02,
	PM1_CNT = PMBASE + 0x04,
	PM1_TMR = PMBASE + 0x08,
	PROC_CNT = PMBASE + 0x10,
	LV2 = PMBASE + 0x14,
	GPE0_STS = PMBASE + 0x20,
	GPE0_EN = PMBASE + 0x28,
	SMI_EN = PMBASE + 0x30,
	SMI_STS = PMBASE + 0x34,
	GPE_CNTL = PMBASE + 0x42,
	TCO_RLD = PMBASE + 0x60,
	TCO1_CNT = PMBASE + 0x68,
	TCO_TMR = PMBASE + 0x72
};
enum { TMROF = 1, GBL = 0x20, PWRBTN = 0x100, RTC = 0x400, PWRBTNOR = 0x800 };
enum { SCI_EN = 1, GBL_RLS = 4, SLP_EN = 0x2000 };
#define SLP_TYP(n) ((uint32_t)(n) << 10)
enum { ACPI_ENABLE = 0xe1 };

static struct acpi_pm_model pm;
static struct hub hub;
static struct clock vclock;
static struct bus bus;
static struct lint_log lints;
static bool sci;
static unsigned offs, smis;
static uint64_t sci_ns;
static uint8_t smi_command;

static void set_sci(void *ctx, unsigned n, bool level)
{
	(void)ctx;
	(void)n;
	if (level && !sci) sci_ns = clock_now(&vclock);
	sci = level;
}

static void on_power_off(void *ctx)
{
	(void)ctx;
	offs++;
}

static void on_smi(void *ctx, uint8_t command)
{
	(void)ctx;
	smis++;
	smi_command = command;
	if (command == ACPI_ENABLE) acpi_pm_model_set_sci_en(&pm, true);
}

static void power_on(void)
{
	struct acpi_pm_model_wiring wire = { .sci = { .set = set_sci },
					     .power_off = on_power_off,
					     .smi = on_smi };
	clock_init(&vclock);
	hub.clock = &vclock;
	lint_log_start(&lints, &hub);
	bus_init(&bus, &hub, &vclock);
	acpi_pm_model_init(&pm, "pm", &hub, &vclock, &wire);
	acpi_pm_model_bios_state(&pm);
	require_eq(ptr, bus_map(&bus, BUS_PORT, PMBASE, ACPI_PM_MODEL_SIZE, &pm.dev, 0), NULL);
	require_eq(ptr, bus_map(&bus, BUS_PORT, ACPI_APM_BASE, ACPI_APM_SIZE, &pm.apm, 0), NULL);
}

static uint32_t in(unsigned port, unsigned width)
{
	return (uint32_t)bus_read(&bus, BUS_PORT, port, width);
}
static void out(unsigned port, unsigned width, uint32_t v)
{
	bus_write(&bus, BUS_PORT, port, width, v);
}
static void pass(uint64_t ns) { clock_run_until(&vclock, clock_now(&vclock) + ns); }
static void acpi_mode(void) { acpi_pm_model_set_sci_en(&pm, true); }
static uint64_t time_of(uint64_t tick) { return clock_tick_time(tick, ACPI_PM_MODEL_TIMER_HZ); }
static void lint_is(const char *id)
{
	check_eq(str, lints.last, id);
	check_eq(u32, lints.n, 1);
	lints.n = 0;
}

TestSuite(acpi_pm, .init = power_on, .timeout = 60);

Test(acpi_pm, the_register_tables_are_sound)
{
	const struct reg_desc *where = NULL;
	const char *fault = reg_table_fault(acpi_pm_regs, ACPI_PM_MODEL_N_REGS, &where);
	check_eq(ptr, fault, NULL, "%s: %s", where ? where->name : "", fault);
	check_eq(sz, reg_table_slots(acpi_pm_regs, ACPI_PM_MODEL_N_REGS), ACPI_PM_MODEL_N_REGS);
	fault = reg_table_fault(acpi_apm_regs, ACPI_APM_N_REGS, &where);
	check_eq(ptr, fault, NULL, "%s: %s", where ? where->name : "", fault);
}

Test(acpi_pm, the_timer_runs_at_its_rate_and_has_24_bits)
{
	check_eq(u32, in(PM1_TMR, 32), 0);
	pass(1000000000);
	check_eq(u32, in(PM1_TMR, 32), 3579545);
	pass(UINT64_C(9000000000));
	check_eq(u32, in(PM1_TMR, 32), 35795450 & 0xffffff);
	check_eq(u32, acpi_pm_model_timer(&pm), 35795450 & 0xffffff);
	check_eq(u32, lints.n, 0);
}

Test(acpi_pm, the_timer_is_read_as_32_bits_and_never_written)
{
	in(PM1_TMR, 16);
	lint_is("acpi_pm.PM1_TMR.width");
	out(PM1_TMR, 32, 0);
	lint_is("acpi_pm.PM1_TMR.readonly");
}

Test(acpi_pm, bit_23_sets_the_overflow_status_at_each_change)
{
	pass(time_of(0x7fffff));
	check_eq(u32, in(PM1_STS, 16), 0);
	pass(time_of(0x800000) - clock_now(&vclock));
	check_eq(u32, in(PM1_STS, 16), TMROF);
	out(PM1_STS, 16, TMROF);
	check_eq(u32, in(PM1_STS, 16), 0);
	pass(time_of(0x1000000) - clock_now(&vclock));
	check_eq(u32, in(PM1_STS, 16), TMROF, "and when it wraps");
	check(!sci);
	check(!clock_armed(&vclock, pm.timer), "nobody waits for it");
}

Test(acpi_pm, an_overflow_raises_sci_until_cleared)
{
	acpi_mode();
	out(PM1_EN, 16, TMROF);
	check(clock_armed(&vclock, pm.timer));
	pass(3000000000);
	check(sci);
	check_eq(u64, sci_ns, time_of(0x800000));
	check(!clock_armed(&vclock, pm.timer), "no second one until it is cleared");
	out(PM1_STS, 16, TMROF);
	check(!sci);
	pass(2000000000);
	check(sci);
	out(PM1_EN, 16, 0);
	check(!sci);
	check_eq(u32, lints.n, 0);
}

Test(acpi_pm, no_deadline_without_sci_en)
{
	out(PM1_EN, 16, TMROF);
	check(!clock_armed(&vclock, pm.timer));
	pass(3000000000);
	check(!sci);
	check_eq(u32, in(PM1_STS, 16), TMROF);
	acpi_mode();
	check(sci, "what is pending comes when SCI_EN is set");
}

Test(acpi_pm, the_power_button_raises_sci_if_enabled)
{
	acpi_mode();
	acpi_pm_model_power_button(&pm);
	check_eq(u32, in(PM1_STS, 16), PWRBTN);
	check(!sci);
	out(PM1_EN, 16, PWRBTN);
	check(sci);
	out(PM1_STS, 8, 0xff);
	check(sci, "the low byte does not clear it");
	out(PM1_STS + 1, 8, PWRBTN >> 8);
	check(!sci);
	check_eq(u32, offs, 0);
}

Test(acpi_pm, holding_the_button_powers_off)
{
	acpi_pm_model_power_button(&pm);
	acpi_pm_model_power_override(&pm);
	check_eq(u32, offs, 1);
	check_eq(u32, in(PM1_STS, 16), PWRBTNOR);
	check(!sci);
	acpi_mode();
	check(sci, "needs no enable");
	out(PM1_STS, 16, PWRBTNOR);
	check(!sci);
}

Test(acpi_pm, the_rtc_sets_its_status_with_a_rising_edge)
{
	acpi_mode();
	out(PM1_EN, 16, RTC);
	acpi_pm_model_rtc_alarm(&pm, 0, true);
	check(sci);
	out(PM1_STS, 16, RTC);
	check(!sci);
	acpi_pm_model_rtc_alarm(&pm, 0, true);
	check(!sci);
	acpi_pm_model_rtc_alarm(&pm, 0, false);
	acpi_pm_model_rtc_alarm(&pm, 0, true);
	check(sci);
}

Test(acpi_pm, general_purpose_events)
{
	acpi_mode();
	acpi_pm_model_raise_gpe(&pm, 13);
	acpi_pm_model_raise_gpe(&pm, 64);
	check_eq(u32, in(GPE0_STS, 32), 0x2000);
	check_eq(u32, in(GPE0_STS + 4, 32), 0);
	check(!sci);
	out(GPE0_EN + 1, 8, 0x20);
	check(sci);
	out(GPE0_STS + 1, 8, 0xff);
	check(!sci);
	for (unsigned i = 0; i < 8; i++) out(GPE0_STS + i, 8, 0xff);
	check_eq(u32, lints.n, 0, "as an operating system clears them all");
}

Test(acpi_pm, the_software_event_is_held_by_gpe_cntl)
{
	acpi_mode();
	out(GPE0_EN, 32, 4);
	out(GPE_CNTL, 8, 2);
	check(sci);
	out(GPE0_STS, 8, 4);
	check(sci);
	out(GPE_CNTL, 8, 0);
	check(sci);
	out(GPE0_STS, 8, 4);
	check(!sci);
}

Test(acpi_pm, the_global_lock_signals_both_ways)
{
	out(PM1_CNT, 16, GBL_RLS);
	check_eq(u32, in(SMI_STS, 32), 4);
	check_eq(u32, in(PM1_CNT, 16), 0, "reads as zero");
	out(SMI_STS, 32, 4);
	check_eq(u32, in(SMI_STS, 32), 0);
	out(PM1_EN, 16, GBL);
	out(SMI_EN, 32, 0x80 | in(SMI_EN, 32));
	check(sci, "whatever SCI_EN says");
	check_eq(u32, in(PM1_STS, 16), GBL);
	check_eq(u32, in(SMI_EN, 32) & 0x80, 0);
}

Test(acpi_pm, port_b2_calls_firmware_if_smis_are_enabled)
{
	out(APM_CNT, 8, ACPI_ENABLE);
	check_eq(u32, smis, 1);
	check_eq(u8, smi_command, ACPI_ENABLE);
	check_eq(u32, in(PM1_CNT, 16), SCI_EN);
	check_eq(u32, in(APM_CNT, 8), ACPI_ENABLE);
	out(APM_STS, 8, 0x5a);
	check_eq(u32, in(APM_STS, 8), 0x5a);
	check_eq(u32, smis, 1);
	out(SMI_EN, 32, in(SMI_EN, 32) & ~1u);
	out(APM_CNT, 8, 1);
	check_eq(u32, smis, 1);
	check_eq(u32, lints.n, 0);
	out(APM_CNT, 16, 1);
	lint_is("acpi_pm.APM_CNT.width");
}

Test(acpi_pm, s5_powers_off)
{
	acpi_mode();
	out(PM1_CNT, 16, SCI_EN | SLP_TYP(7));
	check_eq(u32, offs, 0);
	out(PM1_CNT, 16, SCI_EN | SLP_TYP(7) | SLP_EN);
	check_eq(u32, offs, 1);
	check_eq(u32, in(PM1_CNT, 16), SCI_EN | SLP_TYP(7), "SLP_EN reads as zero");
	check_eq(u32, lints.n, 0);
}

Test(acpi_pm, sleep_enabled_by_a_byte)
{
	out(PM1_CNT + 1, 8, (SLP_TYP(6) | SLP_EN) >> 8);
	check_eq(u32, offs, 1);
	check_eq(u32, lints.n, 0);
}

Test(acpi_pm, another_chipsets_sleep_type_does_not_power_off)
{
	for (unsigned type = 0; type <= 4; type++) {
		if (type == 1) continue;
		out(PM1_CNT, 16, SLP_TYP(type) | SLP_EN);
		lint_is("acpi_pm.PM1_CNT.slp-typ");
		check_eq(u64, lints.bits, type);
	}
	check_eq(u32, offs, 0);
}

Test(acpi_pm, sleep_that_is_not_modelled_is_reported)
{
	out(PM1_CNT, 16, SLP_TYP(1) | SLP_EN);
	lint_is("acpi_pm.PM1_CNT.sleep");
	out(PM1_CNT, 16, SLP_TYP(5) | SLP_EN);
	lint_is("acpi_pm.PM1_CNT.sleep");
	check_eq(int, lints.severity, LINT_NOT_MODELLED);
	check_eq(u32, offs, 0);
}

Test(acpi_pm, a_write_of_sci_en_by_the_guest_is_reported)
{
	out(PM1_CNT, 16, SCI_EN);
	lint_is("acpi_pm.PM1_CNT.sci-en");
	check(acpi_pm_model_sci_en(&pm), "but it is done");
	out(PM1_CNT, 16, SCI_EN);
	check_eq(u32, lints.n, 0);
}

Test(acpi_pm, reserved_bits_are_lints_and_missing_buttons_are_not)
{
	out(PM1_STS, 16, 0x8731); /* all events that ACPI defines for PM1_STS */
	out(PM1_EN, 16, 0x0200);
	check_eq(u32, in(PM1_EN, 16), 0);
	check_eq(u32, lints.n, 0);
	out(PM1_STS, 16, 0x0002);
	lint_is("acpi_pm.PM1_STS.reserved");
	out(PM1_EN, 16, 0x0010);
	lint_is("acpi_pm.PM1_EN.reserved");
	out(PM1_CNT, 16, 0x0008);
	lint_is("acpi_pm.PM1_CNT.reserved");
	in(PMBASE + 0x0c, 32);
	lint_is("acpi_pm.no-register");
	in(PM1_STS, 32);
	lint_is("acpi_pm.PM1_STS.width");
}

Test(acpi_pm, what_is_not_modelled_is_reported)
{
	in(LV2, 8);
	lint_is("acpi_pm.LV2.c-state");
	in(LV2 + 1, 8);
	lint_is("acpi_pm.LV3.c-state");
	check_eq(u32, in(LV2 + 2, 8), 0);
	lint_is("acpi_pm.LV4.c-state");
	out(PROC_CNT, 32, 0x10);
	lint_is("acpi_pm.PROC_CNT.throttle");
	out(TCO1_CNT, 16, 0);
	lint_is("acpi_pm.TCO1_CNT.watchdog");
	out(TCO1_CNT, 16, 0x100);
	lint_is("acpi_pm.TCO1_CNT.command");
	check_eq(int, lints.severity, LINT_NOT_MODELLED);
}

Test(acpi_pm, the_tco_timer_is_reloaded)
{
	out(TCO_TMR, 16, 0x123);
	check_eq(u32, in(TCO_RLD, 16), 4);
	out(TCO_RLD, 16, 1);
	check_eq(u32, in(TCO_RLD, 16), 0x123);
	check_eq(u32, lints.n, 0);
}

Test(acpi_pm, a_platform_reset_keeps_the_resume_well)
{
	acpi_mode();
	pass(3000000000);
	acpi_pm_model_power_button(&pm);
	out(PM1_EN, 16, PWRBTN | TMROF);
	check(sci);
	acpi_pm_model_reset(&pm);
	check(!sci);
	check_eq(u32, in(PM1_STS, 16), PWRBTN);
	check_eq(u32, in(PM1_EN, 16), PWRBTN);
	check_eq(u32, in(PM1_CNT, 16), 0);
	check_eq(u32, in(PM1_TMR, 32), 10738635, "the timer runs on");
	acpi_pm_model_bios_state(&pm);
	check_eq(u32, in(PM1_STS, 16), 0);
	check_eq(u32, in(SMI_EN, 32), 0x23);
	check_eq(u32, in(TCO1_CNT, 16), 0x800);
}

Test(acpi_pm, garbage_does_no_harm, .timeout = 60)
{
	uint64_t r = 19961222;
	static const unsigned widths[] = { 8, 16, 32, 64 };
	for (unsigned i = 0; i < 200000; i++) {
		uint64_t at = PMBASE + random_next(&r) % ACPI_PM_MODEL_SIZE;
		unsigned width = widths[random_next(&r) % 4];
		if (random_next(&r) % 8 == 0) at = APM_CNT;
		if (random_next(&r) & 1)
			bus_read(&bus, BUS_PORT, at, width);
		else
			bus_write(&bus, BUS_PORT, at, width, random_any_size(&r));
		clock_advance(&vclock, random_next(&r) % 100000000);
		clock_run(&vclock);
		require_eq(int, pm.s.sci, sci);
	}
}
