/* SPDX-License-Identifier: MIT */
/* The drivers' checks of control registers; x86_rules.c of the host's accessors has the same rules
 * from the manual a second time, and both must agree. */
#include "bimetal/x86/control.h"

#include "bimetal/x86/msrs.h"
#include "tests/unit/drivers/host_fixture.h"
#include "x86_rules.h"

static struct x86_cpu x86;
static const struct control long_mode = { .cr0 = X86_CR0_PE | X86_CR0_WP | X86_CR0_PG,
					  .cr4 = X86_CR4_PAE,
					  .efer = X86_EFER_LME | X86_EFER_LMA };
static const struct control protected_mode = { .cr0 = X86_CR0_PE };

static void set_up(void)
{
	host_power_on();
	x86 = x86_of_host(&cpu);
}

TestSuite(x86_control, .init = set_up, .fini = host_power_off, .timeout = 60);

Test(x86_control, what_cr0_refuses_has_a_name)
{
	struct control pae = protected_mode;
	pae.efer = X86_EFER_LME;
	check_eq(int, cr0_check(&long_mode, long_mode.cr0), CONTROL_OK);
	check_eq(int, cr0_check(&long_mode, long_mode.cr0 | UINT64_C(1) << 32), CONTROL_RESERVED);
	check_eq(int, cr0_check(&protected_mode, X86_CR0_PG), CR0_PAGING_UNPROTECTED);
	check_eq(int, cr0_check(&protected_mode, X86_CR0_PE | X86_CR0_NW), CR0_NW_WITHOUT_CD);
	check_eq(int, cr0_check(&protected_mode, X86_CR0_PE | X86_CR0_NW | X86_CR0_CD), CONTROL_OK);
	check_eq(int, cr0_check(&pae, X86_CR0_PE | X86_CR0_PG), CR0_PAGING_NEEDS_PAE);
	pae.cr4 = X86_CR4_PAE;
	check_eq(int, cr0_check(&pae, X86_CR0_PE | X86_CR0_PG), CONTROL_OK);
	check_eq(int, cr0_check(&long_mode, X86_CR0_PE), CR0_PAGING_IN_LONG_MODE);
	struct control cet = long_mode;
	cet.cr4 |= X86_CR4_CET;
	check_eq(int, cr0_check(&cet, long_mode.cr0 & ~X86_CR0_WP), CR4_CET_WITHOUT_WP);
}

Test(x86_control, what_cr4_refuses_has_a_name)
{
	struct control now = long_mode;
	check_eq(int, cr4_check(&now, X86_CR4_PAE | X86_CR4_PGE), CONTROL_OK);
	check_eq(int, cr4_check(&now, X86_CR4_PAE | UINT64_C(1) << 15), CONTROL_RESERVED);
	check_eq(int, cr4_check(&now, X86_CR4_PAE | UINT64_C(1) << 25), CONTROL_RESERVED);
	check_eq(int, cr4_check(&now, X86_CR4_PGE), CR4_PAE_IN_LONG_MODE);
	check_eq(int, cr4_check(&now, X86_CR4_PAE | X86_CR4_LA57), CR4_LA57_IN_LONG_MODE);
	check_eq(int, cr4_check(&now, X86_CR4_PAE | X86_CR4_PCIDE), CONTROL_OK);
	check_eq(int, cr4_check(&protected_mode, X86_CR4_PAE | X86_CR4_PCIDE), CR4_PCID_OUTSIDE);
	now.cr3 = 0x1001;
	check_eq(int, cr4_check(&now, X86_CR4_PAE | X86_CR4_PCIDE), CR4_PCID_IN_USE);
	now.cr4 |= X86_CR4_PCIDE;
	check_eq(int, cr4_check(&now, X86_CR4_PAE | X86_CR4_PCIDE), CONTROL_OK, "it stays set");
	check_eq(int, cr4_check(&protected_mode, X86_CR4_CET), CR4_CET_WITHOUT_WP);
}

Test(x86_control, what_efer_refuses_has_a_name)
{
	check_eq(int, efer_check(&long_mode, X86_EFER_LME | X86_EFER_NXE | X86_EFER_SCE),
		 CONTROL_OK);
	check_eq(int, efer_check(&long_mode, X86_EFER_NXE), EFER_LME_WHILE_PAGING);
	check_eq(int, efer_check(&protected_mode, X86_EFER_LME), CONTROL_OK);
	check_eq(int, efer_check(&protected_mode, UINT64_C(1) << 9), CONTROL_RESERVED);
	check_eq(int, efer_check(NULL, 0), CONTROL_NULL_POINTER);
}

