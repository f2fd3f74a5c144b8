/* SPDX-License-Identifier: MIT */
/* Page faults: the error code of every kind of access, the exact CR2, accessed and dirty bits,
 * reserved bits, large pages, and which entries the TLB may keep. PAGING: 2 (32-bit), 3 (PAE), 4
 * (long mode). */
#include "pagefaults_crossing.h"

/* --- fetches --------------------------------------------------------------------------------- */

BOTH(jump, "", "call *" RDI, "");

static void fetches(const char *when, uintptr_t id)
{
	uintptr_t where = AT_PAGE(0) + 0x321;
	static const uint8_t code[] = { 0xb8, 0x78, 0x56, 0x34, 0x12, 0xc3 }; /* MOV EAX,imm; RET */

	memset(frame[0], 0xc3, PAGE);
	map(0, 0);
	expect(join("fetch, not present", when), jump, where, page_fault(where, id, where));
	expect_user(join("fetch, user, not present", when), u_jump, where,
		    page_fault(where, ERR_U | id, where));
	map(0, P);
	expect_user(join("fetch, user, ring 0's page", when), u_jump, where,
		    page_fault(where, ERR_U | ERR_P | id, where));
	expect(join("fetch, allowed", when), jump, where, RETURNS);
	check(join("A and D of a fetched page", when), window_pt[0] & (A | D), A);
	map(0, P | U);
	expect_user(join("fetch, user, allowed", when), u_jump, where, RETURNS);

	memcpy(&frame[0][PAGE - 3], code, 3);
	memcpy(frame[1], code + 3, 3);
	map(1, 0);
	where = AT_PAGE(1) - 3;
	expect(join("instruction into an absent page", when), jump, where,
	       page_fault(where, id, AT_PAGE(1)));
	map(1, P);
	expect(join("instruction over two pages", when), jump, where, RETURNS);
	check(join("its immediate", when), frag_ax, 0x12345678);
}

#if PAGING > 2
static void no_execute(void)
{
	const uintptr_t where = AT_PAGE(0) + 0x321;

	map(0, P | W | U | NX);
	expect("NX is reserved without EFER.NXE", a_mov_r, where,
	       FAULT_CR2(a_mov_r, ERR_P | ERR_RSVD, where));
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);
	fetches(" (NXE)", ERR_ID);
	map(0, P | W | U | NX);
	expect("NX page read", a_mov_r, where, RETURNS);
	expect("NX page written", a_mov_w, where, RETURNS);
	expect("NX page fetched", jump, where, page_fault(where, ERR_P | ERR_ID, where));
	expect_user("NX page fetched by the user", u_jump, where,
		    page_fault(where, ERR_U | ERR_P | ERR_ID, where));
	expect_user("NX page read by the user", u_a_mov_r, where, RETURNS);
	map(0, P | U);
	set_pde(*pde | NX);
	expect("NX of the directory entry", jump, where, page_fault(where, ERR_P | ERR_ID, where));
	set_pde(*pde & ~NX);
	map(0, P);
	memset(frame[0], 0xc3, PAGE);
	expect("NX taken away", jump, where, RETURNS);
}
#endif

