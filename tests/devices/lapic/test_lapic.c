/* SPDX-License-Identifier: MIT */
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

Test(lapic, refuses_what_cannot_be_one)
{
	struct xapic other;
	recorder_clear(&rec);
	check_eq(int, xapic_init(NULL, io, wait), XAPIC_NULL);
	check_eq(int, xapic_init(&other, io_port(&cpu, 0x20), wait), XAPIC_BAD_ARG);
	check_eq(int, xapic_init(&other, io_memory(&cpu, BASE, 16), wait), XAPIC_BAD_ARG);
	check_eq(int, xapic_init(&other, io_memory(&cpu, BASE + 16, 1), wait), XAPIC_BAD_ARG);
	expect_trace("");
}

Test(lapic, that_is_globally_disabled_is_absent)
{
	struct xapic other;
	recorder_expect_no_lint(&rec, NULL, NULL);
	bus_unmap(&bus, BUS_MEMORY, &model.dev);
	check_eq(int, xapic_init(&other, io, wait), XAPIC_ABSENT);
}

Test(lapic, of_another_kind_is_refused)
{
	struct xapic other;
	uint64_t *version = &model.s.reg[model.slot[LAPIC_VERSION]];
	*version = 0x00050004; /* 82489DX */
	check_eq(int, xapic_init(&other, io, wait), XAPIC_VARIANT);
	*version = 0x00020014;
	check_eq(int, xapic_init(&other, io, wait), XAPIC_VARIANT);
	*version = 0;
	check_eq(int, xapic_init(&other, io, wait), XAPIC_ABSENT);
}

Test(lapic, every_call_refuses_null)
{
	struct xapic_source source = { .vector = VECTOR };
	struct xapic_ipi ipi = { .vector = VECTOR };
	recorder_clear(&rec);
	check_eq(int, xapic_enable(NULL, SPURIOUS), XAPIC_NULL);
	check_eq(int, xapic_disable(NULL), XAPIC_NULL);
	check_eq(int, xapic_id(&xapic, NULL), XAPIC_NULL);
	check_eq(int, xapic_set_logical(NULL, 1, false), XAPIC_NULL);
	check_eq(int, xapic_set_priority(NULL, 0), XAPIC_NULL);
	check_eq(int, xapic_priority(&xapic, NULL), XAPIC_NULL);
	check_eq(int, xapic_processor_priority(&xapic, NULL), XAPIC_NULL);
	check_eq(int, xapic_eoi(NULL), XAPIC_NULL);
	check_eq(int, xapic_requested(&xapic, 0, NULL), XAPIC_NULL);
	check_eq(int, xapic_in_service(NULL, 0, NULL), XAPIC_NULL);
	check_eq(int, xapic_level_triggered(NULL, 0, NULL), XAPIC_NULL);
	check_eq(int, xapic_errors(&xapic, NULL), XAPIC_NULL);
	check_eq(int, xapic_set_source(NULL, XAPIC_LVT_ERROR, &source), XAPIC_NULL);
	check_eq(int, xapic_set_source(&xapic, XAPIC_LVT_ERROR, NULL), XAPIC_NULL);
	check_eq(int, xapic_mask(NULL, XAPIC_LVT_ERROR, true), XAPIC_NULL);
	check_eq(int, xapic_send(NULL, &ipi), XAPIC_NULL);
	check_eq(int, xapic_send(&xapic, NULL), XAPIC_NULL);
	check_eq(int, xapic_timer_calibrate(NULL, CALIBRATE_NS), XAPIC_NULL);
	check_eq(int, xapic_timer_set_hz(NULL, 1), XAPIC_NULL);
	check_eq(int, xapic_timer_start(NULL, VECTOR, 1, false), XAPIC_NULL);
	check_eq(int, xapic_timer_stop(NULL), XAPIC_NULL);
	check_eq(int, xapic_timer_left(&xapic, NULL), XAPIC_NULL);
	expect_trace("");
}

/* ---- enabling, identity, priorities ---- */

