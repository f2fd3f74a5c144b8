/* SPDX-License-Identifier: MIT */
#include "bimetal/pit_8254.h"

#include <stdio.h>
#include <string.h>

#include "tests/devices/pit_8254/driver_fixture.h"
#include "tests/unit/emu/random.h"

TestSuite(pit_init, .init = plug_pit, .fini = host_power_off, .timeout = 60);
TestSuite(pit, .init = start_pit, .fini = host_power_off, .timeout = 60);

static uint64_t clocks(uint64_t n) { return clock_tick_time(n, PIT_8254_MODEL_CLOCK_HZ); }
static void pass(uint64_t ns) { wait_ns(&wait, ns); }

Test(pit_init, asks_for_a_status_and_changes_nothing)
{
	uint16_t count;
	pit.programmed = 0xff; /* garbage, as in uninitialised memory */
	require_eq(int, pit_init(&pit, io_port(&cpu, 0), wait), PIT_OK);
	check_eq(str, rec.trace, "CONTROL=e2 COUNTER0?70 ");
	check_eq(int, pit_read(&pit, 1, &count), PIT_NOT_PROGRAMMED);
	check_eq(sz, rec.n_lints, 0);
}

Test(pit_init, an_absent_device_is_noticed)
{
	bus_unmap(&bus, BUS_PORT, &model.dev);
	check_eq(int, pit_init(&pit, io_port(&cpu, 0), wait), PIT_ABSENT);
}

Test(pit_init, refuses_bad_arguments_without_an_access)
{
	struct io io = io_port(&cpu, 0);
	check_eq(int, pit_init(NULL, io, wait), PIT_NULL);
	check_eq(int, pit_init(&pit, io_port(&cpu, 0x40), wait), PIT_BAD_BASE);
	check_eq(int, pit_init(&pit, io_memory(&cpu, 0, 1), wait), PIT_BAD_BASE);
	io.stride = 4;
	check_eq(int, pit_init(&pit, io, wait), PIT_BAD_BASE);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}

/* ---- counts ---- */

Test(pit, rates_become_the_nearest_count)
{
	static const struct {
		uint32_t hz, count;
	} rows[] = { { 19, 62799 }, { 100, 11932 }, { 1000, 1193 }, { 1193182 / 3, 3 },
		     { 440, 2712 }, { 18357, 65 },  { 795454, 2 } };
	uint32_t count;
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
		require_eq(int, pit_count_of_hz(rows[i].hz, &count), PIT_OK, "%u", rows[i].hz);
		check_eq(u32, count, rows[i].count);
	}
	for (uint32_t hz = 19; hz < 795455; hz += 1 + hz / 50) {
		require_eq(int, pit_count_of_hz(hz, &count), PIT_OK);
		double exact = 1193182.0 / hz, off = count - exact;
		require(off <= 0.5 && off >= -0.5, "%u Hz: %u", hz, count);
	}
}

Test(pit, rates_beyond_the_counter_are_refused)
{
	static const uint32_t bad[] = { 0, 1, 18, 795455, 1193182, 1193183, 2386364, UINT32_MAX };
	uint32_t count = 77;
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		check_eq(int, pit_count_of_hz(bad[i], &count), PIT_BAD_RATE, "%u", bad[i]);
		check_eq(int, pit_set_rate(&pit, 0, bad[i]), PIT_BAD_RATE);
	}
	check_eq(u32, count, 77);
	check_eq(int, pit_count_of_hz(100, NULL), PIT_NULL);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}

Test(pit, times_become_a_count_that_is_never_too_short)
{
	uint64_t seed = 13;
	uint32_t count;
	for (unsigned i = 0; i < 20000; i++) {
		uint32_t ns = (uint32_t)(1 + random_any_size(&seed) % PIT_MAX_NS);
		require_eq(int, pit_count_of_ns(ns, &count), PIT_OK);
		require(clocks(count) >= ns, "%u ns: %u", ns, count);
		require(count == 1 || clocks(count - 1) <= ns, "%u ns: %u", ns, count);
		require(count < PIT_MAX_COUNT);
	}
	check_eq(int, pit_count_of_ns(0, &count), PIT_BAD_TIME);
	check_eq(int, pit_count_of_ns(PIT_MAX_NS + 1, &count), PIT_BAD_TIME);
	check_eq(int, pit_count_of_ns(UINT32_MAX, &count), PIT_BAD_TIME);
	check_eq(int, pit_count_of_ns(1, NULL), PIT_NULL);
}

