/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "harness/record/access_records.h"
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/boot/elf_builder.h"
#include "tests/unit/emu/random.h"

enum { RECORDS = 0x200, RELOCATIONS = 0x600, SYMTAB = 0xa00, STRINGS = 0xc00, SECTIONS = 0xe00 };
enum section { NONE, TEXT, COLD, ACCESS, RELOCATION, SYMBOLS, NAMES, N_SECTIONS };
enum { NAME_OF_ACCESS = 1 };

static struct built elf;
static struct access_records records;
static char error[256];
static bool wide;
static unsigned n_records, n_relocations, n_symbols;

static void end(void) { access_records_free(&records); }

TestSuite(access_records, .fini = end, .timeout = 60);

/* ---- help ---- */

static void set_section(unsigned i, uint32_t type, uint64_t offset, uint64_t size, uint32_t link,
			uint32_t info, uint64_t entry)
{
	uint32_t name = i == ACCESS ? NAME_OF_ACCESS : 0;

	if (elf.is_64)
		((Elf64_Shdr *)(elf.bytes + SECTIONS))[i] = (Elf64_Shdr){ .sh_name = name,
									  .sh_type = type,
									  .sh_offset = offset,
									  .sh_size = size,
									  .sh_link = link,
									  .sh_info = info,
									  .sh_entsize = entry };
	else
		((Elf32_Shdr *)(elf.bytes + SECTIONS))[i] =
			(Elf32_Shdr){ .sh_name = name,
				      .sh_type = type,
				      .sh_offset = (uint32_t)offset,
				      .sh_size = (uint32_t)size,
				      .sh_link = link,
				      .sh_info = info,
				      .sh_entsize = (uint32_t)entry };
}

/* Begins an object or a linked image around 32-bit or 64-bit code, without records yet. */
static void begin(bool is_64, bool wide_code, uint16_t type)
{
	wide = wide_code;
	n_records = n_relocations = n_symbols = 0;
	if (is_64) {
		build_elf64(&elf, 0);
		built_header64(&elf)->e_type = type;
		built_header64(&elf)->e_shoff = SECTIONS;
		built_header64(&elf)->e_shnum = N_SECTIONS;
		built_header64(&elf)->e_shstrndx = NAMES;
	} else {
		build_elf32(&elf, 0);
		built_header32(&elf)->e_type = type;
		built_header32(&elf)->e_shoff = SECTIONS;
		built_header32(&elf)->e_shnum = N_SECTIONS;
		built_header32(&elf)->e_shstrndx = NAMES;
	}
	strcpy((char *)elf.bytes + STRINGS + NAME_OF_ACCESS, ".bimetal.access");
	elf.size = SECTIONS + N_SECTIONS * sizeof(Elf64_Shdr);
}

static void record(uint64_t address, uint8_t width, uint8_t write, uint8_t kind)
{
	size_t pointer = wide ? 8 : 4;
	uint8_t *at = elf.bytes + RECORDS + 2 * pointer * n_records++;

	for (size_t i = 0; i < pointer; i++) at[i] = (uint8_t)(address >> (8 * i));
	at[pointer] = width;
	at[pointer + 1] = write;
	at[pointer + 2] = kind;
}

static void symbol(uint16_t section, uint64_t value)
{
	unsigned i = ++n_symbols;

	if (elf.is_64)
		((Elf64_Sym *)(elf.bytes + SYMTAB))[i] =
			(Elf64_Sym){ .st_shndx = section, .st_value = value };
	else
		((Elf32_Sym *)(elf.bytes + SYMTAB))[i] =
			(Elf32_Sym){ .st_shndx = section, .st_value = (uint32_t)value };
}

static void rela(uint64_t offset, uint32_t sym, int64_t addend)
{
	unsigned i = n_relocations++;

	if (elf.is_64)
		((Elf64_Rela *)(elf.bytes + RELOCATIONS))[i] =
			(Elf64_Rela){ offset, ELF64_R_INFO((uint64_t)sym, R_X86_64_64), addend };
	else
		((Elf32_Rela *)(elf.bytes + RELOCATIONS))[i] =
			(Elf32_Rela){ (uint32_t)offset, ELF32_R_INFO(sym, R_386_32),
				      (int32_t)addend };
}

static void rel(uint64_t offset, uint32_t sym)
{
	unsigned i = n_relocations++;

	if (elf.is_64)
		((Elf64_Rel *)(elf.bytes + RELOCATIONS))[i] =
			(Elf64_Rel){ offset, ELF64_R_INFO((uint64_t)sym, R_X86_64_64) };
	else
		((Elf32_Rel *)(elf.bytes + RELOCATIONS))[i] =
			(Elf32_Rel){ (uint32_t)offset, ELF32_R_INFO(sym, R_386_32) };
}

