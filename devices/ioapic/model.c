/* SPDX-License-Identifier: MIT */
/* I/O APIC: what the register table cannot express (82093AA 3.2.4, ICH10 datasheet 5.9 and 13.5).
 */
#include "devices/ioapic/model.h"

#include "devices/ioapic/lints.h"

enum {
	FIRST_VECTOR = 0x10, /* "values range between 10h and FEh" (NM10 datasheet 13.5.7) */
	LAST_VECTOR = 0xfe,
	NO_ENTRY = -1
};

static struct ioapic_model *model(struct device *dev) { return (struct ioapic_model *)dev; }

static uint64_t *inner(struct ioapic_model *a, enum ioapic_model_inner row, unsigned n)
{
	return &a->s.inner[reg_table_slot(ioapic_inner_regs, row) + n];
}

static uint32_t low_half(const struct ioapic_model *a, unsigned pin)
{
	return (uint32_t)
		a->s.inner[reg_table_slot(ioapic_inner_regs, IOAPIC_MODEL_IOREDTBL_LOW) + pin];
}

static uint32_t destination(const struct ioapic_model *a, unsigned pin)
{
	size_t slot = reg_table_slot(ioapic_inner_regs, IOAPIC_MODEL_IOREDTBL_HIGH) + pin;
	return (uint32_t)a->s.inner[slot] >> IOAPIC_MODEL_RTE_DESTINATION_SHIFT;
}

static enum apic_delivery mode_of(uint32_t low)
{
	return (enum apic_delivery)((low & IOAPIC_MODEL_RTE_MODE) >> IOAPIC_MODEL_RTE_MODE_SHIFT);
}

static bool has_vector(uint32_t low)
{
	return mode_of(low) == APIC_FIXED || mode_of(low) == APIC_LOWEST;
}

/* Other delivery modes are edge-triggered, whatever the entry says. */
static bool by_level(uint32_t low) { return low & IOAPIC_MODEL_RTE_LEVEL && has_vector(low); }

/* Does the entry's polarity match the board's line? */
static bool polarity_fits(const struct ioapic_model *a, unsigned pin)
{
	return (a->wire.active_low >> pin & 1) ==
	       ((low_half(a, pin) & IOAPIC_MODEL_RTE_ACTIVE_LOW) != 0);
}

static bool active(const struct ioapic_model *a, unsigned pin)
{
	return (a->s.lines >> pin & 1) == polarity_fits(a, pin);
}

/* ---- messages ---- */

static bool send(struct ioapic_model *a, unsigned pin)
{
	uint32_t low = low_half(a, pin);
	struct apic_message message = { .destination = destination(a, pin),
					.logical = low & IOAPIC_MODEL_RTE_LOGICAL,
					.mode = mode_of(low),
					.vector = (uint8_t)(low & IOAPIC_MODEL_RTE_VECTOR),
					.level_triggered = by_level(low),
					.assert = true };

	if (message.mode == APIC_RESERVED_3 || message.mode == APIC_STARTUP) return false;
	if (a->wire.send(a->wire.ctx, &message)) return true;
	device_lint(&a->dev, &ioapic_lints[IOAPIC_LINT_NOWHERE], NULL, message.destination,
		    "pin %u: no local APIC takes vector 0x%x for %s destination 0x%x", pin,
		    message.vector, message.logical ? "logical" : "physical", message.destination);
	return false;
}

/* A level-triggered pin sends an interrupt if it is active and its last interrupt has ended. */
static void settle_level(struct ioapic_model *a, unsigned pin)
{
	uint64_t *low = inner(a, IOAPIC_MODEL_IOREDTBL_LOW, pin);

	if (!by_level((uint32_t)*low) || !active(a, pin)) return;
	if (*low & (IOAPIC_MODEL_RTE_MASK | IOAPIC_MODEL_RTE_REMOTE_IRR)) return;
	*low |= IOAPIC_MODEL_RTE_REMOTE_IRR;
	if (!send(a, pin)) *low &= ~(uint64_t)IOAPIC_MODEL_RTE_REMOTE_IRR;
}

void ioapic_model_set_irq(void *ioapic, unsigned n, bool level)
{
	struct ioapic_model *a = ioapic;
	bool was_active;

	if (n >= IOAPIC_MODEL_PINS) return;
	was_active = active(a, n);
	a->s.lines = level ? a->s.lines | 1u << n : a->s.lines & ~(1u << n);
	if (!active(a, n) || was_active) return;
	if (by_level(low_half(a, n)))
		settle_level(a, n);
	else if (!(low_half(a, n) & IOAPIC_MODEL_RTE_MASK))
		send(a, n);
}

/* True: an interrupt was in service. */
static bool end_of_interrupt(struct ioapic_model *a, uint8_t vector)
{
	bool ended = false;

	for (unsigned pin = 0; pin < IOAPIC_MODEL_PINS; pin++) {
		uint64_t *low = inner(a, IOAPIC_MODEL_IOREDTBL_LOW, pin);
		if ((*low & IOAPIC_MODEL_RTE_VECTOR) != vector) continue;
		ended |= (*low & IOAPIC_MODEL_RTE_REMOTE_IRR) != 0;
		*low &= ~(uint64_t)IOAPIC_MODEL_RTE_REMOTE_IRR;
		settle_level(a, pin);
	}
	return ended;
}

