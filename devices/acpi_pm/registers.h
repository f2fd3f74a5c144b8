/* SPDX-License-Identifier: MIT */
/* Power management registers of the ICH9: the block at PMBASE, and ports 0xb2 and 0xb3. */
#ifndef DEVICES_ACPI_PM_REGISTERS_H
#define DEVICES_ACPI_PM_REGISTERS_H

#include "emu/regs.h"

/* Rows of the block at PMBASE, by rising offset. */
enum acpi_pm_model_reg {
	ACPI_PM_MODEL_PM1_STS,
	ACPI_PM_MODEL_PM1_EN,
	ACPI_PM_MODEL_PM1_CNT,
	ACPI_PM_MODEL_PM1_TMR,
	ACPI_PM_MODEL_PROC_CNT,
	ACPI_PM_MODEL_LV2,
	ACPI_PM_MODEL_LV3,
	ACPI_PM_MODEL_LV4,
	ACPI_PM_MODEL_GPE0_STS,
	ACPI_PM_MODEL_GPE0_EN,
	ACPI_PM_MODEL_SMI_EN,
	ACPI_PM_MODEL_SMI_STS,
	ACPI_PM_MODEL_ALT_GP_SMI_EN,
	ACPI_PM_MODEL_ALT_GP_SMI_STS,
	ACPI_PM_MODEL_GPE_CNTL,
	ACPI_PM_MODEL_DEVACT_STS,
	ACPI_PM_MODEL_TCO_RLD,
	ACPI_PM_MODEL_TCO_DAT_IN,
	ACPI_PM_MODEL_TCO_DAT_OUT,
	ACPI_PM_MODEL_TCO1_STS,
	ACPI_PM_MODEL_TCO2_STS,
	ACPI_PM_MODEL_TCO1_CNT,
	ACPI_PM_MODEL_TCO2_CNT,
	ACPI_PM_MODEL_TCO_MESSAGE1,
	ACPI_PM_MODEL_TCO_MESSAGE2,
	ACPI_PM_MODEL_TCO_WDCNT,
	ACPI_PM_MODEL_SW_IRQ_GEN,
	ACPI_PM_MODEL_TCO_TMR,
	ACPI_PM_MODEL_N_REGS
};

/* Rows of the two ports, by offset from 0xb2. */
enum acpi_apm_reg { ACPI_APM_CNT, ACPI_APM_STS, ACPI_APM_N_REGS };

enum { /* PM1_STS; PM1_EN has the same places */
       ACPI_PM_MODEL_TMROF = 1 << 0,
       ACPI_PM_MODEL_BM = 1 << 4,
       ACPI_PM_MODEL_GBL = 1 << 5,
       ACPI_PM_MODEL_PWRBTN = 1 << 8,
       ACPI_PM_MODEL_RTC = 1 << 10,
       ACPI_PM_MODEL_PWRBTNOR = 1 << 11
};

enum { /* PM1_CNT */
       ACPI_PM_MODEL_SCI_EN = 1 << 0,
       ACPI_PM_MODEL_GBL_RLS = 1 << 2,
       ACPI_PM_MODEL_SLP_TYP_LSB = 10,
       ACPI_PM_MODEL_SLP_TYP_MASK = 7,
       ACPI_PM_MODEL_SLP_EN = 1 << 13
};

enum acpi_pm_model_slp_typ { /* SLP_TYP: 2, 3 and 4 are reserved */
			     ACPI_PM_MODEL_SLP_S0 = 0,
			     ACPI_PM_MODEL_SLP_S1 = 1,
			     ACPI_PM_MODEL_SLP_S3 = 5,
			     ACPI_PM_MODEL_SLP_S4 = 6,
			     ACPI_PM_MODEL_SLP_S5 = 7
};

enum { /* SMI_EN, SMI_STS */
       ACPI_PM_MODEL_GBL_SMI_EN = 1 << 0,
       ACPI_PM_MODEL_EOS = 1 << 1,
       ACPI_PM_MODEL_BIOS_EN = 1 << 2,
       ACPI_PM_MODEL_APMC_EN = 1 << 5,
       ACPI_PM_MODEL_BIOS_RLS = 1 << 7,
       ACPI_PM_MODEL_BIOS_STS = 1 << 2
};

enum {
	ACPI_PM_MODEL_SWGPE_CTRL = 1 << 1,   /* GPE_CNTL */
	ACPI_PM_MODEL_SWGPE = 1 << 2,        /* GPE0_STS, GPE0_EN */
	ACPI_PM_MODEL_THTL_EN = 1 << 4,      /* PROC_CNT */
	ACPI_PM_MODEL_FORCE_THTL = 1 << 8,   /* PROC_CNT */
	ACPI_PM_MODEL_NMI_NOW = 1 << 8,      /* TCO1_CNT */
	ACPI_PM_MODEL_SEND_NOW = 1 << 10,    /* TCO1_CNT */
	ACPI_PM_MODEL_TCO_TMR_HLT = 1 << 11, /* TCO1_CNT */
	ACPI_PM_MODEL_TCO_LOCK = 1 << 12,    /* TCO1_CNT */
	ACPI_PM_MODEL_TCO_TICK_MASK = 0x3ff  /* TCO_RLD, TCO_TMR */
};

extern const struct reg_desc acpi_pm_regs[ACPI_PM_MODEL_N_REGS];
extern const struct reg_desc acpi_apm_regs[ACPI_APM_N_REGS];

#endif
