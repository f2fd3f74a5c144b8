/* SPDX-License-Identifier: MIT */
/* The real-time clock. The tests wait for its update interrupt before they read the time, which
 * then does not change for a second. */
#include "bimetal/pic_8259.h"
#include "bimetal/rtc_mc146818.h"
#include "bimetal/twin.h"

enum {
	CLOCK = 8,
	CENTURY = 0x32,
	MASTER_VECTOR = 0x20,
	SLAVE_VECTOR = 0x28,
	RAM_BYTE = 0x40,
	US = 1000,
	MS = 1000000
};

static struct pic pic;
static struct rtc_mc146818 rtc;
static volatile unsigned chimes, seen;
static unsigned wanted; /* the number of interrupts after which the sources are disabled */
static volatile uint64_t first, last;

static void start(void)
{
	struct io io = twin_port(RTC_MC146818_PORT);
	twin_assert_eq(rtc_mc146818_init(&rtc, io, *twin_wait(), CENTURY, false), RTC_MC146818_OK);
}

static void on_chime(void *ctx)
{
	unsigned sources;
	(void)ctx;
	last = wait_now(twin_wait());
	if (chimes++ == 0) first = last;
	twin_expect_eq(rtc_mc146818_acknowledge(&rtc, &sources), RTC_MC146818_OK);
	seen |= sources;
	if (chimes == wanted)
		twin_expect_eq(rtc_mc146818_disable(&rtc, RTC_MC146818_UPDATE | RTC_MC146818_ALARM |
								  RTC_MC146818_PERIODIC),
			       RTC_MC146818_OK);
	twin_expect_eq(pic_end(&pic, CLOCK), PIC_OK);
}

static void start_with_interrupts(void)
{
	const struct pic_config config = { .master_vector = MASTER_VECTOR,
					   .slave_vector = SLAVE_VECTOR };
	start();
	twin_assert_eq(pic_init(&pic, twin_port(0), *twin_wait(), &config), PIC_OK);
	twin_assert_eq(pic_disable(&pic), PIC_OK);
	twin_on_interrupt(SLAVE_VECTOR, on_chime, NULL);
	twin_assert_eq(pic_unmask(&pic, CLOCK), PIC_OK);
}

/* Waits for the next `n` interrupts of `sources`. */
static void await(unsigned sources, unsigned n)
{
	const struct wait *wait = twin_wait();
	chimes = seen = 0;
	wanted = n;
	twin_assert_eq(rtc_mc146818_enable(&rtc, sources), RTC_MC146818_OK);
	for (unsigned i = 0; i < n && chimes < n; i++) wait_for_irq(wait);
	twin_assert_eq(chimes, n);
}

static uint64_t read_seconds(void)
{
	struct rtc_mc146818_time time;
	uint64_t seconds = 0;
	twin_expect_eq(rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_OK);
	twin_expect_eq(rtc_mc146818_to_seconds(&time, &seconds), RTC_MC146818_OK);
	return seconds;
}

TWIN(rtc_mc146818, is_found_powered_and_running)
{
	bool running = false;
	start();
	twin_expect(rtc_mc146818_powered(&rtc));
	twin_expect_eq(rtc_mc146818_running(&rtc, &running), RTC_MC146818_OK);
	twin_expect(running);
}

/* QEMU's clock has run while its BIOS did. */
TWIN(rtc_mc146818, starts_in_1970_on_all_sides)
{
	start();
	twin_expect(read_seconds() < 60);
}

TWIN(rtc_mc146818, the_time_is_one_second_later_after_an_update)
{
	start_with_interrupts();
	await(RTC_MC146818_UPDATE, 1);
	uint64_t before = read_seconds();
	twin_expect_eq(read_seconds(), before);
	await(RTC_MC146818_UPDATE, 1);
	twin_expect_eq(seen & RTC_MC146818_UPDATE, RTC_MC146818_UPDATE);
	twin_expect_eq(read_seconds(), before + 1);
}

TWIN_HERE(rtc_mc146818, updates_are_a_second_apart)
{
	start_with_interrupts();
	await(RTC_MC146818_UPDATE, 3);
	twin_expect(last - first > 2000 * (uint64_t)MS - 100 * US);
	twin_expect(last - first < 2000 * (uint64_t)MS + 100 * US);
}

/* The driver reads until two readings are equal. The first begins before UIP rises, the second
 * waits for the end of the update, and the third equals it. */
TWIN_HERE(rtc_mc146818, the_time_is_read_across_an_update)
{
	enum { UIP_NS = 2228 * US, BEFORE_NS = 12 * US };
	start_with_interrupts();
	await(RTC_MC146818_UPDATE, 1);
	uint64_t ended = last, before = read_seconds();
	while (wait_now(twin_wait()) < ended + 1000 * (uint64_t)MS - UIP_NS - BEFORE_NS)
		wait_ns(twin_wait(), US);
	uint64_t begin = wait_now(twin_wait());
	twin_expect_eq(read_seconds(), before + 1);
	uint64_t passed = wait_now(twin_wait()) - begin;
	twin_expect(passed > UIP_NS && passed < 2 * UIP_NS);
}

TWIN(rtc_mc146818, what_is_set_is_read_back_and_goes_on)
{
	const struct rtc_mc146818_time leap = { 2024, 2, 29, 23, 59, 59, 0 };
	struct rtc_mc146818_time is;
	start_with_interrupts();
	twin_assert_eq(rtc_mc146818_set_time(&rtc, &leap), RTC_MC146818_OK);
	twin_assert_eq(rtc_mc146818_read_time(&rtc, &is), RTC_MC146818_OK);
	twin_expect(is.year == 2024 && is.month == 2 && is.day == 29);
	twin_expect(is.hour == 23 && is.minute == 59 && is.second == 59);
	twin_expect_eq(is.weekday, 4);
	await(RTC_MC146818_UPDATE, 1);
	twin_assert_eq(rtc_mc146818_read_time(&rtc, &is), RTC_MC146818_OK);
	twin_expect(is.year == 2024 && is.month == 3 && is.day == 1);
	twin_expect(is.hour == 0 && is.minute == 0 && is.second == 0);
	twin_expect_eq(is.weekday, 5);
}