void ioapic_model_eoi(struct ioapic_model *ioapic, uint8_t vector)
{
	(void)end_of_interrupt(ioapic, vector);
}

static void write_eoir(struct ioapic_model *a, uint8_t vector)
{
	if (end_of_interrupt(a, vector)) return;
	device_lint(&a->dev, &ioapic_lints[IOAPIC_LINT_NOT_IN_SERVICE], NULL, vector,
		    "no entry of vector 0x%02x has REMOTE_IRR set", vector);
}

/* ---- rules for an entry that is unmasked ---- */

static void lint_low(const struct ioapic_model *a, enum ioapic_lint lint, uint32_t bits,
		     unsigned pin, const char *what)
{
	device_lint(&a->dev, &ioapic_lints[lint], NULL, bits, "pin %u: %s", pin, what);
}

static void lint_mode(const struct ioapic_model *a, unsigned pin, uint32_t low)
{
	enum apic_delivery mode = mode_of(low);

	if (mode == APIC_RESERVED_3 || mode == APIC_STARTUP) {
		lint_low(a, IOAPIC_LINT_MODE, mode, pin, "this delivery mode is reserved");
		return;
	}
	if (low & IOAPIC_MODEL_RTE_LEVEL && !has_vector(low))
		lint_low(a, IOAPIC_LINT_TRIGGER, mode, pin,
			 "SMI, NMI, INIT and ExtINT must be programmed as edge-triggered");
	if (mode == APIC_SMI && low & IOAPIC_MODEL_RTE_VECTOR)
		lint_low(a, IOAPIC_LINT_SMI_VECTOR, low & IOAPIC_MODEL_RTE_VECTOR, pin,
			 "the vector of an SMI must be 0");
}

static void lint_entry(const struct ioapic_model *a, unsigned pin)
{
	uint32_t low = low_half(a, pin), vector = low & IOAPIC_MODEL_RTE_VECTOR;

	lint_mode(a, pin, low);
	if (has_vector(low) && (vector < FIRST_VECTOR || vector > LAST_VECTOR))
		lint_low(a, IOAPIC_LINT_VECTOR, vector, pin, "vectors are 0x10 to 0xfe");
	if (!polarity_fits(a, pin))
		lint_low(a, IOAPIC_LINT_POLARITY, low & IOAPIC_MODEL_RTE_ACTIVE_LOW, pin,
			 a->wire.active_low >> pin & 1 ? "the line here is active low"
						       : "the line here is active high");
}

/* ---- the registers behind the window ---- */

/* The entry whose half the index selects. */
static int entry_of(unsigned index)
{
	unsigned n = (index - IOAPIC_MODEL_INDEX_IOREDTBL) / 2;
	return index >= IOAPIC_MODEL_INDEX_IOREDTBL && n < IOAPIC_MODEL_PINS ? (int)n : NO_ENTRY;
}

static void write_low(struct ioapic_model *a, unsigned pin, uint32_t value)
{
	uint64_t *low = inner(a, IOAPIC_MODEL_IOREDTBL_LOW, pin);

	*low = reg_apply_write(&a->dev, &ioapic_inner_regs[IOAPIC_MODEL_IOREDTBL_LOW], *low, value);
	/* Undefined for edge-triggered entries. Here remote IRR is cleared; old kernels relied on
	 * that. */
	if (!(*low & IOAPIC_MODEL_RTE_LEVEL)) *low &= ~(uint64_t)IOAPIC_MODEL_RTE_REMOTE_IRR;
	if (*low & IOAPIC_MODEL_RTE_MASK) return;
	lint_entry(a, pin);
	settle_level(a, pin);
}

/* An interrupt between the writes of the two halves would go to the old destination. */
static void write_high(struct ioapic_model *a, unsigned pin, uint32_t value)
{
	const struct reg_desc *row = &ioapic_inner_regs[IOAPIC_MODEL_IOREDTBL_HIGH];
	uint64_t *high = inner(a, IOAPIC_MODEL_IOREDTBL_HIGH, pin), old = *high;

	*high = reg_apply_write(&a->dev, row, old, value);
	if (*high == old || low_half(a, pin) & IOAPIC_MODEL_RTE_MASK) return;
	device_lint(&a->dev, &ioapic_lints[IOAPIC_LINT_UNMASKED], NULL, *high,
		    "pin %u: the destination of an unmasked entry is changed: write the high half "
		    "first",
		    pin);
	settle_level(a, pin);
}

static void lint_index(const struct ioapic_model *a, unsigned index)
{
	device_lint(&a->dev, &ioapic_lints[IOAPIC_LINT_RESERVED_INDEX], NULL, index,
		    "no register has the index 0x%x", index);
}

