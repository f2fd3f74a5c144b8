/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tests/devices/pit_8254/driver_fixture.h"

TestSuite(pit_channel2, .init = start_pit, .fini = host_power_off, .timeout = 60);

static uint8_t port_61(void) { return io_read8(io_port(&cpu, 0), 0x61) & 0x0f; }

Test(pit_channel2, setting_the_gate_keeps_the_other_bits)
{
	for (unsigned old = 0; old < 16; old++) {
		io_write8(io_port(&cpu, 0), 0x61, (uint8_t)old);
		require_eq(int, pit_set_gate2(&pit, true), PIT_OK);
		check_eq(u8, port_61(), (uint8_t)(old | 1));
		require_eq(int, pit_set_gate2(&pit, false), PIT_OK);
		check_eq(u8, port_61(), (uint8_t)(old & 0xe));
	}
	check_eq(sz, rec.n_lints, 0);
}

Test(pit_channel2, the_status_bits_are_written_as_zero)
{
	for (unsigned i = 0; i < 50; i++) {
		wait_ns(&wait, 7000); /* the refresh bit toggles meanwhile */
		require_eq(int, pit_set_gate2(&pit, i & 1), PIT_OK);
	}
	for (const char *at = rec.trace; (at = strstr(at, "NMI_SC=")) != NULL; at++)
		require_eq(chr, at[7], '0', "%.9s", at);
}

Test(pit_channel2, a_tone_is_a_square_wave_through_the_speaker)
{
	require_eq(int, pit_tone(&pit, 440), PIT_OK);
	check(strstr(rec.trace, "CONTROL=b6 COUNTER2=98 COUNTER2=0a ") != NULL, "%s", rec.trace);
	check_eq(u8, port_61(), 3);
	unsigned rises = 0;
	bool level = true;
	for (unsigned i = 0; i < 100000; i++) { /* a second */
		wait_ns(&wait, 10000);
		rises += !level && pit_8254_model_out(&model, 2);
		level = pit_8254_model_out(&model, 2);
	}
	check(rises >= 439 && rises <= 441, "%u", rises);
	require_eq(int, pit_silence(&pit), PIT_OK);
	check_eq(u8, port_61(), 0);
	check_eq(sz, rec.n_lints, 0);
}

Test(pit_channel2, waits_as_long_as_it_says)
{
	static const uint32_t times[] = { 1, 1000, 10000, 1000000, 10000000, PIT_MAX_NS };
	for (unsigned i = 0; i < sizeof times / sizeof *times; i++) {
		uint64_t before = clock_now(&vclock);
		require_eq(int, pit_wait(&pit, times[i]), PIT_OK);
		uint64_t passed = clock_now(&vclock) - before;
		check(passed >= times[i] && passed < times[i] + 40000, "%u: %llu", times[i],
		      (unsigned long long)passed);
	}
	check_eq(sz, rec.n_lints, 0);
}

Test(pit_channel2, waiting_puts_gate_and_speaker_back)
{
	for (unsigned old = 0; old < 16; old++) {
		io_write8(io_port(&cpu, 0), 0x61, (uint8_t)old);
		require_eq(int, pit_wait(&pit, 5000), PIT_OK);
		check_eq(u8, port_61(), (uint8_t)old);
	}
}

/* Expects these writes to port 61h and to the channel, in order. */
static void expect_writes(const char *want)
{
	char writes[128] = "";
	for (const char *at = rec.trace; *at;) {
		size_t n = strcspn(at, " ") + 1;
		if (memchr(at, '=', n)) strncat(writes, at, n);
		at += n;
	}
	check_eq(str, writes, want);
}

Test(pit_channel2, the_gate_is_low_while_the_channel_is_programmed)
{
	io_write8(io_port(&cpu, 0), 0x61, 3);
	recorder_clear(&rec);
	require_eq(int, pit_wait(&pit, 10000), PIT_OK);
	expect_writes("NMI_SC=00 CONTROL=b0 COUNTER2=0d COUNTER2=00 NMI_SC=01 NMI_SC=03 ");
	recorder_clear(&rec);
	require_eq(int, pit_tone(&pit, 1000), PIT_OK);
	expect_writes("NMI_SC=00 CONTROL=b6 COUNTER2=a9 COUNTER2=04 NMI_SC=03 ");
}

Test(pit_channel2, a_running_channel_does_not_end_the_wait_early)
{
	require_eq(int, pit_tone(&pit, 20000), PIT_OK);
	uint64_t before = clock_now(&vclock);
	require_eq(int, pit_wait(&pit, 2000000), PIT_OK);
	check(clock_now(&vclock) - before >= 2000000);
}

Test(pit_channel2, a_channel_that_does_not_count_ends_in_a_timeout)
{
	misc.wire.set_gate = NULL; /* the gate stays low */
	uint64_t before = clock_now(&vclock);
	check_eq(int, pit_wait(&pit, 1000000), PIT_TIMEOUT);
	check(clock_now(&vclock) - before < 6000000);
	check_eq(u8, port_61(), 0);
}

static bool always(void *ctx)
{
	(void)ctx;
	return true;
}

Test(pit_channel2, an_output_that_does_not_fall_is_no_timer)
{
	misc.wire.out2 = always;
	check_eq(int, pit_wait(&pit, 1000000), PIT_ABSENT);
	check_eq(u8, port_61(), 0);
}

Test(pit_channel2, without_port_61_nothing_is_programmed)
{
	bus_unmap(&bus, BUS_PORT, &misc.dev);
	check_eq(int, pit_set_gate2(&pit, true), PIT_ABSENT);
	check_eq(int, pit_tone(&pit, 440), PIT_ABSENT);
	check_eq(int, pit_silence(&pit), PIT_ABSENT);
	check_eq(int, pit_wait(&pit, 1000), PIT_ABSENT);
	check_eq(u64, rec.n_writes, 0);
}

Test(pit_channel2, bad_arguments_are_refused_without_an_access)
{
	check_eq(int, pit_set_gate2(NULL, true), PIT_NULL);
	check_eq(int, pit_tone(NULL, 440), PIT_NULL);
	check_eq(int, pit_tone(&pit, 0), PIT_BAD_RATE);
	check_eq(int, pit_tone(&pit, 18), PIT_BAD_RATE);
	check_eq(int, pit_tone(&pit, UINT32_MAX), PIT_BAD_RATE);
	check_eq(int, pit_silence(NULL), PIT_NULL);
	check_eq(int, pit_wait(NULL, 1000), PIT_NULL);
	check_eq(int, pit_wait(&pit, 0), PIT_BAD_TIME);
	check_eq(int, pit_wait(&pit, PIT_MAX_NS + 1), PIT_BAD_TIME);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}