static void user_protection(void)
{
	const uintptr_t where = AT_PAGE(0) + 0x10;

	map(0, P | W | U);
	if (cpu_has_smep()) {
		write_cr4(read_cr4() | CR4_SMEP);
		expect("SMEP: ring 0 fetches the user's page", jump, where,
		       page_fault(where, ERR_P | ERR_ID, where));
		expect("SMEP: ring 0 reads the user's page", a_mov_r, where, RETURNS);
		expect_user("SMEP: the user fetches its page", u_jump, where, RETURNS);
		map(0, 0);
		expect("SMEP: a fetch of an absent page has I/D", jump, where,
		       page_fault(where, ERR_ID, where));
		map(0, P);
		expect("SMEP: ring 0 fetches its page", jump, where, RETURNS);
		write_cr4(read_cr4() & ~(uintptr_t)CR4_SMEP);
	} else {
		skip("SMEP", "not in CPUID");
	}
	map(0, P | W | U);
	memset(frame[0], 0xc3, PAGE);
	expect("without SMEP: ring 0 fetches the user's page", jump, where, RETURNS);
	if (!cpu_has_smap()) {
		skip("SMAP", "not in CPUID");
		return;
	}
	write_cr4(read_cr4() | CR4_SMAP);
	expect("SMAP: ring 0 reads the user's page", a_mov_r, where,
	       FAULT_CR2(a_mov_r, ERR_P, where));
	expect("SMAP: ring 0 writes the user's page", a_mov_w, where,
	       FAULT_CR2(a_mov_w, ERR_P | ERR_W, where));
	__asm__ volatile("stac");
	expect("SMAP: ring 0 reads it with AC set", a_mov_r, where, RETURNS);
	__asm__ volatile("clac");
	write_cr4(read_cr4() & ~(uintptr_t)CR4_SMAP);
}

/* --- entries --------------------------------------------------------------------------------- */

static void levels(void)
{
	const uintptr_t where = AT_PAGE(0) + 0x456;
	const pte_t table = (uintptr_t)window_pt;

	map(0, P | W | U);
	set_pde(table | W | U);
	expect("directory entry not present", a_mov_w, where, FAULT_CR2(a_mov_w, ERR_W, where));
	set_pde(table | P | U);
	expect("directory entry read-only", a_mov_w, where,
	       FAULT_CR2(a_mov_w, ERR_P | ERR_W, where));
	expect("directory entry read-only: reading", a_mov_r, where, RETURNS);
	set_pde(table | P | W);
	expect_user("directory entry of ring 0", u_a_mov_r, where,
		    FAULT_CR2(u_a_mov_r, ERR_U | ERR_P, where));
	set_pde(table | P | W | U);
	expect_user("all levels the user's", u_a_mov_r, where, RETURNS);
#if PAGING == 2
	set_pte(0, 0xfffffffe);
#else
	set_pte(0, ~(pte_t)P);
#endif
	expect("an absent entry's other bits mean nothing", a_mov_r, where,
	       FAULT_CR2(a_mov_r, 0, where));
}

static void write_protect_off(void)
{
	const uintptr_t where = AT_PAGE(0) + 0x456;

	write_cr0(read_cr0() & ~(uintptr_t)CR0_WP);
	map(0, P);
	expect("WP=0: ring 0 writes a read-only page", a_mov_w, where, RETURNS);
	check("WP=0: D of it", window_pt[0] & D, D);
	map(0, P | U);
	expect("WP=0: ring 0 writes the user's read-only page", a_mov_w, where, RETURNS);
	expect_user("WP=0: the user may not", u_a_mov_w, where,
		    FAULT_CR2(u_a_mov_w, ERR_U | ERR_P | ERR_W, where));
	write_cr0(read_cr0() | CR0_WP);
	flush_tlb();
	expect("WP=1 again", a_mov_w, where, FAULT_CR2(a_mov_w, ERR_P | ERR_W, where));
}

