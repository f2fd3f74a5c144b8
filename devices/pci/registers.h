/* SPDX-License-Identifier: MIT */
/* Rows of configuration space. Each function makes its own register table from them:
 *
 *	const struct reg_desc x_config_regs[] = {
 *		PCI_MODEL_ROWS_IDENTITY(0x8086, 0x2918, 2, 0x06, 0x01, 0x00, 0x80),
 *		PCI_MODEL_ROW_COMMAND(...), PCI_MODEL_ROW_STATUS(...),
 *		PCI_MODEL_ROWS_TYPE0(0, 0, 0, 0), PCI_MODEL_ROW_BAR_NONE(0), ...
 *		[PCI_MODEL_TYPE0_N_ROWS] = ...	(what comes after the header)
 *	};
 *
 * Citations: PCI Local Bus Specification 3.0, PCI-to-PCI Bridge Architecture Specification 1.2, PCI
 * Express Base Specification 1.1. */
#ifndef DEVICES_PCI_REGISTERS_H
#define DEVICES_PCI_REGISTERS_H

#include "emu/regs.h"

enum { PCI_MODEL_N_BARS = 6, PCI_MODEL_CONFIG_SIZE = 0x100, PCI_MODEL_EXTENDED_SIZE = 0x1000 };

/* Header rows of every function. Each has one cell, so the number of a row is its slot. */
enum pci_model_row {
	PCI_MODEL_VENDOR_ID,
	PCI_MODEL_DEVICE_ID,
	PCI_MODEL_COMMAND,
	PCI_MODEL_STATUS,
	PCI_MODEL_REVISION_ID,
	PCI_MODEL_PROG_IF,
	PCI_MODEL_SUBCLASS,
	PCI_MODEL_BASE_CLASS,
	PCI_MODEL_CACHE_LINE_SIZE,
	PCI_MODEL_LATENCY_TIMER,
	PCI_MODEL_HEADER_TYPE,
	PCI_MODEL_BIST,
	PCI_MODEL_CAPABILITIES,
	PCI_MODEL_INTERRUPT_LINE,
	PCI_MODEL_INTERRUPT_PIN,
	PCI_MODEL_BAR0,
	PCI_MODEL_BAR1,
	PCI_MODEL_COMMON_N_ROWS,
	/* type 0 */
	PCI_MODEL_BAR2 = PCI_MODEL_COMMON_N_ROWS,
	PCI_MODEL_BAR3,
	PCI_MODEL_BAR4,
	PCI_MODEL_BAR5,
	PCI_MODEL_CARDBUS_CIS,
	PCI_MODEL_SUBSYSTEM_VENDOR_ID,
	PCI_MODEL_SUBSYSTEM_ID,
	PCI_MODEL_EXPANSION_ROM,
	PCI_MODEL_MIN_GNT,
	PCI_MODEL_MAX_LAT,
	PCI_MODEL_RSVD_38,
	PCI_MODEL_RSVD_35, /* three cells: the last row of the header */
	PCI_MODEL_TYPE0_N_ROWS,
	/* type 1, a bridge */
	PCI_MODEL_PRIMARY_BUS = PCI_MODEL_COMMON_N_ROWS,
	PCI_MODEL_SECONDARY_BUS,
	PCI_MODEL_SUBORDINATE_BUS,
	PCI_MODEL_SECONDARY_LATENCY,
	PCI_MODEL_IO_BASE,
	PCI_MODEL_IO_LIMIT,
	PCI_MODEL_SECONDARY_STATUS,
	PCI_MODEL_MEMORY_BASE,
	PCI_MODEL_MEMORY_LIMIT,
	PCI_MODEL_PREFETCH_BASE,
	PCI_MODEL_PREFETCH_LIMIT,
	PCI_MODEL_PREFETCH_BASE_UPPER,
	PCI_MODEL_PREFETCH_LIMIT_UPPER,
	PCI_MODEL_IO_BASE_UPPER,
	PCI_MODEL_IO_LIMIT_UPPER,
	PCI_MODEL_BRIDGE_ROM,
	PCI_MODEL_BRIDGE_CONTROL,
	PCI_MODEL_BRIDGE_RSVD_35, /* three cells: the last row of the header */
	PCI_MODEL_TYPE1_N_ROWS
};

/* Number of slots of the header rows. */
enum {
	PCI_MODEL_TYPE0_N_SLOTS = PCI_MODEL_TYPE0_N_ROWS + 2,
	PCI_MODEL_TYPE1_N_SLOTS = PCI_MODEL_TYPE1_N_ROWS + 2
};

/* Bits of COMMAND and STATUS that code uses (PCI 3.0 6.2.2, 6.2.3). */
enum {
	PCI_MODEL_COMMAND_IO = 1 << 0,
	PCI_MODEL_COMMAND_MEMORY = 1 << 1,
	PCI_MODEL_COMMAND_MASTER = 1 << 2,
	PCI_MODEL_COMMAND_INTX_DISABLE = 1 << 10,
	PCI_MODEL_STATUS_INTERRUPT = 1 << 3,
	PCI_MODEL_STATUS_CAPABILITIES = 1 << 4,
	PCI_MODEL_STATUS_MASTER_ABORT = 1 << 13
};

/* Capability IDs. */
enum { PCI_MODEL_CAP_ID_MSI = 0x05, PCI_MODEL_CAP_ID_EXPRESS = 0x10, PCI_MODEL_CAP_ID_MSIX = 0x11 };

