/* SPDX-License-Identifier: MIT */
#include "bios_fixture.h"

TestSuite(bios_wait, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

enum { CALL = 2000, MOST = 500000 };

static char text[160];

static uint64_t ask(unsigned vector, uint8_t function)
{
	begin((uint16_t)(function << 8));
	call = (struct bios_call){ .regs = &regs,
				   .flags = 0x0202,
				   .a20 = true,
				   .caller_cs = 0x07c0,
				   .caller_ip = 0x0012 };
	bios_dispatch(&bios, vector, &call);
	return call.cost_ns;
}

static void press(uint8_t code)
{
	begin(code);
	service(0x09);
}

Test(bios_wait, polls_that_find_nothing_take_longer_and_longer_up_to_a_bound)
{
	uint64_t last = 0;

	check_eq(u64, ask(0x16, 0x01), CALL);
	for (unsigned i = 0; i < 200; i++) {
		uint64_t cost = ask(0x16, 0x01);
		check_ge(u64, cost, last);
		check_le(u64, cost, MOST);
		last = cost;
	}
	check_eq(u64, last, MOST);
}

static void tire(void)
{
	for (unsigned i = 0; i < 100; i++) ask(0x16, 0x11);
	require_eq(u64, ask(0x16, 0x11), MOST);
}

Test(bios_wait, activity_makes_polls_short_again)
{
	tire();
	begin(0);
	service(0x08); /* a tick */
	check_eq(u64, ask(0x16, 0x11), CALL);
	tire();
	press(0x2a); /* a shift key */
	check_eq(u64, ask(0x16, 0x11), CALL);
	tire();
	ask(0x10, 0x03);
	check_eq(u64, ask(0x16, 0x11), CALL, "the program did something else");
	tire();
	bda_set_dword(&bios, 0x6c, 4711);
	check_eq(u64, ask(0x1a, 0x00), CALL, "the time is new");
	tire();
	press(0x1e);
	check_eq(u64, ask(0x16, 0x11), CALL, "a key");
	check_eq(u64, ask(0x16, 0x11), CALL, "is news as long as it is there");
}

static void fired(void *ctx, uint64_t due_ns)
{
	(void)ctx;
	(void)due_ns;
}

Test(bios_wait, no_poll_lasts_beyond_the_next_event_of_a_device)
{
	unsigned timer = clock_add_timer(&vclock, "character", fired, NULL);

	tire();
	clock_arm(&vclock, timer, clock_now(&vclock) + 86800);
	check_eq(u64, ask(0x16, 0x11), CALL + 86800);
	clock_advance(&vclock, 90000);
	check_eq(u64, ask(0x16, 0x11), CALL, "it is due");
	clock_run(&vclock);
	check_eq(u64, ask(0x16, 0x11), MOST);
}

Test(bios_wait, a_loop_of_several_polls_is_one)
{
	for (unsigned i = 0; i < 100; i++) {
		ask(0x16, 0x01);
		ask(0x1a, 0x00);
		ask(0x16, 0x02);
		ask(0x14, 0x03);
	}
	check_eq(u64, ask(0x16, 0x01), MOST);
	check_eq(u64, ask(0x1a, 0x00), MOST);
}

Test(bios_wait, what_is_waited_for_is_reported)
{
	check(!bios_waits(&bios, text, sizeof(text)));
	ask(0x16, 0x00);
	check_eq(int, call.outcome, BIOS_HALT);
	require(bios_waits(&bios, text, sizeof(text)));
	check_eq(str, text, "the guest waits for a key in INT 16h (AH=00h), called at 07c0:0010");
	press(0x1e);
	check(bios_waits(&bios, text, sizeof(text)), "it has not been told yet");
	ask(0x16 | BIOS_SERVICE_AGAIN, 0x00);
	check_eq(int, call.outcome, BIOS_RETURN);
	check(!bios_waits(&bios, text, sizeof(text)));
}

Test(bios_wait, polls_are_reported_while_they_go_on)
{
	for (unsigned i = 0; i < 10; i++) ask(0x16, 0x01);
	check(!bios_waits(&bios, text, sizeof(text)), "a few are none");
	for (unsigned i = 0; i < 10; i++) ask(0x16, 0x01);
	require(bios_waits(&bios, text, sizeof(text)));
	check_ne(ptr, strstr(text, "INT 16h (AH=01h) at 07c0:0010"), NULL, "%s", text);
	clock_run_until(&vclock, 20000000);
	check(!bios_waits(&bios, text, sizeof(text)), "it has gone on to something else");
}