static void translations(void)
{
	const uintptr_t where = AT_PAGE(0) + 0x10;
	const volatile uint8_t *byte = (const volatile uint8_t *)where;

	frame[0][0x10] = 0x10;
	frame[1][0x10] = 0x11;
	map(0, P | W);
	check("first frame", *byte, 0x10);
	set_pte(0, (uintptr_t)frame[1] | P | W);
	check("another frame after INVLPG", *byte, 0x11);
	window_pt[0] = (uintptr_t)frame[0] | P | W;
	flush_tlb();
	check("the first again after MOV CR3", *byte, 0x10);
	map(0, 0);
	expect("gone after INVLPG", a_mov_r, where, FAULT_CR2(a_mov_r, 0, where));
	window_pt[0] = (uintptr_t)frame[0] | P;
	expect("present after the fault, without INVLPG", a_mov_r, where, RETURNS);
	expect("read-only", a_mov_w, where, FAULT_CR2(a_mov_w, ERR_P | ERR_W, where));
	window_pt[0] |= W;
	expect("writable after the fault, without INVLPG", a_mov_w, where, RETURNS);

	window_pt[0] &= ~(pte_t)(A | D);
	invlpg(where);
	expect("D cleared, INVLPG, read", a_mov_r, where, RETURNS);
	check("A comes back, D does not", window_pt[0] & (A | D), A);
	expect("then written", a_mov_w, where, RETURNS);
	check("D comes back", window_pt[0] & (A | D), A | D);

	map(0, P | W | G);
	write_cr4(read_cr4() | CR4_PGE);
	expect("global page", a_mov_r, where, RETURNS);
	window_pt[0] = (uintptr_t)frame[1] | P | W | G;
	write_cr4(read_cr4() & ~(uintptr_t)CR4_PGE);
	check("clearing CR4.PGE flushes global pages", *byte, frame[1][0x10]);
	memset(frame[0], 0xc3, PAGE);
	memset(frame[1], 0xc3, PAGE);
}

static void large_page(void)
{
	pte_t *big = pde + 1;
	const uintptr_t physical = (uintptr_t)frame[2] + 0x20;
	const uintptr_t where = BIG + physical % DIRECTORY_SPAN;
	const pte_t base = physical & ~(pte_t)(DIRECTORY_SPAN - 1);

	frame[2][0x20] = 0x77;
	*big = base | P | W | U | PS;
	flush_tlb();
	check("large page, read", *(const volatile uint8_t *)where, 0x77);
	check("large page, A and D after a read", *big & (A | D), A);
	expect("large page, written", a_movb_w, where, RETURNS);
	check("large page, A and D after a write", *big & (A | D), A | D);
	check("large page, the byte", frame[2][0x20], 0xc3);
	*big = base | P | PS;
	flush_tlb();
	expect("large page, read-only", a_mov_w, where, FAULT_CR2(a_mov_w, ERR_P | ERR_W, where));
	expect_user("large page, ring 0's", u_a_mov_r, where,
		    FAULT_CR2(u_a_mov_r, ERR_U | ERR_P, where));
	*big = base | P | W | PS | 1 << (PAGING == 2 ? 21 : 13);
	flush_tlb();
	expect("large page, reserved address bit", a_mov_r, where,
	       FAULT_CR2(a_mov_r, ERR_P | ERR_RSVD, where));
	*big = 0;
	flush_tlb();
	expect("large page, gone", a_mov_r, where, FAULT_CR2(a_mov_r, 0, where));
}

#if PAGING > 2
static void reserved_bits(void)
{
	const uintptr_t where = AT_PAGE(0) + 0x456;
	uint32_t max_physical = cpuid_or_zero(0x80000008u, 0).eax & 0xff;

	if (max_physical == 0) max_physical = 36;
	check_range("physical address bits", max_physical, 36, 52);
	if (max_physical == 52) {
		skip("reserved address bits", "all 52 are implemented");
		return;
	}
	map(0, P | W | U | 1ull << 51);
	expect("reserved bit, read", a_mov_r, where, FAULT_CR2(a_mov_r, ERR_P | ERR_RSVD, where));
	expect("reserved bit, written", a_mov_w, where,
	       FAULT_CR2(a_mov_w, ERR_P | ERR_W | ERR_RSVD, where));
	expect("reserved bit, RMW OR", a_or, where,
	       FAULT_CR2(a_or, ERR_P | ERR_W | ERR_RSVD, where));
	expect_user("reserved bit, user", u_a_mov_r, where,
		    FAULT_CR2(u_a_mov_r, ERR_U | ERR_P | ERR_RSVD, where));
	map(0, P | W | U | 1ull << max_physical);
	expect("lowest reserved address bit", a_mov_r, where,
	       FAULT_CR2(a_mov_r, ERR_P | ERR_RSVD, where));
	map(0, P | W | U | 1ull << 52);
	if (PAGING == 4)
		expect("bit 52 is ignored", a_mov_r, where, RETURNS);
	else
		expect("bit 52 is reserved", a_mov_r, where,
		       FAULT_CR2(a_mov_r, ERR_P | ERR_RSVD, where));
	map(0, P | W | U);
	set_pde(*pde | 1ull << 51);
	expect("reserved bit of the directory entry", a_mov_r, where,
	       FAULT_CR2(a_mov_r, ERR_P | ERR_RSVD, where));
	set_pde(*pde & ~(1ull << 51));
}
#endif

