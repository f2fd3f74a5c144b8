/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "tests/devices/lapic/driver_fixture.h"

#include "tests/unit/drivers/transcription.h"
#include "tests/unit/emu/random.h"

TestSuite(lapic, .init = set_up, .fini = host_power_off, .timeout = 60);

/* ---- finding it ---- */

Test(lapic, is_found_by_its_version_and_nothing_else_is_touched)
{
	expect_trace("VERSION?00050014 ");
	check_eq(u8, xapic.version, 0x14);
	check_eq(u8, xapic.max_lvt, 5);
}

Test(lapic, refuses_impossible_arguments_and_registers)
{
	struct lapic other;
	recorder_clear(&rec);
	check_eq(int, lapic_init(NULL, io, wait), LAPIC_NULL);
	check_eq(int, lapic_init(&other, io_port(&cpu, 0x20), wait), LAPIC_BAD_ARG);
	check_eq(int, lapic_init(&other, io_memory(&cpu, BASE, 16), wait), LAPIC_BAD_ARG);
	check_eq(int, lapic_init(&other, io_memory(&cpu, BASE + 16, 1), wait), LAPIC_BAD_ARG);
	expect_trace("");
}

Test(lapic, that_is_globally_disabled_is_absent)
{
	struct lapic other;
	recorder_expect_no_lint(&rec, NULL, NULL);
	bus_unmap(&bus, BUS_MEMORY, &model.dev);
	check_eq(int, lapic_init(&other, io, wait), LAPIC_ABSENT);
}

Test(lapic, of_another_kind_is_refused)
{
	struct lapic other;
	uint64_t *version = &model.s.reg[model.slot[LAPIC_MODEL_VERSION]];
	*version = 0x00050004; /* 82489DX */
	check_eq(int, lapic_init(&other, io, wait), LAPIC_VARIANT);
	*version = 0x00020014;
	check_eq(int, lapic_init(&other, io, wait), LAPIC_VARIANT);
	*version = 0;
	check_eq(int, lapic_init(&other, io, wait), LAPIC_ABSENT);
}

Test(lapic, every_call_refuses_null)
{
	struct lapic_source source = { .vector = VECTOR };
	struct lapic_ipi ipi = { .vector = VECTOR };
	recorder_clear(&rec);
	check_eq(int, lapic_enable(NULL, SPURIOUS), LAPIC_NULL);
	check_eq(int, lapic_disable(NULL), LAPIC_NULL);
	check_eq(int, lapic_id(&xapic, NULL), LAPIC_NULL);
	check_eq(int, lapic_set_logical(NULL, 1, false), LAPIC_NULL);
	check_eq(int, lapic_set_priority(NULL, 0), LAPIC_NULL);
	check_eq(int, lapic_priority(&xapic, NULL), LAPIC_NULL);
	check_eq(int, lapic_processor_priority(&xapic, NULL), LAPIC_NULL);
	check_eq(int, lapic_eoi(NULL), LAPIC_NULL);
	check_eq(int, lapic_requested(&xapic, 0, NULL), LAPIC_NULL);
	check_eq(int, lapic_in_service(NULL, 0, NULL), LAPIC_NULL);
	check_eq(int, lapic_level_triggered(NULL, 0, NULL), LAPIC_NULL);
	check_eq(int, lapic_errors(&xapic, NULL), LAPIC_NULL);
	check_eq(int, lapic_set_source(NULL, LAPIC_LVT_ERROR, &source), LAPIC_NULL);
	check_eq(int, lapic_set_source(&xapic, LAPIC_LVT_ERROR, NULL), LAPIC_NULL);
	check_eq(int, lapic_mask(NULL, LAPIC_LVT_ERROR, true), LAPIC_NULL);
	check_eq(int, lapic_send(NULL, &ipi), LAPIC_NULL);
	check_eq(int, lapic_send(&xapic, NULL), LAPIC_NULL);
	check_eq(int, lapic_timer_calibrate(NULL, CALIBRATE_NS), LAPIC_NULL);
	check_eq(int, lapic_timer_set_hz(NULL, 1), LAPIC_NULL);
	check_eq(int, lapic_timer_start(NULL, VECTOR, 1, false), LAPIC_NULL);
	check_eq(int, lapic_timer_stop(NULL), LAPIC_NULL);
	check_eq(int, lapic_timer_left(&xapic, NULL), LAPIC_NULL);
	expect_trace("");
}

