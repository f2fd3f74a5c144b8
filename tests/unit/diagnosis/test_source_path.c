/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/source_path.h"
#include "tests/check.h"

static char buf[64];

static const char *of(const char *producer, const char *folder, const char *name, const char *file)
{
	struct source_unit unit = { producer, folder, name };

	return source_path(&unit, file, buf, sizeof(buf));
}

#define GCC  "GNU C11 12.2.0"
#define NASM "NASM 2.16.01"

Test(source_path, a_name_is_relative_to_the_folder_of_the_compilation)
{
	check_eq(str, of(GCC, "/work", "a.c", "a.c"), "/work/a.c");
	check_eq(str, of(GCC, "/work/src", "src/a.c", "src/a.c"), "/work/src/src/a.c");
	check_eq(str, of(GCC, "/work", "/usr/a.c", "/usr/include/b.h"), "/usr/include/b.h");
	check_eq(str, of(NULL, NULL, NULL, "a.c"), "a.c");
}

Test(source_path, slashes_and_dots_that_mean_nothing_are_left_out)
{
	check_eq(str, of(GCC, "/work/", "a.c", "a.c"), "/work/a.c");
	check_eq(str, of(GCC, "/work", "./a.c", "./a.c"), "/work/a.c");
	check_eq(str, of(GCC, "//work//./src/", "a.c", ".//x/./a.c"), "/work/src/x/a.c");
	check_eq(str, of(GCC, "/work", "a.c", "../lib/.a.c"), "/work/../lib/.a.c");
	check_eq(str, of(GCC, "/", "a.c", "a.c"), "/a.c");
	check_eq(str, of(GCC, "", "a.c", "./a.c"), "a.c");
}

/* What NASM 2.16.01 writes for `nasm k.asm`, `nasm src/k.asm`, `nasm ../k.asm`, and with an
 * absolute path. */
Test(source_path, nasm_names_are_joined_to_the_working_directory)
{
	check_eq(str, of(NASM, "/work/", "k.asm", "k.asm"), "/work/k.asm");
	check_eq(str, of(NASM, "/work/src/", "src/k.asm", "src/k.asm"), "/work/src/k.asm");
	check_eq(str, of(NASM, "/work/src/", "src/k.asm", "include/x.inc"), "/work/include/x.inc");
	check_eq(str, of(NASM, "/work/", "../k.asm", "../k.asm"), "/work/k.asm");
	check_eq(str, of(NASM, "/work/src/", "/work/src/k.asm", "/work/src/k.asm"),
		 "/work/src/k.asm");
	check_eq(str, of(NASM, "/work", "src/k.asm", "src/k.asm"), "/work/src/k.asm");
	check_eq(str, of(NASM, "/resrc/", "src/k.asm", "src/k.asm"), "/resrc/k.asm");
}

Test(source_path, a_long_path_is_cut)
{
	struct source_unit unit = { GCC, "/a/long/folder", "a.c" };
	char small[8];

	check_eq(str, source_path(&unit, "a.c", small, sizeof(small)), "/a/long");
}
