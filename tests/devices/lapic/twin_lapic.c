/* SPDX-License-Identifier: MIT */
/* The local APIC, natively and emulated. */
#include "bimetal/lapic.h"

#include "../twin_pc.h"

enum {
	VECTOR = 0x41,
	HIGHER = 0x81,
	TIMER = 0x42,
	ERROR = 0x43,
	MHZ = 1000000,
	CALIBRATE_NS = 10 * PC_MS,
	PERIODS = 5
};
#define LVT(entry) ((struct io_rw32){ entry })

static bool requested(const struct lapic *lapic, uint8_t vector)
{
	bool yes = false;
	twin_assert_eq(lapic_requested(lapic, vector, &yes), LAPIC_OK);
	return yes;
}

static bool in_service(const struct lapic *lapic, uint8_t vector)
{
	bool yes = false;
	twin_assert_eq(lapic_in_service(lapic, vector, &yes), LAPIC_OK);
	return yes;
}

static void send_to_self(const struct lapic *lapic, uint8_t vector)
{
	const struct lapic_ipi ipi = { .mode = LAPIC_FIXED, .to = LAPIC_TO_SELF, .vector = vector };
	twin_assert_eq(lapic_send(lapic, &ipi), LAPIC_OK);
}

TWIN(lapic, it_is_there_and_is_enabled)
{
	struct lapic lapic;
	uint32_t id = UINT32_MAX;
	uint8_t priority = 0;
	twin_assert_eq(lapic_init(&lapic, twin_memory(PC_LAPIC, 1), *twin_wait()), LAPIC_OK);
	twin_expect_eq(lapic.version & LAPIC_VERSION_FAMILY, LAPIC_VERSION_INTEGRATED);
	twin_expect(lapic.max_lvt >= 3);
	twin_expect_eq(lapic_id(&lapic, &id), LAPIC_OK);
	twin_expect_eq(id, 0);
	twin_expect_eq(lapic_enable(&lapic, PC_SPURIOUS), LAPIC_OK);
	twin_expect_eq(lapic_set_priority(&lapic, 0x35), LAPIC_OK);
	twin_expect_eq(lapic_priority(&lapic, &priority), LAPIC_OK);
	twin_expect_eq(priority, 0x35);
	priority = 0;
	twin_expect_eq(lapic_processor_priority(&lapic, &priority), LAPIC_OK);
	twin_expect_eq(priority, 0x35);
	twin_expect_eq(lapic_enable(&lapic, 0x0f), LAPIC_BAD_ARG);
}

TWIN(lapic, an_interrupt_to_oneself_comes_once)
{
	struct lapic lapic;
	struct pc_count count;
	bool level = true;
	pc_enable_apic(&lapic);
	pc_on_interrupt(&count, &lapic, VECTOR);
	send_to_self(&lapic, VECTOR);
	twin_expect(requested(&lapic, VECTOR));
	twin_expect_eq(count.n, 0);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect(!pc_await(&count, 2, PC_SHORT));
	twin_expect(!requested(&lapic, VECTOR));
	twin_expect(!in_service(&lapic, VECTOR));
	twin_expect_eq(lapic_level_triggered(&lapic, VECTOR, &level), LAPIC_OK);
	twin_expect(!level);
}

TWIN(lapic, an_interrupt_to_an_id_comes)
{
	struct lapic lapic;
	struct pc_count count;
	struct lapic_ipi ipi = { .mode = LAPIC_FIXED, .vector = VECTOR };
	pc_enable_apic(&lapic);
	pc_on_interrupt(&count, &lapic, VECTOR);
	twin_assert_eq(lapic_id(&lapic, &ipi.destination), LAPIC_OK);
	twin_expect_eq(lapic_send(&lapic, &ipi), LAPIC_OK);
	twin_expect(pc_await(&count, 1, PC_LONG));

	twin_assert_eq(lapic_set_logical(&lapic, 0x04, false), LAPIC_OK);
	ipi.logical = true;
	ipi.destination = 0x06; /* two logical addresses; only one is ours */
	twin_expect_eq(lapic_send(&lapic, &ipi), LAPIC_OK);
	twin_expect(pc_await(&count, 2, PC_LONG));
}

TWIN(lapic, a_priority_holds_interrupts_back)
{
	struct lapic lapic;
	struct pc_count low, high;
	pc_enable_apic(&lapic);
	pc_on_interrupt(&low, &lapic, VECTOR);
	pc_on_interrupt(&high, &lapic, HIGHER);
	twin_assert_eq(lapic_set_priority(&lapic, VECTOR | 0x0f), LAPIC_OK);
	send_to_self(&lapic, VECTOR);
	send_to_self(&lapic, HIGHER);
	twin_expect(pc_await(&high, 1, PC_LONG));
	twin_expect(!pc_await(&low, 1, PC_SHORT));
	twin_expect(requested(&lapic, VECTOR));
	twin_assert_eq(lapic_set_priority(&lapic, 0), LAPIC_OK);
	twin_expect(pc_await(&low, 1, PC_LONG));
}

