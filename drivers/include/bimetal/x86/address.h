/* SPDX-License-Identifier: MIT */
/* Virtual and physical addresses of a processor in 64-bit mode, as two types that the compiler does
 * not let one mix.
 *
 * A virtual address has 48 bits and is canonical: bits 63 to 47 are equal (SDM Vol. 1, 3.3.7.1). So
 * there are two halves with a hole between them. A *step* goes from 0x0000_7fff_ffff_ffff to
 * 0xffff_8000_0000_0000; a *sum* that ends in the hole is an error. A physical address has at most
 * 52 bits (SDM Vol. 3A 4.1.4).
 *
 * Freestanding: no libc, no heap, no state. */
#ifndef BIMETAL_X86_ADDRESS_H
#define BIMETAL_X86_ADDRESS_H

/* For example:
 *
 *	static enum address_status next_table_area(struct virt at, struct virt *next)
 *	{
 *		enum address_status status = virt_align_up(at, UINT64_C(1) << 21, next);
 *
 *		return status == ADDRESS_OK ? virt_add(*next, UINT64_C(1) << 30, next) : status;
 *	}
 *
 *	static struct virt kernel_base(void)
 *	{
 *		return VIRT(0xffffffff80000000);
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#define ADDRESS_MUST_USE __attribute__((warn_unused_result))

enum {
	VIRT_BITS = 48,
	PHYS_BITS = 52, /* the most that a processor may have */
	VIRT_LEVELS = 4,
	VIRT_INDEX_BITS = 9, /* of each table index */
	VIRT_PAGE_BITS = 12  /* of the offset in a 4 KiB page */
};

enum address_status {
	ADDRESS_OK,
	ADDRESS_NULL,          /* a null pointer */
	ADDRESS_NOT_CANONICAL, /* a virtual address in the hole */
	ADDRESS_TOO_LARGE,     /* a physical address of more than 52 bits */
	ADDRESS_OVERFLOW,      /* the result is above the highest address, or below 0 */
	ADDRESS_NOT_A_POWER    /* an alignment that is not a power of two */
};

/* The members may be read. Make one by the functions below, which check. */
struct virt {
	uint64_t value;
};
struct phys {
	uint64_t value;
};

/* 1 if the constant condition holds, else an error of the compiler. */
#define ADDRESS_IF(condition, name) \
	(sizeof(struct { unsigned name : (condition) ? 1 : -1; }) / sizeof(unsigned))

/* ---- any number ---- */

/* The highest multiple of `align` that is not above `value`, and the lowest that is not below it.
 * On an error *out is unchanged. */
ADDRESS_MUST_USE enum address_status address_align_down(uint64_t value, uint64_t align,
							uint64_t *out);
ADDRESS_MUST_USE enum address_status address_align_up(uint64_t value, uint64_t align,
						      uint64_t *out);
/* False also if `align` is not a power of two. */
bool address_is_aligned(uint64_t value, uint64_t align);

/* ---- virtual addresses: on an error *out is unchanged ---- */

#define VIRT_IS_CANONICAL(value)                      \
	((uint64_t)(value) >> (VIRT_BITS - 1) == 0 || \
	 (uint64_t)(value) >> (VIRT_BITS - 1) == 0x1ffff)
/* A constant address. The compiler refuses one that is not canonical (negative width of a field).
 */
#define VIRT(address)                                                          \
	((struct virt){ ADDRESS_IF(VIRT_IS_CANONICAL(address), is_canonical) * \
			(uint64_t)(address) })

bool virt_is_canonical(uint64_t value);
/* NOT_CANONICAL: the value is in the hole. */
ADDRESS_MUST_USE enum address_status virt_make(uint64_t value, struct virt *out);
/* Make the value canonical: bits 63 to 48 become copies of bit 47. */
struct virt virt_truncate(uint64_t value);
/* No check. If the value is in the hole, all other functions may give any result. */
struct virt virt_unchecked(uint64_t value);

/* The 9-bit index into a table of this level: 4 is the top ("PML4", p4), 1 the page table (p1). 0
 * for any other level. */
unsigned virt_index(struct virt address, unsigned level);
/* The lowest 12 bits: the place in a 4 KiB page. */
unsigned virt_page_offset(struct virt address);
/* The address with these indices and offset, of which the low 9 and 12 bits are used. */
struct virt virt_of_indices(unsigned p4, unsigned p3, unsigned p2, unsigned p1, unsigned offset);

/* Sum and difference. OVERFLOW, or NOT_CANONICAL if the result is in the hole; a result that lies
 * beyond the hole is allowed. */
ADDRESS_MUST_USE enum address_status virt_add(struct virt address, uint64_t bytes,
					      struct virt *out);
ADDRESS_MUST_USE enum address_status virt_subtract(struct virt address, uint64_t bytes,
						   struct virt *out);
/* end - start, the hole included. OVERFLOW: start > end. */
ADDRESS_MUST_USE enum address_status virt_difference(struct virt start, struct virt end,
						     uint64_t *bytes);

/* So many canonical addresses on or back: the hole has none. OVERFLOW: there are not so many. */
ADDRESS_MUST_USE enum address_status virt_forward(struct virt address, uint64_t steps,
						  struct virt *out);
ADDRESS_MUST_USE enum address_status virt_backward(struct virt address, uint64_t steps,
						   struct virt *out);
/* The steps from start to end, without the hole. OVERFLOW: start > end. */
ADDRESS_MUST_USE enum address_status virt_steps_between(struct virt start, struct virt end,
							uint64_t *steps);

/* The highest canonical multiple of `align` that is not above the address, and the lowest that is
 * not below it: 0xffff_8000_0000_0000 for one that would be in the hole, if that is a multiple.
 * OVERFLOW: there is none. */
ADDRESS_MUST_USE enum address_status virt_align_down(struct virt address, uint64_t align,
						     struct virt *out);
ADDRESS_MUST_USE enum address_status virt_align_up(struct virt address, uint64_t align,
						   struct virt *out);

/* ---- physical addresses: on an error *out is unchanged ---- */

#define PHYS_IS_VALID(value) ((uint64_t)(value) >> PHYS_BITS == 0)
/* A constant address. The compiler refuses one of more than 52 bits. */
#define PHYS(address) \
	((struct phys){ ADDRESS_IF(PHYS_IS_VALID(address), is_valid) * (uint64_t)(address) })

/* TOO_LARGE: more than 52 bits. */
ADDRESS_MUST_USE enum address_status phys_make(uint64_t value, struct phys *out);
/* Clear bits 63 to 52. */
struct phys phys_truncate(uint64_t value);

/* OVERFLOW: the result has more than 52 bits, or is below 0. */
ADDRESS_MUST_USE enum address_status phys_add(struct phys address, uint64_t bytes,
					      struct phys *out);
ADDRESS_MUST_USE enum address_status phys_subtract(struct phys address, uint64_t bytes,
						   struct phys *out);
ADDRESS_MUST_USE enum address_status phys_difference(struct phys start, struct phys end,
						     uint64_t *bytes);
ADDRESS_MUST_USE enum address_status phys_align_down(struct phys address, uint64_t align,
						     struct phys *out);
ADDRESS_MUST_USE enum address_status phys_align_up(struct phys address, uint64_t align,
						   struct phys *out);

#endif
