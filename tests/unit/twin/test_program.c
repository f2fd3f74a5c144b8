/* SPDX-License-Identifier: MIT */
#include "harness/twin/program.h"
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/boot/elf_builder.h"
#include "tests/unit/drivers/host_fixture.h"

enum { N_PLACES = 8 };

static struct program *program;
static char place[PROGRAM_PLACE];
static uint64_t pcs[N_PLACES];
static size_t n_pcs;

static void on_access(void *ctx, const struct access *a)
{
	(void)ctx;
	if (n_pcs < N_PLACES) pcs[n_pcs++] = a->pc;
}

static uint64_t current_pc(void *ctx)
{
	(void)ctx;
	return cpu.s.pc;
}

static void set_up(void)
{
	static struct observer observer = { .access = on_access };

	host_power_on();
	hub.pc = current_pc;
	hub_attach(&hub, &observer);
	program = program_open("/proc/self/exe");
	require_ne(ptr, program, NULL);
}

static void tear_down(void)
{
	program_close(program);
	host_power_off();
}

TestSuite(program, .init = set_up, .fini = tear_down, .timeout = 60);

/* Returns the address of one of its own instructions. */
static inline __attribute__((always_inline)) uint64_t here(void)
{
	uint64_t address;
	__asm__ volatile("1: lea 1b(%%rip), %0" : "=r"(address));
	return address;
}
enum { HERE_LINE = __LINE__ - 3 };

static void expect_place(struct program *p, uint64_t address, const char *want)
{
	memset(place, 'x', sizeof(place));
	program_place(p, address, place, sizeof(place));
	check_eq(str, place, want);
}

Test(program, inlined_code_has_the_place_of_its_caller_too)
{
	char want[128];

	uint64_t address = here();
	snprintf(want, sizeof(want), "test_program.c:%d, inlined at test_program.c:%d", HERE_LINE,
		 __LINE__ - 2);
	expect_place(program, address, want);
}

Test(program, functions_have_their_line)
{
	program_place(program, (uintptr_t)&expect_place, place, sizeof(place));
	check_eq(int, strncmp(place, "test_program.c:", 15), 0, "%s", place);
	check_gt(int, (int)strtol(place + 15, NULL, 10), HERE_LINE);
	check_lt(int, (int)strtol(place + 15, NULL, 10), HERE_LINE + 8);
}

/* Code that a compiler moved or merged has line 0: here, that of this instruction. */
static __attribute__((noinline)) uint64_t merged(void)
{
	uint64_t address;
	__asm__ volatile(".loc 1 0\n1: lea 1b(%%rip), %0" : "=r"(address));
	return address;
}
enum { MERGED_LINE = __LINE__ - 3 };

Test(program, merged_code_has_a_line_of_its_function)
{
	program_place(program, merged(), place, sizeof(place));
	check_eq(int, strncmp(place, "test_program.c:", 15), 0, "%s", place);
	check_ge(int, (int)strtol(place + 15, NULL, 10), MERGED_LINE - 3);
	check_le(int, (int)strtol(place + 15, NULL, 10), MERGED_LINE);
}

Test(program, code_has_a_file)
{
	char file[PROGRAM_FILE];

	require(program_file(program, (uintptr_t)&expect_place, file));
	check_ne(ptr, strstr(file, "tests/unit/twin/test_program.c"), NULL, "%s", file);
	check(!program_file(program, 1, file));
	check(!program_file(NULL, (uintptr_t)&expect_place, file));
}

/* Each call is on its own line, with nothing after it, so that the place must be this line: neither
 * one in the accessor's file nor the next line. */
Test(program, native_accesses_have_the_line_that_made_them)
{
	struct io port = io_port(&cpu, 0x300);
	struct io memory = io_memory(&cpu, 0xd0000000, 4);
	char want[64];

	int line = __LINE__;
	io_write8(port, 0, 1);
	io_write16(port, 2, 1);
	(void)io_read8(port, 0);
	io_write32(memory, 1, 1);
	(void)io_read32(memory, 1);
	io_write8(port, 1, 1);
	bimetal_io_write(port.cpu, port.space, port.base + 3, 8, 1); /* out of line */
	bimetal_io_write(port.cpu, port.space, port.base + 4, 8, 1); /* likewise */
	require_eq(sz, n_pcs, 8);
	for (int i = 0; i < 8; i++) {
		snprintf(want, sizeof(want), "test_program.c:%d", line + 1 + i);
		expect_place(program, pcs[i], want);
	}
}

static inline __attribute__((always_inline)) void poke(struct io io)
{
	io_write(io, ((struct io_wo8){ 0 }), 1);
	__asm__ volatile("");
}
enum { POKE_LINE = __LINE__ - 3 };

