/* SPDX-License-Identifier: MIT */
/* The I/O APIC, natively and emulated. */
#include "bimetal/ioapic.h"

#include "../twin_pc.h"
#include "bimetal/pit_8254.h"

#define COM1 0x3f8
#define THR  ((struct io_wo8){ 0 })
#define RBR  ((struct io_ro8){ 0 })
#define IER  ((struct io_rw8){ 1 })
#define IIR  ((struct io_ro8){ 2 })
#define LCR  ((struct io_rw8){ 3 })
#define MCR  ((struct io_rw8){ 4 })
#define LSR  ((struct io_ro8){ 5 })

enum {
	VECTOR = 0x51,
	OTHER = 0x61,
	PIN_TIMER = 2,
	PIN_COM1 = 4,
	IIR_NONE = 0x01,
	IIR_THRE = 0x02,
	IIR_CAUSE = 0x0f,
	IER_ETBEI = 0x02,
	LCR_8N1 = 0x03,
	MCR_OUT2 = 0x08,
	SHOT_NS = 2 * PC_MS
};

static void enable(struct lapic *lapic, struct ioapic *ioapic)
{
	pc_enable_apic(lapic);
	twin_assert_eq(ioapic_init(ioapic, twin_memory(PC_IOAPIC, 1), *twin_wait()), IOAPIC_OK);
	twin_assert_eq(ioapic_mask_all(ioapic), IOAPIC_OK);
}

static void route(const struct ioapic *ioapic, unsigned pin, struct ioapic_route to)
{
	twin_assert_eq(ioapic_route(ioapic, pin, &to), IOAPIC_OK);
}

static bool remote_irr(const struct ioapic *ioapic, unsigned pin)
{
	bool yes = false;
	twin_assert_eq(ioapic_remote_irr(ioapic, pin, &yes), IOAPIC_OK);
	return yes;
}

TWIN(ioapic, it_is_there_with_all_pins)
{
	struct ioapic ioapic;
	uint8_t id = 0xff;
	twin_assert_eq(ioapic_init(&ioapic, twin_memory(PC_IOAPIC, 1), *twin_wait()), IOAPIC_OK);
	twin_expect_eq(ioapic.n_entries, 24);
	twin_expect(ioapic.version >= 0x11);
	twin_expect_eq(ioapic_set_id(&ioapic, 5), IOAPIC_OK);
	twin_expect_eq(ioapic_id(&ioapic, &id), IOAPIC_OK);
	twin_expect_eq(id, 5);
	twin_expect_eq(ioapic_mask_all(&ioapic), IOAPIC_OK);
}

TWIN(ioapic, bad_routes_and_pins_are_refused)
{
	struct lapic lapic;
	struct ioapic ioapic;
	struct ioapic_route bad = { .vector = 0x0f };
	bool yes;
	enable(&lapic, &ioapic);
	twin_expect_eq(ioapic_route(&ioapic, 0, &bad), IOAPIC_BAD_ARG);
	bad = (struct ioapic_route){ .mode = IOAPIC_NMI, .level = true };
	twin_expect_eq(ioapic_route(&ioapic, 0, &bad), IOAPIC_BAD_ARG);
	bad = (struct ioapic_route){ .vector = VECTOR };
	twin_expect_eq(ioapic_route(&ioapic, 24, &bad), IOAPIC_NO_PIN);
	twin_expect_eq(ioapic_mask(&ioapic, 24), IOAPIC_NO_PIN);
	twin_expect_eq(ioapic_waiting(&ioapic, 24, &yes), IOAPIC_NO_PIN);
	twin_expect_eq(ioapic_eoi(&ioapic, 0xff),
		       ioapic.version >= IOAPIC_VERSION_EOI ? IOAPIC_BAD_ARG : IOAPIC_NO_EOI);
}

/* ---- by edge: channel 0 of the 8254 ---- */

static void shoot(struct pit *pit) { twin_assert_eq(pit_set_timer(pit, 0, SHOT_NS), PIT_OK); }

/* Leaves the timer at rest, whatever it did before. Its pin is masked, so no interrupts are
 * counted. */
static void rest(struct pit *pit, struct pc_count *count)
{
	twin_assert_eq(pit_init(pit, twin_port(0), *twin_wait()), PIT_OK);
	shoot(pit);
	twin_expect(!pc_await(count, 1, 2 * SHOT_NS));
}

TWIN(ioapic, a_timers_edge_becomes_an_interrupt)
{
	struct lapic lapic;
	struct ioapic ioapic;
	struct pc_count count;
	struct pit pit;
	enable(&lapic, &ioapic);
	pc_on_interrupt(&count, &lapic, VECTOR);
	rest(&pit, &count);
	route(&ioapic, PIN_TIMER, (struct ioapic_route){ .vector = VECTOR });
	shoot(&pit);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect(!pc_await(&count, 2, 2 * SHOT_NS));
	twin_expect(!remote_irr(&ioapic, PIN_TIMER));
	shoot(&pit);
	twin_expect(pc_await(&count, 2, PC_LONG));
}

TWIN(ioapic, a_masked_pin_is_silent)
{
	struct lapic lapic;
	struct ioapic ioapic;
	struct pc_count count;
	struct pit pit;
	enable(&lapic, &ioapic);
	pc_on_interrupt(&count, &lapic, VECTOR);
	rest(&pit, &count);
	route(&ioapic, PIN_TIMER, (struct ioapic_route){ .vector = VECTOR, .masked = true });
	shoot(&pit);
	twin_expect(!pc_await(&count, 1, 2 * SHOT_NS));
	twin_expect_eq(ioapic_unmask(&ioapic, PIN_TIMER), IOAPIC_OK);
	shoot(&pit);
	twin_expect(pc_await(&count, 1, PC_LONG));
	twin_expect_eq(ioapic_mask(&ioapic, PIN_TIMER), IOAPIC_OK);
	shoot(&pit);
	twin_expect(!pc_await(&count, 2, 2 * SHOT_NS));
}

