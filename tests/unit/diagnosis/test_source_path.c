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
	check_eq(str, of(GCC, "/proj", "a.c", "a.c"), "/proj/a.c");
	check_eq(str, of(GCC, "/proj/src", "src/a.c", "src/a.c"), "/proj/src/src/a.c");
	check_eq(str, of(GCC, "/proj", "/usr/a.c", "/usr/include/b.h"), "/usr/include/b.h");
	check_eq(str, of(NULL, NULL, NULL, "a.c"), "a.c");
}

Test(source_path, slashes_and_dots_that_mean_nothing_are_left_out)
{
	check_eq(str, of(GCC, "/proj/", "a.c", "a.c"), "/proj/a.c");
	check_eq(str, of(GCC, "/proj", "./a.c", "./a.c"), "/proj/a.c");
	check_eq(str, of(GCC, "//proj//./src/", "a.c", ".//x/./a.c"), "/proj/src/x/a.c");
	check_eq(str, of(GCC, "/proj", "a.c", "../lib/.a.c"), "/proj/../lib/.a.c");
	check_eq(str, of(GCC, "/", "a.c", "a.c"), "/a.c");
	check_eq(str, of(GCC, "", "a.c", "./a.c"), "a.c");
}

/* What NASM 2.16.01 writes for `nasm k.asm`, `nasm src/k.asm`, `nasm ../k.asm`, and with an
 * absolute path. */
Test(source_path, nasm_names_are_joined_to_the_working_directory)
{
	check_eq(str, of(NASM, "/proj/", "k.asm", "k.asm"), "/proj/k.asm");
	check_eq(str, of(NASM, "/proj/src/", "src/k.asm", "src/k.asm"), "/proj/src/k.asm");
	check_eq(str, of(NASM, "/proj/src/", "src/k.asm", "include/x.inc"), "/proj/include/x.inc");
	check_eq(str, of(NASM, "/proj/", "../k.asm", "../k.asm"), "/proj/k.asm");
	check_eq(str, of(NASM, "/proj/src/", "/proj/src/k.asm", "/proj/src/k.asm"),
		 "/proj/src/k.asm");
	check_eq(str, of(NASM, "/proj", "src/k.asm", "src/k.asm"), "/proj/src/k.asm");
	check_eq(str, of(NASM, "/resrc/", "src/k.asm", "src/k.asm"), "/resrc/k.asm");
}

Test(source_path, a_long_path_is_cut)
{
	struct source_unit unit = { GCC, "/a/long/folder", "a.c" };
	char small[8];

	check_eq(str, source_path(&unit, "a.c", small, sizeof(small)), "/a/long");
}
