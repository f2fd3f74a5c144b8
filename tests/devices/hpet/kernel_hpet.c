/* SPDX-License-Identifier: MIT */
/* High precision event timers: counter, one-shot, periodic, legacy replacement, 32-bit mode,
 * levels, and the I/O APIC's pins; with MESSAGES, interrupts as messages. What the test expects
 * depends on the block's capabilities. */
#include "pm.h"

enum {
	CAP = 0x000,
	CONF = 0x010,
	STATUS = 0x020,
	COUNTER = 0x0f0,
	ENABLE = 1 << 0,
	LEGACY = 1 << 1,
	LEVEL = 1 << 1,
	INT = 1 << 2,
	PERIODIC = 1 << 3,
	CAN_BE_PERIODIC = 1 << 4,
	CAN_BE_64 = 1 << 5,
	VAL_SET = 1 << 6,
	MODE32 = 1 << 8,
	ROUTE_LSB = 9,
	FSB = 1 << 14,
	CAN_FSB = 1 << 15,
	VECTOR = 0x60,
	RTC_IRQ = 8
};
enum { MAX_PERIOD_FS = 100000000 };

static uintptr_t base;
static uint64_t ms_ticks; /* ticks of the counter in a millisecond, rounded down */
static volatile unsigned timer_irqs, rtc_irqs, apic_irqs;
static volatile bool ack_level; /* timer `level_timer` must be acknowledged */
static volatile unsigned level_timer;

static uint64_t rd(unsigned reg) { return *(volatile uint64_t *)(base + reg); }
static void wr(unsigned reg, uint64_t v) { *(volatile uint64_t *)(base + reg) = v; }
static uint32_t rd32(unsigned reg) { return *(volatile uint32_t *)(base + reg); }
static void wr32(unsigned reg, uint32_t v) { *(volatile uint32_t *)(base + reg) = v; }
static unsigned t_conf(unsigned n) { return 0x100 + 0x20 * n; }
static unsigned t_comp(unsigned n) { return 0x108 + 0x20 * n; }

static void on_timer(struct trap_frame *f)
{
	(void)f;
	timer_irqs++;
	pic_eoi(0);
}

static void on_rtc(struct trap_frame *f)
{
	(void)f;
	rtc_irqs++;
	pic_eoi(RTC_IRQ);
}

static void on_apic(struct trap_frame *f)
{
	(void)f;
	apic_irqs++;
	if (ack_level) wr32(STATUS, 1u << level_timer);
	lapic_eoi();
}

/* Halts the counter at zero and disables all timers. */
static void halt_all(void)
{
	unsigned last = rd32(CAP) >> 8 & 0x1f;

	wr32(CONF, 0);
	for (unsigned n = 0; n <= last; n++) wr32(t_conf(n), 0);
	wr(COUNTER, 0);
	timer_irqs = rtc_irqs = apic_irqs = 0;
}

/* Enables interrupts until the counter has advanced by `ms` milliseconds. */
static void let_pass(unsigned ms)
{
	uint64_t start = rd(COUNTER);
	sti();
	while (rd(COUNTER) - start < ms * ms_ticks) {
	}
	cli();
}

static void capabilities(void)
{
	uint64_t cap = rd(CAP);
	uint32_t period = (uint32_t)(cap >> 32);

	check_range("period", period, 1, MAX_PERIOD_FS);
	check("vendor", cap >> 16 & 0xffff, 0x8086);
	check("64-bit counter", cap >> 13 & 1, 1);
	check("legacy replacement", cap >> 15 & 1, 1);
	check_range("number of the last timer", cap >> 8 & 0x1f, 2, 31);
	check("by halves", (uint64_t)rd32(CAP + 4) << 32 | rd32(CAP), cap);
	check("timer 0 can be periodic", rd32(t_conf(0)) & CAN_BE_PERIODIC, CAN_BE_PERIODIC);
	ms_ticks = UINT64_C(1000000000000) / period;
}

