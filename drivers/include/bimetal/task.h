/* SPDX-License-Identifier: MIT */
/* Cooperative tasks on one CPU. A task is a function that does what it can and returns; it is
 * called again when somebody woke it: another task, an interrupt handler, an alarm. When no task is
 * ready the CPU sleeps until an interrupt. An interrupt that comes between the look at the tasks
 * and the sleep is not lost: the look is made with interrupts off, and STI; HLT are adjacent (SDM
 * Vol. 2B, STI: interrupts are taken only behind the instruction that follows).
 *
 * Freestanding: no libc, no heap. Tasks, bytes and queues are the caller's; they must outlive the
 * executor's use of them. */
#ifndef BIMETAL_TASK_H
#define BIMETAL_TASK_H

/* For example, a task that a handler feeds:
 *
 *	static struct task_queue keys;
 *
 *	static enum task_poll count(struct task *task)
 *	{
 *		unsigned *n = task->ctx;
 *		uint8_t byte;
 *
 *		while (task_queue_take(&keys, task, &byte) == TASK_OK) ++*n;
 *		return TASK_PENDING;
 *	}
 *
 *	static void on_keyboard_interrupt(struct io keyboard)
 *	{
 *		(void)task_queue_put(&keys, io_read8(keyboard, 0));
 *	}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/io.h"
#include "bimetal/wait.h"

#define TASK_MUST_USE __attribute__((warn_unused_result))

enum task_status {
	TASK_OK,
	TASK_NULL,    /* a null pointer */
	TASK_BAD_ARG, /* a queue of no bytes */
	TASK_BUSY,    /* the task was already spawned and is not done */
	TASK_EMPTY,   /* nothing in the queue: the task will be woken */
	TASK_FULL     /* no room in the queue: the byte is lost and counted */
};

/* What a task's function returns. */
enum task_poll {
	TASK_PENDING, /* call me when I am woken */
	TASK_DONE     /* do not call me again */
};

enum task_state { TASK_NEW, TASK_WAITING, TASK_READY, TASK_RUNNING, TASK_FINISHED };

struct executor;

/* The caller sets `poll`, `ctx` and `name` and leaves the rest zero. Callers may read `state` and
 * `polls`. */
struct task {
	enum task_poll (*poll)(struct task *task);
	void *ctx;
	const char *name;
	/* The executor's. */
	struct executor *executor;
	struct task *next_ready, *next_task, *next_alarm;
	uint64_t alarm; /* when its alarm rings */
	uint64_t polls; /* how often it was called */
	enum task_state state;
	bool woken; /* while it runs: it is ready again */
	bool has_alarm;
};

/* Initialised by executor_init(). Callers may read the counters. */
struct executor {
	struct wait wait;
	struct task *first, *last; /* ready, in the order in which they were woken */
	struct task *tasks;        /* all that are not done, the last spawned first */
	struct task *alarms;       /* the next to ring first */
	uint64_t now;              /* of the last executor_tick() */
	uint64_t polls, sleeps;    /* calls of tasks; times that the CPU slept */
};

/* ---- running ---- */

TASK_MUST_USE enum task_status executor_init(struct executor *executor, struct wait wait);
/* Add a task. It is ready at once. Also from within a task. */
TASK_MUST_USE enum task_status executor_spawn(struct executor *executor, struct task *task);
/* Call ready tasks in the order in which they were woken, until none is ready or `limit` calls were
 * made; one that is woken meanwhile comes at the end.
 * Returns the number of calls. Interrupts stay as they are while a task runs. */
uint64_t executor_run_ready(struct executor *executor, uint64_t limit);
/* Sleep until an interrupt comes, unless a task is ready. Returns whether it slept. Interrupts are
 * on when it returns. */
bool executor_sleep_if_idle(struct executor *executor);
/* Run and sleep until every task is done. Interrupts are on when it returns. */
TASK_MUST_USE enum task_status executor_run(struct executor *executor);

/* ---- waking ---- */

/* Make the task ready, if it is not. In interrupt handlers too. A task that is running is called
 * once more. Nothing happens for a null pointer, or a task that is done or was never spawned. */
void task_wake(struct task *task);

/* Who is to be woken when something happens: a task registers, then looks whether it has already
 * happened, and only then returns TASK_PENDING. All zero: nobody. */
struct task_waker {
	struct task *task;
};
/* Remember this task, in the place of an earlier one. */
void task_waker_register(struct task_waker *waker, struct task *task);
/* Wake the task that is registered, and forget it. In interrupt handlers too. */
void task_waker_wake(struct task_waker *waker);

/* ---- alarms ---- */

/* Wake the task at the first executor_tick() whose time is not before `at`. Replaces an earlier
 * alarm of the task. TASK_NULL: no task, or one that is done or was never spawned. */
TASK_MUST_USE enum task_status task_alarm(struct task *task, uint64_t at);
/* The time is `now`, in the unit of the caller's timer. Call it in the timer's handler. */
void executor_tick(struct executor *executor, uint64_t now);

/* ---- queues of bytes ---- */

/* One writer, which may be an interrupt handler, and one reader, a task. */
struct task_queue {
	uint8_t *bytes; /* the caller's */
	uint32_t size, first, n;
	uint32_t lost; /* bytes that found no room */
	struct wait wait;
	struct task_waker reader;
};

/* A queue of `size` bytes, at least one; it holds all of them. */
TASK_MUST_USE enum task_status task_queue_init(struct task_queue *queue, struct wait wait,
					       uint8_t *bytes, uint32_t size);
/* Add a byte and wake the reader. */
enum task_status task_queue_put(struct task_queue *queue, uint8_t byte);
/* Take the oldest byte. TASK_EMPTY: there is none, and `task` is woken when one comes; without a
 * task nobody is. */
TASK_MUST_USE enum task_status task_queue_take(struct task_queue *queue, struct task *task,
					       uint8_t *byte);

#endif
