/* SPDX-License-Identifier: MIT */
/* Exceptions in ring 0, with and without error code: vector, error code, return address, the flags
 * on the stack, and the flags in the handler. */
#include "k.h"

enum {
	SEL_NP_DATA = SEL_FREE,
	SEL_NP_CODE = SEL_FREE + 0x08,
	SEL_XO_CODE = SEL_FREE + 0x10,
	SEL_RO_DATA = SEL_FREE + 0x18,
	SEL_NP_TSS = SEL_FREE + 0x20,
	SEL_NP_LDT = SEL_FREE + 0x30,
	SEL_CALL_NP = SEL_FREE + 0x40,
	SEL_BEYOND = GDT_ENTRIES * 8 + 8,
	VECTOR = 0x90,
	IDT_ERROR = VECTOR * 8 + 2 /* selector error code: index, bit 1 = IDT, bit 0 = external */
};

struct {
	uint32_t offset;
	uint16_t selector;
} __attribute__((packed)) far_pointer;

/* --- without error code */

FRAG(div_zero, "xor %edx, %edx; xor %ecx, %ecx; mov $1, %eax", "div %ecx", "");
FRAG(div_big, "mov $1, %edx; mov $1, %ecx; xor %eax, %eax", "div %ecx", "");
FRAG(idiv_min, "mov $-1, %edx; mov $-1, %ecx; mov $0x80000000, %eax", "idiv %ecx", "");
FRAG(div_byte, "mov $0x200, %eax; mov $1, %cl", "div %cl", "");
FRAG(bp_short, "", "int3", "");
FRAG(bp_long, "", ".byte 0xcd, 3", "");
FRAG(icebp, "", ".byte 0xf1", "");
FRAG(int_gate, "", "int $0x90", "");
FRAG(of_int, "", "int $4", "");

FRAG(ud_ud2, "", "ud2", "");
FRAG(ud_ud0, "", ".byte 0x0f, 0xff, 0xc0", "");
FRAG(ud_0f0a, "", ".byte 0x0f, 0x0a", "");
FRAG(ud_lock_nop, "", ".byte 0xf0, 0x90", "");
FRAG(ud_lock_register, "", ".byte 0xf0, 0x01, 0xc1", "");
FRAG(ud_lock_load, "", ".byte 0xf0, 0x8b, 0x07", "");
FRAG(ud_lock_cmp, "", ".byte 0xf0, 0x39, 0x07", "");
FRAG(ud_mov_cs, "mov %cs, %eax", ".byte 0x8e, 0xc8", "");
FRAG(ud_lea_register, "", ".byte 0x8d, 0xc0", "");
FRAG(ud_mov_from_cr1, "", ".byte 0x0f, 0x20, 0xc8", "");
FRAG(ud_rsm, "", ".byte 0x0f, 0xaa", "");
FRAG(ud_segment_6, "", ".byte 0x8c, 0xf0", "");
FRAG(ud_cmpxchg8b_register, "", ".byte 0x0f, 0xc7, 0xc8", "");

FRAG(x87_nop, "", "fnop", "");
FRAG(x87_wait, "", "fwait", "");
FRAG(x87_init, "", "fninit", "");
FRAG(mmx_emms, "", "emms", "");
FRAG(mmx_move, "", "movq %mm0, %mm1", "");
FRAG(sse_zero, "", "xorps %xmm0, %xmm0", "");
FRAG(x87_divide,
     "fninit; fnstcw -8(" RSP "); andw $0xfffb, -8(" RSP "); fldcw -8(" RSP ");"
     "fld1; fldz; fdivrp",
     "fwait", "fnclex; fninit");
FRAG(sse_divide,
     "movl $0x1d80, -8(" RSP "); ldmxcsr -8(" RSP "); movl $0x3f800000, -8(" RSP ");"
     "movss -8(" RSP "), %xmm0; xorps %xmm1, %xmm1",
     "divss %xmm1, %xmm0", "movl $0x1f80, -8(" RSP "); ldmxcsr -8(" RSP ")");
