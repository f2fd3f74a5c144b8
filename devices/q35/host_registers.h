/* SPDX-License-Identifier: MIT */
/* Configuration space of the 82G33/82Q35 MCH's host bridge, 00:00.0. */
#ifndef DEVICES_Q35_HOST_REGISTERS_H
#define DEVICES_Q35_HOST_REGISTERS_H

#include "devices/pci/registers.h"

/* Rows after the header. */
enum q35_host_model_reg {
	Q35_PXPEPBAR_LO = PCI_MODEL_TYPE0_N_ROWS,
	Q35_PXPEPBAR_HI,
	Q35_MCHBAR_LO,
	Q35_MCHBAR_HI,
	Q35_RSVD_50,
	Q35_GGC,
	Q35_DEVEN,
	Q35_RSVD_58,
	Q35_PCIEXBAR_LO,
	Q35_PCIEXBAR_HI,
	Q35_DMIBAR_LO,
	Q35_DMIBAR_HI,
	Q35_RSVD_70,
	Q35_PAM, /* seven cells */
	Q35_LAC,
	Q35_REMAPBASE,
	Q35_REMAPLIMIT,
	Q35_RSVD_9C,
	Q35_SMRAM,
	Q35_ESMRAMC,
	Q35_RSVD_9F,
	Q35_TOM,
	Q35_TOUUD,
	Q35_GBSM,
	Q35_BGSM,
	Q35_TSEGMB,
	Q35_TOLUD,
	Q35_RSVD_B2,
	Q35_RSVD_B4,
	Q35_ERRSTS,
	Q35_ERRCMD,
	Q35_RSVD_CC,
	Q35_SKPD,
	Q35_CAPID_LOW,
	Q35_CAPID_HIGH,
	Q35_RSVD_EC,
	Q35_N_REGS
};

enum { Q35_N_PAM = 7, Q35_N_SLOTS = 128 /* at most */ };

/* Offsets that firmware writes. */
enum { Q35_OFFSET_PCIEXBAR = 0x60, Q35_OFFSET_PAM0 = 0x90 };

extern const struct reg_desc q35_host_regs[Q35_N_REGS];

#endif
