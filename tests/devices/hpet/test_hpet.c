/* SPDX-License-Identifier: MIT */
#include "bimetal/hpet.h"

#include <stdio.h>

#include "devices/hpet/model.h"
#include "emu/array.h"
#include "tests/unit/drivers/host_fixture.h"
#include "tests/unit/drivers/transcription.h"
#include "tests/unit/emu/random.h"

enum { MS = 1000000, INPUT = 20, N_TIMERS = HPET_MODEL_N_TIMERS };
static const uint64_t BASE = HPET_MODEL_BASE;

static struct hpet_model model;
static struct hpet hpet;
static struct io io;
static unsigned rises[HPET_MODEL_N_PINS];
static bool level[HPET_MODEL_N_PINS];
static uint64_t rise_ns[64];
static unsigned n_rises, n_messages;
static uint32_t message_address, message_data;
static bool legacy;

static void set_pin(void *ctx, unsigned n, bool now)
{
	(void)ctx;
	if (now && !level[n]) {
		rises[n]++;
		rise_ns[n_rises++ % 64] = clock_now(&vclock);
	}
	level[n] = now;
}

static void set_legacy(void *ctx, bool on)
{
	(void)ctx;
	legacy = on;
}

static void take_message(void *ctx, uint32_t addr, uint32_t data)
{
	(void)ctx;
	message_address = addr;
	message_data = data;
	n_messages++;
}

static void on_lint(void *ctx, const char *text)
{
	(void)ctx;
	require(0, "%s", text);
}

static void power_on(bool messages)
{
	struct hpet_model_wiring wire = { .legacy = set_legacy,
					  .message = messages ? take_message : NULL };
	for (unsigned n = 0; n < HPET_MODEL_N_PINS; n++)
		wire.pin[n] = (struct irq){ .set = set_pin, .n = n };
	host_power_on();
	hpet_model_init(&model, "hpet", &hub, &vclock, &wire);
	require(bus_map(&bus, BUS_MEMORY, BASE, HPET_SIZE, &model.dev, 0) == NULL);
	io = io_memory(&cpu, BASE, 1);
	recorder_expect_no_lint(&rec, on_lint, NULL);
	require_eq(int, hpet_init(&hpet, io, wait), HPET_OK);
}

static void set_up(void) { power_on(false); }

TestSuite(hpet, .init = set_up, .fini = host_power_off, .timeout = 60);

static void expect_trace(const char *trace) { check_eq(str, rec.trace, trace); }

static void connect(unsigned n, const struct hpet_output *output)
{
	require_eq(int, hpet_connect(&hpet, n, output), HPET_OK);
}

static const struct hpet_output by_edge = { .input = INPUT };
static const struct hpet_output by_level = { .input = INPUT + 1, .level = true };

static void run(void) { require_eq(int, hpet_enable(&hpet), HPET_OK); }

static uint64_t counter(void)
{
	uint64_t ticks = 0;
	require_eq(int, hpet_counter(&hpet, &ticks), HPET_OK);
	return ticks;
}

/* ---- finding it ---- */

Test(hpet, is_found_by_its_capabilities)
{
	expect_trace("GCAP_ID?8086a301 GCAP_ID?0429b17f ");
	check_eq(u32, hpet.period_fs, HPET_MODEL_PERIOD_FS);
	check_eq(u16, hpet.vendor, 0x8086);
	check_eq(u8, hpet.revision, 1);
	check_eq(u8, hpet.n_timers, N_TIMERS);
	check(hpet.counter_64 && hpet.legacy_capable);
}

