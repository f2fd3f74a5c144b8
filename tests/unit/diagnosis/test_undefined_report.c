/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/undefined_report.h"
#include "tests/check.h"

#include <stdlib.h>

#include "emu/x86/start_state.h"

static struct cpu_regs regs;
static char *text;

TestSuite(undefined_report, .timeout = 60);

static const char *report(void)
{
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	require_ne(ptr, out, NULL);
	undefined_report(&regs, out);
	fclose(out);
	return text;
}

Test(undefined_report, registers_that_nobody_set_are_named)
{
	struct mem mem;

	require_eq(ptr, mem_init(&mem, UINT64_C(2) << 20, 0xb0000000), NULL);
	require(start_state_protected(&regs, &mem, 0x1000, 0x100000));
	for (int i = 0; i < CPU_R8; i++)
		if (i != CPU_RCX && i != CPU_RSI) regs.gpr[i] = 0x1000;
	check_eq(str, report(),
		 "  ecx, esi: the initial value of registers that the boot protocol leaves "
		 "undefined; were they never set?\n");
	mem_free(&mem);
}

Test(undefined_report, in_64_bit_code_both_halves_and_the_low_one_count)
{
	struct mem mem;

	require_eq(ptr, mem_init(&mem, UINT64_C(2) << 20, 0xb0000000), NULL);
	require(start_state_long(&regs, &mem, 0x1000, 0x2000, 0x100000));
	for (int i = 0; i < CPU_N_GPR; i++) regs.gpr[i] = 0;
	regs.gpr[CPU_R12] = START_UNDEFINED;
	check_ne(ptr, strstr(report(), "  r12: "), NULL, "%s", text);
	regs.gpr[CPU_R12] = 0;
	regs.gpr[CPU_RDX] = START_UNDEFINED & UINT32_MAX;
	check_ne(ptr, strstr(report(), "  rdx: "), NULL, "%s", text);
	mem_free(&mem);
}

Test(undefined_report, a_stack_that_began_there_and_an_address_made_of_it_are_named)
{
	regs.gpr[CPU_RSP] = (START_UNDEFINED & UINT32_MAX) - 12;
	regs.cr2 = (START_UNDEFINED & UINT32_MAX) + 8;
	check_ne(ptr, strstr(report(), "sp counts from"), NULL, "%s", text);
	check_ne(ptr, strstr(text, "cr2 is an address"), NULL, "%s", text);
}

Test(undefined_report, registers_with_other_values_are_not_named)
{
	for (int i = 0; i < CPU_N_GPR; i++) regs.gpr[i] = 0xdeadbeef - (uint64_t)i;
	regs.cr2 = 0xdeadbeef;
	check_eq(str, report(), "");
	check(!start_undefined_near(0));
	check(start_undefined_near((START_UNDEFINED & UINT32_MAX) - 4));
}
