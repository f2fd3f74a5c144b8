/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/gdt.h"

#include <stddef.h>

enum {
	SYSTEM_SLOTS = 2,
	TYPE_LSB = 40,
	TYPE = 0xf,
	LIMIT_LOW = 0xffff,
	LIMIT_HIGH_LSB = 48, /* bits 16 to 19 of the limit */
	LIMIT_HIGH = 0xf,
	LIMIT_BITS_LOW = 16,
	LIMIT_MAX = 0xfffff, /* the granularity stays bytes */
	PAGE_SHIFT = 12,
	PAGE_OFFSETS = 0xfff,
	BASE_LSB = 16, /* bits 0 to 23 of the base */
	BASE_LOW_BITS = 24,
	BASE_HIGH_LSB = 56, /* bits 24 to 31; the rest is in the upper slot */
	BASE_HIGH = 0xff,
	UPPER_LSB = 32
};
#define BASE_LOW UINT64_C(0xffffff)

/* ---- descriptors (SDM Vol. 3A figures 3-8 and 7-4) ---- */

struct gdt_system gdt_tss_descriptor(uint64_t base, uint32_t limit)
{
	uint64_t low = limit & LIMIT_LOW;

	low |= (uint64_t)(limit >> LIMIT_BITS_LOW & LIMIT_HIGH) << LIMIT_HIGH_LSB;
	low |= (base & BASE_LOW) << BASE_LSB;
	low |= (base >> BASE_LOW_BITS & BASE_HIGH) << BASE_HIGH_LSB;
	low |= (uint64_t)GDT_TYPE_TSS << TYPE_LSB | GDT_PRESENT;
	return (struct gdt_system){ .low = low, .high = base >> UPPER_LSB };
}

uint64_t gdt_system_base(struct gdt_system descriptor)
{
	uint64_t base = descriptor.low >> BASE_LSB & BASE_LOW;

	base |= (descriptor.low >> BASE_HIGH_LSB & BASE_HIGH) << BASE_LOW_BITS;
	return base | descriptor.high << UPPER_LSB;
}

uint32_t gdt_system_limit(struct gdt_system descriptor)
{
	uint32_t limit = (uint32_t)(descriptor.low & LIMIT_LOW);

	limit |= (uint32_t)(descriptor.low >> LIMIT_HIGH_LSB & LIMIT_HIGH) << LIMIT_BITS_LOW;
	return descriptor.low & GDT_GRANULARITY ? limit << PAGE_SHIFT | PAGE_OFFSETS : limit;
}

static unsigned type_of(uint64_t descriptor) { return descriptor >> TYPE_LSB & TYPE; }

/* ---- filling ---- */

enum gdt_status gdt_init(struct gdt *gdt, uint64_t *slot, uint32_t slots)
{
	if (!gdt || !slot) return GDT_NULL_POINTER;
	if (slots < 1 || slots > GDT_MAX_SLOTS) return GDT_BAD_SIZE;
	for (uint32_t i = 0; i < slots; i++) slot[i] = 0;
	*gdt = (struct gdt){ .slot = slot, .slots = (uint16_t)slots, .used = 1 };
	return GDT_OK;
}

static bool has_room(const struct gdt *gdt, unsigned slots)
{
	return gdt->used <= gdt->slots && slots <= (unsigned)(gdt->slots - gdt->used);
}

enum gdt_status gdt_add(struct gdt *gdt, uint64_t descriptor, uint16_t *selector)
{
	if (!gdt || !gdt->slot || !selector) return GDT_NULL_POINTER;
	if (!(descriptor & GDT_IS_SEGMENT)) return GDT_NOT_A_SEGMENT;
	if (!has_room(gdt, 1)) return GDT_FULL;
	*selector = gdt_selector(gdt->used, gdt_dpl(descriptor));
	gdt->slot[gdt->used++] = descriptor;
	return GDT_OK;
}

enum gdt_status gdt_add_system(struct gdt *gdt, struct gdt_system descriptor, uint16_t *selector)
{
	if (!gdt || !gdt->slot || !selector) return GDT_NULL_POINTER;
	if (descriptor.low & GDT_IS_SEGMENT) return GDT_NOT_A_SYSTEM;
	if (!has_room(gdt, SYSTEM_SLOTS)) return GDT_FULL;
	*selector = gdt_selector(gdt->used, gdt_dpl(descriptor.low));
	gdt->slot[gdt->used++] = descriptor.low;
	gdt->slot[gdt->used++] = descriptor.high;
	return GDT_OK;
}

enum gdt_status gdt_add_tss(struct gdt *gdt, const struct tss *tss, uint32_t limit,
			    uint16_t *selector)
{
	if (!tss) return GDT_NULL_POINTER;
	if (limit < TSS_SIZE - 1 || limit > LIMIT_MAX) return GDT_BAD_LIMIT;
	return gdt_add_system(gdt, gdt_tss_descriptor((uintptr_t)tss, limit), selector);
}

/* ---- loading ---- */

struct x86_table gdt_table(const struct gdt *gdt)
{
	return (struct x86_table){ .base = (uintptr_t)gdt->slot,
				   .limit = (uint16_t)(gdt->used * GDT_SLOT_BYTES - 1) };
}

enum gdt_status gdt_load(const struct gdt *gdt, struct x86_cpu cpu)
{
	if (!gdt || !gdt->slot) return GDT_NULL_POINTER;
	x86_lgdt(cpu, gdt_table(gdt));
	return GDT_OK;
}

enum gdt_status gdt_load_tss(const struct gdt *gdt, struct x86_cpu cpu, uint16_t selector)
{
	unsigned index = gdt_selector_index(selector);

	if (!gdt || !gdt->slot) return GDT_NULL_POINTER;
	if (selector & GDT_SELECTOR_TABLE || index == 0 || index + 1 >= gdt->used)
		return GDT_BAD_SELECTOR;
	uint64_t low = gdt->slot[index];
	if (low & GDT_IS_SEGMENT || !(low & GDT_PRESENT)) return GDT_NOT_A_TSS;
	if (type_of(low) == GDT_TYPE_BUSY_TSS) return GDT_TSS_IS_BUSY;
	if (type_of(low) != GDT_TYPE_TSS) return GDT_NOT_A_TSS;
	x86_ltr(cpu, selector);
	return GDT_OK;
}

void gdt_load_segments(struct x86_cpu cpu, uint16_t code, uint16_t data)
{
	x86_set_cs(cpu, code);
	x86_set_ss(cpu, data);
	x86_set_ds(cpu, data);
	x86_set_es(cpu, data);
}
