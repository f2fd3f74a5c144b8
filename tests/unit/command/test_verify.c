/* SPDX-License-Identifier: MIT */
/* --verify finds a difference, and says what differs and since when. To cause one, the linker wraps
 * machine_run() for stepped machines. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/command/run.h"
#include "harness/command/verify.h"
#include "tests/check.h"

enum fault { FAULT_NONE, FAULT_MEMORY, FAULT_REGISTER, FAULT_DEVICE, FAULT_INTERRUPT, FAULT_TIME };
enum { FAULT_NS = 30000, POKED = 0x5123, TEXT_SIZE = 8192 };

static enum fault fault;
static unsigned machines;     /* made so far */
static unsigned only_machine; /* number of the machine that gets the fault; 0: all stepped ones */
static bool done;             /* the last machine made has got its fault */
static bool bad_fault;        /* the guest was not at the expected place */

const char *__real_machine_init(struct machine *m, const struct machine_config *config);
const char *__wrap_machine_init(struct machine *m, const struct machine_config *config);
enum cpu_stop __real_machine_run(struct machine *m, uint64_t until_ns);
enum cpu_stop __wrap_machine_run(struct machine *m, uint64_t until_ns);

const char *__wrap_machine_init(struct machine *m, const struct machine_config *config)
{
	machines++;
	done = false;
	return __real_machine_init(m, config);
}

static void err(struct machine *m)
{
	struct cpu_regs regs;
	const uint8_t byte = 0x5a;

	switch (fault) {
	case FAULT_MEMORY: bad_fault = !mem_write(&m->mem, POKED, &byte, 1); break;
	case FAULT_REGISTER:
		cpu_get_regs(m->cpu, &regs);
		regs.gpr[CPU_RBX] ^= 1;
		cpu_set_regs(m->cpu, &regs);
		break;
	case FAULT_DEVICE: bus_write(&m->bus, BUS_MEMORY, 0xfee00080, 32, 0x20); break;
	case FAULT_INTERRUPT: cpu_set_nmi(m->cpu); break;
	case FAULT_TIME: clock_advance(&m->clock, 1); break;
	case FAULT_NONE: break;
	}
}

/* Injects the fault at the first block of instructions from FAULT_NS on, wherever the runs are
 * paused. */
enum cpu_stop __wrap_machine_run(struct machine *m, uint64_t until_ns)
{
	bool errs = only_machine ? machines == only_machine : m->config.step;

	if (fault == FAULT_NONE || !errs || done) return __real_machine_run(m, until_ns);
	enum cpu_stop stop = __real_machine_run(m, until_ns < FAULT_NS ? until_ns : FAULT_NS);
	if (stop != CPU_STOP_TIME || clock_now(&m->clock) < FAULT_NS) return stop;
	done = true;
	err(m);
	return until_ns > FAULT_NS ? __real_machine_run(m, until_ns) : stop;
}

/* inc eax; jmp back to it: two instructions, one block. */
static const uint8_t loop[] = { 0x40, 0xeb, 0xfd };

static char image[] = "/tmp/test_verify.XXXXXX";
static char text[TEXT_SIZE];
static bool quiet;

static void write_image(const uint8_t *code, size_t size)
{
	FILE *f = fopen(image, "wb");

	require(f && fwrite(code, 1, size, f) == size);
	fclose(f);
}

static void make_image(void)
{
	int fd = mkstemp(image);

	require(fd >= 0);
	close(fd);
	write_image(loop, sizeof(loop));
	fault = FAULT_NONE;
	machines = only_machine = 0;
	quiet = false;
}

static void remove_image(void) { unlink(image); }

/* Returns the exit code; messages are in `text`. */
static int run(const char *runs)
{
	char *argv[] = { (char *)"bimetal run",
			 (char *)"--boot",
			 (char *)"flat",
			 (char *)"--max-time",
			 (char *)"100us",
			 (char *)"--verify",
			 (char *)runs,
			 image,
			 quiet ? (char *)"--quiet" : NULL,
			 NULL };
	FILE *messages = tmpfile();
	int saved = dup(STDERR_FILENO);

	fflush(stderr);
	dup2(fileno(messages), STDERR_FILENO);
	int code = cmd_run((int)(sizeof(argv) / sizeof(argv[0])) - (quiet ? 1 : 2), argv);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(messages);
	text[fread(text, 1, sizeof(text) - 1, messages)] = '\0';
	fclose(messages);
	return code;
}

