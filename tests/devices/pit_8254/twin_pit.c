/* SPDX-License-Identifier: MIT */
/* The interval timer: rates and one-shots by the interrupts of channel 0, channel 2 by its gate. */
#include "bimetal/pic_8259.h"
#include "bimetal/pit_8254.h"
#include "bimetal/twin.h"

enum {
	TIMER = 0,
	CHANNEL2 = 2,
	MASTER_VECTOR = 0x20,
	SLAVE_VECTOR = 0x28,
	US = 1000,
	MS = 1000000
};

static struct pic pic;
static struct pit pit;
static volatile unsigned ticks;
static unsigned wanted;
static volatile uint64_t first, last;

static void start(void) { twin_assert_eq(pit_init(&pit, twin_port(0), *twin_wait()), PIT_OK); }

/* Masks the line at the last expected tick. */
static void on_tick(void *ctx)
{
	(void)ctx;
	last = wait_now(twin_wait());
	if (ticks++ == 0) first = last;
	if (ticks == wanted) twin_expect_eq(pic_mask(&pic, TIMER), PIC_OK);
	twin_expect_eq(pic_end(&pic, TIMER), PIC_OK);
}

static void interrupts_on(unsigned n)
{
	const struct pic_config config = { .master_vector = MASTER_VECTOR,
					   .slave_vector = SLAVE_VECTOR };
	wanted = n;
	start();
	twin_assert_eq(pic_init(&pic, twin_port(0), *twin_wait(), &config), PIC_OK);
	twin_assert_eq(pic_disable(&pic), PIC_OK);
	twin_on_interrupt(MASTER_VECTOR + TIMER, on_tick, NULL);
}

/* Call this after the channel was programmed, which sets OUT low. */
static void await_ticks(void)
{
	const struct wait *wait = twin_wait();
	uint64_t end = wait_deadline(wait, 2000 * (uint64_t)MS);
	twin_assert_eq(pic_unmask(&pic, TIMER), PIC_OK);
	wait_irq_enable(wait);
	while (ticks < wanted && !wait_expired(wait, end)) wait_relax(wait);
	twin_expect_eq(ticks, wanted);
}

TWIN(pit_8254, is_found_and_left_as_it_is)
{
	uint16_t count;
	start();
	twin_expect_eq(pit_read(&pit, 0, &count), PIT_NOT_PROGRAMMED);
	twin_expect_eq(pit_read(&pit, PIT_CHANNELS, &count), PIT_BAD_CHANNEL);
}

TWIN_HERE(pit_8254, a_rate_is_that_many_interrupts_a_second)
{
	enum { HZ = 1000, PERIODS = 20 };
	interrupts_on(PERIODS + 1);
	twin_assert_eq(pit_set_rate(&pit, 0, HZ), PIT_OK);
	await_ticks();
	wait_irq_disable(twin_wait());
	/* 1193 clocks, 999848 ns */
	twin_expect(last - first > PERIODS * (uint64_t)MS - 10 * US);
	twin_expect(last - first < PERIODS * (uint64_t)MS + 5 * US);
}

TWIN(pit_8254, a_rate_goes_on_until_it_is_masked)
{
	interrupts_on(5);
	twin_assert_eq(pit_set_rate(&pit, 0, 200), PIT_OK);
	await_ticks();
	wait_ns(twin_wait(), 20 * MS);
	wait_irq_disable(twin_wait());
	twin_expect_eq(ticks, 5);
}

TWIN(pit_8254, a_square_wave_interrupts_once_a_period)
{
	uint32_t count;
	interrupts_on(3);
	twin_assert_eq(pit_count_of_hz(250, &count), PIT_OK);
	twin_assert_eq(pit_program(&pit, 0, PIT_SQUARE_WAVE, count), PIT_OK);
	await_ticks();
	wait_irq_disable(twin_wait());
}

TWIN(pit_8254, a_one_shot_comes_once)
{
	const struct wait *wait = twin_wait();
	interrupts_on(2);
	twin_assert_eq(pit_set_timer(&pit, 0, 5 * MS), PIT_OK);
	twin_assert_eq(pic_unmask(&pic, TIMER), PIC_OK);
	wait_irq_enable(wait);
	wait_ns(wait, 30 * MS);
	wait_irq_disable(wait);
	twin_expect_eq(ticks, 1);
}

TWIN_HERE(pit_8254, a_one_shot_is_never_early_and_late_by_four_clocks_at_most)
{
	const struct wait *wait = twin_wait();
	interrupts_on(1);
	uint64_t before = wait_now(wait);
	twin_assert_eq(pit_set_timer(&pit, 0, 5 * MS), PIT_OK);
	uint64_t after = wait_now(wait);
	await_ticks();
	wait_irq_disable(wait);
	twin_expect(first - before >= 5 * MS);
	twin_expect(first - after < 5 * MS + 10 * US);
}