static void write_window(struct ioapic_model *a, unsigned index, uint32_t value)
{
	int entry = entry_of(index);

	if (entry != NO_ENTRY && index % 2) {
		write_high(a, (unsigned)entry, value);
	} else if (entry != NO_ENTRY) {
		write_low(a, (unsigned)entry, value);
	} else if (index == IOAPIC_MODEL_INDEX_ID) {
		uint64_t *id = inner(a, IOAPIC_MODEL_ID, 0);
		*id = reg_apply_write(&a->dev, &ioapic_inner_regs[IOAPIC_MODEL_ID], *id, value);
		/* 82093AA 3.2.3: loaded when the ID is written. */
		*inner(a, IOAPIC_MODEL_ARB, 0) = *id & IOAPIC_MODEL_ID_MASK;
	} else if (index == IOAPIC_MODEL_INDEX_VER || index == IOAPIC_MODEL_INDEX_ARB) {
		const struct reg_desc *row =
			&ioapic_inner_regs[index == IOAPIC_MODEL_INDEX_VER ? IOAPIC_MODEL_VER
									   : IOAPIC_MODEL_ARB];
		device_lint(&a->dev, &reg_lints[REG_LINT_READONLY], row->name, value,
			    "0x%x written to a read-only register", value);
	} else {
		lint_index(a, index);
	}
}

/* Delivery status: the level is active, but its interrupt is not yet accepted. Edges are never kept
 * waiting. */
static uint32_t read_low(const struct ioapic_model *a, unsigned pin)
{
	uint32_t low = low_half(a, pin);
	bool waits =
		by_level(low) && !(low & (IOAPIC_MODEL_RTE_MASK | IOAPIC_MODEL_RTE_REMOTE_IRR));

	return waits && active(a, pin) ? low | IOAPIC_MODEL_RTE_DELIVERY_STATUS : low;
}

static uint32_t read_inner(unsigned row, uint64_t value)
{
	return (uint32_t)reg_apply_read(&ioapic_inner_regs[row], value);
}

static uint32_t read_window(struct ioapic_model *a, unsigned index)
{
	int entry = entry_of(index);

	if (entry != NO_ENTRY && index % 2)
		return read_inner(IOAPIC_MODEL_IOREDTBL_HIGH,
				  *inner(a, IOAPIC_MODEL_IOREDTBL_HIGH, (unsigned)entry));
	if (entry != NO_ENTRY)
		return read_inner(IOAPIC_MODEL_IOREDTBL_LOW, read_low(a, (unsigned)entry));
	if (index == IOAPIC_MODEL_INDEX_ID)
		return read_inner(IOAPIC_MODEL_ID, *inner(a, IOAPIC_MODEL_ID, 0));
	if (index == IOAPIC_MODEL_INDEX_VER)
		return read_inner(IOAPIC_MODEL_VER, *inner(a, IOAPIC_MODEL_VER, 0));
	if (index == IOAPIC_MODEL_INDEX_ARB)
		return read_inner(IOAPIC_MODEL_ARB, *inner(a, IOAPIC_MODEL_ARB, 0));
	lint_index(a, index);
	return 0;
}

/* ---- accesses, initialisation and reset ---- */

static uint64_t model_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct ioapic_model *a = model(dev);
	(void)n;
	return reg == IOAPIC_MODEL_IOWIN ? read_window(a, (unsigned)a->s.reg[IOAPIC_MODEL_IOREGSEL])
					 : stored;
}

static void model_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct ioapic_model *a = model(dev);
	(void)n;
	if (reg == IOAPIC_MODEL_IOWIN)
		write_window(a, (unsigned)a->s.reg[IOAPIC_MODEL_IOREGSEL], (uint32_t)w->raw);
	else if (reg == IOAPIC_MODEL_EOIR)
		write_eoir(a, (uint8_t)w->now);
}

static void reset_device(struct device *dev) { ioapic_model_reset((struct ioapic_model *)dev); }

const struct device_ops ioapic_model_ops = {
	.name = "ioapic",
	.about = &ioapic_about,
	.regs = ioapic_regs,
	.n_regs = IOAPIC_MODEL_N_REGS,
	.read = model_read,
	.write = model_write,
	.reset = reset_device,
	.report = ioapic_model_report,
	.raises = ioapic_model_raises,
};

void ioapic_model_init(struct ioapic_model *ioapic, const char *instance, const struct hub *hub,
		       const struct ioapic_model_wiring *wire)
{
	*ioapic = (struct ioapic_model){ .wire = *wire };
	device_init(&ioapic->dev, &ioapic_model_ops, instance, hub, ioapic->s.reg, &ioapic->s,
		    sizeof(ioapic->s));
	ioapic_model_reset(ioapic);
}

void ioapic_model_reset(struct ioapic_model *ioapic)
{
	reg_table_reset(ioapic_regs, IOAPIC_MODEL_N_REGS, ioapic->s.reg);
	reg_table_reset(ioapic_inner_regs, IOAPIC_MODEL_N_INNER, ioapic->s.inner);
}

void ioapic_model_set_id(struct ioapic_model *ioapic, uint8_t id)
{
	*inner(ioapic, IOAPIC_MODEL_ID, 0) = (uint64_t)(id & 0xf) << IOAPIC_MODEL_ID_SHIFT;
}