FRAG(sse_misaligned, "", "movaps 1(" RDI "), %xmm0", "");
FRAG(fxsave_misaligned, "", "fxsave 8(" RDI ")", "");
FRAG(mxcsr_reserved, "movl $0x10000, -8(" RSP ")", "ldmxcsr -8(" RSP ")", "");

#ifdef __x86_64__
#define PUSH_FLAGS   "pushfq"
#define POP_FLAGS    "popfq"
#define OR_TOP(bits) "orl $" bits ", (%rsp)"
#else
#define PUSH_FLAGS   "pushfl"
#define POP_FLAGS    "popfl"
#define OR_TOP(bits) "orl $" bits ", (%esp)"
#endif
FRAG(step, PUSH_FLAGS "; " OR_TOP("0x100") "; " POP_FLAGS, "nop", "nop; nop");
FRAG(step_over_popf, PUSH_FLAGS ";" PUSH_FLAGS ";" OR_TOP("0x100") ";" POP_FLAGS, POP_FLAGS, "nop");
FRAG(step_into_int, PUSH_FLAGS "; " OR_TOP("0x100") "; " POP_FLAGS, "int $0x90", "nop; nop");
FRAG(flags_into_gate, PUSH_FLAGS "; " OR_TOP("0x4200") "; " POP_FLAGS, "int $0x90", "");
FRAG(flags_into_ud, PUSH_FLAGS "; " OR_TOP("0x8d5") "; " POP_FLAGS, "ud2", "");

/* --- with error code */

FRAG(load_ds, "mov %edi, %eax", "mov %eax, %ds", "");
FRAG(load_es, "mov %edi, %eax", "mov %eax, %es", "");
FRAG(load_fs, "mov %edi, %eax", "mov %eax, %fs", "");
FRAG(load_ss, "mov %edi, %eax", "mov %eax, %ss", "");
FRAG(load_tr, "mov %edi, %eax", "ltr %ax", "");
FRAG(load_ldt, "mov %edi, %eax", "lldt %ax", "");
FRAG(far_call, "mov %di, far_pointer + 4", "lcall *far_pointer", "");
FRAG(far_jump, "mov %di, far_pointer + 4", "ljmp *far_pointer", "");
#ifdef __x86_64__
FRAG(far_return, "push %rdi; push $0", "lretq", "");
FRAG(interrupt_return, "pushq $0x10; pushq %rsp; pushfq; pushq %rdi; pushq $0", "iretq", "");
#else
FRAG(far_return, "push %edi; push $0", "lretl", "");
FRAG(interrupt_return, "pushfl; push %edi; push $0", "iretl", "");
#endif
FRAG(too_long, "",
     ".byte 0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x90", "");
FRAG(longest, "",
     ".byte 0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x90", "");

#ifdef __x86_64__
#define UD64(name, bytes) FRAG(name, "", ".byte " bytes, "")
UD64(ud_push_es, "0x06");
UD64(ud_daa, "0x27");
UD64(ud_aaa, "0x37");
UD64(ud_pusha, "0x60");
UD64(ud_popa, "0x61");
UD64(ud_far_call, "0x9a, 0, 0, 0, 0, 8, 0");
UD64(ud_far_jump, "0xea, 0, 0, 0, 0, 8, 0");
UD64(ud_into, "0xce");
UD64(ud_aam, "0xd4, 0x0a");
UD64(ud_salc, "0xd6");
FRAG(hole_read, "mov $0x800000000000, %rax", "mov (%rax), %ecx", "");
FRAG(hole_write, "mov $0xffff7fffffffffff, %rax", "mov %ecx, (%rax)", "");
FRAG(hole_push, "mov %rsp, %rbx; mov $0x800000000100, %rsp", "push %rax", "");
FRAG(hole_pop, "mov $0x800000000100, %rsp", "pop %rax", "");
FRAG(hole_call, "mov $0x800000000100, %rsp", "call hole_read", "");
FRAG(hole_rbp, "mov $0x800000000100, %rbp", "mov (%rbp), %eax", "");
FRAG(hole_rsp, "mov $0x800000000100, %rsp", "mov 8(%rsp), %eax", "");
FRAG(hole_jump, "mov $0x800000000000, %rax", "jmp *%rax", "");
FRAG(hole_ret, "mov $0x800000000000, %rax; push %rax", "ret", "");
FRAG(nested_return, "pushfq; orl $0x4000, (%rsp); popfq", "iretq", "");