Test(hpet, impossible_arguments_and_registers_are_refused)
{
	struct hpet other;
	uint64_t *cap = &model.s.reg[HPET_MODEL_GCAP_ID];
	check_eq(int, hpet_init(NULL, io, wait), HPET_NULL);
	check_eq(int, hpet_init(&other, io_port(&cpu, 0x40), wait), HPET_BAD_ARG);
	check_eq(int, hpet_init(&other, io_memory(&cpu, BASE, 8), wait), HPET_BAD_ARG);
	check_eq(int, hpet_init(&other, io_memory(&cpu, BASE + 4, 1), wait), HPET_BAD_ARG);
	*cap = 0x8086a301; /* no period */
	check_eq(int, hpet_init(&other, io, wait), HPET_BROKEN);
	*cap = UINT64_C(100000001) << 32 | 0x8086a301; /* slower than 10 MHz */
	check_eq(int, hpet_init(&other, io, wait), HPET_BROKEN);
	*cap = UINT64_C(100000000) << 32 | 0x8086a301;
	check_eq(int, hpet_init(&other, io, wait), HPET_OK);
	*cap = UINT64_C(69841279) << 32 | 0x8086a300; /* no revision */
	check_eq(int, hpet_init(&other, io, wait), HPET_BROKEN);
	*cap = 0;
	check_eq(int, hpet_init(&other, io, wait), HPET_ABSENT);
}

Test(hpet, an_empty_place_is_absent)
{
	struct hpet other;
	recorder_expect_no_lint(&rec, NULL, NULL);
	bus_unmap(&bus, BUS_MEMORY, &model.dev);
	check_eq(int, hpet_init(&other, io, wait), HPET_ABSENT);
}

Test(hpet, every_call_refuses_null_and_timers_that_are_not_there)
{
	struct hpet_abilities can;
	recorder_clear(&rec);
	check_eq(int, hpet_enable(NULL), HPET_NULL);
	check_eq(int, hpet_halt(NULL), HPET_NULL);
	check_eq(int, hpet_set_legacy(NULL, true), HPET_NULL);
	check_eq(int, hpet_counter(&hpet, NULL), HPET_NULL);
	check_eq(int, hpet_set_counter(NULL, 0), HPET_NULL);
	check_eq(int, hpet_abilities(&hpet, 0, NULL), HPET_NULL);
	check_eq(int, hpet_connect(&hpet, 0, NULL), HPET_NULL);
	check_eq(int, hpet_connect(NULL, 0, &by_edge), HPET_NULL);
	check_eq(int, hpet_one_shot(NULL, 0, 1), HPET_NULL);
	check_eq(int, hpet_periodic(NULL, 0, 1), HPET_NULL);
	check_eq(int, hpet_stop(NULL, 0), HPET_NULL);
	check_eq(int, hpet_pending(&hpet, NULL), HPET_NULL);
	check_eq(int, hpet_acknowledge(NULL, 0), HPET_NULL);
	check_eq(u64, hpet_ticks(NULL, 1), 0);
	check_eq(u64, hpet_ns(NULL, 1), 0);
	check_eq(int, hpet_abilities(&hpet, N_TIMERS, &can), HPET_NO_TIMER);
	check_eq(int, hpet_connect(&hpet, N_TIMERS, &by_edge), HPET_NO_TIMER);
	check_eq(int, hpet_one_shot(&hpet, N_TIMERS, 1), HPET_NO_TIMER);
	check_eq(int, hpet_periodic(&hpet, UINT32_MAX, 1), HPET_NO_TIMER);
	check_eq(int, hpet_stop(&hpet, N_TIMERS), HPET_NO_TIMER);
	check_eq(int, hpet_acknowledge(&hpet, N_TIMERS), HPET_NO_TIMER);
	expect_trace("");
}

/* ---- the counter ---- */

Test(hpet, the_counter_counts_while_it_is_enabled)
{
	check_eq(u64, counter(), 0);
	wait_ns(&wait, MS);
	check_eq(u64, counter(), 0);
	run();
	uint64_t begin = counter(), ns = clock_now(&vclock);
	wait_ns(&wait, 100 * MS);
	uint64_t ticks = counter() - begin;
	ns = clock_now(&vclock) - ns;
	check_le(u64, ticks, hpet_ticks(&hpet, ns));
	check_ge(u64, ticks + 8, hpet_ticks(&hpet, ns));
	require_eq(int, hpet_halt(&hpet), HPET_OK);
	check_eq(u64, counter(), counter());
}

