/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/exception.h"

#include <string.h>

#include "tests/check.h"

static char text[EXCEPTION_TEXT];

static const char *explain(unsigned vector, uint64_t error)
{
	check_lt(sz, exception_explain(vector, error, text, sizeof(text)), sizeof(text));
	return text;
}

Test(x86_exception, names)
{
	check_eq(str, exception_name(0), "#DE, divide error");
	check_eq(str, exception_name(14), "#PF, page fault");
	check_eq(str, exception_name(30), "#SX, security");
	check_eq(str, exception_name(15), "interrupt");
	check_eq(str, exception_name(31), "interrupt");
	check_eq(str, exception_name(32), "interrupt");
	check_eq(str, exception_name(UINT32_MAX), "interrupt");
}

Test(x86_exception, a_page_fault_in_words)
{
	check_eq(str, explain(14, 0), "read of a page that is not present, from the kernel");
	check_eq(str, explain(14, 7), "write to a page that does not allow it, from ring 3");
	check_eq(str, explain(14, 0x15), "fetch from a page that does not allow it, from ring 3");
	check_eq(str, explain(14, 9),
		 "read of a page that does not allow it, from the kernel, a reserved bit is set in "
		 "a table");
	check_eq(str, explain(14, 0x25),
		 "read of a page that does not allow it, from ring 3, its protection key forbids "
		 "it");
	check_eq(str, explain(14, 0x43),
		 "write to a page that does not allow it, from the kernel, "
		 "as a shadow stack");
	check_eq(str, explain(14, 0x81),
		 "read of a page that does not allow it, from the kernel, by HLAT paging");
	check_eq(str, explain(14, 0x8001),
		 "read of a page that does not allow it, from the kernel, SGX forbids it");
	check_eq(str, explain(14, UINT64_C(0x80000001)),
		 "read of a page that does not allow it, from the kernel, the RMP forbids it");
}

Test(x86_exception, a_selector_in_words)
{
	check_eq(str, explain(13, 0), "no selector");
	check_eq(str, explain(13, 0x28), "GDT entry 5 (selector 0x28)");
	check_eq(str, explain(11, 0x2c), "LDT entry 5 (selector 0x28)");
	check_eq(str, explain(11, 14 * 8 + 2), "IDT entry 14");
	check_eq(str, explain(11, 14 * 8 + 3),
		 "IDT entry 14, while an event from outside was delivered");
	check_eq(str, explain(10, 1), "no selector, while an event from outside was delivered");
	check_eq(str, explain(12, 0xfff8), "GDT entry 8191 (selector 0xfff8)");
}

Test(x86_exception, a_selector_as_data)
{
	struct exception_selector told = exception_selector(0xffff);
	check(told.external);
	check_eq(int, told.table, EXCEPTION_IDT, "bit 2 does not count where bit 1 is set");
	check_eq(uint, told.index, 8191);
	told = exception_selector(0x0c);
	check(!told.external);
	check_eq(int, told.table, EXCEPTION_LDT);
	check_eq(uint, told.index, 1);
	check_eq(int, exception_selector(0x08).table, EXCEPTION_GDT);
}

Test(x86_exception, other_error_codes)
{
	check_eq(str, explain(8, 0), "error code 0x0");
	check_eq(str, explain(29, 0x7b), "error code 0x7b");
	check_eq(str, explain(21, 3), "no ENDBRANCH");
	check_eq(str, explain(21, 0x8001), "RET");
	check_eq(str, explain(21, 77), "reserved");
	check_eq(str, explain(6, 5), "");
	check_eq(str, explain(32, 5), "");
}

Test(x86_exception, a_text_is_cut_where_the_room_ends)
{
	size_t whole = strlen(explain(13, 0x28));
	char small[6];
	memset(small, 'x', sizeof(small));
	check_eq(sz, exception_explain(13, 0x28, small, 5), whole);
	check_eq(str, small, "GDT ");
	check_eq(int, small[5], 'x');
	check_eq(sz, exception_explain(13, 0x28, NULL, 0), whole);
}

Test(x86_exception, the_longest_text_has_room)
{
	for (unsigned vector = 0; vector < 40; vector++) {
		(void)explain(vector, UINT64_MAX);
		(void)explain(vector, 0);
	}
}