TWIN(rtc_mc146818, a_century_ends)
{
	const struct rtc_mc146818_time eve = { 1999, 12, 31, 23, 59, 59, 0 };
	struct rtc_mc146818_time is;
	start_with_interrupts();
	twin_assert_eq(rtc_mc146818_set_time(&rtc, &eve), RTC_MC146818_OK);
	await(RTC_MC146818_UPDATE, 1);
	twin_assert_eq(rtc_mc146818_read_time(&rtc, &is), RTC_MC146818_OK);
	twin_expect(is.year == 2000 && is.month == 1 && is.day == 1);
}

TWIN(rtc_mc146818, an_impossible_time_is_not_set)
{
	const struct rtc_mc146818_time bad = { 2023, 2, 29, 12, 0, 0, 0 };
	start();
	twin_expect_eq(rtc_mc146818_set_time(&rtc, &bad), RTC_MC146818_BAD_ARG);
	twin_expect_eq(rtc_mc146818_set_rate(&rtc, 1000), RTC_MC146818_BAD_ARG);
	twin_expect_eq(rtc_mc146818_enable(&rtc, 1), RTC_MC146818_BAD_ARG);
}

TWIN(rtc_mc146818, periodic_interrupts_come_until_they_are_disabled)
{
	start_with_interrupts();
	twin_assert_eq(rtc_mc146818_set_rate(&rtc, 256), RTC_MC146818_OK);
	await(RTC_MC146818_PERIODIC, 8);
	twin_expect_eq(seen & RTC_MC146818_PERIODIC, RTC_MC146818_PERIODIC);
	wait_irq_enable(twin_wait());
	wait_ns(twin_wait(), 20 * MS);
	wait_irq_disable(twin_wait());
	twin_expect_eq(chimes, 8);
}

TWIN_HERE(rtc_mc146818, periodic_interrupts_come_at_their_rate)
{
	enum { PERIODS = 64, PERIOD_NS = 976562 };
	start_with_interrupts();
	twin_assert_eq(rtc_mc146818_set_rate(&rtc, 1024), RTC_MC146818_OK);
	await(RTC_MC146818_PERIODIC, PERIODS + 1);
	twin_expect(last - first > PERIODS * (uint64_t)PERIOD_NS - 20 * US);
	twin_expect(last - first < PERIODS * (uint64_t)PERIOD_NS + 20 * US);
}

TWIN(rtc_mc146818, the_alarm_rings_at_its_time)
{
	const struct rtc_mc146818_time noon = { 2024, 5, 6, 11, 59, 59, 0 };
	const struct rtc_mc146818_alarm alarm = { 12, 0, 0 };
	struct rtc_mc146818_alarm is;
	struct rtc_mc146818_time now;
	start_with_interrupts();
	twin_assert_eq(rtc_mc146818_set_time(&rtc, &noon), RTC_MC146818_OK);
	twin_assert_eq(rtc_mc146818_set_alarm(&rtc, &alarm), RTC_MC146818_OK);
	twin_assert_eq(rtc_mc146818_get_alarm(&rtc, &is), RTC_MC146818_OK);
	twin_expect(is.hour == 12 && is.minute == 0 && is.second == 0);
	await(RTC_MC146818_ALARM, 1);
	twin_expect_eq(seen & RTC_MC146818_ALARM, RTC_MC146818_ALARM);
	twin_assert_eq(rtc_mc146818_read_time(&rtc, &now), RTC_MC146818_OK);
	twin_expect(now.hour == 12 && now.minute == 0 && now.second == 0);
}

TWIN(rtc_mc146818, its_ram_keeps_what_is_written)
{
	uint8_t before, is;
	start();
	twin_expect_eq(rtc_mc146818_mask_nmi(&rtc, true), RTC_MC146818_OK);
	twin_expect_eq(rtc_mc146818_read_byte(&rtc, RAM_BYTE, &before), RTC_MC146818_OK);
	twin_expect_eq(rtc_mc146818_write_byte(&rtc, RAM_BYTE, 0x5a), RTC_MC146818_OK);
	twin_expect_eq(rtc_mc146818_read_byte(&rtc, RAM_BYTE, &is), RTC_MC146818_OK);
	twin_expect_eq(is, 0x5a);
	twin_expect_eq(rtc_mc146818_write_byte(&rtc, RAM_BYTE, before), RTC_MC146818_OK);
	twin_expect_eq(rtc_mc146818_mask_nmi(&rtc, false), RTC_MC146818_OK);
	twin_expect_eq(rtc_mc146818_read_byte(&rtc, 0x0d, &is), RTC_MC146818_BAD_ARG);
}

TWIN_HERE(rtc_mc146818, an_unplugged_one_is_absent_and_comes_back)
{
	struct io io = twin_port(RTC_MC146818_PORT);
	start();
	wait_ns(twin_wait(), 2 * MS);
	twin_allow("bus.unclaimed-read");
	twin_allow("bus.unclaimed-write");
	twin_expect_eq(rtc_mc146818_init(&rtc, io, *twin_wait(), CENTURY, false),
		       RTC_MC146818_ABSENT);
	wait_ns(twin_wait(), 2 * MS);
	start();
}
