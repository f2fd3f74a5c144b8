/* SPDX-License-Identifier: MIT */
/* Which actions of a guest are intercepted (unread: AMD APM Vol. 2, 15.7 to 15.14). */
#include "emu/bytes.h"
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/debug.h"
#include "emu/unicorn/x86/sites.h"
#include "emu/unicorn/x86/transfer.h"

bool svm_intercepts(const struct cpu *cpu, enum vmexit code)
{
	return cpu->s.svm.intercepts >> (code - VMEXIT_INTR) & 1;
}

/* --- instructions */

enum { CR8 = 8, CS_TS_MP = CR0_TS | CR0_MP, LMSW = 6, INVLPG = 7 };
enum { SMSW_DIGIT = 4, NO_EXIT = -1 };

/* Instructions that are intercepted before any exception of their own (Linux, KVM's table of
 * intercepts: those before exceptions). */
static int exit_before_exceptions(const struct insn *insn)
{
	enum { NOP = 0x90, PUSHF = 0x9c, POPF, INT = 0xcd, IRET = 0xcf, ICEBP = 0xf1 };
	enum { CPUID = 0xa2, RSM = 0xaa };
	if (insn->map == INSN_0F) {
		if (insn->opcode == CPUID) return VMEXIT_CPUID;
		return insn->opcode == RSM ? VMEXIT_RSM : NO_EXIT;
	}
	if (insn->map != INSN_ONE_BYTE) return NO_EXIT;
	switch (insn->opcode) {
	case NOP: return insn->prefixes & INSN_REP ? VMEXIT_PAUSE : NO_EXIT;
	case PUSHF: return VMEXIT_PUSHF;
	case POPF: return VMEXIT_POPF;
	case INT: return VMEXIT_SWINT;
	case IRET: return VMEXIT_IRET;
	case ICEBP: return VMEXIT_ICEBP;
	default: return NO_EXIT;
	}
}

/* SLDT, STR, LLDT, LTR. */
static int exit_of_group6(const struct insn *insn)
{
	static const enum vmexit code[] = { VMEXIT_LDTR_READ, VMEXIT_TR_READ, VMEXIT_LDTR_WRITE,
					    VMEXIT_TR_WRITE };
	unsigned digit = insn_digit(insn);
	return digit < sizeof code / sizeof code[0] ? (int)code[digit] : NO_EXIT;
}

/* SGDT, SIDT, LGDT, LIDT, INVLPG, RDTSCP; SMSW and LMSW are accesses to CR0. */
static int exit_of_group7(const struct insn *insn)
{
	enum { RDTSCP = 0xf9 };
	static const enum vmexit code[] = { VMEXIT_GDTR_READ, VMEXIT_IDTR_READ, VMEXIT_GDTR_WRITE,
					    VMEXIT_IDTR_WRITE };
	unsigned digit = insn_digit(insn);
	if (insn->modrm == RDTSCP) return VMEXIT_RDTSCP;
	if (!insn->memory) return NO_EXIT;
	if (digit == INVLPG) return VMEXIT_INVLPG;
	return digit < sizeof code / sizeof code[0] ? (int)code[digit] : NO_EXIT;
}

/* Instructions whose exceptions for privilege and mode come first. */
static int exit_of(const struct insn *insn)
{
	enum { HLT = 0xf4, INVD = 0x08, WBINVD = 0x09, RDTSC = 0x31, RDPMC = 0x33 };
	if (insn->map == INSN_ONE_BYTE) return insn->opcode == HLT ? VMEXIT_HLT : NO_EXIT;
	if (insn->map != INSN_0F) return NO_EXIT;
	switch (insn->opcode) {
	case 0x00: return exit_of_group6(insn);
	case 0x01: return exit_of_group7(insn);
	case INVD: return VMEXIT_INVD;
	case WBINVD: return VMEXIT_WBINVD;
	case RDTSC: return VMEXIT_RDTSC;
	case RDPMC: return VMEXIT_RDPMC;
	default: return NO_EXIT;
	}
}