TWIN(ioapic, a_route_can_be_changed)
{
	struct lapic lapic;
	struct ioapic ioapic;
	struct pc_count first, second;
	struct pit pit;
	enable(&lapic, &ioapic);
	twin_assert_eq(lapic_set_logical(&lapic, 0x02, false), LAPIC_OK);
	pc_on_interrupt(&first, &lapic, VECTOR);
	pc_on_interrupt(&second, &lapic, OTHER);
	rest(&pit, &first);
	route(&ioapic, PIN_TIMER, (struct ioapic_route){ .vector = VECTOR });
	shoot(&pit);
	twin_expect(pc_await(&first, 1, PC_LONG));
	route(&ioapic, PIN_TIMER,
	      (struct ioapic_route){
		      .mode = IOAPIC_LOWEST, .vector = OTHER, .logical = true, .destination = 3 });
	shoot(&pit);
	twin_expect(pc_await(&second, 1, PC_LONG));
	twin_expect_eq(first.n, 1);
}

/* ---- by level: the serial port's line, which is low when idle and high on an interrupt ---- */

static void open_com1(void)
{
	struct io com1 = twin_port(COM1);
	io_write(com1, LCR, LCR_8N1);
	io_write(com1, IER, 0);
	io_write(com1, MCR, MCR_OUT2);
	(void)io_read(com1, LSR);
	(void)io_read(com1, RBR);
	(void)io_read(com1, IIR);
}

struct com1_count {
	struct pc_count count;
	const struct ioapic *ioapic;
	bool serve;
};

/* The transmitter is empty: it interrupts until IIR is read. */
static void take_com1(void *ctx)
{
	struct com1_count *com1 = ctx;
	twin_expect(remote_irr(com1->ioapic, PIN_COM1));
	if (com1->serve || com1->count.n > 0)
		twin_expect_eq(io_read(twin_port(COM1), IIR) & IIR_CAUSE, IIR_THRE);
	pc_take(&com1->count);
}

TWIN(ioapic, a_level_asks_until_it_is_served)
{
	struct lapic lapic;
	struct ioapic ioapic;
	enable(&lapic, &ioapic);
	struct com1_count com1 = { .count.lapic = &lapic, .ioapic = &ioapic, .serve = true };
	bool level = false;
	open_com1();
	twin_on_interrupt(VECTOR, take_com1, &com1);
	route(&ioapic, PIN_COM1, (struct ioapic_route){ .vector = VECTOR, .level = true });
	twin_expect(!pc_await(&com1.count, 1, PC_SHORT));
	io_write(twin_port(COM1), IER, IER_ETBEI);
	twin_expect(pc_await(&com1.count, 1, PC_LONG));
	twin_expect(!pc_await(&com1.count, 2, PC_SHORT));
	twin_expect(!remote_irr(&ioapic, PIN_COM1));
	twin_expect_eq(lapic_level_triggered(&lapic, VECTOR, &level), LAPIC_OK);
	twin_expect(level);
}

TWIN(ioapic, a_level_that_was_not_served_comes_again)
{
	struct lapic lapic;
	struct ioapic ioapic;
	enable(&lapic, &ioapic);
	struct com1_count com1 = { .count.lapic = &lapic, .ioapic = &ioapic };
	open_com1();
	twin_on_interrupt(VECTOR, take_com1, &com1);
	route(&ioapic, PIN_COM1, (struct ioapic_route){ .vector = VECTOR, .level = true });
	io_write(twin_port(COM1), IER, IER_ETBEI);
	twin_expect(pc_await(&com1.count, 2, PC_LONG));
	twin_expect(!pc_await(&com1.count, 3, PC_SHORT));
}

TWIN(ioapic, a_level_waits_behind_the_mask)
{
	struct lapic lapic;
	struct ioapic ioapic;
	enable(&lapic, &ioapic);
	struct com1_count com1 = { .count.lapic = &lapic, .ioapic = &ioapic, .serve = true };
	open_com1();
	twin_on_interrupt(VECTOR, take_com1, &com1);
	route(&ioapic, PIN_COM1,
	      (struct ioapic_route){ .vector = VECTOR, .level = true, .masked = true });
	io_write(twin_port(COM1), IER, IER_ETBEI);
	twin_expect(!pc_await(&com1.count, 1, PC_SHORT));
	twin_expect(!remote_irr(&ioapic, PIN_COM1));
	twin_expect_eq(ioapic_unmask(&ioapic, PIN_COM1), IOAPIC_OK);
	twin_expect(pc_await(&com1.count, 1, PC_LONG));
}

TWIN_HERE(ioapic, a_byte_on_the_wire_interrupts)
{
	enum { IER_ERBFI = 0x01 };
	struct lapic lapic;
	struct ioapic ioapic;
	struct pc_count count;
	struct io com1 = twin_port(COM1);
	enable(&lapic, &ioapic);
	open_com1();
	pc_on_interrupt(&count, &lapic, VECTOR);
	route(&ioapic, PIN_COM1, (struct ioapic_route){ .vector = VECTOR });
	io_write(com1, IER, IER_ERBFI);
	twin_expect(pc_await(&count, 1, 100 * PC_MS));
	twin_expect_eq(io_read(com1, RBR), 'x');
	twin_expect(pc_await(&count, 2, 100 * PC_MS));
	twin_expect_eq(io_read(com1, RBR), 'y');
	twin_expect_eq(io_read(com1, IIR) & IIR_CAUSE, IIR_NONE);
}