/* Rows of a capability, counted from its first; one cell each. */
enum pci_model_msi_row {
	PCI_MODEL_MSI_CAP_ID,
	PCI_MODEL_MSI_NEXT,
	PCI_MODEL_MSI_CONTROL,
	PCI_MODEL_MSI_ADDRESS,
	PCI_MODEL_MSI_UPPER_ADDRESS,
	PCI_MODEL_MSI_DATA,
	PCI_MODEL_MSI_RSVD,
	PCI_MODEL_MSI_MASK,
	PCI_MODEL_MSI_PENDING,
	PCI_MODEL_MSI_N_ROWS
};

enum pci_model_msix_row {
	PCI_MODEL_MSIX_CAP_ID,
	PCI_MODEL_MSIX_NEXT,
	PCI_MODEL_MSIX_CONTROL,
	PCI_MODEL_MSIX_TABLE,
	PCI_MODEL_MSIX_PBA,
	PCI_MODEL_MSIX_N_ROWS
};

enum pci_model_express_row {
	PCI_MODEL_EXPRESS_CAP_ID,
	PCI_MODEL_EXPRESS_NEXT,
	PCI_MODEL_EXPRESS_CAPABILITIES,
	PCI_MODEL_EXPRESS_DEVICE_CAPABILITIES,
	PCI_MODEL_EXPRESS_DEVICE_CONTROL,
	PCI_MODEL_EXPRESS_DEVICE_STATUS,
	PCI_MODEL_EXPRESS_N_ROWS
};

/* The MSI-X structures in a BAR: rows of a table of their own. */
enum pci_model_msix_table_row {
	PCI_MODEL_MSIX_MSG_ADDR,
	PCI_MODEL_MSIX_MSG_UPPER_ADDR,
	PCI_MODEL_MSIX_MSG_DATA,
	PCI_MODEL_MSIX_VECTOR_CONTROL,
	PCI_MODEL_MSIX_PENDING,
	PCI_MODEL_MSIX_TABLE_N_ROWS
};

enum { PCI_MODEL_MSIX_ENTRY_SIZE = 16 };

/* Widths of configuration accesses, by offset modulo 4. Byte enables allow any aligned part of a
 * doubleword, at the register's place in it (PCI 3.0 3.2.2.3.1). */
#define PCI_MODEL_WIDTHS_0 (REG_W8 | REG_W16 | REG_W32)
#define PCI_MODEL_WIDTHS_1 (REG_W8)
#define PCI_MODEL_WIDTHS_2 (REG_W8 | REG_W16)

/* clang-format off: keep the columns of the tables */

/* A read-only register of `bits` bits; and one that can be written, without effect. */
#define PCI_MODEL_ROW_RO(row, name, at, bits, widths, reset, spec)                  \
	[row] = { name, at,    bits,  REG_DIR_R,                                    \
		  0,    reset, spec,  REG_FIELDS({ "VALUE", (bits)-1, 0, REG_RO }), \
		  0,    0,     widths }
#define PCI_MODEL_ROW_FIXED(row, name, at, bits, widths, reset, spec)               \
	[row] = { name, at,    bits,  REG_DIR_RW,                                   \
		  0,    reset, spec,  REG_FIELDS({ "VALUE", (bits)-1, 0, REG_RO }), \
		  0,    0,     widths }
#define PCI_MODEL_ROW_RW(row, name, at, bits, widths, reset, spec)                  \
	[row] = { name, at,    bits,  REG_DIR_RW,                                   \
		  0,    reset, spec,  REG_FIELDS({ "VALUE", (bits)-1, 0, REG_RW }), \
		  0,    0,     widths }
/* The same, but on hardware it has an effect. */
#define PCI_MODEL_ROW_KEPT(row, name, at, bits, widths, reset, spec)                 \
	[row] = { name, at,    bits,   REG_DIR_RW,                                   \
		  0,    reset, spec,   REG_FIELDS({ "VALUE", (bits)-1, 0, REG_RW }), \
		  0,    0,     widths, .kept = "*" }
/* `n` reserved doublewords or bytes, or a single byte or word: they read as zero and must be
 * written as zero. */
#define PCI_MODEL_ROW_RSVD(row, name, at, bits, widths, n)        \
	[row] = { name,                                           \
		  at,                                             \
		  bits,                                           \
		  REG_DIR_RW,                                     \
		  0,                                              \
		  0,                                              \
		  "unread: PCI 3.0 6.1",                          \
		  REG_FIELDS({ "RSVD", (bits)-1, 0, REG_RSVDP }), \
		  n,                                              \
		  (bits) / 8,                                     \
		  widths }

/* header_type: 0x00 or 0x01; add 0x80 for a device with several functions. */
#define PCI_MODEL_ROWS_IDENTITY(vendor, device, revision, base_class, subclass, prog_if,          \
				header_type)                                                      \
	PCI_MODEL_ROW_RO(PCI_MODEL_VENDOR_ID, "VENDOR_ID", 0x00, 16, PCI_MODEL_WIDTHS_0, vendor,  \
			 "unread: PCI 3.0 6.2.1"),                                                \
		PCI_MODEL_ROW_RO(PCI_MODEL_DEVICE_ID, "DEVICE_ID", 0x02, 16, PCI_MODEL_WIDTHS_2,  \
				 device, "unread: PCI 3.0 6.2.1"),                                \
		PCI_MODEL_ROW_RO(PCI_MODEL_REVISION_ID, "REVISION_ID", 0x08, 8,                   \
				 PCI_MODEL_WIDTHS_0, revision, "unread: PCI 3.0 6.2.1"),          \
		PCI_MODEL_ROW_RO(PCI_MODEL_PROG_IF, "PROG_IF", 0x09, 8, PCI_MODEL_WIDTHS_1,       \
				 prog_if, "unread: PCI 3.0 6.2.1"),                               \
		PCI_MODEL_ROW_RO(PCI_MODEL_SUBCLASS, "SUBCLASS", 0x0a, 8, PCI_MODEL_WIDTHS_2,     \
				 subclass, "unread: PCI 3.0 6.2.1"),                              \
		PCI_MODEL_ROW_RO(PCI_MODEL_BASE_CLASS, "BASE_CLASS", 0x0b, 8, PCI_MODEL_WIDTHS_1, \
				 base_class, "unread: PCI 3.0 6.2.1"),                            \
		PCI_MODEL_ROW_FIXED(PCI_MODEL_HEADER_TYPE, "HEADER_TYPE", 0x0e, 8,                \
				    PCI_MODEL_WIDTHS_2, header_type, "unread: PCI 3.0 6.2.1"),    \
		PCI_MODEL_ROW_FIXED(PCI_MODEL_BIST, "BIST", 0x0f, 8, PCI_MODEL_WIDTHS_1, 0,       \
				    "unread: PCI 3.0 6.2.4")

