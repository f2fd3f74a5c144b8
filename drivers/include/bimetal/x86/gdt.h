/* SPDX-License-Identifier: MIT */
/* The global descriptor table (Intel SDM Vol. 3A 3.4.5; unread: 3.5, 7.2.3, AMD APM Vol. 2 4.8).
 * The caller owns the memory of the table, which must be writable and stay where it is while it is
 * loaded: LTR sets the busy bit in it. Slot 0 is the null descriptor. */
#ifndef BIMETAL_X86_GDT_H
#define BIMETAL_X86_GDT_H

/* For example:
 *
 *	static enum gdt_status segments(struct gdt *gdt, struct tss *tss, uint16_t *task)
 *	{
 *		static uint64_t slots[GDT_DEFAULT_SLOTS];
 *		uint16_t code, data;
 *		enum gdt_status status = gdt_init(gdt, slots, GDT_DEFAULT_SLOTS);
 *
 *		if (status == GDT_OK) status = gdt_add(gdt, GDT_KERNEL_CODE64, &code);
 *		if (status == GDT_OK) status = gdt_add(gdt, GDT_KERNEL_DATA, &data);
 *		if (status == GDT_OK) status = gdt_add_tss(gdt, tss, TSS_SIZE - 1, task);
 *		return status;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/x86/tss.h"
#include "bimetal/x86_cpu.h"

#define GDT_MUST_USE __attribute__((warn_unused_result))

enum gdt_status {
	GDT_OK,
	GDT_NULL_POINTER,
	GDT_BAD_SIZE,      /* not 1 to GDT_MAX_SLOTS slots */
	GDT_FULL,          /* no slot is left, or only one where two are needed */
	GDT_NOT_A_SEGMENT, /* gdt_add() got a system descriptor (bit 44 is 0), which has two slots
			    */
	GDT_NOT_A_SYSTEM,  /* gdt_add_system() got a code or data descriptor */
	GDT_BAD_LIMIT,     /* a task state segment has at least TSS_SIZE bytes, at most 1 MiB */
	GDT_BAD_SELECTOR,  /* null, in an LDT, or beyond the table */
	GDT_NOT_A_TSS,     /* the selector's descriptor is no task state segment of 64 bits */
	GDT_TSS_IS_BUSY    /* it was loaded before: LTR would raise #GP */
};

enum { GDT_DEFAULT_SLOTS = 8, GDT_MAX_SLOTS = 8192, GDT_SLOT_BYTES = 8 };

/* Flat segments, as Linux has them: present, accessed. */
#define GDT_KERNEL_CODE64 UINT64_C(0x00af9b000000ffff)
#define GDT_KERNEL_CODE32 UINT64_C(0x00cf9b000000ffff)
#define GDT_KERNEL_DATA   UINT64_C(0x00cf93000000ffff)
#define GDT_USER_CODE64   UINT64_C(0x00affb000000ffff)
#define GDT_USER_CODE32   UINT64_C(0x00cffb000000ffff)
#define GDT_USER_DATA     UINT64_C(0x00cff3000000ffff)

/* Bits of a descriptor. */
#define GDT_ACCESSED     (UINT64_C(1) << 40)
#define GDT_WRITABLE     (UINT64_C(1) << 41) /* of code: readable */
#define GDT_CONFORMING   (UINT64_C(1) << 42) /* of data: grows down */
#define GDT_EXECUTABLE   (UINT64_C(1) << 43)
#define GDT_IS_SEGMENT   (UINT64_C(1) << 44) /* else a system descriptor */
#define GDT_DPL_LSB      45
#define GDT_PRESENT      (UINT64_C(1) << 47)
#define GDT_AVAILABLE    (UINT64_C(1) << 52) /* for the kernel's own use */
#define GDT_LONG         (UINT64_C(1) << 53)
#define GDT_DEFAULT_SIZE (UINT64_C(1) << 54) /* 32 bits */
#define GDT_GRANULARITY  (UINT64_C(1) << 55) /* the limit counts pages */

