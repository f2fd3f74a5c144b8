/* SPDX-License-Identifier: MIT */
/* ACPI's PM timer: its rate, its width, and the SCI when its highest bit changes. */
#include "pm.h"

enum {
	PM_HZ = 3579545,
	BIT_23 = 1 << 23,
	ELCR2 = 0x4d1,
	SCI_WAIT_TICKS = 60 /* of 54.9 ms: more than half the time in which the timer wraps */
};

static struct pm pm;
static volatile unsigned scis, ticks;
static volatile uint32_t timer_at_sci;
static volatile uint16_t status_at_sci;

static uint32_t timer(void) { return pm_in32(pm.timer); }
static uint32_t mask(void) { return pm.timer_is_32_bits ? UINT32_MAX : 0xffffff; }
static uint32_t since(uint32_t start) { return (timer() - start) & mask(); }

static void on_sci(struct trap_frame *f)
{
	(void)f;
	scis++;
	timer_at_sci = timer();
	status_at_sci = pm_in16(pm.event);
	pm_out16(pm.event, PM1_TMROF);
	pic_eoi(pm.sci);
}

static void on_tick(struct trap_frame *f)
{
	(void)f;
	ticks++;
	pic_eoi(0);
}

static void rate(void)
{
	uint32_t start = timer(), last = start;
	pit_wait(4000);
	/* The PM timer ticks three times as fast as the 8254, which counts 4000 * 1193 / 1000
	 * pulses. */
	check_range("4 ms by the 8254", since(start), 14316, 14700);
	bool monotone = true;
	for (unsigned i = 0; i < 1000; i++) {
		uint32_t now = timer();
		if (((now - last) & mask()) > PM_HZ) monotone = false;
		last = now;
	}
	report(monotone, "never goes back");
}

static uint64_t tsc_of(uint32_t pm_ticks)
{
	uint32_t start = timer();
	uint64_t tsc = rdtsc();
	while (since(start) < pm_ticks) {
	}
	return rdtsc() - tsc;
}

static void against_tsc(void)
{
	uint64_t once = tsc_of(PM_HZ / 100), twice = tsc_of(PM_HZ / 50);
	check_range("twice the ticks are twice the TSC (percent)", twice * 100 / once, 190, 210);
}

static void width(void)
{
	uint32_t start = timer();
	if (!pm.timer_is_32_bits) check("24 bits: the upper byte is zero", timer() >> 24, 0);
	pit_wait(1000);
	report(since(start) > 0, "it counts");
}

static void overflow(void)
{
	trap_hook[IRQ_BASE + pm.sci] = on_sci;
	trap_hook[IRQ_BASE] = on_tick;
	if (!pm_acpi_mode(&pm)) {
		fail("ACPI mode", "got SCI_EN clear want it set");
		return;
	}
	report(true, "ACPI mode");
	outb(ELCR2, (uint8_t)(inb(ELCR2) | 1 << (pm.sci - 8))); /* SCI is a level */
	pm_out16(pm.event, PM1_TMROF);
	pm_out16((uint16_t)(pm.event + 2), PM1_TMROF);
	pic_mask((uint16_t) ~(1u << pm.sci | 1u << 2 | 1u));
	pit_rate(0);
	while (scis < 2 && ticks < 2 * SCI_WAIT_TICKS) {
		sti();
		hlt();
		cli();
	}
	pit_stop();
	pm_out16((uint16_t)(pm.event + 2), 0);
	pic_mask(0xffff);
	check("an SCI at each change of bit 23", scis, 2);
	check("TMR_STS was set", status_at_sci & PM1_TMROF, PM1_TMROF);
	check_range("bit 23 has just changed", timer_at_sci & (BIT_23 - 1), 0, PM_HZ / 1000);
	check_range("2.34 s by the 8254's ticks", ticks, 43, 2 * 43 + 1);
	check("a written 1 cleared it", pm_in16(pm.event) & PM1_TMROF, 0);
}

void kernel_main(void)
{
	pm = pm_find();
	print("PM timer at %x by %s\n", pm.timer, pm.told_by);
	if (timer() == UINT32_MAX) {
		fail("PM timer", "got nothing want a timer");
		return;
	}
	rate();
	against_tsc();
	width();
	overflow();
}
