/* SPDX-License-Identifier: MIT */
/* The keyboard controller, keys and mouse movements, polled and through the interrupt controllers.
 */
#include "bimetal/pic_8259.h"
#include "bimetal/ps2.h"
#include "bimetal/ps2_kbd.h"
#include "bimetal/ps2_layout.h"
#include "bimetal/ps2_pointer.h"
#include "bimetal/ps2_scancodes.h"
#include "bimetal/twin.h"

enum { MASTER_VECTOR = 0x20, SLAVE_VECTOR = 0x28, RING = 64, MS = 1000000 };

static struct pic pic;
static struct ps2 ps2;
static struct ps2_ring keys, moves;
static uint8_t key_bytes[RING], move_bytes[RING];
static volatile unsigned interrupts;

static void start_with_ring(uint32_t size)
{
	twin_assert_eq(ps2_init(&ps2, twin_port(PS2_PORT), *twin_wait()), PS2_OK);
	twin_assert_eq(ps2_ring_init(&keys, key_bytes, size), PS2_OK);
	twin_assert_eq(ps2_ring_init(&moves, move_bytes, RING), PS2_OK);
	twin_assert_eq(ps2_attach(&ps2, PS2_KEYBOARD, &keys), PS2_OK);
	twin_assert_eq(ps2_attach(&ps2, PS2_AUX, &moves), PS2_OK);
}

static void start(void) { start_with_ring(RING); }

/* Polls until `n` bytes came. */
static void listen(unsigned n)
{
	const struct wait *wait = twin_wait();
	uint64_t end = wait_deadline(wait, 200 * (uint64_t)MS);
	unsigned taken = 0;
	while (taken < n && !wait_expired(wait, end)) {
		if (ps2_receive(&ps2) == PS2_OK)
			taken++;
		else
			wait_relax(wait);
	}
	twin_assert_eq(taken, n);
}

static void on_interrupt(void *ctx)
{
	const unsigned *line = ctx;
	twin_expect_eq(ps2_receive(&ps2), PS2_OK);
	twin_expect_eq(pic_end(&pic, *line), PIC_OK);
	interrupts++;
}

/* Sleeps, with both lines unmasked, until interrupts have brought `n` bytes. */
static void listen_by_interrupts(unsigned n)
{
	static unsigned keyboard = PS2_KEYBOARD_IRQ, aux = PS2_AUX_IRQ;
	const struct pic_config config = { .master_vector = MASTER_VECTOR,
					   .slave_vector = SLAVE_VECTOR };
	twin_assert_eq(pic_init(&pic, twin_port(0), *twin_wait(), &config), PIC_OK);
	twin_assert_eq(pic_disable(&pic), PIC_OK);
	twin_on_interrupt(MASTER_VECTOR + PS2_KEYBOARD_IRQ, on_interrupt, &keyboard);
	twin_on_interrupt(SLAVE_VECTOR + PS2_AUX_IRQ - 8, on_interrupt, &aux);
	twin_assert_eq(pic_unmask(&pic, PS2_KEYBOARD_IRQ), PIC_OK);
	twin_assert_eq(pic_unmask(&pic, PS2_AUX_IRQ), PIC_OK);
	twin_assert_eq(ps2_set_interrupts(&ps2, true, true), PS2_OK);
	for (unsigned i = 0; i < n && interrupts < n; i++) wait_for_irq(twin_wait());
	twin_assert_eq(interrupts, n);
}

/* ---- controller and commands ---- */

TWIN(ps2, set_up_finds_both_channels)
{
	start();
	twin_expect(ps2_usable(&ps2, PS2_KEYBOARD));
	twin_expect(ps2_usable(&ps2, PS2_AUX));
	twin_expect_eq(ps2_receive(&ps2), PS2_EMPTY);
	twin_expect_eq(ps2.errors, 0);
}