#if PAGING == 3
FRAG(load_cr3, "mov %cr3, %eax", "mov %eax, %cr3", "");

static void top_levels(void)
{
	const uintptr_t where = AT_PAGE(0);

	map(0, P | W | U);
	pointers[2] = (uintptr_t)directory[1] | P | W;
	expect("MOV CR3 with a reserved PDPTE bit", load_cr3, 0, FAULT(load_cr3, GP, 0));
	pointers[2] = 0;
	pointers[1] &= ~(pte_t)P;
	expect("the PDPTE is in a register", a_mov_r, where, RETURNS);
	flush_tlb();
	expect("PDPTE not present", a_mov_r, where, FAULT_CR2(a_mov_r, 0, where));
	pointers[1] |= P;
	flush_tlb();
	expect("PDPTE present", a_mov_r, where, RETURNS);
}
#elif PAGING == 4
static void top_levels(void)
{
	const uintptr_t low = AT_PAGE(0) + 0x789, high = 0xffff800000000000 + low;

	map(0, P | W | U);
	flush_tlb();
	expect("the upper half", a_mov_w, high, RETURNS);
	map(0, 0);
	flush_tlb();
	expect("CR2 in the upper half", a_mov_w, high, FAULT_CR2(a_mov_w, ERR_W, high));
	map(0, P | W | U);
	page_pdpt[1] &= ~(pte_t)P;
	flush_tlb();
	expect("PDPTE not present", a_mov_r, low, FAULT_CR2(a_mov_r, 0, low));
	page_pdpt[1] = (uintptr_t)directory | P | U;
	flush_tlb();
	expect("PDPTE read-only", a_mov_w, low, FAULT_CR2(a_mov_w, ERR_P | ERR_W, low));
	page_pdpt[1] = (uintptr_t)directory | P | W;
	flush_tlb();
	expect_user("PDPTE of ring 0", u_a_mov_r, low, FAULT_CR2(u_a_mov_r, ERR_U | ERR_P, low));
	page_pdpt[1] = (uintptr_t)directory | P | W | U;
	page_pml4[256] &= ~(pte_t)W;
	flush_tlb();
	expect("PML4E read-only", a_mov_w, high, FAULT_CR2(a_mov_w, ERR_P | ERR_W, high));
	expect("the other PML4E is not", a_mov_w, low, RETURNS);
	page_pml4[256] = page_pml4[0] | PS;
	flush_tlb();
	expect("PS of a PML4E is reserved", a_mov_r, high,
	       FAULT_CR2(a_mov_r, ERR_P | ERR_RSVD, high));
	page_pml4[256] = 0;
	flush_tlb();
	expect("PML4E not present", a_mov_r, high, FAULT_CR2(a_mov_r, 0, high));
	page_pml4[256] = page_pml4[0];

	const uintptr_t giant = 0x80000000 + (uintptr_t)frame[0] + 0x100;
	page_pdpt[2] = P | W | U | PS;
	flush_tlb();
	if (cpu_has_1g_pages()) {
		expect("1 GiB page", a_mov_w, giant, RETURNS);
		check("1 GiB page, A and D", page_pdpt[2] & (A | D), A | D);
		page_pdpt[2] |= 1 << 13;
		flush_tlb();
		expect("1 GiB page, reserved address bit", a_mov_r, giant,
		       FAULT_CR2(a_mov_r, ERR_P | ERR_RSVD, giant));
	} else {
		expect("PS of a PDPTE is reserved without 1 GiB pages", a_mov_r, giant,
		       FAULT_CR2(a_mov_r, ERR_P | ERR_RSVD, giant));
	}
}
#else
static void top_levels(void) {}
#endif

