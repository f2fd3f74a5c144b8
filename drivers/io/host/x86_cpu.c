/* SPDX-License-Identifier: MIT */
/* The instructions of x86_cpu.h, on the state of the native drivers' processor or of an emulated
 * CPU. x86_target.h hides which of them it is. */
#include "x86_cpu.h"

#include "host_cpu.h"
#include "x86_rules.h"
#include "x86_target.h"

/* In the call, as in io.c. */
#define CALLED_FROM ((uintptr_t)__builtin_return_address(0) - 1)

enum { VECTOR_DB = 1, VECTOR_UD = 6, VECTOR_NP = 11, VECTOR_GP = 13 };
enum { UPPER = 32, CR8_MAX = 15, DR6 = 6, DR7 = 7, GD = 1 << 13, MXCSR_BITS = 0xffff };
#define FLAG_IF UINT64_C(0x200)
#define FLAG_AC UINT64_C(0x40000)
/* What POPF writes in ring 0: not RF, VM, VIF and VIP (SDM Vol. 2B, POPF). */
#define FLAGS_WRITABLE UINT64_C(0x247fd5)
#define OSXSAVE        UINT64_C(0x40000)

static void begin(struct bimetal_cpu *cpu, uintptr_t pc) { cpu->s.pc = pc; }

static void note(struct bimetal_cpu *cpu, enum host_x86_what what, uint32_t which, uint64_t a,
		 uint64_t b, uint64_t c)
{
	host_x86_note(&cpu->s.x86, (struct host_x86_done){ what, which, a, b, c });
}

/* ---- registers ---- */

/* A debug register while DR7.GD is set: #DB, and GD is clear for its handler. */
static bool is_guarded(struct bimetal_cpu *cpu)
{
	uint64_t dr7 = x86_target_dr(cpu, DR7);

	if (!(dr7 & GD)) return false;
	x86_target_set_dr(cpu, DR6, x86_target_dr(cpu, DR6) | GD);
	x86_target_set_dr(cpu, DR7, dr7 & ~(uint64_t)GD);
	host_cpu_fault(cpu, VECTOR_DB);
	return true;
}

/* The number of a debug register; -1: it is none. */
static int debug_number(enum bimetal_x86_register reg)
{
	if (reg >= BIMETAL_X86_DR0 && reg <= BIMETAL_X86_DR3) return (int)(reg - BIMETAL_X86_DR0);
	if (reg == BIMETAL_X86_DR6) return DR6;
	return reg == BIMETAL_X86_DR7 ? DR7 : -1;
}

uint64_t bimetal_x86_read(struct bimetal_cpu *cpu, enum bimetal_x86_register reg)
{
	int debug = debug_number(reg);

	begin(cpu, CALLED_FROM);
	if (debug < 0) return x86_target_read(cpu, reg);
	return is_guarded(cpu) ? 0 : x86_target_dr(cpu, (unsigned)debug);
}

static bool is_valid(const struct bimetal_cpu *cpu, enum bimetal_x86_register reg, uint64_t value)
{
	struct host_x86_control now = x86_target_control(cpu);

	switch (reg) {
	case BIMETAL_X86_CR0: return host_x86_cr0_valid(&now, value);
	case BIMETAL_X86_CR3: return host_x86_cr3_valid(&now, value);
	case BIMETAL_X86_CR4: return host_x86_cr4_valid(cpu, &now, value);
	case BIMETAL_X86_CR8: return value <= CR8_MAX;
	case BIMETAL_X86_DR6:
	case BIMETAL_X86_DR7: return value >> UPPER == 0;
	case BIMETAL_X86_MXCSR: return value <= MXCSR_BITS;
	default: return true;
	}
}

static void write_flags(struct bimetal_cpu *cpu, uint64_t value)
{
	uint64_t old = x86_target_read(cpu, BIMETAL_X86_RFLAGS);

	x86_target_write(cpu, BIMETAL_X86_RFLAGS,
			 (value & FLAGS_WRITABLE) | (old & ~FLAGS_WRITABLE));
}

static bool is_segment(enum bimetal_x86_register reg)
{
	return reg >= BIMETAL_X86_ES && reg <= BIMETAL_X86_TR;
}

void bimetal_x86_write(struct bimetal_cpu *cpu, enum bimetal_x86_register reg, uint64_t value)
{
	int debug = debug_number(reg), fault = 0;

	begin(cpu, CALLED_FROM);
	if (debug >= 0 && is_guarded(cpu)) return;
	if (!is_valid(cpu, reg, value))
		fault = VECTOR_GP;
	else if (is_segment(reg))
		fault = x86_target_load(cpu, reg, (uint16_t)value);
	if (fault) {
		host_cpu_fault(cpu, (uint8_t)fault);
		return;
	}
	note(cpu, HOST_X86_WRITE, reg, value, 0, 0);
	if (debug >= 0)
		x86_target_set_dr(cpu, (unsigned)debug, value);
	else if (reg == BIMETAL_X86_RFLAGS)
		write_flags(cpu, value);
	else if (!is_segment(reg))
		x86_target_write(cpu, reg, value);
}

struct x86_table bimetal_x86_table(struct bimetal_cpu *cpu, bool interrupts)
{
	begin(cpu, CALLED_FROM);
	return x86_target_table(cpu, interrupts);
}

