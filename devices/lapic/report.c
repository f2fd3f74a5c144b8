/* SPDX-License-Identifier: MIT */
/* Which vectors of the local APIC wait or are in service, in words. */
#include "devices/lapic/internal.h"
#include "emu/array.h"

enum { N_VECTORS = 256, SVR_ENABLED = 1 << 8, MAX_LISTED = 8 };

static void print_vectors(const char *what, const struct lapic_model *l, enum lapic_model_reg row,
			  FILE *out)
{
	unsigned n = 0;
	for (unsigned v = N_VECTORS; v-- > 0;) {
		if (!(l->s.reg[l->slot[row] + v / 32] >> v % 32 & 1)) continue;
		if (n == 0) fprintf(out, "; %s", what);
		if (n < MAX_LISTED) fprintf(out, " 0x%02x", v);
		n++;
	}
	if (n > MAX_LISTED) fprintf(out, " and %u more", n - MAX_LISTED);
}

void lapic_model_report(const struct device *dev, FILE *out)
{
	const struct lapic_model *l = (const struct lapic_model *)dev;

	if (!lapic_model_enabled(l)) {
		fputs("  local APIC: disabled by IA32_APIC_BASE\n", out);
		return;
	}
	uint64_t svr = l->s.reg[l->slot[LAPIC_MODEL_SVR]];
	fprintf(out, "  local APIC: %s, TPR 0x%02x",
		svr & SVR_ENABLED ? "enabled" : "software-disabled (SVR bit 8)",
		(unsigned)l->s.reg[l->slot[LAPIC_MODEL_TPR]] & 0xff);
	print_vectors("waiting:", l, LAPIC_MODEL_IRR, out);
	print_vectors("in service, no EOI yet:", l, LAPIC_MODEL_ISR, out);
	fputc('\n', out);
}

/* The highest vector set; -1: none. */
static int highest_vector(const struct lapic_model *l, enum lapic_model_reg row)
{
	for (unsigned v = N_VECTORS; v-- > 0;)
		if (l->s.reg[l->slot[row] + v / 32] >> v % 32 & 1) return (int)v;
	return -1;
}

/* SDM Vol. 3A 10.8.3.1: a vector waits while one of its class, bits 7:4, or a higher one is in
 * service. */
bool lapic_model_held_back(const struct device *dev, char *buf, size_t size)
{
	const struct lapic_model *l = (const struct lapic_model *)dev;
	int waiting = highest_vector(l, LAPIC_MODEL_IRR);
	int in_service = highest_vector(l, LAPIC_MODEL_ISR);
	if (!lapic_model_enabled(l) || waiting < 0 || in_service < 0) return false;
	if (waiting >> 4 > in_service >> 4) return false;
	snprintf(buf, size,
		 "the local APIC holds back vector 0x%02x until the handler of vector 0x%02x sends "
		 "its EOI",
		 (unsigned)waiting, (unsigned)in_service);
	return true;
}

bool lapic_model_raises(const struct device *dev, uint8_t vector, char *buf, size_t size)
{
	static const struct {
		enum lapic_model_reg row;
		const char *what;
	} entries[] = {
		{ LAPIC_MODEL_LVT_TIMER, "timer" },
		{ LAPIC_MODEL_LVT_THERMAL, "thermal sensor" },
		{ LAPIC_MODEL_LVT_PERF, "performance counter" },
		{ LAPIC_MODEL_LVT_LINT0, "LINT0" },
		{ LAPIC_MODEL_LVT_LINT1, "LINT1" },
		{ LAPIC_MODEL_LVT_ERROR, "error" },
	};
	const struct lapic_model *l = (const struct lapic_model *)dev;

	for (size_t i = 0; lapic_model_enabled(l) && i < ARRAY_SIZE(entries); i++) {
		uint32_t entry = lapic_model_get(l, entries[i].row);
		bool mode = entries[i].row != LAPIC_MODEL_LVT_TIMER &&
			    lapic_model_mode_of(entry) != APIC_FIXED;

		if (entry & LAPIC_MODEL_MASKED || mode) continue;
		if ((entry & LAPIC_MODEL_VECTOR_MASK) != vector) continue;
		snprintf(buf, size, "local APIC, %s", entries[i].what);
		return true;
	}
	return false;
}
