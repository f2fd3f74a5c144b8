/* SPDX-License-Identifier: MIT */
/* The other order of outb()'s arguments. */
#define BIMETAL_OUTB_VALUE_PORT
#include "bimetal/portio.h"
#include "bimetal/twin.h"

enum { SCRATCH = 0x3ff, PCI_ADDRESS = 0xcf8, PCI_DATA = 0xcfc };
#define HOST_BRIDGE UINT32_C(0x80000000)

TWIN(portio_value_first, the_port_comes_last)
{
	outb(0x5a, SCRATCH);
	twin_expect_eq(inb(SCRATCH), 0x5a);
	outl(HOST_BRIDGE | 4, PCI_ADDRESS);
	twin_expect_eq(inl(PCI_ADDRESS), HOST_BRIDGE | 4);
	uint16_t command = inw(PCI_DATA);
	outw(command, PCI_DATA);
	twin_expect_eq(inw(PCI_DATA), command);
}
