/* SPDX-License-Identifier: MIT */
#include "tests/devices/lpt/driver_fixture.h"

#include <string.h>

#include "drivers/lpt/lpt_registers.h"
#include "tests/unit/drivers/transcription.h"
#include "tests/unit/emu/random.h"

TestSuite(lpt, .init = plug_lpt, .fini = host_power_off, .timeout = 60);
TestSuite(lpt_started, .init = start_lpt, .fini = host_power_off, .timeout = 60);

static enum lpt_status init_at(struct io io) { return lpt_init(&lpt, io, wait); }
static enum lpt_status init(void) { return init_at(io_port(&cpu, LPT1)); }

static enum lpt_status send(const char *text)
{
	return lpt_send(&lpt, (const uint8_t *)text, strlen(text), LPT_PATIENCE_NS, NULL);
}

/* ---- init ---- */

Test(lpt, init_resets_the_printer_and_probes_the_data_latch)
{
	require_eq(int, init(), LPT_OK);
	check_eq(str, rec.trace, "CONTROL=08 DATA=55 DATA?55 DATA=aa DATA?aa CONTROL=0c ");
	check_eq(sz, rec.n_lints, 0);
	check_eq(int, lpt_check(&lpt), LPT_WOULD_BLOCK, "it initialises itself");
	wait_ns(&wait, 2 * MS);
	check_eq(int, lpt_check(&lpt), LPT_OK);
	check_eq(sz, rec.n_wire, 0);
}

Test(lpt, init_works_from_any_state)
{
	uint64_t seed = 7;
	struct io io = io_port(&cpu, LPT1);
	for (unsigned round = 0; round < 200; round++) {
		for (unsigned i = 0; i < 12; i++) { /* another program used the port */
			io_write8(io, random_next(&seed) % 3, (uint8_t)random_next(&seed));
			wait_ns(&wait, random_next(&seed) % 1000);
		}
		recorder_clear(&rec);
		require_eq(int, init(), LPT_OK);
		require_eq(int, send("x"), LPT_OK);
		require_eq(int, lpt_flush(&lpt, LPT_PATIENCE_NS), LPT_OK);
		require_eq(str, rec.wire, "x", "round %u", round);
		require_eq(u8, io_read8(io, 2), 0x0c);
		for (size_t i = 0; i < rec.n_lints; i++)
			require_eq(str, rec.lint[i].id, "lpt.CONTROL.long", "left by the other");
	}
}

Test(lpt, init_makes_a_handle_of_any_memory)
{
	const struct lpt_counters none = { 0 };
	uint8_t buffer[4];
	memset(&lpt, 0xff, sizeof lpt);
	require_eq(int, init(), LPT_OK);
	check(memcmp(&lpt.counters, &none, sizeof none) == 0);
	check_eq(int, lpt_interrupt(&lpt), LPT_SPURIOUS, "nothing is under way");
	check_eq(int, lpt_interrupts_on(&lpt, buffer, sizeof buffer), LPT_OK, "they were off");
}

Test(lpt, an_absent_port_is_noticed)
{
	check_eq(int, init_at(io_port(&cpu, NOWHERE)), LPT_ABSENT);
	check_eq(int, init_at(io_memory(&cpu, 0xd0000000, 4)), LPT_ABSENT);
	struct io io = plug_fake(0xdf);
	fake.stuck = true;
	fake.value[0] = 0x55;
	check_eq(int, init_at(io), LPT_ABSENT);
	fake.value[0] = 0xaa;
	check_eq(int, init_at(io), LPT_ABSENT);
}

Test(lpt, works_in_memory_at_a_stride)
{
	for (unsigned reg = 0; reg < LPT_MODEL_PORTS; reg++)
		require(bus_map(&bus, BUS_MEMORY, 0xd0000000 + 4 * reg, 1, &model.dev, reg) ==
			NULL);
	require_eq(int, init_at(io_memory(&cpu, 0xd0000000, 4)), LPT_OK);
	require_eq(int, send("far"), LPT_OK);
	require_eq(int, lpt_flush(&lpt, LPT_PATIENCE_NS), LPT_OK);
	check_eq(str, rec.wire, "far");
	check_eq(sz, rec.n_lints, 0, "the times hold though memory is faster than ports");
}

/* ---- arguments ---- */

