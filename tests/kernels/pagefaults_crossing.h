/* SPDX-License-Identifier: MIT */
/* Part of pagefaults.c: CR2, accesses over the end of a page, strings, and paging on demand. */
#ifndef TESTS_KERNELS_PAGEFAULTS_CROSSING_H
#define TESTS_KERNELS_PAGEFAULTS_CROSSING_H

#include "pagefaults_access.h"

/* --- CR2 and page crossing ------------------------------------------------------------------- */

BOTH(x_read4, "", "mov " M ", %eax", "");
BOTH(x_write4, "mov $0x11223344, %eax", "mov %eax, " M, "");
BOTH(x_or4, "", "orl $0x01010101, " M, "");
BOTH(x_lock_or4, "", "lock orl $0x01010101, " M, "");
FRAG(x_read16, "", "movups " M ", %xmm0", "");
FRAG(x_write16, "", "movups %xmm0, " M, "");
FRAG(x_read_qword, "", "fildll " M, "ffree %st(0); fincstp");
FRAG(bts_far, "mov $0x8020, %ecx", "btsl %ecx, " M, "");

static void exact_cr2(void)
{
	static const uint16_t offsets[] = { 0x000, 0x001, 0x123, 0x7ff, 0xffe, 0xfff };

	map(0, 0);
	map(1, 0);
	for (unsigned i = 0; i < sizeof offsets / sizeof *offsets; i++) {
		uintptr_t where = AT_PAGE(0) + offsets[i];
		expect("CR2 of a byte read", a_movb_r, where, FAULT_CR2(a_movb_r, 0, where));
		expect("CR2 of a byte write", a_movb_w, where, FAULT_CR2(a_movb_w, ERR_W, where));
		expect("CR2 of a byte RMW OR", a_orb, where, FAULT_CR2(a_orb, ERR_W, where));
	}
	map(0, P | W);
	expect("CR2 of an RMW BTS beyond its operand", bts_far, AT_PAGE(0),
	       FAULT_CR2(bts_far, ERR_W, AT_PAGE(1) + 4));
}

static void crossing(void)
{
	const uintptr_t where = AT_PAGE(1) - 2, second = AT_PAGE(1);

	map(0, P | W | U);
	map(1, 0);
	expect("read into an absent page", x_read4, where, FAULT_CR2(x_read4, 0, second));
	expect("write into an absent page", x_write4, where, FAULT_CR2(x_write4, ERR_W, second));
	check("no byte of it was written", frame[0][PAGE - 2], 0xc3);
	expect("RMW OR into an absent page", x_or4, where, FAULT_CR2(x_or4, ERR_W, second));
	expect("RMW LOCK OR into an absent page", x_lock_or4, where,
	       FAULT_CR2(x_lock_or4, ERR_W, second));
	expect("16-byte read into an absent page", x_read16, second - 15,
	       FAULT_CR2(x_read16, 0, second));
	expect("16-byte write into an absent page", x_write16, second - 1,
	       FAULT_CR2(x_write16, ERR_W, second));
	check("no byte of the 16 was written", frame[0][PAGE - 1], 0xc3);
	expect("8-byte x87 read into an absent page", x_read_qword, second - 4,
	       FAULT_CR2(x_read_qword, 0, second));
	map(1, P);
	expect("write into a read-only page", x_write4, where,
	       FAULT_CR2(x_write4, ERR_P | ERR_W, second));
	check("no byte of it was written, either", frame[0][PAGE - 2], 0xc3);
	expect_user("user read into ring 0's page", u_x_read4, where,
		    FAULT_CR2(u_x_read4, ERR_U | ERR_P, second));
	map(0, 0);
	map(1, P | W);
	expect("read out of an absent page", x_read4, where, FAULT_CR2(x_read4, 0, where));
	expect("write out of an absent page", x_write4, where, FAULT_CR2(x_write4, ERR_W, where));
	check("the present page was not written", frame[1][0], 0xc3);
	map(1, 0);
	expect("read over two absent pages", x_read4, where, FAULT_CR2(x_read4, 0, where));
	expect("write over two absent pages", x_write4, where, FAULT_CR2(x_write4, ERR_W, where));
	map(0, P | W);
	map(1, P | W);
	expect("write over two present pages", x_write4, where, RETURNS);
	check("its first half", frame[0][PAGE - 2] | frame[0][PAGE - 1] << 8, 0x3344);
	check("its second half", frame[1][0] | frame[1][1] << 8, 0x1122);
	check("D of both pages", window_pt[0] & window_pt[1] & D, D);
	memset(frame[0], 0xc3, PAGE);
	memset(frame[1], 0xc3, PAGE);
}