/* Takes the higher vector's interrupt; that of the lower vector must be pending. */
static void take_higher(void *ctx)
{
	struct pc_count *low = ctx;
	uint8_t priority = 0;
	twin_expect_eq(low->n, 0);
	twin_expect(in_service(low->lapic, HIGHER));
	twin_expect(requested(low->lapic, VECTOR));
	twin_expect_eq(lapic_processor_priority(low->lapic, &priority), LAPIC_OK);
	twin_expect_eq(priority, HIGHER & 0xf0);
	twin_expect_eq(lapic_eoi(low->lapic), LAPIC_OK);
}

TWIN(lapic, the_higher_vector_comes_first)
{
	struct lapic lapic;
	struct pc_count low;
	pc_enable_apic(&lapic);
	pc_on_interrupt(&low, &lapic, VECTOR);
	twin_on_interrupt(HIGHER, take_higher, &low);
	send_to_self(&lapic, VECTOR);
	send_to_self(&lapic, HIGHER);
	twin_expect(pc_await(&low, 1, PC_LONG));
}

/* ---- the timer ---- */

/* Measures the timer and rounds the result, so that counts do not depend on the error of the
 * measurement. */
static void calibrate(struct lapic *lapic)
{
	twin_assert_eq(lapic_timer_calibrate(lapic, CALIBRATE_NS), LAPIC_OK);
	uint32_t hz = (lapic->hz / MHZ + (lapic->hz % MHZ >= MHZ / 2)) * MHZ;
	twin_assert_eq(lapic_timer_set_hz(lapic, hz), LAPIC_OK);
}

TWIN(lapic, two_measurements_of_the_timer_agree)
{
	struct lapic lapic;
	pc_enable_apic(&lapic);
	twin_expect_eq(lapic_timer_start(&lapic, TIMER, PC_MS, false), LAPIC_NO_CLOCK);
	twin_assert_eq(lapic_timer_calibrate(&lapic, CALIBRATE_NS), LAPIC_OK);
	uint32_t first = lapic.hz, tenth = first / 10;
	twin_expect(first > MHZ);
	twin_assert_eq(lapic_timer_calibrate(&lapic, CALIBRATE_NS), LAPIC_OK);
	twin_expect(lapic.hz > first - tenth && lapic.hz < first + tenth);
}

TWIN(lapic, the_timer_interrupts_once)
{
	struct lapic lapic;
	struct pc_count count;
	uint32_t left = UINT32_MAX;
	pc_enable_apic(&lapic);
	calibrate(&lapic);
	pc_on_interrupt(&count, &lapic, TIMER);
	twin_assert_eq(lapic_timer_start(&lapic, TIMER, 5 * PC_MS, false), LAPIC_OK);
	twin_expect_eq(lapic_timer_left(&lapic, &left), LAPIC_OK);
	twin_expect(left <= lapic.hz / 200);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect(!pc_await(&count, 2, 10 * PC_MS));
	twin_expect_eq(lapic_timer_left(&lapic, &left), LAPIC_OK);
	twin_expect_eq(left, 0);
}

struct periodic {
	struct pc_count count;
	unsigned n;
};

static void take_and_stop(void *ctx)
{
	struct periodic *periodic = ctx;
	pc_take(&periodic->count);
	if (periodic->count.n == periodic->n)
		twin_expect_eq(lapic_timer_stop(periodic->count.lapic), LAPIC_OK);
}

TWIN(lapic, the_timer_interrupts_until_it_is_stopped)
{
	struct lapic lapic;
	struct periodic periodic = { .count.lapic = &lapic, .n = PERIODS };
	pc_enable_apic(&lapic);
	calibrate(&lapic);
	twin_on_interrupt(TIMER, take_and_stop, &periodic);
	uint64_t begin = wait_now(twin_wait());
	twin_assert_eq(lapic_timer_start(&lapic, TIMER, PC_MS, true), LAPIC_OK);
	twin_expect(pc_await(&periodic.count, PERIODS, PC_LONG));
	twin_expect(wait_now(twin_wait()) - begin >= PERIODS * PC_MS / 2);
	twin_expect(!pc_await(&periodic.count, PERIODS + 1, PC_SHORT));
}