Test(hpet, the_counter_is_read_right_while_its_halves_change)
{
	run();
	for (unsigned i = 0; i < 40; i++) {
		require_eq(int, hpet_halt(&hpet), HPET_OK);
		uint64_t start = (UINT64_C(7) << 32) - 20 + i;
		require_eq(int, hpet_set_counter(&hpet, start), HPET_OK);
		run();
		uint64_t now = counter();
		check(now >= start && now < start + 20, "%llx", (unsigned long long)now);
	}
}

Test(hpet, the_counter_is_set_only_while_halted)
{
	run();
	recorder_clear(&rec);
	check_eq(int, hpet_set_counter(&hpet, 5), HPET_RUNNING);
	expect_trace("GEN_CONF?00000001 ");
	hpet.counter_64 = false;
	check_eq(int, hpet_set_counter(&hpet, UINT64_C(1) << 32), HPET_BAD_ARG);
}

Test(hpet, a_counter_of_32_bits_has_no_upper_half)
{
	model.s.reg[HPET_MODEL_GCAP_ID] &= ~UINT64_C(0x2000);
	require_eq(int, hpet_init(&hpet, io, wait), HPET_OK);
	recorder_clear(&rec);
	check_eq(u64, counter(), 0);
	expect_trace("MAIN_CNT?00000000 ");
	recorder_clear(&rec);
	require_eq(int, hpet_set_counter(&hpet, 0x1234), HPET_OK);
	expect_trace("GEN_CONF?00000000 MAIN_CNT=00001234 ");
}

Test(hpet, other_bits_of_the_configuration_stay)
{
	model.s.reg[HPET_MODEL_GEN_CONF] = 0xab2;
	recorder_expect_no_lint(&rec, NULL, NULL);
	recorder_clear(&rec);
	run();
	expect_trace("GEN_CONF?00000ab2 GEN_CONF=00000ab3 ");
}

Test(hpet, time_and_ticks_agree)
{
	uint64_t seed = 9;
	for (unsigned i = 0; i < 5000; i++) {
		uint64_t ns = random_any_size(&seed) >> 8;
		uint64_t ticks = hpet_ticks(&hpet, ns);
		require_ge(u64, hpet_ns(&hpet, ticks), ns);
		require(ticks == 0 || hpet_ns(&hpet, ticks - 1) < ns);
	}
	check_eq(u64, hpet_ticks(&hpet, 0), 0);
	check_eq(u64, hpet_ns(&hpet, UINT64_MAX), UINT64_MAX);
	hpet.period_fs = 69841279; /* 14.318180 MHz */
	check_eq(u64, hpet_ns(&hpet, 1000000000), UINT64_C(69841279000));
	check_eq(u64, hpet_ticks(&hpet, UINT64_C(69841279000)), 1000000000);
	hpet.period_fs = 1;
	check_eq(u64, hpet_ticks(&hpet, UINT64_MAX), UINT64_MAX);
}

/* ---- outputs ---- */

Test(hpet, returns_what_a_timer_can_do)
{
	struct hpet_abilities can;
	require_eq(int, hpet_abilities(&hpet, 0, &can), HPET_OK);
	check(can.periodic && can.wide && !can.messages);
	check_eq(u32, can.inputs, 0xf00000);
	require_eq(int, hpet_abilities(&hpet, 2, &can), HPET_OK);
	check(!can.periodic);
	check(!can.wide);
	check_eq(u32, can.inputs, 0xf00800);
}

