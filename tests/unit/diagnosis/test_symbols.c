/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/symbols.h"
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/boot/elf_builder.h"

enum { SYMTAB = 0x400, STRTAB = 0x600, SECTIONS = 0x800, N_SECTIONS = 4 };

static struct built elf;
static struct symbols *symbols;
static struct symbol symbol;
static struct source_line line;
static uint8_t *self;
static size_t self_size;
static unsigned n_built;

static void add_bound(const char *name, uint64_t value, uint64_t size, unsigned type, unsigned bind)
{
	Elf64_Sym *s = (Elf64_Sym *)(elf.bytes + SYMTAB) + ++n_built;
	unsigned at = 1 + n_built * 16;

	s->st_name = at;
	s->st_value = value;
	s->st_size = size;
	s->st_info = ELF64_ST_INFO(bind, type);
	s->st_shndx = 1;
	strcpy((char *)elf.bytes + STRTAB + at, name);
}

static void add_symbol(const char *name, uint64_t value, uint64_t size, unsigned type)
{
	add_bound(name, value, size, type, STB_GLOBAL);
}

/* Makes a high-half kernel: virtual 0xffffffff80100000, physical 0x100000, one page. */
static void build(void)
{
	const uint64_t base = UINT64_C(0xffffffff80100000);
	Elf64_Ehdr *h;
	Elf64_Shdr *s;

	build_elf64(&elf, base);
	build_segment(&elf, base, 0x100000, 0x90, 16, 0x1000);
	h = built_header64(&elf);
	h->e_shoff = SECTIONS;
	h->e_shnum = N_SECTIONS;
	h->e_shstrndx = 3;
	s = (Elf64_Shdr *)(elf.bytes + SECTIONS);
	s[1] = (Elf64_Shdr){
		.sh_type = SHT_PROGBITS, .sh_addr = base, .sh_offset = 0x200, .sh_size = 16
	};
	s[2] = (Elf64_Shdr){ .sh_type = SHT_SYMTAB,
			     .sh_offset = SYMTAB,
			     .sh_link = 3,
			     .sh_info = 1,
			     .sh_entsize = sizeof(Elf64_Sym) };
	s[3] = (Elf64_Shdr){ .sh_type = SHT_STRTAB, .sh_offset = STRTAB, .sh_size = 0x200 };
	n_built = 0;
	add_symbol("start", base, 0, STT_NOTYPE);
	add_symbol("main", base + 0x10, 0x20, STT_FUNC);
	add_symbol("tail", base + 0x100, 0, STT_FUNC);
	add_symbol("label", base + 0x18, 0, STT_NOTYPE);
	add_symbol("table", base + 0x80, 8, STT_OBJECT);
	add_symbol("file.c", base + 0x10, 0, STT_FILE);
	/* The end of a header, and the start behind it. */
	add_bound("header_end", base + 0x200, 0, STT_NOTYPE, STB_LOCAL);
	add_symbol("_entry", base + 0x200, 0, STT_NOTYPE);
	add_bound("a_local", base + 0x200, 0, STT_NOTYPE, STB_LOCAL);
	s[2].sh_size = (n_built + 1) * sizeof(Elf64_Sym);
	elf.size = SECTIONS + N_SECTIONS * sizeof(Elf64_Shdr);
}

static void open_built(void)
{
	build();
	symbols = symbols_new(elf.bytes, elf.size);
	require_ne(ptr, symbols, NULL);
}

static void open_self(void)
{
	FILE *f = fopen("/proc/self/exe", "rb");

	require_ne(ptr, f, NULL);
	self = malloc(64 << 20);
	self_size = fread(self, 1, 64 << 20, f);
	fclose(f);
	symbols = symbols_new(self, self_size);
	require_ne(ptr, symbols, NULL);
}

static void done(void)
{
	symbols_free(symbols);
	free(self);
}

TestSuite(symbols, .fini = done);

Test(symbols, an_address_in_a_function_has_its_name_and_offset)
{
	open_built();
	require(symbols_lookup(symbols, UINT64_C(0xffffffff80100018), &symbol));
	check_eq(str, symbol.name, "main");
	check_eq(u64, symbol.offset, 8);
	check_eq(u64, symbol.address, UINT64_C(0xffffffff80100010));
}

Test(symbols, a_physical_address_finds_the_same)
{
	open_built();
	require(symbols_lookup(symbols, 0x100018, &symbol));
	check_eq(str, symbol.name, "main");
	check_eq(u64, symbol.offset, 8);
}

Test(symbols, a_label_without_size_reaches_to_the_next)
{
	open_built();
	require(symbols_lookup(symbols, 0x10000f, &symbol));
	check_eq(str, symbol.name, "start");
	require(symbols_lookup(symbols, 0x1001ff, &symbol));
	check_eq(str, symbol.name, "tail");
}

