/* SPDX-License-Identifier: MIT */
#include "multiboot2_info_fixture.h"

TestSuite(multiboot2_info, .init = begin, .timeout = 60);

Test(multiboot2_info, apm_fields)
{
	static const uint16_t words[] = { 0x102, 0xf000, 0x5678, 0x1234, 0xf001, 0xf002,
					  3,     0xfff0, 0xfff1, 0xfff2, 0 };
	struct mb2_apm apm;

	single(10, words, 20);
	require_eq(int, mb2_get_apm(&info, &apm), MB2_OK);
	check_eq(u16, apm.version, 0x102);
	check_eq(u16, apm.code_segment, 0xf000);
	check_eq(u32, apm.offset, 0x12345678);
	check_eq(u16, apm.code_segment_16, 0xf001);
	check_eq(u16, apm.data_segment, 0xf002);
	check_eq(u16, apm.flags, 3);
	check_eq(u16, apm.code_length, 0xfff0);
	check_eq(u16, apm.code_length_16, 0xfff1);
	check_eq(u16, apm.data_length, 0xfff2);
	CUT(10, words, 20, mb2_get_apm(&info, &apm));
	single(10, words, 22);
	check_eq(int, mb2_get_apm(&info, &apm), MB2_BAD_SIZE);
}

static const struct {
	uint32_t type;
	enum mb2_status (*get)(const struct mb2_info *info, uint32_t *out);
} pointer32[] = { { 11, mb2_get_efi32_system_table },
		  { 19, mb2_get_efi32_image_handle },
		  { 21, mb2_get_load_base } };

static const struct {
	uint32_t type;
	enum mb2_status (*get)(const struct mb2_info *info, uint64_t *out);
} pointer64[] = { { 12, mb2_get_efi64_system_table }, { 20, mb2_get_efi64_image_handle } };

Test(multiboot2_info, pointers_of_both_widths)
{
	static const uint64_t value = 0x123456789abcdef0;
	uint32_t v32;
	uint64_t v64;

	for (int i = 0; i < 3; i++) {
		single(pointer32[i].type, &value, 4);
		require_eq(int, pointer32[i].get(&info, &v32), MB2_OK);
		check_eq(u32, v32, 0x9abcdef0);
		single(pointer32[i].type, &value, 8);
		check_eq(int, pointer32[i].get(&info, &v32), MB2_BAD_SIZE);
		CUT(pointer32[i].type, &value, 4, pointer32[i].get(&info, &v32));
		single(99, &value, 8);
		check_eq(int, pointer32[i].get(&info, &v32), MB2_NOT_FOUND);
	}
	for (int i = 0; i < 2; i++) {
		single(pointer64[i].type, &value, 8);
		require_eq(int, pointer64[i].get(&info, &v64), MB2_OK);
		check_eq(u64, v64, value);
		CUT(pointer64[i].type, &value, 8, pointer64[i].get(&info, &v64));
	}
}

Test(multiboot2_info, smbios_and_network_are_handed_out_whole)
{
	struct mb2_tags tags;
	struct mb2_tag tag;
	struct mb2_smbios smbios;
	struct mb2_blob dhcp;

	open_tag(13);
	put_bytes("\3\4\0\0\0\0\0\0tables", 14);
	close_tag();
	open_tag(13);
	put_bytes("\2\1\0\0\0\0", 6);
	close_tag();
	open_tag(16);
	put_bytes("\2\1\6", 3);
	close_tag();
	require_eq(int, end(), MB2_OK);
	tags = mb2_tags_of(&info, MB2_TAG_SMBIOS);
	require(mb2_tags_next(&tags, &tag));
	require_eq(int, mb2_read_smbios(&tag, &smbios), MB2_OK);
	check_eq(u8, smbios.major, 3);
	check_eq(u8, smbios.minor, 4);
	check_eq(u32, smbios.tables.size, 6);
	check_eq(int, memcmp(smbios.tables.bytes, "tables", 6), 0);
	require(mb2_tags_next(&tags, &tag));
	check_eq(int, mb2_read_smbios(&tag, &smbios), MB2_BAD_SIZE);
	tags = mb2_tags_of(&info, MB2_TAG_NETWORK);
	require(mb2_tags_next(&tags, &tag));
	require_eq(int, mb2_read_network(&tag, &dhcp), MB2_OK);
	check_eq(u32, dhcp.size, 3);
	check_eq(int, mb2_read_smbios(&tag, &smbios), MB2_BAD_VALUE);
	tag.type = MB2_TAG_SMBIOS;
	check_eq(int, mb2_read_network(&tag, &dhcp), MB2_BAD_VALUE);
}

Test(multiboot2_info, copies_of_the_rsdp_are_checked)
{
	uint8_t bytes[40] = { 0 };
	struct mb2_rsdp rsdp;

	make_rsdp(bytes);
	single(14, bytes, 20);
	require_eq(int, mb2_get_rsdp_v1(&info, &rsdp), MB2_OK);
	check_eq(u32, rsdp.rsdt, 0x07b7d000);
	check_eq(u64, rsdp.xsdt, 0);
	check_eq(u8, rsdp.revision, 2);
	check_eq(int, memcmp(rsdp.oem_id, "BOCHS ", 6), 0);
	check_eq(int, mb2_get_rsdp_v2(&info, &rsdp), MB2_NOT_FOUND);
	single(15, bytes, 36);
	require_eq(int, mb2_get_rsdp_v2(&info, &rsdp), MB2_OK);
	check_eq(u64, rsdp.xsdt, 0x07b7d040);
	CUT(14, bytes, 20, mb2_get_rsdp_v1(&info, &rsdp));
	CUT(15, bytes, 36, mb2_get_rsdp_v2(&info, &rsdp));
	single(15, bytes, 40);
	check_eq(int, mb2_get_rsdp_v2(&info, &rsdp), MB2_BAD_SIZE);
	bytes[30] ^= 1;
	single(15, bytes, 36);
	check_eq(int, mb2_get_rsdp_v2(&info, &rsdp), MB2_BAD_CHECKSUM);
	bytes[3] = 'X';
	single(14, bytes, 20);
	check_eq(int, mb2_get_rsdp_v1(&info, &rsdp), MB2_BAD_SIGNATURE);
}
