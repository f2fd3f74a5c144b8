/* SPDX-License-Identifier: MIT */
/* The interrupt controllers, with the timer on line 0 and the real-time clock on line 8, of the
 * slave. The firmware routes their INTR through the local APIC (virtual wire). */
#include "bimetal/pic_8259.h"
#include "bimetal/pit_8254.h"
#include "bimetal/rtc_mc146818.h"
#include "bimetal/twin.h"

enum {
	TIMER = 0,
	CLOCK = 8,
	SPURIOUS_SLAVE = 15,
	MASTER_VECTOR = 0x20,
	SLAVE_VECTOR = 0x28,
	IN_SERVICE_TIMER = 1 << TIMER,
	IN_SERVICE_CLOCK = 1 << CLOCK | 1 << PIC_CASCADE,
	SLAVE_COMMAND = 0xa0,
	SPECIFIC_EOI_OF_0 = 0x60,
	MS = 1000000
};

static struct pic pic;
static struct pit pit;
static struct rtc_mc146818 rtc;
static volatile unsigned ticks, chimes, spurious;

static void start(void)
{
	const struct wait *wait = twin_wait();
	const struct pic_config config = { .master_vector = MASTER_VECTOR,
					   .slave_vector = SLAVE_VECTOR };
	twin_assert_eq(pic_init(&pic, twin_port(0), *wait, &config), PIC_OK);
	twin_assert_eq(pic_disable(&pic), PIC_OK);
	twin_assert_eq(pit_init(&pit, twin_port(0), *wait), PIT_OK);
	twin_assert_eq(rtc_mc146818_init(&rtc, twin_port(RTC_MC146818_PORT), *wait,
					 RTC_MC146818_NO_CENTURY, false),
		       RTC_MC146818_OK);
}

static void start_clock(void)
{
	twin_assert_eq(rtc_mc146818_set_rate(&rtc, 1024), RTC_MC146818_OK);
	twin_assert_eq(rtc_mc146818_enable(&rtc, RTC_MC146818_PERIODIC), RTC_MC146818_OK);
}

/* Ends the real-time clock's interrupts after the first one. */
static void stop_clock(void)
{
	unsigned sources;
	twin_expect_eq(rtc_mc146818_disable(&rtc, RTC_MC146818_PERIODIC), RTC_MC146818_OK);
	twin_expect_eq(rtc_mc146818_acknowledge(&rtc, &sources), RTC_MC146818_OK);
}

static void await(const volatile unsigned *counter, unsigned n)
{
	const struct wait *wait = twin_wait();
	uint64_t end = wait_deadline(wait, 1000 * (uint64_t)MS);
	while (*counter < n && !wait_expired(wait, end)) wait_relax(wait);
	twin_expect_eq(*counter, n);
}

static void expect_in_service(uint16_t want)
{
	uint16_t lines;
	twin_expect_eq(pic_get_in_service(&pic, &lines), PIC_OK);
	twin_expect_eq(lines, want);
}

TWIN(pic_8259, set_up_and_remapping_keep_the_masks)
{
	uint16_t masked;
	unsigned line;
	start();
	twin_expect_eq(pic_set_masks(&pic, 0xa5fb), PIC_OK);
	twin_expect_eq(pic_remap(&pic, 0x50, 0x78), PIC_OK);
	twin_expect_eq(pic_get_masks(&pic, &masked), PIC_OK);
	twin_expect_eq(masked, 0xa5fb);
	twin_expect_eq(pic_line_of(&pic, 0x7b, &line), PIC_OK);
	twin_expect_eq(line, 11);
	twin_expect_eq(pic_line_of(&pic, MASTER_VECTOR, &line), PIC_BAD_VECTOR);
}

TWIN(pic_8259, a_slaves_line_is_unmasked_with_the_cascade)
{
	uint16_t masked;
	start();
	twin_expect_eq(pic_unmask(&pic, 12), PIC_OK);
	twin_expect_eq(pic_get_masks(&pic, &masked), PIC_OK);
	twin_expect_eq(masked, 0xeffb);
	twin_expect_eq(pic_mask(&pic, 12), PIC_OK);
	twin_expect_eq(pic_get_masks(&pic, &masked), PIC_OK);
	twin_expect_eq(masked, 0xfffb);
}

TWIN(pic_8259, a_line_is_set_to_level_and_back)
{
	bool before, level;
	start();
	twin_expect_eq(pic_get_level(&pic, 5, &before), PIC_OK);
	twin_expect_eq(pic_set_level(&pic, 5, true), PIC_OK);
	twin_expect_eq(pic_get_level(&pic, 5, &level), PIC_OK);
	twin_expect(level);
	twin_expect_eq(pic_set_level(&pic, 5, before), PIC_OK);
	twin_expect_eq(pic_get_level(&pic, 5, &level), PIC_OK);
	twin_expect_eq(level, before);
	twin_expect_eq(pic_set_level(&pic, TIMER, true), PIC_BAD_LINE);
}

