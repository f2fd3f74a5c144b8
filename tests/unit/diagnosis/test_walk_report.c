/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "harness/diagnosis/walk_report.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

#define NX (UINT64_C(1) << 63)
enum { P = 1, W = 2, U = 4, A = 0x20, D = 0x40, PS = 0x80, G = 0x100 };

static struct page_explanation e;
static char verdict[WALK_VERDICT_SIZE];
static char *text;

static void start(void)
{
	e = (struct page_explanation){
		.mode = { .cr0 = 0x80010011, .cr3 = 0x1000, .cr4 = 0x20, .efer = 0xd00 },
		.linear = 0x5123,
		.access = PAGE_WRITE,
		.refusal = PAGE_NOT_PRESENT,
		.refused_at = 1,
		.walk = { .levels = 2,
			  .entry_bytes = 8,
			  .entry = { 0x2000 | P | W | U | A, 0 },
			  .entry_pa = { 0x1000, 0x2028 } },
	};
	e.level[0].name = "PDE";
	e.level[1].name = "PTE";
	e.level[1].index = 5;
	e.level[1].leaf = true;
	for (unsigned i = 0; i < 2; i++) e.level[i].has_rights = e.level[i].in_memory = true;
	text = NULL;
}

static void finish(void) { free(text); }

static const char *say(void) { return walk_verdict(&e, verdict, sizeof(verdict)); }

static void report(void)
{
	static size_t size;
	FILE *out = open_memstream(&text, &size);
	walk_report(&e, out);
	fclose(out);
}

static bool has(const char *phrase) { return strstr(text, phrase) != NULL; }

TestSuite(walk_report, .init = start, .fini = finish, .timeout = 60);

Test(walk_report, shows_each_level_with_its_flags_and_the_verdict)
{
	report();
	check(has("walk of 0x5123 for a supervisor write: 4-level paging, CR3 0x1000, CR0.WP, "
		  "EFER.NXE\n"),
	      "%s", text);
	check(has("PDE  [  0] at 0x0000001000  0000000000002027  P W U A\n"), "%s", text);
	check(has("PTE  [  5] at 0x0000002028  0000000000000000  not present\n"));
	check(has("  PTE[5] at 0x2028 is not present: it is zero"));
}

Test(walk_report, an_absent_entry_with_other_bits_is_told_apart_from_an_empty_one)
{
	e.walk.entry[1] = 0x1234000;
	check(strstr(say(), "its P bit (bit 0) is clear") != NULL);
	check(strstr(verdict, "0x1234000") != NULL);
}

Test(walk_report, a_leaf_is_shown_with_the_flags_that_a_leaf_has)
{
	e.refusal = PAGE_NO_EXECUTE;
	e.walk.entry[0] |= D | G; /* ignored in a table */
	e.walk.entry[1] = 0x9000 | P | D | PS | G | NX;
	report();
	check(has("2027") || has("2167"));
	check(has("  P W U A\n"), "%s", text);
	check(has("  P D PAT G NX"), "bit 7 of a PTE is PAT: %s", text);
	check(has("forbids execution: its NX bit (bit 63) is set"));
}

Test(walk_report, thirty_two_bit_entries_are_eight_digits)
{
	e.mode.efer = e.mode.cr4 = 0;
	e.walk.entry_bytes = 4;
	report();
	check(has("32-bit paging"));
	check(has("at 0x0000001000  00002027  P"), "%s", text);
}

Test(walk_report, the_bit_that_refuses_rights_is_named)
{
	e.refused_at = 0;
	e.refusal = PAGE_READ_ONLY;
	check(strstr(say(), "PDE[0] at 0x1000 is read-only: its R/W bit (bit 1) is clear, and "
			    "CR0.WP") != NULL);
	e.user = true;
	check(strstr(say(), "CR0.WP") == NULL, "ring 3 does not need WP");
	e.refusal = PAGE_SUPERVISOR_ONLY;
	check(strstr(say(), "its U/S bit (bit 2) is clear") != NULL);
	e.refusal = PAGE_SMEP;
	check(strstr(say(), "CR4.SMEP") != NULL);
}

Test(walk_report, reserved_bits_are_explained)
{
	static const struct {
		unsigned bit;
		const char *why;
	} cases[] = { { 63, "EFER.NXE" },
		      { 45, "beyond the physical addresses" },
		      { 13, "large page" } };
	e.refusal = PAGE_RESERVED_BIT;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		e.reserved = UINT64_C(1) << cases[i].bit;
		check(strstr(say(), cases[i].why) != NULL, "%s", verdict);
	}
	e.level[1].name = "PDPTE";
	e.reserved = PS;
	check(strstr(say(), "1 GiB pages") != NULL);
	e.level[1].name = "PML4E";
	check(strstr(say(), "reserved in a PML4E") != NULL);
	e.level[1].has_rights = false;
	check(strstr(say(), "PAE paging") != NULL);
}

Test(walk_report, tables_outside_memory_are_reported_so)
{
	e.level[1].in_memory = false;
	e.walk.entry[1] = UINT64_MAX;
	report();
	check(has("no memory there"));
	check(has("there is no memory where PTE[5] at 0x2028 should be"), "%s", text);
}

Test(walk_report, an_access_that_is_allowed_now_is_called_allowed)
{
	e.refusal = PAGE_ALLOWED;
	e.walk.present = true;
	e.walk.pa = 0x9123;
	e.walk.page_size = 4096;
	e.walk.entry[1] = 0x9000 | P | W;
	report();
	check(has("P W, a page of 4 KiB at 0x9000\n"), "%s", text);
	check(has("the tables allow it as they are now, to physical 0x9123"));
}

Test(walk_report, without_paging_there_is_nothing_to_walk)
{
	e.mode.cr0 = 1;
	report();
	check(has("paging is off, it is physical 0x5123\n"));
}

Test(walk_report, an_address_that_is_not_canonical_needs_no_walk)
{
	e.refusal = PAGE_NONCANONICAL;
	e.walk.levels = 0;
	report();
	check(has("0x5123 is not canonical: bits 63 to 47 must all be equal"));
}
