/* SPDX-License-Identifier: MIT */
/* Local APIC: registers, priorities, acceptance and errors (Intel SDM Vol. 3A chapter 10).
 * devices/lapic/internal.h lists the other parts. */
#include "devices/lapic/internal.h"

#include "devices/lapic/lints.h"

enum { VERSION_EOI_SUPPRESSION = 1 << 24, DEFAULT_PHYS_BITS = 36 };

/* ---- the 256-bit vector registers ---- */

static void set_vector(struct lapic_model *l, enum lapic_model_reg row, unsigned vector, bool on)
{
	uint64_t *word = lapic_model_cell(l, row, vector / 32);
	uint64_t bit = UINT64_C(1) << vector % 32;
	*word = on ? *word | bit : *word & ~bit;
}

static bool test_vector(const struct lapic_model *l, enum lapic_model_reg row, unsigned vector)
{
	return l->s.reg[l->slot[row] + vector / 32] >> vector % 32 & 1;
}

static int highest_vector(const struct lapic_model *l, enum lapic_model_reg row)
{
	for (int n = LAPIC_MODEL_VECTOR_WORDS - 1; n >= 0; n--) {
		uint32_t word = (uint32_t)l->s.reg[l->slot[row] + (unsigned)n];
		if (word) return n * 32 + 31 - __builtin_clz(word);
	}
	return -1;
}

/* ---- priorities and the INTR line ---- */

/* 10.8.3.1. If the classes are equal, the sub-class depends on the processor model. Here it is that
 * of the TPR. */
static uint8_t processor_priority(const struct lapic_model *l)
{
	int in_service = highest_vector(l, LAPIC_MODEL_ISR);
	unsigned isrv = in_service < 0 ? 0 : (unsigned)in_service;
	unsigned tpr = lapic_model_get(l, LAPIC_MODEL_TPR);
	return (uint8_t)(tpr >> 4 >= isrv >> 4 ? tpr : isrv & 0xf0);
}

static bool deliverable(const struct lapic_model *l, int vector)
{
	return vector >= 0 && (unsigned)vector >> 4 > (unsigned)processor_priority(l) >> 4;
}

/* Interrupts pending while the APIC is software-disabled are held (unread: 10.4.7.2). */
static bool intr_wanted(const struct lapic_model *l)
{
	if (!lapic_model_enabled(l)) return l->s.pin[0];
	if (lapic_model_lvt_external_pending(l) || l->s.external) return true;
	return lapic_model_software_enabled(l) &&
	       deliverable(l, highest_vector(l, LAPIC_MODEL_IRR));
}

void lapic_model_settle(struct lapic_model *l)
{
	bool level = intr_wanted(l);
	if (level == l->s.intr) return;
	l->s.intr = level;
	irq_set(&l->wire.intr, level);
}

/* ---- errors and acceptance ---- */

static void request(struct lapic_model *l, unsigned vector, bool level_triggered)
{
	set_vector(l, LAPIC_MODEL_IRR, vector, true);
	set_vector(l, LAPIC_MODEL_TMR, vector, level_triggered);
}

/* 10.5.3: bits accumulate until ESR is written. That also allows the next error interrupt. */
void lapic_model_error(struct lapic_model *l, uint32_t bits)
{
	l->s.errors |= bits;
	if (l->s.error_signalled) return;
	l->s.error_signalled = true;

	uint32_t entry = lapic_model_get(l, LAPIC_MODEL_LVT_ERROR);
	if (entry & LAPIC_MODEL_MASKED) return;
	if ((entry & LAPIC_MODEL_VECTOR_MASK) < LAPIC_MODEL_FIRST_LEGAL_VECTOR)
		l->s.errors |= LAPIC_MODEL_ESR_RECEIVE_ILLEGAL_VECTOR;
	else
		request(l, entry & LAPIC_MODEL_VECTOR_MASK, false);
}

