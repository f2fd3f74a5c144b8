/* SPDX-License-Identifier: MIT */
/* The task state segment of 64-bit mode (Intel SDM Vol. 3A 7.7): stacks for rings 0 to 2, the seven
 * stacks of the interrupt stack table, and the I/O permission map (SDM Vol. 1 18.5.2). */
#ifndef BIMETAL_X86_TSS_H
#define BIMETAL_X86_TSS_H

/* For example:
 *
 *	static struct tss tss;
 *
 *	static void stacks(uint64_t ring0_top, uint64_t double_fault_top)
 *	{
 *		tss_init(&tss);
 *		(void)tss_set_rsp(&tss, 0, ring0_top);
 *		(void)tss_set_ist(&tss, 1, double_fault_top);
 *	}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tss_status {
	TSS_OK,
	TSS_NULL_POINTER,
	TSS_BAD_RING,      /* stacks are for rings 0 to 2 */
	TSS_BAD_IST,       /* the interrupt stack table has stacks 1 to 7 */
	TSS_MAP_BEFORE,    /* the map must lie behind the TSS */
	TSS_MAP_TOO_FAR,   /* the map must begin at most TSS_MAP_MAX_BASE bytes from the TSS */
	TSS_MAP_TOO_LONG,  /* more than TSS_MAP_MAX_BYTES */
	TSS_MAP_NOT_ENDED, /* the last byte must be FFh: the processor reads two bytes at once */
	TSS_MAP_BAD_PORT   /* the port's bit is not in the map, or is in its last byte */
};

enum {
	TSS_SIZE = 0x68,
	TSS_RSP0 = 0x04,
	TSS_IST1 = 0x24,
	TSS_IOMAP_BASE = 0x66,
	TSS_RINGS = 3,
	TSS_ISTS = 7,
	TSS_MAP_MAX_BASE = 0xdfff,
	TSS_MAP_MAX_BYTES = 8193 /* 65536 ports, and the byte FFh */
};

/* As the processor reads it; the 64-bit fields lie at multiples of four. Make it with tss_init():
 * one that is all zeroes takes its own first bytes for the I/O map. */
struct tss {
	uint32_t word[TSS_SIZE / 4];
} __attribute__((aligned(8)));

/* All stacks 0, no I/O map (its base is TSS_SIZE): ring 3 may use no port that IOPL forbids. */
void tss_init(struct tss *tss);

/* The stack pointer for interrupts into `ring`, 0 to 2, and of IST `n`, 1 to 7 as gates number
 * them: the address behind the stack, a multiple of 16. A ring or number that is not there reads
 * as 0. */
enum tss_status tss_set_rsp(struct tss *tss, unsigned ring, uint64_t top);
uint64_t tss_rsp(const struct tss *tss, unsigned ring);
enum tss_status tss_set_ist(struct tss *tss, unsigned n, uint64_t top);
uint64_t tss_ist(const struct tss *tss, unsigned n);

/* Use the I/O map of `bytes` bytes that lies at `map`, behind the TSS: bit n of it denies port n.
 * Its last byte is FFh; ports behind the map are denied. *limit: for gdt_add_tss(). With an error
 * nothing changes. */
enum tss_status tss_set_io_map(struct tss *tss, const uint8_t *map, size_t bytes, uint32_t *limit);
/* Offset of the map from the TSS; not below the segment's limit: there is none. */
uint16_t tss_iomap_base(const struct tss *tss);
/* Deny all ports: fill the map with ones, the last byte too. */
void tss_io_map_init(uint8_t *map, size_t bytes);
/* Let ring 3 use a port, or forbid it. */
enum tss_status tss_allow_port(uint8_t *map, size_t bytes, uint16_t port, bool allow);
bool tss_port_allowed(const uint8_t *map, size_t bytes, uint16_t port);

#endif
