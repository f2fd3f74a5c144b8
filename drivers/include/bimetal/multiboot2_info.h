/* SPDX-License-Identifier: MIT */
/* Reading the boot information (Multiboot2 Specification 2.0, 3.6). What is handed out points into
 * the caller's bytes, which must stay as they are meanwhile. Nothing outside them is ever read. */
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

/* Check the structure at `bytes` and all its tags' places. `available`: how many bytes may be read
 * there; a kernel that trusts its loader passes SIZE_MAX. On an error *info is as before. */
MB2_MUST_USE enum mb2_status mb2_info_load(struct mb2_info *info, const uint8_t *bytes,
					   size_t available);

/* ---- tags in order ---- */

struct mb2_tag {
	const uint8_t *bytes; /* the whole tag, head included, padding not */
	uint32_t type, size;
};

struct mb2_tags {
	const struct mb2_info *info;
	uint32_t at, type;
	bool all;
};

/* All tags but the end tag; or those of one type. */
struct mb2_tags mb2_tags_all(const struct mb2_info *info);
struct mb2_tags mb2_tags_of(const struct mb2_info *info, uint32_t type);
/* The next tag; false at the end. */
bool mb2_tags_next(struct mb2_tags *tags, struct mb2_tag *tag);

/* What is behind a tag's head, whatever its type. */
struct mb2_blob mb2_tag_payload(const struct mb2_tag *tag);

/* Tags that repeat are read one by one. MB2_BAD_VALUE: the tag is of another type. */
MB2_MUST_USE enum mb2_status mb2_read_module(const struct mb2_tag *tag, struct mb2_module *out);
MB2_MUST_USE enum mb2_status mb2_read_smbios(const struct mb2_tag *tag, struct mb2_smbios *out);
/* A DHCP acknowledgement, or its like. */
MB2_MUST_USE enum mb2_status mb2_read_network(const struct mb2_tag *tag, struct mb2_blob *out);

/* ---- tags that come once: the first one counts; MB2_NOT_FOUND without it ---- */

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
/* Of an unknown type only the common part is filled in. */
MB2_MUST_USE enum mb2_status mb2_get_framebuffer(const struct mb2_info *info,
						 struct mb2_framebuffer *out);
MB2_MUST_USE enum mb2_status mb2_get_elf_sections(const struct mb2_info *info,
						  struct mb2_elf_sections *out);
MB2_MUST_USE enum mb2_status mb2_get_apm(const struct mb2_info *info, struct mb2_apm *out);
MB2_MUST_USE enum mb2_status mb2_get_efi32_system_table(const struct mb2_info *info, uint32_t *out);
MB2_MUST_USE enum mb2_status mb2_get_efi64_system_table(const struct mb2_info *info, uint64_t *out);
/* Signature, checksums and, in version 2, the length are right. */
MB2_MUST_USE enum mb2_status mb2_get_rsdp_v1(const struct mb2_info *info, struct mb2_rsdp *out);
MB2_MUST_USE enum mb2_status mb2_get_rsdp_v2(const struct mb2_info *info, struct mb2_rsdp *out);
/* MB2_NOT_FINAL while boot services run: they still change the map. */
MB2_MUST_USE enum mb2_status mb2_get_efi_memory_map(const struct mb2_info *info,
						    struct mb2_efi_memory_map *out);
MB2_MUST_USE enum mb2_status mb2_get_efi32_image_handle(const struct mb2_info *info, uint32_t *out);
MB2_MUST_USE enum mb2_status mb2_get_efi64_image_handle(const struct mb2_info *info, uint64_t *out);
MB2_MUST_USE enum mb2_status mb2_get_load_base(const struct mb2_info *info, uint32_t *out);

/* Whether ExitBootServices() was not called. */
bool mb2_efi_boot_services_run(const struct mb2_info *info);

/* ---- inside of tags; false: there is no such index ---- */

bool mb2_memory_map_range(const struct mb2_memory_map *map, uint32_t i,
			  struct mb2_memory_range *out);
bool mb2_palette_colour(const struct mb2_framebuffer *fb, uint32_t i, struct mb2_colour *out);
bool mb2_efi_descriptor(const struct mb2_efi_memory_map *map, uint32_t i,
			struct mb2_efi_descriptor *out);
bool mb2_elf_section(const struct mb2_elf_sections *sections, uint32_t i,
		     struct mb2_elf_section *out);

/* The section with the names: they are in memory at its address, outside of this structure. */
MB2_MUST_USE enum mb2_status mb2_elf_string_table(const struct mb2_elf_sections *sections,
						  struct mb2_elf_section *out);
/* A section's name, from the bytes of that section. */
MB2_MUST_USE enum mb2_status mb2_elf_section_name(const struct mb2_elf_section *section,
						  const struct mb2_blob *strings,
						  struct mb2_string *out);

#endif
