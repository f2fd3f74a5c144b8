/* SPDX-License-Identifier: MIT */
/* The machine "isapc": an old PC with nothing but the board (pc_board.h). It has no PCI bus, no
 * ACPI and no Plug and Play. */
#include "emu/array.h"
#include "harness/machine/pc_board.h"

/* The reset control decodes eight ports and answers at one. */
static const struct part parts[] = {
	{ PC_STATE(misc.rst), PC_PORTS(ISA_PORTS_MODEL_RST_BASE, ISA_PORTS_MODEL_RST_SIZE, 0) },
	{ PC_PART(misc.rst, isa_ports_model_rst_ops), PC_PORTS(0xcf9, 1, 1), .self_placed = true },
};

static const struct firmware bios = PC_FIRMWARE(NULL, pc_bios_reset);

static const struct pc_kind isapc = {
	.kind = { .name = "isapc",
		  .board_size = sizeof(struct pc),
		  .hole = UINT64_C(3) << 30,
		  .parts = { { pc_parts, PC_N_PARTS }, { parts, ARRAY_SIZE(parts) } },
		  .socket = pc_sockets,
		  .n_sockets = PC_N_SOCKETS,
		  .firmware = &bios,
		  .pins = PC_PINS,
		  .add_memory = pc_add_roms,
		  .line = pc_added_line },
};

const struct machine_kind *const machine_isapc = &isapc.kind;