/* ---- programming ---- */

Test(pit, every_mode_of_every_channel_is_programmed_low_byte_first)
{
	static const char *const want[] = { "COUNTER0", "COUNTER1", "COUNTER2" };
	for (unsigned channel = 0; channel < 3; channel++)
		for (unsigned mode = 0; mode < 6; mode++) {
			char text[64];
			recorder_clear(&rec);
			require_eq(int, pit_program(&pit, channel, (enum pit_mode)mode, 0xa5c3),
				   PIT_OK);
			(void)snprintf(text, sizeof text, "CONTROL=%02x %s=c3 %s=a5 ",
				       channel << 6 | 0x30 | mode << 1, want[channel],
				       want[channel]);
			check_eq(str, rec.trace, text);
			check_eq(sz, rec.n_lints, 0);
		}
}

Test(pit, the_largest_count_is_written_as_zero)
{
	require_eq(int, pit_program(&pit, 0, PIT_RATE_GENERATOR, PIT_MAX_COUNT), PIT_OK);
	check_eq(str, rec.trace, "CONTROL=34 COUNTER0=00 COUNTER0=00 ");
}

Test(pit, the_smallest_count_is_taken)
{
	for (unsigned mode = 0; mode < 6; mode++) {
		uint32_t least = mode == PIT_RATE_GENERATOR || mode == PIT_SQUARE_WAVE ? 2 : 1;
		check_eq(int, pit_program(&pit, 0, (enum pit_mode)mode, least), PIT_OK);
	}
	check_eq(sz, rec.n_lints, 0);
}

Test(pit, bad_arguments_are_refused_without_an_access)
{
	uint16_t count;
	struct pit_state state;
	check_eq(int, pit_program(NULL, 0, PIT_SQUARE_WAVE, 5), PIT_NULL);
	check_eq(int, pit_program(&pit, 3, PIT_SQUARE_WAVE, 5), PIT_BAD_CHANNEL);
	check_eq(int, pit_program(&pit, UINT32_MAX, PIT_SQUARE_WAVE, 5), PIT_BAD_CHANNEL);
	check_eq(int, pit_program(&pit, 0, (enum pit_mode)6, 5), PIT_BAD_MODE);
	check_eq(int, pit_program(&pit, 0, (enum pit_mode) - 1, 5), PIT_BAD_MODE);
	for (unsigned mode = 0; mode < 6; mode++) {
		check_eq(int, pit_program(&pit, 0, (enum pit_mode)mode, 0), PIT_BAD_COUNT);
		check_eq(int, pit_program(&pit, 0, (enum pit_mode)mode, 65537), PIT_BAD_COUNT);
	}
	check_eq(int, pit_program(&pit, 0, PIT_RATE_GENERATOR, 1), PIT_BAD_COUNT);
	check_eq(int, pit_program(&pit, 0, PIT_SQUARE_WAVE, 1), PIT_BAD_COUNT);
	check_eq(int, pit_set_rate(NULL, 0, 100), PIT_NULL);
	check_eq(int, pit_set_rate(&pit, 3, 100), PIT_BAD_CHANNEL);
	check_eq(int, pit_set_timer(NULL, 0, 100), PIT_NULL);
	check_eq(int, pit_set_timer(&pit, 3, 100), PIT_BAD_CHANNEL);
	check_eq(int, pit_set_timer(&pit, 0, 0), PIT_BAD_TIME);
	check_eq(int, pit_set_timer(&pit, 0, 60000000), PIT_BAD_TIME);
	check_eq(int, pit_read(NULL, 0, &count), PIT_NULL);
	check_eq(int, pit_read(&pit, 0, NULL), PIT_NULL);
	check_eq(int, pit_read(&pit, 3, &count), PIT_BAD_CHANNEL);
	check_eq(int, pit_read(&pit, 0, &count), PIT_NOT_PROGRAMMED);
	check_eq(int, pit_read_back(NULL, 0, &state), PIT_NULL);
	check_eq(int, pit_read_back(&pit, 0, NULL), PIT_NULL);
	check_eq(int, pit_read_back(&pit, 3, &state), PIT_BAD_CHANNEL);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}

Test(pit, a_rate_is_exact)
{
	require_eq(int, pit_set_rate(&pit, 0, 100), PIT_OK);
	pass(1000000); /* the edge at power-on is over */
	unsigned before = rec.raised[0];
	pass(1000000000);
	check_eq(u32, rec.raised[0] - before, 100);
	check_eq(sz, rec.n_lints, 0);
}