/* The fields follow. Bits outside them must be written as read. */
#define PCI_MODEL_ROW_COMMAND(reset, spec, ...)                                         \
	[PCI_MODEL_COMMAND] = { "COMMAND",                                              \
				0x04,                                                   \
				16,                                                     \
				REG_DIR_RW,                                             \
				0,                                                      \
				reset,                                                  \
				spec,                                                   \
				REG_FIELDS(__VA_ARGS__, { "RSVD", 15, 11, REG_RSVDP }), \
				0,                                                      \
				0,                                                      \
				PCI_MODEL_WIDTHS_0,                                     \
				.kept = "PARITY_ERROR_RESPONSE SERR_ENABLE" }
#define PCI_MODEL_ROW_STATUS(reset, spec, ...)                                                  \
	[PCI_MODEL_STATUS] = {                                                                  \
		"STATUS",                                                                       \
		0x06,                                                                           \
		16,                                                                             \
		REG_DIR_RW,                                                                     \
		0,                                                                              \
		reset,                                                                          \
		spec,                                                                           \
		REG_FIELDS({ "RSVD", 2, 0, REG_RSVDZ }, { "INTERRUPT_STATUS", 3, 3, REG_RO },   \
			   { "CAPABILITIES_LIST", 4, 4, REG_RO }, __VA_ARGS__),                 \
		0,                                                                              \
		0,                                                                              \
		PCI_MODEL_WIDTHS_2,                                                             \
		.kept = "MASTER_DATA_PARITY_ERROR SIGNALED_TARGET_ABORT RECEIVED_TARGET_ABORT " \
			"SIGNALED_SYSTEM_ERROR DETECTED_PARITY_ERROR"                           \
	}

/* For a function with ports, memory, bus mastering and INTx. PCI Express hardwires special cycles,
 * MWI, VGA snoop and fast back-to-back to zero (PCI Express 1.1 7.5.1.1). */
#define PCI_MODEL_ROW_COMMAND_ENDPOINT                                                            \
	PCI_MODEL_ROW_COMMAND(                                                                    \
		0, "unread: PCI 3.0 6.2.2", { "IO_SPACE", 0, 0, REG_RW },                         \
		{ "MEMORY_SPACE", 1, 1, REG_RW }, { "BUS_MASTER", 2, 2, REG_RW },                 \
		{ "SPECIAL_CYCLES", 3, 3, REG_RO }, { "MEMORY_WRITE_INVALIDATE", 4, 4, REG_RO },  \
		{ "VGA_PALETTE_SNOOP", 5, 5, REG_RO }, { "PARITY_ERROR_RESPONSE", 6, 6, REG_RW }, \
		{ "STEPPING", 7, 7, REG_RO }, { "SERR_ENABLE", 8, 8, REG_RW },                    \
		{ "FAST_BACK_TO_BACK", 9, 9, REG_RO }, { "INTERRUPT_DISABLE", 10, 10, REG_RW })
#define PCI_MODEL_ROW_STATUS_ENDPOINT(reset)                                                       \
	PCI_MODEL_ROW_STATUS(reset, "unread: PCI 3.0 6.2.3", { "CAPABLE_66MHZ", 5, 5, REG_RO },    \
			     { "RSVD_6", 6, 6, REG_RSVDZ }, { "FAST_BACK_TO_BACK", 7, 7, REG_RO }, \
			     { "MASTER_DATA_PARITY_ERROR", 8, 8, REG_W1C },                        \
			     { "DEVSEL_TIMING", 10, 9, REG_RO },                                   \
			     { "SIGNALED_TARGET_ABORT", 11, 11, REG_W1C },                         \
			     { "RECEIVED_TARGET_ABORT", 12, 12, REG_W1C },                         \
			     { "RECEIVED_MASTER_ABORT", 13, 13, REG_W1C },                         \
			     { "SIGNALED_SYSTEM_ERROR", 14, 14, REG_W1C },                         \
			     { "DETECTED_PARITY_ERROR", 15, 15, REG_W1C })

/* capabilities: offset of the first, or 0. pin: 0 none, 1..4 INTA#..INTD#. */
#define PCI_MODEL_ROWS_INTERRUPT(capabilities, pin)                                    \
	PCI_MODEL_ROW_RO(PCI_MODEL_CAPABILITIES, "CAPABILITIES_POINTER", 0x34, 8,      \
			 PCI_MODEL_WIDTHS_0, capabilities, "unread: PCI 3.0 6.7"),     \
		PCI_MODEL_ROW_RW(PCI_MODEL_INTERRUPT_LINE, "INTERRUPT_LINE", 0x3c, 8,  \
				 PCI_MODEL_WIDTHS_0, 0, "unread: PCI 3.0 6.2.4"),      \
		PCI_MODEL_ROW_FIXED(PCI_MODEL_INTERRUPT_PIN, "INTERRUPT_PIN", 0x3d, 8, \
				    PCI_MODEL_WIDTHS_1, pin, "unread: PCI 3.0 6.2.4")

