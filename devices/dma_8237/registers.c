/* SPDX-License-Identifier: MIT */
/* Registers of the 8237A. Its datasheet (231466) was read as reprinted in the Tandy 1000 Technical
 * Reference Manual, and in documents of chipsets with two of them: 82378ZB, 82801DB, and the 460GX
 * Software Developer's Manual. */
#include "devices/dma_8237/registers.h"

#define R  REG_DIR_R
#define W  REG_DIR_W
#define RW REG_DIR_RW

/* clang-format off: keep the columns of the table */
#define BYTES                        \
	{                            \
		"BYTE", 7, 0, REG_RW \
	}

/* No device on this board requests a transfer. */
#define KEPT             .kept = "*"
#define KEPT_BUT(fields) .kept = "*", .undone = fields

/* Register `n` of the chip, at offset n << shift; it appears `copies` times. */
#define ADDRESS(name, n)                                                                          \
	{                                                                                         \
		name, (n) << SHIFT, 8, RW, 0, 0, "460GX SDM 11.2.1.7", REG_FIELDS(BYTES), COPIES, \
			COPIES ? 1 : 0, KEPT                                                      \
	}
#define COUNT(name, n)                                                                            \
	{                                                                                         \
		name, (n) << SHIFT, 8, RW, 0, 0, "460GX SDM 11.2.1.8", REG_FIELDS(BYTES), COPIES, \
			COPIES ? 1 : 0, KEPT                                                      \
	}
#define ROW(name, n, dir, reset, spec, effect, ...)                                          \
	{                                                                                    \
		name, (n) << SHIFT, 8, dir, 0, reset, spec, REG_FIELDS(__VA_ARGS__), COPIES, \
			COPIES ? 1 : 0, effect                                               \
	}

#define CHIP_ROWS                                                                                  \
	[DMA_8237_MODEL_ADDR0] = ADDRESS("ADDR0", 0),                                              \
	[DMA_8237_MODEL_COUNT0] = COUNT("COUNT0", 1),                                              \
	[DMA_8237_MODEL_ADDR1] = ADDRESS("ADDR1", 2),                                              \
	[DMA_8237_MODEL_COUNT1] = COUNT("COUNT1", 3),                                              \
	[DMA_8237_MODEL_ADDR2] = ADDRESS("ADDR2", 4),                                              \
	[DMA_8237_MODEL_COUNT2] = COUNT("COUNT2", 5),                                              \
	[DMA_8237_MODEL_ADDR3] = ADDRESS("ADDR3", 6),                                              \
	[DMA_8237_MODEL_COUNT3] = COUNT("COUNT3", 7),                                              \
	[DMA_8237_MODEL_STATUS] = ROW("STATUS", 8, R, 0, "82378ZB 3.2.7", KEPT,                    \
				      { "TC", 3, 0, REG_RC }, { "DREQ", 7, 4, REG_RO }),           \
	[DMA_8237_MODEL_COMMAND] =                                                                 \
		ROW("COMMAND", 8, W, 0, "unread: 8237A, Command Register",                         \
		    KEPT_BUT("MEMORY_TO_MEMORY"), { "MEMORY_TO_MEMORY", 0, 0, REG_WO },            \
		    { "ADDRESS_HOLD", 1, 1, REG_WO }, { "DISABLE", 2, 2, REG_WO },                 \
		    { "COMPRESSED", 3, 3, REG_WO }, { "ROTATING", 4, 4, REG_WO },                  \
		    { "EXTENDED_WRITE", 5, 5, REG_WO }, { "DREQ_LOW", 6, 6, REG_WO },              \
		    { "DACK_HIGH", 7, 7, REG_WO }),                                                \
	[DMA_8237_MODEL_REQUEST] = ROW("REQUEST", 9, W, 0, "8237A, Figure 5 and Mask Register",    \
				       KEPT_BUT("SET"), { "SELECT", 1, 0, REG_WO },                \
				       { "SET", 2, 2, REG_WO }, { "DONT_CARE", 7, 3, REG_WO }),    \
	[DMA_8237_MODEL_SINGLE_MASK] = ROW("SINGLE_MASK", 10, W, 0, "8237A, Mask Register", KEPT,  \
					   { "SELECT", 1, 0, REG_WO }, { "SET", 2, 2, REG_WO },    \
					   { "DONT_CARE", 7, 3, REG_WO }),                         \
	[DMA_8237_MODEL_MODE] = ROW("MODE", 11, W, 0, "unread: 8237A, Mode Register", KEPT,        \
				    { "SELECT", 1, 0, REG_WO }, { "TRANSFER", 3, 2, REG_WO },      \
				    { "AUTOINITIALIZE", 4, 4, REG_WO },                            \
				    { "DECREMENT", 5, 5, REG_WO }, { "MODE", 7, 6, REG_WO }),      \
	[DMA_8237_MODEL_CLEAR_BYTE_POINTER] =                                                      \
		ROW("CLEAR_BYTE_POINTER", 12, W, 0, "82801DB 5.4.5.1", .kept = NULL,               \
		    { "ANY", 7, 0, REG_WO }),                                                      \
	[DMA_8237_MODEL_TEMPORARY] = ROW("TEMPORARY", 13, R, 0, "8237A, Temporary Register", KEPT, \
					 { "BYTE", 7, 0, REG_RO }),                                \
	[DMA_8237_MODEL_MASTER_CLEAR] = ROW("MASTER_CLEAR", 13, W, 0, "82801DB 5.4.5.2",           \
					    .kept = NULL, { "ANY", 7, 0, REG_WO }),                \
	[DMA_8237_MODEL_CLEAR_MASK] =                                                              \
		ROW("CLEAR_MASK", 14, W, 0, "82801DB 5.4.5.3", KEPT, { "ANY", 7, 0, REG_WO }),     \
	[DMA_8237_MODEL_ALL_MASKS] =                                                               \
		ROW("ALL_MASKS", 15, RW, 0x0f, "82378ZB 3.2.6", KEPT, { "MASK", 3, 0, REG_RW })