Test(pit, a_timer_is_late_by_four_clocks_at_most)
{
	static const uint32_t times[] = { 1, 838, 839, 5000, 100000, 10000000, PIT_MAX_NS };
	for (unsigned i = 0; i < sizeof times / sizeof *times; i++) {
		require_eq(int, pit_set_timer(&pit, 0, times[i]), PIT_OK);
		uint64_t start = clock_now(&vclock);
		require(!pit_8254_model_out(&model, 0));
		rec.raised[0] = 0;
		while (!rec.raised[0] && clock_now(&vclock) < start + 60000000)
			clock_run_until(&vclock, clock_now(&vclock) + 100);
		uint64_t passed = clock_now(&vclock) - start;
		check(passed >= times[i] && passed <= times[i] + clocks(4), "%u ns: %llu", times[i],
		      (unsigned long long)passed);
	}
}

/* ---- reading ---- */

Test(pit, a_count_is_latched_and_read_low_byte_first)
{
	uint16_t count;
	require_eq(int, pit_program(&pit, 0, PIT_RATE_GENERATOR, 0x1234), PIT_OK);
	pass(clocks(0x34 + 1));
	recorder_clear(&rec);
	uint16_t before = pit_8254_model_count(&model, 0);
	require_eq(int, pit_read(&pit, 0, &count), PIT_OK);
	check(count <= before && count >= before - 5, "%x, was %x", count, before);
	check(strncmp(rec.trace, "CONTROL=00 COUNTER0?", 20) == 0, "%s", rec.trace);
	check_eq(u64, rec.n_reads, 2);
	check_eq(sz, rec.n_lints, 0);
}

Test(pit, each_channel_has_a_count_of_its_own)
{
	uint16_t count[3];
	for (unsigned channel = 0; channel < 3; channel++)
		require_eq(int, pit_program(&pit, channel, PIT_SQUARE_WAVE, 10000 * (channel + 1)),
			   PIT_OK);
	require_eq(int, pit_set_gate2(&pit, true), PIT_OK);
	pass(clocks(1000));
	for (unsigned channel = 0; channel < 3; channel++) {
		require_eq(int, pit_read(&pit, channel, &count[channel]), PIT_OK);
		check(count[channel] <= 10000 * (channel + 1) - 2000, "%u", count[channel]);
		check(count[channel] >= 10000 * (channel + 1) - 2200, "%u", count[channel]);
	}
	check_eq(sz, rec.n_lints, 0);
}

Test(pit, every_mode_is_read_back)
{
	for (unsigned mode = 0; mode < 6; mode++) {
		struct pit_state state;
		require_eq(int, pit_program(&pit, 0, (enum pit_mode)mode, 1000), PIT_OK);
		require_eq(int, pit_read_back(&pit, 0, &state), PIT_OK);
		check_eq(u32, state.mode, mode);
	}
}

Test(pit, a_count_is_never_torn)
{
	uint16_t last = UINT16_MAX, count;
	require_eq(int, pit_program(&pit, 0, PIT_TERMINAL_COUNT, PIT_MAX_COUNT), PIT_OK);
	pass(10000);
	for (unsigned i = 0; i < 5000; i++) {
		require_eq(int, pit_read(&pit, 0, &count), PIT_OK);
		require(count <= last, "%x after %x", count, last);
		last = count;
		pass(1 + i % 700);
	}
}

Test(pit, the_state_is_read_with_one_command)
{
	struct pit_state state;
	require_eq(int, pit_program(&pit, 2, PIT_TERMINAL_COUNT, 1000), PIT_OK);
	recorder_clear(&rec);
	require_eq(int, pit_read_back(&pit, 2, &state), PIT_OK);
	check(strncmp(rec.trace, "CONTROL=c8 COUNTER2?", 20) == 0, "%s", rec.trace);
	check_eq(u64, rec.n_reads, 3);
	check(!state.out);
	check_eq(int, state.mode, PIT_TERMINAL_COUNT);
	require_eq(int, pit_set_gate2(&pit, true), PIT_OK);
	pass(clocks(10));
	require_eq(int, pit_read_back(&pit, 2, &state), PIT_OK);
	check(!state.null_count);
	check(state.count < 1000 && state.count > 900);
	pass(clocks(1000));
	require_eq(int, pit_read_back(&pit, 2, &state), PIT_OK);
	check(state.out);
	check_eq(sz, rec.n_lints, 0);
}