/* ---- enabling, identity, priorities ---- */

Test(lapic, enabling_keeps_the_other_bits_of_svr)
{
	model.s.reg[model.slot[LAPIC_MODEL_SVR]] = 0x200 | 0x0f;
	recorder_clear(&rec);
	require_eq(int, lapic_enable(&xapic, SPURIOUS), LAPIC_OK);
	expect_trace("SVR?0000020f SVR=000003ff ");
	require_eq(int, lapic_disable(&xapic), LAPIC_OK);
	check_eq(u32, raw(0xf0), 0x2ff);
}

Test(lapic, the_spurious_vector_is_one_that_all_processors_can_do)
{
	recorder_clear(&rec);
	check_eq(int, lapic_enable(&xapic, 0xfe), LAPIC_BAD_ARG);
	check_eq(int, lapic_enable(&xapic, 0x0f), LAPIC_BAD_ARG);
	check_eq(int, lapic_enable(&xapic, 0), LAPIC_BAD_ARG);
	expect_trace("");
	check_eq(int, lapic_enable(&xapic, 0x1f), LAPIC_OK);
}

Test(lapic, has_an_id_and_a_logical_one)
{
	uint32_t id = 0;
	require_eq(int, lapic_id(&xapic, &id), LAPIC_OK);
	check_eq(u32, id, 3);
	recorder_clear(&rec);
	require_eq(int, lapic_set_logical(&xapic, 0x04, false), LAPIC_OK);
	expect_trace("DFR=ffffffff LDR?00000000 LDR=04000000 ");
	require_eq(int, lapic_set_logical(&xapic, 0x21, true), LAPIC_OK);
	check_eq(u32, raw(0xd0), 0x21000000);
	check_eq(u32, raw(0xe0), 0x0fffffff);
	check_eq(int, lapic_set_logical(&xapic, 0xf1, true), LAPIC_BAD_ARG);
}

Test(lapic, the_priority_holds_back_what_is_not_above_it)
{
	struct lapic_ipi ipi = { .vector = VECTOR, .to = LAPIC_TO_SELF };
	uint8_t priority = 0;
	bool yes = false;

	enable();
	require_eq(int, lapic_set_priority(&xapic, 0x45), LAPIC_OK);
	require_eq(int, lapic_priority(&xapic, &priority), LAPIC_OK);
	check_eq(u8, priority, 0x45);
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	check_eq(u32, served, 0);
	require_eq(int, lapic_requested(&xapic, VECTOR, &yes), LAPIC_OK);
	check(yes);
	require_eq(int, lapic_requested(&xapic, VECTOR + 1, &yes), LAPIC_OK);
	check(!yes);
	require_eq(int, lapic_set_priority(&xapic, 0x3f), LAPIC_OK);
	require_eq(int, lapic_processor_priority(&xapic, &priority), LAPIC_OK);
	check_eq(u8, priority, 0x3f);
	check_eq(u32, served, 1);
}

static bool seen_in_service, seen_level;
static uint8_t seen_priority;

static void look_around(void *ctx, uint8_t vector)
{
	(void)ctx;
	require_eq(int, lapic_in_service(&xapic, vector, &seen_in_service), LAPIC_OK);
	require_eq(int, lapic_level_triggered(&xapic, vector, &seen_level), LAPIC_OK);
	require_eq(int, lapic_processor_priority(&xapic, &seen_priority), LAPIC_OK);
	if (seen_level) lapic_model_set_lint(&model, 0, false);
	require_eq(int, lapic_eoi(&xapic), LAPIC_OK);
}

Test(lapic, returns_what_is_in_service)
{
	struct lapic_source pin = { .vector = 0xa7, .level = true };
	struct lapic_ipi ipi = { .vector = 0xe2, .to = LAPIC_TO_SELF };
	bool yes = true;

	cpu.dispatch = look_around;
	enable();
	require_eq(int, lapic_set_source(&xapic, LAPIC_LVT_LINT0, &pin), LAPIC_OK);
	lapic_model_set_lint(&model, 0, true);
	wait_relax(&wait);
	check(seen_in_service && seen_level);
	check_eq(u8, seen_priority, 0xa0);
	require_eq(int, lapic_in_service(&xapic, 0xa7, &yes), LAPIC_OK);
	check(!yes, "the EOI ended it");
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	wait_relax(&wait);
	check(seen_in_service && !seen_level);
}

