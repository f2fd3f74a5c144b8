/* SPDX-License-Identifier: MIT */
/* Board ports: what the register table cannot express. */
#include "devices/isa_ports/model.h"

#include <stddef.h>

enum {
	GATE2 = 0x01, /* 0x61 */
	REF_TOGGLE = 0x10,
	TMR2_OUT = 0x20,
	INIT_NOW = 0x01, /* 0x92 */
	A20_GATE = 0x02,
	SYS_RST = 0x02, /* 0xcf9 */
	RST_CPU = 0x04,
	FULL_RST = 0x08,
	PIT_HZ = 1193182,
	PIT_TICKS_PER_REFRESH = 18, /* channel 1 as an AT's BIOS programs it: 15.085 us */
	RST_OFFSET = 1              /* of 0xcf9 from 0xcf8 */
};

static uint8_t port_61(const struct isa_ports_model *m, uint64_t stored)
{
	uint64_t refreshes = clock_ticks(clock_now(m->clock), PIT_HZ) / PIT_TICKS_PER_REFRESH;
	uint8_t v = (uint8_t)stored;
	if (refreshes & 1) v |= REF_TOGGLE;
	if (m->wire.out2 && m->wire.out2(m->wire.ctx)) v |= TMR2_OUT;
	return v;
}

static uint64_t misc_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	const struct isa_ports_model *m = (const struct isa_ports_model *)dev;
	(void)n;
	return reg == ISA_PORTS_MODEL_NMI_SC ? port_61(m, stored) : stored;
}

typedef void reset_fn(void *ctx, const char *source);

static void request(const struct isa_ports_model *m, reset_fn *fn, const char *source)
{
	if (!fn) fn = m->wire.reset;
	if (fn) fn(m->wire.ctx, source);
}

static void write_92(const struct isa_ports_model *m, const struct reg_write *w)
{
	if ((w->now ^ w->old) & A20_GATE && m->wire.set_a20)
		m->wire.set_a20(m->wire.ctx, w->now & A20_GATE);
	if (w->now & ~w->old & INIT_NOW) request(m, m->wire.init, "port 0x92");
}

static void post(struct isa_ports_model *m, uint8_t code)
{
	m->s.post[m->s.posts % ISA_PORTS_MODEL_POST_KEPT] = code;
	m->s.posts++;
}

static void misc_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct isa_ports_model *m = (struct isa_ports_model *)dev;
	(void)n;
	switch ((enum isa_ports_model_reg)reg) {
	case ISA_PORTS_MODEL_NMI_SC:
		if ((w->now ^ w->old) & GATE2 && m->wire.set_gate)
			m->wire.set_gate(m->wire.ctx, w->now & GATE2);
		break;
	case ISA_PORTS_MODEL_POST: post(m, (uint8_t)w->now); break;
	case ISA_PORTS_MODEL_PORT92: write_92(m, w); break;
	case ISA_PORTS_MODEL_DEBUG_E9:
	case ISA_PORTS_MODEL_DEBUG_402:
		if (m->wire.debug) m->wire.debug(m->wire.ctx, (uint8_t)w->raw);
		break;
	case ISA_PORTS_MODEL_COPROC_ERR:
		irq_set(&m->wire.ferr_irq, false);
		if (m->wire.ignne) m->wire.ignne(m->wire.ctx);
		break;
	case ISA_PORTS_MODEL_DEBUG_EXIT:
		if (m->wire.exit) m->wire.exit(m->wire.ctx, (uint32_t)w->raw);
		break;
	case ISA_PORTS_MODEL_N_REGS: break;
	}
}

static void reset_device(struct device *dev)
{
	isa_ports_model_reset((struct isa_ports_model *)dev);
}

const struct device_ops isa_ports_model_ops = {
	.name = "isa_misc",
	.about = &isa_misc_about,
	.regs = isa_ports_regs,
	.n_regs = ISA_PORTS_MODEL_N_REGS,
	.read = misc_read,
	.write = misc_write,
	.reset = reset_device,
};

