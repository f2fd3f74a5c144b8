/* SPDX-License-Identifier: MIT */
/* Runs 64-bit programs of ring 3 on the host's CPU. A child process maps the window at its
 * addresses; each signal yields the state that a program left, and starts the next program. */
#define _GNU_SOURCE
#include "native.h"

#include <stdio.h>

#if defined(__x86_64__) && defined(__linux__)

#include <asm/prctl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

enum {
	ALT_STACK_BYTES = 1 << 16,
	XSTATE_BV_AT = 512, /* in XSAVE's area, behind FXSAVE's (SDM Vol. 1 13.4.2) */
	XSTATE_X87_SSE = 3,
	MXCSR_MASK_AT = 28,
	CPU_SECONDS = 5
};

/* Shared by parent and child. */
struct progress {
	unsigned next;    /* the program that is running */
	unsigned started; /* whether it has begun */
};

static const uint8_t registers[N_GPRS] = { REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
					   REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
					   REG_R12, REG_R13, REG_R14, REG_R15 };
static const struct program *list;
static unsigned list_count;
static struct outcome *results;
static struct progress *progress;
static uint8_t *code_page; /* PAGE_CODE, writable */

/* Not the library's function, which needs its own FS; here FS may have a program's base. */
static long raw_syscall(long number, long a, long b, long c)
{
	long result;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return result;
}

/* Not the library's function either. */
static void copy(void *to, const void *from, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++) ((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
}

static uint64_t *window_at(uint32_t offset) { return (uint64_t *)(uintptr_t)(WINDOW + offset); }

static bool page_of_data(unsigned page)
{
	return page <= PAGE_READONLY || page == PAGE_LONELY || page == PAGE_STACK ||
	       page == PAGE_STACK + 1;
}

static void protect(uint32_t page, int protection)
{
	(void)raw_syscall(SYS_mprotect, (long)(WINDOW + page * PAGE_BYTES), PAGE_BYTES, protection);
}

/* Write the patches; collect_page() removes them. */
static void patch(const struct program *p)
{
	for (unsigned i = 0; i < MAX_PATCHES; i++) {
		unsigned page = p->patches[i].offset / PAGE_BYTES;
		if (!p->patches[i].used || !page_of_data(page) || page == PAGE_READONLY) continue;
		*window_at(p->patches[i].offset) = p->patches[i].value;
	}
}

static uint64_t first_word(const struct program *p, uint32_t offset)
{
	for (unsigned i = 0; i < MAX_PATCHES; i++)
		if (p->patches[i].used && p->patches[i].offset == offset)
			return p->patches[i].value;
	return window_word(offset);
}

static void collect_page(const struct program *p, unsigned page, struct outcome *o)
{
	bool patched = p->patches[0].used;
	for (uint32_t at = page * PAGE_BYTES; at < (page + 1) * PAGE_BYTES; at += 8) {
		uint64_t now = *window_at(at), usual = window_word(at);
		if (now == usual && !patched) continue;
		*window_at(at) = usual;
		if (now == (patched ? first_word(p, at) : usual)) continue;
		o->sum = sum_change(o->sum, at, now);
		if (o->n_listed < MAX_CHANGES)
			o->changes[o->n_listed++] = (struct change){ at, now };
		o->n_changes++;
	}
}

static void collect(const struct program *p, const ucontext_t *u, struct outcome *o)
{
	const greg_t *g = u->uc_mcontext.gregs;
	const uint8_t *fx = (const uint8_t *)u->uc_mcontext.fpregs;

	baseline_words(p, o->words);
	for (unsigned i = 0; i < N_GPRS; i++) o->words[W_GPRS + i] = (uint64_t)g[registers[i]];
	o->words[W_RIP] = (uint64_t)g[REG_RIP];
	o->words[W_RFLAGS] = (uint64_t)g[REG_EFL] & ~(uint64_t)F_IF;
	o->words[W_VECTOR] = (uint64_t)g[REG_TRAPNO];
	o->words[W_ERROR] = (uint64_t)g[REG_ERR];
	o->words[W_CR2] = g[REG_TRAPNO] == 14 ? (uint64_t)g[REG_CR2] : 0;
	copy(&o->words[W_FX], fx, FX_USED_BYTES);
	o->n_changes = o->n_listed = 0;
	o->sum = 0;
	for (unsigned page = 0; page < WINDOW_PAGES; page++)
		if (page_of_data(page) && page != PAGE_READONLY) collect_page(p, page, o);
	for (unsigned i = 0; i < p->code_length; i++) code_page[p->code_at + i] = 0xcc;
	o->ending = ENDING_TRAP;
}

static void start(const struct program *p, ucontext_t *u)
{
	greg_t *g = u->uc_mcontext.gregs;
	uint8_t *fx = (uint8_t *)u->uc_mcontext.fpregs;

	for (unsigned i = 0; i < N_GPRS; i++) g[registers[i]] = (greg_t)p->gprs[i];
	g[REG_RIP] = WINDOW + PAGE_CODE * PAGE_BYTES + p->code_at;
	g[REG_EFL] = (greg_t)p->rflags | F_IF;
	copy(fx, p->fx, MXCSR_MASK_AT);
	copy(fx + MXCSR_MASK_AT + 4, p->fx + MXCSR_MASK_AT + 4, FX_USED_BYTES - MXCSR_MASK_AT - 4);
	fx[XSTATE_BV_AT] |= XSTATE_X87_SSE;
	patch(p);
	copy(code_page + p->code_at, p->code, p->code_length);
	(void)raw_syscall(SYS_arch_prctl, ARCH_SET_GS, (long)p->gs_base, 0);
	(void)raw_syscall(SYS_arch_prctl, ARCH_SET_FS, (long)p->fs_base, 0);
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	/* Linux does not clear AC for a handler. */
	__builtin_ia32_writeeflags_u64(2);
	(void)info;
	if (progress->started) {
		const struct program *p = &list[progress->next];
		collect(p, u, &results[progress->next]);
		if (signal == SIGSYS) results[progress->next].ending = ENDING_NONE;
		progress->next++;
	}
	progress->started = 1;
	while (progress->next < list_count && !list[progress->next].native) progress->next++;
	if (progress->next == list_count) raw_syscall(SYS_exit_group, 0, 0, 0);
	start(&list[progress->next], u);
}

/* Forbid system calls from the window, whatever instructions a program has. */
static bool forbid_system_calls(void)
{
	const uint32_t ip = offsetof(struct seccomp_data, instruction_pointer);
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ip + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ip),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, WINDOW, 0, 2),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, WINDOW + WINDOW_PAGES * PAGE_BYTES, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof filter / sizeof filter[0], filter };
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static bool map_window(void)
{
	int memory = memfd_create("code", 0);
	if (memory < 0 || ftruncate(memory, PAGE_BYTES) != 0) return false;
	code_page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
	if (code_page == MAP_FAILED) return false;
	memset(code_page, 0xcc, PAGE_BYTES);
	void *at = window_at(PAGE_CODE * PAGE_BYTES);
	if (mmap(at, PAGE_BYTES, PROT_READ | PROT_EXEC,
		 MAP_SHARED | MAP_POPULATE | MAP_FIXED_NOREPLACE, memory, 0) != at)
		return false;
	for (unsigned page = 0; page < WINDOW_PAGES; page++) {
		if (!page_of_data(page) && page != PAGE_SYSTEM) continue;
		at = window_at(page * PAGE_BYTES);
		if (mmap(at, PAGE_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | MAP_FIXED_NOREPLACE, -1,
			 0) != at)
			return false;
		for (uint32_t i = 0; i < PAGE_BYTES; i += 8)
			*window_at(page * PAGE_BYTES + i) = window_word(page * PAGE_BYTES + i);
	}
	protect(PAGE_READONLY, PROT_READ);
	protect(PAGE_SYSTEM, PROT_NONE);
	return true;
}