/* The rest of a type 0 header without its BARs. There is no expansion ROM. */
#define PCI_MODEL_ROWS_TYPE0(subsystem_vendor, subsystem, capabilities, pin)                       \
	PCI_MODEL_ROWS_INTERRUPT(capabilities, pin),                                               \
		PCI_MODEL_ROW_FIXED(PCI_MODEL_CARDBUS_CIS, "CARDBUS_CIS_POINTER", 0x28, 32,        \
				    PCI_MODEL_WIDTHS_0, 0, "unread: PCI 3.0 6.2.4"),               \
		PCI_MODEL_ROW_RO(PCI_MODEL_SUBSYSTEM_VENDOR_ID, "SUBSYSTEM_VENDOR_ID", 0x2c, 16,   \
				 PCI_MODEL_WIDTHS_0, subsystem_vendor, "unread: PCI 3.0 6.2.4"),   \
		PCI_MODEL_ROW_RO(PCI_MODEL_SUBSYSTEM_ID, "SUBSYSTEM_ID", 0x2e, 16,                 \
				 PCI_MODEL_WIDTHS_2, subsystem, "unread: PCI 3.0 6.2.4"),          \
		PCI_MODEL_ROW_FIXED(PCI_MODEL_EXPANSION_ROM, "EXPANSION_ROM", 0x30, 32,            \
				    PCI_MODEL_WIDTHS_0, 0, "unread: PCI 3.0 6.2.5.2"),             \
		PCI_MODEL_ROW_FIXED(PCI_MODEL_MIN_GNT, "MIN_GNT", 0x3e, 8, PCI_MODEL_WIDTHS_2, 0,  \
				    "unread: PCI 3.0 6.2.4"),                                      \
		PCI_MODEL_ROW_FIXED(PCI_MODEL_MAX_LAT, "MAX_LAT", 0x3f, 8, PCI_MODEL_WIDTHS_1, 0,  \
				    "unread: PCI 3.0 6.2.4"),                                      \
		PCI_MODEL_ROW_RSVD(PCI_MODEL_RSVD_38, "RSVD_38", 0x38, 32, PCI_MODEL_WIDTHS_0, 1), \
		PCI_MODEL_ROW_RSVD(PCI_MODEL_RSVD_35, "RSVD_35", 0x35, 8, PCI_MODEL_WIDTHS_2, 3)

/* Cache line size and latency timer: stored, without effect (PCI Express 1.1 7.5.1.3). */
#define PCI_MODEL_ROWS_TIMING                                                          \
	PCI_MODEL_ROW_KEPT(PCI_MODEL_CACHE_LINE_SIZE, "CACHE_LINE_SIZE", 0x0c, 8,      \
			   PCI_MODEL_WIDTHS_0, 0, "unread: PCI 3.0 6.2.4"),            \
		PCI_MODEL_ROW_FIXED(PCI_MODEL_LATENCY_TIMER, "LATENCY_TIMER", 0x0d, 8, \
				    PCI_MODEL_WIDTHS_1, 0, "unread: PCI 3.0 6.2.4")

/* ---- base address registers (PCI 3.0 6.2.5.1) ---- */

#define PCI_MODEL_ROW_BAR_NONE(n)                                                                  \
	PCI_MODEL_ROW_FIXED(PCI_MODEL_BAR##n, "BAR" #n, 0x10 + 4 * (n), 32, PCI_MODEL_WIDTHS_0, 0, \
			    "unread: PCI 3.0 6.2.5.1")
/* 2^log2 bytes of memory, log2 = 5..31. prefetchable: 0 or 1. */
#define PCI_MODEL_ROW_BAR_MEM_LOW(n, log2, type, prefetchable)                              \
	[PCI_MODEL_BAR##n] = { "BAR" #n,                                                    \
			       0x10 + 4 * (n),                                              \
			       32,                                                          \
			       REG_DIR_RW,                                                  \
			       0,                                                           \
			       (type) << 1 | (prefetchable) << 3,                           \
			       "unread: PCI 3.0 6.2.5.1",                                   \
			       REG_FIELDS({ "IO", 0, 0, REG_RO }, { "TYPE", 2, 1, REG_RO }, \
					  { "PREFETCHABLE", 3, 3, REG_RO },                 \
					  { "SIZE", (log2)-1, 4, REG_RO },                  \
					  { "ADDRESS", 31, log2, REG_RW }),                 \
			       0,                                                           \
			       0,                                                           \
			       PCI_MODEL_WIDTHS_0 }
#define PCI_MODEL_ROW_BAR_MEM32(n, log2, prefetchable) \
	PCI_MODEL_ROW_BAR_MEM_LOW(n, log2, 0, prefetchable)
/* The same with 64 address bits; `upper` is n + 1. */
#define PCI_MODEL_ROWS_BAR_MEM64(n, upper, log2, prefetchable)                               \
	PCI_MODEL_ROW_BAR_MEM_LOW(n, log2, 2, prefetchable),                                 \
		PCI_MODEL_ROW_RW(PCI_MODEL_BAR##upper, "BAR" #upper, 0x10 + 4 * (upper), 32, \
				 PCI_MODEL_WIDTHS_0, 0, "unread: PCI 3.0 6.2.5.1")
