/* SPDX-License-Identifier: MIT */
/* Calls of the BIOS: access to registers and memory, and the dispatch to services. */
#include "harness/firmware/bios/bios.h"

#include <stdio.h>
#include <string.h>

#include "emu/array.h"
#include "emu/x86/start_state.h"
#include "harness/firmware/bios/internal.h"
#include "harness/firmware/bios/lints.h"
#include "harness/firmware/bios/state.h"

#define MASK_8  UINT64_C(0xff)
#define MASK_16 UINT64_C(0xffff)
#define A20_BIT UINT64_C(0x100000)

enum {
	FIRST_PROGRAMS =
		0x10 /* the first service that programs call; hardware interrupts are below */
};
enum { CALL_NS = 2000, PORT_RTC_INDEX = 0x70, PORT_RTC_DATA = 0x71 };

/* ---- the port ---- */

static uint64_t port_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	(void)dev;
	(void)reg;
	(void)n;
	(void)stored;
	return MASK_8;
}

static void port_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct bios *b = (struct bios *)dev;

	(void)reg;
	(void)n;
	b->s.service = (uint8_t)w->raw;
	b->s.pending = true;
	if (b->stop) b->stop(b->ctx);
}

const struct reg_desc bios_regs[BIOS_N_REGS] = {
	[BIOS_TRAP] = { .name = "TRAP",
			.offset = 0,
			.width = 8,
			.dir = REG_DIR_RW,
			.spec = "bimetal firmware: bios.h",
			REG_FIELDS({ "SERVICE", 7, 0, REG_WO }) },
};

const struct device_ops bios_ops = {
	.name = "bios",
	.about = &bios_about,
	.regs = bios_regs,
	.n_regs = BIOS_N_REGS,
	.read = port_read,
	.write = port_write,
};

/* ---- registers ---- */

void bios_set_word(struct bios_call *c, enum cpu_gpr r, unsigned value)
{
	c->regs->gpr[r] = (c->regs->gpr[r] & ~MASK_16) | (value & MASK_16);
}

void bios_set_low(struct bios_call *c, enum cpu_gpr r, unsigned value)
{
	c->regs->gpr[r] = (c->regs->gpr[r] & ~MASK_8) | (value & MASK_8);
}

void bios_set_high(struct bios_call *c, enum cpu_gpr r, unsigned value)
{
	c->regs->gpr[r] = (c->regs->gpr[r] & ~(MASK_8 << 8)) | (value & MASK_8) << 8;
}

void bios_set_dword(struct bios_call *c, enum cpu_gpr r, uint32_t value)
{
	c->regs->gpr[r] = value;
}

void bios_set_segment(struct bios_call *c, enum cpu_segment s, uint16_t selector)
{
	c->regs->seg[s].selector = selector;
	c->regs->seg[s].base = (uint64_t)selector << 4;
}

void bios_set_flag(struct bios_call *c, unsigned flag, bool value)
{
	c->flags = (uint16_t)(value ? c->flags | flag : c->flags & ~flag);
}

void bios_fail(struct bios_call *c, unsigned ah)
{
	bios_set_high(c, CPU_RAX, ah);
	bios_set_flag(c, BIOS_CF, true);
}

void bios_succeed(struct bios_call *c)
{
	bios_set_high(c, CPU_RAX, 0);
	bios_set_flag(c, BIOS_CF, false);
}

/* ---- memory ---- */

uint64_t bios_linear(const struct bios_call *c, enum cpu_segment s, uint16_t offset)
{
	return (uint32_t)(c->regs->seg[s].base + offset);
}

static uint64_t gated(const struct bios_call *c, uint64_t at)
{
	return c->a20 ? at : at & ~A20_BIT;
}

/* Whether the range is in one region of memory, and the A20 gate does not change its addresses. */
static bool plain(const struct bios *b, const struct bios_call *c, uint64_t at, size_t n)
{
	const struct mem_region *r = mem_region_at(b->wire.mem, at);

	return r && n <= r->base + r->size - at && gated(c, at) == at &&
	       gated(c, at + n - 1) == at + n - 1;
}

