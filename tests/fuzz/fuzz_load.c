/* SPDX-License-Identifier: MIT */
#include "fuzz_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/mem.h"

enum { RAM_MIB = 16, SMALL_FILE = 5000 };

static struct mem mem;
static char small_file[] = "/tmp/bimetal-fuzz-XXXXXX";

static void require(bool holds, const char *what)
{
	if (holds) return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

static void remove_small_file(void) { unlink(small_file); }

static void set_up(void)
{
	static const uint8_t zeroes[SMALL_FILE];
	int fd;

	if (mem.ram) return;
	fd = mkstemp(small_file);
	require(mem_init(&mem, (uint64_t)RAM_MIB << 20, UINT64_C(3) << 30) == NULL, "memory");
	require(fd >= 0 && write(fd, zeroes, sizeof(zeroes)) == SMALL_FILE, "a scratch file");
	close(fd);
	atexit(remove_small_file);
}

const char *fuzz_small_file(void)
{
	set_up();
	return small_file;
}

static void check_success(const struct boot_result *r, const struct cpu_regs *regs)
{
	require(r->image != NULL, "the image is kept");
	require(r->image_base < r->image_end, "the image occupies memory");
	require(mem_kind_at(&mem, r->image_base) == MEM_RAM, "the image begins in RAM");
	require(mem_kind_at(&mem, r->image_end - 1) == MEM_RAM, "the image ends in RAM");
	require(regs->cr0 != 0, "the registers are set");
	if (regs->cr0 & 1) require(mem_kind_at(&mem, regs->gdt.base) == MEM_RAM, "GDT in RAM");
	if (regs->cr3) require(mem_kind_at(&mem, regs->cr3) == MEM_RAM, "page tables in RAM");
	if (!regs->cr3 && r->kind != BOOT_DISK && r->kind != BOOT_CD) /* which start in the BIOS */
		require(mem_kind_at(&mem, regs->seg[CPU_CS].base + regs->rip) == MEM_RAM,
			"the entry lies in RAM");
}

/* A display, of which images of an odd size are told: it has some modes and not others. */
static bool set_mode(void *ctx, unsigned width, unsigned height, unsigned bits,
		     struct graphics_mode *out)
{
	(void)ctx;
	if (!width || !height || width > 2048 || height > 2048 || width % 8) return false;
	if (bits != 8 && bits != 16 && bits != 32) return false;
	*out = (struct graphics_mode){ .address = UINT32_C(0xfd000000),
				       .size = UINT64_C(16) << 20,
				       .width = width,
				       .height = height,
				       .bits = bits,
				       .pitch = width * bits / 8 };
	return true;
}

static bool usual_size(unsigned n, unsigned *width, unsigned *height)
{
	*width = 640;
	*height = 480;
	return n == 0;
}

void fuzz_load(const struct boot_request *request, const uint8_t *data, size_t size)
{
	static const struct framebuffer_end_ops ops = { .set = set_mode, .usual = usual_size };
	static const struct framebuffer_end display = { .ops = &ops };
	struct boot_request changed = *request;
	struct cpu_regs regs;
	struct boot_result result;
	char err[256];

	set_up();
	memset(mem.flags, 0,
	       mem.n_pages); /* so that every page gets its fill pattern again when it is touched */
	if (size % 2) changed.framebuffer = &display;
	if (boot_load_bytes(&changed, "input", data, size, &mem, &regs, &result, err,
			    sizeof(err))) {
		check_success(&result, &regs);
	} else {
		require(memchr(err, '\0', sizeof(err)) != NULL, "the message ends");
		require(strncmp(err, "input: ", 7) == 0, "the message names the image");
		require(strlen(err) > 7, "the message says something");
		require(result.image == NULL, "nothing is kept after a failure");
	}
	boot_result_free(&result);
}