static bool is_port_access(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	return insn->map == INSN_ONE_BYTE &&
	       ((op >= 0x6c && op <= 0x6f) || (op >= 0xe4 && op <= 0xe7) ||
		(op >= 0xec && op <= 0xef));
}

static bool is_msr_access(const struct insn *insn)
{
	enum { WRMSR = 0x30, RDMSR = 0x32 };
	return insn->map == INSN_0F && (insn->opcode == WRMSR || insn->opcode == RDMSR);
}

/* MOV to and from CRn and DRn, CLTS, SMSW, LMSW. */
enum { CLTS = 0x06, READ_CR = 0x20, READ_DR, WRITE_CR, WRITE_DR, GROUP7 = 0x01 };
static bool is_register_access(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	if (insn->map != INSN_0F) return false;
	if (op == GROUP7) return insn_digit(insn) == SMSW_DIGIT || insn_digit(insn) == LMSW;
	return op == CLTS || (op >= READ_CR && op <= WRITE_DR);
}

bool svm_concerns(const struct insn *insn)
{
	return exit_before_exceptions(insn) != NO_EXIT || exit_of(insn) != NO_EXIT ||
	       is_port_access(insn) || is_msr_access(insn) || is_register_access(insn);
}

/* --- control and debug registers */

static bool cr_intercepted(const struct cpu *cpu, unsigned reg, bool write)
{
	enum { WRITES = 16 };
	return cpu->s.svm.cr_intercepts >> (write ? WRITES + reg : reg) & 1;
}

static void leave_for_cr(struct cpu *cpu, unsigned reg, bool write)
{
	svm_leave(cpu, (write ? VMEXIT_CR_WRITE : VMEXIT_CR_READ) + (uint64_t)reg, 0, 0);
}

/* LMSW counts as a write of other bits than TS and MP, whatever it writes; CLTS never does. */
static bool selective(const struct cpu *cpu, const struct insn *insn)
{
	if (!svm_intercepts(cpu, VMEXIT_CR0_SEL_WRITE) || insn->opcode == CLTS) return false;
	if (insn->opcode == GROUP7) return true;
	uint64_t change = cpu->live->regs[insn_rm(insn)] ^ cpu->live->cr[0];
	return change & ~(uint64_t)CS_TS_MP;
}

static void intercept_cr(struct cpu *cpu, const struct insn *insn)
{
	bool move = insn->opcode == READ_CR || insn->opcode == WRITE_CR;
	bool write = insn->opcode == CLTS || insn->opcode == WRITE_CR ||
		     (insn->opcode == GROUP7 && insn_digit(insn) == LMSW);
	unsigned reg = move ? insn_reg(insn) : 0;
	if (reg == 1 || (reg > 4 && reg != CR8)) return; /* #UD */
	if (cr_intercepted(cpu, reg, write))
		leave_for_cr(cpu, reg, write);
	else if (write && reg == 0 && selective(cpu, insn))
		svm_leave(cpu, VMEXIT_CR0_SEL_WRITE, 0, 0);
}

static void intercept_dr(struct cpu *cpu, const struct insn *insn)
{
	enum { WRITES = 16 };
	bool write = insn->opcode == WRITE_DR;
	unsigned reg = insn_reg(insn);
	if (!debug_has_register(cpu, reg) || debug_guarded(cpu)) return;
	if (!(cpu->s.svm.dr_intercepts >> (write ? WRITES + reg : reg) & 1)) return;
	svm_leave(cpu, (write ? VMEXIT_DR_WRITE : VMEXIT_DR_READ) + (uint64_t)reg, 0, 0);
}

/* --- MSRs and ports */

/* The map's bit of an MSR; -1: it has none, and is always intercepted. */
static int64_t msr_bit(uint32_t msr)
{
	static const uint32_t first[] = { 0, 0xc0000000, 0xc0010000 };
	for (unsigned i = 0; i < sizeof first / sizeof first[0]; i++)
		if (msr - first[i] < MSRPM_RANGE_MSRS)
			return (int64_t)i * MSRPM_RANGE_BYTES * 8 + (msr - first[i]) * INT64_C(2);
	return -1;
}