TWIN(ps2, the_keyboard_says_what_it_is_and_takes_settings)
{
	uint16_t id = 0;
	unsigned set = 0;
	start();
	twin_expect_eq(ps2_kbd_identify(&ps2, &id), PS2_OK);
	twin_expect_eq(id, PS2_KBD_MF2);
	twin_expect_eq(ps2_kbd_set_scan_set(&ps2, 2), PS2_OK);
	twin_expect_eq(ps2_kbd_get_scan_set(&ps2, &set), PS2_OK);
	twin_expect_eq(set, 2);
	twin_expect_eq(ps2_kbd_set_leds(&ps2, PS2_KBD_NUM_LOCK | PS2_KBD_CAPS_LOCK), PS2_OK);
	twin_expect_eq(ps2_kbd_set_typematic(&ps2, 500, 4), PS2_OK);
	twin_expect_eq(ps2_kbd_scan(&ps2, true), PS2_OK);
}

TWIN(ps2, the_mouse_has_a_wheel_after_the_sample_rates_that_enable_it)
{
	uint8_t id = 0xff;
	bool wheel = false;
	start();
	twin_expect_eq(ps2_pointer_identify(&ps2, &id), PS2_OK);
	twin_expect_eq(id, PS2_POINTER_PLAIN);
	twin_expect_eq(ps2_pointer_enable_wheel(&ps2, &wheel), PS2_OK);
	twin_expect(wheel);
	twin_expect_eq(ps2_pointer_identify(&ps2, &id), PS2_OK);
	twin_expect_eq(id, PS2_POINTER_WHEEL);
	twin_expect_eq(ps2_pointer_set_rate(&ps2, 40), PS2_OK);
	twin_expect_eq(ps2_pointer_set_resolution(&ps2, 8), PS2_OK);
	twin_expect_eq(ps2_pointer_set_scaling(&ps2, true), PS2_OK);
}

/* With the controller's self test, the tests of both channels, and any state that a previous driver
 * left. */
TWIN(ps2, the_controller_is_set_up_anew)
{
	bool wheel = false;
	start();
	twin_expect_eq(ps2_pointer_enable_wheel(&ps2, &wheel), PS2_OK);
	twin_expect_eq(ps2_pointer_report(&ps2, true), PS2_OK);
	twin_expect_eq(ps2_set_translation(&ps2, true), PS2_OK);
	twin_expect_eq(ps2_set_interrupts(&ps2, true, true), PS2_OK);
	start();
	twin_expect(ps2_usable(&ps2, PS2_KEYBOARD));
	twin_expect(ps2_usable(&ps2, PS2_AUX));
	twin_expect_eq(ps2_receive(&ps2), PS2_EMPTY);
	twin_expect_eq(ps2.errors, 0);
}

TWIN(ps2, the_keyboard_is_reset_and_tests_itself)
{
	uint16_t id = 0;
	start();
	twin_expect_eq(ps2_kbd_set_leds(&ps2, PS2_KBD_CAPS_LOCK), PS2_OK);
	twin_expect_eq(ps2_reset(&ps2, PS2_KEYBOARD, NULL, 0), PS2_OK);
	twin_expect_eq(ps2_receive(&ps2), PS2_EMPTY);
	twin_expect_eq(ps2_kbd_identify(&ps2, &id), PS2_OK);
	twin_expect_eq(id, PS2_KBD_MF2);
}

TWIN(ps2, the_mouse_is_reset_and_has_no_wheel_again)
{
	uint8_t id = 0xff;
	bool wheel = false;
	start();
	twin_expect_eq(ps2_pointer_enable_wheel(&ps2, &wheel), PS2_OK);
	twin_expect(wheel);
	twin_expect_eq(ps2_reset(&ps2, PS2_AUX, &id, 1), PS2_OK);
	twin_expect_eq(id, PS2_POINTER_PLAIN);
	id = 0xff;
	twin_expect_eq(ps2_pointer_identify(&ps2, &id), PS2_OK);
	twin_expect_eq(id, PS2_POINTER_PLAIN);
}

TWIN_HERE(ps2, an_unplugged_controller_is_absent)
{
	start();
	wait_ns(twin_wait(), 8 * MS);
	twin_allow("bus.unclaimed-read");
	twin_expect_eq(ps2_receive(&ps2), PS2_EMPTY);
	twin_expect_eq(ps2_init(&ps2, twin_port(PS2_PORT), *twin_wait()), PS2_ABSENT);
	wait_ns(twin_wait(), 8 * MS);
	start();
}

