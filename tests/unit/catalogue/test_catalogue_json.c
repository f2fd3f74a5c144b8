/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/catalogue_json.h"
#include "tests/check.h"

#include <jansson.h>
#include <stdlib.h>

static char *out;
static size_t len;
static FILE *file;

static void start(void) { file = open_memstream(&out, &len); }

static json_t *parsed(void)
{
	json_error_t why;
	fclose(file);
	json_t *value = json_loads(out, 0, &why);
	require(value != NULL, "%s", why.text);
	free(out);
	return value;
}

static char *value_of(const json_t *o, const char *key)
{
	require_eq(int, json_typeof(json_object_get(o, key)), JSON_STRING, "%s", key);
	return (char *)json_string_value(json_object_get(o, key));
}

TestSuite(catalogue_json, .init = start, .timeout = 60);

Test(catalogue_json, a_lint)
{
	struct catalogue_lint lint;
	require(catalogue_find("vga.VSE.sleep", &lint));
	check(catalogue_json_lint(file, &lint));
	json_t *o = parsed();
	check_eq(str, value_of(o, "id"), "vga.VSE.sleep");
	check_eq(str, value_of(o, "severity"), "guest");
	check_eq(str, value_of(o, "document"),
		 "IBM PS/2 HITR, Video Subsystem, Video Subsystem Enable");
	check_eq(int, json_typeof(json_object_get(o, "read")), JSON_FALSE);
	check_eq(int, json_typeof(json_object_get(o, "from_table")), JSON_FALSE);
	json_decref(o);
}

Test(catalogue_json, all_lints)
{
	size_t n = 0;
	struct catalogue_lint *all = catalogue_list(&n);
	check(catalogue_json_lints(file, all, n));
	json_t *array = parsed();
	check_eq(sz, json_array_size(array), n);
	free(all);
	json_decref(array);
}

Test(catalogue_json, a_model_with_its_registers)
{
	check(catalogue_json_model(file, catalogue_model("uart16550")));
	json_t *o = parsed(), *table = json_array_get(json_object_get(o, "tables"), 0);
	json_t *ier = json_array_get(json_object_get(table, "registers"), 4);
	check_eq(sz, json_array_size(json_object_get(o, "machines")), 3);
	check_eq(sz, json_array_size(json_object_get(o, "places")), 4);
	check_eq(str, value_of(ier, "name"), "IER");
	check_eq(str, value_of(ier, "window"), "DLAB=0");
	check_eq(str, value_of(ier, "reset"), "0x00");
	check_eq(int, json_typeof(json_object_get(ier, "read")), JSON_TRUE);
	check_eq(sz, json_array_size(json_object_get(ier, "fields")), 4);
	check(json_array_size(json_object_get(o, "lints")) > 10);
	json_decref(o);
}

Test(catalogue_json, all_models)
{
	check(catalogue_json_models(file));
	json_t *array = parsed();
	check(json_array_size(array) > 20);
	check(json_array_size(array) < catalogue_size());
	json_decref(array);
}

Test(catalogue_json, a_full_disk_is_reported)
{
	FILE *full = fopen("/dev/full", "w");
	require(full != NULL);
	setvbuf(full, NULL, _IONBF, 0);
	check(!catalogue_json_models(full));
	fclose(full);
	fclose(file);
	free(out);
}
