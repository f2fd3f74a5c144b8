/* SPDX-License-Identifier: MIT */
/* Registers of the 82801I (ICH9) LPC bridge, 00:1f.0, and of the chipset block at RCBA. */
#ifndef DEVICES_Q35_ICH9_LPC_REGISTERS_H
#define DEVICES_Q35_ICH9_LPC_REGISTERS_H

#include "devices/pci/registers.h"

/* Rows after the header. */
enum ich9_lpc_model_reg {
	ICH9_PMBASE = PCI_MODEL_TYPE0_N_ROWS,
	ICH9_ACPI_CNTL,
	ICH9_RSVD_45,
	ICH9_GPIOBASE,
	ICH9_GC,
	ICH9_RSVD_4D,
	ICH9_RSVD_50,
	ICH9_PIRQ_ROUT_AD, /* four cells: PIRQA..D */
	ICH9_SIRQ_CNTL,
	ICH9_RSVD_65,
	ICH9_PIRQ_ROUT_EH, /* four cells: PIRQE..H */
	ICH9_LPC_MODEL_IBDF,
	ICH9_RSVD_6E,
	ICH9_LPC_MODEL_HNBDF, /* eight cells */
	ICH9_LPC_MODEL_IO_DEC,
	ICH9_LPC_MODEL_EN,
	ICH9_GEN_DEC, /* four cells */
	ICH9_RSVD_94,
	ICH9_GEN_PMCON_1,
	ICH9_GEN_PMCON_2,
	ICH9_RSVD_A3,
	ICH9_GEN_PMCON_3,
	ICH9_RSVD_A5,
	ICH9_RSVD_A8,
	ICH9_GPIO_ROUT,
	ICH9_RSVD_BC,
	ICH9_FWH_SEL1,
	ICH9_FWH_SEL2,
	ICH9_RSVD_D6,
	ICH9_FWH_DEC_EN1,
	ICH9_RSVD_DA,
	ICH9_BIOS_CNTL,
	ICH9_RSVD_DD,
	ICH9_FDCAP,
	ICH9_FDLEN,
	ICH9_FDVER,
	ICH9_FDVCT,
	ICH9_RSVD_EC,
	ICH9_RCBA,
	ICH9_RSVD_F4,
	ICH9_N_REGS
};

enum { ICH9_LPC_MODEL_N_SLOTS = 160 /* at most */ };

/* The modelled chipset configuration registers; the rest of the block is not modelled. */
enum ich9_rcrb_reg {
	ICH9_D31IP,
	ICH9_D30IP,
	ICH9_D29IP,
	ICH9_D28IP,
	ICH9_D27IP,
	ICH9_D26IP,
	ICH9_D25IP,
	ICH9_D31IR,
	ICH9_D30IR,
	ICH9_D29IR,
	ICH9_D28IR,
	ICH9_D27IR,
	ICH9_D26IR,
	ICH9_D25IR,
	ICH9_OIC,
	ICH9_RC,
	ICH9_HPTC,
	ICH9_GCS,
	ICH9_BUC,
	ICH9_FD,
	ICH9_CG,
	ICH9_RCRB_N_REGS
};

enum { ICH9_RCRB_SIZE = 0x4000 };

/* Offsets that firmware writes. */
enum {
	ICH9_OFFSET_PMBASE = 0x40,
	ICH9_OFFSET_ACPI_CNTL = 0x44,
	ICH9_OFFSET_PIRQA_ROUT = 0x60,
	ICH9_OFFSET_PIRQE_ROUT = 0x68,
	ICH9_OFFSET_LPC_IO_DEC = 0x80,
	ICH9_OFFSET_LPC_EN = 0x82,
	ICH9_OFFSET_RCBA = 0xf0,
	ICH9_OFFSET_HPTC = 0x3404, /* of the block at RCBA */
	ICH9_OFFSET_OIC = 0x31fe
};

extern const struct reg_desc ich9_lpc_regs[ICH9_N_REGS];
extern const struct reg_desc ich9_rcrb_regs[ICH9_RCRB_N_REGS];

#endif