/* ---- interrupts ---- */

static void on_ticks(void *ctx)
{
	const unsigned *n = ctx;
	twin_expect_eq(pic_begin(&pic, TIMER), PIC_OK);
	expect_in_service(IN_SERVICE_TIMER);
	if (++ticks == *n) twin_expect_eq(pic_mask(&pic, TIMER), PIC_OK);
	twin_expect_eq(pic_end(&pic, TIMER), PIC_OK);
	expect_in_service(0);
}

TWIN(pic_8259, the_timer_interrupts_until_it_is_masked)
{
	static unsigned wanted = 5;
	start();
	twin_on_interrupt(MASTER_VECTOR + TIMER, on_ticks, &wanted);
	twin_assert_eq(pit_set_rate(&pit, 0, 500), PIT_OK);
	twin_assert_eq(pic_unmask(&pic, TIMER), PIC_OK);
	wait_irq_enable(twin_wait());
	await(&ticks, wanted);
	wait_ns(twin_wait(), 10 * MS);
	wait_irq_disable(twin_wait());
	twin_expect_eq(ticks, wanted);
}

TWIN(pic_8259, a_masked_request_waits_for_its_line)
{
	static unsigned wanted = 1;
	uint16_t lines;
	start();
	twin_on_interrupt(MASTER_VECTOR + TIMER, on_ticks, &wanted);
	wait_irq_enable(twin_wait());
	twin_assert_eq(pit_set_timer(&pit, 0, MS), PIT_OK);
	wait_ns(twin_wait(), 5 * MS);
	twin_expect_eq(ticks, 0);
	twin_expect_eq(pic_get_requests(&pic, &lines), PIC_OK);
	twin_expect_eq(lines & IN_SERVICE_TIMER, IN_SERVICE_TIMER);
	twin_assert_eq(pic_unmask(&pic, TIMER), PIC_OK);
	await(&ticks, 1);
	wait_irq_disable(twin_wait());
}

TWIN(pic_8259, other_vectors_are_used_after_remapping)
{
	static unsigned wanted = 1;
	start();
	twin_assert_eq(pic_remap(&pic, 0x90, 0x98), PIC_OK);
	twin_on_interrupt(0x90 + TIMER, on_ticks, &wanted);
	twin_assert_eq(pit_set_timer(&pit, 0, MS), PIT_OK);
	twin_assert_eq(pic_unmask(&pic, TIMER), PIC_OK);
	wait_irq_enable(twin_wait());
	await(&ticks, 1);
	wait_irq_disable(twin_wait());
}

static void on_chime(void *ctx)
{
	(void)ctx;
	chimes++;
	twin_expect_eq(pic_begin(&pic, CLOCK), PIC_OK);
	expect_in_service(IN_SERVICE_CLOCK);
	stop_clock();
	twin_expect_eq(pic_end(&pic, CLOCK), PIC_OK);
	expect_in_service(0);
}

TWIN(pic_8259, a_slaves_line_is_ended_at_both)
{
	start();
	twin_on_interrupt(SLAVE_VECTOR, on_chime, NULL);
	twin_assert_eq(pic_unmask(&pic, CLOCK), PIC_OK);
	wait_irq_enable(twin_wait());
	start_clock();
	await(&chimes, 1);
	start_clock();
	await(&chimes, 2);
	wait_irq_disable(twin_wait());
}

/* ---- handlers that are interrupted ---- */

static void on_inner_tick(void *ctx)
{
	(void)ctx;
	ticks++;
	expect_in_service(IN_SERVICE_TIMER | IN_SERVICE_CLOCK);
	twin_expect_eq(pic_end_highest(&pic, TIMER), PIC_OK);
	expect_in_service(IN_SERVICE_CLOCK);
}

static void on_outer_chime(void *ctx)
{
	(void)ctx;
	stop_clock();
	twin_assert_eq(pit_set_timer(&pit, 0, MS), PIT_OK);
	wait_irq_enable(twin_wait());
	await(&ticks, 1);
	wait_irq_disable(twin_wait());
	twin_expect_eq(pic_end_highest(&pic, CLOCK), PIC_OK);
	expect_in_service(0);
	chimes++;
}