void lapic_model_lint_vector(const struct lapic_model *l, enum lapic_model_reg row, uint32_t entry)
{
	device_lint(&l->dev, &lapic_lints[LAPIC_LINT_VECTOR], lapic_regs[row].name,
		    entry & LAPIC_MODEL_VECTOR_MASK,
		    "vectors 0 to 15 are illegal for a fixed interrupt");
}

void lapic_model_accept_fixed(struct lapic_model *l, unsigned vector, bool level_triggered)
{
	if (vector < LAPIC_MODEL_FIRST_LEGAL_VECTOR) {
		lapic_model_error(l, LAPIC_MODEL_ESR_RECEIVE_ILLEGAL_VECTOR);
		return;
	}
	request(l, vector, level_triggered);
}

void lapic_model_deliver_nmi(const struct lapic_model *l)
{
	if (l->wire.nmi) l->wire.nmi(l->wire.ctx);
}

void lapic_model_deliver_init(const struct lapic_model *l)
{
	if (l->wire.init) l->wire.init(l->wire.ctx);
}

/* ---- acknowledgement ---- */

static int external_ack(struct lapic_model *l)
{
	l->s.external = false;
	return l->wire.ext_ack ? l->wire.ext_ack(l->wire.ctx) : -1;
}

/* During this call the 8259A may raise its line again, which is a new message. */
static int acknowledge_external(struct lapic_model *l)
{
	int vector = external_ack(l);
	lapic_model_settle(l);
	return vector;
}

int lapic_model_ack(struct lapic_model *lapic)
{
	lapic->s.acknowledged = true;
	if (!lapic_model_enabled(lapic)) return lapic->s.pin[0] ? external_ack(lapic) : -1;
	if (lapic_model_lvt_external_pending(lapic) || lapic->s.external)
		return acknowledge_external(lapic);
	if (!lapic_model_software_enabled(lapic)) return -1;
	int vector = highest_vector(lapic, LAPIC_MODEL_IRR);
	if (vector < 0) return -1;
	lapic->s.spurious = !deliverable(lapic, vector);
	if (lapic->s.spurious)
		return (int)(lapic_model_get(lapic, LAPIC_MODEL_SVR) & LAPIC_MODEL_VECTOR_MASK);
	set_vector(lapic, LAPIC_MODEL_IRR, (unsigned)vector, false);
	set_vector(lapic, LAPIC_MODEL_ISR, (unsigned)vector, true);
	lapic_model_settle(lapic);
	return vector;
}

/* Not a fault if the program has just taken over the local APIC: it may clear what an earlier
 * program left. */
static void lint_eoi(const struct lapic_model *l)
{
	if (!l->s.acknowledged)
		device_lint(&l->dev, &lapic_lints[LAPIC_LINT_EARLY], NULL, 0,
			    "nothing is in service: no interrupt came since SVR was written");
	else if (l->s.spurious)
		device_lint(&l->dev, &lapic_lints[LAPIC_LINT_SPURIOUS], NULL, 0,
			    "nothing is in service: the last interrupt was a spurious one");
	else
		device_lint(&l->dev, &lapic_lints[LAPIC_LINT_NOT_IN_SERVICE], NULL, 0,
			    "nothing is in service");
}

static void end_of_interrupt(struct lapic_model *l)
{
	int vector = highest_vector(l, LAPIC_MODEL_ISR);
	if (vector < 0) {
		lint_eoi(l);
		return;
	}
	set_vector(l, LAPIC_MODEL_ISR, (unsigned)vector, false);
	if (!test_vector(l, LAPIC_MODEL_TMR, (unsigned)vector)) return;
	lapic_model_lvt_end_of_interrupt(l, (unsigned)vector);
	if (l->wire.eoi &&
	    !(lapic_model_get(l, LAPIC_MODEL_SVR) & LAPIC_MODEL_SVR_NO_EOI_BROADCAST))
		l->wire.eoi(l->wire.ctx, (uint8_t)vector);
}

/* ---- registers ---- */