static void long_mode_only(void)
{
	expect("#UD PUSH ES", ud_push_es, 0, FAULT(ud_push_es, UD, 0));
	expect("#UD DAA", ud_daa, 0, FAULT(ud_daa, UD, 0));
	expect("#UD AAA", ud_aaa, 0, FAULT(ud_aaa, UD, 0));
	expect("#UD PUSHA", ud_pusha, 0, FAULT(ud_pusha, UD, 0));
	expect("#UD POPA", ud_popa, 0, FAULT(ud_popa, UD, 0));
	expect("#UD CALL far direct", ud_far_call, 0, FAULT(ud_far_call, UD, 0));
	expect("#UD JMP far direct", ud_far_jump, 0, FAULT(ud_far_jump, UD, 0));
	expect("#UD INTO", ud_into, 0, FAULT(ud_into, UD, 0));
	expect("#UD AAM", ud_aam, 0, FAULT(ud_aam, UD, 0));
	expect("#UD SALC", ud_salc, 0, FAULT(ud_salc, UD, 0));

	expect("non-canonical read", hole_read, 0, FAULT(hole_read, GP, 0));
	expect("non-canonical write", hole_write, 0, FAULT(hole_write, GP, 0));
	gate_default(SS, 0, 1);
	gate_default(GP, 0, 1);
	expect("non-canonical push", hole_push, 0, FAULT(hole_push, SS, 0));
	expect("non-canonical pop", hole_pop, 0, FAULT(hole_pop, SS, 0));
	expect("non-canonical call", hole_call, 0, FAULT(hole_call, SS, 0));
	expect("non-canonical by RBP", hole_rbp, 0, FAULT(hole_rbp, SS, 0));
	expect("non-canonical by RSP", hole_rsp, 0, FAULT(hole_rsp, SS, 0));
	gate_default(SS, 0, 0);
	gate_default(GP, 0, 0);
	expect("non-canonical jump", hole_jump, 0, FAULT(hole_jump, GP, 0));
	expect("non-canonical return", hole_ret, 0, FAULT(hole_ret, GP, 0));
	expect("IRETQ with NT", nested_return, 0, FAULT(nested_return, GP, 0));

	expect("SS takes a null selector in ring 0", load_ss, 0, RETURNS);
}

static void gates_64(void)
{
	gate_set(VECTOR, (uintptr_t)ud_ud2, SEL_KCODE32, GATE_INTERRUPT, 0, 0);
	expect("gate to 32-bit code in long mode", int_gate, 0, FAULT(int_gate, GP, SEL_KCODE32));
	gate_set(VECTOR, (uintptr_t)ud_ud2, SEL_KCODE, GATE_TASK, 0, 0);
	expect("task gate in long mode", int_gate, 0, FAULT(int_gate, GP, IDT_ERROR));
	gate_set(VECTOR, (uintptr_t)ud_ud2, SEL_KCODE, 6, 0, 0);
	expect("16-bit gate in long mode", int_gate, 0, FAULT(int_gate, GP, IDT_ERROR));
	gate_default(VECTOR, 0, 0);
}
#else
FRAG(of_into, "mov $0x7fffffff, %eax; add $1, %eax", "into", "");
FRAG(of_into_clear, "xor %eax, %eax", "into", "");
int32_t bounds[2] = { -5, 5 };
FRAG(bound_inside, "mov $5, %eax", "bound %eax, bounds", "");
FRAG(bound_above, "mov $6, %eax", "bound %eax, bounds", "");
FRAG(bound_below, "mov $-6, %eax", "bound %eax, bounds", "");
FRAG(bound_word, "mov $0x10006, %eax", "bound %ax, bounds", "");
FRAG(aam_zero, "", ".byte 0xd4, 0", "");

