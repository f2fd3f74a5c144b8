/* SPDX-License-Identifier: MIT */
/* Alarms: a list in the order in which they ring. */
#include "internal.h"

void task_forget_alarm(struct task *task)
{
	struct task **link = &task->executor->alarms;

	if (!task->has_alarm) return;
	while (*link && *link != task) link = &(*link)->next_alarm;
	if (*link) *link = task->next_alarm;
	task->next_alarm = NULL;
	task->has_alarm = false;
}

enum task_status task_alarm(struct task *task, uint64_t at)
{
	if (!task || !task->executor) return TASK_NULL;
	const struct wait *wait = &task->executor->wait;
	bool on = wait_irq_save(wait);
	struct task **link = &task->executor->alarms;

	task_forget_alarm(task);
	while (*link && (*link)->alarm <= at) link = &(*link)->next_alarm;
	task->alarm = at;
	task->has_alarm = true;
	task->next_alarm = *link;
	*link = task;
	wait_irq_restore(wait, on);
	return TASK_OK;
}

void executor_tick(struct executor *executor, uint64_t now)
{
	struct task *task;

	if (!executor) return;
	bool on = wait_irq_save(&executor->wait);
	executor->now = now;
	while ((task = executor->alarms) && task->alarm <= now) {
		task_forget_alarm(task);
		task_wake(task);
	}
	wait_irq_restore(&executor->wait, on);
}