void bios_read(struct bios *b, const struct bios_call *c, uint64_t at, void *buf, size_t n)
{
	uint8_t *to = buf;

	if (n == 0 || n > BIOS_COPY_MAX) return;
	if (plain(b, c, at, n) && mem_read(b->wire.mem, at, buf, n)) return;
	for (size_t i = 0; i < n; i++) {
		uint64_t pa = gated(c, at + i);

		if (!mem_read(b->wire.mem, pa, to + i, 1))
			to[i] = (uint8_t)bus_read(b->wire.bus, BUS_MEMORY, pa, 8);
	}
}

void bios_write(struct bios *b, const struct bios_call *c, uint64_t at, const void *buf, size_t n)
{
	const uint8_t *from = buf;

	if (n == 0 || n > BIOS_COPY_MAX) return;
	if (plain(b, c, at, n) && mem_write(b->wire.mem, at, buf, n)) return;
	for (size_t i = 0; i < n; i++) {
		uint64_t pa = gated(c, at + i);
		enum mem_kind kind = mem_kind_at(b->wire.mem, pa);

		if (kind != MEM_ROM && !mem_write(b->wire.mem, pa, from + i, 1))
			bus_write(b->wire.bus, BUS_MEMORY, pa, 8, from[i]);
	}
}

/* The data area always exists, as every machine has at least 1 MiB of memory. */
uint8_t bda_byte(const struct bios *b, unsigned offset)
{
	uint8_t v = 0;

	(void)mem_read(b->wire.mem, BDA_BASE + offset, &v, sizeof(v));
	return v;
}

uint16_t bda_word(const struct bios *b, unsigned offset)
{
	return (uint16_t)(bda_byte(b, offset) | bda_byte(b, offset + 1) << 8);
}

uint32_t bda_dword(const struct bios *b, unsigned offset)
{
	return bda_word(b, offset) | (uint32_t)bda_word(b, offset + 2) << 16;
}

void bda_set_byte(struct bios *b, unsigned offset, unsigned value)
{
	uint8_t v = (uint8_t)value;

	(void)mem_write(b->wire.mem, BDA_BASE + offset, &v, sizeof(v));
}

void bda_set_word(struct bios *b, unsigned offset, unsigned value)
{
	bda_set_byte(b, offset, value);
	bda_set_byte(b, offset + 1, value >> 8);
}

void bda_set_dword(struct bios *b, unsigned offset, uint32_t value)
{
	bda_set_word(b, offset, value);
	bda_set_word(b, offset + 2, value >> 16);
}

/* ---- ports ---- */

uint8_t bios_in(struct bios *b, unsigned port)
{
	return (uint8_t)bus_read(b->wire.bus, BUS_PORT, port, 8);
}

void bios_out(struct bios *b, unsigned port, unsigned value)
{
	bus_write(b->wire.bus, BUS_PORT, port, 8, value & MASK_8);
}

uint8_t bios_cmos_in(struct bios *b, unsigned index)
{
	bios_out(b, PORT_RTC_INDEX, index);
	return bios_in(b, PORT_RTC_DATA);
}

void bios_cmos_out(struct bios *b, unsigned index, unsigned value)
{
	bios_out(b, PORT_RTC_INDEX, index);
	bios_out(b, PORT_RTC_DATA, value);
}

/* ---- dispatch ---- */

bool bios_wait(struct bios *b, struct bios_call *c, uint64_t limit_ns, uint64_t step_ns)
{
	uint64_t now = clock_now(b->wire.clock), left;

	if (!c->again) b->s.wait_until_ns = now + limit_ns;
	if (now >= b->s.wait_until_ns) return false;
	left = b->s.wait_until_ns - now;
	c->outcome = BIOS_POLL;
	c->cost_ns += left < step_ns ? left : step_ns;
	return true;
}