/* Writes the section headers. `relocation`: SHT_RELA, SHT_REL or 0. */
static void finish(uint32_t relocation)
{
	bool l = elf.is_64;
	size_t rela_size = l ? sizeof(Elf64_Rela) : sizeof(Elf32_Rela);
	size_t rel_size = l ? sizeof(Elf64_Rel) : sizeof(Elf32_Rel);
	size_t size = relocation == SHT_RELA ? rela_size : rel_size;
	size_t symbol_size = l ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);

	set_section(TEXT, SHT_PROGBITS, RECORDS, 0, 0, 0, 0);
	set_section(COLD, SHT_PROGBITS, RECORDS, 0, 0, 0, 0);
	set_section(ACCESS, SHT_PROGBITS, RECORDS, (wide ? 16 : 8) * n_records, 0, 0, 0);
	if (relocation)
		set_section(RELOCATION, relocation, RELOCATIONS, size * n_relocations, SYMBOLS,
			    ACCESS, size);
	set_section(SYMBOLS, SHT_SYMTAB, SYMTAB, symbol_size * (n_symbols + 1), NAMES, 1,
		    symbol_size);
	set_section(NAMES, SHT_STRTAB, STRINGS, 0x100, 0, 0, 0);
}

static bool read_it(void)
{
	access_records_free(&records);
	error[0] = '\0';
	return access_records_read(&records, elf.bytes, elf.size, wide, error, sizeof(error));
}

static void expect_refused(const char *why)
{
	check(!read_it());
	check_eq(str, error, why);
	check_eq(ptr, records.record, NULL, "nothing is kept");
	check_eq(sz, records.n, 0);
}

static void expect_record(uint32_t section, uint64_t address, uint8_t width, bool write,
			  enum access_record_kind kind)
{
	const struct access_record *r = access_records_find(&records, section, address);

	require_ne(ptr, r, NULL, "none at %u:%lx", section, address);
	check_eq(u8, r->width, width);
	check_eq(int, r->write, write);
	check_eq(int, r->kind, kind);
}

/* Makes an object with three records, in two sections, out of order. */
static void object(bool is_64, uint32_t relocation)
{
	size_t size = is_64 ? 16 : 8;
	bool explicit_addend = relocation == SHT_RELA;

	begin(is_64, is_64, ET_REL);
	record(explicit_addend ? 0 : 0x20, 16, 1, ACCESS_RECORD_MEMORY);
	record(explicit_addend ? 0 : 0x10, 8, 0, ACCESS_RECORD_PORT);
	record(explicit_addend ? 0 : 4, 32, 1, ACCESS_RECORD_SHARED);
	symbol(TEXT, 0);
	symbol(COLD, 0x100);
	for (unsigned i = 0; i < 3; i++) {
		static const int64_t addend[] = { 0x20, 0x10, 4 };
		if (explicit_addend)
			rela(i * size, i == 2 ? 2 : 1, addend[i]);
		else
			rel(i * size, i == 2 ? 2 : 1);
	}
	finish(relocation);
}

/* ---- valid files ---- */

Test(access_records, linked_images_have_addresses)
{
	for (unsigned i = 0; i < 3; i++) { /* 2: 64-bit code in an ELF32 file, as kernels are */
		begin(i == 1, i > 0, ET_EXEC);
		record(0x100020, 32, 1, ACCESS_RECORD_MEMORY);
		record(0x100010, 8, 0, ACCESS_RECORD_PORT);
		record(0x100018, 16, 1, ACCESS_RECORD_SHARED);
		finish(0);
		require(read_it(), "%s", error);
		require_eq(sz, records.n, 3);
		expect_record(0, 0x100010, 8, false, ACCESS_RECORD_PORT);
		expect_record(0, 0x100018, 16, true, ACCESS_RECORD_SHARED);
		expect_record(0, 0x100020, 32, true, ACCESS_RECORD_MEMORY);
		check_eq(ptr, access_records_find(&records, 0, 0x100011), NULL);
		check_eq(ptr, access_records_find(&records, 1, 0x100010), NULL);
	}
}

Test(access_records, registers_of_the_processor_have_a_kind)
{
	begin(true, true, ET_EXEC);
	record(0x100020, 64, 1, ACCESS_RECORD_MSR);
	finish(0);
	require(read_it(), "%s", error);
	expect_record(0, 0x100020, 64, true, ACCESS_RECORD_MSR);
}