TWIN_HERE(pit_8254, the_count_falls_with_its_clock)
{
	enum { CLOCKS_OF_1_MS = 1193, ACCESSES = 10 };
	uint16_t before, after;
	start();
	twin_assert_eq(pit_set_rate(&pit, 0, 19), PIT_OK);
	wait_ns(twin_wait(), MS);
	twin_assert_eq(pit_read(&pit, 0, &before), PIT_OK);
	wait_ns(twin_wait(), MS);
	twin_assert_eq(pit_read(&pit, 0, &after), PIT_OK);
	twin_expect(before - after >= CLOCKS_OF_1_MS);
	twin_expect(before - after < CLOCKS_OF_1_MS + ACCESSES);
}

TWIN(pit_8254, what_was_programmed_is_read_back)
{
	static const enum pit_mode modes[] = { PIT_TERMINAL_COUNT,  PIT_ONE_SHOT,
					       PIT_RATE_GENERATOR,  PIT_SQUARE_WAVE,
					       PIT_SOFTWARE_STROBE, PIT_HARDWARE_STROBE };
	start();
	for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++) {
		struct pit_state state;
		twin_assert_eq(pit_program(&pit, CHANNEL2, modes[i], PIT_MAX_COUNT), PIT_OK);
		twin_expect_eq(pit_read_back(&pit, CHANNEL2, &state), PIT_OK);
		twin_expect_eq(state.mode, modes[i]);
	}
}

/* ---- channel 2 ---- */

TWIN_HERE(pit_8254, channel_2_counts_while_its_gate_is_high)
{
	struct pit_state state;
	const struct wait *wait = twin_wait();
	start();
	twin_assert_eq(pit_set_gate2(&pit, false), PIT_OK);
	twin_assert_eq(pit_program(&pit, CHANNEL2, PIT_TERMINAL_COUNT, 1000), PIT_OK);
	wait_ns(wait, 2 * MS);
	twin_expect_eq(pit_read_back(&pit, CHANNEL2, &state), PIT_OK);
	twin_expect_eq(state.count, 1000);
	twin_expect(!state.out);
	twin_assert_eq(pit_set_gate2(&pit, true), PIT_OK);
	wait_ns(wait, 500 * US);
	twin_expect_eq(pit_read_back(&pit, CHANNEL2, &state), PIT_OK);
	twin_expect(state.count < 1000);
	twin_expect(!state.out);
	wait_ns(wait, 500 * US);
	twin_expect_eq(pit_read_back(&pit, CHANNEL2, &state), PIT_OK);
	twin_expect(state.out);
	twin_assert_eq(pit_set_gate2(&pit, false), PIT_OK);
}

/* QEMU's channel 2 counts as soon as it is programmed, whatever the gate is, so under QEMU the time
 * must be much longer than the accesses take. QEMU's time stamp counter was measured in the host's
 * time, so it cannot check the channel. */
TWIN(pit_8254, channel_2_waits_to_its_end)
{
	start();
	twin_expect_eq(pit_wait(&pit, 20 * MS), PIT_OK);
	twin_expect_eq(pit_wait(&pit, 50 * MS), PIT_OK);
}

TWIN_HERE(pit_8254, channel_2_waits_no_shorter_than_asked)
{
	static const uint32_t times[] = { 1, 10 * US, 1 * MS, 20 * MS };
	const struct wait *wait = twin_wait();
	start();
	for (unsigned i = 0; i < sizeof times / sizeof *times; i++) {
		uint64_t begin = wait_now(wait);
		twin_expect_eq(pit_wait(&pit, times[i]), PIT_OK);
		uint64_t took = wait_now(wait) - begin;
		twin_expect(took >= times[i]);
		twin_expect(took < times[i] + 100 * US);
	}
}

TWIN(pit_8254, a_tone_is_a_square_wave_until_it_is_silenced)
{
	struct pit_state state;
	start();
	twin_expect_eq(pit_tone(&pit, 440), PIT_OK);
	twin_expect_eq(pit_read_back(&pit, CHANNEL2, &state), PIT_OK);
	twin_expect_eq(state.mode, PIT_SQUARE_WAVE);
	twin_expect_eq(pit_silence(&pit), PIT_OK);
	twin_expect_eq(pit_tone(&pit, 18), PIT_BAD_RATE);
}

TWIN_HERE(pit_8254, an_unplugged_one_is_noticed_and_comes_back)
{
	struct pit_state state;
	const struct wait *wait = twin_wait();
	start();
	twin_assert_eq(pit_set_rate(&pit, 0, 100), PIT_OK);
	wait_ns(wait, 2 * MS);
	twin_allow("bus.unclaimed-read");
	twin_allow("bus.unclaimed-write");
	twin_expect_eq(pit_read_back(&pit, 0, &state), PIT_ABSENT);
	twin_expect_eq(pit_init(&pit, twin_port(0), *wait), PIT_ABSENT);
	wait_ns(wait, 2 * MS);
	start();
	twin_expect_eq(pit_read_back(&pit, 0, &state), PIT_OK);
	twin_expect_eq(state.mode, PIT_RATE_GENERATOR);
}
