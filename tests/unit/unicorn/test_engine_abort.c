/* SPDX-License-Identifier: MIT */
/* If the engine aborts, its CPU stops for good and says why; the process and other CPUs go on. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/unit/unicorn/cpu_fixture.h"

enum { TIMES = 100, PORT_GIVE_UP = 0xe0 };

/* The functions that the build makes the engine call. */
_Noreturn void bimetal_unicorn_abort(void);
_Noreturn void bimetal_unicorn_exit(int status);
_Noreturn void bimetal_unicorn_assert_fail(const char *what, const char *file, unsigned line,
					   const char *function);
int bimetal_unicorn_fprintf(FILE *out, const char *format, ...);

static void by_abort(void)
{
	bimetal_unicorn_fprintf(stderr, "%s:%d: tcg fatal error\n", "tcg.c", 7);
	bimetal_unicorn_abort();
}

static void by_exit(void) { bimetal_unicorn_exit(1); }

static void by_assertion(void) { bimetal_unicorn_assert_fail("0 == 1", "exec.c", 12, "fill"); }

static void by_segmentation_fault(void)
{
	volatile uintptr_t nowhere = 16;
	*(volatile char *)nowhere = 1; // NOLINT(performance-no-int-to-ptr)
}

static void by_endless_recursion(void)
{
	static void (*volatile again)(void) = by_endless_recursion;
	volatile char frame[4096];
	frame[0] = 0;
	again();
	frame[1] = frame[0];
}

static void by_words_alone(void) { bimetal_unicorn_fprintf(stderr, "just a warning\n"); }

static void (*give_up)(void);

static void write_or_give_up(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	if (offset == PORT_GIVE_UP) give_up();
	port_write(dev, offset, width, value);
}

static const struct device_ops giving_up = { .name = "ports",
					     .mem_read = port_read,
					     .mem_write = write_or_give_up };

/* mov al, 5; out e0h, al; out f4h, al; hlt */
static const uint8_t code[] = { 0xb0, 0x05, 0xe6, 0xe0, 0xe6, 0xf4, 0xf4 };

static void start(void (*how)(void))
{
	give_up = how;
	make_cpu(false);
	ports.ops = &giving_up;
	start_protected(code, sizeof code);
}

static void expect_death(void (*how)(void), const char *words)
{
	struct cpu_regs regs;
	start(how);
	for (int i = 0; i < 2; i++) { /* the CPU stays stopped */
		check_eq(int, (int)cpu_run(cpu, 1000000), CPU_STOP_INTERNAL);
		const char *detail = cpu_stop_detail(cpu);
		check(strstr(detail, words) != NULL, "%s", detail);
		check(strstr(detail, "0x100002 (bytes e6 e0 e6 f4 f4)") != NULL, "%s", detail);
	}
	cpu_get_regs(cpu, &regs);
	check_eq(u64, regs.rip, CODE_AT + 2);
	check_eq(u64, regs.gpr[CPU_RSP], STACK_AT);
	free_cpu();
}

Test(engine_abort, abort_is_reported_with_place_bytes_and_message)
{
	expect_death(
		by_abort,
		"at the instruction at 0x100002 (bytes e6 e0 e6 f4 f4): tcg.c:7: tcg fatal error");
}

Test(engine_abort, the_place_is_linear_in_real_mode_too)
{
	start(by_abort);
	start_real(code, sizeof code);
	check_eq(int, (int)cpu_run(cpu, 1000000), CPU_STOP_INTERNAL);
	const char *detail = cpu_stop_detail(cpu);
	check(strstr(detail, "at 0x7c02 (bytes e6 e0 e6") != NULL, "%s", detail);
	free_cpu();
}

static void on_block(void *ctx, const struct cpu_block *block)
{
	(void)ctx;
	(void)block;
	by_abort();
}

Test(engine_abort, outside_an_access_the_place_is_a_block)
{
	static const struct cpu_block_observer observer = { .block = on_block };
	start(by_words_alone);
	cpu_observe_blocks(cpu, &observer);
	check_eq(int, (int)cpu_run(cpu, 1000000), CPU_STOP_INTERNAL);
	const char *detail = cpu_stop_detail(cpu);
	check(strstr(detail, "in the block at 0x100000 (bytes b0 05 e6 e0 e6 f4 f4): tcg.c:7") !=
		      NULL,
	      "%s", detail);
	free_cpu();
}

