/* SPDX-License-Identifier: MIT */
#include "input.h"

#include "bimetal/ps2.h"
#include "bimetal/ps2_kbd.h"
#include "bimetal/ps2_layout.h"
#include "bimetal/ps2_scancodes.h"
#include "console.h"
#include "irq.h"
#include "machine.h"

enum { KEY_BYTES = 128, SERIAL_BYTES = 4096, SCAN_SET = 1 };

struct input input;

static struct ps2 ps2;
static struct ps2_ring keys;
static uint8_t key_bytes[KEY_BYTES], serial_rx[SERIAL_BYTES], serial_tx[SERIAL_BYTES];
static struct ps2_scan scan;
static struct ps2_modifiers modifiers;
static struct task_waker waker;

/* ---- interrupts ---- */

static void on_keyboard(void)
{
	input.keyboard_interrupts++;
	(void)!ps2_receive(&ps2);
	task_waker_wake(&waker);
}

static void on_serial(void)
{
	input.serial_interrupts++;
	(void)!uart_interrupt(&console.uart);
	task_waker_wake(&waker);
}

/* ---- setting up ---- */

static bool init_serial(void)
{
	const struct uart_buffers buffers = {
		.rx = serial_rx, .tx = serial_tx, .rx_size = SERIAL_BYTES, .tx_size = SERIAL_BYTES
	};

	return console.has_uart && uart_interrupts_on(&console.uart, &buffers) == UART_OK &&
	       irq_serve(IRQ_COM1, on_serial);
}

static bool init_keyboard(const char **why)
{
	*why = "no 8042 answers";
	if (ps2_init(&ps2, io_port(PS2_PORT), kernel.wait) != PS2_OK) return false;
	*why = "no keyboard answers";
	/* It has been reset with the machine. Asking who it is takes a thousandth of the time. */
	uint16_t id;
	if (!ps2_usable(&ps2, PS2_KEYBOARD) || ps2_kbd_identify(&ps2, &id) != PS2_OK) return false;
	*why = "the keyboard cannot be set up";
	return ps2_kbd_scan(&ps2, true) == PS2_OK &&
	       ps2_ring_init(&keys, key_bytes, KEY_BYTES) == PS2_OK &&
	       ps2_attach(&ps2, PS2_KEYBOARD, &keys) == PS2_OK &&
	       ps2_scan_init(&scan, SCAN_SET) == PS2_OK &&
	       ps2_set_translation(&ps2, true) == PS2_OK && irq_serve(IRQ_KEYBOARD, on_keyboard) &&
	       ps2_set_interrupts(&ps2, true, false) == PS2_OK;
}

bool input_init(const char **why)
{
	input.has_serial = init_serial();
	input.has_keyboard = init_keyboard(why);
	return input.has_keyboard;
}

/* ---- from keys to the line ---- */

static enum line_status feed_key(struct line_edit *line, const struct ps2_key_event *event)
{
	if (ps2_modifiers_track(&modifiers, event)) (void)!ps2_kbd_set_leds(&ps2, modifiers.locks);
	if (!event->pressed) return LINE_IGNORED;
	switch (event->key) {
	case PS2_K_LEFT: return line_edit_key(line, LINE_LEFT);
	case PS2_K_RIGHT: return line_edit_key(line, LINE_RIGHT);
	case PS2_K_HOME: return line_edit_key(line, LINE_HOME);
	case PS2_K_END: return line_edit_key(line, LINE_END);
	case PS2_K_DELETE: return line_edit_key(line, LINE_DELETE);
	case PS2_K_UP: return line_edit_key(line, LINE_OLDER);
	case PS2_K_DOWN: return line_edit_key(line, LINE_NEWER);
	default: break;
	}
	const uint32_t character = ps2_layout_character(&ps2_layout_us, &modifiers, event);
	return character ? line_edit_character(line, character) : LINE_IGNORED;
}

static bool ends(enum line_status status)
{
	return status == LINE_ENTERED || status == LINE_ABANDONED;
}

enum line_status input_feed(struct line_edit *line, struct task *task)
{
	struct ps2_key_event event;
	uint8_t byte;

	task_waker_register(&waker, task);
	while (input.has_keyboard && ps2_ring_take(&keys, &byte) == PS2_OK) {
		if (ps2_scan_feed(&scan, byte, &event) != PS2_SCAN_KEY) continue;
		const enum line_status status = feed_key(line, &event);
		if (ends(status)) return status;
	}
	while (console.has_uart && uart_try_receive(&console.uart, &byte) == UART_OK) {
		const enum line_status status = line_edit_byte(line, byte);
		if (ends(status)) return status;
	}
	return LINE_MORE;
}
