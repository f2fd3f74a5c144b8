/* SPDX-License-Identifier: MIT */
/* Bits of RFLAGS, CR0, CR4, EFER and of segment descriptors. */
#ifndef EMU_X86_BITS_H
#define EMU_X86_BITS_H

#include <stdint.h>

/* RFLAGS bits (SDM Vol. 1, 3.4.3). */
enum rflag {
	FL_CF = 1 << 0,
	FL_ONE = 1 << 1,
	FL_PF = 1 << 2,
	FL_AF = 1 << 4,
	FL_ZF = 1 << 6,
	FL_SF = 1 << 7,
	FL_TF = 1 << 8,
	FL_IF = 1 << 9,
	FL_DF = 1 << 10,
	FL_OF = 1 << 11,
	FL_IOPL = 3 << 12,
	FL_NT = 1 << 14,
	FL_RF = 1 << 16,
	FL_VM = 1 << 17,
	FL_AC = 1 << 18,
	FL_VIF = 1 << 19,
	FL_VIP = 1 << 20,
	FL_ID = 1 << 21,
	FL_ARITHMETIC = FL_CF | FL_PF | FL_AF | FL_ZF | FL_SF | FL_OF
};

enum cr0_bit {
	CR0_PE = 1,
	CR0_MP = 2,
	CR0_EM = 4,
	CR0_TS = 8,
	CR0_ET = 16,
	CR0_NE = 32,
	CR0_WP = 1 << 16,
	CR0_AM = 1 << 18
};
#define CR0_PG (UINT64_C(1) << 31)
enum cr4_bit {
	CR4_TSD = 1 << 2,
	CR4_PSE = 1 << 4,
	CR4_PAE = 1 << 5,
	CR4_PGE = 1 << 7,
	CR4_PCE = 1 << 8,
	CR4_OSFXSR = 1 << 9,
	CR4_SMEP = 1 << 20,
	CR4_SMAP = 1 << 21
};
enum efer_bit {
	EFER_SCE = 1,
	EFER_LME = 1 << 8,
	EFER_LMA = 1 << 10,
	EFER_NXE = 1 << 11,
	EFER_SVME = 1 << 12
};

/* Descriptor high-word bits. */
enum desc_bit {
	DESC_A = 1 << 8,
	DESC_W = 1 << 9,  /* data: writable; code: readable */
	DESC_C = 1 << 10, /* code: conforming; data: expand down */
	DESC_CODE = 1 << 11,
	DESC_S = 1 << 12,
	DESC_DPL_SHIFT = 13,
	DESC_P = 1 << 15,
	DESC_L = 1 << 21,
	DESC_B = 1 << 22,
	DESC_G = 1 << 23
};

#endif
