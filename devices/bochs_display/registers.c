/* SPDX-License-Identifier: MIT */
#include "devices/bochs_display/registers.h"

#define API    "VBE Display API"
#define STDVGA "QEMU Standard VGA, MMIO area spec"
#define R      REG_DIR_R
#define RW     REG_DIR_RW
#define ROW(index, name, dir, reset, spec, ...)                                           \
	[BOCHS_DISPLAY_MODEL_##index] = {                                                 \
		name, BOCHS_DISPLAY_MODEL_DISPI_OFFSET + 2 * BOCHS_DISPLAY_MODEL_##index, \
		16,   dir,                                                                \
		0,    reset,                                                              \
		spec, REG_FIELDS(__VA_ARGS__)                                             \
	}

/* clang-format off: keep the columns of the table */
const struct reg_desc bochs_display_regs[BOCHS_DISPLAY_MODEL_N_ROWS] = {
	ROW(ID, "ID", RW, BOCHS_DISPLAY_MODEL_ID_LAST, API " [0xb0c0]", { "ID", 15, 0, REG_RW }),
	ROW(XRES, "XRES", RW, 0, API " [0xb0c0]", { "PIXELS", 15, 0, REG_RW }),
	ROW(YRES, "YRES", RW, 0, API " [0xb0c0]", { "PIXELS", 15, 0, REG_RW }),
	ROW(BPP, "BPP", RW, 0, API " [0xb0c2]", { "BITS", 15, 0, REG_RW }),
	ROW(ENABLE, "ENABLE", RW, 0, API " [0xb0c0], [0xb0c2], [0xb0c3]",
	    { "ENABLED", 0, 0, REG_RW }, { "GETCAPS", 1, 1, REG_RW }, { "DAC_8BIT", 5, 5, REG_RW },
	    { "LFB_ENABLED", 6, 6, REG_RW }, { "NOCLEARMEM", 7, 7, REG_RW }),
	ROW(BANK, "BANK", RW, 0, API " [0xb0c0]", { "BANK", 15, 0, REG_RW }),
	ROW(VIRT_WIDTH, "VIRT_WIDTH", RW, 0, API " [0xb0c1]", { "PIXELS", 15, 0, REG_RW }),
	ROW(VIRT_HEIGHT, "VIRT_HEIGHT", R, 0, API " [0xb0c1]", { "PIXELS", 15, 0, REG_RO }),
	ROW(X_OFFSET, "X_OFFSET", RW, 0, API " [0xb0c1]", { "PIXELS", 15, 0, REG_RW }),
	ROW(Y_OFFSET, "Y_OFFSET", RW, 0, API " [0xb0c1]", { "PIXELS", 15, 0, REG_RW }),
	ROW(VIDEO_MEMORY_64K, "VIDEO_MEMORY_64K", R, 0, API " [0xb0c5]",
	    { "UNITS", 15, 0, REG_RO }),
	[BOCHS_DISPLAY_MODEL_EDID] = { "EDID", BOCHS_DISPLAY_MODEL_EDID_OFFSET, 8, R, 0, 0, STDVGA,
				       REG_FIELDS({ "BYTE", 7, 0, REG_RO }),
				       BOCHS_DISPLAY_MODEL_EDID_SIZE, 1,
				       REG_W16 | REG_W32 | REG_W64 },
	[BOCHS_DISPLAY_MODEL_EXTENDED_SIZE] = { "EXTENDED_SIZE",
						BOCHS_DISPLAY_MODEL_EXTENDED_OFFSET, 32, R, 0,
						BOCHS_DISPLAY_MODEL_EXTENDED_BYTES, STDVGA,
						REG_FIELDS({ "BYTES", 31, 0, REG_RO }) },
	[BOCHS_DISPLAY_MODEL_ENDIANNESS] = { "ENDIANNESS", BOCHS_DISPLAY_MODEL_EXTENDED_OFFSET + 4,
					     32, RW, 0, BOCHS_DISPLAY_MODEL_LITTLE_ENDIAN, STDVGA,
					     REG_FIELDS({ "ORDER", 31, 0, REG_RW }) },
};

const struct reg_desc bochs_display_model_ports[BOCHS_DISPLAY_MODEL_N_PORTS] = {
	[BOCHS_DISPLAY_MODEL_PORT_INDEX] = { "INDEX", 0, 16, RW, 0, 0, API ", API",
					     REG_FIELDS({ "INDEX", 15, 0, REG_RW }), 0, 0,
					     REG_WHOLE },
	[BOCHS_DISPLAY_MODEL_PORT_DATA] = { "DATA", 1, 16, RW, 0, 0, API ", API",
					    REG_FIELDS({ "VALUE", 15, 0, REG_RW }), 0, 0,
					    REG_WHOLE },
};

const struct reg_desc bochs_display_config_regs[BOCHS_DISPLAY_MODEL_CONFIG_N_REGS] = {
	PCI_MODEL_ROWS_IDENTITY(BOCHS_DISPLAY_MODEL_VENDOR, BOCHS_DISPLAY_MODEL_DEVICE,
				BOCHS_DISPLAY_MODEL_REVISION, 0x03, 0x00, 0x00, 0x00),
	PCI_MODEL_ROW_COMMAND_ENDPOINT,
	PCI_MODEL_ROW_STATUS_ENDPOINT(0),
	PCI_MODEL_ROWS_TIMING,
	PCI_MODEL_ROWS_TYPE0(BOCHS_DISPLAY_MODEL_SUBSYSTEM_VENDOR, BOCHS_DISPLAY_MODEL_SUBSYSTEM, 0,
			     0),
	PCI_MODEL_ROW_BAR_MEM32(0, 20, 1), /* with more than 1 MiB, fewer address bits */
	PCI_MODEL_ROW_BAR_NONE(1),
	PCI_MODEL_ROW_BAR_MEM32(2, 12, 0),
	PCI_MODEL_ROW_BAR_NONE(3),
	PCI_MODEL_ROW_BAR_NONE(4),
	PCI_MODEL_ROW_BAR_NONE(5),
	PCI_MODEL_ROW_RSVD(BOCHS_DISPLAY_MODEL_RSVD_40, "RSVD_40", 0x40, 32, PCI_MODEL_WIDTHS_0,
			   48),
};
/* clang-format on */