Test(hpet, impossible_outputs_are_refused)
{
	static const struct {
		unsigned n;
		struct hpet_output output;
		enum hpet_status status;
	} bad[] = {
		{ 0, { .input = 19 }, HPET_LACKS },
		{ 0, { .input = 31 }, HPET_LACKS },
		{ 0, { .input = 32 }, HPET_BAD_ARG },
		{ 0, { .input = 255 }, HPET_BAD_ARG },
		{ 2, { .to = HPET_TO_LEGACY }, HPET_LACKS },
		{ 0, { .to = HPET_TO_LEGACY, .level = true }, HPET_BAD_ARG },
		{ 0, { .to = HPET_TO_MESSAGE, .address = 0xfee00000 }, HPET_LACKS },
		{ 0, { .to = HPET_TO_MESSAGE, .address = 0xfee00001 }, HPET_BAD_ARG },
		{ 0, { .to = HPET_TO_MESSAGE, .level = true }, HPET_BAD_ARG },
		{ 0, { .to = (enum hpet_to)3 }, HPET_BAD_ARG },
	};
	recorder_clear(&rec);
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		check_eq(int, hpet_connect(&hpet, bad[i].n, &bad[i].output), bad[i].status, "%u",
			 i);
	check_eq(u64, rec.n_writes, 0);
	check_eq(int, hpet_one_shot(&hpet, 0, 1000), HPET_BAD_ARG, "not connected");
	check_eq(int, hpet_periodic(&hpet, 0, 1000), HPET_BAD_ARG);
}

Test(hpet, connecting_keeps_reserved_bits)
{
	uint64_t seed = 21;
	recorder_expect_no_lint(&rec, NULL, NULL);
	for (unsigned i = 0; i < 100; i++) {
		char want[96];
		uint32_t garbage = (uint32_t)random_next(&seed);
		model.s.reg[HPET_MODEL_TIM0_CONF] = UINT64_C(0xf00000) << 32 | garbage;
		recorder_clear(&rec);
		require_eq(int, hpet_connect(&hpet, 0, &by_level), HPET_OK);
		(void)snprintf(want, sizeof(want),
			       "TIM0_CONF?%08x TIM0_CONF?00f00000 TIM0_CONF?%08x TIM0_CONF=%08x ",
			       garbage, garbage, (garbage & ~0x7f4eu) | 0x2a02);
		require_eq(str, rec.trace, want);
	}
}

/* ---- one-shot ---- */

Test(hpet, one_shot_interrupts_once_and_not_early)
{
	for (unsigned n = 0; n < N_TIMERS; n++) {
		connect(n, &by_edge);
		run();
		unsigned before = n_rises;
		uint64_t begin = clock_now(&vclock);
		require_eq(int, hpet_one_shot(&hpet, n, hpet_ticks(&hpet, 5 * MS)), HPET_OK);
		wait_ns(&wait, 20 * MS);
		require_eq(u32, n_rises - before, 1, "timer %u", n);
		uint64_t took = rise_ns[before % 64] - begin;
		check(took >= 5 * MS && took < 5 * MS + 3000, "%u", (unsigned)took);
		require_eq(int, hpet_stop(&hpet, n), HPET_OK);
	}
}

Test(hpet, one_shot_is_set_while_its_interrupt_is_disabled)
{
	connect(0, &by_edge);
	recorder_clear(&rec);
	require_eq(int, hpet_one_shot(&hpet, 0, 0x10000), HPET_OK);
	expect_trace("TIM0_CONF?00002830 TIM0_CONF=00002830 "
		     "MAIN_CNT?00000000 MAIN_CNT?00000000 MAIN_CNT?00000000 "
		     "TIM0_COMP=00010000 TIM0_COMP=00000000 TIM0_CONF=00002834 "
		     "MAIN_CNT?00000000 MAIN_CNT?00000000 MAIN_CNT?00000000 ");
	connect(1, &by_edge);
	recorder_clear(&rec);
	require_eq(int, hpet_one_shot(&hpet, 1, 0x10000), HPET_OK);
	expect_trace("TIM1_CONF?00002800 TIM1_CONF=00002800 MAIN_CNT?00000000 "
		     "TIM1_COMP=00010000 TIM1_CONF=00002804 MAIN_CNT?00000000 ");
}