Test(pit, a_count_not_loaded_yet_is_reported)
{
	struct pit_state state;
	require_eq(int, pit_program(&pit, 2, PIT_ONE_SHOT, 500), PIT_OK); /* gate is low */
	require_eq(int, pit_read_back(&pit, 2, &state), PIT_OK);
	check(state.null_count && state.out);
	check_eq(int, state.mode, PIT_ONE_SHOT);
}

static void by_hand(uint8_t control, const uint8_t *bytes, unsigned n)
{
	struct io io = io_port(&cpu, 0);
	io_write8(io, 0x43, control);
	for (unsigned i = 0; i < n; i++) io_write8(io, 0x42, bytes[i]);
	pass(clocks(3));
}

Test(pit, channels_that_others_programmed_are_read_as_they_are)
{
	struct pit_state state;
	by_hand(0x90, (const uint8_t[]){ 200 }, 1); /* low byte only; gate low: it stands still */
	require_eq(int, pit_read_back(&pit, 2, &state), PIT_OK);
	check_eq(u16, state.count, 200);
	by_hand(0xa0, (const uint8_t[]){ 3 }, 1); /* high byte only */
	require_eq(int, pit_read_back(&pit, 2, &state), PIT_OK);
	check_eq(u16, state.count, 0x300);
	by_hand(0xb1, (const uint8_t[]){ 0x21, 0x43 }, 2); /* decimal */
	require_eq(int, pit_read_back(&pit, 2, &state), PIT_OK);
	check_eq(u16, state.count, 4321);
	check_eq(sz, rec.n_lints, 0);
	by_hand(0xbc, (const uint8_t[]){ 100, 0 }, 2); /* mode 6 means mode 2 */
	require_eq(int, pit_read_back(&pit, 2, &state), PIT_OK);
	check_eq(int, state.mode, PIT_RATE_GENERATOR);
	by_hand(0xbe, (const uint8_t[]){ 100, 0 }, 2);
	require_eq(int, pit_read_back(&pit, 2, &state), PIT_OK);
	check_eq(int, state.mode, PIT_SQUARE_WAVE);
}

Test(pit, an_unplugged_timer_is_noticed)
{
	struct pit_state state;
	bus_unmap(&bus, BUS_PORT, &model.dev);
	check_eq(int, pit_read_back(&pit, 0, &state), PIT_ABSENT);
}

/* ---- the constants, against the model's ---- */

static uint64_t field(const struct reg_desc *reg, const char *name)
{
	for (const struct reg_field *f = reg->fields; f->name; f++)
		if (strcmp(f->name, name) == 0) return IO_FIELD(f->msb, f->lsb);
	require(false, "no field %s.%s", reg->name, name);
	return 0;
}

Test(pit_registers, constants_agree_with_the_model)
{
	const struct reg_desc *control = &pit_8254_regs[PIT_8254_MODEL_CONTROL];
	const struct reg_desc *port_61 = &isa_ports_regs[ISA_PORTS_MODEL_NMI_SC];
	check_eq(u64, PIT_ACCESS_BOTH, field(control, "RW"));
	check_eq(u64, PIT_MODE, field(control, "M"));
	check_eq(u64, PIT_BCD, field(control, "BCD"));
	check_eq(u64, 3u << PIT_CHANNEL_SHIFT, field(control, "SC"));
	check_eq(u64, 7u << PIT_MODE_SHIFT, field(control, "M"));
	check_eq(int, PIT_READ_BACK, RB_SELECT << CW_SC_LSB);
	check_eq(int, PIT_NO_COUNT, RB_NO_COUNT);
	check_eq(int, PIT_READ_BACK_CHANNEL0, RB_COUNTER0);
	check_eq(int, PIT_STATUS_OUT, STATUS_OUT);
	check_eq(int, PIT_STATUS_NULL, STATUS_NULL_COUNT);
	check_eq(u32, PIT_CONTROL.at - PIT_COUNTER0.at, control->offset);
	check_eq(int, PIT_HZ, PIT_8254_MODEL_CLOCK_HZ);
	check_eq(u32, PIT_PORT_61.at, port_61->offset);
	check_eq(u64, PIT_61_GATE2, field(port_61, "TIM_CNT2_EN"));
	check_eq(u64, PIT_61_SPEAKER, field(port_61, "SPKR_DAT_EN"));
	check_eq(u64, PIT_61_OUT2, field(port_61, "TMR2_OUT_STS"));
	check_eq(u64, PIT_61_WRITABLE, reg_mask(port_61, 1u << REG_RW));
}
