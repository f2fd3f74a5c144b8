/* SPDX-License-Identifier: MIT */
/* Tasks of an executor of their own, with the kernel's timer; and a stack trace of this place. */
#include "irq.h"
#include "machine.h"
#include "panic.h"
#include "selftest.h"
#include "text.h"

enum { TICKS = 3 };

/* ---- tasks ---- */

static enum task_poll wait_for_ticks(struct task *task)
{
	uint64_t *const end = task->ctx;

	if (task->polls == 1) *end = irq.ticks + TICKS;
	if (irq.ticks >= *end) return TASK_DONE;
	(void)!task_alarm(task, *end);
	return TASK_PENDING;
}

/* The timer's handler tells the kernel's executor; here the first tick after each sleep does. */
void selftest_tasks(void)
{
	struct executor executor;
	uint64_t end = 0;
	struct task task = { .poll = wait_for_ticks, .ctx = &end, .name = "ticks" };

	selftest_case("tasks.init", executor_init(&executor, kernel.wait), TASK_OK);
	selftest_case("tasks.spawn", executor_spawn(&executor, &task), TASK_OK);
	while (executor.tasks && executor.sleeps < 1000) {
		(void)executor_run_ready(&executor, UINT64_MAX);
		if (executor.tasks) (void)executor_sleep_if_idle(&executor);
		executor_tick(&executor, irq.ticks);
	}
	selftest_case("tasks.done", task.state, TASK_FINISHED);
	selftest_case("tasks.called", task.polls, 2);
	/* A host that stopped this machine for a while delivers several ticks in one sleep. */
	selftest_case("tasks.slept", executor.sleeps >= 1 && executor.sleeps < 1000, true);
}

/* ---- a stack trace ---- */

static bool is_symbol(const struct panic_symbol *symbol, const char *name)
{
	return symbol && text_equal(symbol->name, name);
}

void selftest_backtrace(void)
{
	const struct panic_stack stack = { .low = address_of(boot_stack_guard) + 4096,
					   .high = address_of(boot_stack_top) };
	uint64_t address[PANIC_MAX_FRAMES];
	size_t n;
	const struct panic_symbol *symbols = panic_symbols(&n);
	const struct panic_trace trace = panic_walk(
		&stack, address_of((const void *)(uintptr_t)selftest_backtrace),
		address_of(__builtin_frame_address(0)), symbols, n, address, PANIC_MAX_FRAMES);

	selftest_case("backtrace.symbols", n > 100, true);
	selftest_case("backtrace.whole", trace.end, PANIC_END_OF_STACK);
	selftest_case("backtrace.frames", trace.frames >= 4, true);
	if (trace.frames < 4) return;
	selftest_case("backtrace.self",
		      is_symbol(panic_find(symbols, n, address[0]), "selftest_backtrace"), true);
	selftest_case("backtrace.caller", is_symbol(panic_find(symbols, n, address[1]), "selftest"),
		      true);
	selftest_case("backtrace.outermost_c",
		      is_symbol(panic_find(symbols, n, address[trace.frames - 2]), "kernel_main"),
		      true);
}