Test(lapic, enabling_keeps_the_other_bits_of_svr)
{
	model.s.reg[model.slot[LAPIC_SVR]] = 0x200 | 0x0f;
	recorder_clear(&rec);
	require_eq(int, xapic_enable(&xapic, SPURIOUS), XAPIC_OK);
	expect_trace("SVR?0000020f SVR=000003ff ");
	require_eq(int, xapic_disable(&xapic), XAPIC_OK);
	check_eq(u32, raw(0xf0), 0x2ff);
}

Test(lapic, the_spurious_vector_is_one_that_all_processors_can_do)
{
	recorder_clear(&rec);
	check_eq(int, xapic_enable(&xapic, 0xfe), XAPIC_BAD_ARG);
	check_eq(int, xapic_enable(&xapic, 0x0f), XAPIC_BAD_ARG);
	check_eq(int, xapic_enable(&xapic, 0), XAPIC_BAD_ARG);
	expect_trace("");
	check_eq(int, xapic_enable(&xapic, 0x1f), XAPIC_OK);
}

Test(lapic, has_an_id_and_a_logical_one)
{
	uint32_t id = 0;
	require_eq(int, xapic_id(&xapic, &id), XAPIC_OK);
	check_eq(u32, id, 3);
	recorder_clear(&rec);
	require_eq(int, xapic_set_logical(&xapic, 0x04, false), XAPIC_OK);
	expect_trace("DFR=ffffffff LDR?00000000 LDR=04000000 ");
	require_eq(int, xapic_set_logical(&xapic, 0x21, true), XAPIC_OK);
	check_eq(u32, raw(0xd0), 0x21000000);
	check_eq(u32, raw(0xe0), 0x0fffffff);
	check_eq(int, xapic_set_logical(&xapic, 0xf1, true), XAPIC_BAD_ARG);
}

Test(lapic, the_priority_holds_back_what_is_not_above_it)
{
	struct xapic_ipi ipi = { .vector = VECTOR, .to = XAPIC_TO_SELF };
	uint8_t priority = 0;
	bool yes = false;

	enable();
	require_eq(int, xapic_set_priority(&xapic, 0x45), XAPIC_OK);
	require_eq(int, xapic_priority(&xapic, &priority), XAPIC_OK);
	check_eq(u8, priority, 0x45);
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	check_eq(u32, served, 0);
	require_eq(int, xapic_requested(&xapic, VECTOR, &yes), XAPIC_OK);
	check(yes);
	require_eq(int, xapic_requested(&xapic, VECTOR + 1, &yes), XAPIC_OK);
	check(!yes);
	require_eq(int, xapic_set_priority(&xapic, 0x3f), XAPIC_OK);
	require_eq(int, xapic_processor_priority(&xapic, &priority), XAPIC_OK);
	check_eq(u8, priority, 0x3f);
	check_eq(u32, served, 1);
}

static bool seen_in_service, seen_level;
static uint8_t seen_priority;

static void look_around(void *ctx, uint8_t vector)
{
	(void)ctx;
	require_eq(int, xapic_in_service(&xapic, vector, &seen_in_service), XAPIC_OK);
	require_eq(int, xapic_level_triggered(&xapic, vector, &seen_level), XAPIC_OK);
	require_eq(int, xapic_processor_priority(&xapic, &seen_priority), XAPIC_OK);
	if (seen_level) lapic_set_lint(&model, 0, false);
	require_eq(int, xapic_eoi(&xapic), XAPIC_OK);
}

Test(lapic, tells_what_is_in_service)
{
	struct xapic_source pin = { .vector = 0xa7, .level = true };
	struct xapic_ipi ipi = { .vector = 0xe2, .to = XAPIC_TO_SELF };
	bool yes = true;

	cpu.dispatch = look_around;
	enable();
	require_eq(int, xapic_set_source(&xapic, XAPIC_LVT_LINT0, &pin), XAPIC_OK);
	lapic_set_lint(&model, 0, true);
	wait_relax(&wait);
	check(seen_in_service && seen_level);
	check_eq(u8, seen_priority, 0xa0);
	require_eq(int, xapic_in_service(&xapic, 0xa7, &yes), XAPIC_OK);
	check(!yes, "the EOI ended it");
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	wait_relax(&wait);
	check(seen_in_service && !seen_level);
}

/* ---- local vector table ---- */

