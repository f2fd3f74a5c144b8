/* SPDX-License-Identifier: MIT */
/* Tasks, with the interrupts of a timer: sleep, and what ends it. */
#include "bimetal/pic_8259.h"
#include "bimetal/pit_8254.h"
#include "bimetal/task.h"
#include "bimetal/twin.h"

enum { TIMER = 0, MASTER_VECTOR = 0x20, SLAVE_VECTOR = 0x28, TICKS = 5, HZ = 1000 };

static struct pic pic;
static struct pit pit;
static struct executor executor;
static volatile uint64_t ticks;
static struct task_waker waker;

static void on_tick(void *ctx)
{
	(void)ctx;
	executor_tick(&executor, ++ticks);
	task_waker_wake(&waker);
	twin_expect_eq(pic_end(&pic, TIMER), PIC_OK);
}

static void start(void)
{
	const struct pic_config config = { .master_vector = MASTER_VECTOR,
					   .slave_vector = SLAVE_VECTOR };
	twin_assert_eq(executor_init(&executor, *twin_wait()), TASK_OK);
	twin_assert_eq(pit_init(&pit, twin_port(0), *twin_wait()), PIT_OK);
	twin_assert_eq(pic_init(&pic, twin_port(0), *twin_wait(), &config), PIC_OK);
	twin_assert_eq(pic_disable(&pic), PIC_OK);
	twin_on_interrupt(MASTER_VECTOR + TIMER, on_tick, NULL);
	twin_assert_eq(pic_unmask(&pic, TIMER), PIC_OK);
}

static enum task_poll until_alarm(struct task *task)
{
	if (ticks >= TICKS) return TASK_DONE;
	twin_expect_eq(task_alarm(task, TICKS), TASK_OK);
	return TASK_PENDING;
}

/* It is called twice: at the start, and when its alarm rings. Meanwhile the CPU sleeps. */
TWIN(task, it_sleeps_and_an_alarm_wakes_it)
{
	struct task task = { .poll = until_alarm, .name = "alarm" };
	start();
	twin_assert_eq(executor_spawn(&executor, &task), TASK_OK);
	twin_assert_eq(pit_set_rate(&pit, 0, HZ), PIT_OK);
	twin_assert_eq(executor_run(&executor), TASK_OK);
	wait_irq_disable(twin_wait());
	twin_expect_eq(pic_disable(&pic), PIC_OK);
	twin_expect_eq(task.polls, 2);
	twin_expect(executor.sleeps >= 1);
	twin_expect(ticks >= TICKS);
}

static uint64_t ticks_before;

/* Register, then look: the interrupt may have come before. */
static enum task_poll once_woken(struct task *task)
{
	task_waker_register(&waker, task);
	return ticks == ticks_before ? TASK_PENDING : TASK_DONE;
}

/* One interrupt, at many distances from the look at the tasks: a wake-up that is lost leaves the
 * CPU asleep for ever, as no second one comes. */
TWIN(task, no_wake_up_is_lost)
{
	enum { TRIES = 24, STEP_NS = 900 };
	start();
	for (uint32_t i = 1; i <= TRIES; i++) {
		struct task task = { .poll = once_woken, .name = "waiting" };
		ticks_before = ticks;
		twin_assert_eq(executor_spawn(&executor, &task), TASK_OK);
		twin_assert_eq(pit_set_timer(&pit, 0, i * STEP_NS), PIT_OK);
		twin_assert_eq(executor_run(&executor), TASK_OK);
		wait_irq_disable(twin_wait());
		twin_expect_eq(task.state, TASK_FINISHED);
	}
}

static struct task_queue queue;

static enum task_poll take_three(struct task *task)
{
	uint8_t byte;
	while (task_queue_take(&queue, task, &byte) == TASK_OK)
		if (byte == 3) return TASK_DONE;
	return TASK_PENDING;
}

static void on_byte(void *ctx)
{
	(void)ctx;
	twin_expect_eq(task_queue_put(&queue, (uint8_t)++ticks), TASK_OK);
	twin_expect_eq(pic_end(&pic, TIMER), PIC_OK);
}

TWIN(task, a_handler_feeds_a_queue)
{
	uint8_t room[4];
	struct task task = { .poll = take_three, .name = "reader" };
	start();
	twin_on_interrupt(MASTER_VECTOR + TIMER, on_byte, NULL);
	twin_assert_eq(task_queue_init(&queue, *twin_wait(), room, sizeof room), TASK_OK);
	twin_assert_eq(executor_spawn(&executor, &task), TASK_OK);
	twin_assert_eq(pit_set_rate(&pit, 0, HZ), PIT_OK);
	twin_assert_eq(executor_run(&executor), TASK_OK);
	wait_irq_disable(twin_wait());
	twin_expect_eq(pic_disable(&pic), PIC_OK);
	twin_expect_eq(queue.lost, 0);
}