Test(access_records, addresses_of_64_bits_are_whole)
{
	begin(true, true, ET_EXEC);
	record(UINT64_C(0xffffffff80100010), 64, 0, ACCESS_RECORD_MEMORY);
	finish(0);
	require(read_it(), "%s", error);
	expect_record(0, UINT64_C(0xffffffff80100010), 64, false, ACCESS_RECORD_MEMORY);
}

Test(access_records, objects_have_sections_and_offsets)
{
	for (unsigned i = 0; i < 4; i++) {
		object(i & 1, i & 2 ? SHT_RELA : SHT_REL);
		require(read_it(), "%s", error);
		require_eq(sz, records.n, 3);
		expect_record(TEXT, 0x10, 8, false, ACCESS_RECORD_PORT);
		expect_record(TEXT, 0x20, 16, true, ACCESS_RECORD_MEMORY);
		expect_record(COLD, 0x104, 32, true, ACCESS_RECORD_SHARED);
		check_eq(uint, records.record[0].section, TEXT, "by section, then address");
		check_eq(u64, records.record[0].address, 0x10);
		check_eq(uint, records.record[2].section, COLD);
	}
}

Test(access_records, addends_may_be_negative)
{
	begin(true, true, ET_REL);
	record(0, 8, 0, ACCESS_RECORD_PORT);
	symbol(TEXT, 0x100);
	rela(0, 1, -0x10);
	finish(SHT_RELA);
	require(read_it(), "%s", error);
	expect_record(TEXT, 0xf0, 8, false, ACCESS_RECORD_PORT);
}

Test(access_records, relocations_of_other_sections_are_ignored)
{
	begin(true, true, ET_REL);
	record(0, 8, 0, ACCESS_RECORD_PORT);
	symbol(TEXT, 0x100);
	rela(0, 1, 0);
	finish(SHT_RELA);
	set_section(COLD, SHT_RELA, RECORDS + 3, 5, 0, TEXT, 1);
	check(read_it(), "%s", error);
}

Test(access_records, a_file_without_the_section_has_none)
{
	begin(true, true, ET_EXEC);
	record(0x100020, 32, 1, ACCESS_RECORD_MEMORY);
	finish(0);
	elf.bytes[STRINGS + NAME_OF_ACCESS + 2] = 'x';
	check(read_it(), "%s", error);
	check_eq(sz, records.n, 0);
	check_eq(ptr, access_records_find(&records, 0, 0x100020), NULL);
}

Test(access_records, an_empty_section_has_none)
{
	begin(true, true, ET_REL);
	finish(0);
	check(read_it(), "%s", error);
	check_eq(sz, records.n, 0);
}

Test(access_records, the_image_is_not_changed)
{
	static struct built before;

	object(true, SHT_RELA);
	before = elf;
	check(read_it());
	check_eq(int, memcmp(&before, &elf, sizeof(elf)), 0);
}

/* ---- damaged files ---- */

Test(access_records, what_is_no_elf_file_is_refused)
{
	uint8_t text[] = "#!/bin/sh\n";

	check(!access_records_read(&records, text, sizeof(text), true, error, sizeof(error)));
	check_eq(str, error, "no ELF file");
	check(!access_records_read(&records, text, 0, true, error, sizeof(error)));
	check_eq(str, error, "no ELF file");
}

Test(access_records, malformed_records_are_refused)
{
	static const struct {
		uint8_t width, write, kind;
		const char *why;
	} bad[] = { { 0, 0, 0, "unknown width" },
		    { 7, 0, 0, "unknown width" },
		    { 128, 0, 0, "unknown width" },
		    { 8, 2, 0, "unknown direction or kind" },
		    { 8, 0, 4, "unknown direction or kind" },
		    { 8, 255, 255, "unknown direction or kind" } };
	char why[128];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		begin(true, true, ET_EXEC);
		record(0x100020, 32, 1, ACCESS_RECORD_MEMORY);
		record(0x100024, bad[i].width, bad[i].write, bad[i].kind);
		finish(0);
		snprintf(why, sizeof(why), ".bimetal.access, record 1: %s", bad[i].why);
		expect_refused(why);
	}
}

