/* SPDX-License-Identifier: MIT */
#include "boot_info.h"

#include "bimetal/multiboot2_info.h"
#include "layout.h"
#include "text.h"

static const uint8_t *bytes_at(uint64_t address) { return (const uint8_t *)(uintptr_t)address; }

static uint32_t get16(const uint8_t *p) { return p[0] | (uint32_t)p[1] << 8; }
static uint32_t get32(const uint8_t *p) { return get16(p) | get16(p + 2) << 16; }
static uint64_t get64(const uint8_t *p) { return get32(p) | (uint64_t)get32(p + 4) << 32; }

static void add_region(struct boot_info *info, uint64_t start, uint64_t length, bool usable)
{
	if (info->n_regions == BOOT_MAX_REGIONS) {
		info->cut = true;
		return;
	}
	info->region[info->n_regions++] =
		(struct boot_region){ .start = start, .length = length, .usable = usable };
}

static void set_text(char *to, unsigned size, const char *from) { text_copy(to, size, from, size); }

/* ---- multiboot 1 (Multiboot Specification 0.6.96, 3.3) ---- */

enum {
	MB1_FLAGS = 0,
	MB1_COMMAND_LINE = 16,
	MB1_MAP_LENGTH = 44,
	MB1_MAP_ADDRESS = 48,
	MB1_LOADER = 64,
	MB1_HAS_COMMAND_LINE = 1 << 2,
	MB1_HAS_MAP = 1 << 6,
	MB1_HAS_LOADER = 1 << 9,
	MB1_ENTRY_BASE = 4,
	MB1_ENTRY_LENGTH = 12,
	MB1_ENTRY_TYPE = 20,
	MB1_AVAILABLE = 1
};

static void read_multiboot1(struct boot_info *info, const uint8_t *mbi)
{
	const uint32_t flags = get32(mbi + MB1_FLAGS);

	if (flags & MB1_HAS_LOADER)
		set_text(info->loader, BOOT_LOADER,
			 (const char *)bytes_at(get32(mbi + MB1_LOADER)));
	if (flags & MB1_HAS_COMMAND_LINE) {
		const char *line = (const char *)bytes_at(get32(mbi + MB1_COMMAND_LINE));
		set_text(info->command_line, BOOT_COMMAND_LINE, line);
	}
	if (!(flags & MB1_HAS_MAP)) return;
	const uint64_t start = get32(mbi + MB1_MAP_ADDRESS);
	const uint64_t end = start + get32(mbi + MB1_MAP_LENGTH);
	for (uint64_t at = start; at < end; at += get32(bytes_at(at)) + UINT64_C(4)) {
		const uint8_t *entry = bytes_at(at);
		add_region(info, get64(entry + MB1_ENTRY_BASE), get64(entry + MB1_ENTRY_LENGTH),
			   get32(entry + MB1_ENTRY_TYPE) == MB1_AVAILABLE);
	}
}

/* ---- multiboot 2 ---- */

static void copy_string(char *to, unsigned size, const struct mb2_string *from)
{
	text_copy(to, size, from->text, from->length);
}

static void read_multiboot2(struct boot_info *info, const uint8_t *mbi)
{
	struct mb2_info mb2;
	struct mb2_string text;
	struct mb2_memory_map map;
	struct mb2_memory_range range;

	if (mb2_info_load(&mb2, mbi, SIZE_MAX) != MB2_OK) return;
	if (mb2_get_loader_name(&mb2, &text) == MB2_OK)
		copy_string(info->loader, BOOT_LOADER, &text);
	if (mb2_get_command_line(&mb2, &text) == MB2_OK)
		copy_string(info->command_line, BOOT_COMMAND_LINE, &text);
	if (mb2_get_memory_map(&mb2, &map) != MB2_OK) return;
	for (uint32_t i = 0; mb2_memory_map_range(&map, i, &range); i++)
		add_region(info, range.base, range.length, range.type == MB2_MEMORY_AVAILABLE);
}

/* ---- Linux (Documentation/arch/x86/zero-page.rst, boot.rst) ---- */

enum {
	LINUX_E820_ENTRIES = 0x1e8,
	LINUX_LOADER_TYPE = 0x210,
	LINUX_COMMAND_LINE = 0x228,
	LINUX_E820_TABLE = 0x2d0,
	LINUX_E820_BYTES = 20,
	LINUX_E820_TYPE = 16,
	LINUX_E820_RAM = 1
};

/* boot.rst, "type_of_loader": the upper half is the loader. */
static const char *linux_loader(uint8_t type)
{
	static const char *const name[] = { "LILO",      "Loadlin", "boot sector", "SYSLINUX",
					    "Etherboot", "ELILO",   "?",           "GRUB",
					    "U-Boot",    "Xen",     "Gujin",       "QEMU" };
	const unsigned number = type >> 4;

	return number < sizeof name / sizeof *name ? name[number] : "Linux loader";
}

static void read_linux(struct boot_info *info, const uint8_t *params)
{
	const uint32_t line = get32(params + LINUX_COMMAND_LINE);
	const unsigned n = params[LINUX_E820_ENTRIES];

	set_text(info->loader, BOOT_LOADER, linux_loader(params[LINUX_LOADER_TYPE]));
	if (line) set_text(info->command_line, BOOT_COMMAND_LINE, (const char *)bytes_at(line));
	for (unsigned i = 0; i < n; i++) {
		const uint8_t *entry = params + LINUX_E820_TABLE + (uint64_t)i * LINUX_E820_BYTES;
		add_region(info, get64(entry), get64(entry + 8),
			   get32(entry + LINUX_E820_TYPE) == LINUX_E820_RAM);
	}
}

/* ---- all ---- */

/* "bimetal (command line as of GRUB 2)": the name is enough. */
static void cut_remark(char *name)
{
	while (*name && !(name[0] == ' ' && name[1] == '(')) name++;
	*name = '\0';
}

void boot_info_read(struct boot_info *info, uint32_t magic, uint64_t address)
{
	*info = (struct boot_info){ .loader = "unknown" };
	switch (magic) {
	case BOOT_MULTIBOOT1_MAGIC:
		info->protocol = BOOT_MULTIBOOT1;
		read_multiboot1(info, bytes_at(address));
		break;
	case BOOT_MULTIBOOT2_MAGIC:
		info->protocol = BOOT_MULTIBOOT2;
		read_multiboot2(info, bytes_at(address));
		break;
	case BOOT_LINUX_MAGIC:
		info->protocol = BOOT_LINUX;
		read_linux(info, bytes_at(address));
		break;
	default: break;
	}
	cut_remark(info->loader);
}

const char *boot_protocol_name(enum boot_protocol protocol)
{
	switch (protocol) {
	case BOOT_MULTIBOOT1: return "multiboot 1";
	case BOOT_MULTIBOOT2: return "multiboot 2";
	case BOOT_LINUX: return "Linux boot protocol";
	default: return "unknown protocol";
	}
}
