/* SPDX-License-Identifier: MIT */
#include "bimetal/task.h"

#include "tests/unit/drivers/host_fixture.h"

static struct executor executor;

static void set_up(void)
{
	host_power_on();
	require_eq(int, executor_init(&executor, wait), TASK_OK);
}

TestSuite(task, .init = set_up, .fini = host_power_off, .timeout = 60);

/* A task that is done after so many calls, and writes down its turn. */
struct counted {
	unsigned calls, until;
	bool again; /* it wakes itself */
};
static char turns[64];
static unsigned n_turns;

static enum task_poll count(struct task *task)
{
	struct counted *counted = task->ctx;

	turns[n_turns++ % (sizeof(turns) - 1)] = task->name[0];
	if (++counted->calls == counted->until) return TASK_DONE;
	if (counted->again) task_wake(task);
	return TASK_PENDING;
}

static void spawn(struct task *task) { require_eq(int, executor_spawn(&executor, task), TASK_OK); }

Test(task, tasks_take_turns_in_the_order_in_which_they_were_woken)
{
	struct counted a = { .until = 3, .again = true }, b = { .until = 2, .again = true };
	struct task ta = { .poll = count, .ctx = &a, .name = "a" };
	struct task tb = { .poll = count, .ctx = &b, .name = "b" };

	spawn(&ta);
	spawn(&tb);
	check_eq(int, executor_run(&executor), TASK_OK);
	turns[n_turns] = '\0';
	check_eq(str, turns, "ababa");
	check_eq(u64, executor.polls, 5);
	check_eq(u64, ta.polls, 3);
	check_eq(int, ta.state, TASK_FINISHED);
	check(executor.tasks == NULL);
}

Test(task, a_task_that_nobody_wakes_is_not_called)
{
	struct counted a = { .until = 9 };
	struct task task = { .poll = count, .ctx = &a, .name = "a" };

	spawn(&task);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 1);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 0);
	check_eq(int, task.state, TASK_WAITING);
	task_wake(&task);
	task_wake(&task);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 1, "woken twice, called once");
}

Test(task, a_limit_ends_a_task_that_always_wakes_itself)
{
	struct counted a = { .until = UINT32_MAX, .again = true };
	struct task task = { .poll = count, .ctx = &a, .name = "a" };

	spawn(&task);
	check_eq(u64, executor_run_ready(&executor, 10), 10);
	check_eq(int, task.state, TASK_READY);
}

Test(task, a_task_can_be_spawned_again_when_it_is_done)
{
	struct counted a = { .until = 1 };
	struct task task = { .poll = count, .ctx = &a, .name = "a" };

	spawn(&task);
	check_eq(int, executor_spawn(&executor, &task), TASK_BUSY);
	check_eq(int, executor_run(&executor), TASK_OK);
	task_wake(&task);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 0, "done: nothing to wake");
	a.calls = 0;
	check_eq(int, executor_spawn(&executor, &task), TASK_OK);
}

/* ---- sleep ---- */

static struct task *to_wake;
static unsigned interrupts;

static void on_interrupt(void *ctx, uint8_t vector)
{
	(void)ctx;
	(void)vector;
	interrupts++;
	task_wake(to_wake);
}

static void request_interrupt(void)
{
	next_vector = 0x21;
	cpu.dispatch = on_interrupt;
	host_cpu_processor(&cpu).ops->set_intr(&cpu, true);
}

Test(task, it_does_not_sleep_while_a_task_is_ready)
{
	struct counted a = { .until = 1 };
	struct task task = { .poll = count, .ctx = &a, .name = "a" };

	spawn(&task);
	check(!executor_sleep_if_idle(&executor));
	check_eq(u64, executor.sleeps, 0);
	check(cpu.s.interrupts_on);
}

/* The interrupt is there before the look at the tasks: it is taken in the sleep, and not lost. */
Test(task, an_interrupt_that_came_before_the_sleep_ends_it)
{
	struct counted a = { .until = 2 };
	struct task task = { .poll = count, .ctx = &a, .name = "a" };

	spawn(&task);
	to_wake = &task;
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 1);
	request_interrupt();
	check(executor_sleep_if_idle(&executor));
	check_eq(u32, interrupts, 1);
	check_eq(u64, executor.sleeps, 1);
	check_eq(int, task.state, TASK_READY);
}

/* ---- wakers and queues ---- */

static struct task_queue queue;
static uint8_t room[4];
static unsigned taken;

static enum task_poll take(struct task *task)
{
	uint8_t byte;