static void long_mode_only(void)
{
	expect("#OF by INTO", of_into, 0, TRAPS(of_into, OF));
	expect("INTO with OF clear", of_into_clear, 0, RETURNS);
	expect("BOUND inside", bound_inside, 0, RETURNS);
	expect("#BR above", bound_above, 0, FAULT(bound_above, BR, 0));
	expect("#BR below", bound_below, 0, FAULT(bound_below, BR, 0));
	expect("#DE AAM 0", aam_zero, 0, FAULT(aam_zero, DE, 0));
	expect("#GP SS null", load_ss, 0, FAULT(load_ss, GP, 0));
	expect("#GP SS null with RPL 3", load_ss, 3, FAULT(load_ss, GP, 0));
}

static void gates_64(void)
{
	gate_set(VECTOR, 0, SEL_KDATA, GATE_TASK, 0, 0);
	expect("task gate to no TSS", int_gate, 0, FAULT(int_gate, GP, SEL_KDATA));
	gate_set(VECTOR, 0, SEL_TSS, GATE_TASK, 0, 0);
	expect("task gate to the busy TSS", int_gate, 0, FAULT(int_gate, GP, SEL_TSS));
	gate_set(VECTOR, 0, SEL_NP_TSS, GATE_TASK, 0, 0);
	expect("task gate to an absent TSS", int_gate, 0, FAULT(int_gate, NP, SEL_NP_TSS));
	gate_default(VECTOR, 0, 0);
}
#endif

static void descriptors(void)
{
	gdt[SEL_NP_DATA / 8] = segment(0, 0xfffff, 0x13, SEG_G | SEG_D);
	gdt[SEL_NP_CODE / 8] = gdt[SEL_KCODE / 8] & ~(1ull << 47);
	gdt[SEL_XO_CODE / 8] = segment(0, 0xfffff, 0x99, SEG_G | SEG_D);
	gdt[SEL_RO_DATA / 8] = segment(0, 0xfffff, 0x91, SEG_G | SEG_D);
	gdt[SEL_NP_TSS / 8] = segment(0x1000, 0x67, 0x09, 0);
	gdt[SEL_NP_LDT / 8] = segment(0x1000, 0xff, 0x02, 0);
}

static void without_error_code(void)
{
	expect("#DE division by zero", div_zero, 0, FAULT(div_zero, DE, 0));
	expect("#DE quotient too big", div_big, 0, FAULT(div_big, DE, 0));
	expect("#DE smallest by -1", idiv_min, 0, FAULT(idiv_min, DE, 0));
	expect("#DE byte quotient too big", div_byte, 0, FAULT(div_byte, DE, 0));
	expect("#BP CC", bp_short, 0, TRAPS(bp_short, BP));
	expect("#BP CD 03", bp_long, 0, TRAPS(bp_long, BP));
	expect("#OF by INT 4", of_int, 0, TRAPS(of_int, OF));
	expect("INT n", int_gate, 0, TRAPS(int_gate, VECTOR));

	expect("#UD UD2", ud_ud2, 0, FAULT(ud_ud2, UD, 0));
	expect("#UD UD0", ud_ud0, 0, FAULT(ud_ud0, UD, 0));
	expect("#UD 0F 0A", ud_0f0a, 0, FAULT(ud_0f0a, UD, 0));
	expect("#UD LOCK NOP", ud_lock_nop, 0, FAULT(ud_lock_nop, UD, 0));
	expect("#UD LOCK with a register", ud_lock_register, 0, FAULT(ud_lock_register, UD, 0));
	expect("#UD LOCK MOV", ud_lock_load, (uintptr_t)&far_pointer, FAULT(ud_lock_load, UD, 0));
	expect("#UD LOCK CMP", ud_lock_cmp, (uintptr_t)&far_pointer, FAULT(ud_lock_cmp, UD, 0));
	expect("#UD MOV to CS", ud_mov_cs, 0, FAULT(ud_mov_cs, UD, 0));
	expect("#UD LEA of a register", ud_lea_register, 0, FAULT(ud_lea_register, UD, 0));
	expect("#UD MOV from CR1", ud_mov_from_cr1, 0, FAULT(ud_mov_from_cr1, UD, 0));
	expect("#UD RSM outside SMM", ud_rsm, 0, FAULT(ud_rsm, UD, 0));
	expect("#UD MOV from segment 6", ud_segment_6, 0, FAULT(ud_segment_6, UD, 0));
	expect("#UD CMPXCHG8B of a register", ud_cmpxchg8b_register, 0,
	       FAULT(ud_cmpxchg8b_register, UD, 0));
}