/* ---- 0xcf9 ---- */

static struct isa_ports_model *of_rst(struct device *dev)
{
	return (struct isa_ports_model *)((char *)dev - offsetof(struct isa_ports_model, rst));
}

static uint64_t rst_read(struct device *dev, uint64_t offset, unsigned width)
{
	if (offset != RST_OFFSET || width != isa_ports_model_rst_cnt.width) return UINT64_MAX;
	return reg_apply_read(&isa_ports_model_rst_cnt, of_rst(dev)->s.rst_cnt);
}

static void rst_cpu(const struct isa_ports_model *m)
{
	if (!(m->s.rst_cnt & SYS_RST))
		request(m, m->wire.init, "port 0xcf9 (INIT)");
	else if (m->s.rst_cnt & FULL_RST)
		request(m, m->wire.power_cycle, "port 0xcf9 (full reset)");
	else
		request(m, m->wire.reset, "port 0xcf9");
}

static void rst_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	struct isa_ports_model *m = of_rst(dev);
	uint64_t old = m->s.rst_cnt;
	if (offset != RST_OFFSET || width != isa_ports_model_rst_cnt.width) return;
	m->s.rst_cnt = reg_apply_write(dev, &isa_ports_model_rst_cnt, old, value);
	if (m->s.rst_cnt & ~old & RST_CPU) rst_cpu(m);
}

const struct device_ops isa_ports_model_rst_ops = {
	.name = "isa_misc",
	.about = &isa_misc_about,
	.mem_read = rst_read,
	.mem_write = rst_write,
};

/* ---- initialisation and reset ---- */

void isa_ports_model_init(struct isa_ports_model *misc, const struct hub *hub,
			  const struct clock *clock, const struct isa_ports_model_wiring *wire)
{
	*misc = (struct isa_ports_model){ .wire = *wire, .clock = clock };
	device_init(&misc->dev, &isa_ports_model_ops, "board", hub, misc->s.reg, &misc->s,
		    sizeof(misc->s));
	device_init(&misc->rst, &isa_ports_model_rst_ops, "reset", hub, &misc->s.rst_cnt, &misc->s,
		    sizeof(misc->s));
	isa_ports_model_reset(misc);
}

void isa_ports_model_reset(struct isa_ports_model *misc)
{
	reg_table_reset(isa_ports_regs, ISA_PORTS_MODEL_N_REGS, misc->s.reg);
	misc->s.rst_cnt = isa_ports_model_rst_cnt.reset;
	misc->s.ferr = false;
	irq_set(&misc->wire.ferr_irq, false);
	if (misc->wire.set_gate) misc->wire.set_gate(misc->wire.ctx, false);
	if (misc->wire.set_a20) misc->wire.set_a20(misc->wire.ctx, isa_ports_model_a20(misc));
}

void isa_ports_model_set_ferr(struct isa_ports_model *misc, bool level)
{
	bool rising = level && !misc->s.ferr;
	misc->s.ferr = level;
	if (rising) irq_set(&misc->wire.ferr_irq, true);
}

bool isa_ports_model_a20(const struct isa_ports_model *misc)
{
	return misc->s.reg[ISA_PORTS_MODEL_PORT92] & A20_GATE;
}

unsigned isa_ports_model_posts(const struct isa_ports_model *misc,
			       uint8_t codes[ISA_PORTS_MODEL_POST_KEPT])
{
	uint64_t kept = misc->s.posts < ISA_PORTS_MODEL_POST_KEPT ? misc->s.posts
								  : ISA_PORTS_MODEL_POST_KEPT;
	for (uint64_t i = 0; i < kept; i++)
		codes[i] = misc->s.post[(misc->s.posts - kept + i) % ISA_PORTS_MODEL_POST_KEPT];
	return (unsigned)kept;
}
