/* SPDX-License-Identifier: MIT */
/* The machine "isapc" with a guest of a few bytes of 16-bit code at 0000:7c00. */
#ifndef TESTS_UNIT_MACHINE_MACHINE_FIXTURE_H
#define TESTS_UNIT_MACHINE_MACHINE_FIXTURE_H

#include <signal.h>
#include <string.h>

#include "emu/array.h"
#include "harness/machine/board.h"
#include "harness/machine/cpu.h"
#include "harness/machine/pc.h"
#include "tests/check.h"

enum { CODE = 0x7c00, MS = 1000000, MEMORY = 8 << 20 };

/* Assembly of the guests. */
#define OUT(port, value) 0xb0, (value), 0xe6, (port) /* mov al, v; out p, al */
#define OUTX(port, value) \
	0xba, (port)&0xff, (port) >> 8, 0xb0, (value), 0xee /* mov dx, p; ...; out dx, al */
#define EXIT_AL     0xe6, 0xf4
#define EXIT(value) OUT(0xf4, value)
#define STI         0xfb
#define CLI         0xfa
#define HLT         0xf4
#define JMP_SELF    0xeb, 0xfe

/* A guest that never ends: it lets the 8254 interrupt fast, counts in memory and reads a port. */
#define BUSY                                                                     \
	OUT(0x43, 0x34), OUT(0x40, 0xa9), OUT(0x40, 0x04), OUT(0x21, 0xfe), STI, \
		/* again: */ 0xff, 0x06, 0x00, 0x90, /* inc word [9000h] */      \
		0xe4, 0x61,                          /* in al, 61h */            \
		0xa2, 0x02, 0x90,                    /* mov [9002h], al */       \
		0xeb, 0xf5                           /* jmp again */

static struct machine machine, twin;
static struct machine_config config;
static struct observer watcher;
static char serial[64];
static size_t serial_len;
static char debug[16];
static size_t debug_len;
static unsigned lints, not_modelled, reloads;
static char last_lint[64];
static const uint8_t *guest;
static size_t guest_len;

static inline void on_serial(void *ctx, unsigned n, uint8_t byte)
{
	(void)ctx;
	if (n == 0 && serial_len + 1 < sizeof(serial)) serial[serial_len++] = (char)byte;
}

static inline void on_debug(void *ctx, uint8_t byte)
{
	(void)ctx;
	if (debug_len + 1 < sizeof(debug)) debug[debug_len++] = (char)byte;
}

static inline void on_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	if (l->desc->severity == LINT_GUEST)
		lints++;
	else
		not_modelled++;
	lint_id(l, last_lint, sizeof(last_lint));
}

static inline void start(struct machine *m, const uint8_t *code, size_t len)
{
	struct cpu_regs r;
	require(mem_write(&m->mem, CODE, code, len));
	cpu_get_regs(m->cpu, &r);
	r.rip = CODE;
	r.gpr[CPU_RSP] = CODE;
	for (unsigned i = 0; i < CPU_N_SEGMENTS; i++) {
		r.seg[i].selector = 0;
		r.seg[i].base = 0;
	}
	cpu_set_regs(m->cpu, &r);
}

static inline bool reload(void *ctx)
{
	(void)ctx;
	start(&machine, guest, guest_len);
	return ++reloads < 5;
}

static inline void make(struct machine *m)
{
	const char *fault = machine_init(m, &config);
	require_eq(ptr, fault, NULL, "%s", fault);
}

static inline void power_on(void)
{
	config = (struct machine_config){ .machine = "isapc",
					  .memory = MEMORY,
					  .rtc_epoch = 1767225600,
					  .serial_tx = on_serial,
					  .debug_tx = on_debug };
	make(&machine);
	watcher.lint = on_lint;
	hub_attach(&machine.hub, &watcher);
}

static inline void power_off(void) { machine_free(&machine); }

#define START(...)                                              \
	do {                                                    \
		static const uint8_t code_[] = { __VA_ARGS__ }; \
		guest = code_;                                  \
		guest_len = sizeof(code_);                      \
		start(&machine, code_, sizeof(code_));          \
	} while (0)

static inline enum cpu_stop run(void) { return machine_run(&machine, 100 * (uint64_t)MS); }

static inline uint8_t in(unsigned port)
{
	return (uint8_t)bus_read(&machine.bus, BUS_PORT, port, 8);
}
static inline void out(unsigned port, uint8_t v) { bus_write(&machine.bus, BUS_PORT, port, 8, v); }

static inline uint16_t word(uint64_t pa)
{
	uint16_t v = 0;
	require(mem_read(&machine.mem, pa, &v, sizeof(v)));
	return v;
}

TestSuite(machine, .init = power_on, .fini = power_off, .timeout = 60);

#endif