static uint8_t fx_area[512 + 64] ALIGNED(64);

static void floating_point(void)
{
	uintptr_t cr0 = (read_cr0() & ~(uintptr_t)(CR0_EM | CR0_TS)) | CR0_MP | CR0_NE;
	uintptr_t cr4 = read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT;
	uintptr_t fx = (uintptr_t)fx_area;

	write_cr4(cr4);
	write_cr0(cr0 | CR0_TS);
	expect("#NM x87 with TS", x87_nop, 0, FAULT(x87_nop, NM, 0));
	expect("#NM MMX with TS", mmx_move, 0, FAULT(mmx_move, NM, 0));
	expect("#NM EMMS with TS", mmx_emms, 0, FAULT(mmx_emms, NM, 0));
	expect("#NM SSE with TS", sse_zero, 0, FAULT(sse_zero, NM, 0));
	expect("#NM FWAIT with TS and MP", x87_wait, 0, FAULT(x87_wait, NM, 0));
	write_cr0((cr0 & ~(uintptr_t)CR0_MP) | CR0_TS);
	expect("FWAIT with TS, without MP", x87_wait, 0, RETURNS);
	write_cr0(cr0 | CR0_EM);
	expect("#NM x87 with EM", x87_init, 0, FAULT(x87_init, NM, 0));
	expect("#UD MMX with EM", mmx_move, 0, FAULT(mmx_move, UD, 0));
	expect("#UD EMMS with EM", mmx_emms, 0, FAULT(mmx_emms, UD, 0));
	expect("#UD SSE with EM", sse_zero, 0, FAULT(sse_zero, UD, 0));
	write_cr0(cr0);
	write_cr4(cr4 & ~(uintptr_t)CR4_OSFXSR);
	expect("#UD SSE without OSFXSR", sse_zero, 0, FAULT(sse_zero, UD, 0));
	write_cr4(cr4);
	expect("SSE enabled", sse_zero, 0, RETURNS);
	expect("x87 enabled", x87_nop, 0, RETURNS);

	expect("#GP misaligned MOVAPS", sse_misaligned, fx, FAULT(sse_misaligned, GP, 0));
	expect("#GP misaligned FXSAVE", fxsave_misaligned, fx, FAULT(fxsave_misaligned, GP, 0));
	expect("#GP LDMXCSR reserved bit", mxcsr_reserved, 0, FAULT(mxcsr_reserved, GP, 0));
	expect("#MF at the next x87 instruction", x87_divide, 0, FAULT(x87_divide, MF, 0));
	__asm__ volatile("fnclex; fninit");
	expect("#XM", sse_divide, 0, FAULT(sse_divide, XM, 0));
	write_cr4(cr4 & ~(uintptr_t)CR4_OSXMMEXCPT);
	expect("#UD SSE exception without OSXMMEXCPT", sse_divide, 0, FAULT(sse_divide, UD, 0));
}

enum { DR6_BS = 1 << 14, DR6_BD = 1 << 13 };

static void single_step(void)
{
	const volatile struct trap_frame *f = &trap_last.frame;

	write_dr6(0);
	expect("#DB after one step", step, 0, TRAPS(step, DB));
	check("the step sets DR6.BS", read_dr6() & DR6_BS, DR6_BS);
	check("the stepped flags have TF", f->flags & FLAG_TF, FLAG_TF);
	check("the handler runs without TF", trap_last.flags & FLAG_TF, 0);
	expect("#DB after the POPF that clears TF", step_over_popf, 0, TRAPS(step_over_popf, DB));
	expect("a step into INT n is not trapped in the handler", step_into_int, 0,
	       TRAPS(step_into_int, VECTOR));
	write_dr6(0);
	expect("ICEBP is a trap #DB", icebp, 0, TRAPS(icebp, DB));
	check("ICEBP leaves DR6.BS", read_dr6() & DR6_BS, 0);
}