Test(hpet, a_very_short_one_shot_interrupts)
{
	connect(0, &by_edge);
	connect(3, &by_level);
	run();
	for (unsigned ticks = 1; ticks < 40; ticks++) {
		unsigned before = n_rises;
		require_eq(int, hpet_one_shot(&hpet, 0, ticks), HPET_OK);
		wait_ns(&wait, MS);
		check(n_rises > before && n_rises <= before + 2, "%u ticks", ticks);
		before = n_rises;
		require_eq(int, hpet_one_shot(&hpet, 3, ticks), HPET_OK);
		wait_ns(&wait, MS);
		check(n_rises > before && n_rises <= before + 2, "%u ticks", ticks);
		require_eq(int, hpet_acknowledge(&hpet, 3), HPET_OK);
	}
}

Test(hpet, one_shot_crosses_the_end_of_32_bits)
{
	require_eq(int, hpet_set_counter(&hpet, UINT32_MAX - 1000), HPET_OK);
	connect(0, &by_edge);
	connect(1, &by_edge);
	run();
	require_eq(int, hpet_one_shot(&hpet, 0, 5000), HPET_OK);
	wait_ns(&wait, MS);
	check_eq(u32, n_rises, 1);
	require_eq(int, hpet_stop(&hpet, 0), HPET_OK);
	require_eq(int, hpet_halt(&hpet), HPET_OK);
	require_eq(int, hpet_set_counter(&hpet, UINT32_MAX - 1000), HPET_OK);
	run();
	require_eq(int, hpet_one_shot(&hpet, 1, 5000), HPET_OK);
	wait_ns(&wait, MS);
	check_eq(u32, n_rises, 2);
}

Test(hpet, one_shot_has_bounds)
{
	connect(0, &by_edge);
	connect(1, &by_edge);
	check_eq(int, hpet_one_shot(&hpet, 0, 0), HPET_BAD_ARG);
	check_eq(int, hpet_one_shot(&hpet, 0, UINT64_C(1) << 63), HPET_BAD_ARG);
	check_eq(int, hpet_one_shot(&hpet, 0, (UINT64_C(1) << 63) - 1), HPET_OK);
	check_eq(int, hpet_one_shot(&hpet, 1, UINT64_C(1) << 31), HPET_BAD_ARG);
	check_eq(int, hpet_one_shot(&hpet, 1, (UINT64_C(1) << 31) - 1), HPET_OK);
}

Test(hpet, a_level_stays_until_it_is_acknowledged)
{
	uint32_t timers = 0;
	connect(0, &by_edge);
	connect(3, &by_level);
	run();
	require_eq(int, hpet_one_shot(&hpet, 3, 1000), HPET_OK);
	wait_ns(&wait, MS);
	check(level[INPUT + 1]);
	require_eq(int, hpet_pending(&hpet, &timers), HPET_OK);
	check_eq(u32, timers, 1 << 3);
	recorder_clear(&rec);
	require_eq(int, hpet_acknowledge(&hpet, 3), HPET_OK);
	expect_trace("GINTR_STA=00000008 ");
	check(!(level[INPUT + 1]));
	require_eq(int, hpet_pending(&hpet, &timers), HPET_OK);
	check_eq(u32, timers, 0);
	check_eq(int, hpet_acknowledge(&hpet, 0), HPET_BAD_ARG, "by edge");
}

