/* SPDX-License-Identifier: MIT */
#include "elf_builder.h"
#include "emu/x86/start_state.h"
#include "loader_fixture.h"

static struct built elf;

TestSuite(loader_elf, .init = fixture_init, .fini = fixture_fini);

Test(loader_elf, segments_go_to_their_physical_addresses_and_bss_is_zero)
{
	build_elf32(&elf, 0x100010);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 64);
	build_segment(&elf, 0x200000, 0x200000, 0x55, 16, 16);
	LOADED(elf.bytes, elf.size);
	check_eq(int, result.kind, BOOT_ELF);
	check_eq(u8, peek8(0x10001f), 0x90);
	check_eq(u8, peek8(0x100020), 0);
	check_eq(u8, peek8(0x10003f), 0);
	check_eq(u8, peek8(0x100040), 0xcc);
	check_eq(u8, peek8(0x20000f), 0x55);
	check_eq(u64, result.image_base, 0x100000);
	check_eq(u64, result.image_end, 0x200010);
	check_eq(u64, result.entry, 0x100010);
}

Test(loader_elf, elf32_starts_in_flat_protected_mode_with_undefined_registers)
{
	build_elf32(&elf, 0x100000);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 32);
	LOADED(elf.bytes, elf.size);
	check_eq(u64, regs.rip, 0x100000);
	check_eq(u64, regs.cr0, 0x11);
	check_eq(u64, regs.rflags, 2);
	check_eq(u64, regs.gpr[CPU_RAX], START_UNDEFINED & UINT32_MAX);
	check_eq(u64, regs.gpr[CPU_RSP], START_UNDEFINED & UINT32_MAX);
	check_eq(u32, regs.idt.limit, 0);
}

Test(loader_elf, a_virtual_elf32_entry_becomes_a_physical_one)
{
	build_elf32(&elf, 0xc0100010);
	build_segment(&elf, 0xc0100000, 0x100000, 0x90, 32, 32);
	LOADED(elf.bytes, elf.size);
	check_eq(u64, regs.rip, 0x100010);
}

Test(loader_elf, a_physical_elf32_entry_of_a_high_image_is_kept)
{
	build_elf32(&elf, 0x100010);
	build_segment(&elf, 0xc0100000, 0x100000, 0x90, 32, 32);
	LOADED(elf.bytes, elf.size);
	check_eq(u64, regs.rip, 0x100010);
}

Test(loader_elf, elf64_starts_in_long_mode_identity_mapped)
{
	build_elf64(&elf, 0x100004);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 32);
	LOADED(elf.bytes, elf.size);
	check_eq(u64, regs.rip, 0x100004);
	check_eq(u64, regs.efer, 0x500);
	check_eq(u64, regs.gpr[CPU_RSP], START_UNDEFINED);
	check_eq(u64, walk(0x100004), 0x100004);
	check_eq(u64, walk(0xfee00020), 0xfee00020);
}

Test(loader_elf, elf64_virtual_ranges_are_mapped_too)
{
	const uint64_t top = UINT64_C(0xffffffff80000000);

	build_elf64(&elf, top + 0x100000);
	build_segment(&elf, top + 0x100000, 0x100000, 0x90, 32, 0x300000);
	LOADED(elf.bytes, elf.size);
	check_eq(u64, regs.rip, top + 0x100000);
	check_eq(u64, walk(top + 0x100123), 0x100123);
	check_eq(u64, walk(top + 0x3fffff), 0x3fffff);
	check_eq(u64, walk(top + 0x400000), UINT64_MAX);
	check_eq(u64, walk(top + 0xff000), UINT64_MAX);
	check_eq(u64, walk(0x100123), 0x100123);
}

Test(loader_elf, a_virtual_range_inside_the_identity_mapping_replaces_it)
{
	build_elf64(&elf, 0x40001000);
	build_segment(&elf, 0x40001000, 0x100000, 0x90, 32, 32);
	LOADED(elf.bytes, elf.size);
	check_eq(u64, walk(0x40001004), 0x100004);
	check_eq(u64, walk(0x40000ffc), 0x40000ffc);
	check_eq(u64, walk(0x40002000), 0x40002000);
}

Test(loader_elf, page_tables_do_not_overlap_the_image)
{
	build_elf64(&elf, 0x1000);
	build_segment(&elf, 0x1000, 0x1000, 0x90, 32, 0x9ec00 - 0x1000);
	LOADED(elf.bytes, elf.size);
	check_ge(u64, regs.cr3, 0x100000);
	check_eq(u64, regs.gdt.base, 0x9f000);
}

Test(loader_elf, overlapping_segments_are_refused_with_both_addresses)
{
	build_elf32(&elf, 0x100000);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 0x2000);
	build_segment(&elf, 0x101000, 0x101000, 0x90, 32, 32);
	REFUSED(elf.bytes, elf.size,
		"loadable segment 1 (file offset 0x220) at 0x101000-0x10101f overlaps "
		"loadable segment 0 at 0x100000-0x101fff");
}

