/* SPDX-License-Identifier: MIT */
/* Marks in files. */
#include "harness/machine/mark_file.h"

#include <stdlib.h>
#include <unistd.h>

#include "harness/machine/host.h"
#include "tests/unit/machine/machine_fixture.h"

static char path[] = "/tmp/test_mark_file.XXXXXX";

static struct machine_mark *marked(void)
{
	struct machine_mark *mark;
	int fd = mkstemp(path);

	require(fd >= 0);
	close(fd);
	START(BUSY);
	machine_run(&machine, 7 * MS + 12345);
	mark = machine_mark(&machine);
	require(mark, "%s", machine.error);
	return mark;
}

static void save(const struct machine_mark *mark)
{
	require(machine_mark_save(&machine, mark, path), "%s", machine.error);
}

/* The machine of `config` refuses the file with these words, and is as it was. */
static void refuses(const char *words)
{
	char before[33], after[33];

	make(&twin);
	machine_digest(&twin, before);
	check_eq(ptr, machine_mark_load(&twin, path), NULL);
	check(strstr(twin.error, words), "%s", twin.error);
	check(strstr(twin.error, path), "%s", twin.error);
	machine_digest(&twin, after);
	check_eq(str, before, after);
	machine_free(&twin);
}

Test(machine, a_file_brings_another_machine_to_the_same_end)
{
	char a[33], b[33], c[33];
	struct machine_mark *mark = marked();

	machine_run(&machine, 9 * MS);
	machine_digest(&machine, a);
	save(mark);
	machine_digest(&machine, b);
	check_eq(str, a, b, "the machine stays as it is");
	machine_run(&machine, 30 * MS);
	machine_digest(&machine, a);

	make(&twin);
	machine_digest(&twin, b);
	mark = machine_mark_load(&twin, path);
	require(mark, "%s", twin.error);
	machine_digest(&twin, c);
	check_eq(str, b, c, "nor does loading change it");
	for (unsigned i = 0; i < 2; i++) {
		require(machine_restore(&twin, mark));
		machine_run(&twin, 30 * MS);
		machine_digest(&twin, b);
		check_eq(str, a, b);
	}
	machine_free(&twin);
	unlink(path);
}

Test(machine, a_mark_of_another_machine_is_refused_by_name)
{
	save(marked());
	config.memory = 2 * (uint64_t)MEMORY;
	refuses("memory: 8388608");
	config.memory = MEMORY;
	config.machine = "pc";
	refuses("machine: isapc");
	config.machine = "isapc";
	config.cpu_features = "intel";
	refuses("processor: default");
	config.cpu_features = NULL;
	config.random_fill = true;
	refuses("memory's first contents: cc");
	unlink(path);
}

Test(machine, a_damaged_file_leaves_the_machine_as_it_is)
{
	enum { NEAR_THE_END = 40 };

	save(marked());
	FILE *file = fopen(path, "r+b");
	require(file);
	require_eq(int, fseek(file, -NEAR_THE_END, SEEK_END), 0);
	int byte = fgetc(file);
	require_eq(int, fseek(file, -1, SEEK_CUR), 0);
	fputc(byte ^ 1, file);
	fclose(file);
	refuses("is damaged near byte");
	require_eq(int, truncate(path, 500), 0);
	refuses("is damaged");
	unlink(path);
	refuses("No such file");
}

Test(machine, why_a_reset_came_is_in_a_file)
{
	struct machine_mark *mark;

	(void)marked();
	START(OUTX(0xcf9, 6), JMP_SELF);
	run();
	check_eq(str, machine.s.reset_source, "port 0xcf9");
	mark = machine_mark(&machine);
	require(mark);
	save(mark);
	make(&twin);
	mark = machine_mark_load(&twin, path);
	require(mark && machine_restore(&twin, mark), "%s", twin.error);
	check_eq(str, twin.s.reset_source, "port 0xcf9");
	check_eq(int, twin.s.event, MACHINE_RESET);
	machine_free(&twin);
	unlink(path);
}

Test(machine, native_machines_have_no_files)
{
	static struct machine native;
	static struct bimetal_cpu cpu;

	require_eq(ptr, machine_host_init(&native, &config, &cpu), NULL);
	struct machine_mark *mark = machine_mark(&native);
	require(mark, "%s", native.error);
	check(!machine_mark_save(&native, mark, "/tmp/none.mark"));
	check(strstr(native.error, "without an emulated CPU"), "%s", native.error);
	machine_free(&native);
}
