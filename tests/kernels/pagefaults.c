/* SPDX-License-Identifier: MIT */
/* Page faults: the error code of every kind of access, the exact CR2, accessed and dirty bits,
 * reserved bits, large pages, and which entries the TLB may keep. PAGING: 2 (32-bit), 3 (PAE), 4
 * (long mode). */
#include "k.h"

#if PAGING == 2
typedef uint32_t pte_t;
enum { DIRECTORY_SPAN = 4 << 20 };
#else
typedef uint64_t pte_t;
enum { DIRECTORY_SPAN = 2 << 20 };
#endif

enum {
	P = 1 << 0,
	W = 1 << 1,
	U = 1 << 2,
	A = 1 << 5,
	D = 1 << 6,
	PS = 1 << 7,
	G = 1 << 8,
	ERR_P = 1,
	ERR_W = 2,
	ERR_U = 4,
	ERR_RSVD = 8,
	ERR_ID = 16,
	PAGE = 4096,
	FRAMES = 4
};
#define NX         (1ull << 63)
#define WINDOW     ((uintptr_t)0x40000000)   /* its first DIRECTORY_SPAN: 4 KiB pages */
#define BIG        (WINDOW + DIRECTORY_SPAN) /* a large page over physical 0 */
#define AT_PAGE(n) (WINDOW + (n)*PAGE)

static pte_t window_pt[PAGE / sizeof(pte_t)] ALIGNED(PAGE);
static uint8_t frame[FRAMES][PAGE] ALIGNED(PAGE);
static pte_t *pde; /* of the window */

static void init_tables(void);

#if PAGING == 2
static pte_t directory[1024] ALIGNED(PAGE);

static void init_tables(void)
{
	for (unsigned i = 0; i < 16; i++) directory[i] = i << 22 | P | W | PS | (i == 1 ? U : 0);
	pde = &directory[WINDOW >> 22];
	write_cr4(read_cr4() | CR4_PSE);
	write_cr3((uintptr_t)directory);
}
#elif PAGING == 3
static pte_t pointers[4] ALIGNED(32);
static pte_t directory[2][512] ALIGNED(PAGE);

static void init_tables(void)
{
	for (unsigned i = 0; i < 32; i++)
		directory[0][i] = i << 21 | P | W | PS | (i == 2 || i == 3 ? U : 0);
	pointers[0] = (uintptr_t)directory[0] | P;
	pointers[1] = (uintptr_t)directory[1] | P;
	pde = directory[1];
	write_cr4(read_cr4() | CR4_PAE);
	write_cr3((uintptr_t)pointers);
}
#else
extern pte_t page_pml4[512], page_pdpt[512];
static pte_t directory[512] ALIGNED(PAGE);

static void init_tables(void)
{
	page_pdpt[1] = (uintptr_t)directory | P | W | U;
	page_pml4[256] = page_pml4[0];
	pde = directory;
	flush_tlb();
}
#endif

static void set_pte(unsigned n, pte_t entry)
{
	window_pt[n] = entry;
	invlpg(AT_PAGE(n));
}

/* Map page n to frame n with these flags; 0: not present. */
static void map(unsigned n, pte_t flags)
{
	set_pte(n, flags & P ? (uintptr_t)frame[n] | flags : flags);
}

static void set_pde(pte_t entry)
{
	*pde = entry;
	flush_tlb();
}

static void init_window(void)
{
	memset(window_pt, 0, sizeof window_pt);
	set_pde((uintptr_t)window_pt | P | W | U);
	for (unsigned n = 0; n < FRAMES; n++) memset(frame[n], 0xc3, PAGE); /* RET */
	write_cr0(read_cr0() | CR0_WP | CR0_PG);
}

/* --- the accesses --------------------------------------------------------------------------- */

