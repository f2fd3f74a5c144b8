/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/register_map.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

#include "harness/catalogue/register_text.h"

static char *map_of(const char *name)
{
	char *out = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&out, &len);

	if (name)
		register_map_print(file, catalogue_model(name));
	else
		register_map_list(file, NULL);
	fclose(file);
	return out;
}

static void expect_narrow(char *text)
{
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		check(strlen(line) <= REGISTER_TEXT_COLUMNS, "%s", line);
	free(text);
}

TestSuite(register_map, .timeout = 60);

Test(register_map, every_map_fits_a_terminal)
{
	for (size_t i = 0; i < catalogue_size(); i++)
		if (catalogue_at(i)->machines) expect_narrow(map_of(catalogue_at(i)->name));
	expect_narrow(map_of(NULL));
}

Test(register_map, a_map_has_registers_fields_windows_and_documents)
{
	char *out = map_of("uart16550");
	check(strstr(out, "\n0x01        IER                          8  rw  0x00 ") != NULL);
	check(strstr(out, "shows: DLAB=0") != NULL);
	check(strstr(out, "PC16550D 8.7") != NULL);
	check(strstr(out, "\n              0       ERBFI                        rw\n") != NULL);
	check(strstr(out, "\n              reserved: 7:4\n") != NULL);
	check(strstr(out, "ports 0x3f8-0x3ff, 0x2f8-0x2ff") != NULL);
	free(out);
}

Test(register_map, what_a_model_leaves_out_is_shown)
{
	char *out = map_of("acpi_pm");

	check(strstr(out, ", kept\n") != NULL);
	check(strstr(out, ", not modelled\n") != NULL);
	free(out);
}

Test(register_map, tables_of_a_model_have_their_titles)
{
	char *out = map_of("vga");
	check(strstr(out, "\nSequencer, behind SEQ_INDEX\n") != NULL);
	check(strstr(out, "AR00[16]") != NULL);
	free(out);
}

Test(register_map, the_list_has_devices_alone)
{
	char *out = map_of(NULL);
	check(strstr(out, "\nuart16550 ") != NULL);
	check(strstr(out, "\nbus ") == NULL);
	check(strstr(out, "\ncpu ") == NULL);
	free(out);
}