static void intercept_msr(struct cpu *cpu, const struct insn *insn)
{
	enum { WRMSR = 0x30 };
	bool write = insn->opcode == WRMSR;
	int64_t bit = msr_bit((uint32_t)cpu->live->regs[CPU_RCX]);
	uint8_t map = UINT8_MAX;
	if (!svm_intercepts(cpu, VMEXIT_MSR)) return;
	if (bit >= 0) {
		bit += write;
		physical_read(cpu, cpu->s.svm.msrpm + (uint64_t)bit / 8, &map, sizeof map);
		map = (uint8_t)(map >> (bit % 8));
	}
	if (map & 1) svm_leave(cpu, VMEXIT_MSR, write, 0);
}

static uint64_t port_info(const struct insn *insn, unsigned port, unsigned bytes)
{
	enum { STRING_FIRST = 0x6c, STRING_LAST = 0x6f, OUT_BIT = 2 };
	bool string = insn->opcode >= STRING_FIRST && insn->opcode <= STRING_LAST;
	bool repeated = insn->prefixes & (INSN_REP | INSN_REPNE);
	uint64_t info = (uint64_t)port << PORT_NUMBER_SHIFT | bytes << PORT_SIZE_SHIFT |
			(unsigned)insn->address_bytes / 2 << PORT_ADDRESS_SHIFT;
	if (!(insn->opcode & OUT_BIT)) info |= PORT_IN;
	if (string) info |= PORT_STRING;
	return string && repeated ? info | PORT_REPEATED : info;
}

static void intercept_port(struct cpu *cpu, const struct site *site, const struct insn *insn)
{
	enum { IN_IMM = 0xe4, OUT_IMM_LAST = 0xe7 };
	bool immediate = insn->opcode >= IN_IMM && insn->opcode <= OUT_IMM_LAST;
	unsigned port = immediate ? site->imm : cpu->live->regs[CPU_RDX] & 0xffff;
	uint8_t map[2];
	if (!svm_intercepts(cpu, VMEXIT_IOIO)) return;
	cpu_check_port(cpu, site); /* the TSS's permission comes first */
	if (cpu->stop != STOP_NONE) return;
	physical_read(cpu, cpu->s.svm.iopm + port / 8, map, sizeof map);
	unsigned bits = (unsigned)get_le16(map) >> port % 8;
	if (!(bits & ((1u << site->width) - 1))) return;
	svm_leave(cpu, VMEXIT_IOIO, port_info(insn, port, site->width),
		  cpu->live->eip + insn->length);
}

/* --- before an instruction */

/* Does the instruction raise #GP or #UD instead, because of the mode or the ring? */
static bool refused_by_mode(const struct cpu *cpu, const struct insn *insn)
{
	enum { RDTSC = 0x31, RDPMC = 0x33, GROUP6 = 0, GROUP7_STORES = 2, STORES_OF_GROUP6 = 2 };
	const struct env *env = cpu->live;
	bool user = env->hflags & HF_CPL, v86 = env->eflags & FL_VM;
	unsigned digit = insn_digit(insn);
	if (insn->map == INSN_ONE_BYTE) return user; /* HLT */
	switch (insn->opcode) {
	case GROUP6:
		if (!(env->hflags & HF_PE) || v86) return true;
		return user && digit >= STORES_OF_GROUP6;
	case GROUP7:
		if (insn->modrm == 0xf9)
			return !cpuid_has(&cpu->features, FEATURE_RDTSCP) ||
			       (user && (env->cr[4] & CR4_TSD));
		return user && digit >= GROUP7_STORES && digit != SMSW_DIGIT;
	case RDTSC: return user && (env->cr[4] & CR4_TSD);
	case RDPMC: return user && !(env->cr[4] & CR4_PCE);
	default: return user;
	}
}

