/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_DMA_8237_LINTS_H
#define DEVICES_DMA_8237_LINTS_H

#include "emu/lint.h"

enum dma_8237_lint {
	DMA_8237_LINT_FLIP_FLOP,
	DMA_8237_LINT_UNPROGRAMMED,
	DMA_8237_LINT_MEMORY_TO_MEMORY,
	DMA_8237_LINT_POLARITY,
	DMA_8237_LINT_SOFTWARE_REQUEST,
	DMA_8237_LINT_ILLEGAL
};
extern const struct lint_desc dma_8237_lints[];

#endif