static void flags_of_delivery(void)
{
	const uintptr_t status = FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF;
	const volatile struct trap_frame *f = &trap_last.frame;

	expect("fault with all status flags", flags_into_ud, 0, FAULT(flags_into_ud, UD, 0));
	check("the pushed status flags", f->flags & status, status);
	check("a fault pushes RF", f->flags & FLAG_RF, FLAG_RF);
	expect("INT n with IF and NT", flags_into_gate, 0, TRAPS(flags_into_gate, VECTOR));
	check("INT n pushes no RF", f->flags & FLAG_RF, 0);
	check("the pushed flags have IF and NT", f->flags & (FLAG_IF | FLAG_NT), FLAG_IF | FLAG_NT);
	check("an interrupt gate clears IF and NT", trap_last.flags & (FLAG_IF | FLAG_NT), 0);
	gate_set(VECTOR,
		 (uintptr_t)(idt[VECTOR].word[1] & 0xffff0000u) | (idt[VECTOR].word[0] & 0xffff),
		 SEL_KCODE, GATE_TRAP, 0, 0);
	expect("INT n by a trap gate", flags_into_gate, 0, TRAPS(flags_into_gate, VECTOR));
	check("a trap gate keeps IF, clears NT", trap_last.flags & (FLAG_IF | FLAG_NT), FLAG_IF);
	gate_default(VECTOR, 0, 0);
}

static void selectors(void)
{
	expect("#GP DS beyond the GDT", load_ds, SEL_BEYOND, FAULT(load_ds, GP, SEL_BEYOND));
	expect("#GP DS beyond the GDT, RPL dropped", load_ds, SEL_BEYOND | 3,
	       FAULT(load_ds, GP, SEL_BEYOND));
	expect("#GP DS in no LDT", load_ds, 0x0c, FAULT(load_ds, GP, 0x0c));
	expect("#GP DS execute-only code", load_ds, SEL_XO_CODE, FAULT(load_ds, GP, SEL_XO_CODE));
	expect("#GP ES with a TSS", load_es, SEL_TSS, FAULT(load_es, GP, SEL_TSS));
	expect("#GP DS RPL above DPL", load_ds, SEL_KDATA | 3, FAULT(load_ds, GP, SEL_KDATA));
	expect("#NP DS", load_ds, SEL_NP_DATA, FAULT(load_ds, NP, SEL_NP_DATA));
	expect("#NP FS, RPL dropped", load_fs, SEL_NP_DATA, FAULT(load_fs, NP, SEL_NP_DATA));
	expect("DS null", load_ds, 0, RETURNS);
	expect("DS null with RPL 3", load_ds, 3, RETURNS);
	expect("DS readable code", load_ds, SEL_KCODE, RETURNS);
	expect("DS ring-3 data from ring 0", load_ds, SEL_UDATA | 3, RETURNS);

	expect("#SS SS not present", load_ss, SEL_NP_DATA, FAULT(load_ss, SS, SEL_NP_DATA));
	expect("#GP SS read-only", load_ss, SEL_RO_DATA, FAULT(load_ss, GP, SEL_RO_DATA));
	expect("#GP SS code", load_ss, SEL_KCODE, FAULT(load_ss, GP, SEL_KCODE));
	expect("#GP SS beyond the GDT", load_ss, SEL_BEYOND, FAULT(load_ss, GP, SEL_BEYOND));
	expect("#GP SS with RPL 3 in ring 0", load_ss, SEL_UDATA | 3,
	       FAULT(load_ss, GP, SEL_UDATA));

	expect("#NP LTR", load_tr, SEL_NP_TSS, FAULT(load_tr, NP, SEL_NP_TSS));
	expect("#GP LTR of the busy TSS", load_tr, SEL_TSS, FAULT(load_tr, GP, SEL_TSS));
	expect("#GP LTR null", load_tr, 0, FAULT(load_tr, GP, 0));
	gdt[SEL_TSS / 8] &= ~(1ull << 41); /* a CPU that took the null selector has lost its TSS */
	load_task(SEL_TSS);
	expect("#GP LTR of data", load_tr, SEL_KDATA, FAULT(load_tr, GP, SEL_KDATA));
	expect("#NP LLDT", load_ldt, SEL_NP_LDT, FAULT(load_ldt, NP, SEL_NP_LDT));
	expect("#GP LLDT of a TSS", load_ldt, SEL_TSS, FAULT(load_ldt, GP, SEL_TSS));
	expect("LLDT null", load_ldt, 0, RETURNS);
}