static _Noreturn void child(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGUSR1 };
	static uint8_t alternate[ALT_STACK_BYTES];
	const stack_t stack = { .ss_sp = alternate, .ss_size = sizeof alternate };
	struct sigaction action = { .sa_sigaction = on_signal,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK };
	const struct itimerval limit = { .it_value = { CPU_SECONDS, 0 } };

	if (!map_window() || sigaltstack(&stack, NULL) != 0) _exit(2);
	sigfillset(&action.sa_mask);
	for (unsigned i = 0; i < sizeof signals / sizeof signals[0]; i++)
		if (sigaction(signals[i], &action, NULL) != 0) _exit(2);
	(void)setitimer(ITIMER_VIRTUAL, &limit, NULL);
	if (!forbid_system_calls()) _exit(2);
	progress->started = 0;
	(void)raise(SIGUSR1);
	_exit(2);
}

bool native_run(const struct program *programs, unsigned n, struct outcome *outcomes)
{
	size_t bytes = n * sizeof *outcomes;
	results = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (results == MAP_FAILED || progress == MAP_FAILED) return false;
	list = programs;
	list_count = n;
	bool ok = true;
	while (ok && progress->next < n) {
		int status = 0;
		pid_t pid = fork();
		if (pid == 0) child();
		if (pid < 0 || waitpid(pid, &status, 0) != pid) return false;
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
		if (WIFEXITED(status)) {
			fprintf(stderr, "differential: the host does not let a process have the "
					"window or seccomp\n");
			ok = false;
		} else if (progress->next < n) {
			results[progress->next++].ending = ENDING_DIED;
		}
	}
	if (ok) memcpy(outcomes, results, bytes);
	(void)munmap(results, bytes);
	(void)munmap(progress, sizeof *progress);
	return ok;
}

#else
bool native_run(const struct program *programs, unsigned n, struct outcome *outcomes)
{
	(void)programs, (void)n, (void)outcomes;
	fprintf(stderr, "differential: programs run natively on x86-64 Linux alone\n");
	return false;
}
#endif
