/* SPDX-License-Identifier: MIT */
/* cpu_preempt(): no request is lost, whatever the guest does, and the run can go on as if nothing
 * had happened. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>

#include "tests/unit/unicorn/cpu_fixture.h"

enum { FIRST_US = 2000, EVERY_US = 200, SLIDE = 4000, ROUNDS = 2000 };

static void on_alarm(int number)
{
	(void)number;
	cpu_preempt(cpu);
}

static void ring_every(int us)
{
	struct itimerval every = { .it_value = { .tv_usec = us ? FIRST_US : 0 },
				   .it_interval = { .tv_usec = us } };
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
}

/* The alarm comes only once: if the request is lost, the guest runs until Criterion ends the test.
 */
static void expect_preempted(void)
{
	for (int i = 0; i < 3; i++) {
		ring_every(0);
		setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_usec = FIRST_US }, NULL);
		check_eq(int, (int)cpu_run(cpu, UINT64_MAX), CPU_STOP_PREEMPTED);
	}
	free_cpu();
}

Test(preempt, before_a_run_it_returns_at_once, .timeout = 60)
{
	static const uint8_t code[] = { 0xe6, 0xf4, 0xf4 }; /* out f4h, al; hlt */
	make_cpu(false);
	start_protected(code, sizeof code);
	cpu_preempt(cpu);
	check_eq(int, (int)cpu_run(cpu, 1000), CPU_STOP_PREEMPTED);
	check_eq(u64, clock_now(&clk), 0);
	check_eq(int, (int)cpu_run(cpu, 1000000), CPU_STOP_REQUESTED);
	free_cpu();
}

Test(preempt, a_loop_on_itself, .timeout = 60)
{
	static const uint8_t code[] = { 0xeb, 0xfe }; /* jmp . */
	make_cpu(false);
	start_protected(code, sizeof code);
	expect_preempted();
}

Test(preempt, a_loop_of_steps, .timeout = 60)
{
	static const uint8_t code[] = { 0x90, 0xeb, 0xfd }; /* nop; jmp . - 1 */
	make_cpu(true);
	start_protected(code, sizeof code);
	expect_preempted();
}

/* rep stosb with the largest ECX, again and again */
Test(preempt, a_string_instruction, .timeout = 60)
{
	static const uint8_t code[] = { 0xbf, 0x00, 0x00, 0x20, 0x00, 0x83,
					0xc9, 0xff, 0xf3, 0xaa, 0xeb, 0xf4 };
	make_cpu(false);
	start_protected(code, sizeof code);
	expect_preempted();
}

/* The handler of #UD is UD2, so no block is ever entered. The frames go to unused memory. */
Test(preempt, a_fault_in_each_handler, .timeout = 60)
{
	static const uint8_t code[] = { 0x0f, 0x0b };
	static const uint8_t vector[] = { 0x00, 0x7c, 0x00, 0x00 };
	make_cpu(false);
	require(mem_write(&mem, 6 * sizeof vector, vector, sizeof vector));
	start_real(code, sizeof code);
	struct cpu_regs r;
	cpu_get_regs(cpu, &r);
	r.seg[CPU_SS].base = 0x20000;
	r.seg[CPU_SS].selector = 0x2000;
	cpu_set_regs(cpu, &r);
	expect_preempted();
}

/* ---- from another thread */

enum { REQUESTS = 2000 };
static atomic_int answered;

/* Makes one request at a time: the next one when the last was answered. */
static void *request(void *unused)
{
	for (int i = 0; i < REQUESTS; i++) {
		cpu_preempt(cpu);
		while (atomic_load(&answered) == i) sched_yield();
	}
	return unused;
}

/* A loop of uncommon blocks (PAUSE): each of them sets the limit of common blocks again. */
Test(preempt, no_request_of_another_thread_is_lost, .timeout = 60)
{
	static const uint8_t code[] = { 0xf3, 0x90, 0xeb, 0xfc }; /* pause; jmp . - 2 */
	pthread_t thread;
	make_cpu(false);
	start_protected(code, sizeof code);
	require(pthread_create(&thread, NULL, request, NULL) == 0);
	for (int i = 0; i < REQUESTS; i++) {
		require_eq(int, (int)cpu_run(cpu, UINT64_MAX), CPU_STOP_PREEMPTED);
		atomic_store(&answered, i + 1);
	}
	pthread_join(thread, NULL);
	free_cpu();
}

/* ---- going on */

struct end {
	struct cpu_regs regs;
	uint64_t now, instructions;
	unsigned preempted;
};

/* Runs code that counts ROUNDS times, through a slide of NOPs that the engine cuts into several
 * blocks. */
static struct end run_to_end(int every_us)
{
	enum { HEAD = 5, TAIL_AT = HEAD + 2 + SLIDE };
	static uint8_t code[TAIL_AT + 16];
	static const uint8_t head[] = { 0xb9, ROUNDS & 0xff, ROUNDS >> 8, 0, 0, 0xff, 0xc3 };
	struct end end = { 0 };
	memset(code, 0x90, sizeof code);
	memcpy(code, head, sizeof head); /* mov ecx, ROUNDS; inc ebx; nops */
	code[TAIL_AT] = 0x49;            /* dec ecx */
	code[TAIL_AT + 1] = 0x0f;        /* jnz to the inc */
	code[TAIL_AT + 2] = 0x85;
	int32_t back = HEAD - (TAIL_AT + 7);
	memcpy(code + TAIL_AT + 3, &back, sizeof back);
	code[TAIL_AT + 7] = 0xe6; /* out f4h, al */
	code[TAIL_AT + 8] = 0xf4;
	code[TAIL_AT + 9] = 0xf4; /* hlt */
	make_cpu(false);
	start_protected(code, sizeof code);
	ring_every(every_us);
	for (;;) {
		enum cpu_stop stop = cpu_run(cpu, UINT64_MAX);
		if (stop == CPU_STOP_REQUESTED) break;
		require_eq(int, (int)stop, CPU_STOP_PREEMPTED);
		end.preempted++;
	}
	ring_every(0);
	cpu_get_regs(cpu, &end.regs);
	end.now = clock_now(&clk);
	end.instructions = cpu_stats(cpu).instructions;
	free_cpu();
	return end;
}

/* On a busy host the signal may come after the end of the run: then it is done again. */
Test(preempt, the_run_can_go_on_as_if_nothing_had_been, .timeout = 60)
{
	enum { TRIES = 200 };
	struct end whole = run_to_end(0);
	struct end torn = { 0 };
	check_eq(u64, whole.instructions, 1 + ROUNDS * (SLIDE + 3) + 2);
	check_eq(uint, whole.preempted, 0);
	for (unsigned i = 0; i < TRIES && !torn.preempted; i++) {
		torn = run_to_end(EVERY_US);
		check_eq(u64, torn.regs.gpr[CPU_RBX], whole.regs.gpr[CPU_RBX]);
		check_eq(u64, torn.regs.rip, whole.regs.rip);
		check_eq(u64, torn.now, whole.now);
		check_eq(u64, torn.instructions, whole.instructions);
	}
	check_gt(uint, torn.preempted, 0);
}
