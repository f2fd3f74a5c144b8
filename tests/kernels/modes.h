/* SPDX-License-Identifier: MIT */
/* Addresses and slots shared by modes.c and modes.S. */
#ifndef TESTS_KERNELS_MODES_H
#define TESTS_KERNELS_MODES_H

#define MODES_RESULTS    0x6000 /* uint32_t[] */
#define MODES_CODE       0x7000
#define MODES_STACK      0x9000
#define MODES_SEL_CODE16 0x50
#define MODES_SEL_DATA16 0x58
#define MODES_SEL_CODE64 0x60

/* Result slots. */
#define R_CODE16          0
#define R_REAL_CR0        1
#define R_REAL_CS         2
#define R_REAL_DS         8 /* written through DS = 0x0600 at offset 0x20 */
#define R_INT_COUNT       9
#define R_INT_IP          10
#define R_INT_CS          11
#define R_INT_FLAGS       12
#define R_INT_BYTES       13
#define R_INT_IF          14
#define R_DIV_IP          15
#define R_UD_IP           16
#define R_HIGH            17
#define R_UNREAL          18
#define R_UNREAL_AFTER    19
#define R_CODE32          20
#define R_PAGED32         21
#define R_PAE             22
#define R_EFER_ON         23
#define R_COMPAT32        24
#define R_LONG_LOW        25
#define R_LONG_HIGH       26
#define R_R15             27
#define R_COMPAT16        28
#define R_EFER_OFF        29
#define R_REAL_AGAIN      30
#define R_END             31
#define R_RELOCATED       32
#define R_WRAP_SP         33
#define R_LONG_ALIAS      34
#define R_EXPECTED_INT_IP 35
#define R_EXPECTED_DIV_IP 36
#define R_EXPECTED_UD_IP  37
#define R_OPERAND32       38
#define R_SETUP           39 /* the last step reached; printed if the code does not return */
#define R_COUNT           40

#endif