static void transfers(void)
{
	expect("#GP far call null", far_call, 0, FAULT(far_call, GP, 0));
	expect("#GP far call to data", far_call, SEL_KDATA, FAULT(far_call, GP, SEL_KDATA));
	expect("#GP far call beyond the GDT", far_call, SEL_BEYOND,
	       FAULT(far_call, GP, SEL_BEYOND));
	expect("#NP far call", far_call, SEL_NP_CODE, FAULT(far_call, NP, SEL_NP_CODE));
	expect("#GP far call to DPL 3 code", far_call, SEL_UCODE | 3,
	       FAULT(far_call, GP, SEL_UCODE));
	expect("#GP far jump to data", far_jump, SEL_KDATA, FAULT(far_jump, GP, SEL_KDATA));
	expect("#NP far jump", far_jump, SEL_NP_CODE, FAULT(far_jump, NP, SEL_NP_CODE));
	expect("#GP far return null", far_return, 0, FAULT(far_return, GP, 0));
	expect("#GP far return to data", far_return, SEL_KDATA, FAULT(far_return, GP, SEL_KDATA));
	expect("#NP far return", far_return, SEL_NP_CODE, FAULT(far_return, NP, SEL_NP_CODE));
	expect("#GP IRET null", interrupt_return, 0, FAULT(interrupt_return, GP, 0));
	expect("#GP IRET to data", interrupt_return, SEL_KDATA,
	       FAULT(interrupt_return, GP, SEL_KDATA));
	expect("#NP IRET", interrupt_return, SEL_NP_CODE, FAULT(interrupt_return, NP, SEL_NP_CODE));
	expect("#GP IRET beyond the GDT", interrupt_return, SEL_BEYOND,
	       FAULT(interrupt_return, GP, SEL_BEYOND));
	expect("15 bytes are an instruction", longest, 0, RETURNS);
	expect("#GP 16 bytes are none", too_long, 0, FAULT(too_long, GP, 0));
}

static void gate_to(const char *name, uint16_t selector, struct want want)
{
	gate_set(VECTOR, (uintptr_t)ud_ud2, selector, GATE_INTERRUPT, 0, 0);
	expect(name, int_gate, 0, want);
}

static void gates(void)
{
	gate_to("#GP gate with a null selector", 0, FAULT(int_gate, GP, 0));
	gate_to("#GP gate beyond the GDT", SEL_BEYOND, FAULT(int_gate, GP, SEL_BEYOND));
	gate_to("#GP gate to data", SEL_KDATA, FAULT(int_gate, GP, SEL_KDATA));
	gate_to("#GP gate to DPL 3 code", SEL_UCODE, FAULT(int_gate, GP, SEL_UCODE));
	gate_to("#NP gate to absent code", SEL_NP_CODE, FAULT(int_gate, NP, SEL_NP_CODE));
	gate_default(VECTOR, 0, 0);
	idt[VECTOR].word[1] &= ~0x8000u;
	expect("#NP gate not present", int_gate, 0, FAULT(int_gate, NP, IDT_ERROR));
	gate_set(VECTOR, (uintptr_t)ud_ud2, SEL_KCODE, 0, 0, 0);
	expect("#GP gate of type 0", int_gate, 0, FAULT(int_gate, GP, IDT_ERROR));
	gate_default(VECTOR, 0, 0);
	load_idt(idt, VECTOR * GATE_BYTES + GATE_BYTES - 2);
	expect("#GP gate one byte beyond the IDT", int_gate, 0, FAULT(int_gate, GP, IDT_ERROR));
	load_idt(idt, VECTOR * GATE_BYTES + GATE_BYTES - 1);
	expect("the IDT's last gate", int_gate, 0, TRAPS(int_gate, VECTOR));
	load_idt(idt, sizeof idt - 1);
	gates_64();
}

void kernel_main(void)
{
	descriptors();
	without_error_code();
	floating_point();
	single_step();
	flags_of_delivery();
	selectors();
	transfers();
	gates();
	long_mode_only();
}
