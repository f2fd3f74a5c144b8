/* SPDX-License-Identifier: MIT */
/* The processor that native drivers run on: their accesses reach the bus, cost virtual time, and
 * between them interrupts are taken. It is what an emulated CPU is to emulated ones.
 *
 * An interrupt is taken before the next access or wait while the interrupt flag is set: the handler
 * that the kernel registered is called with the flag clear. */
#ifndef BIMETAL_HOST_CPU_H
#define BIMETAL_HOST_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/bus.h"
#include "emu/clock.h"
#include "emu/mem.h"
#include "emu/processor.h"
#include "emu/x86/pins.h"
#include "io.h"
#include "x86_state.h"

struct host_cpu_state {      /* plain data */
	bool intr;           /* level of the interrupt request */
	bool nmi;            /* one is pending */
	bool in_nmi;         /* one is being handled: no further one */
	bool interrupts_on;  /* the interrupt flag */
	bool stopped;        /* the board asked for an end */
	bool woken;          /* the last thing done was an STI, at which interrupts were taken */
	uint64_t interrupts; /* taken so far */
	uintptr_t pc;        /* in the driver: where the last access or wait was made */
	struct host_x86_state x86; /* its registers, unless it stands for an emulated CPU */
};

/* What one leaf of CPUID tells. */
struct host_cpuid {
	uint32_t eax, ebx, ecx, edx;
};

/* The accessors' headers name its type, and so every native driver does: hence the prefix. */
struct bimetal_cpu {
	struct bus *bus;
	struct clock *clock;
	struct mem *mem;
	struct x86_pins pins;
	/* The kernel's: called for each interrupt with its vector (NMI: 2). NULL: an interrupt is
	 * taken and nothing done. */
	void (*dispatch)(void *ctx, uint8_t vector);
	void *dispatch_ctx;
	/* The board asked for an end (a reset, a debug exit): called before the next access, and to
	 * leave the driver it may jump. NULL: accesses go on. */
	void (*stop)(void *ctx);
	void *stop_ctx;
	/* The driver sleeps, and nothing is left that could wake it: called with a sentence; what
	 * sleeps may be left by a jump. NULL: the sleep ends without an interrupt. */
	void (*stuck)(void *ctx, const char *why);
	void *stuck_ctx;
	/* From this virtual time on, the same is done as if the board asked for an end: a driver
	 * that waits for something that never comes is ended. UINT64_MAX: never. */
	uint64_t end_ns;
	/* What it is: CPUID, and the features by name (emu/processor.h). NULL: CPUID tells zeros;
	 * native code can use whatever the board offers. */
	struct host_cpuid (*cpuid)(void *ctx, uint32_t leaf, uint32_t subleaf);
	bool (*has_feature)(void *ctx, const char *name);
	void *model_ctx;
	/* The emulated CPU whose registers the functions of x86_cpu.h and msr.h act on; without
	 * ops: this processor has its own. */
	struct processor emulated;
	struct host_cpu_state s;
};

/* Wire it: interrupts off. Bus, clock and memory must outlive it. */
void host_cpu_init(struct bimetal_cpu *cpu, struct bus *bus, struct clock *clock, struct mem *mem,
		   const struct x86_pins *pins);
/* As after power-on; wiring and handlers stay. */
void host_cpu_reset(struct bimetal_cpu *cpu);
/* The pins that a board drives. */
struct processor host_cpu_processor(struct bimetal_cpu *cpu);

/* One access of `width` bits. `pc`: where in the driver, for reports. */
uint64_t host_cpu_read(struct bimetal_cpu *cpu, enum bus_space space, uint64_t addr, unsigned width,
		       uintptr_t pc);
void host_cpu_write(struct bimetal_cpu *cpu, enum bus_space space, uint64_t addr, unsigned width,
		    uint64_t value, uintptr_t pc);

/* Act on an emulated CPU of the same memory, which has get_regs and what follows it in struct
 * processor_ops. Call it while that one does not run. Interrupts stay its own affair: INT n and HLT
 * are #UD here. */
void host_cpu_stand_for(struct bimetal_cpu *cpu, const struct processor *emulated);

/* One access to a model-specific register: those of the board, at the pins, then those of
 * x86_state.h or of the emulated CPU. Without one, or with a value that it refuses, interrupt 13 is
 * handled; a read gives 0 then. */
uint64_t host_cpu_read_msr(struct bimetal_cpu *cpu, uint32_t msr, uintptr_t pc);
void host_cpu_write_msr(struct bimetal_cpu *cpu, uint32_t msr, uint64_t value, uintptr_t pc);
struct host_cpuid host_cpu_cpuid(const struct bimetal_cpu *cpu, uint32_t leaf, uint32_t subleaf);

/* Handle a software interrupt, or an exception of the instruction that is executed. */
void host_cpu_interrupt(struct bimetal_cpu *cpu, uint8_t vector);
void host_cpu_fault(struct bimetal_cpu *cpu, uint8_t vector);

/* Let `ns` pass: deadlines fire in their order, interrupts are taken if they are on. */
void host_cpu_pass(struct bimetal_cpu *cpu, uint64_t ns);
/* Set the interrupt flag; returns what it was. Pending interrupts are taken at once when it is set.
 */
bool host_cpu_set_interrupts(struct bimetal_cpu *cpu, bool on);
/* Sleep until an interrupt was taken, or nothing is left that could bring one (true, false). The
 * interrupt flag is set meanwhile and clear afterwards. */
bool host_cpu_sleep(struct bimetal_cpu *cpu);

/* The instructions STI and HLT. STI takes interrupts only behind the instruction that follows, so
 * one that is pending wakes a HLT there (SDM Vol. 2B, STI): the STI here takes it, and the HLT, if
 * it is the next call, returns at once. False: nothing can wake the HLT. */
void host_cpu_sti(struct bimetal_cpu *cpu);
bool host_cpu_hlt(struct bimetal_cpu *cpu);

#endif
