/* SPDX-License-Identifier: MIT */
/* Typed registers over io.h; including either header includes both. The type of a register holds
 * its width and whether it can be read or written: a write of a read-only register does not
 * compile.
 *
 *	#define LSR ((struct io_ro8){ 5 })
 *	#define LCR ((struct io_rw8){ 3 })
 *
 *	static uint8_t set_up(struct io uart)
 *	{
 *		enum { LCR_8_BITS = 0x03 };
 *
 *		io_write(uart, LCR, LCR_8_BITS);
 *		return io_read(uart, LSR);
 *	}
 *
 * Each io_read() or io_write() is exactly one access of the register's width. io_update() is one
 * read and one write. */
#ifndef BIMETAL_REGISTERS_H
#define BIMETAL_REGISTERS_H

#include <stddef.h>
#include <stdint.h>

#include "bimetal/io.h"

/* Defines, for one width: struct io_ro, io_wo and io_rw (read-only, write-only, both), which hold a
 * register's number `at`. Its address is `at` times the stride of struct io. And struct io_cell_ro,
 * _wo and _rw: a register as the member of a struct that describes a device's memory, for
 * IO_MEMBER(). */
#define IO_DEFINE_REGISTER(bits)                                                              \
	struct io_ro##bits {                                                                  \
		uint32_t at;                                                                  \
	};                                                                                    \
	struct io_wo##bits {                                                                  \
		uint32_t at;                                                                  \
	};                                                                                    \
	struct io_rw##bits {                                                                  \
		uint32_t at;                                                                  \
	};                                                                                    \
	struct io_cell_ro##bits {                                                             \
		uint##bits##_t raw;                                                           \
	};                                                                                    \
	struct io_cell_wo##bits {                                                             \
		uint##bits##_t raw;                                                           \
	};                                                                                    \
	struct io_cell_rw##bits {                                                             \
		uint##bits##_t raw;                                                           \
	};                                                                                    \
	IO_INLINE uint##bits##_t io_read_ro##bits(struct io io, struct io_ro##bits reg)       \
	{                                                                                     \
		return io_read##bits(io, reg.at);                                             \
	}                                                                                     \
	IO_INLINE uint##bits##_t io_read_rw##bits(struct io io, struct io_rw##bits reg)       \
	{                                                                                     \
		return io_read##bits(io, reg.at);                                             \
	}                                                                                     \
	IO_INLINE void io_write_wo##bits(struct io io, struct io_wo##bits reg,                \
					 uint##bits##_t value)                                \
	{                                                                                     \
		io_write##bits(io, reg.at, value);                                            \
	}                                                                                     \
	IO_INLINE void io_write_rw##bits(struct io io, struct io_rw##bits reg,                \
					 uint##bits##_t value)                                \
	{                                                                                     \
		io_write##bits(io, reg.at, value);                                            \
	}                                                                                     \
	IO_INLINE uint##bits##_t io_update_rw##bits(struct io io, struct io_rw##bits reg,     \
						    uint##bits##_t clear, uint##bits##_t set) \
	{                                                                                     \
		uint##bits##_t old = io_read##bits(io, reg.at);                               \
		io_write##bits(io, reg.at,                                                    \
			       (uint##bits##_t)((old & (uint##bits##_t) ~clear) | set));      \
		return old;                                                                   \
	}

IO_DEFINE_REGISTER(8)
IO_DEFINE_REGISTER(16)
IO_DEFINE_REGISTER(32)
IO_DEFINE_REGISTER(64)

/* Read a register. A write-only register does not compile. */
#define io_read(io, reg)                        \
	_Generic((reg), struct io_ro8           \
		 : io_read_ro8, struct io_rw8   \
		 : io_read_rw8, struct io_ro16  \
		 : io_read_ro16, struct io_rw16 \
		 : io_read_rw16, struct io_ro32 \
		 : io_read_ro32, struct io_rw32 \
		 : io_read_rw32, struct io_ro64 \
		 : io_read_ro64, struct io_rw64 \
		 : io_read_rw64)(io, reg)

/* Write `value`, converted to the register's width. A read-only register does not compile. */
#define io_write(io, reg, value)                 \
	_Generic((reg), struct io_wo8            \
		 : io_write_wo8, struct io_rw8   \
		 : io_write_rw8, struct io_wo16  \
		 : io_write_wo16, struct io_rw16 \
		 : io_write_rw16, struct io_wo32 \
		 : io_write_wo32, struct io_rw32 \
		 : io_write_rw32, struct io_wo64 \
		 : io_write_wo64, struct io_rw64 \
		 : io_write_rw64)(io, reg, value)

/* Read, clear the bits in `clear`, set those in `set` (which wins), and write. Returns the value
 * read. The register must be read-write. */
#define io_update(io, reg, clear, set)            \
	_Generic((reg), struct io_rw8             \
		 : io_update_rw8, struct io_rw16  \
		 : io_update_rw16, struct io_rw32 \
		 : io_update_rw32, struct io_rw64 \
		 : io_update_rw64)(io, reg, clear, set)

/* Element n of an array of registers, `stride` register numbers apart. */
#define io_nth(reg, n, stride) ((__typeof__(reg)){ (reg).at + (uint32_t)(n) * (uint32_t)(stride) })

/* The same register with only one right: for a function that must only read, or only write. */
#define io_as_ro(reg)                                           \
	_Generic((reg), struct io_ro8                           \
		 : (struct io_ro8){ (reg).at }, struct io_rw8   \
		 : (struct io_ro8){ (reg).at }, struct io_ro16  \
		 : (struct io_ro16){ (reg).at }, struct io_rw16 \
		 : (struct io_ro16){ (reg).at }, struct io_ro32 \
		 : (struct io_ro32){ (reg).at }, struct io_rw32 \
		 : (struct io_ro32){ (reg).at }, struct io_ro64 \
		 : (struct io_ro64){ (reg).at }, struct io_rw64 \
		 : (struct io_ro64){ (reg).at })
#define io_as_wo(reg)                                           \
	_Generic((reg), struct io_wo8                           \
		 : (struct io_wo8){ (reg).at }, struct io_rw8   \
		 : (struct io_wo8){ (reg).at }, struct io_wo16  \
		 : (struct io_wo16){ (reg).at }, struct io_rw16 \
		 : (struct io_wo16){ (reg).at }, struct io_wo32 \
		 : (struct io_wo32){ (reg).at }, struct io_rw32 \
		 : (struct io_wo32){ (reg).at }, struct io_wo64 \
		 : (struct io_wo64){ (reg).at }, struct io_rw64 \
		 : (struct io_wo64){ (reg).at })

/* ---- fields ---- */

/* The mask of bits msb..lsb, as datasheets number them: 63 >= msb >= lsb >= 0. */
#define IO_FIELD(msb, lsb) ((UINT64_MAX >> (63 - (msb) + (lsb))) << (lsb))

/* The field `mask` of `value`, shifted down; 0 if mask is 0. */
IO_INLINE uint64_t io_field_get(uint64_t mask, uint64_t value)
{
	return mask ? (value & mask) >> __builtin_ctzll(mask) : 0;
}

/* `value` with its field `mask` replaced by `field`. Bits that do not fit are cut off. */
IO_INLINE uint64_t io_field_put(uint64_t mask, uint64_t value, uint64_t field)
{
	return mask ? (value & ~mask) | (field << __builtin_ctzll(mask) & mask) : value;
}

/* ---- a register by its place in a struct ---- */

/* Offset of a member in bytes. Does not compile if the member is not aligned to its size, as in a
 * packed struct: one access could not reach such a register. */
#define IO_OFFSET(type, member)                                                                    \
	((uint32_t)(offsetof(type, member) +                                                       \
		    0 * sizeof(struct {                                                            \
			    _Static_assert(offsetof(type, member) % sizeof(((type *)0)->member) == \
						   0,                                              \
					   "a register must be aligned to its size");              \
			    int unused;                                                            \
		    })))

/* The register at the place of a member of `type` (one of struct io_cell_*), with the member's
 * width and rights. Use it with a struct io of stride 1. Nothing is accessed. */
#define IO_MEMBER(type, member)                                                     \
	_Generic(((type *)0)->member, struct io_cell_ro8                            \
		 : (struct io_ro8){ IO_OFFSET(type, member) }, struct io_cell_wo8   \
		 : (struct io_wo8){ IO_OFFSET(type, member) }, struct io_cell_rw8   \
		 : (struct io_rw8){ IO_OFFSET(type, member) }, struct io_cell_ro16  \
		 : (struct io_ro16){ IO_OFFSET(type, member) }, struct io_cell_wo16 \
		 : (struct io_wo16){ IO_OFFSET(type, member) }, struct io_cell_rw16 \
		 : (struct io_rw16){ IO_OFFSET(type, member) }, struct io_cell_ro32 \
		 : (struct io_ro32){ IO_OFFSET(type, member) }, struct io_cell_wo32 \
		 : (struct io_wo32){ IO_OFFSET(type, member) }, struct io_cell_rw32 \
		 : (struct io_rw32){ IO_OFFSET(type, member) }, struct io_cell_ro64 \
		 : (struct io_ro64){ IO_OFFSET(type, member) }, struct io_cell_wo64 \
		 : (struct io_wo64){ IO_OFFSET(type, member) }, struct io_cell_rw64 \
		 : (struct io_rw64){ IO_OFFSET(type, member) })

#endif