/* Types of system descriptors in 64-bit mode: bits 40 to 43 (SDM Vol. 3A, table 3-2). */
enum gdt_system_type { GDT_TYPE_LDT = 0x2, GDT_TYPE_TSS = 0x9, GDT_TYPE_BUSY_TSS = 0xb };

/* A system descriptor, which takes two slots. */
struct gdt_system {
	uint64_t low, high;
};

/* A table under construction. */
struct gdt {
	uint64_t *slot;
	uint16_t slots; /* how many there are */
	uint16_t used;  /* how many are taken, from 0 on */
};

/* ---- selectors (unread: SDM Vol. 3A 3.4.2) ---- */

enum { GDT_SELECTOR_TABLE = 1 << 2, GDT_SELECTOR_RPL = 3, GDT_SELECTOR_INDEX_LSB = 3 };

static inline uint16_t gdt_selector(uint16_t index, unsigned rpl)
{
	return (uint16_t)((unsigned)index << GDT_SELECTOR_INDEX_LSB | (rpl & GDT_SELECTOR_RPL));
}

static inline uint16_t gdt_selector_index(uint16_t selector)
{
	return selector >> GDT_SELECTOR_INDEX_LSB;
}

static inline unsigned gdt_selector_rpl(uint16_t selector) { return selector & GDT_SELECTOR_RPL; }

/* The descriptor's privilege level. */
static inline unsigned gdt_dpl(uint64_t descriptor)
{
	return descriptor >> GDT_DPL_LSB & GDT_SELECTOR_RPL;
}

/* ---- filling ---- */

/* Begin an empty table in `slots` slots (1 to 8192) at `slot`: all are zeroed, slot 0 is taken. */
GDT_MUST_USE enum gdt_status gdt_init(struct gdt *gdt, uint64_t *slot, uint32_t slots);
/* Add a code or data segment in one slot. *selector has the descriptor's DPL as its RPL. */
GDT_MUST_USE enum gdt_status gdt_add(struct gdt *gdt, uint64_t descriptor, uint16_t *selector);
/* Add a system descriptor in two slots. */
GDT_MUST_USE enum gdt_status gdt_add_system(struct gdt *gdt, struct gdt_system descriptor,
					    uint16_t *selector);
/* Add an available task state segment of DPL 0. `limit`: its last byte's offset, TSS_SIZE - 1
 * without an I/O map; tss_set_io_map() says what it is with one. The TSS must stay where it is. */
GDT_MUST_USE enum gdt_status gdt_add_tss(struct gdt *gdt, const struct tss *tss, uint32_t limit,
					 uint16_t *selector);

/* The descriptor of a task state segment at a linear address. The limit has 20 bits. */
struct gdt_system gdt_tss_descriptor(uint64_t base, uint32_t limit);
/* The base and limit that a system descriptor holds, its granularity applied. */
uint64_t gdt_system_base(struct gdt_system descriptor);
uint32_t gdt_system_limit(struct gdt_system descriptor);

/* ---- loading ---- */

/* What LGDT loads: the slots that are taken. */
struct x86_table gdt_table(const struct gdt *gdt);
/* LGDT. Segment registers keep what they had: load them afterwards. */
GDT_MUST_USE enum gdt_status gdt_load(const struct gdt *gdt, struct x86_cpu cpu);
/* LTR, if the selector is that of an available TSS in this table, which must be loaded. */
GDT_MUST_USE enum gdt_status gdt_load_tss(const struct gdt *gdt, struct x86_cpu cpu,
					  uint16_t selector);
/* Load CS, and DS, ES and SS. FS and GS are not touched: loading them would set their bases to 0.
 */
void gdt_load_segments(struct x86_cpu cpu, uint16_t code, uint16_t data);

#endif