/* ---- local vector table ---- */

Test(lapic, sources_are_written_whole)
{
	static const struct {
		enum lapic_entry entry;
		struct lapic_source source;
		uint32_t value;
	} good[] = {
		{ LAPIC_LVT_LINT0, { .mode = LAPIC_EXTINT }, 0x00700 },
		{ LAPIC_LVT_LINT1, { .mode = LAPIC_NMI, .active_low = true }, 0x02400 },
		{ LAPIC_LVT_LINT0, { .vector = 0x30, .level = true, .masked = true }, 0x18030 },
		{ LAPIC_LVT_LINT1, { .mode = LAPIC_INIT, .masked = true }, 0x10500 },
		{ LAPIC_LVT_ERROR, { .vector = 0xfe }, 0x000fe },
		{ LAPIC_LVT_PERF, { .mode = LAPIC_NMI }, 0x00400 },
		{ LAPIC_LVT_THERMAL, { .mode = LAPIC_SMI, .masked = true }, 0x10200 },
	};
	enable();
	for (unsigned i = 0; i < ARRAY_SIZE(good); i++) {
		recorder_clear(&rec);
		require_eq(int, lapic_set_source(&xapic, good[i].entry, &good[i].source), LAPIC_OK);
		check_eq(u64, rec.n_writes, 1);
		check_eq(u64, rec.n_reads, 0);
		check_eq(u32, raw(good[i].entry), good[i].value, "%u", i);
	}
}

Test(lapic, impossible_sources_are_refused)
{
	static const struct {
		enum lapic_entry entry;
		struct lapic_source source;
	} bad[] = {
		{ LAPIC_LVT_TIMER,
		  { .vector = VECTOR } }, /* the driver has a function of its own for this */
		{ LAPIC_LVT_ERROR, { .vector = 15 } },
		{ LAPIC_LVT_ERROR, { .vector = 0, .masked = true } },
		{ LAPIC_LVT_ERROR, { .vector = SPURIOUS } },
		{ LAPIC_LVT_ERROR, { .mode = LAPIC_NMI } },
		{ LAPIC_LVT_ERROR, { .vector = VECTOR, .active_low = true } },
		{ LAPIC_LVT_PERF, { .mode = LAPIC_EXTINT } },
		{ LAPIC_LVT_THERMAL, { .mode = LAPIC_INIT } },
		{ LAPIC_LVT_LINT0, { .mode = LAPIC_NMI, .vector = 2 } },
		{ LAPIC_LVT_LINT0, { .mode = LAPIC_NMI, .level = true } },
		{ LAPIC_LVT_LINT0, { .mode = LAPIC_LOWEST, .vector = VECTOR } },
		{ LAPIC_LVT_LINT0, { .mode = LAPIC_STARTUP } },
		{ LAPIC_LVT_LINT0, { .mode = (enum lapic_mode)3, .vector = VECTOR } },
		{ LAPIC_LVT_LINT0, { .mode = (enum lapic_mode)8 } },
		{ LAPIC_LVT_LINT1, { .vector = VECTOR, .level = true } },
		{ (enum lapic_entry)0x380, { .vector = VECTOR } },
		{ (enum lapic_entry)0, { .vector = VECTOR } },
	};
	enable();
	recorder_clear(&rec);
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		check_eq(int, lapic_set_source(&xapic, bad[i].entry, &bad[i].source), LAPIC_BAD_ARG,
			 "%u", i);
	check_eq(int, lapic_mask(&xapic, (enum lapic_entry)0x2f0, true), LAPIC_BAD_ARG);
	expect_trace("");
}