/* An accessor in a function of the driver that is inlined too: both lines are the driver's. */
Test(program, accesses_of_inlined_functions_have_their_line_and_the_callers)
{
	char want[128];

	poke(io_port(&cpu, 0x300));
	int line = __LINE__ - 1;
	require_eq(sz, n_pcs, 1);
	snprintf(want, sizeof(want), "test_program.c:%d, inlined at test_program.c:%d", POKE_LINE,
		 line);
	expect_place(program, pcs[0], want);
}

Test(program, an_unknown_address_has_no_place)
{
	expect_place(program, 0, "");
	expect_place(program, 1, "");
	expect_place(program, UINT64_MAX, "");
	expect_place(NULL, (uintptr_t)&expect_place, "");
}

Test(program, a_place_is_cut_to_fit)
{
	char small[6];

	program_place(program, (uintptr_t)&expect_place, small, sizeof(small));
	check_eq(str, small, "test_");
	program_place(program, 0, small, 1);
	check_eq(str, small, "");
}

Test(program, what_is_no_program_is_null)
{
	char path[] = "/tmp/bimetal-program-XXXXXX";
	int fd = mkstemp(path);

	check_eq(ptr, program_open(path), NULL, "an empty file");
	require_eq(sz, write(fd, "#!/bin/sh\n", 10), 10);
	check_eq(ptr, program_open(path), NULL, "a script");
	close(fd);
	unlink(path);
	check_eq(ptr, program_open(path), NULL, "no file");
	check_eq(ptr, program_open("/tmp"), NULL, "a folder");
	check_eq(ptr, program_open("/dev/null"), NULL);
	check_eq(ptr, program_open(""), NULL);
	check_eq(ptr, program_open(NULL), NULL);
	program_close(NULL);
}

enum { SYMTAB = 0x400, STRTAB = 0x500, SECTIONS = 0x600 };

/* A program at `base` with a function "main" of 32 bytes at its beginning, without line numbers. */
static struct program *build(uint64_t base)
{
	static struct built elf;
	char path[] = "/tmp/bimetal-program-XXXXXX";
	Elf64_Shdr *s = (Elf64_Shdr *)(elf.bytes + SECTIONS);
	Elf64_Sym *main_symbol = (Elf64_Sym *)(elf.bytes + SYMTAB) + 1;

	build_elf64(&elf, base);
	build_segment(&elf, base, base, 0x90, 16, 0x1000);
	built_header64(&elf)->e_shoff = SECTIONS;
	built_header64(&elf)->e_shnum = 4;
	s[1] = (Elf64_Shdr){
		.sh_type = SHT_PROGBITS, .sh_addr = base, .sh_offset = 0x200, .sh_size = 16
	};
	s[2] = (Elf64_Shdr){ .sh_type = SHT_SYMTAB,
			     .sh_offset = SYMTAB,
			     .sh_size = 2 * sizeof(Elf64_Sym),
			     .sh_link = 3,
			     .sh_entsize = sizeof(Elf64_Sym) };
	s[3] = (Elf64_Shdr){ .sh_type = SHT_STRTAB, .sh_offset = STRTAB, .sh_size = 16 };
	*main_symbol = (Elf64_Sym){ .st_name = 1,
				    .st_value = base,
				    .st_size = 32,
				    .st_shndx = 1,
				    .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC) };
	strcpy((char *)elf.bytes + STRTAB + 1, "main");
	FILE *f = fdopen(mkstemp(path), "w");
	fwrite(elf.bytes, 1, SECTIONS + 4 * sizeof(Elf64_Shdr), f);
	fclose(f);
	struct program *built = program_open(path);
	unlink(path);
	require_ne(ptr, built, NULL);
	return built;
}

Test(program, without_line_numbers_there_are_symbols)
{
	struct program *built = build(0x100000);

	expect_place(built, 0x100000, "main+0x0");
	expect_place(built, 0x100004, "main+0x4");
	expect_place(built, 0x100020, "");
	program_close(built);
}

Test(program, address_0_is_none_even_where_there_is_code)
{
	struct program *built = build(0);

	expect_place(built, 0, "");
	expect_place(built, 1, "main+0x1");
	program_close(built);
}

static __attribute__((noinline)) uint64_t within(void) { return here(); }

Test(program, a_function_is_known_by_its_first_address)
{
	check_eq(u64, program_function(program, within()), (uint64_t)(uintptr_t)within);
	check_eq(u64, program_function(program, 1), 0);
	check_eq(u64, program_function(NULL, within()), 0);
}
