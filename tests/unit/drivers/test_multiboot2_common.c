/* SPDX-License-Identifier: MIT */
/* Names, strings and RSDPs, tested through the functions that use them. */
#include <string.h>

#include "bimetal/multiboot2_builder.h"
#include "bimetal/multiboot2_header.h"
#include "bimetal/multiboot2_info.h"
#include "emu/array.h"
#include "tests/check.h"

static _Alignas(8) uint8_t buffer[4096];

static enum mb2_status add_text(const char *text)
{
	struct mb2_builder b;

	require_eq(int, mb2_builder_init(&b, buffer, sizeof(buffer)), MB2_OK);
	return mb2_add_command_line(&b, text);
}

Test(multiboot2_common, every_status_and_tag_has_a_name)
{
	for (int i = 0; i <= MB2_BAD_IMAGE; i++)
		check_gt(sz, strlen(mb2_status_text((enum mb2_status)i)), 0);
	check_eq(str, mb2_status_text((enum mb2_status)1000), "unknown");
	for (uint32_t i = 0; i < MB2_TAG_KNOWN; i++) {
		check_gt(sz, strlen(mb2_tag_name(i)), 0);
		check_ne(str, mb2_tag_name(i), "custom");
	}
	check_eq(str, mb2_tag_name(22), "custom");
	for (uint32_t i = 0; i < MB2_HEADER_KNOWN; i++)
		check_ne(str, mb2_header_tag_name(i), "unknown");
	check_eq(str, mb2_header_tag_name(11), "unknown");
	check_eq(str, mb2_header_tag_name(0xffff), "unknown");
}

Test(multiboot2_common, utf8_of_every_length_is_a_string)
{
	check_eq(int, add_text(""), MB2_OK);
	check_eq(int, add_text("plain \x7f"), MB2_OK);
	check_eq(int, add_text("\xc2\x80 \xdf\xbf"), MB2_OK);
	check_eq(int, add_text("\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"), MB2_OK);
	check_eq(int, add_text("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"), MB2_OK);
}

Test(multiboot2_common, what_rfc_3629_excludes_is_no_string)
{
	static const char *const bad[] = {
		"\x80", /* a continuation alone */
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf", /* overlong */
		"\xc2",
		"\xc2 ",
		"\xe1\x80",
		"\xe1\x80 ",
		"\xe0\x9f\xbf", /* overlong */
		"\xed\xa0\x80", /* a surrogate */
		"\xed\xbf\xbf",
		"\xf0\x8f\xbf\xbf", /* overlong */
		"\xf4\x90\x80\x80", /* above U+10FFFF */
		"\xf5\x80\x80\x80",
		"\xff",
		"\xf1\x80\x80",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		check_eq(int, add_text(bad[i]), MB2_NOT_UTF8, "%zu", i);
}

static void make_rsdp(uint8_t rsdp[MB2_RSDP_V2_SIZE], uint8_t revision)
{
	memset(rsdp, 0, MB2_RSDP_V2_SIZE);
	memcpy(rsdp, "RSD PTR ", 8);
	memcpy(rsdp + 9, "TESTER", 6);
	rsdp[15] = revision;
	rsdp[16] = 0x34;
	rsdp[20] = MB2_RSDP_V2_SIZE;
	rsdp[24] = 0x78;
	for (int i = 0; i < 20; i++) rsdp[8] = (uint8_t)(rsdp[8] - (i == 8 ? 0 : rsdp[i]));
	for (int i = 0; i < 36; i++) rsdp[32] = (uint8_t)(rsdp[32] - (i == 32 ? 0 : rsdp[i]));
}

Test(multiboot2_common, an_rsdp_must_have_signature_sums_and_length)
{
	uint8_t rsdp[MB2_RSDP_V2_SIZE];
	struct mb2_builder b;

	require_eq(int, mb2_builder_init(&b, buffer, sizeof(buffer)), MB2_OK);
	make_rsdp(rsdp, 2);
	check_eq(int, mb2_add_rsdp_v1(&b, rsdp), MB2_OK);
	check_eq(int, mb2_add_rsdp_v2(&b, rsdp), MB2_OK);
	require_eq(int, mb2_builder_init(&b, buffer, sizeof(buffer)), MB2_OK);
	for (int i = 0; i < MB2_RSDP_V2_SIZE; i++) {
		make_rsdp(rsdp, 2);
		rsdp[i] ^= 0x40;
		if (i < MB2_RSDP_V1_SIZE)
			check_eq(int, mb2_add_rsdp_v1(&b, rsdp),
				 i < 8 ? MB2_BAD_SIGNATURE : MB2_BAD_CHECKSUM, "%d", i);
		check_ne(int, mb2_add_rsdp_v2(&b, rsdp), MB2_OK, "%d", i);
	}
	make_rsdp(rsdp, 2);
	rsdp[20]++; /* another length, with both checksums right */
	rsdp[32]--;
	check_eq(int, mb2_add_rsdp_v2(&b, rsdp), MB2_BAD_SIZE);
	check_eq(int, mb2_add_rsdp_v1(&b, NULL), MB2_NULL);
}