/* 2^log2 ports, log2 = 3..8. */
#define PCI_MODEL_ROW_BAR_IO(n, log2)                                                       \
	[PCI_MODEL_BAR##n] = { "BAR" #n,                                                    \
			       0x10 + 4 * (n),                                              \
			       32,                                                          \
			       REG_DIR_RW,                                                  \
			       0,                                                           \
			       1,                                                           \
			       "unread: PCI 3.0 6.2.5.1",                                   \
			       REG_FIELDS({ "IO", 0, 0, REG_RO }, { "RSVD", 1, 1, REG_RO }, \
					  { "SIZE", (log2)-1, 2, REG_RO },                  \
					  { "ADDRESS", 31, log2, REG_RW }),                 \
			       0,                                                           \
			       0,                                                           \
			       PCI_MODEL_WIDTHS_0 }

/* ---- a bridge's header (PCI-to-PCI Bridge 1.2 chapter 3), without its BARs ---- */

#define PCI_MODEL_ROWS_TYPE1(capabilities, pin)                                                    \
	PCI_MODEL_ROWS_INTERRUPT(capabilities, pin),                                               \
		PCI_MODEL_ROW_RW(PCI_MODEL_PRIMARY_BUS, "PRIMARY_BUS", 0x18, 8,                    \
				 PCI_MODEL_WIDTHS_0, 0, "unread: PCI-to-PCI Bridge 1.2 3.2.5.2"),  \
		PCI_MODEL_ROW_RW(PCI_MODEL_SECONDARY_BUS, "SECONDARY_BUS", 0x19, 8,                \
				 PCI_MODEL_WIDTHS_1, 0, "unread: PCI-to-PCI Bridge 1.2 3.2.5.3"),  \
		PCI_MODEL_ROW_RW(PCI_MODEL_SUBORDINATE_BUS, "SUBORDINATE_BUS", 0x1a, 8,            \
				 PCI_MODEL_WIDTHS_2, 0, "unread: PCI-to-PCI Bridge 1.2 3.2.5.4"),  \
		PCI_MODEL_ROW_FIXED(PCI_MODEL_SECONDARY_LATENCY, "SECONDARY_LATENCY_TIMER", 0x1b,  \
				    8, PCI_MODEL_WIDTHS_1, 0,                                      \
				    "unread: PCI-to-PCI Bridge 1.2 3.2.5.5"),                      \
		[PCI_MODEL_IO_BASE] = { "IO_BASE",                                                 \
					0x1c,                                                      \
					8,                                                         \
					REG_DIR_RW,                                                \
					0,                                                         \
					0,                                                         \
					"unread: PCI-to-PCI Bridge 1.2 3.2.5.6",                   \
					REG_FIELDS({ "CAPABILITY", 3, 0, REG_RO },                 \
						   { "BASE", 7, 4, REG_RW }),                      \
					0,                                                         \
					0,                                                         \
					PCI_MODEL_WIDTHS_0 },                                      \
		[PCI_MODEL_IO_LIMIT] = { "IO_LIMIT",                                               \
					 0x1d,                                                     \
					 8,                                                        \
					 REG_DIR_RW,                                               \
					 0,                                                        \
					 0,                                                        \
					 "unread: PCI-to-PCI Bridge 1.2 3.2.5.6",                  \
					 REG_FIELDS({ "CAPABILITY", 3, 0, REG_RO },                \
						    { "LIMIT", 7, 4, REG_RW }),                    \
					 0,                                                        \
					 0,                                                        \
					 PCI_MODEL_WIDTHS_1 },                                     \
		[PCI_MODEL_SECONDARY_STATUS] = { "SECONDARY_STATUS",                               \
						 0x1e,                                             \
						 16,                                               \
						 REG_DIR_RW,                                       \
						 0,                                                \
						 0,                                                \
						 "unread: PCI-to-PCI Bridge 1.2 3.2.5.7",          \
						 REG_FIELDS({ "RSVD", 4, 0, REG_RSVDZ },           \
							    { "CAPABLE_66MHZ", 5, 5, REG_RO },     \
							    { "RSVD_6", 6, 6, REG_RSVDZ },         \
							    { "FAST_BACK_TO_BACK", 7, 7, REG_RO }, \
							    { "MASTER_DATA_PARITY_ERROR", 8, 8,    \
							      REG_W1C },                           \
							    { "DEVSEL_TIMING", 10, 9, REG_RO },    \
							    { "ERRORS", 15, 11, REG_W1C }),        \
						 0,                                                \
						 0,                                                \
						 PCI_MODEL_WIDTHS_2 },                             \
		PCI_MODEL_ROW_BRIDGE_MEMORY(PCI_MODEL_MEMORY_BASE, "MEMORY_BASE", 0x20,            \
					    PCI_MODEL_WIDTHS_0, 0),                                \
		PCI_MODEL_ROW_BRIDGE_MEMORY(PCI_MODEL_MEMORY_LIMIT, "MEMORY_LIMIT", 0x22,          \
					    PCI_MODEL_WIDTHS_2, 0),                                \
		PCI_MODEL_ROW_BRIDGE_MEMORY(PCI_MODEL_PREFETCH_BASE, "PREFETCHABLE_MEMORY_BASE",   \
					    0x24, PCI_MODEL_WIDTHS_0, 1),                          \
		PCI_MODEL_ROW_BRIDGE_MEMORY(PCI_MODEL_PREFETCH_LIMIT, "PREFETCHABLE_MEMORY_LIMIT", \
					    0x26, PCI_MODEL_WIDTHS_2, 1),                          \
		PCI_MODEL_ROW_RW(PCI_MODEL_PREFETCH_BASE_UPPER, "PREFETCHABLE_BASE_UPPER", 0x28,   \
				 32, PCI_MODEL_WIDTHS_0, 0,                                        \
				 "unread: PCI-to-PCI Bridge 1.2 3.2.5.10"),                        \
		PCI_MODEL_ROW_RW(PCI_MODEL_PREFETCH_LIMIT_UPPER, "PREFETCHABLE_LIMIT_UPPER", 0x2c, \
				 32, PCI_MODEL_WIDTHS_0, 0,                                        \
				 "unread: PCI-to-PCI Bridge 1.2 3.2.5.10"),                        \
		PCI_MODEL_ROW_FIXED(PCI_MODEL_IO_BASE_UPPER, "IO_BASE_UPPER", 0x30, 16,            \
				    PCI_MODEL_WIDTHS_0, 0,                                         \
				    "unread: PCI-to-PCI Bridge 1.2 3.2.5.11"),                     \
		PCI_MODEL_ROW_FIXED(PCI_MODEL_IO_LIMIT_UPPER, "IO_LIMIT_UPPER", 0x32, 16,          \
				    PCI_MODEL_WIDTHS_2, 0,                                         \
				    "unread: PCI-to-PCI Bridge 1.2 3.2.5.11"),                     \
		PCI_MODEL_ROW_FIXED(PCI_MODEL_BRIDGE_ROM, "EXPANSION_ROM", 0x38, 32,               \
				    PCI_MODEL_WIDTHS_0, 0,                                         \
				    "unread: PCI-to-PCI Bridge 1.2 3.2.5.14"),                     \
		[PCI_MODEL_BRIDGE_CONTROL] = { "BRIDGE_CONTROL",                                   \
					       0x3e,                                               \
					       16,                                                 \
					       REG_DIR_RW,                                         \
					       0,                                                  \
					       0,                                                  \
					       "unread: PCI-to-PCI Bridge 1.2 3.2.5.18",           \
					       REG_FIELDS(                                         \
						       { "PARITY_ERROR_RESPONSE", 0, 0, REG_RW },  \
						       { "SERR_ENABLE", 1, 1, REG_RW },            \
						       { "ISA_ENABLE", 2, 2, REG_RW },             \
						       { "VGA_ENABLE", 3, 3, REG_RW },             \
						       { "VGA_16BIT", 4, 4, REG_RW },              \
						       { "MASTER_ABORT_MODE", 5, 5, REG_RW },      \
						       { "SECONDARY_RESET", 6, 6, REG_RW },        \
						       { "FAST_BACK_TO_BACK", 7, 7, REG_RO },      \
						       { "DISCARD_TIMERS", 9, 8, REG_RO },         \
						       { "DISCARD_STATUS", 10, 10, REG_W1C },      \
						       { "DISCARD_SERR", 11, 11, REG_RO },         \
						       { "RSVD", 15, 12, REG_RSVDP }),             \
					       0,                                                  \
					       0,                                                  \
					       PCI_MODEL_WIDTHS_2 },                               \
		PCI_MODEL_ROW_RSVD(PCI_MODEL_BRIDGE_RSVD_35, "RSVD_35", 0x35, 8,                   \
				   PCI_MODEL_WIDTHS_2, 3)

