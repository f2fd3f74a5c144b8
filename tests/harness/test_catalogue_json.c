/* SPDX-License-Identifier: MIT */
#include "harness/catalogue_json.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
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
	cr_assert(value != NULL, "%s", why.text);
	free(out);
	return value;
}

static char *value_of(const json_t *o, const char *key)
{
	cr_assert(eq(int, json_typeof(json_object_get(o, key)), JSON_STRING), "%s", key);
	return (char *)json_string_value(json_object_get(o, key));
}

TestSuite(catalogue_json, .init = start, .timeout = 60);

Test(catalogue_json, a_lint)
{
	struct catalogue_lint lint;
	cr_assert(catalogue_find("vga.VSE.sleep", &lint));
	cr_expect(catalogue_json_lint(file, &lint));
	json_t *o = parsed();
	cr_expect(eq(str, value_of(o, "id"), "vga.VSE.sleep"));
	cr_expect(eq(str, value_of(o, "severity"), "not-modelled"));
	cr_expect(eq(str, value_of(o, "document"),
		     "IBM PS/2 HITR, Video Subsystem, Video Subsystem Enable"));
	cr_expect(eq(int, json_typeof(json_object_get(o, "read")), JSON_FALSE));
	cr_expect(eq(int, json_typeof(json_object_get(o, "from_table")), JSON_FALSE));
	json_decref(o);
}

Test(catalogue_json, all_lints)
{
	size_t n = 0;
	struct catalogue_lint *all = catalogue_list(&n);
	cr_expect(catalogue_json_lints(file, all, n));
	json_t *array = parsed();
	cr_expect(eq(sz, json_array_size(array), n));
	free(all);
	json_decref(array);
}

Test(catalogue_json, a_model_with_its_registers)
{
	cr_expect(catalogue_json_model(file, catalogue_model("uart16550")));
	json_t *o = parsed(), *table = json_array_get(json_object_get(o, "tables"), 0);
	json_t *ier = json_array_get(json_object_get(table, "registers"), 4);
	cr_expect(eq(sz, json_array_size(json_object_get(o, "machines")), 2));
	cr_expect(eq(sz, json_array_size(json_object_get(o, "places")), 4));
	cr_expect(eq(str, value_of(ier, "name"), "IER"));
	cr_expect(eq(str, value_of(ier, "window"), "DLAB=0"));
	cr_expect(eq(str, value_of(ier, "reset"), "0x00"));
	cr_expect(eq(int, json_typeof(json_object_get(ier, "read")), JSON_TRUE));
	cr_expect(eq(sz, json_array_size(json_object_get(ier, "fields")), 4));
	cr_expect(json_array_size(json_object_get(o, "lints")) > 10);
	json_decref(o);
}

Test(catalogue_json, all_models)
{
	cr_expect(catalogue_json_models(file));
	json_t *array = parsed();
	cr_expect(json_array_size(array) > 20);
	cr_expect(json_array_size(array) < catalogue_size);
	json_decref(array);
}

Test(catalogue_json, a_full_disk_is_told)
{
	FILE *full = fopen("/dev/full", "w");
	cr_assert(full != NULL);
	setvbuf(full, NULL, _IONBF, 0);
	cr_expect(not(catalogue_json_models(full)));
	fclose(full);
	fclose(file);
	free(out);
}
