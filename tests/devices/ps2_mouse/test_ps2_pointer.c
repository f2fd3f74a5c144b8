/* SPDX-License-Identifier: MIT */
/* The driver of the mouse, and its packets. */
#include "bimetal/ps2_pointer.h"

#include "emu/array.h"
#include "tests/devices/ps2_controller/driver_fixture.h"
#include "tests/unit/emu/random.h"

TestSuite(ps2_pointer, .init = ps2_start, .fini = host_power_off, .timeout = 60);

Test(ps2_pointer, resets)
{
	uint8_t id = 9;
	mouse.s.reporting = true;
	require_eq(int, ps2_pointer_reset(&ps2, &id), PS2_OK);
	check_eq(u8, id, PS2_POINTER_PLAIN);
	check(!mouse.s.reporting);
	check_eq(str, written, "COMMAND=d4 INPUT=ff ");
	check_eq(int, ps2_pointer_reset(&ps2, NULL), PS2_NULL);
	check_eq(int, ps2_pointer_reset(NULL, &id), PS2_NULL);
}

Test(ps2_pointer, has_a_wheel_after_the_sample_rates_that_enable_it)
{
	bool wheel = false;
	uint8_t id = 9;
	require_eq(int, ps2_pointer_identify(&ps2, &id), PS2_OK);
	check_eq(u8, id, PS2_POINTER_PLAIN);
	require_eq(int, ps2_pointer_enable_wheel(&ps2, &wheel), PS2_OK);
	check(wheel);
	require_eq(int, ps2_pointer_identify(&ps2, &id), PS2_OK);
	check_eq(u8, id, PS2_POINTER_WHEEL);
	check_eq(u64, mouse.s.reg[PS2_MOUSE_MODEL_RATE], 100);
	check_eq(int, ps2_pointer_enable_wheel(&ps2, NULL), PS2_NULL);
	check_eq(int, ps2_pointer_enable_wheel(NULL, &wheel), PS2_NULL);
	check_eq(int, ps2_pointer_identify(&ps2, NULL), PS2_NULL);
}

Test(ps2_pointer, without_a_wheel_reports_that)
{
	bool wheel = true;
	struct io io = fake_plug();
	require_eq(int, ps2_init(&ps2, io, wait), PS2_OK);
	for (unsigned i = 0; i < 16; i++) fake.said[i] = PS2_DEVICE_ACK;
	fake.then[6] = PS2_POINTER_PLAIN;
	require_eq(int, ps2_pointer_enable_wheel(&ps2, &wheel), PS2_OK);
	check(!wheel);
	fake.then[6] = -1;
	fake.n_said = 0;
	check_eq(int, ps2_pointer_enable_wheel(&ps2, &wheel), PS2_NO_DEVICE, "no identity");
}

Test(ps2_pointer, keeps_the_settings_that_it_gets)
{
	static const unsigned rates[] = { 10, 20, 40, 60, 80, 100, 200 };
	for (unsigned i = 0; i < ARRAY_SIZE(rates); i++) {
		require_eq(int, ps2_pointer_set_rate(&ps2, rates[i]), PS2_OK);
		check_eq(u64, mouse.s.reg[PS2_MOUSE_MODEL_RATE], rates[i]);
	}
	for (unsigned i = 0; i < 4; i++) {
		require_eq(int, ps2_pointer_set_resolution(&ps2, 1u << i), PS2_OK);
		check_eq(u64, mouse.s.reg[PS2_MOUSE_MODEL_RESOLUTION], i);
	}
	require_eq(int, ps2_pointer_set_scaling(&ps2, true), PS2_OK);
	check(mouse.s.scaling);
	require_eq(int, ps2_pointer_set_scaling(&ps2, false), PS2_OK);
	check(!mouse.s.scaling);
	mouse.s.remote = true;
	require_eq(int, ps2_pointer_set_stream(&ps2), PS2_OK);
	check(!mouse.s.remote);
	forget_writes();
	static const unsigned bad[] = { 0, 30, 101, 256 + 10, UINT32_MAX };
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		check_eq(int, ps2_pointer_set_rate(&ps2, bad[i]), PS2_BAD_ARG);
		check_eq(int, ps2_pointer_set_resolution(&ps2, bad[i]), PS2_BAD_ARG);
	}
	check_eq(int, ps2_pointer_set_resolution(&ps2, 16), PS2_BAD_ARG);
	check_eq(int, ps2_pointer_set_rate(NULL, 10), PS2_NULL);
	check_eq(int, ps2_pointer_set_resolution(NULL, 1), PS2_NULL);
	check_eq(int, ps2_pointer_set_scaling(NULL, true), PS2_NULL);
	check_eq(int, ps2_pointer_set_stream(NULL), PS2_NULL);
	check_eq(str, written, "");
}

