/* SPDX-License-Identifier: MIT */
/* Writing the boot information (Multiboot2 Specification 2.0, 3.6) into the caller's buffer. Tags
 * may be added in any order and come out in the order of their numbers, those of one number as
 * they were added; padding and reserved fields are zero. An add that fails changes nothing. */
#ifndef BIMETAL_MULTIBOOT2_BUILDER_H
#define BIMETAL_MULTIBOOT2_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#include "bimetal/multiboot2.h"

struct mb2_builder {
	uint8_t *bytes;
	uint32_t capacity, size;
};

/* The buffer is 8-aligned; more than 4 GiB of it are not used. */
MB2_MUST_USE enum mb2_status mb2_builder_init(struct mb2_builder *b, uint8_t *bytes,
					      size_t capacity);
/* Append the end tag and set the total size, which is returned by `total`: bytes used. The builder
 * is done then. */
MB2_MUST_USE enum mb2_status mb2_builder_finish(struct mb2_builder *b, uint32_t *total);
/* Bytes that a tag with this much behind its head takes. */
uint32_t mb2_builder_tag_space(uint32_t payload);

#define MB2_ADD(name, ...) \
	MB2_MUST_USE enum mb2_status mb2_add_##name(struct mb2_builder *b, __VA_ARGS__)
/* Any tag but the end, its payload copied as it is. */
MB2_ADD(tag, uint32_t type, const uint8_t *payload, uint32_t size);
/* Strings are NUL-terminated UTF-8. */
MB2_ADD(command_line, const char *text);
MB2_ADD(loader_name, const char *text);
MB2_ADD(module, uint32_t start, uint32_t end, const char *text);
MB2_ADD(basic_memory, const struct mb2_basic_memory *memory);
MB2_ADD(boot_device, const struct mb2_boot_device *device);
MB2_ADD(memory_map, const struct mb2_memory_range *ranges, uint32_t n);
MB2_ADD(vbe, const struct mb2_vbe *vbe);
MB2_ADD(framebuffer, const struct mb2_framebuffer *fb);
MB2_ADD(elf_sections, const struct mb2_elf_sections *sections);
MB2_ADD(apm, const struct mb2_apm *apm);
MB2_ADD(efi32_system_table, uint32_t pointer);
MB2_ADD(efi64_system_table, uint64_t pointer);
MB2_ADD(smbios, const struct mb2_smbios *smbios);
/* `rsdp`: MB2_RSDP_V1_SIZE and MB2_RSDP_V2_SIZE bytes, checked as the reader does. */
MB2_ADD(rsdp_v1, const uint8_t *rsdp);
MB2_ADD(rsdp_v2, const uint8_t *rsdp);
MB2_ADD(network, const uint8_t *dhcp, uint32_t size);
MB2_ADD(efi_memory_map, const struct mb2_efi_memory_map *map);
MB2_ADD(efi32_image_handle, uint32_t pointer);
MB2_ADD(efi64_image_handle, uint64_t pointer);
MB2_ADD(load_base, uint32_t address);
#undef MB2_ADD
MB2_MUST_USE enum mb2_status mb2_add_efi_boot_services(struct mb2_builder *b);

#endif