Test(lapic, sources_are_written_whole)
{
	static const struct {
		enum xapic_entry entry;
		struct xapic_source source;
		uint32_t value;
	} good[] = {
		{ XAPIC_LVT_LINT0, { .mode = XAPIC_EXTINT }, 0x00700 },
		{ XAPIC_LVT_LINT1, { .mode = XAPIC_NMI, .active_low = true }, 0x02400 },
		{ XAPIC_LVT_LINT0, { .vector = 0x30, .level = true, .masked = true }, 0x18030 },
		{ XAPIC_LVT_LINT1, { .mode = XAPIC_INIT, .masked = true }, 0x10500 },
		{ XAPIC_LVT_ERROR, { .vector = 0xfe }, 0x000fe },
		{ XAPIC_LVT_PERF, { .mode = XAPIC_NMI }, 0x00400 },
		{ XAPIC_LVT_THERMAL, { .mode = XAPIC_SMI, .masked = true }, 0x10200 },
	};
	enable();
	for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		recorder_clear(&rec);
		require_eq(int, xapic_set_source(&xapic, good[i].entry, &good[i].source), XAPIC_OK);
		check_eq(u64, rec.n_writes, 1);
		check_eq(u64, rec.n_reads, 0);
		check_eq(u32, raw(good[i].entry), good[i].value, "%u", i);
	}
}

Test(lapic, sources_that_cannot_be_are_refused)
{
	static const struct {
		enum xapic_entry entry;
		struct xapic_source source;
	} bad[] = {
		{ XAPIC_LVT_TIMER, { .vector = VECTOR } }, /* has calls of its own */
		{ XAPIC_LVT_ERROR, { .vector = 15 } },
		{ XAPIC_LVT_ERROR, { .vector = 0, .masked = true } },
		{ XAPIC_LVT_ERROR, { .vector = SPURIOUS } },
		{ XAPIC_LVT_ERROR, { .mode = XAPIC_NMI } },
		{ XAPIC_LVT_ERROR, { .vector = VECTOR, .active_low = true } },
		{ XAPIC_LVT_PERF, { .mode = XAPIC_EXTINT } },
		{ XAPIC_LVT_THERMAL, { .mode = XAPIC_INIT } },
		{ XAPIC_LVT_LINT0, { .mode = XAPIC_NMI, .vector = 2 } },
		{ XAPIC_LVT_LINT0, { .mode = XAPIC_NMI, .level = true } },
		{ XAPIC_LVT_LINT0, { .mode = XAPIC_LOWEST, .vector = VECTOR } },
		{ XAPIC_LVT_LINT0, { .mode = XAPIC_STARTUP } },
		{ XAPIC_LVT_LINT0, { .mode = (enum xapic_mode)3, .vector = VECTOR } },
		{ XAPIC_LVT_LINT0, { .mode = (enum xapic_mode)8 } },
		{ XAPIC_LVT_LINT1, { .vector = VECTOR, .level = true } },
		{ (enum xapic_entry)0x380, { .vector = VECTOR } },
		{ (enum xapic_entry)0, { .vector = VECTOR } },
	};
	enable();
	recorder_clear(&rec);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_eq(int, xapic_set_source(&xapic, bad[i].entry, &bad[i].source), XAPIC_BAD_ARG,
			 "%u", i);
	check_eq(int, xapic_mask(&xapic, (enum xapic_entry)0x2f0, true), XAPIC_BAD_ARG);
	expect_trace("");
}

Test(lapic, entries_that_the_processor_lacks_are_not_touched)
{
	struct xapic_source source = { .vector = VECTOR };
	model.s.reg[model.slot[LAPIC_VERSION]] = 0x00030010;
	require_eq(int, xapic_init(&xapic, io, wait), XAPIC_OK);
	enable();
	recorder_clear(&rec);
	check_eq(int, xapic_set_source(&xapic, XAPIC_LVT_PERF, &source), XAPIC_NO_ENTRY);
	check_eq(int, xapic_mask(&xapic, XAPIC_LVT_THERMAL, true), XAPIC_NO_ENTRY);
	expect_trace("");
	check_eq(int, xapic_set_source(&xapic, XAPIC_LVT_ERROR, &source), XAPIC_OK);
	model.s.reg[model.slot[LAPIC_VERSION]] = 0x00040010;
	require_eq(int, xapic_init(&xapic, io, wait), XAPIC_OK);
	enable();
	check_eq(int, xapic_set_source(&xapic, XAPIC_LVT_PERF, &source), XAPIC_OK);
	check_eq(int, xapic_set_source(&xapic, XAPIC_LVT_THERMAL, &source), XAPIC_NO_ENTRY);
}