TWIN_HERE(lapic, the_timers_time_is_right)
{
	enum { PERCENT = PC_MS / 10 };
	struct lapic lapic;
	struct pc_count count;
	pc_enable_apic(&lapic);
	calibrate(&lapic);
	pc_on_interrupt(&count, &lapic, TIMER);
	uint64_t begin = wait_now(twin_wait());
	twin_assert_eq(lapic_timer_start(&lapic, TIMER, 10 * PC_MS, false), LAPIC_OK);
	twin_expect(pc_await(&count, 1, PC_LONG));
	uint64_t passed = wait_now(twin_wait()) - begin;
	twin_expect(passed > 10 * PC_MS - PERCENT && passed < 10 * PC_MS + PERCENT);
}

/* ---- the vector table, errors ---- */

TWIN(lapic, sources_are_masked_and_opened)
{
	struct lapic lapic;
	const struct lapic_source error = { .mode = LAPIC_FIXED, .vector = ERROR };
	struct lapic_source pin = { .mode = LAPIC_EXTINT, .masked = true };
	struct io io = twin_memory(PC_LAPIC, 1);
	pc_enable_apic(&lapic);
	twin_expect_eq(lapic_set_source(&lapic, LAPIC_LVT_ERROR, &error), LAPIC_OK);
	twin_expect_eq(io_read(io, LVT(LAPIC_LVT_ERROR)), ERROR);
	twin_expect_eq(lapic_mask(&lapic, LAPIC_LVT_ERROR, true), LAPIC_OK);
	twin_expect_eq(io_read(io, LVT(LAPIC_LVT_ERROR)), LAPIC_MASK | ERROR);
	twin_expect_eq(lapic_set_source(&lapic, LAPIC_LVT_LINT0, &pin), LAPIC_OK);
	twin_expect_eq(io_read(io, LVT(LAPIC_LVT_LINT0)),
		       LAPIC_MASK | LAPIC_EXTINT << LAPIC_MODE_LSB);
	pin.mode = LAPIC_NMI;
	pin.masked = false;
	twin_expect_eq(lapic_set_source(&lapic, LAPIC_LVT_LINT1, &pin), LAPIC_OK);
	twin_expect_eq(lapic_set_source(&lapic, LAPIC_LVT_ERROR, &pin), LAPIC_BAD_ARG);
	twin_expect_eq(lapic_set_source(&lapic, LAPIC_LVT_TIMER, &error), LAPIC_BAD_ARG);
}

/* Not for QEMU, which does not mask the entries. */
TWIN_HERE(lapic, disabling_masks_every_source)
{
	struct lapic lapic;
	const struct lapic_source pin = { .mode = LAPIC_NMI };
	struct io io = twin_memory(PC_LAPIC, 1);
	pc_enable_apic(&lapic);
	twin_expect_eq(lapic_set_source(&lapic, LAPIC_LVT_LINT1, &pin), LAPIC_OK);
	twin_expect_eq(lapic_disable(&lapic), LAPIC_OK);
	twin_expect_eq(io_read(io, LVT(LAPIC_LVT_LINT1)), LAPIC_MASK | LAPIC_NMI << LAPIC_MODE_LSB);
	twin_expect_eq(lapic_mask(&lapic, LAPIC_LVT_LINT1, false), LAPIC_DISABLED);
}

TWIN(lapic, there_are_no_errors_without_a_cause)
{
	struct lapic lapic;
	uint32_t errors = UINT32_MAX;
	pc_enable_apic(&lapic);
	twin_expect_eq(lapic_errors(&lapic, &errors), LAPIC_OK);
	errors = UINT32_MAX;
	twin_expect_eq(lapic_errors(&lapic, &errors), LAPIC_OK);
	twin_expect_eq(errors, 0);
}

TWIN_HERE(lapic, an_illegal_vector_is_an_error_that_interrupts)
{
	enum { ILLEGAL = 5 };
	struct lapic lapic;
	struct pc_count count;
	uint32_t errors = 0;
	const struct lapic_source error = { .mode = LAPIC_FIXED, .vector = ERROR };
	struct lapic_ipi ipi = { .mode = LAPIC_FIXED, .to = LAPIC_TO_SELF, .vector = ILLEGAL };
	pc_enable_apic(&lapic);
	pc_on_interrupt(&count, &lapic, ERROR);
	twin_assert_eq(lapic_set_source(&lapic, LAPIC_LVT_ERROR, &error), LAPIC_OK);
	twin_expect_eq(lapic_send(&lapic, &ipi), LAPIC_BAD_ARG);

	twin_allow("lapic.ICR_LO.vector");
	io_write(twin_memory(PC_LAPIC, 1), LAPIC_ICR_LO,
		 ILLEGAL | LAPIC_ASSERT | LAPIC_TO_SELF << LAPIC_SHORTHAND_LSB);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect_eq(lapic_errors(&lapic, &errors), LAPIC_OK);
	twin_expect(errors & LAPIC_ERROR_SEND_VECTOR);
	twin_expect_eq(lapic_errors(&lapic, &errors), LAPIC_OK);
	twin_expect_eq(errors, 0);
}