static void expect_says(const char *what)
{
	check(strstr(text, what) != NULL, "'%s' is not in:\n%s", what, text);
}

TestSuite(verify, .init = make_image, .fini = remove_image, .timeout = 60);

Test(verify, equal_runs_keep_the_exit_code)
{
	check(run("plain,traced,stepped,stepped") == EXIT_CODE_LIMIT);
	expect_says("4 more runs (1 plain, 1 traced, 2 stepped), all equal to the first");
	check(machines == 5);
}

Test(verify, a_difference_in_memory_is_reported_with_its_address_and_instruction)
{
	fault = FAULT_MEMORY;
	check(run("3") == EXIT_CODE_DIFFERS);
	expect_says("run 4 (stepped) differs from the first");
	expect_says("  digest               ");
	/* Power-on is at 0 ns; each pass of the loop takes 2 ns. */
	expect_says("both runs are equal at 0.000029998 s virtual, after 29998 instructions, "
		    "pc 0x100000; one block of instructions later, at 0.000030000 s");
	expect_says("  memory               1 page, first at 0x5123: 0xcc | 0x5a\n");
	check(!bad_fault);
}

Test(verify, a_difference_in_a_register_is_reported_with_both_values)
{
	fault = FAULT_REGISTER;
	check(run("stepped") == EXIT_CODE_DIFFERS);
	expect_says("run 2 (stepped) differs");
	expect_says("after 29998 instructions");
	expect_says("  CPU rbx              0xdeadc0de | 0xdeadc0df\n");
}

Test(verify, a_difference_in_a_device_is_reported_by_the_name_of_its_register)
{
	fault = FAULT_DEVICE;
	check(run("stepped") == EXIT_CODE_DIFFERS);
	expect_says("after 29998 instructions");
	expect_says("  lapic.TPR            0x0 | 0x20\n");
	expect_says("  events               not the same so far");
}

Test(verify, a_different_end_of_the_run_is_reported)
{
	fault = FAULT_INTERRUPT; /* without an IDT */
	check(run("stepped") == EXIT_CODE_DIFFERS);
	expect_says("  end                  time-limit | triple-fault\n");
	expect_says("  exit code            4 | 5\n");
	expect_says("after 29998 instructions");
}

Test(verify, a_difference_in_time_is_reported)
{
	fault = FAULT_TIME;
	check(run("stepped") == EXIT_CODE_DIFFERS);
	expect_says("  virtual time         0.000030000 s | 0.000030001 s\n");
}

/* inc eax; out 0x80, al; jmp back: a block of three instructions that takes 1003 ns. */
Test(verify, one_block_may_take_longer_than_many_checkpoints)
{
	static const uint8_t slow[] = { 0x40, 0xe6, 0x80, 0xeb, 0xfb };

	write_image(slow, sizeof(slow));
	fault = FAULT_MEMORY;
	check(run("stepped") == EXIT_CODE_DIFFERS);
	/* after 29 passes of the loop, and after 30 */
	expect_says("0.000029087 s virtual, after 87 instructions, pc 0x100000; one block of "
		    "instructions later, at 0.000030090 s");
}

/* Only the second machine gets the fault, not those that search for the place. */
Test(verify, a_difference_that_does_not_repeat_is_not_placed)
{
	fault = FAULT_REGISTER;
	only_machine = 2;
	check(run("plain") == EXIT_CODE_DIFFERS);
	expect_says("run 2 (plain) differs");
	expect_says("when repeated side by side, the runs did not differ");
}

Test(verify, quiet_hides_success_but_no_difference)
{
	quiet = true;
	check(run("1") == EXIT_CODE_LIMIT);
	check(strstr(text, "all equal") == NULL, "%s", text);
	fault = FAULT_MEMORY;
	machines = 0;
	check(run("stepped") == EXIT_CODE_DIFFERS);
	expect_says("run 2 (stepped) differs from the first");
	expect_says("first at 0x5123: 0xcc | 0x5a");
}