/* ---- keys ---- */

static void expect_key(struct ps2_scan *scan, uint8_t key, bool pressed)
{
	struct ps2_key_event event = { 0 };
	enum ps2_scan_result result = PS2_SCAN_MORE;
	uint8_t byte;
	while (result == PS2_SCAN_MORE && ps2_ring_take(&keys, &byte) == PS2_OK)
		result = ps2_scan_feed(scan, byte, &event);
	twin_expect_eq(result, PS2_SCAN_KEY);
	twin_expect_eq(event.key, key);
	twin_expect_eq(event.pressed, pressed);
}

enum { BYTES_OF_DELETE = 5, BYTES_OF_CTRL_ALT_DELETE = 11, THE_SAME_IN_SET_1 = 8 };

static void expect_ctrl_alt_delete(unsigned set)
{
	struct ps2_scan scan;
	uint8_t byte;
	twin_assert_eq(ps2_scan_init(&scan, set), PS2_OK);
	expect_key(&scan, PS2_K_LEFT_CTRL, true);
	expect_key(&scan, PS2_K_LEFT_ALT, true);
	expect_key(&scan, PS2_K_DELETE, true);
	expect_key(&scan, PS2_K_DELETE, false);
	expect_key(&scan, PS2_K_LEFT_ALT, false);
	expect_key(&scan, PS2_K_LEFT_CTRL, false);
	twin_expect_eq(ps2_ring_take(&keys, &byte), PS2_EMPTY);
}

TWIN_HERE(ps2, a_key_is_polled_in_scan_code_set_2)
{
	struct ps2_scan scan;
	start();
	listen(BYTES_OF_DELETE);
	twin_assert_eq(ps2_scan_init(&scan, 2), PS2_OK);
	expect_key(&scan, PS2_K_DELETE, true);
	expect_key(&scan, PS2_K_DELETE, false);
}

TWIN_HERE(ps2, keys_interrupt_in_scan_code_set_2)
{
	start();
	listen_by_interrupts(BYTES_OF_CTRL_ALT_DELETE);
	expect_ctrl_alt_delete(2);
}

TWIN_HERE(ps2, keys_interrupt_in_scan_code_set_1)
{
	start();
	twin_assert_eq(ps2_set_translation(&ps2, true), PS2_OK);
	listen_by_interrupts(THE_SAME_IN_SET_1);
	expect_ctrl_alt_delete(1);
	twin_expect_eq(ps2.errors, 0);
}

/* Expects that the keys in the buffer type this text. */
static void expect_text(const char *text)
{
	struct ps2_scan scan;
	struct ps2_key_event event;
	struct ps2_modifiers modifiers = { 0 };
	uint8_t byte;
	twin_assert_eq(ps2_scan_init(&scan, 2), PS2_OK);
	while (ps2_ring_take(&keys, &byte) == PS2_OK) {
		if (ps2_scan_feed(&scan, byte, &event) != PS2_SCAN_KEY) continue;
		(void)ps2_modifiers_track(&modifiers, &event);
		uint32_t character = ps2_layout_character(&ps2_layout_us, &modifiers, &event);
		if (!character) continue;
		twin_assert(*text);
		twin_expect_eq(character, *text);
		text++;
	}
	twin_expect(!*text);
}

TWIN_HERE(ps2, keys_type_what_the_layout_says)
{
	start();
	listen_by_interrupts(15); /* five keys went down and up */
	expect_text("aA1\n");
}

TWIN_HERE(ps2, what_finds_no_room_in_the_ring_is_counted)
{
	uint8_t byte;
	start_with_ring(4);
	listen_by_interrupts(BYTES_OF_CTRL_ALT_DELETE);
	twin_expect_eq(keys.lost, BYTES_OF_CTRL_ALT_DELETE - 3);
	twin_expect_eq(ps2_ring_take(&keys, &byte), PS2_OK);
	twin_expect_eq(byte, 0x14);
}

/* ---- movements ---- */