Test(hpet, an_old_match_does_not_interrupt_a_timer_that_is_set_anew)
{
	connect(3, &by_level);
	run();
	model.s.reg[HPET_MODEL_GINTR_STA] = 1 << 3;
	require_eq(int, hpet_one_shot(&hpet, 3, 100000), HPET_OK);
	check(!(level[INPUT + 1]));
	wait_ns(&wait, 10 * MS);
	check(level[INPUT + 1]);
	require_eq(int, hpet_stop(&hpet, 3), HPET_OK);
	check(!(level[INPUT + 1]));
	check_eq(u64, model.s.reg[HPET_MODEL_GINTR_STA], 0, "no status bit is left");
	connect(0, &by_level);
	model.s.reg[HPET_MODEL_GINTR_STA] = 1 << 0;
	require_eq(int, hpet_periodic(&hpet, 0, 100000), HPET_OK);
	check(!(level[INPUT + 1]));
}

Test(hpet, messages_are_sent)
{
	struct hpet_output to = { .to = HPET_TO_MESSAGE, .address = 0xfee03000, .data = 0x45 };
	host_power_off();
	power_on(true);
	connect(1, &to);
	run();
	require_eq(int, hpet_one_shot(&hpet, 1, 1000), HPET_OK);
	wait_ns(&wait, MS);
	check_eq(u32, n_messages, 1);
	check_eq(u32, message_address, 0xfee03000);
	check_eq(u32, message_data, 0x45);
	connect(1, &by_edge);
	require_eq(int, hpet_one_shot(&hpet, 1, 1000), HPET_OK);
	wait_ns(&wait, MS);
	check_eq(u32, n_messages, 1);
	check_eq(u32, rises[INPUT], 1);
}

/* ---- periodic ---- */

Test(hpet, periodic_interrupts_at_even_distances)
{
	connect(0, &by_edge);
	run();
	require_eq(int, hpet_periodic(&hpet, 0, (uint32_t)hpet_ticks(&hpet, MS)), HPET_OK);
	wait_ns(&wait, 10 * MS + MS / 2);
	require_eq(u32, n_rises, 10);
	for (unsigned i = 1; i < n_rises; i++) {
		uint64_t apart = rise_ns[i] - rise_ns[i - 1];
		check(apart >= MS - 70 && apart <= MS + 140, "%u", (unsigned)apart);
	}
	require_eq(int, hpet_stop(&hpet, 0), HPET_OK);
	wait_ns(&wait, 10 * MS);
	check_eq(u32, n_rises, 10);
	require_eq(int, hpet_one_shot(&hpet, 0, 1000), HPET_OK, "and is wide again");
	wait_ns(&wait, 10 * MS);
	check_eq(u32, n_rises, 11);
}

Test(hpet, periodic_is_set_while_the_counter_is_halted)
{
	connect(0, &by_edge);
	run();
	recorder_clear(&rec);
	require_eq(int, hpet_periodic(&hpet, 0, 0x4000), HPET_OK);
	char want[256];
	uint32_t now = (uint32_t)model.s.reg[HPET_MODEL_MAIN_CNT];
	(void)snprintf(want, sizeof(want),
		       "TIM0_CONF?00002830 GEN_CONF?00000001 GEN_CONF=00000000 MAIN_CNT?%08x "
		       "TIM0_CONF=00002978 TIM0_COMP=%08x TIM0_COMP=00004000 TIM0_CONF=0000293c "
		       "GEN_CONF=00000001 ",
		       now, now + 0x4000);
	expect_trace(want);
}

Test(hpet, periodic_needs_a_timer_with_the_capability)
{
	connect(1, &by_edge);
	connect(0, &by_edge);
	check_eq(int, hpet_periodic(&hpet, 1, 1000), HPET_LACKS);
	check_eq(int, hpet_periodic(&hpet, 0, 0), HPET_BAD_ARG);
	check_eq(int, hpet_periodic(&hpet, 0, UINT32_C(1) << 31), HPET_BAD_ARG);
}

