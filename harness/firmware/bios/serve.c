/* SPDX-License-Identifier: MIT */
/* Serves a trap: makes a call from the CPU's registers, and writes its results back. */
#include "emu/bytes.h"
#include "emu/processor.h"
#include "harness/firmware/bios/internal.h"
#include "harness/firmware/bios/lints.h"
#include "harness/firmware/bios/state.h"

/* The words that INT n and the stub pushed. */
enum { FRAME_AX = 0, FRAME_IP = 2, FRAME_CS = 4, FRAME_FLAGS = 6 };

#define CR0_PE  UINT64_C(1)
#define MASK_16 UINT64_C(0xffff)

static uint64_t frame_at(const struct bios_call *c, unsigned offset)
{
	return bios_linear(c, CPU_SS, (uint16_t)(bios_word(c, CPU_RSP) + offset));
}

static uint16_t pop16(struct bios *b, const struct bios_call *c, unsigned offset)
{
	uint8_t v[2] = { 0 };

	bios_read(b, c, frame_at(c, offset), v, sizeof(v));
	return get_le16(v);
}

/* Read the caller's AX from the stack, and its address and flags if the stub has them there. */
static void take_frame(struct bios *b, bool has_frame, struct bios_call *c)
{
	c->regs->gpr[CPU_RAX] = (c->regs->gpr[CPU_RAX] & ~MASK_16) | pop16(b, c, FRAME_AX);
	if (!has_frame) return;
	c->caller_ip = pop16(b, c, FRAME_IP);
	c->caller_cs = pop16(b, c, FRAME_CS);
	c->flags = pop16(b, c, FRAME_FLAGS);
}

static void poke16(struct bios *b, const struct bios_call *c, unsigned offset, unsigned value)
{
	uint8_t v[2];

	put_le16(v, value);
	bios_write(b, c, frame_at(c, offset), v, sizeof(v));
}

/* Whether the trap came from one of our stubs, in real mode. */
static bool is_ours(const struct cpu_regs *r, unsigned service, struct bios_stub *stub)
{
	return !(r->cr0 & CR0_PE) && r->seg[CPU_CS].base == BIOS_ROM_BASE &&
	       bios_rom_stub(service, stub) && (r->rip & MASK_16) == stub->trapped;
}

static void report_stranger(const struct bios *b, const struct cpu_regs *r, unsigned service)
{
	if (r->seg[CPU_CS].selector == BIOS_ROM_SEGMENT && r->cr0 & CR0_PE)
		device_lint(&b->dev, &bios_lints[BIOS_LINT_MODE], NULL, service,
			    "BIOS services can be called in real mode only");
	else
		device_lint(&b->dev, &bios_lints[BIOS_LINT_OUTSIDE], NULL, service,
			    "port 0x%02x belongs to the firmware", BIOS_PORT);
}

static void go_on(const struct bios_stub *stub, const struct bios_call *c)
{
	switch (c->outcome) {
	case BIOS_HALT: c->regs->rip = stub->halt; break;
	case BIOS_POLL: c->regs->rip = stub->poll; break;
	case BIOS_RETURN:
	case BIOS_JUMP:
	default: break;
	}
}

static void serve_call(struct bios *b, unsigned service, const struct bios_stub *stub,
		       struct bios_call *c)
{
	/* All stubs but that of POST have pushed the caller's AX. */
	if (service != BIOS_SERVICE_POST) take_frame(b, stub->has_frame, c);
	bios_dispatch(b, service, c);
	if (c->outcome == BIOS_JUMP || service == BIOS_SERVICE_POST) return;
	if (stub->has_frame) {
		poke16(b, c, FRAME_AX, bios_word(c, CPU_RAX));
		poke16(b, c, FRAME_FLAGS, c->flags);
	}
	go_on(stub, c);
}

void bios_serve(struct bios *b, const struct processor *cpu)
{
	unsigned service = b->s.service;
	struct cpu_regs regs;
	struct bios_stub stub;
	struct bios_call call = { .regs = &regs, .a20 = cpu->ops->a20(cpu->ctx) };

	b->s.pending = false;
	processor_get_regs(cpu, &regs);
	if (!is_ours(&regs, service, &stub)) {
		report_stranger(b, &regs, service);
		return;
	}
	serve_call(b, service, &stub, &call);
	processor_set_regs(cpu, &regs);
	cpu->ops->let_pass(cpu->ctx, call.cost_ns);
}