Test(lapic, entries_that_the_processor_lacks_are_not_touched)
{
	struct lapic_source source = { .vector = VECTOR };
	model.s.reg[model.slot[LAPIC_MODEL_VERSION]] = 0x00030010;
	require_eq(int, lapic_init(&xapic, io, wait), LAPIC_OK);
	enable();
	recorder_clear(&rec);
	check_eq(int, lapic_set_source(&xapic, LAPIC_LVT_PERF, &source), LAPIC_NO_ENTRY);
	check_eq(int, lapic_mask(&xapic, LAPIC_LVT_THERMAL, true), LAPIC_NO_ENTRY);
	expect_trace("");
	check_eq(int, lapic_set_source(&xapic, LAPIC_LVT_ERROR, &source), LAPIC_OK);
	model.s.reg[model.slot[LAPIC_MODEL_VERSION]] = 0x00040010;
	require_eq(int, lapic_init(&xapic, io, wait), LAPIC_OK);
	enable();
	check_eq(int, lapic_set_source(&xapic, LAPIC_LVT_PERF, &source), LAPIC_OK);
	check_eq(int, lapic_set_source(&xapic, LAPIC_LVT_THERMAL, &source), LAPIC_NO_ENTRY);
}

Test(lapic, nothing_is_unmasked_while_it_is_disabled)
{
	struct lapic_source source = { .vector = VECTOR };
	struct lapic_source masked = { .vector = VECTOR, .masked = true };
	check_eq(int, lapic_set_source(&xapic, LAPIC_LVT_ERROR, &source), LAPIC_DISABLED);
	check_eq(int, lapic_mask(&xapic, LAPIC_LVT_ERROR, false), LAPIC_DISABLED);
	check_eq(int, lapic_set_source(&xapic, LAPIC_LVT_ERROR, &masked), LAPIC_OK);
	enable();
	check_eq(int, lapic_mask(&xapic, LAPIC_LVT_ERROR, false), LAPIC_OK);
	require_eq(int, lapic_disable(&xapic), LAPIC_OK);
	check_eq(int, lapic_mask(&xapic, LAPIC_LVT_ERROR, false), LAPIC_DISABLED);
}

Test(lapic, masking_keeps_all_but_the_mask_and_the_read_only_bits)
{
	uint64_t seed = 5;
	uint64_t *entry = &model.s.reg[model.slot[LAPIC_MODEL_LVT_LINT0]];
	recorder_expect_no_lint(&rec, NULL, NULL);
	enable();
	(void)host_cpu_set_interrupts(&cpu, false);
	for (unsigned i = 0; i < 200; i++) {
		uint32_t garbage = (uint32_t)random_next(&seed) & 0x1f7ff;
		bool masked = random_next(&seed) & 1;
		*entry = garbage;
		recorder_clear(&rec);
		require_eq(int, lapic_mask(&xapic, LAPIC_LVT_LINT0, masked), LAPIC_OK);
		char want[64];
		(void)snprintf(want, sizeof(want), "LVT_LINT0?%08x LVT_LINT0=%08x ", garbage,
			       (garbage & ~0x15000u) | (masked ? 0x10000u : 0));
		require_eq(str, rec.trace, want);
	}
}

/* ---- interprocessor interrupts ---- */

Test(lapic, an_ipi_is_sent_high_half_first)
{
	struct lapic_ipi ipi = { .vector = VECTOR, .destination = 3 };
	enable();
	recorder_clear(&rec);
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	check_eq(u32, served, 1);
	check_eq(u8, last_vector, VECTOR);
	expect_trace("ICR_LO?00000000 ICR_HI=03000000 ICR_LO=00004041 EOI=00000000 "
		     "ICR_LO?00004041 ");
	ipi = (struct lapic_ipi){ .vector = VECTOR, .to = LAPIC_TO_SELF };
	recorder_clear(&rec);
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	expect_trace("ICR_LO?00004041 ICR_LO=00044041 EOI=00000000 ICR_LO?00044041 ");
}

Test(lapic, ipis_go_where_they_are_sent)
{
	struct lapic_ipi ipi = { .vector = VECTOR, .destination = 4 };
	enable();
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	check_eq(u32, served, 0, "another's ID");
	require_eq(int, lapic_set_logical(&xapic, 0x24, false), LAPIC_OK);
	ipi.logical = true;
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	check_eq(u32, served, 1);
	ipi = (struct lapic_ipi){ .vector = VECTOR, .to = LAPIC_TO_OTHERS };
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	check_eq(u32, served, 1);
	ipi.to = LAPIC_TO_ALL;
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	check_eq(u32, served, 2);
	ipi = (struct lapic_ipi){ .mode = LAPIC_NMI, .destination = 3 };
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	check_eq(u32, nmis, 1);
	ipi = (struct lapic_ipi){ .mode = LAPIC_INIT, .to = LAPIC_TO_OTHERS };
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	ipi = (struct lapic_ipi){ .mode = LAPIC_STARTUP, .vector = 8, .to = LAPIC_TO_OTHERS };
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	check_eq(u32, inits, 0);
	check_eq(u32, raw(0x300), 0xc4608);
}

