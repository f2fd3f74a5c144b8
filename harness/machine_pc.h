/* SPDX-License-Identifier: MIT */
/* The machine "pc": the board (machine_board.h) with the chipset of 2007, Intel's Q35 and ICH9.
 * Only the harness/machine*.c include this. */
#ifndef HARNESS_MACHINE_PC_H
#define HARNESS_MACHINE_PC_H

#include <stdint.h>

/* The hole for devices below 4 GiB, from its beginning. */
#define PC_ECAM_BASE       UINT64_C(0xb0000000)
#define PC_ECAM_SIZE       UINT64_C(0x10000000)
#define PC_PCI_MEMORY_BASE UINT64_C(0xc0000000)
#define PC_PCI_MEMORY_END  UINT64_C(0xfec00000)

#endif
