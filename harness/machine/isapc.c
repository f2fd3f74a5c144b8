/* SPDX-License-Identifier: MIT */
/* The machine "isapc": an old PC with nothing but the board (board.h). It has no PCI bus, no ACPI
 * and no Plug and Play. */
#include "harness/machine/board.h"

static const char *build(struct machine *m)
{
	const struct board_ports reset = { &m->misc.rst, ISA_PORTS_MODEL_RST_BASE,
					   ISA_PORTS_MODEL_RST_SIZE, 0 };
	const char *fault = board_map_ports(m, &reset, 1);

	return fault ? fault : board_map_sockets(m);
}

const struct machine_kind machine_isapc = {
	.name = "isapc",
	.hole = UINT64_C(3) << 30,
	.build = build,
};
