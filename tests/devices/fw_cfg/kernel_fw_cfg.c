/* SPDX-License-Identifier: MIT */
/* fw_cfg, QEMU's firmware configuration device: items byte by byte and by DMA. */
#include "k.h"

enum {
	SELECTOR = 0x510,
	DATA = 0x511,
	DMA_HIGH = 0x514,
	DMA_LOW = 0x518,
	KEY_SIGNATURE = 0,
	KEY_ID = 1,
	KEY_RAM_SIZE = 3,
	KEY_CPUS = 5,
	KEY_DIRECTORY = 0x19,
	FIRST_FILE = 0x20,
	ENTRY = 64,
	DMA_ERROR = 1,
	DMA_READ = 2,
	DMA_SKIP = 4,
	DMA_SELECT = 8,
	DMA_WRITE = 16,
	PATIENCE = 1000000
};

struct dma {
	uint32_t control, length;
	uint64_t address;
} ALIGNED(16);

static volatile struct dma access;
static uint8_t by_bytes[4 + 64 * ENTRY], by_dma[4 + 64 * ENTRY];

static void outw(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static void outl(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static uint32_t inl(uint16_t port)
{
	uint32_t value;
	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void choose(uint16_t key) { outw(SELECTOR, key); }

static uint64_t next(unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++) v |= (uint64_t)inb(DATA) << (8 * i);
	return v;
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Starts an operation and waits for it; returns what the control field then holds. */
static uint32_t dma(uint32_t control, uint32_t length, uint64_t address)
{
	access.control = __builtin_bswap32(control);
	access.length = __builtin_bswap32(length);
	access.address = __builtin_bswap64(address);
	outl(DMA_HIGH, 0);
	outl(DMA_LOW, __builtin_bswap32((uint32_t)(uintptr_t)&access));
	for (unsigned i = 0; i < PATIENCE; i++) {
		uint32_t now = __builtin_bswap32(access.control);

		if (!(now & ~(uint32_t)DMA_ERROR)) return now;
	}
	return UINT32_MAX;
}

static uint64_t here(const void *p) { return (uintptr_t)p; }

static void items(void)
{
	choose(KEY_SIGNATURE);
	check("signature", next(4), 0x554d4551);
	check("behind it are zeroes", next(8), 0);
	choose(KEY_ID);
	check("features", next(4), 3);
	choose(KEY_RAM_SIZE);
	check("memory", next(8), 64 << 20);
	choose(KEY_CPUS);
	check("processors", next(2), 1);
	choose(0x3ff0);
	check("a key that nobody has", next(8), 0);
}

static uint32_t directory(void)
{
	uint32_t files;

	choose(KEY_DIRECTORY);
	for (unsigned i = 0; i < 4; i++) by_bytes[i] = inb(DATA);
	files = be32(by_bytes);
	check_range("files", files, 0, 64);
	if (files > 64) return 0;
	for (unsigned i = 4; i < 4 + files * ENTRY; i++) by_bytes[i] = inb(DATA);
	check("behind the last entry", next(4), 0);
	for (unsigned i = 0; i < files; i++) {
		const uint8_t *e = by_bytes + 4 + i * ENTRY;
		uint16_t key = (uint16_t)(e[4] << 8 | e[5]);

		print("%x %s: %u bytes\n", key, (const char *)e + 8, be32(e));
		check_range("key", key, FIRST_FILE, 0x3fff);
		check("the name ends", e[ENTRY - 1], 0);
	}
	return files;
}

static void by_dma_too(uint32_t files)
{
	uint32_t size = 4 + files * ENTRY;

	check("DMA register, upper half", inl(DMA_HIGH), 0x554d4551);
	check("DMA register, lower half", inl(DMA_LOW), 0x47464320);
	memset(by_dma, 0xaa, sizeof(by_dma));
	check("select and read",
	      dma(KEY_DIRECTORY << 16 | DMA_SELECT | DMA_READ, size, here(by_dma)), 0);
	check("the same bytes", (uint64_t)memcmp(by_dma, by_bytes, size), 0);
	if (size < sizeof(by_dma)) check("no byte more", by_dma[size], 0xaa);

	check("select alone", dma(KEY_SIGNATURE << 16 | DMA_SELECT, 0, 0), 0);
	check("skip", dma(DMA_SKIP, 2, 0), 0);
	check("read on", dma(DMA_READ, 6, here(by_dma)), 0);
	check("the rest of the signature, and zeroes", be32(by_dma), 0x4d550000);
	check("nothing more", (uint64_t)(by_dma[4] | by_dma[5]), 0);

	choose(KEY_SIGNATURE);
	check("the data port begins", next(1), 'Q');
	check("DMA goes on", dma(DMA_READ, 1, here(by_dma)), 0);
	check("with the next byte", by_dma[0], 'E');
	check("and the data port with that behind it", next(1), 'M');
}

static void errors(void)
{
	check("writing what is read-only",
	      dma(KEY_SIGNATURE << 16 | DMA_SELECT | DMA_WRITE, 2, here(by_dma)), DMA_ERROR);
	choose(KEY_SIGNATURE);
	check("it is as before", next(4), 0x554d4551);
	check("reading to where there is no memory",
	      dma(KEY_SIGNATURE << 16 | DMA_SELECT | DMA_READ, 4, 0x8000000000), DMA_ERROR);
}

void kernel_main(void)
{
	uint32_t files;

	items();
	files = directory();
	by_dma_too(files);
	errors();
}