/* wide: the low bits say that the upper registers exist. */
#define PCI_MODEL_ROW_BRIDGE_MEMORY(row, name, at, widths, wide)                            \
	[row] = { name,                                                                     \
		  at,                                                                       \
		  16,                                                                       \
		  REG_DIR_RW,                                                               \
		  0,                                                                        \
		  wide,                                                                     \
		  "unread: PCI-to-PCI Bridge 1.2 3.2.5.8",                                  \
		  REG_FIELDS({ "CAPABILITY", 3, 0, REG_RO }, { "ADDRESS", 15, 4, REG_RW }), \
		  0,                                                                        \
		  0,                                                                        \
		  widths }

/* ---- capabilities ---- */

#define PCI_MODEL_ROWS_CAPABILITY(first, name, at, id, next, spec)                                 \
	PCI_MODEL_ROW_RO(first, name "_CAP_ID", at, 8, PCI_MODEL_WIDTHS_0, id, spec),              \
		PCI_MODEL_ROW_RO((first) + 1, name "_NEXT", (at) + 1, 8, PCI_MODEL_WIDTHS_1, next, \
				 spec)

/* MSI with 64-bit addresses and masking (PCI 3.0 6.8.1) and 2^log2 vectors, log2 = 0..4. It uses
 * PCI_MODEL_MSI_N_ROWS rows from `first` on, and 24 bytes from offset `at` on. */
