/* SPDX-License-Identifier: MIT */
#ifndef DRIVERS_TASK_INTERNAL_H
#define DRIVERS_TASK_INTERNAL_H

#include "bimetal/task.h"

/* Put a task at the end of the ready list. Interrupts are off. */
void task_make_ready(struct task *task);
/* Take the alarm of a task off its list. Interrupts are off. */
void task_forget_alarm(struct task *task);

#endif