Test(lapic, the_first_legal_vector_is_one)
{
	struct lapic_ipi ipi = { .vector = LAPIC_FIRST_VECTOR, .to = LAPIC_TO_SELF };
	struct lapic_source source = { .vector = LAPIC_FIRST_VECTOR };
	enable();
	require_eq(int, lapic_send(&xapic, &ipi), LAPIC_OK);
	check_eq(u8, last_vector, LAPIC_FIRST_VECTOR);
	check_eq(int, lapic_set_source(&xapic, LAPIC_LVT_ERROR, &source), LAPIC_OK);
}

Test(lapic, impossible_ipis_are_refused)
{
	static const struct lapic_ipi bad[] = {
		{ .vector = 15 },
		{ .vector = 15, .mode = LAPIC_LOWEST },
		{ .vector = VECTOR, .mode = LAPIC_LOWEST, .to = LAPIC_TO_OTHERS },
		{ .mode = LAPIC_NMI, .to = LAPIC_TO_SELF },
		{ .mode = LAPIC_INIT, .to = LAPIC_TO_ALL },
		{ .mode = LAPIC_NMI, .vector = 2 },
		{ .mode = LAPIC_EXTINT },
		{ .mode = (enum lapic_mode)3, .vector = VECTOR },
		{ .mode = (enum lapic_mode)8 },
		{ .vector = VECTOR, .to = (enum lapic_shorthand)4 },
		{ .vector = VECTOR, .to = LAPIC_TO_SELF, .destination = 1 },
		{ .vector = VECTOR, .to = LAPIC_TO_ALL, .logical = true },
	};
	enable();
	recorder_clear(&rec);
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		check_eq(int, lapic_send(&xapic, &bad[i]), LAPIC_BAD_ARG, "%u", i);
	expect_trace("");
}

Test(lapic, a_message_that_is_never_accepted_is_a_timeout)
{
	struct lapic_ipi ipi = { .vector = VECTOR, .destination = 3 };
	replace_by_stuck();
	(void)host_cpu_set_interrupts(&cpu, true);
	uint64_t begin = clock_now(&vclock);
	check_eq(int, lapic_send(&xapic, &ipi), LAPIC_TIMEOUT);
	check_le(u64, clock_now(&vclock) - begin, 11 * MS);
	check_ge(u64, clock_now(&vclock) - begin, 10 * MS);
	check(cpu.s.interrupts_on, "as it was");
}

/* ---- errors ---- */

Test(lapic, errors_are_read_after_a_write_and_returned_once)
{
	uint32_t errors = 0;
	recorder_expect_no_lint(&rec, NULL, NULL);
	enable();
	(void)raw(0x3f0); /* no register is there */
	recorder_clear(&rec);
	require_eq(int, lapic_errors(&xapic, &errors), LAPIC_OK);
	expect_trace("ESR=00000000 ESR?00000080 ");
	check_eq(u32, errors, LAPIC_ERROR_ADDRESS);
	require_eq(int, lapic_errors(&xapic, &errors), LAPIC_OK);
	check_eq(u32, errors, 0);
}

/* ---- the second transcription ---- */

static const struct transcript table = { lapic_regs, LAPIC_MODEL_N_REGS };

static uint64_t field(uint32_t offset, const char *name)
{
	return transcript_field(table, offset, name);
}