static void intercept_privileged(struct cpu *cpu, const struct insn *insn)
{
	int code = exit_of(insn);
	if (refused_by_mode(cpu, insn)) return;
	if (is_msr_access(insn))
		intercept_msr(cpu, insn);
	else if (code != NO_EXIT) {
		if (svm_intercepts(cpu, (enum vmexit)code)) svm_leave(cpu, (uint64_t)code, 0, 0);
	} else if (insn->opcode == READ_DR || insn->opcode == WRITE_DR)
		intercept_dr(cpu, insn);
	else
		intercept_cr(cpu, insn);
}

void svm_instruction(struct cpu *cpu, const struct site *site)
{
	struct insn insn;
	if (!cpu->s.svm.guest || !cpu_decode(cpu, cpu->site_linear, &insn)) return;
	int code = exit_before_exceptions(&insn);
	if (code != NO_EXIT) {
		if (svm_intercepts(cpu, (enum vmexit)code)) svm_leave(cpu, (uint64_t)code, 0, 0);
	} else if (is_port_access(&insn)) {
		intercept_port(cpu, site, &insn);
	} else {
		intercept_privileged(cpu, &insn);
	}
}

/* --- exceptions */

/* INT3 and INTO are exceptions, INT n is not. */
static bool is_exception(struct cpu *cpu, const struct pending_event *event)
{
	enum { INT3 = 0xcc, INTO = 0xce };
	struct insn insn;
	uint64_t base = cpu->env->hflags & HF_CS64 ? 0 : cpu->env->segs[CPU_CS].base;
	if (event->external || (event->vector == VEC_NMI && !event->software)) return false;
	if (!event->software) return true;
	if (!cpu_decode(cpu, base + event->insn_rip, &insn) || insn.map != INSN_ONE_BYTE)
		return false;
	return insn.opcode == INT3 || insn.opcode == INTO;
}

uint64_t svm_event_info(struct cpu *cpu, const struct pending_event *event)
{
	uint64_t type = event->external                                ? EVENT_INTR
			: is_exception(cpu, event)                     ? EVENT_EXCEPTION
			: event->vector == VEC_NMI && !event->software ? EVENT_NMI
								       : EVENT_SOFTWARE;
	uint64_t info = EVENT_VALID | type << EVENT_TYPE_SHIFT | event->vector;
	if (!event->has_error) return info;
	return info | EVENT_ERROR_VALID | (uint64_t)event->error << EVENT_ERROR_SHIFT;
}

bool svm_exception(struct cpu *cpu, const struct pending_event *event,
		   const struct pending_event *during)
{
	const struct svm_state *svm = &cpu->s.svm;
	if (!svm->guest || (svm->injected && !during)) return false;
	if (event->vector >= VEC_EXCEPTIONS || !(svm->exception_intercepts >> event->vector & 1))
		return false;
	if (!is_exception(cpu, event)) return false;
	struct svm_pending exit = { .code = VMEXIT_EXCEPTION + (uint64_t)event->vector,
				    .info1 = event->has_error ? event->error : 0,
				    .info2 = event->vector == VEC_PF ? event->cr2 : 0,
				    .int_info = during ? svm_event_info(cpu, during) : 0 };
	cpu->env->eip = event->software ? event->insn_rip : event->rip;
	svm_leave_now(cpu, exit);
	return true;
}

bool svm_task_switch(struct cpu *cpu, const struct task_switch *s)
{
	if (!cpu->s.svm.guest || !svm_intercepts(cpu, VMEXIT_TASK_SWITCH)) return false;
	uint64_t info = s->has_error ? UINT64_C(1) << TASK_HAS_ERROR | s->error : 0;
	if (s->reason == TASK_RETURN) info |= UINT64_C(1) << TASK_IRET;
	if (s->reason == TASK_JUMP) info |= UINT64_C(1) << TASK_JMP;
	if (s->rflags & FL_RF) info |= UINT64_C(1) << TASK_RF;
	cpu->svm = (struct svm_pending){ .action = SVM_VMEXIT,
					 .code = VMEXIT_TASK_SWITCH,
					 .info1 = s->selector,
					 .info2 = info };
	return true;
}
