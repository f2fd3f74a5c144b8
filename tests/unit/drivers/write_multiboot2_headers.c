/* SPDX-License-Identifier: MIT */
/* Writes images with headers from our builder into a folder: NAME-yes is a multiboot2 image,
 * NAME-no is not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bimetal/multiboot2_header.h"

enum { IMAGE_SIZE = 2 * MB2_HEADER_SEARCH };

static _Alignas(8) uint8_t header[512];
static uint32_t header_length;

static void must(enum mb2_status status)
{
	if (status == MB2_OK) return;
	fprintf(stderr, "building: %s\n", mb2_status_text(status));
	exit(1);
}

static void build_every_tag(void)
{
	const uint32_t request[] = { MB2_TAG_COMMAND_LINE, MB2_TAG_MEMORY_MAP };
	const struct mb2_header_address address = { 0x100000, 0x100000, 0x101000, 0x102000 };
	const struct mb2_header_framebuffer framebuffer = { 1024, 768, 32 };
	const struct mb2_header_relocatable relocatable = { 0x100000, 0xffffffff, 4096,
							    MB2_PREFER_LOWEST };
	struct mb2_header_builder b;

	must(mb2_header_begin(&b, header, sizeof(header), MB2_ARCH_I386));
	must(mb2_header_add_request(&b, false, request, 2));
	must(mb2_header_add_address(&b, false, &address));
	must(mb2_header_add_entry(&b, false, MB2_HEADER_ENTRY, 0x100800));
	must(mb2_header_add_console(&b, true, MB2_CONSOLE_REQUIRED | MB2_CONSOLE_EGA_TEXT));
	must(mb2_header_add_framebuffer(&b, true, &framebuffer));
	must(mb2_header_add_bare(&b, false, MB2_HEADER_MODULE_ALIGN));
	must(mb2_header_add_bare(&b, true, MB2_HEADER_EFI_BOOT_SERVICES));
	must(mb2_header_add_entry(&b, true, MB2_HEADER_EFI64_ENTRY, 0x100900));
	must(mb2_header_add_relocatable(&b, true, &relocatable));
	must(mb2_header_finish(&b, &header_length));
}

static void write_image(const char *folder, const char *name, size_t offset)
{
	static uint8_t image[IMAGE_SIZE];
	char path[4096];
	FILE *f;

	memset(image, 0, sizeof(image));
	memcpy(image + offset, header, header_length);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "wb");
	if (!f || fwrite(image, sizeof(image), 1, f) != 1 || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2) return 2;
	build_every_tag();
	write_image(argv[1], "at-0-yes", 0);
	write_image(argv[1], "at-4096-yes", 4096);
	write_image(argv[1], "last-yes", MB2_HEADER_SEARCH - header_length);
	write_image(argv[1], "too-late-no", MB2_HEADER_SEARCH);
	write_image(argv[1], "misaligned-no", 4);
	header[12] ^= 1;
	write_image(argv[1], "checksum-no", 0);
	return 0;
}