Test(hpet, legacy_replacement_takes_the_places_of_8254_and_rtc)
{
	struct hpet_output to = { .to = HPET_TO_LEGACY };
	connect(0, &to);
	connect(1, &to);
	require_eq(int, hpet_set_legacy(&hpet, true), HPET_OK);
	run();
	check(legacy);
	require_eq(int, hpet_periodic(&hpet, 0, 1000), HPET_OK);
	require_eq(int, hpet_one_shot(&hpet, 1, 1000), HPET_OK);
	wait_ns(&wait, MS);
	check(rises[HPET_MODEL_PIN_TIMER] > 10);
	check_eq(u32, rises[HPET_MODEL_PIN_RTC], 1);
	require_eq(int, hpet_stop(&hpet, 0), HPET_OK);
	require_eq(int, hpet_stop(&hpet, 1), HPET_OK);
	require_eq(int, hpet_set_legacy(&hpet, false), HPET_OK);
	check(!legacy);
	hpet.legacy_capable = false;
	check_eq(int, hpet_set_legacy(&hpet, true), HPET_LACKS);
	check_eq(int, hpet_connect(&hpet, 0, &to), HPET_LACKS);
}

/* ---- counters that do not count ---- */

static uint64_t fake_step; /* each read advances the counter by this */
static bool fake_waits;    /* but only after the timer's interrupt was enabled */
static uint64_t fake_count;
static uint32_t fake_conf;

static uint64_t fake_read(struct device *dev, uint64_t offset, unsigned width)
{
	uint64_t step = fake_waits && !(fake_conf & HPET_INTERRUPT) ? 0 : fake_step;
	(void)dev, (void)width;
	switch (offset) {
	case 0x000: return 0x8086a301;
	case 0x004: return HPET_MODEL_PERIOD_FS;
	case 0x0f0: return (uint32_t)(fake_count += step);
	case 0x0f4: return (fake_count += step) >> 32;
	case 0x100: return fake_conf | 0x30;
	case 0x104: return 0xffffffff;
	default: return 0;
	}
}

static void fake_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev, (void)width;
	if (offset == 0x100) fake_conf = (uint32_t)value;
}

static const struct device_ops fake_ops = { .name = "fake",
					    .mem_read = fake_read,
					    .mem_write = fake_write };
static struct device fake;

static void replace_by_fake(uint64_t step)
{
	bus_unmap(&bus, BUS_MEMORY, &model.dev);
	fake = (struct device){ .ops = &fake_ops, .instance = "fake", .hub = &hub };
	require(bus_map(&bus, BUS_MEMORY, BASE, HPET_SIZE, &fake, 0) == NULL);
	fake_step = step;
	require_eq(int, hpet_init(&hpet, io, wait), HPET_OK);
	connect(0, &by_edge);
}

Test(hpet, a_counter_that_jumps_is_broken)
{
	uint64_t ticks = 77;
	replace_by_fake(UINT64_C(1) << 40);
	check_eq(int, hpet_counter(&hpet, &ticks), HPET_BROKEN);
	check_eq(u64, ticks, 77);
	check_eq(int, hpet_one_shot(&hpet, 0, 1000), HPET_BROKEN);
	check_eq(u32, fake_conf & HPET_INTERRUPT, 0);
}

Test(hpet, a_counter_that_breaks_while_it_is_set_is_broken)
{
	replace_by_fake(UINT64_C(1) << 40);
	fake_waits = true;
	check_eq(int, hpet_one_shot(&hpet, 0, 1000), HPET_BROKEN);
	check_eq(u32, fake_conf & HPET_INTERRUPT, 0);
}

Test(hpet, a_counter_that_runs_away_is_late)
{
	replace_by_fake(0x20000000);
	(void)host_cpu_set_interrupts(&cpu, true);
	check_eq(int, hpet_one_shot(&hpet, 0, 1000), HPET_LATE);
	check_eq(u32, fake_conf & HPET_INTERRUPT, 0);
	check(cpu.s.interrupts_on);
}

/* ---- the second transcription ---- */