Test(loader_elf, a_segment_outside_of_ram_is_refused)
{
	build_elf32(&elf, 0x100000);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 16 * MIB);
	REFUSED(elf.bytes, elf.size, "needs 0x1000000 bytes at physical address 0x100000");
	check_ne(ptr, strstr(err, "0x100000-0xffffff"), NULL, "%s", err);
	check_ne(ptr, strstr(err, "-m"), NULL, "%s", err);
	build_elf32(&elf, 0xb8000);
	build_segment(&elf, 0xb8000, 0xb8000, 0x90, 32, 32);
	REFUSED(elf.bytes, elf.size, "not all of them are RAM");
}

Test(loader_elf, a_truncated_file_is_refused_with_the_offset)
{
	build_elf32(&elf, 0x100000);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 32);
	REFUSED(elf.bytes, elf.size - 1,
		"segment 0 lies at file offset 0x200, 0x20 bytes, but the file ends at 0x21f");
	REFUSED(elf.bytes, 60, "program header");
	REFUSED(elf.bytes, 30, "damaged");
}

Test(loader_elf, every_truncation_is_refused_and_none_crashes)
{
	build_elf64(&elf, 0x100000);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 32);
	for (size_t n = 0; n < elf.size; n++) {
		uint8_t *exact = malloc(n + 1);

		memcpy(exact, elf.bytes, n);
		check(!load(exact, n), "cut at %zu", n);
		free(exact);
	}
}

Test(loader_elf, more_bytes_in_the_file_than_in_memory_are_refused)
{
	build_elf32(&elf, 0x100000);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 16);
	REFUSED(elf.bytes, elf.size, "more bytes in the file (0x20) than in memory (0x10)");
}

Test(loader_elf, a_segment_that_wraps_around_is_refused)
{
	build_elf64(&elf, 0x100000);
	build_segment(&elf, 0x100000, UINT64_MAX - 8, 0x90, 4, 32);
	REFUSED(elf.bytes, elf.size, "wraps around");
	build_elf64(&elf, 0x100000);
	build_segment(&elf, UINT64_MAX - 8, 0x100000, 0x90, 4, 32);
	REFUSED(elf.bytes, elf.size, "wraps around");
}

Test(loader_elf, other_machines_are_refused)
{
	build_elf32(&elf, 0x100000);
	built_header32(&elf)->e_machine = EM_ARM;
	REFUSED(elf.bytes, elf.size, "machine 40; expected 3 (i386)");
	build_elf64(&elf, 0x100000);
	built_header64(&elf)->e_machine = EM_AARCH64;
	REFUSED(elf.bytes, elf.size, "machine 183; expected 62 (x86-64)");
	built_header64(&elf)->e_machine = EM_X86_64;
	built_header64(&elf)->e_ident[EI_DATA] = ELFDATA2MSB;
	REFUSED(elf.bytes, elf.size, "big-endian");
}

Test(loader_elf, what_is_not_executable_is_refused)
{
	build_elf32(&elf, 0x100000);
	built_header32(&elf)->e_type = ET_REL;
	REFUSED(elf.bytes, elf.size, "relocatable object file");
	built_header32(&elf)->e_type = ET_CORE;
	REFUSED(elf.bytes, elf.size, "core dump");
	built_header32(&elf)->e_type = 77;
	REFUSED(elf.bytes, elf.size, "e_type 77");
}

Test(loader_elf, a_position_independent_file_is_refused_unless_it_has_an_address)
{
	build_elf64(&elf, 0x10);
	build_segment(&elf, 0, 0, 0x90, 32, 32);
	built_header64(&elf)->e_type = ET_DYN;
	REFUSED(elf.bytes, elf.size, "-no-pie");
	build_elf64(&elf, 0x100010);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 32);
	built_header64(&elf)->e_type = ET_DYN;
	LOADED(elf.bytes, elf.size);
}

Test(loader_elf, a_file_without_segments_is_refused)
{
	build_elf32(&elf, 0x100000);
	REFUSED(elf.bytes, elf.size, "no loadable segments");
}

Test(loader_elf, an_entry_outside_of_all_segments_is_refused)
{
	build_elf32(&elf, 0x300000);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 32);
	REFUSED(elf.bytes, elf.size, "entry point 0x300000 lies in no loadable segment");
	build_elf64(&elf, 0);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 32);
	REFUSED(elf.bytes, elf.size, "entry point 0x0");
}