/* Firmware may have set a bit that came after this code: changes of others must not fail by it. */
Test(x86_control, unknown_bits_that_are_set_may_stay)
{
	const uint64_t unknown = UINT64_C(1) << 21;
	struct control now = long_mode;

	now.efer |= unknown;
	check_eq(int, efer_check(&now, now.efer | X86_EFER_SCE), CONTROL_OK);
	check_eq(int, efer_check(&now, now.efer | UINT64_C(1) << 9), CONTROL_RESERVED);
	now.cr4 |= UINT64_C(1) << 28;
	check_eq(int, cr4_check(&now, now.cr4 | X86_CR4_PGE), CONTROL_OK);
	check_eq(int, cr4_check(&now, now.cr4 | UINT64_C(1) << 25), CONTROL_RESERVED);
	check_eq(int, cr4_check(NULL, 0), CONTROL_NULL_POINTER);
	check_eq(int, cr0_check(NULL, 0), CONTROL_NULL_POINTER);
}

Test(x86_control, what_xcr0_refuses_has_a_name)
{
	const uint64_t base = X86_XCR0_X87, sse = base | X86_XCR0_SSE, avx = sse | X86_XCR0_AVX;
	const uint64_t avx512 = X86_XCR0_OPMASK | X86_XCR0_ZMM_HI256 | X86_XCR0_HI16_ZMM;
	check_eq(int, xcr0_check(0), XCR0_NO_X87);
	check_eq(int, xcr0_check(base | X86_XCR0_AVX), XCR0_AVX_WITHOUT_SSE);
	check_eq(int, xcr0_check(avx), CONTROL_OK);
	check_eq(int, xcr0_check(sse | X86_XCR0_BNDREGS), XCR0_HALF_OF_MPX);
	check_eq(int, xcr0_check(sse | X86_XCR0_BNDREGS | X86_XCR0_BNDCSR), CONTROL_OK);
	check_eq(int, xcr0_check(avx | X86_XCR0_OPMASK), XCR0_HALF_OF_AVX512);
	check_eq(int, xcr0_check(sse | avx512), XCR0_AVX512_WITHOUT_AVX);
	check_eq(int, xcr0_check(avx | avx512), CONTROL_OK);
	check_eq(int, xcr0_check(avx | X86_XCR0_XTILEDATA), XCR0_HALF_OF_AMX);
	check_eq(int, xcr0_check(avx | UINT64_C(1) << 8), CONTROL_RESERVED);
	check_eq(int, xcr0_check(avx | X86_XCR0_PKRU | X86_XCR0_LWP), CONTROL_OK);
}

/* All combinations of the bits that rules are about. */
Test(x86_control, the_drivers_rules_are_those_of_the_host)
{
	for (uint64_t low = 0; low < 1024; low++)
		for (unsigned high = 0; high < 4; high++) {
			uint64_t value = low | (uint64_t)high << 17;
			check_eq(int, xcr0_check(value) == CONTROL_OK, host_x86_xcr0_valid(value),
				 "%#llx", (unsigned long long)value);
		}
	struct control now = long_mode;
	struct host_x86_control same = { now.cr0, now.cr3, now.cr4, now.efer };
	for (unsigned i = 0; i < 32; i++) {
		uint64_t cr0 = (i & 1 ? X86_CR0_PE : 0) | (i & 2 ? X86_CR0_PG : 0) |
			       (i & 4 ? X86_CR0_NW : 0) | (i & 8 ? X86_CR0_CD : 0) |
			       (i & 16 ? X86_CR0_WP : 0);
		check_eq(int, cr0_check(&now, cr0) == CONTROL_OK, host_x86_cr0_valid(&same, cr0));
	}
	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t cr4 = now.cr4 ^ UINT64_C(1) << bit;
		check_eq(int, cr4_check(&now, cr4) == CONTROL_OK,
			 host_x86_cr4_valid(&cpu, &same, cr4), "bit %u", bit);
	}
}

Test(x86_control, an_update_is_one_write_and_a_refused_one_is_none)
{
	check_eq(int, cr0_update(x86, 0, X86_CR0_TS), CONTROL_OK);
	check_eq(u64, x86_cr0(x86), UINT64_C(0x80010019));
	check_eq(u64, cpu.s.x86.n_done, 1);
	check_eq(int, cr0_update(x86, X86_CR0_TS, 0), CONTROL_OK);
	check_eq(u64, x86_cr0(x86), UINT64_C(0x80010011));
	check_eq(int, cr0_update(x86, X86_CR0_PG, 0), CR0_PAGING_IN_LONG_MODE);
	check_eq(int, cr0_update(x86, 0, UINT64_C(1) << 7), CONTROL_RESERVED);
	check_eq(int, cr4_update(x86, X86_CR4_PAE, 0), CR4_PAE_IN_LONG_MODE);
	check_eq(int, efer_update(x86, X86_EFER_LME, 0), EFER_LME_WHILE_PAGING);
	check_eq(u64, cpu.s.x86.n_done, 2);
	check_eq(int, cr4_update(x86, 0, X86_CR4_PGE | X86_CR4_OSXSAVE), CONTROL_OK);
	check_eq(u64, x86_cr4(x86), X86_CR4_PAE | X86_CR4_PGE | X86_CR4_OSXSAVE);
	check_eq(int, efer_update(x86, 0, X86_EFER_NXE), CONTROL_OK);
	check_eq(u64, msr_read(x86.msrs, X86_EFER), UINT64_C(0xd00));
	check_eq(u64, cpu.s.x86.faults, 0);
}

