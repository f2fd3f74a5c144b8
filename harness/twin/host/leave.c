/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* on_exit() */
#include "harness/twin/host/leave.h"

#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/machine/board.h"
#include "harness/twin/host/calls.h"

enum { MAX_FRAMES = 64, WHOSE = 160, TEXT = CALLS_TEXT + WHOSE + 512 };

static struct {
	const char *test; /* NULL: none runs */
	const char *program;
	const struct machine *machine;
	const struct twin_setup *setup;
	void (*fail)(void *ctx, const char *place, const char *text);
} now;

/* ---- whose hook ---- */

struct hook {
	uintptr_t fn;
	const char *name;
};

static const char *find_hook(const struct hook *hook, size_t n, uintptr_t fn)
{
	for (size_t i = 0; i < n; i++)
		if (hook[i].fn == fn) return hook[i].name;
	return NULL;
}

static const char *hook_of_device(const struct device_ops *ops, uintptr_t fn)
{
	const struct hook hooks[] = {
		{ (uintptr_t)ops->bank, "bank" },
		{ (uintptr_t)ops->read, "read" },
		{ (uintptr_t)ops->write, "write" },
		{ (uintptr_t)ops->mem_read, "mem_read" },
		{ (uintptr_t)ops->mem_write, "mem_write" },
		{ (uintptr_t)ops->decode, "decode" },
		{ (uintptr_t)ops->behind, "behind" },
		{ (uintptr_t)ops->reset, "reset" },
		{ (uintptr_t)ops->settle, "settle" },
		{ (uintptr_t)ops->report, "report" },
		{ (uintptr_t)ops->held_back, "held_back" },
		{ (uintptr_t)ops->raises, "raises" },
	};

	return find_hook(hooks, sizeof(hooks) / sizeof(hooks[0]), fn);
}

static const char *hook_of_model(const struct model *model, uintptr_t fn)
{
	const struct hook hooks[] = { { (uintptr_t)model->init, "init" },
				      { (uintptr_t)model->set_input, "set_input" } };

	return find_hook(hooks, sizeof(hooks) / sizeof(hooks[0]), fn);
}

/* Several devices may have the same hooks: the one that is accessed now goes first. */
static bool is_devices(uintptr_t fn, bool accessed, char to[WHOSE])
{
	for (size_t i = 0; i < now.machine->n_devices; i++) {
		const struct device *dev = now.machine->device[i];
		const char *hook = dev->ops ? hook_of_device(dev->ops, fn) : NULL;

		if (!hook || (accessed && !dev->bus_addr)) continue;
		snprintf(to, WHOSE, "in the hook `%s` of the device '%s'", hook,
			 accessed && dev->instance ? dev->instance : dev->ops->name);
		return true;
	}
	return false;
}

static bool is_timers(uintptr_t fn, char to[WHOSE])
{
	const struct clock *clock = &now.machine->clock;

	for (unsigned i = 0; i < clock->n_timers; i++) {
		if ((uintptr_t)clock->timer[i].fn != fn) continue;
		snprintf(to, WHOSE, "in the function of the timer '%s'", clock->timer[i].name);
		return true;
	}
	return false;
}

static bool is_models(uintptr_t fn, char to[WHOSE])
{
	for (unsigned i = 0; i < now.setup->n_devices; i++) {
		const struct model *model = now.setup->device[i].model;
		const char *hook = model ? hook_of_model(model, fn) : NULL;

		if (!hook) continue;
		snprintf(to, WHOSE, "in the hook `%s` of the model '%s'", hook, model->name);
		return true;
	}
	return false;
}

static bool is_boards(uintptr_t fn, char to[WHOSE])
{
	const struct machine_kind *kind = now.setup->kind;

	for (unsigned table = 0; kind && table < MACHINE_PART_TABLES; table++)
		for (size_t i = 0; i < kind->parts[table].n; i++) {
			const struct part *p = &kind->parts[table].part[i];

			if ((uintptr_t)p->init != fn) continue;
			snprintf(to, WHOSE, "in the hook `init` of part %zu of the board '%s'", i,
				 kind->name);
			return true;
		}
	return false;
}

/* The innermost hook among the calls. */
static void find_whose(struct program *program, const uint64_t *address, int n, char to[WHOSE])
{
	to[0] = '\0';
	for (int i = 0; i < n; i++) {
		uintptr_t fn = (uintptr_t)program_function(program, address[i]);

		if (fn && (is_devices(fn, true, to) || is_devices(fn, false, to) ||
			   is_timers(fn, to) || is_models(fn, to) || is_boards(fn, to)))
			return;
	}
}

/* ---- exit() ---- */

static void tell(struct program *program, int status, const uint64_t *address, int n)
{
	char place[CALLS_TEXT], whose[WHOSE], text[TEXT];

	calls_place(program, address, n, place);
	find_whose(program, address, n, whose);
	char *callers = strstr(place, ", called from ");
	snprintf(text, sizeof(text),
		 "exit(%d) was called during the test %s%s%s%s: neither a driver nor a test nor a "
		 "model may end the process",
		 status, now.test, whose[0] ? ", " : "", whose, callers ? callers : "");
	if (callers) *callers = '\0';
	now.fail(NULL, place, text);
}

/* Whatever the status, the test has failed. */
static void on_leave(int status, void *unused)
{
	void *frame[MAX_FRAMES];
	uint64_t address[MAX_FRAMES];

	(void)unused;
	if (!now.test) return;
	int n = backtrace(frame, MAX_FRAMES);
	for (int i = 0; i < n; i++) address[i] = (uint64_t)(uintptr_t)frame[i] - 1;
	struct program *program = program_open(now.program);
	if (calls_within_test(program, address, n)) tell(program, status, address, n);
	fflush(NULL);
	_exit(EXIT_FAILURE);
}

void leave_begin(const char *test, const char *program, const struct machine *machine,
		 const struct twin_setup *setup,
		 void (*fail)(void *ctx, const char *place, const char *text))
{
	static bool registered;

	now.test = test;
	now.program = program;
	now.machine = machine;
	now.setup = setup;
	now.fail = fail;
	if (!registered) registered = on_exit(on_leave, NULL) == 0;
}

void leave_end(void) { now.test = NULL; }
