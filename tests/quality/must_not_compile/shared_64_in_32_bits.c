/* SPDX-License-Identifier: MIT */
/* wanted: 32-bit code has no access of 64 bits */
/* world: metal */
/* flags: -m32 -ffreestanding */
#include "dma.h"

void driver(const struct dma *dma);
void driver(const struct dma *dma)
{
	dma_store32(dma, 0, 1);
	dma_store64(dma, 0, 1); /* refused */
}
