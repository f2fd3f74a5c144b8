/* SPDX-License-Identifier: MIT */
/* Tests that end as tests should not, among five hundred that pass: each must fail alone, by its
 * name. charged.sh runs them, built without and with sanitizers. */
#include "bimetal/twin.h"

#include <stdlib.h>

enum { COM1 = 0x3f8, SCRATCH = 7, ROWS = 4, SHARED = 0x4000 /* of 1 MiB */ };

/* ---- what a driver may have ---- */

static const uint8_t right[ROWS] = { 1, 2, 3, 4 };
static struct {
	uint8_t name[ROWS];
	uint8_t row[ROWS]; /* behind it: an overflow of `name` reaches it */
} driver = { .row = { 1, 2, 3, 4 } };
static unsigned calls;
static uint8_t *volatile kept, *volatile lost;
static unsigned mode; /* 0 or 5, which a compiler may make a bit of */
static volatile unsigned end = 2 * ROWS;

static void rows_must_be_right(void)
{
	for (unsigned i = 0; i < ROWS; i++) twin_expect_eq(driver.row[i], right[i]);
}

/* ---- those that pass: nothing is there of what the others left ---- */

static void nothing_is_left(void)
{
	static unsigned calls_of_this;
	struct io com1 = twin_port(COM1);

	rows_must_be_right();
	twin_expect_eq(++calls, 1);
	twin_expect_eq(++calls_of_this, 1);
	twin_expect(!kept);
	twin_expect_eq(mode, 0);
	twin_expect_eq(io_read8(com1, SCRATCH), 0);
	io_write8(com1, SCRATCH, 0x5a);
	twin_expect_eq(dma_load32(&(struct dma[]){ twin_dma(SHARED) }[0], 0), 0xcccccccc);
	dma_store32(&(struct dma[]){ twin_ram(0x800000, sizeof(uint32_t)) }[0], 0, 7);
}

#define PASSES(suite, n) \
	TWIN_HERE(suite, test_##n) { nothing_is_left(); }
#define FIVE(suite, a, b, c, d, e) \
	PASSES(suite, a) PASSES(suite, b) PASSES(suite, c) PASSES(suite, d) PASSES(suite, e)
#define TEN(suite, n)                             \
	FIVE(suite, n##0, n##1, n##2, n##3, n##4) \
	FIVE(suite, n##5, n##6, n##7, n##8, n##9)
#define HUNDRED(suite) \
	TEN(suite, 0)  \
	TEN(suite, 1)  \
	TEN(suite, 2)  \
	TEN(suite, 3)  \
	TEN(suite, 4) TEN(suite, 5) TEN(suite, 6) TEN(suite, 7) TEN(suite, 8) TEN(suite, 9)

/* ---- and the others between them ---- */

HUNDRED(first)

TWIN_HERE(bad, crashes)
{
	/* cppcheck-suppress nullPointer */
	*(volatile uint32_t *)0 = 1;
}

HUNDRED(second)

TWIN_HERE(bad, hangs)
{
	volatile bool never = false;
	while (!never) continue;
}

HUNDRED(third)

/* Where a leak checker is. */
TWIN_HERE(bad, leaks)
{
	lost = malloc(ROWS);
	twin_expect(lost);
	lost = NULL;
}

/* What a variable points to when the test ends is not lost. */
TWIN_HERE(good, keeps)
{
	kept = malloc(ROWS);
	twin_expect(kept);
	mode = 5;
}

HUNDRED(fourth)

TWIN_HERE(bad, corrupts_a_global)
{
	for (unsigned i = 0; i < end; i++) ((volatile uint8_t *)&driver)[i] = 0;
	rows_must_be_right();
}

static void handle(void *ctx) { (void)ctx; }

static void raise_13(void) { msr_store(twin_msrs(), 0x1b, 1); /* a reserved bit */ }

TWIN_HERE(good, has_a_handler)
{
	twin_on_interrupt(13, handle, NULL);
	raise_13();
}

HUNDRED(fifth)

TWIN_HERE(bad, has_no_handler) { raise_13(); }

/* Where AddressSanitizer is. */
TWIN_HERE(bad, reads_behind_an_array)
{
	uint8_t *array = malloc(ROWS);
	volatile uint8_t *volatile at = array;

	/* cppcheck-suppress arrayIndexOutOfBounds */
	(void)at[end];
	free(array);
}

/* The last: the next worker began behind the one before. */
TWIN_HERE(good, comes_last) { nothing_is_left(); }
