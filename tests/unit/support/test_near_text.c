/* SPDX-License-Identifier: MIT */
#include "harness/support/near_text.h"
#include "tests/check.h"

#include <string.h>

Test(near_text, slips_are_counted)
{
	check_eq(uint, near_text("ioapic", "ioapic"), 0);
	check_eq(uint, near_text("IOAPIC", "ioapic"), 0);
	check_eq(uint, near_text("uart_16550", "uart16550"), 1);
	check_eq(uint, near_text("ioapi", "ioapic"), 1);
	check_eq(uint, near_text("ioapci", "ioapic"), 2);
	check_eq(uint, near_text("com5", "com1"), 1);
}

Test(near_text, another_name_is_no_slip)
{
	check_eq(uint, near_text("vga", "hpet"), NEAR_TEXT_NOT);
	check_eq(uint, near_text("uart16550.FOO", "uart16550.DLL.zero"), NEAR_TEXT_NOT);
	check_eq(uint, near_text("", "vga"), NEAR_TEXT_NOT);
	check_eq(uint, near_text("x", "lapic"), NEAR_TEXT_NOT);
}

Test(near_text, an_endless_text_is_cut)
{
	static char text[100000];

	memset(text, 'a', sizeof(text) - 1);
	check_eq(uint, near_text(text, "a"), NEAR_TEXT_NOT);
	check_eq(uint, near_text("a", text), NEAR_TEXT_NOT);
	check_eq(uint, near_text(text, text), 0);
}
