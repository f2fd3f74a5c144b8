/* SPDX-License-Identifier: MIT */
/* A whole machine, made from one config: memory, bus, clock, processor and devices, connected. Its
 * processor is an emulated CPU (harness/machine/cpu.h) or the host (harness/machine/host.h). */
#ifndef HARNESS_MACHINE_MACHINE_H
#define HARNESS_MACHINE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/bus.h"
#include "emu/clock.h"
#include "emu/ends.h"
#include "emu/mem.h"
#include "emu/observe.h"
#include "emu/processor.h"
#include "emu/x86/cpuid.h"
#include "emu/x86/delivery.h"
#include "emu/x86/execution.h"
#include "emu/x86/pins.h"
#include "emu/x86/registers.h"
#include "emu/x86/tlb_policy.h"
#include "harness/firmware/acpi/tables.h"
#include "harness/firmware/memory_map.h"
#include "harness/firmware/storage.h"
#include "harness/machine/digest.h"

enum { MACHINE_MAX_SERIAL = 4, MACHINE_ERROR_SIZE = 1024, RESET_SOURCE_SIZE = 32 };

/* Why a run ended, if the guest or the user ended it. */
enum machine_event {
	MACHINE_RUNNING,
	MACHINE_DEBUG_EXIT, /* port 0xf4: exit_value */
	MACHINE_RESET,      /* the guest asked for a reset: reset_source */
	MACHINE_QUIT,       /* machine_quit(): script, --expect */
	MACHINE_POWEROFF    /* the guest switched the machine off: ACPI S4, S5 */
};

#define MACHINE_MARK_MEMORY (UINT64_C(1) << 30)

struct bimetal_cpu;
struct machine_marks;
struct model;

/* A device that the user adds (harness/machine/added.h). */
struct machine_device {
	const char *text;          /* "NAME[,KEY=VALUE]..." */
	const struct model *model; /* NULL: our own of that name */
};

struct machine_config {
	const char *machine;             /* "pc", "isapc" or "none"; NULL: "pc" */
	const struct machine_kind *kind; /* NULL: that of this name */
	struct bimetal_cpu *host;        /* set by machine_host_init() */
	uint64_t memory;                 /* bytes */
	const char *cpu_features;        /* "amd,+x,-y" or NULL */
	bool unknown_msr_zero;           /* see struct cpu_config */
	bool step;
	struct tlb_policy tlb;
	bool random_fill;
	uint64_t fill_seed;
	uint8_t fill_pattern[8];
	size_t fill_pattern_len; /* 0: the default, 0xcc */
	uint64_t mark_memory;    /* bytes that marks may take (mark.h); 0: MACHINE_MARK_MEMORY */
	int64_t rtc_epoch;       /* seconds since 1970 that the RTC shows at power-on */
	const struct machine_device *device; /* to add; must outlive the machine */
	unsigned n_devices;
	const struct acpi_table *acpi; /* added to the machine's own; must outlive it */
	size_t n_acpi;
	/* A reset by the guest, or a triple fault, restarts the machine instead of ending the run.
	 */
	bool reboot_on_reset;
	/* Called after such a reset, to load the image and set the CPU's registers again. NULL: the
	 * CPU starts at the reset vector, where the ROM halts. Returns false if that failed; then
	 * the run ends. */
	bool (*reload)(void *ctx);
	/* The guest's serial output, COM1..COM4 (n = 0..3); may be NULL. */
	void (*serial_tx)(void *ctx, unsigned n, uint8_t byte);
	/* Bytes written to the debug consoles (0xe9, 0x402); may be NULL. */
	void (*debug_tx)(void *ctx, uint8_t byte);
	/* What added device number n sends to the world outside, as a printer port does; may be
	 * NULL. */
	void (*device_tx)(void *ctx, unsigned n, uint8_t byte);
	void *ctx;
};

struct cpu;
struct machine_kind;

struct machine {
	struct machine_config config;
	const struct machine_kind *kind;
	struct hub hub;
	struct clock clock;
	struct mem mem;
	struct bus bus;
	struct x86_pins pins; /* the board's functions that the processor calls */
	struct processor processor;
	struct cpu *cpu;                   /* the emulated CPU, or NULL */
	struct cpu_features host_features; /* without one: what CPUID returns to native code */
	struct digest digest;
	struct digest ended; /* allocated in advance, so that machine_digest() cannot fail */
	struct observer digest_observer;
	char error[MACHINE_ERROR_SIZE];

	void *board;                     /* owned: the struct that has the models of this kind */
	struct memory_firmware firmware; /* memory that the firmware keeps */
	struct machine_ends { /* where the outside world is connected; one that is missing is all
				 zero */
		struct serial_end serial[MACHINE_MAX_SERIAL];
		struct keyboard_end keyboard;
		struct pointer_end pointer;
		struct display_end display;
		struct framebuffer_end framebuffer;
		struct storage_end storage;
	} ends;

	struct machine_marks *marks; /* owned; NULL: none was made yet */
	/* Every model: its name, and its state for snapshots. Grown on demand, as they are wired.
	 */
	struct device **device;
	size_t n_devices, devices_room;
	struct machine_added **added; /* those that the user added; owned */
	size_t n_added;
	const char *wiring_fault; /* why a device could not be added; then machine_build() fails */

	/* plain data: part of a snapshot */
	struct machine_state {
		enum machine_event event;
		uint32_t exit_value;
		/* "keyboard controller", "port 0x92", "port 0xcf9", "triple fault", ... */
		char reset_source[RESET_SOURCE_SIZE];
		uint64_t resets;
	} s;
};

/* Makes the processor of a machine that has memory, bus and clock. `pins` belongs to the machine
 * and stays valid. Returns NULL or a message. */
typedef const char *machine_make_processor(struct machine *m, const struct x86_pins *pins);

/* Build a machine and power it on: it is in the state that a BIOS leaves, with no image loaded.
 * Returns NULL, or a message that says what to do, which is static or in the machine. After a
 * message there is nothing to free. The machine must not move in memory. */
__attribute__((warn_unused_result)) const char *
machine_build(struct machine *m, const struct machine_config *config, machine_make_processor *make);
void machine_free(struct machine *m);
/* Run until virtual time until_ns, an event (m->s.event), or a stop of the CPU. Returns
 * CPU_STOP_REQUESTED at once if an event is pending already. The
 * processor must be an emulated CPU. */
enum cpu_stop machine_run(struct machine *m, uint64_t until_ns);
/* The virtual time of the machine that machine_run() runs now; 0: none does. Safe in a signal
 * handler. */
uint64_t machine_running_ns(void);
/* Stop at the next block boundary. */
void machine_quit(struct machine *m);
/* Reset everything but RAM, and set the state that a BIOS leaves. Clears the event that ended the
 * last run. */
void machine_reset(struct machine *m);
/* Copy the whole state (processor, RAM, models, clock, digest) into `to`, made from the same
 * config. What a model's device.state points to is copied byte by byte, so it must be plain data:
 * values, and no pointers but to what is static or outlives both machines. It holds no memory of
 * its own, whose copy two machines would share, and no pointer into the machine, which would lead
 * from one into the other. Tables that grow on demand (bus, devices, lint report) are wiring or
 * record, not state. Ends the process if the machines
 * are not alike, or the host has no memory for what was written to disks. */
void machine_copy_state(struct machine *to, struct machine *from);
/* The 128-bit digest of everything so far, as 32 hex digits and NUL. The machine can go on running.
 */
void machine_digest(struct machine *m, char out[33]);

#endif
