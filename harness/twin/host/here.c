/* SPDX-License-Identifier: MIT */
#include "harness/twin/host/here.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/twin/program.h"
#include "portio_world.h"

enum { STATUS_USAGE = 2 };

/* In the call, as in io.c of the accessors. */
#define CALLED_FROM ((uintptr_t)__builtin_return_address(0) - 1)

static struct bimetal_cpu *here;

void here_set(struct bimetal_cpu *cpu) { here = cpu; }

/* Without a machine there is no way to go on: an answer of any kind would be made up. */
static _Noreturn void no_test_runs(uintptr_t pc)
{
	char path[PATH_MAX], place[PROGRAM_PLACE];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[n > 0 ? n : 0] = '\0';
	struct program *program = program_open(path);
	program_place(program, pc, place, sizeof(place));
	program_close(program);
	fprintf(stderr,
		"%s%sa function of bimetal/portio.h was called, but no twin test is running: it "
		"acts on "
		"the machine of that test. Call the driver from the body of a TWIN()\n",
		place, place[0] ? ": " : "");
	fflush(stderr);
	_exit(STATUS_USAGE);
}

static struct bimetal_cpu *cpu_for(uintptr_t pc)
{
	if (!here) no_test_runs(pc);
	here->s.pc = pc;
	return here;
}

static enum bus_space space_of(enum io_space space)
{
	return space == IO_PORT ? BUS_PORT : BUS_MEMORY;
}

uint64_t bimetal_here_read(enum io_space space, uint64_t address, unsigned width)
{
	uintptr_t pc = CALLED_FROM;
	return host_cpu_read(cpu_for(pc), space_of(space), address, width, pc);
}

void bimetal_here_write(enum io_space space, uint64_t address, unsigned width, uint64_t value)
{
	uintptr_t pc = CALLED_FROM;
	host_cpu_write(cpu_for(pc), space_of(space), address, width, value, pc);
}

void bimetal_here_cli(void) { (void)host_cpu_set_interrupts(cpu_for(CALLED_FROM), false); }
void bimetal_here_sti(void) { host_cpu_sti(cpu_for(CALLED_FROM)); }
void bimetal_here_relax(void) { host_cpu_pass(cpu_for(CALLED_FROM), CPU_CHARGE_PAUSE); }
bool bimetal_here_interrupts(void) { return cpu_for(CALLED_FROM)->s.interrupts_on; }

void bimetal_here_hlt(void)
{
	struct bimetal_cpu *cpu = cpu_for(CALLED_FROM);

	if (host_cpu_hlt(cpu)) return;
	cpu->stuck(cpu->stuck_ctx, cpu->s.interrupts_on
					   ? "hlt() with nothing left that could interrupt"
					   : "hlt() with interrupts off: nothing can wake it");
}
