/* SPDX-License-Identifier: MIT */
/* Twin tests of the model in gauge.c, so that they leave recordings for `bimetal coverage`. */
#include "bimetal/twin.h"
#include "io.h"

enum { BASE = 0x300, CTRL = 0, STATUS = 1, DATA = 2 };

TWIN_HERE(gauge, a_sample)
{
	struct io port = twin_port(BASE);

	twin_expect_eq(io_read8(port, STATUS), 0);
	io_write8(port, CTRL, 0x05); /* START, GAIN 1 */
	twin_expect_eq(io_read8(port, STATUS), 1);
	twin_expect_eq(io_read8(port, DATA), 0x5a);
	io_write8(port, STATUS, 1);
}

TWIN_HERE(gauge, a_sample_that_is_not_there)
{
	struct io port = twin_port(BASE);

	twin_allow("gauge.DATA.empty");
	twin_expect_eq(io_read8(port, DATA), 0);
}
