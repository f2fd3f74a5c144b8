/* SPDX-License-Identifier: MIT */
/* A kernel that counts how often it was booted, and says so on the serial line and the screen. With
 * "again" on its command line it boots once more before it ends. */
#include <stdbool.h>
#include <stddef.h>

#include "bimetal/span.h"
#include "io.h"
#include "nvram.h"

#define THR  ((struct io_wo8){ 0 })
#define LSR  ((struct io_ro8){ 5 })
#define EXIT ((struct io_wo8){ 0 })

enum {
	COM1 = 0x3f8,
	LSR_THRE = 0x20,
	LSR_TEMT = 0x40,
	SCREEN = 0xb8000,
	SCREEN_CELLS = 80 * 25,
	CELL_BITS = 16,
	GREY = 0x0700,
	CLOCK = 0x70,
	RESET_CONTROL = 0xcf9,
	RESET_COLD = 0x02,
	RESET_NOW = 0x06,
	EXIT_PORT = 0xf4,
	EXIT_PASSED = 0x10,
	EXIT_FAILED = 0x11,
};

/* Multiboot 0.6.96, 3.3: the part that is used. */
struct multiboot_info {
	uint32_t flags, mem_lower, mem_upper, boot_device, cmdline;
};
enum { MULTIBOOT_CMDLINE = 1 << 2 };

void kernel_main(const struct multiboot_info *info);

static struct io com1;
static struct span screen;

static _Noreturn void end(uint8_t value)
{
	io_write(io_port(EXIT_PORT), EXIT, value);
	for (;;) __asm__ volatile("cli\n\thlt");
}

static void put(char c, unsigned column)
{
	while (!(io_read(com1, LSR) & LSR_THRE)) __asm__ volatile("pause");
	io_write(com1, THR, (uint8_t)c);
	if (c != '\n' && span_put(&screen, column, (uint16_t)(GREY | (uint8_t)c)) != SPAN_OK)
		end(EXIT_FAILED);
}

static void print(const char *text)
{
	for (unsigned i = 0; text[i]; i++) put(text[i], i);
	while (!(io_read(com1, LSR) & LSR_TEMT)) __asm__ volatile("pause");
}

static _Noreturn void reset(void)
{
	io_write8(io_port(RESET_CONTROL), 0, RESET_COLD);
	io_write8(io_port(RESET_CONTROL), 0, RESET_NOW);
	for (;;) __asm__ volatile("cli\n\thlt");
}

static bool wants_again(const struct multiboot_info *info)
{
	if (!(info->flags & MULTIBOOT_CMDLINE)) return false;
	const char *line = (const char *)(uintptr_t)info->cmdline;
	static const char word[] = "again";
	for (; *line; line++) {
		size_t i = 0;
		while (word[i] && line[i] == word[i]) i++;
		if (!word[i]) return true;
	}
	return false;
}

void kernel_main(const struct multiboot_info *info)
{
	struct nvram nvram;
	uint8_t boots;
	char text[] = "boot 0\n";

	com1 = io_port(COM1);
	if (span_init(&screen, io_memory(SCREEN, 1), 0, SCREEN_CELLS, CELL_BITS) != SPAN_OK ||
	    span_fill(&screen, GREY | ' ') != SPAN_OK)
		end(EXIT_FAILED);
	if (nvram_init(&nvram, io_port(CLOCK)) != NVRAM_OK) end(EXIT_FAILED);
	if (nvram_load(&nvram, &boots, sizeof(boots)) != NVRAM_OK) boots = 0;
	boots = (uint8_t)(boots + 1);
	if (nvram_store(&nvram, &boots, sizeof(boots)) != NVRAM_OK) end(EXIT_FAILED);
	text[sizeof("boot ") - 1] = (char)('0' + boots % 10);
	print(text);
	if (boots == 1 && wants_again(info)) reset();
	end(EXIT_PASSED);
}