Test(hpet, constants_agree_with_the_table_of_the_model)
{
	struct transcript table = { hpet_regs, HPET_MODEL_N_REGS };
	const struct {
		uint32_t offset;
		const char *reg, *field;
		uint64_t mask;
	} all[] = {
		{ HPET_CAPABILITIES.at, "GCAP_ID", "REV_ID", HPET_REVISION },
		{ HPET_CAPABILITIES.at, "GCAP_ID", "NUM_TIM_CAP",
		  HPET_LAST_TIMER << HPET_LAST_TIMER_LSB },
		{ HPET_CAPABILITIES.at, "GCAP_ID", "COUNT_SIZE_CAP", HPET_COUNTER_64 },
		{ HPET_CAPABILITIES.at, "GCAP_ID", "LEG_RT_CAP", HPET_LEGACY_CAPABLE },
		{ HPET_CAPABILITIES.at, "GCAP_ID", "VENDOR_ID_CAP",
		  UINT64_C(0xffff) << HPET_VENDOR_LSB },
		{ HPET_PERIOD.at - 4, "GCAP_ID", "COUNTER_CLK_PER_CAP",
		  UINT64_C(0xffffffff) << 32 },
		{ HPET_CONFIG.at, "GEN_CONF", "ENABLE_CNF", HPET_ENABLE },
		{ HPET_CONFIG.at, "GEN_CONF", "LEG_RT_CNF", HPET_LEGACY },
		{ HPET_STATUS.at, "GINTR_STA", "T0_INT_STS", 1 },
		{ HPET_COUNTER.at, "MAIN_CNT", "COUNTER_VAL", UINT64_MAX },
		{ HPET_COUNTER_HIGH.at - 4, "MAIN_CNT", "COUNTER_VAL", UINT64_MAX },
		{ HPET_TIMER.at, "TIM0_CONF", "INT_TYPE_CNF", HPET_LEVEL },
		{ HPET_TIMER.at, "TIM0_CONF", "INT_ENB_CNF", HPET_INTERRUPT },
		{ HPET_TIMER.at, "TIM0_CONF", "TYPE_CNF", HPET_PERIODIC },
		{ HPET_TIMER.at, "TIM0_CONF", "PER_INT_CAP", HPET_PERIODIC_CAPABLE },
		{ HPET_TIMER.at, "TIM0_CONF", "SIZE_CAP", HPET_64_CAPABLE },
		{ HPET_TIMER.at, "TIM0_CONF", "VAL_SET_CNF", HPET_SET_VALUE },
		{ HPET_TIMER.at, "TIM0_CONF", "32MODE_CNF", HPET_32_MODE },
		{ HPET_TIMER.at, "TIM0_CONF", "INT_ROUT_CNF", HPET_INPUT },
		{ HPET_TIMER.at, "TIM0_CONF", "FSB_EN_CNF", HPET_MESSAGES },
		{ HPET_TIMER.at, "TIM0_CONF", "FSB_INT_DEL_CAP", HPET_MESSAGES_CAPABLE },
		{ HPET_INPUTS.at - 4, "TIM0_CONF", "INT_ROUT_CAP", UINT64_C(0xffffffff) << 32 },
		{ HPET_COMPARATOR.at, "TIM0_COMP", "COMPARE_VAL", UINT64_MAX },
		{ HPET_COMPARATOR_HIGH.at - 4, "TIM0_COMP", "COMPARE_VAL", UINT64_MAX },
		{ HPET_MESSAGE_DATA.at, "TIM0_FSB_ROUT", "FSB_INT_VAL", UINT32_MAX },
		{ HPET_MESSAGE_ADDRESS.at - 4, "TIM0_FSB_ROUT", "FSB_INT_ADDR",
		  UINT64_C(0xffffffff) << 32 },
		{ HPET_TIMER.at + HPET_STEP, "TIM1_CONF", "INT_ENB_CNF", HPET_INTERRUPT },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(all); i++) {
		transcript_name(table, all[i].offset, all[i].reg);
		check_eq(u64, transcript_field(table, all[i].offset, all[i].field), all[i].mask,
			 "%s.%s", all[i].reg, all[i].field);
	}
}
