/* SPDX-License-Identifier: MIT */
/* Room for the table of symbols: link.sh replaces it by the table and as many zeros. */
#include "layout.h"
	.section .symbols, "a"
	.globl symbols_text
symbols_text:
	.skip SYMBOL_BYTES
	.section .note.GNU-stack, "", @progbits