Test(x86_control, xcr0_is_written_where_the_kernel_turned_it_on)
{
	check_eq(int, xcr0_write(x86, 7), XCR0_NO_OSXSAVE);
	check_eq(int, cr4_update(x86, 0, X86_CR4_OSXSAVE), CONTROL_OK);
	check_eq(int, xcr0_write(x86, 5), XCR0_AVX_WITHOUT_SSE);
	check_eq(int, xcr0_write(x86, 7), CONTROL_OK);
	check_eq(u64, x86_xcr(x86, 0), 7);
	check_eq(u64, cpu.s.x86.faults, 0);
}

/* ---- CR3 ---- */

Test(x86_control, cr3_has_caching_bits_or_a_pcid)
{
	uint64_t value = 0;
	struct cr3 plain = { .table = UINT64_C(0x000ffffffffff000),
			     .write_through = true,
			     .cache_disable = true };
	struct cr3 pcid = { .table = 0x5000, .pcid = 4095, .keep = true };
	check_eq(int, cr3_pack(&plain, false, &value), CONTROL_OK);
	check_eq(u64, value, UINT64_C(0x000ffffffffff018));
	struct cr3 back = cr3_unpack(value, false);
	check_eq(u64, back.table, plain.table);
	check(back.write_through && back.cache_disable && back.pcid == 0 && !back.keep);
	check_eq(int, cr3_pack(&pcid, true, &value), CONTROL_OK);
	check_eq(u64, value, UINT64_C(0x8000000000005fff));
	back = cr3_unpack(value & ~X86_CR3_KEEP, true);
	check_eq(u64, back.table, 0x5000);
	check_eq(uint, back.pcid, 4095);
	check(!back.write_through && !back.cache_disable && !back.keep);
}

Test(x86_control, mistakes_of_cr3_have_names)
{
	uint64_t value = 7;
	check_eq(int, cr3_pack(&(struct cr3){ .table = 0x5001 }, true, &value), CR3_UNALIGNED);
	check_eq(int, cr3_pack(&(struct cr3){ .table = UINT64_C(1) << 52 }, true, &value),
		 CR3_TOO_HIGH);
	check_eq(int, cr3_pack(&(struct cr3){ .pcid = 4096 }, true, &value), CR3_BAD_PCID);
	check_eq(int, cr3_pack(&(struct cr3){ .pcid = 1 }, false, &value), CR3_PCID_IS_OFF);
	check_eq(int, cr3_pack(&(struct cr3){ .keep = true }, false, &value), CR3_PCID_IS_OFF);
	check_eq(int, cr3_pack(&(struct cr3){ .write_through = true }, true, &value),
		 CR3_PCID_AND_CACHING);
	check_eq(int, cr3_pack(&(struct cr3){ .cache_disable = true }, true, &value),
		 CR3_PCID_AND_CACHING);
	check_eq(int, cr3_pack(NULL, true, &value), CONTROL_NULL_POINTER);
	check_eq(u64, value, 7);
}

Test(x86_control, cr3_is_written_as_cr4_says)
{
	struct cr3 cr3 = { .table = 0x7000, .pcid = 9, .keep = true };
	check_eq(int, cr3_write(x86, &cr3), CR3_PCID_IS_OFF);
	check_eq(u64, cpu.s.x86.n_done, 0);
	check_eq(int, cr4_update(x86, 0, X86_CR4_PCIDE), CONTROL_OK);
	check_eq(int, cr3_write(x86, &cr3), CONTROL_OK);
	check_eq(u64, host_x86_last(&cpu.s.x86, 0).a, UINT64_C(0x8000000000007009),
		 "bit 63 is written");
	check_eq(u64, x86_cr3(x86), 0x7009, "and not kept");
	check_eq(uint, cr3_read(x86).pcid, 9);
	x86_reload_cr3(x86);
	check_eq(u64, host_x86_last(&cpu.s.x86, 0).a, 0x7009);
}
