/* SPDX-License-Identifier: MIT */
/* Reads boot information with every function, and builds it again from its tags: the result must be
 * readable, and building it once more must not change a byte. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bimetal/multiboot2_builder.h"
#include "bimetal/multiboot2_dump.h"
#include "bimetal/multiboot2_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds, const char *what)
{
	if (holds) return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

/* Touch every byte, so that the sanitizers see it. */
static void touch(const void *bytes, size_t n)
{
	static volatile uint8_t sum;
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++) sum = (uint8_t)(sum + p[i]);
}

static void touch_string(const struct mb2_string *s)
{
	require(s->text[s->length] == '\0', "a string ends");
	require(strlen(s->text) == s->length, "and not before its end");
}

static void read_memory(const struct mb2_info *info)
{
	struct mb2_basic_memory basic;
	struct mb2_boot_device device;
	struct mb2_memory_map map;
	struct mb2_memory_range r;
	struct mb2_efi_memory_map efi;
	struct mb2_efi_descriptor d;

	if (mb2_get_basic_memory(info, &basic) == MB2_OK) touch(&basic, sizeof(basic));
	if (mb2_get_boot_device(info, &device) == MB2_OK) touch(&device, sizeof(device));
	if (mb2_get_memory_map(info, &map) == MB2_OK)
		for (uint32_t i = 0; mb2_memory_map_range(&map, i, &r); i++) touch(&r, sizeof(r));
	if (mb2_get_efi_memory_map(info, &efi) == MB2_OK) {
		require(!mb2_efi_boot_services_run(info), "a map that changes is hidden");
		for (uint32_t i = 0; mb2_efi_descriptor(&efi, i, &d); i++) touch(&d, sizeof(d));
	}
}

static void read_screen(const struct mb2_info *info)
{
	struct mb2_vbe vbe;
	struct mb2_framebuffer fb;
	struct mb2_colour c;

	if (mb2_get_vbe(info, &vbe) == MB2_OK) {
		touch(vbe.control_info, MB2_VBE_CONTROL_SIZE);
		touch(vbe.mode_info, MB2_VBE_MODE_SIZE);
	}
	if (mb2_get_framebuffer(info, &fb) == MB2_OK)
		for (uint32_t i = 0; mb2_palette_colour(&fb, i, &c); i++) touch(&c, sizeof(c));
}

static void read_sections(const struct mb2_info *info)
{
	struct mb2_elf_sections sections;
	struct mb2_elf_section s;
	struct mb2_string name;
	struct mb2_blob strings;

	if (mb2_get_elf_sections(info, &sections) != MB2_OK) return;
	/* Any bytes may be taken for names. */
	strings = (struct mb2_blob){ sections.headers, sections.n * sections.entry_size };
	for (uint32_t i = 0; mb2_elf_section(&sections, i, &s); i++)
		if (mb2_elf_section_name(&s, &strings, &name) == MB2_OK) touch_string(&name);
	if (mb2_elf_string_table(&sections, &s) == MB2_OK) touch(&s, sizeof(s));
}

static void read_firmware(const struct mb2_info *info)
{
	struct mb2_apm apm;
	struct mb2_rsdp rsdp;
	uint32_t v32;
	uint64_t v64;

	if (mb2_get_apm(info, &apm) == MB2_OK) touch(&apm, sizeof(apm));
	if (mb2_get_rsdp_v1(info, &rsdp) == MB2_OK) touch(rsdp.bytes, MB2_RSDP_V1_SIZE);
	if (mb2_get_rsdp_v2(info, &rsdp) == MB2_OK) touch(rsdp.bytes, MB2_RSDP_V2_SIZE);
	if (mb2_get_efi32_system_table(info, &v32) == MB2_OK) touch(&v32, sizeof(v32));
	if (mb2_get_efi64_system_table(info, &v64) == MB2_OK) touch(&v64, sizeof(v64));
	if (mb2_get_efi32_image_handle(info, &v32) == MB2_OK) touch(&v32, sizeof(v32));
	if (mb2_get_efi64_image_handle(info, &v64) == MB2_OK) touch(&v64, sizeof(v64));
	if (mb2_get_load_base(info, &v32) == MB2_OK) touch(&v32, sizeof(v32));
}

static void touch_text(void *ctx, const char *text)
{
	(void)ctx;
	touch(text, strlen(text));
}

static void read_all(const struct mb2_info *info)
{
	struct mb2_tags tags = mb2_tags_all(info);
	struct mb2_string text;
	struct mb2_module module;
	struct mb2_smbios smbios;
	struct mb2_blob blob;
	struct mb2_tag tag;

	if (mb2_get_command_line(info, &text) == MB2_OK) touch_string(&text);
	if (mb2_get_loader_name(info, &text) == MB2_OK) touch_string(&text);
	while (mb2_tags_next(&tags, &tag)) {
		blob = mb2_tag_payload(&tag);
		touch(blob.bytes, blob.size);
		if (mb2_read_module(&tag, &module) == MB2_OK) touch_string(&module.text);
		if (mb2_read_smbios(&tag, &smbios) == MB2_OK)
			touch(smbios.tables.bytes, smbios.tables.size);
		if (mb2_read_network(&tag, &blob) == MB2_OK) touch(blob.bytes, blob.size);
	}
	read_memory(info);
	read_screen(info);
	read_sections(info);
	read_firmware(info);
	mb2_info_dump(info, &(struct mb2_sink){ touch_text, NULL });
}

/* Into `bytes`, which has room for as much as there was. The size. */
static uint32_t build_again(const struct mb2_info *from, uint8_t *bytes)
{
	struct mb2_tags tags = mb2_tags_all(from);
	struct mb2_builder b;
	struct mb2_tag tag;
	uint32_t total = 0;

	require(mb2_builder_init(&b, bytes, from->size) == MB2_OK, "there is room for a head");
	while (mb2_tags_next(&tags, &tag)) {
		struct mb2_blob p = mb2_tag_payload(&tag);
		enum mb2_status status = mb2_add_tag(&b, tag.type, p.bytes, p.size);

		require(status == MB2_OK || status == MB2_DUPLICATE, "there is room for each tag");
	}
	require(mb2_builder_finish(&b, &total) == MB2_OK, "there is room for the end");
	return total;
}

static void rebuild(const struct mb2_info *info)
{
	uint8_t *once = aligned_alloc(8, info->size);
	uint8_t *twice = aligned_alloc(8, info->size);
	uint32_t total;
	struct mb2_info read;

	require(once && twice, "memory");
	memset(once, 0xa5, info->size);
	memset(twice, 0x5a, info->size);
	total = build_again(info, once);
	require(mb2_info_load(&read, once, total) == MB2_OK, "what was built can be read");
	read_all(&read);
	require(build_again(&read, twice) == total, "building again gives the same size");
	require(memcmp(once, twice, total) == 0, "and the same bytes");
	free(once);
	free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mb2_info info;
	uint8_t *block = aligned_alloc(8, (size + 8) & ~(size_t)7);

	require(block != NULL, "memory");
	if (size) memcpy(block, data, size);
	if (mb2_info_load(&info, block, size) == MB2_OK) {
		require(info.size <= size, "the structure lies in its bytes");
		read_all(&info);
		rebuild(&info);
	}
	free(block);
	return 0;
}
