/* SPDX-License-Identifier: MIT */
/* Building the boot information (Multiboot2 Specification 2.0, 3.6) in the caller's buffer. Tags
 * can be added in any order. They are sorted by type; tags of the same type keep the order in which
 * they were added. Padding and reserved fields are zero. If an add function fails, nothing has
 * changed. */
#ifndef BIMETAL_MULTIBOOT2_BUILDER_H
#define BIMETAL_MULTIBOOT2_BUILDER_H

/* For example:
 *
 *	static enum mb2_status build(uint8_t *bytes, size_t capacity, uint32_t *used)
 *	{
 *		struct mb2_builder builder;
 *		enum mb2_status status = mb2_builder_init(&builder, bytes, capacity);
 *
 *		if (status == MB2_OK) status = mb2_add_command_line(&builder, "quiet");
 *		return status == MB2_OK ? mb2_builder_finish(&builder, used) : status;
 *	}
 */

#include <stddef.h>
#include <stdint.h>

#include "bimetal/multiboot2.h"

struct mb2_builder {
	uint8_t *bytes;
	uint32_t capacity, size;
};

/* Begin with an empty buffer, aligned to 8 bytes. At most 4 GiB of it are used. */
MB2_MUST_USE enum mb2_status mb2_builder_init(struct mb2_builder *b, uint8_t *bytes,
					      size_t capacity);
/* Append the end tag and set the total size. `total` receives the number of bytes used. Nothing can
 * be added afterwards. */
MB2_MUST_USE enum mb2_status mb2_builder_finish(struct mb2_builder *b, uint32_t *total);
/* The bytes that a tag with a payload of this size takes: head, payload and padding. */
uint32_t mb2_builder_tag_space(uint32_t payload);

/* Add a tag of any type but the end tag. The payload is copied unchanged. */
MB2_MUST_USE enum mb2_status mb2_add_tag(struct mb2_builder *b, uint32_t type,
					 const uint8_t *payload, uint32_t size);
/* Add the tag of this name. Strings are NUL-terminated UTF-8. */
MB2_MUST_USE enum mb2_status mb2_add_command_line(struct mb2_builder *b, const char *text);
MB2_MUST_USE enum mb2_status mb2_add_loader_name(struct mb2_builder *b, const char *text);
MB2_MUST_USE enum mb2_status mb2_add_module(struct mb2_builder *b, uint32_t start, uint32_t end,
					    const char *text);
MB2_MUST_USE enum mb2_status mb2_add_basic_memory(struct mb2_builder *b,
						  const struct mb2_basic_memory *memory);
MB2_MUST_USE enum mb2_status mb2_add_boot_device(struct mb2_builder *b,
						 const struct mb2_boot_device *device);
MB2_MUST_USE enum mb2_status mb2_add_memory_map(struct mb2_builder *b,
						const struct mb2_memory_range *ranges, uint32_t n);
MB2_MUST_USE enum mb2_status mb2_add_vbe(struct mb2_builder *b, const struct mb2_vbe *vbe);
MB2_MUST_USE enum mb2_status mb2_add_framebuffer(struct mb2_builder *b,
						 const struct mb2_framebuffer *fb);
MB2_MUST_USE enum mb2_status mb2_add_elf_sections(struct mb2_builder *b,
						  const struct mb2_elf_sections *sections);
MB2_MUST_USE enum mb2_status mb2_add_apm(struct mb2_builder *b, const struct mb2_apm *apm);
MB2_MUST_USE enum mb2_status mb2_add_efi32_system_table(struct mb2_builder *b, uint32_t pointer);
MB2_MUST_USE enum mb2_status mb2_add_efi64_system_table(struct mb2_builder *b, uint64_t pointer);
MB2_MUST_USE enum mb2_status mb2_add_smbios(struct mb2_builder *b, const struct mb2_smbios *smbios);
/* `rsdp`: MB2_RSDP_V1_SIZE or MB2_RSDP_V2_SIZE bytes. Signature and checksums are checked, as
 * mb2_get_rsdp_v1() and _v2() do. */
MB2_MUST_USE enum mb2_status mb2_add_rsdp_v1(struct mb2_builder *b, const uint8_t *rsdp);
MB2_MUST_USE enum mb2_status mb2_add_rsdp_v2(struct mb2_builder *b, const uint8_t *rsdp);
MB2_MUST_USE enum mb2_status mb2_add_network(struct mb2_builder *b, const uint8_t *dhcp,
					     uint32_t size);
MB2_MUST_USE enum mb2_status mb2_add_efi_memory_map(struct mb2_builder *b,
						    const struct mb2_efi_memory_map *map);
MB2_MUST_USE enum mb2_status mb2_add_efi32_image_handle(struct mb2_builder *b, uint32_t pointer);
MB2_MUST_USE enum mb2_status mb2_add_efi64_image_handle(struct mb2_builder *b, uint64_t pointer);
MB2_MUST_USE enum mb2_status mb2_add_load_base(struct mb2_builder *b, uint32_t address);
MB2_MUST_USE enum mb2_status mb2_add_efi_boot_services(struct mb2_builder *b);

#endif