/* --- stacks and descriptor tables ------------------------------------------------------------- */

UFRAG(u_push, "mov " RDI ", " RSP, "push " RAX, "");
UFRAG(u_pop, "mov " RDI ", " RSP, "pop " RAX, "");
UFRAG(u_call, "mov " RDI ", " RSP, "call u_push", "");
UFRAG(u_ret, "mov " RDI ", " RSP, "ret", "");
UFRAG(u_load_segment, "mov %edi, %eax", "mov %eax, %es", "");
FRAG(load_segment, "mov %edi, %eax", "mov %eax, %es", "");

static void stacks(void)
{
	const uintptr_t top = AT_PAGE(1), slot = top - sizeof(uintptr_t);

	map(0, 0);
	map(1, P | W | U);
	expect_user("PUSH to an absent page", u_push, top, FAULT_CR2(u_push, ERR_U | ERR_W, slot));
	check("PUSH left the stack pointer", trap_last.frame.sp, top);
	expect_user("CALL to an absent page", u_call, top, FAULT_CR2(u_call, ERR_U | ERR_W, slot));
	check("CALL left the stack pointer", trap_last.frame.sp, top);
	expect_user("POP from an absent page", u_pop, slot, FAULT_CR2(u_pop, ERR_U, slot));
	check("POP left the stack pointer", trap_last.frame.sp, slot);
	expect_user("RET from an absent page", u_ret, slot, FAULT_CR2(u_ret, ERR_U, slot));
	map(0, P | W | U);
}

/* The GDT spans two pages, with the selectors in use on the first. Descriptors are read with the
 * rights of ring 0, even if ring 3 loads the segment. */
static void descriptor_table(void)
{
	const uintptr_t base = AT_PAGE(1) - SEL_FREE;
	const uint16_t selector = SEL_FREE + 0x10;

	gdt[selector / 8] = gdt[SEL_UDATA / 8];
	memcpy(&frame[0][PAGE - SEL_FREE], gdt, SEL_FREE);
	memcpy(frame[1], &gdt[SEL_FREE / 8], 64);
	map(0, P | W);
	map(1, 0);
	load_gdt((const void *)base, sizeof gdt - 1);
	expect("descriptor on an absent page", load_segment, selector,
	       FAULT_CR2(load_segment, 0, base + selector));
	expect_user("descriptor on an absent page, user", u_load_segment, selector | 3,
		    FAULT_CR2(u_load_segment, 0, base + selector));
	map(1, P | W);
	expect_user("descriptor on ring 0's page, user", u_load_segment, selector | 3, RETURNS);
	load_gdt(gdt, sizeof gdt - 1);
	memset(frame[0], 0xc3, PAGE);
	memset(frame[1], 0xc3, PAGE);
}

void kernel_main(void)
{
	init_tables();
	init_window();
	write_cr4(read_cr4() | CR4_OSFXSR);
	for (unsigned i = 0; i < N_ACCESSES; i++) try_access(&accesses[i]);
	exact_cr2();
	crossing();
	strings();
	demand_paging();
	levels();
	write_protect_off();
	translations();
	large_page();
	stacks();
	descriptor_table();
	top_levels();
	fetches("", 0);
#if PAGING > 2
	reserved_bits();
	if (cpu_has_nx())
		no_execute();
	else
		skip("NX", "not in CPUID");
#endif
	user_protection();
}