Test(lpt, null_is_an_error_and_touches_nothing)
{
	uint8_t buffer[4];
	check_eq(int, lpt_init(NULL, io_port(&cpu, LPT1), wait), LPT_NULL);
	check_eq(int, lpt_reset(NULL), LPT_NULL);
	check_eq(int, lpt_check(NULL), LPT_NULL);
	check_eq(int, lpt_try_send(NULL, 'x'), LPT_NULL);
	check_eq(int, lpt_send(NULL, buffer, 1, 0, NULL), LPT_NULL);
	check_eq(int, lpt_send(&lpt, NULL, 1, 0, NULL), LPT_NULL);
	check_eq(int, lpt_flush(NULL, 0), LPT_NULL);
	check_eq(int, lpt_interrupts_on(NULL, buffer, 4), LPT_NULL);
	check_eq(int, lpt_interrupts_on(&lpt, NULL, 4), LPT_NULL);
	check_eq(int, lpt_interrupts_off(NULL, 0), LPT_NULL);
	check_eq(int, lpt_interrupt(NULL), LPT_NULL);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}

Test(lpt, places_that_no_port_can_have_are_refused_before_any_access)
{
	static const uint32_t strides[] = { 0, 3, 6, 512, 0x80000000 };
	struct io io = io_port(&cpu, LPT1);
	io.stride = 2;
	check_eq(int, init_at(io), LPT_BAD_STRIDE);
	check_eq(int, init_at(io_port(&cpu, 0xfffe)), LPT_BAD_BASE);
	for (unsigned i = 0; i < 5; i++)
		check_eq(int, init_at(io_memory(&cpu, 0xd0000000, strides[i])), LPT_BAD_STRIDE);
	check_eq(int, init_at(io_memory(&cpu, UINT64_MAX - 7, 4)), LPT_BAD_BASE);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
	check_eq(int, init_at(io_port(&cpu, 0xfffd)), LPT_ABSENT, "the last that fits");
	check_eq(int, init_at(io_memory(&cpu, UINT64_MAX - 8, 4)), LPT_ABSENT);
}

/* ---- sending ---- */

Test(lpt_started, one_byte_is_five_accesses)
{
	wait_ns(&wait, 2 * MS);
	require_eq(int, lpt_try_send(&lpt, 'a'), LPT_OK);
	check_eq(str, rec.trace, "STATUS?d8 DATA=61 CONTROL=0d CONTROL=0c ");
	check_eq(int, lpt_try_send(&lpt, 'b'), LPT_WOULD_BLOCK);
	wait_ns(&wait, 20 * US);
	check_eq(str, rec.wire, "a");
	check_eq(u32, lpt.counters.sent, 1);
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_started, a_text_arrives_whole)
{
	size_t done;
	require_eq(int, lpt_send(&lpt, (const uint8_t *)"a whole text", 12, MS * 2, &done), LPT_OK);
	check_eq(sz, done, 12);
	require_eq(int, lpt_flush(&lpt, MS), LPT_OK);
	check_eq(str, rec.wire, "a whole text");
	check_eq(int, lpt_check(&lpt), LPT_OK, "flushed: it can take the next");
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_started, the_times_of_table_1_10_hold_in_memory_that_takes_no_time)
{
	for (unsigned reg = 0; reg < LPT_MODEL_PORTS; reg++)
		require(bus_map(&bus, BUS_MEMORY, 0xd0000000 + reg, 1, &model.dev, reg) == NULL);
	lpt.io = io_memory(&cpu, 0xd0000000, 1);
	for (unsigned i = 0; i < 20; i++) {
		require_eq(int, send("u"), LPT_OK);
		io_write8(lpt.io, 0, 0); /* at once after the call */
	}
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_started, nothing_to_send_is_sent)
{
	size_t done = 5;
	check_eq(int, lpt_send(&lpt, NULL, 0, 0, &done), LPT_OK);
	check_eq(sz, done, 0);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}