void bimetal_x86_set_table(struct bimetal_cpu *cpu, bool interrupts, struct x86_table table)
{
	begin(cpu, CALLED_FROM);
	note(cpu, interrupts ? HOST_X86_LIDT : HOST_X86_LGDT, 0, table.base, table.limit, 0);
	x86_target_set_table(cpu, interrupts, table);
}

/* The emulated CPU has no XSAVE, and so no XCR0. */
static bool has_xcr(struct bimetal_cpu *cpu)
{
	if (!x86_target_is_emulated(cpu) && (x86_target_control(cpu).cr4 & OSXSAVE)) return true;
	host_cpu_fault(cpu, VECTOR_UD);
	return false;
}

uint64_t bimetal_x86_xcr(struct bimetal_cpu *cpu, uint32_t n)
{
	begin(cpu, CALLED_FROM);
	if (!has_xcr(cpu)) return 0;
	if (n == 0) return cpu->s.x86.xcr0;
	host_cpu_fault(cpu, VECTOR_GP);
	return 0;
}

void bimetal_x86_set_xcr(struct bimetal_cpu *cpu, uint32_t n, uint64_t value)
{
	begin(cpu, CALLED_FROM);
	if (!has_xcr(cpu)) return;
	if (n != 0 || !host_x86_xcr0_valid(value)) {
		host_cpu_fault(cpu, VECTOR_GP);
		return;
	}
	note(cpu, HOST_X86_WRITE_XCR, n, value, 0, 0);
	cpu->s.x86.xcr0 = value;
}

/* ---- instructions ---- */

/* The exception that the instruction raises before it does anything; 0: none. */
static int refusal(const struct bimetal_cpu *cpu, enum bimetal_x86_instruction what, uint64_t a,
		   uint64_t b, uint64_t c)
{
	struct host_x86_control now = x86_target_control(cpu);

	switch (what) {
	case BIMETAL_X86_INVPCID:
		if (!host_x86_has(cpu, HOST_X86_INVPCID)) return VECTOR_UD;
		return host_x86_invpcid_valid(&now, a, b, c) ? 0 : VECTOR_GP;
	case BIMETAL_X86_INVLPGB:
	case BIMETAL_X86_TLBSYNC: return host_x86_has(cpu, HOST_X86_INVLPGB) ? 0 : VECTOR_UD;
	case BIMETAL_X86_STAC:
	case BIMETAL_X86_CLAC: return host_x86_has(cpu, HOST_X86_SMAP) ? 0 : VECTOR_UD;
	/* An emulated CPU executes only its guest's code. */
	case BIMETAL_X86_INT:
	case BIMETAL_X86_HLT:
	case BIMETAL_X86_STI_HLT: return x86_target_is_emulated(cpu) ? VECTOR_UD : 0;
	default: return 0;
	}
}

/* A sleep that nothing ends: time goes on until the test's end. */
static void sleep_on(struct bimetal_cpu *cpu)
{
	uint64_t now = clock_now(cpu->clock);

	if (host_cpu_hlt(cpu) || cpu->end_ns == UINT64_MAX || cpu->end_ns <= now) return;
	host_cpu_pass(cpu, cpu->end_ns - now);
}

static void set_alignment(struct bimetal_cpu *cpu, bool on)
{
	uint64_t flags = x86_target_read(cpu, BIMETAL_X86_RFLAGS);

	x86_target_write(cpu, BIMETAL_X86_RFLAGS, on ? flags | FLAG_AC : flags & ~FLAG_AC);
}

void bimetal_x86_do(struct bimetal_cpu *cpu, enum bimetal_x86_instruction what, uint64_t a,
		    uint64_t b, uint64_t c)
{
	begin(cpu, CALLED_FROM);
	int fault = refusal(cpu, what, a, b, c);
	if (fault) {
		host_cpu_fault(cpu, (uint8_t)fault);
		return;
	}
	note(cpu, HOST_X86_DO, what, a, b, c);
	switch (what) {
	case BIMETAL_X86_STI_HLT:
		host_cpu_sti(cpu);
		sleep_on(cpu);
		break;
	case BIMETAL_X86_HLT: sleep_on(cpu); break;
	case BIMETAL_X86_INT: host_cpu_interrupt(cpu, (uint8_t)a); break;
	case BIMETAL_X86_INVLPG: x86_target_invalidate(cpu, a); break;
	case BIMETAL_X86_INVPCID:
	case BIMETAL_X86_INVLPGB: x86_target_invalidate_all(cpu); break;
	case BIMETAL_X86_SWAPGS: x86_target_swapgs(cpu); break;
	case BIMETAL_X86_STAC: set_alignment(cpu, true); break;
	case BIMETAL_X86_CLAC: set_alignment(cpu, false); break;
	case BIMETAL_X86_TLBSYNC:
	case BIMETAL_X86_BOCHS: break;
	}
}

/* splitmix64: the same numbers in every run. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

bool bimetal_x86_random(struct bimetal_cpu *cpu, unsigned bits, uint64_t *value)
{
	(void)bits; /* the caller keeps the lower ones */
	begin(cpu, CALLED_FROM);
	*value = 0;
	if (!host_x86_has(cpu, HOST_X86_RDRAND)) {
		host_cpu_fault(cpu, VECTOR_UD);
		return false;
	}
	*value = next_random(&cpu->s.x86.random);
	return true;
}
