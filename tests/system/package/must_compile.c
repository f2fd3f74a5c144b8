/* SPDX-License-Identifier: MIT */
/* A kernel that includes our headers, before or behind its own, and has these names for itself.
 * Inside of bimetal they are names too. */
#ifdef HEADERS_FIRST
#include "headers.h"
#endif

#define REG_RW     3
#define REG_RO     1
#define BUS_PORT   1
#define BUS_MEMORY 2
#define IO_H       "the guard of a header of its own"
#define WAIT_H     "another one"

struct device {
	struct bus *on;
};
struct bus {
	struct device *first;
};
struct clock {
	unsigned long ticks;
};
struct mem {
	void *base;
};
struct processor {
	int id;
};
struct access {
	unsigned long address;
};
struct cpuid {
	unsigned eax, ebx, ecx, edx;
};
struct cpu {
	struct processor processor;
	struct cpuid leaf;
};
struct hub {
	struct device *port[4];
};
struct observer {
	struct observer *next;
};
struct machine {
	struct cpu cpu;
	struct hub hub;
};
struct host_cpu {
	int number;
};
enum bus_space { SPACE_CONFIG, SPACE_MEMORY };

#ifdef HEADERS_LAST
#include "headers.h"
#endif

int own_names(struct device *device, struct clock *clock, struct mem *mem, struct access *access);
int own_names(struct device *device, struct clock *clock, struct mem *mem, struct access *access)
{
	struct machine machine = { .cpu = { .processor = { .id = REG_RW } } };

	clock->ticks = access->address;
	return device->on == 0 && mem->base == 0 ? machine.cpu.processor.id : BUS_PORT;
}

/* And with all that, ours work. */
int our_names(struct io io, const struct wait *wait, struct msrs msrs);
int our_names(struct io io, const struct wait *wait, struct msrs msrs)
{
	wait_relax(wait);
	return (int)(io_read8(io, 0) + msr_cpuid(msrs, 1, 0).edx);
}