/* --- strings --------------------------------------------------------------------------------- */

static uint8_t buffer[64];
FRAG(rep_movs_from, "mov " RDI ", " RSI "; mov $buffer, " RDI "; mov $16, %ecx", "rep movsb", "");
FRAG(rep_movs_to, "mov $buffer, " RSI "; mov $4, %ecx", "rep movsl", "");
FRAG(rep_stos, "mov $16, %ecx; mov $0xc3, %al", "rep stosb", "");
FRAG(rep_stos_down, "std; mov $16, %ecx; mov $0xc3, %al", "rep stosb", "cld");
FRAG(rep_cmps, "mov $buffer, " RSI "; mov $16, %ecx", "repe cmpsb", "");
FRAG(rep_none, "xor %ecx, %ecx", "rep stosb", "");

static void check_registers(const char *name, uintptr_t cx, uintptr_t si, uintptr_t di)
{
	const volatile struct trap_frame *f = &trap_last.frame;

	if (f->cx == cx && (si == 0 || f->si == si) && f->di == di)
		report(true, name);
	else
		fail(name, "got cx %p si %p di %p want cx %p si %p di %p", f->cx, f->si, f->di, cx,
		     si ? si : f->si, di);
}

static void strings(void)
{
	const uintptr_t second = AT_PAGE(1), b = (uintptr_t)buffer;

	map(0, P | W);
	map(1, 0);
	expect("REP MOVSB from an absent page", rep_movs_from, second - 8,
	       FAULT_CR2(rep_movs_from, 0, second));
	check_registers("its registers", 8, second, b + 8);
	expect("REP MOVSL to an absent page", rep_movs_to, second - 8,
	       FAULT_CR2(rep_movs_to, ERR_W, second));
	check_registers("its registers, dwords", 2, b + 8, second);
	expect("REP STOSB to an absent page", rep_stos, second - 5,
	       FAULT_CR2(rep_stos, ERR_W, second));
	check_registers("its registers, STOS", 11, 0, second);
	memset(buffer, 0xc3, sizeof buffer);
	memset(frame[0], 0xc3, PAGE);
	expect("REPE CMPSB from an absent page", rep_cmps, second - 3,
	       FAULT_CR2(rep_cmps, 0, second));
	check_registers("its registers, CMPS", 13, b + 3, second);
	map(0, 0);
	map(1, P | W);
	expect("REP STOSB downwards", rep_stos_down, second + 2,
	       FAULT_CR2(rep_stos_down, ERR_W, second - 1));
	check_registers("its registers, downwards", 13, 0, second - 1);
	check("the fault pushed DF", trap_last.frame.flags & FLAG_DF, FLAG_DF);
	map(1, 0);
	expect("REP with a count of 0 touches nothing", rep_none, second, RETURNS);
}

static unsigned demand_faults;

static void map_on_demand(struct trap_frame *f)
{
	unsigned n = (unsigned)((read_cr2() - WINDOW) / PAGE);

	(void)f;
	demand_faults++;
	if (n < FRAMES) window_pt[n] = (uintptr_t)frame[n] | P | W; /* no INVLPG is needed */
}

static void demand_paging(void)
{
	for (unsigned n = 0; n < FRAMES; n++) map(n, 0);
	for (unsigned i = 0; i < sizeof buffer; i++) buffer[i] = (uint8_t)i;
	demand_faults = 0;
	trap_hook[PF] = map_on_demand;
	report(!try_call(rep_movs_to, AT_PAGE(1) - 8), "REP MOVSL over pages mapped on demand");
	check("faults taken by it", demand_faults, 2);
	check("the first page's bytes", (uint64_t)memcmp(&frame[0][PAGE - 8], buffer, 8), 0);
	check("the second page's bytes", (uint64_t)memcmp(frame[1], buffer + 8, 8), 0);
	report(!try_call(x_write4, AT_PAGE(3) - 1), "a write over two pages mapped on demand");
	check("faults taken by both", demand_faults, 4);
	check("the byte before the edge", frame[2][PAGE - 1], 0x44);
	check("the byte behind the edge", frame[3][0], 0x33);
	trap_hook[PF] = NULL;
}

#endif
