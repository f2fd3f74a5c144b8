/* SPDX-License-Identifier: MIT */
/* Hardware task switches to and from TSSs of 16 bits (SDM Vol. 3A 7.6). */
#include "task.h"

enum {
	SEL_OTHER = SEL_FREE,      /* a TSS of 16 bits */
	SEL_SECOND = SEL_FREE + 8, /* another one */
	SEL_LDT = SEL_FREE + 0x10,
	LOW_CODE = 0x8000,
	LOW_STACK = 0x9000
};

static struct tss16 *const other = (struct tss16 *)0xa000;
static struct tss16 *const second = (struct tss16 *)0xa100;
static uint64_t ldt[2] ALIGNED(8);
#define first (*(volatile struct tss32 *)(void *)task_state)

struct seen {
	uint32_t eax, ebx, esp, flags, tr, ldtr, fs, es;
};
volatile struct seen seen;
volatile uint32_t entries;

/* 32-bit code that looks around, below 64 KiB: it is copied there. */
extern const char look_entry[], look_end[], hop_entry[], hop_end[];
__asm__(".pushsection .text\n"
	"look_entry: mov %eax, seen; mov %ebx, seen + 4; mov %esp, seen + 8; pushf; popl seen + 12;"
	"str %eax; mov %eax, seen + 16; sldt %eax; mov %eax, seen + 20; mov %fs, %eax;"
	"mov %eax, seen + 24; mov %es, %eax; mov %eax, seen + 28; incl entries;"
	"mov $0x12345678, %eax; mov $0x9abcdef0, %edi; stc; iretl; look_end:\n"
	"hop_entry: .byte 0x9a; .long 0; .word 0x50; iretl; hop_end:\n"
	".popsection");

FRAG(call_task, "", "lcall $0x50, $0", "");
FRAG(call_second, "", "lcall $0x58, $0", "");
FRAG(call_keeping, "push %ebx; mov $0x13572468, %ebx", "lcall $0x50, $0",
     "mov %ebx, %eax; pop %ebx");

static void prepare(void)
{
	memcpy((void *)LOW_CODE, look_entry, (size_t)(look_end - look_entry));
	*other = (struct tss16){ .ip = LOW_CODE,
				 .flags = FLAG_FIXED,
				 .ax = 0x1111,
				 .bx = 0x2222,
				 .sp = LOW_STACK,
				 .es = SEL_KDATA,
				 .cs = SEL_KCODE,
				 .ss = SEL_KDATA,
				 .ds = SEL_KDATA };
	gdt[SEL_OTHER / 8] = segment((uintptr_t)other, LIMIT_TSS16, TYPE_TSS16, 0);
	gdt[SEL_SECOND / 8] = segment((uintptr_t)second, LIMIT_TSS16, TYPE_TSS16, 0);
	gdt[SEL_LDT / 8] = segment((uintptr_t)ldt, sizeof ldt - 1, TYPE_LDT, 0);
	entries = 0;
}

static void from_32_bits(void)
{
	prepare();
	expect("CALL to a 16-bit TSS and IRET back", call_task, 0, RETURNS);
	check("the task ran", entries, 1);
	check("AX from its TSS", seen.eax & 0xffff, 0x1111);
	check("BX from its TSS", seen.ebx & 0xffff, 0x2222);
	check("SP from its TSS", seen.esp & 0xffff, LOW_STACK);
	check("NT is set", seen.flags & FLAG_NT, FLAG_NT);
	check("TR in it", seen.tr & 0xffff, SEL_OTHER);
	check("FS is null", seen.fs & 0xffff, 0);
	check("ES from its TSS", seen.es & 0xffff, SEL_KDATA);
	check("its link", other->link, SEL_TSS);
	check("AX saved by IRET", other->ax, 0x5678);
	check("DI saved by IRET", other->di, 0xdef0);
	check("CF saved by IRET", other->flags & FLAG_CF, FLAG_CF);
	check("IP saved by IRET", other->ip, LOW_CODE + (uint32_t)(look_end - look_entry));
	check("SS saved by IRET", other->ss, SEL_KDATA);
	check("its descriptor is not busy", access_byte(SEL_OTHER), TYPE_TSS16);
	check("TR is the first task's", task_register(), SEL_TSS);
	check("EIP was saved in 32 bits", first.eip, (uintptr_t)call_task_end);
	prepare();
	try_call(call_keeping, 0);
	check("registers of 32 bits are saved whole", frag_ax, 0x13572468);
}

static void between_16_bits(void)
{
	prepare();
	memcpy((void *)(LOW_CODE + 0x100), hop_entry, (size_t)(hop_end - hop_entry));
	*second = *other;
	second->ip = LOW_CODE + 0x100;
	second->sp = LOW_STACK + 0x100;
	second->bx = 0x3333;
	expect("a 16-bit task calls another", call_second, 0, RETURNS);
	check("both are through", entries, 1);
	check("the inner one's link", other->link, SEL_SECOND);
	check("BX of the outer one saved", second->bx, 0x3333);
	check("its descriptor is not busy any more", access_byte(SEL_SECOND), TYPE_TSS16);
}

static void refused(void)
{
	prepare();
	gdt[SEL_OTHER / 8] = segment((uintptr_t)other, LIMIT_TSS16 - 1, TYPE_TSS16, 0);
	expect("#TS TSS too small", call_task, 0, FAULT(call_task, TS, SEL_OTHER));
	gdt[SEL_OTHER / 8] = segment((uintptr_t)other, LIMIT_TSS16, TYPE_TSS16 | TSS_BUSY, 0);
	expect("#GP busy", call_task, 0, FAULT(call_task, GP, SEL_OTHER));
	prepare();
	other->ldt = SEL_LDT;
	ldt[1] = segment(0, 0xfffff, 0x92, SEG_G | SEG_D);
	other->es = 8 | 4;
	expect("a 16-bit task with an LDT", call_task, 0, RETURNS);
	check("LDTR in it", seen.ldtr & 0xffff, SEL_LDT);
	check("ES of its LDT", seen.es & 0xffff, 8 | 4);
}

UFRAG(u_int3, "", "int3", "");
UFRAG(u_call_gate, "", "lcall $0x73, $0", "");
FRAG(gate_target, "", "int $0x82", "");

/* Ring 0's stack comes from SS0:SP0 of a 16-bit TSS. */
static void inner_stack(void)
{
	enum { SEL_RING0 = SEL_FREE + 0x18, SEL_GATE = SEL_FREE + 0x20, ARRIVED = 0x82 };
	const uintptr_t target = (uintptr_t)gate_target;

	prepare();
	second->sp0 = LOW_STACK;
	second->ss0 = SEL_KDATA;
	gdt[SEL_RING0 / 8] = segment((uintptr_t)second, LIMIT_TSS16, TYPE_TSS16, 0);
	gdt[SEL_GATE / 8] = (uint64_t)(target >> 16) << 48 | 0xec00ull << 32 |
			    (uint64_t)SEL_KCODE << 16 | (target & 0xffff);
	load_task(SEL_RING0);
	expect_user("a trap of ring 3", u_int3, 0, TRAPS(u_int3, BP));
	check("is on SP0's stack", trap_last.at, LOW_STACK - 5 * sizeof(uint32_t));
	expect_user("a call gate of ring 3", u_call_gate, 0, TRAPS(gate_target, ARRIVED));
	check("is on it, too", trap_last.at, LOW_STACK - 7 * sizeof(uint32_t));
	back_in_first_task();
}

void kernel_main(void)
{
	inner_stack();
	from_32_bits();
	between_16_bits();
	refused();
}