/* Each fragment exists twice: in the code of ring 0 and of ring 3. */
#define BOTH(name, before, instruction, after)  \
	FRAG(name, before, instruction, after); \
	UFRAG(u_##name, before, instruction, after)

#define M "(" RDI ")"
BOTH(a_mov_r, "", "mov " M ", %eax", "");
BOTH(a_movb_r, "", "movb " M ", %al", "");
BOTH(a_cmp, "", "cmpl $0, " M, "");
BOTH(a_test, "", "testl $1, " M, "");
BOTH(a_add_r, "", "add " M ", %eax", "");
BOTH(a_push_m, "", "push " M, "pop " RAX);
BOTH(a_bt, "", "btl $3, " M, "");
BOTH(a_lods, "mov " RDI ", " RSI, "lodsl", "");
BOTH(a_scas, "", "scasb", "");
BOTH(a_movs_r, "mov " RDI ", " RSI "; lea -16(" RSP "), " RDI, "movsl", "");
BOTH(a_imul, "", "imul " M ", %eax", "");
BOTH(a_prefix_movzx, "", "movzwl " M ", %eax", "");
BOTH(a_fld, "", "flds " M, "ffree %st(0); fincstp");
BOTH(a_movups_r, "", "movups " M ", %xmm0", "");
BOTH(a_mov_w, "", "mov %eax, " M, "");
BOTH(a_movb_w, "mov $0xc3, %al", "movb %al, " M, "");
BOTH(a_mov_imm, "", "movl $0xc3c3c3c3, " M, "");
BOTH(a_stos, "", "stosl", "");
BOTH(a_movs_w, "lea -16(" RSP "), " RSI, "movsl", "");
BOTH(a_pop_m, "push " RAX, "pop " M, "");
BOTH(a_setcc, "", "setz " M, "");
BOTH(a_fst, "fninit; fld1", "fsts " M, "ffree %st(0); fincstp");
BOTH(a_movups_w, "", "movups %xmm0, " M, "");
BOTH(a_movnti, "", "movnti %eax, " M, "");
BOTH(a_or, "", "orl $1, " M, "");
BOTH(a_orb, "", "orb $1, " M, "");
BOTH(a_add, "", "add %eax, " M, "");
BOTH(a_and_all, "", "andl $-1, " M, "");
BOTH(a_adc, "", "adcl $0, " M, "");
BOTH(a_sbb, "", "sbbl $0, " M, "");
BOTH(a_xor, "", "xorl %eax, " M, "");
BOTH(a_sub, "", "subw $1, " M, "");
BOTH(a_inc, "", "incl " M, "");
BOTH(a_dec, "", "decl " M, "");
BOTH(a_not, "", "notl " M, "");
BOTH(a_neg, "", "negl " M, "");
BOTH(a_shl, "", "shll $1, " M, "");
BOTH(a_rcr, "", "rcrl $1, " M, "");
BOTH(a_shld, "", "shldl $4, %eax, " M, "");
BOTH(a_bts, "", "btsl $3, " M, "");
BOTH(a_btc, "mov $3, %ecx", "btcl %ecx, " M, "");
BOTH(a_xchg, "", "xchg %eax, " M, "");
BOTH(a_xadd, "", "xadd %eax, " M, "");
BOTH(a_cmpxchg, "xor %eax, %eax", "cmpxchg %ecx, " M, "");
BOTH(a_cmpxchg8b, "", "cmpxchg8b " M, "");
BOTH(a_lock_or, "", "lock orl $1, " M, "");
BOTH(a_lock_inc, "", "lock incl " M, "");
BOTH(a_lock_xadd, "", "lock xadd %eax, " M, "");
BOTH(a_lock_bts, "", "lock btsl $3, " M, "");
BOTH(a_lock_not, "", "lock notl " M, "");
BOTH(a_lock_cmpxchg, "xor %eax, %eax", "lock cmpxchg %ecx, " M, "");
BOTH(a_lock_cmpxchg8b, "", "lock cmpxchg8b " M, "");

struct access {
	const char *name, *fn, *at, *user_fn, *user_at;
	uintptr_t write; /* ERR_W or 0 */
};
#define READ(name, frag)                                          \
	{                                                         \
		name, frag, frag##_at, u_##frag, u_##frag##_at, 0 \
	}
#define WRITE(name, frag)                                             \
	{                                                             \
		name, frag, frag##_at, u_##frag, u_##frag##_at, ERR_W \
	}
#define RMW(name, frag) \
	WRITE("RMW " name, frag) /* read, then written: hardware faults as for a write */
static const struct access accesses[] = {
	READ("MOV r,m", a_mov_r),
	READ("MOV r8,m8", a_movb_r),
	READ("CMP", a_cmp),
	READ("TEST", a_test),
	READ("ADD r,m", a_add_r),
	READ("PUSH m", a_push_m),
	READ("BT", a_bt),
	READ("LODS", a_lods),
	READ("SCAS", a_scas),
	READ("MOVS from", a_movs_r),
	READ("IMUL", a_imul),
	READ("MOVZX", a_prefix_movzx),
	READ("FLD", a_fld),
	READ("MOVUPS x,m", a_movups_r),
	WRITE("MOV m,r", a_mov_w),
	WRITE("MOV m8,r8", a_movb_w),
	WRITE("MOV m,imm", a_mov_imm),
	WRITE("STOS", a_stos),
	WRITE("MOVS to", a_movs_w),
	WRITE("POP m", a_pop_m),
	WRITE("SETcc", a_setcc),
	WRITE("FST", a_fst),
	WRITE("MOVUPS m,x", a_movups_w),
	WRITE("MOVNTI", a_movnti),
	RMW("OR", a_or),
	RMW("OR byte", a_orb),
	RMW("ADD", a_add),
	RMW("AND -1", a_and_all),
	RMW("ADC", a_adc),
	RMW("SBB", a_sbb),
	RMW("XOR", a_xor),
	RMW("SUB word", a_sub),
	RMW("INC", a_inc),
	RMW("DEC", a_dec),
	RMW("NOT", a_not),
	RMW("NEG", a_neg),
	RMW("SHL", a_shl),
	RMW("RCR", a_rcr),
	RMW("SHLD", a_shld),
	RMW("BTS", a_bts),
	RMW("BTC", a_btc),
	RMW("XCHG", a_xchg),
	RMW("XADD", a_xadd),
	RMW("CMPXCHG", a_cmpxchg),
	RMW("CMPXCHG8B", a_cmpxchg8b),
	RMW("LOCK OR", a_lock_or),
	RMW("LOCK INC", a_lock_inc),
	RMW("LOCK XADD", a_lock_xadd),
	RMW("LOCK BTS", a_lock_bts),
	RMW("LOCK NOT", a_lock_not),
	RMW("LOCK CMPXCHG", a_lock_cmpxchg),
	RMW("LOCK CMPXCHG8B", a_lock_cmpxchg8b),
};
enum { N_ACCESSES = sizeof accesses / sizeof *accesses };

static const char *join(const char *a, const char *b)
{
	static char text[80];
	size_t n = strlen(a);

	memcpy(text, a, n);
	memcpy(text + n, b, strlen(b) + 1);
	return text;
}

static struct want page_fault(uintptr_t ip, uintptr_t error, uintptr_t cr2)
{
	return (struct want){
		.vector = PF, .error = error, .ip = ip, .with_cr2 = true, .cr2 = cr2
	};
}

/* One access in every situation that affects its error code. */
static void try_access(const struct access *a)
{
	const uintptr_t where = AT_PAGE(0) + 0x120;
	uintptr_t ip = (uintptr_t)a->at, user_ip = (uintptr_t)a->user_at;

	map(0, 0);
	expect(join(a->name, ", not present"), a->fn, where, page_fault(ip, a->write, where));
	expect_user(join(a->name, ", user, not present"), a->user_fn, where,
		    page_fault(user_ip, ERR_U | a->write, where));
	map(0, P | W);
	expect_user(join(a->name, ", user, ring 0's page"), a->user_fn, where,
		    page_fault(user_ip, ERR_U | ERR_P | a->write, where));
	if (a->write) {
		map(0, P);
		expect(join(a->name, ", read-only"), a->fn, where,
		       page_fault(ip, ERR_P | ERR_W, where));
		map(0, P | U);
		expect_user(join(a->name, ", user, read-only"), a->user_fn, where,
			    page_fault(user_ip, ERR_U | ERR_P | ERR_W, where));
	}
	*pde &= ~(pte_t)A;
	map(0, P | W | U);
	flush_tlb();
	expect(join(a->name, ", allowed"), a->fn, where, RETURNS);
	check(join(a->name, ", A and D"), window_pt[0] & (A | D), a->write ? A | D : A);
	check(join(a->name, ", A of the directory entry"), *pde & A, A);
	map(0, P | W | U);
	expect_user(join(a->name, ", user, allowed"), a->user_fn, where, RETURNS);
}

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
