/* SPDX-License-Identifier: MIT */
/* Part of pagefaults.c: instructions that read, write, or do both, and the error codes and bits
 * that each of them must cause. */
#ifndef TESTS_KERNELS_PAGEFAULTS_ACCESS_H
#define TESTS_KERNELS_PAGEFAULTS_ACCESS_H

#include "pagefaults_window.h"

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

#endif