Test(lpt_started, a_printer_that_stays_busy_times_out)
{
	size_t done;
	require_eq(int, send("ab"), LPT_OK);
	lpt_model_set_buffer_full(&model, true);
	uint64_t began = clock_now(&vclock);
	check_eq(int, lpt_send(&lpt, (const uint8_t *)"cd", 2, 5 * MS, &done), LPT_TIMEOUT);
	uint64_t took = clock_now(&vclock) - began;
	check(took >= 5 * MS && took < 6 * MS, "%llu", (unsigned long long)took);
	check_eq(sz, done, 0);
	check_eq(int, lpt_flush(&lpt, 5 * MS), LPT_TIMEOUT);
	lpt_model_set_buffer_full(&model, false);
	require_eq(int, send("cd"), LPT_OK);
	require_eq(int, lpt_flush(&lpt, MS), LPT_OK);
	check_eq(str, rec.wire, "abcd");
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_started, what_the_printer_needs_is_told_at_once)
{
	static const struct {
		void (*set)(struct lpt_model *l, bool on);
		int status;
	} rows[] = {
		{ lpt_model_set_off_line, LPT_OFF_LINE },
		{ lpt_model_set_paper_end, LPT_PAPER_END },
		{ lpt_model_set_error, LPT_FAULT },
	};
	require_eq(int, lpt_flush(&lpt, LPT_PATIENCE_NS), LPT_OK);
	for (unsigned i = 0; i < 3; i++) {
		rows[i].set(&model, true);
		uint64_t began = clock_now(&vclock);
		check_eq(int, lpt_check(&lpt), rows[i].status);
		check_eq(int, lpt_try_send(&lpt, 'x'), rows[i].status);
		check_eq(int, send("x"), rows[i].status);
		check_eq(int, lpt_flush(&lpt, LPT_PATIENCE_NS), rows[i].status);
		check_lt(u64, clock_now(&vclock) - began, MS);
		rows[i].set(&model, false);
		require_eq(int, lpt_flush(&lpt, MS), LPT_OK);
	}
	check_eq(sz, rec.n_wire, 0);
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_started, paper_end_comes_before_the_error_that_it_is)
{
	lpt_model_set_paper_end(&model, true);
	lpt_model_set_error(&model, true);
	lpt_model_set_off_line(&model, true);
	check_eq(int, lpt_check(&lpt), LPT_PAPER_END);
	lpt_model_set_paper_end(&model, false);
	check_eq(int, lpt_check(&lpt), LPT_FAULT);
}

Test(lpt_started, sending_goes_on_after_the_paper_came)
{
	size_t done;
	require_eq(int, send("first "), LPT_OK);
	lpt_model_set_paper_end(&model, true);
	check_eq(int, lpt_send(&lpt, (const uint8_t *)"second", 6, MS, &done), LPT_PAPER_END);
	check_eq(sz, done, 0);
	lpt_model_set_paper_end(&model, false);
	require_eq(int, send("second"), LPT_OK);
	require_eq(int, lpt_flush(&lpt, MS), LPT_OK);
	check_eq(str, rec.wire, "first second");
}

Test(lpt_started, reset_drops_the_byte_under_way)
{
	require_eq(int, send("ab"), LPT_OK);
	require_eq(int, lpt_reset(&lpt), LPT_OK);
	require_eq(int, send("c"), LPT_OK);
	require_eq(int, lpt_flush(&lpt, MS), LPT_OK);
	check_eq(str, rec.wire, "ac");
	check_eq(sz, rec.n_lints, 0);
}

Test(lpt_started, an_unplugged_port_is_noticed)
{
	require_eq(int, send("a"), LPT_OK);
	bus_unmap(&bus, BUS_PORT, &model.dev);
	check_eq(int, lpt_check(&lpt), LPT_ABSENT);
	check_eq(int, send("b"), LPT_ABSENT);
	check_eq(int, lpt_flush(&lpt, MS), LPT_ABSENT);
}

Test(lpt, lines_that_are_all_high_are_no_absent_port)
{
	require_eq(int, init_at(plug_fake(0xff)), LPT_OK);
	check_eq(int, lpt_check(&lpt), LPT_PAPER_END);
	fake.value[2] |= 0xe0; /* bits that a port may read as 1 */
	check_eq(int, lpt_check(&lpt), LPT_PAPER_END);
}

/* ---- registers: two transcriptions ---- */

static const struct transcript table = { lpt_regs, LPT_MODEL_N_REGS };

static void names_bits(uint32_t reg, const char *field, unsigned bits)
{
	check_eq(u64, transcript_field(table, reg, field), bits, "%s", field);
}

Test(lpt, registers_are_those_of_the_model)
{
	transcript_name(table, LPT_DATA.at, "DATA");
	transcript_name(table, LPT_STATUS.at, "STATUS");
	transcript_name(table, LPT_CONTROL.at, "CONTROL");
	names_bits(LPT_STATUS.at, "nERR", LPT_NERR);
	names_bits(LPT_STATUS.at, "SLCT", LPT_SLCT);
	names_bits(LPT_STATUS.at, "PE", LPT_PE);
	names_bits(LPT_STATUS.at, "nACK", LPT_NACK);
	names_bits(LPT_STATUS.at, "nBUSY", LPT_NBUSY);
	names_bits(LPT_CONTROL.at, "STROBE", LPT_STROBE);
	names_bits(LPT_CONTROL.at, "AUTOFD", LPT_AUTOFD);
	names_bits(LPT_CONTROL.at, "nINIT", LPT_NINIT);
	names_bits(LPT_CONTROL.at, "SLCTIN", LPT_SLCTIN);
	names_bits(LPT_CONTROL.at, "IRQE", LPT_IRQE);
}
