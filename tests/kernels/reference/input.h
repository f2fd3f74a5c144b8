/* SPDX-License-Identifier: MIT */
/* What is typed, on the keyboard and on the serial line, for one task. */
#ifndef REFERENCE_INPUT_H
#define REFERENCE_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/line_edit.h"
#include "bimetal/task.h"

struct input {
	bool has_keyboard, has_serial;
	uint64_t keyboard_interrupts, serial_interrupts;
};
extern struct input input;

/* Find the keyboard, and let both interrupt. False: there is no keyboard. */
bool input_init(const char **why);
/* Give what was typed to the line, until it is entered or nothing is left: then the task is woken
 * by the next key. */
enum line_status input_feed(struct line_edit *line, struct task *task);

#endif
