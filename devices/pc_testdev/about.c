/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/pc_testdev/model.h"

const struct device_about pc_testdev_about = {
	.title = "pc-testdev: ports for tests of a virtual CPU",
	.reached = "With --device pc-testdev.",
	.document = "QEMU hw/misc/pc-testdev.c",
	.table = { ABOUT_TABLE(pc_testdev_regs, PC_TESTDEV_MODEL_N_REGS, NULL) },
};

const struct device_about pc_testdev_lines_about = {
	.title = "Interrupt lines of pc-testdev",
	.reached = "With --device pc-testdev.",
	.document = "QEMU hw/misc/pc-testdev.c",
	.table = { ABOUT_TABLE(pc_testdev_line_regs, PC_TESTDEV_MODEL_N_LINE_REGS, NULL) },
};

const struct device_about pc_testdev_memory_about = {
	.title = "pc-testdev's memory",
	.reached = "With --device pc-testdev: 64 KiB, no registers.",
	.document = "QEMU hw/misc/pc-testdev.c",
};