/* Takes the next motion out of the buffer; fails if there is none. */
static struct ps2_motion next_motion(struct ps2_packet *packet)
{
	struct ps2_motion motion = { 0 };
	bool whole = false;
	uint8_t byte;
	while (!whole && ps2_ring_take(&moves, &byte) == PS2_OK)
		whole = ps2_packet_feed(packet, byte, &motion);
	twin_expect(whole);
	return motion;
}

static void expect_motion(struct ps2_packet *packet, int dx, int dy)
{
	struct ps2_motion motion = next_motion(packet);
	twin_expect_eq(motion.dx, dx);
	twin_expect_eq(motion.dy, dy);
	twin_expect_eq(motion.wheel, 0);
	twin_expect_eq(motion.buttons, 0);
	twin_expect_eq(packet->dropped, 0);
}

TWIN_HERE(ps2, movements_are_polled_in_packets_of_three)
{
	struct ps2_packet packet;
	start();
	ps2_packet_init(&packet, false);
	twin_assert_eq(ps2_pointer_report(&ps2, true), PS2_OK);
	listen(2 * 3);
	expect_motion(&packet, 3, -2);
	expect_motion(&packet, -100, 100);
}

TWIN_HERE(ps2, movements_interrupt_in_packets_of_four_with_a_wheel)
{
	struct ps2_packet packet;
	bool wheel = false;
	start();
	twin_assert_eq(ps2_pointer_enable_wheel(&ps2, &wheel), PS2_OK);
	ps2_packet_init(&packet, wheel);
	twin_assert_eq(ps2_pointer_report(&ps2, true), PS2_OK);
	listen_by_interrupts(2 * 4);
	expect_motion(&packet, 3, -2);
	expect_motion(&packet, -100, 100);
}

TWIN_HERE(ps2, buttons_are_reported_while_they_are_held)
{
	static const uint8_t held[] = { PS2_POINTER_LEFT, PS2_POINTER_LEFT | PS2_POINTER_MIDDLE,
					PS2_POINTER_RIGHT, 0 };
	struct ps2_packet packet;
	start();
	ps2_packet_init(&packet, false);
	twin_assert_eq(ps2_pointer_report(&ps2, true), PS2_OK);
	listen_by_interrupts(sizeof(held) * 3);
	for (unsigned i = 0; i < sizeof(held); i++) {
		struct ps2_motion motion = next_motion(&packet);
		twin_expect_eq(motion.buttons, held[i]);
		twin_expect_eq(motion.dx, i == 1 ? 5 : 0); /* moved with a button held */
	}
}

TWIN_HERE(ps2, the_wheel_turns_both_ways)
{
	struct ps2_packet packet;
	bool wheel = false;
	start();
	twin_assert_eq(ps2_pointer_enable_wheel(&ps2, &wheel), PS2_OK);
	twin_assert(wheel);
	ps2_packet_init(&packet, wheel);
	twin_assert_eq(ps2_pointer_report(&ps2, true), PS2_OK);
	listen_by_interrupts(2 * 4);
	twin_expect_eq(next_motion(&packet).wheel, 3);
	twin_expect_eq(next_motion(&packet).wheel, -2);
}

TWIN_HERE(ps2, keys_and_movements_go_to_their_own_rings)
{
	struct ps2_packet packet;
	start();
	ps2_packet_init(&packet, false);
	twin_assert_eq(ps2_pointer_report(&ps2, true), PS2_OK);
	listen_by_interrupts(2 * 3 + BYTES_OF_CTRL_ALT_DELETE);
	expect_motion(&packet, 7, 0);
	expect_motion(&packet, 0, 7);
	expect_ctrl_alt_delete(2);
}

TWIN_HERE(ps2, a_mouse_with_reports_disabled_is_silent)
{
	uint8_t byte;
	start();
	twin_assert_eq(ps2_pointer_report(&ps2, true), PS2_OK);
	twin_assert_eq(ps2_pointer_report(&ps2, false), PS2_OK);
	listen_by_interrupts(BYTES_OF_DELETE); /* keys, long after the movement */
	twin_expect_eq(ps2_ring_take(&moves, &byte), PS2_EMPTY);
}