#ifndef __SANITIZE_ADDRESS__ /* the sanitizer's memory is as large as the limit */
static rlim_t address_space(void)
{
	char line[128] = "";
	FILE *in = fopen("/proc/self/statm", "r"); /* in pages */
	require(in != NULL);
	require(fgets(line, sizeof line, in) != NULL);
	fclose(in);
	return strtoul(line, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
}

Test(engine_abort, no_memory_for_an_engine_is_reported)
{
	enum {
		SOME = 300 << 20
	}; /* in addition to what is in use; the engine reserves a gigabyte */
	start(by_words_alone);
	struct cpu_config config = { .mem = &mem, .bus = &bus, .clock = &clk, .hub = &hub };
	char error[CPU_ERROR_SIZE] = "";
	struct rlimit limit = { .rlim_cur = address_space() + SOME, .rlim_max = RLIM_INFINITY };
	require(setrlimit(RLIMIT_AS, &limit) == 0);
	struct cpu *made = cpu_new(&config, error, sizeof(error));
	limit.rlim_cur = RLIM_INFINITY;
	require(setrlimit(RLIMIT_AS, &limit) == 0);
	check(made == NULL);
	check(strstr(error, "gave up as it was opened: ") != NULL, "%s", error);
}
#endif

Test(engine_abort, exit_is_reported) { expect_death(by_exit, "exit(1)"); }

Test(engine_abort, an_assertion_is_reported)
{
	expect_death(by_assertion, "exec.c:12: fill: assertion '0 == 1' failed");
}

Test(engine_abort, a_segmentation_fault_is_reported)
{
	require(cpu_catch_engine_faults());
	for (int i = 0; i < 3; i++)
		expect_death(by_segmentation_fault, "SIGSEGV, at the host's address 0x10");
}

Test(engine_abort, an_endless_recursion_is_reported)
{
	require(cpu_catch_engine_faults());
	expect_death(by_endless_recursion, "SIGSEGV");
}

Test(engine_abort, a_fault_elsewhere_is_its_handlers, .signal = SIGSEGV)
{
	require(cpu_catch_engine_faults());
	start(by_abort);
	cpu_run(cpu, 1000000);
	/* Without the sanitizer's handler, which ends the process. */
	signal(SIGSEGV, SIG_DFL);
	require(cpu_catch_engine_faults());
	by_segmentation_fault();
}

Test(engine_abort, words_alone_end_nothing)
{
	start(by_words_alone);
	check_eq(int, (int)cpu_run(cpu, 1000000), CPU_STOP_REQUESTED);
	free_cpu();
}

/* Ports, memory and clock belong to the fixture. */
static struct cpu *another_cpu(void)
{
	struct cpu_config config = { .mem = &mem, .bus = &bus, .clock = &clk, .hub = &hub };
	char error[CPU_ERROR_SIZE] = "";
	struct cpu *made = cpu_new(&config, error, sizeof(error));
	require(made != NULL, "%s", error);
	return made;
}

Test(engine_abort, a_hundred_in_one_process)
{
	static void (*const how[])(void) = { by_abort, by_exit, by_assertion };
	start(by_words_alone);
	struct cpu *survivor = cpu;
	struct cpu_regs regs;
	cpu_get_regs(survivor, &regs);
	for (int i = 0; i < TIMES; i++) {
		cpu = another_cpu();
		cpu_set_regs(cpu, &regs);
		give_up = how[i % 3];
		require_eq(int, (int)cpu_run(cpu, UINT64_MAX), CPU_STOP_INTERNAL);
		cpu_reset(cpu);
		cpu_set_a20(cpu, false);
		cpu_free(cpu);
	}
	cpu = survivor;
	give_up = by_words_alone;
	check_eq(int, (int)cpu_run(survivor, UINT64_MAX), CPU_STOP_REQUESTED);
	free_cpu();
}

Test(engine_abort, a_dead_one_can_be_copied_and_copied_to)
{
	start(by_abort);
	struct cpu *dead = cpu;
	struct cpu_regs regs;
	cpu_get_regs(dead, &regs);
	cpu_run(dead, 1000000);
	cpu = another_cpu();
	cpu_copy_state(cpu, dead);
	cpu_copy_state(dead, cpu);
	give_up = by_words_alone;
	cpu_set_regs(cpu, &regs);
	check_eq(int, (int)cpu_run(cpu, UINT64_MAX), CPU_STOP_REQUESTED);
	check_eq(int, (int)cpu_run(dead, UINT64_MAX), CPU_STOP_INTERNAL);
	cpu_free(dead);
	free_cpu();
}

Test(engine_abort, outside_of_a_run_the_process_aborts, .signal = SIGABRT) { by_abort(); }