bool lapic_model_is_reserved(unsigned reg)
{
	return reg == LAPIC_MODEL_RSVD_000 || reg == LAPIC_MODEL_RSVD_040 ||
	       reg == LAPIC_MODEL_RSVD_290 || reg == LAPIC_MODEL_RSVD_3A0 ||
	       reg == LAPIC_MODEL_RSVD_3F0;
}

static void illegal_address(struct lapic_model *l, unsigned reg, unsigned n)
{
	const struct reg_desc *row = &lapic_regs[reg];
	device_lint(&l->dev, &lapic_lints[LAPIC_LINT_ILLEGAL_ADDRESS], row->name,
		    row->offset + (uint64_t)n * row->stride, "no register is there");
	lapic_model_error(l, LAPIC_MODEL_ESR_ILLEGAL_ADDRESS);
	lapic_model_settle(l);
}

static uint64_t model_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct lapic_model *l = (struct lapic_model *)dev;
	if (lapic_model_is_reserved(reg)) {
		illegal_address(l, reg, n);
		return 0;
	}
	switch (reg) {
	case LAPIC_MODEL_ID: return lapic_model_x2apic(l) ? l->wire.id : stored;
	case LAPIC_MODEL_LDR: return lapic_model_x2apic(l) ? lapic_model_x2_logical_id(l) : stored;
	case LAPIC_MODEL_VERSION:
		return l->wire.has_eoi_suppression ? stored | VERSION_EOI_SUPPRESSION : stored;
	case LAPIC_MODEL_PPR: return processor_priority(l);
	case LAPIC_MODEL_CURRENT_COUNT: lapic_model_timer_catch_up(l); return l->s.count;
	default: return stored;
	}
}

uint32_t lapic_model_lacking(const struct lapic_model *l, unsigned reg)
{
	if (reg == LAPIC_MODEL_SVR && !l->wire.has_eoi_suppression)
		return LAPIC_MODEL_SVR_NO_EOI_BROADCAST;
	if (reg == LAPIC_MODEL_LVT_TIMER && !l->wire.has_tsc_deadline)
		return LAPIC_MODEL_TIMER_MODE_HIGH;
	return 0;
}

static void drop_lacking(struct lapic_model *l, unsigned reg, unsigned n, struct reg_write *w)
{
	uint64_t stray = w->now & lapic_model_lacking(l, reg);
	if (!stray) return;
	device_lint(&l->dev, &lapic_lints[LAPIC_LINT_RESERVED], lapic_regs[reg].name, stray,
		    "0x%llx written, this processor does not have the bits 0x%llx",
		    (unsigned long long)w->raw, (unsigned long long)stray);
	w->now &= ~stray;
	*lapic_model_cell(l, (enum lapic_model_reg)reg, n) = w->now;
}

static void write_svr(struct lapic_model *l)
{
	l->s.acknowledged = false;
	if (lapic_model_software_enabled(l)) return;
	lapic_model_timer_catch_up(l);
	lapic_model_lvt_mask_all(l);
	lapic_model_timer_arm(l);
}

static void model_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *given)
{
	struct lapic_model *l = (struct lapic_model *)dev;
	struct reg_write copy = *given, *w = &copy;
	drop_lacking(l, reg, n, w);
	switch (reg) {
	case LAPIC_MODEL_DFR: lapic_model_lint_dfr(l, (uint32_t)w->now); break;
	case LAPIC_MODEL_EOI: end_of_interrupt(l); break;
	case LAPIC_MODEL_SVR: write_svr(l); break;
	case LAPIC_MODEL_ESR:
		*lapic_model_cell(l, LAPIC_MODEL_ESR, 0) = l->s.errors;
		l->s.errors = 0;
		l->s.error_signalled = false;
		break;
	case LAPIC_MODEL_ICR_LO: lapic_model_ipi_send(l, (uint32_t)w->now); break;
	case LAPIC_MODEL_LVT_TIMER: lapic_model_timer_write_entry(l, w); break;
	case LAPIC_MODEL_LVT_THERMAL:
	case LAPIC_MODEL_LVT_PERF:
	case LAPIC_MODEL_LVT_LINT0:
	case LAPIC_MODEL_LVT_LINT1:
	case LAPIC_MODEL_LVT_ERROR: lapic_model_lvt_write(l, (enum lapic_model_reg)reg); break;
	case LAPIC_MODEL_INITIAL_COUNT: lapic_model_timer_write_initial(l, w); break;
	case LAPIC_MODEL_DIVIDE: lapic_model_timer_write_divide(l, w); break;
	default:
		if (lapic_model_is_reserved(reg)) illegal_address(l, reg, n);
		break;
	}
	lapic_model_settle(l);
}