	while (task_queue_take(&queue, task, &byte) == TASK_OK) taken = taken * 10 + byte;
	return TASK_PENDING;
}

Test(task, a_byte_wakes_the_reader)
{
	struct task task = { .poll = take, .name = "reader" };

	require_eq(int, task_queue_init(&queue, wait, room, sizeof(room)), TASK_OK);
	spawn(&task);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 1);
	for (uint8_t i = 1; i <= 4; i++) check_eq(int, task_queue_put(&queue, i), TASK_OK);
	check_eq(int, task_queue_put(&queue, 5), TASK_FULL);
	check_eq(u32, queue.lost, 1);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 1);
	check_eq(u32, taken, 1234);
	check_eq(int, task_queue_put(&queue, 6), TASK_OK);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 1);
	check_eq(u32, taken, 12346);
	taken = 0;
	for (uint8_t i = 1; i <= 4; i++)
		check_eq(int, task_queue_put(&queue, i), TASK_OK, "it goes round");
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 1);
	check_eq(u32, taken, 1234);
}

Test(task, bytes_before_the_first_look_are_not_lost)
{
	struct task task = { .poll = take, .name = "reader" };

	require_eq(int, task_queue_init(&queue, wait, room, sizeof(room)), TASK_OK);
	check_eq(int, task_queue_put(&queue, 8), TASK_OK);
	spawn(&task);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 1);
	check_eq(u32, taken, 8);
}

/* ---- alarms ---- */

Test(task, alarms_ring_in_their_order)
{
	struct counted a = { .until = 9 }, b = { .until = 9 }, c = { .until = 9 };
	struct task ta = { .poll = count, .ctx = &a, .name = "a" };
	struct task tb = { .poll = count, .ctx = &b, .name = "b" };
	struct task tc = { .poll = count, .ctx = &c, .name = "c" };

	spawn(&ta);
	spawn(&tb);
	spawn(&tc);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 3);
	n_turns = 0;
	check_eq(int, task_alarm(&ta, 30), TASK_OK);
	check_eq(int, task_alarm(&tb, 10), TASK_OK);
	check_eq(int, task_alarm(&tc, 20), TASK_OK);
	check_eq(int, task_alarm(&tc, 10), TASK_OK, "it is moved");
	executor_tick(&executor, 9);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 0);
	executor_tick(&executor, 10);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 2);
	executor_tick(&executor, 100);
	executor_tick(&executor, 101);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 1);
	turns[n_turns] = '\0';
	check_eq(str, turns, "bca");
	check(executor.alarms == NULL);
}

Test(task, a_task_that_is_done_has_no_alarm)
{
	struct counted a = { .until = 2 };
	struct task task = { .poll = count, .ctx = &a, .name = "a" };

	spawn(&task);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 1);
	check_eq(int, task_alarm(&task, 5), TASK_OK);
	task_wake(&task);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 1);
	check_eq(int, task.state, TASK_FINISHED);
	check(executor.alarms == NULL, "the task's memory may be gone when it would ring");
	executor_tick(&executor, 5);
	check_eq(u64, executor_run_ready(&executor, UINT64_MAX), 0);
	check_eq(int, task_alarm(&task, 7), TASK_NULL, "nor gets one");
	check(executor.alarms == NULL);
	/* The same memory may become a task again. */
	a.until = 9;
	spawn(&task);
	check_eq(int, task_alarm(&task, 9), TASK_OK);
	check(executor.alarms == &task && task.next_alarm == NULL);
}

Test(task, null_pointers_are_told)
{
	struct task task = { 0 };
	uint8_t byte;

	check_eq(int, executor_init(NULL, wait), TASK_NULL);
	check_eq(int, executor_spawn(&executor, NULL), TASK_NULL);
	check_eq(int, executor_spawn(&executor, &task), TASK_NULL, "no function");
	check_eq(int, executor_run(NULL), TASK_NULL);
	check_eq(u64, executor_run_ready(NULL, 1), 0);
	check(!executor_sleep_if_idle(NULL));
	check_eq(int, task_alarm(&task, 1), TASK_NULL);
	check_eq(int, task_queue_init(&queue, wait, NULL, 1), TASK_NULL);
	check_eq(int, task_queue_init(&queue, wait, room, 0), TASK_BAD_ARG);
	check_eq(int, task_queue_put(NULL, 1), TASK_NULL);
	check_eq(int, task_queue_take(&queue, NULL, NULL), TASK_NULL);
	task_wake(NULL);
	task_wake(&task);
	task_waker_wake(NULL);
	executor_tick(NULL, 1);
	(void)byte;
}