#define PCI_MODEL_ROWS_MSI(first, at, next, log2)                                                  \
	PCI_MODEL_ROWS_CAPABILITY(first, "MSI", at, PCI_MODEL_CAP_ID_MSI, next,                    \
				  "unread: PCI 3.0 6.8.1"),                                        \
		[(first) +                                                                         \
			PCI_MODEL_MSI_CONTROL] = { "MSI_CONTROL",                                  \
						   (at) + 2,                                       \
						   16,                                             \
						   REG_DIR_RW,                                     \
						   0,                                              \
						   0x180 | (log2) << 1,                            \
						   "unread: PCI 3.0 6.8.1.3",                      \
						   REG_FIELDS(                                     \
							   { "ENABLE", 0, 0, REG_RW },             \
							   { "MULTIPLE_CAPABLE", 3, 1, REG_RO },   \
							   { "MULTIPLE_ENABLE", 6, 4, REG_RW },    \
							   { "ADDRESS_64", 7, 7, REG_RO },         \
							   { "PER_VECTOR_MASKING", 8, 8, REG_RO }, \
							   { "RSVD", 15, 9, REG_RSVDP }),          \
						   0,                                              \
						   0,                                              \
						   PCI_MODEL_WIDTHS_2 },                           \
			[(first) +                                                                 \
				PCI_MODEL_MSI_ADDRESS] = { "MSI_ADDRESS",                          \
							   (at) + 4,                               \
							   32,                                     \
							   REG_DIR_RW,                             \
							   0,                                      \
							   0,                                      \
							   "unread: PCI 3.0 6.8.1.4",              \
							   REG_FIELDS(                             \
								   { "RSVD", 1, 0, REG_RSVDP },    \
								   { "ADDRESS", 31, 2, REG_RW }),  \
							   0,                                      \
							   0,                                      \
							   PCI_MODEL_WIDTHS_0 },                   \
			PCI_MODEL_ROW_RW((first) + PCI_MODEL_MSI_UPPER_ADDRESS,                    \
					 "MSI_UPPER_ADDRESS", (at) + 8, 32, PCI_MODEL_WIDTHS_0, 0, \
					 "unread: PCI 3.0 6.8.1.5"),                               \
			PCI_MODEL_ROW_RW((first) + PCI_MODEL_MSI_DATA, "MSI_DATA", (at) + 12, 16,  \
					 PCI_MODEL_WIDTHS_0, 0, "unread: PCI 3.0 6.8.1.6"),        \
			PCI_MODEL_ROW_RSVD((first) + PCI_MODEL_MSI_RSVD, "MSI_RSVD", (at) + 14,    \
					   16, PCI_MODEL_WIDTHS_2, 1),                             \
			[(first) + PCI_MODEL_MSI_MASK] = { "MSI_MASK",                             \
							   (at) + 16,                              \
							   32,                                     \
							   REG_DIR_RW,                             \
							   0,                                      \
							   0,                                      \
							   "unread: PCI 3.0 6.8.1.7",              \
							   REG_FIELDS({ "MASK", (1 << (log2)) - 1, \
									0, REG_RW },               \
								      { "RSVD", 31, 1 << (log2),   \
									REG_RSVDP }),              \
							   0,                                      \
							   0,                                      \
							   PCI_MODEL_WIDTHS_0 },                   \
			PCI_MODEL_ROW_RO((first) + PCI_MODEL_MSI_PENDING, "MSI_PENDING",           \
					 (at) + 20, 32, PCI_MODEL_WIDTHS_0, 0,                     \
					 "unread: PCI 3.0 6.8.1.8")

/* MSI-X, 12 bytes (PCI 3.0 6.8.2). Both structures are in BARs, at multiples of 8. */
#define PCI_MODEL_ROWS_MSIX(first, at, next, entries, table_bar, table, pba_bar, pba)              \
	PCI_MODEL_ROWS_CAPABILITY(first, "MSIX", at, PCI_MODEL_CAP_ID_MSIX, next,                  \
				  "unread: PCI 3.0 6.8.2"),                                        \
		[(first) + PCI_MODEL_MSIX_CONTROL] = { "MSIX_CONTROL",                             \
						       (at) + 2,                                   \
						       16,                                         \
						       REG_DIR_RW,                                 \
						       0,                                          \
						       (entries)-1,                                \
						       "unread: PCI 3.0 6.8.2.3",                  \
						       REG_FIELDS({ "TABLE_SIZE", 10, 0, REG_RO }, \
								  { "RSVD", 13, 11, REG_RSVDP },   \
								  { "FUNCTION_MASK", 14, 14,       \
								    REG_RW },                      \
								  { "ENABLE", 15, 15, REG_RW }),   \
						       0,                                          \
						       0,                                          \
						       PCI_MODEL_WIDTHS_2 },                       \
			   PCI_MODEL_ROW_RO((first) + PCI_MODEL_MSIX_TABLE, "MSIX_TABLE",          \
					    (at) + 4, 32, PCI_MODEL_WIDTHS_0,                      \
					    (table) | (table_bar), "unread: PCI 3.0 6.8.2.4"),     \
			   PCI_MODEL_ROW_RO((first) + PCI_MODEL_MSIX_PBA, "MSIX_PBA", (at) + 8,    \
					    32, PCI_MODEL_WIDTHS_0, (pba) | (pba_bar),             \
					    "unread: PCI 3.0 6.8.2.5")

/* PCI Express capability version 1, 12 bytes: the part that a function without a link needs (PCI
 * Express 1.1 7.8). port_type: 0 endpoint, 9 root complex integrated endpoint. */