TWIN(pic_8259, the_one_that_began_last_is_ended_first)
{
	start();
	twin_on_interrupt(MASTER_VECTOR + TIMER, on_inner_tick, NULL);
	twin_on_interrupt(SLAVE_VECTOR, on_outer_chime, NULL);
	twin_assert_eq(pic_unmask(&pic, CLOCK), PIC_OK);
	twin_assert_eq(pit_set_timer(&pit, 0, PIT_MAX_NS), PIT_OK); /* OUT is low until then */
	twin_assert_eq(pic_unmask(&pic, TIMER), PIC_OK);
	wait_irq_enable(twin_wait());
	start_clock();
	await(&chimes, 1);
	wait_irq_disable(twin_wait());
}

static void on_long_tick(void *ctx)
{
	(void)ctx;
	start_clock();
	wait_irq_enable(twin_wait());
	wait_ns(twin_wait(), 10 * MS);
	wait_irq_disable(twin_wait());
	twin_expect_eq(chimes, 0);
	expect_in_service(IN_SERVICE_TIMER);
	twin_expect_eq(pic_end(&pic, TIMER), PIC_OK);
	ticks++;
}

TWIN(pic_8259, a_lower_line_waits_for_the_end_of_a_higher)
{
	start();
	twin_on_interrupt(MASTER_VECTOR + TIMER, on_long_tick, NULL);
	twin_on_interrupt(SLAVE_VECTOR, on_chime, NULL);
	twin_assert_eq(pic_unmask(&pic, CLOCK), PIC_OK);
	twin_assert_eq(pit_set_timer(&pit, 0, MS), PIT_OK);
	twin_assert_eq(pic_unmask(&pic, TIMER), PIC_OK);
	wait_irq_enable(twin_wait());
	await(&ticks, 1);
	await(&chimes, 1);
	wait_irq_disable(twin_wait());
}

/* ---- requests that disappear ---- */

/* Makes it look as if the slave had no request at the acknowledge: it has nothing in service, but
 * the master has the cascade line. */
static void on_chime_gone(void *ctx)
{
	(void)ctx;
	stop_clock();
	io_write8(twin_port(SLAVE_COMMAND), 0, SPECIFIC_EOI_OF_0);
	expect_in_service(1 << PIC_CASCADE);
	twin_expect_eq(pic_begin(&pic, SPURIOUS_SLAVE), PIC_SPURIOUS);
	expect_in_service(0);
	chimes++;
}

TWIN(pic_8259, a_spurious_interrupt_of_the_slave_is_ended_at_the_master_alone)
{
	start();
	twin_on_interrupt(SLAVE_VECTOR, on_chime_gone, NULL);
	twin_assert_eq(pic_unmask(&pic, CLOCK), PIC_OK);
	wait_irq_enable(twin_wait());
	start_clock();
	await(&chimes, 1);
	wait_irq_disable(twin_wait());
}

static void on_tick_and_spurious(void *ctx)
{
	(void)ctx;
	twin_expect_eq(pic_begin(&pic, 7), PIC_SPURIOUS);
	expect_in_service(IN_SERVICE_TIMER);
	twin_expect_eq(pic_end(&pic, TIMER), PIC_OK);
	ticks++;
}

TWIN(pic_8259, a_spurious_interrupt_of_the_master_ends_nothing)
{
	start();
	twin_on_interrupt(MASTER_VECTOR + TIMER, on_tick_and_spurious, NULL);
	twin_assert_eq(pit_set_timer(&pit, 0, MS), PIT_OK);
	twin_assert_eq(pic_unmask(&pic, TIMER), PIC_OK);
	wait_irq_enable(twin_wait());
	await(&ticks, 1);
	wait_irq_disable(twin_wait());
	expect_in_service(0);
}

static void on_spurious(void *ctx)
{
	(void)ctx;
	spurious++;
	twin_expect_eq(pic_begin(&pic, SPURIOUS_SLAVE), PIC_SPURIOUS);
}

/* The slave's request disappears before the acknowledge. Chips differ in whether the master keeps
 * it; if so, the slave delivers its vector 7. */
TWIN(pic_8259, a_request_that_was_masked_away_leaves_nothing_in_service)
{
	start();
	twin_on_interrupt(SLAVE_VECTOR, on_chime, NULL);
	twin_on_interrupt(SLAVE_VECTOR + 7, on_spurious, NULL);
	twin_assert_eq(pic_unmask(&pic, CLOCK), PIC_OK);
	start_clock();
	wait_ns(twin_wait(), 5 * MS);
	twin_assert_eq(pic_mask(&pic, CLOCK), PIC_OK);
	wait_irq_enable(twin_wait());
	wait_ns(twin_wait(), 5 * MS);
	twin_expect_eq(chimes, 0);
	twin_expect(spurious <= 1);
	expect_in_service(0);
	twin_assert_eq(pic_unmask(&pic, CLOCK), PIC_OK);
	await(&chimes, 1);
	wait_irq_disable(twin_wait());
}