#define SHIFT  0
#define COPIES 0
const struct reg_desc dma_8237_model_regs1[DMA_8237_MODEL_N_REGS] = { CHIP_ROWS };
#undef SHIFT
#undef COPIES

#define SHIFT  1
#define COPIES 2
const struct reg_desc dma_8237_model_regs2[DMA_8237_MODEL_N_REGS] = { CHIP_ROWS };

#define PAGE(name, offset)                                            \
	{                                                             \
		name, offset, 8, RW, 0, 0, "460GX SDM 11.2.1.9",      \
			REG_FIELDS({ "A23_A16", 7, 0, REG_RW }), KEPT \
	}
#define SPARE(name, offset)                                                                  \
	{                                                                                    \
		name, offset, 8, RW, 0, 0, "unread: 82801IB (ICH9) 13.2, DMA I/O registers", \
			REG_FIELDS({ "BYTE", 7, 0, REG_RW })                                 \
	}

const struct reg_desc dma_8237_page_regs[DMA_8237_MODEL_N_PAGES] = {
	[DMA_8237_MODEL_PAGE2] = PAGE("PAGE2", 1),
	[DMA_8237_MODEL_PAGE3] = PAGE("PAGE3", 2),
	[DMA_8237_MODEL_PAGE1] = PAGE("PAGE1", 3),
	[DMA_8237_MODEL_SPARE84] = SPARE("SPARE84", 4),
	[DMA_8237_MODEL_SPARE85] = SPARE("SPARE85", 5),
	[DMA_8237_MODEL_SPARE86] = SPARE("SPARE86", 6),
	[DMA_8237_MODEL_PAGE0] = PAGE("PAGE0", 7),
	[DMA_8237_MODEL_SPARE88] = SPARE("SPARE88", 8),
	[DMA_8237_MODEL_PAGE6] = PAGE("PAGE6", 9),
	[DMA_8237_MODEL_PAGE7] = PAGE("PAGE7", 10),
	[DMA_8237_MODEL_PAGE5] = PAGE("PAGE5", 11),
	[DMA_8237_MODEL_SPARE8C] = SPARE("SPARE8C", 12),
	[DMA_8237_MODEL_SPARE8D] = SPARE("SPARE8D", 13),
	[DMA_8237_MODEL_SPARE8E] = SPARE("SPARE8E", 14),
	[DMA_8237_MODEL_REFRESH] = SPARE("REFRESH", 15),
};
/* clang-format on */