Test(lapic, constants_agree_with_the_table_of_the_model)
{
	const struct {
		uint32_t offset;
		unsigned width;
		const char *name;
	} all[] = {
		{ LAPIC_ID.at, transcript_width(LAPIC_ID), "ID" },
		{ LAPIC_VERSION.at, transcript_width(LAPIC_VERSION), "VERSION" },
		{ LAPIC_TPR.at, transcript_width(LAPIC_TPR), "TPR" },
		{ LAPIC_PPR.at, transcript_width(LAPIC_PPR), "PPR" },
		{ LAPIC_EOI.at, transcript_width(LAPIC_EOI), "EOI" },
		{ LAPIC_LDR.at, transcript_width(LAPIC_LDR), "LDR" },
		{ LAPIC_DFR.at, transcript_width(LAPIC_DFR), "DFR" },
		{ LAPIC_SVR.at, transcript_width(LAPIC_SVR), "SVR" },
		{ LAPIC_ISR.at, transcript_width(LAPIC_ISR), "ISR" },
		{ LAPIC_TMR.at, transcript_width(LAPIC_TMR), "TMR" },
		{ LAPIC_IRR.at, transcript_width(LAPIC_IRR), "IRR" },
		{ LAPIC_ESR.at, transcript_width(LAPIC_ESR), "ESR" },
		{ LAPIC_ICR_LO.at, transcript_width(LAPIC_ICR_LO), "ICR_LO" },
		{ LAPIC_ICR_HI.at, transcript_width(LAPIC_ICR_HI), "ICR_HI" },
		{ LAPIC_INITIAL_COUNT.at, transcript_width(LAPIC_INITIAL_COUNT), "INITIAL_COUNT" },
		{ LAPIC_CURRENT_COUNT.at, transcript_width(LAPIC_CURRENT_COUNT), "CURRENT_COUNT" },
		{ LAPIC_DIVIDE.at, transcript_width(LAPIC_DIVIDE), "DIVIDE" },
		{ LAPIC_LVT_TIMER, 32, "LVT_TIMER" },
		{ LAPIC_LVT_THERMAL, 32, "LVT_THERMAL" },
		{ LAPIC_LVT_PERF, 32, "LVT_PERF" },
		{ LAPIC_LVT_LINT0, 32, "LVT_LINT0" },
		{ LAPIC_LVT_LINT1, 32, "LVT_LINT1" },
		{ LAPIC_LVT_ERROR, 32, "LVT_ERROR" },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(all); i++) {
		transcript_name(table, all[i].offset, all[i].name);
		check_eq(u32, all[i].width, transcript_row(table, all[i].offset)->width);
	}
	check_eq(u32, transcript_row(table, LAPIC_ISR.at)->stride, LAPIC_STEP);
	check_eq(u64, field(LAPIC_SVR.at, "ENABLE"), LAPIC_SVR_ENABLE);
	check_eq(u64, field(LAPIC_SVR.at, "VECTOR"), LAPIC_SVR_VECTOR);
	check(LAPIC_DFR_FLAT == 0xffffffff && LAPIC_DFR_CLUSTER == 0x0fffffff);
	check_eq(u64, field(LAPIC_VERSION.at, "MAX_LVT_ENTRY"),
		 (uint64_t)LAPIC_MAX_LVT << LAPIC_MAX_LVT_LSB);
	check_eq(u64, field(LAPIC_LVT_LINT0, "DELIVERY_STATUS"), LAPIC_DELIVERY_STATUS);
	check_eq(u64, field(LAPIC_LVT_LINT0, "ACTIVE_LOW"), LAPIC_ACTIVE_LOW);
	check_eq(u64, field(LAPIC_LVT_LINT0, "REMOTE_IRR"), LAPIC_REMOTE_IRR);
	check_eq(u64, field(LAPIC_LVT_LINT0, "LEVEL"), LAPIC_LEVEL);
	check_eq(u64, field(LAPIC_LVT_LINT0, "MASK"), LAPIC_MASK);
	check_eq(u64, field(LAPIC_LVT_LINT0, "DELIVERY_MODE"), 7 << LAPIC_MODE_LSB);
	check_eq(u64, field(LAPIC_LVT_TIMER, "MODE") & LAPIC_PERIODIC, LAPIC_PERIODIC);
	check_eq(u64, field(LAPIC_ICR_LO.at, "LOGICAL"), LAPIC_LOGICAL);
	check_eq(u64, field(LAPIC_ICR_LO.at, "LEVEL"), LAPIC_ASSERT);
	check_eq(u64, field(LAPIC_ICR_LO.at, "SHORTHAND"), 3 << LAPIC_SHORTHAND_LSB);
	check_eq(u64, field(LAPIC_ICR_HI.at, "DESTINATION"), UINT64_C(0xff) << LAPIC_ID_LSB);
	check_eq(u64, field(LAPIC_ESR.at, "SEND_ILLEGAL_VECTOR"), LAPIC_ERROR_SEND_VECTOR);
	check_eq(u64, field(LAPIC_ESR.at, "ILLEGAL_ADDRESS"), LAPIC_ERROR_ADDRESS);
}