Test(lapic, nothing_is_unmasked_while_it_is_disabled)
{
	struct xapic_source source = { .vector = VECTOR };
	struct xapic_source masked = { .vector = VECTOR, .masked = true };
	check_eq(int, xapic_set_source(&xapic, XAPIC_LVT_ERROR, &source), XAPIC_DISABLED);
	check_eq(int, xapic_mask(&xapic, XAPIC_LVT_ERROR, false), XAPIC_DISABLED);
	check_eq(int, xapic_set_source(&xapic, XAPIC_LVT_ERROR, &masked), XAPIC_OK);
	enable();
	check_eq(int, xapic_mask(&xapic, XAPIC_LVT_ERROR, false), XAPIC_OK);
	require_eq(int, xapic_disable(&xapic), XAPIC_OK);
	check_eq(int, xapic_mask(&xapic, XAPIC_LVT_ERROR, false), XAPIC_DISABLED);
}

Test(lapic, masking_keeps_all_but_the_mask_and_the_read_only_bits)
{
	uint64_t seed = 5;
	uint64_t *entry = &model.s.reg[model.slot[LAPIC_LVT_LINT0]];
	recorder_expect_no_lint(&rec, NULL, NULL);
	enable();
	(void)host_cpu_set_interrupts(&cpu, false);
	for (unsigned i = 0; i < 200; i++) {
		uint32_t garbage = (uint32_t)random_next(&seed) & 0x1f7ff;
		bool masked = random_next(&seed) & 1;
		*entry = garbage;
		recorder_clear(&rec);
		require_eq(int, xapic_mask(&xapic, XAPIC_LVT_LINT0, masked), XAPIC_OK);
		char want[64];
		(void)snprintf(want, sizeof(want), "LVT_LINT0?%08x LVT_LINT0=%08x ", garbage,
			       (garbage & ~0x15000u) | (masked ? 0x10000u : 0));
		require_eq(str, rec.trace, want);
	}
}

/* ---- interprocessor interrupts ---- */

Test(lapic, an_ipi_is_sent_high_half_first)
{
	struct xapic_ipi ipi = { .vector = VECTOR, .destination = 3 };
	enable();
	recorder_clear(&rec);
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	check_eq(u32, served, 1);
	check_eq(u8, last_vector, VECTOR);
	expect_trace("ICR_LO?00000000 ICR_HI=03000000 ICR_LO=00004041 EOI=00000000 "
		     "ICR_LO?00004041 ");
	ipi = (struct xapic_ipi){ .vector = VECTOR, .to = XAPIC_TO_SELF };
	recorder_clear(&rec);
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	expect_trace("ICR_LO?00004041 ICR_LO=00044041 EOI=00000000 ICR_LO?00044041 ");
}

Test(lapic, ipis_go_where_they_are_sent)
{
	struct xapic_ipi ipi = { .vector = VECTOR, .destination = 4 };
	enable();
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	check_eq(u32, served, 0, "another's ID");
	require_eq(int, xapic_set_logical(&xapic, 0x24, false), XAPIC_OK);
	ipi.logical = true;
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	check_eq(u32, served, 1);
	ipi = (struct xapic_ipi){ .vector = VECTOR, .to = XAPIC_TO_OTHERS };
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	check_eq(u32, served, 1);
	ipi.to = XAPIC_TO_ALL;
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	check_eq(u32, served, 2);
	ipi = (struct xapic_ipi){ .mode = XAPIC_NMI, .destination = 3 };
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	check_eq(u32, nmis, 1);
	ipi = (struct xapic_ipi){ .mode = XAPIC_INIT, .to = XAPIC_TO_OTHERS };
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	ipi = (struct xapic_ipi){ .mode = XAPIC_STARTUP, .vector = 8, .to = XAPIC_TO_OTHERS };
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	check_eq(u32, inits, 0);
	check_eq(u32, raw(0x300), 0xc4608);
}

