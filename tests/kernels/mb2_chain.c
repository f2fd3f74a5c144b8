/* SPDX-License-Identifier: MIT */
/* A chain loader: booted by multiboot1, it finds the multiboot2 header of its first module, an
 * ELF32 file, loads it, builds its boot information and starts it. All of this uses the drivers. */
#include "bimetal/multiboot2_builder.h"
#include "bimetal/multiboot2_header.h"
#include "k.h"
#include "mb2.h"

enum { HAS_MODS = 1 << 3, PT_LOAD = 1, MODULE_AT = 0xe00000 };

struct module {
	uint32_t start, end, string, reserved;
};

/* The parts of ELF32 that are needed (gABI 4 and 5). */
struct elf_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version, entry, phoff, shoff, flags;
	uint16_t ehsize, phentsize, phnum;
};
struct elf_segment {
	uint32_t type, offset, vaddr, paddr, filesz, memsz, flags, align;
};

static uint8_t block[2048] ALIGNED(8);

static const void *at_address(uint32_t address) { return (const void *)(uintptr_t)address; }

static const struct module *payload(void)
{
	const struct multiboot_info *info = at_address(multiboot_info_addr);

	if (!(info->flags & HAS_MODS) || info->mods_count == 0) return NULL;
	return at_address(info->mods_addr);
}

/* Whether we can do what the header requires. */
static bool check_header(const struct mb2_header *h)
{
	struct mb2_header_tag tag;
	uint32_t at = 0;

	while (mb2_header_next(h, &at, &tag)) {
		print("  header tag %u (%s), %s\n", tag.type, mb2_header_tag_name(tag.type),
		      tag.optional ? "optional" : "required");
		if (tag.optional || tag.type == MB2_HEADER_REQUEST ||
		    tag.type == MB2_HEADER_MODULE_ALIGN || tag.type == MB2_HEADER_CONSOLE)
			continue;
		fail("header", "got tag %u", tag.type);
		return false;
	}
	return true;
}

static uint32_t load_segments(const uint8_t *file)
{
	const struct elf_header *elf = (const void *)file;

	for (unsigned i = 0; i < elf->phnum; i++) {
		const struct elf_segment *s =
			(const void *)(file + elf->phoff + (size_t)i * elf->phentsize);
		uint8_t *to = (uint8_t *)(uintptr_t)s->paddr;

		if (s->type != PT_LOAD) continue;
		memcpy(to, file + s->offset, s->filesz);
		memset(to + s->filesz, 0, s->memsz - s->filesz);
	}
	return elf->entry;
}

static bool build(void)
{
	static const uint8_t smbios_anchor[24] = "_SM_";
	const struct mb2_smbios old = { 2, 8, { smbios_anchor, sizeof(smbios_anchor) } };
	const struct mb2_smbios new = { 3, 0, { smbios_anchor, sizeof(smbios_anchor) } };
	const struct mb2_memory_range ram = { 0x100000, 0x3e00000, MB2_MEMORY_AVAILABLE };
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
	struct mb2_header h;
	uint32_t entry;

	if (!m) {
		fail("payload", "got no module");
		return;
	}
	check("the payload has a header",
	      mb2_header_find(at_address(m->start), m->end - m->start, &h), MB2_OK);
	if (h.bytes == NULL || !check_header(&h) || !build()) return;
	entry = load_segments(at_address(m->start));
	print("chain loading\n");
	serial_drain();
	__asm__ volatile("jmp *%%ecx" : : "a"(MB2_BOOT_MAGIC), "b"(block), "c"(entry) : "memory");
	__builtin_unreachable();
}
