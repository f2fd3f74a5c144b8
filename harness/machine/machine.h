/* SPDX-License-Identifier: MIT */
/* A whole machine from one config: memory, bus, clock, processor and devices, wired. Who executes
 * is chosen when it is made: machine_cpu.h an emulated CPU, machine_host.h native code. */
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
	MACHINE_MAX_DEVICES = 64,
	MACHINE_N_PINS = 24, /* of the I/O APIC */
	MACHINE_MAX_PCI_TESTS = 4,
	MACHINE_ERROR_SIZE = 1024
};

/* How a run ended, from the guest's or the user's side. */
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
	bool unknown_msr_zero;    /* as struct cpu_config has it */
	bool step;
	bool random_fill;
	uint64_t fill_seed;
	uint8_t fill_pattern[8];
	size_t fill_pattern_len; /* 0: the default, 0xcc */
	int64_t rtc_epoch;       /* seconds since 1970 that the RTC shows at power-on */
	/* Devices plugged in, by name ("pci-test", "pc-testdev"); must outlive machine_init(). */
	const char *const *card;
	unsigned n_cards;
	const struct acpi_table *acpi; /* added to the machine's own; must outlive it */
	size_t n_acpi;
	/* A reset by the guest, or a triple fault, starts it again instead of ending the run. */
	bool reboot_on_reset;
	/* What is booted, put in place again after each such reset, and the CPU's registers set;
	 * NULL: the CPU starts at the reset vector, where the ROM halts. False: cannot, end the
	 * run. */
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
	struct cpu_pins pins; /* what the processor asks of the board */
	struct processor processor;
	struct cpu *cpu;                   /* if it is an emulated one; else NULL */
	struct cpu_features host_features; /* else: what CPUID tells native code */
	struct digest digest;
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
	struct memory_firmware firmware; /* what it keeps in memory; all zero: nothing */
	struct bios bios;
	struct machine_pc { /* of the machine "pc" alone */
		struct ioapic_model ioapic;
		struct hpet_model hpet;
		struct acpi_pm_model pm;
		struct pci_model_host pci;
		struct q35_host_model q35;
		struct ich9_lpc_model lpc;
		struct pirq_router_model pirq;
		struct device pirq_state; /* makes the router part of snapshots */
		struct fw_cfg_model fw_cfg;
		struct pci_test_model pci_test[MACHINE_MAX_PCI_TESTS];
		unsigned n_pci_tests;
		struct pc_testdev_model testdev;
		bool has_testdev;
	} pc;
	struct dma_8237_model dma; /* both DMA controllers and their page registers */

	struct machine_serial { /* whose serial port it is, for the UARTs' callbacks */
		struct machine *machine;
		unsigned n;
	} serial[MACHINE_N_UARTS];

	struct device *device[MACHINE_MAX_DEVICES]; /* every model: state, name, for snapshots */
	size_t n_devices;

	/* plain data: part of a snapshot */
	struct machine_state {
		enum machine_event event;
		uint32_t exit_value;
		/* "keyboard controller", "port 0x92", "port 0xcf9", "triple fault", ... */
		const char *reset_source;
		uint64_t resets;
		uint8_t uart_irqs; /* levels that COM1..COM4 drive; pairs share a line */
		/* Who pulls each input of the 8259A, by enum board_source. */
		uint8_t line_sources[MACHINE_N_LINES];
		/* The same for the pins of the I/O APIC. */
		uint8_t pin_sources[MACHINE_N_PINS];
		uint8_t sci_irq;
		bool sci_level;
		uint16_t isa_levels; /* what the devices on the ISA lines drive */
		uint16_t isa_cut;    /* lines that are held low all the same */
		bool kbc_a20;        /* the keyboard controller's half of the A20 gate */
	} s;
};

/* Makes the processor of a machine that has memory, bus and clock; it is to use these pins, which
 * the machine keeps. NULL or a message. */
typedef const char *machine_make_processor(struct machine *m, const struct cpu_pins *pins);

/* Build and power on (the state a BIOS leaves, no image loaded). Returns NULL or a message that
 * says what to do, owned by the machine or static; on a message all is freed already. The machine
 * must not move in memory. */
const char *machine_build(struct machine *m, const struct machine_config *config,
			  machine_make_processor *make);
void machine_free(struct machine *m);
/* Stop at the next block boundary. */
void machine_quit(struct machine *m);
/* Pulse the reset of everything but RAM; the state a BIOS leaves is laid down again. Forgets the
 * event that ended the last run. */
void machine_reset(struct machine *m);
/* Copy the whole state (processor, RAM, models, clock, digest) into `to`, made from the same
 * config. */
void machine_copy_state(struct machine *to, struct machine *from);
/* The 128-bit digest of everything so far, as 32 hex digits and NUL. The machine may run on. */
void machine_digest(struct machine *m, char out[33]);

#endif
