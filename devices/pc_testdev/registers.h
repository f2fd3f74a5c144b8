/* SPDX-License-Identifier: MIT */
/* "pc-testdev": ports and memory for test suites of virtual CPUs, as in QEMU's device of that name
 * (QEMU hw/misc/pc-testdev.c). No real board has it.
 *
 * Ports 0xe0 to 0xe3 keep what is written, 8, 16 or 32 bits wide. 0xe8 is the lowest byte of the
 * same value. QEMU has the other bytes at 0xe9 to 0xeb, but here these ports belong to other
 * devices. Writing a page address to port 0xe4 makes the host drop its mapping of that page and
 * make it again; here that has no effect. Port 0x2000 + n drives interrupt line n (a pin of the I/O
 * APIC and, below 16, an input of the 8259A): high while the last byte written is not 0. 64 KiB of
 * memory at 0xff000000 are device memory, not RAM. */
#ifndef DEVICES_PC_TESTDEV_REGISTERS_H
#define DEVICES_PC_TESTDEV_REGISTERS_H

#include "emu/regs.h"

enum pc_testdev_model_reg {
	PC_TESTDEV_MODEL_DATA,
	PC_TESTDEV_MODEL_FLUSH,
	PC_TESTDEV_MODEL_BYTE,
	PC_TESTDEV_MODEL_N_REGS
};
enum pc_testdev_model_line_reg { PC_TESTDEV_MODEL_IRQ_LINE, PC_TESTDEV_MODEL_N_LINE_REGS };

enum {
	PC_TESTDEV_MODEL_BASE = 0xe0,
	PC_TESTDEV_MODEL_PORTS = 9,
	PC_TESTDEV_MODEL_LINES_BASE = 0x2000,
	PC_TESTDEV_MODEL_N_LINES = 24,
	PC_TESTDEV_MODEL_MEMORY_SIZE = 0x10000
};
#define PC_TESTDEV_MODEL_MEMORY_BASE UINT64_C(0xff000000)

extern const struct reg_desc pc_testdev_regs[PC_TESTDEV_MODEL_N_REGS];
extern const struct reg_desc pc_testdev_line_regs[PC_TESTDEV_MODEL_N_LINE_REGS];

#endif