Test(symbols, a_label_does_not_hide_the_function_around_it)
{
	open_built();
	require(symbols_lookup(symbols, 0x10001c, &symbol));
	check_eq(str, symbol.name, "main");
	check_eq(u64, symbol.offset, 0xc);
}

Test(symbols, a_global_name_is_better_than_a_local_one)
{
	open_built();
	require(symbols_lookup(symbols, 0x100204, &symbol));
	check_eq(str, symbol.name, "_entry");
}

Test(symbols, data_has_names_too)
{
	open_built();
	require(symbols_lookup(symbols, 0x100087, &symbol));
	check_eq(str, symbol.name, "table");
	check(!symbols_lookup(symbols, 0x100088, &symbol));
}

Test(symbols, behind_the_end_of_a_function_there_is_no_name)
{
	open_built();
	check(!symbols_lookup(symbols, 0x101000, &symbol));
	check(!symbols_lookup(symbols, 0xfffff, &symbol));
	check(!symbols_lookup(symbols, 0, &symbol));
}

Test(symbols, a_name_finds_its_address)
{
	uint64_t address = 0;

	open_built();
	require(symbols_find(symbols, "tail", &address));
	check_eq(u64, address, UINT64_C(0xffffffff80100100));
	check(!symbols_find(symbols, "nothing", &address));
	check(!symbols_find(symbols, "file.c", &address));
	check_eq(sz, symbols_count(symbols), 8);
}

Test(symbols, without_debugging_information_there_are_no_lines)
{
	open_built();
	check(!symbols_line(symbols, 0x100018, &line));
	check(!symbols_line(symbols, 0x100018, &line));
}

Test(symbols, lines_come_from_debugging_information)
{
	uint64_t address = 0;

	open_self();
	require(symbols_find(symbols, "symbols_lookup", &address));
	require(symbols_lookup(symbols, address, &symbol));
	check_eq(str, symbol.name, "symbols_lookup");
	require(symbols_line(symbols, address, &line));
	check_ne(ptr, strstr(line.file, "harness/diagnosis/symbols.c"), NULL, "%s", line.file);
	check_gt(int, line.line, 100);
	check(!symbols_line(symbols, 1, &line));
}

Test(symbols, what_is_no_elf_file_for_x86_has_no_symbols)
{
	static uint8_t text[64] = "hello";

	check_eq(ptr, symbols_new(text, sizeof(text)), NULL);
	check_eq(ptr, symbols_new(text, 0), NULL);
	build();
	built_header64(&elf)->e_machine = EM_AARCH64;
	check_eq(ptr, symbols_new(elf.bytes, elf.size), NULL);
}

Test(symbols, a_null_symbol_table_has_no_answers)
{
	uint64_t address;

	check(!symbols_lookup(NULL, 0, &symbol));
	check(!symbols_line(NULL, 0, &line));
	check(!symbols_find(NULL, "main", &address));
	check_eq(sz, symbols_count(NULL), 0);
}

Test(symbols, damaged_tables_give_fewer_names_and_no_crash)
{
	static const uint8_t junk[] = { 0, 1, 0x7f, 0x80, 0xff };

	build();
	for (size_t at = 0; at < elf.size; at++) {
		for (size_t i = 0; i < sizeof(junk); i++) {
			uint8_t *copy = malloc(elf.size);
			struct symbols *s;

			memcpy(copy, elf.bytes, elf.size);
			copy[at] = junk[i];
			s = symbols_new(copy, elf.size);
			require_le(sz, symbols_count(s), 64);
			symbols_lookup(s, 0x100018, &symbol);
			symbols_line(s, 0x100018, &line);
			symbols_free(s);
			free(copy);
		}
	}
}

/* More segments than any of our images has. */
Test(symbols, any_number_of_segments_is_kept)
{
	enum { MANY = 70, AT = 0x1000 };
	build();
	Elf64_Phdr *segment = (Elf64_Phdr *)(elf.bytes + AT);
	Elf64_Phdr last = *built_segment64(&elf, 0);
	for (unsigned i = 0; i < MANY; i++)
		segment[i] = (Elf64_Phdr){ .p_type = PT_LOAD,
					   .p_vaddr = 0x10000 * i,
					   .p_paddr = 0x10000 * i,
					   .p_memsz = 1 };
	segment[MANY - 1] = last;
	built_header64(&elf)->e_phoff = AT;
	built_header64(&elf)->e_phnum = MANY;
	elf.size = AT + MANY * sizeof(Elf64_Phdr);
	symbols = symbols_new(elf.bytes, elf.size);
	require(symbols != NULL);
	require(symbols_lookup(symbols, 0x100014, &symbol), "by its physical address");
	check_eq(str, symbol.name, "main");
}