#define PCI_MODEL_ROWS_EXPRESS(first, at, next, port_type)                                         \
	PCI_MODEL_ROWS_CAPABILITY(first, "EXPRESS", at, PCI_MODEL_CAP_ID_EXPRESS, next,            \
				  "unread: PCI Express 1.1 7.8.1"),                                \
		PCI_MODEL_ROW_RO((first) + PCI_MODEL_EXPRESS_CAPABILITIES, "EXPRESS_CAPABILITIES", \
				 (at) + 2, 16, PCI_MODEL_WIDTHS_2, 1 | (port_type) << 4,           \
				 "unread: PCI Express 1.1 7.8.2"),                                 \
		PCI_MODEL_ROW_RO((first) + PCI_MODEL_EXPRESS_DEVICE_CAPABILITIES,                  \
				 "DEVICE_CAPABILITIES", (at) + 4, 32, PCI_MODEL_WIDTHS_0, 1 << 15, \
				 "unread: PCI Express 1.1 7.8.3"),                                 \
		[(first) +                                                                         \
			PCI_MODEL_EXPRESS_DEVICE_CONTROL] = { "DEVICE_CONTROL",                    \
							      (at) + 8,                            \
							      16,                                  \
							      REG_DIR_RW,                          \
							      0,                                   \
							      0x2810,                              \
							      "unread: PCI Express 1.1 7.8.4",     \
							      REG_FIELDS(                          \
								      { "CORRECTABLE_ENABLE", 0,   \
									0, REG_RW },               \
								      { "NON_FATAL_ENABLE", 1, 1,  \
									REG_RW },                  \
								      { "FATAL_ENABLE", 2, 2,      \
									REG_RW },                  \
								      { "UNSUPPORTED_REQUEST_"     \
									"ENABLE",                  \
									3, 3, REG_RW },            \
								      { "RELAXED_ORDERING", 4, 4,  \
									REG_RW },                  \
								      { "MAX_PAYLOAD_SIZE", 7, 5,  \
									REG_RW },                  \
								      { "EXTENDED_TAG", 8, 8,      \
									REG_RO },                  \
								      { "PHANTOM_FUNCTIONS", 9, 9, \
									REG_RO },                  \
								      { "AUX_POWER", 10, 10,       \
									REG_RO },                  \
								      { "NO_SNOOP", 11, 11,        \
									REG_RW },                  \
								      { "MAX_READ_REQUEST_SIZE",   \
									14, 12, REG_RW },          \
								      { "RSVD", 15, 15,            \
									REG_RSVDP }),              \
							      0,                                   \
							      0,                                   \
							      PCI_MODEL_WIDTHS_0,                  \
							      .kept = "CORRECTABLE_ENABLE "        \
								      "NON_FATAL_ENABLE "          \
								      "FATAL_ENABLE "              \
								      "UNSUPPORTED_REQUEST_"       \
								      "ENABLE "                    \
								      "RELAXED_ORDERING "          \
								      "MAX_PAYLOAD_SIZE NO_SNOOP " \
								      "MAX_READ_REQUEST_SIZE" },   \
			[(first) + PCI_MODEL_EXPRESS_DEVICE_STATUS] = {                            \
				"DEVICE_STATUS",                                                   \
				(at) + 10,                                                         \
				16,                                                                \
				REG_DIR_RW,                                                        \
				0,                                                                 \
				0,                                                                 \
				"unread: PCI Express 1.1 7.8.5",                                   \
				REG_FIELDS({ "CORRECTABLE", 0, 0, REG_W1C },                       \
					   { "NON_FATAL", 1, 1, REG_W1C },                         \
					   { "FATAL", 2, 2, REG_W1C },                             \
					   { "UNSUPPORTED_REQUEST", 3, 3, REG_W1C },               \
					   { "AUX_POWER", 4, 4, REG_RO },                          \
					   { "TRANSACTIONS_PENDING", 5, 5, REG_RO },               \
					   { "RSVD", 15, 6, REG_RSVDZ }),                          \
				0,                                                                 \
				0,                                                                 \
				PCI_MODEL_WIDTHS_2,                                                \
				.kept = "CORRECTABLE NON_FATAL FATAL UNSUPPORTED_REQUEST"          \
			}

/* ---- the MSI-X structures, all rows of their table (PCI 3.0 6.8.2.6 to 6.8.2.10) ---- */

#define PCI_MODEL_MSIX_ENTRY_ROW(row, name, at, entries, reset, widths, spec, ...) \
	[row] = { name,    at,                                                     \
		  32,      REG_DIR_RW,                                             \
		  0,       reset,                                                  \
		  spec,    REG_FIELDS(__VA_ARGS__),                                \
		  entries, PCI_MODEL_MSIX_ENTRY_SIZE,                              \
		  widths }
#define PCI_MODEL_MSIX_TABLE_ROWS(entries, table, pba)                                            \
	PCI_MODEL_MSIX_ENTRY_ROW(PCI_MODEL_MSIX_MSG_ADDR, "MSG_ADDR", table, entries, 0, REG_W64, \
				 "unread: PCI 3.0 6.8.2.7", { "RSVD", 1, 0, REG_RSVDZ },          \
				 { "ADDRESS", 31, 2, REG_RW }),                                   \
		PCI_MODEL_MSIX_ENTRY_ROW(PCI_MODEL_MSIX_MSG_UPPER_ADDR, "MSG_UPPER_ADDR",         \
					 (table) + 4, entries, 0, 0, "unread: PCI 3.0 6.8.2.8",   \
					 { "ADDRESS", 31, 0, REG_RW }),                           \
		PCI_MODEL_MSIX_ENTRY_ROW(PCI_MODEL_MSIX_MSG_DATA, "MSG_DATA", (table) + 8,        \
					 entries, 0, REG_W64, "unread: PCI 3.0 6.8.2.6",          \
					 { "DATA", 31, 0, REG_RW }),                              \
		PCI_MODEL_MSIX_ENTRY_ROW(PCI_MODEL_MSIX_VECTOR_CONTROL, "VECTOR_CONTROL",         \
					 (table) + 12, entries, 1, 0, "unread: PCI 3.0 6.8.2.9",  \
					 { "MASK", 0, 0, REG_RW }, { "RSVD", 31, 1, REG_RSVDP }), \
		[PCI_MODEL_MSIX_PENDING] = { "PENDING",                                           \
					     pba,                                                 \
					     64,                                                  \
					     REG_DIR_R,                                           \
					     0,                                                   \
					     0,                                                   \
					     "unread: PCI 3.0 6.8.2.10",                          \
					     REG_FIELDS({ "BITS", 63, 0, REG_RO }),               \
					     ((entries) + 63) / 64,                               \
					     8,                                                   \
					     REG_HALVES }

/* Number of slots of these rows. */
#define PCI_MODEL_MSIX_TABLE_SLOTS(entries) (4 * (entries) + ((entries) + 63) / 64)

/* clang-format on */

#endif
