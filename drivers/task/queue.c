/* SPDX-License-Identifier: MIT */
/* Wakers, and queues of bytes between a handler and a task. */
#include "bimetal/task.h"

void task_waker_register(struct task_waker *waker, struct task *task)
{
	if (waker) waker->task = task;
}

void task_waker_wake(struct task_waker *waker)
{
	if (!waker) return;
	struct task *task = waker->task;
	waker->task = NULL;
	task_wake(task);
}

enum task_status task_queue_init(struct task_queue *queue, struct wait wait, uint8_t *bytes,
				 uint32_t size)
{
	if (!queue || !bytes) return TASK_NULL;
	if (size == 0) return TASK_BAD_ARG;
	*queue = (struct task_queue){ .bytes = bytes, .size = size, .wait = wait };
	return TASK_OK;
}

enum task_status task_queue_put(struct task_queue *queue, uint8_t byte)
{
	if (!queue) return TASK_NULL;
	bool on = wait_irq_save(&queue->wait);
	bool room = queue->n < queue->size;

	if (room) {
		uint32_t to_end = queue->size - queue->first;
		queue->bytes[queue->n < to_end ? queue->first + queue->n : queue->n - to_end] =
			byte;
		queue->n++;
	} else {
		queue->lost++;
	}
	task_waker_wake(&queue->reader);
	wait_irq_restore(&queue->wait, on);
	return room ? TASK_OK : TASK_FULL;
}

enum task_status task_queue_take(struct task_queue *queue, struct task *task, uint8_t *byte)
{
	if (!queue || !byte) return TASK_NULL;
	bool on = wait_irq_save(&queue->wait);
	bool some = queue->n > 0;

	if (some) {
		*byte = queue->bytes[queue->first];
		queue->first = queue->first + 1 < queue->size ? queue->first + 1 : 0;
		queue->n--;
	} else {
		task_waker_register(&queue->reader, task);
	}
	wait_irq_restore(&queue->wait, on);
	return some ? TASK_OK : TASK_EMPTY;
}
