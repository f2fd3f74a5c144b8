/* SPDX-License-Identifier: MIT */
/* A trap is handled by a hook, or ends the running fragment; else the kernel prints a description
 * and exits. */
#include "k.h"

volatile struct trap trap_last;
void (*volatile trap_hook[256])(struct trap_frame *frame);
volatile uintptr_t user_flags = FLAG_FIXED;
volatile uintptr_t user_cs = SEL_UCODE | 3;

extern volatile uintptr_t try_active, user_fn;
extern const char enter_user[];
void try_resume(void) __attribute__((noreturn));
void trap_dispatch(struct trap_frame *frame);

static const char *vector_name(unsigned vector)
{
	static const char *const name[20] = { "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD",
					      "#NM", "#DF", "?9",  "#TS", "#NP", "#SS", "#GP",
					      "#PF", "?15", "#MF", "#AC", "#MC", "#XM" };
	return vector < 20 ? name[vector] : "int";
}

static void die(const char *why, const struct trap_frame *f)
{
	const uintptr_t *raw = &f->error;

	print("FAIL %s: got %s(%u) error %p ip %p", why, vector_name((unsigned)f->vector),
	      (unsigned)f->vector, f->error, f->ip);
	print(" cs %p flags %p cr2 %p, ax %p bx %p cx %p dx %p si %p di %p bp %p, stack", f->cs,
	      f->flags, read_cr2(), f->ax, f->bx, f->cx, f->dx, f->si, f->di, f->bp);
	for (unsigned i = 0; i < 7; i++) print(" %p", raw[i]);
	print(" want none\n");
	exit_with(0x11);
}

static bool plausible_cs(uintptr_t cs)
{
	return cs == SEL_KCODE || cs == (SEL_UCODE32 | 3) || cs == (SEL_UCODE64 | 3) ||
	       cs == SEL_KCODE32 || (cs >= SEL_FREE && cs < GDT_ENTRIES * 8);
}

static void record(const struct trap_frame *frame, uintptr_t flags)
{
	uint16_t ss;

	__asm__ volatile("mov %%ss, %0" : "=r"(ss));
	memcpy((void *)(uintptr_t)&trap_last.frame, frame, sizeof *frame);
	trap_last.cr2 = read_cr2();
	trap_last.at = (uintptr_t)&frame->ip;
	trap_last.flags = flags;
	trap_last.ss = ss;
}

void trap_dispatch(struct trap_frame *frame)
{
	uintptr_t flags = read_flags();

	if (frame->vector < 256 && trap_hook[frame->vector]) {
		record(frame, flags);
		trap_hook[frame->vector](frame);
		return;
	}
	if (!try_active) die("unexpected trap", frame);
	if (!(frame->flags & FLAG_VM) && !plausible_cs(frame->cs))
		die("the frame's CS is no code selector (error code missing or too much?)", frame);
	record(frame, flags);
	try_resume();
}

void user_call(const void *fn, uintptr_t arg)
{
	user_fn = (uintptr_t)fn;
	try_call(enter_user, arg);
}

static void compare(const char *name, struct want want, bool trapped, uintptr_t cr2_before)
{
	static const char *const shape =
		"got %s(%u) error %p ip %p cr2 %p want %s(%u) error %p ip %p "
		"cr2 %p";
	const volatile struct trap_frame *f = &trap_last.frame;
	bool wanted = want.vector != NO_TRAP;
	uintptr_t cr2 = want.with_cr2 ? want.cr2 : cr2_before;
	uintptr_t cr2_now = read_cr2();
	unsigned vector = trapped ? (unsigned)f->vector : 0;
	uintptr_t error = trapped ? f->error : 0, ip = trapped ? f->ip : 0;

	if (want.ip == ANY_IP || !wanted) want.ip = ip;
	if (trapped == wanted && cr2_now == cr2 && ip == want.ip &&
	    (!wanted || (vector == (unsigned)want.vector && error == want.error))) {
		report(true, name);
		return;
	}
	fail(name, shape, trapped ? vector_name(vector) : "no trap", vector, error, ip, cr2_now,
	     wanted ? vector_name((unsigned)want.vector) : "no trap",
	     wanted ? (unsigned)want.vector : 0, want.error, want.ip, cr2);
}

enum { CR2_MARK = 0x5a5a5a5a };

void expect(const char *name, const void *fn, uintptr_t arg, struct want want)
{
	write_cr2(CR2_MARK);
	compare(name, want, try_call(fn, arg), CR2_MARK);
}

void expect_user(const char *name, const void *fn, uintptr_t arg, struct want want)
{
	write_cr2(CR2_MARK);
	user_call(fn, arg);
	compare(name, want, trap_last.frame.vector != USER_EXIT, CR2_MARK);
}
