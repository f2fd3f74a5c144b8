/* SPDX-License-Identifier: MIT */
/* Reading the boot information (Multiboot2 Specification 2.0, 3.6). Results point into the caller's
 * bytes, which must stay unchanged while they are used. Nothing outside them is read. */
#ifndef BIMETAL_MULTIBOOT2_INFO_H
#define BIMETAL_MULTIBOOT2_INFO_H

/* For example:
 *
 *	static uint64_t free_memory(const uint8_t *ebx)
 *	{
 *		struct mb2_info info;
 *		struct mb2_memory_map map;
 *		struct mb2_memory_range range;
 *		uint64_t bytes = 0;
 *
 *		if (mb2_info_load(&info, ebx, SIZE_MAX) != MB2_OK) return 0;
 *		if (mb2_get_memory_map(&info, &map) != MB2_OK) return 0;
 *		for (uint32_t i = 0; mb2_memory_map_range(&map, i, &range); i++)
 *			if (range.type == MB2_MEMORY_AVAILABLE) bytes += range.length;
 *		return bytes;
 *	}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/multiboot2.h"

struct mb2_info {
	const uint8_t *bytes;
	uint32_t size; /* total_size */
};

/* Check the structure at `bytes` and the bounds of all its tags. `available`: how many bytes may be
 * read there; a kernel that trusts its loader passes SIZE_MAX. On an error *info is unchanged. */
MB2_MUST_USE enum mb2_status mb2_info_load(struct mb2_info *info, const uint8_t *bytes,
					   size_t available);

/* ---- tags in order ---- */

struct mb2_tag {
	const uint8_t *bytes; /* the whole tag: head included, padding not */
	uint32_t type, size;
};

struct mb2_tags {
	const struct mb2_info *info;
	uint32_t at, type;
	bool all;
};

/* Iterate over all tags but the end tag, or over those of one type. */
struct mb2_tags mb2_tags_all(const struct mb2_info *info);
struct mb2_tags mb2_tags_of(const struct mb2_info *info, uint32_t type);
/* Take the next tag. False: there are no more. */
bool mb2_tags_next(struct mb2_tags *tags, struct mb2_tag *tag);

/* The bytes behind the head of a tag of any type. */
struct mb2_blob mb2_tag_payload(const struct mb2_tag *tag);

/* ---- contents ----
 *
 * MB2_BAD_SIZE, MB2_BAD_VALUE, MB2_BAD_STRING, MB2_NOT_UTF8, MB2_BAD_SIGNATURE, MB2_BAD_CHECKSUM:
 * the tag's contents are not as the specification has them (multiboot2.h). On an error *out is
 * unchanged. */

/* Decode one tag of a type that may repeat. MB2_BAD_VALUE also if the tag has another type. */
MB2_MUST_USE enum mb2_status mb2_read_module(const struct mb2_tag *tag, struct mb2_module *out);
MB2_MUST_USE enum mb2_status mb2_read_smbios(const struct mb2_tag *tag, struct mb2_smbios *out);
/* The DHCP acknowledgement (or similar packet) of a network boot. */
MB2_MUST_USE enum mb2_status mb2_read_network(const struct mb2_tag *tag, struct mb2_blob *out);

/* Of tags that appear once the first is used. MB2_NOT_FOUND: there is none. */

MB2_MUST_USE enum mb2_status mb2_get_command_line(const struct mb2_info *info,
						  struct mb2_string *out);
MB2_MUST_USE enum mb2_status mb2_get_loader_name(const struct mb2_info *info,
						 struct mb2_string *out);
MB2_MUST_USE enum mb2_status mb2_get_basic_memory(const struct mb2_info *info,
						  struct mb2_basic_memory *out);
MB2_MUST_USE enum mb2_status mb2_get_boot_device(const struct mb2_info *info,
						 struct mb2_boot_device *out);
MB2_MUST_USE enum mb2_status mb2_get_memory_map(const struct mb2_info *info,
						struct mb2_memory_map *out);
MB2_MUST_USE enum mb2_status mb2_get_vbe(const struct mb2_info *info, struct mb2_vbe *out);
/* For an unknown framebuffer type only the common members are set. */
MB2_MUST_USE enum mb2_status mb2_get_framebuffer(const struct mb2_info *info,
						 struct mb2_framebuffer *out);
MB2_MUST_USE enum mb2_status mb2_get_elf_sections(const struct mb2_info *info,
						  struct mb2_elf_sections *out);
MB2_MUST_USE enum mb2_status mb2_get_apm(const struct mb2_info *info, struct mb2_apm *out);
MB2_MUST_USE enum mb2_status mb2_get_efi32_system_table(const struct mb2_info *info, uint32_t *out);
MB2_MUST_USE enum mb2_status mb2_get_efi64_system_table(const struct mb2_info *info, uint64_t *out);
/* The copied RSDP, once its signature, checksums and (version 2) length are found correct. */
MB2_MUST_USE enum mb2_status mb2_get_rsdp_v1(const struct mb2_info *info, struct mb2_rsdp *out);
MB2_MUST_USE enum mb2_status mb2_get_rsdp_v2(const struct mb2_info *info, struct mb2_rsdp *out);
/* MB2_NOT_FINAL: boot services still run, and can change the map. */
MB2_MUST_USE enum mb2_status mb2_get_efi_memory_map(const struct mb2_info *info,
						    struct mb2_efi_memory_map *out);
MB2_MUST_USE enum mb2_status mb2_get_efi32_image_handle(const struct mb2_info *info, uint32_t *out);
MB2_MUST_USE enum mb2_status mb2_get_efi64_image_handle(const struct mb2_info *info, uint64_t *out);
MB2_MUST_USE enum mb2_status mb2_get_load_base(const struct mb2_info *info, uint32_t *out);

/* True if the loader has not called ExitBootServices(). */
bool mb2_efi_boot_services_run(const struct mb2_info *info);

/* ---- entries inside tags; false: there is no such index ---- */

bool mb2_memory_map_range(const struct mb2_memory_map *map, uint32_t i,
			  struct mb2_memory_range *out);
bool mb2_palette_colour(const struct mb2_framebuffer *fb, uint32_t i, struct mb2_colour *out);
bool mb2_efi_descriptor(const struct mb2_efi_memory_map *map, uint32_t i,
			struct mb2_efi_descriptor *out);
bool mb2_elf_section(const struct mb2_elf_sections *sections, uint32_t i,
		     struct mb2_elf_section *out);

/* The section with the names. The names are in memory at its address, not inside the boot
 * information. */
MB2_MUST_USE enum mb2_status mb2_elf_string_table(const struct mb2_elf_sections *sections,
						  struct mb2_elf_section *out);
/* The name of a section. `strings`: the contents of the string table section. */
MB2_MUST_USE enum mb2_status mb2_elf_section_name(const struct mb2_elf_section *section,
						  const struct mb2_blob *strings,
						  struct mb2_string *out);

#endif