static void reset_device(struct device *dev) { lapic_model_reset((struct lapic_model *)dev); }

static void settle_device(struct device *dev) { lapic_model_tell_place((struct lapic_model *)dev); }

const struct device_ops lapic_model_ops = {
	.name = "lapic",
	.about = &lapic_about,
	.regs = lapic_regs,
	.n_regs = LAPIC_MODEL_N_REGS,
	.read = model_read,
	.write = model_write,
	.reset = reset_device,
	.settle = settle_device,
	.report = lapic_model_report,
	.held_back = lapic_model_held_back,
	.raises = lapic_model_raises,
};

/* ---- accesses, initialisation and reset ---- */

void lapic_model_init(struct lapic_model *lapic, const char *instance, const struct hub *hub,
		      struct clock *clock, const struct lapic_model_wiring *wire)
{
	*lapic = (struct lapic_model){ .wire = *wire, .clock = clock };
	if (lapic->wire.phys_bits == 0) lapic->wire.phys_bits = DEFAULT_PHYS_BITS;
	for (unsigned row = 0; row < LAPIC_MODEL_N_REGS; row++)
		lapic->slot[row] = (unsigned)reg_table_slot(lapic_regs, row);
	device_init(&lapic->dev, &lapic_model_ops, instance, hub, lapic->s.reg, &lapic->s,
		    sizeof(lapic->s));
	lapic_model_timer_init(lapic);
	lapic_model_reset(lapic);
}

void lapic_model_reset_registers(struct lapic_model *l)
{
	reg_table_reset(lapic_regs, LAPIC_MODEL_N_REGS, l->s.reg);
	*lapic_model_cell(l, LAPIC_MODEL_ID, 0) = (uint64_t)(l->wire.id & LAPIC_MODEL_BROADCAST)
						  << LAPIC_MODEL_DESTINATION_SHIFT;
	l->s.external = false;
	l->s.errors = 0;
	l->s.error_signalled = false;
	l->s.spurious = false;
	l->s.acknowledged = false;
	lapic_model_timer_reset(l);
}

void lapic_model_reset(struct lapic_model *lapic)
{
	lapic_model_reset_registers(lapic);
	lapic_model_reset_base(lapic);
	/* Driven even if unchanged, because the core may have been reset too. */
	lapic->s.intr = intr_wanted(lapic);
	irq_set(&lapic->wire.intr, lapic->s.intr);
}

void lapic_model_virtual_wire(struct lapic_model *lapic)
{
	*lapic_model_cell(lapic, LAPIC_MODEL_SVR, 0) |= LAPIC_MODEL_SVR_ENABLE;
	*lapic_model_cell(lapic, LAPIC_MODEL_LVT_LINT0, 0) = (uint64_t)APIC_EXTINT
							     << LAPIC_MODEL_MODE_SHIFT;
	*lapic_model_cell(lapic, LAPIC_MODEL_LVT_LINT1, 0) = (uint64_t)APIC_NMI
							     << LAPIC_MODEL_MODE_SHIFT;
	lapic_model_settle(lapic);
}

uint8_t lapic_model_cr8(const struct lapic_model *lapic)
{
	return (uint8_t)(lapic_model_get(lapic, LAPIC_MODEL_TPR) >> 4);
}

void lapic_model_set_cr8(struct lapic_model *lapic, uint8_t cr8)
{
	*lapic_model_cell(lapic, LAPIC_MODEL_TPR, 0) = (uint64_t)(cr8 & 0xf) << 4;
	lapic_model_settle(lapic);
}
