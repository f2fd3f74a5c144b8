/* SPDX-License-Identifier: MIT */
/* Tasks, the list of those that are ready, and sleep. Handlers change the list, so interrupts are
 * off whenever it is read or changed. */
#include "internal.h"

enum task_status executor_init(struct executor *executor, struct wait wait)
{
	if (!executor) return TASK_NULL;
	*executor = (struct executor){ .wait = wait };
	return TASK_OK;
}

/* ---- the ready list ---- */

void task_make_ready(struct task *task)
{
	struct executor *executor = task->executor;

	task->state = TASK_READY;
	task->next_ready = NULL;
	if (executor->last)
		executor->last->next_ready = task;
	else
		executor->first = task;
	executor->last = task;
}

static struct task *take_ready(struct executor *executor)
{
	bool on = wait_irq_save(&executor->wait);
	struct task *task = executor->first;

	if (task) {
		executor->first = task->next_ready;
		if (!executor->first) executor->last = NULL;
		task->next_ready = NULL;
		task->state = TASK_RUNNING;
		task->woken = false;
	}
	wait_irq_restore(&executor->wait, on);
	return task;
}

void task_wake(struct task *task)
{
	if (!task || !task->executor) return;
	const struct wait *wait = &task->executor->wait;
	bool on = wait_irq_save(wait);

	if (task->state == TASK_WAITING)
		task_make_ready(task);
	else if (task->state == TASK_RUNNING)
		task->woken = true;
	wait_irq_restore(wait, on);
}

/* ---- the tasks ---- */

enum task_status executor_spawn(struct executor *executor, struct task *task)
{
	if (!executor || !task || !task->poll) return TASK_NULL;
	if (task->state != TASK_NEW && task->state != TASK_FINISHED) return TASK_BUSY;
	bool on = wait_irq_save(&executor->wait);

	task->executor = executor;
	task->woken = task->has_alarm = false;
	task->polls = 0;
	task->next_task = executor->tasks;
	executor->tasks = task;
	task_make_ready(task);
	wait_irq_restore(&executor->wait, on);
	return TASK_OK;
}

static void remove_task(struct executor *executor, struct task *task)
{
	struct task **link = &executor->tasks;

	while (*link && *link != task) link = &(*link)->next_task;
	if (*link) *link = task->next_task;
	task->next_task = NULL;
	task_forget_alarm(task);
	task->executor = NULL; /* nobody can wake it, or set its alarm, any more */
	task->state = TASK_FINISHED;
}

static void settle_task(struct executor *executor, struct task *task, enum task_poll poll)
{
	bool on = wait_irq_save(&executor->wait);

	if (poll == TASK_DONE)
		remove_task(executor, task);
	else if (task->woken)
		task_make_ready(task);
	else
		task->state = TASK_WAITING;
	wait_irq_restore(&executor->wait, on);
}

uint64_t executor_run_ready(struct executor *executor, uint64_t limit)
{
	uint64_t calls = 0;
	struct task *task;

	if (!executor) return 0;
	while (calls < limit && (task = take_ready(executor))) {
		task->polls++;
		executor->polls++;
		calls++;
		settle_task(executor, task, task->poll(task));
	}
	return calls;
}

bool executor_sleep_if_idle(struct executor *executor)
{
	if (!executor) return false;
	wait_irq_disable(&executor->wait);
	bool idle = !executor->first;

	if (idle) {
		executor->sleeps++;
		wait_for_irq(&executor->wait);
	}
	wait_irq_enable(&executor->wait);
	return idle;
}

enum task_status executor_run(struct executor *executor)
{
	if (!executor) return TASK_NULL;
	wait_irq_enable(&executor->wait);
	while (executor->tasks) {
		(void)executor_run_ready(executor, UINT64_MAX);
		if (executor->tasks) (void)executor_sleep_if_idle(executor);
	}
	return TASK_OK;
}
