/* SPDX-License-Identifier: MIT */
/* Programs that wait: how much time a poll takes, and what a program waits for.
 *
 * A program at a prompt polls the BIOS for a key, or for the time, some hundred thousand times per
 * virtual second, and gets the same result each time. To serve all these calls takes the host
 * longer than a second. So a poll with the same result as before takes more and more virtual time,
 * up to a limit. A new result, any other call, a tick or a key starts with the short time again.
 * And a poll never takes longer than until the next deadline of a device: a program that reads a
 * serial port between its polls gets each character in time. */
#include <inttypes.h>
#include <stdio.h>

#include "emu/array.h"
#include "harness/firmware/bios/internal.h"

enum {
	POLL_NS = 2000, /* the first ones, like any call */
	POLL_MAX_NS = 500000,
	POLLS_A_STEP = 8, /* then it takes twice as long */
	MAX_STEPS = 8,
	POLLS_TOLD = 16, /* after so many polls the program counts as waiting */
	INT_SIZE = 2,    /* bytes of INT n */
	VECTOR_KEYBOARD = 0x16
};
/* So long after its last poll for a key a program still counts as polling. */
#define RECENTLY_NS UINT64_C(10000000)

static const struct {
	uint8_t vector, function;
	enum bios_poll kind;
} polls[] = {
	{ 0x16, 0x01, BIOS_POLL_KEY },     { 0x16, 0x11, BIOS_POLL_KEY },
	{ 0x16, 0x02, BIOS_POLL_SHIFT },   { 0x16, 0x12, BIOS_POLL_SHIFT },
	{ 0x1a, 0x00, BIOS_POLL_TICKS },   { 0x1a, 0x02, BIOS_POLL_CLOCK },
	{ 0x1a, 0x04, BIOS_POLL_DATE },    { 0x14, 0x03, BIOS_POLL_SERIAL },
	{ 0x17, 0x02, BIOS_POLL_PRINTER },
};

static enum bios_poll kind_of(unsigned vector, unsigned function)
{
	for (unsigned i = 0; i < ARRAY_SIZE(polls); i++)
		if (polls[i].vector == vector && polls[i].function == function)
			return polls[i].kind;
	return BIOS_POLL_NONE;
}

/* A number for the result; never 0, which means that there was none yet. */
static uint64_t answer_of(const struct bios_call *c)
{
	enum { TOLD = 1 << 1 };
	uint64_t flags = (uint64_t)(c->flags & (BIOS_CF | BIOS_ZF)) | TOLD;

	return (uint64_t)bios_word(c, CPU_RAX) | (uint64_t)bios_word(c, CPU_RCX) << 16 |
	       (uint64_t)bios_word(c, CPU_RDX) << 32 | flags << 48;
}

/* A key that is available counts as a new result each time. */
static bool is_news(const struct bios *b, enum bios_poll kind, const struct bios_call *c)
{
	if (kind == BIOS_POLL_KEY && !(c->flags & BIOS_ZF)) return true;
	return b->s.wait.answer[kind] != answer_of(c);
}

static void charge(const struct bios *b, struct bios_call *c)
{
	unsigned steps = b->s.wait.fruitless / POLLS_A_STEP;
	uint64_t ns = (uint64_t)POLL_NS << (steps < MAX_STEPS ? steps : MAX_STEPS);
	uint64_t now = clock_now(b->wire.clock), next = b->wire.clock->s.next_ns;
	uint64_t left = next > now ? next - now : 0;

	if (ns > POLL_MAX_NS) ns = POLL_MAX_NS;
	ns -= POLL_NS;
	c->cost_ns += ns < left ? ns : left;
}

static void remember_caller(struct bios *b, unsigned function, const struct bios_call *c)
{
	struct bios_waiting *w = &b->s.wait;

	w->cs = c->caller_cs;
	w->ip = (uint16_t)(c->caller_ip - INT_SIZE);
	w->function = (uint8_t)function;
	w->asked_ns = clock_now(b->wire.clock);
}

void bios_note_call(struct bios *b, unsigned vector, unsigned function, struct bios_call *c)
{
	struct bios_waiting *w = &b->s.wait;
	enum bios_poll kind = kind_of(vector, function);

	w->asleep = vector == VECTOR_KEYBOARD && c->outcome == BIOS_HALT;
	if (w->asleep || kind == BIOS_POLL_KEY) remember_caller(b, function, c);
	if (kind == BIOS_POLL_NONE || is_news(b, kind, c)) {
		if (kind != BIOS_POLL_NONE) w->answer[kind] = answer_of(c);
		w->fruitless = 0;
		return;
	}
	if (w->fruitless < UINT32_MAX) w->fruitless++;
	charge(b, c);
}

void bios_note_event(struct bios *b) { b->s.wait.fruitless = 0; }

bool bios_waits(const struct bios *b, char *buf, size_t size)
{
	const struct bios_waiting *w = &b->s.wait;
	bool recently = clock_now(b->wire.clock) - w->asked_ns < RECENTLY_NS;

	if (w->asleep)
		snprintf(buf, size,
			 "the guest waits for a key in INT 16h (AH=%02Xh), called at %04x:%04x",
			 w->function, w->cs, w->ip);
	else if (w->fruitless >= POLLS_TOLD && recently)
		snprintf(buf, size,
			 "the guest polls for a key by INT 16h (AH=%02Xh) at %04x:%04x, and "
			 "nobody presses one",
			 w->function, w->cs, w->ip);
	else
		return false;
	return true;
}
