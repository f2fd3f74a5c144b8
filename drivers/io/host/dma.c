/* SPDX-License-Identifier: MIT */
#include "dma.h"

#include "host_cpu.h"

uint64_t bimetal_dma_load(struct bimetal_cpu *cpu, uint64_t physical, uint32_t bytes)
{
	uint8_t byte[sizeof(uint64_t)];
	uint64_t value = 0;

	if (bytes > sizeof(byte) || !mem_read(cpu->mem, physical, byte, bytes)) return UINT64_MAX;
	for (uint32_t i = 0; i < bytes; i++) value |= (uint64_t)byte[i] << 8 * i;
	return value;
}

void bimetal_dma_store(struct bimetal_cpu *cpu, uint64_t physical, uint32_t bytes, uint64_t value)
{
	uint8_t byte[sizeof(uint64_t)];

	if (bytes > sizeof(byte)) return;
	for (uint32_t i = 0; i < bytes; i++) byte[i] = (uint8_t)(value >> 8 * i);
	(void)mem_write(cpu->mem, physical, byte, bytes);
}