void bios_unknown(struct bios *b, const struct bios_call *c, const char *interrupt)
{
	device_lint(&b->dev, &bios_lints[BIOS_LINT_FUNCTION], interrupt, bios_word(c, CPU_RAX),
		    "%s with AX=%04X, BX=%04X, CX=%04X, DX=%04X", interrupt, bios_word(c, CPU_RAX),
		    bios_word(c, CPU_RBX), bios_word(c, CPU_RCX), bios_word(c, CPU_RDX));
}

void bios_restart(struct bios *b)
{
	enum { PORT_RESET = 0xcf9, HARD_RESET = 0x06 };

	bios_out(b, PORT_RESET, HARD_RESET);
}

/* The code at the reset vector: after a reset the BIOS boots, but a jump there causes a reset. */
static void power_on(struct bios *b, struct bios_call *c)
{
	c->outcome = BIOS_JUMP; /* the code after the trap halts */
	if (b->s.started) {
		bios_restart(b);
		return;
	}
	for (unsigned i = 0; i < BIOS_N_SLOTS; i++) {
		if (!b->drive[i].present) continue;
		bios_prepare(b);
		bios_boot(b, c);
		return;
	}
}

/* A handler of the firmware; its stub sends the EOI. */
static void note_interrupt(struct bios *b)
{
	bios_note_event(b);
	pic_8259_model_firmware_served(b->wire.pic);
}

void bios_dispatch(struct bios *b, unsigned service, struct bios_call *c)
{
	static void (*const services[])(struct bios *, struct bios_call *) = {
		[BIOS_SERVICE_POST] = power_on,
		[BIOS_SERVICE_KEY] = bios_key_byte,
		[0x08] = bios_timer_irq,
		[0x09] = bios_keyboard_irq,
		[0x10] = bios_video,
		[0x11] = bios_equipment,
		[0x12] = bios_memory_size,
		[0x13] = bios_disk,
		[0x14] = bios_serial,
		[0x15] = bios_system,
		[0x16] = bios_keyboard,
		[0x17] = bios_printer,
		[0x18] = bios_boot_failed,
		[0x19] = bios_boot,
		[0x1a] = bios_time,
	};
	unsigned n = service & ~(unsigned)BIOS_SERVICE_AGAIN, function = bios_high(c, CPU_RAX);

	c->again = service & BIOS_SERVICE_AGAIN;
	c->cost_ns += CALL_NS;
	if (n < ARRAY_SIZE(services) && services[n]) services[n](b, c);
	if (n >= FIRST_PROGRAMS)
		bios_note_call(b, n, function, c);
	else
		note_interrupt(b);
}

/* ---- setup and reset ---- */

void bios_init(struct bios *b, const struct hub *hub, const struct bios_wiring *wire,
	       void (*stop)(void *ctx), void *ctx)
{
	*b = (struct bios){ .wire = *wire, .stop = stop, .ctx = ctx, .boot_slot = -1 };
	for (unsigned i = 0; i < BIOS_N_SLOTS; i++) b->drive[i].image.fd = -1;
	device_init(&b->dev, &bios_ops, "bios", hub, b->s.reg, &b->s, sizeof(b->s));
}

void bios_free(struct bios *b)
{
	for (unsigned i = 0; i < BIOS_N_SLOTS; i++) {
		if (b->drive[i].present) disk_image_close(&b->drive[i].image);
		b->drive[i].present = false;
	}
}

void bios_reset(struct bios *b)
{
	memset(&b->s, 0, sizeof(b->s));
	bios_lay_drives(b);
}

void bios_prepare(struct bios *b)
{
	/* IRQ 0, 1 and 2, which is the cascade. */
	enum { PORT_MASTER_MASK = 0x21, KEEP_MASKED = 0xf8 };

	bios_out(b, PORT_MASTER_MASK, KEEP_MASKED);
	bios_set_ticks_from_rtc(b);
	bios_mark_started(b);
}

void bios_mark_started(struct bios *b) { b->s.started = true; }