#ifndef MESSAGES
static void counter(void)
{
	halt_all();
	wr(COUNTER, 0x123456789abcdef0);
	pit_wait(100);
	check("stands still while halted", rd(COUNTER), 0x123456789abcdef0);
	wr32(COUNTER, 0);
	wr32(COUNTER + 4, 7);
	check("is written by halves", rd(COUNTER), UINT64_C(7) << 32);
	wr(COUNTER, 0);
	wr32(CONF, ENABLE);
	uint64_t start = rd(COUNTER);
	pit_wait(4000);
	/* 4772 pulses of the 8254 are 3999.4 us. */
	check_range("4 ms by the 8254", (rd(COUNTER) - start) * 1000 / ms_ticks, 3999, 4110);
	bool monotone = true;
	uint64_t last = rd(COUNTER);
	for (unsigned i = 0; i < 1000; i++) {
		uint64_t now = rd(COUNTER);
		if (now < last) monotone = false;
		last = now;
	}
	report(monotone, "never goes back");
	wr32(CONF, 0);
	check("halted: the halves make the whole",
	      (uint64_t)rd32(COUNTER + 4) << 32 | rd32(COUNTER), rd(COUNTER));
}

static void one_shot(void)
{
	halt_all();
	pic_mask((uint16_t)~1u);
	wr32(t_conf(0), INT);
	wr(t_comp(0), 2 * ms_ticks);
	wr32(CONF, ENABLE | LEGACY);
	let_pass(1);
	check("one-shot: not yet", timer_irqs, 0);
	let_pass(2);
	check("one-shot: once, by IRQ 0", timer_irqs, 1);
	let_pass(3);
	check("one-shot: not again", timer_irqs, 1);
	check("an edge leaves no status", rd32(STATUS) & 1, 0);
	wr(t_comp(0), rd(COUNTER) + ms_ticks);
	sti();
	hlt();
	cli();
	check("one-shot: ends a HLT", timer_irqs, 2);
}

static void periodic(void)
{
	halt_all();
	wr(t_comp(0), UINT64_MAX);
	wr32(t_conf(0), PERIODIC | VAL_SET);
	wr(t_comp(0), ms_ticks);
	check("a 64-bit store under VAL_SET", rd(t_comp(0)), ms_ticks);
	halt_all();
	wr(t_comp(0), 0);
	wr32(t_conf(0), INT | PERIODIC | VAL_SET);
	wr(t_comp(0), ms_ticks);
	wr(t_comp(0), ms_ticks);
	wr32(CONF, ENABLE | LEGACY);
	sti();
	while (timer_irqs < 10) hlt();
	cli();
	check_range("ten periods of 1 ms (us)", rd(COUNTER) * 1000 / ms_ticks, 9999, 10200);
	unsigned before = timer_irqs;
	wr32(t_comp(0), (uint32_t)(2 * ms_ticks)); /* only the period */
	let_pass(10);
	check_range("then of 2 ms", timer_irqs - before, 5, 6);
}

static void replacement(void)
{
	halt_all();
	pic_mask((uint16_t) ~(1u | 1u << 2 | 1u << RTC_IRQ));
	pit_rate(1193); /* 1 ms */
	wr32(CONF, ENABLE | LEGACY);
	let_pass(1); /* takes pending interrupts */
	timer_irqs = 0;
	let_pass(5);
	check("the 8254 is cut off from IRQ 0", timer_irqs, 0);
	wr32(CONF, ENABLE);
	let_pass(5);
	check_range("and has it back", timer_irqs, 4, 6);
	pit_stop();
	halt_all();
	wr32(t_conf(1), INT);
	wr(t_comp(1), ms_ticks);
	wr32(CONF, ENABLE | LEGACY);
	let_pass(2);
	check("timer 1 by IRQ 8", rtc_irqs, 1);
	wr32(CONF, 0);
	pic_mask(0xffff);
}

