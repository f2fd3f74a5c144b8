/* SPDX-License-Identifier: MIT */
/* A whole machine, made from one config: memory, bus, clock, processor and devices, connected. Its
 * processor is an emulated CPU (harness/machine/cpu.h) or the host (harness/machine/host.h). */
#ifndef HARNESS_MACHINE_MACHINE_H
#define HARNESS_MACHINE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/acpi_pm/model.h"
#include "devices/dma_8237/model.h"
#include "devices/fw_cfg/model.h"
#include "devices/hpet/model.h"
#include "devices/ioapic/model.h"
#include "devices/isa_ports/model.h"
#include "devices/lapic/model.h"
#include "devices/pc_testdev/model.h"
#include "devices/pci/host.h"
#include "devices/pci_test/model.h"
#include "devices/pic_8259/model.h"
#include "devices/pit_8254/model.h"
#include "devices/ps2_controller/model.h"
#include "devices/ps2_keyboard/model.h"
#include "devices/ps2_mouse/model.h"
#include "devices/q35/host_model.h"
#include "devices/q35/ich9_lpc_model.h"
#include "devices/q35/pirq_router.h"
#include "devices/rtc_mc146818/model.h"
#include "devices/uart_16550/model.h"
#include "devices/vga/model.h"
#include "emu/bus.h"
#include "emu/clock.h"
#include "emu/mem.h"
#include "emu/observe.h"
#include "emu/processor.h"
#include "emu/x86/cpuid.h"
#include "harness/firmware/acpi/tables.h"
#include "harness/firmware/bios/bios.h"
#include "harness/firmware/memory_map.h"
#include "harness/machine/digest.h"

enum {
	MACHINE_N_UARTS = 4,
	MACHINE_N_LINES = 16, /* inputs of the 8259A pair */
	MACHINE_N_PINS = 24,  /* of the I/O APIC */
	MACHINE_MAX_PCI_TESTS = 4,
	MACHINE_ERROR_SIZE = 1024
};

/* Why a run ended, if the guest or the user ended it. */
enum machine_event {
	MACHINE_RUNNING,
	MACHINE_DEBUG_EXIT, /* port 0xf4: exit_value */
	MACHINE_RESET,      /* the guest asked for a reset: reset_source */
	MACHINE_QUIT,       /* machine_quit(): script, --expect */
	MACHINE_POWEROFF    /* the guest switched the machine off: ACPI S4, S5 */
};

struct bimetal_cpu;

struct machine_config {
	const char *machine;      /* "pc" or "isapc"; NULL: "pc" */
	struct bimetal_cpu *host; /* set by machine_host_init() */
	uint64_t memory;          /* bytes */
	const char *cpu_features; /* "amd,+x,-y" or NULL */
	bool unknown_msr_zero;    /* see struct cpu_config */
	bool step;
	bool random_fill;
	uint64_t fill_seed;
	uint8_t fill_pattern[8];
	size_t fill_pattern_len; /* 0: the default, 0xcc */
	int64_t rtc_epoch;       /* seconds since 1970 that the RTC shows at power-on */
	/* Names of devices to add ("pci-test", "pc-testdev"); must outlive machine_init(). */
	const char *const *card;
	unsigned n_cards;
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
	struct cpu_pins pins; /* the board's functions that the processor calls */
	struct processor processor;
	struct cpu *cpu;                   /* the emulated CPU, or NULL */
	struct cpu_features host_features; /* without one: what CPUID returns to native code */
	struct digest digest;
	struct digest ended; /* room for machine_digest(), which so cannot lack memory */
	struct observer digest_observer;
	char error[MACHINE_ERROR_SIZE];

	struct uart_16550_model uart[MACHINE_N_UARTS];
	struct pic_8259_model pic; /* both chips and the ELCR */
	struct pit_8254_model pit;
	struct rtc_mc146818_model rtc;
	struct ps2_controller_model kbc;
	struct ps2_keyboard_model keyboard;
	struct ps2_mouse_model mouse;
	struct vga_model vga;
	struct lapic_model lapic;
	struct isa_ports_model misc; /* ports 0x61, 0x80, 0x92, 0xf0, 0xf4, 0xe9, 0x402, 0xcf9 */
	struct memory_firmware firmware; /* memory that the firmware keeps; all zero: none */
	struct bios bios;
	struct machine_pc { /* only in the machine "pc" */
		struct ioapic_model ioapic;
		struct hpet_model hpet;
		struct acpi_pm_model pm;
		struct pci_model_host pci;
		struct q35_host_model q35;
		struct ich9_lpc_model lpc;
		struct pirq_router_model pirq;
		struct device pirq_state; /* so that the router's state is part of snapshots */
		struct fw_cfg_model fw_cfg;
		struct pci_test_model pci_test[MACHINE_MAX_PCI_TESTS];
		unsigned n_pci_tests;
		struct pc_testdev_model testdev;
		bool has_testdev;
	} pc;
	struct dma_8237_model dma; /* both DMA controllers and their page registers */

	struct machine_serial { /* the context of each UART's callbacks */
		struct machine *machine;
		unsigned n;
	} serial[MACHINE_N_UARTS];

	/* Every model: its name, and its state for snapshots. Grown on demand, as they are wired.
	 */
	struct device **device;
	size_t n_devices, devices_room;
	const char *wiring_fault; /* of a device that could not be added: machine_build() fails */

	/* plain data: part of a snapshot */
	struct machine_state {
		enum machine_event event;
		uint32_t exit_value;
		/* "keyboard controller", "port 0x92", "port 0xcf9", "triple fault", ... */
		const char *reset_source;
		uint64_t resets;
		uint8_t uart_irqs; /* levels that COM1..COM4 drive; pairs share a line */
		/* Which sources raise each input of the 8259A: bits by enum board_source. */
		uint8_t line_sources[MACHINE_N_LINES];
		/* The same for the pins of the I/O APIC. */
		uint8_t pin_sources[MACHINE_N_PINS];
		uint8_t sci_irq;
		bool sci_level;
		uint16_t isa_levels; /* what the devices on the ISA lines drive */
		uint16_t isa_cut;    /* lines that board_cut_isa_lines() holds low */
		bool kbc_a20;        /* the keyboard controller's half of the A20 gate */
	} s;
};

/* Makes the processor of a machine that has memory, bus and clock. `pins` belongs to the machine
 * and stays valid. Returns NULL or a message. */
typedef const char *machine_make_processor(struct machine *m, const struct cpu_pins *pins);

/* Build a machine and power it on: it is in the state that a BIOS leaves, with no image loaded.
 * Returns NULL, or a message that says what to do, which is static or in the machine. After a
 * message there is nothing to free. The machine must not move in memory. */
__attribute__((warn_unused_result)) const char *
machine_build(struct machine *m, const struct machine_config *config, machine_make_processor *make);
void machine_free(struct machine *m);
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