Test(lapic, the_first_legal_vector_is_one)
{
	struct xapic_ipi ipi = { .vector = XAPIC_FIRST_VECTOR, .to = XAPIC_TO_SELF };
	struct xapic_source source = { .vector = XAPIC_FIRST_VECTOR };
	enable();
	require_eq(int, xapic_send(&xapic, &ipi), XAPIC_OK);
	check_eq(u8, last_vector, XAPIC_FIRST_VECTOR);
	check_eq(int, xapic_set_source(&xapic, XAPIC_LVT_ERROR, &source), XAPIC_OK);
}

Test(lapic, ipis_that_cannot_be_are_refused)
{
	static const struct xapic_ipi bad[] = {
		{ .vector = 15 },
		{ .vector = 15, .mode = XAPIC_LOWEST },
		{ .vector = VECTOR, .mode = XAPIC_LOWEST, .to = XAPIC_TO_OTHERS },
		{ .mode = XAPIC_NMI, .to = XAPIC_TO_SELF },
		{ .mode = XAPIC_INIT, .to = XAPIC_TO_ALL },
		{ .mode = XAPIC_NMI, .vector = 2 },
		{ .mode = XAPIC_EXTINT },
		{ .mode = (enum xapic_mode)3, .vector = VECTOR },
		{ .mode = (enum xapic_mode)8 },
		{ .vector = VECTOR, .to = (enum xapic_shorthand)4 },
		{ .vector = VECTOR, .to = XAPIC_TO_SELF, .destination = 1 },
		{ .vector = VECTOR, .to = XAPIC_TO_ALL, .logical = true },
	};
	enable();
	recorder_clear(&rec);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_eq(int, xapic_send(&xapic, &bad[i]), XAPIC_BAD_ARG, "%u", i);
	expect_trace("");
}

Test(lapic, a_message_that_is_never_accepted_is_a_timeout)
{
	struct xapic_ipi ipi = { .vector = VECTOR, .destination = 3 };
	replace_by_stuck();
	(void)host_cpu_set_interrupts(&cpu, true);
	uint64_t begin = clock_now(&vclock);
	check_eq(int, xapic_send(&xapic, &ipi), XAPIC_TIMEOUT);
	check_le(u64, clock_now(&vclock) - begin, 11 * MS);
	check_ge(u64, clock_now(&vclock) - begin, 10 * MS);
	check(cpu.s.interrupts_on, "as it was");
}

/* ---- errors ---- */

Test(lapic, errors_are_read_after_a_write_and_told_once)
{
	uint32_t errors = 0;
	recorder_expect_no_lint(&rec, NULL, NULL);
	enable();
	(void)raw(0x3f0); /* no register is there */
	recorder_clear(&rec);
	require_eq(int, xapic_errors(&xapic, &errors), XAPIC_OK);
	expect_trace("ESR=00000000 ESR?00000080 ");
	check_eq(u32, errors, XAPIC_ERROR_ADDRESS);
	require_eq(int, xapic_errors(&xapic, &errors), XAPIC_OK);
	check_eq(u32, errors, 0);
}

/* ---- the second transcription ---- */