static void mode_32(void)
{
	if (!(rd32(t_conf(0)) & CAN_BE_64)) {
		skip("32-bit mode", "timer 0 has no other");
		return;
	}
	pic_mask((uint16_t)~1u);
	sti(); /* an edge of the 8254 may be left from before */
	pit_wait(10);
	cli();
	halt_all();
	wr(t_comp(0), UINT64_C(0x1122334400000000) + ms_ticks);
	wr32(t_conf(0), INT | MODE32);
	check("32-bit mode: the upper half is gone", rd(t_comp(0)), ms_ticks);
	wr(COUNTER, (UINT64_C(5) << 32) + 1);
	wr32(CONF, ENABLE | LEGACY);
	let_pass(2);
	check("32-bit mode: half of the counter is compared", timer_irqs, 1);
	wr32(CONF, 0);
	pic_mask(0xffff);
}

/* Returns the highest input of the I/O APIC that timer n reaches and no ISA device has; 0: none. */
static unsigned pin_for(unsigned n)
{
	uint32_t can = rd32(t_conf(n) + 4);
	for (unsigned pin = 23; pin >= 16; pin--)
		if (can >> pin & 1) return pin;
	return 0;
}

static void through_ioapic(void)
{
	unsigned pin = pin_for(2);
	if (!ioapic_present() || pin == 0) {
		skip("I/O APIC", ioapic_present() ? "no input of its own" : "there is none");
		return;
	}
	halt_all();
	ack_level = false;
	ioapic_route(pin, VECTOR);
	wr32(t_conf(2), INT | pin << ROUTE_LSB);
	check("the route reads as written", rd32(t_conf(2)) >> ROUTE_LSB & 0x1f, pin);
	wr32(t_comp(2), (uint32_t)ms_ticks);
	wr32(CONF, ENABLE);
	let_pass(2);
	check("an edge by the I/O APIC", apic_irqs, 1);

	halt_all();
	ack_level = true;
	level_timer = 2;
	ioapic_route(pin, VECTOR | IOAPIC_LEVEL);
	wr32(t_conf(2), INT | LEVEL | pin << ROUTE_LSB);
	wr32(t_comp(2), (uint32_t)ms_ticks);
	wr32(CONF, ENABLE);
	let_pass(2);
	check("a level by the I/O APIC", apic_irqs, 1);
	check("its status is cleared", rd32(STATUS), 0);
	ioapic_route(pin, IOAPIC_MASKED);
	wr32(t_comp(2), (uint32_t)(rd(COUNTER) + ms_ticks));
	let_pass(2);
	check("a level's status stays", rd32(STATUS), 1u << 2);
	wr32(STATUS, 1u << 2);
	check("until a 1 is written", rd32(STATUS), 0);
	check("masked: no interrupt", apic_irqs, 1);
	halt_all();
}

#else
static void messages(void)
{
	if (!(rd32(t_conf(0)) & CAN_FSB)) {
		skip("messages", "not among the capabilities");
		return;
	}
	halt_all();
	ack_level = false;
	wr(0x110, (uint64_t)0xfee00000u << 32 | VECTOR);
	check("the message reads as written", rd(0x110), (uint64_t)0xfee00000u << 32 | VECTOR);
	wr32(t_conf(0), INT | FSB);
	wr(t_comp(0), ms_ticks);
	wr32(CONF, ENABLE);
	let_pass(2);
	check("one message", apic_irqs, 1);
	halt_all();
	wr32(t_conf(0), INT | FSB | PERIODIC | VAL_SET);
	wr(t_comp(0), ms_ticks);
	wr32(CONF, ENABLE);
	let_pass(5);
	check_range("one each millisecond", apic_irqs, 4, 5);
	halt_all();
}
#endif

void kernel_main(void)
{
	const volatile uint8_t *table = pm_table("HPET");

	base = table ? (uintptr_t)pm_get(table + 44, 8) : 0xfed00000u;
	print("HPET at %p by %s\n", base, table ? "ACPI" : "habit");
	if (rd32(CAP) == UINT32_MAX) {
		fail("HPET", "got nothing want a block of timers");
		return;
	}
	trap_hook[IRQ_BASE] = on_timer;
	trap_hook[IRQ_BASE + RTC_IRQ] = on_rtc;
	trap_hook[VECTOR] = on_apic;
	lapic_enable();
	capabilities();
#ifdef MESSAGES
	messages();
#else
	counter();
	one_shot();
	periodic();
	replacement();
	mode_32();
	through_ioapic();
#endif
}
