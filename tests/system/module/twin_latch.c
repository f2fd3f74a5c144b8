/* SPDX-License-Identifier: MIT */
/* A driver's accesses to a model of a module, natively and emulated. */
#include "bimetal/twin.h"

enum { PORT = 0x300 };

TWIN(latch, holds_what_is_written)
{
	struct io io = twin_port(PORT);

	io_write8(io, 0, 0x05);
	twin_expect_eq(io_read8(io, 0), 0x05);
}

TWIN(latch, lints_fail_unless_they_are_allowed)
{
	struct io io = twin_port(PORT);

	twin_allow("latch.HELD.zero");
	io_write8(io, 0, 0);
	twin_expect_eq(io_read8(io, 0), 0);
}
