/* SPDX-License-Identifier: MIT */
#include "harness/console/serial_feed.h"
#include "tests/check.h"

#include <string.h>

enum { CHAR_NS = 1000 };

static struct clock clk;
static struct serial_feed feed;
static char got[SERIAL_FEED_SIZE + 1];
static uint64_t when[8];
static size_t n_got;
static uint64_t char_time;

static void receive(void *ctx, uint8_t byte)
{
	(void)ctx;
	if (n_got < 8) when[n_got] = clock_now(&clk);
	got[n_got++] = (char)byte;
}

static uint64_t char_ns(void *ctx)
{
	(void)ctx;
	return char_time;
}

static void power_on(void)
{
	clock_init(&clk);
	serial_feed_init(&feed, &clk, receive, char_ns, NULL);
	memset(got, 0, sizeof(got));
	n_got = 0;
	char_time = CHAR_NS;
}

TestSuite(serial_feed, .init = power_on, .timeout = 60);

Test(serial_feed, bytes_arrive_one_character_time_apart)
{
	require_eq(sz, serial_feed_send(&feed, "ab", 2), 2);
	clock_run_until(&clk, CHAR_NS - 1);
	check_eq(sz, n_got, 0);
	clock_run_until(&clk, 5 * CHAR_NS);
	check_eq(str, got, "ab");
	check_eq(u64, when[0], CHAR_NS);
	check_eq(u64, when[1], 2 * CHAR_NS);
	check(serial_feed_idle(&feed));
	check_eq(u64, feed.s.sent, 2);
}

Test(serial_feed, the_line_speed_is_read_for_each_character)
{
	serial_feed_send(&feed, "ab", 2);
	char_time = 10 * CHAR_NS;
	clock_run_until(&clk, CHAR_NS);
	check_eq(sz, n_got, 1);
	clock_run_until(&clk, 10 * CHAR_NS);
	check_eq(sz, n_got, 1);
	clock_run_until(&clk, 11 * CHAR_NS);
	check_eq(sz, n_got, 2);
}

Test(serial_feed, bytes_added_while_sending_queue_behind)
{
	serial_feed_send(&feed, "a", 1);
	clock_run_until(&clk, CHAR_NS / 2);
	serial_feed_send(&feed, "b", 1);
	clock_run_until(&clk, 2 * CHAR_NS);
	check_eq(str, got, "ab");
	check_eq(u64, when[1], 2 * CHAR_NS);
}

Test(serial_feed, a_full_queue_takes_no_more)
{
	static char many[SERIAL_FEED_SIZE + 10];
	memset(many, 'x', sizeof(many));
	check_eq(sz, serial_feed_send(&feed, many, sizeof(many)), SERIAL_FEED_SIZE);
	check_eq(sz, serial_feed_send(&feed, "y", 1), 0);
	clock_run_until(&clk, CHAR_NS);
	check_eq(sz, serial_feed_room(&feed), 1);
	check_eq(sz, serial_feed_send(&feed, "y", 1), 1);
	clock_run_until(&clk, (SERIAL_FEED_SIZE + 1ull) * CHAR_NS);
	check_eq(sz, n_got, SERIAL_FEED_SIZE + 1);
	check_eq(chr, got[SERIAL_FEED_SIZE], 'y');
}

Test(serial_feed, a_line_without_a_rate_still_delivers)
{
	char_time = 0;
	serial_feed_send(&feed, "a", 1);
	clock_run_until(&clk, 1000000);
	check_eq(sz, n_got, 1);
}

Test(serial_feed, sending_nothing_arms_no_timer)
{
	serial_feed_send(&feed, "", 0);
	check(!clock_armed(&clk, feed.timer));
}
