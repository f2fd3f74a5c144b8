/* SPDX-License-Identifier: MIT */
/* A chain loader: booted by multiboot1, it finds the multiboot2 header of its first module, an ELF
 * file or a flat image, loads it, builds its boot information and starts it. All of this uses the
 * drivers. */
#include "bimetal/multiboot2_builder.h"
#include "bimetal/multiboot2_dump.h"
#include "bimetal/multiboot2_image.h"
#include "k.h"
#include "mb2.h"

enum { HAS_MODS = 1 << 3, MODULE_AT = 0xe00000, RAM_START = 0x100000, RAM_SIZE = 0x3e00000 };

extern char user_end[]; /* of this kernel (kernel.ld) */

struct module {
	uint32_t start, end, string, reserved;
};

static uint8_t block[2048] ALIGNED(8);

static const void *at_address(uint32_t address) { return (const void *)(uintptr_t)address; }

static const struct module *payload(void)
{
	const struct multiboot_info *info = at_address(multiboot_info_addr);

	if (!(info->flags & HAS_MODS) || info->mods_count == 0) return NULL;
	return at_address(info->mods_addr);
}

static void put(void *ctx, const char *text)
{
	(void)ctx;
	print("%s", text);
}

/* We have a text screen, and the module that we hand on is page-aligned. */
static bool open_payload(struct mb2_image *image, const struct module *m)
{
	const uint32_t obeys = MB2_OBEYS(MB2_HEADER_CONSOLE) | MB2_OBEYS(MB2_HEADER_MODULE_ALIGN);
	enum mb2_status status =
		mb2_image_open(image, at_address(m->start), m->end - m->start, obeys);

	if (status == MB2_OK)
		mb2_header_dump(&image->header, &(struct mb2_sink){ put, NULL });
	else
		fail("payload", "%s, tag %u", mb2_status_text(status), image->refused);
	return status == MB2_OK;
}

static bool overlap(uint32_t start, uint32_t end, const struct mb2_segment *s)
{
	return s->address < end && start - s->address < s->size + (end - start);
}

/* In RAM, and neither over this kernel, the file, nor the module that we hand on. */
static bool is_free(const struct mb2_segment *s, const struct module *m)
{
	return s->address >= RAM_START && s->size <= RAM_SIZE &&
	       s->address - RAM_START <= RAM_SIZE - s->size &&
	       !overlap(RAM_START, (uintptr_t)user_end, s) && !overlap(m->start, m->end, s) &&
	       !overlap(MODULE_AT, MODULE_AT + 4096, s);
}

static bool load(const struct mb2_image *image, const struct module *m)
{
	struct mb2_segment s;
	uint32_t at = 0;

	while (mb2_image_next(image, &at, &s)) {
		uint8_t *to = (uint8_t *)(uintptr_t)s.address;

		print("  segment %x + %x, %x bytes stored\n", s.address, s.size, s.stored);
		if (!is_free(&s, m)) {
			fail("payload", "there is no place at %x", s.address);
			return false;
		}
		memset(to, 0xa5, s.size); /* what memory has: the payload needs its zeroes */
		mb2_segment_copy(image, &s, to);
	}
	return true;
}

static bool build(void)
{
	static const uint8_t smbios_anchor[24] = "_SM_";
	const struct mb2_smbios old = { 2, 8, { smbios_anchor, sizeof(smbios_anchor) } };
	const struct mb2_smbios new = { 3, 0, { smbios_anchor, sizeof(smbios_anchor) } };
	const struct mb2_memory_range ram = { RAM_START, RAM_SIZE, MB2_MEMORY_AVAILABLE };
	struct mb2_builder b;
	uint32_t total;
	uint32_t size = (uint32_t)strlen(MB2_MODULE_BYTES);

	memcpy((void *)(uintptr_t)MODULE_AT, MB2_MODULE_BYTES, size);
	check("begin", mb2_builder_init(&b, block, sizeof(block)), MB2_OK);
	check("SMBIOS 3", mb2_add_smbios(&b, &new), MB2_OK);
	check("module", mb2_add_module(&b, MODULE_AT, MODULE_AT + size, MB2_MODULE_TEXT), MB2_OK);
	check("memory map", mb2_add_memory_map(&b, &ram, 1), MB2_OK);
	check("loader name", mb2_add_loader_name(&b, MB2_CHAIN_NAME), MB2_OK);
	check("SMBIOS 2", mb2_add_smbios(&b, &old), MB2_OK);
	check("command line", mb2_add_command_line(&b, MB2_CHAIN_COMMAND), MB2_OK);
	return mb2_builder_finish(&b, &total) == MB2_OK;
}

void kernel_main(void)
{
	const struct module *m = payload();
	struct mb2_image image;

	if (!m) {
		fail("payload", "got no module");
		return;
	}
	if (!open_payload(&image, m) || !load(&image, m) || !build()) return;
	print("chain loading\n");
	serial_drain();
	__asm__ volatile("jmp *%%ecx"
			 :
			 : "a"(MB2_BOOT_MAGIC), "b"(block), "c"(image.entry)
			 : "memory");
	__builtin_unreachable();
}
