/* SPDX-License-Identifier: MIT */
/* When interrupts are taken: after STI and the instruction after it, MOV SS, POPF, IRET, HLT. The
 * timer's interrupt is pending before each fragment starts, so the return address is exact. */
#include "k.h"

FRAG(sti_two, "xor %eax, %eax; xor %ecx, %ecx; sti", "nop", "nop; nop; cli");
FRAG(sti_cli, "sti", "cli", "nop; nop");
FRAG(sti_sti, "sti", "sti", "nop; nop; cli");
FRAG(sti_hlt, "sti", "hlt", "cli");
FRAG(sti_branch, "sti", "jmp 1f; ud2; 1:", "nop; nop; cli");
FRAG(sti_when_set, "", "nop", "nop");
#ifdef __x86_64__
FRAG(popf_on, "pushfq; orl $0x200, (%rsp)", "popfq", "nop; nop; cli");
FRAG(iret_on,
     "mov %rsp, %rax; pushq $0x10; pushq %rax; pushfq; orl $0x200, (%rsp); pushq $0x08; pushq $1f",
     "iretq", "ud2; 1: nop; nop; cli");
#else
FRAG(popf_on, "pushfl; orl $0x200, (%esp)", "popfl", "nop; nop; cli");
FRAG(iret_on, "pushfl; orl $0x200, (%esp); pushl $0x08; pushl $1f", "iretl",
     "ud2; 1: nop; nop; cli");
#endif
FRAG(ss_loop, "mov %ss, %eax; mov $20000, %ecx; sti; nop; 1: mov %eax, %ss", "nop",
     "dec %ecx; jnz 1b; cli");
FRAG(pop_ss_step, "mov %ss, %ecx; pushf; pushf; orl $0x100, (" RSP "); popf; mov %ecx, %ss", "nop",
     "popf");
FRAG(sti_loop, "mov $20000, %ecx; 1: sti", "cli", "dec %ecx; jnz 1b");

static volatile unsigned ticks;
static volatile uintptr_t tick_ip;

static void tick(struct trap_frame *f)
{
	ticks++;
	tick_ip = f->ip;
	pit_stop();
	pic_mask(0xffff);
	pic_eoi(0);
}

static void make_pending(void)
{
	ticks = 0;
	tick_ip = 0;
	pic_mask(0xfffe);
	pit_once(50);
	if (!wait_irr(0)) fail("the timer's interrupt becomes pending", "got none want IRR bit 0");
}

/* Runs fn with the interrupt pending; it must come once, with this return address. */
static void expect_at(const char *name, const void *fn, uintptr_t ip)
{
	make_pending();
	try_call(fn, 0);
	if (ticks == 1 && tick_ip == ip)
		report(true, name);
	else
		fail(name, "got %u interrupts, last at %p want 1 at %p", ticks, tick_ip, ip);
	pic_mask(0xffff);
	pit_stop();
}

static volatile unsigned bad_ips;

static void tick_in_ss_loop(struct trap_frame *f)
{
	ticks++;
	if (f->ip == (uintptr_t)ss_loop_at) bad_ips++;
	pic_eoi(0);
}

static void mov_ss(void)
{
	ticks = 0;
	bad_ips = 0;
	trap_hook[IRQ_BASE] = tick_in_ss_loop;
	pic_init();
	pic_mask(0xfffe);
	pit_rate(60);
	for (unsigned i = 0; i < 200 && ticks < 100; i++) try_call(ss_loop, 0);
	pit_stop();
	pic_mask(0xffff);
	check_range("interrupts in a loop of MOV SS", ticks, 20, 1000000);
	check("none directly behind MOV SS", bad_ips, 0);
	expect("a step over MOV SS traps behind the next instruction", pop_ss_step, 0,
	       TRAPS(pop_ss_step, DB));
}

void kernel_main(void)
{
	trap_hook[IRQ_BASE] = tick;
	expect_at("STI lets one instruction pass", sti_two, (uintptr_t)sti_two_end);
	expect_at("STI; HLT wakes behind the HLT", sti_hlt, (uintptr_t)sti_hlt_end);
	expect_at("STI; JMP: the interrupt comes at the target", sti_branch,
		  (uintptr_t)sti_branch_end);
	expect_at("STI; STI: the second has no shadow", sti_sti, (uintptr_t)sti_sti_end);
	expect_at("POPF has no shadow", popf_on, (uintptr_t)popf_on_end);
	expect_at("IRET has no shadow", iret_on, (uintptr_t)iret_on_end + 2); /* over UD2 */

	make_pending();
	try_call(sti_cli, 0);
	check("STI; CLI lets no interrupt in", ticks, 0);
	try_call(sti_loop, 0);
	check("and 20000 of them do not, either", ticks, 0);
	check("it is still pending", pic_irr() & 1, 1);
	try_call(sti_two, 0);
	check("and comes when it may", ticks, 1);
	mov_ss();
}