static const struct transcript table = { lapic_regs, LAPIC_N_REGS };

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
		{ XAPIC_ID.at, transcript_width(XAPIC_ID), "ID" },
		{ XAPIC_VERSION.at, transcript_width(XAPIC_VERSION), "VERSION" },
		{ XAPIC_TPR.at, transcript_width(XAPIC_TPR), "TPR" },
		{ XAPIC_PPR.at, transcript_width(XAPIC_PPR), "PPR" },
		{ XAPIC_EOI.at, transcript_width(XAPIC_EOI), "EOI" },
		{ XAPIC_LDR.at, transcript_width(XAPIC_LDR), "LDR" },
		{ XAPIC_DFR.at, transcript_width(XAPIC_DFR), "DFR" },
		{ XAPIC_SVR.at, transcript_width(XAPIC_SVR), "SVR" },
		{ XAPIC_ISR.at, transcript_width(XAPIC_ISR), "ISR" },
		{ XAPIC_TMR.at, transcript_width(XAPIC_TMR), "TMR" },
		{ XAPIC_IRR.at, transcript_width(XAPIC_IRR), "IRR" },
		{ XAPIC_ESR.at, transcript_width(XAPIC_ESR), "ESR" },
		{ XAPIC_ICR_LO.at, transcript_width(XAPIC_ICR_LO), "ICR_LO" },
		{ XAPIC_ICR_HI.at, transcript_width(XAPIC_ICR_HI), "ICR_HI" },
		{ XAPIC_INITIAL_COUNT.at, transcript_width(XAPIC_INITIAL_COUNT), "INITIAL_COUNT" },
		{ XAPIC_CURRENT_COUNT.at, transcript_width(XAPIC_CURRENT_COUNT), "CURRENT_COUNT" },
		{ XAPIC_DIVIDE.at, transcript_width(XAPIC_DIVIDE), "DIVIDE" },
		{ XAPIC_LVT_TIMER, 32, "LVT_TIMER" },
		{ XAPIC_LVT_THERMAL, 32, "LVT_THERMAL" },
		{ XAPIC_LVT_PERF, 32, "LVT_PERF" },
		{ XAPIC_LVT_LINT0, 32, "LVT_LINT0" },
		{ XAPIC_LVT_LINT1, 32, "LVT_LINT1" },
		{ XAPIC_LVT_ERROR, 32, "LVT_ERROR" },
	};
	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		transcript_name(table, all[i].offset, all[i].name);
		check_eq(u32, all[i].width, transcript_row(table, all[i].offset)->width);
	}
	check_eq(u32, transcript_row(table, XAPIC_ISR.at)->stride, XAPIC_STEP);
	check_eq(u64, field(XAPIC_SVR.at, "ENABLE"), XAPIC_SVR_ENABLE);
	check_eq(u64, field(XAPIC_SVR.at, "VECTOR"), XAPIC_SVR_VECTOR);
	check(XAPIC_DFR_FLAT == 0xffffffff && XAPIC_DFR_CLUSTER == 0x0fffffff);
	check_eq(u64, field(XAPIC_VERSION.at, "MAX_LVT_ENTRY"),
		 (uint64_t)XAPIC_MAX_LVT << XAPIC_MAX_LVT_LSB);
	check_eq(u64, field(XAPIC_LVT_LINT0, "DELIVERY_STATUS"), XAPIC_DELIVERY_STATUS);
	check_eq(u64, field(XAPIC_LVT_LINT0, "ACTIVE_LOW"), XAPIC_ACTIVE_LOW);
	check_eq(u64, field(XAPIC_LVT_LINT0, "REMOTE_IRR"), XAPIC_REMOTE_IRR);
	check_eq(u64, field(XAPIC_LVT_LINT0, "LEVEL"), XAPIC_LEVEL);
	check_eq(u64, field(XAPIC_LVT_LINT0, "MASK"), XAPIC_MASK);
	check_eq(u64, field(XAPIC_LVT_LINT0, "DELIVERY_MODE"), 7 << XAPIC_MODE_LSB);
	check_eq(u64, field(XAPIC_LVT_TIMER, "MODE") & XAPIC_PERIODIC, XAPIC_PERIODIC);
	check_eq(u64, field(XAPIC_ICR_LO.at, "LOGICAL"), XAPIC_LOGICAL);
	check_eq(u64, field(XAPIC_ICR_LO.at, "LEVEL"), XAPIC_ASSERT);
	check_eq(u64, field(XAPIC_ICR_LO.at, "SHORTHAND"), 3 << XAPIC_SHORTHAND_LSB);
	check_eq(u64, field(XAPIC_ICR_HI.at, "DESTINATION"), UINT64_C(0xff) << XAPIC_ID_LSB);
	check_eq(u64, field(XAPIC_ESR.at, "SEND_ILLEGAL_VECTOR"), XAPIC_ERROR_SEND_VECTOR);
	check_eq(u64, field(XAPIC_ESR.at, "ILLEGAL_ADDRESS"), XAPIC_ERROR_ADDRESS);
}