Test(loader_elf, virtual_addresses_that_cannot_be_mapped_are_refused)
{
	build_elf64(&elf, UINT64_C(0x800000000000));
	build_segment(&elf, UINT64_C(0x800000000000), 0x100000, 0x90, 32, 32);
	REFUSED(elf.bytes, elf.size, "not canonical");
	build_elf64(&elf, UINT64_C(0x7fffffffff00));
	build_segment(&elf, UINT64_C(0x7fffffffff00), 0x100f00, 0x90, 32, 0x200);
	REFUSED(elf.bytes, elf.size, "not canonical");
	build_elf64(&elf, 0x40000010);
	build_segment(&elf, 0x40000010, 0x100000, 0x90, 32, 32);
	REFUSED(elf.bytes, elf.size, "differ within a page");
}

Test(loader_elf, segments_that_share_a_virtual_page_are_refused)
{
	build_elf64(&elf, 0x40000000);
	build_segment(&elf, 0x40000000, 0x100000, 0x90, 32, 0x1100);
	build_segment(&elf, 0x40001800, 0x200800, 0x90, 32, 32);
	REFUSED(elf.bytes, elf.size, "share a virtual page");
}

Test(loader_elf, too_many_segments_are_refused)
{
	build_elf32(&elf, 0x100000);
	for (unsigned i = 0; i < 65; i++) {
		*built_segment32(&elf, i) = (Elf32_Phdr){ .p_type = PT_LOAD,
							  .p_paddr = 0x100000 + i * 16,
							  .p_memsz = 16 };
	}
	built_header32(&elf)->e_phnum = 65;
	REFUSED(elf.bytes, BUILT_MAX, "more than 64 loadable segments");
}

Test(loader_elf, options_of_boot_protocols_are_refused)
{
	build_elf32(&elf, 0x100000);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 32);
	request.append = "quiet";
	REFUSED(elf.bytes, elf.size, "takes no command line");
}

Test(loader_elf, boot_elf_needs_an_elf_file)
{
	request.kind = BOOT_ELF;
	REFUSED("hello, world, hello", 19, "not an ELF file");
}

/* ---- what ld does without a linker script ---- */

/* ld -Ttext 0x100000: the headers have a page of their own below the code. */
Test(loader_elf, headers_that_ld_loads_below_1_mib_are_explained)
{
	build_elf32(&elf, 0x100000);
	build_segment(&elf, 0xff000, 0xff000, 0, 0, 0);
	built_segment32(&elf, 0)->p_offset = 0;
	built_segment32(&elf, 0)->p_filesz = built_segment32(&elf, 0)->p_memsz = 0xd4;
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 32);
	REFUSED(elf.bytes, elf.size, "loadable segment 0 (file offset 0x0) needs 0xd4 bytes at");
	check_ne(ptr, strstr(err, "begins with the ELF headers"), NULL, "%s", err);
	check_ne(ptr, strstr(err, "ld -n (gcc: -Wl,-n)"), NULL, "%s", err);
	check_eq(ptr, strstr(err, "more memory"), NULL, "%s", err);
}

/* gcc -nostdlib -Wl,-Ttext=0x100000: the build ID stays at the linker's default address. */
Test(loader_elf, a_build_id_far_away_is_explained)
{
	Elf32_Phdr *note;

	build_elf32(&elf, 0x100000);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 32);
	build_segment(&elf, 0x80480b4, 0x80480b4, 0, 0x24, 0x24);
	build_segment(&elf, 0x80480b4, 0x80480b4, 0, 0x24, 0x24);
	note = built_segment32(&elf, 2);
	*note = *built_segment32(&elf, 1);
	note->p_type = PT_NOTE;
	REFUSED(elf.bytes, elf.size, "--build-id=none");
	check_ne(ptr, strstr(err, "holds only a note"), NULL, "%s", err);
}

Test(loader_elf, more_memory_is_advised_only_where_it_helps)
{
	static const struct {
		uint64_t address;
		const char *size; /* NULL: no memory helps */
	} cases[] = {
		{ 0x8048000, "(-m 192M)" },  { 0x1000000, "(-m 64M)" }, { 0x3ffff00, "(-m 128M)" },
		{ HOLE - 0x100, NULL },      { 0xfee00000, NULL },      { 0xb8000, NULL },
		{ 4 * GIB, "(-m 3136M)" },   { 5 * GIB, "(-m 4160M)" }, { 65 * GIB, NULL },
		{ 61 * GIB, "(-m 61504M)" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t address = cases[i].address;

		build_elf64(&elf, address);
		build_segment(&elf, address, address, 0x90, 32, 0x200);
		REFUSED(elf.bytes, elf.size, "not all of them are RAM");
		check_ne(ptr, strstr(err, "link the image elsewhere"), NULL, "%s", err);
		if (cases[i].size)
			check_ne(ptr, strstr(err, cases[i].size), NULL, "%s", err);
		else
			check_eq(ptr, strstr(err, "more memory"), NULL, "%s", err);
	}
}