Test(access_records, a_section_of_another_size_is_refused)
{
	begin(true, true, ET_EXEC);
	record(0x100020, 32, 1, ACCESS_RECORD_MEMORY);
	finish(0);
	set_section(ACCESS, SHT_PROGBITS, RECORDS, 15, 0, 0, 0);
	expect_refused(".bimetal.access: its size is not a multiple of a record's");
	set_section(ACCESS, SHT_PROGBITS, RECORDS, 24, 0, 0, 0);
	expect_refused(".bimetal.access: its size is not a multiple of a record's");
}

Test(access_records, a_section_that_is_not_in_the_file_is_refused)
{
	begin(true, true, ET_EXEC);
	record(0x100020, 32, 1, ACCESS_RECORD_MEMORY);
	finish(0);
	set_section(ACCESS, SHT_NOBITS, RECORDS, 16, 0, 0, 0);
	expect_refused(".bimetal.access: the section is not in the file");
	set_section(ACCESS, SHT_PROGBITS, BUILT_MAX, 16, 0, 0, 0);
	expect_refused(".bimetal.access: the section is not in the file");
}

Test(access_records, relocations_that_lead_nowhere_are_refused)
{
	for (unsigned i = 0; i < 2; i++) {
		bool is_64 = i == 1;

		object(is_64, SHT_RELA);
		rela(3 * (is_64 ? 16 : 8), 1, 0);
		finish(SHT_RELA);
		expect_refused(".bimetal.access, record 3: a relocation points elsewhere");
		object(is_64, SHT_RELA);
		rela(1, 1, 0);
		finish(SHT_RELA);
		expect_refused(".bimetal.access, record 0: a relocation points elsewhere");
		object(is_64, SHT_REL);
		rel(0, 9);
		finish(SHT_REL);
		expect_refused(".bimetal.access, record 0: a relocation's symbol is missing");
		object(is_64, SHT_REL);
		rel(0, 0xffffff);
		finish(SHT_REL);
		expect_refused(".bimetal.access, record 0: a relocation's symbol is missing");
		object(is_64, SHT_REL);
		symbol(SHN_UNDEF, 0);
		rel(0, 3);
		finish(SHT_REL);
		expect_refused(".bimetal.access, record 0: a relocation's symbol is not code of "
			       "this file");
	}
	object(true, SHT_RELA);
	rela(0, UINT32_MAX, 0);
	finish(SHT_RELA);
	expect_refused(".bimetal.access, record 0: a relocation's symbol is missing");
}

Test(access_records, relocations_without_a_symbol_table_are_refused)
{
	for (uint32_t link = 0; link < 0x20000; link += 0x10001) {
		object(true, SHT_RELA);
		set_section(RELOCATION, SHT_RELA, RELOCATIONS, 3 * sizeof(Elf64_Rela), link, ACCESS,
			    sizeof(Elf64_Rela));
		expect_refused(".bimetal.access, record 0: a relocation's symbol is missing");
	}
}

Test(access_records, a_relocation_table_of_another_size_is_refused)
{
	for (unsigned i = 0; i < 2; i++) {
		uint32_t type = i ? SHT_RELA : SHT_REL;
		object(true, type);
		set_section(RELOCATION, type, RELOCATIONS, 25, SYMBOLS, ACCESS, 1);
		expect_refused(".bimetal.access: its relocations are damaged");
		set_section(RELOCATION, type, BUILT_MAX, 48, SYMBOLS, ACCESS, 24);
		expect_refused(".bimetal.access: its relocations are damaged");
	}
}

Test(access_records, in_an_object_each_record_is_relocated)
{
	object(true, SHT_RELA);
	n_relocations--;
	finish(SHT_RELA);
	expect_refused(".bimetal.access, record 2: it has no relocation");
	object(true, SHT_RELA);
	set_section(RELOCATION, SHT_NULL, 0, 0, 0, 0, 0);
	expect_refused(".bimetal.access, record 0: it has no relocation");
}

/* Either the records are read, or there is a message. */
Test(access_records, damaged_files_end_in_a_message)
{
	uint64_t random = 0xacce55;

	for (unsigned i = 0; i < 20000; i++) {
		object(random_next(&random) & 1, random_next(&random) & 1 ? SHT_RELA : SHT_REL);
		for (unsigned n = 0; n < 1 + i % 3; n++) {
			size_t at = random_next(&random) % 0x40;
			if (random_next(&random) & 3) at = random_next(&random) % elf.size;
			if (random_next(&random) & 1)
				at = SECTIONS + random_next(&random) % (elf.size - SECTIONS);
			elf.bytes[at] = (uint8_t)random_next(&random);
		}
		if (!read_it()) require_ne(str, error, "");
	}
}
