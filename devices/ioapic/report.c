/* SPDX-License-Identifier: MIT */
/* Which pins of the I/O APIC are unmasked, requested or in service, in words. */
#include "devices/ioapic/model.h"

static uint64_t entry_of(const struct ioapic_model *a, unsigned pin)
{
	return a->s.inner[reg_table_slot(ioapic_inner_regs, IOAPIC_MODEL_IOREDTBL_LOW) + pin];
}

enum pin_state { PIN_UNMASKED, PIN_WAITING, PIN_MASKED, PIN_IN_SERVICE };

static bool pin_is(const struct ioapic_model *a, unsigned pin, enum pin_state state)
{
	uint64_t entry = entry_of(a, pin);
	bool asks = a->s.lines >> pin & 1;
	bool masked = entry & IOAPIC_MODEL_RTE_MASK;
	switch (state) {
	case PIN_UNMASKED: return !masked;
	case PIN_WAITING: return asks && !masked;
	case PIN_MASKED: return asks && masked;
	case PIN_IN_SERVICE:
	default: return entry & IOAPIC_MODEL_RTE_REMOTE_IRR;
	}
}

static void print_pins(const char *what, const struct ioapic_model *a, enum pin_state state,
		       FILE *out)
{
	unsigned n = 0;
	for (unsigned pin = 0; pin < IOAPIC_MODEL_PINS; pin++) {
		if (!pin_is(a, pin, state)) continue;
		fprintf(out, "%s pin %u", n++ ? "," : what, pin);
		if (!(entry_of(a, pin) & IOAPIC_MODEL_RTE_MASK))
			fprintf(out, " (vector 0x%02x)",
				(unsigned)entry_of(a, pin) & IOAPIC_MODEL_RTE_VECTOR);
	}
}

void ioapic_model_report(const struct device *dev, FILE *out)
{
	const struct ioapic_model *a = (const struct ioapic_model *)dev;
	unsigned unmasked = 0;

	for (unsigned pin = 0; pin < IOAPIC_MODEL_PINS; pin++)
		unmasked += pin_is(a, pin, PIN_UNMASKED);
	fprintf(out, "  I/O APIC: %u of %u pins unmasked", unmasked, (unsigned)IOAPIC_MODEL_PINS);
	print_pins("; requested:", a, PIN_WAITING, out);
	print_pins("; requested but masked:", a, PIN_MASKED, out);
	print_pins("; level taken, no EOI yet:", a, PIN_IN_SERVICE, out);
	fputc('\n', out);
}

bool ioapic_model_raises(const struct device *dev, uint8_t vector, char *buf, size_t size)
{
	const struct ioapic_model *a = (const struct ioapic_model *)dev;
	enum {
		LOWEST_PRIORITY = 1 << IOAPIC_MODEL_RTE_MODE_SHIFT
	}; /* fixed is 0; others: no vector */

	for (unsigned pin = 0; pin < IOAPIC_MODEL_PINS; pin++) {
		bool has_vector = (entry_of(a, pin) & IOAPIC_MODEL_RTE_MODE) <= LOWEST_PRIORITY;

		if (!has_vector || !pin_is(a, pin, PIN_UNMASKED)) continue;
		if ((entry_of(a, pin) & IOAPIC_MODEL_RTE_VECTOR) != vector) continue;
		snprintf(buf, size, "I/O APIC, pin %u", pin);
		return true;
	}
	return false;
}