/* Takes the next motion out of the ring. */
static struct ps2_motion next_motion(struct ps2_packet *packet)
{
	struct ps2_motion motion = { 0 };
	uint8_t byte;
	ps2_listen(MS(30));
	while (ps2_ring_take(&aux_ring, &byte) == PS2_OK)
		if (ps2_packet_feed(packet, byte, &motion)) return motion;
	require_fail("no packet");
	return motion;
}

static void handler(void *ctx, uint8_t vector)
{
	(void)ctx;
	require_eq(u8, vector, AUX_VECTOR);
	(void)!ps2_receive(&ps2);
}

Test(ps2_pointer, movements_come_as_they_were_made)
{
	struct ps2_packet packet = { 0 };
	cpu.dispatch = handler;
	require_eq(int, ps2_set_interrupts(&ps2, false, true), PS2_OK);
	wait_irq_enable(&wait);
	require_eq(int, ps2_pointer_report(&ps2, true), PS2_OK);
	static const int moves[][2] = { { 1, 0 },      { 0, -1 },     { -5, 7 },  { 255, -256 },
					{ -256, 255 }, { 100, -100 }, { 256, 0 }, { 0, -257 } };
	for (unsigned i = 0; i < ARRAY_SIZE(moves); i++) {
		int x = moves[i][0], y = moves[i][1];
		ps2_mouse_model_move(&mouse, x, y, (uint8_t)(i % 8));
		struct ps2_motion m = next_motion(&packet);
		check_eq(i16, m.dx, x > 255 ? 255 : x);
		check_eq(i16, m.dy, y < -256 ? -256 : y);
		check_eq(u8, m.buttons, i % 8);
		check(m.overflow == (i >= 6));
		check_eq(i8, m.wheel, 0);
	}
	check_eq(u32, packet.dropped, 0);
	require_eq(int, ps2_pointer_report(&ps2, false), PS2_OK);
	ps2_mouse_model_move(&mouse, 3, 3, 0);
	wait_ns(&wait, MS(30));
	check_eq(str, ring_text(&aux_ring), "");
	check_eq(int, ps2_pointer_report(NULL, true), PS2_NULL);
}

Test(ps2_pointer, the_wheel_turns)
{
	struct ps2_packet packet;
	bool wheel = false;
	require_eq(int, ps2_pointer_enable_wheel(&ps2, &wheel), PS2_OK);
	require_eq(int, ps2_pointer_report(&ps2, true), PS2_OK);
	ps2_packet_init(&packet, wheel);
	for (int turn = -8; turn < 8; turn++) {
		if (turn == 0) continue;
		ps2_mouse_model_wheel(&mouse, turn);
		check_eq(i8, next_motion(&packet).wheel, (int8_t)turn);
	}
}

/* ---- packets ---- */

Test(ps2_pointer, packets_are_found_again_after_a_lost_byte)
{
	struct ps2_packet packet;
	struct ps2_motion motion;
	ps2_packet_init(&packet, false);
	static const uint8_t bytes[] = { 0x04, 0x02, /* the rest of a packet */ 0x09, 0x05, 0xff };
	for (unsigned i = 0; i < 4; i++) require(!ps2_packet_feed(&packet, bytes[i], &motion));
	require(ps2_packet_feed(&packet, bytes[4], &motion));
	check(motion.dx == 5 && motion.dy == 255 && motion.buttons == PS2_POINTER_LEFT);
	check(PS2_POINTER_LEFT == 1 && PS2_POINTER_RIGHT == 2 && PS2_POINTER_MIDDLE == 4);
	check_eq(u32, packet.dropped, 2);
}

Test(ps2_pointer, a_packet_that_did_not_end_can_be_thrown_away)
{
	struct ps2_packet packet;
	struct ps2_motion motion;
	ps2_packet_init(&packet, false);
	require(!ps2_packet_feed(&packet, 0x08, &motion));
	ps2_packet_restart(&packet);
	require(!ps2_packet_feed(&packet, 0x18, &motion));
	require(!ps2_packet_feed(&packet, 0xfe, &motion));
	require(ps2_packet_feed(&packet, 0x01, &motion));
	check(motion.dx == -2 && motion.dy == 1 && motion.buttons == 0);
}

Test(ps2_pointer, any_bytes_make_packets_within_their_limits)
{
	uint64_t seed = 21;
	struct ps2_packet packet;
	struct ps2_motion motion;
	for (unsigned wheel = 0; wheel < 2; wheel++) {
		unsigned n = 0;
		ps2_packet_init(&packet, wheel);
		for (unsigned i = 0; i < 30000; i++) {
			if (!ps2_packet_feed(&packet, (uint8_t)random_next(&seed), &motion))
				continue;
			n++;
			require(motion.dx >= -256 && motion.dx <= 255);
			require(motion.dy >= -256 && motion.dy <= 255);
			require(motion.buttons < 8);
		}
		check_gt(u32, n, 5000);
	}
	check(!ps2_packet_feed(NULL, 0, &motion));
	check(!ps2_packet_feed(&packet, 0, NULL));
	ps2_packet_init(NULL, false);
	ps2_packet_restart(NULL);
}
